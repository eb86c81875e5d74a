"""Accuracy against the number of principal components: a panel per data set, a line per extractor."""

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
    from matplotlib.figure import Figure


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


@drawing()
def draw(data: Components) -> Figure:
    """Counts are spaced by their logarithm; all dimensions stand apart at the right."""
    figure, grid = line_panels(
        [panel.title for panel in data.panels],
        [any(len(line.counts) for line in panel.lines) for panel in data.panels],
        5.6,
        x_axis=data.count_axis,
        y_axis=data.accuracy_axis,
        decimal=data.decimal,
        missing=data.missing,
    )
    lines = [line for panel in data.panels for line in panel.lines if len(line.counts)]
    counts = sorted({int(count) for line in lines for count in line.counts})
    if not counts:
        return figure
    places = np.log2(counts)
    whole = places[-1] + _APART
    # every other number: all of them would run into each other in a narrow panel
    every = 2 if len(grid) > 2 else 1
    for axes, panel in zip(grid, data.panels, strict=True):
        axes.set_xlim(places[0] - 0.4, whole + 0.9)
        axes.set_xticks([*places[::every], whole], [*map(str, counts[::every]), data.whole])
        axes.axvline(whole - _APART / 2, color=style.GRID, linewidth=0.6, zorder=0)
        for line in panel.lines:
            if not len(line.counts):
                continue
            at = np.log2(line.counts)
            axes.plot(at, line.accuracy, **line.subject.line(1.3, 0.8))
            look = line.subject.line(0.5)
            axes.plot([whole], [line.whole], **look)
            axes.plot(
                [at[-1], whole], [line.accuracy[-1], line.whole], color=look["color"], lw=0.5, alpha=0.6
            )
    key(figure, subject_key(line.subject for line in lines))
    return figure
