"""What an answer says: why this one, by how much, at what cost, how sure, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fxreport.analysis.claims import (
    LIKELY,
    N_,
    UNDETERMINED,
    DatasetNames,
    Derived,
    Listing,
    Message,
    MetricTitle,
    Names,
    Param,
    Phrase,
    Verbatim,
)
from fxreport.analysis.context import interval_params
from fxreport.analysis.recommend.cautions import margin
from fxreport.analysis.recommend.choice import (
    Certainty,
    lead,
    not_shown_behind,
)
from fxreport.analysis.recommend.facts import Field
from fxreport.analysis.recommend.phrases import condition, constraint_key, objective_title, quantity
from fxreport.analysis.recommend.sensitivity import Takeover
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.vocabulary.scenario import ACCURACY, AT_MOST, OBJECTIVES, QUALITY, Scenario, bound, is_upper

#: the whole answer, where it stands without the name beside it
ANSWER = N_("{name}: {rest}")

_HIGHEST = N_("the {highest} mean {metric} of those that qualify, {mean} over {datasets}.")
_HIGHEST_ONE = N_("the {highest} {metric} of those that qualify, {mean} on {datasets}.")
_ONLY = N_("the only one that qualifies, with a mean {metric} of {mean} over {datasets}.")
_ONLY_ONE = N_("the only one that qualifies, with {a_metric} of {mean} on {datasets}.")
_BEST = {
    "": N_("{objective} of those that qualify: {value}; {quality}."),
    "s": N_("{objective} of those that qualify: {value} s; {quality}."),
    "MB": N_("{objective} of those that qualify: {value} MB; {quality}."),
}
_QUALITY = {
    # (by accuracy with labels, several sets)
    (False, True): N_("mean {metric} {mean} over {datasets}"),
    (False, False): N_("{metric} {mean} on {datasets}"),
    (True, True): N_("accuracy with labels {mean} on average over {datasets}"),
    (True, False): N_("accuracy with labels {mean} on {datasets}"),
}
_ACCURATE = N_(
    "the highest accuracy with labels of those that qualify, {value} on average over {datasets}; mean {metric} {mean}."
)
_ACCURATE_ONE = N_(
    "the highest accuracy with labels of those that qualify, {value} on {datasets}; {metric} {mean}."
)
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


def unit_of(objective: str) -> str:
    """The unit that a message has to say of ``shown_value``; "" for none, or where the value brings its own."""
    if objective not in OBJECTIVES:
        return ""
    return "s" if objective.endswith("_seconds") else "MB" if objective.endswith("_bytes") else ""


def shown_value(objective: str, value: float) -> Derived:
    """A value of what a scenario seeks, bytes as megabytes."""
    if objective == "dimension":
        return Derived(value, "integer")
    if unit_of(objective) or objective == "efficiency":
        return Derived(value / 1e6 if objective.endswith("_bytes") else value, "significant", 3)
    return Derived(value) if objective in OBJECTIVES else Derived(value, "metric", metric=objective)


def answer(field: Field, scenario: Scenario, choice: str, *, alone: bool) -> Message:
    several = len(field.datasets) > 1
    value = field.objective(scenario.objective, choice)
    assert value is not None
    mean = None
    if scenario.objective != ACCURACY and not alone and field.quality_of(scenario) == ACCURACY:
        mean = field.objective(ACCURACY, choice)
    if alone:
        message = _ONLY if several else _ONLY_ONE
    elif scenario.objective == QUALITY:
        message = _HIGHEST if several else _HIGHEST_ONE
    elif scenario.objective == ACCURACY:
        message = _ACCURATE if several else _ACCURATE_ONE
    else:
        message = _BEST[unit_of(scenario.objective)]
    return Message(
        message,
        {
            "name": Names((choice,)),
            "objective": Phrase(objective_title(field, scenario.objective)),
            "what": MetricTitle(scenario.objective),
            "value": shown_value(scenario.objective, value),
            "quality": Phrase(_QUALITY[mean is not None, several]),
            "mean": field.context.amount(field.quality[choice]) if mean is None else Derived(mean),
            "datasets": DatasetNames(field.quality_sets),
        },
    )


def equals(first: Sequence[str]) -> tuple[Message, ...]:
    if len(first) == 1:
        return ()
    return (Message(N_("Equal to it by this criterion: {names}."), {"names": Names(tuple(first[1:]))}),)


def against_next(
    field: Field, scenario: Scenario, choice: str, rest: Sequence[tuple[str, ...]]
) -> tuple[Message, ...]:
    """The best of the other qualified ones, with the interval of the difference."""
    if not rest:
        return ()
    second, objective = rest[0], scenario.objective
    value = field.objective(objective, second[0])
    ahead = lead(field, scenario, choice, second[0])
    assert value is not None
    params: dict[str, Param] = {"second": Names(second), "second_value": shown_value(objective, value)}
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
            name: shown_value(objective, x)
            for name, x in (("difference", ahead.mean), ("low", ahead.low), ("high", ahead.high))
        }
        said.append(
            Message(
                _AHEAD[unit_of(objective)],
                numbers | {"level": Derived(LEVEL, "percent", 0, constant="level")},
            )
        )
    return tuple(said)


def how_certain(how_sure: str, sure: Certainty | None, admitted: int) -> tuple[Message, ...]:
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


def doubts(
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
    if by_objective == LIKELY and field.margin(scenario.objective):  # the other objectives have none
        said.append(
            Message(
                N_("That its lead is of practical importance (beyond {margin}) is not shown."),
                {"margin": margin(field, scenario.objective)},
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
        said.append(
            Message(N_("Who qualifies depends on differences in accuracy that are not shown."))
            if field.quality_of(scenario) == ACCURACY
            else Message(N_("Who qualifies depends on differences in {metric} that are not shown."))
        )
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


def without_sets(field: Field, changed: Mapping[str | None, tuple[str, ...]]) -> tuple[Message, ...]:
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


def without_seeds(changed: Mapping[str | None, tuple[int, ...]]) -> tuple[Message, ...]:
    messages = {
        True: N_("Without the runs of one seed ({seeds}) the choice would be {other}."),
        False: N_("Without the runs of one seed ({seeds}) nobody would qualify."),
    }
    return tuple(
        Message(messages[other is not None], {"seeds": Verbatim(", ".join(map(str, seeds))), **_other(other)})
        for other, seeds in changed.items()
    )


def changes(field: Field, scenario: Scenario, moved: Sequence[Takeover]) -> tuple[Message, ...]:
    return tuple(m for t in moved for m in _takeover(field, scenario, t))


def _takeover(field: Field, scenario: Scenario, takeover: Takeover) -> tuple[Message, ...]:
    name, choice = takeover.constraint, takeover.choice
    key, params = constraint_key(field, scenario, name), _other(choice)
    if takeover.limit is None:
        lifted = Listing((condition(field, scenario, name),))
        message = N_("Without the condition “{lifted}” the choice would be {other}.")
        return (Message(message, params | {"lifted": lifted}),) if choice else ()
    if takeover.limit == 0 and name in AT_MOST:  # nothing is below
        return ()
    params["limit"] = quantity(name, takeover.limit)
    if metric := bound(name)[1]:
        params["what"] = MetricTitle(metric)
        if takeover.relaxed:
            return (Message(_RELAXED_METRIC, params),) if choice else ()
        upper = is_upper(name)
        tighter = _TIGHTENED_METRIC[upper] if choice else _TIGHTENED_METRIC_NOBODY[upper]
        return (Message(tighter, params),)
    if takeover.relaxed:
        return (Message(_RELAXED[key], params),) if choice else ()
    if name == "quality_share" and takeover.limit >= 1:
        return ()
    return (Message((_TIGHTENED if choice else _TIGHTENED_NOBODY)[key], params),)


_RELAXED_METRIC = N_("If {what} of {limit} were enough, the choice would be {other}.")
#: by whether the limit is one from above
_TIGHTENED_METRIC = {
    True: N_("If {what} below {limit} were wanted, the choice would be {other}."),
    False: N_("If {what} above {limit} were wanted, the choice would be {other}."),
}
_TIGHTENED_METRIC_NOBODY = {
    True: N_("If {what} below {limit} were wanted, nobody would qualify."),
    False: N_("If {what} above {limit} were wanted, nobody would qualify."),
}
_RELAXED = {
    "seconds_per_1000_images": N_("From {limit} s per thousand images on, the choice would be {other}."),
    "relative_time": N_("From a time limit of {limit} on, the choice would be {other}."),
    "memory_bytes": N_("From {limit} MB of memory on, the choice would be {other}."),
    "model_bytes": N_("From a model of {limit} MB on, the choice would be {other}."),
    "dimension": N_("From a dimension of {limit} on, the choice would be {other}."),
    "quality": N_("If a mean {metric} of {limit} were enough, the choice would be {other}."),
    "quality_share": N_("If {limit} of the best mean {metric} were enough, the choice would be {other}."),
    "accuracy_share": N_("If {limit} of the best accuracy were enough, the choice would be {other}."),
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
    "accuracy_share": N_(
        "If more than {limit} of the best accuracy were wanted, the choice would be {other}."
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
    "accuracy_share": N_("If more than {limit} of the best accuracy were wanted, nobody would qualify."),
}
