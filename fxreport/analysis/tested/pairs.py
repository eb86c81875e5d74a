"""Statements of who is ahead of whom: two variants on one image set, as often as the statement says."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fxreport.analysis.claims import (
    N_,
    SINGLE_RUN,
    TIE,
    DatasetNames,
    Derived,
    Evidence,
    Listing,
    Message,
    Names,
    Param,
    Phrase,
    Verbatim,
)
from fxreport.analysis.context import Context
from fxreport.analysis.statistics.compare import BETTER, TIED, WORSE, Comparison, compare, judge
from fxreport.analysis.statistics.uncertainty import interval
from fxreport.analysis.tested.subjects import absences, not_measured, other_sizes
from fxreport.analysis.tested.verdict import (
    ABSENT,
    CONFIRMED,
    FAILS,
    HOLDS,
    NOT_TESTED,
    OPEN,
    REFUTED,
    Absent,
    Found,
    combined,
    listed,
)

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """``a`` is said to be ahead of ``b`` on a set; ``lead`` is by how much it is, in a's favour.

    ``why`` tells apart what is not shown: tie, undetermined, single_run.
    """

    dataset: str
    a: str
    b: str
    metric: str
    outcome: str
    lead: float = 0.0
    why: str = ""


def told(context: Context, dataset: str, a: str, b: str, metric: str) -> Comparison:
    """Compare two variants by a metric in its own direction: better is better, whatever it is."""
    if metric == context.main:
        return context.compare(dataset, a, b)
    found = compare(context.study, context.influences, dataset, a, b, metric, margin=0.0)
    if context.study.metric(metric).higher_is_better is not False:
        return found
    return compare(context.study, context.influences, dataset, b, a, metric, margin=0.0)


def pair(context: Context, dataset: str, a: str, b: str, metric: str) -> Pair:
    """Whether ``a`` is shown to be ahead of ``b``, or behind; of single runs neither is."""
    found = told(context, dataset, a, b, metric)
    one, other = (context.study.samples[dataset, v, metric].mean for v in (a, b))
    lead = one - other if context.study.metric(metric).higher_is_better is not False else other - one
    if found.support == SINGLE_RUN:
        return Pair(dataset, a, b, metric, OPEN, lead, SINGLE_RUN)
    shown = found.outcome
    if shown not in (BETTER, WORSE):
        shown = _by_ratio(context, dataset, a, b, metric) or shown
    outcome = {BETTER: HOLDS, WORSE: FAILS}.get(shown, OPEN)
    return Pair(dataset, a, b, metric, outcome, lead, TIE if found.outcome == TIED else "")


def _by_ratio(context: Context, dataset: str, a: str, b: str, metric: str) -> str:
    """How two times of the same seeds differ by their ratio; "" of others.

    The spread of times grows with them: one that is hundreds of times slower in every run is slower, however
    much its runs differ among themselves.
    """
    one, other = (context.study.samples[dataset, v, metric] for v in (a, b))
    if context.study.metric(metric).shown != "seconds" or one.seeds != other.seeds:
        return ""
    if min(*one.values, *other.values) <= 0:
        return ""
    outcome, _ = judge(
        interval([math.log(y / x) for x, y in zip(one.values, other.values, strict=True)]), 0.0
    )
    return outcome


#: two values by what is shown beside them: nothing, a width, another metric; the same in every language
_TWO = {
    "": "{first} {first_value}, {second} {second_value}",
    "dimension": "{first} ({first_beside}-D) {first_value}, {second} ({second_beside}-D) {second_value}",
    "other": "{first} {first_value} ({first_beside}), {second} {second_value} ({second_beside})",
}
ON = "{dataset}: {values}"


@dataclass(frozen=True, slots=True)
class _Reasons:
    """The sentences of a kind of check; those of pairs that are not shown are the same for all."""

    confirmed: str
    refuted: str
    partly: str
    beside: str = ""  # the metric that is shown beside the values


_AHEAD = _Reasons(
    N_("The smallest lead, over {b} on {dataset}, is {lead}."),
    N_("Ahead: {where}."),
    N_("True on {held} only; ahead: {where}."),
)
_LEAD = N_("The lead is {lead}.")
_AHEAD_ALONE = N_("Ahead: {rivals}{but_not}.")
_AHEAD_THERE = N_("on {datasets} {rivals}{but_not}")
BUT_NOT = N_(", but not {siblings}")
_AHEAD_BY_OTHER = N_("Every difference exceeds the scatter of the runs.")
TRADE_OFF = _Reasons(
    N_("No other extractor proved both better and faster."),
    N_("Both better and faster: {where}."),
    N_("True on {held} only; both better and faster: {where}."),
)
DIMENSION = _Reasons(
    N_("On {held} narrower features are shown to be ahead of wider ones."),
    N_("On {failed} the wider features are always ahead."),
    N_("True on {held} only; on {failed} the wider features are always ahead."),
    "dimension",
)
_TIED = N_("On {datasets} practically equal: {names}.")
_NOT_SHOWN = N_("On {datasets} no difference is shown: {names}.")
SINGLE = N_("Single runs do not tell: their scatter is not known.")
INCOMPLETE = N_("True as far as it was measured; not measured: {absent}.")


_RANK = {FAILS: 0, OPEN: 1, HOLDS: 2}


@dataclass(frozen=True, slots=True)
class Shown:
    """The pair that decides on a set, with those that are equal to it in all values."""

    first: Pair
    a: tuple[str, ...]
    b: tuple[str, ...]


def decisive(context: Context, pairs: Sequence[Pair]) -> Shown:
    """One that fails, by most; else one that is not shown; else the smallest lead."""

    def values(one: Pair) -> tuple[float, float]:
        means = [context.study.samples[one.dataset, v, one.metric].mean for v in (one.a, one.b)]
        return round(means[0], 9), round(means[1], 9)

    first = min(pairs, key=lambda p: (_RANK[p.outcome], round(p.lead, 9), values(p)))
    alike = [p for p in pairs if (p.outcome, *values(p)) == (first.outcome, *values(first))]
    return Shown(first, _names(p.a for p in alike), _names(p.b for p in alike))


def _names(variants: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(variants))


def concluded(
    context: Context,
    datasets: Sequence[str],
    pairs: Sequence[Pair],
    absent: Iterable[Absent],
    reasons: _Reasons = _AHEAD,
) -> Found:
    """The verdict on all pairs: its reason, and of each set the values of the pair that decides."""
    lacking = tuple(dict.fromkeys(absent))
    outcome = combined([*(p.outcome for p in pairs), *([ABSENT] if lacking else [])])
    if outcome == NOT_TESTED:
        return Found(outcome, not_measured(lacking), absent=lacking)
    by_set: dict[str, list[Pair]] = {}
    for one in pairs:
        by_set.setdefault(one.dataset, []).append(one)
    shown = [decisive(context, those) for those in by_set.values()]
    if outcome == REFUTED:
        effect = max(_share(context, p) for p in pairs if p.outcome == FAILS)
    else:
        effect = min(_share(context, s.first) for s in shown)
    return Found(
        outcome,
        _reason(context, outcome, shown, pairs, lacking, reasons, alone=len(datasets) == 1),
        listed(_values(context, s, reasons.beside, alone=len(datasets) == 1) for s in shown),
        tuple(dict.fromkeys(e for s in shown for e in _evidence(context, s, reasons.beside))),
        effect,
        lacking,
    )


def _reason(
    context: Context,
    outcome: str,
    shown: Sequence[Shown],
    pairs: Sequence[Pair],
    absent: Sequence[Absent],
    reasons: _Reasons,
    *,
    alone: bool,
) -> Message:
    """Why it is so; the set is not named where the statement is of it ``alone``."""
    if outcome == REFUTED:
        failing = [p for p in pairs if p.outcome == FAILS]
        failed = _names(p.dataset for p in failing)
        held = _names(s.first.dataset for s in shown if s.first.outcome == HOLDS)
        where = _where(context, failing, pairs)
        of_first = where[0].params
        message = reasons.partly if held else reasons.refuted
        return Message(
            _AHEAD_ALONE if alone and reasons is _AHEAD else message,
            {
                "held": DatasetNames(held),
                "failed": DatasetNames(failed),
                "where": Listing(where),
                **{name: of_first[name] for name in ("rivals", "siblings", "but_not")},
            },
        )
    if outcome == CONFIRMED:
        least = min(shown, key=lambda s: round(s.first.lead, 9))
        if reasons is _AHEAD and least.first.metric != context.main:
            return Message(_AHEAD_BY_OTHER)
        params: dict[str, Param] = {
            "b": Names(least.b),
            "dataset": DatasetNames((least.first.dataset,)),
            "lead": Derived(least.first.lead),
            "held": DatasetNames(tuple(s.first.dataset for s in shown)),
        }
        return Message(_LEAD if alone and reasons is _AHEAD else reasons.confirmed, params)
    unshown = [s for s in shown if s.first.outcome == OPEN]
    if not unshown:
        return Message(INCOMPLETE, {"absent": Listing(absences(absent))})
    if any(s.first.why == SINGLE_RUN for s in unshown):
        return Message(SINGLE)
    why = unshown[0].first.why
    alike = [s for s in unshown if s.first.why == why]
    return Message(
        _TIED if why == TIE else _NOT_SHOWN,
        {
            "datasets": DatasetNames(tuple(s.first.dataset for s in alike)),
            "names": Names(_names(v for s in alike for v in (*s.a, *s.b))),
        },
    )


def _where(context: Context, failing: Sequence[Pair], pairs: Sequence[Pair]) -> tuple[Message, ...]:
    """Who is ahead on which sets; sets of the same rivals together."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for dataset in _names(p.dataset for p in failing):
        rivals = _names(p.b for p in failing if p.dataset == dataset)
        behind = (p.b for p in pairs if p.outcome == HOLDS and p.dataset == dataset)
        found.setdefault((rivals, other_sizes(context, rivals, behind)), []).append(dataset)
    return tuple(
        Message(
            _AHEAD_THERE,
            {
                "datasets": DatasetNames(tuple(datasets)),
                "rivals": Names(rivals),
                "siblings": Names(siblings),
                "but_not": Phrase(BUT_NOT) if siblings else Verbatim(""),
            },
        )
        for (rivals, siblings), datasets in found.items()
    )


def _share(context: Context, one: Pair) -> float:
    """How large a lead is, from 0 to 1: a difference of a bounded quality, else a share of the larger."""
    known = context.study.metric(one.metric)
    if known.low > float("-inf") and known.high < float("inf"):
        return min(abs(one.lead), 1.0)
    values = [abs(context.study.samples[one.dataset, v, one.metric].mean) for v in (one.a, one.b)]
    return min(abs(one.lead) / max(values), 1.0) if max(values) > 0 else 0.0


def _evidence(context: Context, shown: Shown, beside: str) -> tuple[Evidence, ...]:
    metrics = (shown.first.metric, *([beside] if beside else []))
    return tuple(context.evidence(shown.first.dataset, v, m) for v in (*shown.a, *shown.b) for m in metrics)


def _values(context: Context, shown: Shown, beside: str, *, alone: bool) -> Message:
    """Both values, the better one first; of which set is said unless the statement is of it ``alone``."""
    dataset, metric = shown.first.dataset, shown.first.metric
    sides = (shown.a, shown.b) if shown.first.lead >= 0 else (shown.b, shown.a)
    params: dict[str, Param] = {"dataset": DatasetNames((dataset,))}
    for place, names in zip(("first", "second"), sides, strict=True):
        params[place] = Names(names)
        params[f"{place}_value"] = context.value(dataset, names[0], metric)
        if beside:
            params[f"{place}_beside"] = context.value(dataset, names[0], beside)
    message = _TWO[beside if beside in _TWO else "other"]
    return Message(message, params) if alone else Message(ON, {**params, "values": Phrase(message)})
