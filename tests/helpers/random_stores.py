"""Random stores for Hypothesis: tidy rows with ties, holes and invented names, and the study of such rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from fxreport.analysis.arrange import study
from fxreport.analysis.study import Study
from fxreport.store import COLUMNS

Rows = list[dict[str, Any]]

BUILT_IN = (
    ("raw_pixels", None),
    ("custom_cnn", None),
    ("autoencoder", None),
    ("vgg16", 32),
    ("vgg16", 64),
    ("resnet50", 96),
    ("mobilenet_v2", 32),
    ("efficientnet_lite0", 224),
)
DATASETS = ("mnist", "fashion_mnist", "cifar10", "digits", "супутникові знімки", "x_rays", "дитячі-малюнки")
_LETTERS = "abcxyzабвгґєіїжщьюяABCДЖЇ"

plugin_names = st.builds(
    lambda first, rest: first + rest,
    st.sampled_from(_LETTERS),
    st.text(alphabet=_LETTERS + "_-", min_size=1, max_size=10),
).filter(lambda name: name not in {extractor for extractor, _ in BUILT_IN})
plugins = st.tuples(plugin_names, st.sampled_from([None, None, 48]))
any_names = st.sampled_from(BUILT_IN) | plugins


def _value(metric: str, kind: str) -> st.SearchStrategy[float]:
    """Few decimals as in print. ``kind``: wide, ties (equal means are likely), negative (all scores are)."""
    if metric == "dimension":
        return st.sampled_from([64.0, 128.0, 128.0, 256.0, 512.0, 2048.0])
    if metric in {"test_accuracy", "probe_accuracy", "clustering_accuracy"}:
        return st.integers(1, 1000).map(lambda i: i / 1000)
    if metric.startswith("extraction_seconds") or metric == "davies_bouldin":
        few, many = [0.1, 0.15, 0.2, 0.3, 1.0], st.integers(1, 2000).map(lambda i: i / 100)
        return st.sampled_from(few) if kind == "ties" else many
    if kind == "ties":
        return st.sampled_from([0.0, 0.1, 0.15, 0.2, 0.3])
    return st.integers(-90, -1 if kind == "negative" else 1000).map(lambda i: i / 1000)


METRICS = {
    "dimension": "",
    "extraction_seconds": "",
    "extraction_seconds_min": "",
    "extraction_seconds_max": "",
    "ari": "kmeans",
    "nmi": "kmeans",
    "silhouette": "kmeans",
    "davies_bouldin": "kmeans",
    "knn_accuracy": "",
    "test_accuracy": "",
    "probe_accuracy": "",
    "clustering_accuracy": "kmeans",
}


@dataclass(frozen=True)
class Holes:
    """Out of a hundred: cells, single metrics and single seeds that are left out."""

    cells: int = 15
    metrics: int = 5
    seeds: int = 10


@st.composite
def stores(
    draw: st.DrawFn,
    *,
    names: st.SearchStrategy[tuple[str, int | None]] = any_names,
    holes: Holes | None = None,
    always: Sequence[tuple[str, int | None]] = (),
) -> Rows:
    """Rows of 2–6 variants (``always`` and others) on 1–4 data sets with 1–3 seeds; one ARI at least."""
    holes = holes or draw(st.sampled_from([Holes(0, 0, 0), Holes()]))
    least, most = max(0, 2 - len(always)), 6 - len(always)
    others = names.filter(lambda name: name not in always)
    variants = [*always, *draw(st.lists(others, min_size=least, max_size=most, unique=True))]
    datasets = draw(st.lists(st.sampled_from(DATASETS), min_size=1, max_size=4, unique=True))
    seeds = draw(st.integers(1, 3))
    kind = draw(st.sampled_from(["wide", "ties", "wide", "ties", "negative"]))
    chance = st.integers(0, 99)
    rows: Rows = []
    for dataset in datasets:
        for extractor, input_size in variants:
            if draw(chance) < holes.cells:
                continue
            for metric, clusterer in METRICS.items():
                if draw(chance) < holes.metrics:
                    continue
                first = draw(_value(metric, kind))
                for seed in range(seeds):
                    if seeds > 1 and draw(chance) < holes.seeds:
                        continue
                    # how wide the features are is no matter of the seed
                    value = first if metric == "dimension" or not seed else draw(_value(metric, kind))
                    rows.append(row(dataset, extractor, input_size, clusterer, seed, metric, value))
    if not any(found["metric"] == "ari" for found in rows):
        rows.append(row(datasets[0], *variants[0], "kmeans", 0, "ari", 0.5))
    return rows


def row(
    dataset: str,
    extractor: str,
    input_size: int | None,
    clusterer: str,
    seed: int,
    metric: str,
    value: float,
) -> dict[str, Any]:
    return {
        "key": f"{dataset}/{extractor}/{input_size}/{seed}",
        "dataset": dataset,
        "extractor": extractor,
        "input_size": input_size,
        "clusterer": clusterer,
        "seed": seed,
        "metric": metric,
        "value": value,
        "unit": "",
        "n": 1000,
        "origin": "measured",
    }


def study_of(rows: Sequence[Mapping[str, Any]]) -> Study:
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    return study(frame.astype({"input_size": "Int64", "seed": "Int64", "n": "Int64", "value": "float64"}))


def renamed(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Rows:
    """The same rows with extractors renamed; two that exchange names exchange their measurements."""
    return [
        row(
            found["dataset"],
            names.get(found["extractor"], found["extractor"]),
            found["input_size"],
            found["clusterer"],
            found["seed"],
            found["metric"],
            found["value"],
        )
        for found in rows
    ]


def steady(rows: Iterable[Mapping[str, Any]], share: float) -> Rows:
    """The same rows with the distances of a cell's runs from its first cut: differences can be shown."""
    firsts: dict[tuple[Any, ...], float] = {}
    found = []
    for one in rows:
        cell = tuple(one[name] for name in ("dataset", "extractor", "input_size", "metric"))
        first = firsts.setdefault(cell, one["value"])
        found.append({**one, "value": round(first + (one["value"] - first) * share, 6)})
    return found


def steady_stores(
    *, always: Sequence[tuple[str, int | None]] = (("raw_pixels", None), ("custom_cnn", None))
) -> st.SearchStrategy[Rows]:
    """Stores, with the control, whose runs differ from little to not at all."""
    return st.builds(steady, stores(always=always), st.sampled_from([0.0, 0.001, 0.01, 0.03, 0.1]))
