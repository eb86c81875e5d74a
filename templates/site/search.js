/* The search of a site: its pages' words and their forms (the variable fxreportSearch), matched in the browser.

   On every page "/" leads to the box; where there is a place for results, they follow what is typed.
   tests/helpers/search_reference.py says the same in Python. */
"use strict";
(() => {
  const WORD = /[0-9]+(?:[.,][0-9]+)+(?![\p{L}\p{N}])|[\p{L}\p{N}]+(?:['’ʼ][\p{L}\p{N}]+)*/gu;
  const JOINT = /^ ?@ ?$|^[-‐‑–−_./:]?$/;  // between the parts of a name
  const PARTS = 4;
  const DIGITS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(c => !'"\\<>&'.includes(c));
  const LAST = 52;
  const EXACT = 1, FORM = 0.9, BEGINNING = 0.6, ALIKE = 0.3;
  const TITLE = 8, HEADING = 4, TEXT = 2, ELSEWHERE = 0.1;
  const PAGES = 50, SECTIONS = 3, BEFORE = 10, WINDOW = 44, LONGEST = 80;

  const keyOf = word => word.toLowerCase().replace(/[’ʼ]/g, "'").replaceAll(".", ",");

  // --- the index: which section holds which word

  function open({ pages, sections, tokens, endings, stems }) {
    const spelt = tokens.split("\n");
    const keys = spelt.map(token => token.match(WORD)?.[0] === token ? keyOf(token) : null);
    const value = new Map(DIGITS.map((digit, i) => [digit, i]));
    const takes = new Map();  // stem → lists of endings that it takes
    stems.forEach((list, i) => {
      const own = new Set(endings[i].split(","));
      for (const stem of list.split(",")) takes.set(stem, [...takes.get(stem) ?? [], own]);
    });

    /* What a run of tokens shows: [text, key or null], the spaces between words included. */
    function pieces(code) {
      const found = [];
      let number = 0;
      for (const digit of code) {
        const d = value.get(digit);
        if (d >= LAST) { number = number * (DIGITS.length - LAST) + d - LAST + 1; continue; }
        const token = number * LAST + d;
        if (keys[token] !== null && found.length && found.at(-1)[1] !== null) found.push([" ", null]);
        found.push([spelt[token], keys[token]]);
        number = 0;
      }
      return found;
    }

    /* Calls with each word's key and each name's, and the places of its first and last piece; in a title any
       words side by side may be a name: custom_cnn is called «Custom CNN». */
    function scan(run, visit, title = false) {
      for (let i = 0; i < run.length; i += 1) {
        let joined = run[i][1];
        if (joined === null) continue;
        visit(joined, i, i);
        for (let j = i, parts = 1; parts < PARTS && j + 2 < run.length; parts += 1) {
          const [between, next] = [run[j + 1], run[j + 2][1]];
          // «VGG16 32»: a number after a name that has one
          const sized = between[0] === " " && (title || /[0-9]/.test(joined) && /\p{L}/u.test(joined) && /^[0-9]+$/.test(next ?? ""));
          if (next === null || between[1] !== null || !(sized || JOINT.test(between[0]))) break;
          joined += next;
          j += 2;
          visit(joined, i, j);
        }
      }
    }

    const postings = new Map();  // key → { titles: [page], headings: [section], texts: section → times }
    const posting = key => {
      if (!postings.has(key)) postings.set(key, { titles: [], headings: [], texts: new Map() });
      return postings.get(key);
    };
    const lengths = [];
    // the shorter a title, the more each of its words says
    const weigh = run => 1 + 1 / run.filter(([, key]) => key !== null).length;
    const titleOf = pages.map(([, title], p) => {
      const run = pieces(title);
      scan(run, key => posting(key).titles.push(p), true);
      return TITLE * weigh(run);
    });
    const headingOf = [];
    sections.forEach(([, , heading, text], s) => {
      const head = pieces(heading);
      scan(head, key => posting(key).headings.push(s), true);
      headingOf.push(HEADING * weigh(head));
      const run = pieces(text);
      lengths.push(run.length);
      scan(run, key => { const { texts } = posting(key); texts.set(s, (texts.get(s) ?? 0) + 1); });
    });
    const known = [...postings.keys()].sort();
    const first = pages.map((_, p) => sections.findIndex(([page]) => page === p));

    // --- what a word of a query may mean: key → how well

    const paradigms = key => {
      const found = [];
      for (let i = 0; i <= key.length; i += 1)
        for (const own of takes.get(key.slice(0, i)) ?? []) if (own.has(key.slice(i))) found.push([key.slice(0, i), own]);
      return found;
    };
    const begins = function* (start) {
      let low = 0, high = known.length;
      while (low < high) { const middle = (low + high) >> 1; if (known[middle] < start) low = middle + 1; else high = middle; }
      for (; low < known.length && known[low].startsWith(start); low += 1) yield known[low];
    };
    function meanings(key) {
      const found = new Map();
      const add = (word, quality) => { if (postings.has(word) && !found.has(word)) found.set(word, quality); };
      add(key, EXACT);
      for (const [stem, own] of paradigms(key)) for (const ending of own) add(stem + ending, FORM);
      if (key.length > 1) for (const word of begins(key)) add(word, BEGINNING);
      for (let cut = key.length - 1; !found.size && cut >= Math.max(3, key.length * 2 / 3); cut -= 1)
        for (const word of begins(key.slice(0, cut))) add(word, ALIKE);
      return found;
    }

    /* A query's words; what is written as one name («vgg16@32», «CIFAR 10») counts as one where it is known. */
    function slots(query) {
      const words = [...query.matchAll(WORD)].map(match => [keyOf(match[0]), match.index, match.index + match[0].length]);
      const found = [];
      for (let i = 0; i < words.length; i += 1) {
        let last = Math.min(i + PARTS, words.length) - 1;
        for (; last > i; last -= 1) {
          const part = words.slice(i, last + 1);
          const closed = part.slice(1).every(([, start], n) => !/\s/.test(query.slice(part[n][2], start)));
          const joined = part.map(([key]) => key).join("");
          const meaning = new Map();
          if (postings.has(joined) && (closed || /[0-9]/.test(joined))) meaning.set(joined, EXACT);
          else if (closed && last === words.length - 1) for (const name of begins(joined)) meaning.set(name, BEGINNING);
          if (meaning.size) { found.push(meaning); break; }
        }
        if (last === i) found.push(meanings(words[i][0]));
        i = Math.max(i, last);
      }
      return found;
    }

    /* Pages, the best first: { page, score, sections: [section, …] }, and whether they hold all words. */
    function search(query) {
      const wanted = slots(query);
      const direct = wanted.map(() => new Map()), inside = wanted.map(() => new Set());
      const best = wanted.map(() => new Map());
      wanted.forEach((meaning, w) => {
        const raise = (map, at, weight) => { if (weight > (map.get(at) ?? 0)) map.set(at, weight); };
        for (const [key, quality] of meaning) {
          const { titles, headings, texts } = postings.get(key);
          for (const p of titles)
            for (let s = first[p]; s < sections.length && sections[s][0] === p; s += 1) raise(direct[w], s, quality * titleOf[p]);
          for (const s of headings) { raise(direct[w], s, quality * headingOf[s]); inside[w].add(s); }
          for (const [s, times] of texts) {
            raise(direct[w], s, quality * TEXT * (times / (times + 1 + lengths[s] / 200)));
            inside[w].add(s);
          }
        }
        for (const [s, weight] of direct[w]) raise(best[w], sections[s][0], weight);
      });
      const rarity = direct.map(of => Math.sqrt(Math.sqrt((sections.length + 1) / (of.size + 1))));
      const found = [];
      pages.forEach((_, page) => {
        const matched = best.filter(of => of.has(page)).length;
        if (!matched) return;
        const scored = [];
        for (let s = first[page]; s < sections.length && sections[s][0] === page; s += 1) {
          let score = 0;
          wanted.forEach((_, w) => { score += rarity[w] * (direct[w].get(s) ?? ELSEWHERE * (best[w].get(page) ?? 0)); });
          scored.push({ section: s, score, holds: inside.some(of => of.has(s)) });
        }
        const holding = scored.filter(one => one.holds).sort((a, b) => b.score - a.score || a.section - b.section);
        const shown = holding.length ? holding : scored.slice(0, 1);
        found.push({ page, matched, score: shown[0].score, sections: shown.slice(0, SECTIONS).map(one => one.section) });
      });
      found.sort((a, b) => b.matched - a.matched || b.score - a.score || a.page - b.page);
      const whole = found.filter(one => one.matched === wanted.length);
      return { wanted, whole: whole.length > 0, found: whole.length ? whole : found };
    }

    return { pages, sections, pieces, scan, search };
  }

  // --- the page

  const box = document.querySelector(".search-box input");
  const place = document.querySelector(".search-results");
  document.addEventListener("keydown", event => {
    const busy = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || busy || !box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
  if (!box || !place) return;

  const status = document.querySelector(".search-status");
  if (!window.fxreportSearch) { status.textContent = status.dataset.failed; return; }
  const lang = document.documentElement.lang;
  const plural = new Intl.PluralRules(lang);
  const { pages, sections, pieces, scan, search } = open(window.fxreportSearch);

  function make(tag, name, ...children) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...children);
    return element;
  }

  /* Pieces as text with the places marked; only text nodes, whatever the text is. */
  function shown(run, marks, from = 0, to = run.length) {
    const nodes = from > 0 ? ["… "] : [];
    for (let i = from; i < to; i += 1) {
      const text = run[i][0].length > LONGEST ? `${run[i][0].slice(0, LONGEST)}…` : run[i][0];
      nodes.push(marks.has(i) ? make("mark", "", text) : text);
    }
    return to < run.length ? [...nodes, " …"] : nodes;
  }

  function marksOf(run, wanted, title) {
    const marks = new Map();  // place → the word of the query that it answers
    scan(run, (key, from, to) => wanted.forEach((meaning, w) => {
      if (meaning.has(key)) for (let i = from; i <= to; i += 1) if (!marks.has(i)) marks.set(i, w);
    }), title);
    return marks;
  }

  /* The part of a text where most words of the query stand together. */
  function snippet(run, wanted) {
    const marks = marksOf(run, wanted);
    const places = [...marks.keys()].sort((a, b) => a - b);
    let start = 0, most = 0;
    for (let i = 0; i < places.length && most < wanted.length; i += 1) {
      const words = new Set();
      for (let j = i; places[j] < places[i] + WINDOW - BEFORE; j += 1) words.add(marks.get(places[j]));
      if (words.size > most) [start, most] = [places[i], words.size];
    }
    const from = Math.max(0, start - BEFORE);
    return shown(run, marks, from, Math.min(run.length, from + WINDOW));
  }

  function result({ page, sections: best }, wanted) {
    const [path, code] = pages[page];
    const href = path.split("/").map(encodeURIComponent).join("/");
    const link = (run, anchor) => {
      const element = make("a", "", ...shown(run, marksOf(run, wanted, true)));
      element.href = anchor ? `${href}#${encodeURIComponent(anchor)}` : href;
      element.dir = "auto";
      return element;
    };
    const item = make("li", "", make("h2", "", link(pieces(code), "")));
    const own = s => Number(sections[s][2] !== "" && sections[s][2] !== code);  // what has no heading stands first
    for (const s of [...best].sort((a, b) => own(a) - own(b))) {
      const [, anchor, heading, text] = sections[s];
      const head = pieces(heading), said = make("p", "", ...snippet(pieces(text), wanted));
      said.dir = "auto";
      if (own(s)) item.append(make("h3", "", link(head, anchor)));
      if (said.childNodes.length) item.append(said);
    }
    return item;
  }

  function answer() {
    const query = box.value.trim();
    if (!/[\p{L}\p{N}]/u.test(query)) { place.replaceChildren(); status.textContent = ""; return; }
    const { wanted, whole, found } = search(query);
    place.replaceChildren(...found.slice(0, PAGES).map(one => result(one, wanted)));
    const counted = JSON.parse(status.dataset.found)[plural.select(found.length)].replace("{n}", found.length.toLocaleString(lang));
    status.textContent = !found.length ? status.dataset.none : whole ? counted : `${status.dataset.some} ${counted}`;
  }

  function remember() {
    const address = new URL(location.href);
    if (box.value.trim()) address.searchParams.set("q", box.value.trim()); else address.searchParams.delete("q");
    history.replaceState(null, "", address);
  }

  box.value = new URLSearchParams(location.search).get("q") ?? new URLSearchParams(location.hash.slice(1)).get("q") ?? "";
  box.addEventListener("input", () => { answer(); remember(); });
  box.form.addEventListener("submit", event => {
    event.preventDefault();
    place.querySelector("a")?.focus();
  });
  answer();
  if (!place.childNodes.length) box.focus();
})();
