"""Final conclusions: what holds across image sets, what surprised, what to take."""

from __future__ import annotations

from fxreport.analysis.claims import N_, Phrase
from fxreport.analysis.recommend import ANSWER
from fxreport.report.draft import Draft
from fxreport.report.model import Block, Bullets, Plain, Section, Strong


def closing(draft: Draft) -> Section:
    conclusions = draft.conclusions
    surprising = [
        c
        for c in conclusions.claims
        if c.surprising and c.kind in ("family", "without_labels", "gap", "gain_group", "literature")
    ]
    children = []
    across = conclusions.of("wins", "gain_leader", "rank_best", "difficulty_order", "published_summary")
    limits = conclusions.of("few_datasets")
    if across or limits:
        blocks: tuple[Block, ...] = (*draft.statements(across), *draft.bullets(limits))
        children.append(Section("final-across", draft.words(N_("What holds")), blocks))
    if surprising:
        children.append(
            Section("final-surprises", draft.words(N_("What was unexpected")), draft.statements(surprising))
        )
    items = tuple(
        (
            Strong(draft.words.scenario(r.scenario, r.title)),
            Plain(": "),
            *draft.say(
                ANSWER,
                draft.origins.of_recommendation(r),
                **r.answer.params,
                rest=Phrase(r.answer.message),
            ),
        )
        for r in conclusions.recommendations
        if r.extractor is not None
    )
    if items:
        children.append(Section("final-choice", draft.words(N_("What to choose")), (Bullets(items),)))
    return Section(
        "final",
        draft.words(N_("Final conclusions")),
        () if children else (draft.note(N_("These measurements support no conclusion.")),),
        tuple(children),
    )
