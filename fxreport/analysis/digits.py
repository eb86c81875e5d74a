"""As many digits of a number as its spread allows."""

from __future__ import annotations

import math

from fxreport.analysis.claims import Derived

_MOST = 3


def decimals(width: float) -> int:
    """A number to the decimals that the width of its interval allows; the first two digits are always said.

    Negative where even units are too fine. Three for a width of zero.
    """
    return _MOST if width <= 0 else min(_MOST, math.ceil(-math.log10(width / 2)))


def rounded(value: float, width: float, style: str = "decimal") -> Derived:
    """A number to the decimals that its interval’s width allows; its first two digits are always said.

    With one alone 1.3 and 0.96 would look equal in a table that is ordered by them.
    """
    digits = decimals(width)
    if value:
        digits = max(digits, 1 - math.floor(math.log10(abs(value))))
    return Derived(round(value, digits), style, max(digits, 0))
