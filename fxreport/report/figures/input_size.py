"""Slope chart of quality against input size: a panel per data set, a line per pretrained extractor."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fxreport.report.figures import style
from fxreport.report.figures.panels import key, line_panels, subject_key
from fxreport.report.figures.style import Subject
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import text_width

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class SizeLine:
    """One extractor: its quality at each size. ``values`` holds the seeds of each size, shown as dots."""

    subject: Subject
    sizes: tuple[int, ...]
    means: tuple[float, ...]
    values: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class SizePanel:
    title: str
    lines: tuple[SizeLine, ...]


@dataclass(frozen=True, slots=True)
class InputSize:
    """``sizes`` are in pixels; panels share both axes. ``missing`` stands in a panel without lines."""

    panels: tuple[SizePanel, ...]
    size_axis: str
    quality_axis: str
    missing: str = ""
    decimal: str = "."


@drawing()
def draw(data: InputSize) -> Figure:
    """Sizes are spaced by their logarithm: equal ratios look equal."""
    lines = [[line for line in panel.lines if line.sizes] for panel in data.panels]
    figure, grid = line_panels(
        [panel.title for panel in data.panels], lines, 4.8,
        x_axis=data.size_axis, y_axis=data.quality_axis, decimal=data.decimal, missing=data.missing,
    )  # fmt: skip
    sizes = sorted({size for panel in lines for line in panel for size in line.sizes})
    if not sizes:
        return figure
    pad = max((sizes[-1] / sizes[0]) ** 0.06, 1.05)
    for axes, panel in zip(grid, lines, strict=True):
        axes.set(xscale="log", xlim=(sizes[0] / pad, sizes[-1] * pad))
        axes.set_xticks(sizes, _tick_labels(sizes, style.TEXT_WIDTH / len(grid) - 1))
        axes.set_xticks([], minor=True)
        axes.axhline(0, alpha=0)  # zero is in sight
        for line in panel:
            look = line.subject.line(1.5)
            for size, seeds in zip(line.sizes, line.values, strict=False):
                axes.scatter([size] * len(seeds), seeds, s=4, c=look["color"], alpha=0.5, lw=0)
            axes.plot(line.sizes, line.means, **look)
    key(figure, subject_key(line.subject for panel in lines for line in panel))
    return figure


def _tick_labels(sizes: list[int], width: float) -> list[str]:
    """The sizes, but for those that have no room left of the next one."""
    labels: list[str] = []
    end = math.inf
    for size in reversed(sizes):
        center = math.log(size / sizes[0]) / (math.log(sizes[-1] / sizes[0]) or 1.0) * width * 0.88
        half = text_width(str(size), style.SMALL) / 2
        fits = center + half + 0.08 <= end
        labels.append(str(size) if fits else "")
        end = center - half if fits else end
    return labels[::-1]
