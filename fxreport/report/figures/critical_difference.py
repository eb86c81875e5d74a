"""Mean ranks over image sets on one axis, with bars over those that a test does not tell apart.

The diagram of Demšar (2006, JMLR 7:1–30): names hang from their mean ranks, the better half at the left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from fxreport.report.figures import style
from fxreport.report.figures.layout import POINT, shorten, text_width
from fxreport.report.figures.sheet import Sheet
from fxreport.report.figures.style import Subject

_ROW, _BAR, _WIDEST_NAMES = 0.5, 0.24, 4.2
_TOP = 1.45  # above the axis: the critical difference and the tick labels


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


def draw(data: CriticalDifference) -> str:
    with style.house_style():
        count = len(data.ranks)
        half = math.ceil(count / 2)
        names = [shorten(s.label, _WIDEST_NAMES, style.LABEL) for s in data.subjects]
        said = [f"{name}  {text}" for name, text in zip(names, data.texts, strict=True)]
        side = max(text_width(text, style.LABEL) for text in said) + 0.3
        bars = len(data.cliques) * _BAR
        height = _TOP + 0.25 + bars + half * _ROW + 0.65
        sheet = Sheet(height)
        axes = sheet.axes(0, 0, style.TEXT_WIDTH, height)
        axes.set(xlim=(0, style.TEXT_WIDTH), ylim=(height, 0))
        axes.set_axis_off()
        left, right = side, style.TEXT_WIDTH - side
        unit = (right - left) / max(count - 1, 1)

        def x(rank: float) -> float:
            return left + (rank - 1) * unit

        down = 0.36 * style.SMALL * POINT
        axes.plot((left, right), (_TOP, _TOP), color=style.MUTED, linewidth=0.9)
        for tick in range(1, count + 1):
            axes.plot((x(tick), x(tick)), (_TOP - 0.12, _TOP), color=style.MUTED, linewidth=0.9)
            axes.text(x(tick), _TOP - 0.22, str(tick), ha="center", fontsize=style.SMALL, color=style.MUTED)
        end = min(x(1) + data.critical * unit, right)
        axes.plot((left, end), (0.62, 0.62), color=style.INK, linewidth=1.3)
        for edge in (left, end):
            axes.plot((edge, edge), (0.53, 0.71), color=style.INK, linewidth=1.0)
        value = style.format_number(data.critical, 2, data.decimal)
        axes.text(
            (left + end) / 2,
            0.4,
            f"{data.label} {value}",
            ha="center",
            fontsize=style.SMALL,
            color=style.INK,
        )
        for row, (first, last) in enumerate(data.cliques):
            y = _TOP + 0.25 + row * _BAR
            ends = (x(first) - 0.08, x(last) + 0.08)
            axes.plot(ends, (y, y), color=style.INK, linewidth=3.2, solid_capstyle="round")
        for place, (subject, rank) in enumerate(zip(data.subjects, data.ranks, strict=True)):
            mark = style.variant_style(subject.index)
            at_left = place < half
            row = place if at_left else count - 1 - place
            y = _TOP + 0.25 + bars + (row + 0.5) * _ROW
            edge = left - 0.12 if at_left else right + 0.12
            axes.plot(
                (x(rank), x(rank), edge), (_TOP, y, y), color=mark.color, linewidth=0.9,
                solid_joinstyle="miter",
            )  # fmt: skip
            axes.scatter(
                [x(rank)], [_TOP], s=26 * mark.area, marker=mark.marker, zorder=5,
                facecolor=style.PAPER if subject.hollow else mark.color, edgecolor=mark.color, linewidth=1.1,
            )  # fmt: skip
            text = said[place] if at_left else f"{data.texts[place]}  {names[place]}"
            axes.text(
                edge + (-0.1 if at_left else 0.1), y + down, text, fontsize=style.LABEL, color=style.INK,
                ha="right" if at_left else "left",
            )  # fmt: skip
        sheet.text(
            style.TEXT_WIDTH / 2,
            height - 0.15,
            data.axis,
            size=style.SMALL,
            color=style.MUTED,
            align="center",
        )
        return sheet.to_svg()
