"""A document's own tables → facts: names first, then values; of two statements the first counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fxreport.audit.collecting import Collector, spellings
from fxreport.audit.facts import (
    ANY,
    EFFICIENCY,
    PROPERTIES,
    Facts,
    MetricInfo,
    Value,
    direction,
    quotient,
    rounding,
)
from fxreport.audit.lexicon import lexicon, longest
from fxreport.audit.markdown import Document, Kind
from fxreport.audit.names import Names, squash
from fxreport.audit.numbers import writes_decimal_comma
from fxreport.audit.tables import RANKED, Grid, GridCell, Reader, clean, words_of
from fxreport.vocabulary.catalog import DATASETS, EXTRACTORS
from fxreport.vocabulary.metrics import built_in

#: characters before a bracket in which the four words that head it are looked for
_BEFORE_BRACKET = 200


@dataclass(frozen=True, eq=False)
class Reading:
    """What a document's tables hold, and the names by which its prose is read."""

    facts: Facts
    grids: tuple[Grid, ...]
    own_metrics: Names
    strangers: Names
    decimal_comma: bool


def read_document(document: Document, text: str, given: Facts | None = None) -> Reading:
    """Collect names, then read every table with them.

    With facts ``given`` (of a store) the tables are read with their names and decide nothing.
    """
    comma = writes_decimal_comma(text)
    if given is None:
        reader = Collector(document, comma).collect().reader()
    else:
        reader = Reader(given.datasets, given.extractors, Names({}), comma)
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
    own_metrics = Names(reader.own_metrics.spellings(), short=False)
    return Reading(facts, grids, own_metrics, strangers, comma)


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
    if metric == "images_per_second":
        half = max(half, rounding(number.low))
    return Value(number.low, half, cell.line, number.text, cell.noted)


def _facts(document: Document, grids: Sequence[Grid], reader: Reader, score: tuple[str, str] | None) -> Facts:
    values: dict[tuple[str, str, str], Value] = {}
    metrics: dict[str, MetricInfo] = {}
    loose: list[GridCell] = []
    told: dict[tuple[str, str, str], list[tuple[int, Value]]] = {}
    for n, cell in ((grid.table.index, c) for grid in grids for c in grid.cells):
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
        key = (cell.about.dataset, cell.about.extractor, metric)
        told.setdefault(key, []).append((n, value_of(cell, metric)))
        _keep(values, key, value_of(cell, metric))
    placed = {m for _, _, m in values}
    for cell in loose:
        metric = metric_of(cell)
        assert metric is not None
        assert cell.about.extractor is not None
        if metric not in placed or metric in PROPERTIES:
            _learn(metrics, metric, cell)
            key = (ANY, cell.about.extractor, metric)
            told.setdefault(key, []).append((-1, value_of(cell, metric)))
            _keep(values, key, value_of(cell, metric))
    if score and set(score) <= set(metrics):
        metrics[EFFICIENCY] = MetricInfo(
            EFFICIENCY, f"{metrics[score[0]].title} / {metrics[score[1]].title}", True
        )
    else:
        score = None
    factor = 1.0
    if score is None:
        score, factor = _guessed_score(values, metrics)
        if score is not None:
            for key in [k for k in values if k[2] == EFFICIENCY]:
                del values[key]
    _add_total(values, metrics)
    used = {d for d, _, _ in values if d != ANY}
    facts = Facts(
        datasets=Names({d: words for d, words in _titles(reader.datasets).items() if d in used}),
        extractors=reader.extractors,
        metrics=metrics,
        values=values,
        score=score,
        score_factor=factor,
        doubtful=_doubtful(told),
        called=frozenset(w for grid in grids for w in grid.called),
    )
    return replace(facts, families=_families(document, grids, facts), natural=_natural(document, facts))


def _doubtful(told: dict[tuple[str, str, str], list[tuple[int, Value]]]) -> frozenset[tuple[str, str]]:
    """(set, metric) of which one table gives an extractor two values, or a later table mostly others.

    Then the rows or the tables differ in something that has no name here: an input size, another condition.
    """
    found: set[tuple[str, str]] = set()
    later: dict[tuple[str, str, int], list[bool]] = {}
    for (dataset, _, metric), occurrences in told.items():
        table, first = occurrences[0]
        for other, value in occurrences[1:]:
            same = abs(value.number - first.number) <= (value.half + first.half) * (1 + 1e-9)
            if other == table and not same:
                found.add((dataset, metric))
            later.setdefault((dataset, metric, other), []).append(same)
    for (dataset, metric, _), agree in later.items():
        wrong = agree.count(False)
        if wrong > 1 and wrong * 5 > len(agree) * 2:
            found.add((dataset, metric))
    return frozenset(found)


def _guessed_score(
    values: dict[tuple[str, str, str], Value], metrics: dict[str, MetricInfo]
) -> tuple[tuple[str, str] | None, float]:
    """The quotient that a printed efficiency follows, up to a power of ten: that of most of its values."""
    printed = {(d, e): v for (d, e, m), v in values.items() if m == EFFICIENCY}
    if len(printed) < 3:
        return None, 1.0
    for above in [m for m in metrics if direction(m) and m != EFFICIENCY]:
        for below in [m for m in metrics if metrics[m].is_time]:
            for factor in (1.0, 10.0, 100.0, 1000.0):
                fits = 0
                for (dataset, extractor), value in printed.items():
                    a, b = (values.get((dataset, extractor, m)) for m in (above, below))
                    ratio = quotient(a, b) if a and b else None
                    if (
                        ratio
                        and abs(ratio.number * factor - value.number) <= value.half + ratio.half * factor
                    ):
                        fits += 1
                if fits * 10 >= len(printed) * 7:
                    return (above, below), factor
    return None, 1.0


def _add_total(values: dict[tuple[str, str, str], Value], metrics: dict[str, MetricInfo]) -> None:
    """The sum of the stages that a document times, if it names no total: what "takes longest" may mean."""
    stages = [m for m, info in metrics.items() if info.is_time and not info.base]
    titles = [metrics[m].title.casefold() for m in stages]
    if len(stages) < 2 or any(re.search(r"\d|total|sum|разом|усього|всього|загал|сума", t) for t in titles):
        return
    found = {key[:2] for key in values if key[2] == stages[0]}
    for dataset, extractor in found:
        parts = [values.get((dataset, extractor, stage)) for stage in stages]
        known = [part for part in parts if part is not None]
        if len(known) == len(parts):
            number = sum(part.number for part in known)
            values[dataset, extractor, "total_seconds"] = Value(number, sum(part.half for part in known))
            metrics["total_seconds"] = MetricInfo("total_seconds", "", False, True)


def _titles(names: Names) -> dict[str, list[str]]:
    return names.spellings()


def _learn(metrics: dict[str, MetricInfo], metric: str, cell: GridCell) -> None:
    """Remember a metric with its title and direction; an arrow in the header decides over what is known."""
    told = cell.about.higher_is_better
    if metric in metrics and (told is None or metrics[metric].higher_is_better is not None):
        return
    title = re.sub(r"\s*[(\[].*?[)\]]|[↑↓▲▼⬆⬇]", "", cell.about.title).strip(" ,") or metric
    base = metric if direction(metric) is not None or built_in(metric) else _base(title)
    way = told if told is not None else direction(base)
    seconds = cell.number is not None and cell.number.unit == "s"
    timed = cell.about.is_time or seconds or base in ("extraction_seconds", "fit_seconds")
    if timed and way is None:
        way = False
    size = cell.about.is_size or (cell.number is not None and cell.number.unit == "B")
    metrics[metric] = MetricInfo(metric, title, way, timed, base, size)


def _base(title: str) -> str:
    """The known metric of which a document's own one is a variant: "F1 dirty" of F1."""
    words = words_of(title)
    for i in range(len(words)):
        if words[i].startswith("p@"):
            return "precision"
        found = lexicon().best([words[i].partition("@")[0], *words[i + 1 :]], 0, "metric")
        if found:
            return found[0]
    return ""


def _keep(values: dict[tuple[str, str, str], Value], key: tuple[str, str, str], value: Value) -> None:
    """The first statement of a value counts; a later one that agrees and is more exact refines it."""
    first = values.get(key)
    if first is None or (
        value.half < first.half and abs(value.number - first.number) <= first.half * (1 + 1e-9)
    ):
        values[key] = value


def _families(document: Document, grids: Iterable[Grid], facts: Facts) -> dict[str, frozenset[str]]:
    """Families as the document tells them (a column, a list, a group in brackets), else the catalogue."""
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
        for match in re.finditer(r"\(([^()]*)\)", text):
            inside = words_of(match[1])
            members = [m for i in range(len(inside)) if (m := facts.extractors.at(inside, i))]
            rest = re.sub(r"[\s,;]|and|та|і|й|&", "", match[1])
            named = "".join(squash(facts.extractors.title(m.ids[0])) for m in members)
            if len(members) >= 2 and squash(rest) == named:
                before = text[max(0, match.start() - _BEFORE_BRACKET) : match.start()]
                tail = words_of(re.split(r"[().:;]", before)[-1])[-4:]
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
