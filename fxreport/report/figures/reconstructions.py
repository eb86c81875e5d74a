"""What an autoencoder keeps: original images above their reconstructions, a panel per data set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.panels import columns, small_multiples
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import widest, wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LARGEST_TILE, _SMALLEST_TILE = 1.5, 1.15


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


@drawing()
def draw(data: Reconstructions) -> Figure:
    """Panels stand side by side where their images are few."""
    names = [wrap(t, 3.5, style.SMALL) for t in (data.original, data.reconstruction)]
    left = widest(names, style.SMALL) + 0.3
    most = max((len(panel.originals) for panel in data.panels), default=1)
    room = style.TEXT_WIDTH - left
    across = columns(len(data.panels), max(1, min(3, int(room / (most * _SMALLEST_TILE)))))
    tile = min(room / across / max(most, 1), _LARGEST_TILE)
    figure, grid = small_multiples(
        [panel.title for panel in data.panels], 2 * tile, most=across, notes=[p.note for p in data.panels],
        names=left, width=left + across * most * tile, share_x=False, share_y=False,
    )  # fmt: skip
    for i, (axes, panel) in enumerate(zip(grid, data.panels, strict=True)):
        tiles = [pixels.image(tile) for tile in (*panel.originals, *panel.reconstructions)]
        pixels.show(axes, tiles, len(panel.originals))
        if tiles and i % across == 0:
            axes.set_yticks(pixels.rows(2, tiles[0]), names)
    pixels.fit(figure)
    return figure
