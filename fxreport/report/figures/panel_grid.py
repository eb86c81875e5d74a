"""Panels of one kind in rows of up to three, below a common key: titles, places and the names of the axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from fxreport.report.figures import style
from fxreport.report.figures.layout import columns, line_height, wrap
from fxreport.report.figures.sheet import KEY_ROW, Key, Sheet, draw_key, key_rows

_AXIS_LEFT, _MOST_COLUMNS, _WIDEST = 1.15, 3, 9.0

#: draws the panel of an index: (sheet, index, left, top, width, height), in centimetres
DrawPanel = Callable[[Sheet, int, float, float, float, float], None]


def draw_panels(
    titles: Sequence[str],
    key: Sequence[Key],
    draw_panel: DrawPanel,
    *,
    x_axis: str,
    y_axis: str,
    gap: float,
    height: Callable[[float], float],
    notes: Sequence[str] = (),
) -> str:
    """The SVG of a grid of panels. ``height`` gives a panel's from its width; all lengths in centimetres.

    ``notes`` stand below the titles, one a panel.
    """
    with style.house_style():
        rows = key_rows(list(key), style.TEXT_WIDTH - _AXIS_LEFT)
        key_height = len(rows) * KEY_ROW + (0.15 if rows else 0)
        count = columns(len(titles), _MOST_COLUMNS)
        width = min((style.TEXT_WIDTH - count * _AXIS_LEFT - (count - 1) * gap) / count, _WIDEST)
        body = height(width)
        head = line_height(style.TITLE) + 0.15 + (line_height(style.SMALL) if any(notes) else 0)
        band = head + body + 1.0
        sheet = Sheet(key_height + max(math.ceil(len(titles) / count), 1) * band)
        draw_key(sheet, _AXIS_LEFT, 0, rows)
        for i, title in enumerate(titles):
            top = key_height + (i // count) * band
            left = _AXIS_LEFT + (i % count) * (width + gap + _AXIS_LEFT)
            [line] = wrap(title, width, style.TITLE, lines=1, bold=True)
            sheet.text(left, top + 0.3, line, size=style.TITLE, bold=True)
            if any(notes):
                [note] = wrap(notes[i], width, style.SMALL, lines=1)
                sheet.text(
                    left, top + 0.3 + line_height(style.TITLE), note, size=style.SMALL, color=style.MUTED
                )
            draw_panel(sheet, i, left, top + head, width, body)
            sheet.text(
                left + width / 2, top + head + body + 0.8, x_axis,
                size=style.SMALL, color=style.MUTED, align="center",
            )  # fmt: skip
            if i % count == 0:
                sheet.text(
                    left - 0.95, top + head + body / 2, y_axis,
                    size=style.SMALL, color=style.MUTED, align="center", upward=True,
                )  # fmt: skip
        return sheet.to_svg()
