"""Stores like what was measured: full grids whose runs differ a little, and the original document's cells."""

from __future__ import annotations

from collections.abc import Mapping

from random_stores import Rows, row

from fxreport.reference import original


def full(values: Mapping[str, Mapping[str, float]], seeds: int = 3) -> Rows:
    """Rows of three sets: extractor → metric → value of the first set; other sets and seeds lie near."""
    found = []
    for d, dataset in enumerate(("mnist", "fashion_mnist", "cifar10")):
        for i, (variant, metrics) in enumerate(values.items()):
            name, _, size = variant.partition("@")
            for metric, value in metrics.items():
                clusterer = "kmeans" if metric == "ari" else ""
                for seed in range(seeds):
                    off = 0.002 * ((3 * i + (2 + i + ord(metric[0])) * seed) % 5) - 0.02 * d
                    cell = dataset, name, int(size) if size else None, clusterer, seed, metric
                    found.append(row(*cell, round(value + off, 4)))
    return found


#: like what was measured: labels pay, small inputs do not, probes tell more than clusters
USUAL = {
    "raw_pixels": {"ari": 0.30, "probe_accuracy": 0.70, "clustering_accuracy": 0.45},
    "custom_cnn": {"ari": 0.70, "probe_accuracy": 0.80, "clustering_accuracy": 0.72, "test_accuracy": 0.81},
    "autoencoder": {"ari": 0.34, "probe_accuracy": 0.68, "clustering_accuracy": 0.44},
    "resnet50@32": {"ari": 0.20, "probe_accuracy": 0.60, "clustering_accuracy": 0.40},
    "resnet50@96": {"ari": 0.50, "probe_accuracy": 0.90, "clustering_accuracy": 0.60},
}


def original_rows() -> Rows:
    return [
        row(
            cell.dataset,
            cell.extractor,
            cell.input_size,
            "kmeans" if cell.metric == "ari" else "",
            0,
            cell.metric,
            cell.value,
        )
        for cell in original()
    ]
