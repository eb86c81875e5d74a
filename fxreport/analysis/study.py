"""The measurements of one report, arranged for the rules: cells with their values per seed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fxreport.vocabulary.catalog import (
    DATASETS,
    EXTRACTORS,
    DatasetFacts,
    ExtractorFacts,
    dataset_facts,
    extractor_facts,
)
from fxreport.vocabulary.experiment import KMEANS, Experiment, variant_id
from fxreport.vocabulary.factors import WITHIN, Level, decode_levels, in_reading_order
from fxreport.vocabulary.metrics import at, identified, levels_of

if TYPE_CHECKING:
    import pandas as pd

Artifacts = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Variant:
    """An extractor at an input size: the row of every table and the subject of claims."""

    id: str
    extractor: ExtractorFacts
    input_size: int | None = None

    @property
    def family(self) -> str:
        return self.extractor.family


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of one metric in one cell, one per seed, in the order of ``seeds``."""

    seeds: tuple[int, ...]
    values: tuple[float, ...]
    keys: tuple[str, ...]
    n: int | None = None
    imported: bool = False

    @property
    def mean(self) -> float:
        return math.fsum(self.values) / len(self.values)

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
    """All that a report rests on. ``datasets`` and ``variants`` are in reading order."""

    datasets: tuple[DatasetFacts, ...]
    variants: tuple[Variant, ...]
    samples: Mapping[tuple[str, str, str], Sample]
    missing: tuple[Missing, ...] = ()
    runs: tuple[Run, ...] = ()
    clusterer: str = KMEANS
    clusterers: tuple[str, ...] = ()  # all that the rows name
    partial: tuple[Missing, ...] = ()  # cells with fewer seeds than planned
    imports: tuple[Import, ...] = ()  # of which any value is shown
    load_artifacts: Callable[[str], Artifacts] = field(default=lambda key: {}, repr=False)
    load_shared: Callable[[str], Artifacts] = field(default=lambda key: {}, repr=False)

    def sample(self, dataset: str, variant: str, metric: str) -> Sample | None:
        return self.samples.get((dataset, variant, metric))

    def mean(self, dataset: str, variant: str, metric: str) -> float | None:
        return self.column(dataset, metric).get(variant)

    def column(self, dataset: str, metric: str) -> Mapping[str, float]:
        """Variant → mean over seeds, for the variants that have the metric on the set, in reading order."""
        return self._columns.get((dataset, metric), {})

    @cached_property
    def _columns(self) -> dict[tuple[str, str], dict[str, float]]:
        place = {v.id: i for i, v in enumerate(self.variants)}
        found: dict[tuple[str, str], dict[str, float]] = {}
        for dataset, variant, metric in sorted(self.samples, key=lambda cell: place[cell[1]]):
            found.setdefault((dataset, metric), {})[variant] = self.samples[dataset, variant, metric].mean
        return found

    def levels(self, factor: str) -> tuple[str, ...]:
        """The levels of a factor within subjects that anything was measured at, in reading order."""
        return self._levels.get(factor, ())

    @cached_property
    def _levels(self) -> dict[str, tuple[str, ...]]:
        levels: dict[str, set[Level]] = {}
        for metric in self.metrics():
            for factor, level in levels_of(metric):
                levels.setdefault(factor, set()).add(level)
        return {f: tuple(map(str, in_reading_order(f, those))) for f, those in levels.items()}

    def metrics(self) -> tuple[str, ...]:
        return self._metrics

    @cached_property
    def _metrics(self) -> tuple[str, ...]:
        return tuple(sorted({metric for _, _, metric in self.samples}))

    @cached_property
    def variant_by_id(self) -> dict[str, Variant]:
        return {v.id: v for v in self.variants}

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


def select(
    frame: pd.DataFrame, plans: Iterable[Iterable[str]], scales: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Choose the rows that one report may put side by side.

    Of the measured rows those of the first plan (a collection of experiment keys) of which the store holds
    anything. Where it holds nothing of any, for each image set those of its most frequent scale (``scales``:
    key → a name of the sizes and settings that make rows comparable). Imported rows replace the measured rows
    of the same image set × extractor × input size.
    """
    imported = frame["origin"] == "imported"
    measured = frame[~imported]
    chosen = measured[measured["key"].isin(_of_one_scale(measured, scales or {}))]
    for plan in plans:
        of_plan = measured[measured["key"].isin(set(plan))]
        if not of_plan.empty:
            chosen = of_plan
            break
    if not imported.any():
        return chosen
    taken = set(_cells(frame[imported]))
    keep = [cell not in taken for cell in _cells(chosen)]
    import pandas as pd

    return pd.concat([chosen[keep], frame[imported]], ignore_index=True)


def _of_one_scale(measured: pd.DataFrame, scales: Mapping[str, str]) -> set[str]:
    """Keys of the most frequent scale of each image set (the first by name of equally frequent ones)."""
    by_dataset: dict[str, dict[str, set[str]]] = {}
    for key, dataset in zip(measured["key"].tolist(), measured["dataset"].tolist(), strict=True):
        by_dataset.setdefault(dataset, {}).setdefault(scales.get(key, ""), set()).add(key)
    return {
        key
        for groups in by_dataset.values()
        for key in groups[min(groups, key=lambda scale: (-len(groups[scale]), scale))]
    }


def integers(column: pd.Series[Any]) -> list[int | None]:
    """A column of whole numbers of which some are missing."""
    return [None if x != x else int(x) for x in column.to_numpy(dtype=float, na_value=np.nan).tolist()]


def _cells(frame: pd.DataFrame) -> list[tuple[str, str, int | None]]:
    """(image set, extractor, input size) of each row."""
    columns = frame["dataset"].tolist(), frame["extractor"].tolist(), integers(frame["input_size"])
    return list(zip(*columns, strict=True))


def main_clusterer(names: Iterable[str]) -> str:
    """The clusterer whose rows the document compares: k-means where there is one, else the first by name."""
    present = sorted({name for name in names if name})
    return KMEANS if KMEANS in present or not present else present[0]


def study(
    frame: pd.DataFrame,
    *,
    provenance: Mapping[str, Mapping[str, Any]] | None = None,
    experiments: Mapping[str, Experiment] | None = None,
    missing: Iterable[Missing] = (),
    partial: Iterable[Missing] = (),
    imports: Iterable[Import] = (),
    load_artifacts: Callable[[str], Artifacts] | None = None,
    load_shared: Callable[[str], Artifacts] | None = None,
) -> Study:
    """Arrange selected tidy rows (columns of the store) as a ``Study``.

    Values that are not finite are left out, as is every clusterer but the main one. ``missing`` are the cells
    known to be missing; those that the grid of image sets and extractors shows besides are added.
    """
    provenance, experiments = provenance or {}, experiments or {}
    missing = tuple(missing)
    finite = frame[np.isfinite(frame["value"].to_numpy(dtype=float))]
    clusterer = main_clusterer(finite["clusterer"])
    # of a cell's rows with and without a clusterer's name the named ones are taken, being last
    rows = finite[finite["clusterer"].isin(["", clusterer])].sort_values("clusterer", kind="stable")

    named = cache(_named)
    collected: dict[tuple[str, str, str], dict[int, tuple[float, str, int | None, bool]]] = {}
    variants: dict[str, Variant] = {m.variant.id: m.variant for m in missing}
    runs: dict[str, Run] = {}
    columns = ("key", "dataset", "extractor", "seed", "metric", "value", "origin")
    levels = rows["levels"].tolist() if "levels" in rows else [""] * len(rows)
    for input_size, images, within, key, dataset, extractor, seed, metric, value, origin in zip(
        integers(rows["input_size"]),
        integers(rows["n"]),
        levels,
        *(rows[c].tolist() for c in columns),
        strict=True,
    ):
        name = variant_id(extractor, input_size)
        metric = named(metric, within)
        facts = provenance.get(key, {})
        if name not in variants or (facts and name not in EXTRACTORS):
            variants[name] = Variant(name, _extractor_facts(extractor, facts), input_size)
        cell = collected.setdefault((dataset, name, metric), {})
        cell[int(seed)] = (float(value), key, images, origin == "imported")
        if origin != "imported" and key not in runs:
            runs[key] = Run(key, dataset, name, int(seed), facts, experiments.get(key))

    samples = {
        where: Sample(
            seeds=tuple(seeds),
            values=tuple(cell[s][0] for s in seeds),
            keys=tuple(cell[s][1] for s in seeds),
            n=cell[seeds[0]][2],
            imported=any(cell[s][3] for s in seeds),
        )
        for where, cell in collected.items()
        for seeds in [sorted(cell)]
    }
    names = {dataset for dataset, _, _ in samples} | {m.dataset for m in missing}
    in_order = tuple(
        sorted(
            variants.values(),
            key=lambda v: (_position(EXTRACTORS, v.extractor.name), v.extractor.name, v.input_size or 0),
        )
    )
    told = {(m.dataset, m.variant.id) for m in missing} | {(d, v) for d, v, _ in samples}
    missing += tuple(
        Missing(dataset, variant, "not_run", "")
        for dataset in sorted(names, key=lambda d: (_position(DATASETS, d), d))
        for variant in in_order
        if (dataset, variant.id) not in told
    )
    place = {v.id: i for i, v in enumerate(in_order)}
    missing = tuple(
        sorted(missing, key=lambda m: (_position(DATASETS, m.dataset), m.dataset, place[m.variant.id]))
    )
    run_of = {run.dataset: run for run in runs.values()}
    return Study(
        datasets=tuple(
            sorted(
                (_dataset_facts(n, run_of[n].provenance if n in run_of else {}) for n in names),
                key=lambda d: (_position(DATASETS, d.name), d.name),
            )
        ),
        variants=in_order,
        samples=samples,
        missing=missing,
        runs=tuple(sorted(runs.values(), key=lambda r: (r.dataset, r.variant, r.seed))),
        clusterer=clusterer,
        clusterers=tuple(sorted({c for c in finite["clusterer"] if c})),
        partial=tuple(partial),
        imports=_shown(imports, rows),
        load_artifacts=load_artifacts or (lambda key: {}),
        load_shared=load_shared or (lambda key: {}),
    )


def _named(metric: str, levels: str) -> str:
    """A row's metric at its levels within; older rows have the level in the metric's name."""
    within = {factor: level for factor, level in decode_levels(levels) if factor in WITHIN}
    return at(metric, **within) if within else identified(metric)


def _shown(imports: Iterable[Import], rows: pd.DataFrame) -> tuple[Import, ...]:
    """The imports that rows come from; all, where imported rows have keys of their own."""
    keys = set(rows.loc[rows["origin"] == "imported", "key"])
    imports = tuple(imports)
    if keys - {i.key for i in imports}:
        return imports
    return tuple(i for i in imports if i.key in keys)


def _position(catalog: Mapping[str, Any], name: str) -> int:
    return list(catalog).index(name) if name in catalog else len(catalog)


def _extractor_facts(name: str, provenance: Mapping[str, Any]) -> ExtractorFacts:
    told = provenance.get("extractor", {})
    if name in EXTRACTORS or not told:
        return extractor_facts(name)
    return ExtractorFacts(
        name=name,
        title=str(told.get("title", name)),
        family=str(told.get("family", "other")),
        needs_labels=told.get("needs_labels"),
        network=str(told.get("network", "none")),
    )


def _dataset_facts(name: str, provenance: Mapping[str, Any]) -> DatasetFacts:
    told = provenance.get("dataset", {})
    if name in DATASETS or not told:
        return dataset_facts(name)
    shape = told.get("shape")
    return DatasetFacts(
        name=name,
        title=str(told.get("title", name)),
        classes=tuple(str(c) for c in told.get("classes", ())),
        shape=tuple(shape) if shape else None,
        train_size=told.get("train_size"),
        test_size=told.get("test_size"),
        natural_images=told.get("natural_images"),
        license=str(told.get("license", "")),
        homepage=str(told.get("homepage", "")),
    )
