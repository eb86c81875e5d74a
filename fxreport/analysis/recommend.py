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
    DatasetNames,
    Derived,
    Message,
    Names,
    Param,
    Recommendation,
)
from fxreport.analysis.context import Context, interval_params
from fxreport.analysis.rules.speed import mean_times
from fxreport.analysis.uncertainty import Interval, combined_interval, interval

#: "limited compute": at most this multiple of the speed baseline's mean time
TIME_LIMIT = 2.0
#: "production": the fastest of those that keep this share of the best mean ARI
QUALITY_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Scenario:
    """``admits`` says whether a variant qualifies by itself.

    ``natural_only`` restricts the sets to those known to be of natural photographs; ``timed`` needs a speed
    baseline; ``fastest_within_share`` seeks the fastest of those that keep a share of the best mean ARI.
    """

    name: str
    title: str
    constraint: str
    admits: Callable[[Context, str], bool]
    natural_only: bool = False
    timed: bool = False
    fastest_within_share: bool = False


def _time_ratio(context: Context, variant: str) -> float | None:
    means, baseline = mean_times(context), context.speed_baseline
    return None if baseline is None or variant not in means else means[variant] / means[baseline]


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
        N_("Extractors that are known to need no labels of the set qualify."),
        lambda context, variant: variant in context.label_free,
    ),
    Scenario(
        "limited_compute",
        N_("Limited computing power"),
        N_(
            "Extractors whose mean extraction time is at most {limit} relative to the baseline extractor ({baseline}) qualify."
        ),
        _cheap,
        timed=True,
    ),
    Scenario(
        "pretrained",
        N_("A pretrained extractor is wanted"),
        N_("Pretrained extractors qualify."),
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
_WITHOUT = {
    # (somebody qualifies, any one of several)
    (True, False): N_("If {datasets} were left out, the choice would be {other}."),
    (True, True): N_("If any one of {datasets} were left out, the choice would be {other}."),
    (False, False): N_("If {datasets} were left out, nobody would qualify."),
    (False, True): N_("If any one of {datasets} were left out, nobody would qualify."),
}
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

    def unanswered(message: str, *details: Message) -> Recommendation:
        why = Message(message, {"datasets": DatasetNames(datasets)})
        return Recommendation(scenario.name, None, why, details, support=UNDETERMINED)

    if not datasets:
        return unanswered(_NO_NATURAL if scenario.natural_only else _NONE)
    if scenario.timed and context.speed_baseline is None:
        return unanswered(_NO_BASELINE)
    baseline = (context.speed_baseline,) if context.speed_baseline else ()
    constraint = Message(
        scenario.constraint,
        {
            "limit": Derived(TIME_LIMIT, "multiple", 0),
            "share": Derived(QUALITY_SHARE, "percent", 0),
            "datasets": DatasetNames(datasets),
            "baseline": Names(baseline),
        },
    )
    if not _complete(context, datasets):
        return unanswered(_NOBODY_COMPLETE, constraint)
    qualified = admissible(context, scenario, datasets)
    if not qualified:
        return unanswered(_NONE, constraint)

    choice = choose(context, scenario, qualified, datasets)
    message = _FASTEST if scenario.fastest_within_share else _HIGHEST if len(datasets) > 1 else _HIGHEST_ONE
    if len(qualified) == 1:
        message = _ONLY
    details, support = [constraint], CERTAIN
    others = [v for v in qualified if v != choice]
    if others:
        second = max(others, key=lambda v: _mean(context, v, datasets))
        details.append(_against_next(context, choice, second, datasets))
        support = _support(context, choice, others, datasets)
    else:
        support = context.fact(*(context.evidence(d, choice, "ari") for d in datasets))
    ratio = _time_ratio(context, choice)
    if ratio is not None and choice not in baseline:
        details.append(
            Message(
                N_("Its mean extraction time relative to the baseline extractor ({baseline}): {factor}."),
                {"factor": Derived(ratio, "multiple", 2), "baseline": Names(baseline)},
            )
        )
    changes = what_changes(context, scenario, datasets, choice)
    return Recommendation(
        scenario=scenario.name,
        extractor=choice,
        answer=Message(
            message,
            {
                "name": Names((choice,)),
                "mean": Derived(_mean(context, choice, datasets)),
                "datasets": DatasetNames(datasets),
            },
        ),
        details=(*details, *changes),
        claims=tuple(c for c in _cited(choice, datasets, scenario) if c in claim_ids),
        support=support,
        firm=support == CERTAIN and not changes and len(datasets) > 1,
        admissible=qualified,
    )


def admissible(context: Context, scenario: Scenario, datasets: Sequence[str]) -> tuple[str, ...]:
    """The variants measured on all of the sets that meet the scenario's constraint, in reading order."""
    complete = _complete(context, datasets)
    qualified = tuple(v for v in complete if scenario.admits(context, v))
    if not scenario.fastest_within_share:
        return qualified
    best = max((_mean(context, v, datasets) for v in complete), default=0.0)
    least = QUALITY_SHARE * best if best > 0 else best
    return tuple(v for v in qualified if _mean(context, v, datasets) >= least)


def choose(context: Context, scenario: Scenario, qualified: Sequence[str], datasets: Sequence[str]) -> str:
    """The qualified variant that the scenario's objective prefers; reading order breaks exact ties."""
    if scenario.fastest_within_share:
        times = mean_times(context)
        return min(qualified, key=lambda v: times[v])
    return max(qualified, key=lambda v: _mean(context, v, datasets))


def mean_difference(context: Context, a: str, b: str, datasets: Sequence[str]) -> Interval | None:
    """Interval of a − b of the mean ARI over sets, paired where all cells have the same seeds.

    None where a cell has a single seed.
    """
    samples = {(d, v): context.study.samples[d, v, "ari"] for d in datasets for v in (a, b)}
    count = len(datasets)
    if len({s.seeds for s in samples.values()}) > 1:
        difference = _mean(context, a, datasets) - _mean(context, b, datasets)
        return combined_interval(difference, [[x / count for x in s.values] for s in samples.values()])
    seeds = samples[datasets[0], a].seeds
    if len(seeds) < 2:
        return None
    differences = [
        sum(samples[d, a].values[i] - samples[d, b].values[i] for d in datasets) / count
        for i in range(len(seeds))
    ]
    # image sets are independent, so what their shared images add to the variance adds up
    spreads = [context.influences.spread(samples[d, a].keys, samples[d, b].keys) for d in datasets]
    shared = sum(variance * overlap for variance, overlap in filter(None, spreads)) / count**2
    return interval(differences, shared, overlap=1.0)


def what_changes(
    context: Context, scenario: Scenario, datasets: Sequence[str], choice: str
) -> tuple[Message, ...]:
    """Leave out one image set at a time: which choice would follow? Empty where none changes it."""
    if len(datasets) == 1:
        only = {"datasets": DatasetNames(tuple(datasets))}
        return (Message(N_("It rests on a single image set, {datasets}."), only),)
    changed: dict[str | None, list[str]] = {}
    for left_out in datasets:
        rest = [d for d in datasets if d != left_out]
        qualified = admissible(context, scenario, rest)
        other = choose(context, scenario, qualified, rest) if qualified else None
        if other != choice:
            changed.setdefault(other, []).append(left_out)
    return tuple(
        Message(
            _WITHOUT[other is not None, len(sets) > 1],
            {"datasets": DatasetNames(tuple(sets)), "other": Names((other,) if other else ())},
        )
        for other, sets in changed.items()
    )


def _complete(context: Context, datasets: Sequence[str]) -> tuple[str, ...]:
    """Variants whose ARI was measured on all of the sets."""
    samples = context.study.samples
    return tuple(v.id for v in context.study.variants if all((d, v.id, "ari") in samples for d in datasets))


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


def _against_next(context: Context, choice: str, second: str, datasets: Sequence[str]) -> Message:
    """The best of the other qualified ones, with the interval of the difference."""
    lead = mean_difference(context, choice, second, datasets)
    mean = _mean(context, second, datasets)
    params: dict[str, Param] = {"second": Names((second,)), "second_mean": Derived(mean)}
    if mean > _mean(context, choice, datasets):
        return Message(N_("Of higher mean ARI but slower is {second} ({second_mean})."), params)
    if lead is None:
        return Message(N_("The next best that qualifies is {second} ({second_mean}); single runs."), params)
    return Message(
        N_(
            "The next best that qualifies is {second} ({second_mean}); the difference is {difference} "
            "({level} interval from {low} to {high})."
        ),
        params | interval_params(lead),
    )


def _cited(choice: str, datasets: Sequence[str], scenario: Scenario) -> list[str]:
    cited = [f"mean_quality/{choice}"] + [f"winner/{d}" for d in datasets]
    if scenario.fastest_within_share or scenario.timed:
        cited += [f"speed_rank/{choice}", f"speed_ratio/{choice}"]
    if scenario.name == "no_labels":
        cited += [f"without_labels/{d}" for d in datasets]
    return cited
