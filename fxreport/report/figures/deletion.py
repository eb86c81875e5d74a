"""What becomes of an answer while the named pixels go, or come: a row of panels per network, one a method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.layout import line_height, shorten
from fxreport.report.figures.sheet import (
    KEY_ROW,
    Key,
    Sheet,
    draw_key,
    key_rows,
    open_frame,
    say_missing,
)

_LEFT, _RIGHT, _GAP, _PANEL, _BETWEEN, _TICKS = 1.05, 0.35, 0.55, 2.0, 0.22, 0.75
_DELETION, _INSERTION = "#0072b2", "#d55e00"
_RANDOM_DASH = (1.4, 1.4)
_TICK_LABELS = ((0, 0), (0.5, 1), (1, 0))


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


def draw(data: Deletion) -> str:
    """Deletion and insertion differ in colour, marker and direction; random curves are dotted and hollow."""
    with style.house_style():
        count = max(len(data.methods), 1)
        width = (style.TEXT_WIDTH - _LEFT - _RIGHT - (count - 1) * _GAP) / count
        keys = key_rows(_keys(data.labels), style.TEXT_WIDTH - _LEFT)
        top = len(keys) * KEY_ROW + 0.1
        head = line_height(style.LABEL) + 0.1
        band = line_height(style.TITLE) + 0.12 + _PANEL + _BETWEEN
        foot = top + head + len(data.rows) * band - _BETWEEN + _TICKS
        sheet = Sheet(foot + 0.2)
        draw_key(sheet, _LEFT, 0, keys)
        for k, method in enumerate(data.methods):
            x = _LEFT + k * (width + _GAP) + width / 2
            name = shorten(method, width, style.LABEL)
            sheet.text(x, top + 0.28, name, size=style.LABEL, color=style.MUTED, align="center")
        for i, row in enumerate(data.rows):
            y = top + head + i * band
            title = shorten(row.title, style.TEXT_WIDTH - _LEFT, style.TITLE, bold=True)
            sheet.text(_LEFT, y + 0.28, title, size=style.TITLE, bold=True)
            y += line_height(style.TITLE) + 0.12
            for k, panel in enumerate(row.panels):
                x, last = _LEFT + k * (width + _GAP), i == len(data.rows) - 1
                _panel(sheet, x, y, width, panel, data, first=k == 0, last=last)
            sheet.text(
                _LEFT - 0.8, y + _PANEL / 2, data.probability_axis,
                size=style.SMALL, color=style.MUTED, align="center", upward=True,
            )  # fmt: skip
        sheet.text(
            _LEFT + (style.TEXT_WIDTH - _LEFT) / 2, foot, data.pixel_axis,
            size=style.SMALL, color=style.MUTED, align="center",
        )  # fmt: skip
        return sheet.to_svg()


def _keys(labels: DeletionLabels) -> list[Key]:
    return [
        Key(labels.deletion, _DELETION, marker="o", size=3.6),
        Key(labels.insertion, _INSERTION, marker="^", size=4.2),
        Key(labels.random_deletion, _DELETION, _RANDOM_DASH, "o", 3.6, hollow=True),
        Key(labels.random_insertion, _INSERTION, _RANDOM_DASH, "^", 4.2, hollow=True),
    ]


def _panel(
    sheet: Sheet,
    left: float,
    top: float,
    width: float,
    panel: DeletionPanel | None,
    data: Deletion,
    *,
    first: bool,
    last: bool,
) -> None:
    """The axes' numbers stand at the first panel of a row and below the last row."""
    axes = sheet.axes(left, top, width, _PANEL)
    open_frame(axes, "bottom", "left")
    if panel is None:
        say_missing(axes, data.missing)
        return
    axes.set(xlim=(-2, 102), ylim=(-0.03, 1.03))
    axes.set_xticks([0, 50, 100], ["0", "50", "100"] if last else ["", "", ""])
    axes.set_yticks([0, 0.5, 1], [style.format_number(y, d, data.decimal) for y, d in _TICK_LABELS])
    if not first:
        axes.set_yticklabels([])
    axes.grid(axis="y")
    for curve, color, marker, size in (
        (panel.random_deletion, _DELETION, "o", 3.2),
        (panel.random_insertion, _INSERTION, "^", 3.8),
    ):
        axes.plot(
            np.linspace(0, 100, len(curve)), curve, color=color, linewidth=1.2, dashes=_RANDOM_DASH,
            marker=marker, ms=size, mew=0.8, mfc=style.PAPER, markevery=(1, 2), clip_on=False,
        )  # fmt: skip
    for curve, color, marker, size in (
        (panel.deletion, _DELETION, "o", 3.6),
        (panel.insertion, _INSERTION, "^", 4.2),
    ):
        axes.plot(
            np.linspace(0, 100, len(curve)), curve,
            color=color, linewidth=1.5, marker=marker, ms=size, mew=0, markevery=2, clip_on=False,
        )  # fmt: skip
