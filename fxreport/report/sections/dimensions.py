"""Which dimensions carry the classes: how a linear probe weighs them, and what shuffling them costs it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import N_, DatasetNames, Derived
from fxreport.analysis.context import CONTROL
from fxreport.analysis.rules.features.pixel_weights import middle, pixel_runs, pixel_weights
from fxreport.report.anchors import slug
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.figures import shuffles, weights
from fxreport.report.model import Block, Figure, Row, Table, TableCell
from fxreport.vocabulary.experiment import SHUFFLED

#: steps at which a curve of weights is drawn
_STEPS = 41
#: columns of the table: metric → heading
_COLUMNS = {
    "dimension": N_("Dimension"),
    "probe_half_dimensions": N_("Half of the weight in"),
    "probe_accuracy": N_("Probe accuracy"),
    "permuted_random_accuracy": N_("With random dimensions shuffled"),
    "permuted_top_accuracy": N_("With the heaviest shuffled"),
}


def dimensions(draft: Draft) -> tuple[Block, ...]:
    """Nothing where no probe was weighed."""
    claims = draft.conclusions.of("probe_weight", "idle_dimensions", "permutation", "pixel_weight")
    weighed = draft.context.datasets_with("probe_half_dimensions")
    if not claims and not weighed:
        return ()
    return (
        draft.paragraph(
            N_(
                "A linear probe tells classes apart by weighted sums of the standardised dimensions: the weight of a dimension "
                "(its norm over the classes) is how far the probe relies on it."
            )
        ),
        *_weight_figure(draft),
        *_pixel_figure(draft),
        *_shuffle_figure(draft),
        *draft.statements(claims),
        *(_table(draft, dataset) for dataset in weighed),
    )


def _table(draft: Draft, dataset: str) -> Table:
    """A row an extractor whose probe was weighed; the components are the most that any run needs."""
    told = [c for c in draft.conclusions.of("sufficient_components") if dataset in c.details["needed"]]
    needed = told[0].details["needed"][dataset] if told else {}
    shown = {name: title for name, title in _COLUMNS.items() if draft.study.column(dataset, name)}
    rows = []
    for variant in draft.study.column(dataset, "probe_half_dimensions"):
        cells = [draft.variant_cell(variant), *(draft.cell(dataset, variant, name) for name in shown)]
        if told:
            number = draft.words.number(needed.get(variant, 0), 0)
            enough = draft.number_cell(number, draft.origins.of_claim(told[0]))
            cells.append(enough if variant in needed else TableCell(ABSENT))
        rows.append(Row(tuple(cells)))
    titles = [*shown.values(), *([N_("Components that suffice, every run")] if told else [])]
    caption = draft.say(
        N_(
            "The linear probe on {dataset}: where its weight lies, and its accuracy with dimensions shuffled; means over "
            "runs"
        ),
        dataset=DatasetNames((dataset,)),
    )
    columns = (
        draft.text_column(N_("Extractor")),
        *(draft.text_column(title, numeric=True) for title in titles),
    )
    return Table(f"table-features-{slug(dataset)}", caption, columns, tuple(rows))


def _weight_figure(draft: Draft) -> tuple[Figure, ...]:
    subject = draft.subjects()
    panels, arrays = [], []
    for dataset in draft.context.datasets_with("probe_half_share"):
        curves = []
        for variant, share in draft.study.column(dataset, "probe_half_share").items():
            kept = draft.context.kept(dataset, variant, "probe_weights")
            if kept:
                shares = np.mean([_cumulated(np.asarray(a["probe_weights"])) for _, a in kept], axis=0)
                curves.append(weights.WeightCurve(subject[variant], shares.astype(np.float32), share))
                arrays += [(run, "probe_weights") for run, _ in kept]
        panels.append(weights.WeightPanel(draft.words.dataset(dataset), tuple(curves)))
    if not arrays:
        return ()
    data = weights.Weights(
        tuple(panels),
        dimension_axis=draft.words(N_("share of dimensions, heaviest first")),
        weight_axis=draft.words(N_("share of the squared weight")),
        even=draft.words(N_("the same weight everywhere")),
        missing=draft.words(N_("not measured")),
        decimal=draft.decimal,
    )
    caption = draft.say(
        N_(
            "Share of the linear probe’s squared weight in the heaviest dimensions, mean over runs; marks stand where a "
            "curve reaches one half"
        )
    )
    return (
        draft.figure(
            "probe-weights",
            data,
            weights.draw,
            caption=caption,
            finding=draft.conclusions.of("probe_weight", "idle_dimensions"),
            metrics=("probe_half_share",),
            arrays=arrays,
        ),
    )


def _cumulated(norms: NDArray[np.floating]) -> NDArray[np.float64]:
    """Share of the squares (d,) that the largest hold, at even steps from none of them to all: (_STEPS,)."""
    ordered = np.concatenate([[0.0], np.cumsum(np.sort(np.square(norms.astype(np.float64)))[::-1])])
    at = np.linspace(0, 1, len(ordered))
    return np.interp(np.linspace(0, 1, _STEPS), at, ordered / (ordered[-1] or 1.0))


def _pixel_figure(draft: Draft) -> tuple[Figure, ...]:
    panels, arrays, datasets = [], [], []
    for dataset in draft.study.measured_datasets:
        runs, shape = pixel_runs(draft.context, dataset), draft.study.dataset_by_name[dataset].shape
        if not runs or shape is None:
            continue
        shares = np.mean([pixel_weights(kept["probe_weights"], shape) for _, kept in runs], axis=0)
        rows, columns = middle(shape[0]), middle(shape[1])
        panels.append(
            weights.PixelPanel(
                draft.words.dataset(dataset),
                np.sqrt(shares).astype(np.float32),
                (rows.start, rows.stop, columns.start, columns.stop),
            )
        )
        datasets.append(dataset)
        arrays += [(run, "probe_weights") for run, _ in runs]
    if not panels:
        return ()
    data = weights.PixelWeights(
        tuple(panels), (draft.words(N_("no weight")), draft.words(N_("largest weight of the set")))
    )
    return (
        draft.figure(
            "pixel-weights",
            data,
            weights.draw_pixels,
            caption=draft.say(
                N_(
                    "The linear probe’s weight on raw pixels: root of each pixel’s share of the squared weight, mean over "
                    "runs; the frame is the middle of the image"
                )
            ),
            finding=draft.conclusions.of("pixel_weight"),
            datasets=datasets,
            variants=(CONTROL,),
            arrays=arrays,
        ),
    )


def _shuffle_figure(draft: Draft) -> tuple[Figure, ...]:
    names = ("probe_accuracy", "permuted_random_accuracy", "permuted_top_accuracy")
    found = {
        dataset: {
            v: row for v in draft.study.column(dataset, names[-1]) if (row := _accuracies(draft, dataset, v))
        }
        for dataset in draft.context.datasets_with(names[-1])
    }
    shown = [v.id for v in draft.study.variants if any(v.id in rows for rows in found.values())]
    if not shown:
        return ()
    subject = draft.subjects()
    data = shuffles.Shuffles(
        tuple(subject[v] for v in shown),
        tuple(
            shuffles.ShufflePanel(draft.words.dataset(dataset), tuple(rows.get(v) for v in shown))
            for dataset, rows in found.items()
        ),
        draft.words.metric("probe_accuracy"),
        (
            draft.words(N_("as it is")),
            draft.words(N_("random dimensions shuffled")),
            draft.words(N_("heaviest dimensions shuffled")),
        ),
        draft.decimal,
    )
    return (
        draft.figure(
            "shuffles",
            data,
            shuffles.draw,
            caption=draft.say(
                N_(
                    "Accuracy of the linear probe as it is and with {share} of the dimensions shuffled among the images, those "
                    "that weigh most or random ones; means over runs"
                ),
                share=Derived(SHUFFLED, "percent", 0, constant="shuffled"),
            ),
            finding=draft.conclusions.of("permutation"),
            datasets=found,
            metrics=names,
            variants=shown,
        ),
    )


def _accuracies(draft: Draft, dataset: str, variant: str) -> tuple[float, float, float] | None:
    """As it is, with random dimensions shuffled, with the heaviest: means over runs; None where one is missing."""
    whole, drawn, heaviest = (
        draft.study.mean(dataset, variant, name)
        for name in ("probe_accuracy", "permuted_random_accuracy", "permuted_top_accuracy")
    )
    return None if whole is None or drawn is None or heaviest is None else (whole, drawn, heaviest)
