"""How sure the answer to a situation is: firm, or why it is not, in a few words."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
    Param,
)
from fxreport.analysis.recommend.situations import Case, Situation
from fxreport.report.conclusions.amounts import lead_of
from fxreport.report.draft import Draft


def sure_in_words(draft: Draft, found: Situation) -> Message:
    """As ``surely``, in words that explain themselves."""
    firm = found.firm or found.firm_but_for is not None
    if firm and not any(_over_tasks(draft, found)):
        return Message(N_("the answer stays the same whichever set or run is left out"))
    return surely(draft, found)


def surely(draft: Draft, found: Situation) -> Message:
    """Firm, or the first reason why it is not."""
    if over := tuple(_over_tasks(draft, found)):
        return Message("{doubts}", {"doubts": Listing(over)})
    if found.firm:
        return Message(N_("firm"))
    if found.firm_but_for is not None:
        params: dict[str, Param] = {"datasets": DatasetNames(found.firm_but_for)}
        return Message(N_("firm; the only photographs are those of {datasets}"), params)
    first = found.cases[0]
    if first.answer.firm:
        return Message(N_("firm in some of these situations"))
    few = first.answer.support == CERTAIN and two_runs(draft, found)
    otherwise = N_("shown, but by two runs only") if few else N_("conditional")
    return next(_short_doubts(draft, found, first), Message(otherwise))


def _over_tasks(draft: Draft, found: Situation) -> Iterator[Message]:
    """Of numbers of another field whether the lead is shown over tasks, and who is first by mean rank."""
    if found.asked or found.metric != draft.main:
        return
    for claim in draft.conclusions.of("overall"):
        if claim.subjects == (found.choice,):
            told = {
                CERTAIN: N_("its lead over {names} is shown"),
                UNDETERMINED: N_("not shown to be better than {names}"),
            }
            yield Message(told[claim.support], {"names": claim.params["second"]})
    if other := first_by_rank(draft, found):
        yield Message(N_("by mean rank {best} is first"), {"best": Names((other,))})


def first_by_rank(draft: Draft, found: Situation) -> str | None:
    """Who else is first by mean rank, where ranks tell; None where it is the choice, or several are."""
    for claim in draft.conclusions.of("rank_best"):
        if len(claim.subjects) == 1 and claim.subjects[0] != found.choice:
            return claim.subjects[0]
    return None


#: so many rivals from whom an answer is not told apart are named
_MOST_UNDECIDED = 3


def _short_doubts(draft: Draft, found: Situation, first: Case) -> Iterator[Message]:
    answer = first.answer
    if answer.support == SINGLE_RUN and not draft.context.of_field:
        yield Message(N_("from single values, whose spread is not known"))
    elif answer.support == SINGLE_RUN:
        yield Message(N_("from single runs, so perhaps by chance"))
    if answer.equals:
        yield Message(N_("equal in the mean"))
    if len(first.undecided) > _MOST_UNDECIDED:
        rivals = Derived(len(first.undecided), "integer")
        yield Message(
            N_("not shown to be better than {rivals} of {others} others"),
            {"rivals": rivals, "others": Derived(len(answer.admissible) - 1, "integer")},
        )
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
        few = two_runs(draft, found)
        said = (
            N_("two runs do not show it to be better than {names}")
            if few
            else N_("not shown to be better than {names}")
        )
        yield Message(said, {"names": Names(first.undecided)})
    if answer.support == LIKELY:
        if found.second_value is None:
            yield Message(N_("ahead, perhaps by less than {margin}"), {"margin": found.margin})
        else:
            lead = abs(found.value - found.second_value)
            yield Message(
                N_("ahead by {lead}, perhaps by less than {margin}"),
                {"lead": lead_of(found, lead), "margin": found.margin},
            )
    for close in answer.close:
        params: dict[str, Param] = {"margin": found.margin, "datasets": DatasetNames((close.what,))}
        yield Message(
            N_("without {datasets} ahead by no more than {margin}")
            if close.kind == "dataset"
            else N_("without one of the runs ahead by no more than {margin}"),
            params,
        )
    if len(first.datasets) == 1 and len(draft.study.measured_datasets) == 1:
        yield Message(N_("shown, on this one set"))
    elif len(first.datasets) == 1:
        yield Message(N_("on {datasets} alone"), {"datasets": DatasetNames(first.datasets)})
    if not first.compared:
        yield Message(N_("compared with no other"))


def two_runs(draft: Draft, found: Situation) -> bool:
    """Whether two runs are all that a comparison rests on: Student's interval over them is wide whatever they say."""
    samples = draft.study.samples
    return {len(s.values) for (_, v, m), s in samples.items() if (v, m) == (found.choice, found.metric)} == {
        2
    }
