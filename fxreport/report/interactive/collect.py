"""From a finished draft to its interactive views."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import N_
from fxreport.analysis.study import Run
from fxreport.report.draft import Draft
from fxreport.report.figures import style
from fxreport.report.figures.cache import FigureCache
from fxreport.report.figures.confusion import count_images, match_clusters
from fxreport.report.figures.tradeoff import Tradeoff, pareto
from fxreport.report.interactive.model import (
    UNKNOWN,
    Group,
    Projected,
    ProjectionView,
    TradeoffDot,
    TradeoffSet,
    TradeoffView,
    Views,
)
from fxreport.report.interactive.names import TRADE_OFF
from fxreport.report.labels import labels
from fxreport.vocabulary.factors import PROJECTION, in_reading_order
from fxreport.vocabulary.names import kept_names
from fxreport.vocabulary.thumbnails import kept_sheet

_PLANE = "_2d"
#: beyond this, a picture in the middle of a class says nothing more
_MOST_BADGES = 20

WORDS = {
    "projections": N_("Projections of test images"),
    "trade_off": N_("Quality against time"),
    "close": N_("Close"),
    "dataset": N_("Image set"),
    "method": N_("Projection"),
    "left": N_("Extractor on the left"),
    "right": N_("Extractor on the right"),
    "left_set": N_("On the left"),
    "right_set": N_("On the right"),
    "classes": N_("Classes shown"),
    "extractors": N_("Extractors shown"),
    "all": N_("All"),
    "none": N_("None"),
    "image": N_("Test image {number}"),
    "class": N_("class: {name}"),
    "cluster": N_("cluster: {number}"),
    "visible": N_("visible group: {number}"),
    "outside": N_("in no visible group"),
    "chosen": N_("Marked"),
    "nothing_chosen": N_("Nothing is marked yet."),
    "nearest": N_("Nearest on the left"),
    "shown": N_("{shown} of {all} shown"),
    "no_pictures": N_("No pictures of the images were kept with these measurements; points are shown without them."),
    "hint": N_("Point at a dot to see what it is; click to mark it on both sides. The mark stays when the choice above changes."),
    "keys": N_("Arrow keys go from dot to dot, Enter marks one, plus and minus zoom, zero shows all, Esc closes."),
    "zoom_in": N_("Zoom in"),
    "zoom_out": N_("Zoom out"),
    "zoom_all": N_("Show all"),
    "loading": N_("Loading…"),
    "failed": N_("A file of the folder “interactive” could not be loaded; it must lie beside this page."),
    "absent": N_("not measured"),
    "front": N_("nothing else beats it in both"),
}  # fmt: skip


def collect(draft: Draft) -> Views:
    """The views of a document, in its language. Image sets without projections have none."""
    found = (_projections(draft, dataset.name) for dataset in draft.study.datasets)
    return Views(
        lang=draft.words.lang,
        decimal=draft.decimal,
        words=labels(draft.words, WORDS),
        projections=tuple(view for view in found if view is not None),
        trade_off=_trade_off(draft),
    )


# Projections


def _projections(draft: Draft, dataset: str) -> ProjectionView | None:
    order = [v for group in draft.context.quality.get(dataset, []) for v in group]
    runs = {v: runs[0] for v in order for runs in [draft.study.runs_of(dataset, v)] if runs}
    kept = {v: draft.study.load_artifacts(run.key) for v, run in runs.items()}
    kept = {v: arrays for v, arrays in kept.items() if _methods(arrays)}
    if not kept:
        return None
    first = next(iter(kept))
    shared = draft.study.load_shared(runs[first].key)
    sheet = kept_sheet(shared)
    images, classes, tiles = _images(kept[first], None if sheet is None else sheet.positions)
    named = dict(zip(kept[first]["test_indices"].tolist(), _names(kept[first], shared), strict=False))
    titles = tuple(draft.words.class_name(c) for c in draft.study.dataset_by_name[dataset].classes)
    groups = _classes(titles or tuple(str(k) for k in range(1 + int(classes.max()))))
    numbers = _cluster_numbers(draft.cache, dataset, len(groups), kept)
    variants = []
    rows = _rows(kept[first], images)
    for variant, arrays in kept.items():
        own = rows if _same_images(arrays, kept[first]) else _rows(arrays, images)
        variants.append(_projected(draft, runs[variant], arrays, own, numbers[variant]))
    methods = {name for variant in variants for name in variant.planes}
    return ProjectionView(
        name=dataset,
        title=draft.words.dataset(dataset),
        groups=groups,
        images=images,
        classes=classes,
        methods={str(name): draft.method(str(name)) for name in in_reading_order(PROJECTION, methods)},
        variants=tuple(variants),
        tiles=tiles,
        sheet=sheet,
        names=tuple(named[image] for image in images.tolist()) if named else (),
    )


def _names(kept: Mapping[str, NDArray[Any]], shared: Mapping[str, NDArray[Any]]) -> tuple[str, ...]:
    """The names of a run's test images, in the order of its sample."""
    return kept_names(shared, len(kept["test_indices"]))


def _methods(kept: Mapping[str, Any]) -> tuple[str, ...]:
    """Methods whose plane was kept, with what says which images its rows are."""
    if not {"projection_indices", "test_indices", "labels"} <= set(kept):
        return ()
    return tuple(name.removesuffix(_PLANE) for name in kept if name.endswith(_PLANE))


def _images(
    kept: Mapping[str, NDArray[Any]], positions: NDArray[np.integer] | None
) -> tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.integer]]:
    """The images of a view, their classes and tiles: those that have a picture, where any has, else all."""
    projected = kept["projection_indices"]
    tiles = np.empty(0, dtype=np.int32)
    if positions is not None:
        tiles = np.flatnonzero(np.isin(positions, projected)).astype(np.int32)
        projected = positions[tiles]
    return kept["test_indices"][projected], kept["labels"][projected], tiles


def _classes(names: tuple[str, ...]) -> tuple[Group, ...]:
    badges = len(names) <= _MOST_BADGES
    return tuple(
        Group(name, style.class_color(i), style.variant_style(i).marker, badge=str(i) if badges else "")
        for i, name in enumerate(names)
    )


def _cluster_numbers(
    cache: FigureCache, dataset: str, classes: int, kept: Mapping[str, Mapping[str, NDArray[Any]]]
) -> dict[str, NDArray[np.integer]]:
    """Each variant's clusters by the numbers that the figure of classes and clusters gives them, from one on.

    They are kept with the figures: the matching needs SciPy, which takes longer to load than all else here.
    """
    counts = {
        v: count_images(arrays["labels"], arrays["assignments"], classes)
        for v, arrays in kept.items()
        if "assignments" in arrays
    }
    orders = json.loads(cache.get_or_draw(f"cluster-order-{dataset}", counts, _orders))
    numbers: dict[str, NDArray[np.integer]] = {v: np.empty(0, dtype=np.int64) for v in kept}
    for variant, order in orders.items():
        numbers[variant] = np.empty(len(order), dtype=np.int64)
        numbers[variant][order] = np.arange(1, len(order) + 1)
    return numbers


def _orders(counts: Mapping[str, NDArray[np.integer]]) -> str:
    return json.dumps({variant: match_clusters(table) for variant, table in counts.items()})


def _projected(
    draft: Draft,
    run: Run,
    kept: Mapping[str, NDArray[Any]],
    rows: _Rows,
    numbers: NDArray[np.integer],
) -> Projected:
    """A variant's planes with a row for each of the view's images, whatever sample its run drew."""
    planes, visible = {}, {}
    for method in _methods(kept):
        plane = kept[f"{method}{_PLANE}"]
        if len(plane) != len(kept["projection_indices"]):
            continue  # of other images, and nothing says of which
        planes[method] = plane[rows.in_plane].astype(np.float32)
        planes[method][rows.in_plane < 0] = np.nan
        found = kept.get(f"{method}_groups", ())
        if len(found) == len(plane):
            visible[method] = np.where(rows.in_plane < 0, UNKNOWN, found[rows.in_plane])
    clusters = np.full(len(rows.in_sample), -1)
    if "assignments" in kept:
        clusters = np.where(rows.in_sample < 0, -1, numbers[kept["assignments"][rows.in_sample]])
    return Projected(run.variant, draft.words.variant(run.variant), planes, clusters, visible)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Where a view's images (n,) stand in a run's test sample and among the rows of its planes; -1: nowhere."""

    in_sample: NDArray[np.integer]
    in_plane: NDArray[np.integer]


def _rows(kept: Mapping[str, NDArray[Any]], images: NDArray[np.integer]) -> _Rows:
    sample = kept["test_indices"]
    return _Rows(_places(images, sample), _places(images, sample[kept["projection_indices"]]))


def _same_images(one: Mapping[str, NDArray[Any]], other: Mapping[str, NDArray[Any]]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in ("test_indices", "projection_indices"))


def _places(wanted: NDArray[np.integer], among: NDArray[np.integer]) -> NDArray[np.integer]:
    """Where each wanted value stands in ``among``; -1 for one that does not."""
    order = np.argsort(among, kind="stable")
    found = order[np.searchsorted(among, wanted, sorter=order).clip(max=len(among) - 1)]
    return np.where(among[found] == wanted, found, -1)


# Quality against time


def _trade_off(draft: Draft) -> TradeoffView | None:
    data = draft.data.get(TRADE_OFF)
    if not isinstance(data, Tradeoff):
        return None
    subjects = {point.subject: None for panel in data.panels for point in panel.points}
    place = {subject: i for i, subject in enumerate(subjects)}
    groups = []
    for subject in subjects:
        mark = style.variant_style(subject.index)
        groups.append(Group(subject.label, mark.color, mark.marker, subject.hollow))
    sets = []
    for panel in data.panels:
        points = tuple(
            p for p in panel.points if p.seconds > 0 and math.isfinite(p.seconds) and math.isfinite(p.quality)
        )
        dots = []
        for point in points:
            known = math.isfinite(point.low) and math.isfinite(point.high)
            ends = (draft.words.measured(draft.main, point.low), draft.words.measured(draft.main, point.high))
            quality = draft.words.measured(draft.main, point.quality)
            dots.append(
                TradeoffDot(
                    group=place[point.subject],
                    seconds=point.seconds,
                    quality=point.quality,
                    interval=(point.low, point.high) if known else None,
                    lines=(
                        f"{draft.words.metric(draft.main)}: {quality}"
                        + (f" ({ends[0]} … {ends[1]})" if known else ""),
                        f"{data.time}: {draft.words.significant(point.seconds, 3)}",
                    ),
                )
            )
        sets.append(TradeoffSet(panel.title, tuple(dots), pareto(points)))
    return TradeoffView(tuple(groups), tuple(sets), data.time_axis, data.quality_axis)
