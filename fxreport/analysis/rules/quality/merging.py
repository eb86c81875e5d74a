"""Which classes merge: pairs that one cluster of the features holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    Listing,
    Message,
    Names,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.foremost_classes import FOREMOST, together

#: a pair of classes merges when images of both have at least this chance of falling into one cluster
MERGED = 0.25


_MERGED = {
    "several": N_(
        "In the clusters of {variant} on {dataset} these classes merge: {merged}; in brackets the probability that an image of "
        "each falls into the same cluster."
    ),
    "many": N_(
        "In the clusters of {variant} on {dataset} {count} pairs of classes merge, most of all {merged}; in brackets the "
        "probability that an image of each falls into the same cluster."
    ),
    "one": N_(
        "In the clusters of {variant} on {dataset} one pair of classes merges: {merged}; in brackets the probability that an "
        "image of each falls into the same cluster."
    ),
    "none": N_(
        "In the clusters of {variant} on {dataset} no two classes merge; nearest to it come {pair}: an image of each falls "
        "into the same cluster with a probability of {chance}."
    ),
}
_PAIR = N_("{pair} ({chance}, a merger in {times} of {runs})")
_PAIR_ONCE = N_("{pair} ({chance})")


def merging(context: Context) -> Iterator[Claim]:
    """Pairs of classes that one cluster holds: chance that an image of each falls into the same cluster.

    For the winner of each set and for the best without labels; of many pairs the first ten are named. Silent
    where assignments or the classes' names were not kept.
    """
    for dataset, order in context.quality.items():
        names = context.study.dataset_by_name[dataset].classes
        if len(names) < 2:
            continue
        for variant in dict.fromkeys((*order[0], *context.best_group(dataset, context.label_free))):
            kept = together(context, dataset, variant, len(names))
            if kept and context.study.sample(dataset, variant, "ari") is not None:
                yield _merging(context, dataset, variant, names, kept)


def _merging(
    context: Context,
    dataset: str,
    variant: str,
    names: Sequence[str],
    kept: Sequence[NDArray[np.float64]],
) -> Claim:
    mean, runs = np.mean(kept, axis=0), len(kept)
    pairs = sorted(((float(mean[i, j]), i, j) for i in range(len(names)) for j in range(i)), reverse=True)
    chance, first, second = pairs[0]
    merged = [pair for pair in pairs if pair[0] >= MERGED]
    times = [sum(bool(one[i, j] >= MERGED) for one in kept) for _, i, j in merged]
    return Claim(
        id=f"merging/{dataset}/{variant}",
        kind="merging",
        message=_MERGED[_how_many(len(merged))],
        params={
            **({"count": Derived(len(merged), "integer")} if len(merged) > FOREMOST else {}),
            "variant": Names((variant,)),
            "dataset": DatasetNames((dataset,)),
            "merged": Listing(
                tuple(
                    Message(
                        _PAIR if runs > 1 else _PAIR_ONCE,
                        {
                            "pair": ClassNames(((names[j], names[i]),)),
                            "chance": Derived(value, "percent", 0),
                            "times": Derived(count, "integer"),
                            "runs": Count(runs, "run"),
                        },
                    )
                    for (value, i, j), count in list(zip(merged, times, strict=True))[:FOREMOST]
                )
            ),
            "pair": ClassNames(((names[second], names[first]),)),
            "chance": Derived(chance, "percent", 0),
        },
        dataset=dataset,
        metric="ari",
        subjects=(variant,),
        value=chance,
        support=_support(kept, times),
        evidence=(context.kept_of(dataset, variant, "ari", "assignments"),),
        details={"pairs": [(names[j], names[i], value) for value, i, j in merged], "times": times},
    )


def _how_many(merged: int) -> str:
    return "none" if not merged else "one" if merged == 1 else "several" if merged <= FOREMOST else "many"


def _support(kept: Sequence[NDArray[np.float64]], times: Sequence[int]) -> str:
    """By the runs that bear the sentence out: every pair's mergers (``times``), or runs without any.

    Certain where all do so, likely where most do.
    """
    runs = len(kept)
    if runs == 1:
        return SINGLE_RUN
    borne_out = min(times) if times else sum(bool(_strongest(one) < MERGED) for one in kept)
    return CERTAIN if borne_out == runs else LIKELY if 2 * borne_out > runs else UNDETERMINED


def _strongest(together: NDArray[np.float64]) -> float:
    """The highest chance of two different classes."""
    return float(together[np.tril_indices(len(together), -1)].max())
