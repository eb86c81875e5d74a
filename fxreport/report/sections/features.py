"""Inside the features: which dimensions carry the classes, how few would do, how alike the extractors are."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from fxreport.analysis.claims import N_
from fxreport.analysis.quantities.likeness import ARRAYS
from fxreport.analysis.rules.features.components import Components, components
from fxreport.analysis.study import Run
from fxreport.report.draft import Draft
from fxreport.report.figures import components as component_lines
from fxreport.report.figures import similarity
from fxreport.report.model import Block, Figure, Section
from fxreport.report.sections.dimensions import dimensions


def features(draft: Draft) -> Section:
    children = tuple(
        Section(name, draft.words(title), blocks)
        for name, title, blocks in (
            ("dimensions", N_("Which dimensions carry the classes"), dimensions(draft)),
            ("components", N_("How few components would do"), _components(draft)),
            ("likeness", N_("How alike the extractors are"), _likeness(draft)),
        )
        if blocks
    )
    return Section(
        "features",
        draft.words(N_("Inside the features")),
        ()
        if children
        else (draft.note(N_("Of the features themselves nothing was kept with these measurements.")),),
        children,
    )


def _components(draft: Draft) -> tuple[Block, ...]:
    claims = draft.conclusions.of("sufficient_components", "fewer_components", "component_variance")
    blocks: tuple[Block, ...] = (*_component_figure(draft), *draft.statements(claims))
    if not blocks:
        return ()
    return (
        draft.paragraph(
            N_(
                "Principal components are the directions in which features vary most, in that order; nearest neighbours are "
                "sought in the space of the first of them."
            )
        ),
        *blocks,
    )


def _component_figure(draft: Draft) -> tuple[Figure, ...]:
    subject = draft.subjects()
    panels, arrays = [], []
    for dataset in draft.context.datasets_with("features_knn_accuracy"):
        found = components(draft.context, dataset)
        lines = tuple(
            component_lines.ComponentLine(
                subject[variant],
                np.asarray(curve.counts),
                curve.accuracy.mean(axis=0).astype(np.float32),
                float(curve.whole.mean()),
            )
            for variant, curve in found.items()
        )
        panels.append(component_lines.ComponentPanel(draft.words.dataset(dataset), lines))
        arrays += _component_arrays(found.values())
    if not arrays:
        return ()
    data = component_lines.Components(
        tuple(panels),
        count_axis=draft.words(N_("number of principal components")),
        accuracy_axis=draft.words(N_("nearest-neighbour accuracy")),
        whole=draft.words(N_("all")),
        missing=draft.words(N_("not measured")),
        decimal=draft.decimal,
    )
    caption = draft.say(
        N_(
            "Accuracy of nearest neighbours in the first principal components and, at the right, in all dimensions; means "
            "over runs"
        )
    )
    return (
        draft.figure(
            "components",
            data,
            component_lines.draw,
            caption=caption,
            finding=draft.conclusions.of("sufficient_components", "fewer_components"),
            metrics=("features_knn_accuracy",),
            arrays=arrays,
        ),
    )


def _component_arrays(found: Iterable[Components]) -> list[tuple[Run, str]]:
    return [(run, "components/knn_accuracy") for curve in found for run in curve.runs]


def _likeness(draft: Draft) -> tuple[Block, ...]:
    claims = draft.conclusions.of("most_alike", "least_alike", "likeness_of_sizes", "like_pixels")
    return (*_likeness_figure(draft), *draft.statements(claims))


def _likeness_figure(draft: Draft) -> tuple[Figure, ...]:
    found = {d: draft.context.likeness.of(d) for d in draft.study.measured_datasets}
    found = {dataset: likeness for dataset, likeness in found.items() if likeness.pairs}
    names = [v.id for v in draft.study.variants if any(v.id in x.variants for x in found.values())]
    if not found:
        return ()
    panels = tuple(
        similarity.SimilarityPanel(
            draft.words.dataset(dataset),
            np.array([[likeness.mean(a, b) for b in names] for a in names], np.float32),
        )
        for dataset, likeness in found.items()
    )
    return (
        draft.figure(
            "likeness",
            similarity.Similarity(panels, tuple(draft.words.variant(v) for v in names), draft.decimal),
            similarity.draw,
            caption=draft.say(
                N_(
                    "How alike the features of two extractors are: linear CKA of the same test images, mean over runs; one "
                    "says that they are the same but for a turn and a scale, zero that there is no linear relation between "
                    "them"
                )
            ),
            finding=draft.conclusions.of("most_alike", "least_alike"),
            datasets=found,
            arrays=[(run, ARRAYS[0]) for likeness in found.values() for run in likeness.runs],
        ),
    )
