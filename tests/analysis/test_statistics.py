"""The statistics against SciPy, numerical derivatives and brute force, in every digit."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intervals import influences, span, span_of_sum
from scipy.stats import f, friedmanchisquare, norm, rankdata, studentized_range, t

from fxreport.analysis.quantities.ranking import competition_ranks, groups, midranks
from fxreport.analysis.statistics.bootstrap import (
    Draws,
    percentile_interval,
    probability_best,
    rank_intervals,
)
from fxreport.analysis.statistics.compare import ahead_of_all, judge, mean_interval, paired, paired_by_seed
from fxreport.analysis.statistics.influence import Influences, ari_slope, influence, nmi_slope
from fxreport.analysis.statistics.ranktest import RankTest, rank_test
from fxreport.analysis.statistics.uncertainty import Interval, combined_interval, interval, unpaired_interval
from fxreport.analysis.study import Sample, Study, Variant
from fxreport.vocabulary.catalog import dataset_facts, extractor_facts

A, B = [0.41, 0.44, 0.37, 0.45], [0.3, 0.36, 0.31]
few = st.lists(st.integers(0, 5).map(lambda i: i / 10), min_size=1, max_size=8)


@pytest.mark.parametrize(("metric", "slope"), [("ari", ari_slope), ("nmi", nmi_slope)])
@pytest.mark.parametrize("shape", [(2, 2), (3, 5), (6, 3)])
def test_influence_is_the_derivative_in_every_digit(metric: str, slope: object, shape: Sequence[int]) -> None:
    """Of classes and clusters of very different sizes: where all are equal, much of the formula falls out."""
    rng = np.random.default_rng(3)
    table = rng.integers(0, 40, shape) * rng.integers(0, 2, shape)
    table[0, 0], table[1, 1] = 60, 7
    labels, clusters = (np.repeat(where, table.ravel()) for where in np.indices(shape).reshape(2, -1))
    expected = influences(
        {"labels": labels, "assignments": clusters, "test_indices": np.arange(len(labels))}, metric
    )
    np.testing.assert_allclose(influence(labels, clusters, slope), expected, rtol=1e-9, atol=1e-12)  # type: ignore[arg-type]


@pytest.mark.parametrize("variance", [None, 0.0, 1e-4, 4e-3])
@pytest.mark.parametrize("overlap", [0.0, 0.25, 1.0])
def test_interval_is_students_with_what_images_share(variance: float | None, overlap: float) -> None:
    found = interval(A, variance, overlap)
    assert found is not None
    extra = (variance or 0.0) * overlap
    own = np.var(A, ddof=1) / 4
    assert (found.low, found.high) == pytest.approx(span(A, extra))
    assert found.mean == pytest.approx(np.mean(A))
    assert found.degrees_of_freedom == pytest.approx(3 * (own + extra) / own)
    other = interval([x - 0.4 for x in A], variance, overlap)
    assert other is not None
    ratio = other.mean / math.sqrt(own + extra)
    assert other.probability == pytest.approx(t.cdf(ratio, other.degrees_of_freedom))


def test_a_single_run_has_the_normal_interval_of_its_images() -> None:
    found = interval([0.4], 1e-4, 0.5)
    assert found is not None
    half = norm.ppf(0.975) * 0.01
    assert (found.low, found.high) == pytest.approx((0.4 - half, 0.4 + half), abs=1e-6)


def test_intervals_of_independent_runs_are_welchs() -> None:
    found, known = unpaired_interval(A, B), combined_interval(0.1, (A, B), known=3e-4)
    assert found is not None
    assert known is not None
    assert (found.low, found.high) == pytest.approx(span_of_sum(np.mean(A) - np.mean(B), [A, B]))
    assert (known.low, known.high) == pytest.approx(span_of_sum(0.1, [A, B], 3e-4))
    assert unpaired_interval(A, [0.3]) is None
    wide = combined_interval(0.1, (A, B), 0.99)
    assert wide is not None
    assert wide.high - wide.low > found.high - found.low


def test_the_interval_of_the_reverse_difference_is_the_reverse() -> None:
    one, other = (unpaired_interval(*pair) for pair in ((A, B), (B, A)))
    assert one is not None
    assert other is not None
    turned = other.reversed()
    assert (turned.mean, turned.low, turned.high) == pytest.approx((one.mean, one.low, one.high))
    assert turned.probability == pytest.approx(one.probability)
    assert turned.degrees_of_freedom == pytest.approx(one.degrees_of_freedom)


@pytest.mark.parametrize(("value", "probability"), [(0.25, 1.0), (0.0, 0.5), (-0.25, 0.0)])
def test_equal_values_leave_no_doubt_of_the_side(value: float, probability: float) -> None:
    found = interval([value] * 3)
    assert found is not None
    assert (found.low, found.high, found.probability) == (value, value, probability)
    assert found.degrees_of_freedom == math.inf


@given(few)
def test_midranks_are_scipys(values: list[float]) -> None:
    assert midranks(values) == rankdata(values).tolist()


@given(few, st.booleans())
def test_competition_ranks_are_scipys(values: list[float], descending: bool) -> None:
    expected = rankdata([-x if descending else x for x in values], "min").tolist()
    named = {str(i): x for i, x in enumerate(values)}
    ranks = competition_ranks(named, descending=descending)
    assert [ranks[name] for name in named] == expected


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=8), st.booleans())
def test_groups_are_in_order_and_keep_the_order_of_equals(
    scores: list[tuple[int, int]], descending: bool
) -> None:
    found = groups({str(i): tuple(map(float, pair)) for i, pair in enumerate(scores)}, descending=descending)
    distinct = sorted(set(scores), reverse=descending)
    assert found == [tuple(str(i) for i, pair in enumerate(scores) if pair == one) for one in distinct]


def draws_with_ties(count: int = 4, replicates: int = 203) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(8)
    table = rng.integers(0, 4, (count, replicates)) / 10 + np.arange(count)[:, None] / 10
    return {f"x{i}": row for i, row in enumerate(table)}


def test_places_and_chances_are_those_counted_one_by_one() -> None:
    drawn = draws_with_ties()
    table = np.round(np.stack(list(drawn.values())), 12)
    chances = probability_best(drawn)
    for level in (0.95, 0.5):
        found = rank_intervals(drawn, level)
        for name, row in zip(drawn, table, strict=True):
            best = sorted(1 + (table > row).sum(axis=0))
            worst = sorted((table >= row).sum(axis=0))
            # the least place that a share of the replicates, at least the tail, does not go below
            low = best[math.ceil((1 - level) / 2 * 203) - 1]
            high = worst[math.ceil((1 + level) / 2 * 203) - 1]
            assert (found[name].low, found[name].high, found[name].count) == (low, high, 4)
    for name, row in zip(drawn, table, strict=True):
        shares = [1 / (column == column.max()).sum() for column in table.T]
        expected = (
            sum(s for s, x, column in zip(shares, row, table.T, strict=True) if x == column.max()) / 203
        )
        assert chances[name] == pytest.approx(expected)
    assert rank_intervals({}) == probability_best({}) == {}


def test_percentile_interval_is_the_middle() -> None:
    assert percentile_interval(np.arange(1001.0)) == pytest.approx((25, 975))
    assert percentile_interval(np.arange(1001.0), 0.5) == pytest.approx((250, 750))


def scores_of(table: np.ndarray) -> list[dict[str, float]]:
    return [{f"x{i}": float(x) for i, x in enumerate(row)} for row in table]


def test_rank_test_is_friedmans_with_the_correction_of_iman_and_davenport() -> None:
    table = np.round(np.random.default_rng(4).normal(size=(12, 5)) + np.arange(5) / 4, 1)
    found = rank_test(scores_of(table))
    assert found is not None
    chi = float(friedmanchisquare(*table.T).statistic)
    expected = 11 * chi / (12 * 4 - chi)
    assert (found.chi_squared, found.f, found.sets) == (pytest.approx(chi), pytest.approx(expected), 12)
    assert found.p == pytest.approx(float(f.sf(expected, 4, 44)))
    q = float(studentized_range.ppf(0.95, 5, np.inf)) / math.sqrt(2)
    assert found.critical_difference == pytest.approx(q * math.sqrt(5 * 6 / (6 * 12)))
    ranks = np.mean([rankdata(-row) for row in table], axis=0)
    assert found.mean_ranks == pytest.approx({f"x{i}": ranks[i] for i in range(5)})
    assert list(found.mean_ranks.values()) == sorted(found.mean_ranks.values())


def test_one_order_on_all_sets_leaves_no_doubt() -> None:
    found = rank_test(scores_of(np.tile([0.1, 0.2, 0.3], (12, 1))))
    assert found is not None
    assert (found.f, found.p, found.mean_ranks) == (math.inf, 0.0, {"x2": 1, "x1": 2, "x0": 3})
    assert rank_test([]) is None
    assert rank_test(scores_of(np.array([[0.1, 0.2, 0.3]]))) is None
    assert rank_test(scores_of(np.tile([0.1, 0.2, 0.3], (2, 1)))) is not None


def test_cliques_are_the_longest_runs_that_are_not_told_apart() -> None:
    ranks = {"a": 1.0, "b": 1.5, "c": 2.0, "d": 2.6, "e": 4.0}
    found = RankTest(ranks, sets=12, chi_squared=1.0, f=1.0, p=0.5, critical_difference=1.0)
    # b is 1.1 from d and exactly the critical difference from nobody; a is that from c
    assert found.cliques() == (("a", "b"), ("b", "c"), ("c", "d"))
    assert found.apart("a", "c")
    assert found.apart("c", "a")
    assert not found.apart("b", "c")


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        # an end on a bound does not lie beyond it, save for a lead of the margin itself
        (-0.02, 0.01, ("undetermined", "undetermined")),
        (-0.01, 0.02, ("undetermined", "undetermined")),
        (-0.019, 0.019, ("tied", "tie")),
        (0.0, 0.3, ("undetermined", "undetermined")),
        (-0.3, 0.0, ("undetermined", "undetermined")),
        (0.01, 0.3, ("better", "likely")),
        (-0.3, -0.01, ("worse", "likely")),
        (0.02, 0.3, ("better", "certain")),
        (-0.3, -0.02, ("worse", "certain")),
        (0.3, 0.3, ("better", "likely")),
        (-0.3, -0.3, ("worse", "likely")),
    ],
)
def test_an_interval_is_judged_by_its_ends(low: float, high: float, verdict: tuple[str, str]) -> None:
    assert judge(Interval((low + high) / 2, low, high, 0.5, 2.0), 0.02) == verdict
    assert judge(None, 0.02) == ("undetermined", "undetermined")


@pytest.mark.parametrize(("difference", "outcome"), [(0.05, "better"), (-0.05, "worse"), (1e-13, "tied")])
def test_a_single_difference_has_a_sign_and_no_interval(difference: float, outcome: str) -> None:
    assert paired([difference]) == (outcome, "single_run", None)
    assert paired_by_seed({3: difference, 4: 9.0}, {3: 0.0, 5: 1.0}) == (outcome, "single_run")
    assert paired_by_seed({3: difference}, {5: 1.0}) == ("undetermined", "undetermined")


def test_two_differences_have_an_interval() -> None:
    outcome, support, found = paired([0.3, 0.301])
    assert (outcome, support) == ("better", "certain")
    assert found is not None
    assert (found.low, found.high) == pytest.approx(span([0.3, 0.301]))


def test_a_first_place_is_as_sure_as_its_least_difference() -> None:
    first, near, far = {0: 0.9, 1: 0.91, 2: 0.9}, {0: 0.2, 1: 0.95, 2: 1.6}, {0: 0.1, 1: 0.1, 2: 0.1}
    assert ahead_of_all(first, [far]) == "certain"
    assert ahead_of_all(first, [far, near]) == "undetermined"
    assert ahead_of_all(far, [first], sign=-1) == "certain"
    # shown to be behind, not ahead
    assert ahead_of_all(far, [first]) == ahead_of_all(first, [far], sign=-1) == "undetermined"
    assert ahead_of_all({0: 0.9}, [{0: 0.1}]) == ahead_of_all({0: 0.1}, [{0: 0.9}]) == "single_run"


Images = Mapping[str, Sequence[int]]


def kept_study(images: Images, metric: str = "ari", n: int | None = None, seeds: int = 2) -> Study:
    """Of a and b on set x, each in ``seeds`` runs on the images ``name/seed``: five of three classes."""
    rng = np.random.default_rng(1)
    kept = {
        f"x/{name}": {
            "test_indices": np.array(chosen),
            "labels": np.array([0, 0, 1, 1, 2]),
            "assignments": rng.permutation([0, 0, 1, 1, 2]),
        }
        for name, chosen in images.items()
    }
    samples = {
        ("x", name, metric): Sample(
            tuple(range(seeds)),
            tuple(0.5 + 0.01 * seed for seed in range(seeds)),
            tuple(f"x/{name}/{seed}" for seed in range(seeds)),
            n=n,
        )
        for name in "ab"
    }
    return Study(
        datasets=(dataset_facts("x"),),
        variants=tuple(Variant(name, extractor_facts(name)) for name in "ab"),
        samples=samples,
        load_artifacts=lambda key: kept.get(key, {}),
    )


ONE, OTHER = (1, 2, 3, 4, 5), (6, 7, 8, 9, 10)
SAME = {"a/0": ONE, "a/1": ONE, "b/0": ONE, "b/1": ONE}


@pytest.mark.parametrize(
    ("images", "same"),
    [
        (SAME, True),
        ({**SAME, "b/1": OTHER}, False),
        ({name: found for name, found in SAME.items() if name != "b/1"}, False),
        ({}, False),
    ],
)
def test_only_runs_on_the_same_kept_images_go_together(images: Images, same: bool) -> None:
    influences = Influences(kept_study(images))
    keys, rivals = (["x/a/0", "x/a/1"], ["x/b/0", "x/b/1"])
    assert influences.same_images(keys, rivals) == same
    assert (influences.spread(keys, rivals) is not None) == same


def test_images_that_no_two_runs_share_add_nothing_to_the_draws() -> None:
    apart = {"a/0": ONE, "a/1": OTHER, "b/0": ONE, "b/1": OTHER}
    means = {}
    alone = {name: found for name, found in SAME.items() if name.startswith("a")}
    for name, images in (("shared", SAME), ("alone", alone), ("apart", apart), ("not kept", {})):
        study = kept_study(images)
        means[name] = Draws(study, Influences(study), 500).of("x")["a"]
    np.testing.assert_array_equal(means["apart"], means["not kept"])
    for name in ("shared", "alone"):
        assert np.std(means[name]) > np.std(means["not kept"]) + 0.01


def test_an_accuracy_of_an_unknown_number_of_images_has_the_spread_of_its_runs_alone() -> None:
    for n, wider in ((None, False), (50, True)):
        study = kept_study(SAME, "knn_accuracy", n)
        found = mean_interval(study, Influences(study), "x", "a", "knn_accuracy")
        assert found is not None
        assert (found.degrees_of_freedom > 1) == wider


@pytest.mark.parametrize(("extractors", "replicates"), [(2, 10_000), (20, 10_000), (40, 5_000), (500, 1_000)])
def test_there_are_fewer_replicates_where_there_are_many_extractors(extractors: int, replicates: int) -> None:
    study = Study(
        datasets=(dataset_facts("x"),),
        variants=tuple(Variant(str(i), extractor_facts(str(i))) for i in range(extractors)),
        samples={},
    )
    assert Draws(study, Influences(study)).replicates == replicates


def test_the_draws_of_a_study_are_always_the_same_numbers() -> None:
    """These stand in documents: NumPy's frozen generator, seed by set and metric, multipliers first."""
    study = kept_study({}, seeds=3)
    random = np.random.RandomState(zlib.crc32(b"x/ari"))
    multipliers, scale = random.standard_normal((3, 50)), np.sqrt(2 / random.chisquare(2, 50))
    expected = 0.51 + (multipliers[2] - multipliers[0]) * 0.01 * scale / math.sqrt(6)
    np.testing.assert_allclose(Draws(study, Influences(study), 50).of("x")["a"], expected)


def test_nothing_is_gained_over_a_control_that_is_perfect_on_any_set() -> None:
    values = {"x": {"a": (0.5, 0.6), "raw": (0.2, 0.3)}, "y": {"a": (0.5, 0.6), "raw": (0.9, 1.0)}}
    study = Study(
        datasets=tuple(map(dataset_facts, values)),
        variants=tuple(Variant(name, extractor_facts(name)) for name in ("a", "raw")),
        samples={
            (d, name, "ari"): Sample((0, 1), two, ("", ""))
            for d, of_set in values.items()
            for name, two in of_set.items()
        },
    )
    draws = Draws(study, Influences(study), 50)
    assert draws.gains(("x", "y"), "raw") == {}
    assert set(draws.gains(("x",), "raw")) == {"a", "raw"}
    assert draws.gains(("x",), "absent") == {}


@pytest.mark.parametrize("descending", [True, False])
def test_means_that_differ_by_rounding_only_keep_the_order_that_they_were_given_in(descending: bool) -> None:
    for pair in (("a", "b"), ("b", "a")):
        scores = dict(zip(pair, ((0.1 + 0.2,), (0.3,)), strict=True))
        assert scores[pair[0]] != scores[pair[1]]
        assert groups(scores, descending=descending) == [pair]
        turned = dict(zip(pair, ((0.3,), (0.1 + 0.2,)), strict=True))
        assert groups(turned, descending=descending) == [pair]
