"""Heat map of classes against the clusters matched to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import style
from fxreport.report.figures.heat_map import heat_map
from fxreport.report.figures.panels import page
from fxreport.report.figures.svg import drawing
from fxreport.report.figures.text import shorten, widest

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
    :param shown: numbers of the classes that have a row, and a column for the cluster that is theirs; all
        other clusters are one column, ``others``. () for all.
    """

    counts: NDArray[np.integer]
    classes: tuple[str, ...]
    class_axis: str
    cluster_axis: str
    decimal: str = "."
    shown: tuple[int, ...] = ()
    others: str = ""


def draw_counts(data: ClusterCounts) -> str:
    """Match clusters to classes and draw the shares of each class; matching is done only when drawing is."""
    totals = data.counts.sum(axis=1, keepdims=True)
    shares = np.divide(data.counts, totals, out=np.full(data.counts.shape, np.nan), where=totals > 0)
    order = match_clusters(data.counts)
    shares, classes = shares[:, list(order)], data.classes
    names = [str(position + 1) for position in range(len(order))]
    if data.shown:
        shown = list(data.shown)
        own = shares[np.ix_(shown, shown)]
        rest = shares[shown].sum(axis=1, keepdims=True) - own.sum(axis=1, keepdims=True)
        shares = np.hstack([own, rest.clip(0)])
        classes, names = tuple(classes[i] for i in shown), [*(names[i] for i in shown), data.others]
    return draw(Confusion(shares, classes, tuple(names), data.class_axis, data.cluster_axis, data.decimal))


@drawing()
def draw(data: Confusion) -> Figure:
    """Numbers are whole per cent; what rounds to none stays blank, and all do where cells are small."""
    from matplotlib.patches import Rectangle

    rows, count = data.shares.shape
    if not data.shares.size:
        return page(0.5)
    names = [shorten(name, 4.0, style.SMALL) for name in data.classes]
    left = 0.75 + widest(names, style.SMALL)
    cell = min(1.05, min(style.TEXT_WIDTH - left, 12.0) / count)
    high = min(cell, 0.46)
    figure = page(rows * high + 1.0, left + cell * count)
    axes = figure.subplots()
    heat_map(axes, data.shares, names, data.clusters, (cell, high), _percent)
    axes.set(xlabel=data.cluster_axis, ylabel=data.class_axis)
    axes.xaxis.set_label_position("top")
    for k in range(min(rows, count)):
        frame = Rectangle((k - 0.5, k - 0.5), 1, 1, fill=False, edgecolor=style.INK, clip_on=False, zorder=3)
        axes.add_patch(frame)
    return figure


def _percent(share: float) -> str:
    return f"{100 * share:.0f}" if share >= 0.005 else ""
