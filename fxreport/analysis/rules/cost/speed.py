"""Extraction times: who is fast, by what factor, and what quality a second buys."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from fxreport.analysis.claims import (
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
    Phrase,
    Verbatim,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.costs import SECONDS
from fxreport.analysis.quantities.ranking import competition_ranks, groups
from fxreport.analysis.quantities.times import time_ratio
from fxreport.analysis.statistics.compare import BETTER, judge, weakest
from fxreport.analysis.statistics.pareto import standings
from fxreport.analysis.statistics.uncertainty import interval

#: the shortest and the longest of the repeated passes
PASSES = ("extraction_seconds_min", "extraction_seconds_max")

_TIME = "{seconds}"
_TIME_OF_PASSES = N_("{seconds}; single passes from {shortest} to {longest}")


def extremes(context: Context) -> Iterator[Claim]:
    """Fastest and slowest on each set; and the fastest that has learned, and that is pretrained, where others are.

    With the spread of the repeated passes, means over seeds, where it was kept. Silent where a set has times of
    fewer than two.
    """
    messages = {
        "fastest": N_("Fastest on {dataset}: {names} ({time})."),
        "slowest": N_("Slowest on {dataset}: {names} ({time})."),
        "fastest_learned": N_("Fastest of the learned extractors on {dataset}: {names} ({time})."),
        "fastest_pretrained": N_("Fastest of the pretrained extractors on {dataset}: {names} ({time})."),
    }
    for dataset in context.datasets_with(SECONDS):
        column = context.study.column(dataset, SECONDS)
        order = groups({v: (seconds,) for v, seconds in column.items()}, descending=False)
        chosen = {"fastest": order[0]} if len(column) > 1 else {}
        if len(order) > 1:
            chosen["slowest"] = order[-1]
        kinds = {
            "fastest_learned": {v: (column[v],) for v in column if context.learned(v)},
            "fastest_pretrained": {v: (column[v],) for v in context.of_family("pretrained") if v in column},
        }
        for kind, members in kinds.items():
            enough = len(members) >= (1 if kind == "fastest_learned" else 2)
            if enough and len(members) < len(column):
                chosen[kind] = groups(members, descending=False)[0]
        for kind, names in chosen.items():
            evidence = tuple(context.evidence(dataset, v, SECONDS) for v in names)
            support = context.first_place(
                dataset,
                SECONDS,
                names,
                descending=kind == "slowest",
                among=kinds.get(kind),
            )
            params: dict[str, Param] = {
                "dataset": DatasetNames((dataset,)),
                "names": Names(names),
                "time": Phrase(_TIME),
                "seconds": context.value(dataset, names[0], SECONDS),
            }
            passes = [context.study.sample(dataset, names[0], m) for m in PASSES]
            if len(names) == 1 and None not in passes:
                ends = [context.value(dataset, names[0], m) for m in PASSES]
                params |= {"time": Phrase(_TIME_OF_PASSES), "shortest": ends[0], "longest": ends[1]}
                evidence += tuple(end.evidence for end in ends)
            yield Claim(
                id=f"{kind}/{dataset}",
                kind=kind,
                message=messages[kind],
                params=params,
                dataset=dataset,
                metric=SECONDS,
                subjects=names,
                value=column[names[0]],
                support=support,
                evidence=evidence,
            )


def mean_times(context: Context, datasets: Sequence[str] | None = None) -> dict[str, float]:
    """Mean time over the image sets (all that have times, or those given), from fast to slow.

    Only for the variants that were timed on all of them.
    """
    sets = context.datasets_with(SECONDS) if datasets is None else datasets
    samples = context.study.samples
    means = {
        v.id: sum(samples[d, v.id, SECONDS].mean for d in sets) / len(sets)
        for v in context.study.variants
        if sets and all((d, v.id, SECONDS) in samples for d in sets)
    }
    return dict(sorted(means.items(), key=lambda item: item[1]))


def ranks(context: Context) -> Iterator[Claim]:
    """Place of each extractor by its mean time over all image sets; silent on one with a missing cell."""
    means = mean_times(context)
    places = competition_ranks(means, descending=False)
    datasets = context.datasets_with(SECONDS)
    for name, seconds in means.items():
        evidence = tuple(context.evidence(d, name, SECONDS) for d in datasets)
        yield Claim(
            id=f"speed_rank/{name}",
            kind="speed_rank",
            message=N_("{name}: place {rank} of {count} by speed, {seconds} s on average over {datasets}."),
            params={
                "name": Names((name,)),
                "rank": Derived(places[name], "integer"),
                "count": Derived(len(means), "integer"),
                "seconds": Derived(seconds, "significant", 3),
                "datasets": DatasetNames(datasets),
            },
            metric=SECONDS,
            subjects=(name,),
            value=float(places[name]),
            support=context.fact(*evidence),
            evidence=evidence,
            details={"mean_seconds": seconds},
        )


_RATIO_SPREAD = N_(" (from {low} to {high} over the seeds)")


def ratios(context: Context) -> Iterator[Claim]:
    """Mean time over the sets as a multiple of the baseline extractor's; silent where there is no baseline.

    No more digits are said than the spread over seeds allows; of single runs two.
    """
    baseline = context.speed_baseline
    means = mean_times(context)
    if baseline is None or means[baseline] <= 0:
        return
    datasets = context.datasets_with(SECONDS)
    for name in means:
        found = None if name == baseline else time_ratio(context, name, baseline, datasets)
        if found is None:
            continue
        params: dict[str, Param] = {
            "name": Names((name,)),
            "baseline": Names((baseline,)),
            "spread": Verbatim(""),
        }
        slower = found.ratio > 1
        factor = found.shown("times", inverse=not slower)
        spread = found.interval
        undetermined = spread is not None and spread.low <= 0 <= spread.high and spread.low < spread.high
        if spread is not None:
            # towards one side only: as often faster as the baseline, or as long
            ends = sorted(found.seeds, reverse=not slower and not undetermined)
            inverse = not slower and not undetermined
            params |= {
                "spread": Phrase(_RATIO_SPREAD),
                "low": found.shown("decimal", ends[0], inverse=inverse),
                "high": found.shown("decimal", ends[-1], inverse=inverse),
            }
        if undetermined:
            message = N_(
                "No difference of the times of {name} and {baseline} is shown: the ratio is from {low} to {high} over the seeds."
            )
        elif factor.value <= 1:
            message = N_("{name} takes about as long as {baseline}{spread}.")
        elif slower:
            message = N_("{name} takes {factor} as long as {baseline}{spread}.")
            params["factor"] = factor
        else:
            message = N_("{name} is {factor} as fast as {baseline}{spread}.")
            params["factor"] = factor
        evidence = tuple(context.evidence(d, v, SECONDS) for v in (name, baseline) for d in datasets)
        yield Claim(
            id=f"speed_ratio/{name}",
            kind="speed_ratio",
            message=message,
            params=params,
            metric=SECONDS,
            subjects=(name,),
            value=found.ratio,
            support=UNDETERMINED if undetermined else context.fact(*evidence),
            evidence=evidence,
            details={"baseline": baseline},
        )


def efficiency(context: Context, dataset: str) -> dict[str, float]:
    """Main quality ÷ seconds of each variant that has both; nobody's where less of the quality is better."""
    if not context.study.rising:
        return {}
    ari, seconds = context.column(dataset), context.study.column(dataset, SECONDS)
    scores = {v: ari[v] / seconds[v] for v in ari if seconds.get(v, 0) > 0}
    return {v: score for v, score in scores.items() if math.isfinite(score)}


def most_efficient(context: Context) -> Iterator[Claim]:
    """Highest main quality ÷ seconds; and the same among the learned, where the control costs next to nothing.

    Silent where a set has both of fewer than two. The quotient is no verdict: where times differ far more than the
    quality does, it is a place by speed and the sentence says so.
    """
    messages = {
        "most_efficient": N_("Most {metric} for its time on {dataset}: {names}{of}.{by_speed}"),
        "most_efficient_learned": N_(
            "Most {metric} for its time on {dataset} among the learned extractors: {names}{of}.{by_speed}"
        ),
    }
    for dataset in context.quality:
        scores = efficiency(context, dataset)
        learned = {v: s for v, s in scores.items() if context.learned(v)}
        wanted: dict[str, Mapping[str, float]] = {"most_efficient": scores}
        if learned and len(learned) < len(scores):
            wanted["most_efficient_learned"] = learned
        for kind, chosen in wanted.items():
            if len(scores) < 2 or max(chosen.values()) < 0:  # below chance a slower one would come out ahead
                continue
            names = groups({v: (s,) for v, s in chosen.items()})[0]
            evidence = tuple(context.evidence(dataset, v, m) for v in names for m in (context.main, SECONDS))
            yield Claim(
                id=f"{kind}/{dataset}",
                kind=kind,
                message=messages[kind],
                params={
                    "dataset": DatasetNames((dataset,)),
                    "names": Names(names),
                    "quality": context.value(dataset, names[0]),
                    "seconds": context.value(dataset, names[0], SECONDS),
                    # equals by the quotient need not be so by what it is of
                    "of": Phrase(_OF) if len(names) == 1 else Verbatim(""),
                    "by_speed": Phrase(_BY_SPEED)
                    if _ordered_by_speed(context, dataset, chosen)
                    else Verbatim(""),
                },
                dataset=dataset,
                metric="efficiency",
                subjects=names,
                value=chosen[names[0]],
                support=_most_efficient_support(context, dataset, names, chosen),
                evidence=evidence,
            )


_OF = N_(" ({quality} in {seconds})")
_BY_SPEED = N_(" Times differ far more than {metric} does: by this measure the fast are ahead, not the good.")


def _ordered_by_speed(context: Context, dataset: str, names: Iterable[str]) -> bool:
    """Whether the greatest factor between times is beyond the square of that between the values of the quality."""
    qualities, times = (
        [context.study.column(dataset, metric)[v] for v in names] for metric in (context.main, SECONDS)
    )
    return min(*qualities, *times) > 0 and _factor(times) > 2 * _factor(qualities)


def _factor(values: Sequence[float]) -> float:
    """The greatest between any two, as a logarithm: its square may be no number."""
    return math.log(max(values)) - math.log(min(values))


def _most_efficient_support(
    context: Context, dataset: str, names: tuple[str, ...], chosen: Mapping[str, float]
) -> str:
    """By the intervals of the seeds' own differences from all others; undetermined without common seeds."""
    if len(names) > 1:
        return TIE

    def by_seed(name: str) -> dict[int, float]:
        ari, seconds = (context.study.sample(dataset, name, m) for m in (context.main, SECONDS))
        if ari is None or seconds is None or min(seconds.values) <= 0:
            return {}
        times = dict(zip(seconds.seeds, seconds.values, strict=True))
        return {s: x / times[s] for s, x in zip(ari.seeds, ari.values, strict=True) if s in times}

    own = by_seed(names[0])
    supports = [
        context.fact(*(context.evidence(dataset, v, m) for v in chosen for m in (context.main, SECONDS)))
    ]
    for other in chosen:
        rival = by_seed(other)
        if other == names[0]:
            continue
        if own.keys() != rival.keys() or len(own) < 2:
            supports.append(UNDETERMINED)
            continue
        outcome, support = judge(interval([own[s] - rival[s] for s in own]), 0.0)
        supports.append(support if outcome == BETTER else UNDETERMINED)
    return weakest(supports)


def trade_off(context: Context) -> Iterator[Claim]:
    """The Pareto front of main quality against main cost on each set, and of the means over sets; who is on it for sure.

    Silent where fewer than two extractors have both.
    """
    sets = tuple(context.quality)
    for datasets in [*((d,) for d in sets), *([sets] if len(sets) > 1 else [])]:
        found = standings(context, datasets)
        if len(found) < 2:
            continue
        single = len(datasets) == 1
        front = tuple(s.variant for s in found if s.on_front)
        unsure = tuple(s.variant for s in found if s.certain is False)
        evidence = tuple(
            context.evidence(d, v, m)
            for v in front
            for d in datasets
            for m in (context.main, context.study.cost)
        )
        support = context.fact(*evidence)
        yield Claim(
            id=f"pareto/{datasets[0]}" if single else "pareto",
            kind="pareto",
            message=(_FRONT if context.study.cost == SECONDS else _FRONT_BY_OTHER)[single, bool(unsure)],
            params={
                "datasets": DatasetNames(datasets),
                "names": Names(front),
                "unsure": Names(unsure),
                "cost": MetricTitle(context.study.cost),
            },
            dataset=datasets[0] if single else None,
            metric=context.main,
            subjects=front,
            value=float(len(front)),
            support=SINGLE_RUN
            if any(s.certain is None for s in found)
            else UNDETERMINED
            if unsure
            else support,
            evidence=evidence,
            details={"unsure": unsure},
        )


_FRONT = {
    # (one set, somebody's place is not shown)
    (True, False): N_(
        "On {datasets} the front of the quality–time trade-off, where nothing is both faster and better: {names}."
    ),
    (True, True): N_(
        "On {datasets} the front of the quality–time trade-off, where nothing is both faster and better: {names}; not "
        "settled for: {unsure}."
    ),
    (False, False): N_("By the means over {datasets} nothing is both faster and better than: {names}."),
    (False, True): N_(
        "By the means over {datasets} nothing is both faster and better than: {names}; not settled for: {unsure}."
    ),
}
_FRONT_BY_OTHER = {
    (True, False): N_("On {datasets} nothing is better both by {metric} and by {cost} than: {names}."),
    (True, True): N_(
        "On {datasets} nothing is better both by {metric} and by {cost} than: {names}; not settled for: {unsure}."
    ),
    (False, False): N_(
        "By the means over {datasets} nothing is better both by {metric} and by {cost} than: {names}."
    ),
    (False, True): N_(
        "By the means over {datasets} nothing is better both by {metric} and by {cost} than: {names}; not settled for: {unsure}."
    ),
}
