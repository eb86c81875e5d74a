"""Selection, comparison and recommendation on small studies whose answers are known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from fxreport.analysis.arrange import select, study
from fxreport.analysis.claims import CERTAIN, LIKELY, SINGLE_RUN, TIE, UNDETERMINED, Claim, Derived
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.digits import rounded
from fxreport.analysis.quantities.ranking import competition_ranks, groups
from fxreport.analysis.quantities.stars import ARI_LEVELS, SECONDS_LEVELS, cost_level, level
from fxreport.analysis.quantities.times import time_ratio
from fxreport.analysis.rules.networks.training import implied_accuracy, implied_ari, late_improvement
from fxreport.analysis.statistics.pareto import pareto_front
from fxreport.analysis.statistics.ranktest import rank_test
from fxreport.analysis.study import Study

COLUMNS = [
    "key",
    "dataset",
    "extractor",
    "input_size",
    "clusterer",
    "seed",
    "metric",
    "value",
    "unit",
    "n",
    "origin",
]
Values = Mapping[tuple[str, str], tuple[float, ...]]


def frame(values: Values, metric: str = "ari", *, origin: str = "measured") -> pd.DataFrame:
    """(data set, extractor or extractor@size) → one value per seed."""
    rows = []
    for (dataset, variant), seeds in values.items():
        extractor, _, size = variant.partition("@")
        for seed, value in enumerate(seeds):
            key = f"{dataset}/{variant}/{seed}"
            rows.append(
                (
                    key,
                    dataset,
                    extractor,
                    int(size) if size else None,
                    "",
                    seed,
                    metric,
                    value,
                    "",
                    None,
                    origin,
                )
            )
    made = pd.DataFrame(rows, columns=COLUMNS)
    return made.astype({"input_size": "Int64", "n": "Int64"})


def study_of(*frames: pd.DataFrame) -> Study:
    return study(pd.concat(frames, ignore_index=True))


def claims_of(*frames: pd.DataFrame) -> dict[str, Claim]:
    return {claim.id: claim for claim in conclude(study_of(*frames)).claims}


@pytest.mark.parametrize(
    ("first", "second", "support"),
    [
        ((0.80, 0.81, 0.79), (0.50, 0.52, 0.49), CERTAIN),
        ((0.512, 0.513, 0.511), (0.499, 0.500, 0.4985), TIE),
        ((0.55, 0.56, 0.54), (0.53, 0.54, 0.519), LIKELY),
        ((0.60, 0.40, 0.55), (0.45, 0.55, 0.40), UNDETERMINED),
        ((0.60,), (0.40,), SINGLE_RUN),
    ],
)
def test_the_winners_wording_follows_the_spread(
    first: tuple[float, ...], second: tuple[float, ...], support: str
) -> None:
    claim = claims_of(frame({("mnist", "a"): first, ("mnist", "b"): second}))["winner/mnist"]
    assert claim.subjects == ("a",)
    assert claim.support == support


def test_a_winner_must_stand_against_the_rival_that_comes_closest_not_only_the_second() -> None:
    """The third has a lower mean than the second but so wide a spread that it may be ahead."""
    claim = claims_of(
        frame(
            {
                ("mnist", "a"): (0.60, 0.60, 0.601),
                ("mnist", "b"): (0.50, 0.50, 0.501),
                ("mnist", "c"): (0.20, 0.80, 0.40),
            }
        )
    )["winner/mnist"]
    assert claim.support == UNDETERMINED


def test_nmi_breaks_ties_of_ari() -> None:
    ari = frame({("mnist", "a"): (0.5,), ("mnist", "b"): (0.5,)})
    nmi = frame({("mnist", "a"): (0.6,), ("mnist", "b"): (0.7,)}, "nmi")
    assert claims_of(ari, nmi)["winner/mnist"].subjects == ("b",)
    assert claims_of(ari)["winner/mnist"].subjects == ("a", "b")


def test_different_seeds_are_compared_unpaired() -> None:
    rows = frame({("mnist", "a"): (0.3, 0.3, 0.9), ("mnist", "b"): (0.4, 0.4)})
    claim = claims_of(rows)["winner/mnist"]
    assert claim.support == UNDETERMINED
    assert claim.subjects == ("a",)


def test_values_that_are_not_finite_are_left_out() -> None:
    rows = frame({("mnist", "a"): (0.5,), ("mnist", "b"): (float("nan"),), ("mnist", "c"): (float("inf"),)})
    claims = claims_of(rows)
    assert claims["winner/mnist"].subjects == ("a",)
    assert "runner_up/mnist" not in claims


def test_holes_of_the_grid_are_listed() -> None:
    made = study_of(frame({("mnist", "a"): (0.5,), ("mnist", "b"): (0.4,), ("cifar10", "a"): (0.1,)}))
    assert [(m.dataset, m.variant.id, m.kind) for m in made.missing] == [("cifar10", "b", "not_run")]


def test_an_extractor_with_a_hole_has_no_mean_over_image_sets() -> None:
    seconds = {("mnist", "a"): (1.0,), ("mnist", "b"): (2.0,), ("cifar10", "a"): (1.0,)}
    claims = claims_of(frame(dict.fromkeys(seconds, (0.5,))), frame(seconds, "extraction_seconds"))
    assert "speed_rank/a" in claims
    assert "speed_rank/b" not in claims
    assert "mean_quality/b" not in claims


def test_imported_cells_replace_the_measured_ones_of_the_same_place() -> None:
    rows = pd.concat(
        [
            frame({("mnist", "a"): (0.5, 0.6), ("mnist", "b"): (0.4, 0.4)}),
            frame({("mnist", "a"): (0.1,)}, origin="imported"),
        ]
    )
    made = study(select(rows, [set(rows["key"])]))
    assert made.mean("mnist", "a", "ari") == 0.1
    assert made.mean("mnist", "b", "ari") == 0.4


def test_rows_of_two_plans_are_never_mixed() -> None:
    rows = frame({("mnist", "a"): (0.5, 0.9)})
    quick, standard = {"mnist/a/0"}, {"mnist/a/1"}
    assert study(select(rows, [standard, quick])).mean("mnist", "a", "ari") == 0.9
    assert study(select(rows, [{"not there"}, quick])).mean("mnist", "a", "ari") == 0.5
    assert study(select(rows, [])).mean("mnist", "a", "ari") == pytest.approx(0.7)


def recommendation(conclusions: Conclusions, scenario: str) -> object:
    return next(r for r in conclusions.recommendations if r.scenario == scenario)


def scenarios(*frames: pd.DataFrame) -> dict[str, str | None]:
    return {r.scenario: r.extractor for r in conclude(study_of(*frames)).recommendations}


def test_recommendations_answer_their_own_question() -> None:
    ari = {
        ("mnist", "raw_pixels"): 0.35, ("cifar10", "raw_pixels"): 0.05,
        ("mnist", "custom_cnn"): 0.90, ("cifar10", "custom_cnn"): 0.20,
        ("mnist", "autoencoder"): 0.40, ("cifar10", "autoencoder"): 0.06,
        ("mnist", "vgg16@64"): 0.50, ("cifar10", "vgg16@64"): 0.45,
    }  # fmt: skip
    seconds = {"raw_pixels": 0.01, "custom_cnn": 0.5, "autoencoder": 0.4, "vgg16@64": 30.0}
    made = scenarios(
        frame({cell: (value,) for cell, value in ari.items()}),
        frame({cell: (seconds[cell[1]],) for cell in ari}, "extraction_seconds").assign(n=1000),
    )
    assert made == {
        "max_quality": "custom_cnn",
        "no_labels": "vgg16@64",
        "limited_compute": "custom_cnn",
        "pretrained": "vgg16@64",
        "natural_images": "vgg16@64",
        "production": "custom_cnn",
    }


def test_a_recommendation_is_firm_only_where_no_image_set_and_no_spread_could_change_it() -> None:
    steady = {
        (d, v): (x, x * 1.01, x * 0.99) for d in ("mnist", "cifar10") for v, x in (("a", 0.8), ("b", 0.4))
    }
    swapped = steady | {("cifar10", "a"): (0.1, 0.11, 0.09)}
    firm = next(r for r in conclude(study_of(frame(steady))).recommendations if r.scenario == "max_quality")
    loose = next(r for r in conclude(study_of(frame(swapped))).recommendations if r.scenario == "max_quality")
    assert (firm.extractor, firm.firm, firm.support) == ("a", True, CERTAIN)
    assert not loose.firm


def test_no_scenario_crashes_where_nothing_is_good() -> None:
    ari = frame({("mnist", "a"): (-0.02,), ("mnist", "b"): (-0.01,)})
    times = frame({("mnist", "a"): (1.0,), ("mnist", "b"): (2.0,)}, "extraction_seconds")
    assert scenarios(ari, times)["production"] == "b"


def test_groups_and_ranks_take_means_that_differ_only_by_rounding_as_equal() -> None:
    third = {"a": 0.1 + 0.2, "b": 0.3, "c": 0.5}
    assert groups({k: (v,) for k, v in third.items()}) == [("c",), ("a", "b")]
    assert competition_ranks(third, descending=True) == {"c": 1, "a": 2, "b": 2}
    assert competition_ranks({"x": 1, "y": 1, "z": 2}, descending=False) == {"x": 1, "y": 1, "z": 3}


def test_pareto_front_holds_what_nothing_else_beats_in_both() -> None:
    points = {
        "fast": (1.0, 0.2),
        "good": (5.0, 0.9),
        "worse": (5.0, 0.5),
        "slow": (9.0, 0.9),
        "twin": (1.0, 0.2),
    }
    assert pareto_front(points) == ("fast", "twin", "good")


@pytest.mark.parametrize(("ari", "word"), [(-0.1, 1), (0.1, 2), (0.299, 2), (0.6, 4), (0.95, 5)])
def test_words_for_quality_are_by_a_fixed_scale(ari: float, word: int) -> None:
    assert level(ari, ARI_LEVELS) == word


@pytest.mark.parametrize(("seconds", "stars"), [(0.01, 5), (0.1, 5), (0.11, 4), (2, 3), (10, 2), (11, 1)])
def test_speed_stars_are_by_a_fixed_scale(seconds: float, stars: int) -> None:
    assert cost_level(seconds, SECONDS_LEVELS) == stars


def test_late_improvement_reads_the_last_quarter_of_the_curve() -> None:
    assert late_improvement([1.0, 0.8, 0.6]) is None
    assert late_improvement([1.0, 0.8, 0.5, 0.4]) == pytest.approx(0.2)
    assert late_improvement([1.0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.4]) == pytest.approx(-1.0)


def test_family_rules_are_surprised_only_against_their_expectation() -> None:
    usual = claims_of(frame({("mnist", "custom_cnn"): (0.9,), ("mnist", "autoencoder"): (0.4,)}))
    odd = claims_of(frame({("mnist", "custom_cnn"): (0.3,), ("mnist", "autoencoder"): (0.4,)}))
    assert not usual["family/mnist/supervised-unsupervised"].surprising
    assert odd["family/mnist/supervised-unsupervised"].surprising


def test_merging_names_the_classes_that_one_cluster_holds() -> None:
    labels = np.repeat(np.arange(10), 30).astype(np.int16)
    clusters = np.where(labels == 9, 4, labels).astype(np.int16)
    kept = {"labels": labels, "assignments": clusters, "test_indices": np.arange(300, dtype=np.int32)}
    made = study(frame({("mnist", "raw_pixels"): (0.8,)}), load_artifacts=lambda key: kept)
    claim = next(c for c in conclude(made).claims if c.kind == "merging")
    assert claim.value == 1.0
    assert claim.details["pairs"] == [("4", "9", 1.0)]


def test_a_merger_is_as_sure_as_the_runs_that_have_it() -> None:
    """All that merge by the mean are named, each with its runs; the support is that of the least frequent."""
    labels = np.repeat(np.arange(10), 30).astype(np.int16)
    always, once = np.where(labels == 9, 4, labels), np.where(labels == 8, 3, labels)
    runs = [np.where(labels == 9, 4, once), always, always]
    kept = {
        f"mnist/raw_pixels/{seed}": {"labels": labels, "assignments": clusters.astype(np.int16)}
        for seed, clusters in enumerate(runs)
    }
    made = study(frame({("mnist", "raw_pixels"): (0.8, 0.8, 0.8)}), load_artifacts=lambda key: kept[key])
    claim = next(c for c in conclude(made).claims if c.kind == "merging")
    assert [(a, b, round(x, 3)) for a, b, x in claim.details["pairs"]] == [("4", "9", 1.0), ("3", "8", 0.333)]
    assert claim.details["times"] == [3, 1]
    assert claim.support == UNDETERMINED


def test_shared_test_images_widen_the_interval() -> None:
    """With the same images in every seed, agreement between seeds is no evidence about other images."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 400).astype(np.int16)
    kept = {}
    for variant, right in (("a", 0.62), ("b", 0.60)):
        clusters = np.where(rng.random(400) < right, labels, rng.integers(0, 10, 400)).astype(np.int16)
        for seed in range(3):
            kept[f"mnist/{variant}/{seed}"] = {
                "labels": labels, "assignments": clusters, "test_indices": np.arange(400, dtype=np.int32),
            }  # fmt: skip
    values = {("mnist", "a"): (0.44, 0.441, 0.44), ("mnist", "b"): (0.41, 0.411, 0.409)}
    alone = conclude(study(frame(values)))
    shared = conclude(study(frame(values), load_artifacts=lambda key: kept[key]))
    assert alone.of("winner")[0].support in (CERTAIN, LIKELY)
    assert shared.of("winner")[0].support == UNDETERMINED


def test_a_difference_is_told_from_the_side_of_the_one_ahead() -> None:
    rows = frame({("mnist", "custom_cnn"): (0.30, 0.31, 0.29), ("mnist", "autoencoder"): (0.50, 0.52, 0.49)})
    claim = claims_of(rows)["family/mnist/supervised-unsupervised"]
    difference, low, high = (claim.params[name] for name in ("difference", "low", "high"))
    assert isinstance(difference, Derived)
    assert isinstance(low, Derived)
    assert isinstance(high, Derived)
    assert 0 < low.value < difference.value < high.value
    assert claim.value is not None
    assert claim.value < 0, "the claim's own value is the first family's minus the second's"


def test_rank_test_gives_the_textbooks_numbers() -> None:
    """The example of Demšar 2006, table 6: four variants of C4.5 on fourteen data sets.

    Its last set but one has two equal accuracies as printed and different ranks.
    """
    table = [
        (0.763, 0.768, 0.771, 0.798), (0.599, 0.591, 0.590, 0.569), (0.954, 0.971, 0.968, 0.967),
        (0.628, 0.661, 0.654, 0.657), (0.882, 0.888, 0.886, 0.898), (0.936, 0.931, 0.916, 0.931),
        (0.661, 0.668, 0.609, 0.685), (0.583, 0.583, 0.563, 0.625), (0.775, 0.838, 0.866, 0.875),
        (1.000, 1.000, 1.000, 1.000), (0.940, 0.962, 0.965, 0.962), (0.619, 0.666, 0.614, 0.669),
        (0.972, 0.981, 0.9751, 0.975), (0.957, 0.978, 0.946, 0.970),
    ]  # fmt: skip
    found = rank_test([dict(zip("abcd", row, strict=True)) for row in table])
    assert found is not None
    assert {name: round(rank, 3) for name, rank in found.mean_ranks.items()} == {
        "d": 1.964, "b": 2.0, "c": 2.893, "a": 3.143,
    }  # fmt: skip
    # the book does without the correction for ties: one of four values, three of two
    ties = 1 - ((4**3 - 4) + 3 * (2**3 - 2)) / (14 * (4**3 - 4))
    assert found.chi_squared * ties == pytest.approx(9.28, abs=0.005)
    assert found.critical_difference == pytest.approx(1.25, abs=0.005)
    assert found.p < 0.05
    assert found.cliques() == (("d", "b", "c", "a"),)


def test_rank_test_agrees_with_scipy() -> None:
    from scipy.stats import friedmanchisquare

    random = np.random.RandomState(0)
    scores = np.round(random.normal(size=(12, 5)), 1)
    found = rank_test([{str(i): x for i, x in enumerate(row)} for row in scores])
    assert found is not None
    assert found.chi_squared == pytest.approx(float(friedmanchisquare(*scores.T).statistic))


def test_rank_test_is_silent_without_differences_or_rivals() -> None:
    assert rank_test([{"a": 1.0, "b": 1.0, "c": 1.0}] * 12) is None
    assert rank_test([{"a": 1.0, "b": 2.0}] * 12) is None


@pytest.mark.parametrize(
    ("value", "width", "expected", "decimals"),
    [
        (131.7, 60, 130, 0),
        (2.93, 0.1, 2.93, 2),
        (18.37, 3, 18, 0),
        (2.26, 1.7, 2.3, 1),
        (0.04, 9, 0.04, 3),
        (1.27, 4, 1.3, 1),  # with one digit a table that is ordered by 1.06 and 1.27 would show both as 1
        (1 - 2e-16, 4, 1.0, 1),  # one but for rounding
        (1.0, 4, 1.0, 1),
    ],
)
def test_a_number_has_the_digits_that_its_spread_allows(
    value: float, width: float, expected: float, decimals: int
) -> None:
    assert rounded(value, width) == Derived(expected, "decimal", decimals)


def test_ratio_of_times_needs_the_same_seeds_for_an_interval() -> None:
    times = frame({("s", "a"): (1.0, 2.0), ("s", "b"): (2.1, 3.9), ("s", "c"): (3.0,)}, "extraction_seconds")
    context = Context(study_of(times))
    found = time_ratio(context, "b", "a", ("s",))
    assert found is not None
    assert found.interval is not None
    assert found.ratio == 2
    assert found.seeds == pytest.approx((2.1, 1.95))
    single = time_ratio(context, "c", "a", ("s",))
    assert single is not None
    assert single.interval is None
    assert time_ratio(context, "d", "a", ("s",)) is None


def test_times_that_overlap_make_no_ratio() -> None:
    times = {
        ("s", "raw_pixels"): (1.0, 2.0, 1.5),
        ("s", "a"): (2.0, 1.1, 1.6),
        ("s", "b"): (20.0, 70.0, 46.0),
    }
    claims = claims_of(frame(times, "extraction_seconds"))
    assert claims["speed_ratio/a"].support == UNDETERMINED
    assert claims["speed_ratio/b"].support == CERTAIN
    assert claims["speed_ratio/b"].params["factor"] == Derived(30, "times", 0)


def test_implied_accuracy_is_the_inverse_of_the_implied_ari() -> None:
    for classes in (2, 10, 100):
        for accuracy in (0.55, 0.7, 0.999):
            assert implied_accuracy(implied_ari(accuracy, classes), classes) == pytest.approx(accuracy)


def test_factor_of_families_only_where_both_are_above_chance() -> None:
    clear = {("s", "custom_cnn"): (0.80, 0.82, 0.81), ("s", "autoencoder"): (0.41, 0.40, 0.405)}
    family = claims_of(frame(clear))["family/s/supervised-unsupervised"]
    factor = family.params["factor"]
    assert isinstance(factor, Derived)
    assert factor.value == pytest.approx(2.0, abs=0.01)
    chance = {("s", "custom_cnn"): (0.80, 0.82, 0.81), ("s", "autoencoder"): (0.01, 0.03, 0.02)}
    assert "factor" not in claims_of(frame(chance))["family/s/supervised-unsupervised"].params


def test_places_are_settled_where_intervals_do_not_meet() -> None:
    apart = {("s", "a"): (0.80, 0.82, 0.81), ("s", "b"): (0.40, 0.41, 0.405), ("s", "c"): (0.41, 0.40, 0.406)}
    claim = claims_of(frame(apart))["rank_interval/s"]
    assert claim.subjects == ("a",)
    assert claim.support == LIKELY
    assert claim.details["places"] == {"a": (1, 1), "b": (2, 3), "c": (2, 3)}
    assert "rank_interval/s" not in claims_of(frame(apart | {("s", "d"): (0.1,)}))


def test_gain_over_raw_pixels_is_averaged_over_sets() -> None:
    values = {
        ("s", "raw_pixels"): (0.5, 0.52), ("t", "raw_pixels"): (0.0, 0.01),
        ("s", "a"): (0.75, 0.76), ("t", "a"): (0.3, 0.31), ("s", "b"): (0.7, 0.7),
    }  # fmt: skip
    claims = claims_of(frame(values))
    assert claims["gain/a"].value == pytest.approx((0.5 + 0.3) / 2, abs=0.002)
    assert claims["gain_leader"].subjects == ("a",)
    assert "gain/b" not in claims, "measured on one of the sets only"


def test_ranks_of_sizes_of_one_network_are_no_independent_evidence() -> None:
    names = ["vgg16@32", "vgg16@64", "resnet50@32", "resnet50@96", "mobilenet_v2@32", "mobilenet_v2@96"]
    ari = frame({("s", name): (0.1 * i,) for i, name in enumerate(names)})
    dimension = frame({("s", name): (100.0 * i,) for i, name in enumerate(names)}, "dimension")
    claim = claims_of(ari, dimension)["dimension_vs_quality/s"]
    assert claim.value == pytest.approx(1.0)
    assert claim.support == UNDETERMINED


def test_raw_pixels_above_the_originals_networks_have_the_input_size_as_a_conjecture() -> None:
    values = {
        ("mnist", "raw_pixels"): (0.36, 0.37, 0.365),
        ("mnist", "efficientnet_lite0@32"): (0.19, 0.2, 0.195),
        ("mnist", "efficientnet_lite0@96"): (0.54, 0.55, 0.545),
    }
    claims = claims_of(frame(values))
    claim = claims["published_control/mnist"]
    assert {e.published for e in claim.evidence if e.extractor == "raw_pixels"} == {0.22, 0.201, 0.163}
    assert claims["conjecture/mnist/input_size"].support == UNDETERMINED
    without = {cell: seeds for cell, seeds in values.items() if "@96" not in cell[1]}
    assert "conjecture/mnist/input_size" not in claims_of(frame(without))


def test_the_order_of_difficulty_is_as_sure_as_the_best_of_each_set_allow() -> None:
    apart = {("s", "a"): (0.80, 0.82, 0.81), ("t", "a"): (0.40, 0.42, 0.41)}
    assert claims_of(frame(apart))["difficulty_order"].support == CERTAIN
    close = {("s", "a"): (0.5, 0.9, 0.7), ("t", "a"): (0.45, 0.85, 0.65)}
    assert claims_of(frame(close))["difficulty_order"].support == UNDETERMINED
    single = {("s", "a"): (0.8,), ("t", "a"): (0.4,)}
    assert claims_of(frame(single))["difficulty_order"].support == SINGLE_RUN


def test_the_word_for_difficulty_is_sure_where_the_whole_interval_has_it() -> None:
    assert claims_of(frame({("s", "a"): (0.80, 0.82, 0.81)}))["difficulty/s"].support == CERTAIN
    assert claims_of(frame({("s", "a"): (0.58, 0.62, 0.61)}))["difficulty/s"].support == LIKELY


def test_a_lead_without_labels_that_is_not_shown_is_no_surprise() -> None:
    shown = {("s", "autoencoder"): (0.80, 0.82, 0.81), ("s", "custom_cnn"): (0.40, 0.42, 0.41)}
    assert claims_of(frame(shown))["without_labels/s"].surprising
    unclear = {("s", "autoencoder"): (0.5, 0.9, 0.7), ("s", "custom_cnn"): (0.8, 0.6, 0.65)}
    claim = claims_of(frame(unclear))["without_labels/s"]
    assert not claim.surprising
    assert claim.support == UNDETERMINED


def test_efficiency_is_as_sure_as_its_seeds() -> None:
    ari = frame({("s", "a"): (0.80, 0.82, 0.81), ("s", "b"): (0.40, 0.42, 0.41)})
    steady = frame({("s", "a"): (1.0, 1.01, 1.02), ("s", "b"): (1.0, 1.02, 1.01)}, "extraction_seconds")
    assert claims_of(ari, steady)["most_efficient/s"].support == CERTAIN
    noisy = frame({("s", "a"): (1.0, 4.0, 2.0), ("s", "b"): (3.0, 1.0, 1.1)}, "extraction_seconds")
    assert claims_of(ari, noisy)["most_efficient/s"].support == UNDETERMINED


def test_efficiency_is_told_of_values_whose_ratio_has_no_square() -> None:
    """Of stores that hold them already: an import refuses such values."""
    ari = frame({("s", "a"): (1.0, 1.0, 1.0), ("s", "b"): (1e-300, 1e-300, 1e-300)})
    seconds = frame({("s", "a"): (1.0, 1.0, 1.0), ("s", "b"): (2.0, 2.0, 2.0)}, "extraction_seconds")
    assert claims_of(ari, seconds)["most_efficient/s"].subjects == ("a",)


def test_nobody_is_called_the_one_that_gains_most_while_a_gain_is_not_known() -> None:
    """One run once has no gain beside a control run thrice, and may be the best of all."""
    sets = ("mnist", "cifar10")
    values = {(d, "raw_pixels"): (0.30, 0.31, 0.32) for d in sets} | {
        (d, "a"): (0.40, 0.41, 0.42) for d in sets
    }
    assert claims_of(frame(values))["gain_leader"].subjects == ("a",)
    once = {(d, "b"): (0.9,) for d in sets}
    claims = claims_of(frame(values | once))
    assert "gain_leader" not in claims
    assert "gain/a" in claims


def test_where_only_one_was_measured_it_does_not_lead() -> None:
    values = {("mnist", "a"): (0.4, 0.5, 0.6), ("cifar10", "b"): (0.4, 0.5, 0.6)}
    claims = claims_of(frame(values), frame(values, "extraction_seconds"))
    leading = ("wins", "fastest", "slowest", "most_efficient")
    assert [claim.id for claim in claims.values() if claim.kind.startswith(leading)] == []


def test_a_departure_from_a_published_value_inside_our_interval_is_not_shown() -> None:
    # the original has 0.439 for this cell
    wide, narrow = (
        claims_of(frame({("mnist", "custom_cnn"): values}))["published/mnist/custom_cnn"]
        for values in ((0.40, 0.55, 0.65), (0.53, 0.54, 0.55))
    )
    assert (wide.support, narrow.support) == (UNDETERMINED, CERTAIN)


def test_the_originals_own_table_is_not_compared_with_the_original() -> None:
    own = {("mnist", "custom_cnn"): (0.439,), ("mnist", "autoencoder"): (0.344,)}
    other = own | {("mnist", "autoencoder"): (0.345,)}
    assert not any(c.startswith("published") for c in claims_of(frame(own, origin="imported")))
    assert "published_summary" in claims_of(frame(other, origin="imported"))
    assert "published_summary" in claims_of(frame(own)), "measured here, it is a replication"


@pytest.mark.parametrize(
    ("family", "learned"), [("learned", True), ("unsupervised", True), ("handmade", False)]
)
def test_a_plug_in_that_says_so_has_learned(family: str, learned: bool) -> None:
    """Nobody expects one that has learned below raw pixels; of one made by hand nothing is known."""
    sets = ("mnist", "digits")
    rows = frame(
        {(d, "raw_pixels"): (0.6, 0.61, 0.6) for d in sets} | {(d, "mine"): (0.3, 0.31, 0.29) for d in sets}
    )
    told = {"extractor": {"title": "Mine", "family": family}}
    found = study(rows, provenance={f"{d}/mine/{seed}": told for d in sets for seed in range(3)})
    assert Context(found).learned("mine") is learned
    gain = next(claim for claim in conclude(found).claims if claim.id == "gain/mine")
    assert gain.surprising is learned


def test_enlarged_images_are_told_of_once_a_set_and_only_where_they_are() -> None:
    values = {
        (dataset, variant): (0.5, 0.51)
        for dataset in ("mnist", "cifar10", "unknown_set")
        for variant in ("raw_pixels", "resnet50@32", "resnet50@96")
    }
    claims = {name: c for name, c in claims_of(frame(values)).items() if c.kind == "enlarged"}
    assert {name: c.value for name, c in claims.items()} == {"enlarged/mnist": 28, "enlarged/cifar10": 32}
    assert claims["enlarged/mnist"].subjects == ("resnet50@32", "resnet50@96")
    assert claims["enlarged/cifar10"].subjects == ("resnet50@96",)
    assert claims["enlarged/cifar10"].params["largest"] == Derived(96, "integer")
