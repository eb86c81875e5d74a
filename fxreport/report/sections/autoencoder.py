"""What an autoencoder makes of images: reconstructions, errors by class, walks between two codes."""

from __future__ import annotations

import numpy as np

from fxreport.analysis.claims import N_, DatasetNames, Names
from fxreport.analysis.quantities.foremost_classes import FOREMOST, MOST_CLASSES
from fxreport.analysis.rules.networks.autoencoder import ERRORS, errors_by_class
from fxreport.analysis.study import Artifacts, Run
from fxreport.report.draft import Draft
from fxreport.report.figures import class_errors, latent_walk, reconstructions
from fxreport.report.model import Block, Figure, joined

#: image sets whose walks one figure shows
_MOST_WALKS = 5


def blocks(draft: Draft) -> tuple[Block, ...]:
    told = draft.conclusions.of
    return (
        *_reconstructions(draft),
        *_class_errors(draft),
        *draft.statements(told("class_error")),
        *_walks(draft),
        *draft.statements(told("halfway")),
    )


def _cells(draft: Draft, *names: str) -> list[tuple[str, str, Run, Artifacts]]:
    """Image set, variant and first run that kept the arrays of these names, with what was kept."""
    return [
        (dataset.name, variant.id, *kept[0])
        for dataset in draft.study.datasets
        for variant in draft.study.variants
        for kept in [draft.context.kept(dataset.name, variant.id, *names)]
        if kept
    ]


def _titles(draft: Draft, cells: list[tuple[str, str]]) -> list[str]:
    """The sets' names; with the extractor's, where there are several of them."""
    several = len({variant for _, variant in cells}) > 1
    return [
        f"{draft.words.dataset(dataset)} · {draft.words.variant(variant)}"
        if several
        else draft.words.dataset(dataset)
        for dataset, variant in cells
    ]


def _reconstructions(draft: Draft) -> tuple[Figure, ...]:
    found = [
        cell
        for cell in _cells(draft, "examples", "reconstructions")
        if draft.study.sample(cell[0], cell[1], "reconstruction_mse") is not None
    ]
    if not found:
        return ()
    cells = [(dataset, variant) for dataset, variant, _, _ in found]
    panels = []
    for (dataset, variant, _, kept), title in zip(found, _titles(draft, cells), strict=True):
        error = draft.study.samples[dataset, variant, "reconstruction_mse"].mean
        note = draft.words(N_("error {error}")).format(
            error=draft.words.measured("reconstruction_mse", error)
        )
        panels.append(
            reconstructions.ReconstructionsPanel(
                title, np.asarray(kept["examples"]), np.asarray(kept["reconstructions"]), note
            )
        )
    names = tuple(dict.fromkeys(variant for _, variant in cells))
    datasets = tuple(dict.fromkeys(dataset for dataset, _ in cells))
    return (
        draft.figure(
            "reconstructions",
            reconstructions.Reconstructions(
                tuple(panels), draft.words(N_("original")), draft.words(N_("reconstruction"))
            ),
            reconstructions.draw,
            caption=draft.say(
                N_(
                    "The first test image of each of the first classes of {datasets}, first seed, and what {names} makes of it; the error is the "
                    "mean squared one over all test images"
                ),
                datasets=DatasetNames(datasets),
                names=Names(names),
            ),
            finding=[c for c in draft.conclusions.of("held_out") if c.metric == "reconstruction_mse"],
            datasets=datasets,
            metrics=("reconstruction_mse",),
            variants=names,
            arrays=[(run, name) for _, _, run, _ in found for name in ("examples", "reconstructions")],
        ),
    )


def _class_errors(draft: Draft) -> tuple[Figure, ...]:
    found = {
        (dataset, variant): errors
        for dataset, variant, _, _ in _cells(draft, ERRORS)
        for errors in [errors_by_class(draft.context, dataset, variant)]
        if errors is not None
    }
    if not found:
        return ()
    panels, many = [], False
    for ((dataset, _), errors), title in zip(found.items(), _titles(draft, list(found)), strict=True):
        classes = [draft.words.class_name(c) for c in draft.study.dataset_by_name[dataset].classes]
        if len(classes) > MOST_CLASSES:
            hardest = np.argsort(-errors.mean(axis=0), kind="stable")[:FOREMOST]
            classes, errors, many = [classes[i] for i in hardest], errors[:, hardest], True
        panels.append(class_errors.ClassErrorsPanel(title, tuple(classes), errors))
    names = tuple(dict.fromkeys(variant for _, variant in found))
    return (
        draft.figure(
            "class-errors",
            class_errors.ClassErrors(
                tuple(panels), draft.words(N_("mean squared error")), decimal=draft.decimal
            ),
            class_errors.draw,
            caption=joined(
                [
                    draft.say(
                        N_(
                            "Reconstruction error of {names} by class of the test images: bars are means over runs, dots are runs; each set has a "
                            "scale of its own"
                        ),
                        names=Names(names),
                    ),
                    *([draft.say(N_("of many classes those with the largest errors"))] if many else []),
                ],
                "; ",
            ),
            finding=draft.conclusions.of("class_error"),
            datasets=tuple(dict.fromkeys(dataset for dataset, _ in found)),
            arrays=[
                (run, ERRORS)
                for dataset, variant in found
                for run, _ in draft.context.kept(dataset, variant, ERRORS)
            ],
        ),
    )


def _walks(draft: Draft) -> tuple[Figure, ...]:
    found = [
        cell
        for cell in _cells(draft, "latent_walk", "latent_walk_ends", "labels")
        if len(cell[3]["latent_walk"])
    ]
    parts = [found[i : i + _MOST_WALKS] for i in range(0, len(found), _MOST_WALKS)]
    return tuple(_walks_figure(draft, number, part) for number, part in enumerate(parts, start=1))


def _walks_figure(draft: Draft, number: int, found: list[tuple[str, str, Run, Artifacts]]) -> Figure:
    cells = [(dataset, variant) for dataset, variant, _, _ in found]
    panels = tuple(
        latent_walk.WalksPanel(
            title, tuple(_walk(draft, dataset, kept, i) for i in range(len(kept["latent_walk"])))
        )
        for (dataset, _, _, kept), title in zip(found, _titles(draft, cells), strict=True)
    )
    return draft.figure(
        f"latent-walks-{number}" if number > 1 else "latent-walks",
        latent_walk.Walks(panels),
        latent_walk.draw,
        caption=draft.say(
            N_(
                "Walks in even steps through the latent space of {names}, first seed: from the code of the first test image of a "
                "class to that of another, each step decoded"
            ),
            names=Names(tuple(dict.fromkeys(variant for _, variant in cells))),
        ),
        finding=draft.conclusions.of("halfway"),
        datasets=tuple(dict.fromkeys(dataset for dataset, _ in cells)),
        metrics=("latent_midpoint_distance", "pixel_midpoint_distance"),
        arrays=[(run, name) for _, _, run, _ in found for name in ("latent_walk", "latent_walk_ends")],
    )


def _walk(draft: Draft, dataset: str, kept: Artifacts, number: int) -> latent_walk.Walk:
    classes = draft.study.dataset_by_name[dataset].classes
    ends = [int(kept["labels"][position]) for position in kept["latent_walk_ends"][number]]
    start, end = (
        draft.words.class_name(classes[label]) if label < len(classes) else str(label) for label in ends
    )
    return latent_walk.Walk(start, end, np.asarray(kept["latent_walk"][number], np.uint8))
