"""Labels and badges that do not overlap. Lengths in centimetres, y upwards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_DIRECTIONS = (0, 180, 90, 270, 45, 315, 135, 225, 22, 338, 158, 202, 67, 293, 113, 247)
_REACHES = (0.0, 0.25, 0.5, 0.8, 1.15, 1.6, 2.1, 2.7)
_TOUCH, _BESIDE, _STEP = 0.06, 0.15, 0.05
"""From a marker to its label; what still counts as beside a marker; between the samples of a line."""


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """A label's ``middle`` (2,) and ``half`` its size (2,).

    ``leader`` (n, 2) are points along the line from its marker, none where the label touches that.
    """

    middle: Array
    half: Array
    leader: Array

    def covers(self, points: Array) -> bool:
        return bool((np.abs(points - self.middle) < self.half).all(axis=-1).any())

    def collides(self, other: Placement) -> bool:
        # Two labels in a row read as one: they keep a distance.
        apart = self.half + other.half + (0.25, 0)
        return bool(
            (np.abs(self.middle - other.middle) < apart).all()
            or self.covers(other.leader)
            or other.covers(self.leader)
            or (np.abs(self.leader[:, None] - other.leader) < _STEP).all(axis=-1).any()
        )


def place_labels(
    points: Array,
    sizes: Array,
    area: tuple[float, float],
    *,
    radius: float = 0.12,
    lines: Sequence[Array] = (),
    first: Sequence[int] = (),
) -> list[Placement | None]:
    """Find a free place near its point for each label; None where there is none inside the area.

    Greedy over candidates around each point, nearest first, retried in a few fixed orders of the labels; the
    try with the most labels and then the least distance wins. No label covers a marker (``radius``) or
    another label; ``lines`` are crossed only where there is no other way. Deterministic.

    :param points: (n, 2)
    :param sizes: (n, 2), width and height of each label
    :param area: width and height; its lower left corner is the origin
    :param lines: the two ends (2, 2) of each
    :param first: labels that matter most and choose before the others
    """
    samples = [np.linspace(line[0], line[1], 2 + int(math.dist(*line) / _STEP)) for line in lines]
    candidates = [
        _candidates(points, own, size / 2, np.array(area), radius, samples) for own, size in enumerate(sizes)
    ]
    near = np.abs(points[:, None] - points) < np.stack([sizes[:, :1], np.full((len(points), 1), 1.2)], axis=2)
    crowd = -near.all(axis=2).sum(axis=1)
    later = np.array([i not in first for i in range(len(points))])
    x, y = points.T
    # the last of the keys counts most
    keys = (crowd, later), (y, later), (-y, later), (crowd,), (x,), (-x,)
    orders = [np.lexsort(key).tolist() for key in keys]
    tries = [_greedy(order, candidates) for order in (orders if len(points) <= 40 else orders[:1])]
    return min(tries, key=lambda one: one[0])[1]


def _candidates(
    points: Array, own: int, half: Array, area: Array, radius: float, lines: Sequence[Array]
) -> list[tuple[float, Placement]]:
    """Places that are free of markers, cheapest first."""
    turns, reach = np.tile(np.arange(len(_DIRECTIONS)), len(_REACHES)), np.repeat(_REACHES, len(_DIRECTIONS))
    angles = np.radians(np.array(_DIRECTIONS)[turns])
    toward = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    ends = points[own] + toward * (radius + _TOUCH + reach)[:, None]
    # The label hangs on the leader's end by the side that faces the point.
    hang = np.where(np.abs(toward) < (0.5, 2), toward, np.sign(toward))
    middles = ends + hang * half
    others = np.delete(points, own, axis=0)
    leaders = points[own] + (ends - points[own])[:, None] * np.linspace(0, 1, 48)[:, None]
    gaps = np.abs(middles[:, None] - points)
    free = ((middles >= half) & (middles + half <= area)).all(axis=1)
    free &= ~(gaps < half + radius).all(axis=2).any(axis=1)
    hit = (np.abs(leaders[:, :, None] - others) < radius).all(axis=3).any(axis=(1, 2))
    free &= ~(hit & (reach > 0))
    strangers = (np.delete(gaps, own, axis=1) < half + radius + _BESIDE).all(axis=2).sum(axis=1)
    crossed = np.zeros(len(reach))
    for line in lines:
        crossed += (np.abs(middles[:, None] - line) < half).all(axis=2).any(axis=1)
    # Beside another point a label is taken for that point's.
    cost = reach + 0.02 * turns + 0.6 * crossed + np.where(reach > 0, 0.15, 0.45) * strangers
    return [
        (float(cost[i]), Placement(middles[i], half, leaders[i, : 48 * bool(reach[i])]))
        for i in np.argsort(cost, kind="stable") if free[i]
    ]  # fmt: skip


def _greedy(
    order: Sequence[int], candidates: Sequence[Sequence[tuple[float, Placement]]]
) -> tuple[tuple[int, float], list[Placement | None]]:
    """How many labels are missing and what the others cost, and their places."""
    placed: list[Placement | None] = [None] * len(candidates)
    taken: list[Placement] = []
    total = 0.0
    for i in order:
        for cost, place in candidates[i]:
            if not any(place.collides(other) for other in taken):
                placed[i] = place
                taken.append(place)
                total += cost
                break
    return (len(placed) - len(taken), total), placed


def repel(points: NDArray[np.float64], gap: float, size: float) -> NDArray[np.float64]:
    """Push points of a ``size`` × ``size`` square apart until they are ``gap`` from each other.

    :param points: (n, 2)
    """
    placed = points.astype(float, copy=True)
    count = len(placed)
    for _ in range(120):
        moved = False
        for i in range(count):
            for j in range(i + 1, count):
                delta = placed[j] - placed[i]
                distance = float(np.hypot(*delta))
                if distance >= gap - 1e-9:
                    continue
                if distance < 1e-9:
                    angle = 2.399963 * (i + j)  # the golden angle: no two pairs part the same way
                    delta, distance = np.array([math.cos(angle), math.sin(angle)]), 1.0
                    shift = delta * gap / 2
                else:
                    shift = delta / distance * (gap - distance) / 2
                placed[i] -= shift
                placed[j] += shift
                moved = True
        np.clip(placed, gap / 2, size - gap / 2, out=placed)
        if not moved:
            break
    return placed
