"""The measurements of one report, as the rules see them: cells with their values per seed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

from fxreport.analysis.subjects import Contrast, Variant, contrasts
from fxreport.vocabulary.catalog import DatasetFacts
from fxreport.vocabulary.experiment import KMEANS
from fxreport.vocabulary.factors import CLUSTERER, INPUT_SIZE, Level, in_reading_order
from fxreport.vocabulary.metrics import NAMES, OTHER, QUALITY, TOPICS, Metric, levels_of, metric, place, plain
from fxreport.vocabulary.steps import Experiment
from fxreport.vocabulary.subject import NEUTRAL, UNCALLED, Called, Subject

#: the main cost of extractors
SECONDS = "extraction_seconds"
#: indices that describe clusters in an extractor's own space
OWN_SPACE = ("silhouette", "davies_bouldin")
#: measured of a process that has done other work before, where the runs are our own
_OF_PROCESS = frozenset({"peak_memory_bytes"})
#: what is measured besides quality
_OTHER_TOPICS = frozenset(TOPICS) - {QUALITY, OTHER}

Artifacts = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of one metric in one cell, one per seed, in the order of ``seeds``."""

    seeds: tuple[int, ...]
    values: tuple[float, ...]
    keys: tuple[str, ...]
    n: int | None = None
    imported: bool = False
    clusterer: str = ""  # "" for the main one, whose clusters the runs' arrays hold

    @property
    def mean(self) -> float:
        return math.fsum(self.values) / len(self.values)

    def only(self, seeds: Iterable[int]) -> Sample:
        """The runs of these seeds, each of which it has."""
        at = [self.seeds.index(seed) for seed in seeds]
        return replace(
            self,
            seeds=tuple(self.seeds[i] for i in at),
            values=tuple(self.values[i] for i in at),
            keys=tuple(self.keys[i] for i in at),
        )

    @property
    def sd(self) -> float | None:
        """Sample standard deviation over seeds; None for a single run."""
        if len(self.values) < 2:
            return None
        mean = self.mean
        return math.sqrt(math.fsum((v - mean) ** 2 for v in self.values) / (len(self.values) - 1))


@dataclass(frozen=True, slots=True)
class Missing:
    """A cell of the grid that holds no measurement.

    ``kind``: failed (``reason`` says why), not_run, or seeds (some were measured).
    """

    dataset: str
    variant: Variant
    kind: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One measured experiment's place in the grid, with access to what was kept of it."""

    key: str
    dataset: str
    variant: str
    seed: int
    provenance: Mapping[str, Any]
    experiment: Experiment | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """A table of values that others measured; its rows have the key ``key`` where the file gave none."""

    key: str
    file: str
    imported_at: str
    rows: int


@dataclass(frozen=True, eq=False)
class Study:
    """All that a report rests on. ``datasets`` and ``variants`` are in reading order.

    ``others`` are the subjects of clusterers other than the main one: rows of tables, not among those that
    the rules rank.
    """

    datasets: tuple[DatasetFacts, ...]
    variants: tuple[Variant, ...]
    samples: Mapping[tuple[str, str, str], Sample]
    others: tuple[Variant, ...] = ()
    missing: tuple[Missing, ...] = ()
    runs: tuple[Run, ...] = ()
    clusterer: str = KMEANS
    clusterers: tuple[str, ...] = ()  # all that the rows name
    partial: tuple[Missing, ...] = ()  # cells with fewer seeds than planned
    imports: tuple[Import, ...] = ()  # of which any value is shown
    brought: Mapping[str, Metric] = field(default_factory=dict)  # rows besides those of the table, by name
    named: Subject | None = None  # what the configuration calls that which is compared
    called: Called = UNCALLED
    load_artifacts: Callable[[str], Artifacts] = field(default=lambda key: {}, repr=False)
    load_shared: Callable[[str], Artifacts] = field(default=lambda key: {}, repr=False)

    def sample(self, dataset: str, variant: str, metric: str) -> Sample | None:
        return self.samples.get((dataset, variant, metric))

    def mean(self, dataset: str, variant: str, metric: str) -> float | None:
        return self.column(dataset, metric).get(variant)

    @cached_property
    def controls(self) -> frozenset[str]:
        """Variants of the family ``baseline``: they learn nothing, and others are held against them."""
        return frozenset(v.id for v in self.variant_by_id.values() if v.family == "baseline")

    def column(self, dataset: str, metric: str) -> Mapping[str, float]:
        """Variant → mean over seeds, for the variants that have the metric on the set, in reading order."""
        return self._columns.get((dataset, metric), {})

    @cached_property
    def _columns(self) -> dict[tuple[str, str], dict[str, float]]:
        place = {v.id: i for i, v in enumerate(self.variants)}
        found: dict[tuple[str, str], dict[str, float]] = {}
        ranked = (cell for cell in self.samples if cell[1] in place)
        for dataset, variant, name in sorted(ranked, key=lambda cell: place[cell[1]]):
            found.setdefault((dataset, name), {})[variant] = self.samples[dataset, variant, name].mean
        return found

    def levels(self, factor: str) -> tuple[str, ...]:
        """The levels of a factor within subjects that anything was measured at, in reading order."""
        return self._levels.get(factor, ())

    @cached_property
    def _levels(self) -> dict[str, tuple[str, ...]]:
        levels: dict[str, set[Level]] = {}
        for name in self.metrics():
            for factor, level in levels_of(name):
                levels.setdefault(factor, set()).add(level)
        return {f: tuple(map(str, in_reading_order(f, those))) for f, those in levels.items()}

    def renamed(self, called: Called) -> Study:
        """The study as a configuration calls what it compares."""

        def of(variant: Variant) -> Variant:
            family = called.families.get(variant.extractor.name)
            return (
                replace(variant, extractor=replace(variant.extractor, family=family)) if family else variant
            )

        return replace(
            self,
            called=called,
            variants=tuple(map(of, self.variants)),
            others=tuple(map(of, self.others)),
        )

    def metrics(self) -> tuple[str, ...]:
        return self._metrics

    def metric(self, name: str) -> Metric:
        """The row of a metric: that of the table, with what whoever brought it says of it."""
        known = metric(name)
        return known.merged(self.brought[plain(name)]) if plain(name) in self.brought else known

    @cached_property
    def quality(self) -> str:
        """The main measure of quality: one of that role; ARI; the one with a direction that most cells have.

        Indices of the clusters' shape in an extractor's own space say nothing between extractors. Where
        others' numbers are all times, sizes or rates, these are what is compared.
        """
        wanted = [name for name in self._by_cells if self.metric(name).role == "quality"]
        if "ari" in self._by_cells:
            wanted.append("ari")
        for name in self._by_cells:
            known = self.metric(name)
            if known.costs or known.higher_is_better is None or known.topic in _OTHER_TOPICS:
                continue
            if name not in OWN_SPACE and not levels_of(name):
                wanted.append(name)
        own = (n for n in self._by_cells if plain(n) not in NAMES and self.metric(n).role != "cost")
        wanted += [name for name in own if self.metric(name).higher_is_better is not None]
        return wanted[0] if wanted else "ari"

    @cached_property
    def rising(self) -> bool:
        """Whether more of the main quality is better."""
        return self.metric(self.quality).higher_is_better is not False

    @cached_property
    def of_field(self) -> bool:
        """Whether it is one of features of images: by its main quality, else by all that it has.

        Numbers that were brought under names of their own subject are none.
        """
        if self.named is not None and not self.runs:
            return False
        if any(self.column(d.name, self.quality) for d in self.datasets):
            return self.metric(self.quality).topic == QUALITY
        return all(plain(name) in NAMES for name in self.metrics())

    @property
    def subject(self) -> Subject | None:
        """What sentences call that which is compared; None where it is extractors on image sets."""
        return self.named or (None if self.of_field else NEUTRAL)

    def direction(self, dataset: str, name: str) -> bool | None:
        """Whether more of a metric is better on a set; None where its values are not to be ranked.

        The peak memory of our runs holds what earlier work of the process has not given back: only numbers
        that were brought are compared.
        """
        column = self.column(dataset, name)
        if name in _OF_PROCESS and not all(self.samples[dataset, v, name].imported for v in column):
            return None
        return self.metric(name).higher_is_better

    @cached_property
    def cost(self) -> str:
        """The main cost: one of that role; the extraction time; the cost that most cells have."""
        wanted = [name for name in self._by_cells if self.metric(name).role == "cost"]
        if self.quality == "ari" or SECONDS in self._by_cells:
            wanted.append(SECONDS)
        wanted += [
            name
            for name in self._by_cells
            if name != self.quality
            and self.metric(name).costs
            and self.metric(name).higher_is_better is not None
        ]
        return wanted[0] if wanted else SECONDS

    @property
    def cost_falls(self) -> bool:
        """Whether less of the main cost is better, as of a time; not so of a rate."""
        return self.metric(self.cost).higher_is_better is not True

    @cached_property
    def _by_cells(self) -> tuple[str, ...]:
        """Metrics, those of the most cells first, of equally many in the order of the table."""
        cells = Counter(metric for _, _, metric in self.samples)
        return tuple(sorted(cells, key=lambda name: (-cells[name], place(name, self.metric(name)))))

    @cached_property
    def _metrics(self) -> tuple[str, ...]:
        return tuple(sorted({metric for _, _, metric in self.samples}))

    @cached_property
    def variant_by_id(self) -> dict[str, Variant]:
        return {v.id: v for v in (*self.variants, *self.others)}

    @cached_property
    def factors(self) -> tuple[str, ...]:
        """What else than extractor and input size tells subjects apart: settings by name, the clusterer."""
        settings = {factor for v in self.variants for factor, _ in v.settings}
        return (*sorted(settings), *([CLUSTERER] if self.others else []))

    def contrast(self, factor: str) -> list[Contrast]:
        """All pairs of subjects that differ in that factor only."""
        return contrasts((*self.variants, *self.others), factor, self.clusterer)

    @cached_property
    def sizes(self) -> dict[str, tuple[Variant, ...]]:
        """Subjects that have an input size, from the smallest on, by what they are without it."""
        sized: dict[str, list[Variant]] = {}
        for variant in self.variants:
            if variant.input_size is not None:
                sized.setdefault(variant.without(INPUT_SIZE), []).append(variant)
        return {name: tuple(sorted(those, key=lambda v: v.input_size or 0)) for name, those in sized.items()}

    @cached_property
    def dataset_by_name(self) -> dict[str, DatasetFacts]:
        return {d.name: d for d in self.datasets}

    def measured(self, dataset: str) -> tuple[Variant, ...]:
        """The variants that have any measurement on the set."""
        return self._measured.get(dataset, ())

    @cached_property
    def _measured(self) -> dict[str, tuple[Variant, ...]]:
        have: dict[str, set[str]] = {}
        for dataset, variant, _ in self.samples:
            have.setdefault(dataset, set()).add(variant)
        return {dataset: tuple(v for v in self.variants if v.id in ids) for dataset, ids in have.items()}

    def rows(self, dataset: str) -> tuple[Variant, ...]:
        """All subjects that have any measurement on the set, those of other clusterers last."""
        clustered = {v for d, v, _ in self.samples if d == dataset}
        return (*self.measured(dataset), *(v for v in self.others if v.id in clustered))

    def runs_of(self, dataset: str, variant: str) -> tuple[Run, ...]:
        return self._runs_by_cell.get((dataset, variant), ())

    @cached_property
    def _runs_by_cell(self) -> dict[tuple[str, str], tuple[Run, ...]]:
        cells: dict[tuple[str, str], list[Run]] = {}
        for run in self.runs:
            cells.setdefault((run.dataset, run.variant), []).append(run)
        return {cell: tuple(sorted(runs, key=lambda r: r.seed)) for cell, runs in cells.items()}

    @cached_property
    def measured_datasets(self) -> tuple[str, ...]:
        """Names of the image sets that have any measurement, in reading order."""
        have = {dataset for dataset, _, _ in self.samples}
        return tuple(d.name for d in self.datasets if d.name in have)

    @cached_property
    def single_run(self) -> bool:
        """True where no cell was measured with more than one seed."""
        return all(len(sample.values) == 1 for sample in self.samples.values())

    @cached_property
    def seeds(self) -> tuple[int, ...]:
        return tuple(sorted({seed for sample in self.samples.values() for seed in sample.seeds}))
