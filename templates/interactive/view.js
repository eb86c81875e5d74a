/* The interactive views: a dialog with two pictures side by side, linked point by point.

   Data come from index.js (the variable fxreportView) and points-*.js (fxreportView.points); Plotly draws.
   Marks and tips are elements of ours above its drawing, so that pointing at a dot redraws nothing. */
"use strict";
(() => {
  const view = window.fxreportView;
  const { words } = view;
  const NOWHERE = 65535, SCALE = 65534, NEAREST = 8;
  // what a number of an axis takes on a phone
  const TICK_PX = 60;
  const folder = new URL(".", document.currentScript.src).href;

  // --- small tools

  const fill = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const number = value => value.toLocaleString(view.lang);

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  }

  const loads = new Map();
  /* The finest of 1-2-5, 1-3 and powers of ten that leaves each of `most` numbers its room in the range (of exponents); else its ends. */
  function logTicks([low, high], most) {
    const within = digits => {
      const values = [];
      for (let power = Math.floor(low); power <= high; power++) values.push(...digits.map(digit => digit * 10 ** power));
      return values.filter(value => Math.log10(value) >= low && Math.log10(value) <= high);
    };
    const fits = values => values.length > 1 && values.every((value, i) => !i || Math.log10(value / values[i - 1]) >= (high - low) / most);
    const tens = within([1]);
    const thinned = Array.from({ length: tens.length }, (_, step) => tens.filter((_, i) => i % (step + 1) === 0));
    const step = 10 ** (Math.floor(low) - 1);
    return [within([1, 2, 5]), within([1, 3]), ...thinned].find(fits) ?? [Math.ceil(10 ** low / step) * step, Math.floor(10 ** high / step) * step];
  }

  function load(name) {
    if (!loads.has(name)) {
      const wanted = new Promise((done, failed) => {
        const element = name.endsWith(".css")
          ? make("link", { rel: "stylesheet", href: folder + name })
          : make("script", { src: folder + name });
        element.onload = done;
        element.onerror = () => failed(new Error(name));
        document.head.append(element);
      });
      loads.set(name, wanted.catch(error => { loads.delete(name); throw error; }));
    }
    return loads.get(name);
  }

  function unpacked(text, Numbers) {
    return new Numbers(Uint8Array.from(atob(text), letter => letter.charCodeAt(0)).buffer);
  }

  // --- what there is to see: a mode gives choices, two sides of points, and what to say of a point

  /* A side: {key, label, points: [{id, group, x, y, interval}], equal, front}. Points of one id are one thing. */

  class Projections {
    constructor() {
      this.title = words.projections;
      this.groupsTitle = words.classes;
      this.hasNeighbours = true;
      this.state = { set: view.sets[0]?.name };
    }

    start(name) { if (name) this.state.set = name; }

    async prepare() {
      const set = view.sets.find(one => one.name === this.state.set);
      await load(set.file);
      const raw = view.points[set.name];
      raw.unpacked ??= {
        images: unpacked(raw.images, Int32Array),
        classes: unpacked(raw.classes, Int16Array),
        tiles: unpacked(raw.tiles, Int16Array),
        clusters: new Map(raw.variants.map(one => [one.id, unpacked(one.clusters, Int16Array)])),
        visible: new Map(raw.variants.flatMap(one => Object.entries(one.visible)
          .map(([method, groups]) => [`${one.id} ${method}`, unpacked(groups, Int8Array)]))),
      };
      if (raw.sheet && !raw.picture) {
        raw.picture = new Image();
        raw.picture.src = raw.sheet.url;
        await raw.picture.decode();
      }
      this.data = raw;
      const keep = (key, options, otherwise) => {
        if (!options.some(one => (one.id ?? one.name) === this.state[key])) this.state[key] = otherwise;
      };
      keep("method", raw.methods, (raw.methods.find(one => one.name === "tsne") ?? raw.methods[0]).name);
      keep("left", raw.variants, raw.variants[0].id);
      keep("right", raw.variants, (raw.variants[1] ?? raw.variants[0]).id);
    }

    get groups() { return this.data.groups; }
    get scope() { return this.state.set; }
    get note() { return this.data.sheet ? "" : words.no_pictures; }

    choices() {
      const variants = this.data.variants.map(one => [one.id, one.label]);
      return [
        ["set", words.dataset, view.sets.map(one => [one.name, one.title])],
        ["method", words.method, this.data.methods.map(one => [one.name, one.title])],
        ["left", words.left, variants],
        ["right", words.right, variants],
      ];
    }

    sides() {
      const method = this.data.methods.find(one => one.name === this.state.method);
      return ["left", "right"].map(key => {
        const variant = this.data.variants.find(one => one.id === this.state[key]);
        const plane = variant.planes[method.name] ? unpacked(variant.planes[method.name], Uint16Array) : [];
        const points = [];
        for (let i = 0; i * 2 < plane.length; i += 1) {
          if (plane[2 * i] === NOWHERE) continue;
          points.push({ id: i, group: this.data.unpacked.classes[i], x: plane[2 * i] / SCALE, y: plane[2 * i + 1] / SCALE });
        }
        return { key: variant.id, label: `${variant.label}, ${method.title}`, points, equal: true };
      });
    }

    lines(id, side) {
      const cluster = this.data.unpacked.clusters.get(side.key)[id];
      const said = [
        this.data.names?.[id] ?? fill(words.image, { number: number(this.data.unpacked.images[id]) }),
        fill(words.class, { name: this.groups[this.data.unpacked.classes[id]].label }),
      ];
      if (cluster >= 0) said.push(fill(words.cluster, { number: number(cluster) }));
      const visible = this.data.unpacked.visible.get(`${side.key} ${this.state.method}`)?.[id] ?? -2;
      if (visible > -2) said.push(visible < 0 ? words.outside : fill(words.visible, { number: number(visible + 1) }));
      return said;
    }

    /* Draws an image's picture on a canvas, every pixel of it as a square. */
    picture(id, size) {
      const { sheet, picture } = this.data;
      if (!sheet) return null;
      const canvas = make("canvas", { width: sheet.width, height: sheet.height, "data-image": this.data.unpacked.images[id], "aria-hidden": "true" });
      const scale = size / Math.max(sheet.width, sheet.height);
      canvas.style.width = `${sheet.width * scale}px`;
      canvas.style.height = `${sheet.height * scale}px`;
      const tile = this.data.unpacked.tiles[id];
      const left = (tile % sheet.columns) * sheet.cell, top = Math.floor(tile / sheet.columns) * sheet.cell;
      const context = canvas.getContext("2d");
      context.drawImage(picture, left, top, sheet.width, sheet.height, 0, 0, sheet.width, sheet.height);
      return canvas;
    }
  }

  class TradeOff {
    constructor() {
      this.title = words.trade_off;
      this.groupsTitle = words.extractors;
      this.hasNeighbours = false;
      this.data = view.tradeOff;
      this.state = { left: "0", right: String(Math.min(1, (this.data?.sets.length ?? 1) - 1)) };
    }

    start() {}
    async prepare() {}
    get groups() { return this.data.groups; }
    get scope() { return ""; }
    get note() { return ""; }

    choices() {
      const sets = this.data.sets.map((one, i) => [String(i), one.title]);
      return [["left", words.left_set, sets], ["right", words.right_set, sets]];
    }

    sides() {
      return ["left", "right"].map(key => {
        const set = this.data.sets[Number(this.state[key])];
        const points = set.dots.map(dot => ({ id: dot.group, group: dot.group, x: dot.seconds, y: dot.quality, interval: dot.interval, lines: dot.lines }));
        const front = set.front.map(i => points[i]);
        return { key, label: set.title, points, front, equal: false };
      });
    }

    lines(id, side) {
      const point = side.points.find(one => one.id === id);
      const name = this.groups[id].label;
      if (!point) return [name, words.absent];
      return [name, ...point.lines, ...(side.front.includes(point) ? [words.front] : [])];
    }

    picture() { return null; }
  }

  // --- one picture

  class Panel {
    constructor(app, index) {
      this.app = app;
      this.index = index;
      this.title = make("h3", { id: `fx-side-${index}` });
      this.plot = make("div", { class: "fx-plot" });
      this.rings = { chosen: make("div", { class: "fx-ring fx-chosen" }), current: make("div", { class: "fx-ring fx-current" }) };
      this.tip = make("div", { class: "fx-tip" });
      this.box = make(
        "div",
        {
          class: "fx-box", tabindex: "0", role: "application", "aria-labelledby": `fx-side-${index}`, "aria-describedby": "fx-keys",
          onkeydown: event => this.onKey(event),
          onfocus: () => { if (this.box.matches(":focus-visible")) this.app.point(this.index, this.entry()); },
          onblur: () => this.app.point(this.index, null),
        },
        this.plot,
        make("div", { class: "fx-over" }, this.rings.chosen, this.rings.current, this.tip),
      );
      this.element = make("section", { class: "fx-panel" }, this.title, this.box);
    }

    async draw(side) {
      this.side = side;
      this.title.textContent = side.label;
      this.place = new Map(side.points.map(point => [point.id, point]));
      const { mode, hidden } = this.app;
      const size = side.equal ? Math.max(4.5, Math.min(9, 170 / Math.sqrt(side.points.length))) : 11;
      const traces = mode.groups.map((group, k) => {
        const points = side.points.filter(point => point.group === k);
        return {
          type: "scatter", mode: "markers", name: group.label, hoverinfo: "none", visible: !hidden.has(k),
          x: points.map(point => point.x), y: points.map(point => point.y), customdata: points.map(point => point.id),
          marker: { color: group.color, symbol: group.symbol, size, opacity: side.equal ? 0.75 : 1, line: { width: side.equal ? 0 : 1.5, color: group.color } },
          ...(points.some(point => point.interval) && { error_y: {
            type: "data", symmetric: false, width: 0, thickness: 1.2, color: group.color,
            array: points.map(point => (point.interval ? point.interval[1] - point.y : 0)),
            arrayminus: points.map(point => (point.interval ? point.y - point.interval[0] : 0)),
          } }),
        };
      });
      if (side.front) {
        const front = side.front.filter(point => !hidden.has(point.group));
        traces.unshift({
          type: "scatter", mode: "lines", hoverinfo: "skip", x: front.map(point => point.x), y: front.map(point => point.y),
          line: { color: view.style.ink, width: 1.2, dash: "5px,3px", shape: "hv" }, opacity: 0.6,
        });
      }
      await Plotly.react(this.plot, traces, this.layout(side), {
        displayModeBar: false, displaylogo: false, showTips: false, scrollZoom: !this.app.touch, responsive: true, doubleClick: "reset",
      });
      if (!this.listening) {
        this.listening = true;
        this.plot.on("plotly_hover", event => this.app.point(this.index, event.points[0].customdata));
        this.plot.on("plotly_unhover", () => this.app.point(this.index, null));
        this.plot.on("plotly_click", event => this.app.choose(event.points[0].customdata));
        this.plot.on("plotly_afterplot", () => { this.ticks(); this.mark(); });
        this.plot.on("plotly_relayouting", () => this.mark());
      }
      this.ticks();
      this.mark();
    }

    layout(side) {
      const { style } = view;
      const font = { family: getComputedStyle(document.body).fontFamily, size: 12, color: style.ink };
      const common = {
        autosize: true, showlegend: false, hovermode: "closest", dragmode: this.app.touch ? false : "pan", font,
        paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", separators: view.decimal + "\u00a0", hoverdistance: 12,
      };
      if (side.equal) {
        const axis = { visible: false, range: [-0.03, 1.03] };
        return {
          ...common, uirevision: side.label + this.app.mode.scope, margin: { l: 4, r: 4, t: 4, b: 4 }, annotations: this.badges(side),
          xaxis: axis, yaxis: { ...axis, scaleanchor: "x" },
        };
      }
      const axis = { gridcolor: style.grid, linecolor: style.rule, zeroline: false, showline: true, exponentformat: "none", automargin: true };
      const title = { font: { ...font, size: 13 } }, time = view.tradeOff.timeAxis;
      const narrow = this.box.clientWidth < 420;
      return {
        ...common, uirevision: side.label, margin: { l: 60, r: 16, t: 12, b: 64 },
        xaxis: { ...axis, type: "log", title: { ...title, text: narrow ? time.replace(" (", "<br>(") : time }, nticks: 8, tickfont: { ...font, size: narrow ? 10 : 12 } },
        yaxis: { ...axis, title: { ...title, text: view.tradeOff.qualityAxis } },
      };
    }

    /* On a phone Plotly would turn the numbers of a short logarithmic axis, or run them into each other. */
    ticks() {
      const { xaxis } = this.plot._fullLayout;
      if (xaxis.type !== "log" || this.box.clientWidth >= 420) return;
      const values = logTicks(xaxis.range, xaxis._length / TICK_PX);
      if (values.join() !== xaxis.tickvals?.join()) Plotly.relayout(this.plot, { "xaxis.tickvals": values, "xaxis.tickmode": "array" });
    }

    /* A class's number in the middle of it, as in the figure of the page. */
    badges(side) {
      const median = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
      return this.app.mode.groups.flatMap((group, k) => {
        const points = side.points.filter(point => point.group === k);
        if (!group.badge || !points.length || this.app.hidden.has(k)) return [];
        return [{
          x: median(points.map(point => point.x)), y: median(points.map(point => point.y)), text: group.badge, showarrow: false,
          bgcolor: view.style.paper, bordercolor: group.color, borderwidth: 1.5, borderpad: 2, opacity: 0.92,
          font: { size: 11, color: view.style.ink }, captureevents: false,
        }];
      });
    }

    /* Where a point lies in the box, in pixels; null where it is not in sight. */
    where(id) {
      const point = this.place?.get(id);
      const layout = this.plot._fullLayout;
      if (!point || !layout || this.app.hidden.has(point.group)) return null;
      const x = layout.xaxis._offset + layout.xaxis.d2p(point.x), y = layout.yaxis._offset + layout.yaxis.d2p(point.y);
      const inside = x >= 0 && y >= 0 && x <= this.plot.clientWidth && y <= this.plot.clientHeight;
      return inside ? { x, y } : null;
    }

    mark() {
      const { current, chosen } = this.app;
      this.ring(this.rings.chosen, chosen);
      const at = this.ring(this.rings.current, current?.id ?? null);
      this.tip.hidden = !at;
      if (!at) return;
      const key = `${current.id} ${this.side.key} ${this.side.label}`;
      if (this.tip.dataset.of !== key) {
        this.tip.dataset.of = key;
        const picture = this.app.mode.picture(current.id, 96);
        const lines = this.app.mode.lines(current.id, this.side).map(line => make("p", {}, line));
        this.tip.replaceChildren(...(picture ? [picture] : []), ...lines);
      }
      const { offsetWidth: width, offsetHeight: height } = this.tip;
      const right = at.x + 14 + width < this.box.clientWidth;
      this.tip.style.left = `${right ? at.x + 14 : Math.max(0, at.x - 14 - width)}px`;
      this.tip.style.top = `${Math.max(0, Math.min(at.y - height / 2, this.box.clientHeight - height))}px`;
    }

    ring(element, id) {
      const at = id === null ? null : this.where(id);
      element.hidden = !at;
      if (at) element.style.transform = `translate(${at.x}px, ${at.y}px)`;
      return at;
    }

    inSight() {
      return this.side.points.map(point => ({ id: point.id, at: this.where(point.id) })).filter(one => one.at);
    }

    /* Where the keyboard comes in: at the marked point, else at the one in the middle. */
    entry() {
      if (this.app.chosen !== null && this.where(this.app.chosen)) return this.app.chosen;
      return this.nearestTo(this.box.clientWidth / 2, this.box.clientHeight / 2);
    }

    nearestTo(x, y) {
      let best = null, least = Infinity;
      for (const { id, at } of this.inSight()) {
        const distance = Math.hypot(at.x - x, at.y - y);
        if (distance < least) [best, least] = [id, distance];
      }
      return best;
    }

    /* The nearest point in the quarter of the plane that the arrow points to: so each has a way to each. */
    step(from, dx, dy) {
      const start = this.where(from);
      if (!start) return this.entry();
      let best = from, least = Infinity;
      for (const { id, at } of this.inSight()) {
        const x = at.x - start.x, y = at.y - start.y;
        const along = x * dx + y * dy, across = Math.abs(x * dy - y * dx), distance = Math.hypot(x, y);
        if (id !== from && along > 0 && across <= along && distance < least) [best, least] = [id, distance];
      }
      return best;
    }

    onKey(event) {
      const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      const current = this.app.current?.side === this.index ? this.app.current.id : null;
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (arrows[event.key]) this.app.point(this.index, current === null ? this.entry() : this.step(current, ...arrows[event.key]), true);
      else if (event.key === "Home") this.app.point(this.index, this.entry(), true);
      else if (event.key === "Enter" || event.key === " ") { if (current !== null) this.app.choose(current); }
      else if (event.key === "+" || event.key === "=") this.zoom(0.6);
      else if (event.key === "-") this.zoom(1 / 0.6);
      else if (event.key === "0") this.zoom(0);
      else return;
      event.preventDefault();
    }

    /* By a factor around the point in hand, else the middle; 0 shows all. */
    zoom(factor) {
      const { xaxis, yaxis } = this.plot._fullLayout;
      if (!factor) {
        const all = this.side.equal ? { "xaxis.range": [-0.03, 1.03], "yaxis.range": [-0.03, 1.03] } : { "xaxis.autorange": true, "yaxis.autorange": true };
        return Plotly.relayout(this.plot, all);
      }
      const focus = this.place.get(this.app.current?.id ?? this.app.chosen);
      const range = (axis, value) => {
        const [low, high] = axis.range;
        const middle = value === undefined ? (low + high) / 2 : axis.type === "log" ? Math.log10(value) : value;
        return [middle - (middle - low) * factor, middle + (high - middle) * factor];
      };
      return Plotly.relayout(this.plot, { "xaxis.range": range(xaxis, focus?.x), "yaxis.range": range(yaxis, focus?.y) });
    }
  }

  // --- the dialog

  class App {
    constructor() {
      this.touch = matchMedia("(pointer: coarse)").matches;
      this.modes = { projections: new Projections(), "trade-off": new TradeOff() };
      this.panels = [new Panel(this, 0), new Panel(this, 1)];
      this.heading = make("h2", { id: "fx-title" });
      this.form = make("div", { class: "fx-choices" });
      this.status = make("p", { class: "fx-status", role: "status" });
      this.filter = make("fieldset", { class: "fx-filter" });
      this.card = make("div", { class: "fx-card" });
      this.neighbours = make("div", { class: "fx-neighbours" });
      this.note = make("p", { class: "fx-note" });
      const zoom = (label, factor) => make("button", { type: "button", onclick: () => this.panels.forEach(panel => panel.zoom(factor)) }, label);
      this.dialog = make(
        "dialog",
        { class: "fx-dialog", "aria-labelledby": "fx-title" },
        make("header", {}, this.heading, make("button", { type: "button", class: "fx-close", onclick: () => this.dialog.close() }, words.close)),
        this.form,
        this.status,
        make("div", { class: "fx-body" },
          make("div", { class: "fx-panels" }, ...this.panels.map(panel => panel.element)),
          make("aside", {},
            this.note,
            this.filter,
            make("div", { class: "fx-zoom" }, zoom(words.zoom_in, 0.6), zoom(words.zoom_out, 1 / 0.6), zoom(words.zoom_all, 0)),
            this.card,
            this.neighbours,
            make("p", { class: "fx-hint" }, words.hint),
            make("p", { class: "fx-hint", id: "fx-keys" }, words.keys))),
      );
      document.body.append(this.dialog);
    }

    async open(name) {
      const [kind, what] = name.split(/\/(.*)/s);
      const mode = this.modes[kind];
      if (mode !== this.mode) this.forget();
      this.mode = mode;
      const before = mode.scope;
      mode.start(what);
      if (mode.scope !== before) this.forget();
      this.heading.textContent = mode.title;
      try {
        await load("view.css");
        if (!this.dialog.open) this.dialog.showModal();
        this.status.textContent = words.loading;
        this.dialog.classList.add("fx-loading");
        await load("plotly.min.js");
        await this.show();
      } catch (error) {
        if (!this.dialog.open) this.dialog.showModal();
        this.status.textContent = words.failed;
        throw error;
      }
      this.dialog.classList.remove("fx-loading");
      this.form.querySelector("select").focus();
    }

    /* What belongs to one set of points: the mark, the point in hand, hidden groups. */
    forget() {
      this.chosen = null;
      this.current = null;
      this.hidden = new Set();
    }

    async show() {
      await this.mode.prepare();
      this.note.textContent = this.mode.note;
      this.note.hidden = !this.mode.note;
      this.choices();
      this.groups();
      await this.draw();
    }

    async draw() {
      this.current = null;
      const sides = this.mode.sides();
      await Promise.all(this.panels.map((panel, i) => panel.draw(sides[i])));
      this.describe();
      const all = sides[0].points.length, shown = sides[0].points.filter(point => !this.hidden.has(point.group)).length;
      this.say(fill(words.shown, { shown: number(shown), all: number(all) }), ...sides.map(side => side.label));
    }

    choices() {
      const focused = document.activeElement?.name;
      this.form.replaceChildren(...this.mode.choices().map(([key, label, options]) => {
        const select = make("select", {
          name: key,
          onchange: async () => {
            this.mode.state[key] = select.value;
            if (key === "set") { this.forget(); await this.show(); } else await this.draw();
          },
        }, ...options.map(([value, text]) => make("option", { value, selected: value === this.mode.state[key] }, text)));
        return make("label", {}, make("span", {}, label), select);
      }));
      if (focused) this.form.querySelector(`select[name="${focused}"]`)?.focus();
    }

    groups() {
      const boxes = this.mode.groups.map((group, k) => {
        const box = make("input", {
          type: "checkbox", checked: !this.hidden.has(k), value: String(k),
          onchange: () => { if (box.checked) this.hidden.delete(k); else this.hidden.add(k); this.draw(); },
        });
        const name = group.badge && group.badge !== group.label ? `${group.badge} ${group.label}` : group.label;
        return make("label", {}, box, swatch(group), make("span", {}, name));
      });
      const all = (label, hidden) => make("button", {
        type: "button",
        onclick: () => {
          this.hidden = new Set(hidden ? this.mode.groups.keys() : []);
          for (const box of this.filter.querySelectorAll("input")) box.checked = !hidden;
          this.draw();
        },
      }, label);
      this.filter.style.setProperty("--widest", this.mode.hasNeighbours ? "7.5rem" : "15rem");
      this.filter.replaceChildren(
        make("legend", {}, this.mode.groupsTitle),
        make("div", { class: "fx-all" }, all(words.all, false), all(words.none, true)),
        make("div", { class: "fx-groups" }, ...boxes),
      );
    }

    /* The point in hand: under the pointer or where the keyboard stands; told aloud for the keyboard. */
    point(side, id, aloud = false) {
      this.current = id === null ? null : { side, id };
      for (const panel of this.panels) panel.mark();
      if (aloud && id !== null) this.say(...this.mode.lines(id, this.panels[side].side));
    }

    choose(id) {
      this.chosen = this.chosen === id ? null : id;
      for (const panel of this.panels) panel.mark();
      this.describe();
      if (this.chosen === null) this.say(words.nothing_chosen);
      else this.say(words.chosen, ...this.mode.lines(id, this.panels[0].side));
    }

    say(...parts) { this.status.textContent = parts.join(" · "); }

    /* The marked point and what is near it. */
    describe() {
      const { mode, chosen } = this;
      this.card.replaceChildren(make("h3", {}, words.chosen));
      this.neighbours.replaceChildren();
      if (chosen === null) { this.card.append(make("p", {}, words.nothing_chosen)); return; }
      const picture = mode.picture(chosen, 112);
      const lists = this.panels.map(panel => {
        const [first, ...rest] = mode.lines(chosen, panel.side);
        const said = mode.hasNeighbours ? rest : [first, ...rest];
        return make("div", {}, make("h4", {}, panel.side.label), ...said.map(line => make("p", {}, line)));
      });
      const head = mode.hasNeighbours ? [make("p", { class: "fx-name" }, mode.lines(chosen, this.panels[0].side)[0])] : [];
      this.card.append(...(picture ? [picture] : []), ...head, ...lists);
      if (mode.hasNeighbours) this.near(chosen);
    }

    near(id) {
      const { place, side } = this.panels[0];
      const from = place.get(id);
      if (!from) return;
      const others = side.points
        .filter(point => point.id !== id && !this.hidden.has(point.group))
        .map(point => ({ point, distance: Math.hypot(point.x - from.x, point.y - from.y) }))
        .sort((a, b) => a.distance - b.distance)
        .slice(0, NEAREST);
      const items = others.map(({ point }) => {
        const [image, name] = this.mode.lines(point.id, side);
        const picture = this.mode.picture(point.id, 40);
        const label = `${image}, ${name}`;
        const shown = picture ? [picture] : [label];
        return make("li", {}, make("button", { type: "button", title: label, "aria-label": label, onclick: () => { this.choose(point.id); this.neighbours.querySelector("button")?.focus(); } }, ...shown));
      });
      this.neighbours.append(make("h3", {}, words.nearest), make("ol", {}, ...items));
    }
  }

  function swatch(group) {
    const shapes = {
      circle: "M8 2.5a5.5 5.5 0 1 0 .01 0Z", square: "M3 3h10v10H3Z", "triangle-up": "M8 2 14 13H2Z", "triangle-down": "M8 14 2 3h12Z",
      diamond: "M8 1.5 14.5 8 8 14.5 1.5 8Z", cross: "M6 2h4v4h4v4h-4v4H6v-4H2V6h4Z", x: "M4.5 2 8 5.5 11.5 2 14 4.5 10.5 8 14 11.5 11.5 14 8 10.5 4.5 14 2 11.5 5.5 8 2 4.5Z",
      pentagon: "M8 1.5 14.5 6.3 12 14H4L1.5 6.3Z", "triangle-left": "M2 8 13 2v12Z", "triangle-right": "M14 8 3 2v12Z", hexagon: "M5 2h6l3.5 6L11 14H5L1.5 8Z",
    };
    const hollow = group.symbol.endsWith("-open");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", shapes[group.symbol.replace("-open", "")]);
    path.setAttribute("stroke", group.color);
    path.setAttribute("stroke-width", "1.5");
    path.setAttribute("fill", hollow ? view.style.paper : group.color);
    svg.append(path);
    return svg;
  }

  let app;
  view.open = name => (app ??= new App()).open(name);
})();
