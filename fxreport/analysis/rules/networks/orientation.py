"""Do first-layer filters prefer one orientation among all?"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
    Count,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
    Phrase,
)
from fxreport.analysis.context import Context
from fxreport.analysis.rules.networks.filters import P_VALUE
from fxreport.analysis.rules.often import EVERY_RUN, SINGLE_RUNS

ANGLES, WEIGHTS = "filter_measures/orientation", "filter_measures/orientation_selectivity"
_METRIC = "filter_orientation_selectivity"

_NONE = N_(
    "No network’s first-layer filters prefer one orientation in every run (Rayleigh’s test, each filter weighted by its selectivity, "
    "p-value of {limit} at most); such a preference is found in {times} of {all_runs}, where {chance} would be expected by chance alone."
)
_SOME = N_(
    "First-layer filters prefer one orientation {always} (Rayleigh’s test, each filter weighted by its selectivity, p-value of "
    "{limit} at most) only here: {cells}; it is found in {times} of {all_runs}, where {chance} would be expected by chance alone."
)
_CELL = N_("{variant} on {dataset}")


def preference_p_value(angles: NDArray[np.floating], weights: NDArray[np.floating]) -> float:
    """Probability that orientations (n,), in radians of [0, π), without a preference agree as much or more.

    Rayleigh's test on doubled angles (Mardia & Jupp 2000, Directional Statistics, ch. 6.3.1), each filter
    weighted (n,): the squared resultant over the sum of squared weights is exponential in large samples. A
    filter without orientation has no weight; 1 where none has any.
    """
    squares = float(np.square(weights, dtype=np.float64).sum())
    if not squares > 0:
        return 1.0
    resultant = np.sum(weights * np.exp(2j * np.asarray(angles, np.float64)))
    return math.exp(-(float(abs(resultant)) ** 2) / squares)


def orientation(context: Context) -> Iterator[Claim]:
    """Of which networks and sets the filters prefer one orientation in every run; a pretrained one's count once.

    Silent where orientations were not kept.
    """
    found: dict[tuple[str, str], list[float]] = {}
    pretrained: set[str] = set()
    for variant in context.study.variants:
        for dataset in context.datasets_with(_METRIC):
            if variant.extractor.name in pretrained or not context.study.sample(dataset, variant.id, _METRIC):
                continue
            kept = context.kept(dataset, variant.id, ANGLES, WEIGHTS)
            if variant.family == "pretrained":
                kept = kept[:1]
                pretrained |= {variant.extractor.name} if kept else set()
            if kept:
                found[dataset, variant.id] = [preference_p_value(k[ANGLES], k[WEIGHTS]) for _, k in kept]
    if not found:
        return
    preferred = [cell for cell, values in found.items() if max(values) <= P_VALUE]
    p_values = [p for values in found.values() for p in values]
    single = any(
        len(values) == 1
        for (_, variant), values in found.items()
        if context.study.variant_by_id[variant].family != "pretrained"
    )
    yield Claim(
        id="filter_orientation",
        kind="filter_orientation",
        message=_SOME if preferred else _NONE,
        params={
            "limit": Derived(P_VALUE, decimals=2, constant="filter_p_value"),
            "times": Derived(sum(p <= P_VALUE for p in p_values), "integer"),
            "always": Phrase(SINGLE_RUNS if single else EVERY_RUN),
            "all_runs": Count(len(p_values), "run"),
            "chance": Derived(P_VALUE * len(p_values), "significant", 2),
            "cells": Listing(
                tuple(
                    Message(_CELL, {"variant": Names((variant,)), "dataset": DatasetNames((dataset,))})
                    for dataset, variant in preferred
                )
            ),
        },
        subjects=tuple(dict.fromkeys(variant for _, variant in preferred or found)),
        value=min(p_values),
        support=SINGLE_RUN if single else CERTAIN if preferred else UNDETERMINED,
        evidence=tuple(context.kept_of(dataset, variant, _METRIC, ANGLES) for dataset, variant in found),
        details={"preferred": preferred},
    )
