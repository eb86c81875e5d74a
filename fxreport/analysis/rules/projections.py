"""What the two-dimensional pictures show, in numbers: variance, neighbourhoods, classes that merge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
    ClassNames,
    Count,
    DatasetNames,
    Derived,
    Names,
    Phrase,
)
from fxreport.analysis.compare import BETTER, WORSE, judge, weakest
from fxreport.analysis.context import Context
from fxreport.analysis.ranking import groups
from fxreport.analysis.uncertainty import interval

#: a pair of classes merges when images of both have at least this chance of falling into one cluster
MERGED = 0.25


def explained_variance(context: Context) -> Iterator[Claim]:
    """Range over extractors of the variance that the first two principal components hold.

    Silent where it was not measured.
    """
    metric = "pca_explained_variance"
    for dataset in context.datasets_with(metric):
        column = context.study.column(dataset, metric)
        order = groups({v: (x,) for v, x in column.items()}, descending=False)
        least, most = order[0], order[-1]
        ends = least if least == most else (*least, *most)
        evidence = tuple(context.evidence(dataset, v, metric) for v in ends)
        yield Claim(
            id=f"{metric}/{dataset}",
            kind=metric,
            message=N_(
                "On {dataset} the first two principal components hold from {low} of the variance ({least}) to "
                "{high} ({most})."
            )
            if least != most
            else N_("On {dataset} the first two principal components hold {low} of the variance ({least})."),
            params={
                "dataset": DatasetNames((dataset,)),
                "low": context.value(dataset, least[0], metric),
                "high": context.value(dataset, most[0], metric),
                "least": Names(least),
                "most": Names(most),
            },
            dataset=dataset,
            metric=metric,
            subjects=ends,
            value=column[most[0]],
            support=context.fact(*evidence),
            evidence=evidence,
        )


def planes(context: Context) -> Iterator[Claim]:
    """Nearest-neighbour accuracy in the t-SNE plane against the PCA plane; silent where either is missing."""
    pca, tsne = "pca_knn_accuracy", "tsne_knn_accuracy"
    for dataset in context.datasets_with(tsne):
        flat, curved = context.study.column(dataset, pca), context.study.column(dataset, tsne)
        names = [v for v in curved if v in flat]
        if not names:
            continue
        better = [v for v in names if curved[v] > flat[v]]
        best = groups({v: (curved[v],) for v in names})[0]
        evidence = tuple(context.evidence(dataset, v, m) for v in names for m in (pca, tsne))
        if len(better) == len(names):
            message = N_(
                "On {dataset} t-SNE keeps classes together better than PCA for every extractor; best for {best}: "
                "by their nearest neighbours {curved} of the images get the right class in the t-SNE plane, {flat} in the PCA plane."
            )
        elif not better:
            message = N_(
                "On {dataset} t-SNE keeps classes together no better than PCA for any extractor; at best for "
                "{best}: {curved} against {flat}."
            )
        else:
            message = N_(
                "On {dataset} t-SNE keeps classes together better than PCA for {better}; its best plane is that of "
                "{best}: {curved} against {flat} in the PCA plane."
            )
        yield Claim(
            id=f"planes/{dataset}",
            kind="planes",
            message=message,
            params={
                "dataset": DatasetNames((dataset,)),
                "best": Names(best),
                "better": Names(tuple(better)),
                "curved": context.value(dataset, best[0], tsne),
                "flat": context.value(dataset, best[0], pca),
            },
            dataset=dataset,
            metric=tsne,
            subjects=best,
            value=curved[best[0]],
            support=_planes_support(context, dataset, names, better),
            evidence=evidence,
        )


def _planes_support(context: Context, dataset: str, names: list[str], better: list[str]) -> str:
    """By the intervals of the seeds' own differences of the two planes, of each extractor."""
    supports = []
    for name in names:
        curved, flat = (context.study.samples[dataset, name, f"{m}_knn_accuracy"] for m in ("tsne", "pca"))
        if len(curved.seeds) < 2 or curved.seeds != flat.seeds:
            supports.append(SINGLE_RUN)
            continue
        spread = interval([x - y for x, y in zip(curved.values, flat.values, strict=True)])
        outcome, support = judge(spread, 0.0)
        supports.append(support if outcome == (BETTER if name in better else WORSE) else UNDETERMINED)
    return weakest(supports)


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


_MERGED = {
    "several": N_(
        "In the clusters of {variant} on {dataset} these classes merge: {pairs}; most of all {pair}: an image of each falls "
        "into the same cluster with a probability of {chance}{how_often}."
    ),
    "one": N_(
        "In the clusters of {variant} on {dataset} one pair of classes merges: {pair}: an image of each falls into the same "
        "cluster with a probability of {chance}{how_often}."
    ),
    "none": N_(
        "In the clusters of {variant} on {dataset} no two classes merge; nearest to it come {pair}: an image of each falls "
        "into the same cluster with a probability of {chance}."
    ),
}
_EVERY_RUN = N_(" (a merger in each of {runs})")
_SOME_RUNS = N_(" (a merger in {times} of {runs})")
_ONE_RUN = N_(" (a single run)")


def merging(context: Context) -> Iterator[Claim]:
    """Pairs of classes that one cluster holds: chance that an image of each falls into the same cluster.

    For the winner of each set and for the best without labels. Silent where assignments or the classes' names
    were not kept.
    """
    for dataset, order in context.quality.items():
        names = context.study.dataset_by_name[dataset].classes
        if len(names) < 2:
            continue
        for variant in dict.fromkeys((*order[0], *context.best_group(dataset, context.label_free))):
            together = []
            for run in context.study.runs_of(dataset, variant):
                kept = context.study.load_artifacts(run.key)
                if {"labels", "assignments"} <= set(kept):
                    shares = cluster_shares(kept["labels"], kept["assignments"], len(names))
                    together.append(shares @ shares.T)
            if not together:
                continue
            mean = np.mean(together, axis=0)
            pairs = sorted(
                ((float(mean[i, j]), i, j) for i in range(len(names)) for j in range(i)), reverse=True
            )
            chance, first, second = pairs[0]
            merged = [pair for pair in pairs if pair[0] >= MERGED]
            runs = len(together)
            times = sum(bool(one[first, second] >= MERGED) for one in together)
            # how many runs bear out the sentence: mergers of the first pair, or runs without any
            borne_out = times if merged else sum(bool(_strongest(one) < MERGED) for one in together)
            yield Claim(
                id=f"merging/{dataset}/{variant}",
                kind="merging",
                message=_MERGED["several" if len(merged) > 1 else "one" if merged else "none"],
                params={
                    "variant": Names((variant,)),
                    "dataset": DatasetNames((dataset,)),
                    "pairs": ClassNames(tuple((names[j], names[i]) for _, i, j in merged)),
                    "pair": ClassNames(((names[second], names[first]),)),
                    "chance": Derived(chance, "percent", 0),
                    "how_often": Phrase(
                        _ONE_RUN if runs == 1 else _EVERY_RUN if times == runs else _SOME_RUNS
                    ),
                    "times": Derived(times, "integer"),
                    "runs": Count(runs, "run"),
                },
                dataset=dataset,
                metric="ari",
                subjects=(variant,),
                value=chance,
                support=SINGLE_RUN if runs == 1 else CERTAIN if borne_out == runs else LIKELY,
                evidence=(replace(context.evidence(dataset, variant, "ari"), artifact="assignments"),),
                details={"pairs": [(names[j], names[i], value) for value, i, j in merged], "times": times},
            )


def _strongest(together: NDArray[np.float64]) -> float:
    """The highest chance of two different classes."""
    return float(together[np.tril_indices(len(together), -1)].max())
