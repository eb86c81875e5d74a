"""Principal components, exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: the projections work on this many leading principal components (van der Maaten & Hinton 2008)
COMPONENTS = 50


def principal_components(
    points: NDArray[np.float64], components: int = COMPONENTS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the scores (n, c) on the leading components and each one's share of the total variance (c,).

    ``c`` is at most ``components``, n and d. The shares are of the whole spectrum's sum; all zero where the
    points do not vary. Signs are fixed: each axis's largest score in absolute value is positive.
    """
    from scipy.linalg import eigh

    n, d = points.shape
    c = min(components, n, d)
    centred = points - points.mean(axis=0)
    total = float(np.sum(centred**2))
    if np.ptp(points, axis=0).max() == 0 or total == 0:
        return np.zeros((n, c)), np.zeros(c)
    # The covariance matrix (d, d) and the Gram matrix (n, n) share their spectrum: the smaller one is used.
    if d <= n:
        variances, axes = eigh(centred.T @ centred, subset_by_index=[d - c, d - 1])
        scores = centred @ axes[:, ::-1]
    else:
        variances, vectors = eigh(centred @ centred.T, subset_by_index=[n - c, n - 1])
        scores = (vectors * np.sqrt(variances.clip(0)))[:, ::-1]
    shares = variances[::-1].clip(0) / total
    largest = scores[np.abs(scores).argmax(axis=0), np.arange(c)]
    return scores * np.where(largest < 0, -1.0, 1.0), shares
