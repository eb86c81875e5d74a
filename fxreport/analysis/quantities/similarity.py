"""How alike two extractors are: centred kernel alignment of their features of the same images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LEAST_ROWS = 4


def cka(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Linear CKA of features (m, a) and (m, b) of the same m images, row by row, without small-sample bias.

    1 where one is the other turned and scaled, near 0 (or a little below) where they are unrelated
    (Kornblith et al., ICML 2019). The plain estimate grows with the number of dimensions over that of images,
    so HSIC is estimated without bias (Song et al., JMLR 13:1393–1434, 2012; as Nguyen, Raghu & Kornblith,
    ICLR 2021, do). NaN where one does not vary. Raises ValueError for fewer than four rows or unequal ones.
    """
    return alignment(centred(first), centred(second))


@dataclass(frozen=True, slots=True, eq=False)
class Centred:
    """What CKA needs of features (m, d): ``rows`` less their mean on a scale of 1, their squared norms (m,).

    ``own`` is the HSIC of the features with themselves; zero where they do not vary.
    """

    rows: NDArray[np.float64]
    norms: NDArray[np.float64]
    own: float


def centred(features: NDArray[np.floating]) -> Centred:
    """Prepare features (m, d), once for all that they are compared with; NaN of fewer than four rows."""
    rows = np.asarray(features, np.float64)
    rows = rows - rows.mean(axis=0)
    rows /= max(float(np.abs(rows).max(initial=0.0)), np.finfo(np.float64).tiny)
    norms: NDArray[np.float64] = np.square(rows).sum(axis=1)
    return Centred(rows, norms, _hsic(rows, norms, rows, norms))


def alignment(one: Centred, other: Centred) -> float:
    """``cka`` of prepared features."""
    if len(one.rows) != len(other.rows) or len(one.rows) < _LEAST_ROWS:
        raise ValueError(f"cannot compare features of {len(one.rows)} and {len(other.rows)} images")
    if not (one.own > 0 and other.own > 0):
        return float("nan")
    return _hsic(one.rows, one.norms, other.rows, other.norms) / float(np.sqrt(one.own * other.own))


def _hsic(
    one: NDArray[np.float64],
    norms: NDArray[np.float64],
    other: NDArray[np.float64],
    other_norms: NDArray[np.float64],
) -> float:
    """Unbiased estimate of HSIC, up to a factor that only m decides, of centred features.

    The estimate wants the Gram matrices K and L with zero diagonals. Those of centred features have rows
    that sum to zero, so that without the diagonal each sums to minus its entry there; and the sum of K ∘ L is
    the squared norm of (a, b) products, less the diagonals' product. So no (m, m) matrix is made.
    """
    m = len(one)
    if m < _LEAST_ROWS:
        return float("nan")
    along = float(norms @ other_norms)
    return float(
        np.square(one.T @ other).sum()
        - along
        + norms.sum() * other_norms.sum() / ((m - 1) * (m - 2))
        - 2 * along / (m - 2)
    )
