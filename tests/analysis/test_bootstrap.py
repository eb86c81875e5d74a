"""The multiplier bootstrap against Student and resampled images; coverage where the truth is known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy.stats import t
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, normalized_mutual_info_score

from fxreport.analysis.quantities.gain import gain, mean_gain
from fxreport.analysis.statistics.bootstrap import (
    Draws,
    percentile_interval,
    probability_best,
    rank_intervals,
)
from fxreport.analysis.statistics.compare import compare, mean_interval
from fxreport.analysis.statistics.influence import SLOPES, Influences
from fxreport.analysis.study import Artifacts, Sample, Study
from fxreport.analysis.subjects import Variant
from fxreport.vocabulary.catalog import dataset_facts, extractor_facts

Values = Mapping[str, Mapping[str, Sequence[float]]]  # image set → extractor → one value a seed


def study_of(
    values: Values,
    artifacts: Mapping[str, Artifacts] | None = None,
    metric: str = "ari",
    n: int | None = None,
) -> Study:
    """A study whose runs have the keys ``set/extractor/seed``."""
    names = dict.fromkeys(name for of_set in values.values() for name in of_set)
    kept = artifacts or {}
    return Study(
        datasets=tuple(dataset_facts(d) for d in values),
        variants=tuple(Variant(name, extractor_facts(name)) for name in names),
        samples={
            (d, name, metric): Sample(
                seeds=tuple(range(len(of_seeds))),
                values=tuple(of_seeds),
                keys=tuple(f"{d}/{name}/{seed}" for seed in range(len(of_seeds))),
                n=n,
            )
            for d, of_set in values.items()
            for name, of_seeds in of_set.items()
        },
        load_artifacts=lambda key: kept.get(key, {}),
    )


def draws_of(study: Study, replicates: int = 10_000) -> Draws:
    return Draws(study, Influences(study), replicates)


def test_a_mean_and_a_paired_difference_have_students_distribution() -> None:
    a, b = (0.50, 0.56, 0.59), (0.41, 0.40, 0.48)
    drawn = draws_of(study_of({"x": {"a": a, "b": b}}), 200_000).of("x")
    paired = [p - q for p, q in zip(a, b, strict=True)]
    for values, found in ((a, drawn["a"]), (paired, drawn["a"] - drawn["b"])):
        half = t.ppf(0.975, 2) * np.std(values, ddof=1) / math.sqrt(3)
        low, high = percentile_interval(found)
        assert low == pytest.approx(np.mean(values) - half, abs=0.04 * half)
        assert high == pytest.approx(np.mean(values) + half, abs=0.04 * half)


def test_nothing_is_drawn_beyond_what_a_metric_can_be() -> None:
    """A perfect extractor cannot be beaten by one whose interval would pass a score of 1."""
    study = study_of(
        {"x": {"perfect": [1.0, 1.0, 1.0], "b": [0.97, 0.99, 0.98], "raw_pixels": [0.99, 1.0, 0.98]}}
    )
    draws = draws_of(study)
    assert max(values.max() for values in draws.of("x").values()) == 1
    assert probability_best(draws.of("x"))["perfect"] > 0.9
    assert not draws.gains(("x",), "raw_pixels")
    interval = mean_interval(study, Influences(study), "x", "b")
    assert interval is not None
    assert interval.high == 1


def test_a_single_run_is_not_drawn() -> None:
    drawn = draws_of(study_of({"x": {"a": [0.5], "b": [0.4, 0.5]}})).of("x")
    assert set(drawn) == {"b"}
    assert not draws_of(study_of({"x": {"a": [0.5]}})).of("x")


def clustering(rng: np.random.Generator, labels: np.ndarray, right: float) -> np.ndarray:
    return np.where(rng.random(len(labels)) < right, labels, rng.integers(0, 10, len(labels)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("metric", "score"),
    [
        ("ari", adjusted_rand_score),
        ("nmi", normalized_mutual_info_score),
        ("ami", adjusted_mutual_info_score),
    ],
)
def test_the_images_part_is_what_resampling_the_images_gives(metric: str, score) -> None:  # type: ignore[no-untyped-def]
    """Two extractors on the same images in all seeds: the spread of each, and of their difference."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 10, 1500)
    first = clustering(rng, labels, 0.7)
    clusters = {"a": first, "b": np.where(rng.random(1500) < 0.7, first, clustering(rng, labels, 0.5))}
    values = {name: [score(labels, found)] * 2 for name, found in clusters.items()}
    artifacts = {
        f"x/{name}/{seed}": {"labels": labels, "assignments": found, "test_indices": np.arange(1500)}
        for name, found in clusters.items()
        for seed in (0, 1)
    }
    drawn = draws_of(study_of({"x": values}, artifacts, metric)).of("x", metric)
    resampled: dict[str, list[float]] = {name: [] for name in clusters}
    for _ in range(500):
        chosen = rng.integers(0, 1500, 1500)
        for name, found in clusters.items():
            resampled[name].append(score(labels[chosen], found[chosen]))
    for name in clusters:
        assert np.std(drawn[name]) == pytest.approx(np.std(resampled[name]), rel=0.1)
    assert np.std(drawn["a"] - drawn["b"]) == pytest.approx(
        np.std(np.subtract(resampled["a"], resampled["b"])), rel=0.1
    )


@pytest.mark.parametrize("metric", sorted(SLOPES))
def test_renamed_extractors_keep_their_draws(metric: str) -> None:
    rng = np.random.default_rng(6)
    labels = rng.integers(0, 10, 300)
    artifacts, values = {}, {}
    for name, right in (("a", 0.8), ("b", 0.7), ("c", 0.6)):
        values[name] = [right, right + 0.01]
        for seed in (0, 1):
            found = clustering(rng, labels, right)
            artifacts[f"x/{name}/{seed}"] = {
                "labels": labels, "assignments": found, "test_indices": np.arange(300),
            }  # fmt: skip
    names = {"a": "c", "b": "a", "c": "b"}
    renamed = {names[name]: of for name, of in values.items()}
    moved = {key.replace(f"/{key[2]}/", f"/{names[key[2]]}/"): arrays for key, arrays in artifacts.items()}
    before = draws_of(study_of({"x": values}, artifacts, metric)).of("x", metric)
    after = draws_of(study_of({"x": renamed}, moved, metric)).of("x", metric)
    for old, new in names.items():
        np.testing.assert_allclose(before[old], after[new], rtol=0, atol=1e-12)


def test_ranks_of_equals_hold_all_of_their_places() -> None:
    values = {"a": [0.9, 0.91], "b": [0.5, 0.5], "c": [0.2 + 0.3, 0.5], "d": [0.1, 0.1]}
    found = rank_intervals(draws_of(study_of({"x": values})).of("x"))
    assert [(found[v].low, found[v].high, found[v].count) for v in "bcd"] == [(2, 3, 4), (2, 3, 4), (4, 4, 4)]


def test_probabilities_of_being_best_share_a_tie_and_sum_to_one() -> None:
    tied = probability_best(draws_of(study_of({"x": {"a": [0.5, 0.5], "b": [0.5, 0.5]}})).of("x"))
    assert tied == {"a": 0.5, "b": 0.5}
    found = probability_best(
        draws_of(study_of({"x": {"a": [0.5, 0.6], "b": [0.5, 0.55], "c": [0, 0.1]}})).of("x")
    )
    assert sum(found.values()) == pytest.approx(1)
    assert found["a"] > found["b"] > found["c"]


TRUTH = {"one": {"raw_pixels": 0.3, "a": 0.5, "b": 0.48}, "two": {"raw_pixels": 0.1, "a": 0.2, "b": 0.15}}


@pytest.mark.slow
@pytest.mark.parametrize("noise", [(0.03, 0.03), (0.06, 0.01)])
def test_gains_and_places_cover_the_truth(noise: tuple[float, float]) -> None:
    """Runs of known means on two image sets: the interval of the mean gain, and of a place."""
    rng = np.random.default_rng(7)
    trials, gains, places = 1500, 0, 0
    truth = np.mean([gain(of_set["a"], of_set["raw_pixels"]) for of_set in TRUTH.values()])
    for _ in range(trials):
        values = {
            dataset: {name: (mean + rng.normal(0, sd, 3)).tolist() for name, mean in of_set.items()}
            for sd, (dataset, of_set) in zip(noise, TRUTH.items(), strict=True)
        }
        study = study_of(values)
        found = mean_gain(study, Influences(study), "a", "raw_pixels", tuple(TRUTH))
        assert found is not None
        assert found.interval is not None
        gains += found.interval.low <= truth <= found.interval.high
        rank = rank_intervals(draws_of(study, 500).gains(tuple(TRUTH), "raw_pixels"))["b"]
        places += rank.low <= 2 <= rank.high
    assert 0.92 <= gains / trials <= 0.97
    assert places / trials >= 0.92  # a place is a whole number: its interval can only be too wide


def test_a_gain_is_zero_for_the_control_and_one_for_a_perfect_clustering() -> None:
    study = study_of({"x": {"raw_pixels": [0.2, 0.3], "a": [1.0, 1.0], "b": [0.2, 0.3], "c": [0.4]}})
    influences = Influences(study)
    found = {name: mean_gain(study, influences, name, "raw_pixels", ("x",)) for name in "abc"}
    assert found["a"] is not None
    assert found["b"] is not None
    assert (found["a"].mean, found["b"].mean) == (1.0, 0.0)
    assert found["c"] is None  # another number of seeds: not paired


def test_the_images_part_of_a_gain_is_what_resampling_the_images_gives() -> None:
    rng = np.random.default_rng(9)
    labels = rng.integers(0, 10, 1500)
    raw = clustering(rng, labels, 0.6)
    clusters = {"raw_pixels": raw, "a": np.where(rng.random(1500) < 0.5, raw, clustering(rng, labels, 0.9))}
    values = {name: [adjusted_rand_score(labels, found)] * 2 for name, found in clusters.items()}
    artifacts = {
        f"x/{name}/{seed}": {"labels": labels, "assignments": found, "test_indices": np.arange(1500)}
        for name, found in clusters.items()
        for seed in (0, 1)
    }
    study = study_of({"x": values}, artifacts)
    found = mean_gain(study, Influences(study), "a", "raw_pixels", ("x",))
    assert found is not None
    assert found.interval is not None
    resampled = []
    for _ in range(500):
        chosen = rng.integers(0, 1500, 1500)
        own, control = (adjusted_rand_score(labels[chosen], clusters[v][chosen]) for v in ("a", "raw_pixels"))
        resampled.append(gain(own, control))
    assert (found.interval.high - found.mean) / 1.96 == pytest.approx(np.std(resampled), rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["ari", "nmi"])
@pytest.mark.parametrize("pool", [1000, 1500, 4000])
def test_intervals_of_real_clusterings_cover_the_truth(metric: str, pool: int) -> None:
    """Images drawn from a population, seeds that share a part of them, training that differs by seed.

    An image of difficulty u goes to its class's cluster by a run of ability a where u < a, else to the next
    class's; all runs find the same images difficult. The truth is the mean over abilities of the measure of
    the whole population. Checked for one extractor's mean and for the paired difference of two.
    """
    rng = np.random.default_rng(8)
    n, seeds, trials = 1000, 3, 800
    abilities = {"a": 0.80, "b": 0.70}
    truth = {name: _expected(metric, ability) for name, ability in abilities.items()}
    single = paired = 0
    for _ in range(trials):
        labels, difficulty = rng.integers(0, 10, pool), rng.random((2, pool))
        difficulty[1] = np.where(rng.random(pool) < 0.6, difficulty[0], difficulty[1])
        artifacts: dict[str, Artifacts] = {}
        values: dict[str, list[float]] = {name: [] for name in abilities}
        for seed in range(seeds):
            chosen = np.sort(rng.choice(pool, n, replace=False))
            for row, (name, ability) in enumerate(abilities.items()):
                right = difficulty[row, chosen] < ability + rng.normal(0, SPREAD)
                found = np.where(right, labels[chosen], (labels[chosen] + 1) % 10)
                values[name].append(_score(metric, labels[chosen], found))
                artifacts[f"x/{name}/{seed}"] = {
                    "labels": labels[chosen], "assignments": found, "test_indices": chosen,
                }  # fmt: skip
        study = study_of({"x": values}, artifacts, metric)
        influences = Influences(study)
        alone = mean_interval(study, influences, "x", "a", metric)
        both = compare(study, influences, "x", "a", "b", metric).interval
        assert alone is not None
        assert both is not None
        single += alone.low <= truth["a"] <= alone.high
        paired += both.low <= truth["a"] - truth["b"] <= both.high
    assert 0.92 <= single / trials <= 0.97
    assert 0.92 <= paired / trials <= 0.97


SPREAD = 0.02


def _score(metric: str, labels: np.ndarray, clusters: np.ndarray) -> float:
    """The measure in its large-sample form, which is what the truth below is."""
    table = np.bincount(labels * 10 + clusters, minlength=100).reshape(10, 10) / len(labels)
    return _of_table(metric, table)


def _expected(metric: str, ability: float) -> float:
    rng = np.random.default_rng(0)
    return float(np.mean([_of_table(metric, _table(ability + rng.normal(0, SPREAD))) for _ in range(4000)]))


def _table(ability: float) -> np.ndarray:
    return (np.eye(10) * ability + np.roll(np.eye(10), 1, axis=1) * (1 - ability)) / 10


def _of_table(metric: str, table: np.ndarray) -> float:
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    if metric == "ari":
        together, a, b = (table**2).sum(), (rows**2).sum(), (columns**2).sum()
        return float((together - a * b) / ((a + b) / 2 - a * b))
    entropy = lambda shares: -float((shares[shares > 0] * np.log(shares[shares > 0])).sum())  # noqa: E731
    parts = entropy(rows) + entropy(columns)
    return 2 * (parts - entropy(table.ravel())) / parts


def test_an_accuracy_has_the_binomial_variance_over_images() -> None:
    """All seeds see the same images: the interval is as wide as a share of that many images is uncertain."""
    kept = {"labels": np.zeros(400), "assignments": np.zeros(400), "test_indices": np.arange(400)}
    keys = {f"x/a/{seed}": kept for seed in (0, 1)}
    study = study_of({"x": {"a": [0.8, 0.8]}}, keys, "knn_accuracy", n=400)
    found = mean_interval(study, Influences(study), "x", "a", "knn_accuracy")
    assert found is not None
    assert found.high - found.mean == pytest.approx(1.96 * math.sqrt(0.8 * 0.2 / 400), rel=1e-3)
