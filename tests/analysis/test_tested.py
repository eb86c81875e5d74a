"""A document under test: what becomes of its statements, in the committed results and in other stores."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from exchange import FIRST, SECOND, canonical, exchanged, some
from hypothesis import given
from hypothesis import strategies as st
from random_stores import row, stores, study_of

from fxreport.analysis import arrange
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.context import Context
from fxreport.analysis.study import Study
from fxreport.analysis.tested.verdict import CONFIRMED, NOT_TESTED, REFUTED, UNDETERMINED, Verdict
from fxreport.analysis.tested.verdicts import verdicts
from fxreport.config import load_config
from fxreport.reference import original
from fxreport.report.build import make_study
from fxreport.report.export import conclusions_json
from fxreport.report.model import to_string
from fxreport.report.words import Words
from fxreport.store import COLUMNS, Store
from fxreport.vocabulary.statement import Statement

ORIGINAL = load_config().statements
SETS = ["mnist", "fashion_mnist", "cifar10"]


@pytest.fixture(scope="module")
def results(checkout: Path) -> Study:
    study = make_study(Store(str(checkout / "results")), {})
    return replace(study, load_artifacts=cache(study.load_artifacts))


def decided(study: Study, statements: Sequence[Statement] = ORIGINAL) -> dict[str, Verdict]:
    return {v.id: v for v in verdicts(Context(study), statements)}


def outcomes(study: Study, statements: Sequence[Statement] = ORIGINAL) -> dict[str, str]:
    return {name: v.outcome for name, v in decided(study, statements).items()}


def said(study: Study, verdict: Verdict, lang: str = "en") -> str:
    words = Words(lang, study)
    parts = [verdict.ours, verdict.reason]
    return " | ".join(to_string(words.say(m.message, m.params)) for m in parts if m).replace(
        "\N{NO-BREAK SPACE}", " "
    )


def one(check: str, **params: Any) -> Statement:
    return Statement("one", {"": "One"}, check, params)


def outcome_of(study: Study, check: str, **params: Any) -> str:
    # a statement that nothing can be said of is not told of at all
    return outcomes(study, [one(check, **params)]).get("one", NOT_TESTED)


def measured(values: Mapping[str, Sequence[float]], metric: str = "ari", dataset: str = "mnist") -> list[Any]:
    """A value a seed for each extractor."""
    return [
        row(dataset, name, None, "kmeans", seed, metric, value)
        for name, those in values.items()
        for seed, value in enumerate(those)
    ]


CLEAR = {
    "custom_cnn": (0.90, 0.91, 0.92),
    "autoencoder": (0.40, 0.41, 0.42),
    "raw_pixels": (0.30, 0.31, 0.32),
}
CLOSE = {"custom_cnn": (0.40, 0.60, 0.50), "autoencoder": (0.55, 0.42, 0.50)}
ALIKE = {"custom_cnn": (0.50, 0.50, 0.501), "autoencoder": (0.50, 0.501, 0.50)}


# --- the committed results


def test_committed_results_decide_the_original(results: Study) -> None:
    found = outcomes(results)
    expected = {
        "mnist_best": CONFIRMED,
        "fashion_best": REFUTED,
        "cifar_best": REFUTED,
        "cifar_random": REFUTED,
        "cifar_unclusterable": REFUTED,
        "pretrained_weaker": CONFIRMED,
        "labels_free_best": REFUTED,
        "ari_custom_cnn": REFUTED,
        "fastest": CONFIRMED,
        "autoencoder_faster": REFUTED,
        "dimension": CONFIRMED,
        "tsne_better": CONFIRMED,
        "pca_variance": REFUTED,
        "filters": UNDETERMINED,
        "ari_resnet50": NOT_TESTED,
        "dropout": NOT_TESTED,
    }
    assert {name: found[name] for name in expected} == expected
    assert list(found) == [s.id for s in ORIGINAL]


def test_reasons_name_what_decides(results: Study) -> None:
    found = decided(results)
    text = {name: said(results, verdict) for name, verdict in found.items()}
    assert "Ahead: EfficientNet-Lite0 96 px, but not EfficientNet-Lite0 32 px." in text["cifar_best"]
    assert "a linear probe classifies" in text["cifar_unclusterable"]
    assert "On MNIST a network that classifies 70% right" in text["ari_custom_cnn"]
    assert "by shape in none of 9 runs, by the size of the weights in 9 of 9 runs" in text["filters"]
    assert "Not measured: ResNet50 32" in text["ari_resnet50"]
    assert text["dropout"] == "None of the runs measured here varies it."
    # every number of ours has evidence behind it
    assert all(v.evidence for v in found.values() if v.outcome != NOT_TESTED)


def test_each_set_has_the_rivals_that_are_ahead_there(results: Study) -> None:
    """VGG16 is ahead of the autoencoder on CIFAR-10, on Fashion-MNIST it is not shown to be."""
    context = Context(results)
    assert context.compare("fashion_mnist", "vgg16@32", "autoencoder").outcome == UNDETERMINED
    text = said(results, decided(results)["labels_free_best"])
    assert (
        "Ahead: on Fashion-MNIST EfficientNet-Lite0 96 px, but not EfficientNet-Lite0 32 px; "
        "on CIFAR-10 VGG16 32 px and EfficientNet-Lite0 96 px." in text
    )


def test_a_control_that_a_statement_leaves_out_is_told_of(results: Study) -> None:
    found = decided(results)
    fastest, traded, dimension = (
        said(results, found[v]) for v in ("fastest", "trade_off", "mobilenet_fastest")
    )
    assert fastest.endswith("The control (Raw pixels), which is ahead, is not counted.")
    assert traded.endswith("The control (Raw pixels) is not counted.")
    # a statement of one group leaves out more than controls, and says so itself
    assert "control" not in dimension
    # where the control is among the others there is nothing to tell
    among_all = one("fastest", subject="raw_pixels", datasets=SETS)
    assert "control" not in said(results, decided(results, [among_all])["one"])


def test_a_run_that_varies_the_factor_decides_the_ablation() -> None:
    rows = [
        {"key": f"{level}/{seed}", "dataset": "mnist", "extractor": "custom_cnn", "metric": "ari",
         "value": value, "seed": seed, "n": 9, "origin": "measured", "levels": json.dumps({"dropout": level})}
        for level, values in {0: (0.5, 0.51, 0.52), 0.5: (0.8, 0.81, 0.82)}.items()
        for seed, value in enumerate(values)
    ]  # fmt: skip
    frame = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    frame = frame.astype(object).fillna({"clusterer": "", "unit": "", "levels": "", "step": ""})
    found = arrange.study(
        frame.astype({"input_size": "Int64", "seed": "Int64", "n": "Int64", "value": "float64"})
    )
    assert outcome_of(found, "ablation", subject="custom_cnn", factor="dropout", level=0.5) == CONFIRMED
    assert outcome_of(found, "ablation", subject="custom_cnn", factor="dropout", level=0) == REFUTED
    assert outcome_of(found, "ablation", subject="custom_cnn", factor="dropout", level=0.3) == NOT_TESTED
    assert outcome_of(found, "ablation", subject="autoencoder", factor="dropout", level=0.5) == NOT_TESTED


# --- other stores say otherwise


def test_a_document_of_other_things_is_passed_over(results: Study) -> None:
    """Below a quarter of statements that can be tested nothing is said of it."""
    testable = next(s for s in ORIGINAL if decided(results)[s.id].outcome != NOT_TESTED)
    other = [
        replace(testable, id=f"other_{i}", params={**testable.params, "datasets": ("nowhere",)})
        for i in range(4)
    ]
    assert decided(results, [testable, *other[:3]])
    assert not decided(results, [testable, *other])


def test_exchanged_extractors_have_each_others_verdicts(results: Study) -> None:
    names = {"custom_cnn": "autoencoder", "autoencoder": "custom_cnn"}
    swapped = {(d, names.get(v, v), m): s for (d, v, m), s in results.samples.items()}
    found = outcomes(replace(results, samples=swapped))
    assert (found["mnist_best"], found["fashion_best"]) == (REFUTED, CONFIRMED)
    assert found["fastest"] == REFUTED


def test_an_autoencoder_that_wins_confirms_what_was_said_of_it() -> None:
    values = {
        "custom_cnn": (0.3, 0.31, 0.3),
        "autoencoder": (0.6, 0.61, 0.62),
        "raw_pixels": (0.2, 0.21, 0.2),
    }
    rows = [r for name in SETS for r in measured(values, dataset=name)]
    found = outcomes(study_of(rows))
    assert found["fashion_best"] == found["labels_free_best"] == CONFIRMED
    assert found["mnist_best"] == found["cifar_best"] == REFUTED


def test_the_originals_own_cells_confirm_its_values_and_refute_nothing() -> None:
    rows = [
        row(f.dataset, f.extractor, f.input_size, "kmeans", 0, f.metric, f.value) | {"origin": "imported"}
        for f in original()
    ]
    found = decided(study_of(rows))
    values = [v.outcome for v in found.values() if v.statement.check == "value" and v.id.startswith("ari_")]
    assert values == [CONFIRMED] * 5
    ratios = [v.outcome for v in found.values() if v.statement.check == "ratio"]
    assert set(ratios) == {CONFIRMED}
    assert REFUTED not in {v.outcome for v in found.values()}


@pytest.mark.parametrize("values", [CLEAR, CLOSE])
def test_single_runs_decide_no_comparison(values: Mapping[str, Sequence[float]]) -> None:
    single = study_of(measured({name: those[:1] for name, those in values.items()}))
    for first, second in (("custom_cnn", "autoencoder"), ("autoencoder", "custom_cnn")):
        assert outcome_of(single, "best", subject=first, datasets=["mnist"]) == UNDETERMINED
        assert outcome_of(single, "order", order=[first, second], datasets=["mnist"]) == UNDETERMINED
    assert outcome_of(single, "near_random", datasets=["mnist"], limit=0.1) == UNDETERMINED


def test_a_study_of_another_field_has_no_verdicts() -> None:
    rows = pd.read_csv(Path(__file__).parents[1] / "data" / "compressors.csv", keep_default_na=False)
    records = [
        row(r["dataset"], r["extractor"], None, "", int(r["seed"]), r["metric"], float(r["value"]))
        for r in rows.to_dict("records")
    ]
    assert verdicts(Context(study_of(records)), ORIGINAL) == ()


# --- kinds of check


def test_who_is_ahead() -> None:
    clear, close, alike = (study_of(measured(values)) for values in (CLEAR, CLOSE, ALIKE))
    cnn = {"subject": "custom_cnn", "datasets": ["mnist"]}
    assert outcome_of(clear, "best", **cnn) == CONFIRMED
    assert outcome_of(clear, "best", subject="autoencoder", datasets=["mnist"]) == REFUTED
    assert (
        outcome_of(clear, "best", subject="autoencoder", among="label_free", datasets=["mnist"]) == CONFIRMED
    )
    assert outcome_of(close, "best", **cnn) == UNDETERMINED
    assert outcome_of(alike, "best", **cnn) == UNDETERMINED
    assert "practically equal" in said(alike, decided(alike, [one("best", **cnn)])["one"])
    order = ["custom_cnn", "autoencoder", "raw_pixels"]
    assert outcome_of(clear, "order", order=order, datasets=["mnist"]) == CONFIRMED
    assert outcome_of(clear, "order", order=order[::-1], datasets=["mnist"]) == REFUTED
    assert outcome_of(clear, "above", **cnn, than="all") == CONFIRMED
    assert outcome_of(clear, "below", **cnn, than="all") == REFUTED
    assert outcome_of(clear, "below", subject="raw_pixels", than="all", datasets=["mnist"]) == CONFIRMED


def test_what_was_not_measured_is_never_decided() -> None:
    clear = study_of(measured(CLEAR))
    assert outcome_of(clear, "best", subject="vgg16", datasets=["mnist"]) == NOT_TESTED
    assert outcome_of(clear, "best", subject="custom_cnn", datasets=["cifar10"]) == NOT_TESTED
    both = one("above", subject="custom_cnn", than=["autoencoder", "vgg16"], datasets=["mnist"])
    assert outcomes(clear, [both])["one"] == UNDETERMINED, "true of one of two"
    assert "not measured: VGG16" in said(clear, decided(clear, [both])["one"])
    # one part that is shown not to hold refutes the whole, whatever else was not measured
    assert (
        outcome_of(clear, "above", subject="raw_pixels", than=["autoencoder", "vgg16"], datasets=["mnist"])
        == REFUTED
    )


def test_a_name_stands_for_all_its_input_sizes() -> None:
    rows = measured({"custom_cnn": (0.5, 0.51, 0.52)})
    for size, level in ((32, 0.2), (96, 0.8)):
        rows += [row("mnist", "vgg16", size, "kmeans", s, "ari", level + s / 100) for s in range(3)]
    found = study_of(rows)
    mnist = {"than": "custom_cnn", "datasets": ["mnist"]}
    assert outcome_of(found, "below", subject="vgg16", **mnist) == REFUTED, "a counterexample"
    assert outcome_of(found, "below", subject="vgg16@32", **mnist) == CONFIRMED
    assert outcome_of(found, "below", subject="family:pretrained@32", **mnist) == CONFIRMED
    assert outcome_of(found, "below", subject="vgg16@64", **mnist) == NOT_TESTED
    assert outcome_of(found, "best", subject="vgg16", datasets=["mnist"]) == CONFIRMED, "one of them is"


def test_values_are_met_missed_or_not_told() -> None:
    found = study_of(measured({"custom_cnn": (0.50, 0.51, 0.52), "wide": (0.2, 0.5, 0.8)}))
    for name, value, expected in (
        ("custom_cnn", 0.52, CONFIRMED),
        ("custom_cnn", 0.70, REFUTED),
        ("custom_cnn", 0.30, REFUTED),
        ("custom_cnn", 0.56, UNDETERMINED),
        ("wide", 0.5, UNDETERMINED),
        ("absent", 0.5, NOT_TESTED),
    ):
        params = {"subject": name, "values": {"mnist": value}, "tolerance": 0.05}
        assert outcome_of(found, "value", **params) == expected, (name, value)


def test_times_are_compared_by_their_ratio_and_direction() -> None:
    times = {"custom_cnn": (1.0, 1.02, 0.98), "autoencoder": (0.5, 0.51, 0.49)}
    found = study_of(measured(CLEAR) + measured(times, "extraction_seconds"))
    params = {"subject": "custom_cnn", "than": "autoencoder", "datasets": ["mnist"], "tolerance": 0.25}
    assert outcome_of(found, "ratio", **params, value=2) == CONFIRMED
    assert outcome_of(found, "ratio", **params, value=4) == REFUTED
    assert outcome_of(found, "ratio", **params, value=1) == REFUTED
    assert outcome_of(found, "fastest", subject="autoencoder", datasets=["mnist"]) == CONFIRMED
    assert outcome_of(found, "fastest", subject="custom_cnn", datasets=["mnist"]) == REFUTED
    assert outcome_of(found, "trade_off", subject="custom_cnn", datasets=["mnist"]) == CONFIRMED
    slow = study_of(
        measured(CLEAR) + measured({**times, "raw_pixels": (9.0, 9.1, 9.2)}, "extraction_seconds")
    )
    assert outcome_of(slow, "trade_off", subject="raw_pixels", datasets=["mnist"]) == REFUTED


def test_a_bound_of_chance() -> None:
    low = study_of(measured({"raw_pixels": (0.02, 0.021, 0.02), "autoencoder": (0.03, 0.031, 0.03)}))
    high = study_of(measured({"raw_pixels": (0.3, 0.31, 0.3), "custom_cnn": (0.5, 0.51, 0.52)}))
    for check in ("near_random", "cannot_cluster"):
        assert outcome_of(low, check, datasets=["mnist"], limit=0.1) == CONFIRMED
        assert outcome_of(high, check, datasets=["mnist"], limit=0.1) == REFUTED
    supervised = study_of(measured({"raw_pixels": (0.02, 0.021, 0.02), "custom_cnn": (0.5, 0.51, 0.52)}))
    assert outcome_of(supervised, "near_random", datasets=["mnist"], limit=0.1) == REFUTED
    assert outcome_of(supervised, "cannot_cluster", datasets=["mnist"], limit=0.1) == CONFIRMED


def test_wider_features_are_not_always_better() -> None:
    widths = {"custom_cnn": (256,) * 3, "autoencoder": (128,) * 3, "raw_pixels": (64,) * 3}
    rising = study_of(measured(CLEAR) + measured(widths, "dimension"))
    assert outcome_of(rising, "dimension_quality", datasets=["mnist"]) == REFUTED
    unshown = [{**r, "dataset": "digits"} for r in measured(CLOSE) + measured(widths, "dimension")]
    both = study_of(measured(CLEAR) + measured(widths, "dimension") + unshown)
    assert outcome_of(both, "dimension_quality", datasets=["mnist", "digits"]) == UNDETERMINED, (
        "not on digits"
    )
    falling = study_of(measured(CLEAR) + measured({**widths, "raw_pixels": (784,) * 3}, "dimension"))
    assert outcome_of(falling, "dimension_quality", datasets=["mnist"]) == CONFIRMED


def test_what_pictures_show(results: Study) -> None:
    planes = {"datasets": ["mnist"], "projection": "tsne", "than": "pca"}
    assert outcome_of(results, "projection_better", **planes) == CONFIRMED
    assert (
        outcome_of(results, "projection_better", **planes | {"projection": "pca", "than": "tsne"}) == REFUTED
    )
    fashion: dict[str, Any] = {"datasets": ["fashion_mnist"]}
    assert outcome_of(results, "mergers", **fashion, classes=[["Sandal", "Bag"]]) == REFUTED
    assert outcome_of(results, "mergers", **fashion, classes=[["Sandal", "Nothing"]]) == NOT_TESTED
    merged = next(
        c for c in conclude(results).of("merging", dataset="mnist") if c.subjects == ("autoencoder",)
    )
    pair = next(
        list(p[:2]) for p, n in zip(merged.details["pairs"], merged.details["times"], strict=True) if n == 3
    )
    assert (
        outcome_of(results, "mergers", datasets=["mnist"], classes=[pair], subject="autoencoder") == CONFIRMED
    )
    filters: dict[str, Any] = {"datasets": SETS}
    assert outcome_of(results, "not_random", **filters, subject="efficientnet_lite0") == CONFIRMED
    assert outcome_of(results, "not_random", **filters, subject="raw_pixels") == NOT_TESTED


# --- exchange of names, and what programs read

NAMED = (
    one("best", subject=FIRST, datasets=["mnist", "digits"]),
    replace(one("order", order=[FIRST, SECOND], datasets=["mnist", "digits"]), id="two"),
    replace(one("fastest", subject=FIRST, datasets=["mnist", "digits"]), id="three"),
    replace(one("near_random", datasets=["mnist", "digits"], limit=0.2), id="four"),
    replace(one("dimension_quality", datasets=["mnist", "digits"]), id="five"),
    replace(one("trade_off", subject=FIRST, datasets=["mnist", "digits"]), id="six"),
    replace(one("above", subject="all", than=SECOND, datasets=["mnist"]), id="seven"),
)


def told(rows: Sequence[Mapping[str, Any]], statements: Sequence[Statement]) -> Any:
    return json.loads(conclusions_json(conclude(study_of(rows), rules=(), statements=statements)))["verdicts"]


@some
@given(stores(names=st.sampled_from([(FIRST, None), (SECOND, None), ("raw_pixels", None)])))
def test_exchanging_two_extractors_exchanges_them_in_the_verdicts(rows: list[dict[str, Any]]) -> None:
    swapped = [replace(s, params=exchanged(dict(s.params))) for s in NAMED]
    names = {FIRST: SECOND, SECOND: FIRST}
    others = [row(*(names.get(r[k], r[k]) if k == "extractor" else r[k] for k in _ROW)) for r in rows]
    assert canonical(exchanged(told(rows, NAMED))) == canonical(told(others, swapped))


_ROW = ("dataset", "extractor", "input_size", "clusterer", "seed", "metric", "value")


def test_programs_read_each_verdict_in_both_languages(results: Study) -> None:
    conclusions: Conclusions = conclude(results, statements=ORIGINAL)
    found = json.loads(conclusions_json(conclusions))
    assert [v["id"] for v in found["verdicts"]] == [s.id for s in ORIGINAL]
    first = found["verdicts"][0]
    assert set(first) >= {"id", "statement", "outcome", "text", "ours", "evidence", "claims", "place"}
    ids = {claim["id"] for claim in found["claims"]}
    assert first["claims"] == ["winner/mnist"]
    assert all(set(v["claims"]) <= ids for v in found["verdicts"])
    for verdict in found["verdicts"]:
        assert set(verdict["text"]) == set(verdict["statement"]) == {"uk", "en"}
        assert all(verdict["text"].values())
    assert json.loads(conclusions_json(conclude(results)))["verdicts"] == []
