"""Of numbers of another field: who is no better than what was declared a control."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, Listing, Message, Names, Param
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.quantities.across import mean_over

_HEADING = N_("{control} is not beaten by {names}")
_SHORT = N_("{control} is not beaten by {names}: mean {metric} {value} against {items}.")
_ITEM = N_("{value}")
_SEEN = N_("The mean {metric} of the control {control} is {value}; no better are {items}.")
_SEEN_ITEM = N_("{name} ({value})")
_ADVICE = N_("Where {metric} counts, none of these is a choice.")


def behind_control(ground: Ground) -> Iterator[Finding]:
    """Those whose mean is not better than that of the best control (family ``baseline``), on all sets.

    Silent without a control, and where all others are better.
    """
    context, study = ground.context, ground.context.study
    names, sets = context.complete(), tuple(context.quality)
    controls = [v for v in names if v in study.controls]
    if context.of_field or not controls:
        return
    sign = 1 if study.rising else -1
    mean = {v: mean_over(context, v, context.main, sets) for v in names}
    control = max(controls, key=lambda v: sign * mean[v])
    behind = tuple(
        sorted(
            (v for v in names if v not in study.controls and sign * mean[v] <= sign * mean[control]),
            key=lambda v: -sign * mean[v],
        )
    )
    if not behind:
        return

    def told(message: str) -> Listing:
        return Listing(
            tuple(Message(message, {"name": Names((v,)), "value": context.amount(mean[v])}) for v in behind)
        )

    params: dict[str, Param] = {
        "control": Names((control,)),
        "names": Names(behind),
        "value": context.amount(mean[control]),
        "items": told(_ITEM),
    }
    read = evidence(context, sets, (control, *behind), (context.main,))
    yield Finding(
        id="behind_control",
        heading=Message(_HEADING, params),
        short=Message(_SHORT, params),
        body=(Message(_SEEN, {**params, "items": told(_SEEN_ITEM)}),),
        advice=(Message(_ADVICE),),
        support=context.fact(*read),
        effect=0.6,
        decides=True,
        evidence=read,
        subjects=(control, *behind),
        datasets=sets,
    )
