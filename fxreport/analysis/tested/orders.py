"""The checks of statements of who is ahead of whom, by quality or cost, width or a factor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from fxreport.analysis.claims import N_, Listing, Message, Names
from fxreport.analysis.context import Context
from fxreport.analysis.tested.pairs import DIMENSION, TRADE_OFF, Pair, concluded, pair
from fxreport.analysis.tested.subjects import ALL, matching, measured, names_of
from fxreport.analysis.tested.verdict import FAILS, HOLDS, NOT_TESTED, OPEN, Absent, Found
from fxreport.vocabulary.factors import shown_level

Params = Mapping[str, Any]


def best(context: Context, params: Params) -> Found:
    """Is a subject the first by a metric on each of the sets, among all others or those given?

    A rival must be ahead of all that the subject's name stands for to refute it.
    """
    metric = params.get("metric", context.main)
    among = names_of(params.get("among", ALL))
    pairs: list[Pair] = []
    absent: list[Absent] = []
    for dataset in params["datasets"]:
        own, lacking = measured(context, names_of(params["subject"]), dataset, metric)
        absent += lacking
        if not own:
            continue
        column = context.study.column(dataset, metric)
        rivals = [v for name in among for v in matching(context, name) if v in column and v not in own]
        if not rivals:
            absent += [Absent(among)]
            continue
        pairs += _decisive(context, dataset, own, tuple(dict.fromkeys(rivals)), metric)
    found = concluded(context, params["datasets"], pairs, absent)
    return _told_of_controls(context, found, params, lambda d, a, b: pair(context, d, a, b, metric))


def _decisive(
    context: Context, dataset: str, own: Sequence[str], rivals: Sequence[str], metric: str
) -> list[Pair]:
    """What settles a first place: each rival beside the best own. One ahead of some own alone is open."""
    against = {r: [pair(context, dataset, v, r, metric) for v in own] for r in rivals}
    ahead = {r: those for r, those in against.items() if all(p.outcome == FAILS for p in those)}
    nearest = {r: max(those, key=lambda p: p.lead) for r, those in against.items()}
    if ahead:
        return [p for r, p in nearest.items() if r in ahead or p.outcome == HOLDS]
    return [replace(p, outcome=OPEN) if p.outcome == FAILS else p for p in nearest.values()]


NOT_COUNTED = N_("{reason} The control ({names}) is not counted.")
AHEAD_BUT_NOT_COUNTED = N_("{reason} The control ({names}), which is ahead, is not counted.")


def _told_of_controls(
    context: Context, found: Found, params: Params, judged: Callable[[str, str, str], Pair]
) -> Found:
    """The verdict with the controls that the statement leaves out, though it means everything else.

    ``judged`` compares two variants on a set as the check does.
    """
    among = names_of(params.get("among", ALL))
    counted = {v for name in among for v in matching(context, name)}
    own = {v for name in names_of(params["subject"]) for v in matching(context, name)}
    sets = {e.dataset for e in found.evidence}
    there = [
        v.id
        for v in context.study.variants
        if any((e, v.id, context.main) in context.study.samples for e in sets)
    ]
    apart = [v for v in there if v not in counted | own]
    if found.outcome == NOT_TESTED or not apart or any(map(context.learned, apart)):
        return found
    metrics = {e.metric for e in found.evidence}
    cells = context.study.samples
    ahead = any(
        all((d, x, m) in cells for x in (a, v) for m in metrics) and judged(d, a, v).outcome == FAILS
        for d in sets
        for a in own
        for v in apart
    )
    message = AHEAD_BUT_NOT_COUNTED if ahead else NOT_COUNTED
    told = Message(message, {"reason": Listing((found.reason,)), "names": Names(tuple(apart))})
    return replace(found, reason=told)


def fastest(context: Context, params: Params) -> Found:
    """Is a subject the first by the study's main cost?"""
    return best(context, {**params, "metric": context.study.cost})


def order(context: Context, params: Params) -> Found:
    """Is each of the names ahead of the next, on each of the sets, all that they stand for?"""
    metric = params.get("metric", context.main)
    names = [(one, other) for one, other in pairwise(params["order"])]
    return _all_pairs(context, params["datasets"], metric, [((a,), (b,)) for a, b in names])


def above(context: Context, params: Params) -> Found:
    """Is all that ``subject`` stands for ahead of all that ``than`` stands for, on each of the sets?"""
    metric = params.get("metric", context.main)
    sides = names_of(params["subject"]), names_of(params["than"])
    return _all_pairs(context, params["datasets"], metric, [sides])


def below(context: Context, params: Params) -> Found:
    """The same the other way round."""
    return above(context, {**params, "subject": params["than"], "than": params["subject"]})


def _all_pairs(
    context: Context,
    datasets: Sequence[str],
    metric: str,
    sides: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
) -> Found:
    pairs: list[Pair] = []
    absent: list[Absent] = []
    for dataset in datasets:
        for one, other in sides:
            ahead, lacking = measured(context, one, dataset, metric)
            behind, lacking_too = measured(context, other, dataset, metric)
            absent += [*lacking, *lacking_too]
            pairs += [pair(context, dataset, a, b, metric) for a in ahead for b in behind if a != b]
    return concluded(context, datasets, pairs, absent)


def trade_off(context: Context, params: Params) -> Found:
    """Is nobody both better and cheaper than a subject, on each of the sets?

    It holds where everybody is shown to be behind in one of the two, and is refuted where somebody is shown
    to be ahead in both.
    """
    quality, cost = context.main, context.study.cost
    pairs: list[Pair] = []
    absent: list[Absent] = []
    for dataset in params["datasets"]:
        for name in names_of(params["subject"]):
            own, lacking = measured(context, (name,), dataset, quality)
            absent += lacking
            costed = context.study.column(dataset, cost)
            rivals, _ = measured(context, names_of(params.get("among", ALL)), dataset, quality)
            for a in own:
                if a not in costed:
                    absent.append(Absent(metric=cost))
                    continue
                pairs += [_traded(context, dataset, a, b) for b in rivals if b not in own and b in costed]
    found = concluded(context, params["datasets"], pairs, absent, replace(TRADE_OFF, beside=cost))
    return _told_of_controls(context, found, params, lambda d, a, b: _traded(context, d, a, b))


def _traded(context: Context, dataset: str, a: str, b: str) -> Pair:
    both = [pair(context, dataset, a, b, metric) for metric in (context.main, context.study.cost)]
    quality = both[0]
    if any(p.outcome == HOLDS for p in both):
        return (
            quality if quality.outcome == HOLDS else Pair(dataset, a, b, quality.metric, HOLDS, quality.lead)
        )
    if all(p.outcome == FAILS for p in both):
        return quality
    why = next((p.why for p in both if p.why), "")
    return Pair(dataset, a, b, quality.metric, OPEN, quality.lead, why)


def dimension_quality(context: Context, params: Params) -> Found:
    """Are features of more dimensions not always better?

    It holds where features of fewer dimensions are shown to be ahead of wider ones on any set, and is refuted
    where the wider ones are shown to be ahead on every set measured.
    """
    pairs: list[Pair] = []
    absent: list[Absent] = []
    for dataset in params["datasets"]:
        names, lacking = measured(context, names_of(params.get("among", ALL)), dataset, "dimension")
        absent += lacking
        width, column = (context.study.column(dataset, m) for m in ("dimension", context.main))
        found = [
            pair(context, dataset, narrow, wide, context.main)
            for narrow in names
            for wide in names
            if narrow in column and wide in column and width[narrow] < width[wide]
        ]
        if not found:
            absent += [] if lacking else [Absent(metric="dimension")]
            continue
        against = [p for p in found if p.outcome == HOLDS]
        if against:
            most = max(round(p.lead, 9) for p in against)
            pairs += [p for p in against if round(p.lead, 9) == most]
        elif all(p.outcome == FAILS for p in found):
            pairs += found
        else:
            pairs += [p for p in found if p.outcome == OPEN]
    held = [p for p in pairs if p.outcome == HOLDS]
    unshown = [p for p in pairs if p.outcome == OPEN]
    return concluded(context, params["datasets"], held or unshown or pairs, () if held else absent, DIMENSION)


NO_ABLATION = N_("None of the runs measured here varies it.")


def ablation(context: Context, params: Params) -> Found:
    """Is a subject at one level of a factor ahead of the same at another, or at all others, on all sets?

    Not tested until runs that differ in the factor alone are in the study.
    """
    level, than = shown_level(params["level"]), params.get("other")
    pairs = []
    for contrast in context.study.contrast(params["factor"]):
        levels = ["" if one is None else shown_level(one) for one in contrast.levels]
        sides = dict(zip(levels, (contrast.one, contrast.other), strict=True))
        names = {v for name in names_of(params["subject"]) for v in matching(context, name)}
        if (
            level not in sides
            or sides[level].id not in names
            or (than is not None and shown_level(than) not in sides)
        ):
            continue
        [other] = [variant for key, variant in sides.items() if key != level]
        for dataset in context.datasets_with():
            column = context.column(dataset)
            if sides[level].id in column and other.id in column:
                pairs.append(pair(context, dataset, sides[level].id, other.id, context.main))
    if not pairs:
        return Found(NOT_TESTED, Message(NO_ABLATION))
    return concluded(context, context.datasets_with(), pairs, ())
