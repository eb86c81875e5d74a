"""Heat maps of how alike the extractors are: a matrix per data set, all over the same extractors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.layout import POINT, line_height, shorten, text_width, wrap
from fxreport.report.figures.sheet import Sheet, bare, middle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GAP, _WIDEST_NAMES, _WIDEST_CELL, _HIGHEST_CELL = 0.45, 4.2, 1.15, 0.62
_HIGHEST, _LOWEST_CELL = 20.0, 0.24
"""The figure stays below this height as long as cells stay as high as a line of text."""


@dataclass(frozen=True, slots=True, eq=False)
class SimilarityPanel:
    """``values`` (n, n), symmetric; NaN where two were not compared. The diagonal is not drawn."""

    title: str
    values: NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Similarity:
    """``names`` are those of rows and, by number, columns."""

    panels: tuple[SimilarityPanel, ...]
    names: tuple[str, ...]
    decimal: str = "."


def draw(data: Similarity) -> str:
    """Names stand once in a row of panels; where cells are too small for numbers there are none."""
    with style.house_style():
        n = max(len(data.names), 1)
        numbered = [f"{i + 1}" for i in range(len(data.names))]
        wide = max((text_width(number, style.SMALL) for number in numbered), default=0)
        names = [shorten(name, _WIDEST_NAMES, style.SMALL) for name in data.names]
        left = wide + 0.15 + max((text_width(name, style.SMALL) for name in names), default=0) + 0.2
        least = n * (text_width(f"0{data.decimal}00", style.SMALL) + 0.1)
        count = max(1, min(len(data.panels), int((style.TEXT_WIDTH - left + _GAP) / (least + _GAP))))
        width = min((style.TEXT_WIDTH - left - (count - 1) * _GAP) / count, n * _WIDEST_CELL)
        head, foot = line_height(style.TITLE) + 0.55, 0.35
        bands = max(math.ceil(len(data.panels) / count), 1)
        fitting = max((_HIGHEST / bands - head - foot) / n, _LOWEST_CELL)
        height = n * min(_HIGHEST_CELL, width / n, fitting)
        band = head + height + foot
        sheet = Sheet(bands * band)
        for i, panel in enumerate(data.panels):
            top, start = (i // count) * band, left + (i % count) * (width + _GAP)
            [title] = wrap(panel.title, width, style.TITLE, lines=1, bold=True)
            sheet.text(start, top + 0.3, title, size=style.TITLE, bold=True)
            axes = sheet.axes(start, top + head, width, height)
            _matrix(axes, panel.values, width / n, height / n, data.decimal)
            for k, number in enumerate(numbered):
                sheet.text(
                    start + (k + 0.5) * width / n, top + head - 0.12, number,
                    size=style.SMALL, color=style.MUTED, align="center",
                )  # fmt: skip
                if i % count == 0:
                    baseline = middle(top + head + (k + 0.5) * height / n, style.SMALL)
                    sheet.text(wide, baseline, number, size=style.SMALL, color=style.MUTED, align="right")
                    sheet.text(wide + 0.15, baseline, names[k], size=style.SMALL)
        return sheet.to_svg()


def _matrix(axes: Axes, values: NDArray[np.floating], cell: float, high: float, decimal: str) -> None:
    bare(axes)
    n = len(values)
    if not n:
        return
    off = np.where(np.eye(n, dtype=bool), np.nan, values)
    axes.imshow(pixels.sequential(off), interpolation="nearest", aspect="auto")
    axes.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5))
    for k in range(1, n):
        axes.axvline(k - 0.5, color=style.GRID, linewidth=0.5)
        axes.axhline(k - 0.5, color=style.GRID, linewidth=0.5)
    for side in ("top", "bottom", "left", "right"):
        axes.spines[side].set_visible(True)
    for k in range(n):
        axes.plot([k - 0.5, k + 0.5], [k - 0.5, k + 0.5], color=style.GRID, linewidth=0.6)
    if cell < text_width(f"0{decimal}00", style.SMALL) + 0.05 or high < 0.3:
        return
    for i in range(n):
        for j in range(n):
            if i != j and math.isfinite(off[i, j]):
                axes.text(
                    j, i + 0.36 * style.SMALL * POINT / high, style.format_number(off[i, j], 2, decimal),
                    ha="center", fontsize=style.SMALL, color=pixels.ink_on(off[i, j]),
                )  # fmt: skip
