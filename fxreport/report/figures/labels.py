"""Labels and badges that do not overlap. Lengths in centimetres, y upwards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, y upwards."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def contains(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and self.bottom <= other.bottom
            and self.right >= other.right
            and self.top >= other.top
        )

    def crossed_by(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        """Whether the segment has a part inside (Liang & Barsky 1984)."""
        enter, leave = 0.0, 1.0
        for delta, low, high in (
            (x1 - x0, self.left - x0, self.right - x0),
            (y1 - y0, self.bottom - y0, self.top - y0),
        ):
            if abs(delta) < 1e-12:
                if low >= 0 or high <= 0:
                    return False
                continue
            first, second = sorted((low / delta, high / delta))
            enter, leave = max(enter, first), min(leave, second)
        return enter < leave


@dataclass(frozen=True, slots=True)
class Placement:
    """A label's box and the end of its leader line, None where the label touches its point."""

    box: Box
    leader: tuple[float, float] | None


_DIRECTIONS = tuple(
    (math.cos(math.radians(a)), math.sin(math.radians(a)))
    for a in (0, 180, 90, 270, 45, 315, 135, 225, 22, 338, 158, 202, 67, 293, 113, 247)
)
_REACHES = (0.0, 0.25, 0.5, 0.8, 1.15, 1.6, 2.1, 2.7)


def place_labels(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    area: Box,
    *,
    radius: float = 0.12,
    lines: Sequence[tuple[float, float, float, float]] = (),
    first: Sequence[int] = (),
) -> list[Placement | None]:
    """Find a free place near its point for each label; None where there is none inside ``area``.

    Greedy over candidates around each point, nearest first, retried in a few fixed orders of the labels; the
    try with the most labels and then the least distance wins. No label covers a marker (``radius``) or
    another label; ``lines`` are crossed only where there is no other way. Deterministic.

    :param sizes: width and height of each label
    :param first: labels that matter most and choose before the others
    """
    count = len(points)
    markers = [Box(x - radius, y - radius, x + radius, y + radius) for x, y in points]
    crowd = [
        sum(abs(x - u) < sizes[i][0] and abs(y - v) < 1.2 for u, v in points)
        for i, (x, y) in enumerate(points)
    ]
    rank = dict.fromkeys(first, 0)
    orders = [
        sorted(range(count), key=lambda i: (rank.get(i, 1), -crowd[i], i)),
        sorted(range(count), key=lambda i: (rank.get(i, 1), points[i][1], i)),
        sorted(range(count), key=lambda i: (rank.get(i, 1), -points[i][1], i)),
        sorted(range(count), key=lambda i: (-crowd[i], i)),
        sorted(range(count), key=lambda i: (points[i][0], i)),
        sorted(range(count), key=lambda i: (-points[i][0], i)),
    ]
    if count > 40:
        orders = orders[:1]
    candidates = [_candidates(points[i], sizes[i], area, radius, markers, i, lines) for i in range(count)]
    best: tuple[int, float] | None = None
    chosen: list[Placement | None] = [None] * count
    for order in orders:
        placed, missing, cost = _greedy(order, candidates, points)
        if best is None or (missing, cost) < best:
            best, chosen = (missing, cost), placed
    return chosen


def _candidates(
    point: tuple[float, float],
    size: tuple[float, float],
    area: Box,
    radius: float,
    markers: Sequence[Box],
    own: int,
    lines: Sequence[tuple[float, float, float, float]],
) -> list[tuple[float, Placement]]:
    """Places that are free of markers, cheapest first."""
    (x, y), (width, height) = point, size
    found = []
    for reach in _REACHES:
        distance = radius + 0.06 + reach
        for turn, (dx, dy) in enumerate(_DIRECTIONS):
            end_x, end_y = x + dx * distance, y + dy * distance
            # The label hangs on the leader's end by the side that faces the point.
            left = end_x - width * (1 - dx) / 2 if abs(dx) < 0.5 else (end_x if dx > 0 else end_x - width)
            bottom = end_y - height * (1 - dy) / 2
            box = Box(left, bottom, left + width, bottom + height)
            if not area.contains(box) or any(box.overlaps(m) for m in markers):
                continue
            leader = (end_x, end_y) if reach else None
            if leader and any(m.crossed_by(x, y, *leader) for i, m in enumerate(markers) if i != own):
                continue
            near = Box(box.left - 0.15, box.bottom - 0.15, box.right + 0.15, box.top + 0.15)
            strangers = sum(near.overlaps(m) for i, m in enumerate(markers) if i != own)
            crossed = sum(box.crossed_by(*line) for line in lines)
            # Beside another point a label is taken for that point's.
            cost = reach + 0.02 * turn + 0.6 * crossed + (0.15 if leader else 0.45) * strangers
            found.append((cost, Placement(box, leader)))
    return sorted(found, key=lambda item: item[0])


def _greedy(
    order: Sequence[int],
    candidates: Sequence[Sequence[tuple[float, Placement]]],
    points: Sequence[tuple[float, float]],
) -> tuple[list[Placement | None], int, float]:
    placed: list[Placement | None] = [None] * len(points)
    taken: list[tuple[int, Placement]] = []
    missing, total = 0, 0.0
    for i in order:
        for cost, place in candidates[i]:
            if any(_collide(points[i], place, points[j], other) for j, other in taken):
                continue
            placed[i] = place
            taken.append((i, place))
            total += cost
            break
        else:
            missing += 1
    return placed, missing, total


def _collide(p: tuple[float, float], a: Placement, q: tuple[float, float], b: Placement) -> bool:
    # Two labels in a row read as one: they keep a distance.
    aside = Box(a.box.left - 0.25, a.box.bottom, a.box.right + 0.25, a.box.top)
    if aside.overlaps(b.box):
        return True
    if a.leader and b.box.crossed_by(*p, *a.leader):
        return True
    if b.leader and a.box.crossed_by(*q, *b.leader):
        return True
    return bool(a.leader and b.leader and _cross(p, a.leader, q, b.leader))


def _cross(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], d: tuple[float, float]
) -> bool:
    def side(p: tuple[float, float], q: tuple[float, float], r: tuple[float, float]) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
