"""Extraction time per variant as bars of ratio: from the baseline's time to the variant's, on a log axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fxreport.report.figures import style
from fxreport.report.figures.layout import POINT, text_width, wrap
from fxreport.report.figures.sheet import Sheet, log_ticks, middle, open_frame
from fxreport.report.figures.style import Subject

_ROW, _WIDEST_NAMES = 0.56, 4.8


@dataclass(frozen=True, slots=True)
class SpeedBar:
    """One variant. ``seconds`` is None where nothing was measured. ``value`` and ``ratio`` are the numbers as
    the document writes them; ``values`` are the single data sets' times, shown as dots."""

    subject: Subject
    seconds: float | None
    value: str = ""
    ratio: str = ""
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Speed:
    """``baseline`` is the time that ratios refer to, None for the shortest; bars start there, so that a bar's
    length is the logarithm of the ratio: on a log axis the only length with a meaning."""

    bars: tuple[SpeedBar, ...]
    axis: str
    value_title: str = ""
    ratio_title: str = ""
    baseline: float | None = None
    missing: str = ""
    decimal: str = "."


def draw(data: Speed) -> str:
    with style.house_style():
        names = [wrap(b.subject.label, _WIDEST_NAMES, style.LABEL, lines=1)[0] for b in data.bars]
        left = max((text_width(n, style.LABEL) for n in names), default=0) + 0.3
        values = _column(data.value_title, [b.value for b in data.bars])
        ratios = _column(data.ratio_title, [b.ratio for b in data.bars])
        width = style.TEXT_WIDTH - left - values - ratios
        head = 0.5 if data.value_title or data.ratio_title else 0.1
        body = max(len(data.bars), 1) * _ROW
        sheet = Sheet(head + body + 0.95)
        for x, title in ((left + width + values, data.value_title), (style.TEXT_WIDTH, data.ratio_title)):
            sheet.text(x, 0.32, title, size=style.SMALL, color=style.MUTED, align="right")
        for row, (bar, name) in enumerate(zip(data.bars, names, strict=True)):
            center = head + (row + 0.5) * _ROW
            sheet.text(0, middle(center, style.LABEL), name)
            sheet.text(left + width + values, middle(center, style.LABEL), bar.value, align="right")
            sheet.text(
                style.TEXT_WIDTH, middle(center, style.LABEL), bar.ratio, color=style.MUTED, align="right"
            )
        _bars(sheet, left, head, width, body, data)
        sheet.text(
            left + width / 2, head + body + 0.82, data.axis,
            size=style.SMALL, color=style.MUTED, align="center",
        )  # fmt: skip
        return sheet.to_svg()


def _column(title: str, texts: list[str]) -> float:
    """Width of a column of numbers; none where there are none."""
    widest = max((text_width(t, style.LABEL) for t in texts), default=0.0)
    return max(widest, text_width(title, style.SMALL)) + 0.4 if widest else 0.0


def _has_logarithm(seconds: float) -> bool:
    return seconds > 0 and math.isfinite(seconds)


def _bars(sheet: Sheet, left: float, top: float, width: float, height: float, data: Speed) -> None:
    axes = sheet.axes(left, top, width, height)
    open_frame(axes, "bottom")
    axes.set_yticks([])
    shown = [b for b in data.bars if b.seconds is not None and _has_logarithm(b.seconds)]
    times = [t for b in shown for t in (b.seconds, *b.values) if t is not None and _has_logarithm(t)]
    if shown:
        start = data.baseline or min(b.seconds for b in shown if b.seconds is not None)
        low, high = min(*times, start), max(*times, start)
        pad = max((high / low) ** 0.05, 1.15)
        axes.set(xscale="log", xlim=(low / pad, high * pad), ylim=(len(data.bars), 0))
        log_ticks(axes, "x", data.decimal)
        axes.grid(axis="x")
        axes.axvline(start, color=style.MUTED, linewidth=0.9, zorder=1)
    else:
        start = 1.0
        axes.set(xlim=(0, 1), ylim=(max(len(data.bars), 1), 0))
        axes.set_xticks([])
    for row in range(1, len(data.bars)):
        axes.axhline(row, color=style.GRID, linewidth=0.4, zorder=0)
    for row, bar in enumerate(data.bars):
        y = row + 0.5
        if bar.seconds is None or not _has_logarithm(bar.seconds):
            axes.annotate(
                data.missing, (0.02, y + 0.36 * style.SMALL * POINT / _ROW),
                xycoords=axes.get_yaxis_transform(), fontsize=style.SMALL, color=style.MUTED, style="italic",
            )  # fmt: skip
            continue
        mark = style.variant_style(bar.subject.index)
        face = style.PAPER if bar.subject.hollow else mark.color
        axes.barh([y], [bar.seconds - start], left=start, height=0.34, color=mark.color, alpha=0.4, zorder=2)
        axes.scatter(bar.values, [y] * len(bar.values), s=5, c=mark.color, alpha=0.8, lw=0, zorder=3)
        axes.scatter(
            [bar.seconds], [y], s=26 * mark.area, marker=mark.marker,
            facecolor=face, edgecolor=mark.color, linewidth=1.1, zorder=4,
        )  # fmt: skip
