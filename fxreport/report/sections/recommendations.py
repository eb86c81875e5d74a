"""Practical recommendations: the answers to the scenarios, and the table of when to use what."""

from __future__ import annotations

from fxreport.analysis.claims import N_, Recommendation, Verbatim
from fxreport.analysis.quantities.costs import SECONDS
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
        rated = _rated(draft, variant.id, datasets)
        rows.append(
            Row(
                (
                    draft.variant_cell(variant.id),
                    *(_stars(draft, rating.quality[d], rated) for d in datasets),
                    _stars(draft, rating.speed, rated),
                    _stars(draft, rating.size, rated),
                    TableCell(draft.yes_no(variant.extractor.needs_labels)),
                    TableCell(ABSENT if rating.gpu is None else plain(draft.words(_GPU[rating.gpu]))),
                )
            )
        )
    if all(cell.text == ABSENT for row in rows for cell in row.cells[1:]):
        return Section(
            "when-to-use",
            draft.words(N_("When to use what")),
            (draft.note(N_("Nothing was measured that stars are given for.")),),
        )
    columns = (
        draft.text_column(N_("Extractor")),
        *(Column((*draft.say(N_("Quality: ")), *plain(draft.words.dataset(d)))) for d in datasets),
        draft.text_column(N_("Speed")),
        draft.text_column(N_("Small model")),
        draft.text_column(N_("Needs labels")),
        draft.text_column(N_("GPU")),
    )
    table = Table(
        "table-when-to-use",
        draft.say(N_("When to use what: stars by fixed scales")),
        columns,
        tuple(rows),
        note=_scales(draft),
    )
    return Section("when-to-use", draft.words(N_("When to use what")), (table,))


#: whether a GPU is advisable
_GPU = {True: N_("advisable"), False: N_("no")}


def _rated(draft: Draft, variant: str, datasets: tuple[str, ...]) -> Origin:
    """The entry of all that an extractor's stars are given for."""
    evidence = (
        draft.context.evidence(d, variant, m)
        for d in datasets
        for m in (draft.main, SECONDS, "images_per_second", "model_bytes")
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
            "Quality: stars by fifths of the values that {metric} can have, none where they have no bounds. Speed: five, "
            "four, three and two stars up to {time} of extraction per thousand images, on the slowest set. Model size: "
            "five, four, three and two stars up to {size}; a control has no model. A GPU is called advisable below {rate} "
            "images per second on the measuring processor. The scales are fixed: an extractor’s stars depend on its own "
            "measurements only."
        )
        if draft.main != "ari"
        else N_(
            "Quality: two, three, four and five stars from an ARI of {ari} on. Speed: five, four, three and two stars up "
            "to {time} of extraction per thousand images, on the slowest set. Model size: five, four, three and two stars "
            "up to {size}; a control has no model. A GPU is called advisable below {rate} images per second on the "
            "measuring processor. The scales are fixed: an extractor’s stars depend on its own measurements only."
        ),
        ari=Verbatim(shown["stars_ari"], "stars_ari"),
        time=Verbatim(shown["stars_time"], "stars_time"),
        size=Verbatim(shown["stars_size"], "stars_size"),
        rate=Verbatim(shown["gpu"], "gpu"),
    )
