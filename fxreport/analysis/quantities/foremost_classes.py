"""Of many classes the ten that matter: those that the clusters of the best extractor mix most."""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.context import Context

#: classes that a figure tells apart by colour and a sentence by name; of more, so many do
MOST_CLASSES, FOREMOST = 20, 10


def cluster_shares(
    labels: NDArray[np.integer], clusters: NDArray[np.integer], classes: int
) -> NDArray[np.float64]:
    """Share of each class in each cluster: (classes, clusters) float64, rows sum to one (or zero)."""
    count = int(clusters.max()) + 1
    table = np.bincount(labels.astype(np.int64) * count + clusters, minlength=classes * count)
    table = table.reshape(classes, count).astype(float)
    totals = table.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(table, totals, out=np.zeros_like(table), where=totals > 0)
    return shares


def together(context: Context, dataset: str, variant: str, classes: int) -> list[NDArray[np.float64]]:
    """Chance that an image of each of two classes falls into one cluster, run by run: (classes, classes)."""
    found = []
    for run in context.study.runs_of(dataset, variant):
        kept = context.study.load_artifacts(run.key)
        if {"labels", "assignments"} <= set(kept):
            shares = cluster_shares(kept["labels"], kept["assignments"], classes)
            found.append(shares @ shares.T)
    return found


def foremost_classes(context: Context, dataset: str) -> tuple[int, ...]:
    """Numbers of the classes that figures of a set tell apart, ascending; () where they tell all.

    They are those of the pairs that the clusters of the best extractor without labels of the set (else of the
    best) mix most; those without a pair follow in their order.
    """
    classes = len(context.study.dataset_by_name[dataset].classes)
    if classes <= MOST_CLASSES:
        return ()
    order = [v for group in context.quality.get(dataset, []) for v in group]
    first = context.best_of(dataset, context.label_free)
    for variant in dict.fromkeys([*([first] if first else []), *order]):
        if kept := together(context, dataset, variant, classes):
            chance = reduce(np.add, kept)
            pairs = sorted((-chance[i, j], j, i) for i in range(classes) for j in range(i))
            chosen = dict.fromkeys(one for _, j, i in pairs for one in (j, i))
            return tuple(sorted(list(chosen)[:FOREMOST]))
    return tuple(range(FOREMOST))
