"""What networks look at: pictured cases, each with the map of every method; a block per network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.layout import line_height, shorten, text_width, wrap
from fxreport.report.figures.sheet import Sheet, middle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GAP, _BLOCK_GAP, _LARGEST_TILE = 0.08, 0.6, 2.3
_NAME_LINES, _NOTE_LINES = 2, 2
_BAR, _BAR_HEIGHT = 5.0, 0.26
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
    """``notes`` say of each method whether its checks were passed; those in doubt are ``doubtful``."""

    title: str
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


def draw(data: Attributions) -> str:
    """Maps of methods in doubt have a dashed frame, besides their note."""
    with style.house_style():
        blocks, columns = max(len(data.networks), 1), 1 + len(data.methods)
        room = style.TEXT_WIDTH - (blocks - 1) * _BLOCK_GAP - blocks * (columns - 1) * _GAP
        tile = min(room / (blocks * columns), _LARGEST_TILE)
        block = columns * (tile + _GAP) - _GAP
        names = [wrap(name, tile, style.SMALL, lines=_NAME_LINES) for name in (data.image, *data.methods)]
        deepest = max(map(len, names))
        head = line_height(style.TITLE) + deepest * line_height(style.SMALL) + 0.15
        notes = [
            [wrap(note, tile, style.TINY, lines=_NOTE_LINES, bold=doubtful) for note, doubtful in _noted(n)]
            for n in data.networks
        ]
        head += max((len(lines) for one in notes for lines in one), default=0) * line_height(style.TINY) + 0.1
        high = tile * max((_ratio(case) for n in data.networks for case in n.cases), default=1.0)
        band = line_height(style.SMALL) + 0.06 + high + 0.14
        rows = max((len(n.cases) for n in data.networks), default=0)
        sheet = Sheet(head + rows * band + 0.85)
        for i, network in enumerate(data.networks):
            left = i * (block + _BLOCK_GAP)
            title = shorten(network.title, block, style.TITLE, bold=True)
            sheet.text(left, 0.3, title, size=style.TITLE, bold=True)
            for k, lines in enumerate(names):
                x, y = left + k * (tile + _GAP), line_height(style.TITLE) + 0.27
                sheet.lines(x, y, lines, size=style.SMALL, color=style.MUTED)
            for k, (lines, doubtful) in enumerate(zip(notes[i], network.doubtful, strict=True), 1):
                x = left + k * (tile + _GAP)
                y = line_height(style.TITLE) + deepest * line_height(style.SMALL) + 0.3
                color = style.INK if doubtful else style.MUTED
                sheet.lines(x, y, lines, size=style.TINY, color=color, bold=doubtful)
            for row, case in enumerate(network.cases):
                _case(sheet, left, head + row * band, tile, block, case, network.doubtful)
        _scale(sheet, head + rows * band + 0.15, data)
        return sheet.to_svg()


def _noted(network: AttributedNetwork) -> list[tuple[str, bool]]:
    return list(zip(network.notes, network.doubtful, strict=True))


def _ratio(case: AttributedCase) -> float:
    height, width = case.image.shape[:2]
    return float(height / width) if width else 1.0


def _case(
    sheet: Sheet,
    left: float,
    top: float,
    tile: float,
    block: float,
    case: AttributedCase,
    doubtful: tuple[bool, ...],
) -> None:
    base = top + 0.24
    sheet.text(left, base, case.verdict, size=style.SMALL, bold=True)
    x = left + text_width(case.verdict, style.SMALL, bold=True) + 0.18
    sheet.text(x, base, shorten(case.label, left + block - x, style.SMALL), size=style.SMALL)
    top += line_height(style.SMALL) + 0.06
    high = tile * _ratio(case)
    image, _ = pixels.mosaic([pixels.image(case.image)], 1, _GAP)
    pixels.show(sheet.axes(left, top, tile, high), image)
    if case.maps:
        strip, _ = pixels.mosaic([_colored(one) for one in case.maps], len(case.maps), _GAP / tile)
        width = len(case.maps) * (tile + _GAP) - _GAP
        axes = sheet.axes(left + tile + _GAP, top, width, high)
        pixels.show(axes, strip)
        _frames(axes, strip.shape[1], strip.shape[0], doubtful, (tile + _GAP) / width, tile / width)


def _colored(one: NDArray[np.floating]) -> pixels.Pixels:
    return pixels.signed(np.rint(np.asarray(one, np.float64) * _STEPS) / _STEPS)


def _frames(
    axes: Axes, width: int, height: int, doubtful: tuple[bool, ...], step: float, share: float
) -> None:
    """Dashed frames around the doubtful maps of a strip of pixels; ``step`` and ``share`` of its width."""
    from matplotlib.patches import Rectangle

    for k, one in enumerate(doubtful):
        if one:
            axes.add_patch(
                Rectangle(
                    (k * step * width - 0.5, -0.5), share * width, height,
                    fill=False, edgecolor=style.INK, linewidth=1.0, linestyle=(0, (3, 2)), clip_on=False,
                )
            )  # fmt: skip


def _scale(sheet: Sheet, top: float, data: Attributions) -> None:
    """The key: the scale of the maps between the names of its ends."""
    names = text_width(data.against, style.SMALL), text_width(data.favour, style.SMALL)
    left = (style.TEXT_WIDTH - _BAR - sum(names) - 0.4) / 2 + names[0] + 0.2
    steps = np.linspace(-1, 1, 2 * _STEPS + 1)
    pixels.show(sheet.axes(left, top, _BAR, _BAR_HEIGHT), pixels.signed(steps[None]))
    base = middle(top + _BAR_HEIGHT / 2, style.SMALL)
    sheet.text(left - 0.2, base, data.against, size=style.SMALL, align="right")
    sheet.text(left + _BAR + 0.2, base, data.favour, size=style.SMALL)
    sheet.text(left + _BAR / 2, top + _BAR_HEIGHT + 0.3, "0", size=style.SMALL, align="center")
