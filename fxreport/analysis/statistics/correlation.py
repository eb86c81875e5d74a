"""Rank correlation of two measures over extractors."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fxreport.analysis.quantities.ranking import midranks
from fxreport.analysis.statistics.uncertainty import LEVEL


def spearman(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Spearman's rank correlation, ties by mid-ranks; None where one side is constant."""
    a, b = midranks(x), midranks(y)
    mean = (len(a) + 1) / 2
    covariance = math.fsum((p - mean) * (q - mean) for p, q in zip(a, b, strict=True))
    spread = math.fsum((p - mean) ** 2 for p in a) * math.fsum((q - mean) ** 2 for q in b)
    return None if spread <= 0 else covariance / math.sqrt(spread)


def spearman_interval(rho: float, n: int) -> tuple[float, float]:
    """Interval of ρ by Fisher's z with the variance of Bonett & Wright (2000, Psychometrika 65:23–28)."""
    from scipy.special import ndtri

    if n < 5:  # even ρ = ±1 has an exact two-sided p of 1/12 over four
        return -1.0, 1.0
    bounded = max(min(rho, 1 - 1e-12), -1 + 1e-12)
    half = float(ndtri((1 + LEVEL) / 2)) * math.sqrt((1 + bounded**2 / 2) / (n - 3))
    z = math.atanh(bounded)
    return math.tanh(z - half), math.tanh(z + half)
