"""Quality against time, a panel per data set, with the Pareto front and direct labels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from fxreport.report.figures import style
from fxreport.report.figures.layout import (
    POINT,
    Box,
    columns,
    line_height,
    place_labels,
    shorten,
    text_width,
    wrap,
)
from fxreport.report.figures.sheet import Sheet, linear_ticks, log_ticks, open_frame, say_missing
from fxreport.report.figures.style import Subject

MOST_NAMED = 40
"""With more points in a panel only those of the Pareto front are named."""

_AXIS_LEFT, _GAP, _MOST_COLUMNS = 1.0, 0.5, 2


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


def draw(data: Tradeoff) -> str:
    """Points whose time is not positive, or whose numbers are not finite, have no place and are left out."""
    with style.house_style():
        count = columns(len(data.panels), _MOST_COLUMNS)
        width = (style.TEXT_WIDTH - count * _AXIS_LEFT - (count - 1) * _GAP) / count
        most = max((len(p.points) for p in data.panels), default=0)
        body = min(5.2 + 0.12 * max(0, most - 6), 9.0)
        head = line_height(style.TITLE) + 0.1
        notes = [wrap(p.note, width, style.SMALL, lines=3) if p.note else () for p in data.panels]
        foot = 0.95 + max((len(n) for n in notes), default=0) * line_height(style.SMALL) + 0.3
        band = head + body + foot
        sheet = Sheet(math.ceil(len(data.panels) / count) * band)
        for i, panel in enumerate(data.panels):
            top = (i // count) * band
            left = _AXIS_LEFT + (i % count) * (width + _GAP + _AXIS_LEFT)
            [title] = wrap(panel.title, width, style.TITLE, lines=1, bold=True)
            sheet.text(left, top + 0.3, title, size=style.TITLE, bold=True)
            _panel(sheet, left, top + head, width, body, panel, data)
            sheet.text(
                left + width / 2, top + head + body + 0.8, data.time_axis,
                size=style.SMALL, color=style.MUTED, align="center",
            )  # fmt: skip
            sheet.text(
                left - 0.78, top + head + body / 2, data.quality_axis,
                size=style.SMALL, color=style.MUTED, align="center", upward=True,
            )  # fmt: skip
            sheet.lines(
                left, top + head + body + 1.2, notes[i], size=style.SMALL, color=style.MUTED, italic=True
            )
        return sheet.to_svg()


def _panel(
    sheet: Sheet, left: float, top: float, width: float, height: float, panel: TradeoffPanel, data: Tradeoff
) -> None:
    axes = sheet.axes(left, top, width, height)
    open_frame(axes, "bottom", "left")
    points = tuple(
        p for p in panel.points if p.seconds > 0 and math.isfinite(p.seconds) and math.isfinite(p.quality)
    )
    if not points:
        say_missing(axes, data.missing)
        return
    xs = [math.log10(p.seconds) for p in points]
    ys = [p.quality for p in points]
    ends = [y for p in points for y in (p.quality, p.low, p.high) if math.isfinite(y)]
    pad_x = max(0.1 * (max(xs) - min(xs)), 0.12)
    pad_y = max(0.09 * (max(ends) - min(ends)), 0.01)
    x0, x1 = min(xs) - pad_x, max(xs) + pad_x
    y0, y1 = min(ends) - pad_y, max(ends) + pad_y
    axes.set(xscale="log", xlim=(10**x0, 10**x1), ylim=(y0, y1))
    log_ticks(axes, "x", data.decimal)
    linear_ticks(axes, "y", data.decimal, most=6)
    axes.grid()

    placed = [
        ((x - x0) / (x1 - x0) * width, (y - y0) / (y1 - y0) * height) for x, y in zip(xs, ys, strict=True)
    ]
    front = pareto(points)
    corners: list[tuple[float, float]] = []
    for i in front:
        if corners:
            corners.append((placed[i][0], corners[-1][1]))
        corners.append(placed[i])
    corners.append((width, corners[-1][1]))
    steps = [(*a, *b) for a, b in pairwise(corners)]
    over = axes.inset_axes((0, 0, 1, 1))
    over.set(xlim=(0, width), ylim=(0, height))
    over.set_axis_off()
    over.plot(
        *zip(*corners, strict=True), color=style.INK, linewidth=0.9, dashes=(4, 2), alpha=0.55, zorder=1
    )

    for i, (point, (x, y)) in enumerate(zip(points, placed, strict=True)):
        mark = style.variant_style(point.subject.index)
        bar = [(end - y0) / (y1 - y0) * height for end in (point.low, point.high)]
        if all(map(math.isfinite, bar)):
            over.plot([x, x], bar, color=mark.color, linewidth=0.9, alpha=0.7, zorder=3)
            steps.append((x, bar[0], x, bar[1]))
        if point.unsure:
            over.scatter([x], [y], s=90, facecolor="none", edgecolor=style.MUTED, linewidth=0.7, zorder=3)
        over.scatter(
            [x], [y], s=(34 if i in front else 26) * mark.area, marker=mark.marker, zorder=4,
            facecolor=style.PAPER if point.subject.hollow else mark.color,
            edgecolor=mark.color, linewidth=1.1,
        )  # fmt: skip
    labels = [shorten(p.subject.label, 0.6 * width, style.SMALL) for p in points]
    named = range(len(points)) if len(points) <= MOST_NAMED else front
    places = place_labels(
        [placed[i] for i in named],
        [(text_width(labels[i], style.SMALL) + 0.05, style.SMALL * POINT * 1.08) for i in named],
        Box(0.04, 0.04, width, height),
        lines=steps,
        first=[k for k, i in enumerate(named) if i in front],
    )
    for i, place in zip(named, places, strict=True):
        if place is None:
            continue
        x, y = placed[i]
        if place.leader is not None:
            color = style.variant_style(points[i].subject.index).color
            over.plot([x, place.leader[0]], [y, place.leader[1]], color=color, linewidth=0.6, zorder=2)
        over.text(
            place.box.left + 0.02, place.box.bottom + 0.24 * style.SMALL * POINT, labels[i],
            fontsize=style.SMALL, color=style.INK if i in front else style.MUTED,
            # where no place is free of lines, they give way to the words
            bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.4, "alpha": 0.85},
        )  # fmt: skip
