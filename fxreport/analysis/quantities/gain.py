"""What an extractor gains over the control, as a share of what is left to gain; averaged over image sets.

ARI of different image sets are on different scales. Of a score x and the control's r on the same images, the
gain is (x − r) / (1 − r): 0 for what raw pixels reach already, 1 for a perfect clustering, below zero for
features that hurt. Its form is that of the adjusted Rand index itself, with the control in the place of
chance. Scores normalised by a baseline before they are averaged: Agarwal et al. 2021, NeurIPS 34:29304–29320.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.statistics.influence import Influences
from fxreport.analysis.statistics.uncertainty import Interval, combined_interval
from fxreport.analysis.study import Sample, Study

_X = TypeVar("_X", float, NDArray[np.float64])


def gain(score: _X, control: _X) -> _X:
    """Share of what the control leaves to a perfect score that is gained; the control is below 1."""
    return (score - control) / (1 - control)


@dataclass(frozen=True, slots=True)
class Gain:
    """A variant's gain over the control, averaged over image sets; ``interval`` is None for single runs."""

    variant: str
    datasets: tuple[str, ...]
    mean: float
    interval: Interval | None


def mean_gain(
    study: Study,
    influences: Influences,
    variant: str,
    control: str,
    datasets: Sequence[str],
    metric: str = "ari",
) -> Gain | None:
    """Mean over image sets of the gain of each seed over the control with the same seed.

    Where the two have different seeds, those that both have count. None where these are fewer than two, a
    cell is missing, or the control is perfect. Sets are independent of each other; what the images that seeds
    share add is taken from the influences of both, linearised.
    """
    parts, known = [], 0.0
    for dataset in datasets:
        own, other = study.sample(dataset, variant, metric), study.sample(dataset, control, metric)
        if own is None or other is None:
            return None
        if own.seeds != other.seeds:
            common = sorted(set(own.seeds) & set(other.seeds))
            own, other = own.only(common), other.only(common)
            if len(common) < 2:
                return None
        if max(other.values) >= 1:
            return None
        gains = [gain(x, r) for x, r in zip(own.values, other.values, strict=True)]
        parts.append([g / len(datasets) for g in gains])
        known += _shared(influences, own, other, metric) / len(datasets) ** 2
    if not parts:
        return None
    mean = math.fsum(math.fsum(part) / len(part) for part in parts)
    return Gain(variant, tuple(datasets), mean, combined_interval(mean, parts, known=known))


def _shared(influences: Influences, own: Sample, other: Sample, metric: str) -> float:
    """Variance that the images shared by the seeds add to the mean gain on one image set; 0 if not known."""
    overlap = influences.overlap(own.keys)
    if not overlap or not influences.same_images(own.keys, other.keys):
        return 0.0
    variances = []
    runs = zip(own.keys, other.keys, own.values, other.values, strict=True)
    for key, rival, x, r in runs:
        score, control = influences.of(key, metric), influences.of(rival, metric)
        if score is None or control is None:
            return 0.0
        slope = score / (1 - r) - control * (1 - x) / (1 - r) ** 2
        variances.append(float(np.var(slope)) / len(slope))
    return overlap * sum(variances) / len(variances)
