"""Draws that keep the classes' shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def stratified_subset(labels: NDArray[np.integer], size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw ``size`` positions of ``labels`` (n,), each class in proportion; all of them where size >= n.

    Every member of a class gets a random rank within it; the lowest ranks relative to the class's size are
    taken, so that a class's share is kept to within one image. Returns sorted positions, int64.
    """
    n = len(labels)
    if size >= n:
        return np.arange(n, dtype=np.int64)
    shuffled = rng.permutation(n)
    _, classes, counts = np.unique(labels[shuffled], return_inverse=True, return_counts=True)
    by_class = np.argsort(classes, kind="stable")
    starts = np.cumsum(counts) - counts
    rank = np.empty(n)
    rank[by_class] = np.arange(n) - starts[classes[by_class]]
    quantile = (rank + 0.5) / counts[classes]
    chosen = shuffled[np.argsort(quantile, kind="stable")[:size]]
    return np.sort(chosen).astype(np.int64)
