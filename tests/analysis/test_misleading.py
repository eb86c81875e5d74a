"""Statements that were true word by word and misled: each is held to what the numbers bear."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from publications import document
from random_stores import row, study_of

from fxreport.analysis.conclude import conclude
from fxreport.report.export import conclusions_json
from fxreport.report.figures.cache import FigureCache
from fxreport.report.writers.markdown import render_markdown

Told = Mapping[str, Any]


def rows_of(
    metric: str, values: Mapping[str, Sequence[float]], dataset: str = "mnist"
) -> list[dict[str, Any]]:
    """One metric on one set: an extractor, with its input size, → a value a seed."""
    found = []
    for variant, seeds in values.items():
        name, _, size = variant.partition("@")
        found += [
            row(dataset, name, int(size) if size else None, "kmeans", seed, metric, value)
            for seed, value in enumerate(seeds)
        ]
    return found


def near(value: float) -> tuple[float, float, float]:
    """Three runs about a value."""
    return value, value + 0.002 - 0.003 * value, value - 0.001 + 0.002 * value


def told(
    rows: Iterable[Mapping[str, Any]], *kinds: str, kept: Mapping[str, Any] | None = None
) -> dict[str, Told]:
    """Claims by id, of some kinds, as they are exported; ``kept`` are the arrays of runs by their keys."""
    study = replace(study_of(list(rows)), load_artifacts=lambda key: (kept or {}).get(key, {}))
    found = json.loads(conclusions_json(conclude(study)))["claims"]
    return {claim["id"]: claim for claim in found if not kinds or claim["kind"] in kinds}


@pytest.mark.parametrize(
    ("rival", "value", "pays"),
    [
        ("efficientnet_lite0@96", 0.30, False),
        ("efficientnet_lite0@96", 0.10, True),
        ("raw_pixels", 0.30, False),
    ],
)
def test_whether_labels_pay_is_told_against_the_best_without_them(
    rival: str, value: float, pays: bool
) -> None:
    """Ahead of the autoencoder alone, training with labels does not pay where another does better without."""
    values = {"custom_cnn": 0.18, "autoencoder": 0.05, rival: value}
    claims = told(rows_of("ari", {v: near(x) for v, x in values.items()}, "cifar10"), "family")
    texts = {key: claim["text"]["en"] for key, claim in claims.items()}
    [decisive] = [key for key, text in texts.items() if "pay" in text]
    assert ("does not pay" not in texts[decisive]) == pays
    assert decisive.endswith("-baseline" if rival == "raw_pixels" else "-pretrained")


def test_no_ratio_is_told_over_a_base_near_chance() -> None:
    claims = told(rows_of("ari", {"custom_cnn": near(0.3), "autoencoder": near(0.06)}), "family")
    assert "times" not in claims["family/mnist/supervised-unsupervised"]["text"]["en"]
    claims = told(rows_of("ari", {"custom_cnn": near(0.3), "autoencoder": near(0.15)}), "family")
    assert "2.00 times" in claims["family/mnist/supervised-unsupervised"]["text"]["en"]


def trained(name: str, curves: Mapping[str, Sequence[float]]) -> dict[str, Told]:
    """What is said of the training of one network in three runs of the same curves."""
    rows = rows_of("test_accuracy", {name: (0.85, 0.86, 0.85)}) + rows_of("epochs", {name: (8, 8, 8)})
    arrays = {f"curve/{key}": np.array(values, np.float32) for key, values in curves.items()}
    # each run a little apart, so that its spread is known
    kept = {
        row["key"]: {key: values * (1 - 0.001 * row["seed"]) for key, values in arrays.items()}
        for row in rows
    }
    return told(rows, "convergence", "overfitting", kept=kept)


FLAT = {"val_loss": (2.0, 1.2, 0.8, 0.6, 0.5, 0.45, 0.44, 0.44)}


def test_a_loss_that_levels_off_by_its_schedule_is_no_convergence() -> None:
    """Under a learning rate that falls to zero every curve is flat at its end."""
    claim = trained("custom_cnn", FLAT)["convergence/mnist/custom_cnn"]
    assert claim["support"] == "undetermined"
    assert "learning rate has fallen to zero" in claim["text"]["en"]
    # of a network whose schedule is not known it is said as it is
    assert trained("their_net", FLAT)["convergence/mnist/their_net"]["support"] == "certain"


@pytest.mark.parametrize(
    ("learned", "held_out", "support"), [(0.96, 0.85, "certain"), (0.90, 0.88, None), (0.85, 0.96, None)]
)
def test_a_network_that_parts_from_its_validation_images_overfits(
    learned: float, held_out: float, support: str | None
) -> None:
    curves = {**FLAT, "accuracy": (0.5, learned), "val_accuracy": (0.5, held_out)}
    claim = trained("custom_cnn", curves).get("overfitting/mnist/custom_cnn")
    assert (claim and claim["support"]) == support
    assert claim is None or "84.9%; the gap is 11.0%" in claim["text"]["en"]


def test_an_index_that_agrees_on_the_first_place_alone_does_not_agree() -> None:
    """The worst by ARI is second by silhouette: the choice of all but the first would be wrong."""
    ari = {"custom_cnn": 0.95, "autoencoder": 0.42, "raw_pixels": 0.36, "efficientnet_lite0@32": 0.19}
    silhouette = {"custom_cnn": 0.60, "autoencoder": 0.11, "raw_pixels": 0.06, "efficientnet_lite0@32": 0.25}
    rows = [
        *rows_of("ari", {v: near(x) for v, x in ari.items()}),
        *rows_of("silhouette", {v: near(x) for v, x in silhouette.items()}),
    ]
    claim = told(rows)["index_agreement/mnist/silhouette"]
    text = claim["text"]["en"].replace("\xa0", " ")
    assert "places EfficientNet-Lite0 32 px (" in text
    assert ") before Autoencoder (" in text
    assert "ρ of the two orders over 4 extractors: +0.40" in text
    assert claim["support"] == "certain"


def test_that_an_index_orders_five_networks_alike_is_not_certain() -> None:
    names = ("custom_cnn", "autoencoder", "raw_pixels", "vgg16@32", "resnet50@32")
    rows = [
        row
        for metric in ("ari", "silhouette")
        for row in rows_of(metric, {v: near(0.9 - 0.2 * i) for i, v in enumerate(names)})
    ]
    assert told(rows)["index_agreement/mnist/silhouette"]["support"] == "likely"
    fewer = [row for row in rows if row["extractor"] in names[:4]]
    assert told(fewer)["index_agreement/mnist/silhouette"]["support"] == "undetermined"


def test_a_hypothesis_that_is_not_rejected_is_not_confirmed() -> None:
    names = {"custom_cnn": (0.4, 0.3, 0.6), "efficientnet_lite0@32": (0.2, 0.5, 0.3)}
    claims = told(
        [*rows_of("filter_structure_p_value", names), *rows_of("ari", dict.fromkeys(names, near(0.5)))]
    )
    assert claims["filters_structure/no_run"]["support"] == "undetermined"
    assert claims["filters_pretrained/efficientnet_lite0"]["support"] == "undetermined"


def test_departures_that_are_not_shown_are_not_counted() -> None:
    """0.344 is published of the autoencoder on MNIST, 0.439 of the CNN: only the second is left for sure."""
    rows = rows_of("ari", {"autoencoder": (0.30, 0.55, 0.42), "custom_cnn": near(0.95)})
    claims = told(rows)
    assert claims["published/mnist/autoencoder"]["support"] == "undetermined"
    text = claims["published_summary"]["text"]["en"]
    assert "higher here: 1, lower here: 0, farther off but inside the interval of ours: 1" in text


def test_sizes_of_one_network_are_one_extractor_in_number_too() -> None:
    names = ("raw_pixels", "custom_cnn", "autoencoder", "efficientnet_lite0@32", "efficientnet_lite0@96")
    rows = rows_of("ari", {v: near(0.1 * i) for i, v in enumerate(names)})
    rows += rows_of("dimension", {v: (100.0 * i,) * 3 for i, v in enumerate(names, 1)})
    text = told(rows)["dimension_vs_quality/mnist"]["text"]["en"]
    assert "over 5 extractors" in text
    assert "that of 4 extractors" in text


@pytest.mark.parametrize(("size", "unexpected"), [(32, False), (64, False), (224, True)])
def test_that_a_small_input_ruins_a_pretrained_network_is_expected(size: int, unexpected: bool) -> None:
    values = {"raw_pixels": near(0.36), f"resnet50@{size}": near(0.20)}
    claims = told([*rows_of("ari", values, "mnist"), *rows_of("ari", values, "cifar10")])
    said = ("against_control/mnist/worse", "family/mnist/pretrained-baseline", f"gain/resnet50@{size}")
    for name in (*said, "gain_group/worse", "gap/mnist"):
        assert claims[name]["surprising"] == unexpected, name


@pytest.mark.parametrize(("dataset", "unexpected"), [("cifar10", False), ("mnist", True)])
def test_that_imagenet_is_best_on_photographs_is_expected(dataset: str, unexpected: bool) -> None:
    values = {"custom_cnn": near(0.18), "efficientnet_lite0@96": near(0.30)}
    claim = told(rows_of("ari", values, dataset))[f"without_labels/{dataset}"]
    assert claim["surprising"] == unexpected


def test_features_pretrained_with_labels_are_not_told_as_without_any() -> None:
    claims = told(rows_of("ari", {"custom_cnn": near(0.18), "efficientnet_lite0@96": near(0.30)}))
    for name in ("without_labels/mnist", "family/mnist/supervised-pretrained"):
        assert "Pretrained with labels of other images: EfficientNet" in claims[name]["text"]["en"]
    claims = told(rows_of("ari", {"custom_cnn": near(0.18), "autoencoder": near(0.30)}))
    assert "other images" not in claims["without_labels/mnist"]["text"]["en"]


@pytest.mark.parametrize(("large", "carried"), [(0.33, False), (0.51, True)])
def test_the_input_size_is_no_reason_where_the_larger_input_is_below_pixels_too(
    large: float, carried: bool
) -> None:
    """As a conjecture it is made only where the larger input makes up for it, and is called one."""
    values = {
        "raw_pixels": near(0.36),
        "efficientnet_lite0@32": near(0.19),
        "efficientnet_lite0@96": near(large),
    }
    claims = told(rows_of("ari", values))
    assert "reason" not in claims["published_control/mnist"]["text"]["en"]
    conjectures = [c for c in claims.values() if "conjecture" in c["text"]["en"]]
    assert [c["support"] for c in conjectures] == ["undetermined"] * carried


def test_a_reason_that_was_not_measured_is_called_a_conjecture() -> None:
    rows = [
        *rows_of("ari", {"custom_cnn": near(0.95)}),
        *rows_of("test_accuracy", {"custom_cnn": near(0.97)}),
    ]
    claims = told(rows)
    assert claims["published/mnist/custom_cnn"]["support"] == "certain"
    assert "trained less" not in claims["published/mnist/custom_cnn"]["text"]["en"]
    assert claims["conjecture/mnist/custom_cnn"]["support"] == "undetermined"
    assert claims["conjecture/mnist/custom_cnn"]["text"]["en"].startswith("A conjecture")


def test_departures_from_the_literature_are_told_as_well_as_agreements() -> None:
    """Of raw pixels' matched clusters (58 to 60 % are published) and of an autoencoder (ARI 0.783)."""
    rows = [
        *rows_of("clustering_accuracy", {"raw_pixels": near(0.52)}),
        *rows_of("ari", {"raw_pixels": near(0.359), "autoencoder": near(0.42)}),
    ]
    claims = told(rows, "literature")
    lower = claims["literature/mnist/clustering_accuracy/villar_corrales_2020/70000"]
    assert "52.0% here, 58.4% in the literature" in lower["text"]["en"]
    assert (
        "lower here by 0.064. There 70,000 images were clustered, here 1,000 in a run." in lower["text"]["en"]
    )
    assert lower["surprising"]
    assert lower["support"] == "certain"
    autoencoder = claims["literature/mnist/autoencoder/ari/dec_keras/70000"]
    assert "0.783 in the literature (DEC-keras); lower here by 0.363" in autoencoder["text"]["en"]
    assert not autoencoder["surprising"]
    assert "is met within" in claims["literature/mnist/ari/umap_docs/70000"]["text"]["en"]
    wide = told(rows_of("ari", {"autoencoder": (0.3, 0.9, 0.6)}), "literature")
    assert wide["literature/mnist/autoencoder/ari/dec_keras/70000"]["support"] == "undetermined"


def test_what_is_shown_to_differ_does_not_look_equal_in_the_table_of_stars(tmp_path: Path) -> None:
    """0.294 and 0.184 had two stars each; and no limit says that a GPU is needed, or not."""
    values = {"custom_cnn": near(0.184), "efficientnet_lite0@96": near(0.294)}
    rows = [*rows_of("ari", values), *rows_of("extraction_seconds", dict.fromkeys(values, (1.0, 1.0, 1.0)))]
    found = document(conclude(study_of(rows)), "en", FigureCache(tmp_path))
    table = render_markdown(found).partition("When to use what: ARI")[2]
    lines = [line for line in table.splitlines() if line.startswith("|")][:4]
    assert [re.findall(r"\[(0\.\d{3})\]", line) for line in lines[2:]] == [["0.184"], ["0.294"]]
    assert "GPU" not in lines[0]
    assert all("1,000" in line for line in lines[2:])


@pytest.mark.parametrize("origin", ["measured", "imported"])
def test_memory_of_a_process_that_has_done_other_work_is_not_ranked(origin: str) -> None:
    values = {"raw_pixels": near(8e8), "custom_cnn": near(2e9)}
    rows = [{**row, "origin": origin} for row in rows_of("peak_memory_bytes", values)]
    rows += [{**row, "origin": origin} for row in rows_of("ari", {v: near(0.4) for v in values})]
    found = json.loads(conclusions_json(conclude(study_of(rows))))
    ranked = origin == "imported"
    assert ("best/mnist/peak_memory_bytes" in {claim["id"] for claim in found["claims"]}) == ranked
    assert ("peak_memory_bytes" in {ranking["metric"] for ranking in found["rankings"]}) == ranked


def checked(gains: Mapping[str, Sequence[float]], last_map: int) -> dict[str, Told]:
    """What is said of one network's attributions on two sets, all of whose maps change when it forgets."""
    rows = []
    for method, gain in gains.items():
        for check, values in (("top_randomised", (0.1,) * 3), ("all_randomised", (0.1,) * 3), ("gain", gain)):
            rows += rows_of(f"{method}_{check}", {"custom_cnn": values, "autoencoder": values})
            rows += rows_of(f"{method}_{check}", {"custom_cnn": values, "autoencoder": values}, "cifar10")
    kept = {row["key"]: {"layers/size": np.array([14, last_map, 0])} for row in rows}
    return told([{**row, "n": 6} for row in rows], kept=kept)


def test_a_method_is_not_crowned_by_a_test_made_like_it() -> None:
    claims = checked({"occlusion": (0.8, 0.81, 0.79), "grad_cam": (0.2, 0.21, -0.2)}, 3)
    for name in ("attribution_overall", "attribution_gain/custom_cnn+autoencoder"):
        assert "that its maps are better is not shown" in claims[name]["text"]["en"]
    claims = checked({"occlusion": (0.2, 0.21, -0.2), "grad_cam": (0.8, 0.81, 0.79)}, 3)
    for name in ("attribution_overall", "attribution_gain/custom_cnn+autoencoder"):
        assert "occlusion does" not in claims[name]["text"]["en"]


@pytest.mark.parametrize(("side", "coarse"), [(3, True), (12, False)])
def test_checks_passed_by_few_images_and_coarse_maps_say_so(side: int, coarse: bool) -> None:
    claims = checked({"grad_cam": (0.8, 0.81, 0.79), "occlusion": (0.8, 0.81, 0.79)}, side)
    text = claims["attribution_passed/custom_cnn+autoencoder"]["text"]["en"]
    assert "Checked on 6 images a run." in text
    assert ("no finer places than the cells of the last map, 3 × 3 of" in text) == coarse


def test_quality_by_time_is_no_verdict_where_it_is_a_place_by_speed() -> None:
    """523 ARI per second of raw pixels say that copying pixels is fast."""
    seconds = {"raw_pixels": near(0.0007), "custom_cnn": near(0.3)}
    ari = rows_of("ari", {"raw_pixels": near(0.36), "custom_cnn": near(0.95)})
    claim = told([*ari, *rows_of("extraction_seconds", seconds)])["most_efficient/mnist"]
    assert "per second" not in claim["text"]["en"]
    assert "the fast are ahead, not the good" in claim["text"]["en"]
    seconds = {"raw_pixels": near(0.1), "custom_cnn": near(0.2)}
    claim = told([*ari, *rows_of("extraction_seconds", seconds)])["most_efficient/mnist"]
    assert "the fast are ahead" not in claim["text"]["en"]
