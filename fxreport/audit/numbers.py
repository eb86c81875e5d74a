"""Numbers as people write them: decimal comma or point, thousands, ranges, spreads, units, percents."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

Unit = Literal["", "s", "%", "pp", "x", "D", "B", "other"]

_NUMBER = r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d.,]?\d)|\d+(?:[.,]\d+)*)"
_UNITS: tuple[tuple[str, Unit, float], ...] = (
    (r"(?:п\.\s?п\.|pp(?!\w)|percentage points?|відсотков\w+ пункт\w*|points?(?!\w)|пункт\w*)", "pp", 1),
    (r"(?:%|percent(?!\w)|відсотк\w*)", "%", 1),
    (r"(?:ms|мс|мілісекунд\w*|milliseconds?)(?!\w)", "s", 1e-3),
    (r"(?:s|secs?|seconds?|с|сек|секунд\w*)(?![\w/])", "s", 1),
    (r"(?:хв|хвилин\w*|min|mins|minutes?)(?!\w)", "s", 60),
    (r"(?:год|годин\w*|h|hours?)(?!\w)", "s", 3600),
    (r"(?:КБ|кБ|Кб|KB|kB|KiB)(?!\w)", "B", 1e3),
    (r"(?:МБ|Мб|MB|MiB)(?!\w)", "B", 1e6),
    (r"(?:ГБ|Гб|GB|GiB)(?!\w)", "B", 1e9),
    (r"(?:[×xх](?!\w)|раз(?:и|ів|а)?(?!\w)|times(?!\w)|-?кратн\w*)", "x", 1),
    (r"(?:[-‑]?[DdДд](?!\w)|[-‑]?вимірн\w*|[-‑]?(?:dim|dimensions?|dimensional)(?!\w))", "D", 1),
)  # fmt: skip
#: no measure is larger, nor written with more digits: beyond it arithmetic overflows
_LARGEST, _MOST_DECIMALS = 1e200, 200
_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, (pattern, _, _) in enumerate(_UNITS))
QUANTITY = re.compile(
    rf"(?P<sign>(?<![\w)\]%])[-−](?=\d))?(?P<low>{_NUMBER})"
    rf"(?:\s?%?\s?(?:±|\+/[-−–]|\+[-−])\s?(?P<spread>{_NUMBER}))?"
    rf"(?:(?P<first>%|[×xх]|\s?[sс])?(?:[-–—−‑]|\s[–—]\s(?=[\d.,]+\s?(?:%|[×xх]|s|с|раз|times))|\.\.\.?|…)(?P<high>{_NUMBER})(?![-–]\d))?"
    rf"(?:\s?(?:{_UNIT})|(?P<glued>[^\W\d_]\w*))?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A stated number, or a range where ``low`` < ``high``, in base units (seconds, percents as written).

    ``step`` is the unit of its last digit; ``spread`` what follows ±, else None.
    """

    low: float
    high: float
    step: float
    unit: Unit
    text: str
    decimals: int
    spread: float | None = None

    @property
    def is_range(self) -> bool:
        return self.high > self.low

    @property
    def is_whole(self) -> bool:
        return self.decimals == 0

    def to(self, other: Quantity, text: str) -> Quantity:
        """The range from this number to another."""
        unit = other.unit or self.unit
        low, high = sorted((self.low, other.high))
        return replace(self, low=low, high=high, step=max(self.step, other.step), unit=unit, text=text)

    def fraction(self) -> Quantity:
        """A percentage as a fraction."""
        spread = None if self.spread is None else self.spread / 100
        return replace(
            self, low=self.low / 100, high=self.high / 100, step=self.step / 100, unit="", spread=spread
        )


def add_times(first: Quantity, second: Quantity) -> Quantity:
    """«4 хв 25 с» as one number."""
    text = f"{first.text} {second.text}"
    return replace(
        first,
        low=first.low + second.low,
        high=first.high + second.high,
        step=second.step,
        text=text,
        decimals=second.decimals,
    )


def read(match: re.Match[str], *, decimal_comma: bool) -> Quantity:
    """Turn a match of ``QUANTITY`` into a number."""
    low, decimals = value_of(match["low"], decimal_comma=decimal_comma)
    high, high_decimals = (low, decimals)
    if match["high"]:
        high, high_decimals = value_of(match["high"], decimal_comma=decimal_comma)
    unit: Unit = ""
    scale = 1.0
    for i, (_, name, factor) in enumerate(_UNITS):
        if match[f"u{i}"]:
            unit, scale = name, factor
    if not unit and match["glued"]:
        unit = "other"
    if not unit and match["first"]:
        unit = "%" if "%" in match["first"] else "x" if match["first"].strip() in "×xх" else "s"
    if match["sign"]:
        low, high = -low, -high if not match["high"] else high
    # «0.21-0.3»: the coarser end tells how exactly the range is meant
    decimals = min(decimals, high_decimals) if match["high"] else decimals
    low, high = sorted((low, high))
    spread = value_of(match["spread"], decimal_comma=decimal_comma)[0] * scale if match["spread"] else None
    return Quantity(
        low * scale, high * scale, 10.0**-decimals * scale, unit, match[0].strip(), decimals, spread
    )


def value_of(text: str, *, decimal_comma: bool) -> tuple[float, int]:
    """The value of a written number and how many decimals it has, both within what can be calculated with.

    A comma before exactly three digits is a decimal mark where the document writes decimal commas or the
    number begins with 0, else it groups thousands.
    """
    value, decimals = _written(re.sub(r"[\u0020\u00a0\u202f]", "", text), decimal_comma)
    return min(value, _LARGEST), min(decimals, _MOST_DECIMALS)


def _written(text: str, decimal_comma: bool) -> tuple[float, int]:
    marks = [c for c in text if c in ".,"]
    if not marks:
        return float(text), 0
    last = marks[-1]
    whole, _, part = text.rpartition(last)
    grouped = len(part) == 3 and not whole.lstrip("-").startswith("0") and len(whole) <= 3
    if len(set(marks)) == 1 and (len(marks) > 1 or (last == "," and grouped and not decimal_comma)):
        return float(re.sub(r"[.,]", "", text)), 0
    return float(f"{re.sub(r'[.,]', '', whole) or '0'}.{part}"), len(part)


def writes_decimal_comma(text: str) -> bool:
    """Whether a document writes 0,5 rather than 0.5."""
    return len(re.findall(r"(?<![\d.,])\d+,\d+(?![\d,])", text)) > len(
        re.findall(r"(?<![\d.])\d+\.\d+(?![\d.])", text)
    )
