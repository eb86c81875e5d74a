"""Of numbers of another field: who is first by mean rank, and whether that is who is first by the mean."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, Derived, Message, Names, Param, Sets
from fxreport.analysis.findings.finding import MOST_TOLD, Finding, Ground, evidence
from fxreport.analysis.quantities.across import mean_over
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.rules.quality.across import rank_p_value, ranks_over_sets
from fxreport.analysis.statistics.uncertainty import LEVEL

_TOO = N_("By mean rank {best} is first too")
_OTHER = N_("By mean rank {best} is first, not {other}")
_SHORT_TOO = N_("By mean rank {best} is first too: {rank}, the next {next}.")
_SHORT_OTHER = N_("By mean rank {best} is first, not {other}: {rank} against {its}.")
_DIFFER = N_(
    "The mean ranks on {sets} differ by more than chance would make them (Friedman’s test with the correction of Iman and "
    "Davenport, {p_value})."
)
_APART = N_("By Nemenyi’s test {best} is told apart from {apart} of the {others} others.")
_CLOSE = N_("Not told apart from {best}: {close}.")
_ADVICE = N_(
    "Ranks count all data alike, a mean those most that have the largest values: decide which you need."
)


def mean_ranks(ground: Ground) -> Iterator[Finding]:
    """The first by mean rank where the ranks are shown to differ (``rank_test``): eleven sets or more.

    Silent where ranks do not differ, or several share the first place by them or by the mean.
    """
    context = ground.context
    found = None if context.of_field else ranks_over_sets(context)
    if found is None or found.p >= 1 - LEVEL:
        return
    names, sets = tuple(found.mean_ranks), tuple(context.quality)
    best, *rest = groups({v: (rank,) for v, rank in found.mean_ranks.items()}, descending=False)
    means = {v: (mean_over(context, v, context.main, sets),) for v in names}
    first = groups(means, descending=context.study.rising)[0]
    if len(best) > 1 or len(first) > 1 or not rest:
        return
    [name], [other] = best, first
    close = tuple(v for v in names if v != name and not found.apart(name, v))
    same = name == other
    params: dict[str, Param] = {
        "best": Names(best),
        "other": Names(first),
        "rank": Derived(found.mean_ranks[name], decimals=2),
        "its": Derived(found.mean_ranks[other], decimals=2),
        "next": Derived(found.mean_ranks[rest[0][0]], decimals=2),
        "sets": Sets(sets),
        **rank_p_value(found),
        "apart": Derived(len(names) - 1 - len(close), "integer"),
        "others": Derived(len(names) - 1, "integer"),
        "close": Names(close),
    }
    body = [Message(_DIFFER, params), Message(_APART, params)]
    if 0 < len(close) <= MOST_TOLD:
        body.append(Message(_CLOSE, params))
    yield Finding(
        id="mean_ranks",
        heading=Message(_TOO if same else _OTHER, params),
        short=Message(_SHORT_TOO if same else _SHORT_OTHER, params),
        body=tuple(body),
        advice=() if same else (Message(_ADVICE),),
        effect=0.5 if same else 0.9,
        decides=True,
        evidence=evidence(context, sets, names, (context.main,)),
        claims=ground.known(("rank_test", "rank_best")),
        subjects=tuple(dict.fromkeys((name, other))),
        datasets=sets,
    )
