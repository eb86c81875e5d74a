"""Dot plot of a metric per variant: seeds, mean and interval; data sets side by side sharing the variants."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from fxreport.report.figures import style
from fxreport.report.figures.layout import POINT, columns, line_height, text_width, wrap
from fxreport.report.figures.sheet import Sheet, linear_ticks, middle, open_frame
from fxreport.report.figures.style import Subject

_ROW, _GAP, _WIDEST_NAMES = 0.56, 0.45, 4.6
_MOST_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class QualityCell:
    """One variant on one data set. ``mean`` is None where nothing was measured; a published value may stand
    alone. ``interval`` is (low, high). ``text`` is the value as the document writes it."""

    mean: float | None = None
    values: tuple[float, ...] = ()
    interval: tuple[float, float] | None = None
    published: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class QualityPanel:
    """One data set; ``cells`` has one entry per subject, None where nothing is known."""

    title: str
    cells: tuple[QualityCell | None, ...]


@dataclass(frozen=True, slots=True)
class QualityLabels:
    """Words of the legend. An empty word leaves its entry out."""

    mean: str = ""
    seed: str = ""
    interval: str = ""
    published: str = ""
    reference: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """``reference`` is a value to compare with, as chance; panels share one scale unless ``own_scales``."""

    subjects: tuple[Subject, ...]
    panels: tuple[QualityPanel, ...]
    axis: str
    labels: QualityLabels = field(default_factory=QualityLabels)
    reference: float | None = 0.0
    own_scales: bool = False
    decimal: str = "."


def draw(data: Quality) -> str:
    with style.house_style():
        names = [wrap(s.label, _WIDEST_NAMES, style.LABEL) for s in data.subjects]
        left = max((text_width(line, style.LABEL) for lines in names for line in lines), default=0) + 0.3
        count = columns(len(data.panels), _MOST_COLUMNS)
        width = (style.TEXT_WIDTH - left - (count - 1) * _GAP) / count
        bands = math.ceil(len(data.panels) / count)
        body = max(len(data.subjects), 1) * _ROW
        titles = [wrap(p.title, width, style.TITLE, bold=True) for p in data.panels]
        head = max((len(t) for t in titles), default=1) * line_height(style.TITLE) + 0.15
        band = head + body + 0.95
        legend = _legend_entries(data)
        sheet = Sheet(bands * band + (0.55 if legend else 0) + 0.05)
        shared = _limits(data.panels, data.reference)
        for i, panel in enumerate(data.panels):
            top = (i // count) * band
            x = left + (i % count) * (width + _GAP)
            if i % count == 0:
                for row, lines in enumerate(names):
                    center = top + head + (row + 0.5) * _ROW
                    first = center - (len(lines) - 1) * line_height(style.LABEL) / 2
                    sheet.lines(0, middle(first, style.LABEL), lines)
            sheet.lines(x, top + 0.3, titles[i], size=style.TITLE, bold=True)
            limits = _limits((panel,), data.reference) if data.own_scales else shared
            _panel(sheet, x, top + head, width, body, panel, data, limits)
            sheet.text(
                x + width / 2, top + head + body + 0.82, data.axis,
                size=style.SMALL, color=style.MUTED, align="center",
            )  # fmt: skip
        _legend(sheet, left, bands * band + 0.3, legend)
        return sheet.to_svg()


def _limits(panels: tuple[QualityPanel, ...], reference: float | None) -> tuple[float, float]:
    values = [] if reference is None else [reference]
    for panel in panels:
        for cell in panel.cells:
            if cell is not None:
                single = (cell.mean, cell.published, *cell.values, *(cell.interval or ()))
                values += [v for v in single if v is not None and math.isfinite(v)]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or 1.0
    return low - 0.05 * span, high + 0.06 * span


def _panel(
    sheet: Sheet,
    left: float,
    top: float,
    width: float,
    height: float,
    panel: QualityPanel,
    data: Quality,
    limits: tuple[float, float],
) -> None:
    low, high = limits
    # Room at the right for the values' texts.
    texts = max((text_width(c.text, style.SMALL) for c in panel.cells if c is not None), default=0)
    high += (high - low) * (texts + 0.15) / max(width - texts - 0.15, 0.5)
    axes = sheet.axes(left, top, width, height)
    open_frame(axes, "bottom")
    axes.set(xlim=(low, high), ylim=(len(panel.cells), 0))
    axes.set_yticks([])
    linear_ticks(axes, "x", data.decimal, most=max(2, int(width / 0.9)))
    axes.grid(axis="x")
    for row in range(1, len(panel.cells)):
        axes.axhline(row, color=style.GRID, linewidth=0.4, zorder=0)
    if data.reference is not None:
        axes.axvline(data.reference, color=style.MUTED, linewidth=0.9, dashes=(1.2, 1.8), zorder=1)
    for row, (subject, cell) in enumerate(zip(data.subjects, panel.cells, strict=True)):
        y = row + 0.5
        mark = style.variant_style(subject.index)
        if cell is not None and cell.published is not None:
            axes.plot([cell.published] * 2, [y - 0.36, y + 0.36], color=style.INK, linewidth=1.3, zorder=2)
        if cell is None or cell.mean is None:
            published = cell.published if cell is not None else None
            ahead = published is None or published > low + (high - low) * 0.55
            start = low if data.reference is None else max(low, data.reference)
            x = start + (high - low) * 0.03 if ahead else high - (high - low) * 0.01
            beside = None if published is None else published + (high - low) * 0.04
            room = (high - low) * text_width(data.labels.missing, style.SMALL) / width
            if beside is not None and not ahead and beside + room <= high:
                x, ahead = beside, True
            axes.text(
                x, y + _down(style.SMALL), data.labels.missing, fontsize=style.SMALL, color=style.MUTED,
                style="italic", ha="left" if ahead else "right",
            )  # fmt: skip
            continue
        if cell.interval is not None:
            axes.plot(cell.interval, (y, y), color=mark.color, linewidth=2.2, alpha=0.45, zorder=3)
        if len(cell.values) > 1:
            axes.scatter(cell.values, [y] * len(cell.values), s=5, c=mark.color, alpha=0.6, lw=0, zorder=4)
        axes.scatter(
            [cell.mean], [y], s=26 * mark.area, marker=mark.marker, zorder=5,
            facecolor=style.PAPER if subject.hollow else mark.color, edgecolor=mark.color, linewidth=1.1,
        )  # fmt: skip
        end = max((cell.mean, *cell.values, *(cell.interval or ())))
        if cell.published is not None and 0 <= cell.published - end < (high - low) * (texts + 0.3) / width:
            end = cell.published
        axes.annotate(
            cell.text, (end, y + _down(style.SMALL)), xytext=(5, 0), textcoords="offset points",
            fontsize=style.SMALL, color=style.MUTED,
        )  # fmt: skip


def _down(size: float) -> float:
    """From a row's middle to the baseline of text of that size, in rows."""
    return 0.36 * size * POINT / _ROW


def _legend_entries(data: Quality) -> list[tuple[str, str]]:
    cells = [c for p in data.panels for c in p.cells if c is not None]
    shown = {
        "mean": any(c.mean is not None for c in cells),
        "seed": any(len(c.values) > 1 for c in cells),
        "interval": any(c.interval is not None for c in cells),
        "published": any(c.published is not None for c in cells),
        "reference": data.reference is not None,
    }
    return [(kind, text) for kind, used in shown.items() if used and (text := getattr(data.labels, kind))]


def _legend(sheet: Sheet, left: float, center: float, entries: list[tuple[str, str]]) -> None:
    if not entries:
        return
    width = sum(0.75 + text_width(text, style.SMALL) + 0.4 for _, text in entries) - 0.4
    left = min(left, max(0.0, style.TEXT_WIDTH - width))
    axes = sheet.axes(0, center - 0.25, style.TEXT_WIDTH, 0.5)
    axes.set(xlim=(0, style.TEXT_WIDTH), ylim=(-0.25, 0.25))
    axes.set_axis_off()
    for kind, text in entries:
        key = left + 0.25
        match kind:
            case "mean":
                axes.scatter([key], [0], s=26, c=style.MUTED, lw=0)
            case "seed":
                axes.scatter([key - 0.14, key, key + 0.14], [0] * 3, s=5, c=style.MUTED, alpha=0.7, lw=0)
            case "interval":
                axes.plot([key - 0.25, key + 0.25], [0, 0], color=style.MUTED, linewidth=2.2, alpha=0.5)
            case "published":
                axes.plot([key, key], [-0.18, 0.18], color=style.INK, linewidth=1.3)
            case "reference":
                axes.plot([key, key], [-0.2, 0.2], color=style.MUTED, linewidth=0.9, dashes=(1.2, 1.8))
        axes.text(left + 0.62, -0.36 * style.SMALL * POINT, text, fontsize=style.SMALL, color=style.MUTED)
        left += 0.75 + text_width(text, style.SMALL) + 0.4
