"""How a linear probe spreads its weight: over the dimensions, and over the pixels of an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.panels import columns, key, line_panels, numbers, small_multiples, subject_key
from fxreport.report.figures.style import Subject
from fxreport.report.figures.svg import drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


_MOST_COLUMNS, _LARGEST = 4, 5.0


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


@drawing()
def draw(data: Weights) -> Figure:
    """Markers stand where a curve reaches one half."""
    from matplotlib.lines import Line2D

    figure, grid = line_panels(
        [panel.title for panel in data.panels],
        [panel.curves for panel in data.panels],
        4.8,
        x_axis=data.dimension_axis,
        y_axis=data.weight_axis,
        decimal=data.decimal,
        missing=data.missing,
    )
    even: style.Look = {"color": style.MUTED, "linewidth": 0.9, "linestyle": (0, (1.2, 1.8)), "zorder": 1}
    for axes, panel in zip(grid, data.panels, strict=True):
        numbers(axes.xaxis, data.decimal)
        axes.plot([0, 1], [0, 1], **even)
        axes.axhline(0.5, color=style.RULE, linewidth=0.8, zorder=1)
        for curve in panel.curves:
            look = curve.subject.line(1.3)
            axes.plot(np.linspace(0, 1, len(curve.shares)), curve.shares, **{**look, "marker": ""})
            axes.plot([curve.half], [0.5], **{**look, "zorder": 4})
    subjects = [curve.subject for panel in data.panels for curve in panel.curves]
    key(figure, [*subject_key(subjects), Line2D([], [], label=data.even, **even)] if subjects else [])
    return figure


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


@drawing()
def draw_pixels(data: PixelWeights) -> Figure:
    """White is no weight, the darkest a panel's largest; a frame marks the part ``inside``."""
    from matplotlib.patches import Rectangle

    across = columns(len(data.panels), _MOST_COLUMNS)
    side = min(style.TEXT_WIDTH / across, _LARGEST)
    figure, grid = small_multiples(
        [panel.title for panel in data.panels], side - 0.6,
        most=_MOST_COLUMNS, width=across * side, share_x=False, share_y=False,
    )  # fmt: skip
    for axes, panel in zip(grid, data.panels, strict=True):
        largest = float(panel.weights.max(initial=0.0)) or 1.0
        pixels.show(axes, [pixels.sequential(panel.weights / largest)], frame=style.RULE)
        if panel.inside is not None:
            low, high, start, end = (edge / panel.weights.shape[1] for edge in panel.inside)
            frame = Rectangle((start, low), end - start, high - low, fill=False, ec=style.INK, lw=0.9)
            axes.add_patch(frame)
    if any(data.scale) and grid:
        pixels.scale(figure, grid, style.SEQUENTIAL, data.scale)
    pixels.fit(figure)
    return figure
