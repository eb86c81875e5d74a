"""First-layer filters: mosaics of trained ones above untrained ones; rows are networks, panels sets."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.layout import line_height, text_width, wrap
from fxreport.report.figures.sheet import Sheet, middle

_GAP, _LARGEST_TILE, _BETWEEN, _LABELS = 0.5, 0.62, 0.16, 2.6
_ACROSS, _ALONE = 8, 16
"""Filters side by side in a panel, and in the only panel of a row."""


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


def draw(data: Filters) -> str:
    with style.house_style():
        names = [wrap(t, _LABELS, style.SMALL) for t in (data.trained, data.untrained)]
        left = max(text_width(line, style.SMALL) for lines in names for line in lines) + 0.3
        head = line_height(style.TITLE) + line_height(style.SMALL) + 0.12
        rows = [row for row in data.rows if any(len(p.trained) for p in row.panels)]
        most = max((len(row.panels) for row in rows), default=1)
        width = (style.TEXT_WIDTH - left - (most - 1) * _GAP) / most
        tile = min(width / _ACROSS, _LARGEST_TILE)
        heights = [head + sum(_heights(row, tile)) + 0.4 for row in rows]
        sheet = Sheet(max(math.fsum(heights), 0.5))
        top = 0.0
        for row, height in zip(rows, heights, strict=True):
            [label] = wrap(row.label, style.TEXT_WIDTH - left, style.TITLE, lines=1, bold=True)
            sheet.text(left, top + 0.3, label, size=style.TITLE, bold=True)
            upper, lower = _heights(row, tile)
            _names(sheet, names, top + head, upper, lower)
            for i, panel in enumerate(row.panels):
                x, y = left + i * (width + _GAP), top + head
                title = wrap(panel.title, width, style.SMALL, lines=1)
                sheet.lines(x, y - 0.12, title, size=style.SMALL, color=style.MUTED)
                _mosaic(sheet, panel.trained, x, y, tile, _across(row))
                _mosaic(sheet, panel.untrained, x, y + upper, tile, _across(row))
            top += height
        return sheet.to_svg()


def _across(row: FiltersRow) -> int:
    return _ALONE if len(row.panels) == 1 else _ACROSS


def _heights(row: FiltersRow, tile: float) -> tuple[float, float]:
    """Of the trained mosaics with the space below, and of the untrained ones."""
    upper, lower = (
        max((_rows(kernels, _across(row)) * tile * _ratio(kernels) for kernels in part), default=0.0)
        for part in ([p.trained for p in row.panels], [p.untrained for p in row.panels])
    )
    return upper + (_BETWEEN if lower else 0.0), lower


def _rows(kernels: NDArray[np.floating], across: int) -> int:
    return math.ceil(len(kernels) / across)


def _ratio(kernels: NDArray[np.floating]) -> float:
    return kernels.shape[1] / kernels.shape[2] if len(kernels) else 1.0


def _names(sheet: Sheet, names: list[tuple[str, ...]], top: float, upper: float, lower: float) -> None:
    for lines, start, height in zip(names, (top, top + upper), (upper, lower), strict=True):
        if height:
            first = start + height / 2 - (len(lines) - 1) * line_height(style.SMALL) / 2
            sheet.lines(0, middle(first, style.SMALL), lines, size=style.SMALL, color=style.MUTED)


def _mosaic(
    sheet: Sheet, kernels: NDArray[np.floating], left: float, top: float, tile: float, across: int
) -> None:
    """Filters in rows; the gap between them belongs to the tile."""
    if len(kernels) == 0:
        return
    gap = 0.12
    across = min(across, len(kernels))
    array, ratio = pixels.mosaic([pixels.weights(kernel) for kernel in kernels], across, gap)
    wide = across * tile - tile * gap / (1 + gap)
    pixels.show(sheet.axes(left, top, wide, wide * ratio), array)
