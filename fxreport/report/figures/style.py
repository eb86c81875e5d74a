"""The house style: sizes, inks, palettes, marks and number formats of every figure.

Lengths are centimetres on the page (text width 17 cm), text sizes are points.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fxreport.system.resources import resource

TEXT_WIDTH = 17.0
"""Width of the document's text column, which every figure fills."""

TITLE, LABEL, SMALL = 9.0, 8.4, 8.0
"""Text sizes: panel titles; names; axis titles, tick labels, notes. In print nothing is smaller."""

INK, MUTED, RULE, GRID, PAPER = "#1f2328", "#57606a", "#afb8c1", "#e1e6eb", "#fefefe"
"""Colours of text, secondary text, axis lines, grid lines, and of what hides the lines beneath it. A dark
scheme replaces them (``scheme``)."""

ON_LIGHT, ON_DARK = "#1f2329", "#ffffff"
"""Colours of text on pictures of data, which no scheme replaces."""

SANS = "Report Sans"
"""The face of the document and its figures; pages and PDF embed it."""

FALLBACK = "DejaVu Sans"
"""For the glyphs that ``SANS`` lacks; it comes with matplotlib."""

FONT_FAMILY = f"'{SANS}', Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, '{FALLBACK}', sans-serif"
"""The others are narrower: a reader of a figure's file gets the same picture with a little more air."""

CLASS_COLORS = (
    "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6",
    "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
)  # fmt: skip
"""Ten colours told apart with any common colour vision (M. A. Petroff 2021, arXiv:2107.02270)."""

_VARIANT_COLORS = (
    # Okabe & Ito 2008, led by a grey for the baseline; their yellow, too pale on white, is Tol's wine
    "#6e7781", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#882255",
)  # fmt: skip
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "<", ">", "h")
_DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (5, 1.6),
    (1.4, 1.4),
    (6, 1.4, 1.4, 1.4),
    (9, 2),
    (3, 1.2, 1.2, 1.2),
)
_MARKER_AREA = {"s": 0.85, "D": 0.75, "^": 1.1, "v": 1.1, "P": 1.35, "X": 1.35, "<": 1.1, ">": 1.1, "p": 1.15}

SEQUENTIAL = ("#ffffff", "#dbe9f6", "#9dc3e3", "#4a8fc7", "#0a5a9c", "#08306b")
"""White to dark blue, even in lightness: heat maps and activations read the same in grey."""

SIGNED = ("#ffee6b", "#e2da98", "#b9bcbf", "#5f86b3", "#08306b")
"""Pale yellow (against) through grey (nothing) to dark blue (for), ever darker: grey, too, shows the sign.

For maps in which what speaks for an answer counts more than what speaks against it."""

Look = dict[str, Any]
"""Arguments of a drawing method of matplotlib."""

_RC: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "fxreport",
    "figure.dpi": 72,
    "image.composite_image": False,
    "font.family": [SANS, FALLBACK],
    "font.size": LABEL,
    "text.color": INK,
    "text.parse_math": False,
    "axes.labelcolor": MUTED,
    "axes.labelsize": SMALL,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.6,
    "axes.facecolor": "none",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "figure.facecolor": "none",
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "lines.solid_capstyle": "round",
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 2.5,
    "ytick.major.size": 0,
    "xtick.major.width": 0.6,
    "xtick.major.pad": 2.5,
    "ytick.major.pad": 3,
    "ytick.minor.size": 0,
    "axes.titlesize": TITLE,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 3,
    "axes.labelpad": 3,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.spines.bottom": False,
    "figure.constrained_layout.h_pad": 0.04,
    "figure.constrained_layout.w_pad": 0.03,
    "figure.constrained_layout.hspace": 0.03,
    "figure.constrained_layout.wspace": 0.04,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "legend.title_fontsize": SMALL,
    "legend.borderpad": 0.2,
    "legend.borderaxespad": 0.4,
    "legend.handlelength": 2.8,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 1.5,
}


@cache
def load_faces() -> None:
    """Let matplotlib know our face."""
    from matplotlib.font_manager import fontManager

    for file in face_files():
        fontManager.addfont(file)


def face_files() -> tuple[Path, ...]:
    """The files of ``SANS``; they decide where everything in a figure stands."""
    folder = resource("templates", "fonts")
    return folder / "sans-regular.ttf", folder / "sans-bold.ttf"


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style whatever the user's matplotlibrc says; their settings stay as they were."""
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        # Text stays text: a script that both faces lack is drawn by the reader's own fonts.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        load_faces()
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_RC)
        yield


@dataclass(frozen=True, slots=True)
class Subject:
    """An extractor variant as figures show it.

    ``index`` decides colour, marker and dash: give an extractor the same one in every figure. ``hollow``
    marks are drawn as outlines, their lines with another dash: the smaller inputs of an extractor measured at
    several sizes.
    """

    label: str
    index: int = 0
    hollow: bool = False

    def line(self, width: float, scale: float = 1.0) -> Look:
        """How ``Axes.plot`` draws it: a line of that width in points, its markers scaled."""
        mark = variant_style(self.index)
        dash = _DASHES[(self.index + 2) % len(_DASHES)] if self.hollow else mark.dash
        return {
            "color": mark.color, "linewidth": width, "linestyle": (0, dash) if dash else "-",
            "marker": mark.marker, "markersize": scale * mark.size, "zorder": 3,
            "markerfacecolor": PAPER if self.hollow else mark.color,
            "markeredgewidth": 1.0 if self.hollow else 0,
        }  # fmt: skip

    def dot(self, area: float = 26) -> Look:
        """How ``Axes.scatter`` draws it, of that area in square points."""
        mark = variant_style(self.index)
        return {
            "s": area * mark.area, "marker": mark.marker, "facecolor": PAPER if self.hollow else mark.color,
            "edgecolor": mark.color, "linewidth": 1.1, "zorder": 5,
        }  # fmt: skip


def subjects(variants: Iterable[tuple[str, str, int | None]]) -> tuple[Subject, ...]:
    """Give styles to (label, extractor, input size) in reading order.

    Variants of one extractor share its colour; all but the largest input are hollow.
    """
    rows = tuple(variants)
    order = {extractor: None for _, extractor, _ in rows}
    index = {extractor: i for i, extractor in enumerate(order)}
    largest: dict[str, int] = {}
    for _, extractor, size in rows:
        largest[extractor] = max(largest.get(extractor, 0), size or 0)
    return tuple(
        Subject(label, index[extractor], (size or 0) < largest[extractor]) for label, extractor, size in rows
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """How one extractor is drawn. ``dash`` is in line widths, empty for a solid line; ``area`` scales the
    marker so that all shapes weigh the same."""

    color: str
    marker: str
    dash: tuple[float, ...]
    area: float = 1.0

    @property
    def size(self) -> float:
        """Width of the marker on a line, in points."""
        return 5.2 * math.sqrt(self.area)


def variant_style(index: int) -> Mark:
    """The mark of the ``index``-th extractor. Colours repeat after 8, pairs of colour and marker after 88."""
    marker = _MARKERS[index % len(_MARKERS)]
    return Mark(
        color=_VARIANT_COLORS[index % len(_VARIANT_COLORS)],
        marker=marker,
        dash=_DASHES[index % len(_DASHES)],
        area=_MARKER_AREA.get(marker, 1.0),
    )


def class_color(index: int) -> str:
    return CLASS_COLORS[index % len(CLASS_COLORS)]


def format_number(value: float, decimals: int, decimal: str = ".") -> str:
    """``1234.5`` → ``1 234,5``-like: a true minus, narrow spaces between thousands from 10 000 on."""
    text = f"{abs(value):,.{decimals}f}" if abs(value) >= 10_000 else f"{abs(value):.{decimals}f}"
    text = text.replace(",", "\u202f").replace(".", decimal)
    return "\u2212" + text if value < 0 and any(c in "123456789" for c in text) else text


def decimals_for(step: float) -> int:
    """How many decimals tell ticks apart that are ``step`` from each other."""
    if not step > 0:
        return 0
    for decimals in range(8):
        if math.isclose(step, round(step, decimals), rel_tol=1e-6):
            return decimals
    return 8
