"""Whether the last layer of a pretrained network is the one to take features from."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    SINGLE_RUN,
    DatasetNames,
    Derived,
    Message,
    Names,
    Param,
    Sets,
)
from fxreport.analysis.findings.finding import Finding, Ground
from fxreport.analysis.rules.networks.layers import (
    ALONGSIDE,
    PROBE,
    Course,
    above_last,
    best_earlier,
    course,
)

_OFF_PHOTOGRAPHS = N_("Off photographs an earlier layer is better than the last")
_EARLIER = N_("An earlier layer of {name} is better than the last")
_SHORT = N_(
    "The last layer is not always the best: in {name} a linear probe on layer {layer} of {count} classifies more images of {sets} "
    "correctly, by {gain} percentage points on average."
)
_SEEN = N_(
    "Layer {layer} of {name} holds more of the classes of {sets} than the last, layer {count}: a linear probe classifies {best} of the "
    "images correctly by it on average, {last} by the last."
)
_OTHERS = N_("On {others} the last layer is the best.")
_WHY = N_(
    "A likely reason, not tested by itself: the network was trained on photographs, and its last layers serve their classes."
)
_ADVICE = N_("Before using the last layer, try earlier ones: on {sets} layer {layer} is better.")
_LIMIT = N_("The layers were judged by a linear probe on a part of the images, not by clusters.")


def earlier_layers(ground: Ground) -> Iterator[Finding]:
    """Pretrained networks, each at its largest input, whose earlier layer beats the last in every run of a set.

    Silent where the layers were not studied with a probe, or the last is nowhere behind.
    """
    context = ground.context
    for sized in context.study.sizes.values():
        if sized[-1].family == "pretrained":
            yield from _found(ground, sized[-1].id)


def _found(ground: Ground, name: str) -> Iterator[Finding]:
    context = ground.context
    known = context.study.dataset_by_name
    courses: dict[str, Course] = {}
    for dataset in context.study.measured_datasets:
        found = course(context, dataset, name, PROBE)
        if found is not None:
            courses[dataset] = found[1]
    falling = [accuracy for accuracy in courses.values() if _falls(accuracy)]
    layer = best_earlier(falling)
    if layer is None:
        return
    sets = tuple(d for d, accuracy in courses.items() if _falls(accuracy) and above_last(accuracy, layer))
    others = tuple(
        d for d, accuracy in courses.items() if accuracy.mean(axis=0).argmax() == accuracy.shape[1] - 1
    )
    if not sets:
        return
    natural = bool(others) and all(known[d].natural_images for d in others)
    by_content = natural and all(known[d].natural_images is False for d in sets)
    best, last = (sum(float(courses[d][:, i].mean()) for d in sets) / len(sets) for i in (layer, -1))
    params: dict[str, Param] = {
        "name": Names((name,)),
        "sets": Sets(sets),
        "layer": Derived(layer + 1, "integer"),
        "count": Derived(courses[sets[0]].shape[1], "integer"),
        "best": Derived(best, "percent", 0),
        "last": Derived(last, "percent", 0),
        "gain": Derived(100 * (best - last), decimals=1),
        "others": DatasetNames(others),
    }
    single = min(len(courses[d]) for d in sets) == 1
    yield Finding(
        id=f"earlier_layers/{name}",
        heading=Message(_OFF_PHOTOGRAPHS if by_content else _EARLIER, params),
        short=Message(_SHORT, params),
        body=(
            Message(_SEEN, params),
            *([Message(_OTHERS, params)] if others else []),
            *([Message(_WHY, params)] if by_content else []),
        ),
        advice=(Message(_ADVICE, params),),
        limit=(Message(_LIMIT),),
        support=SINGLE_RUN if single else CERTAIN,
        effect=best - last,
        reach=ground.reach(sets),
        against_belief=True,
        evidence=tuple(context.kept_of(d, name, ALONGSIDE, PROBE) for d in courses),
        claims=ground.known(i for i in ground.claims if i.startswith(f"abstraction/{name}/")),
        subjects=(name,),
        datasets=tuple(courses),
    )


def _falls(accuracy: Course) -> bool:
    """Whether the best layer by the mean is above the last in every run."""
    best = int(accuracy.mean(axis=0).argmax())
    return best < accuracy.shape[1] - 1 and above_last(accuracy, best)
