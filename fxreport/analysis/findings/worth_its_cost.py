"""Of numbers of another field: whom nothing beats both by the main quality and by cost."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, Listing, Message, MetricTitle, Names, Param, Sets
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.quantities.across import mean_over
from fxreport.analysis.recommend.sentences import shown_value
from fxreport.analysis.statistics.pareto import pareto_front

#: a front of more is no choice that a sentence helps with
MOST = 5

_HEADING = N_("Worth their {cost} are {names}")
_SHORT = N_("Worth their {cost} are {names}: by {metric} and by {cost} nothing is better than these.")
_SEEN = N_(
    "By the means over {sets} nothing measured is better both by {metric} and by {cost} than these: {items}."
)
_ITEM = N_("{name} ({value}; {cost} {price})")
_ADVICE = N_("Choose among these by how much of one the other is worth to you.")


def worth_its_cost(ground: Ground) -> Iterator[Finding]:
    """The Pareto front of the means, of all that have both on every set that has a cost; controls apart.

    Silent without a cost of a known direction on half of the sets, and where one is best by both or none is beaten.
    """
    context, study = ground.context, ground.context.study
    cost = study.cost
    rises = study.metric(cost).higher_is_better
    sets = tuple(d for d in context.quality if study.column(d, cost))
    if context.of_field or rises is None or cost == context.main or 2 * len(sets) < len(context.quality):
        return
    both = set(context.complete(context.main, sets)) & set(context.complete(cost, sets)) - study.controls
    names = [v.id for v in study.variants if v.id in both]
    quality = {v: mean_over(context, v, context.main, sets) for v in names}
    price = {v: mean_over(context, v, cost, sets) for v in names}
    ways = (1 if study.rising else -1, 1 if rises else -1)
    front = pareto_front({v: (-ways[1] * price[v], ways[0] * quality[v]) for v in names})
    if not 1 < len(front) <= MOST or len(front) == len(names):
        return
    first = sorted(front, key=lambda v: -ways[0] * quality[v])
    params: dict[str, Param] = {
        "cost": MetricTitle(cost),
        "names": Names(tuple(first)),
        "sets": Sets(sets),
        "items": Listing(
            tuple(
                Message(
                    _ITEM,
                    {
                        "name": Names((v,)),
                        "value": context.amount(quality[v]),
                        "cost": MetricTitle(cost),
                        "price": shown_value(cost, price[v]),
                    },
                )
                for v in first
            )
        ),
    }
    read = evidence(context, sets, tuple(first), (context.main, cost))
    yield Finding(
        id="worth_its_cost",
        heading=Message(_HEADING, params),
        short=Message(_SHORT, params),
        body=(Message(_SEEN, params),),
        advice=(Message(_ADVICE),),
        support=context.fact(*read),
        effect=0.5,
        reach=ground.reach(sets),
        decides=True,
        evidence=read,
        claims=ground.known(f"pareto/{d}" for d in sets),
        subjects=tuple(first),
        datasets=sets,
    )
