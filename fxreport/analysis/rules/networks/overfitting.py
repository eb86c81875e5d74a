"""Do trained networks know the images that they learn from better than others?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    Claim,
    DatasetNames,
    Derived,
    Names,
    Param,
)
from fxreport.analysis.context import Context
from fxreport.analysis.rules.networks.training import plain_interval
from fxreport.analysis.statistics.uncertainty import interval

#: difference of accuracy on the images learned from and on those held out from which a network overfits
OVERFITS = 0.05

_CURVES = ("curve/accuracy", "curve/val_accuracy")
_APART = N_(
    "{name} on {dataset} overfits: in the last epoch it classifies {learned} of the images that it learns from correctly, of "
    "those held out {held_out}; the gap is {difference} ({spread})."
)
_APART_SINGLE = N_(
    "{name} on {dataset} overfits in a single run: in the last epoch it classifies {learned} of the images that it learns "
    "from correctly, of those held out {held_out}."
)


def overfitting(context: Context) -> Iterator[Claim]:
    """Where the accuracy in training and on held-out images part by the end of training.

    Certain where the whole interval of their difference is beyond the bound, likely where it is above zero. Silent
    where it is smaller, not shown, or the curves were not kept.
    """
    for dataset in context.study.datasets:
        for variant in context.study.variants:
            kept = context.kept(dataset.name, variant.id, *_CURVES)
            if not kept or context.study.sample(dataset.name, variant.id, "test_accuracy") is None:
                continue
            ends = [[float(arrays[name][-1]) for name in _CURVES] for _, arrays in kept]
            gaps = [learned - held_out for learned, held_out in ends]
            learned, held_out = (math.fsum(values) / len(ends) for values in zip(*ends, strict=True))
            spread = interval(gaps)
            if learned - held_out < OVERFITS or (spread is not None and spread.low <= 0):
                continue
            params: dict[str, Param] = {
                "name": Names((variant.id,)),
                "dataset": DatasetNames((dataset.name,)),
                "learned": Derived(learned, "percent", 1),
                "held_out": Derived(held_out, "percent", 1),
            }
            support = SINGLE_RUN
            if spread is not None:
                params |= plain_interval(spread) | {
                    name: Derived(value, "percent", 1)
                    for name, value in (
                        ("difference", learned - held_out),
                        ("low", spread.low),
                        ("high", spread.high),
                    )
                }
                support = CERTAIN if spread.low >= OVERFITS and spread.high > spread.low else LIKELY
            evidence = context.evidence(dataset.name, variant.id, "test_accuracy")
            yield Claim(
                id=f"overfitting/{dataset.name}/{variant.id}",
                kind="overfitting",
                message=_APART if spread is not None else _APART_SINGLE,
                params=params,
                dataset=dataset.name,
                metric="accuracy",
                subjects=(variant.id,),
                value=learned - held_out,
                support=support,
                evidence=tuple(replace(evidence, artifact=name) for name in _CURVES),
            )
