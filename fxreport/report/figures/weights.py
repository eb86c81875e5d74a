"""How a linear probe spreads its weight: over the dimensions, and over the pixels of an image."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.layout import columns, line_height, text_width, wrap
from fxreport.report.figures.panel_grid import draw_panels
from fxreport.report.figures.sheet import (
    Key,
    Sheet,
    linear_ticks,
    middle,
    open_frame,
    say_missing,
    subject_keys,
)
from fxreport.report.figures.style import Subject

_EVEN_DASH = (1.2, 1.8)
_GAP, _MOST_COLUMNS, _LARGEST = 0.7, 4, 4.6


@dataclass(frozen=True, slots=True, eq=False)
class WeightCurve:
    """``shares`` (p,): of the squared weight in the heaviest dimensions, at p even steps from none to all.

    ``half`` is the share of the dimensions that holds half of it.
    """

    subject: Subject
    shares: NDArray[np.floating]
    half: float


@dataclass(frozen=True, slots=True)
class WeightPanel:
    title: str
    curves: tuple[WeightCurve, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """``even`` names the line of a weight that is the same in all dimensions."""

    panels: tuple[WeightPanel, ...]
    dimension_axis: str
    weight_axis: str
    even: str
    missing: str = ""
    decimal: str = "."


def draw(data: Weights) -> str:
    """Markers stand where a curve reaches one half."""

    def draw_panel(sheet: Sheet, i: int, left: float, top: float, width: float, height: float) -> None:
        axes = sheet.axes(left, top, width, height)
        open_frame(axes, "bottom", "left")
        if not data.panels[i].curves:
            say_missing(axes, data.missing)
            return
        axes.set(xlim=(-0.02, 1.1), ylim=(-0.02, 1.02))
        linear_ticks(axes, "x", data.decimal)
        linear_ticks(axes, "y", data.decimal)
        axes.grid(axis="y")
        axes.plot([0, 1], [0, 1], color=style.MUTED, linewidth=0.9, dashes=_EVEN_DASH, zorder=1)
        axes.axhline(0.5, color=style.RULE, linewidth=0.8, zorder=1)
        for curve in data.panels[i].curves:
            mark = style.variant_style(curve.subject.index)
            at = np.linspace(0, 1, len(curve.shares))
            axes.plot(at, curve.shares, color=mark.color, linewidth=1.3, linestyle=mark.linestyle, zorder=3)
            axes.plot(
                [curve.half], [0.5], color=mark.color, marker=mark.marker, markersize=mark.size, zorder=4,
                markerfacecolor=style.PAPER if curve.subject.hollow else mark.color, markeredgewidth=1.0,
            )  # fmt: skip

    shown = [curve.subject for panel in data.panels for curve in panel.curves]
    key = subject_keys(shown)
    return draw_panels(
        [panel.title for panel in data.panels],
        [*key, Key(data.even, style.MUTED, _EVEN_DASH)] if key else [],
        draw_panel,
        x_axis=data.dimension_axis,
        y_axis=data.weight_axis,
        gap=0.2,
        height=lambda width: min(width, 5.0),
    )


@dataclass(frozen=True, slots=True, eq=False)
class PixelPanel:
    """``weights`` (height, width), none below zero; ``inside``: a part of it (top, bottom, left, right)."""

    title: str
    weights: NDArray[np.floating]
    inside: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class PixelWeights:
    """``scale`` labels the ends of the key: no weight, and the largest of each panel."""

    panels: tuple[PixelPanel, ...]
    scale: tuple[str, str] = ("", "")


def draw_pixels(data: PixelWeights) -> str:
    """White is no weight, the darkest a panel's largest; a frame marks the part ``inside``."""
    from matplotlib.patches import Rectangle

    with style.house_style():
        count = columns(len(data.panels), _MOST_COLUMNS)
        side = min((style.TEXT_WIDTH - (count - 1) * _GAP) / count, _LARGEST)
        head = line_height(style.TITLE) + 0.12
        band = head + side + 0.35
        keyed = any(data.scale)
        sheet = Sheet(math.ceil(len(data.panels) / count) * band + (0.5 if keyed else 0.05))
        for i, panel in enumerate(data.panels):
            left, top = (i % count) * (side + _GAP), (i // count) * band
            [title] = wrap(panel.title, side, style.TITLE, lines=1, bold=True)
            sheet.text(left, top + 0.3, title, size=style.TITLE, bold=True)
            height, width = panel.weights.shape
            largest = float(panel.weights.max(initial=0.0)) or 1.0
            wide = side * min(1.0, width / height)
            axes = sheet.axes(left, top + head, wide, wide * height / width)
            picture, _ = pixels.mosaic([pixels.sequential(panel.weights / largest)], 1, 0)
            pixels.show(axes, picture)
            scale = picture.shape[0] / height
            if panel.inside is not None:
                low, high, start, end = (scale * edge - 0.5 for edge in panel.inside)
                frame = Rectangle((start, low), end - start, high - low, fill=False, ec=style.INK, lw=0.9)
                axes.add_patch(frame)
            outline = (-0.5, -0.5), width * scale, height * scale
            axes.add_patch(Rectangle(*outline, fill=False, ec=style.RULE, lw=0.6, clip_on=False))
        if keyed:
            _scale(sheet, math.ceil(len(data.panels) / count) * band + 0.2, data.scale)
        return sheet.to_svg()


def _scale(sheet: Sheet, center: float, labels: tuple[str, str]) -> None:
    low, high = labels
    sheet.text(0, middle(center, style.SMALL), low, size=style.SMALL, color=style.MUTED)
    left = text_width(low, style.SMALL) + 0.15
    axes = sheet.axes(left, center - 0.11, 2.6, 0.22)
    axes.imshow(pixels.sequential(np.linspace(0, 1, 65)[None, :]), interpolation="none", aspect="auto")
    axes.set_xticks([])
    axes.set_yticks([])
    sheet.text(left + 2.75, middle(center, style.SMALL), high, size=style.SMALL, color=style.MUTED)
