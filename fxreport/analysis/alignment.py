"""Planes turned onto one another, so that the same image stands in the same place of each picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.floating]  # (m, 2)


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """``points`` (m, 2) float64 in the reference's units; ``distance``: share of its variance left unmatched.

    ``distance`` is the Procrustes statistic in [0, 1]: 0 where one is the other turned, mirrored, moved and
    scaled; near 1 where the two have nothing in common.
    """

    points: NDArray[np.float64]
    distance: float


def align(points: Points, reference: Points) -> Alignment:
    """Turn, mirror, move and scale ``points`` (m, 2) onto ``reference`` (m, 2), row by row; least squares.

    Orthogonal Procrustes with scaling (Schönemann & Carroll, Psychometrika 35:245–255, 1970; Gower,
    Psychometrika 40:33–51, 1975). Points without extent come to lie on the reference's mean, at distance 1.
    Raises ValueError for unequal shapes.
    """
    if points.shape != reference.shape or points.ndim != 2 or not len(points):
        raise ValueError(f"cannot align points of shape {points.shape} with {reference.shape}")
    return _aligned(points, np.arange(len(points)), reference)


def align_on_common(
    points: Points,
    images: NDArray[np.integer],
    reference: Points,
    reference_images: NDArray[np.integer],
) -> Alignment:
    """Align planes that share some images only: these find the turn, and all points are turned.

    ``images`` (m,) and ``reference_images`` (r,) say which image each row is, each once: for two seeds their
    indices in the set's test split. Raises ValueError with fewer than three images in common.
    """
    _, mine, theirs = np.intersect1d(images, reference_images, return_indices=True)
    if len(mine) < 3:
        raise ValueError(f"planes with {len(mine)} images in common cannot be aligned")
    return _aligned(points, mine, reference[theirs])


def _aligned(points: Points, matched: NDArray[np.integer], reference: Points) -> Alignment:
    """Find the map from ``points[matched]`` to ``reference``, and move all points by it."""
    moved, fixed = np.asarray(points, np.float64), np.asarray(reference, np.float64)
    origin, centre = moved[matched].mean(axis=0), fixed.mean(axis=0)
    moved, fixed = moved - origin, fixed - centre
    size, spread = float(np.sum(moved[matched] ** 2)), float(np.sum(fixed**2))
    if size == 0 or spread == 0:
        return Alignment(np.tile(centre, (len(moved), 1)), 1.0)
    left, strengths, right = np.linalg.svd(moved[matched].T @ fixed)
    common = float(strengths.sum())
    turned = moved @ left @ right * (common / size) + centre
    return Alignment(turned, max(0.0, 1 - common**2 / (size * spread)))
