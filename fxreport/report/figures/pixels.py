"""Small arrays as pictures: scaled, coloured, and put into one mosaic with gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


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
    return style.ON_DARK if share > _DARK_FROM else style.ON_LIGHT


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


def mosaic(tiles: Sequence[Pixels], columns: int, gap: float) -> NDArray[np.uint8]:
    """Put tiles of one shape into rows: an RGBA array. ``gap`` is in tile widths.

    Gaps and the places after the last tile are transparent.
    """
    height, width = tiles[0].shape[:2]
    factor = max(1, _SHARPEST // max(height, width))
    height, width = height * factor, width * factor
    space = round(gap * width)
    rows = -(-len(tiles) // columns)
    canvas = np.zeros((rows * (height + space) - space, columns * (width + space) - space, 4), np.uint8)
    for i, tile in enumerate(tiles):
        top, left = (i // columns) * (height + space), (i % columns) * (width + space)
        canvas[top : top + height, left : left + width, :3] = tile.repeat(factor, 0).repeat(factor, 1)
        canvas[top : top + height, left : left + width, 3] = 255
    return canvas


def ratio(picture: NDArray[np.generic]) -> float:
    """Height ÷ width."""
    height, width = picture.shape[:2]
    return height / width if width else 1.0


def show(
    axes: Axes,
    tiles: Sequence[Pixels],
    columns: int = 1,
    *,
    gap: float = 0.08,
    left: float = 0.0,
    top: float = 0.0,
    frame: str = "",
) -> None:
    """Add a mosaic to axes whose unit is a tile's width, from the top left downwards; their size follows."""
    axes.set_anchor("NW")
    if not axes.images:
        axes.set(xticks=[], yticks=[])
    if not len(tiles):
        return
    picture = mosaic(tiles, columns, gap)
    wide = columns * (1 + gap) - gap
    axes.imshow(
        picture, interpolation="none", extent=(left, left + wide, top + wide * ratio(picture), top)
    )  # fmt: skip
    lefts, rights, bottoms, tops = zip(*(image.get_extent() for image in axes.images), strict=True)
    axes.set(xlim=(min(lefts), max(rights)), ylim=(max(bottoms), min(tops)))
    if frame:
        axes.spines[:].set(visible=True, color=frame)


def rows(count: int, tile: NDArray[np.generic], gap: float = 0.08) -> list[float]:
    """The middles of a mosaic's rows in the unit of its axes."""
    return [k * (ratio(tile) + gap) + ratio(tile) / 2 for k in range(count)]


def fit(figure: Figure) -> None:
    """Make the figure as high as what it shows: pictures keep their shape whatever the height."""
    if not figure.axes:
        return
    layout = figure.get_layout_engine()
    assert layout is not None
    layout.set(h_pad=0.07, w_pad=0.05)  # type: ignore[call-arg]
    layout.execute(figure)
    figure.set_figheight(max(figure.get_tightbbox().height + 0.06, 0.2))


def scale(figure: Figure, grid: list[Axes], colors: Sequence[str], names: Sequence[str]) -> None:
    """A key below the panels: the scale above the names of evenly spaced places on it."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap

    mapping = ScalarMappable(cmap=LinearSegmentedColormap.from_list("", colors, N=31))
    bar = figure.colorbar(mapping, ax=grid, location="bottom", fraction=0.05, shrink=0.4, aspect=20, pad=0.03)
    figure.set_figheight(figure.get_figheight() + 0.35)
    bar.set_ticks([k / (len(names) - 1) for k in range(len(names))], labels=names)
    bar.ax.tick_params(length=0)


def _rgb(values: NDArray[np.uint8]) -> Pixels:
    if values.ndim == 2:
        values = values[..., None]
    if values.shape[-1] not in (1, 3):
        # Neither grey nor colour: the channels' mean is all that a picture can show.
        values = np.rint(values.mean(axis=-1, keepdims=True)).astype(np.uint8)
    return np.broadcast_to(values, (*values.shape[:2], 3))
