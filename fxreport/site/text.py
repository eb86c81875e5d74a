"""Text as files for machines may hold it."""

from __future__ import annotations

import json
import re
from typing import Any

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def json_in_html(value: object, **options: Any) -> str:
    """Compact JSON that may stand inside a script element; ``options`` are those of ``json.dumps``."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False, **options)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def one_line(text: str) -> str:
    """Text on one line, of characters that XML may hold."""
    return " ".join(_FORBIDDEN.sub("", text).split())
