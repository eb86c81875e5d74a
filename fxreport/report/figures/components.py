"""Accuracy against the number of principal components: a panel per data set, a line per extractor."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.panel_grid import draw_panels
from fxreport.report.figures.sheet import Key, Sheet, linear_ticks, open_frame, say_missing, subject_keys
from fxreport.report.figures.style import Subject

#: doublings between the largest number and the place of all dimensions
_APART = 1.6


@dataclass(frozen=True, slots=True, eq=False)
class ComponentLine:
    """One extractor: ``counts`` (c,) of components, ``accuracy`` (c,) in them, ``whole`` in all of them."""

    subject: Subject
    counts: NDArray[np.integer]
    accuracy: NDArray[np.floating]
    whole: float


@dataclass(frozen=True, slots=True)
class ComponentPanel:
    title: str
    lines: tuple[ComponentLine, ...]


@dataclass(frozen=True, slots=True)
class Components:
    """Panels share both axes. ``whole`` names the place of all dimensions on the axis of counts."""

    panels: tuple[ComponentPanel, ...]
    count_axis: str
    accuracy_axis: str
    whole: str
    missing: str = ""
    decimal: str = "."


def draw(data: Components) -> str:
    """Counts are spaced by their logarithm; all dimensions stand apart at the right."""
    lines = [line for panel in data.panels for line in panel.lines]
    counts = sorted({int(count) for line in lines for count in line.counts})
    values = [v for line in lines for v in (*line.accuracy.tolist(), line.whole) if math.isfinite(v)]
    low, high = min(values, default=0.0), max(values, default=1.0)
    pad = 0.05 * (high - low) or 0.05
    limits = (low - pad, high + pad)

    def draw_panel(sheet: Sheet, i: int, left: float, top: float, width: float, height: float) -> None:
        _panel(sheet, left, top, width, height, data.panels[i], data, counts, limits)

    return draw_panels(
        [panel.title for panel in data.panels],
        _key(data),
        draw_panel,
        x_axis=data.count_axis,
        y_axis=data.accuracy_axis,
        gap=0.2,
        height=lambda width: 5.6,
    )


def _key(data: Components) -> list[Key]:
    return subject_keys(line.subject for panel in data.panels for line in panel.lines)


def _panel(
    sheet: Sheet,
    left: float,
    top: float,
    width: float,
    height: float,
    panel: ComponentPanel,
    data: Components,
    counts: list[int],
    limits: tuple[float, float],
) -> None:
    axes = sheet.axes(left, top, width, height)
    open_frame(axes, "bottom", "left")
    lines = [line for line in panel.lines if len(line.counts)]
    if not lines:
        say_missing(axes, data.missing)
        return
    places = [math.log2(count) for count in counts]
    whole = places[-1] + _APART
    axes.set(xlim=(places[0] - 0.4, whole + 0.9), ylim=limits)
    # every other number: all of them would run into each other in a narrow panel
    shown = [i for i in range(len(counts)) if i % 2 == 0 or width > 6]
    axes.set_xticks([*(places[i] for i in shown), whole], [*(str(counts[i]) for i in shown), data.whole])
    linear_ticks(axes, "y", data.decimal)
    axes.grid(axis="y")
    axes.axvline(whole - _APART / 2, color=style.GRID, linewidth=0.6, zorder=0)
    for line in lines:
        mark = style.variant_style(line.subject.index)
        face = style.PAPER if line.subject.hollow else mark.color
        at = [math.log2(int(count)) for count in line.counts]
        axes.plot(
            at, line.accuracy, color=mark.color, linewidth=1.3, linestyle=mark.linestyle, marker=mark.marker,
            markersize=0.8 * mark.size, markerfacecolor=face, markeredgewidth=1.0, zorder=3,
        )  # fmt: skip
        axes.plot(
            [whole], [line.whole], color=mark.color, marker=mark.marker, markersize=mark.size,
            markerfacecolor=face, markeredgewidth=1.0, zorder=3,
        )  # fmt: skip
        axes.plot(
            [at[-1], whole], [line.accuracy[-1], line.whole], color=mark.color, linewidth=0.5, alpha=0.6
        )
