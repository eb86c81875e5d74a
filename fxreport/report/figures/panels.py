"""Small multiples: panels that matplotlib lays out on a page-wide figure, with their titles, axes and key.

Lengths are in centimetres. The functions are called in the house style.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from fxreport.report.figures import style
from fxreport.report.figures.style import Subject
from fxreport.report.figures.text import POINT, line_height, text_width, widest, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

_TICKS, _AXIS_NAME, _BESIDE = 0.45, 0.4, 0.6
#: of a key, in text sizes: the width of a sample, all gaps around it; and the height of a row in centimetres
_KEY_SAMPLE, _KEY_GAP, _KEY_ROW = 2.8, 2.1, 0.45


def page(height: float, width: float = style.TEXT_WIDTH, *, compress: bool = True) -> Figure:
    """A figure as wide as the page, of whose width the panels fill the left part.

    :param compress: pictures lie close where their shapes leave room; not for panels that span several rows
    """
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    # letters are drawn a little wider on paper than they were measured
    edge = 0.08 / style.TEXT_WIDTH
    layout = ConstrainedLayoutEngine(rect=(edge, 0, width / style.TEXT_WIDTH - edge, 1), compress=compress)
    return Figure(figsize=(style.TEXT_WIDTH / 2.54, height / 2.54), layout=layout)


def columns(count: int, most: int) -> int:
    """How many columns give ``count`` panels the fewest rows, the last as full as can be."""
    rows = math.ceil(count / most)
    return math.ceil(count / max(rows, 1)) or 1


def small_multiples(
    titles: Sequence[str],
    height: float,
    *,
    most: int = 3,
    x_axis: str = "",
    y_axis: str = "",
    notes: Sequence[str] = (),
    names: float = 0.0,
    width: float = style.TEXT_WIDTH,
    share_x: bool = True,
    share_y: bool = True,
) -> tuple[Figure, list[Axes]]:
    """A panel of that ``height`` for each title, in rows of at most ``most``.

    ``notes`` stand below the titles, one a panel; ``names`` is the room that the rows' names take, ``width``
    that of the page's which panels share.
    """
    across = columns(len(titles), most)
    down = math.ceil(len(titles) / across)
    room = (width - names) / across - _BESIDE
    heads = [wrap(title, room, style.TITLE, bold=True) for title in titles]
    said = [wrap(note, room, style.SMALL, lines=3) if note else "" for note in notes or [""] * len(titles)]
    head = max(map(_height_of_head, heads, said), default=0.0) + 0.35
    foot = _TICKS + (_AXIS_NAME if x_axis else 0)
    figure = page(max(down * (head + height) + foot + (0 if share_x else (down - 1) * _TICKS), 0.5), width)
    if not titles:
        return figure, []
    grid = figure.subplots(down, across, sharex=share_x, sharey=share_y, squeeze=False).ravel().tolist()
    for i, axes in enumerate(grid):
        if i >= len(titles):
            axes.remove()
            continue
        set_head(axes, heads[i], said[i])
        if i + across >= len(titles):
            axes.set_xlabel(wrap(x_axis, room, style.SMALL))
            axes.tick_params(labelbottom=True)
        if i % across == 0:
            axes.set_ylabel(wrap(y_axis, height, style.SMALL))
    return figure, grid[: len(titles)]


def set_head(axes: Axes, title: str, note: str = "") -> None:
    """A panel's title, and what is said of it in small letters below."""
    if note:
        axes.annotate(
            note, (0, 1), (0, 3), xycoords="axes fraction", textcoords="offset points",
            fontsize=style.SMALL, color=style.MUTED,
        )  # fmt: skip
    axes.set_title(title, pad=3 + _height_of_head("", note) / POINT)


def _height_of_head(title: str, note: str) -> float:
    lines = [text.count("\n") + 1 if text else 0 for text in (title, note)]
    return lines[0] * line_height(style.TITLE) + lines[1] * line_height(style.SMALL)


def line_panels(
    titles: Sequence[str],
    lines: Sequence[object],
    height: float,
    *,
    x_axis: str,
    y_axis: str,
    decimal: str,
    missing: str,
    most: int = 3,
    notes: Sequence[str] = (),
    share_y: bool = True,
) -> tuple[Figure, list[Axes]]:
    """Panels for line charts over one x axis; ``missing`` stands where a panel's ``lines`` are false."""
    figure, grid = small_multiples(
        titles, height, most=most, x_axis=x_axis, y_axis=y_axis, notes=notes, share_y=share_y
    )  # fmt: skip
    for axes, present in zip(grid, lines, strict=True):
        axes.spines[["bottom", "left"]].set_visible(True)
        axes.grid(axis="y")
        numbers(axes.yaxis, decimal)
        if not present:
            say_missing(axes, missing)
    return figure, grid


def row_panels(
    names: Sequence[str],
    titles: Sequence[str],
    row: float,
    *,
    axis: str,
    decimal: str,
    size: float = style.LABEL,
    ticks: int = 0,
    share_x: bool = True,
) -> tuple[Figure, list[Axes], float]:
    """Panels with a row of that height for each name, from 0 at the top, and about how wide a panel is.

    Names stand once a band of panels.

    :param ticks: the most numbers on an axis, 0 for as many as there is room for
    """
    names = [wrap(name, 4.8, size) for name in names]
    room = widest(names, size) + 0.3
    figure, grid = small_multiples(
        titles, max(len(names), 1) * row, x_axis=axis, names=room, share_x=share_x
    )  # fmt: skip
    width = (style.TEXT_WIDTH - room) / columns(len(titles), 3) - 0.4
    for axes in grid:
        axes.spines["bottom"].set_visible(True)
        axes.set_ylim(max(len(names), 1) - 0.5, -0.5)
        name_rows(axes, names, size)
        axes.tick_params(axis="x", labelbottom=True)
        numbers(axes.xaxis, decimal, ticks or max(2, int(width / 0.9)))
        axes.grid(axis="x")
    return figure, grid, width


def name_rows(axes: Axes, names: Sequence[str], size: float) -> None:
    axes.set_yticks(range(len(names)), names, fontsize=size, color=style.INK)
    axes.set_yticks([row - 0.5 for row in range(1, len(names))], minor=True)
    axes.grid(axis="y", which="minor", linewidth=0.4)


def numbers(axis: Axis, decimal: str, most: int = 5) -> None:
    """At most about so many round numbers in the locale's format, which say no more than tells them apart."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def write(value: float, _: int | None) -> str:
        step = min((b - a for a, b in pairwise(axis.get_majorticklocs())), default=1.0)
        return style.format_number(value, style.decimals_for(step), decimal)

    axis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(write))


def powers(axes: Axes, which: Literal["x", "y"], decimal: str) -> None:
    """A logarithmic axis: powers of ten as plain numbers, and some between where few powers are in sight."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set(**{f"{which}scale": "log"})
    low, high = axes.get_xlim() if which == "x" else axes.get_ylim()
    spans = math.log10(high / low)
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(LogLocator(subs=(1,) if spans > 2.2 else (1, 3) if spans > 1.3 else (1, 2, 5)))
    axis.set_minor_locator(NullLocator())

    def write(value: float, _: int | None) -> str:
        return style.format_number(value, style.decimals_for(value), decimal)

    axis.set_major_formatter(FuncFormatter(write))


def say_missing(axes: Axes, text: str) -> None:
    """Leave a panel empty but for a line that says why."""
    axes.text(
        0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center",
        fontsize=style.SMALL, color=style.MUTED,
    )  # fmt: skip


def key(
    figure: Figure, entries: Iterable[Line2D], where: Literal["upper", "lower"] = "upper", **more: Any
) -> None:
    """A legend above or below all panels, which makes the figure higher.

    :param more: arguments of ``Figure.legend``
    """
    handles = [handle for handle in entries if handle.get_label()]
    if not handles:
        return
    labels = [str(handle.get_label()) for handle in handles]
    gap = (_KEY_SAMPLE + _KEY_GAP) * style.SMALL * POINT
    widths = [text_width(label, style.SMALL) + gap for label in labels]
    across = next(
        n for n in range(len(labels), 0, -1)
        if n == 1 or sum(max(widths[column::n]) for column in range(n)) < style.TEXT_WIDTH
    )  # fmt: skip
    rows = math.ceil(len(handles) / across)
    figure.set_figheight(figure.get_figheight() + ((rows + bool(more.get("title"))) * _KEY_ROW + 0.15) / 2.54)
    order = [i for column in range(across) for i in range(column, len(handles), across)]  # filled by columns
    more |= {"loc": f"outside {where} left", "ncols": across}
    figure.legend([handles[i] for i in order], [labels[i] for i in order], **more)


def subject_key(subjects: Iterable[Subject]) -> list[Line2D]:
    """An entry of the legend for each extractor, once."""
    from matplotlib.lines import Line2D

    once = {subject.label: subject for subject in subjects}
    return [Line2D([], [], label=label, **subject.line(1.7)) for label, subject in once.items()]
