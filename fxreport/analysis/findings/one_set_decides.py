"""Of numbers of another field: whether the values on one set make the mean over all."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fxreport.analysis.claims import N_, DatasetNames, Derived, Message, Names, Param
from fxreport.analysis.context import Context
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.quantities.across import mean_over
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.rules.quality.overall import ENOUGH_TASKS

#: share of everybody's sum from which one set of many decides
_DECIDES = 1 / 3

_HEADING = N_("{dataset} decides the mean")
_SHORT = N_("{dataset} decides the mean: {low} to {high} of everybody’s mean {metric} comes from there.")
_SEEN = N_(
    "The values on {dataset} ({least} to {most}) are far above all others (up to {others}), so that {low} to {high} of "
    "each mean comes from there."
)
_WITHOUT = N_("Without {dataset} the best mean is that of {name}.")
_ADVICE = N_(
    "Compare by mean rank, or divide the values by those of a baseline on the same data, so that all of them count alike."
)


def one_set_decides(ground: Ground) -> Iterator[Finding]:
    """A set that gives a third or more of the mean of each that was measured on all, six sets or more.

    Silent where values may be below zero.
    """
    context = ground.context
    sets, names = tuple(context.quality), context.complete()
    if context.of_field or len(sets) < ENOUGH_TASKS or len(names) < 2:
        return
    columns = {d: [context.column(d)[v] for v in names] for d in sets}
    if min(map(min, columns.values())) < 0:
        return
    shares = {d: _shares(columns, d) for d in sets}
    dataset = max(sets, key=lambda d: min(shares[d]))
    if min(shares[dataset]) < _DECIDES:
        return
    rest = [d for d in sets if d != dataset]
    params: dict[str, Param] = {
        "dataset": DatasetNames((dataset,)),
        "low": Derived(min(shares[dataset]), "percent", 0),
        "high": Derived(max(shares[dataset]), "percent", 0),
        "least": context.amount(min(columns[dataset])),
        "most": context.amount(max(columns[dataset])),
        "others": context.amount(max(x for d in rest for x in columns[d])),
    }
    first, other = _best(context, names, sets), _best(context, names, rest)
    turned = first != other and len(other) == 1
    yield Finding(
        id="one_set_decides",
        heading=Message(_HEADING, params),
        short=Message(_SHORT, params),
        body=(
            Message(_SEEN, params),
            *((Message(_WITHOUT, {**params, "name": Names(other)}),) if turned else ()),
        ),
        advice=(Message(_ADVICE),),
        effect=1.0,
        decides=True,
        evidence=evidence(context, (dataset,), names, (context.main,)),
        subjects=tuple(dict.fromkeys((*first, *(other if turned else ())))),
        datasets=(dataset,),
    )


def _shares(columns: dict[str, list[float]], dataset: str) -> list[float]:
    """The share of a set in each one's sum."""
    sums = [math.fsum(values) for values in zip(*columns.values(), strict=True)]
    return [x / total if total else 0.0 for x, total in zip(columns[dataset], sums, strict=True)]


def _best(context: Context, names: tuple[str, ...], sets: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    means = {v: (mean_over(context, v, context.main, sets),) for v in names}
    return groups(means, descending=context.study.rising)[0]
