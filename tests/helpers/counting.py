"""Operations counted, for tests of growth: the same on every machine, however busy it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def operations(work: Callable[[], object]) -> int:
    """How many calls ``work`` makes, of Python's functions and of built-in ones."""
    count = 0

    def see(_frame: FrameType, event: str, _of: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def growth(work: Callable[[int], object], size: int) -> float:
    """t(2n)/t(n) in counted operations; what is loaded once is loaded before."""
    work(2)
    return operations(lambda: work(2 * size)) / operations(lambda: work(size))
