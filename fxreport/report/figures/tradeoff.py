"""Quality against time, a panel per data set, with the Pareto front and direct labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.labels import place_labels
from fxreport.report.figures.panels import numbers, powers, say_missing, small_multiples
from fxreport.report.figures.style import Subject
from fxreport.report.figures.svg import drawing, lay_out
from fxreport.report.figures.text import POINT, shorten, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


MOST_NAMED = 40
"""With more points in a panel only those of the Pareto front are named."""


@dataclass(frozen=True, slots=True)
class TradeoffPoint:
    """``low`` and ``high`` bound the interval of the quality, NaN where it is not known.

    ``unsure``: the point stands on the front by its means, and its place there is not shown.
    """

    subject: Subject
    seconds: float
    quality: float
    low: float = math.nan
    high: float = math.nan
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class TradeoffPanel:
    """One data set. ``note`` says what is not in the panel, as variants that were not measured."""

    title: str
    points: tuple[TradeoffPoint, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tradeoff:
    """``missing`` stands in a panel without points; ``time`` is the time axis's title without its scale."""

    panels: tuple[TradeoffPanel, ...]
    time_axis: str
    quality_axis: str
    missing: str = ""
    decimal: str = "."
    time: str = ""


def pareto(points: tuple[TradeoffPoint, ...]) -> tuple[int, ...]:
    """Indices of the points that no other one beats in both quality and time, fastest first."""
    order = sorted(range(len(points)), key=lambda i: (points[i].seconds, -points[i].quality, i))
    front: list[int] = []
    best = -math.inf
    for i in order:
        if points[i].quality > best:
            front.append(i)
            best = points[i].quality
    return tuple(front)


@drawing()
def draw(data: Tradeoff) -> Figure:
    """Points whose time is not positive, or whose numbers are not finite, have no place and are left out."""
    most = max((len(panel.points) for panel in data.panels), default=0)
    figure, grid = small_multiples(
        [panel.title for panel in data.panels], min(6.0 + 0.15 * max(0, most - 6), 9.0), most=2,
        x_axis=data.time_axis, y_axis=data.quality_axis, notes=[panel.note for panel in data.panels],
        share_x=False, share_y=False,
    )  # fmt: skip
    drawn = []
    for axes, panel in zip(grid, data.panels, strict=True):
        axes.spines[["bottom", "left"]].set_visible(True)
        points = tuple(
            p for p in panel.points if p.seconds > 0 and math.isfinite(p.seconds) and math.isfinite(p.quality)
        )
        if points:
            _panel(axes, points, data.decimal)
            drawn.append((axes, points))
        else:
            axes.set(xticks=[], yticks=[])
            say_missing(axes, data.missing)
    if drawn:
        lay_out(figure)
    for axes, points in drawn:
        _label(axes, points)
    return figure


def _panel(axes: Axes, points: tuple[TradeoffPoint, ...], decimal: str) -> None:
    xs = [math.log10(p.seconds) for p in points]
    ends = [y for p in points for y in (p.quality, p.low, p.high) if math.isfinite(y)]
    pad_x = max(0.1 * (max(xs) - min(xs)), 0.12)
    pad_y = max(0.09 * (max(ends) - min(ends)), 0.01)
    axes.set(
        xlim=(10 ** (min(xs) - pad_x), 10 ** (max(xs) + pad_x)), ylim=(min(ends) - pad_y, max(ends) + pad_y)
    )
    powers(axes, "x", decimal)
    numbers(axes.yaxis, decimal, 6)
    axes.grid()
    axes.plot(*zip(*_steps(axes, points), strict=True), color=style.INK, lw=0.9, dashes=(4, 2), alpha=0.55)
    front = pareto(points)
    for i, point in enumerate(points):
        x, y, look = [point.seconds], [point.quality], point.subject.dot(34 if i in front else 26)
        if math.isfinite(point.low + point.high):
            axes.plot(x * 2, [point.low, point.high], color=look["edgecolor"], lw=0.9, alpha=0.7, zorder=3)
        if point.unsure:
            axes.scatter(x, y, s=90, facecolor="none", edgecolor=style.MUTED, linewidth=0.7, zorder=3)
        axes.scatter(x, y, **look)


def _steps(axes: Axes, points: tuple[TradeoffPoint, ...]) -> list[tuple[float, float]]:
    """The corners of the front, to the panel's right edge."""
    front = [(points[i].seconds, points[i].quality) for i in pareto(points)]
    corners = [c for (_, y), (x, top) in pairwise(front) for c in ((x, y), (x, top))]
    return [front[0], *corners, (axes.get_xlim()[1], front[-1][1])]


def _label(axes: Axes, points: tuple[TradeoffPoint, ...]) -> None:
    """Names beside their points, found in centimetres from the panel's corner."""
    frame = axes.get_window_extent()
    width, height = frame.width * POINT, frame.height * POINT

    def place(corners: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
        shown: NDArray[np.float64] = (axes.transData.transform(corners) - frame.min) * POINT
        return shown

    front = pareto(points)
    named = list(range(len(points)) if len(points) <= MOST_NAMED else front)
    labels = [shorten(points[i].subject.label, 0.6 * width, style.SMALL) for i in named]
    at = place([(points[i].seconds, points[i].quality) for i in named])
    corners = place(_steps(axes, points))
    bars = [place([(p.seconds, p.low), (p.seconds, p.high)]) for p in points if math.isfinite(p.low + p.high)]
    places = place_labels(
        at,
        np.array([(text_width(label, style.SMALL) + 0.05, style.SMALL * POINT * 1.08) for label in labels]),
        (width, height),
        lines=[*np.stack([corners[:-1], corners[1:]], axis=1), *bars],
        first=[k for k, i in enumerate(named) if i in front],
    )
    over = axes.inset_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height), zorder=2)
    over.set_axis_off()
    for i, label, found in zip(named, labels, places, strict=True):
        if found is None:
            continue
        if len(found.leader):
            color = style.variant_style(points[i].subject.index).color
            over.plot(*found.leader[[0, -1]].T, color=color, linewidth=0.6)
        over.text(
            float(found.middle[0]), float(found.middle[1]), label, ha="center", va="center",
            fontsize=style.SMALL, color=style.INK if i in front else style.MUTED,
            # where no place is free of lines, they give way to the words
            bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.4, "alpha": 0.85},
        )  # fmt: skip
