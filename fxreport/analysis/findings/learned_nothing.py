"""A network trained on the set whose classifier is right hardly more often than naming the largest class always."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fxreport.analysis.claims import N_, DatasetNames, Message, Names, Param
from fxreport.analysis.findings.finding import Finding, Ground, derived, evidence
from fxreport.analysis.quantities.learning import ACCURACY, chance, learned_nothing

_TRAINING = "curve/accuracy"
#: the part of what is beyond chance from which on a network counts as having learned the images that it trains on
_LEARNED = 0.5

_HEADING = N_("{name} classifies {datasets} hardly better, if at all, than always naming the largest class")
_SHORT = N_(
    "{name} on {datasets} is right on {right} of the test images; always naming the largest class would be on {chance}."
)
_SEEN = N_("It is right on {right} of the test images; always naming the largest class would be on {chance}.")
_TRAINED = N_(
    "By the end of training it was right on {learned} of the images that it learns from: it overfits, or it is another network "
    "when it classifies than when it trains."
)
_ADVICE = N_(
    "Conclude nothing from it about networks that are trained: give it more images or more epochs, and measure again."
)
_MORE_IMAGES = N_(
    "Conclude nothing from it about networks that are trained: give it more images, and measure again."
)


def network_learned_nothing(ground: Ground) -> Iterator[Finding]:
    """One finding a network and the sets; silent without an accuracy of its own.

    Of its features nothing is said: they may tell the classes apart where its classifier does not.
    """
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
        body, advice = [Message(_SEEN, params)], _ADVICE
        if learned := _learned(ground, variant.id, sets):
            body.append(Message(_TRAINED, {"learned": derived(learned, "percent", 0)}))
            advice = _MORE_IMAGES
            read += tuple(context.kept_of(d, variant.id, ACCURACY, _TRAINING) for d in sets)
        yield Finding(
            id=f"learned_nothing/{variant.id}",
            heading=Message(_HEADING, params),
            short=Message(_SHORT, params),
            body=tuple(body),
            advice=(Message(advice),),
            support=context.fact(*read),
            effect=0.5,
            reach=ground.reach(sets),
            against_belief=True,
            evidence=read,
            subjects=(variant.id,),
            datasets=sets,
        )


def _learned(ground: Ground, variant: str, sets: tuple[str, ...]) -> list[float]:
    """Accuracy in training on each set, where it was kept of all and is high on all; else nothing."""
    found = []
    for dataset in sets:
        ends = [float(kept[_TRAINING][-1]) for _, kept in ground.context.kept(dataset, variant, _TRAINING)]
        least = chance(ground.context.study, dataset) or 0.0
        if not ends or math.fsum(ends) / len(ends) < least + _LEARNED * (1 - least):
            return []
        found.append(math.fsum(ends) / len(ends))
    return found
