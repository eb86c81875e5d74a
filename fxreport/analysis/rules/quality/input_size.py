"""Input size as a cause: what a larger input brings an extractor and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from fxreport.analysis.claims import CERTAIN, N_, Claim, Count, DatasetNames, Derived, Names, Param, Phrase
from fxreport.analysis.context import Context, interval_params
from fxreport.analysis.quantities.times import time_ratio
from fxreport.analysis.statistics.compare import BETTER, TIED, WORSE

_BETTER = N_(
    "On {dataset} a larger input helps: {metric} {rises} from {quality_small} ({small}) to "
    "{quality_large} ({large})"
)
_WORSE = N_(
    "On {dataset} a larger input does harm: {metric} {falls} from {quality_small} ({small}) to "
    "{quality_large} ({large})"
)
_EQUAL = N_("On {dataset} a larger input changes nothing that matters: {metric} is {quality_small} "
        "({small}) and {quality_large} ({large})")  # fmt: skip
_UNDETERMINED = N_("On {dataset} no effect of a larger input is shown: {metric} is {quality_small} ({small}) "
        "and {quality_large} ({large})")  # fmt: skip
_SPREAD = N_("{level} interval from {low} to {high}; probability of a rise {probability}")
_SINGLE = N_(
    "In a single run on {dataset} {metric} is {quality_small} ({small}) and {quality_large} ({large})"
)
_COST = N_("Extraction from the larger takes {factor} as long.")
_ENLARGED = N_(
    "The images of {dataset} have {side} a side, so that they were enlarged for inputs of up to {largest} pixels: "
    "that adds pixels and no detail."
)
_FORMS = {
    # (single run, with a cost)
    (False, True): N_("{statement}; the difference is {difference} ({spread}). {cost}"),
    (False, False): N_("{statement}; the difference is {difference} ({spread})."),
    (True, True): N_("{statement}. {cost}"),
    (True, False): N_("{statement}."),
}


def input_size(context: Context) -> Iterator[Claim]:
    """Smallest against largest input of each extractor, and each step between where there are more than two.

    Silent where a set has only one size of it. The cost is left out where the times were not measured. Of a
    set it is said if its images are smaller than an input, where both are known.
    """
    for dataset in context.quality:
        ari = context.column(dataset)
        yield from _enlarged(context, dataset)
        for extractor, sized in context.study.sizes.items():
            present = [v.id for v in sized if v.id in ari]
            if len(present) < 2:
                continue
            yield _claim(context, f"input_size/{dataset}/{extractor}", dataset, present[0], present[-1])
            if len(present) > 2:
                for small, large in pairwise(present):
                    yield _claim(context, f"input_size/{dataset}/{small}-{large}", dataset, small, large)


def _enlarged(context: Context, dataset: str) -> Iterator[Claim]:
    shape = context.study.dataset_by_name[dataset].shape
    side = min(shape[:2]) if shape else 0
    larger = [v for v in context.study.variants if side and (v.input_size or 0) > side]
    measured = [v for v in larger if v.id in context.column(dataset)]
    if not measured:
        return
    largest = max(v.input_size or 0 for v in measured)
    yield Claim(
        id=f"enlarged/{dataset}",
        kind="enlarged",
        message=_ENLARGED,
        params={
            "dataset": DatasetNames((dataset,)),
            "side": Count(side, "pixel"),
            "largest": Derived(largest, "integer"),
        },
        dataset=dataset,
        subjects=tuple(v.id for v in measured),
        value=float(side),
        support=CERTAIN,
        evidence=tuple(context.evidence(dataset, v.id) for v in measured),
    )


def _claim(context: Context, name: str, dataset: str, small: str, large: str) -> Claim:
    comparison = context.compare(dataset, large, small)
    single = comparison.interval is None
    statement = {BETTER: _BETTER, WORSE: _WORSE, TIED: _EQUAL}.get(comparison.outcome, _UNDETERMINED)
    params: dict[str, Param] = {
        "statement": Phrase(_SINGLE if single else statement),
        "dataset": DatasetNames((dataset,)),
        "small": Names((small,)),
        "large": Names((large,)),
        "quality_small": context.value(dataset, small),
        "quality_large": context.value(dataset, large),
    }
    if comparison.interval is not None:
        params |= interval_params(comparison.interval)
        if comparison.interval.high > comparison.interval.low:
            params["spread"] = Phrase(_SPREAD)
    evidence = [context.evidence(dataset, v) for v in (small, large)]
    cost = time_ratio(context, large, small, (dataset,))
    if cost is not None and cost.ratio >= 1:
        params |= {"cost": Phrase(_COST), "factor": cost.shown("times")}
        evidence += [context.evidence(dataset, v, "extraction_seconds") for v in (small, large)]
    return Claim(
        id=name,
        kind="input_size",
        message=_FORMS[single, "cost" in params],
        params=params,
        dataset=dataset,
        metric=context.main,
        subjects=(large, small),
        value=comparison.difference,
        support=comparison.support,
        evidence=tuple(evidence),
        details={"outcome": comparison.outcome},
    )
