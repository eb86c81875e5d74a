"""How sure a difference is, worked out a second time from the values of the seeds, without fxreport's code.

A verdict is a set of (outcome, support): more than one where an interval ends within rounding of a bound, so
that either may be said. ``docs/method.md`` has the formulas; Student's and Welch's intervals are SciPy's, the
variance over images comes from numerical derivatives of the measures (complex steps).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Verdict = frozenset[tuple[str, str]]
Arrays = Mapping[str, NDArray[Any]]

MARGIN = 0.02
#: from the least to the most that may be claimed
ORDER = ("single_run", "undetermined", "tie", "likely", "certain")
ACCURACIES = frozenset({"clustering_accuracy", "knn_accuracy", "probe_accuracy", "test_accuracy"})
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Cell:
    """Of one metric, extractor and image set: seed → value, seed → key of its run, images behind a value."""

    values: Mapping[int, float]
    keys: Mapping[int, str]
    n: int | None

    @property
    def mean(self) -> float:
        return math.fsum(self.values.values()) / len(self.values)


def least(supports: Iterable[frozenset[str]]) -> frozenset[str]:
    """What a sentence may claim that rests on all of these."""
    found = frozenset({"certain"})
    for one in supports:
        found = frozenset(min(a, b, key=ORDER.index) for a in found for b in one)
    return found


def span(values: Sequence[float], extra: float = 0.0) -> tuple[float, float]:
    """Student's 95 % interval of the mean of two values or more; ``extra`` is a variance known besides."""
    return span_of_sum(float(np.mean(values)), [values], extra)


def span_of_sum(mean: float, parts: Sequence[Sequence[float]], extra: float = 0.0) -> tuple[float, float]:
    """The same of a sum of independent means (Welch's degrees of freedom, more where ``extra`` outweighs)."""
    own = [float(np.var(part, ddof=1)) / len(part) for part in parts]
    total = sum(own)
    spread = sum(v**2 / (len(part) - 1) for v, part in zip(own, parts, strict=True))
    freedom = total**2 / spread * (1 + extra / total) if spread > 0 else math.inf
    error = math.sqrt(total + extra)
    half = float(student.ppf(0.975, min(freedom, 1e6))) * error if error > 0 else 0.0
    return mean - half, mean + half


def judged(ends: tuple[float, float], margin: float) -> Verdict:
    """Both readings of a width or an end within rounding of a bound."""
    verdicts = set()
    for shift in (0.0, -_ROUNDING, _ROUNDING):
        low, high = ends[0] + shift, ends[1] + shift
        for flat in {high - low <= 0, high - low < _ROUNDING}:
            # an interval without width, from values that happen to be equal, makes nothing certain
            if -margin < low and high < margin:
                verdicts.add(("tied", "tie"))
            elif low > 0:
                verdicts.add(("better", "certain" if low >= margin and not flat else "likely"))
            elif high < 0:
                verdicts.add(("worse", "certain" if high <= -margin and not flat else "likely"))
            else:
                verdicts.add(("undetermined", "undetermined"))
    return frozenset(verdicts)


def index_of(shares: NDArray[Any], metric: str) -> Any:
    """ARI or NMI of a table of shares (classes, clusters) in its large-sample form; it may be complex."""
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    if metric == "ari":
        a, b = (rows**2).sum(), (columns**2).sum()
        return ((shares**2).sum() - a * b) / ((a + b) / 2 - a * b)

    def entropy(p: NDArray[Any]) -> Any:
        return -(p[p != 0] * np.log(p[p != 0])).sum()

    return 2 * (1 - entropy(shares.ravel()) / (entropy(rows) + entropy(columns)))


def influences(arrays: Arrays, metric: str) -> NDArray[np.float64] | None:
    """(n,) change of the index as each image gets more weight; None where the clusters were not kept."""
    if not {"labels", "assignments", "test_indices"} <= arrays.keys():
        return None
    _, rows = np.unique(arrays["labels"], return_inverse=True)
    _, columns = np.unique(arrays["assignments"], return_inverse=True)
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1 / len(rows))
    if min(table.shape) == 1:
        return None if max(table.shape) > 1 else np.zeros(len(rows))
    slopes, step = np.zeros_like(table), 1e-20
    for cell in np.argwhere(table):
        heavier = (1 - 1j * step) * table
        heavier[tuple(cell)] += 1j * step
        slopes[tuple(cell)] = index_of(heavier, "ari" if metric == "ari" else "nmi").imag / step
    return slopes[rows, columns]


def shared_images(cell: Cell, load: Callable[[str], Arrays]) -> float | None:
    """Share of test images that two runs have in common, the mean over pairs of runs; None if not known."""
    kept = [set(load(key).get("test_indices", np.empty(0)).tolist()) for _, key in sorted(cell.keys.items())]
    if not all(kept):
        return None
    shares = [len(a & b) / min(len(a), len(b)) for a, b in combinations(kept, 2)]
    return math.fsum(shares) / len(shares) if shares else 1.0


def image_variance(
    a: Cell,
    b: Cell | None,
    metric: str,
    load: Callable[[str], Arrays],
    weights: Callable[[float, float], tuple[float, float]] = lambda x, y: (1.0, -1.0),
) -> float:
    """Variance that shared images add to the mean of a (less b); 0 where it is not known.

    ``weights`` of the values of a and of b in one run are the slopes of what is averaged.
    """
    overlap = shared_images(a, load)
    if overlap is None:
        return 0.0
    if metric in ACCURACIES:
        cells = [cell for cell in (a, b) if cell is not None]
        return overlap * sum(c.mean * (1 - c.mean) / c.n for c in cells) if all(c.n for c in cells) else 0.0
    if metric not in {"ari", "nmi", "ami"}:
        return 0.0
    found = []
    for seed in sorted(a.values):
        own = influences(load(a.keys[seed]), metric)
        if own is None:
            return 0.0
        if b is not None:
            images = [load(c.keys[seed]).get("test_indices") for c in (a, b)]
            other = influences(load(b.keys[seed]), metric)
            if other is None or images[1] is None or not np.array_equal(images[0], images[1]):
                return 0.0
            up, down = weights(a.values[seed], b.values[seed])
            own = up * own + down * other
        found.append(float(np.var(own)) / len(own))
    return overlap * float(np.mean(found))


def compared(
    a: Cell, b: Cell, metric: str, load: Callable[[str], Arrays], margin: float | None = None
) -> Verdict:
    """a against b where more is better: paired where both have the same seeds, else Welch's."""
    margin = (MARGIN if metric == "ari" else 0.0) if margin is None else margin
    difference = a.mean - b.mean
    if min(len(a.values), len(b.values)) == 1:
        equal = math.isclose(a.mean, b.mean, rel_tol=1e-9, abs_tol=1e-12)
        return frozenset({("tied" if equal else "better" if difference > 0 else "worse", "single_run")})
    return judged(ends_of(a, b, metric, load), margin)


def ends_of(a: Cell, b: Cell, metric: str, load: Callable[[str], Arrays]) -> tuple[float, float]:
    """The interval of the difference of two cells of several runs."""
    if a.values.keys() == b.values.keys():
        return span([a.values[s] - b.values[s] for s in a.values], image_variance(a, b, metric, load))
    return span_of_sum(a.mean - b.mean, [list(a.values.values()), list(b.values.values())])


def drawn_means(
    cells: Mapping[str, Cell], place: int = 0, count: int = 20_000
) -> dict[str, NDArray[np.float64]]:
    """(count,) draws of each cell's mean over seeds, those of one ``place`` with the same multipliers."""
    random = np.random.default_rng([2718, place])
    multipliers = {s: random.standard_normal(count) for s in {s for c in cells.values() for s in c.values}}
    tails = {f: np.sqrt(f / random.chisquare(f, count)) for f in {len(c.values) - 1 for c in cells.values()}}
    found = {}
    for name, cell in cells.items():
        size = len(cell.values)
        deviation = sum((v - cell.mean) * multipliers[s] for s, v in cell.values.items())
        draws = cell.mean + deviation * tails[size - 1] / math.sqrt(size * (size - 1))
        found[name] = np.clip(draws, -1.0, 1.0)
    return found
