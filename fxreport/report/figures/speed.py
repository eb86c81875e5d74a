"""Extraction time per variant as bars of ratio: from the baseline's time to the variant's, on a log axis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fxreport.report.figures import style
from fxreport.report.figures.panels import name_rows, page, powers
from fxreport.report.figures.style import Subject
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import widest, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


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


@drawing()
def draw(data: Speed) -> Figure:
    rows = max(len(data.bars), 1)
    figure = page(rows * 0.56 + 1.5)
    values = data.value_title, [bar.value for bar in data.bars]
    ratios = data.ratio_title, [bar.ratio for bar in data.bars]
    columns = [(title, texts) for title, texts in (values, ratios) if any(texts)]
    widths = [max(widest(texts, style.LABEL), widest([title], style.SMALL)) + 0.2 for title, texts in columns]
    names = [wrap(bar.subject.label, 4.8, style.LABEL, lines=1) for bar in data.bars]
    main = style.TEXT_WIDTH - sum(widths) - widest(names, style.LABEL) - 0.5
    [[axes, *others]] = figure.subplots(
        1, 1 + len(columns), squeeze=False, sharey=True, width_ratios=[main, *widths]
    )  # fmt: skip
    for other, (title, texts), color in zip(others, columns, (style.INK, style.MUTED), strict=False):
        other.set(xlim=(0, 1), xticks=[])
        other.tick_params(which="both", left=False)
        other.set_title(title, loc="right", fontsize=style.SMALL, color=style.MUTED, fontweight="normal")
        for row, text in enumerate(texts):
            other.text(1, row, text, ha="right", va="center", color=color)
    axes.spines["bottom"].set_visible(True)
    axes.set_xlabel(data.axis)
    axes.set_ylim(rows - 0.5, -0.5)
    name_rows(axes, names, style.LABEL)
    _bars(axes, data)
    return figure


def _has_logarithm(seconds: float) -> bool:
    return seconds > 0 and math.isfinite(seconds)


def _bars(axes: Axes, data: Speed) -> None:
    shown = [bar.seconds for bar in data.bars if bar.seconds is not None and _has_logarithm(bar.seconds)]
    if not shown:
        axes.set_xticks([])
    start = data.baseline or min(shown, default=1.0)
    times = [t for t in (start, *shown, *(t for b in data.bars for t in b.values)) if _has_logarithm(t)]
    low, high = min(times), max(times)
    pad = max((high / low) ** 0.05, 1.15)
    axes.set_xlim(low / pad, high * pad)
    if shown:
        powers(axes, "x", data.decimal)
        axes.grid(axis="x")
        axes.axvline(start, color=style.MUTED, linewidth=0.9, zorder=1)
    for row, bar in enumerate(data.bars):
        if bar.seconds is None or not _has_logarithm(bar.seconds):
            axes.text(
                0.02, row, data.missing, transform=axes.get_yaxis_transform(), va="center",
                fontsize=style.SMALL, color=style.MUTED,
            )  # fmt: skip
            continue
        look = bar.subject.dot()
        color = look["edgecolor"]
        axes.barh([row], [bar.seconds - start], left=start, height=0.34, color=color, alpha=0.4, zorder=2)
        axes.scatter(bar.values, [row] * len(bar.values), s=5, c=color, alpha=0.8, lw=0, zorder=3)
        axes.scatter([bar.seconds], [row], **look)
