"""An error by class: a panel per data set, classes from the largest error down, a bar each, a dot a run."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.layout import columns, line_height, text_width, wrap
from fxreport.report.figures.sheet import Sheet, linear_ticks, middle, open_frame, say_missing

_GAP, _ROW, _MOST_COLUMNS, _LABELS, _WIDEST = 0.6, 0.36, 3, 2.4, 10.0
_INSET = 0.55
"""Room for half a tick label at the left of the scale."""
_BAR, _DOT = "#9dc3e3", style.INK


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


def draw(data: ClassErrors) -> str:
    with style.house_style():
        count = columns(len(data.panels), _MOST_COLUMNS)
        width = min((style.TEXT_WIDTH - (count - 1) * _GAP) / count, _WIDEST)
        head = line_height(style.TITLE) + 0.15
        bands = [
            head + max((max(len(p.classes), 1) for p in data.panels[i : i + count]), default=1) * _ROW + 1.0
            for i in range(0, len(data.panels), count)
        ]
        sheet = Sheet(max(math.fsum(bands), 0.5))
        top = 0.0
        for band, start in zip(bands, range(0, len(data.panels), count), strict=True):
            for i, panel in enumerate(data.panels[start : start + count]):
                _panel(sheet, i * (width + _GAP), top, width, head, panel, data)
            top += band
        return sheet.to_svg()


def _panel(
    sheet: Sheet,
    left: float,
    top: float,
    width: float,
    head: float,
    panel: ClassErrorsPanel,
    data: ClassErrors,
) -> None:
    labels = [wrap(name, _LABELS, style.SMALL, lines=1)[0] for name in panel.classes]
    inset = max((text_width(label, style.SMALL) for label in labels), default=0.0) + 0.15
    inset = max(inset, _INSET)
    height = max(len(labels), 1) * _ROW
    [title] = wrap(panel.title, width, style.TITLE, lines=1, bold=True)
    sheet.text(left, top + 0.3, title, size=style.TITLE, bold=True)
    axes = sheet.axes(left + inset, top + head, width - inset, height)
    if not len(panel.errors):
        open_frame(axes)
        say_missing(axes, data.missing)
        return
    open_frame(axes, "bottom", "left")
    means = panel.errors.mean(axis=0)
    axes.set(xlim=(0, float(panel.errors.max()) * 1.05 or 1.0), ylim=(len(labels), 0))
    axes.set_yticks([])
    linear_ticks(axes, "x", data.decimal, most=3)
    axes.grid(axis="x")
    for row, number in enumerate(sorted(range(len(labels)), key=lambda k: (-means[k], k))):
        y = row + 0.5
        sheet.text(
            left + inset - 0.1, middle(top + head + y * _ROW, style.SMALL), labels[number],
            size=style.SMALL, align="right",
        )  # fmt: skip
        axes.barh(y, means[number], 0.62, color=_BAR, lw=0)
        runs = panel.errors[:, number]
        axes.scatter(runs, [y] * len(runs), s=5, c=_DOT, lw=0, zorder=3, clip_on=False)
    sheet.text(
        left + width / 2, top + head + height + 0.78, data.axis,
        size=style.SMALL, color=style.MUTED, align="center",
    )  # fmt: skip
