"""Learning curves: a panel per data set, a thin line per seed and a thick one for their mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.panels import key, line_panels
from fxreport.report.figures.svg import drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


_STYLES: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("#0072b2", ()), ("#d55e00", (4, 1.8)), ("#009e73", (1.4, 1.4)), ("#6e7781", (6, 1.4, 1.4, 1.4)),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One quantity over the epochs. The n-th curve of every panel looks the same.

    :param runs: one array (epochs,) per seed; the mean is drawn over the epochs that all of them have
    """

    label: str
    runs: tuple[NDArray[np.floating], ...]


@dataclass(frozen=True, slots=True, eq=False)
class CurvesPanel:
    title: str
    curves: tuple[Curve, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Panels share the epoch axis, and the value axis where ``share_values``."""

    panels: tuple[CurvesPanel, ...]
    epoch_axis: str
    value_axis: str
    share_values: bool = False
    missing: str = ""
    decimal: str = "."


@drawing()
def draw(data: Curves) -> Figure:
    from matplotlib.lines import Line2D

    figure, grid = line_panels(
        [panel.title for panel in data.panels],
        [any(len(run) for curve in panel.curves for run in curve.runs) for panel in data.panels],
        3.6,
        x_axis=data.epoch_axis,
        y_axis=data.value_axis,
        share_y=data.share_values,
        decimal=data.decimal,
        missing=data.missing,
    )
    epochs = max((len(r) for p in data.panels for c in p.curves for r in c.runs), default=1)
    entries: dict[str, Line2D] = {}
    for axes, panel in zip(grid, data.panels, strict=True):
        axes.set_xticks(range(1, epochs + 1, max(1, math.ceil((epochs - 1) / 5))))
        for curve, (color, dash) in zip(panel.curves, cycle(_STYLES), strict=False):
            look: style.Look = {"color": color, "linestyle": (0, dash) if dash else "-", "linewidth": 1.8}
            entries.setdefault(curve.label, Line2D([], [], label=curve.label, **look))
            runs = [np.asarray(run, float) for run in curve.runs if len(run)]
            if not runs:
                continue
            marker = "o" if max(map(len, runs)) == 1 else ""
            for run in runs:
                axes.plot(range(1, len(run) + 1), run, color=color, lw=0.6, alpha=0.45, marker=marker, ms=3)
            common = min(map(len, runs))
            axes.plot(range(1, common + 1), np.mean([run[:common] for run in runs], axis=0), **look)
    key(figure, entries.values())
    return figure
