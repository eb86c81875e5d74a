"""Practical recommendations: the answers to the scenarios, and the table of when to use what."""

from __future__ import annotations

from fxreport.analysis.claims import N_, Recommendation, Verbatim
from fxreport.analysis.quantities.costs import RATE, SECONDS
from fxreport.analysis.quantities.stars import STARS, rate
from fxreport.report.anchors import Origin
from fxreport.report.draft import ABSENT, SUPPORT_LABELS, Draft
from fxreport.report.model import (
    Card,
    Cards,
    Column,
    Plain,
    Row,
    Section,
    Stars,
    Table,
    TableCell,
    Text,
    plain,
)
from fxreport.report.sections.settings import scales


def recommendations(draft: Draft) -> Section:
    cards = tuple(_card(draft, r) for r in draft.conclusions.recommendations)
    return Section("recommendations", draft.words(N_("Practical recommendations")), (Cards(cards),))


def _card(draft: Draft, recommendation: Recommendation) -> Card:
    if recommendation.extractor is None:
        answer, label = draft.words(N_("no answer")), draft.words(N_("not decided"))
    else:
        answer = draft.words.variant(recommendation.extractor)
        label = draft.words(N_("firm") if recommendation.firm else N_("conditional"))
        label = f"{label} · {draft.words(SUPPORT_LABELS[recommendation.support])}"
    origin = draft.origins.of_recommendation(recommendation)
    return Card(
        id=f"recommendation-{recommendation.scenario}",
        title=draft.words.scenario(recommendation.scenario, recommendation.title),
        answer=answer,
        firm_label=label,
        text=_capitalised(draft.message(recommendation.answer, origin)),
        details=tuple(draft.message(m, origin) for m in recommendation.details),
        firm=recommendation.firm,
    )


def _capitalised(text: Text) -> Text:
    first, *rest = text
    return (Plain(first.text[:1].upper() + first.text[1:]), *rest) if isinstance(first, Plain) else text


def when_to_use(draft: Draft) -> Section:
    study = draft.study
    variants = [
        v for v in study.variants if any(study.sample(d, v.id, draft.main) for d in draft.context.quality)
    ]
    if not variants:
        return Section(
            "when-to-use",
            draft.words(N_("When to use what")),
            (draft.note(N_("No clustering quality was measured.")),),
        )
    datasets = tuple(draft.context.quality)
    rows = []
    for variant in variants:
        rating = rate(study, variant.id, datasets)
        timed_or_weighed = rating.speed is not None or rating.size is not None
        rated = _rated(draft, variant.id, datasets) if timed_or_weighed else Origin("table-when-to-use")
        rows.append(
            Row(
                (
                    draft.variant_cell(variant.id),
                    *(draft.cell(d, variant.id, draft.main) for d in datasets),
                    _stars(draft, rating.speed, rated),
                    _stars(draft, rating.size, rated),
                    TableCell(draft.yes_no(variant.extractor.needs_labels)),
                    TableCell(ABSENT)
                    if rating.rate is None
                    else draft.number_cell(draft.words.significant(rating.rate, 2), rated),
                )
            )
        )
    if all(cell.text == ABSENT for row in rows for cell in row.cells[1 + len(datasets) :]):
        return Section(
            "when-to-use",
            draft.words(N_("When to use what")),
            (draft.note(N_("Nothing was measured that stars are given for.")),),
        )
    columns = (
        draft.text_column(N_("Extractor")),
        *(
            Column((*draft.say(N_("{Metric}: ")), *plain(draft.words.dataset(d))), numeric=True)
            for d in datasets
        ),
        draft.text_column(N_("Speed")),
        draft.text_column(N_("Small model")),
        draft.text_column(N_("Needs labels")),
        draft.text_column(N_("Images per second"), numeric=True),
    )
    table = Table(
        "table-when-to-use",
        draft.say(N_("When to use what: {metric}, and costs by stars of fixed scales")),
        columns,
        tuple(rows),
        note=_scales(draft),
    )
    return Section("when-to-use", draft.words(N_("When to use what")), (table,))


def _rated(draft: Draft, variant: str, datasets: tuple[str, ...]) -> Origin:
    """The entry of all that an extractor's stars are given for."""
    evidence = (
        draft.context.evidence(d, variant, m)
        for d in datasets
        for m in (SECONDS, RATE, "model_bytes")
        if draft.study.sample(d, variant, m)
    )
    return draft.origins.of_value(f"stars/{variant}", evidence)


def _stars(draft: Draft, count: int | None, origin: Origin) -> TableCell:
    if count is None:
        return TableCell(ABSENT)
    label = draft.stars_label(count, STARS)
    return TableCell((Stars(count, STARS, label, origin.address, origin.title),))


def _scales(draft: Draft) -> Text:
    """The scales in full, so that a reader can check every star."""
    shown = scales(draft.words)
    return draft.say(
        N_(
            "Speed: five, four, three and two stars up to {time} of extraction per thousand images, on the slowest set, whose "
            "images per second on the measuring processor stand beside. Model size: five, four, three and two stars up to "
            "{size}; a control has no model. The scales are fixed: an extractor’s stars depend on its own measurements only."
        ),
        time=Verbatim(shown["stars_time"], "stars_time"),
        size=Verbatim(shown["stars_size"], "stars_size"),
    )
