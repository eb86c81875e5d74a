"""What an autoencoder keeps: original images above their reconstructions, a panel per data set."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.layout import line_height, text_width, wrap
from fxreport.report.figures.sheet import Sheet, middle

_GAP, _LARGEST_TILE = 0.1, 1.4


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
    with style.house_style():
        names = [wrap(t, 3.5, style.SMALL) for t in (data.original, data.reconstruction)]
        left = max(text_width(line, style.SMALL) for lines in names for line in lines) + 0.3
        most = max((len(p.originals) for p in data.panels), default=1)
        tile = min((style.TEXT_WIDTH - left - (most - 1) * _GAP) / max(most, 1), _LARGEST_TILE)
        head = line_height(style.TITLE) + 0.12
        heights = [head + 2 * tile * _ratio(p) + _GAP + 0.3 for p in data.panels]
        sheet = Sheet(max(math.fsum(heights), 0.5))
        top = 0.0
        for panel, height in zip(data.panels, heights, strict=True):
            high = tile * _ratio(panel)
            sheet.text(left, top + 0.3, panel.title, size=style.TITLE, bold=True)
            x = left + text_width(panel.title, style.TITLE, True) + 0.35
            sheet.text(x, top + 0.3, panel.note, size=style.SMALL, color=style.MUTED)
            for row, (lines, images) in enumerate(
                zip(names, (panel.originals, panel.reconstructions), strict=True)
            ):
                y = top + head + row * (high + _GAP)
                first = y + high / 2 - (len(lines) - 1) * line_height(style.SMALL) / 2
                sheet.lines(0, middle(first, style.SMALL), lines, size=style.SMALL, color=style.MUTED)
                if len(images) == 0:
                    continue
                strip, _ = pixels.mosaic([pixels.image(i) for i in images], len(images), _GAP / tile)
                pixels.show(sheet.axes(left, y, len(images) * (tile + _GAP) - _GAP, high), strip)
            top += height
        return sheet.to_svg()


def _ratio(panel: ReconstructionsPanel) -> float:
    height, width = panel.originals.shape[1:3]
    return float(height / width) if width else 1.0
