"""How sure a claim is: derived anew from rows and arrays by code that shares nothing with the analysis."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checker import check_conclusions
from exchange import conclusions_of, some
from hypothesis import given, settings
from intervals import ORDER
from random_stores import Rows, row, steady_stores, stores
from support_checker import KINDS, check_supports

from fxreport.analysis.conclude import conclude
from fxreport.report.build import make_study
from fxreport.report.export import conclusions_json
from fxreport.store import Store


@pytest.mark.slow
@settings(some, max_examples=60)
@given(steady_stores())
def test_supports_follow_from_the_rows(rows: Rows) -> None:
    found = conclusions_of(rows)
    assert check_supports(found["claims"], rows) == []
    assert check_conclusions(found, rows) == []


@pytest.mark.slow
@some
@given(stores())
def test_supports_of_runs_that_differ_much_follow_from_the_rows(rows: Rows) -> None:
    assert check_supports(conclusions_of(rows)["claims"], rows) == []


@pytest.fixture(scope="module")
def reference(checkout: Path) -> tuple[list[dict[str, Any]], Rows, Any]:
    """The claims of the reference measurements, their rows, and what loads the arrays of a run."""
    if not (checkout / "results").is_dir():
        pytest.skip("no reference measurements beside the tests")
    store = Store(checkout / "results")
    study = make_study(store, {})
    frame = store.read()
    rows = [
        # metrics at a level have the level's name before theirs in the claims
        {**one, "metric": "_".join([*json.loads(one.get("levels") or "{}").values(), one["metric"]])}
        for one in frame.assign(input_size=frame["input_size"].astype("float64")).to_dict("records")
    ]
    return json.loads(conclusions_json(conclude(study)))["claims"], rows, cache(study.load_artifacts)


@pytest.mark.slow
def test_supports_of_the_reference_follow_from_its_rows_and_clusters(reference: Any) -> None:
    claims, rows, load = reference
    assert {claim["kind"] for claim in claims} >= KINDS.keys() - {"rank_test", "rank_best"}
    assert check_supports(claims, rows, load) == []


def test_the_images_that_runs_share_count(reference: Any) -> None:
    """Without the kept clusters some would be told otherwise: the arrays are what the agreement rests on."""
    claims, rows, _ = reference
    assert check_supports(claims, rows) != []


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"rank_test", "rank_best"}))
def test_another_support_is_found(reference: Any, kind: str) -> None:
    claims, rows, load = reference
    claim = next(claim for claim in claims if claim["kind"] == kind)
    others = [support for support in ORDER if support != claim["support"]]
    problems = [check_supports([{**claim, "support": other}], rows, load) for other in others]
    # draws of our own leave room for one neighbour of the right one
    assert sum(map(bool, problems)) >= len(others) - (kind in {"rank_interval", "gain_leader"})


Values = Mapping[str, Sequence[float]]


def study_rows(ari: Values, dataset: str = "mnist") -> Iterator[dict[str, Any]]:
    for name, values in ari.items():
        for seed, value in enumerate(values):
            yield row(dataset, name, None, "kmeans", seed, "ari", value)


def supports(*sets: Values) -> dict[str, str]:
    rows = [one for place, ari in enumerate(sets) for one in study_rows(ari, f"set{place}")]
    found = conclusions_of(rows)["claims"]
    assert check_supports(found, rows) == []
    return {claim["id"]: claim["support"] for claim in found}


FAR, MIDDLE, LOW = (0.80, 0.81, 0.80), (0.60, 0.60, 0.61), (0.20, 0.21, 0.21)
NOISY = (0.45, 0.75, 0.60)


def test_places_that_are_far_apart_are_certain() -> None:
    found = supports({"a": FAR, "b": MIDDLE, "c": LOW})
    assert [found[f"{kind}/set0"] for kind in ("winner", "runner_up", "worst")] == ["certain"] * 3


@pytest.mark.parametrize(
    ("ari", "places"),
    [
        # the second is not told from the third
        ({"a": FAR, "b": (0.6, 0.45, 0.55), "c": (0.5, 0.52, 0.51)}, ["certain", *["undetermined"] * 2]),
        # the second is told from the last, and not from the first
        ({"a": NOISY, "b": (0.59, 0.58, 0.60), "c": LOW}, ["undetermined", "undetermined", "certain"]),
        # equal for practical purposes, the last far behind
        ({"a": FAR, "b": (0.799, 0.808, 0.801), "c": LOW}, ["tie", "tie", "certain"]),
        # a lead that is shown and small
        ({"a": FAR, "b": (0.785, 0.785, 0.782), "c": LOW}, ["likely", "likely", "certain"]),
        ({"a": FAR, "b": MIDDLE, "c": (0.585, 0.59, 0.589)}, ["certain", "likely", "likely"]),
        # one that was run once says nothing of any
        ({"a": FAR, "b": MIDDLE, "c": (0.2,)}, ["single_run"] * 3),
        # values that happen to differ by the same make nothing certain
        ({"a": FAR, "b": (0.75, 0.76, 0.75), "c": (0.25, 0.26, 0.25)}, ["likely"] * 3),
    ],
)  # fmt: skip
def test_places_are_as_sure_as_their_least_difference(ari: Values, places: Sequence[str]) -> None:
    found = supports(ari)
    assert [found[f"{kind}/set0"] for kind in ("winner", "runner_up", "worst")] == places


def test_means_over_several_sets_are_told_of_each_that_has_all() -> None:
    first = {"a": FAR, "b": MIDDLE, "c": LOW}
    for count in (2, 3):
        found = supports(*[first] * (count - 1), {"a": MIDDLE, "b": (0.3,)})
        assert {v for v in found if v.startswith("mean_quality")} == {"mean_quality/a", "mean_quality/b"}
        assert (found["mean_quality/a"], found["mean_quality/b"]) == ("certain", "single_run")
    assert not [claim for claim in supports(first) if claim.startswith("mean_quality")]


def test_a_win_is_as_sure_as_the_least_sure_of_its_sets() -> None:
    sure, unsure = {"a": FAR, "b": MIDDLE}, {"a": NOISY, "b": (0.59, 0.58, 0.60)}
    assert supports(sure, sure)["wins/a"] == "certain"
    assert supports(sure, unsure)["wins/a"] == "undetermined"
    # a set without a rival is no win
    assert supports(sure, {"b": MIDDLE})["wins/a"] == "certain"
    assert "wins/b" not in supports(sure, {"b": MIDDLE})


@pytest.mark.parametrize("step", [0.1, 0.01, 0.0])
def test_ranks_over_many_sets_are_as_sure_as_their_test(step: float) -> None:
    """From one order on all of twelve sets to orders by chance."""
    random = np.random.default_rng(6)
    sets = [
        {
            name: [0.3 + step * place + noise]
            for place, (name, noise) in enumerate(zip("abcd", row, strict=True))
        }
        for row in random.normal(scale=0.02, size=(12, 4))
    ]
    rows = [one for place, ari in enumerate(sets) for one in study_rows(ari, f"set{place}")]
    found = conclusions_of(rows)
    told = {claim["id"]: claim["support"] for claim in found["claims"] if claim["kind"].startswith("rank_")}
    assert check_supports(found["claims"], rows) == check_conclusions(found, rows) == []
    assert told == (
        {"rank_test": "certain", "rank_best": "certain"} if step else {"rank_test": "undetermined"}
    )


def texts(*sets: Values, nmi: Mapping[str, float] | None = None) -> dict[str, dict[str, Any]]:
    """The claims of some sets by id; ``nmi`` is that of each extractor on all of them."""
    rows = [one for place, ari in enumerate(sets) for one in study_rows(ari, f"set{place}")]
    rows += [
        row(f"set{place}", name, None, "kmeans", seed, "nmi", value)
        for place, ari in enumerate(sets)
        for name, value in (nmi or {}).items()
        for seed in range(len(ari[name]))
    ]
    return {claim["id"]: claim for claim in conclusions_of(rows)["claims"]}


def test_a_win_on_every_set_is_said_as_one() -> None:
    first, second = {"a": FAR, "b": MIDDLE}, {"a": MIDDLE, "b": FAR}
    assert texts(first, first)["wins/a"]["text"]["en"].startswith("On every image set (set0 and set1)")
    assert texts(first, second)["wins/a"]["text"]["en"].startswith("On set0 the highest ARI")


def test_a_lead_that_may_be_too_small_names_the_margin_in_two_digits() -> None:
    found = texts({"a": FAR, "b": (0.785, 0.785, 0.782)})["winner/set0"]
    assert found["text"]["en"].endswith("; margin 0.02).")


def test_the_best_is_the_highest_or_the_lowest_by_the_metrics_direction() -> None:
    rows = [*study_rows({"a": FAR, "b": LOW})]
    rows += [
        row("mnist", name, None, "", 0, "fit_seconds", value) for name, value in (("a", 9.0), ("b", 1.0))
    ]
    found = {claim["id"]: claim["text"]["en"] for claim in conclusions_of(rows)["claims"]}
    assert found["best/mnist/ari"].startswith("The highest ")
    assert found["best/mnist/fit_seconds"].startswith("The lowest ")


def test_evidence_of_a_winner_by_nmi_is_that_of_all_who_share_its_ari() -> None:
    found = texts({"a": FAR, "b": FAR, "c": LOW}, nmi={"a": 0.5, "b": 0.6, "c": 0.1})["winner/set0"]
    assert (found["subjects"], found["support"]) == (["b"], "tie")
    evidence = [(item["extractor"], item["metric"]) for item in found["evidence"]]
    assert sorted(evidence) == [("a", "ari"), ("a", "nmi"), ("b", "ari"), ("b", "nmi")]
