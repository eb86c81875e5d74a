"""Lines of text as wide as they are drawn: their widths in centimetres, breaks, and ellipses."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

from fxreport.report.figures import style

POINT = 2.54 / 72
"""One typographic point in centimetres."""

ELLIPSIS = "…"


def line_height(size: float) -> float:
    return size * 1.25 * POINT


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of text in the house's face."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    if not text:
        return 0.0
    style.load_faces()
    family = [style.SANS, style.FALLBACK]
    font = FontProperties(family=family, size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, False)
    return float(width) * POINT


def widest(texts: Iterable[str], size: float) -> float:
    """Width of the widest line of these texts; 0 without any."""
    return max((text_width(line, size) for text in texts for line in text.split("\n")), default=0.0)


#: characters of which no figure shows more in a line
_LONGEST = 1_000


def shorten(text: str, width: float, size: float, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it is wider than ``width``."""
    if len(text) <= _LONGEST and text_width(text, size, bold) <= width:
        return text
    text = text[:_LONGEST]
    keep = bisect_right(
        range(1, len(text) + 1), width, key=lambda n: text_width(text[:n].rstrip() + ELLIPSIS, size, bold)
    )
    return text[: max(1, keep)].rstrip() + ELLIPSIS


def wrap(text: str, width: float, size: float, *, lines: int = 2, bold: bool = False) -> str:
    """Break at spaces into at most ``lines`` lines; what still does not fit ends with an ellipsis.

    A separator (``·``) is the best place for a break, and is left out there: "EfficientNet-Lite0 · 96 px"
    breaks into its name and its size.
    """
    result: list[str] = []
    words = text[:_LONGEST].split(" ")
    while words:
        if len(result) == lines - 1:
            result.append(shorten(" ".join(words), width, size, bold))
            break
        count = len(words)
        while count > 1 and text_width(" ".join(words[:count]), size, bold) > width:
            count -= 1
        if count < len(words) and "·" in words[1:count]:
            count = count - words[count - 1 :: -1].index("·")
        line, words = words[:count], words[count:]
        while len(line) > 1 and line[-1] == "·":
            line.pop()
        while len(words) > 1 and words[0] == "·":
            words.pop(0)
        result.append(shorten(" ".join(line), width, size, bold))
    return "\n".join(result)
