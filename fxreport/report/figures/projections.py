"""A grid of projections that compare: an extractor a row, a method a column, the same images in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.labels import repel
from fxreport.report.figures.panels import key, page
from fxreport.report.figures.svg import FEW_COLORS, RASTER_DPI, drawing
from fxreport.report.figures.text import ELLIPSIS, POINT, wrap

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


#: points of classes without a colour
_OTHER = "#c4cbd2"
_GAP, _SMALLEST, _LARGEST, _PAGE, _BADGE = 0.2, 2.2, 5.4, 17.0, 0.29
#: with so few methods they are the rows: a figure of two narrow columns would be a strip down the page
_FEW_METHODS = 2


@dataclass(frozen=True, slots=True, eq=False)
class ProjectionPanel:
    """One variant's images in the plane. ``note`` is a line of measured numbers beneath the panel.

    :param points: (n, 2); points that are not finite are left out
    :param classes: (n,) integers, indices into ``Projections.classes``; points of one beyond are grey
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


@drawing(colors=FEW_COLORS)
def draw(data: Projections) -> Figure:
    """Every panel is square with equal scales on both axes and fits all of its points."""
    rows, columns, panels = data.variants, data.methods, data.panels
    if len(columns) <= min(_FEW_METHODS, len(rows) - 1):
        rows, columns, panels = columns, rows, tuple(zip(*panels, strict=True))
    wide, high = (style.TEXT_WIDTH - 0.9) / max(len(columns), 1) - _GAP, _PAGE / max(len(rows), 1) - 0.6
    side = min(wide, _LARGEST, max(high, _SMALLEST))
    figure = page(len(rows) * (side + 0.6) + 1.0, len(columns) * (side + _GAP) + 0.9)
    grid = figure.subplots(max(len(rows), 1), squeeze=False)[:, 0].tolist()
    for axes, title, row in zip(grid, rows, panels, strict=False):
        _row(axes, side, row, data)
        name = wrap(title, side, style.LABEL)
        if ELLIPSIS in name:
            name = wrap(title, side + 0.4, style.LABEL)
        axes.set_ylabel(name, fontsize=style.LABEL, color=style.INK)
        notes = [wrap(p.note, side, style.SMALL, lines=1) if p is not None else "" for p in row]
        axes.set_xticks([k * (side + _GAP) for k in range(len(row))], notes, ha="left")
    for k, title in enumerate(columns if rows else ()):
        grid[0].text(
            k * (side + _GAP), side + 0.1, wrap(title, side + _GAP, style.TITLE, bold=True),
            fontsize=style.TITLE, fontweight="bold", va="bottom",
        )  # fmt: skip
    if any(n != str(i) for i, n in enumerate(data.classes)):
        _key(figure, data)  # not where the badges say it
    return figure


def _row(axes: Axes, side: float, panels: Sequence[ProjectionPanel | None], data: Projections) -> None:
    """Panels beside each other; the axes' unit is the centimetre.

    Their points are one picture: a picture each would take several times as long.
    """
    from matplotlib.patches import Rectangle

    width = len(panels) * (side + _GAP) - _GAP
    axes.set(yticks=[], xlim=(0, max(width, side)), ylim=(0, side), aspect="equal", anchor="NW")
    axes.tick_params(length=0)
    dots: list[_Dots] = []
    for i, panel in enumerate(panels):
        left = i * (side + _GAP)
        axes.add_patch(Rectangle((left, 0), side, side, fill=False, ec=style.GRID, lw=0.6, clip_on=False))
        finite = np.zeros(0, bool) if panel is None else np.isfinite(panel.points).all(axis=1)
        if panel is None or not finite.any():
            axes.text(
                left + side / 2, side / 2, wrap(data.missing, side - 0.3, style.SMALL, lines=3),
                ha="center", va="center", fontsize=style.SMALL, color=style.MUTED,
            )  # fmt: skip
            continue
        classes = panel.classes[finite]
        points = _fit(panel.points[finite].astype(float), side)
        area = float(np.clip(168 * side * side / len(points), 1.1, 14))
        dots.append(_Dots(points + np.array((left, 0.0)), classes, area, len(data.classes)))
        present = [int(c) for c in np.unique(classes) if c < len(data.classes)]
        middles = _beside_small([points[classes == c] for c in present])
        for c, (x, y) in zip(present, repel(middles, _BADGE * 1.06, side), strict=True):
            for artist in _badge(c, left + x, y):
                axes.add_artist(artist)
    if dots:
        picture = _rasterise(dots, width, side)
        axes.imshow(picture, extent=(0, width, 0, side), interpolation="none", zorder=2)


@dataclass(frozen=True, slots=True, eq=False)
class _Dots:
    """Points (n, 2) in centimetres, their classes (n,), and the area of a dot in square points.

    Classes from ``named`` on have no colour of their own.
    """

    points: NDArray[np.float64]
    classes: NDArray[np.integer]
    area: float
    named: int


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
        order = order[np.argsort(one.classes[order] < one.named, kind="stable")]  # grey ones beneath
        colors = [style.class_color(int(c)) if c < one.named else _OTHER for c in one.classes[order]]
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


def _badge(number: int, x: float, y: float) -> list[Artist]:
    """A class's number in a ring of its colour: drawn once as a marker, where each circle would be a path."""
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

    ring = Line2D(
        [x], [y], marker="o", markersize=_BADGE / POINT, markerfacecolor=style.PAPER, markeredgewidth=1.1,
        markeredgecolor=style.class_color(number), alpha=0.93, zorder=3, clip_on=False,
    )  # fmt: skip
    text = Text(x, y, str(number), ha="center", va="center_baseline", fontsize=style.SMALL, zorder=4)
    text.set_in_layout(False)
    return [ring, text]


def _key(figure: Figure, data: Projections) -> None:
    """Badges with the classes' names."""
    from matplotlib.legend_handler import HandlerBase
    from matplotlib.lines import Line2D

    class Badge(HandlerBase):
        def create_artists(self, legend, orig_handle, xdescent, ydescent, width, height, fontsize, trans):  # type: ignore[no-untyped-def]
            badge = _badge(names.index(orig_handle.get_label()), width / 2, height / 2)
            for artist in badge:
                artist.set_transform(trans)
            return badge

    names = data.classes
    entries = [Line2D([], [], label=name) for name in names]
    look = {"handlelength": 1.4, "handler_map": {Line2D: Badge()}}
    key(figure, entries, "lower", title=data.legend_title, alignment="left", **look)
