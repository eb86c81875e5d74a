"""An accuracy through the layers: a panel per set and way of asking, a line a network, bars for runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.panels import key, line_panels, subject_key
from fxreport.report.figures.style import Subject
from fxreport.report.figures.svg import drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


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


@drawing()
def draw(data: Layers) -> Figure:
    figure, grid = line_panels(
        [panel.title for panel in data.panels],
        [panel.lines for panel in data.panels],
        4.4,
        x_axis=data.layer_axis,
        y_axis=data.value_axis,
        notes=[panel.note for panel in data.panels],
        decimal=data.decimal,
        missing=data.missing,
    )
    most = max((line.runs.shape[1] for panel in data.panels for line in panel.lines), default=1)
    for axes, panel in zip(grid, data.panels, strict=True):
        axes.set(xlim=(0.7, most + 0.3), xticks=range(1, most + 1))
        for line in panel.lines:
            places = np.arange(1, line.runs.shape[1] + 1)
            _ranges(axes, places, line)
            axes.plot(places, line.runs.mean(axis=0), **line.subject.line(1.5))
    key(figure, subject_key(line.subject for panel in data.panels for line in panel.lines))
    return figure


def _ranges(axes: Axes, places: NDArray[np.integer], line: LayerLine) -> None:
    """From the lowest run to the highest at each layer: one broken line, which an SVG holds in few bytes."""
    breaks = np.full(len(places), np.nan)
    x = np.stack([places, places, breaks], axis=1)
    y = np.stack([line.runs.min(axis=0), line.runs.max(axis=0), breaks], axis=1)
    color = style.variant_style(line.subject.index).color
    axes.plot(x.ravel(), y.ravel(), color=color, linewidth=3.2, alpha=0.35, zorder=2)
