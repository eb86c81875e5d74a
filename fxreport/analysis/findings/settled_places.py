"""Which places of the ranking another series of runs would leave as they are."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    Count,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
    Param,
    Sets,
)
from fxreport.analysis.findings.finding import MOST_TOLD, Finding, Ground, evidence
from fxreport.analysis.rules.quality.places import places

_HEADING = N_("Only some places of the ranking are certain")
_SHORT = N_(
    "Of {places} in the rankings by {metric} only {settled} are certain; the rest may change in other runs."
)
_SEEN = N_(
    "Of {places} by {metric} on {sets} only {settled} can be called certain; the rest may change in other runs."
)
_NONE = N_("None of the places in the ranking is certain")
_SHORT_NONE = N_("Of {places} in the rankings by {metric} none is certain: all may change in other runs.")
_SEEN_NONE = N_("Of {places} by {metric} on {sets} none would be sure to hold in other runs.")
_ITEM = N_("on {dataset} {names}")
_BODY = N_("Certain are the places of these: {items}.")
_ADVICE = N_("Read the table as groups, and do not tell apart what stands in one.")


def settled_places(ground: Ground) -> Iterator[Finding]:
    """Places whose interval holds one place, over all sets; silent where all are settled or single runs say nothing."""
    context = ground.context
    found = {d: one for d in context.quality if (one := places(context, d)) is not None}
    total = sum(len(one.intervals) for one in found.values())
    settled = {d: tuple(v for v, i in one.intervals.items() if i.low == i.high) for d, one in found.items()}
    unsettled = total - sum(map(len, settled.values()))
    if not unsettled:
        return
    some = unsettled < total
    params: dict[str, Param] = {
        "places": Count(total, "place"),
        "settled": Derived(total - unsettled, "integer"),
        "sets": Sets(tuple(found)),
        "items": Listing(
            tuple(
                Message(_ITEM, {"dataset": DatasetNames((d,)), "names": Names(names)})
                for d, names in settled.items()
                if names
            )
        ),
    }
    yield Finding(
        id="settled_places",
        heading=Message(_HEADING if some else _NONE),
        short=Message(_SHORT if some else _SHORT_NONE, params),
        body=(
            Message(_SEEN if some else _SEEN_NONE, params),
            *([Message(_BODY, params)] if some and len(found) <= MOST_TOLD else []),
        ),
        advice=(Message(_ADVICE),),
        support=CERTAIN,
        effect=0.2 * unsettled / total,
        reach=ground.reach(tuple(found)),
        evidence=evidence(context, found, [v.id for v in context.study.variants], (context.main,)),
        claims=ground.known(f"rank_interval/{d}" for d in found),
        datasets=tuple(found),
    )
