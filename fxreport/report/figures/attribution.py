"""What networks look at: pictured cases, each with the map of every method; a block per network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.panels import page
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import POINT, line_height, shorten, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GAP = 0.05
#: of a tile's width, what a text above it may take
_ROOM = 0.95
#: steps of the scale on each side of zero: more cannot be told apart, and fewer colours are fewer bytes
_STEPS = 15


@dataclass(frozen=True, slots=True, eq=False)
class AttributedCase:
    """An image with the maps of the network's answer; ``verdict`` is the word for right or wrong.

    :param image: (height, width) or (height, width, channels); bytes, or floats from 0 to 1
    :param maps: one (height, width) a method, from -1 (against the answer) to 1 (for it)
    """

    verdict: str
    label: str
    image: NDArray[np.generic]
    maps: tuple[NDArray[np.floating], ...]


@dataclass(frozen=True, slots=True, eq=False)
class AttributedNetwork:
    """``notes`` say of each method whether its checks were passed; those in doubt are ``doubtful``.

    ``checked`` says on how many images, "" where that is not known.
    """

    title: str
    checked: str
    notes: tuple[str, ...]
    doubtful: tuple[bool, ...]
    cases: tuple[AttributedCase, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Attributions:
    """``against`` and ``favour`` name the ends of the scale."""

    networks: tuple[AttributedNetwork, ...]
    image: str
    methods: tuple[str, ...]
    against: str
    favour: str


@drawing()
def draw(data: Attributions) -> Figure:
    """Maps of methods in doubt have a dashed frame, besides their note."""
    blocks, across = max(len(data.networks), 1), 1 + len(data.methods)
    tile = min(style.TEXT_WIDTH / (blocks * across) - 0.1, 2.3)
    rows = max((len(network.cases) for network in data.networks), default=0)
    # high enough for the tiles to be as wide as they may; what is left over goes
    figure = page(max(rows, 1) * (tile + 0.8) + 4, blocks * across * (tile + 0.1))
    grid = figure.subplots(max(rows, 1), blocks, squeeze=False)
    for column, network in zip(grid.T, data.networks, strict=False):
        for axes, case in zip(column, network.cases, strict=False):
            _case(axes, case, network.doubtful, across * tile)
        _head(column[0], network, (data.image, *data.methods), tile)
    for axes in grid.flat:
        if not axes.images:
            axes.set_axis_off()
    pixels.scale(figure, grid.ravel().tolist(), style.SIGNED, (data.against, "0", data.favour))
    pixels.fit(figure)
    return figure


def _head(axes: Axes, network: AttributedNetwork, names: tuple[str, ...], tile: float) -> None:
    """Methods' names above their notes, which are the smaller ticks' labels."""
    axes.set_title(shorten(network.title, len(names) * tile, style.TITLE, bold=True))
    room = _ROOM * tile
    names = tuple(wrap(name, room, style.SMALL) for name in names)
    bold = (False, *network.doubtful)
    notes = [
        wrap(n, room, style.SMALL, bold=b)
        for n, b in zip((network.checked, *network.notes), bold, strict=True)
    ]
    lines = max((note.count("\n") + 1 for note in notes), default=0)
    middles = [(1 + _GAP) * k + 0.5 for k in range(len(names))]
    axes.xaxis.tick_top()
    axes.xaxis.remove_overlapping_locs = False
    axes.set_xticks(middles, names)
    axes.set_xticks(middles, notes, minor=True, fontsize=style.SMALL)
    axes.tick_params(which="major", length=0, pad=3 + lines * line_height(style.SMALL) / POINT)
    axes.tick_params(which="minor", length=0, pad=3)
    for text, doubtful in zip(axes.get_xticklabels(minor=True), bold, strict=True):
        text.set(color=style.INK if doubtful else style.MUTED, weight="bold" if doubtful else "normal")


def _case(axes: Axes, case: AttributedCase, doubtful: tuple[bool, ...], width: float) -> None:
    from matplotlib.patches import Rectangle

    pixels.show(axes, [pixels.image(case.image)])
    pixels.show(axes, [_colored(one) for one in case.maps], len(case.maps), gap=_GAP, left=1 + _GAP)
    for k, one in enumerate(case.maps):
        if doubtful[k]:
            place = ((k + 1) * (1 + _GAP), 0), 1, pixels.ratio(one)
            axes.add_patch(Rectangle(*place, fill=False, ec=style.INK, ls=(0, (3, 2)), clip_on=False))
    said: style.Look = {"textcoords": "offset points", "fontsize": style.SMALL, "va": "top"}
    verdict = axes.annotate(case.verdict, (0, 0), (0, -2), xycoords="axes fraction", weight="bold", **said)
    axes.annotate(shorten(case.label, 0.8 * width, style.SMALL), (1, 1), (4, 0), xycoords=verdict, **said)


def _colored(one: NDArray[np.floating]) -> pixels.Pixels:
    return pixels.signed(np.rint(np.asarray(one, np.float64) * _STEPS) / _STEPS)
