"""How alike two extractors are: centred kernel alignment of their features of the same images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def cka(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Linear CKA of features (m, a) and (m, b) of the same m images, row by row, without small-sample bias.

    1 where one is the other turned and scaled, near 0 (or a little below) where they are unrelated
    (Kornblith et al., ICML 2019). The plain estimate grows with the number of dimensions over that of images,
    so HSIC is estimated without bias (Song et al., JMLR 13:1393–1434, 2012; as Nguyen, Raghu & Kornblith,
    ICLR 2021, do). NaN where one does not vary. Raises ValueError for fewer than four rows or unequal ones.
    """
    if len(first) != len(second) or len(first) < 4:
        raise ValueError(f"cannot compare features of {len(first)} and {len(second)} images")
    one, other = _centred(first), _centred(second)
    own = _hsic(one, one) * _hsic(other, other)
    return float(_hsic(one, other) / np.sqrt(own)) if own > 0 else float("nan")


def _centred(features: NDArray[np.floating]) -> NDArray[np.float64]:
    """The rows less their mean, on a scale of 1."""
    rows: NDArray[np.float64] = np.asarray(features, np.float64)
    rows = rows - rows.mean(axis=0)
    rows /= max(float(np.abs(rows).max(initial=0.0)), np.finfo(np.float64).tiny)
    return rows


def _hsic(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Unbiased estimate of HSIC, up to a factor that only m decides, of centred features.

    The estimate wants the Gram matrices K and L with zero diagonals. Those of centred features have rows
    that sum to zero, so that without the diagonal each sums to minus its entry there; and the sum of K ∘ L is
    the squared norm of (a, b) products, less the diagonals' product. So no (m, m) matrix is made.
    """
    m = len(first)
    diagonal, other = np.square(first).sum(axis=1), np.square(second).sum(axis=1)
    along = float(diagonal @ other)
    return float(
        np.square(first.T @ second).sum()
        - along
        + diagonal.sum() * other.sum() / ((m - 1) * (m - 2))
        - 2 * along / (m - 2)
    )
