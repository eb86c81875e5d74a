"""How often two ways of asking features are right: a line a row from the one to the other, by set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fxreport.report.figures import style
from fxreport.report.figures.panels import key, row_panels
from fxreport.report.figures.style import Subject
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import widest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BAR: Any = {"marker": "|", "markersize": 9, "markeredgewidth": 1.8, "linestyle": ""}


@dataclass(frozen=True, slots=True)
class SharesCell:
    """``upper`` and ``lower`` are percentages, None where not measured; texts as the document writes them."""

    upper: float | None
    lower: float | None
    upper_text: str = ""
    lower_text: str = ""


@dataclass(frozen=True, slots=True)
class SharesPanel:
    """One data set; ``cells`` has one entry per subject."""

    title: str
    cells: tuple[SharesCell, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """``upper`` names the extractor's own mark, ``lower`` the bar."""

    subjects: tuple[Subject, ...]
    panels: tuple[SharesPanel, ...]
    axis: str
    upper: str
    lower: str
    decimal: str = "."


@drawing()
def draw(data: Shares) -> Figure:
    from matplotlib.lines import Line2D

    figure, grid, width = row_panels(
        [subject.label for subject in data.subjects],
        [panel.title for panel in data.panels],
        0.56,
        axis=data.axis,
        decimal=data.decimal,
    )
    for axes, panel in zip(grid, data.panels, strict=True):
        for row, (subject, cell) in enumerate(zip(data.subjects, panel.cells, strict=True)):
            _marks(axes, row, subject, cell)
    cells = [cell for panel in data.panels for cell in panel.cells]
    room = widest((t for c in cells for t in (c.upper_text, c.lower_text)), style.SMALL) + 0.2
    values = [x for c in cells for x in (c.upper, c.lower) if x is not None]
    if values and grid:
        # what the texts at both ends need, in the axis' unit
        low, high = min(values), max(values)
        beside = (high - low or 1.0) * room / max(width - 2 * room, 0.5)
        grid[0].set_xlim(low - beside, high + beside)
    muted: Any = {"color": style.MUTED}
    key(
        figure,
        [
            Line2D([], [], label=data.lower, **_BAR, **muted),
            Line2D([], [], label=data.upper, marker="o", linestyle="", markeredgewidth=0, **muted),
        ],
        "lower",
    )
    return figure


def _marks(axes: Axes, row: int, subject: Subject, cell: SharesCell) -> None:
    look = subject.dot()
    ends = [x for x in (cell.lower, cell.upper) if x is not None]
    if len(ends) > 1:
        axes.plot(ends, (row, row), color=look["edgecolor"], linewidth=2.2, alpha=0.45, zorder=3)
    if cell.lower is not None:
        axes.plot([cell.lower], [row], color=look["edgecolor"], zorder=4, **_BAR)
    if cell.upper is not None:
        axes.scatter([cell.upper], [row], **look)
    left, right = ("lower", "upper") if len(ends) < 2 or ends[0] <= ends[1] else ("upper", "lower")
    for name, side, align in ((left, -5, "right"), (right, 5, "left")):
        value: float | None = getattr(cell, name)
        if value is not None:
            axes.annotate(
                getattr(cell, f"{name}_text"), (value, row), (side, 0), textcoords="offset points",
                ha=align, va="center", fontsize=style.SMALL, color=style.MUTED,
            )  # fmt: skip
