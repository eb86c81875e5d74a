"""Tables of measured cells: a row a metric of an extractor, a column an image set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fxreport.report.anchors import row_id
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import Column, Link, Row, Table, TableCell, Text, plain
from fxreport.report.sections.appendix import metric_title
from fxreport.report.sections.published import published_value
from fxreport.site.addresses import dataset_id
from fxreport.vocabulary.messages import N_
from fxreport.vocabulary.metrics import QUALITY, place

Cell = tuple[str, str, str]  # image set, variant, metric


def by_metric(draft: Draft, name: str, caption: Text, cells: Iterable[Cell]) -> Table | None:
    """The cells under a heading a metric, a row an extractor; None where none was measured."""
    found, sets, variants, metrics = _grid(draft, cells)
    rows = tuple(
        Row((draft.variant_cell(v), *_means(draft, found, sets, v, m)), topic=_title(draft, m))
        for m in metrics
        for v in variants
        if any((d, v, m) in found for d in sets)
    )
    return _table(draft, name, caption, draft.text_column(N_("Extractor")), sets, rows)


def by_variant(draft: Draft, name: str, caption: Text, cells: Iterable[Cell]) -> Table | None:
    """The cells under a heading a variant, if there are several, a row a metric with its own anchor."""
    found, sets, variants, metrics = _grid(draft, cells)
    rows = tuple(
        Row(
            (TableCell(plain(_title(draft, m))), *_means(draft, found, sets, v, m)),
            id=row_id(m, v),
            topic=draft.words.variant(v) if len(variants) > 1 else "",
        )
        for v in variants
        for m in metrics
        if any((d, v, m) in found for d in sets)
    )
    return _table(draft, name, caption, draft.text_column(N_("Metric")), sets, rows)


def published(draft: Draft, name: str, caption: Text, values: Mapping[Cell, float]) -> Table | None:
    """Values of the original study, laid out as by ``by_variant``; None where there are none."""
    sets = [d.name for d in draft.study.datasets if any(d.name == dataset for dataset, _, _ in values)]
    rows = tuple(
        Row(
            (
                TableCell(plain(_title(draft, m))),
                *(
                    TableCell((published_value(draft, d, v, m, values[d, v, m]),))
                    if (d, v, m) in values
                    else TableCell(ABSENT)
                    for d in sets
                ),
            ),
            topic=draft.words.variant(v),
        )
        for v, m in dict.fromkeys((v, m) for _, v, m in values)
    )
    return _table(draft, name, caption, draft.text_column(N_("Metric")), sets, rows)


def _grid(draft: Draft, cells: Iterable[Cell]) -> tuple[frozenset[Cell], list[str], list[str], list[str]]:
    """What was measured of the cells: with their sets, variants and metrics in reading order."""
    study = draft.study
    found = frozenset(cell for cell in cells if cell in study.samples)
    metrics = sorted({m for _, _, m in found}, key=lambda m: place(m, study.metric(m)))
    those, where = {v for _, v, _ in found}, {d for d, _, _ in found}
    variants = [v.id for v in (*study.variants, *study.others) if v.id in those]
    return found, [d.name for d in study.datasets if d.name in where], variants, metrics


def _means(
    draft: Draft, found: frozenset[Cell], sets: Sequence[str], variant: str, metric: str
) -> Iterable[TableCell]:
    spread = draft.study.metric(metric).topic == QUALITY
    for dataset in sets:
        cell = draft.cell(dataset, variant, metric, spread=spread)
        yield cell if (dataset, variant, metric) in found else TableCell(())


def _title(draft: Draft, metric: str) -> str:
    title = metric_title(draft, metric)
    return title if title[1:2] in "-\N{NON-BREAKING HYPHEN}" else f"{title[:1].upper()}{title[1:]}"


def _table(
    draft: Draft, name: str, caption: Text, first: Column, sets: Sequence[str], rows: tuple[Row, ...]
) -> Table | None:
    if not rows:
        return None
    columns = (Column((Link(draft.words.dataset(d), f"#{dataset_id(d)}"),), numeric=True) for d in sets)
    return Table(name, caption, (first, *columns), rows)
