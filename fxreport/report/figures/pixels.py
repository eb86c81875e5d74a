"""Small arrays as pictures: scaled, coloured, and put into one mosaic with gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Pixels = NDArray[np.uint8]
"""(height, width, 3)"""

_DARK_FROM = 0.645
"""From this share on light text has more contrast with the sequential scale than dark text has."""

_SHARPEST = 96
"""Pixels that a tile is enlarged to, so that no viewer smooths its own pixels away."""


def image(array: NDArray[np.generic]) -> Pixels:
    """An image (h, w), (h, w, 1) or (h, w, 3) as it is: bytes unchanged, floats from 0–1; others clipped."""
    values = np.asarray(array)
    if values.dtype != np.uint8:
        values = np.clip(np.nan_to_num(values.astype(float)), 0, 1) * 255
    return _rgb(np.rint(values).astype(np.uint8))


def weights(array: NDArray[np.generic]) -> Pixels:
    """A filter (h, w), (h, w, 1) or (h, w, 3): zero is mid grey, ± its own largest weight white and black."""
    values = np.nan_to_num(np.asarray(array).astype(float))
    largest = float(np.abs(values).max(initial=0.0)) or 1.0
    return _rgb(np.rint((values / largest + 1) * 127.5).astype(np.uint8))


def activations(array: NDArray[np.generic]) -> Pixels:
    """A feature map (h, w): white is its least value (or zero, whichever is less), dark blue its largest."""
    values = np.nan_to_num(np.asarray(array).astype(float))
    low = min(0.0, float(values.min(initial=0.0)))
    span = float(values.max(initial=0.0)) - low or 1.0
    return sequential((values - low) / span)


def sequential(shares: NDArray[np.floating]) -> Pixels:
    """Shares between 0 and 1 on the house's white-to-blue scale; the shape gains an axis of 3."""
    return _on_scale(shares, style.SEQUENTIAL)


def ink_on(share: float) -> str:
    """The colour of text on ``sequential(share)``: whichever stands out more."""
    return style.PAPER if share > _DARK_FROM else style.INK


def signed(values: NDArray[np.floating]) -> Pixels:
    """Values from -1 to 1 on the house’s scale that darkens from against to for; the shape gains an axis."""
    return _on_scale((np.nan_to_num(np.asarray(values, float)) + 1) / 2, style.SIGNED)


def _on_scale(shares: NDArray[np.floating], scale: Sequence[str]) -> Pixels:
    anchors = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in scale], dtype=float)
    at = np.clip(np.nan_to_num(shares), 0, 1) * (len(anchors) - 1)
    places = np.arange(len(anchors))
    channels = [np.interp(at, places, anchors[:, i]) for i in range(3)]
    colors: Pixels = np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
    return colors


def mosaic(tiles: Sequence[Pixels], columns: int, gap: float) -> tuple[NDArray[np.uint8], float]:
    """Put tiles of one shape into rows; (RGBA array, its height ÷ width). ``gap`` is in tile widths.

    Gaps and the places after the last tile are transparent.
    """
    height, width = tiles[0].shape[:2]
    factor = max(1, _SHARPEST // max(height, width))
    height, width = height * factor, width * factor
    space = max(1, round(gap * width))
    rows = -(-len(tiles) // columns)
    canvas = np.zeros((rows * (height + space) - space, columns * (width + space) - space, 4), np.uint8)
    for i, tile in enumerate(tiles):
        top, left = (i // columns) * (height + space), (i % columns) * (width + space)
        canvas[top : top + height, left : left + width, :3] = tile.repeat(factor, 0).repeat(factor, 1)
        canvas[top : top + height, left : left + width, 3] = 255
    return canvas, canvas.shape[0] / canvas.shape[1]


def show(axes: Axes, array: NDArray[np.uint8]) -> None:
    """Fill the axes with the picture."""
    axes.set_axis_off()
    axes.imshow(array, interpolation="none", aspect="auto")


def _rgb(values: NDArray[np.uint8]) -> Pixels:
    if values.ndim == 2:
        values = values[..., None]
    if values.shape[-1] not in (1, 3):
        # Neither grey nor colour: the channels' mean is all that a picture can show.
        values = np.rint(values.mean(axis=-1, keepdims=True)).astype(np.uint8)
    return np.broadcast_to(values, (*values.shape[:2], 3))
