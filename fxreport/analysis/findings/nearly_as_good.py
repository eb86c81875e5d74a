"""Of numbers of another field: what costs far less than the first and is not shown to be worse."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fxreport.analysis.claims import N_, Derived, Message, MetricTitle, Names, Param
from fxreport.analysis.context import Context
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.findings.worth_its_cost import Front, front_of
from fxreport.analysis.quantities.controls import behind_control
from fxreport.analysis.recommend.sentences import shown_value
from fxreport.analysis.rules.quality.across import ranks_over_sets
from fxreport.analysis.rules.quality.overall import ENOUGH_TASKS
from fxreport.analysis.statistics.uncertainty import LEVEL, interval

#: so many times less cost is worth telling
_CHEAPER = 2

_HEADING = N_("{cheap} is not shown to be behind {first}, for less {cost}")
_SHORT = N_(
    "{cheap} is not shown to be behind {first}: {metric} {its} against {own}, {cost} {price} against {most}."
)
_SEEN = N_(
    "The mean {metric} of {cheap} is {its}, that of {first} {own}, and {cheap} is the better one on {wins} of {all}: that it is "
    "behind elsewhere is not shown. Its {cost} is {price} against {most}."
)


def nearly_as_good(ground: Ground) -> Iterator[Finding]:
    """The one of the front (``front_of``) with the lowest cost that no test over sets puts behind the first.

    Silent below six sets, where more cost is better, where it costs more than half, and where a control is as good.
    """
    context, cost = ground.context, ground.context.study.cost
    front = front_of(context)
    if front is None or not front.names or context.study.metric(cost).higher_is_better:
        return
    first, *rest = front.names
    worse = behind_control(context, front.sets)
    level = [
        v
        for v in rest
        if _CHEAPER * front.cost[v] <= front.cost[first]
        and v not in worse
        and not _shown_behind(context, front, v)
    ]
    if len(front.sets) < ENOUGH_TASKS or not level:
        return
    cheap = min(level, key=lambda v: front.cost[v])
    params: dict[str, Param] = {
        "first": Names((first,)),
        "cheap": Names((cheap,)),
        "cost": MetricTitle(cost),
        "own": context.amount(front.quality[first]),
        "its": context.amount(front.quality[cheap]),
        "most": shown_value(cost, front.cost[first]),
        "price": shown_value(cost, front.cost[cheap]),
        "wins": Derived(sum(x < 0 for x in _leads(context, front, cheap)), "integer"),
        "all": Derived(len(front.sets), "integer"),
    }
    yield Finding(
        id="nearly_as_good",
        heading=Message(_HEADING, params),
        short=Message(_SHORT, params),
        body=(Message(_SEEN, params),),
        effect=0.7,
        reach=ground.reach(front.sets),
        decides=True,
        evidence=evidence(context, front.sets, (first, cheap), (context.main, cost)),
        subjects=(first, cheap),
        datasets=front.sets,
    )


def _leads(context: Context, front: Front, variant: str) -> list[float]:
    """By how much the first is ahead on each set, less than zero where it is behind."""
    sign = 1 if context.study.rising else -1
    columns = [context.column(d) for d in front.sets]
    return [sign * (column[front.names[0]] - column[variant]) for column in columns]


def _shown_behind(context: Context, front: Front, variant: str) -> bool:
    """By the interval of the mean lead over sets, the sign of the leads, or Nemenyi's test of mean ranks."""
    leads, ranks = _leads(context, front, variant), ranks_over_sets(context)
    found = interval(leads)
    return (
        found is None
        or not found.low <= 0 <= found.high
        or _more_than_chance(sum(x > 0 for x in leads), sum(x < 0 for x in leads))
        or (
            ranks is not None
            and {front.names[0], variant} <= ranks.mean_ranks.keys()
            and ranks.apart(front.names[0], variant)
        )
    )


def _more_than_chance(ahead: int, behind: int) -> bool:
    """The sign test, binomial, both sides: whether so many leads beside so few are no chance."""
    n = ahead + behind
    tail = math.fsum(math.comb(n, k) for k in range(ahead, n + 1)) / 2**n
    return ahead > behind and 2 * tail < 1 - LEVEL
