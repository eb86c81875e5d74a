"""Who is near whom in the features and on the plane, and how far the two agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: neighbours that count, everywhere in the study of projections
NEIGHBORS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Neighborhoods:
    """The order of points by distance from each.

    ``distances`` (m, m) float64, Euclidean; ``order`` (m, m) int32: row i holds the other points from the
    nearest on, and i itself last; ``ranks`` (m, m) int32: ``ranks[i, order[i, r]] == r + 1``. Points at equal
    distances stand in the order of their positions.
    """

    distances: NDArray[np.float64]
    order: NDArray[np.int32]
    ranks: NDArray[np.int32]

    def nearest(self, neighbors: int = NEIGHBORS) -> NDArray[np.int32]:
        """Positions (m, neighbors) of the nearest other points, from the nearest on."""
        return self.order[:, : min(neighbors, len(self.order) - 1)]


def neighborhoods(points: NDArray[np.floating]) -> Neighborhoods:
    """Order points (m, d) by their distances from one another. Takes 16 m² bytes."""
    from scipy.spatial.distance import cdist

    points = np.asarray(points, np.float64)
    m, dimensions = points.shape
    if dimensions <= 8:  # exact, and fast enough
        distances = cdist(points, points)
    else:  # through one matrix product
        centred = points - points.mean(axis=0)
        squares = np.square(centred).sum(axis=1)
        distances = np.sqrt(np.maximum(squares[:, None] + squares - 2 * centred @ centred.T, 0))
        distances = (distances + distances.T) / 2
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1, kind="stable").astype(np.int32)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, m + 1, dtype=np.int32)[None, :], axis=1)
    np.fill_diagonal(distances, 0)
    return Neighborhoods(distances, order, ranks)


def trustworthiness(
    features: Neighborhoods, plane: Neighborhoods, neighbors: int = NEIGHBORS
) -> float | None:
    """1 less the normalised ranks, in the features, of those that are neighbours on the plane only.

    Venna & Kaski, ICANN 2001 (LNCS 2130:485–491). Exchanging the arguments gives their *continuity*: what of
    the features' neighbours the plane tears away. None where the points are too few: m < 2·neighbors.
    """
    m = len(plane.order)
    if m < 2 * neighbors:
        return None
    intruders = np.take_along_axis(features.ranks, plane.nearest(neighbors), axis=1).astype(np.int64)
    excess = np.maximum(intruders - neighbors, 0).sum()
    return float(1 - 2 * excess / (m * neighbors * (2 * m - 3 * neighbors - 1)))


def vote_accuracy(near: Neighborhoods, classes: NDArray[np.integer], neighbors: int = NEIGHBORS) -> float:
    """Share of points whose class (m,) is the majority among their nearest others; a tie goes to the lower."""
    codes, nearest = _codes(classes), near.nearest(neighbors)
    votes = np.zeros((len(codes), int(codes.max()) + 1), dtype=np.int64)
    np.add.at(votes, (np.arange(len(codes))[:, None], codes[nearest]), 1)
    return float(np.mean(votes.argmax(axis=1) == codes))


def purity(near: Neighborhoods, classes: NDArray[np.integer], neighbors: int = NEIGHBORS) -> float:
    """Mean share of the nearest other points that are of the point's own class (m,)."""
    codes = _codes(classes)
    return float(np.mean(codes[near.nearest(neighbors)] == codes[:, None]))


def _codes(classes: NDArray[np.integer]) -> NDArray[np.int64]:
    _, codes = np.unique(classes, return_inverse=True)
    return codes.astype(np.int64)
