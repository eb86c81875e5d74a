"""The comparison table: real HTML in its first order, which a script then sorts, filters and ranks anew.

Without scripts the table is whole but for what lies beyond its first rows. The numbers come beside the page,
as one script for all languages (``Comparison.script``); the page itself holds the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment

from fxreport.analysis.names import FAMILY_TITLES
from fxreport.analysis.quantities.costs import mean_seconds_per_1000_images
from fxreport.analysis.quantities.standing import Place
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.analysis.study import SECONDS
from fxreport.analysis.subjects import Variant
from fxreport.report.anchors import Address, slug
from fxreport.report.numbers import MINUS
from fxreport.report.words import Words
from fxreport.report.writers.environment import make_environment
from fxreport.site.table_data import Comparison
from fxreport.site.table_words import SAID
from fxreport.site.text import json_in_html
from fxreport.vocabulary.factors import CLUSTERER, LEVELS, level_title

NUMBERS = "table-data.js"
#: of ours, in the order in which a page loads them after the numbers
SCRIPTS = ("statistics.js", "standing.js", "table.js")

#: rows shown before all are asked for
PAGE = 100
#: image sets of which each has a column of its own beside the mean
MOST_SETS = 6
ABSENT = "—"

#: where a measured value stands on the site
Href = Callable[[Address], str]


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    href: str = ""
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """``opens``: whether it is the first of a group. ``cells`` are those after place and name."""

    place: str
    name: str
    opens: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """``key`` is what the script sorts by; "" for what place orders already."""

    key: str
    title: str
    numeric: bool = True


def table_part(compared: Comparison, words: Words, href: Href) -> str:
    """The table as a fragment of a page; "" where nothing ranks.

    ``href`` gives the link to a measured value, at its address's id, from the page that the table stands on;
    "" where no page has it. Values of one set and extractor lead to one page; one that stands elsewhere is no
    link. Raises ValueError where a link is none to that id.
    """
    if not compared.metrics:
        return ""
    told = _Told(compared, words, href)
    return (
        _environment()
        .get_template("site/table.html.j2")
        .render(
            said=told.said,
            topics=told.topics(),
            main=compared.main,
            choices=told.choices(),
            labelled="labels" in told.facts,
            timed=SECONDS in compared.metrics,
            mixed=told.mixed,
            heads=told.heads(),
            rows=list(told.rows()),
            sentence=told.sentence(),
            note=told.note(),
            lacking=[(words.variant(v), told.lacks(sets)) for v, sets in compared.first.lacking.items()],
            more=told.more(),
            words=told.json(),
        )
    )


_FACTS: Mapping[str, Callable[[Variant], object]] = {
    "family": lambda one: one.family,
    "labels": lambda one: one.extractor.needs_labels,
    "size": lambda one: one.input_size,
}


@cache
def _environment() -> Environment:
    return make_environment({}, autoescape=True)


class _Told:
    """The comparison in one language. What is first shown is said as the script would say it."""

    def __init__(self, compared: Comparison, words: Words, href: Href) -> None:
        self.said = {name: words(message) for name, message in SAID.items()}
        self.said["spread"] = self.said["spread"].format(level=words.percent(LEVEL, 0))
        self._compared = compared
        self._words = words
        self._pages, self._unlinked = _placed(compared, href)
        self._sets = compared.metrics[compared.main]
        self._clusterers = tuple(
            dict.fromkeys(v.clusterer or compared.study.clusterer for v in compared.rows)
        )
        #: facts of a row that tell rows apart; a column of one value all the way down would say nothing
        self.facts = tuple(key for key, of in _FACTS.items() if len({of(v) for v in compared.rows}) > 1)

    # --- what can be chosen

    def topics(self) -> dict[str, list[tuple[str, str]]]:
        """Metrics by topic: name and title."""
        found: dict[str, list[tuple[str, str]]] = {}
        for name in self._compared.metrics:
            topic = self._words(self._compared.study.metric(name).topic)
            found.setdefault(topic, []).append((name, self._title(name)))
        return found

    def choices(self) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
        """Key, title and options of each list; an option: value, text, whether it is chosen at first."""
        rows, main = self._compared.rows, self._compared.study.clusterer
        sizes = sorted({v.input_size for v in rows}, key=lambda size: size or 0)
        listed = {
            "set": [(d, self._words.dataset(d), True) for d in self._compared.datasets],
            "family": [(f, self._family(f), True) for f in dict.fromkeys(v.family for v in rows)],
            "size": [("" if size is None else str(size), self._size(size), True) for size in sizes],
            "clusterer": [(name, self._clusterer(name), name == main) for name in self._clusterers],
        }
        return [(key, self.said[key], options) for key, options in listed.items() if len(options) > 1]

    @property
    def mixed(self) -> bool:
        """Whether some runs are repeated and some are not."""
        samples = self._compared.study.samples.values()
        return len({len(sample.seeds) > 1 for sample in samples}) > 1

    def _size(self, size: int | None) -> str:
        return self.said["no_size"] if size is None else self.said["pixels"].format(size=size)

    def _family(self, family: str) -> str:
        title = FAMILY_TITLES.get(family)
        return self._words(title) if title else family

    def _clusterer(self, name: str) -> str:
        title = level_title(CLUSTERER, name)
        return self._words(title) if name in LEVELS[CLUSTERER] else title

    def _title(self, metric: str) -> str:
        title = self._words.metric(metric)
        return title[:1].upper() + title[1:]

    def _unit(self, metric: str) -> str:
        unit = "%" if self._compared.study.metric(metric).shown == "percent" else self._words.unit(metric)
        return f", {self._words(unit) if unit else unit}" if unit else ""

    # --- what is first shown

    def sentence(self) -> str:
        main, sets = self._compared.main, self._sets
        names = [self._words.dataset(d) for d in sets]
        few = len(names) <= MOST_SETS
        known = self._compared.study.metric(main)
        text = self.said["single_set" if len(sets) == 1 else "several_sets"].format(
            metric=self._title(main),
            sets=", ".join(names) if few else self.said["part"].format(n=len(sets), all=len(sets)),
            better=self.said["lower" if known.higher_is_better is False else "higher"],
        )
        count = len(self._compared.first.places)
        rows = self.said["rows"].format(n=self._whole(count), all=self._whole(len(self._compared.rows)))
        parts = [text, rows]
        if len(self._clusterers) > 1:
            key = self.said["clusterer"]
            condition = f"{key[:1].lower()}{key[1:]} — {self._clusterer(self._compared.study.clusterer)}"
            parts.append(self.said["only"].format(conditions=condition))
        return " ".join(parts)

    def note(self) -> str:
        """What places have, or why they have no intervals."""
        first = self._compared.first
        if first.single:
            names = [self._words.variant(v) for v in first.single]
            return self.said["single"].format(names=listed(names))
        drawn = all((self._compared.main, d) in self._compared.drawn for d in self._sets)
        return self.said["spread" if drawn else "not_drawn"]

    def more(self) -> str:
        """How many of the rows are shown where these are not all; "" where they are."""
        count = len(self._compared.first.places)
        return self.said["part"].format(n=self._whole(PAGE), all=self._whole(count)) if count > PAGE else ""

    def lacks(self, sets: Sequence[str]) -> str:
        return self.said["lacks"].format(sets=listed([self._words.dataset(d) for d in sets]))

    def heads(self) -> list[Head]:
        main, sets, said = self._compared.main, self._sets, self.said
        title = self._title(main) + self._unit(main)
        several = len(sets) > 1
        columns = [
            Head(
                "value",
                said["mean"].format(metric=self._title(main)) + self._unit(main) if several else title,
            ),
            Head("", said["interval"]),
            Head("", said["group"]),
        ]
        if several and len(sets) <= MOST_SETS:
            columns += [Head(f"set:{d}", self._words.dataset(d)) for d in sets]
        titles = {"family": said["family_of"], "labels": said["labels"], "size": said["input"]}
        columns += [Head(key, titles[key], key == "size") for key in self.facts]
        if SECONDS in self._compared.metrics:
            columns.append(Head("seconds", said["time"]))
        if len(self._clusterers) > 1:
            columns.append(Head("clusterer", said["clusterer_of"], False))
        return [Head("place", said["place"]), Head("name", said["extractor"], False), *columns]

    def rows(self) -> Iterator[Row]:
        group: int | None = None
        for place in self._compared.first.places[:PAGE]:
            variant = self._compared.study.variant_by_id[place.variant]
            cells = tuple(self._cells(place, variant))
            opens = place.group is not None and place.group != group
            group = place.group
            yield Row(self._whole(place.place), self._words.variant(variant.id), opens, cells)

    def _cells(self, place: Place, variant: Variant) -> Iterator[Cell]:
        main, sets = self._compared.main, self._sets
        interval = place.interval
        yield Cell(
            self._number(main, place.value), self._link(main, sets[0], variant) if len(sets) == 1 else ""
        )
        yield Cell(ABSENT if interval is None else self._span(interval.low, interval.high))
        yield Cell(ABSENT if place.group is None else self._whole(place.group))
        if 1 < len(sets) <= MOST_SETS:
            for d in sets:
                value = self._compared.study.samples[d, variant.id, main].mean
                yield Cell(self._number(main, value), self._link(main, d, variant))
        needs = variant.extractor.needs_labels
        facts = {
            "family": self._family(variant.family),
            "labels": ABSENT if needs is None else self.said["yes" if needs else "no"],
            "size": ABSENT if variant.input_size is None else str(variant.input_size),
        }
        for key in self.facts:
            yield Cell(facts[key], numeric=key == "size")
        if SECONDS in self._compared.metrics:
            per = mean_seconds_per_1000_images(self._compared.study, sets, variant.id)
            one = len(sets) == 1 and sets[0] in self._compared.metrics[SECONDS]
            link = self._link(SECONDS, sets[0], variant) if one else ""
            yield Cell(ABSENT) if per is None else Cell(self._words.significant(per, 2), link)
        if len(self._clusterers) > 1:
            yield Cell(self._clusterer(variant.clusterer or self._compared.study.clusterer), numeric=False)

    def _number(self, metric: str, value: float) -> str:
        if self._compared.study.metric(metric).shown == "percent":
            return self._words.number(100 * value, 1)
        return self._words.measured(metric, value)

    def _whole(self, number: int) -> str:
        return self._words.number(number, 0)

    def _span(self, low: int, high: int) -> str:
        return self._whole(low) if low == high else f"{self._whole(low)}–{self._whole(high)}"

    def _link(self, metric: str, dataset: str, variant: Variant) -> str:
        address = Address(dataset, variant.id, metric)
        page = self._pages.get((dataset, variant.id))
        return "" if page is None or address in self._unlinked else f"{page}#{address.id}"

    # --- for the script

    def json(self) -> str:
        """Names, titles and words as JSON that no markup can end."""
        compared, words = self._compared, self._words
        pages = {page: i for i, page in enumerate(dict.fromkeys(self._pages.values()))}
        metric, dataset, row = map(
            _ordinals, (compared.metrics, compared.datasets, [v.id for v in compared.rows])
        )
        symbols = words.locale.number_symbols["latn"]
        told = {
            "lang": words.lang,
            "symbols": {"decimal": symbols["decimal"], "group": symbols["group"], "minus": MINUS},
            "said": self.said,
            "page": PAGE,
            "mostSets": MOST_SETS,
            "facts": self.facts,
            "mainClusterer": compared.study.clusterer,
            "rows": [_named(v.id, words.variant(v.id)) for v in compared.rows],
            "sets": [
                {
                    **_named(d, words.dataset(d)),
                    "pages": [pages.get(self._pages.get((d, v.id), ""), -1) for v in compared.rows],
                }
                for d in compared.datasets
            ],
            "metrics": [
                {
                    **_named(name, self._title(name)),
                    "unit": self._unit(name),
                    "shown": _shown(words, name),
                    "decimals": compared.study.metric(name).decimals,
                }
                for name in compared.metrics
            ],
            "families": {f: self._family(f) for f in dict.fromkeys(v.family for v in compared.rows)},
            "clusterers": {name: self._clusterer(name) for name in self._clusterers},
            "pages": list(pages),
            "unlinked": [[metric[a.metric], dataset[a.dataset], row[a.variant]] for a in self._unlinked],
        }
        return json_in_html(told, ensure_ascii=False)


def listed(names: Sequence[str]) -> str:
    """The first names and how many others there are, as the script lists them."""
    return ", ".join(names[:MOST_SETS]) + (
        f" … (+{len(names) - MOST_SETS})" if len(names) > MOST_SETS else ""
    )


def _named(name: str, title: str) -> dict[str, Any]:
    """A title, with the part of an address where that is not the name itself."""
    coded = slug(name)
    return {"title": title} | ({"slug": coded} if coded != name else {})


def _shown(words: Words, metric: str) -> str:
    """How the script writes a metric's values."""
    if words.study.metric(metric).shown == "percent":
        return "percent"
    known: Mapping[str, str] = {"MB": "bytes", "s": "seconds"}
    return known.get(words.unit(metric), "number")


def _ordinals(names: Iterable[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}


def _placed(compared: Comparison, href: Href) -> tuple[dict[tuple[str, str], str], dict[Address, None]]:
    """By set and variant the page of their values, and the values, in order, that do not stand there."""
    pages: dict[tuple[str, str], str] = {}
    unlinked: dict[Address, None] = {}
    for metric, sets in compared.metrics.items():
        for d in sets:
            for v in compared.rows:
                if compared.study.sample(d, v.id, metric) is None:
                    continue
                address = Address(d, v.id, metric)
                page = _page(href, address)
                if not page or pages.setdefault((d, v.id), page) != page:
                    unlinked[address] = None
    return pages, unlinked


def _page(href: Href, address: Address) -> str:
    link = href(address)
    page, _, anchor = link.partition("#")
    if link and anchor != address.id:
        raise ValueError(f"{link} does not lead to {address.id}")
    return page
