"""First-layer filters: trained ones above untrained ones, and their measures beside the untrained range."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import N_, Derived
from fxreport.analysis.rules.networks.filter_measures import MEASURES, RANGE, measured_layers
from fxreport.analysis.study import Run
from fxreport.analysis.subjects import Variant
from fxreport.report.draft import Draft
from fxreport.report.figures import filter_measures, filters
from fxreport.report.model import Block, Figure

#: image sets side by side
_MOST_PANELS = 4

_TITLES = {
    "mean_share": N_("Brightness: share of energy in the mean"),
    "roughness": N_("Roughness"),
    "orientation_selectivity": N_("Orientation selectivity"),
    "frequency": N_("Spatial frequency, cycles per pixel"),
    "gabor_fit": N_("Share explained by a Gabor function"),
    "one_colour": N_("Share of energy in one colour"),
}


def blocks(draft: Draft) -> tuple[Block, ...]:
    told = draft.conclusions.of
    return (
        *mosaics(draft, "filters"),
        *draft.statements(told("filters_weights", "filters_structure", "filters_pretrained")),
        *_measures(draft),
        *draft.statements(told("filter_measures", "filter_orientation")),
    )


def mosaics(draft: Draft, name: str, variants: Collection[str] | None = None) -> tuple[Figure, ...]:
    """The filters of these variants, None for all; none where no filters were kept."""
    rows, arrays, datasets = [], [], []
    for variant, runs in _first_runs(draft):
        if variants is not None and variant.id not in variants:
            continue
        panels = []
        for run in runs:
            kept = draft.study.load_artifacts(run.key)
            trained = _kernels(kept["filters"])
            untrained = _kernels(kept["untrained_filters"]) if "untrained_filters" in kept else trained[:0]
            pretrained = variant.family == "pretrained"
            title = draft.words(N_("all sets")) if pretrained else draft.words.dataset(run.dataset)
            panels.append(filters.FiltersPanel(title, trained, untrained))
            names = ("filters", "untrained_filters") if len(untrained) else ("filters",)
            arrays += [(run, name) for name in names]
            datasets.append(run.dataset)
        rows += [
            filters.FiltersRow(_name(draft, variant), tuple(panels[i : i + _MOST_PANELS]))
            for i in range(0, len(panels), _MOST_PANELS)
        ]
    if not rows:
        return ()
    return (
        draft.figure(
            name,
            filters.Filters(tuple(rows), draft.words(N_("trained")), draft.words(N_("untrained"))),
            filters.draw,
            caption=draft.say(
                N_(
                    "First-layer filters, first seed, above untrained ones that the same initialiser drew; each is scaled to its "
                    "own largest weight: mid-grey is zero"
                )
            ),
            finding=draft.conclusions.of("filters_weights", "filters_structure", "filters_pretrained"),
            datasets=tuple(dict.fromkeys(datasets)),
            arrays=arrays,
        ),
    )


def _first_runs(draft: Draft) -> list[tuple[Variant, list[Run]]]:
    """The first run on each set of every network that kept its filters; a pretrained one's on one set alone."""
    found: list[tuple[Variant, list[Run]]] = []
    for variant in draft.study.variants:
        runs = [
            kept[0][0]
            for dataset in draft.study.datasets
            for kept in [draft.context.kept(dataset.name, variant.id, "filters")]
            if kept
        ]
        if variant.family == "pretrained":
            runs = [] if any(v.extractor.name == variant.extractor.name for v, _ in found) else runs[:1]
        if runs:
            found.append((variant, runs))
    return found


def _kernels(array: NDArray[np.generic]) -> NDArray[np.float32]:
    """Filters first: (n, height, width, channels)."""
    return np.moveaxis(np.asarray(array, np.float32), -1, 0)


def _name(draft: Draft, variant: Variant) -> str:
    """A pretrained network without its input size: its filters are the same at each."""
    return variant.extractor.title if variant.family == "pretrained" else draft.words.variant(variant.id)


def _measures(draft: Draft) -> tuple[Figure, ...]:
    layers = measured_layers(draft.context)
    shown = [name for name in MEASURES if any(name in found for found in layers.values())]
    if not shown:
        return ()
    subject = draft.subjects()
    labels, arrays = [], []
    for dataset, variant in layers:
        of = draft.study.variant_by_id[variant]
        name = _name(draft, of)
        label = name if of.family == "pretrained" else f"{name} · {draft.words.dataset(dataset)}"
        labels.append((label, subject[variant]))
        arrays += [
            (run, "filter_reference") for run, _ in draft.context.kept(dataset, variant, "filter_reference")
        ]
    panels = tuple(
        filter_measures.MeasurePanel(
            draft.words(_TITLES[name]),
            tuple(
                filter_measures.Measured(one.values, *map(float, one.ranges.mean(axis=0)))
                if one is not None
                else None
                for found in layers.values()
                for one in [found.get(name)]
            ),
        )
        for name in shown
    )
    return (
        draft.figure(
            "filter-measures",
            filter_measures.FilterMeasures(
                tuple(labels),
                panels,
                trained=draft.words(N_("trained, one run")),
                untrained=draft.words(N_("untrained: {share} of the draws, and the median")).format(
                    share=draft.words.percent(RANGE, 0)
                ),
                decimal=draft.decimal,
            ),
            filter_measures.draw,
            caption=draft.say(
                N_(
                    "Measures of the first-layer filters, means over the filters, each run beside the range of {range} of "
                    "untrained layers"
                ),
                range=Derived(RANGE, "percent", 0, constant="filter_range"),
            ),
            finding=draft.conclusions.of("filter_measures"),
            datasets=tuple(dict.fromkeys(dataset for dataset, _ in layers)),
            metrics=tuple(f"filter_{name}" for name in shown),
            variants={variant for _, variant in layers},
            arrays=arrays,
        ),
    )
