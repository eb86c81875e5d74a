"""Whether who is best by the main quality is best by the other metrics too, and what is given up where not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fxreport.analysis.claims import N_, Derived, Listing, Message, MetricTitle, Names, Param, Sets
from fxreport.analysis.context import Context
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.quantities.across import mean_difference, mean_over
from fxreport.analysis.quantities.controls import behind_control
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.recommend.sentences import shown_value
from fxreport.vocabulary.metrics import levels_of

_HEADING = N_("{first} leads by {metric}; others lead by {others}")
_SHORT = N_("{first} leads by {metric}, but not by all: {items}.")
_ITEM = N_("{what} is {value} with {other} and {own} with {first}")
_SEEN = N_(
    "On average over {sets} {what} is {value} with {other} and {own} with {first}; the {metric} of {other} is {its} against {main}."
)
_SEEN_ONE = N_(
    "On {sets} {what} is {value} with {other} and {own} with {first}; the {metric} of {other} is {its} against {main}."
)
_ADVICE = N_("Where {what} counts, take {other}.")


@dataclass(frozen=True, slots=True)
class _Best:
    """The best by the mean of a metric over the sets that have it: the means of all, and of the main quality."""

    metric: str
    name: str
    sets: tuple[str, ...]
    means: Mapping[str, float]
    main: Mapping[str, float]


def other_metrics(ground: Ground) -> Iterator[Finding]:
    """Of numbers of another field: metrics with a direction, each by its mean over the sets that have it.

    A lead that runs may turn is not told, and a control (family ``baseline``) is nobody's advice. Silent where the
    first by the main quality is not one alone, or is first by all of them.
    """
    context = ground.context
    if context.of_field:
        return
    main = _best(context, context.main)
    if main is None:
        return
    study, first = context.study, main.name
    known = [m for m in study.metrics() if m != context.main and not levels_of(m)]
    led = [one for m in known if (one := _best(context, m)) and one.name != first and first in one.means]
    led = [one for one in led if {first, one.name} <= one.main.keys() and _shown(context, one, first)]
    # nobody is sent to what a control beats by the main quality
    behind = behind_control(context, tuple(context.quality))
    led = [one for one in led if one.name not in behind]
    if not led:
        return
    params: dict[str, Param] = {
        "first": Names((first,)),
        "others": MetricTitle(led[0].metric, tuple(one.metric for one in led[1:])),
        "items": Listing(tuple(Message(_ITEM, _params(context, one, first)) for one in led)),
    }
    own = tuple(
        e for one in led for e in evidence(context, one.sets, (first, one.name), (context.main, one.metric))
    )
    yield Finding(
        id="other_metrics",
        heading=Message(_HEADING, params),
        short=Message(_SHORT, params),
        body=tuple(
            Message(_SEEN if len(one.sets) > 1 else _SEEN_ONE, _params(context, one, first)) for one in led
        ),
        advice=tuple(Message(_ADVICE, _params(context, one, first)) for one in led),
        support=context.fact(*own),
        effect=0.5,
        reach=ground.reach(main.sets),
        decides=True,
        evidence=tuple(dict.fromkeys(own)),
        subjects=(first, *dict.fromkeys(one.name for one in led)),
        datasets=main.sets,
    )


def _best(context: Context, metric: str) -> _Best | None:
    """None where the direction is not known, or where not one alone has the best mean."""
    study, main = context.study, context.main
    rising = study.metric(metric).higher_is_better
    sets = context.datasets_with(metric)
    names = [v for v in context.complete(metric, sets) if v not in study.controls]
    if rising is None or len(names) < 2:
        return None
    means = {v: mean_over(context, v, metric, sets) for v in names}
    order = groups({v: (x,) for v, x in means.items()}, descending=rising)
    there = {v: mean_over(context, v, main, tuple(context.quality)) for v in context.complete()}
    return _Best(metric, order[0][0], sets, means, there) if len(order[0]) == 1 else None


def _shown(context: Context, one: _Best, first: str) -> bool:
    """Whether the lead by the metric is more than runs differ; single runs do not tell."""
    spread = mean_difference(context, one.name, first, one.sets, one.metric)
    return spread is None or not spread.low <= 0 <= spread.high


def _params(context: Context, one: _Best, first: str) -> dict[str, Param]:
    def value(metric: str, number: float) -> Derived:
        if context.study.metric(metric).shown == "percent":
            return Derived(number, "percent", 1)
        return shown_value(metric, number)

    return {
        "sets": Sets(one.sets),
        "what": MetricTitle(one.metric),
        "other": Names((one.name,)),
        "first": Names((first,)),
        "value": value(one.metric, one.means[one.name]),
        "own": value(one.metric, one.means[first]),
        "its": value(context.main, one.main[one.name]),
        "main": value(context.main, one.main[first]),
    }
