"""Walks through a latent space: strips of decoded images between two codes, a panel per data set."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.layout import line_height, wrap
from fxreport.report.figures.sheet import Sheet, middle
from fxreport.report.figures.svg import MANY_COLORS

_GAP, _LABELS, _LARGEST_TILE, _BETWEEN, _BELOW = 0.1, 2.2, 1.28, 0.14, 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """``start`` and ``end`` name the classes of its two ends.

    :param steps: images (steps, height, width, channels), bytes
    """

    start: str
    end: str
    steps: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class WalksPanel:
    title: str
    walks: tuple[Walk, ...]


@dataclass(frozen=True, slots=True)
class Walks:
    panels: tuple[WalksPanel, ...]


def draw(data: Walks) -> str:
    """The ends' names stand to the left and to the right of their strip."""
    with style.house_style():
        most = max((len(w.steps) for p in data.panels for w in p.walks), default=1)
        room = style.TEXT_WIDTH - 2 * _LABELS
        tile = min((room - (most - 1) * _GAP) / max(most, 1), _LARGEST_TILE)
        head = line_height(style.TITLE) + 0.12
        heights = [head + sum(tile * _ratio(w) + _BETWEEN for w in p.walks) + _BELOW for p in data.panels]
        sheet = Sheet(max(math.fsum(heights) - _BELOW, 0.5))
        top = 0.0
        for panel, height in zip(data.panels, heights, strict=True):
            [title] = wrap(panel.title, room, style.TITLE, lines=1, bold=True)
            sheet.text(_LABELS, top + 0.3, title, size=style.TITLE, bold=True)
            y = top + head
            for walk in panel.walks:
                _strip(sheet, walk, y, tile)
                y += tile * _ratio(walk) + _BETWEEN
            top += height
        return sheet.to_svg(colors=MANY_COLORS)


def _strip(sheet: Sheet, walk: Walk, top: float, tile: float) -> None:
    high, wide = tile * _ratio(walk), len(walk.steps) * (tile + _GAP) - _GAP
    strip, _ = pixels.mosaic([pixels.image(step) for step in walk.steps], len(walk.steps), _GAP / tile)
    pixels.show(sheet.axes(_LABELS, top, wide, high), strip)
    for label, x, align in ((walk.start, _LABELS - 0.15, "right"), (walk.end, _LABELS + wide + 0.15, "left")):
        lines = wrap(label, _LABELS - 0.2, style.SMALL)
        first = top + high / 2 - (len(lines) - 1) * line_height(style.SMALL) / 2
        sheet.lines(
            x, middle(first, style.SMALL), lines,
            size=style.SMALL, color=style.MUTED, align="right" if align == "right" else "left",
        )  # fmt: skip


def _ratio(walk: Walk) -> float:
    height, width = walk.steps.shape[1:3]
    return float(height / width) if width else 1.0
