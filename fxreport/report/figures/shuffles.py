"""What shuffling dimensions costs: accuracy as it is, with random and with the heaviest ones shuffled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fxreport.report.figures import style
from fxreport.report.figures.panels import key, row_panels
from fxreport.report.figures.style import Subject
from fxreport.report.figures.svg import drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class ShufflePanel:
    """``rows``: a subject's accuracy as it is, with random and with the heaviest shuffled; None for none."""

    title: str
    rows: tuple[tuple[float, float, float] | None, ...]


@dataclass(frozen=True, slots=True)
class Shuffles:
    """``labels`` name the three marks in the order of a row; panels share one scale."""

    subjects: tuple[Subject, ...]
    panels: tuple[ShufflePanel, ...]
    axis: str
    labels: tuple[str, str, str]
    decimal: str = "."


@drawing()
def draw(data: Shuffles) -> Figure:
    """A row an extractor: a line from the heaviest shuffled to the whole, and a mark on it for each."""
    from matplotlib.lines import Line2D

    figure, grid, _ = row_panels(
        [subject.label for subject in data.subjects], [panel.title for panel in data.panels], 0.5,
        axis=data.axis, decimal=data.decimal,
    )  # fmt: skip
    for axes, panel in zip(grid, data.panels, strict=True):
        for k, (subject, row) in enumerate(zip(data.subjects, panel.rows, strict=True)):
            if row is None:
                continue
            color = style.variant_style(subject.index).color
            axes.plot([min(row), max(row)], [k, k], color=color, linewidth=1.6, alpha=0.6)
            for value, mark in zip(row, _marks(color), strict=True):
                axes.plot([value], [k], **mark)
    marks = zip(data.labels, _marks(style.MUTED), strict=True)
    key(figure, [Line2D([], [], label=label, linestyle="", **mark) for label, mark in marks] if grid else [])
    return figure


def _marks(color: str) -> tuple[dict[str, Any], ...]:
    """As it is, with random dimensions shuffled, with the heaviest shuffled."""
    return (
        {"color": style.INK, "marker": "|", "markersize": 9, "markeredgewidth": 1.4, "zorder": 3},
        {"color": color, "marker": "o", "markersize": 5, "markerfacecolor": style.PAPER, "zorder": 4},
        {"color": color, "marker": "v", "markersize": 5.5, "markeredgewidth": 0, "zorder": 5},
    )
