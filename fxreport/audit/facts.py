"""What claims are held against: image sets × extractors × metrics → values and their rounding."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from fxreport.audit.lexicon import fold
from fxreport.audit.names import Names
from fxreport.vocabulary.metrics import built_in

#: stands where a value belongs to an extractor on no particular set: a dimension, a time given once
ANY = "*"

#: metrics beside those of the vocabulary that documents report; True: higher is better
_OTHERS: Mapping[str, bool | None] = {
    "accuracy": True,
    "purity": True,
    "f1": True,
    "precision": True,
    "recall": True,
    "map": True,
    "v_measure": True,
    "homogeneity": True,
    "completeness": True,
    "calinski_harabasz": True,
    "auroc": True,
    "top1": True,
    "mrr": True,
    "r_at": True,
    "error": False,
}
#: agreement with the true labels: what "quality" means first
LABELLED = (
    "ari",
    "nmi",
    "ami",
    "clustering_accuracy",
    "purity",
    "accuracy",
    "f1",
    "v_measure",
    "knn_accuracy",
    "probe_accuracy",
    "test_accuracy",
    "top1",
    "map",
    "auroc",
    "mrr",
    "r_at",
    "precision",
    "recall",
    "homogeneity",
    "completeness",
)
INTERNAL = ("silhouette", "davies_bouldin", "calinski_harabasz")
TIMES = ("extraction_seconds", "extraction_seconds_min", "extraction_seconds_max", "images_per_second")
#: facts of an extractor that no image set changes
PROPERTIES = ("dimension", "parameters", "model_bytes")
EFFICIENCY = "efficiency"


@dataclass(frozen=True, slots=True)
class Value:
    """A number known to lie in ``number`` ± ``half`` (0 where it is exact), and where it comes from.

    ``line`` is a line of the document, None for a store or a derived number; ``text`` is how it was printed,
    ``noted`` whether with an asterisk or the like: it may not be comparable.
    """

    number: float
    half: float = 0.0
    line: int | None = None
    text: str = ""
    noted: bool = False

    def sign(self, other: Value) -> int | None:
        """1, 0 or −1 as this is above, equal to or below another; None where rounding hides it."""
        difference = self.number - other.number
        room = self.half + other.half
        if difference == 0 or abs(difference) <= 1e-9 * max(abs(self.number), abs(other.number)):
            return 0 if room == 0 else None
        # two values printed to the same digit are in the order in which they are printed
        if self.half == other.half and self.text and other.text:
            return 1 if difference > 0 else -1
        if abs(difference) < room * (1 - 1e-9):
            return None
        return 1 if difference > 0 else -1

    @property
    def low(self) -> float:
        return self.number - self.half

    @property
    def high(self) -> float:
        return self.number + self.half


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """``higher_is_better`` is None where a metric only describes; ``base`` is what it is a variant of."""

    name: str
    title: str
    higher_is_better: bool | None = None
    is_time: bool = False
    base: str = ""
    is_size: bool = False  # in bytes


#: words that tell no variant of a metric from another
_GENERAL = frozenset(("time", "час", "score", "value", "значення", "s", "ms", "с", "мс"))

#: nouns for extractors of whatever kind; others («мережа», "descriptor") may mean some of them
_ANY_EXTRACTOR = (
    "екстрактор",
    "модел",
    "метод",
    "підх",
    "варіант",
    "спос",
    "extractor",
    "feature",
    "model",
    "method",
    "approach",
    "option",
    "variant",
    "contestant",
    "contender",
    "competitor",
    "one",
    "system",
    "систем",
    "алгоритм",
    "algorithm",
)

Column = dict[str, Value]


@dataclass(frozen=True, eq=False)
class Facts:
    """``values``: (image set, extractor, metric) → value; ``families``: extractor → its families.

    ``score`` names the two metrics of which the document defines its efficiency as a quotient, times
    ``score_factor``. ``doubtful``: (image set, metric) of which tables tell different things, under
    conditions that have no name here. ``called``: how the tables' headers call extractors.
    """

    datasets: Names
    extractors: Names
    metrics: Mapping[str, MetricInfo]
    values: Mapping[tuple[str, str, str], Value]
    families: Mapping[str, frozenset[str]] = field(default_factory=dict)
    score: tuple[str, str] | None = None
    score_factor: float = 1.0
    natural: frozenset[str] = frozenset()
    doubtful: frozenset[tuple[str, str]] = frozenset()
    called: frozenset[str] = frozenset()
    source: str = "tables"

    def exactly(self) -> Facts:
        """The same with printed values taken as exact."""
        return replace(self, values={key: replace(v, half=0.0) for key, v in self.values.items()})

    def get(self, dataset: str, extractor: str, metric: str) -> Value | None:
        if metric == EFFICIENCY and self.score is not None:
            above, below = (self.get(dataset, extractor, name) for name in self.score)
            if above is None or below is None or (found := quotient(above, below)) is None:
                return None
            return Value(found.number * self.score_factor, found.half * self.score_factor)
        found = self.values.get((dataset, extractor, metric))
        if found is None and metric in PROPERTIES:
            found = self.values.get((ANY, extractor, metric))
        return found

    def are_all(self, noun: str) -> bool:
        """Whether a noun means any extractor: a general one, or the word of the tables' headers."""
        return noun.startswith(_ANY_EXTRACTOR) or any(noun[:5] == word[:5] for word in self.called)

    def sure(self, dataset: str | None, metric: str) -> bool:
        """Whether the tables agree about a metric on a set; None: on all of its sets."""
        parts = self.score if metric == EFFICIENCY and self.score else (metric,)
        over = {dataset, ANY} if dataset is not None else {*self.sets(metric), ANY}
        return not any((d, m) in self.doubtful for d in over for m in parts)

    def column(self, dataset: str, metric: str) -> Column:
        """Extractor → value on one set."""
        known = self._columns.get((dataset, metric))
        if known is None:
            found = ((e, self.get(dataset, e, metric)) for e in self.extractors.ids)
            known = {extractor: value for extractor, value in found if value is not None}
            self._columns[dataset, metric] = known
        return known

    def sets(self, metric: str) -> tuple[str, ...]:
        """The image sets with values of a metric; ``ANY`` alone where it is given without a set."""
        if metric == EFFICIENCY and self.score is not None:
            return tuple(d for d in self.sets(self.score[0]) if d in self.sets(self.score[1]))
        return self._sets.get(metric, ())

    def means(self, metric: str, datasets: Collection[str] | None = None) -> Column:
        """Extractor → mean over sets, of the extractors that have a value on all of them."""
        over = tuple(datasets or self.sets(metric))
        known = self._means.get((metric, over))
        if known is None:
            known = {}
            columns = [self.column(d, metric) for d in over]
            for extractor in self.extractors.ids if over else ():
                values = [c[extractor] for c in columns if extractor in c]
                if len(values) == len(over):
                    known[extractor] = mean(values) if len(values) > 1 else values[0]
            self._means[metric, over] = known
        return known

    @cached_property
    def _columns(self) -> dict[tuple[str, str], Column]:
        return {}

    @cached_property
    def _means(self) -> dict[tuple[str, tuple[str, ...]], Column]:
        return {}

    @cached_property
    def _sets(self) -> dict[str, tuple[str, ...]]:
        have: dict[str, set[str]] = {}
        for dataset, _, metric in self.values:
            have.setdefault(metric, set()).add(dataset)
        return {
            metric: tuple(d for d in self.datasets.ids if d in found) or ((ANY,) if ANY in found else ())
            for metric, found in have.items()
        }

    def info(self, metric: str) -> MetricInfo:
        return self.metrics.get(metric) or MetricInfo(metric, metric, direction(metric))

    def named(self, metric: str) -> tuple[str, ...]:
        """The metrics that a name may stand for: itself, else its variants in the data."""
        if metric in self.metrics:
            return (metric,)
        return tuple(m for m, info in self.metrics.items() if info.base == metric)

    def narrowed(self, metrics: tuple[str, ...], words: Collection[str]) -> tuple[str, ...]:
        """Of variants of one metric those whose own words a text says: "F1 dirty" of dirty parts."""
        if len({self.info(m).base or m for m in metrics}) != 1:
            return metrics
        said_parts = {part for word in words for part in re.split(r"[-/]", word)}
        titles = [set(fold(self.info(m).title).split()) - _GENERAL for m in metrics]
        common = set.intersection(*titles)
        said = [sum(w in said_parts for w in title - common) for title in titles]
        top = max(said)
        return tuple(m for m, n in zip(metrics, said, strict=True) if n == top) if top else metrics

    def quality(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Metrics that "quality" may mean: by labels first, and those that may be meant besides."""
        known = [
            m
            for m, info in self.metrics.items()
            if info.higher_is_better is not None and not {m, info.base} & NOT_QUALITY and not info.is_time
        ]
        labelled = tuple(m for name in LABELLED for m in known if name in (m, self.metrics[m].base))
        others = tuple(m for m in known if m not in labelled)
        return (labelled, others) if labelled else (others, ())

    def times(self) -> tuple[str, ...]:
        own = (
            m
            for m, info in self.metrics.items()
            if m not in (*TIMES, "fit_seconds")
            and info.base != "fit_seconds"
            and (info.is_time or info.base in TIMES)
        )
        return (*(m for m in TIMES if m in self.metrics), *own)

    @cached_property
    def totals(self) -> frozenset[int]:
        """How many extractors there are: in all, and in each column."""
        counts: dict[tuple[str, str], int] = {}
        for dataset, _, metric in self.values:
            counts[dataset, metric] = counts.get((dataset, metric), 0) + 1
        return frozenset({len(self.extractors.ids), *counts.values()})

    def durations(self) -> tuple[str, ...]:
        return tuple(m for m in self.times() if "images_per_second" not in (m, self.info(m).base))

    def sizes(self) -> tuple[str, ...]:
        return tuple(m for m, info in self.metrics.items() if info.is_size)

    def members(self, family: str) -> tuple[str, ...]:
        return tuple(e for e in self.extractors.ids if family in self.families.get(e, ()))

    @property
    def unfamiliar(self) -> tuple[str, ...]:
        """Extractors of which no family is known."""
        return tuple(e for e in self.extractors.ids if not self.families.get(e))


NOT_QUALITY = frozenset(
    {
        *TIMES,
        *PROPERTIES,
        EFFICIENCY,
        "fit_seconds",
        "load_seconds",
        "resize_seconds",
        "peak_memory_bytes",
        "epochs",
        "reconstruction_mse",
        "pca_explained_variance",
    }
)


def direction(metric: str) -> bool | None:
    """Whether higher is better: of a known metric."""
    if (known := built_in(metric)) is not None:
        return known.higher_is_better
    return True if metric == EFFICIENCY else _OTHERS.get(metric)


def rounding(rate: float) -> float:
    """Half a unit of the third digit, with which rates are printed, whatever zeros follow."""
    return 10.0 ** (math.floor(math.log10(rate)) - 2) / 2 if rate >= 1000 else 0.0


def mean(values: Iterable[Value]) -> Value:
    found = list(values)
    return Value(
        math.fsum(v.number for v in found) / len(found), math.fsum(v.half for v in found) / len(found)
    )


def quotient(above: Value, below: Value) -> Value | None:
    """a / b with the interval that rounding of both leaves; None where b may be zero."""
    if below.low <= 0:
        return None
    corners = [a / b for a in (above.low, above.high) for b in (below.low, below.high)]
    number = above.number / below.number
    return Value(number, max(max(corners) - number, number - min(corners)))
