"""What a small input does to a pretrained network, and by what it does it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fxreport.analysis.claims import (
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
from fxreport.analysis.context import CONTROL, Context
from fxreport.analysis.findings.finding import Finding, Ground, derived, evidence, of_main, values
from fxreport.analysis.quantities.across import mean_over
from fxreport.analysis.quantities.times import time_ratio
from fxreport.analysis.rules.networks.layers import ALONGSIDE, PROBE, SILENT, course
from fxreport.analysis.statistics.compare import BETTER, TIED, weakest
from fxreport.reference import original

SIZE = "layers/size"

_RUINS = N_("An input of {pixels} ruins {network}")
_HELPS = N_("{network} needs a larger input than {pixels}")
_SHORT = N_(
    "Too small an input spoils {network}: at {pixels} its mean {metric} on {sets} is {mean_small}, at {more} it is {mean_large}{why}."
)
_WHY = N_("; its last feature map shrinks to {side}×{side}, and {silent} of it is zero")
_SEEN = N_(
    "With an input of {pixels} {network} reaches only {metric} {small} on {sets}; with {more}, {large}."
)
_PIXELS = N_("At {pixels} its clusters are no better than those of raw pixels.")
_PIXELS_ON = N_("At {pixels} its clusters are no better than those of raw pixels on {control}.")
_MAP = N_(
    "The reason can be seen inside: its last feature map has shrunk to {side}×{side}, and {silent} of the activations there are zero."
)
_LAYERS = N_(
    "The information was there before: asked on a part of the images, a linear probe names {best} of them right from an earlier "
    "layer, {last} from the last ({names})."
)
_ADVICE = N_(
    "Enlarge the images to {more} pixels, the largest size measured; that makes extraction {factor} as long."
)
_ADVICE_FREE = N_("Enlarge the images to {more} pixels, the largest size measured.")
_EARLIER = N_("Where time does not allow that, take the features of an earlier layer.")
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
        "small": values(context, small, sets),
        "large": values(context, large, sets),
        "control": Sets(lost),
    }
    params |= {
        "mean_small": of_main(context, mean_over(context, small, context.main, sets)),
        "mean_large": of_main(context, mean_over(context, large, context.main, sets)),
    }
    ruins = 2 * len(lost) >= len(sets) and bool(lost)
    inside = tuple(_inside(context, small, sets))
    params["why"] = Listing(tuple(Message(_WHY, said.params) for said in inside if said.message == _MAP))
    cost = time_ratio(context, large, small, sets)
    if cost is not None and cost.ratio >= 1:
        params["factor"] = cost.shown("times")
    yield Finding(
        id=f"small_input/{network}",
        heading=Message(_RUINS if ruins else _HELPS, params),
        short=Message(_SHORT, params),
        body=(
            Message(_SEEN, params),
            *([Message(_PIXELS if lost == sets else _PIXELS_ON, params)] if lost else []),
            *inside,
        ),
        advice=(
            Message(_ADVICE if "factor" in params else _ADVICE_FREE, params),
            *([Message(_EARLIER)] if len(inside) > 1 else []),
        ),
        limit=(Message(_LIMIT),),
        support=weakest(compared[d].support for d in sets),
        effect=abs(sum(compared[d].difference for d in sets)) / len(sets),
        reach=ground.reach(sets),
        against_belief=any(one.input_size == pixels for one in original()),
        decides=True,
        evidence=(
            *evidence(context, sets, (small, large), (context.main, "extraction_seconds")),
            *(context.kept_of(d, small, ALONGSIDE, PROBE) for d in _studied(context, small, sets)),
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


def _inside(context: Context, small: str, sets: tuple[str, ...]) -> Iterator[Message]:
    """What was measured inside: the last map, its silence, and the probes of the layers before."""
    sides, silent, best, last, dropped = set(), [], [], [], []
    for dataset in _studied(context, small, sets):
        runs = context.kept(dataset, small, SIZE, SILENT)
        sides |= {int(arrays[SIZE][-1]) for _, arrays in runs}
        silent += [float(arrays[SILENT][-1]) for _, arrays in runs]
        found = course(context, dataset, small, PROBE)
        assert found is not None
        means = found[1].mean(axis=0)
        if (found[1][:, :-1].max(axis=1) > found[1][:, -1]).all():
            dropped.append(dataset)
            best.append(float(means.max()))
            last.append(float(means[-1]))
    if len(sides) == 1 and silent and np.mean(silent) >= 0.5:
        yield Message(
            _MAP,
            {
                "side": Derived(sides.pop(), "integer"),
                "silent": Derived(float(np.mean(silent)), "percent", 0),
            },
        )
    if dropped:
        yield Message(
            _LAYERS,
            {
                "best": derived(best, "percent", 0),
                "last": derived(last, "percent", 0),
                "names": DatasetNames(tuple(dropped)),
            },
        )
