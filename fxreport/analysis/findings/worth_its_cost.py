"""Of numbers of another field: whom nothing beats both by the main quality and by cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fxreport.analysis.claims import N_, Listing, Message, MetricTitle, Names, Param, Sets
from fxreport.analysis.context import Context
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


@dataclass(frozen=True, slots=True)
class Front:
    """Who is on it, the best first, of those with both on all of ``sets``; the means of all of these."""

    names: tuple[str, ...]
    sets: tuple[str, ...]
    quality: Mapping[str, float]
    cost: Mapping[str, float]


def front_of(context: Context) -> Front | None:
    """The Pareto front of the means, of all that have both on every set that has a cost; controls apart.

    None without a cost of a known direction on half of the sets, and of features of images.
    """
    study, cost = context.study, context.study.cost
    rises = study.metric(cost).higher_is_better
    sets = tuple(d for d in context.quality if study.column(d, cost))
    if context.of_field or rises is None or cost == context.main or 2 * len(sets) < len(context.quality):
        return None
    both = set(context.complete(context.main, sets)) & set(context.complete(cost, sets)) - study.controls
    names = [v.id for v in study.variants if v.id in both]
    quality = {v: mean_over(context, v, context.main, sets) for v in names}
    price = {v: mean_over(context, v, cost, sets) for v in names}
    ways = (1 if study.rising else -1, 1 if rises else -1)
    front = pareto_front({v: (-ways[1] * price[v], ways[0] * quality[v]) for v in names})
    return Front(tuple(sorted(front, key=lambda v: -ways[0] * quality[v])), sets, quality, price)


def worth_its_cost(ground: Ground) -> Iterator[Finding]:
    """Silent where there is no front (``front_of``), one is best by both, or none is beaten."""
    context, cost = ground.context, ground.context.study.cost
    front = front_of(context)
    if front is None or not 1 < len(front.names) <= MOST or len(front.names) == len(front.quality):
        return
    params: dict[str, Param] = {
        "cost": MetricTitle(cost),
        "names": Names(front.names),
        "sets": Sets(front.sets),
        "items": Listing(
            tuple(
                Message(
                    _ITEM,
                    {
                        "name": Names((v,)),
                        "value": context.amount(front.quality[v]),
                        "cost": MetricTitle(cost),
                        "price": shown_value(cost, front.cost[v]),
                    },
                )
                for v in front.names
            )
        ),
    }
    read = evidence(context, front.sets, front.names, (context.main, cost))
    yield Finding(
        id="worth_its_cost",
        heading=Message(_HEADING, params),
        short=Message(_SHORT, params),
        body=(Message(_SEEN, params),),
        advice=(Message(_ADVICE),),
        support=context.fact(*read),
        effect=0.5,
        reach=ground.reach(front.sets),
        decides=True,
        evidence=read,
        claims=ground.known(f"pareto/{d}" for d in front.sets),
        subjects=front.names,
        datasets=front.sets,
    )
