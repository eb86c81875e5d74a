"""Time the analysis side by side with what a plain way of doing it costs.

    python benchmarks/bench_analysis.py

- Bootstrap: 10,000 replicates of the standard plan (three image sets, eleven extractors, three seeds), with
  places, probabilities and gains; beside as many resamplings of the same contingency tables, scored anew.
- Claims: everything concluded from 100,000 measurements (ten image sets, two hundred extractors, five seeds,
  ten metrics), from rows to claims; beside pandas reading the same rows from a CSV file.

Runs alternate and the ratio is the median over pairs, so that it holds whatever the machine does meanwhile.
The exit code is 1 where a limit is missed.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fxreport.analysis.arrange import study
from fxreport.analysis.conclude import conclude
from fxreport.analysis.statistics.bootstrap import REPLICATES, Draws, probability_best, rank_intervals
from fxreport.analysis.statistics.influence import Influences
from fxreport.analysis.study import Study
from fxreport.store import COLUMNS

CLASSES, IMAGES = 10, 3000
NAMES = (
    *("raw_pixels", "custom_cnn", "autoencoder", "vgg16@32", "vgg16@64", "resnet50@32", "resnet50@96"),
    *("mobilenet_v2@32", "mobilenet_v2@96", "efficientnet_lite0@32", "efficientnet_lite0@96"),
)


@dataclass(frozen=True)
class Case:
    """What is timed, what it is set beside, and how long it may take on two cores (seconds)."""

    name: str
    ours: Callable[[], object]
    beside: str
    plain: Callable[[], object]
    limit: float
    runs: int


def rows_of(
    datasets: list[str], names: list[str], seeds: int, metrics: dict[str, str], random: np.random.RandomState
) -> pd.DataFrame:
    """Tidy rows; a cell's values spread by 0.02 around its own level, dimensions and names by the cell."""
    rows = []
    for dataset in datasets:
        for position, name in enumerate(names):
            extractor, _, size = name.partition("@")
            level = random.uniform(0.05, 0.9)
            for metric, clusterer in metrics.items():
                for seed in range(seeds):
                    value = (
                        64.0 * 2 ** (position % 5)
                        if metric == "dimension"
                        else level + random.normal(0, 0.02)
                    )
                    rows.append((
                        f"{dataset}/{name}/{seed}", dataset, extractor, int(size) if size else None,
                        clusterer,
                        seed, metric, value, "", IMAGES, "measured",
                    ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        {"input_size": "Int64", "seed": "Int64", "n": "Int64"}
    )


def standard_plan() -> tuple[Study, dict[str, dict[str, np.ndarray]]]:
    """The standard plan's ARI with kept clusters, of which two seeds share a third of the images."""
    random = np.random.RandomState(0)
    frame = rows_of(["mnist", "fashion_mnist", "cifar10"], list(NAMES), 3, {"ari": "kmeans"}, random)
    labels = random.randint(CLASSES, size=IMAGES)
    kept = {}
    for key in frame["key"]:
        # the same images for all extractors of a seed
        images = np.random.RandomState(int(key[-1])).permutation(3 * IMAGES)[:IMAGES]
        wrong = random.uniform(size=IMAGES) < 0.4
        clusters = np.where(wrong, random.randint(CLASSES, size=IMAGES), labels)
        kept[key] = {"labels": labels, "assignments": clusters, "test_indices": np.sort(images)}
    return study(frame, load_artifacts=lambda key: kept[key]), kept


def bootstrap(made: Study) -> None:
    draws = Draws(made, Influences(made))
    datasets = [d.name for d in made.datasets]
    for dataset in datasets:
        drawn = draws.of(dataset)
        rank_intervals(drawn)
        probability_best(drawn)
    draws.means(datasets)
    draws.gains(datasets, "raw_pixels")


def resampled(kept: dict[str, dict[str, np.ndarray]]) -> None:
    """As many resamplings of each run's contingency table, and the ARI of each."""
    random = np.random.RandomState(0)
    for arrays in kept.values():
        cells = arrays["labels"] * CLASSES + arrays["assignments"]
        shares = np.bincount(cells, minlength=CLASSES**2) / IMAGES
        tables = random.multinomial(IMAGES, shares, size=REPLICATES).reshape(-1, CLASSES, CLASSES)
        counts = (tables, tables.sum(1), tables.sum(2))
        pairs = [(n * (n - 1) // 2).reshape(REPLICATES, -1).sum(axis=1) for n in counts]
        expected = pairs[1] * pairs[2] / (IMAGES * (IMAGES - 1) / 2)
        _ = (pairs[0] - expected) / ((pairs[1] + pairs[2]) / 2 - expected)


TIMES = ("extraction_seconds", "extraction_seconds_min", "extraction_seconds_max")
METRICS = {
    **dict.fromkeys(("dimension", *TIMES, "knn_accuracy", "probe_accuracy"), ""),
    **dict.fromkeys(("ari", "nmi", "silhouette", "davies_bouldin"), "kmeans"),
}


def cases() -> tuple[Case, ...]:
    plan, kept = standard_plan()
    names = ["raw_pixels", *(f"network_{i}" for i in range(1, 200))]
    rows = rows_of([f"set_{i}" for i in range(10)], names, 5, METRICS, np.random.RandomState(0))
    assert len(rows) == 100_000
    text = rows.to_csv(index=False)
    return (
        Case(
            "bootstrap, standard plan", lambda: bootstrap(plan),
            "resampled tables", lambda: resampled(kept), limit=2.0, runs=3,
        ),
        Case(
            "claims, 100,000 values", lambda: conclude(study(rows)),
            "pandas.read_csv", lambda: pd.read_csv(io.StringIO(text)), limit=5.0, runs=3,
        ),
    )  # fmt: skip


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main() -> int:
    missed = False
    for case in cases():
        case.ours()  # once for lazily imported modules
        pairs = [(seconds(case.ours), seconds(case.plain)) for _ in range(case.runs)]
        ours = statistics.median(a for a, _ in pairs)
        ratio = statistics.median(a / b for a, b in pairs)
        kept = ours <= case.limit
        missed |= not kept
        sys.stdout.write(
            f"{case.name:<25} {ours:6.2f} s of {case.limit:.1f} s   {'kept' if kept else 'MISSED'}; "
            f"{ratio:.3g} × {case.beside}\n"
        )
        sys.stdout.flush()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
