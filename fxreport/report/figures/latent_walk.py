"""Walks through a latent space: strips of decoded images between two codes, a panel per data set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.panels import small_multiples
from fxreport.report.figures.svg import MANY_COLORS, drawing
from fxreport.report.figures.text import wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LABELS = 2.2


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


@drawing(colors=MANY_COLORS)
def draw(data: Walks) -> Figure:
    """The ends' names stand to the left and to the right of their strip."""
    most = max((len(walk.steps) for panel in data.panels for walk in panel.walks), default=1)
    tile = min((style.TEXT_WIDTH - 2 * _LABELS) / max(most, 1), 1.4)
    deepest = max((len(panel.walks) for panel in data.panels), default=1)
    figure, grid = small_multiples(
        [panel.title for panel in data.panels], deepest * tile, most=1,
        width=2 * _LABELS + most * tile, share_x=False, share_y=False,
    )  # fmt: skip
    for axes, panel in zip(grid, data.panels, strict=True):
        pixels.show(axes, [])
        if not panel.walks:
            continue
        middles = pixels.rows(len(panel.walks), panel.walks[0].steps[0])
        for middle, walk in zip(middles, panel.walks, strict=True):
            tiles = [pixels.image(step) for step in walk.steps]
            pixels.show(axes, tiles, len(tiles), top=middle - middles[0])
        ends = axes.secondary_yaxis("right")
        for side, names in ((axes, [w.start for w in panel.walks]), (ends, [w.end for w in panel.walks])):
            side.set_yticks(middles, [wrap(name, _LABELS - 0.2, style.SMALL) for name in names])
    pixels.fit(figure)
    return figure
