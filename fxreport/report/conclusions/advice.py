"""What to take in which situation: the table of page one, and the recommendations with their reasons."""

from __future__ import annotations

from collections.abc import Iterator
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
    Phrase,
)
from fxreport.analysis.quantities.price import break_even
from fxreport.analysis.quantities.ranking import equal
from fxreport.analysis.recommend.prices import price_items, rounded_images
from fxreport.analysis.recommend.situations import Case, Situation
from fxreport.report.anchors import Origin
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import (
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
from fxreport.vocabulary.scenario import ACCURACY


def situations_table(draft: Draft) -> Table | None:
    """One row a distinct answer: the situation, what to take, what it gives and costs, how sure that is."""
    rows = []
    for number, found in enumerate(draft.conclusions.situations, start=1):
        origin = origin_of(draft, number, found)
        price = price_items(found.price, classifier=found.objective == ACCURACY)
        told = Message("{items}", {"items": Listing(price)})
        rows.append(
            Row(
                (
                    TableCell(capitalised(draft.message(found.conditions, origin))),
                    TableCell(draft.message(taken(found), origin)),
                    TableCell(draft.message(given(found), origin)),
                    TableCell(draft.message(told, origin) if timed(found) else ABSENT),
                    TableCell(draft.message(surely(found), origin)),
                )
            )
        )
    if not rows:
        return None
    return Table(
        "table-situations",
        draft.say(N_("What to take, one answer a row")),
        (
            draft.text_column(N_("Situation")),
            draft.text_column(N_("Take")),
            draft.text_column(N_("What it gives")),
            draft.text_column(N_("What it costs")),
            draft.text_column(N_("How sure")),
        ),
        tuple(rows),
        note=draft.say(N_("The linear classifier’s own training was not timed and is not counted."))
        if any(s.objective == ACCURACY for s in draft.conclusions.situations)
        else (),
    )


def advice(draft: Draft) -> Section | None:
    """The recommendations: one paragraph a distinct answer."""
    paragraphs = tuple(
        _paragraph(draft, number, found) for number, found in enumerate(draft.conclusions.situations, start=1)
    )
    return Section("advice", draft.words(N_("Recommendations")), paragraphs) if paragraphs else None


def origin_of(draft: Draft, number: int, found: Situation) -> Origin:
    return draft.origins.of_value(
        f"situation/{number}", found.evidence, to_string(capitalised(draft.message(found.conditions)))
    )


def timed(found: Situation) -> bool:
    return found.price.fit_seconds is not None or found.price.seconds_per_1000 is not None


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
    one = {"names": Names((found.choice, *found.equals))}
    return Message(messages.get(found.metric if found.objective == ACCURACY else "", "{names}"), one)


def given(found: Situation) -> Message:
    params: dict[str, Param] = {"value": _shown(found, found.value)}
    photographs = _of_photographs(found)
    if photographs is not None:
        params["other"] = photographs
    if found.objective == ACCURACY:
        return Message(
            N_("{value} named right; {other} of photographs") if photographs else N_("{value} named right"),
            params,
        )
    return Message(
        N_("{metric} {value}; on photographs {other}") if photographs else N_("{metric} {value}"), params
    )


def surely(found: Situation) -> Message:
    """Firm, or the first reason why it is not."""
    if found.firm:
        return Message(N_("firm"))
    if found.firm_but_for is not None:
        params: dict[str, Param] = {"datasets": DatasetNames(found.firm_but_for)}
        return Message(N_("firm, but for photographs on {datasets} alone"), params)
    first = found.cases[0]
    if first.answer.firm:
        return Message(N_("firm in some of these situations"))
    return next(_short_doubts(found, first), Message(N_("conditional")))


def _short_doubts(found: Situation, first: Case) -> Iterator[Message]:
    answer = first.answer
    if answer.support == SINGLE_RUN:
        yield Message(N_("single runs do not tell"))
    if answer.equals:
        yield Message(N_("equal in the mean"))
    for change in answer.changes:
        other: dict[str, Param] = {"other": Names((change.extractor,) if change.extractor else ())}
        if change.kind == "dataset" and change.extractor:
            if first.photographs == (change.what,):
                yield Message(N_("without photographs {other} is ahead"), other)
            yield Message(
                N_("without {datasets} {other} is ahead"), {"datasets": DatasetNames((change.what,)), **other}
            )
        if change.kind == "seed" and change.extractor:
            yield Message(N_("without one of the runs {other} is ahead"), other)
    if first.undecided:
        yield Message(N_("not shown to be ahead of {names}"), {"names": Names(first.undecided)})
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
    sentences = (
        _action(found),
        _result(draft, found),
        *_price(found),
        *_runner_up(draft, found),
        *_break_even(found),
        *_doubt(found),
    )
    for i, sentence in enumerate(sentences):
        text += [Plain(" ")] * bool(i)
        text += draft.message(sentence, origin)
    return Paragraph(tuple(text))


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


def _result(draft: Draft, found: Situation) -> Message:
    """What that gives."""
    every = found.datasets == draft.context.datasets_with()
    params: dict[str, Param] = {
        "value": _shown(found, found.value),
        "datasets": Phrase(_EVERY) if every and len(found.datasets) > 1 else DatasetNames(found.datasets),
    }
    over = "several" if len(found.datasets) > 1 else "one"
    if (photographs := _of_photographs(found)) is not None:
        params["photographs"], over = photographs, "photographs"
    clusters = "clusters" if draft.context.of_field else "other"
    return Message(_RESULT["accuracy" if found.objective == ACCURACY else clusters, over], params)


#: after "over": the sets are named where the document first counts them
_EVERY = N_("all sets")
_RESULT = {
    # (what is counted, over one image set, several, or photographs apart)
    ("accuracy", "one"): N_("It names {value} of the test images of {datasets} right."),
    ("accuracy", "several"): N_("It names {value} of the test images right on average over {datasets}."),
    ("accuracy", "photographs"): N_(
        "It names {value} of the test images right on average over {datasets}, and {photographs} of "
        "photographs."
    ),
    ("clusters", "one"): N_("Its clusters reach {a_metric} of {value} on {datasets}."),
    ("clusters", "several"): N_("Its clusters reach a mean {metric} of {value} over {datasets}."),
    ("clusters", "photographs"): N_(
        "Its clusters reach a mean {metric} of {value} over {datasets}, and of {photographs} on photographs."
    ),
    ("other", "one"): N_("Its {metric} on {datasets} is {value}."),
    ("other", "several"): N_("Its mean {metric} over {datasets} is {value}."),
    ("other", "photographs"): N_(
        "Its mean {metric} over {datasets} is {value}, and {photographs} on photographs."
    ),
}


def _of_photographs(found: Situation) -> Derived | None:
    case = found.on_photographs
    return None if case is None or case.answer.value is None else _shown(found, case.answer.value)


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


def _price(found: Situation) -> Iterator[Message]:
    if timed(found):
        items = Listing(price_items(found.price, classifier=found.objective == ACCURACY))
        yield Message(N_("Its full price: {items}."), {"items": items})


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
        yield Message(
            N_("However, its lead over {names} is not shown, so that this will do as well.")
            if len(first.undecided) == 1
            else N_("However, its lead over {names} is not shown, so that any of these will do as well."),
            {"names": Names(first.undecided)},
        )
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
            said = N_("However, it hangs on the photographs ({datasets}): without them {other} is ahead.")
        elif len(sets) == 1:
            said = N_("However, it hangs on {datasets}: without that set {other} is ahead.")
        else:
            said = N_("However, it hangs on each of {datasets}: without any one of them {other} is ahead.")
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
