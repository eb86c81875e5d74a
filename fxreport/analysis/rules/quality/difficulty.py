"""How hard an image set is: against chance, against raw pixels, with and without labels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    TIE,
    UNDETERMINED,
    Claim,
    DatasetNames,
    Derived,
    Names,
    Param,
)
from fxreport.analysis.context import CONTROL, Context
from fxreport.analysis.quantities.gain import mean_gain
from fxreport.analysis.quantities.ranking import equal, groups
from fxreport.analysis.quantities.stars import ARI_LEVELS, level
from fxreport.analysis.rules.elsewhere import other_labels
from fxreport.analysis.statistics.compare import BETTER, WORSE, judge, mean_interval, weakest
from fxreport.analysis.statistics.uncertainty import LEVEL, interval, unpaired_interval

_LEVELS = (
    N_("On {dataset} the clusters are close to chance: the best ARI is {quality} ({names})."),
    N_("On {dataset} the clusters agree weakly with the classes: the best ARI is {quality} ({names})."),
    N_("On {dataset} the clusters agree partly with the classes: the best ARI is {quality} ({names})."),
    N_(
        "On {dataset} the clusters follow the classes for the most part: the best ARI is {quality} ({names})."
    ),
    N_("On {dataset} the clusters nearly reproduce the classes: the best ARI is {quality} ({names})."),
)


def difficulty(context: Context) -> Iterator[Claim]:
    """The best ARI reached, in words of a fixed scale (chance is zero, a perfect clustering one).

    Certain where the whole interval of that ARI has the same word, likely where it has two. Silent where a set has no ARI,
    and where the study's main quality is another.
    """
    for dataset, order in context.quality.items() if context.main == "ari" else ():
        ari = context.study.column(dataset, "ari")[order[0][0]]
        evidence = tuple(context.evidence(dataset, v, "ari") for v in order[0])
        yield Claim(
            id=f"difficulty/{dataset}",
            kind="difficulty",
            message=_LEVELS[level(ari, ARI_LEVELS) - 1],
            params={
                "dataset": DatasetNames((dataset,)),
                "quality": context.value(dataset, order[0][0], "ari"),
                "names": Names(order[0]),
            },
            dataset=dataset,
            metric="ari",
            subjects=order[0],
            value=ari,
            support=_level_support(context, dataset, order[0][0]),
            evidence=evidence,
        )


def _level_support(context: Context, dataset: str, name: str) -> str:
    fact = context.fact(context.evidence(dataset, name, "ari"))
    spread = mean_interval(context.study, context.influences, dataset, name)
    if fact == SINGLE_RUN or spread is None:
        return fact
    steps = level(spread.high, ARI_LEVELS) - level(spread.low, ARI_LEVELS)
    return CERTAIN if steps == 0 else LIKELY if steps == 1 else UNDETERMINED


_GAP = {
    BETTER: N_(
        "On {dataset} {name} closes {share} of the gap between raw pixels (ARI = {control}) and a perfect clustering "
        "({level} interval from {low} to {high})."
    ),
    UNDETERMINED: N_(
        "On {dataset} it is not shown that any learned features close the gap between raw pixels (ARI = {control}) and a "
        "perfect clustering; the best of them, {name}: {share} ({level} interval from {low} to {high})."
    ),
    WORSE: N_(
        "On {dataset} no learned features close the gap between raw pixels (ARI = {control}) and a perfect clustering; the "
        "best of them, {name}, widen it: {share} ({level} interval from {low} to {high})."
    ),
    SINGLE_RUN: N_(
        "In a single run on {dataset} {name}, the best of the learned features, close {share} of the gap between raw pixels "
        "(ARI = {control}) and a perfect clustering."
    ),
}


def gap(context: Context) -> Iterator[Claim]:
    """How much of what raw pixels leave the best learned features gain on each set.

    Silent without raw pixels or learned features on a set, or where the two were measured with other seeds;
    and where the main quality is not ARI: what is left to gain is known of that.
    """
    learned = tuple(v.id for v in context.study.variants if context.learned(v.id))
    for dataset in context.quality if context.main == "ari" else ():
        names = context.best_group(dataset, learned)
        found = mean_gain(context.study, context.influences, names[0], CONTROL, (dataset,)) if names else None
        if found is None:
            continue
        interval = found.interval
        outcome = SINGLE_RUN if interval is None else UNDETERMINED
        params: dict[str, Param] = {
            "dataset": DatasetNames((dataset,)),
            "name": Names(names),
            "share": Derived(found.mean, "percent", 0),
            "control": context.value(dataset, CONTROL, "ari"),
        }
        if interval is not None:
            outcome = BETTER if interval.low > 0 else WORSE if interval.high < 0 else UNDETERMINED
            params |= {
                "level": Derived(LEVEL, "percent", 0, constant="level"),
                "low": Derived(interval.low, "percent", 0),
                "high": Derived(interval.high, "percent", 0),
            }
        flat = interval is not None and interval.low == interval.high
        support = LIKELY if flat and outcome != UNDETERMINED else CERTAIN
        yield Claim(
            id=f"gap/{dataset}",
            kind="gap",
            message=_GAP[outcome],
            params=params,
            dataset=dataset,
            metric="ari",
            subjects=names,
            value=found.mean,
            support=outcome if outcome in (SINGLE_RUN, UNDETERMINED) else support,
            evidence=tuple(context.evidence(dataset, v, "ari") for v in (*names, CONTROL)),
            surprising=outcome == WORSE and any(map(context.expected_above_pixels, names)),
            details={"outcome": outcome},
        )


def order(context: Context) -> Iterator[Claim]:
    """Image sets from the highest best ARI to the lowest; silent on one set or on equal ones."""
    best = {d: context.column(d)[groups[0][0]] for d, groups in context.quality.items()}
    if len(best) < 2 or len(set(best.values())) < len(best):
        return
    datasets = tuple(sorted(best, key=best.__getitem__, reverse=context.study.rising))
    # image sets are independent, so neighbours are compared unpaired
    samples = [context.study.samples[d, context.quality[d][0][0], context.main].values for d in datasets]
    supports = [
        SINGLE_RUN if min(len(a), len(b)) < 2 else judge(unpaired_interval(a, b), 0.0)[1]
        for a, b in pairwise(samples)
    ]
    evidence = tuple(context.evidence(d, v) for d in datasets for v in context.quality[d][0])
    yield Claim(
        id="difficulty_order",
        kind="difficulty_order",
        message=N_("By the best {metric} reached, from the easiest set to the hardest: {datasets}."),
        params={"datasets": DatasetNames(datasets)},
        metric=context.main,
        value=float(len(datasets)),
        support=weakest(supports),
        evidence=evidence,
        details={"datasets": datasets},
    )


_WITHOUT_LABELS_BY_OTHER = N_(
    "On {dataset} the best without labels of the set is {name}: {metric} = {quality}, {gap} behind the best of all ({best})."
    "{elsewhere}"
)


def without_labels(context: Context) -> Iterator[Claim]:
    """The best that was reached without labels of the set itself, and how far that is from the best of all.

    Silent where no extractor is known to need none, or all are.
    """
    for dataset, order in context.quality.items():
        names = context.best_group(dataset, context.label_free)
        if not names or all(v in context.label_free for v in context.column(dataset)):
            continue
        ari, best = (context.study.samples[dataset, v[0], context.main].mean for v in (names, order[0]))
        leads = set(order[0]) <= set(names)
        if leads:
            message = N_(
                "On {dataset} the best of all, {name} ({metric} = {quality}), uses no labels of the set.{elsewhere}"
            )
        elif equal(ari, best):
            message = N_(
                "On {dataset} the best {metric}, {quality}, is reached without labels of the set as well: "
                "{name}.{elsewhere}"
            )
        else:
            message = (
                _WITHOUT_LABELS_BY_OTHER
                if context.main != "ari"
                else N_(
                    "Without labels of the set, {dataset} is clustered best with {name}: ARI = {quality}, {gap} "
                    "below the best of all ({best}).{elsewhere}"
                )
            )
        if leads:
            labelled = [v for v in context.column(dataset) if v not in context.label_free]
            found = [context.lead(dataset, names[0], other) for other in labelled]
            notable = all(c.interval is not None or c.difference > context.margin for c in found)
        else:
            found = [context.compare(dataset, order[0][0], names[0])]
            notable = False
        # the best among those without labels must be shown to be it, and so must its distance or lead
        first = context.first_place(
            dataset, context.main, names, descending=context.study.rising, among=context.label_free
        )
        support = TIE if equal(ari, best) and not leads else weakest((first, *(c.support for c in found)))
        evidence = tuple(context.evidence(dataset, v) for v in dict.fromkeys((*names, *order[0])))
        photographs = context.study.dataset_by_name[dataset].natural_images is not False
        yield Claim(
            id=f"without_labels/{dataset}",
            kind="without_labels",
            message=message,
            params={
                "dataset": DatasetNames((dataset,)),
                "name": Names(names),
                "quality": context.value(dataset, names[0]),
                "gap": Derived(abs(best - ari)),
                "best": Names(order[0]),
                **other_labels(context, names),
            },
            dataset=dataset,
            metric=context.main,
            subjects=names,
            value=ari,
            support=support,
            evidence=evidence,
            # a lead that is not shown is no surprise, nor is one of pretrained features on photographs
            surprising=leads
            and notable
            and support in (CERTAIN, LIKELY, SINGLE_RUN)
            and not (photographs and all(v in context.of_family("pretrained") for v in names)),
        )


_PROBE = {
    BETTER: N_(
        "On {dataset} a linear classifier trained with labels gets {probe} of the test images right from the features of "
        "{name}, clusters matched to classes {clusters}: the features hold more than clustering finds."
    ),
    UNDETERMINED: N_(
        "On {dataset} a linear classifier trained with labels gets {probe} of the test images right from the features of "
        "{name}, clusters matched to classes {clusters}."
    ),
}


def separable(context: Context) -> Iterator[Claim]:
    """How well classes can be told apart in the features of highest linear-probe accuracy, and by clusters.

    Silent without a linear probe or a clustering accuracy of the same features.
    """
    for dataset in context.quality:
        probe, clusters = (
            context.study.column(dataset, m) for m in ("probe_accuracy", "clustering_accuracy")
        )
        if not probe:
            continue
        first = groups({v: (x,) for v, x in probe.items()})[0]
        if any(v not in clusters for v in first):
            continue
        # of equals by the probe those whose clusters are best, all of them
        names = groups({v: (clusters[v],) for v in first})[0]
        name = names[0]
        right, matched = (
            context.study.samples[dataset, name, m] for m in ("probe_accuracy", "clustering_accuracy")
        )
        outcome, support = UNDETERMINED, SINGLE_RUN
        if right.seeds == matched.seeds and len(right.seeds) > 1:
            differences = [x - y for x, y in zip(right.values, matched.values, strict=True)]
            outcome, support = judge(interval(differences), context.margin)
        yield Claim(
            id=f"separable/{dataset}",
            kind="separable",
            message=_PROBE[BETTER if outcome == BETTER else UNDETERMINED],
            params={
                "dataset": DatasetNames((dataset,)),
                "name": Names(names),
                "probe": context.value(dataset, name, "probe_accuracy"),
                "clusters": context.value(dataset, name, "clustering_accuracy"),
            },
            dataset=dataset,
            metric="probe_accuracy",
            subjects=names,
            value=right.mean,
            support=support,
            evidence=tuple(
                context.evidence(dataset, v, m)
                for v in names
                for m in ("probe_accuracy", "clustering_accuracy")
            ),
        )
