"""Statements of how much: a value, a ratio of times, a quality that hardly differs from chance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fxreport.analysis.claims import (
    N_,
    DatasetNames,
    Derived,
    Evidence,
    Listing,
    Message,
    Names,
    Param,
    Phrase,
    Value,
    Verbatim,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.costs import SECONDS
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.quantities.times import time_ratio
from fxreport.analysis.rules.networks.training import implied_accuracy
from fxreport.analysis.statistics.compare import mean_interval
from fxreport.analysis.tested.pairs import BUT_NOT, INCOMPLETE, ON, SINGLE
from fxreport.analysis.tested.subjects import (
    ALL,
    LABEL_FREE,
    absences,
    measured,
    names_of,
    not_measured,
    other_sizes,
)
from fxreport.analysis.tested.verdict import (
    ABSENT,
    CONFIRMED,
    FAILS,
    HOLDS,
    NOT_TESTED,
    OPEN,
    REFUTED,
    UNDETERMINED,
    Absent,
    Found,
    combined,
    listed,
)
from fxreport.vocabulary.metrics import identified

Params = Mapping[str, Any]

#: by how large a share of images one accuracy must exceed another to be given as a reason
_BEYOND = 0.1

_VALUE, _VALUE_OF = "{value}", "{name} {value}"
_MET = N_("Ours differs by {most} at most; up to {tolerance} counts as agreement.")
_MET_ONE = N_("Ours differs by {most}; up to {tolerance} counts as agreement.")
_HIGHER = N_("Ours is higher on {datasets}.")
_LOWER = N_("Ours is lower on {datasets}.")
_BOTH = N_("Ours is higher on {higher} and lower on {lower}.")
_TRAINED_LESS = N_(
    "{reason} On {dataset} a network that classifies {implied} right would have theirs; ours gets {accuracy}."
)
_WIDE = N_("On {datasets} the interval of our value is too wide to tell.")


def on(dataset: str, message: str, params: Mapping[str, Param], *, alone: bool) -> Message:
    """Values with the set that they are of, unless the statement is of it ``alone``."""
    if alone:
        return Message(message, params)
    return Message(ON, {**params, "dataset": DatasetNames((dataset,)), "values": Phrase(message)})


def within(value: float, spread: tuple[float, float] | None, low: float, high: float) -> str:
    """Whether a value lies between bounds: its whole interval does, none of it, or that is not told.

    A single value (no interval) that lies between them meets them; one that does not tells nothing.
    """
    if spread is None:
        return HOLDS if low <= value <= high else OPEN
    if spread[1] < low or spread[0] > high:
        return FAILS
    return HOLDS if low <= spread[0] and spread[1] <= high else OPEN


def spread_of(context: Context, dataset: str, variant: str, metric: str) -> tuple[float, float] | None:
    """The interval of a mean; None of a single run."""
    sample = context.study.samples[dataset, variant, metric]
    found = mean_interval(context.study, context.influences, dataset, variant, metric)
    return None if found is None or len(sample.values) < 2 else (found.low, found.high)


def value(context: Context, params: Params) -> Found:
    """Does a subject have these values on these sets, within a tolerance?

    Of several input sizes the one nearest to the value counts.
    """
    metric, tolerance = identified(params.get("metric", context.main)), float(params["tolerance"])
    absent: list[Absent] = []
    outcomes: dict[str, str] = {}
    cells: list[Evidence] = []
    for dataset, theirs in params["values"].items():
        found, lacking = measured(context, names_of(params["subject"]), dataset, metric)
        absent += lacking
        if not found:
            continue
        column = context.study.column(dataset, metric)
        name = min(found, key=lambda v: abs(column[v] - theirs))
        cells.append(context.evidence(dataset, name, metric))
        spread = spread_of(context, dataset, name, metric)
        edge = 1e-9  # a value that is off by the tolerance itself meets it, whatever its last digit
        outcomes[dataset] = within(column[name], spread, theirs - tolerance - edge, theirs + tolerance + edge)
    differences = {e.dataset: e.value - params["values"][e.dataset] for e in cells}
    lacking = tuple(dict.fromkeys(absent))
    outcome = combined([*outcomes.values(), *([ABSENT] if lacking else [])])
    if outcome == NOT_TESTED:
        return Found(outcome, not_measured(lacking), absent=lacking)
    return Found(
        outcome,
        _trained_less(
            context,
            _value_reason(
                context,
                outcome,
                outcomes,
                differences,
                tolerance,
                metric,
                lacking,
                single=any(e.seeds == 1 for e in cells),
            ),
            [(e, params["values"][e.dataset]) for e in cells if outcomes[e.dataset] == FAILS],
        ),
        listed(on(e.dataset, _VALUE, {"value": Value(e)}, alone=len(params["values"]) == 1) for e in cells),
        tuple(cells),
        max(_size(context, metric, d, params["values"][s]) for s, d in differences.items()),
        lacking,
    )


def _value_reason(
    context: Context,
    outcome: str,
    outcomes: Mapping[str, str],
    differences: Mapping[str, float],
    tolerance: float,
    metric: str,
    absent: Sequence[Absent],
    *,
    single: bool,
) -> Message:
    if outcome == CONFIRMED:
        most = max(map(abs, differences.values()))
        params: dict[str, Param] = {
            "most": figure(context, metric, most),
            "tolerance": _as_given(tolerance)
            if context.study.metric(metric).shown != "percent"
            else Derived(tolerance, "percent", 0),
        }
        return Message(_MET if len(differences) > 1 else _MET_ONE, params)
    if outcome == REFUTED:
        failed = [dataset for dataset, found in outcomes.items() if found == FAILS]
        higher = tuple(d for d in failed if differences[d] > 0)
        lower = tuple(d for d in failed if differences[d] < 0)
        return Message(
            _BOTH if higher and lower else _HIGHER if higher else _LOWER,
            {
                "datasets": DatasetNames(tuple(failed)),
                "higher": DatasetNames(higher),
                "lower": DatasetNames(lower),
            },
        )
    undecided = tuple(dataset for dataset, found in outcomes.items() if found == OPEN)
    if not undecided:
        return Message(INCOMPLETE, {"absent": Listing(absences(absent))})
    if single:
        return Message(SINGLE)
    return Message(_WIDE, {"datasets": DatasetNames(undecided)})


def _trained_less(context: Context, reason: Message, failed: Sequence[tuple[Evidence, float]]) -> Message:
    """The reason, with the accuracy that goes with their ARI, where that is far below the one measured."""
    found: list[tuple[float, float, Evidence]] = []
    for cell, theirs in failed:
        accuracy = context.study.mean(cell.dataset, cell.extractor, "test_accuracy")
        classes = len(context.study.dataset_by_name[cell.dataset].classes)
        if cell.metric == "ari" and accuracy is not None and classes > 1 and theirs >= 0:
            implied = implied_accuracy(theirs, classes)
            found.append((accuracy - implied, implied, cell))
    found = [one for one in found if one[0] > _BEYOND]
    if not found:
        return reason
    _, implied, cell = max(found, key=lambda one: one[0])
    return Message(
        _TRAINED_LESS,
        {
            "reason": Listing((reason,)),
            "dataset": DatasetNames((cell.dataset,)),
            "implied": Derived(implied, "percent", 0),
            "accuracy": context.value(cell.dataset, cell.extractor, "test_accuracy"),
        },
    )


def figure(context: Context, metric: str, number: float) -> Derived:
    """A number of a document as the metric's own values are shown."""
    known = context.study.metric(metric)
    if known.shown == "percent":
        return Derived(number, "percent", 1)
    whole = number == int(number)
    return Derived(number, "decimal", 0 if whole and known.high > 1 else known.decimals)


def _as_given(number: float) -> Derived:
    """A bound or a tolerance with as many decimals as the document under test gives it."""
    return Derived(number, "decimal", len(repr(number).partition(".")[2].rstrip("0")))


def _size(context: Context, metric: str, difference: float, theirs: float) -> float:
    known = context.study.metric(metric)
    if known.low > -math.inf and known.high < math.inf:
        return min(abs(difference), 1.0)
    return min(abs(difference) / max(abs(theirs), abs(theirs + difference), 1e-12), 1.0)


# --- ratios of times


_RATIO = N_("{ratio} as long as {than}")
_SLOWER = N_("Our ratio is larger.")
_FASTER = N_("Our ratio is smaller.")
_AS_SAID = N_("Our ratio is the same within {tolerance}, which counts as agreement.")
_RATIO_WIDE = N_("The ratios of the runs differ too much to tell.")


def ratio(context: Context, params: Params) -> Found:
    """Does a subject take so many times as long as another, on average over the sets?

    ``tolerance`` is a share: 0.25 lets the ratio be a quarter larger or, the other way round, smaller.
    """
    datasets, theirs = tuple(params["datasets"]), float(params["value"])
    names, absent = [], []
    for key in ("subject", "than"):
        found = [measured(context, names_of(params[key]), d, SECONDS) for d in datasets]
        absent += [one for _, lacking in found for one in lacking]
        names.append([v for v in found[0][0] if all(v in those for those, _ in found)])
    ratios = {
        (a, b): one
        for a in names[0]
        for b in names[1]
        if (one := time_ratio(context, a, b, datasets)) is not None
    }
    if not ratios:
        lacking = tuple(dict.fromkeys(absent)) or (Absent(metric=SECONDS),)
        return Found(NOT_TESTED, not_measured(lacking), absent=lacking)
    # of several input sizes the one nearest to what is said
    (a, b), nearest = min(ratios.items(), key=lambda item: abs(math.log(item[1].ratio / theirs)))
    margin = math.log1p(float(params["tolerance"]))
    off = math.log(nearest.ratio / theirs)
    spread = None if nearest.interval is None else (nearest.interval.low, nearest.interval.high)
    outcome = combined(
        [within(off + math.log(theirs), spread, math.log(theirs) - margin, math.log(theirs) + margin)]
    )
    if outcome == CONFIRMED:
        reason = Message(_AS_SAID, {"tolerance": Derived(float(params["tolerance"]), "percent", 0)})
    elif outcome == REFUTED:
        reason = Message(_SLOWER if off > 0 else _FASTER)
    else:
        reason = Message(SINGLE if nearest.interval is None else _RATIO_WIDE)
    return Found(
        outcome,
        reason,
        Message(_RATIO, {"ratio": nearest.shown("times"), "than": Names((b,))}),
        tuple(context.evidence(d, v, SECONDS) for d in datasets for v in (a, b)),
        min(abs(off) / math.log(10), 1.0),
    )


# --- hardly better than chance


_REACHES = N_("Above {limit}, which counts as hardly better than chance: {names}{but_not}.")
_STAYS = N_("All stay below {limit}, which counts as hardly better than chance.")
_NOT_TOLD = N_("It is not shown on which side of {limit} all of them lie.")
_INFORMED = N_(
    "{reason} The information is in the features: a linear probe classifies {probe} correctly ({informed}, "
    "{dataset})."
)


def near_random(context: Context, params: Params) -> Found:
    """Do all subjects stay below a bound of the main quality on each of the sets?

    One that is shown to lie above refutes it.
    """
    return _below_bound(context, params, names_of(params.get("subject", ALL)))


def cannot_cluster(context: Context, params: Params) -> Found:
    """The same of subjects that need no labels of the set; a probe tells whether the information is there."""
    found = _below_bound(context, params, names_of(params.get("subject", LABEL_FREE)))
    if found.outcome == NOT_TESTED:
        return found
    informed = _most_informed(context, params["datasets"])
    if not informed:
        return found
    return Found(
        found.outcome,
        Message(
            _INFORMED,
            {
                "reason": Listing((found.reason,)),
                "probe": Value(informed[0]),
                "informed": Names(tuple(e.extractor for e in informed)),
                "dataset": DatasetNames((informed[0].dataset,)),
            },
        ),
        found.ours,
        (*found.evidence, *informed),
        found.effect,
        found.absent,
    )


def _most_informed(context: Context, datasets: Iterable[str]) -> tuple[Evidence, ...]:
    """Whose probe is the best, where it is far beyond what clusters matched to classes get right."""
    found: list[tuple[Evidence, ...]] = []
    for dataset in datasets:
        probe, clusters = (
            context.study.column(dataset, m) for m in ("probe_accuracy", "clustering_accuracy")
        )
        first = groups({v: (x,) for v, x in probe.items()})[0] if probe else ()
        if first and all(v in clusters and probe[v] - clusters[v] > _BEYOND for v in first):
            found.append(tuple(context.evidence(dataset, v, "probe_accuracy") for v in first))
    return max(found, key=lambda those: those[0].value, default=())


def _below_bound(context: Context, params: Params, names: Sequence[str]) -> Found:
    limit, metric = float(params["limit"]), context.main
    if not context.of_field or not context.study.rising:
        return Found(NOT_TESTED, not_measured([Absent(metric="ari")]), absent=(Absent(metric="ari"),))
    absent: list[Absent] = []
    best: list[tuple[str, tuple[str, ...]]] = []
    outcomes: list[str] = []
    by_outcome: dict[str, list[str]] = {}
    single = False
    for dataset in params["datasets"]:
        found, lacking = measured(context, names, dataset, metric)
        absent += lacking
        if not found:
            continue
        column = context.study.column(dataset, metric)
        first = groups({v: (column[v],) for v in found})[0]
        best.append((dataset, first))
        for name in found:
            spread = spread_of(context, dataset, name, metric)
            outcome = OPEN if spread is None else within(column[name], spread, -math.inf, limit)
            outcomes.append(outcome)
            by_outcome.setdefault(outcome, []).append(name)
            single |= spread is None
    lacking = tuple(dict.fromkeys(absent))
    outcome = combined([*outcomes, *([ABSENT] if lacking else [])])
    if outcome == NOT_TESTED:
        return Found(outcome, not_measured(lacking), absent=lacking)
    above = tuple(dict.fromkeys(by_outcome.get(FAILS, ())))
    siblings = other_sizes(context, above, by_outcome.get(HOLDS, ()))
    params_of: dict[str, Param] = {
        "names": Names(above),
        "siblings": Names(siblings),
        "but_not": Phrase(BUT_NOT) if siblings else Verbatim(""),
        "limit": _as_given(limit),
        "absent": Listing(absences(lacking)),
    }
    if outcome == UNDETERMINED and OPEN not in outcomes:
        message = INCOMPLETE
    else:
        message = {REFUTED: _REACHES, CONFIRMED: _STAYS}.get(outcome, SINGLE if single else _NOT_TOLD)
    return Found(
        outcome,
        Message(message, params_of),
        listed(
            on(
                d,
                _VALUE_OF,
                {"name": Names(first), "value": context.value(d, first[0], metric)},
                alone=len(params["datasets"]) == 1,
            )
            for d, first in best
        ),
        tuple(context.evidence(d, v, metric) for d, first in best for v in first),
        min(max(abs(context.study.column(d, metric)[v[0]] - limit) for d, v in best), 1.0),
        lacking,
    )
