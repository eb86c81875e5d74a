"""Intervals: closed forms against brute force, and coverage on data whose truth is known."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from fxreport.analysis.rules.networks.training import implied_ari
from fxreport.analysis.rules.quality.dimension import spearman, spearman_interval
from fxreport.analysis.statistics.compare import judge
from fxreport.analysis.statistics.influence import ari_slope, influence, nmi_slope
from fxreport.analysis.statistics.uncertainty import interval


def clustering(rng: np.random.Generator, n: int, right: float = 0.7) -> tuple[np.ndarray, np.ndarray]:
    labels = rng.integers(0, 10, n)
    clusters = np.where(rng.random(n) < right, labels, rng.integers(0, 10, n))
    return labels, clusters


Slope = Callable[[np.ndarray], np.ndarray]
Score = Callable[[np.ndarray, np.ndarray], float]
MEASURES = [(ari_slope, adjusted_rand_score), (nmi_slope, normalized_mutual_info_score)]


@pytest.mark.parametrize(("slope", "score"), MEASURES)
def test_influence_gives_the_variance_that_the_bootstrap_finds(slope: Slope, score: Score) -> None:
    rng = np.random.default_rng(0)
    labels, clusters = clustering(rng, 1500)
    replicates = [score(labels[i], clusters[i]) for i in (rng.integers(0, 1500, 1500) for _ in range(400))]
    found = influence(labels, clusters, slope)
    assert found.mean() == pytest.approx(0, abs=1e-12)
    assert math.sqrt(found.var() / 1500) == pytest.approx(np.std(replicates), rel=0.12)


@pytest.mark.parametrize(("slope", "score"), MEASURES)
def test_influence_is_the_derivative_of_the_index(slope: Slope, score: Score) -> None:
    """Adding one image moves the index by its influence over n, to first order."""
    rng = np.random.default_rng(1)
    labels, clusters = clustering(rng, 4000)
    base = score(labels, clusters)
    found = influence(labels, clusters, slope)
    for image in (0, 17, 311):
        copies = 8
        more = score(
            np.append(labels, [labels[image]] * copies), np.append(clusters, [clusters[image]] * copies)
        )
        assert more - base == pytest.approx(found[image] * copies / (4000 + copies), rel=0.1, abs=5e-5)


@pytest.mark.parametrize("slope", [ari_slope, nmi_slope])
def test_influence_of_one_cluster_for_one_class_is_zero(slope: Slope) -> None:
    assert not influence(np.zeros(5, int), np.zeros(5, int), slope).any()


@pytest.mark.parametrize("seeds", [3, 5, 10])
@pytest.mark.parametrize("shared", [0.0, 0.3, 1.0])
def test_intervals_cover_the_truth_as_often_as_they_say(seeds: int, shared: float) -> None:
    """A run's value = truth + training noise + image noise, of which seeds share a part."""
    rng = np.random.default_rng(seeds)
    image_sd, trials, covered = 1.0, 4000, 0
    for _ in range(trials):
        common = rng.normal(0, image_sd * math.sqrt(shared))
        own = rng.normal(0, image_sd * math.sqrt(1 - shared), seeds)
        values = common + own + rng.normal(0, 0.7, seeds)
        found = interval(values.tolist(), image_sd**2, shared)
        assert found is not None
        covered += found.low <= 0 <= found.high
    assert 0.92 <= covered / trials <= 0.97


def test_a_single_value_has_an_interval_only_where_its_image_variance_is_known() -> None:
    assert interval([0.4]) is None
    found = interval([0.4], 0.01**2)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.4 - 1.96 * 0.01, 0.4 + 1.96 * 0.01), abs=1e-4)


def test_equal_values_have_an_interval_of_no_width() -> None:
    found = interval([0.1, 0.1, 0.1])
    assert found is not None
    assert (found.low, found.high, found.probability) == pytest.approx((0.1, 0.1, 1.0))


def test_students_interval_of_three_values() -> None:
    found = interval([1.0, 2.0, 3.0])
    assert found is not None
    half = 4.302652729911275 / math.sqrt(3)  # t quantile of two degrees of freedom, from tables
    assert (found.low, found.high) == pytest.approx((2 - half, 2 + half))


@pytest.mark.parametrize(
    ("x", "y", "rho"),
    [
        ([1, 2, 3, 4], [10, 20, 30, 40], 1.0),
        ([1, 2, 3, 4], [4, 3, 2, 1], -1.0),
        ([1, 2, 2, 4], [1, 2, 3, 3], 5 / 6),
    ],
)
def test_spearman_of_small_cases(x: list[float], y: list[float], rho: float) -> None:
    assert spearman(x, y) == pytest.approx(rho)


def test_spearman_agrees_with_scipy_and_is_silent_on_a_constant() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 6, 30), rng.integers(0, 6, 30)
    assert spearman(x.tolist(), y.tolist()) == pytest.approx(spearmanr(x, y).statistic)
    assert spearman([1, 1, 1], [1, 2, 3]) is None


def test_spearman_interval_holds_the_estimate_and_narrows() -> None:
    few, many = spearman_interval(0.6, 6), spearman_interval(0.6, 60)
    assert few[0] < many[0] < 0.6 < many[1] < few[1] <= 1
    assert spearman_interval(1.0, 5)[1] <= 1


@pytest.mark.parametrize("accuracy", [0.1, 0.5, 0.9, 1.0])
def test_implied_ari_is_the_ari_of_a_labelling_of_that_accuracy(accuracy: float) -> None:
    rng = np.random.default_rng(3)
    labels = np.repeat(np.arange(10), 4000)
    wrong = rng.random(len(labels)) >= accuracy
    guessed = np.where(wrong, (labels + rng.integers(1, 10, len(labels))) % 10, labels)
    assert implied_ari(accuracy, 10) == pytest.approx(adjusted_rand_score(labels, guessed), abs=0.01)


@pytest.mark.parametrize("value", [0.1, 0.2, 0.7, 1e-9, -0.3])
@pytest.mark.parametrize("count", [2, 3, 6, 7])
def test_equal_values_have_exactly_no_width_and_make_nothing_certain(value: float, count: int) -> None:
    for values in ([value] * count, [value, *[value + 1e-17] * (count - 1)]):
        found = interval(values)
        assert found is not None
        assert found.low == found.high
        assert judge(found, 0.0)[1] == "likely"


def test_differences_that_are_equal_but_for_rounding_have_no_width() -> None:
    values = [0.3 - 0.1, 0.5 - 0.3, 0.2]
    assert len(set(values)) > 1
    found = interval(values)
    assert found is not None
    assert found.low == found.high
