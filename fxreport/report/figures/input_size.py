"""Slope chart of quality against input size: a panel per data set, a line per pretrained extractor."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fxreport.report.figures import style
from fxreport.report.figures.layout import text_width
from fxreport.report.figures.panel_grid import draw_panels
from fxreport.report.figures.sheet import Key, Sheet, linear_ticks, open_frame, say_missing, subject_keys
from fxreport.report.figures.style import Subject


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


def draw(data: InputSize) -> str:
    """Sizes are spaced by their logarithm: equal ratios look equal."""
    sizes = sorted({s for p in data.panels for line in p.lines for s in line.sizes})
    limits = _limits(data)

    def draw_panel(sheet: Sheet, i: int, left: float, top: float, width: float, height: float) -> None:
        _panel(sheet, left, top, width, height, data.panels[i], data, sizes, limits)

    return draw_panels(
        [panel.title for panel in data.panels],
        _key(data),
        draw_panel,
        x_axis=data.size_axis,
        y_axis=data.quality_axis,
        gap=0.3,
        height=lambda width: 4.8,
    )


def _key(data: InputSize) -> list[Key]:
    return subject_keys(line.subject for panel in data.panels for line in panel.lines)


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


def _limits(data: InputSize) -> tuple[float, float]:
    lines = [line for panel in data.panels for line in panel.lines]
    values = [v for line in lines for v in (*line.means, *(v for seeds in line.values for v in seeds))]
    values = [v for v in values if math.isfinite(v)]
    if not values:
        return 0.0, 1.0
    low, high = min(0.0, *values), max(values)
    pad = 0.05 * (high - low) or 0.5
    return low - pad, high + pad


def _panel(
    sheet: Sheet,
    left: float,
    top: float,
    width: float,
    height: float,
    panel: SizePanel,
    data: InputSize,
    sizes: list[int],
    limits: tuple[float, float],
) -> None:
    axes = sheet.axes(left, top, width, height)
    open_frame(axes, "bottom", "left")
    lines = [line for line in panel.lines if line.sizes]
    if not lines:
        say_missing(axes, data.missing)
        return
    pad = max((sizes[-1] / sizes[0]) ** 0.06, 1.05)
    axes.set(xscale="log", xlim=(sizes[0] / pad, sizes[-1] * pad), ylim=limits)
    axes.set_xticks(sizes, _tick_labels(sizes, width))
    axes.set_xticks([], minor=True)
    linear_ticks(axes, "y", data.decimal)
    axes.grid(axis="y")
    for line in lines:
        mark = style.variant_style(line.subject.index)
        for size, seeds in zip(line.sizes, line.values, strict=False):
            axes.scatter([size] * len(seeds), seeds, s=4, c=mark.color, alpha=0.5, lw=0, zorder=2)
        axes.plot(
            line.sizes, line.means, color=mark.color, linewidth=1.5, linestyle=mark.linestyle,
            marker=mark.marker, markersize=mark.size, markeredgewidth=0, zorder=3,
        )  # fmt: skip
