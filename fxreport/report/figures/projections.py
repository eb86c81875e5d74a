"""Scatter panels of two-dimensional projections: a block of panels per method, a panel per variant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.layout import POINT, columns, line_height, repel, text_width, wrap
from fxreport.report.figures.sheet import Sheet, bare, middle
from fxreport.report.figures.svg import RASTER_DPI

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_NAMED_CLASSES = 20
"""Beyond this, classes are told apart by colour alone: neither badges nor a legend would be readable."""

_GAP, _SMALLEST, _LARGEST, _PAGE, _BADGE = 0.3, 3.0, 5.4, 17.8, 0.29
_MOST_COLUMNS = 5


@dataclass(frozen=True, slots=True, eq=False)
class ProjectionPanel:
    """One variant's images in the plane. ``note`` is a line of measured numbers beneath the panel.

    :param points: (n, 2); points that are not finite are left out
    :param classes: (n,) integers, indices into ``Projections.classes``
    """

    points: NDArray[np.floating]
    classes: NDArray[np.integer]
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ProjectionBlock:
    """The panels of one method (PCA, t-SNE), one per variant; None where nothing was measured."""

    title: str
    panels: tuple[ProjectionPanel | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Projections:
    """``variants`` title the panels of each block; ``missing`` stands in the place of a missing panel."""

    variants: tuple[str, ...]
    blocks: tuple[ProjectionBlock, ...]
    classes: tuple[str, ...]
    legend_title: str = ""
    missing: str = ""


def draw(data: Projections) -> str:
    """Every panel is square with equal scales on both axes and fits all of its points."""
    with style.house_style():
        count = columns(len(data.variants), _MOST_COLUMNS)
        rows = math.ceil(len(data.variants) / count)
        side = _side(count, rows * len(data.blocks))
        titles = [wrap(v, side, style.LABEL) for v in data.variants]
        legend = _legend_rows(data) if len(data.classes) <= MOST_NAMED_CLASSES else []

        tall = [
            max((len(t) for t in titles[row * count : (row + 1) * count]), default=1)
            * line_height(style.LABEL)
            for row in range(rows)
        ]
        notes = [any(p is not None and p.note for p in block.panels) for block in data.blocks]
        note_height = line_height(style.SMALL) + 0.08
        height = len(legend) * 0.5 + (0.15 if legend else 0)
        for has_notes in notes:
            height += 0.75 + sum(t + 0.1 + side + (note_height if has_notes else 0) + 0.2 for t in tall)

        sheet = Sheet(height)
        top = 0.0
        for block, has_notes in zip(data.blocks, notes, strict=True):
            sheet.text(0, top + 0.38, block.title, size=style.TITLE, bold=True)
            top += 0.55
            for row in range(rows):
                panels = block.panels[row * count : (row + 1) * count]
                under = top + tall[row] + 0.05
                _row(sheet, under, side, panels, data)
                for i, panel in enumerate(panels):
                    left, title = i * (side + _GAP), titles[row * count + i]
                    first = under - (len(title) - 1) * line_height(style.LABEL) - 0.13
                    sheet.lines(left, first, title)
                    if panel is not None and panel.note:
                        [note] = wrap(panel.note, side, style.SMALL, lines=1)
                        sheet.text(left, under + side + 0.33, note, size=style.SMALL, color=style.MUTED)
                top = under + 0.05 + side + (note_height if has_notes else 0) + 0.2
            top += 0.2
        _legend(sheet, top + 0.1, legend, data)
        return sheet.to_svg(few_colors=True)


def _side(columns: int, rows: int) -> float:
    """The largest square that fits the text's width and, with a few rows, a page with its caption."""
    wide = (style.TEXT_WIDTH - (columns - 1) * _GAP) / columns
    return min(wide, _LARGEST, max((_PAGE - 1.4 * rows) / max(rows, 1), _SMALLEST))


def _row(
    sheet: Sheet, top: float, side: float, panels: tuple[ProjectionPanel | None, ...], data: Projections
) -> None:
    """Panels beside each other. Their points are one picture: a picture each would take ten times as long."""
    from matplotlib.patches import Rectangle

    axes = sheet.axes(0, top, style.TEXT_WIDTH, side)
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
        area = float(np.clip(168 * side * side / len(points), 1.6, 14))
        dots.append(_Dots(points + np.array((left, 0.0)), classes, area))
        if len(data.classes) > MOST_NAMED_CLASSES:
            continue
        present = [int(c) for c in np.unique(classes)]
        medians = np.array([np.median(points[classes == c], axis=0) for c in present])
        for c, (x, y) in zip(present, repel(medians, _BADGE * 1.06, side), strict=True):
            _badge(axes, left + x, y, c)
    if dots:
        picture = _rasterise(dots, side)
        axes.imshow(
            picture, extent=(0, style.TEXT_WIDTH, 0, side), interpolation="none", aspect="auto", zorder=2
        )
    axes.set(xlim=(0, style.TEXT_WIDTH), ylim=(0, side))


@dataclass(frozen=True, slots=True, eq=False)
class _Dots:
    """Points (n, 2) in centimetres, their classes (n,), and the area of a dot in square points."""

    points: NDArray[np.float64]
    classes: NDArray[np.integer]
    area: float


def _rasterise(dots: list[_Dots], height: float) -> NDArray[np.uint8]:
    """The dots of a row as RGBA."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.TEXT_WIDTH / 2.54, height / 2.54), dpi=RASTER_DPI)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, style.TEXT_WIDTH), ylim=(0, height))
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


def _badge(axes: Axes, x: float, y: float, number: int) -> None:
    """A class's number in a ring of its colour. The axes' unit is the centimetre."""
    from matplotlib.patches import Circle

    ring = {"facecolor": style.PAPER, "edgecolor": style.class_color(number), "linewidth": 1.1, "alpha": 0.93}
    axes.add_patch(Circle((x, y), _BADGE / 2, zorder=3, **ring))
    axes.text(x, y - 0.36 * style.TINY * POINT, str(number), ha="center", fontsize=style.TINY, zorder=4)


def _legend_rows(data: Projections) -> list[list[tuple[float, int]]]:
    """(left, class) of the legend's entries, row by row."""
    start = text_width(data.legend_title, style.SMALL) + (0.3 if data.legend_title else 0)
    rows: list[list[tuple[float, int]]] = [[]]
    left = start
    for i, name in enumerate(data.classes):
        width = _BADGE + (0.12 + text_width(name, style.SMALL) if name != str(i) else 0)
        if rows[-1] and left + width > style.TEXT_WIDTH:
            rows.append([])
            left = start
        rows[-1].append((left, i))
        left += width + 0.35
    return rows if data.classes else []


def _legend(sheet: Sheet, top: float, rows: list[list[tuple[float, int]]], data: Projections) -> None:
    """Badges with the classes' names; a name that is the badge's own number is not repeated."""
    if not rows:
        return
    sheet.text(0, middle(top + 0.2, style.SMALL), data.legend_title, size=style.SMALL, color=style.MUTED)
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
