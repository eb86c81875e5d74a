"""Classes against the clusters of the best extractor that needs no labels of the set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fxreport.analysis.claims import N_, Claim, DatasetNames, Derived, Names, Param
from fxreport.analysis.quantities.foremost_classes import foremost_classes
from fxreport.report.anchors import Origin, experiment_id, slug
from fxreport.report.draft import Draft
from fxreport.report.figures import confusion
from fxreport.report.model import Figure, joined

_TEN_OF_CLUSTERS = N_("of the {all} classes the {shown} that the clusters mix most")


def of_all(draft: Draft, dataset: str, shown: Sequence[int]) -> Mapping[str, Param]:
    """How many classes are shown, and of how many."""
    every = len(draft.study.dataset_by_name[dataset].classes)
    return {"shown": Derived(len(shown), "integer"), "all": Derived(every, "integer")}


def clusters(draft: Draft, dataset: str) -> tuple[Figure, ...]:
    """The figure; of many classes it has those that are mixed most. None where nothing was kept."""
    variant = draft.context.best_of(dataset, draft.context.label_free)
    classes = draft.study.dataset_by_name[dataset].classes
    runs = draft.study.runs_of(dataset, variant) if variant else ()
    kept = draft.study.load_artifacts(runs[0].key) if runs else {}
    if variant is None or not classes or not {"labels", "assignments"} <= set(kept):
        return ()
    labels, assigned = np.asarray(kept["labels"], int), np.asarray(kept["assignments"], int)
    shown = foremost_classes(draft.context, dataset)
    claims: tuple[Claim, ...] = tuple(
        c for c in draft.conclusions.of("merging", dataset=dataset) if c.subjects == (variant,)
    )
    data = confusion.ClusterCounts(
        confusion.count_images(labels, assigned, len(classes)),
        classes=tuple(draft.words.class_name(c) for c in classes),
        class_axis=draft.words(N_("class")),
        cluster_axis=draft.words(N_("cluster")),
        decimal=draft.decimal,
        shown=shown,
        others=draft.words(N_("others")),
    )
    origin = Origin(experiment_id(runs[0].key))
    caption = draft.say(
        N_("Share of each class of {dataset} in each cluster of {variant}, seed {seed}"),
        origin,
        dataset=DatasetNames((dataset,)),
        variant=Names((variant,)),
        seed=Derived(runs[0].seed, "integer"),
    )
    if shown:
        caption = joined(
            [caption, draft.say(_TEN_OF_CLUSTERS, origin, **of_all(draft, dataset, shown))], "; "
        )
    figure = draft.figure(
        f"clusters-{slug(dataset)}",
        data,
        confusion.draw_counts,
        caption=caption,
        finding=claims,
        datasets=(dataset,),
        arrays=((runs[0], "labels"), (runs[0], "assignments")),
    )
    return (figure,)
