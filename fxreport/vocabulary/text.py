"""Text from outside: JSON that nobody here wrote, and names that say nothing but themselves."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from pathlib import Path
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


#: as ``unprintable`` says, but for tabs and line ends, which text of many lines has
_OBEYED = re.compile(
    f"[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff{''.join(sorted(DIRECTIONS))}]"
)


def visible(text: str) -> str:
    r"""Text for a terminal or a page: what these would obey is written ``\\u001b``, tabs and line ends stay.

    In strings of JSON and JavaScript that is another spelling of the same text.
    """
    return _OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def shown_path(path: Path | str) -> str:
    r"""Return a path as a line shows it: bytes that are no UTF-8, what a terminal would obey as ``\\x…``."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c.encode("unicode_escape").decode() if unprintable(c) else c for c in text)
