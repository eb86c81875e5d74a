"""Measured against published: each cell of the original beside ours, and the literature's baselines."""

from __future__ import annotations

from fxreport.analysis.claims import N_, DatasetNames
from fxreport.analysis.rules.published import Departure, departures
from fxreport.reference import literature, original, sources
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import (
    Block,
    Bullets,
    Number,
    Plain,
    Row,
    Section,
    Strong,
    Table,
    TableCell,
    Text,
    plain,
)
from fxreport.report.words import shown_unit, slug

COMPARED = ("ari", "nmi", "silhouette", "davies_bouldin", "extraction_seconds", "dimension")


def published(draft: Draft) -> Section:
    present = {d.name for d in draft.study.datasets}
    original_cells = [d for d in departures(draft.context, original()) if d.published.dataset in present]
    baselines = [d for d in departures(draft.context, literature()) if d.published.dataset in present]
    blocks: list[Block] = []
    if not original_cells and not baselines:
        blocks.append(draft.note(N_("No figures were published for these image sets.")))
    blocks += draft.statements(draft.conclusions.of("published_summary"))
    if original_cells:
        blocks.append(
            draft.paragraph(
                N_(
                    "In each pair the first value is that of this study, the second was published in the original study. There the "
                    "ImageNet networks were given images of their own small size, and every value comes from a single run."
                )
            )
        )
    for dataset in draft.study.datasets:
        cells = [d for d in original_cells if d.published.dataset == dataset.name]
        if cells:
            blocks.append(_table(draft, dataset.name, cells))
    if baselines:
        blocks += [_literature(draft, baselines), _sources({d.published.source for d in baselines})]
    blocks += draft.statements(draft.conclusions.of("literature"))
    return Section("published", draft.words(N_("Measured against published")), tuple(blocks))


def _table(draft: Draft, dataset: str, cells: list[Departure]) -> Table:
    by_variant: dict[str, dict[str, Departure]] = {}
    for departure in cells:
        by_variant.setdefault(departure.variant, {})[departure.published.metric] = departure
    rows = []
    for variant, metrics in by_variant.items():
        row = [draft.variant_cell(variant)]
        for name in COMPARED:
            found = metrics.get(name)
            if found is None:
                row.append(TableCell(ABSENT))
                continue
            ours: Text = ABSENT
            if found.measured is not None:
                ours = (draft.words.value(draft.context.evidence(dataset, variant, name), unit=False),)
            theirs = Number(draft.words.measured(name, found.published.value))
            row.append(TableCell((*ours, *plain(" / "), theirs)))
        rows.append(Row(tuple(row), muted=all(d.measured is None for d in metrics.values())))
    return Table(
        f"table-published-{slug(dataset)}",
        draft.say(N_("{dataset}: here / published in the original study"), dataset=DatasetNames((dataset,))),
        (
            draft.text_column(N_("Extractor")),
            *(draft.column(m, unit=shown_unit(m)) for m in COMPARED),
        ),
        tuple(rows),
    )


def _sources(keys: set[str]) -> Bullets:
    """The sources of the figures in full."""
    items = []
    for key, source in sources().items():
        if key in keys:
            parts = (", ".join(source.authors), source.title, str(source.year or ""), source.where)
            items.append((Strong(source.short), Plain(": "), Number(". ".join(p for p in parts if p))))
    return Bullets(tuple(items))


def _literature(draft: Draft, baselines: list[Departure]) -> Table:
    rows = []
    for departure in baselines:
        figure = departure.published
        source = sources()[figure.source]
        measured: Text = ABSENT
        if departure.measured is not None:
            evidence = draft.context.evidence(figure.dataset, departure.variant, figure.metric)
            measured = (draft.words.value(evidence, unit=False),)
        rows.append(
            Row(
                (
                    draft.variant_cell(departure.variant),
                    TableCell(plain(draft.words.dataset(figure.dataset))),
                    TableCell(plain(draft.words.metric(figure.metric))),
                    TableCell(measured),
                    TableCell((Number(draft.words.measured(figure.metric, figure.value)),)),
                    TableCell((Number(draft.words.number(figure.n, 0)),) if figure.n else ABSENT),
                    TableCell((Number(source.short),)),
                )
            )
        )
    return Table(
        "table-literature",
        draft.say(N_("Baselines of the literature, all clustered by k-means")),
        (
            draft.text_column(N_("Extractor")),
            draft.text_column(N_("Image set")),
            draft.text_column(N_("Metric")),
            draft.text_column(N_("Here"), numeric=True),
            draft.text_column(N_("Published"), numeric=True),
            draft.text_column(N_("Images"), numeric=True),
            draft.text_column(N_("Source")),
        ),
        tuple(rows),
    )
