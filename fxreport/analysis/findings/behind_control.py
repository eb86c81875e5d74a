"""Of numbers of another field: who is no better than what was declared a control."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, Derived, Listing, Message, Names, Param, Series
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.quantities import controls
from fxreport.analysis.quantities.across import mean_over

_HEADING = N_("By the mean {control} is not beaten by {names}")
_SHORT = N_("By the mean {control} is not beaten by {names}: {metric} {value} against {values}.")
_SEEN = N_("The mean {metric} of the control {control} is {value}; no better are {items}.")
_ITEM = N_("{name} ({value})")


def behind_control(ground: Ground) -> Iterator[Finding]:
    """Those whose mean is not better than that of the best control, on all sets.

    Silent without a control, and where all others are better.
    """
    context, sets = ground.context, tuple(ground.context.quality)
    behind = () if context.of_field else controls.behind_control(context, sets)
    control = controls.best_control(context, sets)
    if control is None or not behind:
        return

    def amount(variant: str) -> Derived:
        return context.amount(mean_over(context, variant, context.main, sets))

    params: dict[str, Param] = {
        "control": Names((control,)),
        "names": Names(behind),
        "value": amount(control),
        "values": Series(tuple(map(amount, behind))),
        "items": Listing(
            tuple(Message(_ITEM, {"name": Names((v,)), "value": amount(v)}) for v in behind),
        ),
    }
    read = evidence(context, sets, (control, *behind), (context.main,))
    yield Finding(
        id="behind_control",
        heading=Message(_HEADING, params),
        short=Message(_SHORT, params),
        body=(Message(_SEEN, params),),
        support=context.fact(*read),
        effect=0.6,
        decides=True,
        evidence=read,
        subjects=(control, *behind),
        datasets=sets,
    )
