"""The recommendations with their reasons: a paragraph a distinct answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from fxreport.analysis.claims import (
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
)
from fxreport.analysis.quantities.price import break_even
from fxreport.analysis.quantities.ranking import equal
from fxreport.analysis.recommend.prices import rounded_images
from fxreport.analysis.recommend.situations import Case, Situation
from fxreport.report.conclusions.amounts import in_percent, lead_of, value_of
from fxreport.report.conclusions.certainty import two_runs
from fxreport.report.conclusions.situations import conditions, origin_of, unanswered
from fxreport.report.draft import Draft
from fxreport.report.model import (
    Fragment,
    Paragraph,
    Plain,
    Section,
    Strong,
    to_string,
)
from fxreport.vocabulary.scenario import ACCURACY


def advice(draft: Draft) -> Section | None:
    """The recommendations: one paragraph a distinct answer."""
    paragraphs = tuple(
        _paragraph(draft, number, found) for number, found in enumerate(draft.conclusions.situations, start=1)
    )
    for title, one in unanswered(draft):
        said = draft.sentences((one.answer, *one.details), draft.origins.of_recommendation(one))
        paragraphs += (Paragraph((Strong(f"{title}:"), Plain(" "), *said)),)
    return Section("advice", draft.words(N_("Recommendations")), paragraphs) if paragraphs else None


def _paragraph(draft: Draft, number: int, found: Situation) -> Paragraph:
    origin = origin_of(draft, number, found)
    # a number keeps its link
    text: list[Fragment] = []
    for plainly, said in groupby(conditions(draft, found, origin), key=lambda f: isinstance(f, Plain)):
        fragments = tuple(said)
        text += (Strong(to_string(fragments)),) if plainly else fragments
    text.append(Plain(": "))
    # what it gives and costs stands in the table on page one
    why = found.cases[0].answer.reasons if found.asked else (*_runner_up(draft, found), *_break_even(found))
    sentences = (_action(found), *why, *_doubt(draft, found))
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
        "value": value_of(found, found.second_value),
    }
    lead = found.value - found.second_value
    if in_percent(found):
        points = Derived(100 * lead, "decimal", 1)
        yield Message(
            N_("The next is {second} with {value}, {lead} percentage points less."), params | {"lead": points}
        )
    elif draft.study.rising:
        yield Message(
            N_("The next is {second} with {value}, {lead} less."), params | {"lead": lead_of(found, lead)}
        )
    else:
        yield Message(N_("The next is {second} with {value}."), params)


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


def _doubt(draft: Draft, found: Situation) -> Iterator[Message]:
    """How sure it is, and what would change it."""
    first = found.cases[0]
    answer = first.answer
    if over := [
        c for c in draft.conclusions.of("overall") if c.subjects == (found.choice,) and not found.asked
    ]:
        if over[0].support == UNDETERMINED:
            said = N_("That {best} is ahead of {second} elsewhere too is not shown.")
            yield Message(said, {name: over[0].params[name] for name in ("best", "second")})
    elif answer.support == SINGLE_RUN:
        yield Message(N_("Single runs do not tell how sure that is."))
    yield from _firm(found)
    changed = tuple(_changed(first))
    yield from changed
    if first.undecided:
        lead = (
            N_("Nor is the lead of {name} over {names} shown.")
            if changed
            else N_("However, the lead of {name} over {names} is not shown.")
        )
        yield Message(lead, {"name": Names((found.choice,)), "names": Names(first.undecided)})
        if two_runs(draft, found):
            yield Message(N_("Two runs of each are too few for that."))
    elif answer.support == LIKELY:
        ahead = N_("The lead of {name} may be less than the margin of {margin}.")
        yield Message(ahead, {"name": Names((found.choice,)), "margin": found.margin})
    elif answer.close:
        yield _narrow(found, first)
    if len(first.datasets) == 1:
        yield Message(N_("This rests on {datasets} alone."), {"datasets": DatasetNames(first.datasets)})
    if not first.compared:
        unknown = tuple(dict.fromkeys(e.extractor for e in answer.excluded if e.value is None))
        yield (
            Message(N_("Whether they qualify is not known of {names}."), {"names": Names(unknown)})
            if unknown
            else Message(N_("No other extractor qualifies, so that it is compared with none."))
        )


def _changed(first: Case) -> Iterator[Message]:
    """Without which image sets, and whether without a run, another would be chosen."""
    changes = [c for c in first.answer.changes if c.extractor and c.kind in ("dataset", "seed")]
    without: dict[str, list[str]] = {}
    for change in changes:
        if change.kind == "dataset":
            without.setdefault(change.extractor or "", []).append(change.what)
    for place, (other, sets) in enumerate(without.items()):
        params: dict[str, Param] = {"datasets": DatasetNames(tuple(sets)), "other": Names((other,))}
        if place:  # one *however* is enough
            said = N_("Without {datasets} {other} is ahead.")
            said = said if len(sets) == 1 else N_("Without any one of {datasets} {other} is ahead.")
        elif first.photographs == tuple(sets):
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
