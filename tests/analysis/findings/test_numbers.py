"""Numbers of the findings on the committed results, recomputed from rows and arrays without the package."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from store_rows import frame_of

from fxreport.analysis.claims import Names
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.findings import FINDERS, Finding
from fxreport.analysis.findings.agreement import agreement
from fxreport.analysis.findings.behind_control import behind_control
from fxreport.analysis.findings.finding import Ground
from fxreport.analysis.findings.learned_nothing import network_learned_nothing
from fxreport.analysis.findings.mean_ranks import mean_ranks
from fxreport.analysis.findings.nearly_as_good import nearly_as_good
from fxreport.analysis.findings.one_set_decides import one_set_decides
from fxreport.analysis.findings.other_metrics import other_metrics
from fxreport.analysis.findings.worth_its_cost import worth_its_cost
from fxreport.report.build import make_study
from fxreport.report.export import conclusions_json
from fxreport.report.model import to_string
from fxreport.report.words import Words
from fxreport.store import Store

SETS = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST", "cifar10": "CIFAR-10"}
SMALL, LARGE = "efficientnet_lite0@32", "efficientnet_lite0@96"


@pytest.fixture(scope="module")
def store(checkout: Path) -> Store:
    return Store(str(checkout / "results"))


@pytest.fixture(scope="module")
def measured(store: Store) -> Conclusions:
    return conclude(make_study(store, {}))


@pytest.fixture(scope="module")
def found(measured: Conclusions) -> dict[str, Finding]:
    return {finding.kind: finding for finding in measured.findings}


@pytest.fixture(scope="module")
def rows(store: Store) -> pd.DataFrame:
    frame = frame_of(store)
    size = frame["input_size"].astype("string")
    frame["variant"] = frame["extractor"].where(size.isna(), frame["extractor"] + "@" + size.fillna(""))
    return frame


@pytest.fixture(scope="module")
def mean(rows: pd.DataFrame) -> Callable[..., float]:
    """(variant, metric, set) → mean over seeds."""
    means = rows.groupby(["variant", "metric", "dataset"])["value"].mean()

    def of(variant: str, metric: str, dataset: str) -> float:
        return float(means[variant, metric, dataset])

    return of


@pytest.fixture(scope="module")
def said(measured: Conclusions, found: dict[str, Finding]) -> dict[str, str]:
    """Kind → heading, sentence of page one and all else, in English."""
    words = Words("en", measured.study)

    def text(finding: Finding) -> str:
        messages = (finding.heading, finding.short, *finding.body, *finding.advice, *finding.limit)
        return "\n".join(to_string(words.say(m.message, m.params)) for m in messages)

    return {kind: text(finding) for kind, finding in found.items()}


def listed(numbers: list[float], show: Callable[[float], str]) -> str:
    *first, last = map(show, numbers)
    return f"{', '.join(first)}, and {last}" if len(first) > 1 else f"{first[0]} and {last}"


def in_order(text: str, *parts: str) -> bool:
    """Whether a text says these one after another, whatever it says between them."""
    return bool(re.search(".{0,120}?".join(map(re.escape, parts)), text))


def decimal(number: float) -> str:
    return f"{number:.3f}"


def two(number: float) -> str:
    return f"{number:.2f}"


def whole(number: float) -> str:
    return f"{100 * number:.0f}%"


def tenth(number: float) -> str:
    return f"{100 * number:.1f}%"


def arrays(store: Store, rows: pd.DataFrame, variant: str, dataset: str) -> list[Any]:
    """What was kept of each run of a cell."""
    keys = rows[(rows["variant"] == variant) & (rows["dataset"] == dataset)]["key"].unique()
    return [store.artifacts(key) for key in sorted(keys)]


def test_every_kind_has_its_ground_in_the_committed_results(
    measured: Conclusions, found: dict[str, Finding]
) -> None:
    ground = Ground(measured.context, {claim.id: claim for claim in measured.claims})
    for finder in set(FINDERS) - {
        agreement,
        other_metrics,
        network_learned_nothing,
        worth_its_cost,
        one_set_decides,
        mean_ranks,
        behind_control,
        nearly_as_good,
    }:  # no ground here
        kinds = {finding.kind for finding in finder(ground)}
        assert len(kinds) == 1, finder
        assert kinds <= found.keys()


def test_the_most_important_comes_first(measured: Conclusions) -> None:
    weights = [finding.importance for finding in measured.findings]
    assert weights == sorted(weights, reverse=True)
    assert all(weight > 0 for weight in weights)
    assert measured.findings[0].kind == "leaders"


def test_leaders_lead_by_the_means(
    said: dict[str, str], rows: pd.DataFrame, mean: Callable[..., float]
) -> None:
    for dataset, title in SETS.items():
        order = sorted(rows["variant"].unique(), key=lambda v: -mean(v, "ari", dataset))
        first, second = (mean(v, "ari", dataset) for v in order[:2])
        assert decimal(first) in said["leaders"]
        assert decimal(first - second) in said["leaders"], title
    assert in_order(said["leaders"], "Custom CNN", "MNIST and Fashion-MNIST")
    assert in_order(said["leaders"], "EfficientNet-Lite0 96\u00a0px", "CIFAR-10")


def test_a_small_input_costs_what_the_means_say(
    said: dict[str, str], rows: pd.DataFrame, mean: Callable[..., float], store: Store
) -> None:
    small, large = ([mean(v, "ari", d) for d in SETS] for v in (SMALL, LARGE))
    text = said["small_input"]
    assert in_order(text, "32", decimal(float(np.mean(small))), "96", decimal(float(np.mean(large))))
    gains = np.subtract(large, small)
    assert in_order(text, "32", "96", f"{decimal(gains.min())} to {decimal(gains.max())} ARI")
    # no better than pixels by more than the margin of what counts as a difference
    assert all(mean(SMALL, "ari", d) < mean("raw_pixels", "ari", d) + 0.02 for d in SETS)
    kept = [run for d in SETS for run in arrays(store, rows, SMALL, d)]
    assert {int(run["layers/size"][-1]) for run in kept} == {1}
    wide = [run for d in SETS for run in arrays(store, rows, LARGE, d)]
    silent, less = (np.mean([run["layers/zero_share"][-1] for run in runs]) for runs in (kept, wide))
    assert in_order(text, "1×1", whole(silent), "3×3", whole(less))
    times = {v: sum(mean(v, "extraction_seconds", d) for d in SETS) for v in (SMALL, LARGE)}
    assert f"{times[LARGE] / times[SMALL]:.1f} times" in text


def test_the_earlier_layer_is_one_and_the_same_on_all_sets(
    said: dict[str, str], rows: pd.DataFrame, store: Store
) -> None:
    """The best layer of each set by itself would give a mean that no layer has."""
    by_set = [
        np.mean([run["layers/probe_accuracy"] for run in arrays(store, rows, SMALL, d)], axis=0) for d in SETS
    ]
    over_sets = np.mean(by_set, axis=0)
    layer = int(over_sets[:-1].argmax())
    assert whole(over_sets[layer]) != whole(np.mean([x.max() for x in by_set]))
    text = said["small_input"]
    assert in_order(
        text, f"layer {layer + 1} of {len(over_sets)}", whole(over_sets[layer]), whole(over_sets[-1])
    )
    assert f"take the features of layer {layer + 1}; how they cluster was not measured" in text


def test_for_clusters_nothing_is_advised_that_needs_labels(
    said: dict[str, str], found: dict[str, Finding], measured: Conclusions, mean: Callable[..., float]
) -> None:
    words = Words("en", measured.study)
    [advice] = [to_string(words.say(m.message, m.params)) for m in found["leaders"].advice]
    free = ("raw_pixels", "autoencoder", "vgg16@32", SMALL, LARGE)
    for dataset, title in SETS.items():
        best = max(free, key=lambda v: mean(v, "ari", dataset))
        assert in_order(advice, title, f"take {words.variant(best)}"), advice
    assert "Custom CNN" not in advice
    # the autoencoder's lead on MNIST is within the scatter of its runs
    assert "Autoencoder, though it is not shown to be ahead of Raw pixels" in advice


def test_hidden_classes_are_those_of_the_best_label_free_probe(
    said: dict[str, str], found: dict[str, Finding], mean: Callable[..., float]
) -> None:
    free = ("raw_pixels", "autoencoder", SMALL, LARGE)
    best = {max(free, key=lambda v: mean(v, "probe_accuracy", d)) for d in SETS}
    assert best == {LARGE}
    probe, clusters = ([mean(LARGE, m, d) for d in SETS] for m in ("probe_accuracy", "clustering_accuracy"))
    gaps = 100 * np.subtract(probe, clusters)
    assert f"{gaps.min():.1f} to {gaps.max():.1f} percentage points" in said["hidden_classes"]
    close = [
        (v, d)
        for v in (*free, "custom_cnn", "vgg16@32")
        for d in SETS
        if abs(mean(v, "probe_accuracy", d) - mean(v, "clustering_accuracy", d)) < 0.05
    ]
    assert close == [("custom_cnn", "mnist")], "whose classes clusters do find"
    assert "less than 5 percentage points for Custom CNN on MNIST" in said["hidden_classes"]
    assert found["hidden_classes"].heading.params["name"] == Names((LARGE,)), (
        "it is said of these features only"
    )
    told = int(np.argmin(clusters))
    assert in_order(said["hidden_classes"], whole(probe[told]), whole(clusters[told]))


def test_labels_at_hand_set_the_best_means_side_by_side(
    said: dict[str, str], rows: pd.DataFrame, mean: Callable[..., float]
) -> None:
    def over_sets(variant: str, metric: str) -> float:
        return float(np.mean([mean(variant, metric, d) for d in SETS]))

    variants = list(rows["variant"].unique())
    probe = max(over_sets(v, "probe_accuracy") for v in variants if v != "custom_cnn")
    clusters = max(over_sets(v, "clustering_accuracy") for v in variants)
    text = said["labels_at_hand"]
    assert in_order(text, whole(probe), "Custom CNN", whole(clusters))
    trained = [mean("custom_cnn", "test_accuracy", d) for d in SETS]
    assert (
        f"ahead of it by {100 * (probe - np.mean(trained)):.1f} percentage points, though not on MNIST"
        in text
    )
    assert trained[0] > mean(LARGE, "probe_accuracy", "mnist")


def unbiased_cka(first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]) -> float:
    """Linear CKA by the definition: unbiased HSIC of two Gram matrices without their diagonals."""

    def hsic(k: np.ndarray[Any, Any], m: np.ndarray[Any, Any]) -> float:
        n = len(k)
        k, m = k - np.diag(np.diag(k)), m - np.diag(np.diag(m))
        both = np.trace(k @ m) + k.sum() * m.sum() / ((n - 1) * (n - 2)) - 2 / (n - 2) * (k.sum(0) @ m.sum(0))
        return float(both / (n * (n - 3)))

    k, m = (x @ x.T for x in (np.float64(first), np.float64(second)))
    return hsic(k, m) / np.sqrt(hsic(k, k) * hsic(m, m))


def test_the_autoencoders_likeness_to_pixels_is_that_of_the_sketches(
    said: dict[str, str], rows: pd.DataFrame, store: Store, mean: Callable[..., float]
) -> None:
    of_sets = []
    for dataset in SETS:
        runs = [arrays(store, rows, v, dataset) for v in ("autoencoder", "raw_pixels")]
        seeds = [
            rows[(rows["variant"] == v) & (rows["dataset"] == dataset)].groupby("key")["seed"].first()
            for v in ("autoencoder", "raw_pixels")
        ]
        by_seed = [
            dict(zip(of.sort_index(), kept, strict=True)) for of, kept in zip(seeds, runs, strict=True)
        ]
        alike = []
        for seed in sorted(by_seed[0].keys() & by_seed[1].keys()):
            one, other = (of[seed] for of in by_seed)
            images = [run["test_indices"][run["sketch_indices"]] for run in (one, other)]
            common, a, b = np.intersect1d(*images, return_indices=True)
            assert len(common) > 100
            alike.append(unbiased_cka(one["sketch"][a], other["sketch"][b]))
        of_sets.append(float(np.mean(alike)))
    text = said["compressed_pixels"]
    assert in_order(text, "CKA", two(float(np.mean(of_sets))))
    own, control = (np.mean([mean(v, "ari", d) for d in SETS]) for v in ("autoencoder", "raw_pixels"))
    assert in_order(text, decimal(float(own)), decimal(float(control)))
    assert " so they cluster" not in text, "likeness is no measured cause"


def test_indices_turn_round_as_many_pairs_as_the_rows_do(
    said: dict[str, str], measured: Conclusions, rows: pd.DataFrame, mean: Callable[..., float]
) -> None:
    """Which pairs are certain is the comparison's business; how each index orders them is counted here."""
    pairs, turned = 0, {"silhouette": 0, "davies_bouldin": 0}
    for dataset in SETS:
        for a, b in combinations(sorted(rows["variant"].unique()), 2):
            compared = measured.context.compare(dataset, a, b)
            if compared.support != "certain":
                continue
            pairs += 1
            ahead = mean(a, "ari", dataset) > mean(b, "ari", dataset)
            for index in turned:
                higher = mean(a, index, dataset) > mean(b, index, dataset)
                turned[index] += (higher if index == "silhouette" else not higher) != ahead
    text = said["indices"]
    assert in_order(text, f"{pairs} pairs", "silhouette", str(turned["silhouette"]))
    assert in_order(text, "Davies–Bouldin", str(turned["davies_bouldin"]))


def test_restated_accuracy_follows_from_the_joint_table(
    said: dict[str, str], mean: Callable[..., float]
) -> None:
    """ARI by pair counts of an even spread of errors over ten classes of a thousand images each."""
    implied = []
    for dataset in SETS:
        accuracy, k, n = mean("custom_cnn", "test_accuracy", dataset), 10, 1000.0
        table = np.full((k, k), n * (1 - accuracy) / (k - 1))
        np.fill_diagonal(table, n * accuracy)
        pairs = (table * (table - 1) / 2).sum()
        rows_, total = k * n * (n - 1) / 2, k * n * (k * n - 1) / 2
        expected = rows_ * rows_ / total
        implied.append((pairs - expected) / (rows_ - expected))
    own = [mean("custom_cnn", "ari", d) for d in SETS]
    text = said["restated_accuracy"]
    assert in_order(text, listed(implied, two), listed(own, decimal))
    most = float(np.abs(np.subtract(implied, own)).max())
    assert two(most) in text


def test_maps_are_counted_one_by_one(said: dict[str, str], rows: pd.DataFrame) -> None:
    groups = rows[rows["metric"].str.endswith("_groups")]
    right = int((groups["value"] == 10).sum())
    assert f"{right} of {len(groups)} maps" in said["neighbours"]
    for suffix in ("trustworthiness", "knn_accuracy"):
        methods = rows[rows["metric"].str.fullmatch(rf"(pca|tsne|umap|isomap|spectral)_{suffix}")]
        means = methods.groupby(["metric", "dataset", "variant"])["value"].mean().groupby("metric").mean()
        assert means.idxmax() == f"tsne_{suffix}"
        shown = two(means.max()) if suffix == "trustworthiness" else whole(means.max())
        assert shown in said["neighbours"]
        if suffix == "knn_accuracy":
            assert means.idxmin() == "pca_knn_accuracy"
            assert whole(means.min()) in said["neighbours"]


def test_filters_are_told_by_the_p_values(said: dict[str, str], rows: pd.DataFrame) -> None:
    trained = rows[rows["variant"].isin(["custom_cnn", "autoencoder"])]
    weights, shape = (
        trained[trained["metric"] == f"filter_{what}_p_value"]["value"] for what in ("weights", "structure")
    )
    assert len(weights) == len(shape)
    text = said["filter_shapes"]
    assert f"{(shape <= 0.05).sum()} of {len(shape)} runs" in text
    assert f"{(weights <= 0.05).sum()} of {len(weights)} runs" in text


def test_settled_places_are_those_of_the_claims(
    said: dict[str, str], measured: Conclusions, found: dict[str, Finding]
) -> None:
    """Places that the claims of each set settle, counted over the sets."""
    places = [interval for c in measured.of("rank_interval") for interval in c.details["places"].values()]
    settled = sum(low == high for low, high in places)
    assert in_order(said["settled_places"], f"{len(places)} places", str(settled))
    assert set(found["settled_places"].claims) == {f"rank_interval/{d}" for d in SETS}


def test_layers_gain_what_the_probes_say(said: dict[str, str], rows: pd.DataFrame, store: Store) -> None:
    courses = {
        d: np.array([run["layers/probe_accuracy"] for run in arrays(store, rows, LARGE, d)]) for d in SETS
    }
    falls = [d for d, c in courses.items() if (c[:, c.mean(0).argmax()] > c[:, -1]).all()]
    assert falls == ["mnist", "fashion_mnist"]
    over_sets = np.mean([courses[d].mean(0) for d in falls], axis=0)
    layer = int(over_sets[:-1].argmax())
    text = said["earlier_layers"]
    assert f"Layer {layer + 1} of " in text
    assert in_order(text, whole(over_sets[layer]), whole(over_sets[-1]))
    assert f"{100 * (over_sets[layer] - over_sets[-1]):.1f} percentage points" in text
    assert "On CIFAR-10 the last layer is the best." in text


def test_every_claim_that_a_finding_cites_is_made(measured: Conclusions) -> None:
    made = {claim.id for claim in measured.claims}
    for finding in measured.findings:
        assert set(finding.claims) <= made
        assert finding.claims, finding.id
        assert finding.evidence, finding.id


def test_evidence_is_what_was_measured(measured: Conclusions, mean: Callable[..., float]) -> None:
    for finding in measured.findings:
        for one in finding.evidence:
            assert one.value == pytest.approx(mean(one.extractor, one.metric, one.dataset)), (finding.id, one)


def test_the_export_tells_them_in_both_languages(measured: Conclusions) -> None:
    exported = json.loads(conclusions_json(measured))["findings"]
    assert [one["id"] for one in exported] == [finding.id for finding in measured.findings]
    for one in exported:
        for part in ("heading", "short", "text"):
            assert one[part].keys() == {"en", "uk"}
            assert one[part]["en"] != one[part]["uk"]
            assert all(text.strip() and "{" not in text for text in one[part].values())
