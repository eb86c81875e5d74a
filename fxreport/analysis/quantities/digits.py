"""As many digits of a number as its spread allows."""

from __future__ import annotations

import math

from fxreport.analysis.claims import Derived

_MOST = 3


def decimals(width: float) -> int:
    """A number to the decimals that the width of its interval allows; the first two digits are always said.

    Negative where even units are too fine. Three for a width of zero.
    """
    # Widths that differ by the rounding of their sums alone must not differ in digits.
    return _MOST if width <= 0 else min(_MOST, math.ceil(-math.log10(width / 2) - 1e-9))


def exponent(value: float, digits: int) -> int:
    """Power of ten of a number's first digit once it is rounded to so many: 0.9996 is 1.00, and 0.99 is not.

    ``value`` is neither zero nor infinite.
    """
    return int(f"{abs(value):.{digits - 1}e}".partition("e")[2])


def rounded(value: float, width: float, style: str = "decimal") -> Derived:
    """A number to the decimals that its interval’s width allows; its first two digits are always said.

    With one alone 1.3 and 0.96 would look equal in a table that is ordered by them.
    """
    digits = decimals(width)
    if value:
        digits = max(digits, 1 - exponent(value, 2))
    return Derived(round(value, digits), style, max(digits, 0))
