"""Who is first, next and last on each image set, and against the raw-pixel control."""

from __future__ import annotations

from collections.abc import Iterator

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
    MetricTitle,
    Names,
    Param,
)
from fxreport.analysis.context import CONTROL, Context, interval_params
from fxreport.analysis.quantities.ranking import equal, groups
from fxreport.analysis.statistics.compare import BETTER, TIED, WORSE, Comparison, outcomes, weakest

_WINNER = {
    CERTAIN: N_(
        "On {dataset} the best clustering is that of {winner}: ARI = {quality}; its lead over "
        "{second} is {difference} ({spread})."
    ),
    LIKELY: N_(
        "On {dataset} the highest ARI, {quality}, is that of {winner}; its lead over {second} is "
        "above zero but may be too small to matter: {difference} ({spread}; margin {margin})."
    ),
    TIE: N_(
        "On {dataset} the highest ARI, {quality}, is that of {winner}, yet it is practically equal "
        "to {second}: the difference is {difference} ({spread}; margin ±{margin})."
    ),
    UNDETERMINED: N_(
        "On {dataset} the {highest} {metric}, {quality}, is that of {winner}, but no difference from "
        "{second} is shown: {difference} ({spread})."
    ),
    SINGLE_RUN: N_("On {dataset} the {highest} {metric} of a single run is that of {winner}: {quality}."),
}
_BY_OTHER = N_(
    "On {dataset} the {highest} {metric}, {quality}, is that of {winner}; its lead over {second} is {difference} ({spread})."
)
#: no difference of another measure is known to matter or not
_WINNER_BY_OTHER = {**_WINNER, CERTAIN: _BY_OTHER, LIKELY: _BY_OTHER}
_SHARED = N_("On {dataset} the {highest} {metric}, {quality}, is shared by {winner}.")
_ALONE = N_("On {dataset} {a_metric} was measured of {winner} only: {quality}.")
_BY_NMI = N_(
    "On {dataset} the highest ARI, {quality}, is shared by {shared}; by NMI ({nmi}) the first is {winner}."
)
_SOME_ONCE = N_(
    "On {dataset} the {highest} mean {metric}, {quality}, is that of {winner}; some others were "
    "run only once, so that no interval says whether they are behind."
)


def winner(context: Context) -> Iterator[Claim]:
    """The best main quality (of ARI, NMI breaks ties); silent where a set has none."""
    for dataset, order in context.quality.items():
        first = order[0]
        evidence = [context.evidence(dataset, name) for name in first]
        evidence += [
            context.evidence(dataset, name, "nmi")
            for name in first
            if context.study.sample(dataset, name, "nmi") is not None
        ]
        params: dict[str, Param] = {
            "dataset": DatasetNames((dataset,)),
            "winner": Names(first),
            "quality": context.value(dataset, first[0]),
        }
        shared = _same_ari(context, dataset, first[0])
        if set(shared) > set(first):
            message, support = _BY_NMI, TIE
            params |= {"shared": Names(shared), "nmi": context.value(dataset, first[0], "nmi")}
            evidence += [
                context.evidence(dataset, v, m)
                for v in shared
                if v not in first
                for m in (context.main, "nmi")
            ]
        elif len(first) > 1:
            message, support = _SHARED, TIE
        elif len(order) == 1:
            message, support = _ALONE, context.fact(evidence[0])  # of the ARI: NMI is not told
        else:
            rivals = [name for group in order[1:] for name in group]
            comparisons = [context.lead(dataset, first[0], name) for name in rivals]
            tested = [c for c in comparisons if c.interval is not None]
            if len(tested) < len(comparisons):
                support = SINGLE_RUN
                message = _WINNER[SINGLE_RUN] if evidence[0].seeds == 1 else _SOME_ONCE
            else:
                # by the interval: a rival with a lower mean may come closer
                closest = min(tested, key=_nearness)
                seconds = tuple(c.b for c in tested if _as_near(c, closest))
                support = closest.support
                message = (_WINNER if context.main == "ari" else _WINNER_BY_OTHER)[support]
                params |= {
                    "second": Names(seconds),
                    "margin": Derived(context.margin, decimals=2, constant="margin"),
                }
                if closest.interval is not None:
                    params |= interval_params(closest.interval)
                evidence += [context.evidence(dataset, v) for v in seconds]
        yield Claim(
            id=f"winner/{dataset}",
            kind="winner",
            message=message,
            params=params,
            dataset=dataset,
            metric=context.main,
            subjects=first,
            value=context.study.mean(dataset, first[0], context.main),
            support=support,
            evidence=tuple(evidence),
        )


def _same_ari(context: Context, dataset: str, name: str) -> tuple[str, ...]:
    """The variants whose ARI equals that of ``name``, itself included, in reading order."""
    ari = context.column(dataset)
    return tuple(v for v in ari if equal(ari[v], ari[name]))


def _nearness(comparison: Comparison) -> float:
    return comparison.interval.low if comparison.interval else comparison.difference


def _as_near(comparison: Comparison, closest: Comparison) -> bool:
    return equal(_nearness(comparison), _nearness(closest)) and equal(
        comparison.difference, closest.difference
    )


def runner_up(context: Context) -> Iterator[Claim]:
    """The place after the first; silent where a set has a single place."""
    messages = (
        N_("Next by {metric} on {dataset}: {names} ({quality})."),
        N_("Next on {dataset}, of equal ARI by NMI: {names} (ARI = {quality})."),
    )
    for dataset, order in context.quality.items():
        if len(order) > 1:
            yield _place(context, "runner_up", dataset, 1, messages)


def worst(context: Context) -> Iterator[Claim]:
    """The last place; silent where a set has a single place."""
    messages = (
        N_("The {lowest} {metric} on {dataset}: {names} ({quality})."),
        N_("The lowest on {dataset}, of equal ARI by NMI: {names} (ARI = {quality})."),
    )
    for dataset, order in context.quality.items():
        if len(order) > 1:
            yield _place(context, "worst", dataset, len(order) - 1, messages)


def _place(context: Context, kind: str, dataset: str, place: int, messages: tuple[str, str]) -> Claim:
    """The group at a place of the order; its support is the least of its comparisons with all others."""
    order = context.quality[dataset]
    names = order[place]
    support = weakest(
        context.compare(dataset, names[0], other).support
        for group in order
        if group is not names
        for other in group
    )
    by_nmi = set(_same_ari(context, dataset, names[0])) > set(names)
    metrics = (context.main, "nmi") if by_nmi else (context.main,)
    return Claim(
        id=f"{kind}/{dataset}",
        kind=kind,
        message=messages[by_nmi],
        params={
            "dataset": DatasetNames((dataset,)),
            "names": Names(names),
            "quality": context.value(dataset, names[0]),
        },
        dataset=dataset,
        metric=context.main,
        subjects=names,
        value=context.study.mean(dataset, names[0], context.main),
        support=TIE if by_nmi or len(names) > 1 else support,
        evidence=tuple(context.evidence(dataset, name, m) for name in names for m in metrics),
    )


def best(context: Context) -> Iterator[Claim]:
    """Every metric that has a direction, best in its own; says only whose mean it is.

    Silent on metrics without a direction, where a set lacks the metric, and of what is not to be ranked.
    """
    highest = N_("The highest {metric} on {dataset}: {names} ({value}).")
    lowest = N_("The lowest {metric} on {dataset}: {names} ({value}).")
    for dataset in context.study.datasets:
        for name in context.study.metrics():
            direction = context.study.direction(dataset.name, name)
            column = context.study.column(dataset.name, name)
            if direction is None or not column:
                continue
            first = groups({v: (value,) for v, value in column.items()}, descending=direction)[0]
            yield Claim(
                id=f"best/{dataset.name}/{name}",
                kind="best",
                message=highest if direction else lowest,
                params={
                    "metric": MetricTitle(name),
                    "dataset": DatasetNames((dataset.name,)),
                    "names": Names(first),
                    "value": context.value(dataset.name, first[0], name),
                },
                dataset=dataset.name,
                metric=name,
                subjects=first,
                value=column[first[0]],
                support=context.first_place(dataset.name, name, first, descending=direction),
                evidence=tuple(context.evidence(dataset.name, v, name) for v in first),
            )


_AGAINST_CONTROL = {
    BETTER: N_("Better than raw pixels on {dataset} ({metric} = {control}): {names}."),
    WORSE: N_("Worse than raw pixels on {dataset} ({metric} = {control}): {names}."),
    TIED: N_("Practically equal to raw pixels on {dataset} ({metric} = {control}): {names}."),
    UNDETERMINED: N_(
        "No difference from raw pixels on {dataset} ({metric} = {control}) is shown for: {names}."
    ),
}
_AGAINST_CONTROL_SINGLE = {
    BETTER: N_("In a single run, {above} raw pixels on {dataset} ({metric} = {control}): {names}."),
    WORSE: N_("In a single run, {below} raw pixels on {dataset} ({metric} = {control}): {names}."),
    TIED: N_("In a single run, equal to raw pixels on {dataset} ({metric} = {control}): {names}."),
}


def against_control(context: Context) -> Iterator[Claim]:
    """What each extractor adds to raw pixels; silent where the set lacks that control.

    Being worse than raw pixels is unexpected, but of a pretrained network at a small input.
    """
    for dataset in context.quality:
        if context.study.sample(dataset, CONTROL, context.main) is None:
            continue
        others = [v for group in context.quality[dataset] for v in group if v != CONTROL]
        comparisons = {v: context.compare(dataset, v, CONTROL) for v in others}
        for single, messages in ((False, _AGAINST_CONTROL), (True, _AGAINST_CONTROL_SINGLE)):
            chosen = {v: c for v, c in comparisons.items() if (c.support == SINGLE_RUN) == single}
            for outcome, names in outcomes(chosen).items():
                support = (
                    SINGLE_RUN if single else {TIED: TIE, UNDETERMINED: UNDETERMINED}.get(outcome, LIKELY)
                )
                if support == LIKELY and all(chosen[v].support == CERTAIN for v in names):
                    support = CERTAIN
                yield Claim(
                    id=f"against_control/{dataset}/{outcome}" + ("/single_run" if single else ""),
                    kind="against_control",
                    message=messages[outcome],
                    params={
                        "dataset": DatasetNames((dataset,)),
                        "control": context.value(dataset, CONTROL),
                        "names": Names(names),
                    },
                    dataset=dataset,
                    metric=context.main,
                    subjects=names,
                    support=support,
                    evidence=(
                        context.evidence(dataset, CONTROL),
                        *(context.evidence(dataset, v) for v in names),
                    ),
                    surprising=outcome == WORSE and any(map(context.expected_above_pixels, names)),
                    details={"outcome": outcome},
                )


def wins(context: Context) -> Iterator[Claim]:
    """On which image sets each extractor leads; silent where only one set has ARI, and on sets without a rival."""
    if len(context.quality) < 2:
        return
    leaders: dict[str, list[str]] = {}
    supports = {claim.dataset: claim.support for claim in winner(context)}
    for dataset, order in context.quality.items():
        for name in order[0] if len(context.column(dataset)) > 1 else ():
            leaders.setdefault(name, []).append(dataset)
    for name in sorted(leaders, key=lambda v: -len(leaders[v])):
        everywhere = len(leaders[name]) == len(context.quality)
        yield Claim(
            id=f"wins/{name}",
            kind="wins",
            message=N_("On every image set ({datasets}) the {highest} {metric} is reached by {name}.")
            if everywhere
            else N_("On {datasets} the {highest} {metric} is reached by {name}."),
            params={"datasets": DatasetNames(tuple(leaders[name])), "name": Names((name,))},
            metric=context.main,
            subjects=(name,),
            value=float(len(leaders[name])),
            support=weakest(supports[d] for d in leaders[name]),
            evidence=tuple(context.evidence(d, name) for d in leaders[name]),
        )


def mean_quality(context: Context) -> Iterator[Claim]:
    """Mean ARI over the image sets; silent on an extractor that was not measured on all of them."""
    datasets = context.datasets_with()
    if len(datasets) < 2:
        return
    for name in context.complete():
        mean = context.mean_over_datasets(name, context.main)
        evidence = tuple(context.evidence(d, name) for d in datasets)
        yield Claim(
            id=f"mean_quality/{name}",
            kind="mean_quality",
            message=N_("{name}: mean {metric} over {datasets} is {mean}."),
            params={
                "name": Names((name,)),
                "datasets": DatasetNames(datasets),
                "mean": Derived(mean),
            },
            metric=context.main,
            subjects=(name,),
            value=mean,
            support=context.fact(*evidence),
            evidence=evidence,
        )
