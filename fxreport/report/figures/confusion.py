"""Heat map of classes against the clusters matched to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import pixels, style
from fxreport.report.figures.layout import POINT, shorten, text_width
from fxreport.report.figures.sheet import Sheet, bare, middle

_LARGEST_CELL, _HIGHEST_CELL, _WIDEST = 1.05, 0.46, 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """``clusters`` name the columns; in the order of ``match_clusters`` column i is the cluster of class i.

    :param shares: (classes, clusters), each row's shares of its class, 0 to 1; a row of NaN has no images
    """

    shares: NDArray[np.floating]
    classes: tuple[str, ...]
    clusters: tuple[str, ...]
    class_axis: str
    cluster_axis: str
    decimal: str = "."


def count_images(
    labels: NDArray[np.integer], clusters: NDArray[np.integer], classes: int
) -> NDArray[np.integer]:
    """How many images (n,) of each class lie in each cluster: (classes, as many clusters or more)."""
    counts = np.zeros((classes, max(classes, int(clusters.max(initial=0)) + 1)), int)
    np.add.at(counts, (labels, clusters), 1)
    return counts


def match_clusters(counts: NDArray[np.integer]) -> tuple[int, ...]:
    """Order of the clusters (columns) that puts most images on the diagonal (Kuhn 1955), the rest by number.

    :param counts: (classes, clusters) numbers of images
    """
    from scipy.optimize import linear_sum_assignment

    rows, chosen = linear_sum_assignment(-np.asarray(counts))
    of_class = {int(r): int(c) for r, c in zip(rows, chosen, strict=True)}
    matched = [of_class[r] for r in range(counts.shape[0]) if r in of_class]
    return (*matched, *(c for c in range(counts.shape[1]) if c not in set(matched)))


@dataclass(frozen=True, slots=True, eq=False)
class ClusterCounts:
    """Numbers of images, to be drawn as shares with the clusters in the order of ``match_clusters``.

    :param counts: (classes, clusters)
    """

    counts: NDArray[np.integer]
    classes: tuple[str, ...]
    class_axis: str
    cluster_axis: str
    decimal: str = "."


def draw_counts(data: ClusterCounts) -> str:
    """Match clusters to classes and draw the shares of each class; matching is done only when drawing is."""
    totals = data.counts.sum(axis=1, keepdims=True)
    shares = np.divide(data.counts, totals, out=np.full(data.counts.shape, np.nan), where=totals > 0)
    order = match_clusters(data.counts)
    names = tuple(str(position + 1) for position in range(len(order)))
    return draw(
        Confusion(
            shares[:, list(order)], data.classes, names, data.class_axis, data.cluster_axis, data.decimal
        )
    )


def draw(data: Confusion) -> str:
    """Numbers are whole per cent; what rounds to none stays blank, and all do where cells are small."""
    with style.house_style():
        rows, count = data.shares.shape
        if not data.shares.size:
            return Sheet(0.5).to_svg()
        names = [shorten(c, 4.0, style.SMALL) for c in data.classes]
        left = 0.55 + max((text_width(n, style.SMALL) for n in names), default=0) + 0.15
        cell = min(_LARGEST_CELL, min(style.TEXT_WIDTH - left, _WIDEST) / max(count, 1))
        high = min(cell, _HIGHEST_CELL)
        head = 0.9
        sheet = Sheet(head + rows * high + 0.1)
        axes = sheet.axes(left, head, cell * count, high * rows)
        bare(axes)
        axes.imshow(pixels.sequential(data.shares), interpolation="nearest", aspect="auto")
        axes.set(xlim=(-0.5, count - 0.5), ylim=(rows - 0.5, -0.5))
        for k in range(1, count):
            axes.axvline(k - 0.5, color=style.GRID, linewidth=0.5)
        for k in range(1, rows):
            axes.axhline(k - 0.5, color=style.GRID, linewidth=0.5)
        sheet.text(
            left + cell * count / 2,
            0.27,
            data.cluster_axis,
            size=style.SMALL,
            color=style.MUTED,
            align="center",
        )
        sheet.text(
            0.3,
            head + rows * high / 2,
            data.class_axis,
            size=style.SMALL,
            color=style.MUTED,
            align="center",
            upward=True,
        )
        every = 1 if cell > 0.4 else 5
        for k, name in enumerate(data.clusters):
            if k % every == 0:
                label = shorten(name, cell * every - 0.05, style.SMALL)
                sheet.text(
                    left + (k + 0.5) * cell,
                    head - 0.12,
                    label,
                    size=style.SMALL,
                    color=style.MUTED,
                    align="center",
                )
        for k, name in enumerate(names):
            if k % (1 if high > 0.3 else 5) == 0:
                sheet.text(
                    left - 0.15,
                    middle(head + (k + 0.5) * high, style.SMALL),
                    name,
                    size=style.SMALL,
                    align="right",
                )
        _numbers(axes, data.shares, cell, high)
        return sheet.to_svg()


def _numbers(axes, shares: NDArray[np.floating], cell: float, high: float) -> None:  # type: ignore[no-untyped-def]
    from matplotlib.patches import Rectangle

    rows, count = shares.shape
    for k in range(min(rows, count)):
        axes.add_patch(
            Rectangle(
                (k - 0.5, k - 0.5),
                1,
                1,
                fill=False,
                edgecolor=style.INK,
                linewidth=1.0,
                clip_on=False,
                zorder=3,
            )
        )
    if cell < text_width("100", style.SMALL) + 0.08 or high < 0.3:
        return
    for i in range(rows):
        for j in range(count):
            share = shares[i, j]
            if np.isfinite(share) and share >= 0.005:
                axes.text(
                    j, i + 0.36 * style.SMALL * POINT / high, f"{100 * share:.0f}", ha="center",
                    fontsize=style.SMALL, color=pixels.ink_on(share),
                )  # fmt: skip
