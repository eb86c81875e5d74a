"""What the layers of a network make of an image: the input and the first channels of each layer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.layout import line_height, shorten, text_width, wrap
from fxreport.report.figures.sheet import Sheet, middle

MOST_CHANNELS = 8
_GAP, _INPUT, _LABELS = 0.09, 2.2, 3.4


@dataclass(frozen=True, slots=True, eq=False)
class LayerMaps:
    """``label`` says which layer it is, ``notes`` what is known of it, a line each.

    :param maps: (channels, height, width); the first eight are shown, each scaled to its own largest value
    """

    label: str
    maps: NDArray[np.floating]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class FeatureMapsExample:
    """One image on its way through the network.

    :param image: (height, width) or (height, width, channels); bytes, or floats from 0 to 1
    """

    label: str
    image: NDArray[np.generic]
    layers: tuple[LayerMaps, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FeatureMaps:
    examples: tuple[FeatureMapsExample, ...]


def draw(data: FeatureMaps) -> str:
    with style.house_style():
        lines = [line for e in data.examples for m in e.layers for line in (m.label, *m.notes)]
        names = max(
            (text_width(shorten(line, _LABELS, style.SMALL), style.SMALL) for line in lines), default=0.0
        )
        left = _INPUT + 0.5 + (names + 0.2 if names else 0)
        tile = (style.TEXT_WIDTH - left - (MOST_CHANNELS - 1) * _GAP) / MOST_CHANNELS
        heights = [max(_INPUT + 0.55, len(e.layers) * (tile + _GAP)) for e in data.examples]
        sheet = Sheet(math.fsum(heights) + 0.4 * max(0, len(heights) - 1) + 0.02)
        top = 0.0
        for example, height in zip(data.examples, heights, strict=True):
            array = pixels.image(example.image)
            high = _INPUT * array.shape[0] / array.shape[1]
            enlarged, _ = pixels.mosaic([array], 1, 0.1)
            pixels.show(sheet.axes(0, top, _INPUT, min(high, _INPUT)), enlarged)
            label = wrap(example.label, _INPUT + 0.3, style.SMALL)
            sheet.lines(0, top + min(high, _INPUT) + 0.32, label, size=style.SMALL, color=style.MUTED)
            for row, layer in enumerate(example.layers):
                y = top + row * (tile + _GAP)
                _facts(sheet, layer, y + tile / 2)
                maps = [pixels.activations(m) for m in layer.maps[:MOST_CHANNELS]]
                if not maps:
                    continue
                strip, _ = pixels.mosaic(maps, len(maps), _GAP / tile)
                axes = sheet.axes(left, y, len(maps) * (tile + _GAP) - _GAP, tile)
                pixels.show(axes, strip)
                _frames(sheet, left, y, tile, len(maps))
            top += height + 0.4
        return sheet.to_svg()


def _facts(sheet: Sheet, layer: LayerMaps, center: float) -> None:
    """The layer and what is known of it, around a height."""
    lines = [shorten(line, _LABELS, style.SMALL) for line in (layer.label, *layer.notes)]
    first = center - (len(lines) - 1) * line_height(style.SMALL) / 2
    for i, line in enumerate(lines):
        baseline = middle(first, style.SMALL) + i * line_height(style.SMALL)
        color = style.MUTED if i else style.INK
        sheet.text(_INPUT + 0.5, baseline, line, size=style.SMALL, color=color)


def _frames(sheet: Sheet, left: float, top: float, tile: float, count: int) -> None:
    """Thin frames: a map that is white all over is still seen to be there."""
    from matplotlib.patches import Rectangle

    axes = sheet.axes(left, top, count * (tile + _GAP) - _GAP, tile)
    axes.set_axis_off()
    axes.set(xlim=(0, count * (tile + _GAP) - _GAP), ylim=(0, tile))
    for i in range(count):
        axes.add_patch(
            Rectangle(
                (i * (tile + _GAP), 0),
                tile,
                tile,
                fill=False,
                edgecolor=style.GRID,
                linewidth=0.6,
                clip_on=False,
            )
        )
