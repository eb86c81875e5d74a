"""Heat maps of how alike the extractors are: a matrix per data set, all over the same extractors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.heat_map import heat_map
from fxreport.report.figures.panels import columns, small_multiples
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import shorten, text_width, widest

if TYPE_CHECKING:
    from matplotlib.figure import Figure


_GAP, _WIDEST_CELL, _HIGHEST_CELL = 0.45, 1.15, 0.62
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


@drawing()
def draw(data: Similarity) -> Figure:
    """Names stand once in a row of panels; where cells are too small for numbers there are none."""
    n = max(len(data.names), 1)
    numbers = [str(i + 1) for i in range(len(data.names))]
    names = [f"{shorten(name, 4.2, style.SMALL)}  {k}" for k, name in zip(numbers, data.names, strict=True)]
    left = widest(names, style.SMALL) + 0.2
    least = n * (text_width(f"0{data.decimal}00", style.SMALL) + 0.1) + _GAP
    across = columns(len(data.panels), max(1, int((style.TEXT_WIDTH - left + _GAP) / least)))
    width = min((style.TEXT_WIDTH - left) / across - _GAP, n * _WIDEST_CELL)
    bands = max(math.ceil(len(data.panels) / across), 1)
    high = min(_HIGHEST_CELL, width / n, max((_HIGHEST / bands - 1.3) / n, _LOWEST_CELL))
    figure, grid = small_multiples(
        [panel.title for panel in data.panels], n * high, most=across,
        names=left, width=left + across * (width + _GAP), share_x=False,
    )  # fmt: skip
    for axes, panel in zip(grid, data.panels, strict=True):
        off = np.where(np.eye(len(panel.values), dtype=bool), np.nan, panel.values)
        cell = width / n, high
        heat_map(axes, off, names, numbers, cell, lambda x: style.format_number(x, 2, data.decimal))
        axes.plot([-0.5, n - 0.5], [-0.5, n - 0.5], color=style.GRID, linewidth=0.6, zorder=0.4)
        axes.spines[:].set_visible(True)
    return figure
