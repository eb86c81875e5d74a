"""How few principal components keep what nearest neighbours tell of the classes, and how much variance."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import (
    N_,
    Claim,
    Count,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.statistics.compare import BETTER, paired, weakest
from fxreport.analysis.study import Run, Sample
from fxreport.vocabulary.experiment import SUFFICIENT

_SUFFICIENT, _WHOLE, _ACCURACY = "sufficient_components", "features_knn_accuracy", "components/knn_accuracy"
_COUNTS, _VARIANCE = "components/count", "components/variance"


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Nearest neighbours in the first principal components of an extractor's features on a set.

    ``counts`` (c,) of components, ``accuracy`` and ``variance`` (runs, c) in them, ``whole`` (runs,) the
    accuracy in all dimensions, and ``runs``, by seed.
    """

    counts: NDArray[np.integer]
    accuracy: NDArray[np.float64]
    variance: NDArray[np.float64]
    whole: NDArray[np.float64]
    runs: tuple[Run, ...]


def components(context: Context, dataset: str) -> dict[str, Components]:
    """Of each extractor on the set whose runs kept them for the same counts, in reading order."""
    found = {}
    for variant in context.study.column(dataset, _WHOLE):
        sample = context.study.samples[dataset, variant, _WHOLE]
        whole = dict(zip(sample.seeds, sample.values, strict=True))
        kept = [
            (run, arrays)
            for run, arrays in context.kept(dataset, variant, _COUNTS, _ACCURACY, _VARIANCE)
            if run.seed in whole and len(arrays[_COUNTS])
        ]
        if not kept:
            continue
        counts = kept[0][1][_COUNTS]
        kept = [(run, arrays) for run, arrays in kept if np.array_equal(arrays[_COUNTS], counts)]
        found[variant] = Components(
            counts,
            np.array([arrays[_ACCURACY] for _, arrays in kept], np.float64),
            np.array([arrays[_VARIANCE] for _, arrays in kept], np.float64),
            np.array([whole[run.seed] for run, _ in kept]),
            tuple(run for run, _ in kept),
        )
    return found


_ENOUGH = N_(
    "For nearest neighbours to keep at least {share} of the accuracy that they have in all dimensions, these numbers of "
    "leading principal components are enough in each of {runs}: {values}."
)
_ENOUGH_ONCE = N_(
    "For nearest neighbours to keep at least {share} of the accuracy that they have in all dimensions, these numbers of "
    "leading principal components are enough in a single run: {values}."
)
_ENDS = N_("{dataset}: {low} ({least}) to {high} ({most})")
_EQUAL_ENDS = N_("{dataset}: {low} ({least})")


def sufficient(context: Context) -> Iterator[Claim]:
    """For whom the fewest principal components suffice, and for whom the most; the most that any run needs.

    One claim for all image sets with as many runs. Says what the runs had and no more. Silent where it was not
    measured.
    """
    told: dict[int, dict[str, dict[str, Sample]]] = {}
    for dataset in context.datasets_with(_SUFFICIENT):
        column = context.study.column(dataset, _SUFFICIENT)
        samples = {v: context.study.samples[dataset, v, _SUFFICIENT] for v in column}
        runs = min(len(sample.values) for sample in samples.values())
        told.setdefault(runs, {})[dataset] = samples
    for runs, of_sets in told.items():
        datasets = tuple(of_sets)
        ends = [end for samples in of_sets.values() for end in _ends_of(samples)]
        evidence = tuple(
            context.evidence(d, v, _SUFFICIENT) for d, samples in of_sets.items() for v in samples
        )
        yield Claim(
            id=f"{_SUFFICIENT}/{'+'.join(datasets)}",
            kind=_SUFFICIENT,
            message=_ENOUGH if runs > 1 else _ENOUGH_ONCE,
            params={
                "share": Derived(SUFFICIENT, "percent", 0, constant="sufficient"),
                "runs": Count(runs, "run"),
                "values": Listing(tuple(_told_ends(d, samples) for d, samples in of_sets.items())),
            },
            dataset=datasets[0] if len(datasets) == 1 else None,
            metric=_SUFFICIENT,
            subjects=tuple(dict.fromkeys(v for end in ends for v in end)),
            value=min(_needed(of_sets[datasets[0]]).values()) if len(datasets) == 1 else None,
            support=context.fact(*evidence),
            evidence=evidence,
            details={"needed": {d: _needed(samples) for d, samples in of_sets.items()}},
        )


def _needed(samples: dict[str, Sample]) -> dict[str, float]:
    """The most components that any run of an extractor needs."""
    return {v: max(sample.values) for v, sample in samples.items()}


def _ends_of(samples: dict[str, Sample]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those that need the fewest and those that need the most."""
    order = groups({v: (x,) for v, x in _needed(samples).items()}, descending=False)
    return order[0], order[-1]


def _told_ends(dataset: str, samples: dict[str, Sample]) -> Message:
    (least, most), needed = _ends_of(samples), _needed(samples)
    return Message(
        _EQUAL_ENDS if least == most else _ENDS,
        {
            "dataset": DatasetNames((dataset,)),
            "least": Names(least),
            "most": Names(most),
            "low": Derived(needed[least[0]], "integer"),
            "high": Derived(needed[most[0]], "integer"),
        },
    )


_FEWER = N_(
    "On {dataset} nearest neighbours do better in the first principal components than in all dimensions for {names}; the "
    "gain is largest for {best}: {part} of the images get the right class in {count}, {whole} in all {dimension} "
    "dimensions."
)
_FEWER_OF_ONE = N_(
    "On {dataset} nearest neighbours do better in the first principal components than in all dimensions for {best}: "
    "{part} of the images get the right class in {count}, {whole} in all {dimension} dimensions."
)


def fewer_is_better(context: Context) -> Iterator[Claim]:
    """For whom neighbours in fewer components are right more often than in all dimensions.

    The number of components is chosen by the other runs' mean and judged on the run left out, so that the
    choice among several cannot make the gain. Silent where no gain is shown, and for single runs.
    """
    for dataset in context.datasets_with(_WHOLE):
        gains: dict[str, tuple[float, str]] = {}
        found = components(context, dataset)
        dimension = context.study.column(dataset, "dimension")
        for variant, curve in found.items():
            gain = _gain_of_fewer(curve, dimension.get(variant, 0.0))
            if gain is not None:
                gains[variant] = gain
        if not gains:
            continue
        best = groups({v: (gain,) for v, (gain, _) in gains.items()})[0]
        first = found[best[0]]
        chosen = _best_count(first.accuracy, first.counts, dimension[best[0]])
        yield Claim(
            id=f"fewer_components/{dataset}",
            kind="fewer_components",
            message=_FEWER if len(gains) > 1 else _FEWER_OF_ONE,
            params={
                "dataset": DatasetNames((dataset,)),
                "names": Names(tuple(gains)),
                "best": Names(best),
                "part": Derived(float(first.accuracy[:, chosen].mean()), "percent", 1),
                "count": Count(int(first.counts[chosen]), "component"),
                "whole": context.value(dataset, best[0], _WHOLE),
                "dimension": context.value(dataset, best[0], "dimension"),
            },
            dataset=dataset,
            metric=_WHOLE,
            subjects=tuple(gains),
            value=gains[best[0]][0],
            support=weakest(support for _, support in gains.values()),
            evidence=(
                *(context.kept_of(dataset, v, _WHOLE, _ACCURACY) for v in gains),
                *(context.evidence(dataset, v, "dimension") for v in best),
            ),
        )


def _best_count(accuracy: NDArray[np.float64], counts: NDArray[np.integer], dimension: float) -> int:
    """Place of the count below the dimension with the highest mean accuracy; the fewest of equals."""
    below = counts < dimension
    return int(np.where(below, accuracy.mean(axis=0), -math.inf).argmax())


def _gain_of_fewer(curve: Components, dimension: float) -> tuple[float, str] | None:
    """Mean gain over all dimensions and its support, where one is shown."""
    runs = len(curve.runs)
    if runs < 2 or not (curve.counts < dimension).any():
        return None
    gained = []
    for i in range(runs):
        chosen = _best_count(np.delete(curve.accuracy, i, axis=0), curve.counts, dimension)
        gained.append(float(curve.accuracy[i, chosen] - curve.whole[i]))
    outcome, support, _ = paired(gained)
    return (math.fsum(gained) / runs, support) if outcome == BETTER else None


_VARIANCE_HELD = N_("The components that suffice hold, on average, these shares of the variance: {values}.")
_SHARES = N_("{dataset}: {low} ({least}) to {high} ({most})")


def variance_of_sufficient(context: Context) -> Iterator[Claim]:
    """Share of the variance that the sufficient components hold: the least and the most of all extractors.

    Says means only. Silent where fewer than two extractors have it, or the number that suffices was not tried.
    """
    told: dict[str, dict[str, float]] = {}
    for dataset in context.datasets_with(_SUFFICIENT):
        means = {}
        for variant, curve in components(context, dataset).items():
            sample = context.study.sample(dataset, variant, _SUFFICIENT)
            shares = [] if sample is None else _variance_held(curve, sample)
            if shares:
                means[variant] = math.fsum(shares) / len(shares)
        if len(set(means.values())) > 1:
            told[dataset] = means
    if not told:
        return
    evidence = tuple(
        context.kept_of(d, v, _SUFFICIENT, _VARIANCE) for d, means in told.items() for v in means
    )
    yield Claim(
        id="component_variance",
        kind="component_variance",
        message=_VARIANCE_HELD,
        params={"values": Listing(tuple(_variance_ends(d, means) for d, means in told.items()))},
        metric=_SUFFICIENT,
        subjects=tuple(dict.fromkeys(e.extractor for e in evidence)),
        support=context.fact(*evidence),
        evidence=evidence,
        details={"shares": told},
    )


def _variance_ends(dataset: str, means: dict[str, float]) -> Message:
    order = groups({v: (x,) for v, x in means.items()}, descending=False)
    return Message(
        _SHARES,
        {
            "dataset": DatasetNames((dataset,)),
            "least": Names(order[0]),
            "most": Names(order[-1]),
            "low": Derived(means[order[0][0]], "percent", 0),
            "high": Derived(means[order[-1][0]], "percent", 0),
        },
    )


def _variance_held(curve: Components, sample: Sample) -> list[float]:
    """Of each run whose sufficient number of components was among those tried."""
    needed = dict(zip(sample.seeds, sample.values, strict=True))
    found = []
    for run, shares in zip(curve.runs, curve.variance, strict=True):
        [places] = np.nonzero(curve.counts == needed.get(run.seed, -1))
        if len(places):
            found.append(float(shares[places[0]]))
    return found
