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
    Names,
    Param,
    Phrase,
    Verbatim,
)
from fxreport.analysis.context import interval_params
from fxreport.analysis.quantities.across import mean_difference
from fxreport.analysis.quantities.costs import SECONDS
from fxreport.analysis.quantities.times import time_ratio
from fxreport.analysis.recommend.choice import (
    Certainty,
    lead,
    not_shown_behind,
)
from fxreport.analysis.recommend.facts import Field
from fxreport.analysis.recommend.phrases import OBJECTIVE_TITLES, condition, quantity
from fxreport.analysis.recommend.sensitivity import Takeover
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.vocabulary.scenario import AT_MOST, QUALITY, Scenario

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


def unit_of(objective: str) -> str:
    return "s" if objective.endswith("_seconds") else "MB" if objective.endswith("_bytes") else ""


def _value(objective: str, value: float) -> Derived:
    if objective == "dimension":
        return Derived(value, "integer")
    if unit_of(objective) or objective == "efficiency":
        return Derived(value / 1e6 if objective.endswith("_bytes") else value, "significant", 3)
    return Derived(value)


def answer(field: Field, scenario: Scenario, choice: str, *, alone: bool) -> Message:
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


def traded(field: Field, choice: str) -> tuple[Message, ...]:
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
