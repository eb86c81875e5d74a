"""The answer to a scenario: who is admissible, who wins, by how much, what was traded, how sure, what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    TIE,
    UNDETERMINED,
    Change,
    DatasetNames,
    Derived,
    Exclusion,
    Listing,
    Message,
    Names,
    Param,
    Phrase,
    Recommendation,
    Verbatim,
)
from fxreport.analysis.context import Context, interval_params
from fxreport.analysis.quantities.across import mean_difference
from fxreport.analysis.quantities.costs import SECONDS
from fxreport.analysis.quantities.times import time_ratio
from fxreport.analysis.recommend.admission import Admission, admit
from fxreport.analysis.recommend.choice import (
    Certainty,
    certainty,
    lead,
    not_shown_behind,
    order,
    support,
)
from fxreport.analysis.recommend.facts import Field, evidence, scenario_sets
from fxreport.analysis.recommend.phrases import OBJECTIVE_TITLES, condition, criterion, quantity, refusals
from fxreport.analysis.recommend.sensitivity import Takeover, takeovers, without_each_seed, without_each_set
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.vocabulary.scenario import AT_LEAST, AT_MOST, NEUTRAL, QUALITY, Scenario

#: the whole answer, where it stands without the name beside it
ANSWER = N_("{name}: {rest}")

_HIGHEST = N_("the {highest} mean {metric} of those that qualify, {mean} over {datasets}.")
_HIGHEST_ONE = N_("the {highest} {metric} of those that qualify, {mean} on {datasets}.")
_ONLY = N_("the only one that qualifies, with a mean {metric} of {mean} over {datasets}.")
_ONLY_ONE = N_("the only one that qualifies, with {a_metric} of {mean} on {datasets}.")
_BEST = {
    # (unit of the objective, several sets)
    ("", True): N_("{objective} of those that qualify: {value}; mean {metric} {mean} over {datasets}."),
    ("", False): N_("{objective} of those that qualify: {value}; {metric} {mean} on {datasets}."),
    ("s", True): N_("{objective} of those that qualify: {value} s; mean {metric} {mean} over {datasets}."),
    ("s", False): N_("{objective} of those that qualify: {value} s; {metric} {mean} on {datasets}."),
    ("MB", True): N_("{objective} of those that qualify: {value} MB; mean {metric} {mean} over {datasets}."),
    ("MB", False): N_("{objective} of those that qualify: {value} MB; {metric} {mean} on {datasets}."),
}
_NEXT = {
    "": N_("The next by this criterion is {second} ({second_value})."),
    "s": N_("The next by this criterion is {second} ({second_value} s)."),
    "MB": N_("The next by this criterion is {second} ({second_value} MB)."),
}
_AHEAD = {
    "": N_("The choice is ahead by {difference} ({level} interval from {low} to {high})."),
    "s": N_("The choice is ahead by {difference} s ({level} interval from {low} to {high})."),
    "MB": N_("The choice is ahead by {difference} MB ({level} interval from {low} to {high})."),
}
_NONE = N_("No measured extractor qualifies.")
_NO_QUALITY = N_("No clustering quality was measured.")
_NO_SHARE = N_("Less {metric} is better, so that no least one and no share of the best is held against it.")
_NO_NATURAL = N_("No set that is known to be of natural photographs was measured.")
_NOBODY_COMPLETE = N_("No extractor was measured on all of {datasets}.")


def recommend(
    context: Context,
    scenario: Scenario,
    claim_ids: frozenset[str] = frozenset(),
    without_seed: Mapping[int, Context] | None = None,
) -> Recommendation:
    """Answer one scenario. Only extractors measured on all of its image sets compete.

    ``claim_ids`` are the claims that an answer may cite; ``without_seed`` are the studies without each of the
    seeds (``contexts_without_seeds``).
    """
    field = Field(context, scenario_sets(context, natural_only=scenario.natural_images))

    def unanswered(message: str, *details: Message, admission: Admission | None = None) -> Recommendation:
        return Recommendation(
            scenario=scenario.name,
            extractor=None,
            answer=Message(message, {"datasets": DatasetNames(field.datasets)}),
            details=details,
            support=UNDETERMINED,
            title=scenario.title,
            objective=field.metric(scenario.objective)
            if scenario.objective == QUALITY
            else scenario.objective,
            excluded=_exclusions(admission) if admission else (),
            evidence=evidence(field, scenario),
        )

    if not field.datasets:
        return unanswered(
            _NO_NATURAL if scenario.natural_images else _NO_QUALITY, *_unknown_sets(field, scenario)
        )
    if not context.study.rising and set(scenario.constraints) & set(AT_LEAST):
        return unanswered(_NO_SHARE)
    conditions = (criterion(field, scenario), *_unknown_sets(field, scenario))
    admission = admit(field, scenario)
    if not field.complete:
        return unanswered(_NOBODY_COMPLETE, *conditions, admission=admission)
    if not admission.admitted:
        moved = takeovers(field, scenario, None)
        said = unanswered(
            _NONE, *conditions, *refusals(admission), *_takeovers(field, scenario, moved), admission=admission
        )
        return said
    return _answered(field, scenario, admission, conditions, claim_ids, without_seed or {})


def _answered(
    field: Field,
    scenario: Scenario,
    admission: Admission,
    conditions: Sequence[Message],
    claim_ids: frozenset[str],
    without_seed: Mapping[int, Context],
) -> Recommendation:
    admitted = admission.admitted
    first, *rest = order(field, scenario, admitted)
    choice = first[0]
    sure = certainty(field, scenario, choice)
    by_objective = support(field, scenario, choice, admitted)
    how_sure = _support(field, scenario, choice, by_objective, sure)
    sets = without_each_set(field, scenario, choice)
    seeds = without_each_seed(without_seed, field, scenario, choice)
    moved = takeovers(field, scenario, choice)
    single = len(field.datasets) == 1 or len(field.complete) == 1
    firm = (
        how_sure == CERTAIN
        and not (sets or seeds or single)
        and sure is not None
        and (sure.places.low, sure.places.high) == (1, 1)
    )
    return Recommendation(
        scenario=scenario.name,
        extractor=choice,
        answer=_answer(field, scenario, choice, alone=len(admitted) == 1),
        details=(
            *conditions,
            *refusals(admission),
            *_equals(first),
            *_against_next(field, scenario, choice, rest),
            *_traded(field, choice),
            *_certainty(how_sure, sure, len(admitted)),
            *_doubts(field, scenario, choice, admitted, how_sure=how_sure, by_objective=by_objective),
            *_without_sets(field, sets),
            *_without_seeds(seeds),
            *_takeovers(field, scenario, moved),
        ),
        claims=tuple(c for c in _cited(choice, field, scenario) if c in claim_ids),
        support=how_sure,
        firm=firm,
        admissible=admitted,
        title=scenario.title,
        objective=field.metric(scenario.objective) if scenario.objective == QUALITY else scenario.objective,
        value=field.objective(scenario.objective, choice),
        equals=first[1:],
        excluded=_exclusions(admission),
        evidence=evidence(field, scenario),
        probability=None if sure is None else sure.probability,
        places=None if sure is None else (sure.places.low, sure.places.high),
        changes=(
            *(Change("dataset", d, other) for other, left in sets.items() for d in left),
            *(Change("seed", str(s), other) for other, left in seeds.items() for s in left),
            *(Change("constraint", t.constraint, t.choice, t.limit) for t in moved),
        ),
    )


def _exclusions(admission: Admission) -> tuple[Exclusion, ...]:
    return tuple(
        Exclusion(variant, o.constraint, o.value, o.limit)
        for variant, found in admission.refused.items()
        for o in found
    )


def _unknown_sets(field: Field, scenario: Scenario) -> tuple[Message, ...]:
    """Image sets that a scenario on natural photographs leaves out because nobody said what they show."""
    known = field.context.study.dataset_by_name
    unknown = tuple(d for d in field.context.datasets_with() if known[d].natural_images is None)
    if not scenario.natural_images or not unknown:
        return ()
    return (
        Message(
            N_(
                "Whether these sets are of natural photographs is not known, so they are left out: {datasets}."
            ),
            {"datasets": DatasetNames(unknown)},
        ),
    )


def _support(field: Field, scenario: Scenario, choice: str, by_objective: str, sure: Certainty | None) -> str:
    """How sure the choice is: its lead, and where it hangs on who qualifies by quality, the draws as well."""
    own = [e for e in evidence(field, scenario) if e.extractor == choice]
    if scenario.constraints and field.context.fact(*own) == SINGLE_RUN:
        return SINGLE_RUN  # a condition that a single run meets, another may miss
    if by_objective in (SINGLE_RUN, TIE) or not set(scenario.constraints) & set(AT_LEAST):
        return by_objective
    if sure is None:
        return SINGLE_RUN
    return by_objective if sure.places.high == 1 else UNDETERMINED


# Sentences


def unit_of(objective: str) -> str:
    return "s" if objective.endswith("_seconds") else "MB" if objective.endswith("_bytes") else ""


def _value(objective: str, value: float) -> Derived:
    if objective == "dimension":
        return Derived(value, "integer")
    if unit_of(objective) or objective == "efficiency":
        return Derived(value / 1e6 if objective.endswith("_bytes") else value, "significant", 3)
    return Derived(value)


def _answer(field: Field, scenario: Scenario, choice: str, *, alone: bool) -> Message:
    several = len(field.datasets) > 1
    value = field.objective(scenario.objective, choice)
    assert value is not None
    if alone:
        message = _ONLY if several else _ONLY_ONE
    elif scenario.objective == QUALITY:
        message = _HIGHEST if several else _HIGHEST_ONE
    else:
        message = _BEST[unit_of(scenario.objective), several]
    return Message(
        message,
        {
            "name": Names((choice,)),
            "objective": Phrase(OBJECTIVE_TITLES[scenario.objective]),
            "value": _value(scenario.objective, value),
            "mean": Derived(field.quality[choice]),
            "datasets": DatasetNames(field.datasets),
        },
    )


def _equals(first: Sequence[str]) -> tuple[Message, ...]:
    if len(first) == 1:
        return ()
    return (Message(N_("Equal to it by this criterion: {names}."), {"names": Names(tuple(first[1:]))}),)


def _against_next(
    field: Field, scenario: Scenario, choice: str, rest: Sequence[tuple[str, ...]]
) -> tuple[Message, ...]:
    """The best of the other qualified ones, with the interval of the difference."""
    if not rest:
        return ()
    second, objective = rest[0], scenario.objective
    value = field.objective(objective, second[0])
    ahead = lead(field, scenario, choice, second[0])
    assert value is not None
    params: dict[str, Param] = {"second": Names(second), "second_value": _value(objective, value)}
    if objective == QUALITY:
        if ahead is None:
            return (
                Message(
                    N_("The next best that qualifies is {second} ({second_value}); single runs."), params
                ),
            )
        message = N_(
            "The next best that qualifies is {second} ({second_value}); the difference is {difference} "
            "({level} interval from {low} to {high})."
        )
        return (Message(message, params | interval_params(ahead)),)
    said = [Message(_NEXT[unit_of(objective)], params)]
    if ahead is not None and ahead.high > ahead.low:
        numbers: dict[str, Param] = {
            name: _value(objective, x)
            for name, x in (("difference", ahead.mean), ("low", ahead.low), ("high", ahead.high))
        }
        said.append(
            Message(
                _AHEAD[unit_of(objective)],
                numbers | {"level": Derived(LEVEL, "percent", 0, constant="level")},
            )
        )
    return tuple(said)


def _traded(field: Field, choice: str) -> tuple[Message, ...]:
    """What the choice costs against the best of all that were measured on its sets, whether they qualify or not."""
    items = [*_traded_quality(field, choice), *_traded_time(field, choice), *_traded_size(field, choice)]
    return (Message(N_("What it costs: {items}."), {"items": Listing(tuple(items))}),) if items else ()


def _traded_quality(field: Field, choice: str) -> tuple[Message, ...]:
    best = tuple(v for v in field.complete if field.quality[v] == field.best_quality)
    difference = abs(field.best_quality - field.quality[choice])
    if round(difference, 3) <= 0:
        return ()
    params: dict[str, Param] = {"difference": Derived(difference), "best": Names(best)}
    spread = mean_difference(field.context, best[0], choice, field.datasets)
    if spread is not None and not field.context.study.rising:
        spread = spread.reversed()
    if spread is None:
        return (Message(N_("{metric} {lower} by {difference} (the {highest} of all: {best})"), params),)
    return (
        Message(
            N_(
                "{metric} {lower} by {difference}, {level} interval of the difference from {low} to {high} "
                "(the {highest} of all: {best})"
            ),
            {**interval_params(spread), **params},
        ),
    )


def _compared(field: Field) -> tuple[str, ...]:
    """Beside a control that computes next to nothing every time is beyond comparison."""
    known = field.context.study.variant_by_id
    return tuple(v for v in field.complete if known[v].family != "baseline")


def _traded_time(field: Field, choice: str) -> tuple[Message, ...]:
    times = {v: seconds for v in _compared(field) for seconds in [field.mean(v, SECONDS)] if seconds}
    if choice not in times:
        return ()
    fastest = tuple(v for v in times if times[v] == min(times.values()))
    ratios = [time_ratio(field.context, choice, v, field.sets_with(SECONDS)) for v in fastest]
    known = [ratio for ratio in ratios if ratio is not None and ratio.differs]
    if len(known) < len(fastest):
        return ()
    # of equals the one that varies most decides on the digits
    factor = max(known, key=lambda ratio: ratio.width).shown("times")
    if factor.value <= 1:
        return ()
    message = (
        N_("extraction {factor} as long (the fastest: {fastest})")
        if len(_compared(field)) == len(field.complete)
        else N_("extraction {factor} as long (the fastest apart from the control: {fastest})")
    )
    return (Message(message, {"factor": factor, "fastest": Names(fastest)}),)


def _traded_size(field: Field, choice: str) -> tuple[Message, ...]:
    facts = {v: field.facts[v]["model_bytes"] for v in _compared(field)}
    sizes = {v: float(size) for v, size in facts.items() if size}
    if choice not in sizes:
        return ()
    factor = sizes[choice] / min(sizes.values())
    if round(factor, 1) <= 1:
        return ()
    smallest = tuple(v for v in sizes if sizes[v] == min(sizes.values()))
    return (
        Message(
            N_("a model {factor} as large (the smallest: {smallest})"),
            {"factor": Derived(factor, "times", 1), "smallest": Names(smallest)},
        ),
    )


def _certainty(how_sure: str, sure: Certainty | None, admitted: int) -> tuple[Message, ...]:
    if sure is None:
        return (Message(N_("How sure the choice is, single runs do not tell.")),)
    if sure.places.count == 1:
        return ()
    params: dict[str, Param] = {
        "low": Derived(sure.places.low, "integer"),
        "high": Derived(sure.places.high, "integer"),
        "count": Derived(sure.places.count, "integer"),
        "level": Derived(LEVEL, "percent", 0, constant="level"),
    }
    params["probability"] = Derived(sure.probability, "probability")
    if sure.places.low == sure.places.high:
        return (
            Message(
                N_("Probability of being the best by this criterion: {probability}; place {low} of {count}."),
                params,
            ),
        )
    return (
        Message(
            N_(
                "Probability of being the best by this criterion: {probability}; its place is between {low} and {high} of {count} "
                "({level} interval)."
            ),
            params,
        ),
    )


def _doubts(
    field: Field,
    scenario: Scenario,
    choice: str,
    admitted: Sequence[str],
    *,
    how_sure: str,
    by_objective: str,
) -> tuple[Message, ...]:
    """Why the choice is conditional, beside what changes it; ``by_objective`` is the support of its lead alone."""
    said = []
    if by_objective == LIKELY and field.context.margin:  # the other objectives have none
        said.append(
            Message(
                N_("That its lead is of practical importance (beyond {margin}) is not shown."),
                {"margin": Derived(field.context.margin, decimals=2, constant="margin")},
            )
        )
    elif by_objective == UNDETERMINED:
        said.append(
            Message(
                N_("That it is ahead by this criterion is not shown against: {rivals}."),
                {"rivals": Names(not_shown_behind(field, scenario, choice, admitted))},
            )
        )
    elif how_sure == UNDETERMINED:
        said.append(Message(N_("Who qualifies depends on differences in {metric} that are not shown.")))
    if len(field.complete) == 1:
        said.append(
            Message(
                N_("No other extractor was measured on {datasets}."),
                {"datasets": DatasetNames(field.datasets)},
            )
        )
    if len(field.datasets) == 1:
        said.append(
            Message(
                N_("It rests on a single image set, {datasets}."), {"datasets": DatasetNames(field.datasets)}
            )
        )
    return tuple(said)


def _other(choice: str | None) -> dict[str, Param]:
    return {"other": Names((choice,) if choice else ())}


def _without_sets(field: Field, changed: Mapping[str | None, tuple[str, ...]]) -> tuple[Message, ...]:
    messages = {
        # (somebody qualifies, any one of several)
        (True, False): N_("If {datasets} were left out, the choice would be {other}."),
        (True, True): N_("If any one of {datasets} were left out, the choice would be {other}."),
        (False, False): N_("If {datasets} were left out, nobody would qualify."),
        (False, True): N_("If any one of {datasets} were left out, nobody would qualify."),
    }
    return tuple(
        Message(messages[other is not None, len(sets) > 1], {"datasets": DatasetNames(sets), **_other(other)})
        for other, sets in changed.items()
    )


def _without_seeds(changed: Mapping[str | None, tuple[int, ...]]) -> tuple[Message, ...]:
    messages = {
        True: N_("Without the runs of one seed ({seeds}) the choice would be {other}."),
        False: N_("Without the runs of one seed ({seeds}) nobody would qualify."),
    }
    return tuple(
        Message(messages[other is not None], {"seeds": Verbatim(", ".join(map(str, seeds))), **_other(other)})
        for other, seeds in changed.items()
    )


def _takeovers(field: Field, scenario: Scenario, moved: Sequence[Takeover]) -> tuple[Message, ...]:
    return tuple(m for t in moved for m in _takeover(field, scenario, t))


def _takeover(field: Field, scenario: Scenario, takeover: Takeover) -> tuple[Message, ...]:
    name, choice = takeover.constraint, takeover.choice
    params = _other(choice)
    if takeover.limit is None:
        lifted = Listing((condition(field, scenario, name),))
        message = N_("Without the condition “{lifted}” the choice would be {other}.")
        return (Message(message, params | {"lifted": lifted}),) if choice else ()
    if takeover.limit == 0 and name in AT_MOST:  # nothing is below
        return ()
    params["limit"] = quantity(name, takeover.limit)
    if takeover.relaxed:
        return (Message(_RELAXED[name], params),) if choice else ()
    if name == "quality_share" and takeover.limit >= 1:
        return ()
    return (Message((_TIGHTENED if choice else _TIGHTENED_NOBODY)[name], params),)


_RELAXED = {
    "seconds_per_1000_images": N_("From {limit} s per thousand images on, the choice would be {other}."),
    "relative_time": N_("From a time limit of {limit} on, the choice would be {other}."),
    "memory_bytes": N_("From {limit} MB of memory on, the choice would be {other}."),
    "model_bytes": N_("From a model of {limit} MB on, the choice would be {other}."),
    "dimension": N_("From a dimension of {limit} on, the choice would be {other}."),
    "quality": N_("If a mean {metric} of {limit} were enough, the choice would be {other}."),
    "quality_share": N_("If {limit} of the best mean {metric} were enough, the choice would be {other}."),
}
_TIGHTENED = {
    "seconds_per_1000_images": N_("Below {limit} s per thousand images the choice would be {other}."),
    "relative_time": N_("With a time limit below {limit} the choice would be {other}."),
    "memory_bytes": N_("Below {limit} MB of memory the choice would be {other}."),
    "model_bytes": N_("With a model below {limit} MB the choice would be {other}."),
    "dimension": N_("With a dimension below {limit} the choice would be {other}."),
    "quality": N_("If a mean {metric} above {limit} were wanted, the choice would be {other}."),
    "quality_share": N_(
        "If more than {limit} of the best mean {metric} were wanted, the choice would be {other}."
    ),
}
_TIGHTENED_NOBODY = {
    "seconds_per_1000_images": N_("Below {limit} s per thousand images nobody would qualify."),
    "relative_time": N_("With a time limit below {limit} nobody would qualify."),
    "memory_bytes": N_("Below {limit} MB of memory nobody would qualify."),
    "model_bytes": N_("With a model below {limit} MB nobody would qualify."),
    "dimension": N_("With a dimension below {limit} nobody would qualify."),
    "quality": N_("If a mean {metric} above {limit} were wanted, nobody would qualify."),
    "quality_share": N_("If more than {limit} of the best mean {metric} were wanted, nobody would qualify."),
}


def _cited(choice: str, field: Field, scenario: Scenario) -> list[str]:
    cited = [f"mean_quality/{choice}"] + [f"winner/{d}" for d in field.datasets]
    if not (scenario.objective == QUALITY or field.rises(scenario.objective)) or set(
        scenario.constraints
    ) & set(AT_MOST):
        cited += [f"speed_rank/{choice}", f"speed_ratio/{choice}"]
    if scenario.labels != NEUTRAL["labels"]:
        cited += [f"without_labels/{d}" for d in field.datasets]
    return cited
