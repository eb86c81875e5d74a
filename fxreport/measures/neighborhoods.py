"""Who is near whom in the features and on the plane, and how far the two agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: neighbours that count, everywhere in the study of projections
NEIGHBORS = 12
#: neighbours that are kept: UMAP wants some more
_KEPT = 15
#: up to this many dimensions distances are taken pair by pair, above through one matrix product
_PAIRWISE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Neighborhoods:
    """``distances`` (m, m) float64, Euclidean; ``nearest`` (m, k) int32: others, from the nearest on.

    k is 15, or m − 1 where that is less.
    """

    distances: NDArray[np.float64]
    nearest: NDArray[np.int32]


def neighborhoods(points: NDArray[np.floating]) -> Neighborhoods:
    """Find the distances among points (m, d), and the neighbours of each. Takes about 20 m² bytes."""
    from scipy.spatial.distance import cdist

    points = np.asarray(points, np.float64)
    m, dimensions = points.shape
    if dimensions <= _PAIRWISE:
        distances = cdist(points, points)
    else:
        centred = points - points.mean(axis=0)
        squares = np.square(centred).sum(axis=1)
        distances = squares[:, None] + squares
        distances -= 2 * centred @ centred.T
        np.sqrt(distances.clip(0, out=distances), out=distances)
    np.fill_diagonal(distances, np.inf)
    kept = min(_KEPT, m - 1)
    some = np.argpartition(distances, kept - 1, axis=1)[:, :kept]
    order = np.argsort(np.take_along_axis(distances, some, axis=1), axis=1, kind="stable")
    np.fill_diagonal(distances, 0)
    return Neighborhoods(distances, np.take_along_axis(some, order, axis=1).astype(np.int32))


def trustworthiness(
    features: Neighborhoods, plane: Neighborhoods, neighbors: int = NEIGHBORS
) -> float | None:
    """1 less the normalised ranks, in the features, of those that are neighbours on the plane only.

    Venna & Kaski, ICANN 2001 (LNCS 2130:485–491). Exchanging the arguments gives their *continuity*: what of
    the features' neighbours the plane tears away. Equally far others have the lowest of their ranks. None
    where the points are too few: m < 2·neighbors.
    """
    m = len(plane.distances)
    if m < 2 * neighbors:
        return None
    total = 0
    for others in plane.nearest[:, :neighbors].T:
        reach = features.distances[np.arange(m), others]
        # The point itself is nearer than any other that is not equal to it, and takes the place of the + 1.
        ranks = np.count_nonzero(features.distances < reach[:, None], axis=1)
        total += int(np.maximum(ranks - neighbors, 0).sum())
    return float(1 - 2 * total / (m * neighbors * (2 * m - 3 * neighbors - 1)))


def vote_accuracy(near: Neighborhoods, classes: NDArray[np.integer], neighbors: int = NEIGHBORS) -> float:
    """Share of points whose class (m,) most of their nearest others have; a tie goes to the lower class."""
    codes, nearest = _codes(classes), near.nearest[:, :neighbors]
    votes = np.zeros((len(codes), int(codes.max()) + 1), dtype=np.int64)
    np.add.at(votes, (np.arange(len(codes))[:, None], codes[nearest]), 1)
    return float(np.mean(votes.argmax(axis=1) == codes))


def purity(near: Neighborhoods, classes: NDArray[np.integer], neighbors: int = NEIGHBORS) -> float:
    """Mean share of the nearest other points that are of the point's own class (m,)."""
    codes = _codes(classes)
    return float(np.mean(codes[near.nearest[:, :neighbors]] == codes[:, None]))


def _codes(classes: NDArray[np.integer]) -> NDArray[np.int64]:
    _, codes = np.unique(classes, return_inverse=True)
    return np.asarray(codes, np.int64)
