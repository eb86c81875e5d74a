"""How many seeds, or images, would tell a difference: the power of the five outcomes.

The difference that was seen is taken as the true one, and the spread between seeds as known. A study of S
seeds settles it where its interval (``uncertainty.py``) excludes zero or lies within the margin. Given the
variance that it finds, a multiple of χ² by its degrees of freedom, both are events of a normal number; the
probability is their mean over that variance. For the first this is the power of Student's test (noncentral t:
Johnson & Welch 1940, Biometrika 31:362–389), for the second that of two one-sided tests (Schuirmann 1987,
Journal of Pharmacokinetics and Biopharmaceutics 15:657–680; its power: Owen 1965, Biometrika 52:437–446).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fxreport.analysis.statistics.uncertainty import LEVEL

#: probability with which the seeds named settle a question
POWER = 0.8
#: more seeds, or a larger multiple of the images, are not proposed to anybody
MOST_SEEDS, MOST_TIMES = 100, 100.0
#: quantiles of χ² that its mean is taken over
_QUANTILES = (np.arange(128) + 0.5) / 128


@dataclass(frozen=True, slots=True)
class Spread:
    """A difference over ``seeds`` runs, and what its variance consists of.

    ``between`` is the variance between the seeds' differences, ``images`` that of one run's difference over
    samples of images (0 where it is not known), ``overlap`` the share of images that two seeds have in
    common.
    """

    difference: float
    seeds: int
    between: float
    images: float = 0.0
    overlap: float = 0.0

    @property
    def of_images(self) -> bool:
        """Whether the part of the variance outweighs that more seeds on the same images would leave."""
        return self.overlap * self.images > self.between / self.seeds


def probability_settled(spread: Spread, seeds: int, margin: float, *, times: float = 1.0) -> float:
    """Probability that so many seeds, on so many times the images, settle the difference."""
    from scipy.special import gammaincinv, ndtr, stdtrit

    own_images = min((1 - spread.overlap) * spread.images, spread.between)
    by_seeds = (spread.between - own_images * (1 - 1 / times)) / seeds
    shared = spread.overlap * spread.images / times
    truth, error = spread.difference, math.sqrt(by_seeds + shared)
    if error == 0:
        return float(truth != 0 or margin > 0)
    freedom = seeds - 1
    found = by_seeds * 2 * gammaincinv(freedom / 2, _QUANTILES) / freedom
    freedoms = np.minimum(freedom * (found + shared) / np.maximum(found, 1e-300), 1e6)
    half = stdtrit(freedoms, (1 + LEVEL) / 2) * np.sqrt(found + shared)
    beyond = ndtr((truth - half) / error) + ndtr((-truth - half) / error)
    room = margin - half
    within = ndtr((room - truth) / error) - ndtr((-room - truth) / error)
    # narrower than half the margin, an interval that holds zero lies within it
    settled = np.where(room <= 0, beyond, np.where(room >= half, 1.0, beyond + within))
    return float(settled.mean())


def seeds_to_settle(spread: Spread, margin: float) -> int | None:
    """The fewest seeds in all that settle it with ``POWER``; None where ``MOST_SEEDS`` don't."""

    def enough(seeds: int) -> bool:
        return probability_settled(spread, seeds, margin) >= POWER

    return _fewest(enough, spread.seeds, MOST_SEEDS)


def times_the_images(spread: Spread, margin: float) -> float | None:
    """How many times the images settle it at the same seeds; None where ``MOST_TIMES`` don't."""

    def enough(steps: int) -> bool:
        return probability_settled(spread, spread.seeds, margin, times=steps / 10) >= POWER

    steps = _fewest(enough, 10, int(10 * MOST_TIMES)) if spread.images > 0 else None
    return None if steps is None else steps / 10


def _fewest(enough: Callable[[int], bool], too_few: int, most: int) -> int | None:
    """The least number above ``too_few`` that is enough, where more never is less."""
    if too_few >= most or not enough(most):
        return None
    while most - too_few > 1:
        middle = (too_few + most) // 2
        too_few, most = (too_few, middle) if enough(middle) else (middle, most)
    return most
