"""A page-wide drawing sheet measured in centimetres from its top left corner, and the axes it carries."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from fxreport.report.figures import style
from fxreport.report.figures.layout import POINT, line_height, text_width
from fxreport.report.figures.style import Subject
from fxreport.report.figures.svg import to_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KEY_ROW, _KEY_SAMPLE = 0.46, 0.75

Align = Literal["left", "center", "right"]


class Sheet:
    """Use inside ``style.house_style()``."""

    def __init__(self, height: float, width: float = style.TEXT_WIDTH) -> None:
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / 2.54, height / 2.54))

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        return self.figure.add_axes(
            (
                left / self.width,
                1 - (top + height) / self.height,
                width / self.width,
                height / self.height,
            )
        )

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        *,
        size: float = style.LABEL,
        color: str = style.INK,
        align: Align = "left",
        bold: bool = False,
        italic: bool = False,
        upward: bool = False,
    ) -> None:
        """One line of text; ``upward`` turns it by 90°."""
        self.figure.text(
            x / self.width,
            1 - baseline / self.height,
            text,
            fontsize=size,
            color=color,
            ha=align,
            va="baseline",
            fontweight="bold" if bold else "normal",
            fontstyle="italic" if italic else "normal",
            rotation=90 if upward else 0,
            rotation_mode="anchor",
        )

    def lines(
        self,
        x: float,
        baseline: float,
        lines: Sequence[str],
        *,
        size: float = style.LABEL,
        color: str = style.INK,
        align: Align = "left",
        bold: bool = False,
        italic: bool = False,
    ) -> None:
        """Lines of text one under another; ``baseline`` is that of the first."""
        for i, text in enumerate(lines):
            self.text(
                x, baseline + i * line_height(size), text,
                size=size, color=color, align=align, bold=bold, italic=italic,
            )  # fmt: skip

    def to_svg(self, *, colors: int = 0) -> str:
        return to_svg(self.figure, colors=colors)


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend: a sample of the line with its marker, ``size`` points large, and its name.

    A ``hollow`` marker is drawn as an outline.
    """

    label: str
    color: str
    dash: tuple[float, ...] = ()
    marker: str = ""
    size: float = 0.0
    hollow: bool = False


def subject_keys(subjects: Iterable[Subject]) -> list[Key]:
    """An entry of the legend for each extractor, once."""
    found: dict[str, Key] = {}
    for subject in subjects:
        mark = style.variant_style(subject.index)
        key = Key(subject.label, mark.color, mark.dash, mark.marker, mark.size, subject.hollow)
        found.setdefault(subject.label, key)
    return list(found.values())


def key_rows(entries: Sequence[Key], width: float) -> list[list[tuple[float, Key]]]:
    """Break a legend into rows: (left, entry)."""
    rows: list[list[tuple[float, Key]]] = []
    left = 0.0
    for entry in entries:
        wide = _KEY_SAMPLE + 0.15 + text_width(entry.label, style.SMALL)
        if not rows or left + wide > width:
            rows.append([])
            left = 0.0
        rows[-1].append((left, entry))
        left += wide + 0.55
    return rows


def draw_key(sheet: Sheet, left: float, top: float, rows: Sequence[Sequence[tuple[float, Key]]]) -> None:
    """A legend whose rows are ``KEY_ROW`` high."""
    if not rows:
        return
    width, height = style.TEXT_WIDTH - left, len(rows) * KEY_ROW
    axes = sheet.axes(left, top, width, height)
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(height, 0))
    for i, row in enumerate(rows):
        y = (i + 0.5) * KEY_ROW
        for x, entry in row:
            axes.plot(
                [x, x + _KEY_SAMPLE], [y, y], color=entry.color, linewidth=1.7,
                linestyle=(0, entry.dash) if entry.dash else "-",
            )  # fmt: skip
            if entry.marker:
                axes.plot(
                    [x + _KEY_SAMPLE / 2], [y], color=entry.color, marker=entry.marker, ms=entry.size,
                    mew=1.1 if entry.hollow else 0, mfc=style.PAPER if entry.hollow else entry.color,
                )  # fmt: skip
            axes.text(x + _KEY_SAMPLE + 0.15, middle(y, style.SMALL), entry.label, fontsize=style.SMALL)


def middle(center: float, size: float) -> float:
    """Baseline that sets text of that size around the height ``center``, measured downwards."""
    return center + 0.36 * size * POINT


def bare(axes: Axes) -> None:
    """No ticks, no frame."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def open_frame(axes: Axes, *sides: str) -> None:
    """Keep only the frame's lines on these sides."""
    for name, spine in axes.spines.items():
        spine.set_visible(name in sides)


def linear_ticks(axes: Axes, which: Literal["x", "y"], decimal: str, most: int = 5) -> None:
    """Round numbers in the locale's format on a linear axis whose limits are set."""
    from matplotlib.ticker import MaxNLocator

    low, high = axes.get_xlim() if which == "x" else axes.get_ylim()
    ticks = [
        float(t)
        for t in MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        if low - 1e-9 <= t <= high + 1e-9
    ]
    step = min((b - a for a, b in pairwise(ticks)), default=1.0)
    decimals = style.decimals_for(step)
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_ticks(ticks, [style.format_number(t, decimals, decimal) for t in ticks])


def log_ticks(axes: Axes, which: Literal["x", "y"], decimal: str) -> None:
    """Powers of ten as plain numbers (0,1 · 1 · 10), and 2 and 5 between where few powers are in sight."""
    low, high = axes.get_xlim() if which == "x" else axes.get_ylim()
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    spans = math.log10(high / low)
    factors = (1,) if spans > 2.2 else (1, 3) if spans > 1.3 else (1, 2, 5)
    ticks = [f * 10.0**p for p in range(first, last + 1) for f in factors]
    ticks = [t for t in ticks if low * 0.999 <= t <= high * 1.001]
    axis = axes.xaxis if which == "x" else axes.yaxis
    labels = [style.format_number(t, max(0, -math.floor(math.log10(t) + 1e-9)), decimal) for t in ticks]
    axis.set_ticks(ticks, labels)
    axis.set_ticks([], minor=True)


def say_missing(axes: Axes, text: str) -> None:
    """Leave a panel empty but for a line that says why."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(
        0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center",
        fontsize=style.SMALL, color=style.MUTED, style="italic",
    )  # fmt: skip
