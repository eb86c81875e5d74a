"""Two extractors on one image set: better, worse, tied, undetermined, or missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import CERTAIN, LIKELY, SINGLE_RUN, TIE, UNDETERMINED
from fxreport.analysis.ranking import equal
from fxreport.analysis.study import Study
from fxreport.analysis.uncertainty import Interval, ari_influence, interval, unpaired_interval

BETTER, WORSE, TIED, MISSING = "better", "worse", "tied", "missing"

#: differences of the adjusted Rand index inside ±MARGIN are taken as practically equal
MARGIN = 0.02


@dataclass(frozen=True, slots=True)
class Comparison:
    """``difference`` is a − b of the means; ``interval`` is None where single runs say nothing of spread.

    ``support`` is what a sentence may claim: certain (the interval excludes zero and lies beyond the margin),
    likely (it excludes zero), tie, undetermined, single_run.
    """

    dataset: str
    a: str
    b: str
    metric: str
    outcome: str
    support: str
    difference: float = 0.0
    interval: Interval | None = None


class Influences:
    """What the kept clusterings of a study say of the variance over images; computed once per run."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._known: dict[str, tuple[NDArray[np.integer], NDArray[np.float64]] | None] = {}

    def of(self, key: str) -> tuple[NDArray[np.integer], NDArray[np.float64]] | None:
        """The run's test indices (n,) and the influence of each image (n,), or None where not kept."""
        if key not in self._known:
            kept = self._study.load_artifacts(key) if key else {}
            self._known[key] = (
                (kept["test_indices"], ari_influence(kept["labels"], kept["assignments"]))
                if {"labels", "assignments", "test_indices"} <= set(kept)
                else None
            )
        return self._known[key]

    def spread(self, keys: Sequence[str], rivals: Sequence[str] = ()) -> tuple[float, float] | None:
        """Image variance of one run's ARI (or of its difference from its rival's), and the seeds' overlap.

        ``keys`` and ``rivals`` are runs in the order of their seeds. None where an assignment is not kept or
        rivals were not measured on the same images.
        """
        variances, images = [], []
        for position, key in enumerate(keys):
            known = self.of(key)
            if known is None:
                return None
            indices, influence = known
            if rivals:
                other = self.of(rivals[position])
                if other is None or not np.array_equal(indices, other[0]):
                    return None
                influence = influence - other[1]
            variances.append(float(np.var(influence)) / len(influence))
            images.append(indices)
        shares = [
            len(np.intersect1d(first, second, assume_unique=True)) / min(len(first), len(second))
            for i, first in enumerate(images)
            for second in images[i + 1 :]
        ]
        return sum(variances) / len(variances), sum(shares) / len(shares) if shares else 0.0


def mean_interval(study: Study, influences: Influences, dataset: str, variant: str) -> Interval | None:
    """Interval of a variant's mean ARI on one image set."""
    sample = study.sample(dataset, variant, "ari")
    if sample is None:
        return None
    variance, overlap = influences.spread(sample.keys) or (None, 0.0)
    return interval(sample.values, variance, overlap)


def compare(
    study: Study,
    influences: Influences,
    dataset: str,
    a: str,
    b: str,
    metric: str = "ari",
    margin: float = MARGIN,
) -> Comparison:
    """Compare a with b by a metric where more is better.

    Paired over seeds where both have the same ones; else by Welch's interval of two independent means.
    """
    first, second = study.sample(dataset, a, metric), study.sample(dataset, b, metric)
    if first is None or second is None:
        return Comparison(dataset, a, b, metric, MISSING, UNDETERMINED)
    difference = first.mean - second.mean
    if len(first.seeds) == 1 or len(second.seeds) == 1:
        outcome = TIED if equal(first.mean, second.mean) else BETTER if difference > 0 else WORSE
        return Comparison(dataset, a, b, metric, outcome, SINGLE_RUN, difference)
    spread: Interval | None
    if first.seeds == second.seeds:
        known = influences.spread(first.keys, second.keys) if metric == "ari" else None
        variance, overlap = known or (None, 0.0)
        spread = interval(
            [x - y for x, y in zip(first.values, second.values, strict=True)], variance, overlap
        )
    else:
        spread = unpaired_interval(first.values, second.values)
    outcome, support = judge(spread, margin)
    return Comparison(dataset, a, b, metric, outcome, support, difference, spread)


def judge(spread: Interval | None, margin: float) -> tuple[str, str]:
    """Outcome and support of a difference whose interval is known.

    An interval without width, from values that happen to be equal over seeds, makes nothing certain.
    """
    if spread is None:
        return UNDETERMINED, UNDETERMINED
    if -margin < spread.low and spread.high < margin:
        return TIED, TIE
    if spread.low > 0:
        return BETTER, CERTAIN if spread.low >= margin and spread.high > spread.low else LIKELY
    if spread.high < 0:
        return WORSE, CERTAIN if spread.high <= -margin and spread.high > spread.low else LIKELY
    return UNDETERMINED, UNDETERMINED


def weakest(supports: Iterable[str]) -> str:
    """The least that a sentence resting on all of these may claim."""
    found = set(supports)
    return next((s for s in (SINGLE_RUN, UNDETERMINED, TIE, LIKELY) if s in found), CERTAIN)


def outcomes(comparisons: Mapping[str, Comparison]) -> dict[str, tuple[str, ...]]:
    """Group names by the outcome of their comparison, keeping the order."""
    groups: dict[str, list[str]] = {}
    for name, comparison in comparisons.items():
        groups.setdefault(comparison.outcome, []).append(name)
    return {outcome: tuple(names) for outcome, names in groups.items()}
