"""Recommendations: a scenario's constraints, who meets them best, and what would change the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Count,
    DatasetNames,
    Derived,
    Message,
    Names,
    Param,
    Recommendation,
)
from fxreport.analysis.context import Context, interval_params
from fxreport.analysis.rules.speed import mean_times
from fxreport.analysis.uncertainty import Interval, interval

#: "limited compute": at most this multiple of the speed baseline's mean time
TIME_LIMIT = 2.0
#: "production": the fastest of those that keep this share of the best mean ARI
QUALITY_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Scenario:
    """``admits`` says whether a variant qualifies; ``natural_only`` restricts the sets to natural images."""

    name: str
    title: str
    constraint: str
    admits: Callable[[Context, str], bool]
    natural_only: bool = False
    fastest_within_share: bool = False


def _time_ratio(context: Context, variant: str) -> float | None:
    means, baseline = mean_times(context), context.speed_baseline
    if baseline is None or variant not in means or means[baseline] <= 0:
        return None
    return means[variant] / means[baseline]


def _cheap(context: Context, variant: str) -> bool:
    ratio = _time_ratio(context, variant)
    return ratio is not None and ratio <= TIME_LIMIT


SCENARIOS = (
    Scenario(
        "max_quality",
        N_("Highest quality, whatever it costs"),
        N_("Every extractor qualifies."),
        lambda context, variant: True,
    ),
    Scenario(
        "no_labels",
        N_("No labels"),
        N_("Extractors that need no labels of the set qualify."),
        lambda context, variant: not context.study.variant_by_id[variant].extractor.needs_labels,
    ),
    Scenario(
        "limited_compute",
        N_("Limited computing power"),
        N_(
            "Extractors whose mean extraction time is at most {limit} relative to the baseline extractor ({baseline}) qualify."
        ),
        _cheap,
    ),
    Scenario(
        "pretrained",
        N_("A pretrained extractor is wanted"),
        N_("Extractors pretrained on ImageNet qualify."),
        lambda context, variant: context.study.variant_by_id[variant].family == "pretrained",
    ),
    Scenario(
        "natural_images",
        N_("Natural images"),
        N_("Every extractor qualifies; only sets of natural photographs count: {datasets}."),
        lambda context, variant: True,
        natural_only=True,
    ),
    Scenario(
        "production",
        N_("In production"),
        N_("The fastest extractor is sought among those that keep at least {share} of the best mean ARI."),
        lambda context, variant: variant in mean_times(context),
        fastest_within_share=True,
    ),
)

_HIGHEST = N_("the highest mean ARI of those that qualify, {mean} over {datasets}.")
_HIGHEST_ONE = N_("the highest ARI of those that qualify, {mean} on {datasets}.")
_FASTEST = N_("the fastest of those that qualify, with a mean ARI of {mean} over {datasets}.")
_ONLY = N_("the only one that qualifies, with a mean ARI of {mean} over {datasets}.")
#: the whole answer, where it stands without the name beside it
ANSWER = N_("{name}: {rest}")
_NONE = N_("No measured extractor qualifies.")
_NOBODY_COMPLETE = N_("No extractor was measured on all of {datasets}.")
_NO_NATURAL = N_("No set of natural photographs was measured.")
_NO_BASELINE = N_("The times cannot be set against a baseline extractor, so that nothing can be said.")


def recommend(context: Context, scenario: Scenario, claim_ids: frozenset[str]) -> Recommendation:
    """Answer one scenario. Only extractors measured on all of its image sets compete."""
    datasets = tuple(
        d
        for d in context.datasets_with("ari")
        if not scenario.natural_only or context.study.dataset_by_name[d].natural_images
    )
    limits: dict[str, Param] = {
        "limit": Derived(TIME_LIMIT, "multiple", 0),
        "share": Derived(QUALITY_SHARE, "percent", 0),
        "datasets": DatasetNames(datasets),
    }
    if not datasets:
        message = _NO_NATURAL if scenario.natural_only else _NONE
        return Recommendation(scenario.name, None, Message(message), support=UNDETERMINED)
    if scenario.name == "limited_compute":
        if context.speed_baseline is None:
            return Recommendation(scenario.name, None, Message(_NO_BASELINE), support=UNDETERMINED)
        limits["baseline"] = Names((context.speed_baseline,))
    constraint = Message(scenario.constraint, limits)
    complete = [
        v.id
        for v in context.study.variants
        if all((d, v.id, "ari") in context.study.samples for d in datasets)
    ]
    if not complete:
        nobody = Message(_NOBODY_COMPLETE, {"datasets": DatasetNames(datasets)})
        return Recommendation(scenario.name, None, nobody, (constraint,), support=UNDETERMINED)
    admissible = tuple(v for v in complete if scenario.admits(context, v))
    if not admissible:
        return Recommendation(scenario.name, None, Message(_NONE), (constraint,), support=UNDETERMINED)

    choice = choose(context, scenario, admissible, datasets)
    mean = _mean(context, choice, datasets)
    answer: dict[str, Param] = {
        "name": Names((choice,)),
        "mean": Derived(mean),
        "datasets": DatasetNames(datasets),
    }
    message = _HIGHEST if len(datasets) > 1 else _HIGHEST_ONE
    if scenario.fastest_within_share:
        message = _FASTEST
    if len(admissible) == 1:
        message = _ONLY
    details = [constraint]
    support, lead = CERTAIN, None
    others = [v for v in admissible if v != choice]
    if others:
        second = max(others, key=lambda v: (_mean(context, v, datasets), -admissible.index(v)))
        lead = mean_difference(context, choice, second, datasets)
        details.append(_against_next(context, choice, second, datasets, lead))
        support = _support(context, choice, others, datasets)
    elif context.study.single_run:
        support = SINGLE_RUN
    ratio = _time_ratio(context, choice)
    if ratio is not None and context.speed_baseline is not None and choice != context.speed_baseline:
        details.append(
            Message(
                N_("Its mean extraction time relative to the baseline extractor ({baseline}): {factor}."),
                {"factor": Derived(ratio, "multiple", 2), "baseline": Names((context.speed_baseline,))},
            )
        )
    changes = what_changes(context, scenario, admissible, datasets, choice)
    details += changes
    return Recommendation(
        scenario=scenario.name,
        extractor=choice,
        answer=Message(message, answer),
        details=tuple(details),
        claims=tuple(c for c in _cited(choice, datasets, scenario) if c in claim_ids),
        support=support,
        firm=support == CERTAIN and not changes and len(datasets) > 1,
        admissible=admissible,
    )


def choose(context: Context, scenario: Scenario, admissible: Sequence[str], datasets: Sequence[str]) -> str:
    """The admissible variant that the scenario's objective prefers; reading order breaks exact ties."""
    means = {v: _mean(context, v, datasets) for v in admissible}
    best = max(means.values())
    if scenario.fastest_within_share:
        times = mean_times(context)
        least = QUALITY_SHARE * best if best > 0 else best
        good = [v for v in admissible if means[v] >= least]
        return min(good, key=lambda v: times[v])
    return max(admissible, key=lambda v: means[v])


def mean_difference(context: Context, a: str, b: str, datasets: Sequence[str]) -> Interval | None:
    """Interval of a − b of the mean ARI over sets, paired over the seeds that every cell has."""
    samples = {(d, v): context.study.samples[d, v, "ari"] for d in datasets for v in (a, b)}
    shared = set.intersection(*(set(s.seeds) for s in samples.values()))
    if len(shared) < 2:
        return None
    differences = []
    for seed in sorted(shared):
        of_seed = {cell: s.values[s.seeds.index(seed)] for cell, s in samples.items()}
        differences.append(sum(of_seed[d, a] - of_seed[d, b] for d in datasets) / len(datasets))
    # sets are independent: the image variances of their means add up
    variance, overlap = 0.0, 0.0
    for dataset in datasets:
        keys, rivals = (
            [samples[dataset, v].keys[samples[dataset, v].seeds.index(s)] for s in sorted(shared)]
            for v in (a, b)
        )
        known = context.influences.spread(keys, rivals)
        if known is not None:
            variance += known[0] * known[1] / len(datasets) ** 2
            overlap = 1.0
    return interval(differences, variance if overlap else None, overlap)


def what_changes(
    context: Context, scenario: Scenario, admissible: Sequence[str], datasets: Sequence[str], choice: str
) -> list[Message]:
    """Leave out one image set at a time: which choice would follow? Empty where none changes it."""
    if len(datasets) == 1:
        return [
            Message(
                N_("It rests on a single image set, {datasets}."), {"datasets": DatasetNames(tuple(datasets))}
            )
        ]
    changed: dict[str, list[str]] = {}
    for left_out in datasets:
        other = choose(context, scenario, admissible, [d for d in datasets if d != left_out])
        if other != choice:
            changed.setdefault(other, []).append(left_out)
    return [
        Message(
            N_("If {datasets} were left out, the choice would be {other}.")
            if len(sets) == 1
            else N_("If any one of {datasets} were left out, the choice would be {other}."),
            {"datasets": DatasetNames(tuple(sets)), "other": Names((other,))},
        )
        for other, sets in changed.items()
    ]


def _mean(context: Context, variant: str, datasets: Sequence[str]) -> float:
    return sum(context.study.samples[d, variant, "ari"].mean for d in datasets) / len(datasets)


def _support(context: Context, choice: str, others: Sequence[str], datasets: Sequence[str]) -> str:
    leads = [mean_difference(context, choice, other, datasets) for other in others]
    known = [lead for lead in leads if lead is not None]
    if len(known) < len(leads):
        return SINGLE_RUN
    if all(lead.low > context.margin for lead in known):
        return CERTAIN
    return LIKELY if all(lead.low > 0 for lead in known) else UNDETERMINED


def _against_next(
    context: Context, choice: str, second: str, datasets: Sequence[str], lead: Interval | None
) -> Message:
    params: dict[str, Param] = {
        "second": Names((second,)),
        "second_mean": Derived(_mean(context, second, datasets)),
        "count": Count(len(datasets), "dataset"),
    }
    if lead is None:
        return Message(
            N_("By quality the next that qualifies is {second} ({second_mean}); single runs."), params
        )
    params |= interval_params(lead)
    return Message(
        N_(
            "By quality the next that qualifies is {second} ({second_mean}); the difference is {difference} "
            "({level} interval from {low} to {high})."
        ),
        params,
    )


def _cited(choice: str, datasets: Sequence[str], scenario: Scenario) -> list[str]:
    cited = [f"mean_quality/{choice}"] + [f"winner/{d}" for d in datasets]
    if scenario.fastest_within_share or scenario.name == "limited_compute":
        cited += [f"speed_rank/{choice}", f"speed_ratio/{choice}"]
    if scenario.name == "no_labels":
        cited += [f"without_labels/{d}" for d in datasets]
    return cited
