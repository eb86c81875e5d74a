"""A document's own tables → facts: names first, then values, the first full statement of each being primary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fxreport.audit.facts import ANY, EFFICIENCY, PROPERTIES, Facts, MetricInfo, Value, direction
from fxreport.audit.lexicon import fold, lexicon, longest
from fxreport.audit.markdown import Document, Kind, Line, Table
from fxreport.audit.names import Names, squash
from fxreport.audit.numbers import writes_decimal_comma
from fxreport.audit.tables import (
    RANKED,
    Grid,
    GridCell,
    Reader,
    Role,
    bare_title,
    captions,
    clean,
    roles_of,
    words_of,
)
from fxreport.catalog import DATASETS, EXTRACTORS

_PARENS = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_RANKED = re.compile(r"^\d+[.)]\s+")


@dataclass(frozen=True, eq=False)
class Reading:
    """What a document's tables hold, and the names by which its prose is read."""

    facts: Facts
    grids: tuple[Grid, ...]
    own_metrics: Names
    strangers: Names
    decimal_comma: bool


def spellings(group: str) -> dict[str, list[str]]:
    """What the lexicon calls the known extractors or image sets."""
    found: dict[str, list[str]] = {}
    for phrase in lexicon().phrases:
        if phrase.group == group:
            found.setdefault(phrase.value, []).append(" ".join(phrase.words).replace("*", ""))
    return found


def known_sets() -> Names:
    titles = {name: [facts.title] for name, facts in DATASETS.items()}
    for name, words in spellings("dataset").items():
        titles.setdefault(name, []).extend(words)
    return Names(titles)


def read_document(document: Document, text: str, given: Facts | None = None) -> Reading:
    """Collect names, then read every table with them.

    With facts ``given`` (of a store) the tables are read with their names and decide nothing.
    """
    comma = writes_decimal_comma(text)
    names = _Collector(document, comma)
    names.collect()
    reader = names.reader() if given is None else _reader_of(given, names)
    grids = tuple(reader.grid(table) for table in document.tables)
    score = _score(document, grids, reader)
    facts = _facts(document, grids, reader, score) if given is None else given
    held = {squash(facts.datasets.title(d)) for d in facts.datasets.ids}
    strangers = Names(
        {
            name: words
            for name, words in spellings("dataset").items()
            if name not in facts.datasets.ids and not {squash(w) for w in words} & held
        }
    )
    return Reading(facts, grids, reader.own_metrics, strangers, comma)


def _reader_of(facts: Facts, names: _Collector) -> Reader:
    """A reader with the names of facts, and with the document's own for what the facts do not hold."""
    return Reader(facts.datasets, facts.extractors, Names({}), names.comma)


class _Collector:
    """Finds the names that a document's tables use."""

    def __init__(self, document: Document, comma: bool) -> None:
        self.document = document
        self.comma = comma
        self.known = known_sets()
        self.extractors: dict[str, list[str]] = {}
        self.datasets: dict[str, list[str]] = {}
        self.metrics: dict[str, list[str]] = {}

    def reader(self) -> Reader:
        return Reader(Names(self.datasets), Names(self.extractors), Names(self.metrics), self.comma)

    def collect(self) -> None:
        for table in self.document.tables:
            self._labels(table)
        for table in self.document.tables:
            self._known_sets_of(table)
        for table in self.document.tables:
            self._headers(table)
        self._times()
        self._unknown_captions()

    def _roles(self, table: Table) -> list[Role]:
        # the sets that everybody knows count as sets while names are being collected
        titles = {name: [self.known.title(name)] for name in self.known.ids}
        for name, words in spellings("dataset").items():
            titles.setdefault(name, []).extend(words)
        for name, own in self.datasets.items():
            titles[name] = [*own, *titles.get(name, [])]
        return roles_of(table, Reader(Names(titles), Names(self.extractors), Names({}), self.comma))

    def _labels(self, table: Table) -> None:
        roles = self._roles(table)
        for j, role in enumerate(roles):
            for row in table.rows:
                if j >= len(row.cells):
                    continue
                text = _RANKED.sub("", clean(row.cells[j].text))
                if not text or _general(text) or not re.search(r"[^\W\d_]", text):
                    continue
                if role is Role.EXTRACTOR and self._known(text) is None:
                    self._extractor(text)
                elif role is Role.DATASET:
                    self._dataset(text)

    def _extractor(self, text: str) -> None:
        now = Names(self.extractors)
        words = words_of(text)
        if now.exact(text) or (
            words and (m := now.at(words, 0)) and m.words == len(words) and len(m.ids) == 1
        ):
            return
        bare = _PARENS.sub("", text).strip()
        forms = [text, *([bare] if bare and bare != text else [])]
        for name, facts in EXTRACTORS.items():
            known = {squash(w) for w in (facts.title, name, *spellings("extractor").get(name, ()))}
            if known & {squash(f) for f in forms}:
                forms += [
                    w for w in spellings("extractor").get(name, ()) if squash(w) not in map(squash, forms)
                ]
                forms.append(facts.title)
        self.extractors[squash(bare or text)] = list(dict.fromkeys(forms))

    def _known(self, text: str) -> str | None:
        words = words_of(text)
        found = self.known.at(words, 0) if words else None
        return found.ids[0] if found and len(found.ids) == 1 and found.words == len(words) else None

    def _dataset(self, text: str) -> str:
        bare = _PARENS.sub("", text).strip() or text
        known = self._known(bare)
        now = Names(self.datasets)
        words = words_of(bare)
        short = now.at(words, 0) if words else None
        if known is None and (found := now.exact(bare)):
            return found
        if known is None and short and short.words == len(words) and len(short.ids) == 1:
            return short.ids[0]
        key = known or squash(bare)
        forms = self.datasets.setdefault(key, [bare])
        if known:
            forms += [w for w in spellings("dataset").get(known, ()) if w not in forms]
        return key

    def _mentions(self, text: str) -> list[str]:
        words = words_of(clean(text))
        found, i = [], 0
        while i < len(words):
            mention = self.known.at(words, i)
            if mention and len(mention.ids) == 1:
                found.append((mention.ids[0], i, mention.words))
                i += mention.words
            else:
                i += 1
        return [name for name, _, _ in found]

    def _known_sets_of(self, table: Table) -> None:
        texts = [cell.text for cell in table.header.cells]
        texts += [row.cells[0].text for row in table.rows if row.cells]
        for text in texts:
            for name in self._mentions(text):
                self._dataset(self._spelled(name, text))
        for line in captions(table):
            found = set(self._mentions(line.text))
            if found:
                if len(found) == 1:
                    self._dataset(self._spelled(found.pop(), line.text))
                break

    def _spelled(self, name: str, text: str) -> str:
        """A known set as a text spells it."""
        words = re.findall(r"[^\W_](?:[\w'’ʼ]|[-‑–@](?=\w))*", clean(text))
        folded = [fold(w) for w in words]
        for i in range(len(words)):
            mention = self.known.at(folded, i)
            if mention and mention.ids == (name,):
                return " ".join(words[i : i + mention.words])
        return self.known.title(name)

    def _headers(self, table: Table) -> None:
        """Names in headers: what is neither a metric nor known, by what the table's labels are."""
        roles = self._roles(table)
        reader = self.reader()
        caption = reader.caption(table)
        kinds = set(roles)
        for j, cell in enumerate(table.header.cells):
            if roles[j] is not Role.DATA or not self._numeric(table, j):
                continue
            about = reader.about(cell.text)
            text = clean(_PARENS.sub("", cell.text)).strip(" ↑↓▲▼,")
            text = re.sub("[↑↓▲▼⬆⬇]", "", text).strip()
            if about.metric or about.mean or about.dataset or about.extractor or not text:
                continue
            if Role.EXTRACTOR in kinds and Role.METRIC not in kinds:
                if Role.DATASET not in kinds and caption.metric and self._alike(table):
                    self._dataset(text)
                else:
                    self.metrics.setdefault(squash(text), [text])
            elif Role.METRIC in kinds:
                if Role.EXTRACTOR in kinds:
                    self._dataset(text)
                else:
                    self._extractor(text)
            elif Role.DATASET in kinds:
                if caption.metric and self._alike(table):
                    self._extractor(text)
                else:
                    self.metrics.setdefault(squash(text), [text])

    def _times(self) -> None:
        """Where a table has several columns of time, each is a metric of its own."""
        for table in self.document.tables:
            reader = self.reader()
            timed = []
            for cell in table.header.cells:
                about = reader.about(cell.text)
                if about.is_time or about.metric == "extraction_seconds":
                    timed.append(re.sub("[↑↓▲▼⬆⬇]", "", _PARENS.sub("", clean(cell.text))).strip(" ,"))
            if len(timed) > 1:
                for title in timed:
                    if title:
                        self.metrics.setdefault(squash(title), [title])

    def _numeric(self, table: Table, j: int) -> bool:
        cells = [clean(row.cells[j].text) for row in table.rows if j < len(row.cells)]
        return sum(bool(re.match(r"[-−~≈<>]?\s?\d", c)) for c in cells) * 2 >= len(cells) > 0 or any(
            "⭐" in row.cells[j].text or "★" in row.cells[j].text for row in table.rows if j < len(row.cells)
        )

    def _alike(self, table: Table) -> bool:
        """Whether no data column of a table has a metric of its own: then the caption's is meant in all."""
        reader = self.reader()
        roles = self._roles(table)
        return not any(
            reader.about(cell.text).metric
            for j, cell in enumerate(table.header.cells)
            if roles[j] is Role.DATA
        )

    def _unknown_captions(self) -> None:
        """Tables of extractors × metrics under titles that name sets which nobody knows."""
        reader = self.reader()
        open_: list[tuple[Table, Line]] = []
        resolved: list[Table] = []
        for table in self.document.tables:
            roles = self._roles(table)
            about = [reader.about(c.text) for c in table.header.cells]
            if Role.EXTRACTOR not in roles or Role.DATASET in roles:
                continue
            if any(a.dataset or a.mean for a in about) or not any(a.metric for a in about):
                continue
            if reader.caption(table).dataset:
                resolved.append(table)
                continue
            line = next((one for one in captions(table) if one.level or one.text), None)
            if line is not None:
                open_.append((table, line))
        headers = [tuple(clean(c.text) for c in table.header.cells) for table in resolved]
        own = [tuple(clean(c.text) for c in table.header.cells) for table, _ in open_]
        for (table, line), header in zip(open_, own, strict=True):
            alike = header in headers or own.count(header) > 1
            marked = _set_marked(line)
            title = marked or bare_title(line)
            if title and len(title.split()) <= 4 and (alike or marked) and not _metric_words(title):
                key = self._dataset(title)
                self.datasets[key] = list(dict.fromkeys([*self.datasets[key], title]))


def _set_marked(line: Line) -> str:
    """What stands after a word for «set»: «набір «Листя»», "dataset Leaves"."""
    found = re.search(
        r"(?:набор\w*|набір|датасет\w*|dataset|image set|data set)\s+(?:зображень\s+|даних\s+)?[«\"“]?([^\W\d_][\w -]{1,30}?)[»\"”]?\s*(?:$|[(:.,—–])",
        clean(line.text),
        re.IGNORECASE,
    )
    return found[1].strip() if found else ""


def _metric_words(title: str) -> bool:
    words = words_of(title)
    return any(longest(lexicon().at(words, i), "metric") for i in range(len(words)))


def _general(text: str) -> bool:
    """Labels of rows that are no names: means, best, totals."""
    words = words_of(text)
    tags = lexicon().at(words, 0) if words else {}
    plain = ("scope.mean", "scope.median", "scope.all", "scope.overall")
    return len(words) <= 3 and any(tag in plain or tag.startswith("superlative.") for tag in tags)


def _score(document: Document, grids: Sequence[Grid], reader: Reader) -> tuple[str, str] | None:
    """The quotient that the document defines as its efficiency, in a header or a line."""
    for grid in grids:
        for cell in grid.cells:
            if cell.about.quotient:
                return cell.about.quotient
    for line in document.lines:
        if "=" in line.text and re.search(r"[/÷]", line.text):
            right = line.text.partition("=")[2]
            left = words_of(line.text.partition("=")[0])
            named = any(
                tag in ("metric.efficiency", "metric.speed") or left[i] in ("score", "e", "eff")
                for i in range(len(left))
                for tag in ("", *lexicon().at(left, i))
            )
            about = reader.about(re.split(r"[,;.)](?:\s|$)", right)[0])
            if named and about.quotient:
                return about.quotient
    return None


def is_score(cell: GridCell) -> bool:
    return cell.about.quotient is not None or cell.about.metric == EFFICIENCY


def is_ratio(cell: GridCell) -> bool:
    return cell.about.relative_to is not None or (cell.number is not None and cell.number.unit == "x")


def metric_of(cell: GridCell) -> str | None:
    """The metric that a cell gives; speed in seconds is time."""
    if cell.about.metric == "speed":
        return "extraction_seconds" if cell.number is not None and cell.number.unit == "s" else "speed"
    return cell.about.metric


def value_of(cell: GridCell, metric: str) -> Value:
    assert cell.number is not None
    number = cell.number
    half = 0.0 if metric in PROPERTIES else number.step / 2
    return Value(number.low, half, cell.line, number.text)


def _facts(document: Document, grids: Sequence[Grid], reader: Reader, score: tuple[str, str] | None) -> Facts:
    values: dict[tuple[str, str, str], Value] = {}
    metrics: dict[str, MetricInfo] = {}
    loose: list[GridCell] = []
    for cell in (c for grid in grids for c in grid.cells):
        metric = metric_of(cell)
        if metric == RANKED:
            continue
        if cell.number is None or metric is None or cell.about.extractor is None or cell.number.is_range:
            continue
        if is_ratio(cell) or (is_score(cell) and score):
            continue
        if cell.about.dataset is None or cell.about.mean:
            loose.append(cell)
            continue
        _learn(metrics, metric, cell)
        _keep(values, (cell.about.dataset, cell.about.extractor, metric), value_of(cell, metric))
    placed = {m for _, _, m in values}
    for cell in loose:
        metric = metric_of(cell)
        assert metric is not None and cell.about.extractor is not None
        if metric not in placed or metric in PROPERTIES:
            _learn(metrics, metric, cell)
            _keep(values, (ANY, cell.about.extractor, metric), value_of(cell, metric))
    if score and set(score) <= set(metrics):
        metrics[EFFICIENCY] = MetricInfo(
            EFFICIENCY, f"{metrics[score[0]].title} / {metrics[score[1]].title}", True
        )
    else:
        score = None
    used = {d for d, _, _ in values if d != ANY}
    facts = Facts(
        datasets=Names({d: words for d, words in _titles(reader.datasets).items() if d in used}),
        extractors=reader.extractors,
        metrics=metrics,
        values=values,
        score=score,
    )
    return replace(facts, families=_families(document, grids, facts), natural=_natural(document, facts))


def _titles(names: Names) -> dict[str, list[str]]:
    return names.spellings()


def _learn(metrics: dict[str, MetricInfo], metric: str, cell: GridCell) -> None:
    """Remember a metric with its title and direction; an arrow in the header decides over what is known."""
    told = cell.about.higher_is_better
    if metric in metrics and (told is None or metrics[metric].higher_is_better is not None):
        return
    way = told if told is not None else direction(metric)
    title = re.sub(r"\s*[(\[].*?[)\]]|[↑↓▲▼⬆⬇]", "", cell.about.title).strip(" ,") or metric
    timed = cell.about.is_time
    if timed and way is None:
        way = False
    metrics[metric] = MetricInfo(metric, title, way, timed)


def _keep(values: dict[tuple[str, str, str], Value], key: tuple[str, str, str], value: Value) -> None:
    """The first statement of a value is primary; a later one that agrees and says it more exactly refines it."""
    first = values.get(key)
    if first is None or (
        value.half < first.half and abs(value.number - first.number) <= first.half * (1 + 1e-9)
    ):
        values[key] = value


def _families(document: Document, grids: Iterable[Grid], facts: Facts) -> dict[str, frozenset[str]]:
    """Families as the document tells them (a column, a list, a group in parentheses), else as the catalogue does."""
    told: dict[str, set[str]] = {}
    lex = lexicon()
    for grid in grids:
        for extractor, text in grid.families:
            for family in _families_in(text):
                told.setdefault(extractor, set()).add(family)
    for line in document.lines:
        if line.kind is Kind.HEADING:
            continue
        words = words_of(clean(line.text))
        if not words:
            continue
        first = facts.extractors.at(words, 0)
        if line.kind is Kind.ITEM and first and len(first.ids) == 1:
            others = [m for i in range(first.words, len(words)) if (m := facts.extractors.at(words, i))]
            dash = re.match(r"^[^—–:(-]{0,40}\s?(?:[—–:(]|\s-\s)", clean(line.text))
            after = clean(line.text)[dash.end() :] if dash else ""
            # «X — pretrained, …»: the family has to come first in what is said of it
            head = re.split(r"[.;]", after)[0]
            if not others and head and not re.search(r"\d[.,]\d", head):
                for family in _families_in(head, first_words=4):
                    told.setdefault(first.ids[0], set()).add(family)
        text = clean(line.text)
        for match in re.finditer(r"([^().:;]*)\(([^()]*)\)", text):
            inside = words_of(match[2])
            members = [m for i in range(len(inside)) if (m := facts.extractors.at(inside, i))]
            rest = re.sub(r"[\s,;]|and|та|і|й|&", "", match[2])
            named = "".join(squash(facts.extractors.title(m.ids[0])) for m in members)
            if len(members) >= 2 and squash(rest) == named:
                tail = words_of(match[1])[-4:]
                for i in range(len(tail)):
                    found = longest(lex.at(tail, i), "family")
                    if found:
                        for member in members:
                            told.setdefault(member.ids[0], set()).add(found[0])
    for extractor in facts.extractors.ids:
        if extractor in told:
            continue
        forms = {squash(f) for f in facts.extractors.spellings()[extractor]}
        for name, known in EXTRACTORS.items():
            if forms & {squash(known.title), squash(name)}:
                told[extractor] = {known.family}
    return {extractor: frozenset(families) for extractor, families in told.items()}


def _families_in(text: str, first_words: int | None = None) -> set[str]:
    words = words_of(text)
    found = set()
    for i in range(len(words) if first_words is None else min(first_words, len(words))):
        family = longest(lexicon().at(words, i), "family")
        if family:
            found.add(family[0])
    return found


def _natural(document: Document, facts: Facts) -> frozenset[str]:
    """Sets known to be of natural photographs."""
    known = {squash(f.title) for f in DATASETS.values() if f.natural_images}
    return frozenset(
        d for d in facts.datasets.ids if {squash(s) for s in facts.datasets.spellings()[d]} & known
    )
