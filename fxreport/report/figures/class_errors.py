"""An error by class: a panel per data set, classes from the largest error down, a bar each, a dot a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.panels import name_rows, numbers, say_missing, small_multiples
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, eq=False)
class ClassErrorsPanel:
    """One data set.

    :param errors: (runs, classes)
    """

    title: str
    classes: tuple[str, ...]
    errors: NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class ClassErrors:
    """Panels have scales of their own: which class is hard is asked within a set."""

    panels: tuple[ClassErrorsPanel, ...]
    axis: str
    missing: str = ""
    decimal: str = "."


@drawing()
def draw(data: ClassErrors) -> Figure:
    most = max((len(panel.classes) for panel in data.panels), default=1)
    figure, grid = small_multiples(
        [panel.title for panel in data.panels], max(most, 1) * 0.36,
        x_axis=data.axis, share_x=False, share_y=False,
    )  # fmt: skip
    for axes, panel in zip(grid, data.panels, strict=True):
        if not len(panel.errors):
            axes.set(xticks=[], yticks=[])
            say_missing(axes, data.missing)
            continue
        axes.spines[["bottom", "left"]].set_visible(True)
        means = panel.errors.mean(axis=0)
        order = sorted(range(len(means)), key=lambda k: (-means[k], k))
        for row, number in enumerate(order):
            axes.barh(row, means[number], 0.62, color="#9dc3e3", lw=0)
            runs = panel.errors[:, number]
            axes.scatter(runs, [row] * len(runs), s=5, c=style.INK, lw=0, zorder=3, clip_on=False)
        axes.set(xlim=(0, float(panel.errors.max()) * 1.05 or 1.0), ylim=(most - 0.5, -0.5))
        name_rows(axes, [wrap(panel.classes[k], 2.9, style.SMALL, lines=1) for k in order], style.SMALL)
        axes.grid(visible=False, axis="y", which="minor")
        numbers(axes.xaxis, data.decimal, 3)
        axes.grid(axis="x")
    return figure
