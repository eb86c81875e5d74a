"""Names of extractors and image sets at the head of tables' rows lead to their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fxreport.report.draft import Draft
from fxreport.report.model import Block, Link, Plain, Row, Section, Table
from fxreport.report.writers.walk import ids
from fxreport.site.addresses import dataset_id, extractor_id
from fxreport.site.model import Page


def named(draft: Draft) -> dict[str, str]:
    """What each name leads to: the anchor of the page of an extractor or an image set."""
    words, study = draft.words, draft.study
    sets = {words.dataset(d.name): dataset_id(d.name) for d in study.datasets}
    variants = (*study.variants, *study.others)
    return {**sets, **{words.variant(v.id): extractor_id(v.extractor.name) for v in variants}}


def with_links(page: Page, anchors: Mapping[str, str]) -> Page:
    """The page with its rows linked, but for those that would lead to the page itself."""
    own = frozenset(ids(page.sections))
    others = {name: anchor for name, anchor in anchors.items() if anchor not in own}
    return replace(page, sections=tuple(_section(section, others) for section in page.sections))


def _section(section: Section, anchors: Mapping[str, str]) -> Section:
    return replace(
        section,
        blocks=tuple(_block(block, anchors) for block in section.blocks),
        children=tuple(_section(child, anchors) for child in section.children),
    )


def _block(block: Block, anchors: Mapping[str, str]) -> Block:
    if not isinstance(block, Table):
        return block
    return replace(block, rows=tuple(_row(row, anchors) for row in block.rows))


def _row(row: Row, anchors: Mapping[str, str]) -> Row:
    match row.cells[0].text:
        case (Plain(name),) if name in anchors:
            first = replace(row.cells[0], text=(Link(name, f"#{anchors[name]}"),))
            return replace(row, cells=(first, *row.cells[1:]))
        case _:
            return row
