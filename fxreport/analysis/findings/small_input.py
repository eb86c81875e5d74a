"""What a small input does to a pretrained network, and by what it does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from fxreport.analysis.claims import (
    N_,
    Count,
    Derived,
    Listing,
    Message,
    Names,
    Param,
    Sets,
)
from fxreport.analysis.context import CONTROL, Context
from fxreport.analysis.findings.finding import Finding, Ground, evidence, gain_of_main, in_percent, of_main
from fxreport.analysis.quantities.across import mean_over
from fxreport.analysis.quantities.times import time_ratio
from fxreport.analysis.rules.networks.layers import (
    ALONGSIDE,
    PROBE,
    SILENT,
    Course,
    above_last,
    best_earlier,
    course,
)
from fxreport.analysis.statistics.compare import BETTER, TIED, weakest
from fxreport.reference import original

SIZE = "layers/size"

_RUINS = N_("An input of {pixels} is too small for {network}")
_HELPS = N_("{network} needs a larger input than {pixels}")
_SHORT = N_(
    "Too small an input spoils {network}: at {pixels} its mean {metric} on {sets} is {mean_small}, at {more} it is {mean_large}{why}."
)
_WHY = N_("; the likely reason: at the small input {silent} of its last layer’s outputs are zero")
#: the smallest and the largest gain; one of one set
_GAIN = {
    False: N_(
        "With the input enlarged from {pixels} to {more}, {network} gains {least} to {most} {metric}, depending on the set."
    ),
    True: N_(
        "With the input enlarged from {pixels} to {more}, {network} gains {least} to {most} percentage points of {metric}, depending on "
        "the set."
    ),
}
_GAIN_ONE = {
    False: N_("With the input enlarged from {pixels} to {more}, {network} gains {most} {metric}."),
    True: N_(
        "With the input enlarged from {pixels} to {more}, {network} gains {most} percentage points of {metric}."
    ),
}
_PIXELS = N_("At {pixels} its clusters are no better than those of raw pixels.")
_PIXELS_ON = N_("At {pixels} its clusters are no better than those of raw pixels on {control}.")
_MAP = N_(
    "The likely reason can be seen inside: the last layer has {side}×{side} positions left of the image, and {silent} of the values there are "
    "zero."
)
_MAP_BESIDE = N_(
    "The likely reason can be seen inside: the last layer has {side}×{side} positions left of the image, and {silent} of the values there are "
    "zero; at {more} it has {side_large}×{side_large}, and {silent_large}."
)
_LAYERS = N_(
    "The information was there before: a linear probe on layer {layer} of {count} classifies {best} of the images correctly, averaged "
    "over {names}, on the last {last}; it was tested on a part of the test images."
)
_ADVICE = N_(
    "Enlarge the images to {more} pixels, the largest size measured; that makes extraction {factor} as long."
)
_ADVICE_FREE = N_("Enlarge the images to {more} pixels, the largest size measured.")
_EARLIER = N_(
    "Whoever stays with {network} at {pixels} had better take the features of layer {layer}; how they cluster was not measured, and "
    "the recommendations tell whether another extractor is better still."
)
_LIMIT = N_("Sizes in between and larger ones were not measured.")


def small_input(ground: Ground) -> Iterator[Finding]:
    """The smallest input of a pretrained network against its largest, where that is better on at least half of the sets.

    Silent where only one size was measured or no difference is shown.
    """
    context = ground.context
    for network, sized in context.study.sizes.items():
        if len(sized) > 1 and sized[0].family == "pretrained":
            yield from _found(ground, network, sized[0].id, sized[-1].id)


def _found(ground: Ground, network: str, small: str, large: str) -> Iterator[Finding]:
    context = ground.context
    both = [d for d in context.quality if {small, large} <= context.column(d).keys()]
    compared = {d: context.compare(d, large, small) for d in both}
    sets = tuple(d for d, found in compared.items() if found.outcome == BETTER)
    if not sets or 2 * len(sets) < len(both):
        return
    study = context.study
    pixels, more = (study.variant_by_id[v].input_size or 0 for v in (small, large))
    lost = tuple(d for d in sets if CONTROL in context.column(d) and _no_better(context, d, small))
    params: dict[str, Param] = {
        "network": Names((network,)),
        "pixels": Count(pixels, "pixel"),
        "more": Derived(more, "integer"),
        "sets": Sets(sets),
        "control": Sets(lost),
    }
    gains = sorted(abs(compared[d].difference) for d in sets)
    params |= {"least": gain_of_main(context, gains[0]), "most": gain_of_main(context, gains[-1])}
    points = in_percent(context)
    params |= {
        "mean_small": of_main(context, mean_over(context, small, context.main, sets)),
        "mean_large": of_main(context, mean_over(context, large, context.main, sets)),
    }
    ruins = 2 * len(lost) >= len(sets) and bool(lost)
    silenced, layers = _silenced(context, small, large, sets), _layers(context, small, sets)
    inside = tuple(said for said in (silenced, layers) if said)
    params["why"] = Listing((Message(_WHY, silenced.params),) if silenced else ())
    cost = time_ratio(context, large, small, sets)
    if cost is not None and cost.ratio >= 1:
        params["factor"] = cost.shown("times")
    yield Finding(
        id=f"small_input/{network}",
        heading=Message(_RUINS if ruins else _HELPS, params),
        short=Message(_SHORT, params),
        body=(
            Message((_GAIN if len(sets) > 1 else _GAIN_ONE)[points], params),
            *([Message(_PIXELS if lost == sets else _PIXELS_ON, params)] if lost else []),
            *inside,
        ),
        advice=(
            Message(_ADVICE if "factor" in params else _ADVICE_FREE, params),
            *([Message(_EARLIER, {**params, **layers.params})] if layers else []),
        ),
        limit=(Message(_LIMIT),),
        support=weakest(compared[d].support for d in sets),
        effect=abs(sum(compared[d].difference for d in sets)) / len(sets),
        reach=ground.reach(sets),
        against_belief=ground.repeats and any(one.input_size == pixels for one in original()),
        decides=True,
        evidence=(
            *evidence(context, sets, (small, large), (context.main, "extraction_seconds")),
            *(context.kept_of(d, small, ALONGSIDE, PROBE) for d in _studied(context, small, sets)),
            *(
                context.kept_of(d, v, ALONGSIDE, SILENT)
                for v in (small, large)
                for d in _studied(context, v, sets)
                if silenced
            ),
        ),
        claims=ground.known(f"input_size/{d}/{network}" for d in sets),
        subjects=(small, large),
        datasets=sets,
    )


def _no_better(context: Context, dataset: str, small: str) -> bool:
    found = context.lead(dataset, small, CONTROL)
    return found.outcome == TIED or found.difference < 0


def _studied(context: Context, variant: str, sets: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(d for d in sets if course(context, d, variant, PROBE) is not None)


def _silenced(context: Context, small: str, large: str, sets: tuple[str, ...]) -> Message | None:
    """How few positions the last layer has, and how many of its values are zero; None where few are."""
    side, silent = _last_map(context, small, sets)
    if side is None or silent < 0.5:
        return None
    beside, less = _last_map(context, large, sets)
    params: dict[str, Param] = {
        "side": Derived(side, "integer"),
        "silent": Derived(silent, "percent", 0),
        "side_large": Derived(beside or 0, "integer"),
        "silent_large": Derived(less, "percent", 0),
        "more": Derived(context.study.variant_by_id[large].input_size or 0, "integer"),
    }
    return Message(_MAP if beside is None else _MAP_BESIDE, params)


def _last_map(context: Context, variant: str, sets: tuple[str, ...]) -> tuple[int | None, float]:
    """Side of the last layer's map, and the mean share of zeros; None where not known or not the same."""
    kept = [
        arrays
        for d in _studied(context, variant, sets)
        for _, arrays in context.kept(d, variant, SIZE, SILENT)
    ]
    sides = {int(arrays[SIZE][-1]) for arrays in kept}
    if len(sides) != 1:
        return None, 0.0
    return sides.pop(), float(np.mean([arrays[SILENT][-1] for arrays in kept]))


def _layers(context: Context, small: str, sets: tuple[str, ...]) -> Message | None:
    """The earlier layer that is the best over the sets beside the last, where it is above that in every run."""
    found: dict[str, Course] = {
        d: one[1] for d in sets if (one := course(context, d, small, PROBE)) is not None
    }
    layer = best_earlier(list(found.values()))
    if layer is None:
        return None
    told = {d: accuracy for d, accuracy in found.items() if above_last(accuracy, layer)}
    if not told:
        return None
    return Message(
        _LAYERS,
        {
            "layer": Derived(layer + 1, "integer"),
            "count": Derived(next(iter(told.values())).shape[1], "integer"),
            "best": Derived(_mean_of(told, layer), "percent", 0),
            "last": Derived(_mean_of(told, -1), "percent", 0),
            "names": Sets(tuple(told)),
        },
    )


def _mean_of(accuracies: Mapping[str, Course], layer: int) -> float:
    return float(np.mean([accuracy[:, layer].mean() for accuracy in accuracies.values()]))
