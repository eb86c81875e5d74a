"""Layer by layer: does abstraction progress, where does it stop, and how many units are silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

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
    DatasetNames,
    Derived,
    Evidence,
    Listing,
    Message,
    Names,
    Param,
)
from fxreport.analysis.context import Context
from fxreport.analysis.rules.often import always
from fxreport.analysis.statistics.compare import BETTER, paired, weakest
from fxreport.analysis.study import Run

Course = NDArray[np.float64]  # (runs, layers) one quantity through a network

#: the metric beside which the layers' arrays were kept
ALONGSIDE = "last_layer_knn_accuracy"
KNN, PROBE, SILENT = "layers/knn_accuracy", "layers/probe_accuracy", "layers/zero_share"

RISES, RISES_OVERALL, STOPS, FLAT, FALLS = "rises", "rises_overall", "stops", "flat", "falls"


def course(context: Context, dataset: str, variant: str, name: str) -> tuple[tuple[Run, ...], Course] | None:
    """One quantity of every layer in every run that kept it, with the runs.

    None where fewer than two layers were kept, or runs differ in their number.
    """
    if context.study.sample(dataset, variant, ALONGSIDE) is None:
        return None
    kept = context.kept(dataset, variant, name)
    rows = [np.asarray(arrays[name], np.float64) for _, arrays in kept]
    if not rows or len(rows[0]) < 2 or any(row.shape != rows[0].shape for row in rows):
        return None
    return tuple(run for run, _ in kept), np.stack(rows)


def courses(context: Context, name: str) -> dict[str, dict[str, Course]]:
    """Variant → image set → the quantity's course, in reading order."""
    found: dict[str, dict[str, Course]] = {}
    for variant in context.study.variants:
        for dataset in context.study.measured_datasets:
            one = course(context, dataset, variant.id, name)
            if one is not None:
                found.setdefault(variant.id, {})[dataset] = one[1]
    return found


def best_earlier(accuracies: Sequence[Course]) -> int | None:
    """The layer before the last, counted from 0, that is the best on average over sets.

    None where there is no set, or networks of different depth.
    """
    if not accuracies or len({accuracy.shape[1] for accuracy in accuracies}) > 1:
        return None
    means = np.mean([accuracy.mean(axis=0) for accuracy in accuracies], axis=0)
    return int(means[:-1].argmax())


def above_last(accuracy: Course, layer: int) -> bool:
    """Whether a layer, counted from 0, is above the last in every run."""
    return bool((accuracy[:, layer] > accuracy[:, -1]).all())


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an accuracy goes through a network, judged by what holds in every run:

    - ``falls``: the best layer (by the mean) is not the last, and above it;
    - ``rises``: every layer is above the one before;
    - ``rises_overall``: the last layer is above all that rise one after another from the first on, but not
      every step is a gain;
    - ``stops``: layers rise one after another up to ``turn``, which the last is not above;
    - ``flat``: not even the second is above the first, nor the last.

    ``turn`` is the number, from 1, of the best layer (``falls``), or of the last that rises without a break;
    ``stalls`` numbers the layers after which some run does not rise.
    """

    kind: str
    turn: int
    stalls: tuple[int, ...]
    support: str


def verdict(accuracy: Course) -> Verdict:
    """Judge accuracies (runs, layers). The support is that of the differences on which the verdict rests."""
    means = accuracy.mean(axis=0)
    best, last = int(means.argmax()), len(means) - 1
    steps = np.diff(accuracy, axis=1)
    stalls = tuple(int(i) + 1 for i in np.flatnonzero((steps <= 0).any(axis=0)))
    drops = accuracy[:, best] - accuracy[:, last]
    if best < last and (drops > 0).all():
        return Verdict(FALLS, best + 1, stalls, _support([drops]))
    if not stalls:
        return Verdict(RISES, last + 1, (), _support(list(steps.T)))
    turn = stalls[0]
    gains = accuracy[:, last] - accuracy[:, turn - 1]
    if (gains > 0).all():
        return Verdict(RISES_OVERALL, turn, stalls, _support([gains]))
    kind = STOPS if turn > 1 else FLAT
    unproven = SINGLE_RUN if len(accuracy) == 1 else LIKELY
    return Verdict(kind, turn, stalls, _support(list(steps.T[: turn - 1])) if turn > 1 else unproven)


def _support(differences: Sequence[NDArray[np.float64]]) -> str:
    """Of differences that are above zero in every run: how sure it is that they would be in others."""
    found = []
    for difference in differences:
        outcome, support, _ = paired(difference.tolist())
        found.append(support if outcome == BETTER else LIKELY)
    return weakest(found)


_ABSTRACTION = {
    RISES: N_(
        "{variant}: nearest neighbours name the class right more often with every layer, {always}, on {datasets}: {cells}."
    ),
    RISES_OVERALL: N_(
        "{variant}: nearest neighbours name the class right more often in the last layer than in any that leads up to it, "
        "{always}, on {datasets}, but not every step is a gain in every run (not {stalls}): {cells}."
    ),
    STOPS: N_(
        "{variant}: nearest neighbours name the class right more often with every layer up to layer {turn} of {count}, {always}, on "
        "{datasets}; the last is not above it in every run: {cells}."
    ),
    FLAT: N_(
        "{variant}: on {datasets} neither the second layer nor the last lets nearest neighbours name the class right more often than "
        "the first in every run: {cells}."
    ),
    FALLS: N_(
        "{variant}: nearest neighbours name the class right most often before the last layer, {always}, on {datasets}: {cells}."
    ),
}
_WAYS = {
    FALLS: N_("from {first} to {top} in layer {turn} of {count} and back to {last}"),
    STOPS: N_("from {first} to {top}, and {last} in the last"),
    "": N_("from {first} to {last}"),
}
_WAYS_OF_SETS = {
    FALLS: N_("from {first} to {top} in layer {turn} of {count} and back to {last} ({dataset})"),
    STOPS: N_("from {first} to {top}, and {last} in the last ({dataset})"),
    "": N_("from {first} to {last} ({dataset})"),
}
_STALL = N_("from layer {one} to {other}")


def abstraction(context: Context) -> Iterator[Claim]:
    """Whether each layer's nearest-neighbour accuracy exceeds the one before, and where that stops.

    A sentence a network and verdict. Silent where the layers were not studied.
    """
    for variant, cells in courses(context, KNN).items():
        groups: dict[tuple[str, int, int, tuple[int, ...]], dict[str, Verdict]] = {}
        for dataset, accuracy in cells.items():
            found = verdict(accuracy)
            key = (
                found.kind,
                found.turn if found.kind == STOPS else 0,
                accuracy.shape[1],
                found.stalls if found.kind == RISES_OVERALL else (),
            )
            groups.setdefault(key, {})[dataset] = found
        for (kind, turn, count, stalls), verdicts in groups.items():
            yield Claim(
                id=f"abstraction/{variant}/{'+'.join(verdicts)}",
                kind="abstraction",
                message=_ABSTRACTION[kind],
                params={
                    "variant": Names((variant,)),
                    "datasets": DatasetNames(tuple(verdicts)),
                    **always([len(cells[d]) for d in verdicts]),
                    "turn": Derived(turn, "integer"),
                    "count": Derived(count, "integer"),
                    "stalls": Listing(tuple(_step(step) for step in stalls)),
                    "cells": Listing(
                        tuple(_way(d, cells[d], v, alone=len(verdicts) == 1) for d, v in verdicts.items())
                    ),
                },
                metric=ALONGSIDE,
                subjects=(variant,),
                value=float(np.mean([cells[d].mean(axis=0).argmax() + 1 for d in verdicts])),
                support=weakest(v.support for v in verdicts.values()),
                evidence=_evidence(context, variant, verdicts, KNN),
                details={
                    "verdict": kind,
                    "turn": {d: v.turn for d, v in verdicts.items()},
                    "stalls": list(stalls),
                },
            )


def _step(layer: int) -> Message:
    return Message(_STALL, {"one": Derived(layer, "integer"), "other": Derived(layer + 1, "integer")})


def _way(dataset: str, accuracy: Course, found: Verdict, *, alone: bool) -> Message:
    """A clause: from the first layer to the last, by way of the one where it falls or stops."""
    means = accuracy.mean(axis=0)
    params: dict[str, Param] = {
        "dataset": DatasetNames((dataset,)),
        "first": Derived(float(means[0]), "percent", 1),
        "top": Derived(float(means[found.turn - 1]), "percent", 1),
        "turn": Derived(found.turn, "integer"),
        "count": Derived(len(means), "integer"),
        "last": Derived(float(means[-1]), "percent", 1),
    }
    by_way = found.kind if found.kind in (FALLS, STOPS) and found.turn > 1 else ""
    return Message((_WAYS if alone else _WAYS_OF_SETS)[by_way], params)


def _evidence(context: Context, variant: str, datasets: Iterable[str], name: str) -> tuple[Evidence, ...]:
    return tuple(context.kept_of(dataset, variant, ALONGSIDE, name) for dataset in datasets)


_PROBE_ALIKE = N_(
    "A linear probe is the most accurate in the same layer as nearest neighbours, in all {count} of network and image set."
)
_PROBE = N_(
    "A linear probe is the most accurate in another layer than nearest neighbours in {times} of {count} of network and image set: "
    "{cells}."
)
_PROBE_CELL = N_("{variant} on {dataset}, layer {probe} instead of {knn}, and so in {times} of {runs}")
_PROBE_CELL_ONCE = N_("{variant} on {dataset}, layer {probe} instead of {knn}")


def _of_same_runs(context: Context, dataset: str, variant: str) -> tuple[Course, Course]:
    """Accuracies of nearest neighbours and of the probe in the runs that kept both."""
    kept = [arrays for _, arrays in context.kept(dataset, variant, KNN, PROBE)]
    near, linear = (np.array([arrays[name] for arrays in kept], np.float64) for name in (KNN, PROBE))
    return near, linear


def probes(context: Context) -> Iterator[Claim]:
    """Whether a linear probe is the best in the same layer as nearest neighbours, by the means over runs.

    Certain where every run has the best layers of the means; undecided where most runs differ from those told.

    Silent where the layers were not studied.
    """
    both = {
        (variant, dataset): (near, linear)
        for variant, cells in courses(context, KNN).items()
        for dataset in cells
        for near, linear in [_of_same_runs(context, dataset, variant)]
        if near.size and near.shape == linear.shape
    }
    if not both:
        return
    apart = []
    settled, single = True, False
    for (variant, dataset), (near, linear) in both.items():
        best, other = int(near.mean(axis=0).argmax()), int(linear.mean(axis=0).argmax())
        single |= len(near) == 1
        settled &= bool((near.argmax(axis=1) == best).all() and (linear.argmax(axis=1) == other).all())
        if best != other:
            times = int(((near.argmax(axis=1) == best) & (linear.argmax(axis=1) == other)).sum())
            apart.append((variant, dataset, best + 1, other + 1, times, len(near)))
    yield Claim(
        id="probe_layers",
        kind="probe_layers",
        message=_PROBE if apart else _PROBE_ALIKE,
        params={
            "count": Count(len(both), "pair"),
            "times": Derived(len(apart), "integer"),
            "cells": Listing(
                tuple(
                    Message(
                        _PROBE_CELL if runs > 1 else _PROBE_CELL_ONCE,
                        {
                            "variant": Names((variant,)),
                            "dataset": DatasetNames((dataset,)),
                            "knn": Derived(best, "integer"),
                            "probe": Derived(other, "integer"),
                            "times": Derived(times, "integer"),
                            "runs": Count(runs, "run"),
                        },
                    )
                    for variant, dataset, best, other, times, runs in apart
                )
            ),
        },
        metric=ALONGSIDE,
        subjects=tuple(dict.fromkeys(variant for variant, _ in both)),
        value=float(len(apart)),
        support=SINGLE_RUN
        if single
        else CERTAIN
        if settled
        else LIKELY
        if all(2 * times > runs for *_, times, runs in apart)
        else UNDETERMINED,
        evidence=tuple(
            context.kept_of(dataset, variant, ALONGSIDE, name)
            for variant, dataset in both
            for name in (KNN, PROBE)
        ),
    )
