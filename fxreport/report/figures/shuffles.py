"""What shuffling dimensions costs: accuracy as it is, with random and with the heaviest ones shuffled."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fxreport.report.figures import style
from fxreport.report.figures.layout import POINT, columns, line_height, text_width, wrap
from fxreport.report.figures.sheet import Sheet, linear_ticks, middle, open_frame
from fxreport.report.figures.style import Subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW, _GAP, _MARGIN, _WIDEST_NAMES, _MOST_COLUMNS = 0.5, 0.45, 0.3, 4.6, 3


@dataclass(frozen=True, slots=True)
class ShufflePanel:
    """``rows``: a subject's accuracy as it is, with random and with the heaviest shuffled; None for none."""

    title: str
    rows: tuple[tuple[float, float, float] | None, ...]


@dataclass(frozen=True, slots=True)
class Shuffles:
    """``labels`` name the three marks in the order of a row; panels share one scale."""

    subjects: tuple[Subject, ...]
    panels: tuple[ShufflePanel, ...]
    axis: str
    labels: tuple[str, str, str]
    decimal: str = "."


def draw(data: Shuffles) -> str:
    """A row an extractor: a line from the heaviest shuffled to the whole, and a mark on it for each."""
    with style.house_style():
        names = [wrap(s.label, _WIDEST_NAMES, style.LABEL, lines=1)[0] for s in data.subjects]
        left = max((text_width(name, style.LABEL) for name in names), default=0) + 0.3
        count = columns(len(data.panels), _MOST_COLUMNS)
        width = (style.TEXT_WIDTH - left - _MARGIN - (count - 1) * _GAP) / count
        body = max(len(data.subjects), 1) * _ROW
        head = line_height(style.TITLE) + 0.15
        band = head + body + 0.95
        sheet = Sheet(max(math.ceil(len(data.panels) / count), 1) * band + 0.6)
        _legend(sheet, left, data.labels)
        values = [v for panel in data.panels for row in panel.rows if row is not None for v in row]
        low, high = min(values, default=0.0), max(values, default=1.0)
        pad = 0.06 * (high - low) or 0.1
        for i, panel in enumerate(data.panels):
            top, start = 0.6 + (i // count) * band, left + (i % count) * (width + _GAP)
            if i % count == 0:
                for k, name in enumerate(names):
                    sheet.text(0, middle(top + head + (k + 0.5) * _ROW, style.LABEL), name)
            [title] = wrap(panel.title, width, style.TITLE, lines=1, bold=True)
            sheet.text(start, top + 0.3, title, size=style.TITLE, bold=True)
            axes = sheet.axes(start, top + head, width, body)
            axes.set(xlim=(low - pad, high + pad), ylim=(len(panel.rows), 0))
            _panel(axes, panel, data, width)
            sheet.text(
                start + width / 2, top + head + body + 0.82, data.axis,
                size=style.SMALL, color=style.MUTED, align="center",
            )  # fmt: skip
        return sheet.to_svg()


def _panel(axes: Axes, panel: ShufflePanel, data: Shuffles, width: float) -> None:
    open_frame(axes, "bottom")
    axes.set_yticks([])
    linear_ticks(axes, "x", data.decimal, most=max(2, int(width / 0.9)))
    axes.grid(axis="x")
    for k in range(1, len(panel.rows)):
        axes.axhline(k, color=style.GRID, linewidth=0.4, zorder=0)
    for k, (subject, row) in enumerate(zip(data.subjects, panel.rows, strict=True)):
        if row is None:
            continue
        color, y = style.variant_style(subject.index).color, k + 0.5
        axes.plot([min(row), max(row)], [y, y], color=color, linewidth=1.6, alpha=0.6, zorder=2)
        for which, value in enumerate(row):
            _mark(axes, which, value, y, color)


def _mark(axes: Axes, which: int, x: float, y: float, color: str) -> None:
    match which:
        case 0:  # as it is
            axes.plot([x], [y], color=style.INK, marker="|", markersize=9, markeredgewidth=1.4, zorder=3)
        case 1:  # random dimensions shuffled
            axes.plot([x], [y], marker="o", mfc=style.PAPER, mec=color, ms=5, mew=1.1, zorder=4)
        case _:  # the heaviest shuffled
            axes.plot([x], [y], marker="v", color=color, ms=5.5, mew=0, zorder=5)


def _legend(sheet: Sheet, left: float, labels: tuple[str, str, str]) -> None:
    axes = sheet.axes(left, 0, style.TEXT_WIDTH - left, 0.5)
    axes.set(xlim=(0, style.TEXT_WIDTH - left), ylim=(-0.25, 0.25))
    axes.set_axis_off()
    at = 0.1
    for which, label in enumerate(labels):
        _mark(axes, which, at, 0, style.MUTED)
        axes.text(at + 0.25, -0.36 * style.SMALL * POINT, label, fontsize=style.SMALL, color=style.MUTED)
        at += 0.25 + text_width(label, style.SMALL) + 0.6
