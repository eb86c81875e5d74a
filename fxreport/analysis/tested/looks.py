"""Statements of what pictures show: projections, classes that merge, first-layer filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fxreport.analysis.claims import (
    N_,
    SINGLE_RUN,
    ClassNames,
    Count,
    Derived,
    Evidence,
    Listing,
    Message,
    Names,
    Param,
    Phrase,
    Term,
    Verbatim,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.foremost_classes import cluster_shares
from fxreport.analysis.rules.networks.filters import P_VALUE
from fxreport.analysis.rules.quality.merging import MERGED
from fxreport.analysis.statistics.compare import BETTER, WORSE, paired_by_seed
from fxreport.analysis.tested.amounts import on
from fxreport.analysis.tested.pairs import INCOMPLETE, SINGLE
from fxreport.analysis.tested.subjects import absences, matching, measured, names_of, not_measured
from fxreport.analysis.tested.verdict import (
    ABSENT,
    CONFIRMED,
    FAILS,
    HOLDS,
    NOT_TESTED,
    OPEN,
    Absent,
    Found,
    combined,
    listed,
)
from fxreport.vocabulary.factors import PROJECTION, level_title
from fxreport.vocabulary.metrics import at, plain

Params = Mapping[str, Any]

# --- projections

_PLANES = "{one} {one_value}, {other} {other_value}"
_EVERYWHERE = N_("For every extractor; {measure}, means over extractors.")
_NOWHERE = N_("The other way round in {times} of {cells}; {measure}, means over extractors.")
_SOMETIMES = N_("Shown in {times} of {cells} only; {measure}, means over extractors.")
_NEVER = N_("Shown in none of {cells}; {measure}, means over extractors.")


def projection_better(context: Context, params: Params) -> Found:
    """Does one projection show more than another, for all extractors on each of the sets?

    By the purity of neighbourhoods, or another metric of projections; over the seeds' own differences.
    """
    one, other = params["projection"], params["than"]
    metrics = [at(params.get("metric", "purity"), projection=p) for p in (one, other)]
    higher = context.study.metric(metrics[0]).higher_is_better is not False
    outcomes, single, absent, shown = [], False, [], []
    evidence: list[Evidence] = []
    gaps = []
    for dataset in params["datasets"]:
        columns = [context.study.column(dataset, m) for m in metrics]
        variants = [v for v in columns[0] if v in columns[1]]
        if not variants:
            sets = not context.study.measured(dataset)
            absent.append(Absent(datasets=(dataset,)) if sets else Absent(metric=metrics[0]))
            continue
        for variant in variants:
            samples = [context.study.samples[dataset, variant, m] for m in metrics]
            values = [dict(zip(s.seeds, s.values, strict=True)) for s in samples]
            outcome, support = paired_by_seed(*(values if higher else reversed(values)))
            single |= support == SINGLE_RUN
            outcomes.append(
                OPEN if support == SINGLE_RUN else {BETTER: HOLDS, WORSE: FAILS}.get(outcome, OPEN)
            )
        means = [sum(c[v] for v in variants) / len(variants) for c in columns]
        gaps.append(abs(means[0] - means[1]))
        evidence += [context.evidence(dataset, v, m) for v in variants for m in metrics]
        shown.append(_planes(dataset, (one, other), means, alone=len(params["datasets"]) == 1))
    lacking = tuple(dict.fromkeys(absent))
    outcome = combined([*outcomes, *([ABSENT] if lacking else [])])
    if outcome == NOT_TESTED:
        return Found(outcome, not_measured(lacking), absent=lacking)
    counted = FAILS if FAILS in outcomes else HOLDS
    some = _NOWHERE if counted == FAILS else _SOMETIMES if HOLDS in outcomes else _NEVER
    reason = {CONFIRMED: _EVERYWHERE}.get(outcome, some)
    told: dict[str, Param] = {
        "measure": Term(_MEASURES.get(plain(metrics[0]), plain(metrics[0]))),
        "times": Derived(outcomes.count(counted), "integer"),
        "cells": Count(len(outcomes), "cell_of"),
    }
    message = Message(SINGLE) if single and counted == HOLDS else Message(reason, told)
    if lacking and not single and {*outcomes} == {HOLDS}:
        message = Message(INCOMPLETE, {"absent": Listing(absences(lacking))})
    return Found(outcome, message, listed(shown), tuple(evidence), max(gaps), lacking)


_MEASURES = {"purity": N_("share of the own class among the nearest neighbours")}


def _planes(dataset: str, methods: tuple[str, str], means: Sequence[float], *, alone: bool) -> Message:
    return on(
        dataset,
        _PLANES,
        {
            "one": Term(level_title(PROJECTION, methods[0])),
            "other": Term(level_title(PROJECTION, methods[1])),
            "one_value": Derived(means[0]),
            "other_value": Derived(means[1]),
        },
        alone=alone,
    )


# --- classes that merge

_CHANCE = "{pair}: {chance} ({names})"
_MERGES = N_("In every run images of both classes share a cluster with a probability of {bound} or more.")
_KEPT_APART = N_("In no run do they share a cluster more often than by chance: {pairs}.")
_PARTLY = N_(
    "More often than by chance, but not always with the probability of {bound} that counts as merging."
)


def mergers(context: Context, params: Params) -> Found:
    """Does one cluster hold images of both classes of each pair, on each of the sets?

    In the clusters of the subject, or where none is named of the best extractor of the set. Classes that
    share a cluster no more often than by chance refute it.
    """
    outcomes, absent, shown, apart = [], [], [], []
    evidence: list[Evidence] = []
    chances = []
    for dataset in params["datasets"]:
        facts = context.study.dataset_by_name.get(dataset)
        names = facts.classes if facts else ()
        given = names_of(params.get("subject", ()))
        variants = (
            [v for name in given for v in matching(context, name)]
            if given
            else list(context.quality.get(dataset, [()])[0])
        )
        kept = {v: context.kept(dataset, v, "labels", "assignments") for v in variants}
        kept = {v: runs for v, runs in kept.items() if runs and v in context.column(dataset)}
        if not kept:
            absent.append(Absent(datasets=(dataset,)))
            continue
        for pair in params["classes"]:
            if not set(pair) <= set(names):
                absent.append(Absent(datasets=(dataset,)))
                continue
            one, other = (names.index(name) for name in pair)
            for variant, runs in kept.items():
                together = [_chance(arrays, len(names), one, other) for _, arrays in runs]
                outcome = HOLDS if min(together) >= MERGED else OPEN
                if max(together) <= 1 / len(names):
                    outcome = FAILS
                outcomes.append(outcome)
                apart += [tuple(pair)] if outcome == FAILS else []
                mean = float(np.mean(together))
                chances.append(abs(mean - MERGED))
                evidence.append(context.kept_of(dataset, variant, context.main, "assignments"))
                shown.append(_merged(dataset, tuple(pair), variant, mean, alone=len(params["datasets"]) == 1))
    lacking = tuple(dict.fromkeys(absent))
    outcome = combined([*outcomes, *([ABSENT] if lacking else [])])
    if outcome == NOT_TESTED:
        return Found(outcome, not_measured(lacking), absent=lacking)
    message = _MERGES if outcome == CONFIRMED else _KEPT_APART if apart else _PARTLY
    told: dict[str, Param] = {
        "bound": Derived(MERGED, "percent", 0),
        "pairs": ClassNames(tuple(dict.fromkeys(apart))),
    }
    return Found(
        outcome, Message(message, told), listed(shown), tuple(dict.fromkeys(evidence)), max(chances), lacking
    )


def _chance(arrays: Mapping[str, Any], classes: int, one: int, other: int) -> float:
    shares = cluster_shares(arrays["labels"], arrays["assignments"], classes)
    return float(shares[one] @ shares[other])


def _merged(dataset: str, pair: tuple[str, ...], variant: str, chance: float, *, alone: bool) -> Message:
    return on(
        dataset,
        _CHANCE,
        {
            "pair": ClassNames((pair,)),
            "chance": Derived(chance, "percent", 0),
            "names": Names((variant,)),
        },
        alone=alone,
    )


# --- first-layer filters

_TIMES = N_("told from untrained ones by shape in {times} of {runs}{weights}")
_NO_TIME = N_("told from untrained ones by shape in none of {runs}{weights}")
_BY_WEIGHTS = N_(", by the size of the weights in {weight_times} of {weight_runs}")
_NOT_BY_WEIGHTS = N_(", by the size of the weights in none of {weight_runs}")
_BY_SHAPE = N_("In every run their shape differs from that of untrained filters.")
_LARGER = N_(
    "Their shape is not shown to differ from that of untrained filters; the size of the weights does."
)
_NOT_BY_SHAPE = N_("Their shape is not shown to differ from that of untrained filters.")


def not_random(context: Context, params: Params) -> Found:
    """Does the shape of a subject's first-layer filters differ from untrained ones, in every run?

    Not to be told from untrained ones is no proof of being like them: then the verdict stays open.
    """
    shape, weights = "filter_structure_p_value", "filter_weights_p_value"
    absent: list[Absent] = []
    cells: list[tuple[str, str]] = []
    for dataset in params["datasets"]:
        found, lacking = measured(context, names_of(params["subject"]), dataset, shape)
        absent += lacking
        cells += [(dataset, name) for name in found]
    lacking = tuple(dict.fromkeys(absent))
    p_values = [p for d, v in cells for p in context.study.samples[d, v, shape].values]
    outcomes = [HOLDS if p <= P_VALUE else OPEN for p in p_values]
    outcome = combined([*outcomes, *([ABSENT] if lacking else [])])
    if outcome == NOT_TESTED:
        return Found(outcome, not_measured(lacking), absent=lacking)
    weighed = [s for d, v in cells if (s := context.study.sample(d, v, weights)) is not None]
    of_weights = [p for s in weighed for p in s.values]
    heavier = sum(p <= P_VALUE for p in of_weights)
    larger = bool(of_weights) and heavier == len(of_weights)
    params_of: dict[str, Param] = {
        "times": Derived(outcomes.count(HOLDS), "integer"),
        "runs": Count(len(outcomes), "run"),
        "weights": Phrase(_BY_WEIGHTS if heavier else _NOT_BY_WEIGHTS) if of_weights else Verbatim(""),
        "weight_times": Derived(heavier, "integer"),
        "weight_runs": Count(len(of_weights), "run"),
    }
    return Found(
        outcome,
        Message(
            _BY_SHAPE if HOLDS in outcomes and OPEN not in outcomes else _LARGER if larger else _NOT_BY_SHAPE
        ),
        Message(_TIMES if HOLDS in outcomes else _NO_TIME, params_of),
        tuple(
            context.evidence(d, v, m)
            for d, v in cells
            for m in (shape, weights)
            if context.study.sample(d, v, m) is not None
        ),
        max(outcomes.count(one) for one in (HOLDS, OPEN)) / len(outcomes),
        lacking,
    )
