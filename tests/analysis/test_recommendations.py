"""Recommendations: who is admitted, who is chosen, how sure, and what would change it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from checker import numbers
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_stores import Holes, Rows, renamed, row, stores, study_of
from recommendation_checker import BUILT_IN_SCENARIOS, Grid, problems

from fxreport.analysis.claims import (
    CERTAIN,
    SINGLE_RUN,
    TIE,
    UNDETERMINED,
    Change,
    Derived,
    Exclusion,
    Listing,
    Names,
    Recommendation,
)
from fxreport.analysis.conclude import conclude
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.stars import rate
from fxreport.analysis.recommend import recommendations
from fxreport.analysis.recommend.sensitivity import outward
from fxreport.analysis.statistics.pareto import standings
from fxreport.report.export import conclusions_json
from fxreport.vocabulary.scenario import BUILT_IN, OBJECTIVES, Scenario

Values = Mapping[tuple[str, str], float | Sequence[float]]

some = settings(
    max_examples=25,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def rows_of(metric: str, values: Values, *, n: int | None = 1000) -> Rows:
    """(data set, extractor or extractor@size) → one value a seed."""
    made = []
    for (dataset, variant), seeds in values.items():
        extractor, _, size = variant.partition("@")
        for seed, value in enumerate([seeds] if isinstance(seeds, float | int) else seeds):
            clusterer = "kmeans" if metric == "ari" else ""
            found = row(
                dataset, extractor, int(size) if size else None, clusterer, seed, metric, float(value)
            )
            made.append({**found, "n": n})
    return made


def spread(value: float) -> tuple[float, float, float]:
    return value, value * 1.01, value * 0.99


def answered(rows: Rows, scenario: Scenario) -> Recommendation:
    [found] = recommendations(Context(study_of(rows)), [scenario])
    return found


#: a supervised network ahead, a pretrained one slow, one without labels in between
ARI = {"custom_cnn": 0.8, "vgg16@32": 0.6, "autoencoder": 0.4, "raw_pixels": 0.3}
SECONDS = {"custom_cnn": 0.1, "vgg16@32": 15.0, "autoencoder": 0.05, "raw_pixels": 0.001}
SETS = ("mnist", "fashion_mnist")


def grid(**more: Mapping[str, float]) -> Rows:
    rows = rows_of("ari", {(d, v): spread(x) for d in SETS for v, x in ARI.items()})
    rows += rows_of("extraction_seconds", {(d, v): spread(x) for d in SETS for v, x in SECONDS.items()})
    for metric, values in more.items():
        rows += rows_of(metric, {(d, v): (x, x, x) for d in SETS for v, x in values.items()})
    return rows


# Admission


def test_who_fails_is_told_with_the_number_and_the_limit() -> None:
    found = answered(grid(), Scenario("edge", labels=False, seconds_per_1000_images=2))
    assert found.extractor == "autoencoder"
    assert found.admissible == ("raw_pixels", "autoencoder")
    assert found.excluded == (
        Exclusion("custom_cnn", "labels", True, False),
        Exclusion("vgg16@32", "seconds_per_1000_images", pytest.approx(15.0), 2),
    )


def test_what_is_not_known_does_not_qualify_and_is_told_apart_from_what_fails() -> None:
    rows = grid(model_bytes={"custom_cnn": 1e6, "vgg16@32": 60e6})
    rows += rows_of("ari", {(d, "x"): spread(0.9) for d in SETS})
    found = answered(rows, Scenario("small", model_bytes=20e6))
    assert found.admissible == ("raw_pixels", "custom_cnn"), "a control has no model"
    assert {(e.extractor, e.value) for e in found.excluded} == {
        ("vgg16@32", 60e6),
        ("autoencoder", None),
        ("x", None),
    }
    assert answered(rows, Scenario("a", labels=False)).extractor == "vgg16@32"
    assert answered(rows, Scenario("b", pretrained=True)).admissible == ("vgg16@32",)


def test_without_a_gpu_who_is_slow_on_the_processor_is_left_out() -> None:
    rows = grid() + rows_of("ari", {(d, "resnet50@96"): spread(0.9) for d in SETS})
    found = answered(rows, Scenario("cpu", gpu=False))
    assert set(found.admissible) == {"raw_pixels", "custom_cnn", "autoencoder"}
    assert Exclusion("vgg16@32", "gpu", pytest.approx(1000 / 15), 100) in found.excluded
    assert Exclusion("resnet50@96", "gpu", None, 100) in found.excluded, "it was not timed"


def test_the_number_of_images_decides_the_time_per_thousand() -> None:
    rows = rows_of("ari", {("mnist", "a"): 0.5, ("mnist", "b"): 0.4})
    rows += rows_of("extraction_seconds", {("mnist", "a"): 3.0}, n=2000)
    rows += rows_of("extraction_seconds", {("mnist", "b"): 1.0}, n=None)
    found = answered(rows, Scenario("s", seconds_per_1000_images=1.5))
    assert found.admissible == ("a",)
    assert found.excluded == (Exclusion("b", "seconds_per_1000_images", None, 1.5),)


def test_natural_images_counts_known_photographs_only_and_names_the_others() -> None:
    rows = rows_of(
        "ari", {("cifar10", "a"): 0.1, ("cifar10", "b"): 0.2, ("x_rays", "a"): 0.9, ("x_rays", "b"): 0.1}
    )
    found = answered(rows, Scenario("natural_images", natural_images=True))
    assert found.extractor == "b"
    assert any("not known" in m.message for m in found.details)


def test_one_that_lacks_a_set_is_left_out_by_name() -> None:
    rows = grid() + rows_of("ari", {("mnist", "x"): spread(0.99)})
    found = answered(rows, Scenario("max_quality"))
    assert found.extractor == "custom_cnn"
    assert Exclusion("x", "measured", False, True) in found.excluded


# The choice


@pytest.mark.parametrize(
    ("scenario", "choice"),
    [
        (Scenario("s"), "custom_cnn"),
        (Scenario("s", objective="extraction_seconds"), "raw_pixels"),
        (Scenario("s", objective="extraction_seconds", quality=0.35), "autoencoder"),
        (Scenario("s", objective="extraction_seconds", quality_share=0.7), "custom_cnn"),
        (Scenario("s", objective="dimension"), "autoencoder"),
        (Scenario("s", objective="dimension", labels=False, quality=0.5), "vgg16@32"),
        (Scenario("s", objective="efficiency", quality=0.35), "autoencoder"),
        (Scenario("s", relative_time=0.6), "autoencoder"),
    ],
)
def test_the_objective_chooses_among_those_admitted(scenario: Scenario, choice: str) -> None:
    rows = grid(dimension={"custom_cnn": 256, "vgg16@32": 512, "autoencoder": 128, "raw_pixels": 784})
    assert answered(rows, scenario).extractor == choice


def test_equals_are_all_named() -> None:
    rows = rows_of("ari", {(d, v): spread(0.5) for d in SETS for v in ("a", "b")})
    found = answered(rows, Scenario("s"))
    assert (found.extractor, found.equals, found.support, found.firm) == ("a", ("b",), TIE, False)


def test_of_equal_quality_the_faster_one_is_chosen() -> None:
    rows = rows_of("ari", {("mnist", "a"): 0.5, ("mnist", "b"): 0.5})
    rows += rows_of("extraction_seconds", {("mnist", "a"): 2.0, ("mnist", "b"): 1.0})
    assert answered(rows, Scenario("s")).extractor == "b"


# How sure


def test_firm_needs_sets_seeds_margin_and_one_place() -> None:
    firm = answered(grid(), Scenario("s"))
    assert (firm.firm, firm.support, firm.places) == (True, CERTAIN, (1, 1))
    assert firm.probability == pytest.approx(1, abs=0.01)
    single = answered([r for r in grid() if r["dataset"] == "mnist"], Scenario("s"))
    assert (single.support, single.firm) == (CERTAIN, False)
    runs = answered([r for r in grid() if r["seed"] == 0], Scenario("s"))
    assert (runs.support, runs.firm, runs.probability, runs.places) == (SINGLE_RUN, False, None, None)


def test_a_lead_within_the_spread_has_a_wide_place_and_is_conditional() -> None:
    values = {"a": (0.60, 0.40, 0.55), "b": (0.45, 0.55, 0.40)}
    found = answered(rows_of("ari", {(d, v): x for d in SETS for v, x in values.items()}), Scenario("s"))
    assert (found.extractor, found.firm, found.places) == ("a", False, (1, 2))
    assert found.probability is not None
    assert 0.5 < found.probability < 0.99


def test_who_qualifies_by_quality_may_itself_be_unsure() -> None:
    """The faster one keeps 89 % of the best with a spread that reaches over the 90 %."""
    values = {"fast": (0.89, 0.93, 0.85), "best": (1.0, 1.0, 1.0)}
    rows = rows_of("ari", {(d, v): x for d in SETS for v, x in values.items()})
    rows += rows_of(
        "extraction_seconds", {(d, v): (s, s, s) for d in SETS for v, s in (("fast", 1.0), ("best", 9.0))}
    )
    found = answered(rows, BUILT_IN[-1])
    assert found.extractor == "best"
    assert (found.support, found.firm) == (UNDETERMINED, False)
    assert found.places == (1, 2)


# What would change it


def test_a_seed_that_carries_the_choice_is_named() -> None:
    values = {"a": (0.2, 0.2, 0.9), "b": (0.4, 0.4, 0.4)}
    found = answered(rows_of("ari", {(d, v): x for d in SETS for v, x in values.items()}), Scenario("s"))
    assert found.extractor == "a"
    assert Change("seed", "2", "b") in found.changes
    assert not found.firm


@pytest.mark.parametrize(("ahead", "other"), [("a", "b"), ("b", "a")])
def test_one_that_is_equal_without_a_seed_takes_nothing_over(ahead: str, other: str) -> None:
    """Which of equals comes first in reading order is no reason to choose it."""
    values = {ahead: (0.4, 0.4, 0.9), other: (0.4, 0.4, 0.4)}
    found = answered(rows_of("ari", {(d, v): x for d in SETS for v, x in values.items()}), Scenario("s"))
    assert found.extractor == ahead
    assert [change for change in found.changes if change.kind == "seed"] == []


def test_an_image_set_that_carries_the_choice_is_named() -> None:
    values = {("mnist", "a"): 0.9, ("mnist", "b"): 0.3, ("cifar10", "a"): 0.1, ("cifar10", "b"): 0.4}
    found = answered(rows_of("ari", values), Scenario("s"))
    assert found.changes == (Change("dataset", "mnist", "b"),)


def test_the_limit_at_which_another_takes_over_is_told() -> None:
    found = answered(grid(), Scenario("s", labels=False, seconds_per_1000_images=2))
    assert Change("constraint", "labels", "custom_cnn") in found.changes
    assert Change("constraint", "seconds_per_1000_images", "vgg16@32", 15.0) in found.changes
    assert Change("constraint", "seconds_per_1000_images", "raw_pixels", 0.05) in found.changes


def test_where_nobody_qualifies_it_is_told_what_would_do() -> None:
    found = answered(grid(), Scenario("s", quality=0.95))
    assert found.extractor is None
    assert len(found.excluded) == 4
    messages = [m.message for m in found.details]
    assert any("were enough, the choice would be" in m for m in messages)


@pytest.mark.parametrize(
    ("value", "up", "expected"),
    [
        (3.14, True, 3.2),
        (3.14, False, 3.1),
        (3.1, True, 3.1),
        (0.0123, True, 0.013),
        (0.0, True, 0.0),
        (1716e6, True, 1.8e9),
    ],
)
def test_limits_are_rounded_so_that_the_sentence_is_true(value: float, up: bool, expected: float) -> None:
    assert outward(value, up=up) == pytest.approx(expected)


# In the document


def test_conclusions_json_holds_the_users_scenario_after_the_six() -> None:
    mine = Scenario(
        "phone", {"uk": "На телефоні", "en": "On a phone"}, labels=False, seconds_per_1000_images=2
    )
    data = json.loads(conclusions_json(conclude(study_of(grid()), (*BUILT_IN, mine))))
    assert [r["scenario"] for r in data["recommendations"]] == [*BUILT_IN_SCENARIOS, "phone"]
    phone = data["recommendations"][-1]
    assert phone["title"] == {"uk": "На телефоні", "en": "On a phone"}
    assert "at most 2\N{NO-BREAK SPACE}s" in phone["text"]["en"]
    assert "VGG16 32\u00a0px (15.0 > 2\N{NO-BREAK SPACE}s per thousand images)" in phone["text"]["en"]
    assert "VGG16 32\u00a0пкс (15,0 > 2\u00a0с на тисячу зображень)" in phone["text"]["uk"]


def test_two_hundred_refused_are_counted_not_all_listed() -> None:
    rows = rows_of("ari", {("mnist", f"e{i}"): 0.5 for i in range(200)})
    found = answered(rows, Scenario("s", labels=False))
    assert len(found.excluded) == 200
    text = json.loads(conclusions_json(conclude(study_of(rows), [Scenario("s", labels=False)])))
    assert "188 more extractors" in text["recommendations"][0]["text"]["en"]


# With labels at hand


def accurate(**accuracies: float) -> Rows:
    """By clusters the trained network is ahead; accuracies are those of linear probes."""
    rows = rows_of("ari", {(d, v): spread(x) for d in SETS for v, x in ARI.items()})
    return rows + rows_of("probe_accuracy", {(d, v): spread(x) for d in SETS for v, x in accuracies.items()})


PROBED = {"custom_cnn": 0.7, "vgg16@32": 0.9, "autoencoder": 0.5, "raw_pixels": 0.6}


def test_with_labels_at_hand_what_one_would_do_with_them_decides() -> None:
    rows = accurate(**PROBED)
    found = answered(rows, Scenario("max_quality"))
    assert (found.extractor, found.objective, found.second) == ("vgg16@32", "accuracy", ("custom_cnn",))
    assert found.value == pytest.approx(0.9)
    without = answered(rows, Scenario("no_labels", labels=False))
    assert (without.extractor, without.objective) == ("vgg16@32", "ari")
    assert [c for c in without.changes if c.what == "labels"] == [], "with labels nobody clusters"


def test_an_objective_of_the_users_is_honoured() -> None:
    found = answered(accurate(**PROBED), Scenario("mine", objective="ari"))
    assert (found.extractor, found.objective) == ("custom_cnn", "ari")
    found = answered(grid(), Scenario("mine", objective="accuracy"))
    assert found.extractor is None, "of nobody it is known"


def test_the_trained_networks_own_accuracy_counts_where_no_probe_was_fitted() -> None:
    rows = accurate(**{"vgg16@32": 0.9, "raw_pixels": 0.6})
    rows += rows_of("test_accuracy", {(d, "custom_cnn"): spread(0.95) for d in SETS})
    found = answered(rows, Scenario("max_quality"))
    assert (found.extractor, found.value) == ("custom_cnn", pytest.approx(0.95))
    assert {e.metric for e in found.evidence if e.extractor == "custom_cnn"} == {"ari", "test_accuracy"}
    assert Exclusion("autoencoder", "objective", None, None) in found.excluded


def test_accuracy_of_a_few_decides_nothing() -> None:
    found = answered(accurate(raw_pixels=0.6), Scenario("max_quality"))
    assert (found.extractor, found.objective) == ("custom_cnn", "ari")


def test_a_share_of_the_best_is_one_of_accuracy_with_labels_at_hand() -> None:
    rows = accurate(**PROBED)
    rows += rows_of("extraction_seconds", {(d, v): spread(x) for d in SETS for v, x in SECONDS.items()})
    found = answered(rows, Scenario("production", objective="extraction_seconds", quality_share=0.7))
    assert found.extractor == "custom_cnn"
    assert Exclusion("raw_pixels", "quality_share", pytest.approx(2 / 3), 0.7) in found.excluded


def test_without_training_only_what_is_ready_qualifies() -> None:
    rows = grid(fit_seconds={"custom_cnn": 20.0, "autoencoder": 10.0, "raw_pixels": 0.0})
    rows += rows_of("ari", {(d, "x"): spread(0.9) for d in SETS})
    found = answered(rows, Scenario("ready", training=False))
    assert (found.extractor, found.admissible) == ("vgg16@32", ("raw_pixels", "vgg16@32"))
    assert Exclusion("x", "training", None, False) in found.excluded


# The margin


def test_a_lead_inside_the_margin_without_a_set_is_not_firm() -> None:
    """As of today's study: 0.2 ahead on all sets, 0.006 without one."""
    values = {
        ("mnist", "custom_cnn"): 0.95,
        ("mnist", "vgg16@32"): 0.35,
        ("fashion_mnist", "custom_cnn"): 0.506,
        ("fashion_mnist", "vgg16@32"): 0.5,
    }
    steady = {cell: (x, x + 0.001, x - 0.001) for cell, x in values.items()}
    found = answered(rows_of("ari", steady), Scenario("max_quality"))
    assert (found.support, found.places, found.changes) == (CERTAIN, (1, 1), ())
    assert [(c.kind, c.what, c.extractor, round(c.lead, 6)) for c in found.close] == [
        ("dataset", "mnist", "vgg16@32", 0.006)
    ]
    assert not found.firm
    [item] = exported(rows_of("ari", steady), [Scenario("max_quality")])
    assert "If MNIST were left out, its lead over VGG16 32\u00a0px would be 0.006" in item["text"]["en"]
    assert item["close"] == [
        {"kind": "dataset", "what": "mnist", "extractor": "vgg16@32", "lead": pytest.approx(0.006)}
    ]


def test_a_lead_inside_the_margin_without_a_seed_is_not_firm() -> None:
    values = {"a": (0.9, 0.51, 0.51), "b": (0.5, 0.5, 0.5)}
    found = answered(rows_of("ari", {(d, v): x for d in SETS for v, x in values.items()}), Scenario("s"))
    assert [(c.kind, c.what) for c in found.close] == [("seed", "0")]


@pytest.mark.parametrize(("ahead", "firm"), [(0.011, True), (0.009, False)])
def test_accuracies_have_a_margin_of_their_own(ahead: float, firm: bool) -> None:
    values = {"a": 0.8 + ahead, "b": 0.8}
    rows = rows_of("ari", {(d, v): (0.5, 0.5, 0.5) for d in SETS for v in values})
    rows += rows_of("probe_accuracy", {(d, v): (x, x, x) for d in SETS for v, x in values.items()})
    found = answered(rows, Scenario("s"))
    assert (found.extractor, found.firm, bool(found.close)) == ("a", firm, not firm)


# Limits of the choice's own


def test_a_limit_that_the_choice_sets_itself_is_said_and_makes_nothing_firm() -> None:
    found = answered(grid(), Scenario("s", objective="extraction_seconds", quality_share=0.9))
    assert (found.extractor, found.firm) == ("custom_cnn", False)
    assert any("a share of its own" in m.message for m in found.details)
    found = answered(grid(), Scenario("s", relative_time=2))
    assert (found.extractor, found.firm) == ("custom_cnn", False), "it is the baseline"
    assert any("a multiple of its own" in m.message for m in found.details)


def test_one_network_at_two_sizes_is_no_choice_among_pretrained_ones() -> None:
    rows = grid() + rows_of("ari", {(d, "vgg16@64"): spread(0.7) for d in SETS})
    found = answered(rows, Scenario("pretrained", pretrained=True))
    assert (found.extractor, found.firm) == ("vgg16@64", False)
    assert any("the only pretrained extractor measured" in m.message for m in found.details)
    rows += rows_of("ari", {(d, "resnet50@96"): spread(0.2) for d in SETS})
    found = answered(rows, Scenario("pretrained", pretrained=True))
    assert found.firm
    assert not any("the only pretrained" in m.message for m in found.details)


def test_no_built_in_limit_is_a_multiple_of_an_extractors_time() -> None:
    assert [s.name for s in BUILT_IN if "relative_time" in s.constraints] == []


def test_the_full_price_and_the_break_even_are_told() -> None:
    rows = grid(fit_seconds={"custom_cnn": 20.0, "autoencoder": 10.0, "raw_pixels": 0.0})
    [item] = exported(rows, [Scenario("s", labels=False)])
    text = item["text"]["en"]
    assert "Full price: no labels; no training; 15\N{NO-BREAK SPACE}s per thousand images." in text
    # 10 s of training against 14.95 s a thousand images
    assert "Autoencoder takes less time than VGG16 32\u00a0px from about 670 images on" in text


# Any store, any scenario

limits = st.fixed_dictionaries(
    {},
    optional={
        "labels": st.booleans(),
        "gpu": st.booleans(),
        "pretrained": st.booleans(),
        "natural_images": st.booleans(),
        "seconds_per_1000_images": st.sampled_from([0.1, 0.2, 1.0, 5.0, 15.0]),
        "relative_time": st.sampled_from([0.5, 1.0, 2.0, 10.0]),
        "dimension": st.sampled_from([64.0, 128.0, 512.0]),
        "quality": st.sampled_from([-0.5, 0.1, 0.15, 0.3]),
        "quality_share": st.sampled_from([0.0, 0.5, 0.9, 1.0]),
        "training": st.booleans(),
        "objective": st.sampled_from(
            ["ari", "accuracy", "nmi", "knn_accuracy", "efficiency", "extraction_seconds", "dimension"]
        ),
    },
)


def exported(rows: Rows, scenarios: Sequence[Scenario]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(conclusions_json(conclude(study_of(rows), scenarios)))[
        "recommendations"
    ]
    return found


@some
@given(stores())
def test_the_six_answers_follow_from_the_rows(rows: Rows) -> None:
    table = Grid.of(rows)
    for item in exported(rows, BUILT_IN):
        assert [*problems(item, table, BUILT_IN_SCENARIOS[item["scenario"]])] == [], item["scenario"]


@pytest.mark.slow
@settings(some, max_examples=60)
@given(stores(), limits)
def test_any_scenario_follows_from_the_rows(rows: Rows, constraints: dict[str, Any]) -> None:
    [item] = exported(rows, [Scenario("mine", **constraints)])
    assert [*problems(item, Grid.of(rows), constraints)] == []
    assert numbers(item["text"]["uk"], "uk") == numbers(item["text"]["en"], "en")


def test_the_independent_check_finds_wrong_answers() -> None:
    [item] = exported(grid(), [Scenario("s", labels=False)])
    right, scenario = Grid.of(grid()), {"labels": False}
    assert [*problems(item, right, scenario)] == []
    wrong = [
        {"extractor": "autoencoder"},
        {"extractor": None},
        {"admissible": [*item["admissible"], "custom_cnn"]},
        {"excluded": []},
        {"equals": ["raw_pixels"]},
        {"firm": not item["firm"]},
        {"changes": [{"kind": "dataset", "what": "mnist", "extractor": "raw_pixels", "limit": None}]},
        {"changes": [{"kind": "constraint", "what": "labels", "extractor": "raw_pixels", "limit": None}]},
        {"probability": 1.5},
    ]
    for change in wrong:
        assert [*problems({**item, **change}, right, scenario)], change


@some
@given(stores(holes=Holes(0, 0, 0)), st.sampled_from(sorted(OBJECTIVES)))
def test_another_extractor_that_does_not_qualify_changes_no_choice(rows: Rows, objective: str) -> None:
    """It is not measured on all sets: nobody's place among those that compete may depend on it."""
    scenario = Scenario("s", objective=objective)
    before = answered(rows, scenario)
    datasets = {r["dataset"] for r in rows}
    lacking = [row(d, "зайвий", None, "kmeans", 0, "ari", 0.9) for d in sorted(datasets)[1:]]
    after = answered([*rows, *lacking], scenario)
    assert (before.extractor, before.admissible) == (after.extractor, after.admissible)


# Stars and the front


@some
@given(stores(), st.sampled_from(["custom_cnn", "новий"]))
def test_another_extractor_moves_nobodys_stars(rows: Rows, newcomer: str) -> None:
    before = study_of(rows)
    datasets = tuple(d.name for d in before.datasets)
    others = [r for r in rows if r["extractor"] != newcomer]
    if not others:
        return
    new = renamed(
        [r for r in others if r["extractor"] == others[0]["extractor"]], {others[0]["extractor"]: newcomer}
    )
    faster = [{**r, "input_size": None, "value": r["value"] / 7} for r in new]
    alone, together = study_of(others), study_of([*others, *faster])
    for variant in alone.variants:
        assert rate(alone, variant.id, datasets) == rate(together, variant.id, datasets)


def test_stars_come_from_the_slowest_set() -> None:
    rows = rows_of("ari", {(d, "vgg16@32"): 0.65 for d in SETS})
    rows += rows_of("extraction_seconds", {("mnist", "vgg16@32"): 0.4, ("fashion_mnist", "vgg16@32"): 12.0})
    rating = rate(study_of(rows), "vgg16@32", SETS)
    assert (rating.speed, rating.rate, rating.size) == (1, pytest.approx(1000 / 12), None)


def test_a_place_on_the_front_is_shown_only_where_the_intervals_show_it() -> None:
    rows = rows_of(
        "ari",
        {
            ("mnist", "fast"): (0.40, 0.42, 0.41),
            ("mnist", "slow"): (0.5, 0.3, 0.46),
            ("mnist", "bad"): (0.1, 0.11, 0.12),
        },
    )
    rows += rows_of(
        "extraction_seconds",
        {("mnist", "fast"): spread(1.0), ("mnist", "slow"): spread(5.0), ("mnist", "bad"): spread(9.0)},
    )
    found = {s.variant: s for s in standings(Context(study_of(rows)), ("mnist",))}
    assert found["fast"].on_front
    assert found["fast"].certain
    assert found["slow"].on_front
    assert found["slow"].certain is False
    assert (found["bad"].dominated_by, found["bad"].certain) == (("fast", "slow"), True)


def test_of_equally_fast_ones_the_better_stands_first() -> None:
    rows = rows_of("ari", {("mnist", "a"): 0.1, ("mnist", "b"): 0.3, ("mnist", "c"): 0.2})
    rows += rows_of("extraction_seconds", {("mnist", name): 1.0 for name in "abc"})
    found = standings(Context(study_of(rows)), ("mnist",))
    assert [one.variant for one in found] == ["b", "c", "a"]


@some
@given(stores())
def test_the_front_follows_from_the_rows(rows: Rows) -> None:
    context = Context(study_of(rows))
    for dataset in context.quality:
        found = standings(context, (dataset,))
        for one in found:
            above = {
                o.variant
                for o in found
                if o.cost <= one.cost
                and o.quality >= one.quality
                and (o.cost, o.quality) != (one.cost, one.quality)
            }
            assert set(one.dominated_by) <= above
            assert one.on_front == (not above)
            assert math.isfinite(one.cost)


def test_lifting_the_condition_on_natural_images_asks_all_sets() -> None:
    values = {("cifar10", "a"): 0.1, ("cifar10", "b"): 0.2, ("mnist", "a"): 0.9, ("mnist", "b"): 0.1}
    found = answered(rows_of("ari", values), Scenario("natural_images", natural_images=True))
    assert found.extractor == "b"
    assert Change("constraint", "natural_images", "a") in found.changes


def test_a_condition_met_by_a_single_run_makes_nothing_firm() -> None:
    rows = [r for r in grid() if r["metric"] == "ari" or r["seed"] == 0]
    found = answered(rows, Scenario("s", seconds_per_1000_images=2))
    assert (found.extractor, found.support, found.firm) == ("custom_cnn", SINGLE_RUN, False)


def test_a_fact_that_misses_its_limit_by_little_does_not_look_like_it() -> None:
    rows = rows_of("ari", {("mnist", "a"): 0.89999, ("mnist", "b"): 1.0})
    rows += rows_of("extraction_seconds", {("mnist", "a"): 2.0004, ("mnist", "b"): 1.0})
    share = conclude(study_of(rows), [Scenario("s", quality_share=0.9)])
    time = conclude(study_of(rows), [Scenario("s", seconds_per_1000_images=2)])
    assert "89.999% < 90%" in json.loads(conclusions_json(share))["recommendations"][0]["text"]["en"]
    assert "2.0004 > 2\u00a0s" in json.loads(conclusions_json(time))["recommendations"][0]["text"]["en"]


def test_only_those_shown_to_beat_it_are_said_to_beat_it() -> None:
    rows = rows_of(
        "ari",
        {
            ("mnist", "best"): (0.8, 0.81, 0.79),
            ("mnist", "alike"): (0.5, 0.3, 0.46),
            ("mnist", "slow"): (0.40, 0.41, 0.39),
        },
    )
    rows += rows_of(
        "extraction_seconds",
        {("mnist", "best"): spread(2.0), ("mnist", "alike"): spread(1.0), ("mnist", "slow"): spread(9.0)},
    )
    found = {s.variant: s for s in standings(Context(study_of(rows)), ("mnist",))}
    assert found["slow"].dominated_by == ("alike", "best")
    assert found["slow"].beaten_by == ("best",)


def test_whom_the_choice_is_not_shown_to_be_ahead_of_is_named() -> None:
    rows = rows_of(
        "ari",
        {
            ("mnist", "a"): (0.80, 0.81, 0.82),
            ("mnist", "steady"): (0.70, 0.71, 0.72),
            ("mnist", "wild"): (0.3, 0.9, 0.8),
        },
    )
    found = answered(rows, Scenario("max_quality"))
    [doubt] = [m for m in found.details if "rivals" in m.params]
    assert doubt.params["rivals"] == Names(("wild",))
    assert not any("practical importance" in m.message for m in found.details), "not even a lead is shown"


def test_the_only_one_measured_is_no_firm_choice() -> None:
    rows = rows_of("ari", {(d, "a"): spread(0.5) for d in SETS})
    found = answered(rows, Scenario("max_quality"))
    assert (found.extractor, found.firm) == ("a", False)
    assert any("No other extractor" in m.message for m in found.details)


def test_a_limit_relative_to_no_baseline_names_none() -> None:
    rows = rows_of("ari", {(d, v): spread(0.5) for d in SETS for v in ("a", "b")})
    criterion = answered(rows, Scenario("quick", relative_time=2)).details[0]
    conditions = criterion.params["conditions"]
    assert isinstance(conditions, Listing)
    [condition] = conditions.items
    assert "of which there is none" in condition.message


def test_a_longer_time_is_a_cost_only_where_it_is_shown() -> None:
    def costs(seconds: Sequence[float]) -> bool:
        rows = rows_of("ari", {(d, v): spread(x) for d in SETS for v, x in (("a", 0.9), ("b", 0.2))})
        rows += rows_of("extraction_seconds", {(d, "a"): seconds for d in SETS})
        rows += rows_of("extraction_seconds", {(d, "b"): (1.0, 1.1, 0.9) for d in SETS})
        return any("What it costs" in m.message for m in answered(rows, Scenario("max_quality")).details)

    assert costs((2.0, 2.1, 1.9))
    assert not costs((2.5, 0.8, 1.2))


def test_an_amount_that_is_said_to_be_lower_has_no_sign() -> None:
    """The fastest is far below the best, whose lead is an interval above zero."""
    rows = rows_of("ari", {(d, v): spread(x) for d in SETS for v, x in (("a", 0.9), ("b", 0.2))})
    rows += rows_of(
        "extraction_seconds", {(d, v): (t,) * 3 for d in SETS for v, t in (("a", 9.0), ("b", 1.0))}
    )
    details = answered(rows, Scenario("e", objective="extraction_seconds")).details
    [costs] = [m.params["items"] for m in details if "What it costs" in m.message]
    assert isinstance(costs, Listing)
    numbers = [costs.items[0].params[name] for name in ("difference", "low", "high")]
    assert [n.style for n in numbers if isinstance(n, Derived)] == ["decimal"] * 3


def test_the_lead_of_an_efficiency_varies_with_the_times() -> None:
    def sure(seconds: Sequence[float]) -> str:
        rows = rows_of("ari", {(d, v): spread(x) for d in SETS for v, x in (("a", 0.6), ("b", 0.5))})
        rows += rows_of("extraction_seconds", {(d, "a"): seconds for d in SETS})
        rows += rows_of("extraction_seconds", {(d, "b"): (1.0, 1.01, 0.99) for d in SETS})
        return answered(rows, Scenario("e", objective="efficiency")).support

    assert sure((1.0, 1.01, 0.99)) == CERTAIN
    assert sure((0.5, 1.5, 1.0)) == UNDETERMINED


def test_nothing_is_said_of_models_below_no_size() -> None:
    found = answered(grid(model_bytes={"custom_cnn": 9e6}), Scenario("e", labels=False, model_bytes=1e6))
    assert found.extractor == "raw_pixels"
    assert not any("below {limit} MB" in m.message for m in found.details)
