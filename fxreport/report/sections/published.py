"""Measured against published: each cell of the original beside ours, and the literature's baselines."""

from __future__ import annotations

from fxreport.analysis.claims import N_, DatasetNames
from fxreport.analysis.rules.studies.published import AGREEMENT, Departure, departures, own_figures
from fxreport.reference import literature, original, sources
from fxreport.report.anchors import Origin, slug
from fxreport.report.bibliography import reference
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import (
    Block,
    Entries,
    Entry,
    Link,
    Number,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    plain,
)
from fxreport.vocabulary.steps import variant_id

COMPARED = ("ari", "nmi", "silhouette", "davies_bouldin", "extraction_seconds", "dimension")


def published(draft: Draft) -> Section:
    present = {d.name for d in draft.study.datasets}
    original_cells = [d for d in departures(draft.context, original()) if d.published.dataset in present]
    baselines = [d for d in departures(draft.context, literature()) if d.published.dataset in present]
    blocks: list[Block] = []
    if own_figures(draft.context, original_cells):
        original_cells = []
        blocks.append(
            draft.note(N_("The values are those of the original study itself: nothing is compared with it."))
        )
    elif not original_cells and not baselines:
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
    departed = [c for c in draft.conclusions.of("published") if abs(c.value or 0.0) > AGREEMENT]
    blocks += draft.statements([*departed, *draft.conclusions.of("conjecture", "published_control")])
    if baselines:
        blocks.append(_literature(draft, baselines))
    blocks += draft.statements(draft.conclusions.of("literature"))
    if original_cells or baselines:
        blocks.append(_sources(draft, {d.published.source for d in (*original_cells, *baselines)}))
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
            figure = found.published
            theirs = Number(draft.words.measured(name, figure.value), source_id(figure.source))
            cell = published_id(dataset, variant_id(figure.extractor, figure.input_size), name)
            row.append(TableCell((*ours, *plain(" / "), theirs), id=cell))
        rows.append(Row(tuple(row), muted=all(d.measured is None for d in metrics.values())))
    return Table(
        f"table-published-{slug(dataset)}",
        draft.say(N_("{dataset}: here / published in the original study"), dataset=DatasetNames((dataset,))),
        (
            draft.text_column(N_("Extractor")),
            *(draft.column(m, unit=draft.words.unit(m)) for m in COMPARED),
        ),
        tuple(rows),
    )


def published_id(dataset: str, variant: str, metric: str) -> str:
    """The cell of a value of the original study."""
    return "p-" + "-".join(slug(part) for part in (dataset, variant, metric))


def published_value(draft: Draft, dataset: str, variant: str, metric: str, value: float) -> Number:
    """A value of the original study outside its own table, to which it leads."""
    address = published_id(dataset, variant, metric)
    return Number(
        draft.words.measured(metric, value), address, draft.words(N_("Published in the original study"))
    )


def source_id(key: str) -> str:
    return f"source-{slug(key)}"


def _sources(draft: Draft, keys: set[str]) -> Entries:
    """The sources of the figures in full."""
    style = draft.imprint.references
    return Entries(
        tuple(
            Entry(source_id(key), source.short, reference(source, style))
            for key, source in sources().items()
            if key in keys
        )
    )


def _literature(draft: Draft, baselines: list[Departure]) -> Table:
    rows = []
    for departure in baselines:
        figure = departure.published
        source = sources()[figure.source]
        origin = Origin(source_id(figure.source), source.short)
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
                    draft.number_cell(draft.words.measured(figure.metric, figure.value), origin),
                    draft.number_cell(draft.words.number(figure.n, 0), origin)
                    if figure.n
                    else TableCell(ABSENT),
                    TableCell((Link(source.short, f"#{origin.address}"),)),
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
