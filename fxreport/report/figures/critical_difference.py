"""Mean ranks over image sets on one axis, with bars over those that a test does not tell apart.

The diagram of Demšar (2006, JMLR 7:1–30): names hang from their mean ranks, the better half at the left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fxreport.report.figures import style
from fxreport.report.figures.panels import page
from fxreport.report.figures.style import Subject
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import shorten

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROW, _BAR = 0.5, 0.48
"""Heights of a name in centimetres, and of a bar in names."""


@dataclass(frozen=True, slots=True)
class CriticalDifference:
    """``ranks`` from the best (lowest) on, with their ``texts`` as the document writes them.

    ``cliques`` are the (first, last) mean ranks of each group that is not told apart.
    """

    subjects: tuple[Subject, ...]
    ranks: tuple[float, ...]
    texts: tuple[str, ...]
    critical: float
    cliques: tuple[tuple[float, float], ...]
    axis: str
    label: str
    decimal: str = "."


@drawing()
def draw(data: CriticalDifference) -> Figure:
    """The axis of ranks is at the height 0; bars and then names hang below it, a name a row."""
    count = len(data.ranks)
    half = math.ceil(count / 2)
    names = [shorten(subject.label, 4.2, style.LABEL) for subject in data.subjects]
    first = 0.5 + _BAR * len(data.cliques)
    figure = page((first + half + 1.9) * _ROW + 0.4)
    axes = figure.subplots()
    axes.set(xlim=(1, max(count, 2)), ylim=(first + half - 0.4, -1.7), yticks=[], xticks=range(1, count + 1))
    axes.xaxis.tick_top()
    axes.spines["top"].set(visible=True, color=style.MUTED, position=("data", 0))
    figure.supxlabel(data.axis, fontsize=style.SMALL, color=style.MUTED)
    end = min(1 + data.critical, count)
    axes.plot([1, end], [-1.2, -1.2], color=style.INK, linewidth=1.3, marker="|", clip_on=False)
    value = style.format_number(data.critical, 2, data.decimal)
    axes.text((1 + end) / 2, -1.45, f"{data.label} {value}", ha="center", fontsize=style.SMALL)
    for row, (low, high) in enumerate(data.cliques):
        height = [0.5 + _BAR * row] * 2
        axes.plot([low, high], height, color=style.INK, linewidth=3.2, solid_capstyle="round", clip_on=False)
    for place, (subject, rank) in enumerate(zip(data.subjects, data.ranks, strict=True)):
        at_left = place < half
        y = first + (place if at_left else count - 1 - place) + 0.5
        edge, side = (1, -1) if at_left else (max(count, 2), 1)
        look = subject.dot()
        line: style.Look = {"color": look["edgecolor"], "linewidth": 0.9, "clip_on": False}
        axes.plot([rank, rank, edge], [0, y, y], solid_joinstyle="miter", **line)
        axes.scatter([rank], [0], clip_on=False, **look)
        said = (names[place], data.texts[place])[::-side]
        axes.annotate(
            "  ".join(said), (edge, y), (4 * side, 0), textcoords="offset points", va="center",
            ha="right" if at_left else "left",
        )  # fmt: skip
    return figure
