"""Numbers as tables of all kinds write them: decimal commas, grouped thousands, percent signs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

#: what stands in a cell where nothing was measured
BLANK = frozenset({"", "-", "–", "—", "na", "n/a", "nan", "none", "null"})

_SPACES = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(\D|$))")
_ONE_COMMA = re.compile(r"[+-]?\d+,\d+(e[+-]?\d+)?", re.IGNORECASE)
#: may be a number with grouped thousands as well as one with a decimal comma
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_DOTS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+")
#: where commas are decimal, these dots are none
_DOT_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
_PERCENT = "%"


@dataclass(frozen=True, slots=True)
class Numerals:
    """How a table writes its numbers. ``comma``: what one is, "decimal" or "group"; "" if nothing tells."""

    comma: str = ""

    @classmethod
    def of(cls, texts: Iterable[str], *, commas_separate: bool) -> Numerals:
        """Read the table's habit off all of its cells.

        Where only cells such as ``1,234`` have commas, these are decimal if other marks separate fields.
        """
        doubtful = False
        grouped = False
        for text in map(_tidy, texts):
            if "," not in text:
                continue
            if _DOTS.fullmatch(text) or (_ONE_COMMA.fullmatch(text) and not _GROUPED.fullmatch(text)):
                return cls("decimal")
            if _GROUPED.fullmatch(text):
                doubtful = True
                grouped |= "." in text or text.count(",") > 1
        if grouped:
            return cls("group")
        return cls("decimal" if doubtful and not commas_separate else "")

    def plain(self, text: str) -> tuple[str, str]:
        """The number as Python writes it, and its unit, a percent sign or nothing; other text as it is."""
        tidy = _tidy(text)
        unit = _PERCENT if text.rstrip().endswith(_PERCENT) else ""
        if self.comma == "decimal" and any(p.fullmatch(tidy) for p in (_ONE_COMMA, _DOTS, _DOT_GROUPS)):
            tidy = tidy.replace(".", "").replace(",", ".")
        elif self.comma == "group" and _GROUPED.fullmatch(tidy):
            tidy = tidy.replace(",", "")
        return (tidy, unit) if _is_number(tidy) else (text, "")

    def doubtful(self, text: str) -> bool:
        """Whether nothing tells what the commas of a number are."""
        return not self.comma and _GROUPED.fullmatch(_tidy(text)) is not None


def _tidy(text: str) -> str:
    text = text.strip().removesuffix(_PERCENT).rstrip().replace("\u2212", "-")
    return _SPACES.sub("", text)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def is_blank(text: str) -> bool:
    return text.strip().casefold() in BLANK


def is_finite(text: str) -> bool:
    return _is_number(text) and math.isfinite(float(text))
