"""Text as files for machines may hold it."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def one_line(text: str) -> str:
    """Text on one line, of characters that XML may hold."""
    return " ".join(_FORBIDDEN.sub("", text).split())
