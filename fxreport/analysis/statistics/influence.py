"""How much each test image moves a measure of agreement: the variance over images without resampling them.

A measure that is a smooth function of the table classes × clusters has a derivative with respect to each
image's weight, its influence (infinitesimal jackknife: Efron 1982, *The Jackknife, the Bootstrap and Other
Resampling Plans*, ch. 6). The variance of the measure over samples of n images is the variance of the
influences divided by n, and the covariance of two extractors' measures on the same images that of their
influences. The measures are taken in their large-sample form (pairs drawn with replacement, no change of the
expected agreement by one image), which differs by terms of order 1/n.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.study import Study

Floats = NDArray[np.float64]

#: shares of images that were told right: a share a of n images has the variance a (1 − a) / n
SHARES = frozenset({"clustering_accuracy", "knn_accuracy", "probe_accuracy", "test_accuracy"})


def ari_slope(table: Floats) -> Floats:
    """Derivative of the adjusted Rand index with respect to each cell of a table of shares.

    ``table`` is (classes, clusters) and sums to one; so is the shape of the result. Zero where the index is
    constant: one class and one cluster.
    """
    by_row, by_column = table.sum(axis=1), table.sum(axis=0)
    together, a, b = float((table**2).sum()), float((by_row**2).sum()), float((by_column**2).sum())
    numerator, denominator = together - a * b, (a + b) / 2 - a * b
    if denominator <= 0:
        return np.zeros_like(table)
    slope_a, slope_b = 2 * by_row[:, None], 2 * by_column[None, :]
    slope_numerator = 2 * table - slope_a * b - slope_b * a
    slope_denominator = (slope_a + slope_b) / 2 - slope_a * b - slope_b * a
    slope: Floats = (slope_numerator - slope_denominator * numerator / denominator) / denominator
    return slope


def nmi_slope(table: Floats) -> Floats:
    """Derivative of the normalised mutual information (by the mean of the entropies), as ``ari_slope``."""
    by_row, by_column = table.sum(axis=1), table.sum(axis=0)
    log_row, log_column = _log(by_row)[:, None], _log(by_column)[None, :]
    log_ratio = np.where(table > 0, _log(table) - log_row - log_column, 0.0)
    information = float((table * log_ratio).sum())
    entropies = -float((by_row[:, None] * log_row).sum()) - float((by_column[None, :] * log_column).sum())
    if entropies <= 0:
        return np.zeros_like(table)
    # the constants in the derivatives of both fall out when the influence is centred
    slope: Floats = 2 * (log_ratio + (log_row + log_column) * information / entropies) / entropies
    return slope


def _log(shares: Floats) -> Floats:
    return np.log(np.where(shares > 0, shares, 1.0))


#: measures whose variance over images follows from the kept clusters; what adjusted mutual information takes
#: off for chance vanishes in large samples, where it is the normalised one
SLOPES: Mapping[str, Callable[[Floats], Floats]] = {"ari": ari_slope, "nmi": nmi_slope, "ami": nmi_slope}


def influence(
    labels: NDArray[np.integer], clusters: NDArray[np.integer], slope: Callable[[Floats], Floats]
) -> Floats:
    """Influence of each image on a measure: (n,) float64, mean zero.

    ``labels`` and ``clusters`` are (n,); the values are only compared with each other.
    """
    rows, row = np.unique(labels, return_inverse=True)
    columns, column = np.unique(clusters, return_inverse=True)
    n = len(row)
    table = np.bincount(row * len(columns) + column, minlength=len(rows) * len(columns)) / n
    table = table.reshape(len(rows), len(columns))
    slopes = slope(table)
    slopes = slopes - float((slopes * table).sum())
    found: Floats = slopes[row, column]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """One run's test indices (n,), labels (n,) and clusters (n,)."""

    indices: NDArray[np.integer]
    labels: NDArray[np.integer]
    clusters: NDArray[np.integer]


class Influences:
    """What the kept clusterings of a study say of the variance over images; computed once per run."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._kept: dict[str, Kept | None] = {}
        self._influences: dict[tuple[str, str], Floats] = {}
        self._overlaps: dict[tuple[str, ...], float] = {}
        self._same: dict[tuple[str, str], bool] = {}

    def kept(self, key: str) -> Kept | None:
        """The run's clustering, or None where it was not kept."""
        if key not in self._kept:
            arrays = self._study.load_artifacts(key) if key else {}
            complete = {"labels", "assignments", "test_indices"} <= set(arrays)
            self._kept[key] = (
                Kept(arrays["test_indices"], arrays["labels"], arrays["assignments"]) if complete else None
            )
        return self._kept[key]

    def of(self, key: str, metric: str = "ari") -> Floats | None:
        """Influence of each of the run's test images, (n,); None where it is not known."""
        kept = self.kept(key)
        if kept is None or metric not in SLOPES:
            return None
        if (key, metric) not in self._influences:
            self._influences[key, metric] = influence(kept.labels, kept.clusters, SLOPES[metric])
        return self._influences[key, metric]

    def same_images(self, keys: Sequence[str], rivals: Sequence[str]) -> bool:
        """Whether two rows of runs, in the order of their seeds, were measured on the same test images."""
        return all(self._same_images(key, rival) for key, rival in zip(keys, rivals, strict=True))

    def _same_images(self, key: str, rival: str) -> bool:
        if (key, rival) not in self._same:
            one, other = self.kept(key), self.kept(rival)
            self._same[key, rival] = (
                one is not None and other is not None and np.array_equal(one.indices, other.indices)
            )
        return self._same[key, rival]

    def overlap(self, keys: Sequence[str]) -> float | None:
        """Share of test images that two of the runs have in common, the mean over pairs (0 for one run)."""
        runs = tuple(keys)
        if runs not in self._overlaps:
            kept = [self.kept(key) for key in runs]
            images = [k.indices for k in kept if k is not None]
            if len(images) < len(runs):
                return None
            shares = [
                len(np.intersect1d(first, second, assume_unique=True)) / min(len(first), len(second))
                for i, first in enumerate(images)
                for second in images[i + 1 :]
            ]
            self._overlaps[runs] = sum(shares) / len(shares) if shares else 0.0
        return self._overlaps[runs]

    def spread(
        self, keys: Sequence[str], rivals: Sequence[str] = (), metric: str = "ari"
    ) -> tuple[float, float] | None:
        """Image variance of one run's value (or of its difference from its rival's), and the seeds' overlap.

        ``keys`` and ``rivals`` are runs in the order of their seeds. None where an influence is not known or
        rivals were not measured on the same images.
        """
        if metric not in SLOPES:
            return None
        overlap = self.overlap(keys)
        if overlap is None or (rivals and not self.same_images(keys, rivals)):
            return None
        variances = []
        for position, key in enumerate(keys):
            found = self.of(key, metric)
            other = self.of(rivals[position], metric) if rivals else None
            if found is None or (rivals and other is None):
                return None
            difference = found if other is None else found - other
            variances.append(float(np.var(difference)) / len(difference))
        return sum(variances) / len(variances), overlap
