"""PCA and t-SNE: the pictures, and what can be said of them in numbers."""

from __future__ import annotations

import numpy as np

from fxreport.analysis.claims import N_, Claim, DatasetNames, Derived, Names
from fxreport.analysis.study import Run
from fxreport.report.draft import Draft
from fxreport.report.figures import confusion
from fxreport.report.figures import projections as picture
from fxreport.report.interactive.names import projections_of
from fxreport.report.model import Block, Figure, Section
from fxreport.report.words import Origin, experiment_id, slug

#: panels of one figure; the best of each set are shown, the rest is in the tables
MOST_PANELS = 6


def projections(draft: Draft) -> Section:
    children = []
    for dataset in draft.study.datasets:
        name = dataset.name
        claims = draft.conclusions.of("pca_explained_variance", "planes", "merging", dataset=name)
        blocks: list[Block] = [
            *_planes(draft, name),
            *_confusion(draft, name),
            *draft.statements(claims),
        ]
        if blocks:
            children.append(Section(f"projections-{slug(name)}", draft.words.dataset(name), tuple(blocks)))
    return Section(
        id="projections",
        title=draft.words(N_("Projections: PCA and t-SNE")),
        blocks=() if children else (draft.note(N_("No projections were kept with these measurements.")),),
        children=tuple(children),
    )


def _first_runs(draft: Draft, dataset: str) -> dict[str, Run]:
    """The first seed's run of each variant, from the best ARI down, as many as a figure shows."""
    order = [v for group in draft.context.quality.get(dataset, []) for v in group]
    runs = {v: runs[0] for v in order for runs in [draft.study.runs_of(dataset, v)] if runs}
    kept = {v: r for v, r in runs.items() if "pca_2d" in draft.study.load_artifacts(r.key)}
    return dict(list(kept.items())[:MOST_PANELS])


def _planes(draft: Draft, dataset: str) -> tuple[Figure, ...]:
    runs = _first_runs(draft, dataset)
    if not runs:
        return ()
    classes = draft.study.dataset_by_name[dataset].classes
    blocks, arrays = [], []
    for method, title in (("pca", "PCA"), ("tsne", "t-SNE")):
        panels: list[picture.ProjectionPanel | None] = []
        for variant, run in runs.items():
            kept = draft.study.load_artifacts(run.key)
            if f"{method}_2d" not in kept:
                panels.append(None)
                continue
            arrays.append((run, f"{method}_2d"))
            accuracy = draft.study.mean(dataset, variant, f"{method}_knn_accuracy")
            note = (
                ""
                if accuracy is None
                else draft.words(N_("k‑NN in the plane: {share}")).format(
                    share=draft.words.with_unit(f"{method}_knn_accuracy", accuracy)
                )
            )
            panels.append(
                picture.ProjectionPanel(
                    np.asarray(kept[f"{method}_2d"]),
                    np.asarray(kept["labels"])[np.asarray(kept["projection_indices"])],
                    note,
                )
            )
        blocks.append(picture.ProjectionBlock(title, tuple(panels)))
    labels = tuple(draft.words.class_name(c) for c in classes) or tuple(
        str(k)
        for k in range(1 + max(int(p.classes.max()) for b in blocks for p in b.panels if p is not None))
    )
    data = picture.Projections(
        variants=tuple(draft.words.variant(v) for v in runs),
        blocks=tuple(blocks),
        classes=labels,
        missing=draft.words(N_("not measured")),
    )
    figure = draft.figure(
        f"projections-{slug(dataset)}",
        data,
        picture.draw,
        caption=draft.say(
            N_(
                "Test images of {dataset} in the plane of the first two principal components and in that of t-SNE, "
                "first seed; colour is the class"
            ),
            dataset=DatasetNames((dataset,)),
        ),
        finding=draft.conclusions.of("planes", dataset=dataset),
        datasets=(dataset,),
        metrics=("pca_knn_accuracy", "tsne_knn_accuracy"),
        variants=runs,
        arrays=arrays,
        opens=projections_of(dataset),
    )
    return (figure,)


def _confusion(draft: Draft, dataset: str) -> tuple[Figure, ...]:
    """Classes against clusters of the best extractor that needs no labels of the set."""
    variant = draft.context.best_of(dataset, draft.context.label_free)
    classes = draft.study.dataset_by_name[dataset].classes
    runs = draft.study.runs_of(dataset, variant) if variant else ()
    kept = draft.study.load_artifacts(runs[0].key) if runs else {}
    if variant is None or not classes or not {"labels", "assignments"} <= set(kept):
        return ()
    labels, clusters = np.asarray(kept["labels"], int), np.asarray(kept["assignments"], int)
    claims: tuple[Claim, ...] = tuple(
        c for c in draft.conclusions.of("merging", dataset=dataset) if c.subjects == (variant,)
    )
    data = confusion.ClusterCounts(
        confusion.count_images(labels, clusters, len(classes)),
        classes=tuple(draft.words.class_name(c) for c in classes),
        class_axis=draft.words(N_("class")),
        cluster_axis=draft.words(N_("cluster")),
        decimal=draft.decimal,
    )
    figure = draft.figure(
        f"clusters-{slug(dataset)}",
        data,
        confusion.draw_counts,
        caption=draft.say(
            N_("Share of each class of {dataset} in each cluster of {variant}, seed {seed}"),
            Origin(experiment_id(runs[0].key)),
            dataset=DatasetNames((dataset,)),
            variant=Names((variant,)),
            seed=Derived(runs[0].seed, "integer"),
        ),
        finding=claims,
        datasets=(dataset,),
        arrays=((runs[0], "labels"), (runs[0], "assignments")),
    )
    return (figure,)
