"""A network trained on the set that learned next to nothing: what is said of it says nothing of trained networks."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, DatasetNames, Message, Names, Param
from fxreport.analysis.findings.finding import Finding, Ground, derived, evidence
from fxreport.analysis.quantities.learning import ACCURACY, chance, learned_nothing

_HEADING = N_("{name} learned next to nothing on {datasets}")
_SHORT = N_(
    "{name} learned next to nothing on {datasets}: it is right on {right} of the test images; always naming the largest class "
    "would be on {chance}."
)
_SEEN = N_(
    "It is right on {right} of the test images; always naming the largest class would be on {chance}. Its features are those of a "
    "network that has not been trained."
)
_ADVICE = N_(
    "Conclude nothing from it about networks that are trained: give it more images or more epochs, and measure again."
)


def network_learned_nothing(ground: Ground) -> Iterator[Finding]:
    """One finding a network and the sets on which it learned nothing; silent without an accuracy of its own."""
    context, study = ground.context, ground.context.study
    for variant in study.variants:
        sets = learned_nothing(study, variant.id)
        if not sets:
            continue
        rights = [study.mean(d, variant.id, ACCURACY) or 0.0 for d in sets]
        params: dict[str, Param] = {
            "name": Names((variant.id,)),
            "datasets": DatasetNames(sets),
            "right": derived(rights, "percent", 0),
            "chance": derived([chance(study, d) or 0.0 for d in sets], "percent", 0),
        }
        read = evidence(context, sets, (variant.id,), (ACCURACY,))
        yield Finding(
            id=f"learned_nothing/{variant.id}",
            heading=Message(_HEADING, params),
            short=Message(_SHORT, params),
            body=(Message(_SEEN, params),),
            advice=(Message(_ADVICE),),
            support=context.fact(*read),
            effect=0.5,
            reach=ground.reach(sets),
            against_belief=True,
            evidence=read,
            subjects=(variant.id,),
            datasets=sets,
        )
