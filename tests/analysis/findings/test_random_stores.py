"""Findings of any store: they follow the numbers, whoever has them, and never say nothing."""

from __future__ import annotations

import re
from collections import Counter
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from exchange import canonical, conclusions_of, some
from hypothesis import given
from hypothesis import strategies as st
from random_stores import Rows, renamed, steady_stores, study_of
from usual_stores import USUAL, full, original_rows

from fxreport.analysis.conclude import conclude
from fxreport.analysis.findings import Finding
from fxreport.analysis.rules.networks.layers import above_last, best_earlier
from fxreport.report.model import to_string
from fxreport.report.words import Words

pytestmark = pytest.mark.slow

#: two of one family, with all that findings ask for: the catalogue tells the same of both
PAIR = {"resnet50": "mobilenet_v2", "mobilenet_v2": "resnet50"}
TITLES = {"ResNet50": "MobileNetV2", "MobileNetV2": "ResNet50"}
NETWORKS = tuple((name, size) for name in PAIR for size in (32, 96))
EVERYTHING = (("raw_pixels", None), ("custom_cnn", None), *NETWORKS)
STORES = steady_stores(always=EVERYTHING)
#: kinds that these stores can have: nothing is kept of their runs but metrics
KINDS = {
    "leaders",
    "labels_at_hand",
    "small_input",
    "hidden_classes",
    "indices",
    "restated_accuracy",
    "settled_places",
    "lower_figures",
    "agreement",
    "learned_nothing",
}


def findings_of(rows: Rows) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = conclusions_of(rows)["findings"]
    return found


def exchanged(value: Any) -> Any:
    """The same JSON with the two networks' names exchanged."""
    if isinstance(value, str):
        names = {**PAIR, **TITLES}
        return re.sub("|".join(names), lambda m: names[m[0]], value)
    if isinstance(value, list):
        return [exchanged(one) for one in value]
    return {key: exchanged(one) for key, one in value.items()} if isinstance(value, dict) else value


def equals(rows: Rows) -> bool:
    """Whether two cells of a set, or two means over its sets, have the same value: one is then chosen."""
    cells: dict[tuple[str, str], dict[tuple[str, Any], list[float]]] = {}
    for one in rows:
        of_metric = cells.setdefault((one["metric"], one["dataset"]), {})
        of_metric.setdefault((one["extractor"], one["input_size"]), []).append(one["value"])
    counted = (
        "ari",
        "probe_accuracy",
        "clustering_accuracy",
        "test_accuracy",
        "silhouette",
        "davies_bouldin",
    )
    sums: dict[tuple[str, tuple[str, Any]], list[float]] = {}
    for (metric, _), column in cells.items():
        if metric not in counted:
            continue
        means = [round(fmean(values), 9) for values in column.values()]
        if len(set(means)) < len(means):
            return True
        for name, values in column.items():
            sums.setdefault((metric, name), []).append(fmean(values))
    totals = Counter((metric, round(fmean(values), 9)) for (metric, _), values in sums.items())
    return max(totals.values(), default=0) > 1


@some
@given(STORES)
def test_exchanging_two_networks_exchanges_them_in_every_finding(rows: Rows) -> None:
    if equals(rows):
        return
    # the original's figures are of a name: the other's lie elsewhere
    before, after = (
        [one for one in findings_of(some) if one["kind"] != "lower_figures"]
        for some in (rows, renamed(rows, PAIR))
    )
    assert canonical(exchanged(before)) == canonical(after)


def test_random_stores_have_findings_of_every_kind_that_they_can() -> None:
    """The strategy itself: what the other tests look at is there."""
    seen: Counter[str] = Counter()

    @some
    @given(STORES)
    def count(rows: Rows) -> None:
        seen.update({one["kind"] for one in findings_of(rows)})

    count()
    assert seen.keys() == KINDS


@some
@given(STORES)
def test_no_finding_is_empty_and_the_most_important_comes_first(rows: Rows) -> None:
    found = findings_of(rows)
    assert [one["importance"] for one in found] == sorted((one["importance"] for one in found), reverse=True)
    assert len({one["id"] for one in found}) == len(found)
    for one in found:
        assert one["evidence"], one["id"]
        for part in ("heading", "short", "text"):
            for text in one[part].values():
                assert len(re.findall(r"\w+", text)) > 2, one
                assert not re.search(r"[{}]|\bnan\b|\binf\b|None|  |\(\)|[;:,] ?[.;]", text), text
        assert all(text.endswith((".", ";")) for text in (*one["short"].values(), *one["text"].values())), one


@some
@given(STORES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: Rows, random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert findings_of(shuffled) == findings_of(rows)


def shuffled(rows: Rows, by: int) -> Rows:
    """The rows in which each extractor has what the ``by``-th next of the same metric, set and seed has."""
    cells: dict[tuple[Any, ...], list[int]] = {}
    for i, one in enumerate(rows):
        cells.setdefault((one["dataset"], one["metric"], one["seed"]), []).append(i)
    found = list(rows)
    for places in cells.values():
        for place, other in zip(places, places[by:] + places[:by], strict=True):
            found[place] = {**rows[place], "value": rows[other]["value"]}
    return found


def told(rows: Rows) -> list[tuple[str, str, str]]:
    """(id, heading, all that is said at length) in English, the most important first."""
    return [(one["id"], one["heading"]["en"], one["text"]["en"]) for one in findings_of(rows)]


def test_shuffled_values_give_other_findings_in_another_order_under_other_headings() -> None:
    usual = told(full(USUAL))
    assert usual[0][0] == "small_input/resnet50"
    others = [told(shuffled(full(USUAL), by)) for by in (1, 2, 3, 4)]
    for other in others:
        assert {said for _, _, said in other}.isdisjoint(said for _, _, said in usual)
    assert len({tuple(name for name, _, _ in other) for other in (usual, *others)}) >= 4
    assert len({frozenset(heading for _, heading, _ in other) for other in (usual, *others)}) == 5


def test_where_the_autoencoder_wins_it_is_named_and_not_called_compressed_pixels() -> None:
    wins = {**USUAL, "autoencoder": {"ari": 0.85, "probe_accuracy": 0.95, "clustering_accuracy": 0.90}}
    found = {one["id"]: one for one in findings_of(full(wins))}
    assert found["leaders"]["subjects"] == ["autoencoder"]
    assert found["leaders"]["heading"]["en"] == "Autoencoder is best on all three sets"
    assert "Take Autoencoder" in found["leaders"]["text"]["en"]
    assert found["labels_at_hand"]["subjects"] == ["autoencoder"]
    assert not any(name.startswith("compressed_pixels") for name in found)
    # clusters of its features are as good as a probe almost: nothing is hidden from them
    assert "hidden_classes" not in found


def test_where_nothing_differs_nobody_leads() -> None:
    same = {name: {"ari": 0.4, "probe_accuracy": 0.6, "clustering_accuracy": 0.6} for name in USUAL}
    kinds = {one["kind"] for one in findings_of(full(same))}
    assert not kinds & {"leaders", "small_input", "labels_at_hand", "hidden_classes", "indices"}


def test_noise_without_a_difference_has_no_leader() -> None:
    """Runs that differ among themselves more than extractors do."""
    noise = (0.0, 0.09, -0.05, 0.03, -0.08, 0.06, -0.02)
    rows = [
        {**one, "value": round(0.4 + noise[(i * 5 + i // 3) % 7], 3)}
        for i, one in enumerate(full({name: {"ari": 0.4} for name in USUAL}))
    ]
    assert "leaders" not in {one["kind"] for one in findings_of(rows)}


def test_a_probe_that_tells_no_more_than_clusters_hides_nothing() -> None:
    equal = {
        name: {**metrics, "probe_accuracy": metrics["clustering_accuracy"] + 0.01}
        for name, metrics in USUAL.items()
    }
    assert "hidden_classes" not in {one["kind"] for one in findings_of(full(equal))}


def test_a_trained_network_that_is_ahead_changes_the_advice() -> None:
    behind = findings_of(full(USUAL))
    better = {**USUAL, "custom_cnn": {**USUAL["custom_cnn"], "probe_accuracy": 0.97, "test_accuracy": 0.98}}
    ahead = findings_of(full(better))
    texts = [
        next(one["text"]["en"] for one in found if one["kind"] == "labels_at_hand")
        for found in (behind, ahead)
    ]
    assert "Label some images" in texts[0]
    assert "Not even a network trained on each set itself (Custom CNN)" in texts[0]
    assert "With enough labels train Custom CNN itself" in texts[1]
    assert "is right more often still" in texts[1]


def test_layers_of_which_none_is_the_best_everywhere_are_told_by_their_mean() -> None:
    first = np.array([[0.9, 0.7, 0.5], [0.9, 0.7, 0.5]])
    second = np.array([[0.4, 0.7, 0.5], [0.4, 0.7, 0.5]])
    assert best_earlier([first]) == 0
    assert best_earlier([first, second]) == 1, "0.70 on average, the first 0.65"
    assert above_last(first, 1)
    assert not above_last(second, 0)
    assert best_earlier([]) is None
    assert best_earlier([first, first[:, :2]]) is None, "depths that differ have no layer in common"


# Particular stores


def test_the_originals_cells_are_single_runs_and_lead_as_they_do_there() -> None:
    found = {one["kind"]: one for one in findings_of(original_rows())}
    assert found["leaders"]["support"] == "single_run"
    assert set(found["leaders"]["subjects"]) <= {"custom_cnn", "autoencoder"}
    assert all(one["support"] == "single_run" for one in found.values())
    assert not {"hidden_classes", "labels_at_hand", "settled_places", "neighbours"} & found.keys()


def test_one_extractor_is_ahead_of_nobody() -> None:
    found = findings_of([one for one in full(USUAL) if one["extractor"] == "custom_cnn"])
    assert {one["kind"] for one in found} <= {"lower_figures", "restated_accuracy"}


def test_one_set_is_not_called_all() -> None:
    found = findings_of([one for one in full(USUAL) if one["dataset"] == "mnist"])
    assert {"leaders", "small_input", "labels_at_hand"} <= {one["kind"] for one in found}
    for one in found:
        text = " ".join((one["heading"]["en"], one["short"]["en"], one["text"]["en"]))
        assert not re.search(r"\ball (three|sets)\b|\bboth sets\b", text), text


def test_one_seed_is_called_so() -> None:
    found = findings_of(full(USUAL, seeds=1))
    assert found
    assert {one["support"] for one in found if one["kind"] != "indices"} == {"single_run"}


def test_of_two_hundred_extractors_a_finding_names_a_few() -> None:
    names = {
        f"net{i:03d}": {"ari": 0.1 + 0.004 * i, "silhouette": 0.9 - 0.004 * i, "davies_bouldin": 1.0}
        for i in range(200)
    }
    found = findings_of(full({"raw_pixels": {"ari": 0.05}, **names}))
    assert found
    for one in found:
        for part in ("heading", "short", "text"):
            assert all(len(text) < 1500 for text in one[part].values()), (one["id"], part)


def finding(rows: Rows, kind: str) -> Finding:
    [found] = [one for one in conclude(study_of(rows)).findings if one.kind == kind]
    return found


def test_importance_grows_with_the_effect() -> None:
    less = {**USUAL, "resnet50@32": {**USUAL["resnet50@32"], "ari": 0.45}}
    strong, weak = (finding(full(values), "small_input").importance for values in (USUAL, less))
    assert strong > weak > 0


def test_a_heading_says_what_the_numbers_say() -> None:
    """Below pixels it is ruined, above them it only needs more."""
    above = {**USUAL, "resnet50@32": {**USUAL["resnet50@32"], "ari": 0.42}}
    headings = []
    for values in (USUAL, above):
        study = study_of(full(values))
        [one] = [f for f in conclude(study).findings if f.kind == "small_input"]
        headings.append(to_string(Words("en", study).say(one.heading.message, one.heading.params)))
    assert headings == [
        "An input of 32 pixels is too small for ResNet50",
        "ResNet50 needs a larger input than 32 pixels",
    ]
