"""A matrix of shares as a heat map: white to dark blue, a number in each cell that has room for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.text import shorten, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_LOWEST = 0.3
"""Height of a cell that has room for a line of text."""


def heat_map(
    axes: Axes,
    shares: NDArray[np.floating],
    rows: Sequence[str],
    columns: Sequence[str],
    cell: tuple[float, float],
    write: Callable[[float], str],
) -> None:
    """Names stand at the left and above; every fifth where cells are small.

    :param shares: (rows, columns), 0 to 1; what is not finite stays white and without a number
    :param cell: about its width and height, in centimetres
    """
    wide, high = cell
    axes.imshow(pixels.sequential(shares), interpolation="nearest", aspect="auto")
    every = 1 if wide > 0.4 else 5
    names = [shorten(name, wide * every - 0.05, style.SMALL) for name in columns[::every]]
    axes.set_xticks(range(0, len(columns), every), names)
    every = 1 if high >= _LOWEST else 5
    axes.set_yticks(range(0, len(rows), every), rows[::every], color=style.INK)
    axes.set_xticks(np.arange(1, len(columns)) - 0.5, minor=True)
    axes.set_yticks(np.arange(1, len(rows)) - 0.5, minor=True)
    axes.grid(which="minor")
    axes.tick_params(which="both", length=0, labeltop=True, labelbottom=False)
    texts = {place: write(share) for place, share in np.ndenumerate(shares) if np.isfinite(share)}
    if high < _LOWEST or wide < max((text_width(t, style.SMALL) for t in texts.values()), default=0) + 0.05:
        return
    for (i, j), text in texts.items():
        color = pixels.ink_on(float(shares[i, j]))
        axes.text(j, i, text, ha="center", va="center", fontsize=style.SMALL, color=color, in_layout=False)
