"""What the layers of a network make of an image: the input and the first channels of each layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.panels import page
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import shorten, widest, wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_CHANNELS = 8
_INPUT = 2.2


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


@drawing()
def draw(data: FeatureMaps) -> Figure:
    from matplotlib.patches import Rectangle

    facts = [[_facts(layer) for layer in example.layers] for example in data.examples]
    names = widest([text for texts in facts for text in texts], style.SMALL)
    tile = (style.TEXT_WIDTH - _INPUT - names - 0.8) / MOST_CHANNELS
    # an empty row parts the examples
    heights = [h for e in data.examples for h in [*[tile] * max(len(e.layers), 2), 0.3]][:-1]
    figure = page(max(sum(heights) + 0.1 * len(heights) + 0.5, 0.5), compress=False)
    ratios = [_INPUT, style.TEXT_WIDTH - _INPUT - names]
    grid = figure.add_gridspec(max(len(heights), 1), 2, width_ratios=ratios, height_ratios=heights or [1])
    top = 0
    for example, texts in zip(data.examples, facts, strict=True):
        deep = max(len(example.layers), 2)
        axes = figure.add_subplot(grid[top : top + deep, 0])
        pixels.show(axes, [pixels.image(example.image)])
        axes.set_xlabel(wrap(example.label, _INPUT + 0.3, style.SMALL), loc="left")
        for row, (layer, text) in enumerate(zip(example.layers, texts, strict=True)):
            axes = figure.add_subplot(grid[top + row, 1])
            maps = [pixels.activations(one) for one in layer.maps[:MOST_CHANNELS]]
            pixels.show(axes, maps, len(maps))
            axes.set(xlim=(0, MOST_CHANNELS * 1.08 - 0.08))
            axes.set_yticks([0.5], [text], color=style.INK)
            # thin frames: a map that is white all over is still seen to be there
            for k, one in enumerate(maps):
                place = (1.08 * k, 0), 1, pixels.ratio(one)
                axes.add_patch(Rectangle(*place, fill=False, ec=style.GRID, lw=0.6, clip_on=False))
        top += deep + 1
    return figure


def _facts(layer: LayerMaps) -> str:
    return "\n".join(shorten(line, 3.4, style.SMALL) for line in (layer.label, *layer.notes))
