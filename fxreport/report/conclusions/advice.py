"""What to take in which situation: the table of page one, and the recommendations with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from fxreport.analysis.claims import (
    LIKELY,
    N_,
    SINGLE_RUN,
    Count,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
    Param,
    Sets,
    Term,
)
from fxreport.analysis.quantities.price import break_even
from fxreport.analysis.quantities.ranking import equal
from fxreport.analysis.recommend.prices import number, rounded_images
from fxreport.analysis.recommend.situations import Case, Situation
from fxreport.report.anchors import Origin
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import (
    Column,
    Fragment,
    Paragraph,
    Plain,
    Row,
    Section,
    Strong,
    Table,
    TableCell,
    Text,
    to_string,
)
from fxreport.vocabulary.metrics import metric
from fxreport.vocabulary.scenario import ACCURACY, BUILT_IN, QUALITY


def situations_table(draft: Draft) -> Table | None:
    """One row a distinct answer: the situation, what to take, what it gives and costs, how sure that is."""
    found = draft.conclusions.situations
    if not found:
        return None
    apart = {one.labels for one in found} == {True, False}
    told = [(one, origin_of(draft, place, one)) for place, one in enumerate(found, start=1)]
    if apart:
        told.sort(key=lambda pair: not pair[0].labels)
    columns = [
        column for column in _columns(draft, found) if any(column.said(one) is not None for one in found)
    ]

    def cells(one: Situation, origin: Origin) -> Iterator[TableCell]:
        conditions = one.within if apart else one.conditions
        yield TableCell(capitalised(draft.message(conditions, origin)))
        choice = Message("{names}", _names(one)) if _probed(found) else taken(one)
        yield TableCell((Strong(to_string(draft.message(choice, origin))),))
        for column in columns:
            said = column.said(one)
            yield TableCell(ABSENT if said is None else draft.message(said, origin))
        yield TableCell(draft.message(surely(one), origin))

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
        ),
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
    named = len({(one.objective, one.metric) for one in found}) > 1 and None in {o.labels for o in found}

    def told(one: Situation, value: float | None) -> Message | None:
        if value is None:
            return None
        shown = N_("{metric} {value}") if named and one.objective != ACCURACY else "{value}"
        return Message(shown, {"value": _shown(one, value)})

    def on(sets: tuple[str, ...]) -> Callable[[Situation], Message | None]:
        return lambda one: told(one, _alone(one)[1] if _alone(one)[0] == sets else None)

    yield _Column(title, lambda one: told(one, one.value if one.datasets == every else None))
    for sets in dict.fromkeys(_alone(one)[0] for one in found):
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
    if found.objective == ACCURACY and _probed(every):
        said = N_("With labels: how many test images a linear classifier on the features gets right")
    elif found.objective == ACCURACY:
        said = N_("With labels: test images classified correctly")
    else:
        said = N_("With labels: {metric}") if found.labels else N_("Without labels: {metric}")
    return to_string(draft.say(said))


def advice(draft: Draft) -> Section | None:
    """The recommendations: one paragraph a distinct answer."""
    paragraphs = tuple(
        _paragraph(draft, number, found) for number, found in enumerate(draft.conclusions.situations, start=1)
    )
    paragraphs += tuple(_answered(draft))
    return Section("advice", draft.words(N_("Recommendations")), paragraphs) if paragraphs else None


def _answered(draft: Draft) -> Iterator[Paragraph]:
    """What a user asks of numbers of another field, where no grid of situations holds it."""
    if draft.context.of_field:
        return
    for one in draft.conclusions.recommendations:
        if one.scenario == BUILT_IN[0].name:
            continue
        title = draft.words.scenario(one.scenario, one.title)
        said = draft.message(one.answer, draft.origins.of_recommendation(one))
        name = "" if one.extractor is None else f"{draft.words.variant(one.extractor)}, "
        yield Paragraph((Strong(f"{title}:"), Plain(f" {name}"), *said))


def origin_of(draft: Draft, number: int, found: Situation) -> Origin:
    """What the numbers of the situation of that number, from 1, rest on."""
    return draft.origins.of_value(
        f"situation/{number}", found.evidence, to_string(capitalised(draft.message(found.conditions)))
    )


#: by whether labels are at hand (None: that makes no difference)
_RECOMMENDED = {
    True: N_("With labels take {taken}: {given} {where}{alone} ({surely})."),
    False: N_("Without labels take {taken}: {given} {where}{alone} ({surely})."),
    None: N_("Take {taken}: {given} {where}{alone} ({surely})."),
}
_GIVEN, _GIVEN_IN = N_("{metric} is {value}"), N_("{metric} is {value}\u00a0{unit}")
_GIVEN_ARI = N_("ARI (how well clusters agree with classes: 1 in full, 0 for chance) is {value}")
_GIVEN_ACCURACY = N_("{value} of the test images are classified correctly")


def recommended(draft: Draft, found: Situation) -> Message:
    """What to take in a situation, what that gives and how sure it is, in a sentence."""
    apart = len({one.labels for one in draft.conclusions.situations}) > 1
    given = _GIVEN_ARI if draft.main == QUALITY else _GIVEN
    if found.objective == ACCURACY:
        given = _GIVEN_ACCURACY
    unit = "" if draft.context.of_field else draft.words.unit(draft.main)
    if given == _GIVEN and unit:
        given = _GIVEN_IN
    where = N_("on average over {sets}") if len(found.datasets) > 1 else N_("on {sets}")
    params: dict[str, Param] = {"sets": Sets(found.datasets)}
    alone: tuple[Message, ...] = ()
    sets, value = _alone(found)
    if sets != found.datasets and value is not None:
        one: dict[str, Param] = {"datasets": DatasetNames(sets), "other": _shown(found, value)}
        alone = (Message(N_(", on photographs ({datasets}) {other}"), one),)
    return Message(
        _RECOMMENDED[found.labels if apart else None],
        {
            "taken": Listing((taken(found),)),
            "given": Listing((Message(given, {"value": _shown(found, found.value), "unit": Term(unit)}),)),
            "where": Listing((Message(where, params),)),
            "alone": Listing(alone),
            "surely": Listing((_sure_in_words(found),)),
        },
    )


def _sure_in_words(found: Situation) -> Message:
    """As ``surely``, in words that explain themselves."""
    if found.firm or found.firm_but_for is not None:
        return Message(N_("the answer stays the same whichever set or run is left out"))
    return surely(found)


def _shown(found: Situation, value: float) -> Derived:
    return Derived(value, "percent", 1) if _in_percent(found) else Derived(value)


def _in_percent(found: Situation) -> bool:
    return found.objective == ACCURACY or metric(found.metric).shown == "percent"


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


def given(found: Situation) -> Message:
    """What it gives: on all its sets, and on those of photographs alone."""
    params: dict[str, Param] = {"value": _shown(found, found.value)}
    sets, value = _alone(found)
    apart = sets != found.datasets and value is not None
    if apart:
        params |= {"other": _shown(found, value or 0.0), "datasets": DatasetNames(sets)}
    if found.objective == ACCURACY:
        told = N_("{value} classified correctly; on {datasets} {other}")
        return Message(told if apart else N_("{value} classified correctly"), params)
    return Message(N_("{metric} {value}; on {datasets} {other}") if apart else N_("{metric} {value}"), params)


def timed(found: Situation) -> bool:
    """Whether anything is known of the time that it takes."""
    return found.price.fit_seconds is not None or found.price.seconds_per_1000 is not None


def surely(found: Situation) -> Message:
    """Firm, or the first reason why it is not."""
    if found.firm:
        return Message(N_("firm"))
    if found.firm_but_for is not None:
        params: dict[str, Param] = {"datasets": DatasetNames(found.firm_but_for)}
        return Message(N_("firm; the only photographs are those of {datasets}"), params)
    first = found.cases[0]
    if first.answer.firm:
        return Message(N_("firm in some of these situations"))
    return next(_short_doubts(found, first), Message(N_("conditional")))


def _short_doubts(found: Situation, first: Case) -> Iterator[Message]:
    answer = first.answer
    if answer.support == SINGLE_RUN:
        yield Message(N_("from single runs, so perhaps by chance"))
    if answer.equals:
        yield Message(N_("equal in the mean"))
    for change in answer.changes:
        other: dict[str, Param] = {"other": Names((change.extractor,) if change.extractor else ())}
        if change.kind == "dataset" and change.extractor:
            yield Message(
                N_("without {datasets}, {other} is ahead"),
                {"datasets": DatasetNames((change.what,)), **other},
            )
        if change.kind == "seed" and change.extractor:
            yield Message(N_("without one of the runs, {other} is ahead"), other)
    if first.undecided:
        yield Message(N_("not shown to be better than {names}"), {"names": Names(first.undecided)})
    if answer.support == LIKELY:
        yield Message(N_("ahead, perhaps by less than {margin}"), {"margin": found.margin})
    for close in answer.close:
        params: dict[str, Param] = {"margin": found.margin, "datasets": DatasetNames((close.what,))}
        yield Message(
            N_("without {datasets} ahead by no more than {margin}")
            if close.kind == "dataset"
            else N_("without one of the runs ahead by no more than {margin}"),
            params,
        )
    if len(first.datasets) == 1:
        yield Message(N_("on {datasets} alone"), {"datasets": DatasetNames(first.datasets)})
    if not first.compared:
        yield Message(N_("compared with no other"))


# The paragraphs


def _paragraph(draft: Draft, number: int, found: Situation) -> Paragraph:
    origin = origin_of(draft, number, found)
    conditions = capitalised(draft.message(found.conditions, origin))
    # a number keeps its link
    text: list[Fragment] = []
    for plainly, said in groupby(conditions, key=lambda f: isinstance(f, Plain)):
        fragments = tuple(said)
        text += (Strong(to_string(fragments)),) if plainly else fragments
    text.append(Plain(": "))
    # what it gives and costs stands in the table on page one
    sentences = (
        _action(found),
        *_runner_up(draft, found),
        *_break_even(found),
        *_doubt(found),
    )
    return Paragraph((*text, *draft.sentences(sentences, origin)))


def _action(found: Situation) -> Message:
    """What to do with it."""
    trained, name = bool(found.price.fit_seconds), {"name": Names((found.choice,))}
    match found.metric if found.objective == ACCURACY else "":
        case "probe_accuracy" if trained:
            return Message(N_("train {name}, and a linear classifier on its features."), name)
        case "probe_accuracy":
            return Message(N_("take {name} and train a linear classifier on these features."), name)
        case "test_accuracy":
            return Message(N_("train {name} and let it classify."), name)
        case _:
            return Message(N_("train {name}.") if trained else N_("take {name}."), name)


def _runner_up(draft: Draft, found: Situation) -> Iterator[Message]:
    if found.second_value is not None and equal(found.value, found.second_value):
        same = (*found.equals, *found.second)  # which take more time
    else:
        same = found.equals
    if same:
        yield Message(N_("Equal to it in the mean: {names}."), {"names": Names(same)})
    if same or found.second_value is None:
        return
    params: dict[str, Param] = {
        "second": Names(found.second),
        "value": _shown(found, found.second_value),
    }
    lead = found.value - found.second_value
    if _in_percent(found):
        points = Derived(100 * lead, "decimal", 1)
        yield Message(
            N_("Next comes {second} with {value}, {lead} percentage points less."), params | {"lead": points}
        )
    elif draft.study.rising:
        yield Message(N_("Next comes {second} with {value}, {lead} less."), params | {"lead": Derived(lead)})
    else:
        yield Message(N_("Next comes {second} with {value}."), params)


def _break_even(found: Situation) -> Iterator[Message]:
    """Against the runner-up."""
    if found.second_price is None:
        return
    other: dict[str, Param] = {"other": Names(found.second[:1])}
    if images := break_even(found.price, found.second_price):
        count = {"images": Count(rounded_images(images), "image_from")}
        yield Message(
            N_("From about {images} on {other} takes less time in total, training included."),
            other | count,
        )
    elif images := break_even(found.second_price, found.price):
        count = {"images": Count(rounded_images(images), "image_from")}
        yield Message(N_("Its training is paid back against {other} from about {images} on."), other | count)


def _doubt(found: Situation) -> Iterator[Message]:
    """How sure it is, and what would change it."""
    first = found.cases[0]
    answer = first.answer
    if answer.support == SINGLE_RUN:
        yield Message(N_("Single runs do not tell how sure that is."))
    yield from _firm(found)
    yield from _changed(first)
    if first.undecided:
        yield Message(N_("However, its lead over {names} is not shown."), {"names": Names(first.undecided)})
    elif answer.support == LIKELY:
        ahead = N_("It is ahead, but perhaps by less than the margin of {margin}.")
        yield Message(ahead, {"margin": found.margin})
    elif answer.close:
        yield _narrow(found, first)
    if len(first.datasets) == 1:
        yield Message(N_("This rests on {datasets} alone."), {"datasets": DatasetNames(first.datasets)})
    if not first.compared:
        yield Message(N_("No other extractor qualifies, so that it is compared with none."))


def _changed(first: Case) -> Iterator[Message]:
    """Without which image sets, and whether without a run, another would be chosen."""
    changes = [c for c in first.answer.changes if c.extractor and c.kind in ("dataset", "seed")]
    without: dict[str, list[str]] = {}
    for change in changes:
        if change.kind == "dataset":
            without.setdefault(change.extractor or "", []).append(change.what)
    for other, sets in without.items():
        params: dict[str, Param] = {"datasets": DatasetNames(tuple(sets)), "other": Names((other,))}
        if first.photographs == tuple(sets):
            said = N_("However, it depends on the photographs ({datasets}): without them {other} is ahead.")
        elif len(sets) == 1:
            said = N_("However, it depends on {datasets}: without that set {other} is ahead.")
        else:
            said = N_("However, it depends on each of {datasets}: without any one of them {other} is ahead.")
        yield Message(said, params)
    for change in [c for c in changes if c.kind == "seed"][:1]:
        yield Message(
            N_("Without one of the runs the answer would be {other}."),
            {"other": Names((change.extractor or "",))},
        )


def _firm(found: Situation) -> Iterator[Message]:
    if found.firm:
        yield Message(N_("The answer stands whichever set or run is left out."))
    elif found.firm_but_for is not None:
        yield Message(
            N_(
                "The answer stands whichever set or run is left out; for photographs, however, it "
                "rests on {datasets} alone."
            ),
            {"datasets": DatasetNames(found.firm_but_for)},
        )


def _narrow(found: Situation, first: Case) -> Message:
    """Without which set, else which run, the lead is the smallest inside the margin."""
    close = min(first.answer.close, key=lambda one: (one.kind != "dataset", one.lead))
    params: dict[str, Param] = {
        "margin": found.margin,
        "other": Names((close.extractor,)),
        "datasets": DatasetNames((close.what,)),
    }
    return Message(
        N_("Without {datasets} it would be ahead of {other} by no more than the margin of {margin}.")
        if close.kind == "dataset"
        else N_(
            "Without one of the runs it would be ahead of {other} by no more than the margin of {margin}."
        ),
        params,
    )


def capitalised(text: Text) -> Text:
    first, *rest = text
    return (Plain(first.text[:1].upper() + first.text[1:]), *rest) if isinstance(first, Plain) else text
