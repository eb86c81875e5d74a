"""An accuracy through the layers: a panel per set and way of asking, a line a network, bars for runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.panel_grid import draw_panels
from fxreport.report.figures.sheet import Key, Sheet, linear_ticks, open_frame, say_missing, subject_keys
from fxreport.report.figures.style import Subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True, eq=False)
class LayerLine:
    """One network.

    :param runs: (runs, layers), first layer first
    """

    subject: Subject
    runs: NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class LayersPanel:
    """``note`` says what the accuracy is that of."""

    title: str
    note: str
    lines: tuple[LayerLine, ...]


@dataclass(frozen=True, slots=True)
class Layers:
    """Panels share both axes. ``missing`` stands in a panel without lines."""

    panels: tuple[LayersPanel, ...]
    layer_axis: str
    value_axis: str
    missing: str = ""
    decimal: str = "."


def draw(data: Layers) -> str:
    lines = [line for panel in data.panels for line in panel.lines]
    most = max((line.runs.shape[1] for line in lines), default=1)
    ends = [float(x) for line in lines for x in (line.runs.min(), line.runs.max())]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    pad = 0.06 * (high - low) or 0.05
    limits = low - pad, high + pad

    def draw_panel(sheet: Sheet, i: int, left: float, top: float, width: float, height: float) -> None:
        _panel(sheet, left, top, width, height, data.panels[i], data, most, limits)

    return draw_panels(
        [panel.title for panel in data.panels],
        _key(data),
        draw_panel,
        x_axis=data.layer_axis,
        y_axis=data.value_axis,
        gap=0.3,
        notes=[panel.note for panel in data.panels],
        height=lambda width: 4.4,
    )


def _key(data: Layers) -> list[Key]:
    return subject_keys(line.subject for panel in data.panels for line in panel.lines)


def _panel(
    sheet: Sheet,
    left: float,
    top: float,
    width: float,
    height: float,
    panel: LayersPanel,
    data: Layers,
    most: int,
    limits: tuple[float, float],
) -> None:
    axes = sheet.axes(left, top, width, height)
    open_frame(axes, "bottom", "left")
    if not panel.lines:
        say_missing(axes, data.missing)
        return
    axes.set(xlim=(0.7, most + 0.3), ylim=limits)
    axes.set_xticks(range(1, most + 1), [str(i) for i in range(1, most + 1)])
    linear_ticks(axes, "y", data.decimal)
    axes.grid(axis="y")
    for line in panel.lines:
        mark = style.variant_style(line.subject.index)
        places = np.arange(1, line.runs.shape[1] + 1)
        _ranges(axes, places, line, mark.color)
        axes.plot(
            places, line.runs.mean(axis=0), color=mark.color, linewidth=1.5, linestyle=mark.linestyle,
            marker=mark.marker, markersize=mark.size, zorder=3,
            markerfacecolor=style.PAPER if line.subject.hollow else mark.color,
            markeredgewidth=1.0 if line.subject.hollow else 0,
        )  # fmt: skip


def _ranges(axes: Axes, places: NDArray[np.integer], line: LayerLine, color: str) -> None:
    """From the lowest run to the highest at each layer: one broken line, which an SVG holds in few bytes."""
    breaks = np.full(len(places), np.nan)
    x = np.stack([places, places, breaks], axis=1)
    y = np.stack([line.runs.min(axis=0), line.runs.max(axis=0), breaks], axis=1)
    axes.plot(x.ravel(), y.ravel(), color=color, linewidth=3.2, alpha=0.35, solid_capstyle="round", zorder=2)
