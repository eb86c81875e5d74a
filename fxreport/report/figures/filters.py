"""First-layer filters: a mosaic per data set, each filter scaled to its own largest weight."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.layout import columns, line_height, text_width, wrap
from fxreport.report.figures.sheet import Sheet, middle

_GAP, _MOST_COLUMNS, _LARGEST_TILE = 0.7, 3, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class FiltersPanel:
    """The filters of one network.

    :param filters: (n, height, width) or (n, height, width, channels)
    """

    title: str
    filters: NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Filters:
    """``scale`` labels the ends and the middle of the key: least weight, zero, largest; "" leaves one out."""

    panels: tuple[FiltersPanel, ...]
    scale: tuple[str, str, str] = ("", "", "")
    missing: str = ""


def draw(data: Filters) -> str:
    with style.house_style():
        count = columns(len(data.panels), _MOST_COLUMNS)
        width = (style.TEXT_WIDTH - (count - 1) * _GAP) / count
        grids = [_grid(panel, width) for panel in data.panels]
        head = line_height(style.TITLE) + 0.12
        keyed = any(data.scale)
        bands = [
            head + max((h for _, _, h in grids[i : i + count]), default=0.0) + 0.35
            for i in range(0, len(grids), count)
        ]
        sheet = Sheet(math.fsum(bands) + (0.45 if keyed else 0.05))
        top = 0.0
        for band, start in zip(bands, range(0, len(grids), count), strict=True):
            for i in range(start, min(start + count, len(grids))):
                left = (i - start) * (width + _GAP)
                array, wide, high = grids[i]
                [title] = wrap(data.panels[i].title, width, style.TITLE, lines=1, bold=True)
                sheet.text(left, top + 0.3, title, size=style.TITLE, bold=True)
                if array is None:
                    sheet.text(
                        left,
                        top + head + 0.35,
                        data.missing,
                        size=style.SMALL,
                        color=style.MUTED,
                        italic=True,
                    )
                    continue
                pixels.show(sheet.axes(left, top + head, wide, high), array)
            top += band
        if keyed:
            _key(sheet, top + 0.15, data.scale)
        return sheet.to_svg()


def _grid(panel: FiltersPanel, width: float) -> tuple[NDArray[np.uint8] | None, float, float]:
    """Mosaic, its width and height on the page: near to twice as wide as high, tiles no larger than 1 cm."""
    if len(panel.filters) == 0:
        return None, 0.0, 0.6
    across = 2 ** round(math.log2(math.sqrt(len(panel.filters) * 2)))
    array, ratio = pixels.mosaic([pixels.weights(f) for f in panel.filters], across, 0.18)
    wide = min(width, across * _LARGEST_TILE)
    return array, wide, wide * ratio


def _key(sheet: Sheet, center: float, labels: tuple[str, str, str]) -> None:
    ramp = pixels.weights(np.linspace(-1, 1, 65)[None, :])
    low, zero, high = labels
    left = 0.0
    if low:
        sheet.text(left, middle(center, style.SMALL), low, size=style.SMALL, color=style.MUTED)
        left += text_width(low, style.SMALL) + 0.15
    axes = sheet.axes(left, center - 0.11, 2.6, 0.22)
    axes.imshow(ramp, interpolation="none", aspect="auto")
    axes.set_xticks([])
    axes.set_yticks([])
    if zero:
        axes.text(32, 0.26, zero, fontsize=style.TINY, ha="center", color=style.PAPER)
    sheet.text(left + 2.75, middle(center, style.SMALL), high, size=style.SMALL, color=style.MUTED)
