"""Measures of first-layer filters: a dot a run beside the range of untrained filters, a panel a measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fxreport.report.figures import style
from fxreport.report.figures.panels import key, row_panels
from fxreport.report.figures.style import Subject
from fxreport.report.figures.svg import drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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


@drawing()
def draw(data: FilterMeasures) -> Figure:
    from matplotlib.lines import Line2D

    figure, grid, _ = row_panels(
        [label for label, _ in data.rows], [panel.title for panel in data.panels], 0.46,
        size=style.SMALL, axis="", decimal=data.decimal, ticks=4, share_x=False,
    )  # fmt: skip
    for axes, panel in zip(grid, data.panels, strict=True):
        for i, (row, (_, subject)) in enumerate(zip(panel.rows, data.rows, strict=True)):
            if row is None:
                continue
            axes.barh(i, row.high - row.low, 0.44, left=row.low, color=_BAR, lw=0)
            axes.plot([row.middle] * 2, [i - 0.29, i + 0.29], color=style.MUTED, linewidth=1)
            look = {**subject.dot(15), "linewidth": 0.4, "edgecolor": style.PAPER}
            look["facecolor"] = style.variant_style(subject.index).color
            axes.scatter(row.values, [i] * len(row.values), clip_on=False, **look)
    entries: tuple[tuple[str, style.Look], ...] = (
        (data.untrained, {"color": _BAR, "linewidth": 6, "marker": "|", "mec": style.MUTED, "ms": 8}),
        (data.trained, {"color": style.INK, "linestyle": "", "marker": "o", "markersize": 4}),
    )
    key(figure, [Line2D([], [], label=label, **look) for label, look in entries] if grid else [])
    return figure
