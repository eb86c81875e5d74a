"""A grid of projections that compare: an extractor a row, a method a column, the same images in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.layout import ELLIPSIS, POINT, line_height, repel, text_width, wrap
from fxreport.report.figures.sheet import Sheet, bare, middle
from fxreport.report.figures.svg import FEW_COLORS, RASTER_DPI

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_NAMED_CLASSES = 20
"""Beyond this, classes are told apart by colour alone: neither badges nor a legend would be readable."""

_GAP, _ROW_GAP, _EDGE, _SMALLEST, _LARGEST, _PAGE, _BADGE = 0.2, 0.14, 0.03, 2.2, 5.4, 18.6, 0.29
#: with so few methods they are the rows: a figure of two narrow columns would be a strip down the page
_FEW_METHODS = 2


@dataclass(frozen=True, slots=True, eq=False)
class ProjectionPanel:
    """One variant's images in the plane. ``note`` is a line of measured numbers beneath the panel.

    :param points: (n, 2); points that are not finite are left out
    :param classes: (n,) integers, indices into ``Projections.classes``
    """

    points: NDArray[np.floating]
    classes: NDArray[np.integer]
    note: str = ""


Panels = tuple[ProjectionPanel | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Projections:
    """``panels``: for each variant one a method, None where nothing was measured.

    ``missing`` stands in the place of a missing panel.
    """

    variants: tuple[str, ...]
    methods: tuple[str, ...]
    panels: tuple[Panels, ...]
    classes: tuple[str, ...]
    legend_title: str = ""
    missing: str = ""


def draw(data: Projections) -> str:
    """Every panel is square with equal scales on both axes and fits all of its points."""
    rows, columns, panels = data.variants, data.methods, data.panels
    if len(columns) <= min(_FEW_METHODS, len(rows) - 1):
        rows, columns, panels = columns, rows, tuple(zip(*panels, strict=True))
    with style.house_style():
        # A row's title runs up its left side, on two lines where one is too long.
        strip = 2 * line_height(style.LABEL) + 0.1
        legend = _legend_rows(data, strip) if len(data.classes) <= MOST_NAMED_CLASSES else []
        legend_height = len(legend) * 0.5 + (0.15 if legend else 0)
        noted = any(panel is not None and panel.note for row in panels for panel in row)
        note_height = line_height(style.SMALL) + 0.08 if noted else 0.0
        wide = (style.TEXT_WIDTH - _EDGE - strip - (len(columns) - 1) * _GAP) / max(len(columns), 1)
        heads = [wrap(title, min(wide, _LARGEST), style.TITLE, bold=True) for title in columns]
        head = max((len(lines) for lines in heads), default=0) * line_height(style.TITLE) + 0.12
        band = (_PAGE - head - legend_height) / max(len(rows), 1)
        side = min(wide, _LARGEST, max(band - note_height - _ROW_GAP, _SMALLEST))

        sheet = Sheet(head + len(rows) * (side + note_height + _ROW_GAP) + legend_height)
        for i, lines in enumerate(heads):
            first = head - 0.14 - (len(lines) - 1) * line_height(style.TITLE)
            sheet.lines(strip + i * (side + _GAP), first, lines, size=style.TITLE, bold=True)
        top = head
        for title, row in zip(rows, panels, strict=True):
            lines = wrap(title, side, style.LABEL)
            if any(line.endswith(ELLIPSIS) for line in lines):
                lines = wrap(title, side + note_height, style.LABEL)
            for i, line in enumerate(lines):
                x = strip - 0.16 - (len(lines) - 1 - i) * line_height(style.LABEL)
                sheet.text(x, top + side / 2, line, align="center", upward=True)
            _row(sheet, (strip, top), side, row, data)
            for i, panel in enumerate(row):
                if panel is not None and panel.note:
                    [note] = wrap(panel.note, side, style.SMALL, lines=1)
                    left, base = strip + i * (side + _GAP), top + side + 0.27
                    sheet.text(left, base, note, size=style.SMALL, color=style.MUTED)
            top += side + note_height + _ROW_GAP
        _legend(sheet, strip, top + 0.1, legend, data)
        return sheet.to_svg(colors=FEW_COLORS)


def _row(
    sheet: Sheet,
    corner: tuple[float, float],
    side: float,
    panels: Sequence[ProjectionPanel | None],
    data: Projections,
) -> None:
    """Panels beside each other, from the ``corner`` (left, top).

    Their points are one picture: a picture each would take several times as long.
    """
    from matplotlib.patches import Rectangle

    width = len(panels) * (side + _GAP) - _GAP
    axes = sheet.axes(*corner, width, side)
    bare(axes)
    dots: list[_Dots] = []
    for i, panel in enumerate(panels):
        left = i * (side + _GAP)
        axes.add_patch(
            Rectangle((left, 0), side, side, fill=False, edgecolor=style.GRID, linewidth=0.6, clip_on=False)
        )
        finite = np.zeros(0, bool) if panel is None else np.isfinite(panel.points).all(axis=1)
        if panel is None or not finite.any():
            axes.text(
                left + side / 2, side / 2, "\n".join(wrap(data.missing, side - 0.3, style.SMALL, lines=3)),
                ha="center", va="center", fontsize=style.SMALL, color=style.MUTED, style="italic",
            )  # fmt: skip
            continue
        classes = panel.classes[finite]
        points = _fit(panel.points[finite].astype(float), side)
        area = float(np.clip(168 * side * side / len(points), 1.1, 14))
        dots.append(_Dots(points + np.array((left, 0.0)), classes, area))
        if len(data.classes) > MOST_NAMED_CLASSES:
            continue
        present = [int(c) for c in np.unique(classes)]
        middles = _beside_small([points[classes == c] for c in present])
        for c, (x, y) in zip(present, repel(middles, _BADGE * 1.06, side), strict=True):
            _badge(axes, left + x, y, c)
    if dots:
        picture = _rasterise(dots, width, side)
        axes.imshow(picture, extent=(0, width, 0, side), interpolation="none", aspect="auto", zorder=2)
    axes.set(xlim=(0, width), ylim=(0, side))


@dataclass(frozen=True, slots=True, eq=False)
class _Dots:
    """Points (n, 2) in centimetres, their classes (n,), and the area of a dot in square points."""

    points: NDArray[np.float64]
    classes: NDArray[np.integer]
    area: float


def _rasterise(dots: list[_Dots], width: float, height: float) -> NDArray[np.uint8]:
    """The dots of a row as RGBA."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 2.54, height / 2.54), dpi=RASTER_DPI)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(0, height))
    for one in dots:
        # In a fixed shuffle: no class lies on top of the others because of its number.
        order = np.random.default_rng(0).permutation(len(one.points))
        colors = [style.class_color(int(c)) for c in one.classes[order]]
        x, y = one.points[order].T
        axes.scatter(x, y, s=one.area, c=colors, alpha=0.75, linewidths=0)
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.array(canvas.buffer_rgba(), dtype=np.uint8)  # type: ignore[no-untyped-call]


def _fit(points: NDArray[np.float64], side: float) -> NDArray[np.float64]:
    """Scale both axes alike so that all points lie within the panel, centred."""
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max()) or 1.0
    scaled: NDArray[np.float64] = (points - (low + high) / 2) / extent * side * 0.93 + side / 2
    return scaled


def _beside_small(groups: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Where the badges of classes (each (n, 2), in centimetres) go: (k, 2), in their middles.

    One that would hide most of its class stands outside of it, away from the others.
    """
    middles = np.array([np.median(points, axis=0) for points in groups])
    centre = middles.mean(axis=0)
    for i, points in enumerate(groups):
        reach = float(np.quantile(np.hypot(*(points - middles[i]).T), 0.8))
        away = middles[i] - centre
        if reach < 0.6 * _BADGE and away.any():
            middles[i] += away / np.hypot(*away) * (reach + 0.55 * _BADGE)
    return middles


def _badge(axes: Axes, x: float, y: float, number: int) -> None:
    """A class's number in a ring of its colour. The axes' unit is the centimetre."""
    # A marker is drawn once and used again, where each circle would be a path of its own.
    axes.plot(
        [x], [y], marker="o", markersize=_BADGE / POINT, markerfacecolor=style.PAPER,
        markeredgecolor=style.class_color(number), markeredgewidth=1.1, alpha=0.93, zorder=3, clip_on=False,
    )  # fmt: skip
    axes.text(x, y - 0.36 * style.TINY * POINT, str(number), ha="center", fontsize=style.TINY, zorder=4)


def _legend_rows(data: Projections, begin: float) -> list[list[tuple[float, int]]]:
    """(left, class) of the legend's entries, row by row; a row begins at ``begin``."""
    if all(name == str(i) for i, name in enumerate(data.classes)):
        return []  # the badges say it
    start = begin + text_width(data.legend_title, style.SMALL) + (0.3 if data.legend_title else 0)
    rows: list[list[tuple[float, int]]] = [[]]
    left = start
    for i, name in enumerate(data.classes):
        width = _BADGE + (0.12 + text_width(name, style.SMALL) if name != str(i) else 0)
        if rows[-1] and left + width > style.TEXT_WIDTH:
            rows.append([])
            left = start
        rows[-1].append((left, i))
        left += width + 0.35
    return rows


def _legend(
    sheet: Sheet, begin: float, top: float, rows: list[list[tuple[float, int]]], data: Projections
) -> None:
    """Badges with the classes' names; a name that is the badge's own number is not repeated."""
    if not rows:
        return
    base = middle(top + 0.2, style.SMALL)
    sheet.text(begin, base, data.legend_title, size=style.SMALL, color=style.MUTED)
    height = len(rows) * 0.5
    axes = sheet.axes(0, top, style.TEXT_WIDTH, height)
    bare(axes)
    axes.set(xlim=(0, style.TEXT_WIDTH), ylim=(0, height))
    for row, entries in enumerate(rows):
        y = height - 0.2 - row * 0.5
        for left, i in entries:
            _badge(axes, left + _BADGE / 2, y, i)
            if data.classes[i] != str(i):
                axes.text(
                    left + _BADGE + 0.12,
                    y - 0.36 * style.SMALL * POINT,
                    data.classes[i],
                    fontsize=style.SMALL,
                )
