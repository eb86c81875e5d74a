"""Of numbers of another field: whom nothing beats both by the main quality and by cost, and what is nearly as good for less."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from fxreport.analysis.claims import N_, Derived, Listing, Message, MetricTitle, Names, Param, Sets
from fxreport.analysis.context import Context
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.quantities.across import lead_over, mean_over
from fxreport.analysis.recommend.sentences import shown_value
from fxreport.analysis.rules.quality.across import ranks_over_sets
from fxreport.analysis.rules.quality.overall import ENOUGH_TASKS
from fxreport.analysis.statistics.pareto import pareto_front
from fxreport.analysis.statistics.uncertainty import LEVEL

#: a front of more is no choice that a sentence helps with
MOST = 5

#: so many times less cost is worth telling
_CHEAPER = 2

_CHEAP = N_("{cheap} is not shown to be behind {first}, for less {cost}")
_CHEAP_SHORT = N_(
    "{cheap} is not shown to be behind {first}: {metric} {its} against {own}, {cost} {price} against {most}."
)
_CHEAP_SEEN = N_(
    "The mean {metric} of {cheap} is {its}, that of {first} {own}, and {cheap} is the better one on {wins} of {all}: that it is "
    "behind elsewhere is not shown. Its {cost} is {price} against {most}."
)
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
    first = sorted(front, key=lambda v: -ways[0] * quality[v])
    if front and not rises and (cheap := _cheapest(context, sets, first, price)) is not None:
        yield _nearly_as_good(ground, sets, (first[0], cheap), quality, price)
    if not 1 < len(front) <= MOST or len(front) == len(names):
        return
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


def _cheapest(
    context: Context, sets: tuple[str, ...], front: list[str], price: Mapping[str, float]
) -> str | None:
    """The one of the front with the lowest cost that no test over sets puts behind the first, and that beats the controls.

    Tests: the interval of the mean lead, the sign of the leads, Nemenyi's of mean ranks. None below six sets, and where it
    costs no less than half.
    """
    study, best = context.study, front[0]
    sign = 1 if study.rising else -1
    ranks = ranks_over_sets(context)
    controls = [v for v in study.controls if all(v in context.column(d) for d in sets)]

    def behind(variant: str) -> bool:
        found = lead_over(context, best, variant, sets)
        leads = [sign * (context.column(d)[best] - context.column(d)[variant]) for d in sets]
        return (
            found is None
            or not found.low <= 0 <= found.high
            or _one_sided(sum(x > 0 for x in leads), sum(x < 0 for x in leads))
            or (
                ranks is not None
                and {best, variant} <= ranks.mean_ranks.keys()
                and ranks.apart(best, variant)
            )
            or any(
                sign * mean_over(context, variant, context.main, sets)
                <= sign * mean_over(context, c, context.main, sets)
                for c in controls
            )
        )

    if len(sets) < ENOUGH_TASKS:
        return None
    level = [v for v in front[1:] if _CHEAPER * price[v] <= price[best] and not behind(v)]
    return min(level, key=lambda v: price[v], default=None)


def _one_sided(more: int, less: int) -> bool:
    """The sign test: whether so many leads beside so few are more than chance would give (binomial, both sides)."""
    n = more + less
    tail = math.fsum(math.comb(n, k) for k in range(max(more, less), n + 1)) / 2**n
    return n > 0 and more > less and 2 * tail < 1 - LEVEL


def _nearly_as_good(
    ground: Ground,
    sets: tuple[str, ...],
    pair: tuple[str, str],
    quality: Mapping[str, float],
    price: Mapping[str, float],
) -> Finding:
    context, (first, cheap) = ground.context, pair
    sign = 1 if context.study.rising else -1
    cost = context.study.cost
    columns = [context.column(d) for d in sets]
    params: dict[str, Param] = {
        "first": Names((first,)),
        "cheap": Names((cheap,)),
        "cost": MetricTitle(cost),
        "own": context.amount(quality[first]),
        "its": context.amount(quality[cheap]),
        "most": shown_value(cost, price[first]),
        "price": shown_value(cost, price[cheap]),
        "wins": Derived(sum(sign * (c[cheap] - c[first]) > 0 for c in columns), "integer"),
        "all": Derived(len(sets), "integer"),
    }
    return Finding(
        id="nearly_as_good",
        heading=Message(_CHEAP, params),
        short=Message(_CHEAP_SHORT, params),
        body=(Message(_CHEAP_SEEN, params),),
        effect=0.7,
        reach=ground.reach(sets),
        decides=True,
        evidence=evidence(context, sets, pair, (context.main, cost)),
        subjects=pair,
        datasets=sets,
    )
