"""Dot plot of a metric per variant: seeds, mean and interval; data sets side by side sharing the variants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fxreport.report.figures import style
from fxreport.report.figures.panels import key, row_panels
from fxreport.report.figures.style import Subject
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import widest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

_REFERENCE: Any = {"color": style.MUTED, "linewidth": 0.9, "linestyle": (0, (1.2, 1.8)), "zorder": 1}


@dataclass(frozen=True, slots=True)
class QualityCell:
    """One variant on one data set. ``mean`` is None where nothing was measured; a published value may stand
    alone. ``interval`` is (low, high). ``text`` is the value as written, bold where ``best``."""

    mean: float | None = None
    values: tuple[float, ...] = ()
    interval: tuple[float, float] | None = None
    published: float | None = None
    text: str = ""
    best: bool = False


@dataclass(frozen=True, slots=True)
class QualityPanel:
    """One data set; ``cells`` has one entry per subject, None where nothing is known."""

    title: str
    cells: tuple[QualityCell | None, ...]


@dataclass(frozen=True, slots=True)
class QualityLabels:
    """Words of the legend. An empty word leaves its entry out."""

    mean: str = ""
    seed: str = ""
    interval: str = ""
    published: str = ""
    reference: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """``reference`` is a value to compare with, as chance; panels share one scale unless ``own_scales``."""

    subjects: tuple[Subject, ...]
    panels: tuple[QualityPanel, ...]
    axis: str
    labels: QualityLabels = field(default_factory=QualityLabels)
    reference: float | None = 0.0
    own_scales: bool = False
    decimal: str = "."


@drawing()
def draw(data: Quality) -> Figure:
    figure, grid, width = row_panels(
        [subject.label for subject in data.subjects],
        [panel.title for panel in data.panels],
        0.52,
        axis=data.axis,
        decimal=data.decimal,
        share_x=not data.own_scales,
    )
    for axes, panel in zip(grid, data.panels, strict=True):
        if data.reference is not None:
            axes.axvline(data.reference, **_REFERENCE)
        for row, (subject, cell) in enumerate(zip(data.subjects, panel.cells, strict=True)):
            if cell is not None:
                _marks(axes, row, subject, cell)
    texts = widest((c.text for p in data.panels for c in p.cells if c is not None), style.SMALL) + 0.1
    share = texts / max(width, texts)
    together = [cell for panel in data.panels for cell in panel.cells]
    for axes, cells in (
        zip(grid, (panel.cells for panel in data.panels), strict=True)
        if data.own_scales
        else [(axes, together) for axes in grid[:1]]
    ):
        low, high = axes.get_xlim()
        high += 0.04 * (high - low)  # the last tick's number stays clear of the next panel
        axes.set_xlim(low, high)
        if not all(
            _behind(cell, low, high, share) or _ahead(cell, low, high, share) for cell in cells if cell
        ):
            axes.set_xlim(low, high + (high - low) * texts / max(width - texts, 0.5))
    for axes, panel in zip(grid, data.panels, strict=True):
        for row, cell in enumerate(panel.cells):
            _say(axes, row, cell or QualityCell(), data, share)
    key(figure, _entries(data), "lower")
    return figure


def _marks(axes: Axes, row: int, subject: Subject, cell: QualityCell) -> None:
    if cell.published is not None:
        axes.plot([cell.published] * 2, [row - 0.36, row + 0.36], color=style.INK, linewidth=1.3, zorder=2)
    if cell.mean is None:
        return
    look = subject.dot()
    if cell.interval is not None:
        axes.plot(cell.interval, (row, row), color=look["edgecolor"], linewidth=2.2, alpha=0.45, zorder=3)
    if len(cell.values) > 1:
        axes.scatter(
            cell.values, [row] * len(cell.values), s=5, c=look["edgecolor"], alpha=0.6, lw=0, zorder=4
        )  # fmt: skip
    axes.scatter([cell.mean], [row], **look)


def _span(cell: QualityCell, low: float, high: float, share: float) -> tuple[float, float]:
    """From where to where a cell's marks stand; a published value that a text would meet counts."""
    marks = [x for x in (cell.mean, *cell.values, *(cell.interval or ())) if x is not None]
    start, end = min(marks, default=low), max(marks, default=low)
    if cell.published is not None and 0 <= cell.published - end < (high - low) * (share + 0.05):
        end = cell.published
    return start, end


def _behind(cell: QualityCell, low: float, high: float, share: float) -> bool:
    """Whether a text of that share of the panel has room behind the cell's marks."""
    return _span(cell, low, high, share)[1] + (high - low) * share <= high


def _ahead(cell: QualityCell, low: float, high: float, share: float) -> bool:
    """Whether a text has room before the marks, and no published value in its way."""
    return cell.published is None and _span(cell, low, high, share)[0] - (high - low) * share >= low


def _say(axes: Axes, row: int, cell: QualityCell, data: Quality, share: float) -> None:
    """The value behind its marks, or before them where there is no room; or that it is missing.

    ``share`` is the room that a text takes as a share of the panel.
    """
    low, high = axes.get_xlim()
    if cell.mean is None:
        at = (
            cell.published
            if cell.published is not None
            else low
            if data.reference is None
            else data.reference
        )
        ahead = at < low + 0.55 * (high - low)
        axes.annotate(
            data.labels.missing, (at, row), (4 if ahead else -4, 0), textcoords="offset points",
            ha="left" if ahead else "right", va="center", fontsize=style.SMALL,
            color=style.MUTED,
        )  # fmt: skip
        return
    start, end = _span(cell, low, high, share)
    behind = _behind(cell, low, high, share) or not _ahead(cell, low, high, share)
    axes.annotate(
        cell.text, (end if behind else start, row), (5 if behind else -5, 0), textcoords="offset points",
        ha="left" if behind else "right", va="center", fontsize=style.SMALL,
        color=style.INK if cell.best else style.MUTED, fontweight="bold" if cell.best else "normal",
    )  # fmt: skip


def _entries(data: Quality) -> list[Line2D]:
    from matplotlib.lines import Line2D

    cells = [c for p in data.panels for c in p.cells if c is not None]
    labels, muted = data.labels, {"color": style.MUTED, "markeredgewidth": 0}
    dot = {**muted, "marker": "o", "markersize": 2.2, "linestyle": "", "alpha": 0.6}
    tall = {"marker": "|", "markersize": 10, "linestyle": ""}
    entries: list[tuple[bool, str, dict[str, Any]]] = [
        (any(c.mean is not None for c in cells), labels.mean, {**muted, "marker": "o", "linestyle": ""}),
        (any(len(c.values) > 1 for c in cells), labels.seed, dot),
        (any(c.interval is not None for c in cells), labels.interval, {**muted, "lw": 2.2, "alpha": 0.5}),
        (any(c.published is not None for c in cells), labels.published, {**tall, "color": style.INK}),
        (data.reference is not None, labels.reference, _REFERENCE),
    ]
    return [Line2D([], [], label=label, **look) for shown, label, look in entries if shown and label]
