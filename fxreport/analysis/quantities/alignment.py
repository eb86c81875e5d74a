"""Planes turned onto one another, so that the same image stands in the same place of each picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.vocabulary.factors import PROJECTION, in_reading_order

Points = NDArray[np.floating]  # (m, 2)

#: end of the name of an array that is a plane
PLANE = "_2d"


def planes_of(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Points]:
    """Method → its plane (m, 2), for those with a row for each of the m images that were projected."""
    m = len(arrays["projection_indices"])
    methods = in_reading_order(PROJECTION, (n.removesuffix(PLANE) for n in arrays if n.endswith(PLANE)))
    planes = {str(method): arrays[f"{method}{PLANE}"] for method in methods}
    return {method: plane for method, plane in planes.items() if len(plane) == m}


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


def distances(planes: NDArray[np.floating]) -> NDArray[np.float64]:
    """Procrustes distance of every plane from every other, as ``align`` gives them: (k, k) float64.

    ``planes`` (k, m, 2) are of the same m images. That of a plane without extent is 1.
    """
    points = np.asarray(planes, np.float64)
    points = points - points.mean(axis=1, keepdims=True)
    sizes = np.sqrt(np.sum(points**2, axis=(1, 2), keepdims=True))
    points = np.divide(points, sizes, out=np.zeros_like(points), where=sizes > 0)
    k, m, _ = points.shape
    flat = points.transpose(0, 2, 1).reshape(2 * k, m)
    cross = (flat @ flat.T).reshape(k, 2, k, 2).transpose(0, 2, 1, 3)
    # The squared sum of the singular values of a 2 × 2 matrix: its squared norm + 2 |determinant|.
    determinant = cross[..., 0, 0] * cross[..., 1, 1] - cross[..., 0, 1] * cross[..., 1, 0]
    common: NDArray[np.float64] = np.sum(cross**2, axis=(2, 3)) + 2 * np.abs(determinant)
    return np.clip(1 - common, 0, 1)


#: beyond this many rounds the planes of the reference measurements move no more than a dot is wide
_ROUNDS = 3


def consensus(planes: Sequence[Points]) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
    """Turn planes (m, 2) of the same m images onto the mean of all; return them, of unit size, and the mean.

    Generalised Procrustes analysis (Gower, Psychometrika 40:33–51, 1975), from the first plane on. Planes
    without extent come to lie in one point. Raises ValueError for unequal shapes, or for none.
    """
    if not planes:
        raise ValueError("no planes to turn")
    # As complex numbers z a plane is turned by a factor and mirrored by conjugation: all are turned at once,
    # each by the phase of its product with the mean, whichever of z and its conjugate has the larger one.
    points = _unit(np.array([np.asarray(p, np.float64) @ (1, 1j) for p in planes]))
    mean = points[0]
    for _ in range(_ROUNDS):
        straight, mirrored = points.conj() @ mean, points @ mean
        flip = np.abs(mirrored) > np.abs(straight)
        points = np.where(flip[:, None], points.conj(), points)
        product = np.where(flip, mirrored, straight)
        points *= np.exp(1j * np.angle(product))[:, None]
        mean = _unit(points.mean(axis=0))
    return [np.column_stack([p.real, p.imag]) for p in points], np.column_stack([mean.real, mean.imag])


def _unit(planes: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Centred, and of size one: (…, m)."""
    centred = planes - planes.mean(axis=-1, keepdims=True)
    size = np.linalg.norm(centred, axis=-1, keepdims=True)
    return np.asarray(np.divide(centred, size, out=np.zeros_like(centred), where=size > 0))
