"""Best overall, where tasks stand for others of their kind: the lead over the next, with an interval over tasks."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fxreport.analysis.claims import CERTAIN, N_, UNDETERMINED, Claim, Count, Names
from fxreport.analysis.context import Context, interval_params
from fxreport.analysis.statistics.uncertainty import interval

#: tasks from which on Student's interval over them is said
ENOUGH_TASKS = 6

_AHEAD = N_(
    "Over {sets}, taken as a sample of others like them, {best} is ahead of the next, {second}, by {difference} on average "
    "({level} interval over them from {low} to {high}), so that the lead is to be expected elsewhere too."
)
_OPEN = N_(
    "Over {sets}, taken as a sample of others like them, {best} is ahead of the next, {second}, by {difference} on average "
    "({level} interval over them from {low} to {high}): that it is ahead elsewhere too is not shown."
)


def overall(context: Context) -> Iterator[Claim]:
    """The lead of the best mean over its runner-up, as a mean over tasks.

    Image sets are chosen, not drawn: of them nothing is said. Silent below six tasks.
    """
    datasets, names = tuple(context.quality), context.complete()
    if context.of_field or len(datasets) < ENOUGH_TASKS or len(names) < 2:
        return
    sign = 1 if context.study.rising else -1
    means = {v: sign * math.fsum(context.column(d)[v] for d in datasets) for v in names}
    best, second = sorted(names, key=lambda v: -means[v])[:2]
    leads = [sign * (context.column(d)[best] - context.column(d)[second]) for d in datasets]
    found = interval(leads)
    if found is None or found.mean <= 0:
        return
    ahead = found.low > 0
    yield Claim(
        id="overall",
        kind="overall",
        message=_AHEAD if ahead else _OPEN,
        params={
            "sets": Count(len(datasets), "dataset"),
            "best": Names((best,)),
            "second": Names((second,)),
            **interval_params(found),
        },
        metric=context.main,
        subjects=(best,),
        value=found.mean,
        support=CERTAIN if ahead else UNDETERMINED,
        evidence=tuple(context.evidence(d, v) for d in datasets for v in (best, second)),
    )
