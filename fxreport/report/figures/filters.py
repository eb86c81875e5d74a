"""First-layer filters: mosaics of trained ones above untrained ones; rows are networks, panels sets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.panels import page, set_head
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import widest, wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ACROSS, _GAP, _BETWEEN = 8, 0.12, 0.35
"""Filters side by side in a panel of a full row; gaps between them, and between mosaics, in filter widths."""


@dataclass(frozen=True, slots=True, eq=False)
class FiltersPanel:
    """The filters of one network on one data set.

    :param trained: (n, height, width) or (n, height, width, channels)
    :param untrained: of the same shape, drawn by the same initialiser; empty where there are none
    """

    title: str
    trained: NDArray[np.floating]
    untrained: NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class FiltersRow:
    """One network; ``panels`` of its data sets."""

    label: str
    panels: tuple[FiltersPanel, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """``trained`` and ``untrained`` name the two mosaics of a panel."""

    rows: tuple[FiltersRow, ...]
    trained: str
    untrained: str


@drawing()
def draw(data: Filters) -> Figure:
    names = [wrap(name, 2.6, style.SMALL) for name in (data.trained, data.untrained)]
    left = widest(names, style.SMALL) + 0.3
    rows = [row for row in data.rows if any(len(panel.trained) for panel in row.panels)]
    most = max((len(row.panels) for row in rows), default=1)
    tile = min((style.TEXT_WIDTH - left - most * 0.4) / most / _ACROSS, 0.6)
    heights = [sum(_heights(row, most)) * tile + 1.1 for row in rows]
    figure = page(max(sum(heights), 0.5), left + most * (_ACROSS * tile + 0.4))
    grid = figure.add_gridspec(max(len(rows), 1), max(most, 1), height_ratios=heights or [1])
    for i, row in enumerate(rows):
        upper, lower = _heights(row, most)
        span = _span(row, most)
        for k, panel in enumerate(row.panels):
            axes = figure.add_subplot(grid[i, k * span : (k + 1) * span])
            set_head(axes, row.label if k == 0 else "", panel.title)
            for kernels, top in ((panel.trained, 0.0), (panel.untrained, upper + _BETWEEN)):
                tiles = [pixels.weights(kernel) for kernel in kernels]
                pixels.show(axes, tiles, min(_ACROSS * span, len(tiles)), gap=_GAP, top=top)
            if k == 0:
                middles = [upper / 2, upper + _BETWEEN + lower / 2]
                axes.set_yticks(middles[: 2 if lower else 1], names[: 2 if lower else 1])
    pixels.fit(figure)
    return figure


def _span(row: FiltersRow, most: int) -> int:
    """Columns of the grid that each panel of a row takes: those of a short row use the width that is free."""
    return most // len(row.panels)


def _heights(row: FiltersRow, most: int) -> tuple[float, float]:
    """Of the trained mosaics and of the untrained ones, in tiles."""
    across = _ACROSS * _span(row, most)

    def height(kernels: NDArray[np.floating]) -> float:
        deep = math.ceil(len(kernels) / across)
        return deep * (pixels.ratio(kernels[0]) + _GAP) - _GAP if len(kernels) else 0.0

    return max(height(p.trained) for p in row.panels), max(height(p.untrained) for p in row.panels)
