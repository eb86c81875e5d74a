"""Measures of first-layer filters: a dot a run beside the range of untrained filters, a panel a measure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fxreport.report.figures import style
from fxreport.report.figures.layout import columns, line_height, text_width, wrap
from fxreport.report.figures.sheet import KEY_ROW, Sheet, linear_ticks, middle, open_frame, say_missing
from fxreport.report.figures.style import Subject

_LABELS, _GAP, _ROW, _MOST_COLUMNS = 4.6, 0.55, 0.46, 3
_BAR = style.GRID


@dataclass(frozen=True, slots=True)
class Measured:
    """``values`` are the runs'; ``low``, ``middle`` and ``high`` the range of untrained filters."""

    values: tuple[float, ...]
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class MeasurePanel:
    """One measure; ``rows`` as the figure's, None where a network has no such measure."""

    title: str
    rows: tuple[Measured | None, ...]


@dataclass(frozen=True, slots=True)
class FilterMeasures:
    """``rows`` are (label, subject): a network on a data set. ``trained`` and ``untrained`` are the key's."""

    rows: tuple[tuple[str, Subject], ...]
    panels: tuple[MeasurePanel, ...]
    trained: str
    untrained: str
    decimal: str = "."


def draw(data: FilterMeasures) -> str:
    with style.house_style():
        labels = [wrap(label, _LABELS, style.SMALL, lines=1)[0] for label, _ in data.rows]
        left = max((text_width(label, style.SMALL) for label in labels), default=0.0) + 0.25
        count = columns(len(data.panels), _MOST_COLUMNS)
        width = (style.TEXT_WIDTH - left - (count - 1) * _GAP) / count
        titles = [wrap(panel.title, width, style.TITLE, bold=True) for panel in data.panels]
        lines = max((len(title) for title in titles), default=1)
        head, body = lines * line_height(style.TITLE) + 0.15, max(len(data.rows), 1) * _ROW
        band = head + body + 0.75
        key = KEY_ROW + 0.15
        sheet = Sheet(key + max(math.ceil(len(data.panels) / count), 1) * band)
        _key(sheet, left, data)
        for i, (panel, title) in enumerate(zip(data.panels, titles, strict=True)):
            x, y = left + (i % count) * (width + _GAP), key + (i // count) * band
            first = y + 0.3 + (lines - len(title)) * line_height(style.TITLE)
            sheet.lines(x, first, title, size=style.TITLE, bold=True)
            _panel(sheet, x, y + head, width, body, panel, data)
            if i % count == 0:
                for row, label in enumerate(labels):
                    center = y + head + (row + 0.5) * _ROW
                    sheet.text(0, middle(center, style.SMALL), label, size=style.SMALL)
        return sheet.to_svg()


def _key(sheet: Sheet, left: float, data: FilterMeasures) -> None:
    axes = sheet.axes(left, 0, style.TEXT_WIDTH - left, KEY_ROW)
    axes.set_axis_off()
    axes.set(xlim=(0, style.TEXT_WIDTH - left), ylim=(KEY_ROW, 0))
    y = KEY_ROW / 2
    axes.barh(y, 0.8, 0.2, left=0, color=_BAR)
    axes.plot([0.4, 0.4], [y - 0.13, y + 0.13], color=style.MUTED, linewidth=1)
    axes.text(0.95, middle(y, style.SMALL), data.untrained, fontsize=style.SMALL)
    x = 0.95 + text_width(data.untrained, style.SMALL) + 0.6
    axes.plot([x], [y], color=style.INK, marker="o", ms=4, mew=0)
    axes.text(x + 0.2, middle(y, style.SMALL), data.trained, fontsize=style.SMALL)


def _panel(
    sheet: Sheet,
    left: float,
    top: float,
    width: float,
    height: float,
    panel: MeasurePanel,
    data: FilterMeasures,
) -> None:
    axes = sheet.axes(left, top, width, height)
    open_frame(axes, "bottom")
    shown = [row for row in panel.rows if row is not None]
    if not shown:
        say_missing(axes, "")
        return
    ends = [x for row in shown for x in (*row.values, row.low, row.high)]
    low, high = min(ends), max(ends)
    pad = 0.06 * (high - low) or 0.5
    axes.set(xlim=(low - pad, high + pad), ylim=(len(data.rows), 0))
    axes.set_yticks([])
    linear_ticks(axes, "x", data.decimal, most=4)
    axes.grid(axis="x")
    for i, (row, (_, subject)) in enumerate(zip(panel.rows, data.rows, strict=True)):
        if row is None:
            continue
        mark, y = style.variant_style(subject.index), i + 0.5
        axes.barh(y, row.high - row.low, 0.44, left=row.low, color=_BAR, lw=0)
        axes.plot([row.middle, row.middle], [y - 0.29, y + 0.29], color=style.MUTED, linewidth=1)
        axes.scatter(
            row.values, [y] * len(row.values), s=15 * mark.area, c=mark.color, marker=mark.marker,
            lw=0.4, edgecolors=style.PAPER, zorder=3, clip_on=False,
        )  # fmt: skip
