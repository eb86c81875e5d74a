"""Statements that were true word by word and misled: each is held to what the numbers bear."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from random_stores import row, study_of

from fxreport.analysis.conclude import conclude
from fxreport.report.export import conclusions_json

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
    return value, value + 0.002, value - 0.001


def told(rows: Iterable[Mapping[str, Any]], *kinds: str) -> dict[str, Told]:
    """Claims by id, of some kinds, as they are exported."""
    found = json.loads(conclusions_json(conclude(study_of(list(rows)))))["claims"]
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
