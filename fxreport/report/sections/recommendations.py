"""Practical recommendations: the answers to the scenarios, and the table of when to use what."""

from __future__ import annotations

from fxreport.analysis.claims import N_, Names, Param, Recommendation, Verbatim
from fxreport.analysis.rules.speed import mean_times
from fxreport.analysis.stars import (
    ARI_LEVELS,
    GPU_BELOW,
    MODEL_BYTES_LEVELS,
    STARS,
    TIME_RATIO_LEVELS,
    cost_level,
    level,
)
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
    variants = [v for v in study.variants if any(study.sample(d, v.id, "ari") for d in draft.context.quality)]
    if not variants:
        return Section(
            "when-to-use",
            draft.words(N_("When to use what")),
            (draft.note(N_("No clustering quality was measured.")),),
        )
    means, baseline = mean_times(draft.context), draft.context.speed_baseline
    datasets = list(draft.context.quality)
    rows = []
    for variant in variants:
        cells = [draft.variant_cell(variant.id)]
        for dataset in datasets:
            ari = study.mean(dataset, variant.id, "ari")
            cells.append(_stars(draft, None if ari is None else level(ari, ARI_LEVELS)))
        ratio = (
            means[variant.id] / means[baseline]
            if baseline and variant.id in means and means[baseline]
            else None
        )
        cells.append(_stars(draft, None if ratio is None else cost_level(ratio, TIME_RATIO_LEVELS)))
        sizes = [
            size for d in datasets for size in [study.mean(d, variant.id, "model_bytes")] if size is not None
        ]
        cells.append(_stars(draft, cost_level(max(sizes), MODEL_BYTES_LEVELS) if sizes else None))
        cells.append(TableCell(draft.yes_no(variant.extractor.needs_labels)))
        cells.append(TableCell(_gpu(draft, variant.id)))
        rows.append(Row(tuple(cells)))
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


def _gpu(draft: Draft, variant: str) -> Text:
    """Whether a GPU is advisable, from the throughput that was measured without one."""
    rates = [
        rate
        for dataset in draft.context.quality
        for rate in [draft.study.mean(dataset, variant, "images_per_second")]
        if rate is not None
    ]
    if not rates:
        return ABSENT
    return plain(draft.words(N_("advisable") if min(rates) < GPU_BELOW else N_("no")))


def _stars(draft: Draft, count: int | None) -> TableCell:
    if count is None:
        return TableCell(ABSENT)
    return TableCell((Stars(count, STARS, draft.stars_label(count, STARS)),))


def _scales(draft: Draft) -> Text:
    """The scales in full, so that a reader can check every star."""
    words = draft.words
    params: dict[str, Param] = {
        "ari": Verbatim("; ".join(words.significant(x, 1) for x in ARI_LEVELS)),
        "size": Verbatim(
            "; ".join(
                words(N_("{number} MB")).format(number=words.number(x / 1e6, 0)) for x in MODEL_BYTES_LEVELS
            )
        ),
        "rate": Verbatim(words.number(GPU_BELOW, 0)),
        "time": Verbatim("; ".join("×" + words.significant(x, 2) for x in TIME_RATIO_LEVELS)),
    }
    text = draft.say(
        N_(
            "Quality: two, three, four and five stars from an ARI of {ari} on. Model size: five, four, three and two "
            "stars up to {size}. A GPU is called advisable below {rate} images per second on the measuring processor."
        ),
        **params,
    )
    if draft.context.speed_baseline is None:
        return text
    params["baseline"] = Names((draft.context.speed_baseline,))
    return (
        *text,
        *plain(" "),
        *draft.say(
            N_(
                "Speed: five, four, three and two stars up to {time} of the mean time, relative to the baseline extractor ({baseline})."
            ),
            **params,
        ),
    )
