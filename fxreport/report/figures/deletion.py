"""What becomes of an answer while the named pixels go, or come: a row of panels per network, one a method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.panels import key, line_panels
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import POINT, line_height, shorten

if TYPE_CHECKING:
    from matplotlib.figure import Figure


_DELETION: dict[str, Any] = {"color": "#0072b2", "marker": "o", "markersize": 3.6}
_INSERTION: dict[str, Any] = {"color": "#d55e00", "marker": "^", "markersize": 4.2}
_SOLID: dict[str, Any] = {"linewidth": 1.5, "markeredgewidth": 0, "zorder": 3}
_RANDOM: dict[str, Any] = {
    "linewidth": 1.2, "linestyle": (0, (1.4, 1.4)), "markeredgewidth": 0.8, "markerfacecolor": style.PAPER
}  # fmt: skip
#: by the names of a panel's curves
_CURVES = {
    "deletion": _DELETION | _SOLID,
    "insertion": _INSERTION | _SOLID,
    "random_deletion": _DELETION | _RANDOM,
    "random_insertion": _INSERTION | _RANDOM,
}


@dataclass(frozen=True, slots=True, eq=False)
class DeletionPanel:
    """Mean probabilities of the answer at even steps, (steps,); ``random``: of maps moved at random."""

    deletion: NDArray[np.floating]
    insertion: NDArray[np.floating]
    random_deletion: NDArray[np.floating]
    random_insertion: NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class DeletionRow:
    """Panels of one network, in the order of the methods; None where it was not measured."""

    title: str
    panels: tuple[DeletionPanel | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DeletionLabels:
    deletion: str
    insertion: str
    random_deletion: str
    random_insertion: str


@dataclass(frozen=True, slots=True, eq=False)
class Deletion:
    rows: tuple[DeletionRow, ...]
    methods: tuple[str, ...]
    labels: DeletionLabels
    pixel_axis: str
    probability_axis: str
    missing: str = ""
    decimal: str = "."


@drawing()
def draw(data: Deletion) -> Figure:
    """Deletion and insertion differ in colour, marker and direction; random curves are dotted and hollow."""
    from matplotlib.lines import Line2D
    from matplotlib.ticker import FixedFormatter

    panels = [panel for row in data.rows for panel in row.panels]
    titles = [row.title if k == 0 else "" for row in data.rows for k in range(len(row.panels))]
    figure, grid = line_panels(
        titles, panels, 2.0, most=max(len(data.methods), 1),
        x_axis="", y_axis=data.probability_axis, decimal=data.decimal, missing=data.missing,
    )  # fmt: skip
    figure.supxlabel(data.pixel_axis, fontsize=style.SMALL, color=style.MUTED)
    looks = [(getattr(data.labels, name), look) for name, look in _CURVES.items()]
    for axes, panel in zip(grid, panels, strict=True):
        axes.set(xlim=(-2, 102), ylim=(-0.03, 1.03), xticks=[0, 50, 100], yticks=[0, 0.5, 1])
        axes.yaxis.set_major_formatter(FixedFormatter(["0", f"0{data.decimal}5", "1"]))
        for name, look in _CURVES.items() if panel is not None else ():
            curve = getattr(panel, name)
            start = (1, 2) if name.startswith("random") else 2
            axes.plot(np.linspace(0, 100, len(curve)), curve, **look, markevery=start, clip_on=False)
    room = style.TEXT_WIDTH / max(len(data.methods), 1)
    for axes, method in zip(grid, data.methods, strict=False):
        above = line_height(style.TITLE) * (axes.get_title("left").count("\n") + 1)
        axes.annotate(
            shorten(method, room, style.LABEL), (0.5, 1), (0, 4 + above / POINT),
            xycoords="axes fraction", textcoords="offset points", ha="center", color=style.MUTED,
        )  # fmt: skip
    key(figure, [Line2D([], [], label=label, **look) for label, look in looks])
    return figure
