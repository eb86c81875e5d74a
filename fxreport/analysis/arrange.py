"""Selected rows of a store, arranged as a study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.study import SECONDS, Artifacts, Import, Missing, Run, Sample, Study
from fxreport.analysis.subjects import Distinctions, Variant
from fxreport.vocabulary.catalog import (
    DATASETS,
    EXTRACTORS,
    DatasetFacts,
    ExtractorFacts,
    dataset_facts,
    extractor_facts,
)
from fxreport.vocabulary.experiment import KMEANS
from fxreport.vocabulary.factors import CLUSTERER, WITHIN, Levels, decode_levels, in_order, ordered
from fxreport.vocabulary.metrics import Metric, Shown, at, identified
from fxreport.vocabulary.steps import Experiment, Step
from fxreport.vocabulary.subject import Subject

if TYPE_CHECKING:
    import pandas as pd

#: image set, extractor, input size
Cell = tuple[str, str, int | None]


def select(
    frame: pd.DataFrame,
    plans: Iterable[Iterable[str]],
    scales: Mapping[str, str] | None = None,
    experiments: Mapping[str, Experiment] | None = None,
) -> pd.DataFrame:
    """Choose the rows that one report may put side by side.

    Of the measured rows those of the first plan (a collection of steps' keys) of which the store holds
    anything. Where it holds nothing of any, for each image set those of its most frequent scale (see
    ``scales``). Imported rows replace the measured rows of the same image set × extractor × input size, but
    not those of other settings or of another clusterer; where they are of metrics alone that were not
    measured there, as the time of features computed elsewhere, they are added; such a time is of the test
    images that were measured, where the table does not say of how many.
    """
    imported = frame["origin"] == "imported"
    measured = frame[~imported]
    steps = measured["step"] if "step" in measured and measured["step"].notna().all() else measured["key"]
    chosen = measured[_of_one_scale(measured, steps.tolist(), scales or {})]
    for plan in plans:
        of_plan = measured[steps.isin(set(plan))]
        if not of_plan.empty:
            chosen = of_plan
            break
    if not imported.any():
        return chosen
    import pandas as pd

    taken: dict[Cell, dict[tuple[str, Levels], set[str]]] = {}
    brought = frame[imported]
    for (cell, clusterer, settings), name in zip(
        _places(brought, {}), brought["metric"].tolist(), strict=True
    ):
        taken.setdefault(cell, {}).setdefault((clusterer, settings), set()).add(name)
    places = list(_places(chosen, experiments or {}))
    there: dict[Cell, set[str]] = {}
    for (cell, _, _), name in zip(places, chosen["metric"].tolist(), strict=True):
        there.setdefault(cell, set()).add(name)
    keep = [
        not any(
            by == clusterer and set(own) <= set(settings) and names & there[cell]
            for (by, own), names in taken.get(cell, {}).items()
        )
        for cell, clusterer, settings in places
    ]
    return pd.concat([chosen[keep], _with_images(brought, chosen)], ignore_index=True)


def _with_images(brought: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """Imported rows; extraction times without a number of images get that of the run measured there."""
    import pandas as pd

    if not (brought["n"].isna() & (brought["metric"] == SECONDS)).any():
        return brought
    # some measures take a part of the test images, none more than them
    most: dict[tuple[Cell, int | None], int] = {}
    for run, images in zip(_runs(measured), integers(measured["n"]), strict=True):
        most[run] = max(most.get(run, 0), images or 0)
    told = [
        most.get(run) or None if images is None and name == SECONDS else images
        for run, images, name in zip(
            _runs(brought), integers(brought["n"]), brought["metric"].tolist(), strict=True
        )
    ]
    return brought.assign(n=pd.array(told, dtype="Int64"))


def _runs(frame: pd.DataFrame) -> list[tuple[Cell, int | None]]:
    return list(zip(_cells(frame), integers(frame["seed"]), strict=True))


def _places(frame: pd.DataFrame, experiments: Mapping[str, Experiment]) -> Iterator[tuple[Cell, str, Levels]]:
    """Cell, clusterer ("" for the usual one and for none) and settings of each row."""
    clusterers = ("" if name == KMEANS else name for name in frame["clusterer"].tolist())
    return zip(_cells(frame), clusterers, settings_of(frame, experiments), strict=True)


def settings_of(frame: pd.DataFrame, experiments: Mapping[str, Experiment]) -> list[Levels]:
    """The settings of each row's run: its experiment's, and factors that the row itself names."""
    levels = _levels(frame)
    merge = cache(_merge)
    of_run = {key: experiment.settings for key, experiment in experiments.items()}
    return [merge(of_run.get(key, ()), text) for key, text in zip(frame["key"].tolist(), levels, strict=True)]


def _levels(frame: pd.DataFrame) -> list[str]:
    """The column of further levels; rows that others made may lack it."""
    texts = frame["levels"].tolist() if "levels" in frame else [""] * len(frame)
    return [text if isinstance(text, str) else "" for text in texts]


def _merge(of_run: Levels, levels: str) -> Levels:
    own = {factor: level for factor, level in decode_levels(levels) if factor not in (*WITHIN, CLUSTERER)}
    return ordered({**dict(of_run), **own}.items())


def scales(steps: Mapping[str, Step]) -> dict[str, str]:
    """Step's key → the sizes and settings of extraction, which make measurements of an image set comparable.

    Of steps that differ in their own version or settings alone the newest is named, of equals any one.
    """
    newest: dict[tuple[str, ...], str] = {}
    for key in sorted(steps, key=lambda key: (steps[key].version, key)):
        step = steps[key]
        newest[step.experiment.key, step.measure, step.factor, step.level] = key
    experiments = {key: steps[key].experiment for key in newest.values()}
    return {key: f"{e.train} {e.test} {e.extraction}" for key, e in experiments.items()}


def _of_one_scale(
    measured: pd.DataFrame, steps: Sequence[str], scales: Mapping[str, str]
) -> NDArray[np.bool_]:
    """Rows of the most frequent scale of each image set (the first by name of equally frequent ones)."""
    names = [scales.get(step) if scales else "" for step in steps]
    by_dataset: dict[str, dict[str, set[str]]] = {}
    datasets = measured["dataset"].tolist()
    for key, dataset, scale in zip(measured["key"].tolist(), datasets, names, strict=True):
        if scale is not None:
            by_dataset.setdefault(dataset, {}).setdefault(scale, set()).add(key)
    best = {
        dataset: min(groups, key=lambda scale: (-len(groups[scale]), scale))
        for dataset, groups in by_dataset.items()
    }
    return np.array([s is not None and s == best[d] for s, d in zip(names, datasets, strict=True)], bool)


def integers(column: pd.Series[Any]) -> list[int | None]:
    """A column of whole numbers of which some are missing."""
    return [None if x != x else int(x) for x in column.to_numpy(dtype=float, na_value=np.nan).tolist()]


def _cells(frame: pd.DataFrame) -> list[Cell]:
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
    distinctions: Distinctions | None = None,
    missing: Iterable[Missing] = (),
    partial: Iterable[Missing] = (),
    imports: Iterable[Import] = (),
    metrics: Iterable[Metric] = (),
    subject: Subject | None = None,
    load_artifacts: Callable[[str], Artifacts] | None = None,
    load_shared: Callable[[str], Artifacts] | None = None,
) -> Study:
    """Arrange selected tidy rows (columns of the store) as a ``Study``.

    Values that are not finite are left out. ``missing`` are the cells known to be missing; those that the
    grid of image sets and extractors shows besides are added. ``distinctions`` are those of the rows and of
    what is missing; of the rows alone where none are given. ``metrics`` are rows of metrics that the
    configuration brings, over those that come with the runs' provenance. ``subject`` is what it calls the
    things compared.
    """
    provenance, experiments = provenance or {}, experiments or {}
    missing = tuple(missing)
    finite = frame[np.isfinite(frame["value"].to_numpy(dtype=float))]
    clusterer = main_clusterer(finite["clusterer"])
    # of a cell's rows with and without the main clusterer's name the named ones are taken, being last
    rows = finite.sort_values("clusterer", kind="stable")
    distinctions = distinctions or distinctions_of(rows, experiments)
    named, variant_of = cache(_named), cache(Variant.of)
    collected: dict[tuple[str, str, str], dict[int, tuple[float, str, int | None, bool]]] = {}
    variants: dict[str, Variant] = {m.variant.id: m.variant for m in missing}
    runs: dict[str, Run] = {}
    columns = ("key", "dataset", "extractor", "seed", "metric", "value", "origin", "clusterer")
    levels = _levels(rows)
    for input_size, images, within, settings, key, dataset, extractor, seed, metric, value, origin, by in zip(
        integers(rows["input_size"]),
        integers(rows["n"]),
        levels,
        settings_of(rows, experiments),
        *(rows[c].tolist() for c in columns),
        strict=True,
    ):
        facts = provenance.get(key, {})
        variant = variant_of(
            _extractor_facts(extractor, facts),
            input_size,
            distinctions(extractor, input_size, settings),
            "" if by == clusterer else by,
        )
        if variant.id not in variants or (facts and extractor not in EXTRACTORS):
            variants[variant.id] = variant
        cell = collected.setdefault((dataset, variant.id, named(metric, within)), {})
        cell[int(seed)] = (float(value), key, images, origin == "imported")
        if origin != "imported" and key not in runs:
            runs[key] = Run(key, dataset, variant.without(CLUSTERER), int(seed), facts, experiments.get(key))

    samples = {
        where: Sample(
            seeds=tuple(seeds),
            values=tuple(cell[s][0] for s in seeds),
            keys=tuple(cell[s][1] for s in seeds),
            n=cell[seeds[0]][2],
            imported=any(cell[s][3] for s in seeds),
            clusterer=variants[where[1]].clusterer,
        )
        for where, cell in collected.items()
        for seeds in [sorted(cell)]
    }
    names = {dataset for dataset, _, _ in samples} | {m.dataset for m in missing}
    subjects = sorted(variants.values(), key=_reading_order)
    ranked = tuple(v for v in subjects if not v.clusterer)
    told = {(m.dataset, m.variant.id) for m in missing} | {(d, v) for d, v, _ in samples}
    missing += tuple(
        Missing(dataset, variant, "not_run", "")
        for dataset in sorted(names, key=lambda d: (_position(DATASETS, d), d))
        for variant in ranked
        if (dataset, variant.id) not in told
    )
    place = {v.id: i for i, v in enumerate(ranked)}
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
        variants=ranked,
        others=tuple(v for v in subjects if v.clusterer),
        samples=samples,
        missing=missing,
        runs=tuple(sorted(runs.values(), key=lambda r: (r.dataset, r.variant, r.seed))),
        clusterer=clusterer,
        clusterers=tuple(sorted({c for c in finite["clusterer"] if c})),
        partial=tuple(partial),
        imports=_shown(imports, rows),
        brought=_brought(provenance, metrics),
        named=subject,
        load_artifacts=load_artifacts or (lambda key: {}),
        load_shared=load_shared or (lambda key: {}),
    )


def distinctions_of(
    rows: pd.DataFrame, experiments: Mapping[str, Experiment], planned: Iterable[Experiment] = ()
) -> Distinctions:
    """What tells the runs of rows, and planned ones besides, apart."""
    seen = zip(
        rows["extractor"].tolist(),
        integers(rows["input_size"]),
        settings_of(rows, experiments),
        (rows["origin"] == "imported").tolist(),
        strict=True,
    )
    return Distinctions({*seen, *((e.extractor, e.input_size, ordered(e.settings), False) for e in planned)})


def _reading_order(variant: Variant) -> tuple[object, ...]:
    name = variant.extractor.name
    settings = tuple((factor, in_order(level)) for factor, level in variant.settings)
    return _position(EXTRACTORS, name), name, variant.input_size or 0, settings, variant.clusterer


def _named(metric: str, levels: str) -> str:
    """A row's metric at its levels within; older rows have the level in the metric's name."""
    within = {factor: level for factor, level in decode_levels(levels) if factor in WITHIN}
    return at(metric, **within) if within else identified(metric)


#: units that values are shown in as those of the table's own metrics are
_SHOWN: Mapping[str, Shown] = {"s": "seconds", "second": "seconds", "byte": "bytes"}


def _brought(provenance: Mapping[str, Mapping[str, Any]], metrics: Iterable[Metric]) -> dict[str, Metric]:
    """By name what runs, imports and then the configuration say of metrics; of runs the first by key."""
    told = [
        Metric.from_dict(one)
        for key in sorted(provenance, reverse=True)
        for one in provenance[key].get("metrics", ())
    ]
    brought: dict[str, Metric] = {}
    for metric in (*told, *metrics):
        brought[metric.name] = brought.get(metric.name, Metric(metric.name)).merged(metric)
    return {
        name: replace(metric, shown=_SHOWN[metric.unit]) if metric.unit in _SHOWN else metric
        for name, metric in brought.items()
    }


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
