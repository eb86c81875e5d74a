"""Intervals for means over seeds and for paired differences, from seeds and test images together.

Each seed draws a sample of test images, an initialisation and a k-means anew. The spread of the values over
seeds therefore holds every source of variance except one: where the seeds' samples share images (all of them,
when the whole test split is used), what those images have in common does not show in the spread. That part is
known where each image's cluster is kept (``influence.py``).

With S seeds, variance b between their values, image variance w of one run and a share f of images that two
seeds have in common, the variance of the mean is v = b / S + f · w. The interval is Student's with
(S − 1) · v / (b / S) degrees of freedom: S − 1 where the first term is all, ever more where the second, which
is taken as known, outweighs it. Satterthwaite (1946, Biometrics Bulletin 2:110–114) has the square of the
ratio, which trusts a small b too much: with three seeds its 95 % intervals hold the truth in 92 % of cases.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fxreport.analysis.quantities.ranking import equal

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its interval; ``probability`` is that of the true mean being above zero."""

    mean: float
    low: float
    high: float
    probability: float
    degrees_of_freedom: float

    def reversed(self) -> Interval:
        """The interval of the difference taken the other way round."""
        return Interval(-self.mean, -self.high, -self.low, 1 - self.probability, self.degrees_of_freedom)


def interval(
    values: Sequence[float],
    image_variance: float | None = None,
    overlap: float = 0.0,
    level: float = LEVEL,
) -> Interval | None:
    """Interval of the mean of one value per seed.

    ``image_variance`` is the variance of one run's value over samples of images, where known; ``overlap`` the
    share of test images that two seeds have in common (0 to 1). None is returned where nothing is known of
    the spread: a single value without an image variance.
    """
    count = len(values)
    mean = math.fsum(values) / count
    if count == 1 and image_variance is None:
        return None
    seeds_part = _variance_of_mean(values) if count > 1 else 0.0
    images_part = (image_variance or 0.0) * (overlap if count > 1 else 1.0)
    freedom = (count - 1) * (seeds_part + images_part) / seeds_part if seeds_part > 0 else math.inf
    return _students(mean, seeds_part + images_part, freedom, level)


def unpaired_interval(a: Sequence[float], b: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Interval of mean(a) − mean(b) of independent runs (Welch 1947, Biometrika 34:28–35).

    None where one side has a single value.
    """
    return combined_interval(math.fsum(a) / len(a) - math.fsum(b) / len(b), (a, b), level)


def combined_interval(
    mean: float, parts: Sequence[Sequence[float]], level: float = LEVEL, *, known: float = 0.0
) -> Interval | None:
    """Interval of a sum or difference of independent means, by Welch's and Satterthwaite's approximation.

    ``parts``: for each mean its values, one per seed, scaled as they enter ``mean``. ``known`` is a variance
    that adds to theirs and is taken as known. None where one has a single value.
    """
    if any(len(values) < 2 for values in parts):
        return None
    variances = [_variance_of_mean(values) for values in parts]
    spread = math.fsum(v**2 / (len(x) - 1) for v, x in zip(variances, parts, strict=True))
    total = math.fsum(variances)
    freedom = total**2 / spread * (total + known) / total if spread > 0 else math.inf
    return _students(mean, total + known, freedom, level)


def variance(values: Sequence[float]) -> float:
    """Sample variance; exactly 0 of values that differ by the rounding of their last digits only."""
    if all(equal(value, values[0]) for value in values):
        return 0.0
    mean = math.fsum(values) / len(values)
    return math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1)


def _variance_of_mean(values: Sequence[float]) -> float:
    return variance(values) / len(values)


def _students(mean: float, variance: float, freedom: float, level: float) -> Interval:
    """Student's interval around an estimate of the given variance."""
    if variance <= 0:
        return Interval(mean, mean, mean, 1.0 if mean > 0 else 0.0 if mean < 0 else 0.5, math.inf)
    from scipy.special import stdtr, stdtrit

    freedom = min(freedom, 1e6)
    standard_error = math.sqrt(variance)
    half = float(stdtrit(freedom, (1 + level) / 2)) * standard_error
    probability = float(stdtr(freedom, mean / standard_error))
    return Interval(mean, mean - half, mean + half, probability, freedom)
