"""What an autoencoder keeps: original images above their reconstructions, a panel per data set."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.layout import columns, line_height, text_width, wrap
from fxreport.report.figures.sheet import Sheet, middle

_GAP, _BETWEEN, _LARGEST_TILE, _SMALLEST_TILE, _MOST_COLUMNS = 0.1, 0.5, 1.4, 1.05, 3


@dataclass(frozen=True, slots=True, eq=False)
class ReconstructionsPanel:
    """Images of one set. ``note`` is a measured number, as the mean squared error.

    :param originals: (n, height, width) or (n, height, width, channels); bytes, or floats from 0 to 1
    :param reconstructions: of the same shape
    """

    title: str
    originals: NDArray[np.generic]
    reconstructions: NDArray[np.generic]
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Reconstructions:
    panels: tuple[ReconstructionsPanel, ...]
    original: str
    reconstruction: str


def draw(data: Reconstructions) -> str:
    """Panels stand side by side where their images are few."""
    with style.house_style():
        names = [wrap(t, 3.5, style.SMALL) for t in (data.original, data.reconstruction)]
        left = max(text_width(line, style.SMALL) for lines in names for line in lines) + 0.3
        most = max((len(p.originals) for p in data.panels), default=1)
        room, smallest = style.TEXT_WIDTH - left, most * (_SMALLEST_TILE + _GAP) - _GAP
        fit = max(1, min(_MOST_COLUMNS, int((room + _BETWEEN) / (smallest + _BETWEEN))))
        count = columns(len(data.panels), fit)
        width = (room - (count - 1) * _BETWEEN) / count
        tile = min((width - (most - 1) * _GAP) / max(most, 1), _LARGEST_TILE)
        head = line_height(style.TITLE) + line_height(style.SMALL) + 0.12
        bands = [data.panels[i : i + count] for i in range(0, len(data.panels), count)]
        highs = [max(tile * _ratio(p) for p in band) for band in bands]
        sheet = Sheet(max(math.fsum(head + 2 * high + _GAP + 0.3 for high in highs), 0.5))
        top = 0.0
        for band, high in zip(bands, highs, strict=True):
            for row, lines in enumerate(names):
                first = top + head + row * (high + _GAP) + high / 2
                first -= (len(lines) - 1) * line_height(style.SMALL) / 2
                sheet.lines(0, middle(first, style.SMALL), lines, size=style.SMALL, color=style.MUTED)
            for i, panel in enumerate(band):
                _panel(sheet, panel, left + i * (width + _BETWEEN), top, width, tile, head, high)
            top += head + 2 * high + _GAP + 0.3
        return sheet.to_svg()


def _panel(
    sheet: Sheet,
    panel: ReconstructionsPanel,
    left: float,
    top: float,
    width: float,
    tile: float,
    head: float,
    high: float,
) -> None:
    [title] = wrap(panel.title, width, style.TITLE, lines=1, bold=True)
    sheet.text(left, top + 0.3, title, size=style.TITLE, bold=True)
    note = wrap(panel.note, width, style.SMALL, lines=1)
    baseline = top + 0.3 + line_height(style.TITLE) - 0.02
    sheet.lines(left, baseline, note, size=style.SMALL, color=style.MUTED)
    for row, images in enumerate((panel.originals, panel.reconstructions)):
        if len(images):
            strip, _ = pixels.mosaic([pixels.image(i) for i in images], len(images), _GAP / tile)
            wide = len(images) * (tile + _GAP) - _GAP
            y = top + head + row * (high + _GAP)
            pixels.show(sheet.axes(left, y, wide, tile * _ratio(panel)), strip)


def _ratio(panel: ReconstructionsPanel) -> float:
    height, width = panel.originals.shape[1:3]
    return float(height / width) if width else 1.0
