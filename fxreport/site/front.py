"""The front page: what to take, one figure, what was found, and what was compared."""

from __future__ import annotations

from pathlib import PurePosixPath

from fxreport.analysis.claims import Listing, Message
from fxreport.analysis.recommend.prices import price_items
from fxreport.analysis.recommend.situations import Situation
from fxreport.report.conclusions.answer import MOST, question
from fxreport.report.conclusions.certainty import surely
from fxreport.report.conclusions.quality import answer_figure
from fxreport.report.conclusions.situations import conditions, given, origin_of, taken, timed
from fxreport.report.draft import Draft
from fxreport.report.model import Block, Bullets, Card, Cards, Link, Paragraph, Section, Text, to_string
from fxreport.report.technical import subtitle
from fxreport.site.findings import linked
from fxreport.site.model import FRONT, Page
from fxreport.vocabulary.messages import N_
from fxreport.vocabulary.scenario import ACCURACY

NAME = PurePosixPath("index.html")


def page(draft: Draft) -> Page:
    words, found = draft.words, draft.conclusions.findings
    blocks: list[Block] = []
    if cards := choices(draft):
        blocks.append(cards)
    if draft.context.quality:
        blocks.append(answer_figure(draft))
    sections = [Section("answer", "", tuple(blocks))]
    if found:
        told = Bullets(tuple(linked(draft, one) for one in found[:MOST]))
        more = Paragraph((Link(words(N_("All findings")), "#findings"),))
        sections.append(Section("found", words(N_("What was found")), (told, more)))
    sections.append(Section("question", words(N_("What was compared")), question(draft)))
    return Page(
        lang=words.lang,
        path=words.lang / NAME,
        kind=FRONT,
        title=words(N_("Which image feature extractor to take"))
        if draft.context.of_field and draft.context.quality
        else words(N_("Conclusions: a comparison")),
        label=words(N_("The answer")),
        summary=subtitle(draft, draft.study.measured_datasets),
        sections=tuple(sections),
    )


def choices(draft: Draft) -> Cards | None:
    """A card a situation: what to take, what that gives and costs, how sure it is."""
    cards = tuple(
        _card(draft, number, found) for number, found in enumerate(draft.conclusions.situations, start=1)
    )
    return Cards(cards) if cards else None


def _card(draft: Draft, number: int, found: Situation) -> Card:
    origin = origin_of(draft, number, found)
    price = Message(
        "{items}", {"items": Listing(price_items(found.price, classifier=found.objective == ACCURACY))}
    )
    costs: tuple[Text, ...] = (draft.message(price, origin),) if timed(found) else ()
    return Card(
        id=f"situation-{number}",
        title=to_string(conditions(draft, found)),
        answer=to_string(draft.message(taken(found))),
        firm_label=to_string(draft.message(surely(draft, found))),
        text=draft.message(given(draft, found), origin),
        details=costs,
        firm=found.firm,
    )
