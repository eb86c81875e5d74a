"""What to take in which situation: the table of page one, and what its cells say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fxreport.analysis.claims import (
    N_,
    DatasetNames,
    Listing,
    Message,
    MetricTitle,
    Names,
    Param,
    Recommendation,
    Sets,
    Term,
)
from fxreport.analysis.recommend.prices import number
from fxreport.analysis.recommend.sentences import shown_value, unit_of
from fxreport.analysis.recommend.situations import Situation
from fxreport.report.anchors import NOWHERE, Origin
from fxreport.report.conclusions.amounts import in_percent, value_of
from fxreport.report.conclusions.certainty import first_by_rank, sure_in_words, surely
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import (
    Column,
    Plain,
    Row,
    Strong,
    Table,
    TableCell,
    Text,
    plain,
    to_string,
)
from fxreport.vocabulary.scenario import ACCURACY, BUILT_IN, QUALITY


def situations_table(draft: Draft) -> Table | None:
    """One row a distinct answer: the situation, what to take, what it gives and costs, how sure that is."""
    found = draft.conclusions.situations
    if not found:
        return None
    apart = {one.labels for one in found if not one.asked} == {True, False}
    told = [(one, origin_of(draft, place, one)) for place, one in enumerate(found, start=1)]
    if apart:
        told.sort(key=lambda pair: (bool(pair[0].asked), not pair[0].labels))
    columns = [
        column for column in _columns(draft, found) if any(column.said(one) is not None for one in found)
    ]

    def cells(one: Situation, origin: Origin) -> Iterator[TableCell]:
        yield TableCell(conditions(draft, one, origin, short=apart))
        choice = Message("{names}", _names(one)) if _probed(found) and not one.asked else taken(one)
        yield TableCell((Strong(to_string(draft.message(choice, origin))),))
        for column in columns:
            said = column.said(one)
            yield TableCell(ABSENT if said is None else draft.message(said, origin))
        yield TableCell(draft.message(surely(draft, one), origin))

    return Table(
        "table-situations",
        draft.say(N_("What to take in which situation")),
        (
            draft.text_column(N_("Situation")),
            draft.text_column(N_("Take")),
            *(Column(draft.message(column.title), numeric=True) for column in columns),
            draft.text_column(N_("How sure")),
        ),
        tuple(
            Row(tuple(cells(one, origin)), topic=_topic(draft, found, one) if apart else "")
            for one, origin in told
        )
        + tuple(_nobody(draft, title, one, len(columns)) for title, one in unanswered(draft)),
        note=draft.say(N_("The linear classifier’s own training was not timed and is not counted."))
        if any(one.objective == ACCURACY for one in found)
        else (),
    )


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of numbers: its title, and what it says of a situation, None where there is nothing."""

    title: Message
    said: Callable[[Situation], Message | None]


def _columns(draft: Draft, found: Sequence[Situation]) -> Iterator[_Column]:
    """What it gives on all sets and on photographs alone, then what it costs."""
    every = max((one.datasets for one in found), key=len)
    mean = Message(N_("mean"))
    title = mean if len(every) > 1 else Message("{datasets}", {"datasets": DatasetNames(every)})
    of_grid = [one for one in found if not one.asked]
    named = len({(one.objective, one.metric) for one in of_grid}) > 1 and None in {o.labels for o in of_grid}

    def told(one: Situation, value: float | None) -> Message | None:
        if value is None:
            return None
        if one.asked and one.objective not in (QUALITY, ACCURACY):
            return _by_title(draft, one, value)
        shown = N_("{metric} {value}") if named and one.objective != ACCURACY else "{value}"
        return Message(shown, {"value": value_of(one, value)})

    def on(sets: tuple[str, ...]) -> Callable[[Situation], Message | None]:
        return lambda one: told(one, _alone(one)[1] if _alone(one)[0] == sets and not one.asked else None)

    yield _Column(title, lambda one: told(one, one.value if one.asked or one.datasets == every else None))
    for sets in dict.fromkeys(_alone(one)[0] for one in found if not one.asked):
        if sets != every:
            yield _Column(Message("{datasets}", {"datasets": DatasetNames(sets)}), on(sets))
    if not draft.context.of_field:
        return
    yield _Column(Message(N_("training, s")), lambda one: _cost(one.price.fit_seconds or None))
    yield _Column(Message(N_("s per 1,000 images")), lambda one: _cost(one.price.seconds_per_1000))
    size = N_("model, MB")
    yield _Column(Message(size), lambda one: _cost(one.price.model_bytes and one.price.model_bytes / 1e6))


def _alone(found: Situation) -> tuple[tuple[str, ...], float | None]:
    """The sets of photographs alone, or of fewer sets than others, and the value on them."""
    if (case := found.on_photographs) is not None:
        return case.datasets, case.answer.value
    return found.datasets, found.value


def _cost(value: float | None) -> Message | None:
    return Message("{value}", {"value": number(value)}) if value else None


def _probed(found: Sequence[Situation]) -> bool:
    """Whether it is always a linear probe that accuracy was read from."""
    return all(one.metric == "probe_accuracy" for one in found if one.objective == ACCURACY)


def _topic(draft: Draft, every: Sequence[Situation], found: Situation) -> str:
    """What the numbers of a group of rows are."""
    if found.asked:
        return draft.words(N_("Asked besides"))
    if found.objective == ACCURACY and _probed(every):
        said = N_("With labels: how many test images a linear classifier on the features gets right")
    elif found.objective == ACCURACY:
        said = N_("With labels: test images classified correctly")
    else:
        said = N_("With labels: {metric}") if found.labels else N_("Without labels: {metric}")
    return to_string(draft.say(said))


def unanswered(draft: Draft) -> Iterator[tuple[str, Recommendation]]:
    """The scenarios that somebody wrote and nobody meets: title and answer."""
    own = {one.name for one in draft.conclusions.scenarios if one not in BUILT_IN}
    for one in draft.conclusions.recommendations:
        if one.scenario in own and one.extractor is None:
            title = draft.words.scenario(one.scenario, one.title)
            yield title, one


def _nobody(draft: Draft, title: str, one: Recommendation, columns: int) -> Row:
    absent = (TableCell(ABSENT),) * (1 + columns)
    return Row((TableCell(plain(title)), *absent, TableCell(draft.message(one.answer))))


def origin_of(draft: Draft, number: int, found: Situation) -> Origin:
    """What the numbers of the situation of that number, from 1, rest on."""
    return draft.origins.of_value(f"situation/{number}", found.evidence, to_string(conditions(draft, found)))


def conditions(draft: Draft, found: Situation, origin: Origin = NOWHERE, *, short: bool = False) -> Text:
    """When the answer holds, as a heading; of a scenario that somebody wrote its title."""
    if found.asked:
        return plain(draft.words.scenario(found.asked, found.title))
    return capitalised(draft.message(found.within if short else found.conditions, origin))


#: by whether labels are at hand (None: that makes no difference)
_RECOMMENDED = {
    True: N_("With labels take {taken}: {given} {where}{alone} ({surely})."),
    False: N_("Without labels take {taken}: {given} {where}{alone} ({surely})."),
    None: N_("Take {taken}: {given} {where}{alone} ({surely})."),
}
_BY_MEAN = N_("By the mean {taken} is first: {given} {where}{alone} ({surely}).")
_GIVEN = N_("{metric} is {value}")
_GIVEN_ARI = N_("ARI (how well clusters agree with classes: 1 in full, 0 for chance) is {value}")
_GIVEN_ACCURACY = N_("{value} of the test images are classified correctly")


def recommended(draft: Draft, found: Situation) -> Message:
    """What to take in a situation, what that gives and how sure it is, in a sentence."""
    apart = len({one.labels for one in draft.conclusions.situations if not one.asked}) > 1
    given = _GIVEN_ARI if draft.main == QUALITY else _GIVEN
    if found.objective == ACCURACY:
        given = _GIVEN_ACCURACY
    where = N_("on average over {sets}") if len(found.datasets) > 1 else N_("on {sets}")
    params: dict[str, Param] = {"sets": Sets(found.datasets)}
    alone: tuple[Message, ...] = ()
    sets, value = _alone(found)
    if sets != found.datasets and value is not None:
        one: dict[str, Param] = {"datasets": DatasetNames(sets), "other": value_of(found, value)}
        alone = (Message(N_(", on photographs ({datasets}) {other}"), one),)
    by_rank = not draft.context.of_field and first_by_rank(draft, found) is not None
    return Message(
        _BY_MEAN if by_rank else _RECOMMENDED[found.labels if apart else None],
        {
            "taken": Listing((taken(found),)),
            "given": Listing((Message(given, {"value": value_of(found, found.value)}),)),
            "where": Listing((Message(where, params),)),
            "alone": Listing(alone),
            "surely": Listing((sure_in_words(draft, found),)),
        },
    )


# The table's cells


def taken(found: Situation) -> Message:
    messages = {
        "probe_accuracy": N_("{names} with a linear classifier"),
        "test_accuracy": N_("{names} with its own classifier"),
    }
    kind = found.metric if found.objective == ACCURACY else ""
    return Message(messages.get(kind, "{names}"), _names(found))


def _names(found: Situation) -> dict[str, Param]:
    return {"names": Names((found.choice, *found.equals))}


def _by_title(draft: Draft, found: Situation, value: float) -> Message | None:
    """A value of what a scenario seeks beside the main quality, with its name and unit."""
    if found.metric not in draft.study.metrics():  # a ratio of two, as efficiency is
        return None
    unit = unit_of(found.objective)
    params: dict[str, Param] = {
        "what": MetricTitle(found.metric),
        "value": value_of(found, value) if in_percent(found) else shown_value(found.objective, value),
        "unit": Term(unit),
    }
    return Message(N_("{what} {value}\u00a0{unit}") if unit else N_("{what} {value}"), params)


def given(draft: Draft, found: Situation) -> Message:
    """What it gives: on all its sets, and on those of photographs alone."""
    if found.asked and found.objective not in (QUALITY, ACCURACY):
        return _by_title(draft, found, found.value) or Message("")
    params: dict[str, Param] = {"value": value_of(found, found.value)}
    sets, value = _alone(found)
    apart = sets != found.datasets and value is not None
    if apart:
        params |= {"other": value_of(found, value or 0.0), "datasets": DatasetNames(sets)}
    if found.objective == ACCURACY:
        told = N_("{value} classified correctly; on {datasets} {other}")
        return Message(told if apart else N_("{value} classified correctly"), params)
    return Message(N_("{metric} {value}; on {datasets} {other}") if apart else N_("{metric} {value}"), params)


def timed(found: Situation) -> bool:
    """Whether anything is known of the time that it takes."""
    return found.price.fit_seconds is not None or found.price.seconds_per_1000 is not None


def capitalised(text: Text) -> Text:
    first, *rest = text
    return (Plain(first.text[:1].upper() + first.text[1:]), *rest) if isinstance(first, Plain) else text
