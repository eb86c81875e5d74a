"""Whether who is best by the main quality is best by the other metrics too, and what is given up where not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fxreport.analysis.claims import N_, Derived, Listing, Message, MetricTitle, Names, Param, Sets
from fxreport.analysis.context import Context
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.recommend.sentences import shown_value
from fxreport.vocabulary.metrics import levels_of

_HEADING = N_("{first} is best by {metric}, but not by {others}")
_SHORT = N_("{first} is best by {metric}, but not by all: {items}.")
_ITEM = N_("{what} is {value} with {other} and {own} with {first}")
_SEEN = N_("On average over {sets} {items}.")
_SEEN_ONE = N_("On {sets} {items}.")
_PRICE = N_("In {metric} that costs: {items}.")
_PRICE_ITEM = N_("{other} has {value} where {first} has {own}")
_ADVICE = N_("where {what} counts, take {other}")
_ADVICE_ALL = N_("Say which counts: {items}.")


@dataclass(frozen=True, slots=True)
class _Best:
    """The best by the mean of a metric over the sets, and the means of all."""

    metric: str
    name: str
    means: Mapping[str, float]


def other_metrics(ground: Ground) -> Iterator[Finding]:
    """Of numbers of another field: metrics with a direction, each by its mean over the sets of the main quality.

    Silent where the first by the main quality is not one alone, or is first by all of them.
    """
    context = ground.context
    if context.of_field:
        return
    main = _best(context, context.main)
    if main is None:
        return
    study = context.study
    known = [m for m in study.metrics() if m != context.main and not levels_of(m)]
    told = [best for m in known if (best := _best(context, m)) and best.name != main.name]
    told = [best for best in told if main.name in best.means and best.name in main.means]
    if not told:
        return
    sets = tuple(context.quality)
    first: dict[str, Param] = {"first": Names((main.name,)), "sets": Sets(sets)}
    items = Listing(tuple(_item(context, _ITEM, one, one.means, main.name) for one in told))
    rivals = {one.name: one for one in told}
    params: dict[str, Param] = {
        **first,
        "others": Listing(tuple(Message("{what}", {"what": MetricTitle(one.metric)}) for one in told)),
        "items": items,
    }
    price = Listing(
        tuple(
            _item(context, _PRICE_ITEM, one, main.means, main.name, context.main) for one in rivals.values()
        )
    )
    advised = Listing(
        tuple(
            Message(_ADVICE, {"what": MetricTitle(one.metric), "other": Names((one.name,))}) for one in told
        )
    )
    own = evidence(context, sets, (main.name, *rivals), (context.main, *(one.metric for one in told)))
    yield Finding(
        id="other_metrics",
        heading=Message(_HEADING, params),
        short=Message(_SHORT, params),
        body=(Message(_SEEN if len(sets) > 1 else _SEEN_ONE, params), Message(_PRICE, {"items": price})),
        advice=(Message(_ADVICE_ALL, {"items": advised}),),
        support=context.fact(*own),
        effect=0.5,
        reach=ground.reach(sets),
        decides=True,
        evidence=own,
        subjects=(main.name, *rivals),
        datasets=sets,
    )


def _best(context: Context, metric: str) -> _Best | None:
    """None where the direction is not known, or where not one alone has the best mean over the main quality's sets."""
    rising = context.study.metric(metric).higher_is_better
    sets = tuple(context.quality)
    names = context.complete(metric, sets)
    if rising is None or len(names) < 2:
        return None
    means = {v: sum(context.study.column(d, metric)[v] for d in sets) / len(sets) for v in names}
    order = groups({v: (x,) for v, x in means.items()}, descending=rising)
    return _Best(metric, order[0][0], means) if len(order[0]) == 1 else None


def _item(
    context: Context, message: str, one: _Best, means: Mapping[str, float], first: str, metric: str = ""
) -> Message:
    name = metric or one.metric

    def value(variant: str) -> Derived:
        if context.study.metric(name).shown == "percent":
            return Derived(means[variant], "percent", 1)
        return shown_value(name, means[variant])

    return Message(
        message,
        {
            "what": MetricTitle(name),
            "other": Names((one.name,)),
            "first": Names((first,)),
            "value": value(one.name),
            "own": value(first),
        },
    )
