"""Whether a picture would look the same: planes of other seeds, and of other extractors, turned onto it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import fsum

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
    Count,
    Derived,
    Evidence,
    Listing,
    Message,
    Term,
    Terms,
)
from fxreport.analysis.context import Context, finite
from fxreport.analysis.quantities.alignment import PLANE, distances, planes_of
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.study import Artifacts
from fxreport.vocabulary.factors import PROJECTION, level_title
from fxreport.vocabulary.metrics import at

#: fewer images in common tell nothing of how alike two planes are
LEAST_COMMON = 30

Planes = Mapping[str, NDArray[np.floating]]
#: method → distance, by what was compared: a cell's pairs of runs, or an image set's pairs of extractors
Found = dict[tuple[str, str | int], dict[str, float]]


def _planes(arrays: Artifacts) -> Planes:
    return {method: plane for method, plane in planes_of(arrays).items() if finite(plane)}


def _images(arrays: Artifacts) -> NDArray[np.integer]:
    return np.asarray(arrays["test_indices"][arrays["projection_indices"]])


def _cells(context: Context) -> Iterator[tuple[str, str, tuple[tuple[int, Artifacts], ...]]]:
    """(image set, variant, its runs by seed) of the cells whose planes were kept."""
    for dataset in context.study.measured_datasets:
        for variant in context.study.measured(dataset):
            kept = context.kept(dataset, variant.id, "projection_indices", "test_indices")
            if kept:
                yield dataset, variant.id, tuple((run.seed, arrays) for run, arrays in kept)


def between_seeds(context: Context) -> Found:
    """(image set, variant) → method → mean distance over its pairs of runs, on the images that both show."""
    found: Found = {}
    for dataset, variant, runs in _cells(context):
        planes = [(_images(arrays), _planes(arrays)) for _, arrays in runs]
        pairs: dict[str, list[float]] = {}
        for (images, first), (others, second) in combinations(planes, 2):
            _, mine, theirs = np.intersect1d(images, others, assume_unique=True, return_indices=True)
            methods = [m for m in first if m in second]
            if len(mine) < LEAST_COMMON or not methods:
                continue
            stack = [*(first[m][mine] for m in methods), *(second[m][theirs] for m in methods)]
            apart = np.diagonal(distances(np.stack(stack)), len(methods))
            for method, distance in zip(methods, apart.tolist(), strict=True):
                pairs.setdefault(method, []).append(distance)
        if pairs:
            found[dataset, variant] = {m: fsum(x) / len(x) for m, x in pairs.items()}
    return found


def between_extractors(context: Context) -> Found:
    """(image set, seed) → method → mean distance over the pairs of extractors that show the same images."""
    runs: dict[tuple[str, int], list[Artifacts]] = {}
    for dataset, _, kept in _cells(context):
        for seed, arrays in kept:
            runs.setdefault((dataset, seed), []).append(arrays)
    found: Found = {}
    for where, of_seed in runs.items():
        images = _images(of_seed[0])
        same = [_planes(arrays) for arrays in of_seed if np.array_equal(_images(arrays), images)]
        methods = [m for m in same[0] if all(m in planes for planes in same)]
        if len(same) < 2 or len(images) < LEAST_COMMON or not methods:
            continue
        pairs = np.triu_indices(len(same), 1)
        found[where] = {
            m: float(np.mean(distances(np.stack([planes[m] for planes in same]))[pairs])) for m in methods
        }
    return found


def _complete(found: Found) -> Found:
    """What has a distance by every method."""
    methods = {m for one in found.values() for m in one}
    return {where: one for where, one in found.items() if one.keys() == methods}


_SEEDS = N_(
    "With another seed (other images beside these, other initial weights) the picture of the same images changes least with {least} (in {times_least} of image set and extractor) and most with "
    "{most} (in {times_most}). Share of the variance that stays unmatched between the planes of two runs, mean over "
    "these: {items}."
)
_SEEDS_OF_ONE = N_(
    "With another seed the picture changes: between the planes of two runs ({least}) the share of the variance that stays "
    "unmatched is {low}, mean over {cells} of image set and extractor."
)
_OF = N_("{times} of {cells}")
_EXTRACTORS = {
    "all": N_(
        "With every method another extractor changes the picture of the same images more than another seed does. Share "
        "of the variance that stays unmatched between the planes of two extractors: {items}."
    ),
    "some": N_(
        "Another extractor changes the picture of the same images more than another seed does with {more}, but not with "
        "{less}. Share of the variance that stays unmatched between the planes of two extractors: {items}."
    ),
    "none": N_(
        "With no method does another extractor change the picture of the same images more than another seed does. Share of "
        "the variance that stays unmatched between the planes of two extractors: {items}."
    ),
    "unknown": N_(
        "Share of the variance that stays unmatched between the planes of two extractors for the same images: {items}."
    ),
}
_ITEM = N_("{method} {distance}")


def likeness(context: Context) -> Iterator[Claim]:
    """How far planes of two runs, and of two extractors, differ after they were turned onto each other.

    Silent where no planes, or too few images in common, were kept.
    """
    seeds, extractors = _complete(between_seeds(context)), _complete(between_extractors(context))
    if seeds:
        yield _seeds_claim(context, seeds)
    if extractors:
        yield _extractors_claim(context, extractors, seeds)


def _means(found: Found) -> dict[str, float]:
    """Method → mean distance, the smallest first."""
    methods = next(iter(found.values()))
    means = {m: fsum(one[m] for one in found.values()) / len(found) for m in methods}
    order = groups({m: (x,) for m, x in means.items()}, descending=False)
    return {m: means[m] for group in order for m in group}


def _items(means: Mapping[str, float]) -> Listing:
    return Listing(
        tuple(
            Message(_ITEM, {"method": Term(level_title(PROJECTION, m)), "distance": Derived(x, decimals=2)})
            for m, x in means.items()
        )
    )


def _seeds_claim(context: Context, found: Found) -> Claim:
    means = _means(found)
    least, most = next(iter(means)), list(means)[-1]
    times_least = sum(one[least] == min(one.values()) for one in found.values())
    times_most = sum(one[most] == max(one.values()) for one in found.values())
    borne_out, cells = min(times_least, times_most), Count(len(found), "cell_of")
    return Claim(
        id="plane_likeness/seeds",
        kind="plane_likeness",
        message=_SEEDS if len(means) > 1 else _SEEDS_OF_ONE,
        params={
            "least": Term(level_title(PROJECTION, least)),
            "most": Term(level_title(PROJECTION, most)),
            "low": Derived(means[least], decimals=2),
            "items": _items(means),
            "cells": cells,
            "times_least": _of(times_least, cells),
            "times_most": _of(times_most, cells),
        },
        metric=at("knn_accuracy", projection=least),
        value=means[least],
        support=CERTAIN
        if borne_out == len(found)
        else LIKELY
        if 2 * borne_out > len(found)
        else UNDETERMINED,
        evidence=_evidence(context, [(d, str(v)) for d, v in found], means),
        details={"distances": means, "cells": {f"{d}/{v}": one for (d, v), one in found.items()}},
    )


def _of(times: int, cells: Count) -> Listing:
    return Listing((Message(_OF, {"times": Derived(times, "integer"), "cells": cells}),))


def _extractors_claim(context: Context, found: Found, seeds: Found) -> Claim:
    means, of_seeds = _means(found), _means(seeds) if seeds else {}
    known = [m for m in means if m in of_seeds]
    more = tuple(m for m in known if means[m] > of_seeds[m])
    less = tuple(m for m in known if m not in more)
    datasets = tuple(dict.fromkeys(d for d, _ in found))
    cells = [
        (d, v.id)
        for d in datasets
        for v in context.study.measured(d)
        if context.kept(d, v.id, "projection_indices")
    ]
    return Claim(
        id="plane_likeness/extractors",
        kind="plane_likeness",
        message=_EXTRACTORS["unknown" if not known else "all" if not less else "some" if more else "none"],
        params={
            "items": _items(means),
            "more": _titles(more),
            "less": _titles(less),
        },
        metric=at("knn_accuracy", projection=next(iter(means))),
        value=next(iter(means.values())),
        support=_extractors_support(found, seeds, more, known),
        evidence=_evidence(context, cells, means),
        details={"distances": means, "more": more, "less": less},
    )


def _titles(methods: Sequence[str]) -> Terms:
    return Terms(tuple(level_title(PROJECTION, m) for m in methods))


def _extractors_support(found: Found, seeds: Found, more: Sequence[str], known: Sequence[str]) -> str:
    """Whether every image set taken alone says the same."""
    if not known:
        return SINGLE_RUN
    for dataset in {d for d, _ in found}:
        own = _means({k: x for k, x in found.items() if k[0] == dataset})
        steady = {k: x for k, x in seeds.items() if k[0] == dataset}
        if not steady or any((own[m] > _means(steady)[m]) != (m in more) for m in known):
            return LIKELY
    return CERTAIN


def _evidence(
    context: Context, cells: Sequence[tuple[str, str]], methods: Mapping[str, float]
) -> tuple[Evidence, ...]:
    return tuple(
        context.kept_of(dataset, variant, at("knn_accuracy", projection=m), f"{m}{PLANE}")
        for dataset, variant in cells
        for m in methods
        if context.study.sample(dataset, variant, at("knn_accuracy", projection=m)) is not None
    )
