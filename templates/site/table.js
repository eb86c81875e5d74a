/* The comparison table: what is chosen is kept in the address, ranked by standing.js, and said in a sentence.
   The page is whole without this script, which brings the controls. Text is set as text, never as markup. */
"use strict";

(() => {
  const { standing, intervals, seconds, cells } = globalThis.fxreportStanding, { numbers } = globalThis.fxreportStatistics;
  const data = globalThis.fxreportNumbers;
  const root = document.querySelector(".comparison");
  if (!root || !data) return;
  const told = JSON.parse(root.querySelector("script[type='application/json']").textContent);
  const { said } = told, text = numbers(told.symbols), count = n => text.number(n, 0);
  const form = root.querySelector("form"), table = root.querySelector("table"), more = root.querySelector(".more");
  const picks = [...form.querySelectorAll(".pick")], collator = new Intl.Collator(told.lang);
  const ABSENT = "—", PREFIX = "#table:";
  // replicates × rows from which on intervals come after the rest
  const LATE = 400_000;

  const fill = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const listed = names =>
    names.slice(0, told.mostSets).join(", ") + (names.length > told.mostSets ? ` … (+${names.length - told.mostSets})` : "");

  /* --- the state: what the controls say --- */

  const boxes = pick => [...pick.querySelectorAll("input")];
  const sort = { key: "place", down: false };
  let everything = false, unknown = [];

  const chosen = key => {
    const pick = picks.find(one => one.dataset.key === key);
    return pick ? new Set(boxes(pick).filter(box => box.checked).map(box => box.value)) : null;
  };

  function state() {
    const metric = data.metrics.findIndex(one => one.name === form.elements.metric.value);
    const wanted = chosen("set"), budget = form.elements.seconds?.valueAsNumber;
    return {
      metric,
      sets: data.metrics[metric].sets.map(one => one.set).filter(set => !wanted || wanted.has(data.sets[set])),
      family: chosen("family"),
      size: chosen("size"),
      clusterer: chosen("clusterer"),
      labels: form.elements.labels?.value,
      seconds: Number.isFinite(budget) ? budget : null,
      name: form.elements.name.value.trim().toLocaleLowerCase(told.lang),
      repeated: Boolean(form.elements.repeated?.checked),
    };
  }

  const size = row => (data.sizes[row] === null ? "" : String(data.sizes[row]));

  /** Rows that meet the conditions; what is not known of a row meets none. */
  function admitted(now) {
    const only = (set, value) => !set || set.has(value), repeats = row =>
      now.sets.every(set => (cells(data, now.metric, set).cells[row]?.seeds.length ?? 2) > 1);
    return data.rows.map((_, row) => row).filter(row =>
      only(now.family, data.families[row]) && only(now.size, size(row)) && only(now.clusterer, data.clusterers[row]) &&
      (!now.labels || data.labels[row] === (now.labels === "yes")) &&
      (!now.name || told.rows[row].title.toLocaleLowerCase(told.lang).includes(now.name)) &&
      (now.seconds === null || (seconds(data, now.sets, row) ?? Infinity) <= now.seconds) &&
      (!now.repeated || repeats(row)));
  }

  /* --- the address --- */

  /** What differs from the first view, as parameters. */
  function written() {
    const params = new URLSearchParams();
    for (const field of form.querySelectorAll("select, input[type=number], input[type=search]")) {
      const usual = field.tagName === "SELECT" ? [...field.options].find(one => one.defaultSelected)?.value ?? "" : "";
      if (field.value !== usual) params.set(field.name, field.value);
    }
    if (form.elements.repeated?.checked) params.set("repeated", "yes");
    for (const pick of picks) {
      const all = boxes(pick);
      if (all.every(box => box.checked === box.defaultChecked)) continue;
      const values = all.filter(box => box.checked).map(box => box.value);
      for (const value of values.length ? values : ["-"]) params.append(pick.dataset.key, value || "none");
    }
    if (sort.key !== "place" || sort.down) params.set("sort", (sort.down ? "-" : "") + sort.key);
    if (everything) params.set("rows", "all");
    return params.toString();
  }

  /** Set the controls by the address; what this study lacks is told. */
  function read() {
    form.reset();
    unknown = [];
    Object.assign(sort, { key: "place", down: false });
    everything = false;
    if (!location.hash.startsWith(PREFIX)) return;
    const params = new URLSearchParams(location.hash.slice(PREFIX.length));
    for (const name of new Set(params.keys())) {
      const values = params.getAll(name), pick = picks.find(one => one.dataset.key === name);
      if (pick) {
        const wanted = values.map(value => (value === "none" && name === "size" ? "" : value));
        for (const box of boxes(pick)) box.checked = wanted.includes(box.value);
        unknown.push(...wanted.filter(value => value !== "-" && !boxes(pick).some(box => box.value === value)));
      } else if (name === "sort") {
        const key = values[0].replace(/^-/, "");
        if (sortable(key)) Object.assign(sort, { key, down: values[0].startsWith("-") });
        else unknown.push(key);
      } else if (name === "rows") everything = values[0] === "all";
      else if (name === "repeated" && form.elements.repeated) form.elements.repeated.checked = values[0] === "yes";
      else {
        const field = ["metric", "labels", "seconds", "name"].includes(name) ? form.elements[name] : null;
        const known = field && (field.tagName !== "SELECT" || [...field.options].some(one => one.value === values[0]));
        if (known) field.value = values[0];
        else unknown.push(`${name}=${values[0]}`);
      }
    }
  }

  const sortable = key =>
    ["place", "name", "value", "family", "labels", "size", "seconds", "clusterer"].includes(key) ||
    (key.startsWith("set:") && data.sets.includes(key.slice(4)));

  /* --- columns --- */

  const unlinked = new Set(told.unlinked.map(String));

  function link(metric, set, row) {
    const page = told.pages[told.sets[set].pages[row]], own = `${told.sets[set].own}-${told.rows[row].own}-${told.metrics[metric].own}`;
    return page === undefined || unlinked.has(String([metric, set, row])) ? "" : `${page}#m-${own}`;
  }
  for (const [names, of] of [[data.rows, told.rows], [data.sets, told.sets], [data.metrics.map(m => m.name), told.metrics]])
    of.forEach((one, i) => (one.own = one.slug ?? names[i]));

  /** Head and content of each column: `by` is sorted by, `cell` gives text and link. */
  function columns(now, late) {
    const { metric, sets } = now, of = told.metrics[metric], value = x => text.measured(of, x), one = sets.length === 1;
    const mean = (set, row) => cells(data, metric, set).cells[row].mean;
    const span = ([low, high]) => (low === high ? count(low) : `${count(low)}–${count(high)}`);
    const found = [
      { key: "place", title: said.place, by: p => p.place, cell: p => [count(p.place)] },
      { key: "name", title: said.extractor, text: true, by: p => told.rows[p.row].title },
      {
        key: "value",
        title: (one ? of.title : fill(said.mean, { metric: of.title })) + of.unit,
        by: p => p.value,
        cell: p => [value(p.value), one && link(metric, sets[0], p.row)],
      },
      { key: "", title: said.interval, cell: p => [p.interval ? span(p.interval) : late ? "…" : ABSENT] },
      { key: "", title: said.group, cell: p => [p.group === null ? ABSENT : count(p.group)] },
    ];
    if (!one && sets.length <= told.mostSets)
      for (const set of sets)
        found.push({
          key: `set:${data.sets[set]}`,
          title: told.sets[set].title,
          by: p => mean(set, p.row),
          cell: p => [value(mean(set, p.row)), link(metric, set, p.row)],
        });
    const labels = row => (data.labels[row] === null ? ABSENT : data.labels[row] ? said.yes : said.no);
    const facts = [
      { key: "family", title: said.family_of, text: true, by: p => told.families[data.families[p.row]] },
      { key: "labels", title: said.labels, text: true, by: p => labels(p.row) },
      { key: "size", title: said.input, by: p => data.sizes[p.row], cell: p => [data.sizes[p.row] ?? ABSENT] },
    ];
    found.push(...facts.filter(one => told.facts.includes(one.key)));
    if (data.time) {
      const timed = p => seconds(data, sets, p.row);
      found.push({
        key: "seconds",
        title: said.time,
        by: timed,
        cell: p => (timed(p) === null ? [ABSENT] : [text.significant(timed(p), 2), one && link(data.time.metric, sets[0], p.row)]),
      });
    }
    if (Object.keys(told.clusterers).length > 1)
      found.push({ key: "clusterer", title: said.clusterer_of, text: true, by: p => told.clusterers[data.clusterers[p.row]] });
    return found;
  }

  /** Places in the order asked for; what is not known comes last. */
  function sorted(places, columns) {
    const column = columns.find(one => one.key === sort.key) ?? columns[0];
    if (column.key !== sort.key) Object.assign(sort, { key: "place", down: false });
    const keyed = places.map((p, i) => [column.by(p), i, p]), sign = sort.down ? -1 : 1;
    const compare = column.text ? collator.compare : (a, b) => a - b;
    keyed.sort(([a, i], [b, j]) => (a === null) - (b === null) || (a === null ? 0 : sign * compare(a, b)) || i - j);
    return keyed.map(([, , p]) => p);
  }

  /* --- what is shown --- */

  function make(tag, content, name) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.append(content);
    return made;
  }

  function head(columns) {
    const row = document.createElement("tr");
    for (const { key, title, text } of columns) {
      const made = make("th", title, text ? "t" : "");
      made.scope = "col";
      made.dataset.key = key;
      if (key) {
        const button = make("button", title);
        button.type = "button";
        made.replaceChildren(button);
      }
      if (key && key === sort.key) made.ariaSort = sort.down ? "descending" : "ascending";
      row.append(made);
    }
    return row;
  }

  function body(places, columns) {
    const rows = document.createDocumentFragment(), grouped = sort.key === "place" && !sort.down;
    let group = null;
    for (const p of places) {
      const row = make("tr", "", grouped && p.group !== null && p.group !== group ? "opens" : "");
      group = p.group;
      for (const column of columns) {
        if (column.key === "name") {
          const name = make("th", make("bdi", column.by(p)), "t");
          name.scope = "row";
          row.append(name);
          continue;
        }
        const [shown, href] = column.cell ? column.cell(p) : [column.by(p)];
        const cell = make("td", shown, column.text ? "t" : "");
        if (href) {
          const anchor = make("a", shown, "num");
          anchor.href = href;
          cell.replaceChildren(anchor);
        }
        row.append(cell);
      }
      rows.append(row);
    }
    return rows;
  }

  /** What is chosen, in words. */
  function sentence(now, shown) {
    const of = told.metrics[now.metric], names = now.sets.map(set => told.sets[set].title), all = data.metrics[now.metric].sets.length;
    const parts = [];
    if (names.length)
      parts.push(fill(names.length === 1 ? said.single_set : said.several_sets, {
        metric: of.title,
        sets: names.length <= told.mostSets ? names.join(", ") : fill(said.part, { n: names.length, all }),
        better: data.metrics[now.metric].up ? said.higher : said.lower,
      }));
    parts.push(fill(said.rows, { n: count(shown), all: count(data.rows.length) }));
    const conditions = picks.filter(pick => pick.dataset.key !== "set" && boxes(pick).some(box => !box.checked)).map(pick =>
      `${said[pick.dataset.key]} — ${listed(boxes(pick).filter(box => box.checked).map(box => box.parentElement.textContent.trim())) || said.none}`);
    if (now.labels) conditions.push(`${said.labels} — ${now.labels === "yes" ? said.needed : said.not_needed}`);
    if (now.seconds !== null) conditions.push(`${said.seconds} — ${text.significant(now.seconds, 3)}`);
    if (now.name) conditions.push(`${said.name} — ${form.elements.name.value.trim()}`);
    if (now.repeated) conditions.push(said.repeated);
    if (conditions.length) parts.push(fill(said.only, { conditions: conditions.map(one => one[0].toLocaleLowerCase(told.lang) + one.slice(1)).join("; ") }));
    if (unknown.length) parts.push(fill(said.unknown, { names: listed(unknown) }));
    return parts.join(" ");
  }

  function note(now, found, rows) {
    if (!now.sets.length) return said.no_set;
    if (!rows.length) return said.nobody;
    if (!found.places.length) return said.incomplete;
    if (found.single.length) return fill(said.single, { names: listed(found.single.map(row => told.rows[row].title)) });
    return found.spread ? said.spread : said.not_drawn;
  }

  /** The standing of a choice; sorting alone chooses nothing anew. */
  let last = null;
  function ranked(now, rows) {
    const key = JSON.stringify([now.metric, now.sets, rows]);
    if (last?.key !== key) last = { key, found: standing(data, now.metric, now.sets, rows) };
    return last.found;
  }

  let turn = 0;
  function show() {
    const now = state(), rows = admitted(now), found = ranked(now, rows), mine = ++turn;
    const open = found.spread && !found.places[0].interval, late = open && found.places.length * data.replicates > LATE;
    const add = () => {
      const of = intervals(data, now.metric, now.sets, found.places.map(p => p.row));
      for (const p of found.places) p.interval = of.get(p.row);
    };
    if (open && !late) add();
    const shape = columns(now, late), order = sorted(found.places, shape);
    const page = everything ? order : order.slice(0, told.page);
    const focused = document.activeElement?.closest("th")?.dataset.key;
    table.tHead.replaceChildren(head(shape));
    table.tBodies[0].replaceChildren(body(page, shape));
    if (focused !== undefined) table.tHead.querySelector(`th[data-key="${CSS.escape(focused)}"] button`)?.focus();
    table.caption.firstElementChild.textContent = sentence(now, found.places.length);
    root.querySelector("[role=status]").textContent = fill(said.rows, { n: count(found.places.length), all: count(data.rows.length) });
    root.querySelector(".legend").textContent = note(now, found, rows);
    rest(found.lacking);
    more.hidden = page.length === order.length;
    more.firstElementChild.textContent = fill(said.more, { n: count(order.length) });
    more.lastElementChild.textContent = fill(said.part, { n: count(page.length), all: count(order.length) });
    for (const pick of picks) label(pick, now.metric);
    const params = written();
    form.querySelector(".acts a").href = PREFIX + params;
    // the page in another language opens with the same choice
    for (const other of document.querySelectorAll("a[hreflang]")) other.hash = params && PREFIX + params;
    if (late)
      setTimeout(() => {
        if (mine !== turn) return;
        add();
        table.tBodies[0].replaceChildren(body(page, columns(now, false)));
      });
  }

  /** Those without a place, and what they lack. */
  function rest(lacking) {
    const part = root.querySelector(".lacking");
    part.hidden = !lacking.length;
    part.querySelector("summary").textContent = fill(said.lacking, { n: count(lacking.length) });
    part.querySelector("ul").replaceChildren(...lacking.map(([row, sets]) => {
      const item = make("li", make("bdi", told.rows[row].title));
      item.append(": ", fill(said.lacks, { sets: listed(sets.map(set => told.sets[set].title)) }));
      return item;
    }));
  }

  /** How much of a list is chosen; sets on which the metric does not rank cannot be. */
  function label(pick, metric) {
    const all = boxes(pick);
    if (pick.dataset.key === "set")
      for (const box of all) box.disabled = !data.metrics[metric].sets.some(one => data.sets[one.set] === box.value);
    const able = all.filter(box => !box.disabled), on = able.filter(box => box.checked);
    const one = on.length === 1 && on[0].parentElement.textContent.trim();
    pick.querySelector(".box").textContent =
      on.length === able.length ? said.all : one || (on.length ? fill(said.part, { n: count(on.length), all: count(able.length) }) : said.none);
  }

  /* --- what readers do --- */

  function changed() {
    unknown = [];
    const params = written();
    history.replaceState(null, "", params ? PREFIX + params : location.href.split("#")[0]);
    show();
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", event => event.preventDefault());
  form.querySelector(".acts button").addEventListener("click", () => {
    history.replaceState(null, "", location.href.split("#")[0]);
    read();
    changed();
  });
  form.addEventListener("click", event => {
    const button = event.target.closest(".pick button");
    if (!button) return;
    for (const box of boxes(button.closest(".pick"))) box.checked = button.value === "all";
    changed();
  });
  form.addEventListener("keydown", event => {
    const open = event.key === "Escape" && event.target.closest("details[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  document.addEventListener("click", event => {
    for (const pick of picks) if (!pick.contains(event.target)) pick.open = false;
  });
  table.tHead.addEventListener("click", event => {
    const key = event.target.closest("button")?.parentElement.dataset.key;
    if (!key) return;
    sort.down = sort.key === key ? !sort.down : key === "value" && data.metrics[state().metric].up;
    sort.key = key;
    changed();
  });
  more.addEventListener("click", event => {
    if (event.target.tagName !== "BUTTON") return;
    everything = true;
    changed();
    root.querySelector(".frame").focus();
  });
  addEventListener("hashchange", () => {
    if (location.hash && !location.hash.startsWith(PREFIX)) return; // a place on the page
    read();
    show();
  });

  read();
  form.hidden = false;
  more.firstElementChild.hidden = false;
  show();
})();
