"""An image set’s planes as its figure shows them: by extractor and method, turned so that they compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.quantities.alignment import align_on_common, consensus, planes_of
from fxreport.analysis.study import Artifacts, Run, Study
from fxreport.vocabulary.factors import PROJECTION, in_reading_order

#: images that must be in common for a plane of another draw to be turned
_LEAST_COMMON = 3


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """``runs``: the first run of each variant. ``methods``: those that any of them has, in a fixed order.

    ``points``: (variant, method) → (m, 2) float32, turned onto the mean of all; ``classes``: variant → (m,).
    """

    runs: dict[str, Run]
    methods: tuple[str, ...]
    points: dict[tuple[str, str], NDArray[np.float32]]
    classes: dict[str, NDArray[np.integer]]


def comparable_planes(study: Study, dataset: str, variants: Sequence[str], most: int) -> Planes | None:
    """The planes of the first ``most`` of the variants that kept any; None where none has."""
    kept: dict[str, tuple[Run, Artifacts]] = {}
    for variant in variants:
        for run in study.runs_of(dataset, variant)[:1]:
            arrays = study.load_artifacts(run.key)
            if len(kept) < most and {"labels", "projection_indices"} <= set(arrays) and planes_of(arrays):
                kept[variant] = run, arrays
    if not kept:
        return None
    planes = {(v, m): plane for v, (_, arrays) in kept.items() for m, plane in planes_of(arrays).items()}
    images = {v: _images(arrays) for v, (_, arrays) in kept.items()}
    return Planes(
        {v: run for v, (run, _) in kept.items()},
        tuple(map(str, in_reading_order(PROJECTION, (m for _, m in planes)))),
        _turned(planes, images),
        {v: np.asarray(arrays["labels"][arrays["projection_indices"]]) for v, (_, arrays) in kept.items()},
    )


def _images(arrays: Artifacts) -> NDArray[np.integer]:
    """Which images of the set the rows are; without that, their places in the sample."""
    indices = np.asarray(arrays["projection_indices"])
    return np.asarray(arrays["test_indices"][indices]) if "test_indices" in arrays else indices


def _turned(
    planes: dict[tuple[str, str], NDArray[np.floating]], images: dict[str, NDArray[np.integer]]
) -> dict[tuple[str, str], NDArray[np.float32]]:
    """Turn the planes of the first variant's images onto their mean, and those of other draws onto it."""
    shown = images[next(iter(images))]
    whole = {where: p for where, p in planes.items() if np.isfinite(p).all()}
    same = [where for where in whole if np.array_equal(images[where[0]], shown)]
    turned = dict(planes)
    if same:
        points, mean = consensus([whole[where] for where in same])
        turned |= dict(zip(same, points, strict=True))
        for variant, method in whole.keys() - set(same):
            if len(np.intersect1d(images[variant], shown)) >= _LEAST_COMMON:
                plane = whole[variant, method]
                turned[variant, method] = align_on_common(plane, images[variant], mean, shown).points
    return {where: np.asarray(p, np.float32) for where, p in turned.items()}
