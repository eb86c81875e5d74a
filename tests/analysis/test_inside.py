"""What is said of the insides of networks: of made-up runs, and of the reference measurements."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checker import check_conclusions
from exchange import canonical, exchanged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inside_checker import KINDS
from numpy.typing import NDArray
from random_stores import Rows, renamed, row, study_of

from fxreport.analysis.claims import Claim
from fxreport.analysis.conclude import conclude
from fxreport.analysis.context import Context
from fxreport.analysis.rules.networks import (
    autoencoder,
    filter_measures,
    filters,
    layers,
    orientation,
    sparsity,
)
from fxreport.analysis.study import Artifacts, Study
from fxreport.measures import filters as measured
from fxreport.measures.filters import study_filters
from fxreport.report.build import make_study
from fxreport.report.export import conclusions_json
from fxreport.report.model import to_string
from fxreport.report.words import Words
from fxreport.store import Store
from fxreport.vocabulary.experiment import FILTER_DRAWS

Values = Mapping[str, Sequence[float]]  # metric → a value a seed
Arrays = Mapping[str, NDArray[Any]]
SETS = ("mnist", "fashion_mnist", "cifar10")


def study_with(
    values: Mapping[tuple[str, str, int | None], Values],
    arrays: Mapping[tuple[str, str, int | None], Sequence[Arrays]] | None = None,
) -> Study:
    """Cells (image set, extractor, input size) with their metrics, and the arrays kept of each seed."""
    rows = [
        row(dataset, extractor, size, "", seed, metric, value)
        for (dataset, extractor, size), metrics in values.items()
        for metric, seeds in metrics.items()
        for seed, value in enumerate(seeds)
    ]
    kept = {
        f"{dataset}/{extractor}/{size}/{seed}": one
        for (dataset, extractor, size), runs in (arrays or {}).items()
        for seed, one in enumerate(runs)
    }
    return replace(study_of(rows), load_artifacts=lambda key: kept.get(key, {}))


def said(study: Study, claim: Claim, lang: str = "en") -> str:
    return to_string(Words(lang, study).say(claim.message, claim.params))


def by_id(claims: Sequence[Claim]) -> dict[str, Claim]:
    return {claim.id: claim for claim in claims}


# -- filters -----------------------------------------------------------------------------------------------


def p_values(weights: Sequence[float], structure: Sequence[float], beyond: float = 0.1) -> Values:
    return {
        "filter_weights_p_value": weights,
        "filter_structure_p_value": structure,
        "filter_weights_beyond": [beyond] * len(weights),
    }


def test_the_rules_know_how_many_draws_were_made() -> None:
    assert filters.FILTER_DRAWS == measured.FILTER_DRAWS


def test_cells_are_joined_by_what_the_runs_say() -> None:
    every, no = [0.005] * 3, [0.4, 0.06, 0.9]
    study = study_with(
        {
            ("mnist", "custom_cnn", None): p_values(every, no, 0.04),
            ("cifar10", "custom_cnn", None): p_values([0.005, 0.005, 0.05], no, 0.2),
            ("mnist", "autoencoder", None): p_values(every, every, 0.1),
            ("cifar10", "autoencoder", None): p_values(every, [0.01, 0.3, 0.02], 0.1),
        }
    )
    weights = by_id(list(filters.weights(Context(study))))
    assert set(weights) == {"filters_weights/every_run"}
    text = said(study, weights["filters_weights/every_run"])
    assert "in each of 12 runs: Custom CNN and Autoencoder on MNIST and CIFAR-10." in text
    assert "0.050 at most" in text
    assert "from 4% to 20%" in text
    structure = by_id(list(filters.structure(Context(study))))
    assert list(structure) == [f"filters_structure/{o}" for o in ("every_run", "some_runs", "no_run")]
    texts = {claim_id.rpartition("/")[2]: said(study, claim) for claim_id, claim in structure.items()}
    assert "in each of 3 runs: Autoencoder on MNIST" in texts["every_run"]
    assert "in some runs only: Autoencoder on CIFAR-10 in 2 of 3 runs" in texts["some_runs"]
    assert "in none of 6 runs: Custom CNN on MNIST and CIFAR-10" in texts["no_run"]
    assert "smallest p-value is 0.060" in texts["no_run"]
    supports = [claim.support for claim in structure.values()]
    assert supports == ["certain", "undetermined", "undetermined"]


def test_single_runs_are_called_so() -> None:
    study = study_with({("mnist", "custom_cnn", None): p_values([0.005], [0.5])})
    [weights] = filters.weights(Context(study))
    assert weights.support == "single_run"
    assert "in single runs" in said(study, weights)
    assert "за одиничними запусками" in said(study, weights, "uk")


def test_a_pretrained_network_is_said_once_and_its_initialiser_is_called_an_assumption() -> None:
    cells = {
        (dataset, "efficientnet_lite0", size): p_values([0.005] * 3, [0.005, 0.01, 0.005])
        for dataset in SETS
        for size in (32, 96)
    }
    study = study_with(cells)
    context = Context(study)
    assert list(filters.weights(context)) == list(filters.structure(context)) == []
    [claim] = filters.pretrained(context)
    assert claim.subjects == ("efficientnet_lite0@32", "efficientnet_lite0@96")
    assert "How they were initialised is not known" in said(study, claim)
    assert "0.010 at most" in said(study, claim)


def measured_cell(
    values: Mapping[str, Sequence[float]], low: float, high: float
) -> tuple[Values, list[Arrays]]:
    runs = len(next(iter(values.values())))
    reference = np.array([[low, (low + high) / 2, high]] * len(values), np.float32)
    arrays = {"filter_reference_names": np.array(list(values)), "filter_reference": reference}
    return {f"filter_{name}": seeds for name, seeds in values.items()}, [arrays] * runs


def test_a_measure_is_named_where_every_run_leaves_the_range() -> None:
    outside, inside = [0.9, 0.8, 0.9], [0.9, 0.5, 0.9]
    one, kept = measured_cell({"roughness": outside, "gabor_fit": inside, "frequency": [0.1] * 3}, 0.4, 0.6)
    two, other = measured_cell({"roughness": inside, "gabor_fit": inside, "frequency": [0.2] * 3}, 0.4, 0.6)
    study = study_with(
        {
            ("mnist", "custom_cnn", None): one,
            ("cifar10", "custom_cnn", None): two,
            ("mnist", "autoencoder", None): two,
        },
        {
            ("mnist", "custom_cnn", None): kept,
            ("cifar10", "custom_cnn", None): other,
            ("mnist", "autoencoder", None): other,
        },
    )
    claims = by_id(list(filter_measures.measures(Context(study))))
    assert claims["filter_measures/custom_cnn"].details["differs"] == {
        "roughness:+1": ["mnist"],
        "frequency:-1": ["mnist", "cifar10"],
    }
    text = said(study, claims["filter_measures/custom_cnn"])
    assert "rougher on MNIST; of lower spatial frequency on MNIST and CIFAR-10." in text
    assert "Gabor" not in text


def test_no_measure_outside_the_range_is_said_as_well() -> None:
    values, kept = measured_cell({"roughness": [0.5, 0.5, 0.9], "gabor_fit": [0.5] * 3}, 0.4, 0.6)
    cell = ("mnist", "custom_cnn", None)
    study = study_with({cell: values}, {cell: kept})
    [claim] = filter_measures.measures(Context(study))
    assert "by no measure" in said(study, claim)
    assert claim.details["differs"] == {}


def test_the_test_of_a_preferred_orientation_keeps_its_level_and_finds_one() -> None:
    rng = np.random.default_rng(0)
    weights = rng.uniform(0, 1, (2_000, 16))
    angles = rng.uniform(0, np.pi, (2_000, 16))
    told = [orientation.preference_p_value(a, w) <= 0.05 for a, w in zip(angles, weights, strict=True)]
    assert np.mean(told) == pytest.approx(0.05, abs=0.015)
    leaning = rng.normal(0.1, 0.3, 16) % np.pi
    assert orientation.preference_p_value(leaning, weights[0]) < 0.001
    assert orientation.preference_p_value(leaning, np.zeros(16)) == 1
    # what has no orientation does not count: dead filters would all point the same way
    dead = np.r_[angles[0], np.zeros(50)], np.r_[weights[0], np.zeros(50)]
    assert orientation.preference_p_value(*dead) == orientation.preference_p_value(angles[0], weights[0])


def test_a_preference_for_one_orientation_is_said_where_every_run_has_it() -> None:
    rng = np.random.default_rng(1)
    alike, mixed = (
        {orientation.ANGLES: angles % np.pi, orientation.WEIGHTS: np.ones(32)}
        for angles in (rng.normal(1, 0.2, 32), np.arange(32) * np.pi / 32)
    )
    one, other = ("mnist", "custom_cnn", None), ("cifar10", "custom_cnn", None)
    values = {"filter_orientation_selectivity": [0.3, 0.3]}
    study = study_with({one: values, other: values}, {one: [alike, alike], other: [alike, mixed]})
    [claim] = orientation.orientation(Context(study))
    assert "in every run" in said(study, claim)
    sentence = said(study, claim)
    assert "only here: Custom CNN on MNIST; it is found in 3 of 4 runs, where 0.20 would" in sentence
    neither = study_with({one: values, other: values}, {one: [mixed, mixed], other: [alike, mixed]})
    [claim] = orientation.orientation(Context(neither))
    ends = "found in 1 of 4 runs, where 0.20 would be expected by chance alone."
    assert said(neither, claim).endswith(ends)


# -- layers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("runs", "kind", "turn", "stalls"),
    [
        ([[0.1, 0.5, 0.9], [0.2, 0.5, 0.8]], "rises", 3, ()),
        ([[0.1, 0.9, 0.5], [0.2, 0.8, 0.5]], "falls", 2, (2,)),
        ([[0.9, 0.5, 0.1], [0.8, 0.5, 0.2]], "falls", 1, (1, 2)),
        ([[0.1, 0.5, 0.6], [0.2, 0.5, 0.4]], "stops", 2, (2,)),
        ([[0.1, 0.5, 0.5], [0.2, 0.5, 0.5]], "stops", 2, (2,)),
        ([[0.3, 0.2, 0.5], [0.3, 0.4, 0.5]], "rises_overall", 1, (1,)),
        ([[0.3, 0.2, 0.25], [0.3, 0.4, 0.5]], "flat", 1, (1,)),
    ],
)
def test_verdict_on_a_course(runs: list[list[float]], kind: str, turn: int, stalls: tuple[int, ...]) -> None:
    found = layers.verdict(np.array(runs))
    assert (found.kind, found.turn, found.stalls) == (kind, turn, stalls)
    assert found.support != "single_run"
    assert layers.verdict(np.array(runs[:1])).support == "single_run"


def test_a_verdict_is_as_sure_as_its_least_sure_step() -> None:
    sure = np.array([[0.1, 0.5, 0.90], [0.11, 0.5, 0.91], [0.12, 0.51, 0.9]])
    assert layers.verdict(sure).support == "certain"
    unsure = np.array([[0.1, 0.5, 0.9], [0.11, 0.5, 0.501], [0.12, 0.51, 0.6]])
    assert (layers.verdict(unsure).kind, layers.verdict(unsure).support) == ("rises", "likely")


def layered(knn: Sequence[Sequence[float]], silent: Sequence[Sequence[float]]) -> tuple[Values, list[Arrays]]:
    last = {"last_layer_knn_accuracy": [run[-1] for run in knn]}
    return last, [
        {
            "layers/knn_accuracy": np.array(k),
            "layers/probe_accuracy": np.array(k)[::-1],
            "layers/zero_share": np.array(z),
        }
        for k, z in zip(knn, silent, strict=True)
    ]


def test_sets_that_are_alike_are_said_together() -> None:
    rising, kept = layered([[0.1, 0.5, 0.9], [0.12, 0.52, 0.88]], [[0.2, 0.4, 0.0], [0.3, 0.5, 0.0]])
    falling, other = layered([[0.1, 0.9, 0.5], [0.1, 0.8, 0.6]], [[0.2, 0.1, 0.4], [0.1, 0.2, 0.3]])
    cells = [("mnist", "custom_cnn", None), ("fashion_mnist", "custom_cnn", None)]
    third = ("cifar10", "custom_cnn", None)
    study = study_with(
        {**dict.fromkeys(cells, rising), third: falling}, {**dict.fromkeys(cells, kept), third: other}
    )
    claims = by_id(list(layers.abstraction(Context(study))))
    assert list(claims) == ["abstraction/custom_cnn/mnist+fashion_mnist", "abstraction/custom_cnn/cifar10"]
    together, alone = claims.values()
    assert "in each of 4 runs, on MNIST and Fashion-MNIST: from 11.0% to 89.0% (MNIST);" in said(
        study, together
    )
    assert said(study, alone).endswith("on CIFAR-10: from 10.0% to 85.0% in layer 2 of 3 and back to 55.0%.")
    [probe] = layers.probes(Context(study))
    assert "2 of 3 pairs" in said(study, probe), "the middle layer stays the middle one"
    assert "layer 1 instead of 3, and so in 2 of 2 runs" in said(study, probe)
    grows, neither = sparsity.sparsity(Context(study))
    assert (grows.details["course"], grows.details["datasets"]) == ("grows", ["mnist", "fashion_mnist"])
    assert (neither.details["course"], neither.details["datasets"]) == ("neither", ["cifar10"])


def test_a_run_that_kept_one_of_both_accuracies_is_left_out_of_their_comparison() -> None:
    values, kept = layered([[0.1, 0.5, 0.9]] * 3, [[0.2, 0.4, 0.1]] * 3)
    del kept[1]["layers/probe_accuracy"], kept[2]["layers/knn_accuracy"]
    cell = ("mnist", "custom_cnn", None)
    study = study_with({cell: values}, {cell: kept})
    [claim] = layers.probes(Context(study))
    assert said(study, claim).endswith("Custom CNN on MNIST, layer 1 instead of 3.")
    assert claim.support == "single_run"


def test_a_best_layer_that_few_runs_bear_out_is_not_called_likely() -> None:
    knn, probe = [[0.1, 0.5, 0.6], [0.1, 0.5, 0.6], [0.1, 0.7, 0.6]], [[0.1, 0.6, 0.61], [0.1, 0.6, 0.61]]
    probe.append([0.1, 0.9, 0.5])
    kept = [
        {"layers/knn_accuracy": np.array(k), "layers/probe_accuracy": np.array(p)}
        for k, p in zip(knn, probe, strict=True)
    ]
    cell = ("mnist", "custom_cnn", None)
    study = study_with({cell: {"last_layer_knn_accuracy": [run[-1] for run in knn]}}, {cell: kept})
    [claim] = layers.probes(Context(study))
    assert "layer 2 instead of 3, and so in 0 of 3 runs" in said(study, claim)
    assert claim.support == "undetermined"


def test_a_linear_last_layer_is_left_out_of_the_course_and_named() -> None:
    values, kept = layered([[0.1, 0.5, 0.9]] * 2, [[0.2, 0.4, 0.0], [0.3, 0.5, 0.0]])
    cell = ("mnist", "autoencoder", None)
    study = study_with({cell: values}, {cell: kept})
    [claim] = sparsity.sparsity(Context(study))
    assert claim.details["course"] == "grows"
    assert said(study, claim).endswith("from 25% to 45%. The last layer is linear and has none.")


def test_nothing_is_said_of_layers_that_runs_kept_in_different_numbers() -> None:
    values, kept = layered([[0.1, 0.5], [0.1, 0.5]], [[0.1, 0.2]] * 2)
    cell = ("mnist", "custom_cnn", None)
    longer = {name: np.append(array, 0.7) for name, array in kept[1].items()}
    study = study_with({cell: values}, {cell: [kept[0], longer]})
    context = Context(study)
    assert [*layers.abstraction(context), *layers.probes(context), *sparsity.sparsity(context)] == []


# -- autoencoder -------------------------------------------------------------------------------------------


def test_hardest_class_and_how_many_runs_agree() -> None:
    errors = np.linspace(0.01, 0.02, 10)
    other = errors.copy()
    other[[8, 9]] = other[[9, 8]]
    cell = ("mnist", "autoencoder", None)
    kept = [{autoencoder.ERRORS: e.astype(np.float32)} for e in (errors, errors, other)]
    study = study_with({cell: {"reconstruction_mse": [0.015] * 3}}, {cell: kept})
    [claim] = autoencoder.class_errors(Context(study))
    assert (claim.details["worst"], claim.details["best"], claim.support) == ("9", "0", "likely")
    assert "the same worst in 2 of 3 runs, the same best in 3" in said(study, claim)
    assert claim.value == pytest.approx((0.02 * 2 + other[9]) / 0.03, rel=1e-5)


def test_half_way_is_decided_by_the_runs_own_differences() -> None:
    def cell(latent: Sequence[float], pixel: Sequence[float]) -> Values:
        return {"latent_midpoint_distance": latent, "pixel_midpoint_distance": pixel}

    study = study_with(
        {
            ("mnist", "autoencoder", None): cell([0.10, 0.20, 0.30], [0.11, 0.21, 0.312]),
            ("fashion_mnist", "autoencoder", None): cell([0.10, 0.20, 0.30], [0.12, 0.19, 0.31]),
            ("cifar10", "autoencoder", None): cell([0.11, 0.21, 0.31], [0.10, 0.20, 0.298]),
        }
    )
    claims = by_id(list(autoencoder.halfway(Context(study))))
    outcomes = {claim.details["outcome"]: claim for claim in claims.values()}
    assert {o: c.details["datasets"] for o, c in outcomes.items()} == {
        "better": ["mnist"],
        "undetermined": ["fashion_mnist"],
        "worse": ["cifar10"],
    }
    assert "not decided" in said(study, outcomes["undetermined"])


# -- rows of any store -------------------------------------------------------------------------------------

p = st.sampled_from([0.005, 0.01, 0.05, 0.06, 0.3, 0.9])
share = st.integers(1, 999).map(lambda i: i / 1000)


@st.composite
def inside_rows(draw: st.DrawFn) -> Rows:
    rows: Rows = []
    seeds = draw(st.integers(1, 3))
    for dataset in draw(st.lists(st.sampled_from(SETS), min_size=1, max_size=3, unique=True)):
        for extractor, size in (("custom_cnn", None), ("альфа", None), ("бета", None), ("vgg16", 32)):
            metrics = {
                "filter_weights_p_value": p,
                "filter_structure_p_value": p,
                "filter_weights_beyond": share,
            }
            if extractor != "vgg16":
                metrics |= {"latent_midpoint_distance": share, "pixel_midpoint_distance": share}
            if draw(st.integers(0, 4)):
                rows += [
                    row(dataset, extractor, size, "", seed, metric, draw(values))
                    for metric, values in metrics.items()
                    for seed in range(seeds)
                ]
    rows.append(row("mnist", "custom_cnn", None, "kmeans", 0, "ari", 0.5))
    return rows


some = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@some
@given(inside_rows())
def test_conclusions_of_random_rows_are_those_of_an_independent_checker(rows: Rows) -> None:
    assert check_conclusions(json.loads(conclusions_json(conclude(study_of(rows)))), rows) == []


@some
@given(inside_rows())
def test_exchanging_two_extractors_exchanges_them_in_every_sentence(rows: Rows) -> None:
    exchanged_rows = renamed(rows, {"альфа": "бета", "бета": "альфа"})
    before, after = (
        [c for c in json.loads(conclusions_json(conclude(study_of(r))))["claims"] if c["kind"] in KINDS]
        for r in (rows, exchanged_rows)
    )
    assert canonical(exchanged(before)) == canonical(after)


# -- the reference measurements ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(checkout: Path) -> Store:
    return Store(str(checkout / "results"))


@pytest.fixture(scope="module")
def reference(store: Store) -> Study:
    study = make_study(store, {})
    return replace(study, load_artifacts=cache(study.load_artifacts))


def changed(study: Study, change: Callable[[Artifacts], Mapping[str, Any]]) -> Study:
    return replace(
        study, load_artifacts=lambda key: {**study.load_artifacts(key), **change(study.load_artifacts(key))}
    )


def test_trained_filters_are_told_from_untrained_ones_by_the_numbers_on_all_three_sets(
    reference: Study,
) -> None:
    """Issue 4, "It must show", line 2."""
    claim = by_id(list(filters.weights(Context(reference))))["filters_weights/every_run"]
    told = {
        (dataset, variant) for dataset, variant, times, runs in claim.details["cells"] if times == runs == 3
    }
    assert told == {(d, v) for d in SETS for v in ("custom_cnn", "autoencoder")}
    text = said(reference, claim)
    assert all(name in text for name in ("MNIST", "Fashion-MNIST", "CIFAR-10", "Custom CNN", "Autoencoder"))
    assert claim.support == "certain"


def test_untrained_filters_in_their_place_are_not_told_from_untrained_ones(reference: Study) -> None:
    """What the initialiser drew is put where the trained filters were, and measured as those were."""
    rng = np.random.default_rng(0)
    values: dict[tuple[str, str, int | None], Values] = {}
    arrays: dict[tuple[str, str, int | None], list[Arrays]] = {}
    for dataset in SETS:
        for variant in ("custom_cnn", "autoencoder"):
            cell, measured = (dataset, variant, None), dict[str, list[float]]()
            for run, kept in Context(reference).kept(dataset, variant, "untrained_filters"):
                kernels = np.asarray(kept["untrained_filters"], np.float64)
                height, width, channels, count = kernels.shape
                limit = np.sqrt(6 / (height * width * (channels + count)))
                found = study_filters(kernels, rng.uniform(-limit, limit, (FILTER_DRAWS, *kernels.shape)))
                for one in found.measurements:
                    measured.setdefault(one.metric, []).append(one.value)
                names = np.array(found.reference_names)
                arrays.setdefault(cell, []).append(
                    {"filter_reference_names": names, "filter_reference": found.reference}
                )
                assert run.dataset == dataset
            values[cell] = measured
    untrained = study_with(values, arrays)

    def told(study: Study) -> int:
        return sum(times for c in filters.weights(Context(study)) for _, _, times, _ in c.details["cells"])

    assert told(reference) == 18
    assert told(untrained) <= 3, "one in twenty by chance"
    before, after = (
        {claim.id: said(study, claim) for claim in filter_measures.measures(Context(study))}
        for study in (reference, untrained)
    )
    assert before["filter_measures/autoencoder"] != after["filter_measures/autoencoder"]


def test_measures_follow_from_the_kept_filters(reference: Study) -> None:
    """The means of each filter's own measures against the kept range, without the rows."""
    compared = 0
    for claim in filter_measures.measures(Context(reference)):
        [variant] = claim.subjects
        differs = claim.details["differs"]
        for dataset in dict.fromkeys(e.dataset for e in claim.evidence):
            for name in filter_measures.MEASURES:
                signs = set()
                for run in reference.runs_of(dataset, variant):
                    kept = reference.load_artifacts(run.key)
                    names = kept["filter_reference_names"].tolist()
                    if name not in names:
                        continue
                    low, _, high = kept["filter_reference"][names.index(name)].astype(float)
                    mean = float(np.mean(kept[f"filter_measures/{name}"].astype(float)))
                    near = min(abs(mean - low), abs(mean - high)) < 1e-3  # kept in half precision
                    signs.add(None if near else int(mean > high) - int(mean < low))
                if None not in signs:
                    compared += 1
                    for sign in (1, -1):
                        assert (dataset in differs.get(f"{name}:{sign:+d}", [])) == (signs == {sign})
    assert compared > 20


def test_filters_are_called_oriented_or_gabor_like_only_where_the_numbers_say_so(reference: Study) -> None:
    for claim in filter_measures.measures(Context(reference)):
        text, differs = said(reference, claim), claim.details["differs"]
        assert ("more oriented" in text) == ("orientation_selectivity:+1" in differs)
        assert ("nearer to Gabor" in text) == ("gabor_fit:+1" in differs)
    assert not any(
        "edge" in said(reference, c) for c in conclude(reference).claims if c.kind.startswith("filter")
    )


def test_verdicts_follow_from_the_kept_layers(reference: Study) -> None:
    seen = 0
    for claim in layers.abstraction(Context(reference)):
        [variant] = claim.subjects
        text = said(reference, claim)
        for dataset in claim.details["turn"]:
            runs = [
                reference.load_artifacts(r.key)["layers/knn_accuracy"].astype(float).tolist()
                for r in reference.runs_of(dataset, variant)
            ]
            rising = all(b > a for run in runs for a, b in pairwise(run))
            assert rising == (claim.details["verdict"] == "rises"), (variant, dataset)
            means = [sum(column) / len(column) for column in zip(*runs, strict=True)]
            falling = means.index(max(means)) < len(means) - 1 and all(
                run[means.index(max(means))] > run[-1] for run in runs
            )
            assert falling == (claim.details["verdict"] == "falls"), (variant, dataset)
            assert f"{100 * means[0]:.1f}%" in text
            assert f"{100 * means[-1]:.1f}%" in text
            seen += 1
    networks = {run.variant for run in reference.runs} - {"raw_pixels"}
    assert seen == len(networks) * len(reference.datasets) >= 12


def test_layers_in_another_order_give_other_sentences(reference: Study) -> None:
    """Read backwards, what rose falls, and sparsity shrinks where it grew."""

    def backwards(kept: Artifacts) -> Mapping[str, Any]:
        return {name: kept[name][::-1] for name in kept if name.startswith("layers/")}

    for rule in (layers.abstraction, sparsity.sparsity):
        before, after = (
            [said(study, claim) for claim in rule(Context(study))]
            for study in (reference, changed(reference, backwards))
        )
        assert before != after
    verdicts = {c.details["verdict"] for c in layers.abstraction(Context(changed(reference, backwards)))}
    assert "rises" not in verdicts


def test_class_errors_follow_from_the_kept_errors_and_move_with_them(reference: Study) -> None:
    def permuted(kept: Artifacts) -> Mapping[str, Any]:
        return {n: np.roll(kept[n], 1) for n in kept if n == autoencoder.ERRORS}

    moved = by_id(list(autoencoder.class_errors(Context(changed(reference, permuted)))))
    claims = list(autoencoder.class_errors(Context(reference)))
    assert {c.dataset for c in claims} == set(SETS)
    for claim in claims:
        assert claim.dataset is not None
        names = reference.dataset_by_name[claim.dataset].classes
        runs = [
            reference.load_artifacts(r.key)[autoencoder.ERRORS].astype(float)
            for r in reference.runs_of(claim.dataset, "autoencoder")
        ]
        mean = sum(runs) / len(runs)
        order = sorted(range(len(names)), key=lambda k: mean[k])
        assert (claim.details["worst"], claim.details["best"]) == (names[order[-1]], names[order[0]])
        assert claim.value == pytest.approx(max(mean) / min(mean))
        after = moved[claim.id].details
        assert after["worst"] == names[(order[-1] + 1) % len(names)]
        assert after["best"] == names[(order[0] + 1) % len(names)]


def test_exchanged_distances_turn_the_sentence_round(reference: Study) -> None:
    latent, pixel = autoencoder.LATENT, autoencoder.PIXEL
    other = {latent: pixel, pixel: latent}
    exchanged = replace(
        reference, samples={(d, v, other.get(m, m)): s for (d, v, m), s in reference.samples.items()}
    )
    turned = {"better": "worse", "worse": "better", "undetermined": "undetermined", "tied": "tied"}
    before, after = (
        {d: c.details["outcome"] for c in autoencoder.halfway(Context(s)) for d in c.details["datasets"]}
        for s in (reference, exchanged)
    )
    assert set(before) == set(SETS)
    assert after == {dataset: turned[outcome] for dataset, outcome in before.items()}


def test_sentences_of_the_reference_have_the_same_numbers_in_both_languages(reference: Study) -> None:
    context = Context(reference)
    rules = (
        filters.weights, filters.structure, filters.pretrained,
        filter_measures.measures, orientation.orientation,
        layers.abstraction, layers.probes, sparsity.sparsity, autoencoder.class_errors, autoencoder.halfway,
    )  # fmt: skip
    for claim in (claim for rule in rules for claim in rule(context)):
        uk, en = said(reference, claim, "uk"), said(reference, claim, "en")
        assert sorted(re.findall(r"\d+(?:[.,]\d+)?", uk.replace(",", "."))) == sorted(
            re.findall(r"\d+(?:[.,]\d+)?", re.sub(r"(?<=\d),(?=\d)", ".", en).replace(",", "."))
        ), claim.id
        assert uk != en
        assert claim.evidence
