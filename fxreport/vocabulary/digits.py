"""Digits that are meant: beyond the twelfth, numbers differ between interpreters and between BLAS kernels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

MEANT = 12


def difference(value: float, of: Iterable[float]) -> float:
    """A value computed from others; 0 where it is what rounding leaves of numbers that are equal."""
    largest = max(map(abs, of), default=0.0)
    return 0.0 if abs(value) < largest * 10.0**-MEANT else value


def meant(data: Any) -> Any:
    """The same data for JSON, every float rounded to twelve significant digits, without a negative zero."""
    if isinstance(data, float):
        return float(f"{data:.{MEANT}g}") + 0.0
    if isinstance(data, Mapping):
        return {key: meant(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [meant(value) for value in data]
    return data
