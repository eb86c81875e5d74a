"""How many groups a reader sees on a plane, by density clustering, against the number of classes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
    Count,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
    Term,
    Terms,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.methods import measured_methods
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.statistics.compare import paired
from fxreport.vocabulary.factors import PROJECTION, level_title
from fxreport.vocabulary.metrics import at

_DIFFER = N_(
    "Number of visible groups that the same features of {variant} on {dataset} show, by the method: from {low} ({least}) "
    "to {high} ({most}), with {classes} classes."
)
_NOT_SHOWN = N_(
    "Number of visible groups that the same features of {variant} on {dataset} show: from {low} ({least}) to {high} "
    "({most}), with {classes} classes; that the methods differ is not shown."
)
_SAME = N_(
    "Number of visible groups that the features of {variant} on {dataset} show: {low} by every method, with {classes} "
    "classes."
)


def numbers(context: Context) -> Iterator[Claim]:
    """The fewest and the most groups that one and the same features show, by the method; means over runs.

    For the best of each set. Silent with fewer than two methods, or where the classes are not known.
    """
    for dataset, order in context.quality.items():
        classes = len(context.study.dataset_by_name[dataset].classes)
        if classes < 2:
            continue
        for variant in order[0]:
            counts = _counts(context, dataset, variant)
            if len(counts) > 1:
                yield _numbers(context, dataset, variant, classes, counts)


def _counts(context: Context, dataset: str, variant: str) -> dict[str, float]:
    """Method → mean number of groups."""
    found = {
        m: context.study.mean(dataset, variant, at("groups", projection=m))
        for m in measured_methods(context, dataset, "groups")
    }
    return {m: count for m, count in found.items() if count is not None}


def _numbers(context: Context, dataset: str, variant: str, classes: int, counts: dict[str, float]) -> Claim:
    order = groups({m: (x,) for m, x in counts.items()})
    most, least = order[0], order[-1]
    high, low = (
        context.study.samples[dataset, variant, at("groups", projection=m[0])] for m in (most, least)
    )
    differences = (
        [x - y for x, y in zip(high.values, low.values, strict=True)] if high.seeds == low.seeds else []
    )
    support = paired(differences)[1] if differences else UNDETERMINED
    evidence = tuple(context.evidence(dataset, variant, at("groups", projection=m)) for m in counts)
    if most == least:
        message, support = _SAME, context.fact(*evidence)
    else:
        message = _DIFFER if support in (CERTAIN, LIKELY, SINGLE_RUN) else _NOT_SHOWN
    return Claim(
        id=f"visible_groups/{dataset}/{variant}",
        kind="visible_groups",
        message=message,
        params={
            "variant": Names((variant,)),
            "dataset": DatasetNames((dataset,)),
            "low": context.value(dataset, variant, at("groups", projection=least[0])),
            "high": context.value(dataset, variant, at("groups", projection=most[0])),
            "least": Terms(tuple(level_title(PROJECTION, m) for m in least)),
            "most": Terms(tuple(level_title(PROJECTION, m) for m in most)),
            "classes": Derived(classes, "integer"),
        },
        dataset=dataset,
        metric=at("groups", projection=most[0]),
        subjects=(variant,),
        value=counts[most[0]],
        support=support,
        evidence=evidence,
        details={"counts": counts, "classes": classes},
    )


_MET = N_(
    "In {times} of {pictures} (image sets, extractors, methods and runs) the number of visible groups is that of the "
    "classes: {items}."
)
_MET_BY = N_("{method} {times} of {of}")


def counts_met(context: Context) -> Iterator[Claim]:
    """In how many pictures the number of groups is that of the classes, over everything measured, by method.

    Silent where no groups were counted or no set's classes are known.
    """
    met: dict[str, list[bool]] = {}
    evidence = []
    for dataset in context.study.measured_datasets:
        classes = len(context.study.dataset_by_name[dataset].classes)
        for method in measured_methods(context, dataset, "groups") if classes > 1 else ():
            for variant in context.study.column(dataset, at("groups", projection=method)):
                sample = context.study.samples[dataset, variant, at("groups", projection=method)]
                met.setdefault(method, []).extend(round(x) == classes for x in sample.values)
                evidence.append(context.evidence(dataset, variant, at("groups", projection=method)))
    if not met:
        return
    order = [m for group in groups({m: (float(np.mean(x)),) for m, x in met.items()}) for m in group]
    times, pictures = sum(map(sum, met.values())), sum(map(len, met.values()))
    yield Claim(
        id="groups_met",
        kind="groups_met",
        message=_MET,
        params={
            "times": Derived(times, "integer"),
            "pictures": Count(pictures, "picture"),
            "items": Listing(
                tuple(
                    Message(
                        _MET_BY,
                        {
                            "method": Term(level_title(PROJECTION, m)),
                            "times": Derived(sum(met[m]), "integer"),
                            "of": Derived(len(met[m]), "integer"),
                        },
                    )
                    for m in order
                )
            ),
        },
        metric=at("groups", projection=order[0]),
        value=times / pictures,
        support=context.fact(*evidence),
        evidence=tuple(evidence),
        details={"met": {m: (sum(x), len(x)) for m, x in met.items()}},
    )
