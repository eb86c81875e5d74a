"""As many digits of a number as its spread allows."""

from __future__ import annotations

import math

from fxreport.analysis.claims import Derived

_MOST = 3


def decimals(width: float) -> int:
    """Decimals of a number whose interval is so wide: a last digit is worth a twentieth to a half of the width.

    Negative where even units are too fine. Three for a width of zero.
    """
    return _MOST if width <= 0 else min(_MOST, math.ceil(-math.log10(width / 2)))


def rounded(value: float, width: float, style: str = "decimal") -> Derived:
    """A number to the decimals that the width of its interval allows; its first digit is always said."""
    digits = decimals(width)
    if value:
        # never rounded away: the first digit stays
        digits = max(digits, -math.floor(math.log10(abs(value))))
    return Derived(round(value, digits), style, max(digits, 0))
