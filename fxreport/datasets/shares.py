"""Whole numbers in proportion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def shares(sizes: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """Divide ``total`` in proportion to ``sizes`` (k,) into whole numbers by largest remainder.

    Equal remainders go to the earlier class. No share exceeds its size as long as ``total <= sizes.sum()``.
    """
    quotas = sizes.astype(np.int64) * total
    whole, remainders = np.divmod(quotas, sizes.sum())
    order = np.argsort(-remainders, kind="stable")
    whole[order[: total - whole.sum()]] += 1
    return whole
