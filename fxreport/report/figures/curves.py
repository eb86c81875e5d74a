"""Learning curves: a panel per data set, a thin line per seed and a thick one for their mean."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures.panel_grid import draw_panels
from fxreport.report.figures.sheet import Key, Sheet, linear_ticks, open_frame, say_missing

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


def draw(data: Curves) -> str:
    epochs = max((len(r) for p in data.panels for c in p.curves for r in c.runs), default=1)
    shared = _limits(data.panels)

    def draw_panel(sheet: Sheet, i: int, left: float, top: float, width: float, height: float) -> None:
        panel = data.panels[i]
        limits = shared if data.share_values else _limits((panel,))
        _panel(sheet, left, top, width, height, panel, data, epochs, limits)

    return draw_panels(
        [panel.title for panel in data.panels],
        _key(data),
        draw_panel,
        x_axis=data.epoch_axis,
        y_axis=data.value_axis,
        gap=0.35,
        height=lambda width: min(4.2, max(3.4, width)),
    )


def _key(data: Curves) -> list[Key]:
    """Each label once, at the place where it first stands."""
    found: dict[str, Key] = {}
    for panel in data.panels:
        for i, curve in enumerate(panel.curves):
            color, dash = _STYLES[i % len(_STYLES)]
            found.setdefault(curve.label, Key(curve.label, color, dash))
    return list(found.values())


def _limits(panels: tuple[CurvesPanel, ...]) -> tuple[float, float]:
    values = [v for p in panels for c in p.curves for r in c.runs for v in np.asarray(r).tolist()]
    values = [v for v in values if math.isfinite(v)]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    pad = 0.06 * (high - low) or 0.05 * abs(high) or 0.5
    return low - pad, high + pad


def _panel(
    sheet: Sheet,
    left: float,
    top: float,
    width: float,
    height: float,
    panel: CurvesPanel,
    data: Curves,
    epochs: int,
    limits: tuple[float, float],
) -> None:
    axes = sheet.axes(left, top, width, height)
    open_frame(axes, "bottom", "left")
    shown = [(i, c) for i, c in enumerate(panel.curves) if any(len(r) for r in c.runs)]
    if not shown:
        say_missing(axes, data.missing)
        return
    axes.set(xlim=(1 - 0.03 * max(epochs - 1, 1), epochs + 0.03 * max(epochs - 1, 1)), ylim=limits)
    step = max(1, math.ceil((epochs - 1) / 5))
    axes.set_xticks(range(1, epochs + 1, step), [str(e) for e in range(1, epochs + 1, step)])
    linear_ticks(axes, "y", data.decimal)
    axes.grid(axis="y")
    for i, curve in shown:
        color, dash = _STYLES[i % len(_STYLES)]
        runs = [np.asarray(r, dtype=float) for r in curve.runs if len(r)]
        marker = "o" if max(map(len, runs)) == 1 else ""
        for run in runs:
            axes.plot(
                range(1, len(run) + 1), run, color=color, linewidth=0.6, alpha=0.45, marker=marker, ms=3
            )
        common = min(map(len, runs))
        mean = np.mean([run[:common] for run in runs], axis=0)
        axes.plot(range(1, common + 1), mean, color=color, linewidth=1.8, dashes=dash or (None, None))
