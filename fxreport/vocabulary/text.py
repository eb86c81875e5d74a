"""Text from outside: JSON that nobody here wrote, and names that say nothing but themselves."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

#: formatting marks that turn the direction of what follows, far beyond the name
DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def parse_json(text: str | bytes) -> Any:
    """Read JSON. Raises ValueError, also where it is nested deeper than anything of ours."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def unprintable(name: str) -> str:
    """Return the first character that a terminal or a page would obey, as ``U+001B``; "" if none."""
    for character in name:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in DIRECTIONS:
            return f"U+{ord(character):04X}"
    return ""
