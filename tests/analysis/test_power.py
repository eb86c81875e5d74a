"""The seeds and images named settle a question as often as is said: against simulated runs and SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import nct, t

from fxreport.analysis.claims import UNDETERMINED
from fxreport.analysis.statistics.compare import judge
from fxreport.analysis.statistics.power import (
    POWER,
    Spread,
    probability_settled,
    seeds_to_settle,
    times_the_images,
)
from fxreport.analysis.statistics.uncertainty import interval


def share_settled(spread: Spread, seeds: int, margin: float, trials: int = 4000) -> float:
    """Of simulated studies of the difference, judged as the document judges."""
    rng = np.random.default_rng(seeds)
    shared = spread.overlap * spread.images
    common = rng.normal(0, math.sqrt(shared), (trials, 1))
    values = spread.difference + common + rng.normal(0, math.sqrt(spread.between), (trials, seeds))
    judged = (judge(interval(row, spread.images, spread.overlap), margin) for row in values.tolist())
    return sum(support != UNDETERMINED for _, support in judged) / trials


CASES = [
    (Spread(0.05, 3, 0.04**2), 0.02),
    (Spread(-0.03, 3, 0.02**2), 0.02),
    (Spread(0.005, 3, 0.01**2), 0.02),  # to be shown equal
    (Spread(0.0, 3, 0.03**2), 0.02),
    (Spread(0.05, 3, 0.03**2, images=0.0004, overlap=0.35), 0.02),
    (Spread(1.0, 2, 1.0), 0.0),
]


@pytest.mark.parametrize(("spread", "margin"), CASES)
def test_the_seeds_named_settle_it_in_four_of_five_studies(spread: Spread, margin: float) -> None:
    seeds = seeds_to_settle(spread, margin)
    assert seeds is not None
    assert share_settled(spread, seeds, margin) >= POWER - 0.02
    if seeds - 1 > spread.seeds:
        assert share_settled(spread, seeds - 1, margin) < POWER + 0.02
    assert share_settled(spread, seeds, margin) == pytest.approx(
        probability_settled(spread, seeds, margin), abs=0.02
    )


@pytest.mark.parametrize("seeds", [3, 5, 20])
def test_without_a_margin_it_is_the_power_of_students_test(seeds: int) -> None:
    shift, critical = 0.8 * math.sqrt(seeds), t.ppf(0.975, seeds - 1)
    expected = nct.sf(critical, seeds - 1, shift) + nct.cdf(-critical, seeds - 1, shift)
    assert probability_settled(Spread(0.8, 3, 1.0), seeds, 0.0) == pytest.approx(expected, abs=0.003)


def test_a_smaller_difference_needs_more_seeds() -> None:
    wanted = [seeds_to_settle(Spread(d, 3, 0.04**2), 0.0) for d in (0.1, 0.05, 0.03, 0.02)]
    assert None not in wanted
    assert wanted == sorted(wanted, key=lambda n: n or 0)
    assert len(set(wanted)) == 4


def test_more_than_a_hundred_seeds_are_not_proposed() -> None:
    assert seeds_to_settle(Spread(0.001, 3, 0.04**2), 0.0) is None
    assert seeds_to_settle(Spread(0.0, 3, 0.0), 0.0) is None


def test_where_seeds_share_their_images_only_more_images_tell() -> None:
    spread = Spread(0.05, 3, between=0.0001, images=0.001, overlap=1.0)
    assert spread.of_images
    assert seeds_to_settle(spread, 0.0) is None
    times = times_the_images(spread, 0.0)
    assert times is not None
    fewer = Spread(0.05, 3, 0.0001, 0.001 / times, 1.0)
    assert share_settled(fewer, 3, 0.0) == pytest.approx(POWER, abs=0.04)


def test_images_help_nothing_where_none_of_the_variance_is_theirs() -> None:
    assert times_the_images(Spread(0.05, 3, 0.04**2), 0.0) is None
