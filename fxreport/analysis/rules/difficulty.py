"""How hard an image set is: against chance, against raw pixels, with and without labels."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    N_,
    Claim,
    DatasetNames,
    Derived,
    Names,
)
from fxreport.analysis.context import Context
from fxreport.analysis.ranking import equal
from fxreport.analysis.stars import ARI_LEVELS, level

_LEVELS = (
    N_("On {dataset} the clusters are close to chance: the best ARI is {ari} ({names})."),
    N_("On {dataset} the clusters agree weakly with the classes: the best ARI is {ari} ({names})."),
    N_("On {dataset} the clusters agree partly with the classes: the best ARI is {ari} ({names})."),
    N_("On {dataset} the clusters follow the classes for the most part: the best ARI is {ari} ({names})."),
    N_("On {dataset} the clusters nearly reproduce the classes: the best ARI is {ari} ({names})."),
)


def difficulty(context: Context) -> Iterator[Claim]:
    """The best ARI reached, in words of a fixed scale (chance is zero, a perfect clustering one)."""
    for dataset, order in context.quality.items():
        ari = context.study.column(dataset, "ari")[order[0][0]]
        evidence = tuple(context.evidence(dataset, v, "ari") for v in order[0])
        yield Claim(
            id=f"difficulty/{dataset}",
            kind="difficulty",
            message=_LEVELS[level(ari, ARI_LEVELS) - 1],
            params={
                "dataset": DatasetNames((dataset,)),
                "ari": context.value(dataset, order[0][0], "ari"),
                "names": Names(order[0]),
            },
            dataset=dataset,
            metric="ari",
            subjects=order[0],
            value=ari,
            support=context.fact(*evidence),
            evidence=evidence,
        )


def order(context: Context) -> Iterator[Claim]:
    """Image sets from the highest best ARI to the lowest; silent on one set or on equal ones."""
    best = {d: context.study.column(d, "ari")[groups[0][0]] for d, groups in context.quality.items()}
    if len(best) < 2 or len(set(best.values())) < len(best):
        return
    datasets = tuple(sorted(best, key=lambda d: -best[d]))
    evidence = tuple(context.evidence(d, v, "ari") for d in datasets for v in context.quality[d][0])
    yield Claim(
        id="difficulty_order",
        kind="difficulty_order",
        message=N_("By the best ARI reached, from the easiest set to the hardest: {datasets}."),
        params={"datasets": DatasetNames(datasets)},
        metric="ari",
        value=float(len(datasets)),
        support=context.fact(*evidence),
        evidence=evidence,
        details={"datasets": datasets},
    )


def without_labels(context: Context) -> Iterator[Claim]:
    """The best that was reached without labels of the set itself, and how far that is from the best of all."""
    for dataset, order in context.quality.items():
        names = context.best_group(dataset, context.label_free)
        if not names or all(v in context.label_free for v in context.study.column(dataset, "ari")):
            continue
        ari, best = (context.study.samples[dataset, v[0], "ari"].mean for v in (names, order[0]))
        leads = set(order[0]) <= set(names)
        if leads:
            message = N_("On {dataset} the best of all, {name} (ARI = {ari}), uses no labels of the set.")
        elif equal(ari, best):
            message = N_("On {dataset} {name} reaches the best ARI, {ari}, without labels of the set.")
        else:
            message = N_(
                "Without labels of the set, {dataset} is clustered best with {name}: ARI = {ari}, {gap} below the best of all ({best})."
            )
        evidence = tuple(context.evidence(dataset, v, "ari") for v in dict.fromkeys((*names, *order[0])))
        yield Claim(
            id=f"without_labels/{dataset}",
            kind="without_labels",
            message=message,
            params={
                "dataset": DatasetNames((dataset,)),
                "name": Names(names),
                "ari": context.value(dataset, names[0], "ari"),
                "gap": Derived(best - ari),
                "best": Names(order[0]),
            },
            dataset=dataset,
            metric="ari",
            subjects=names,
            value=ari,
            support=context.fact(*evidence),
            evidence=evidence,
            surprising=leads,
        )
