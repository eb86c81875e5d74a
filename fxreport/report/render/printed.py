"""What of a document goes on paper: all but the reference rows that nothing in it leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fxreport.report.model import Block, Document, Section, Table
from fxreport.report.render.walk import addresses, within


def printed(document: Document, left_out: Callable[[int], Block]) -> Document:
    """The document without the rows of its reference tables to which nothing in it leads.

    ``left_out`` says how many rows of a section are not there; it is asked where there are any. Whatever
    something leads to is there still.
    """
    wanted = addresses(document)
    return replace(document, sections=tuple(_top(section, wanted, left_out) for section in document.sections))


def _top(section: Section, wanted: frozenset[str], left_out: Callable[[int], Block]) -> Section:
    kept = _section(section, wanted) or replace(section, blocks=(), children=())
    rows = _rows(section) - _rows(kept)
    return replace(kept, blocks=(left_out(rows), *kept.blocks)) if rows else section


def _section(section: Section, wanted: frozenset[str]) -> Section | None:
    """The section with what is left of it; None where nothing is, unless something leads to it."""
    blocks = tuple(kept for block in section.blocks if (kept := _block(block, wanted)))
    children = tuple(part for child in section.children if (part := _section(child, wanted)))
    if blocks or children:
        return replace(section, blocks=blocks, children=children)
    whole = section.id in wanted or not (section.blocks or section.children)
    return section if whole else None


def _block(block: Block, wanted: frozenset[str]) -> Block | None:
    """The block, a reference table with its wanted rows; None where none is, unless something leads to it."""
    if not isinstance(block, Table) or not block.reference:
        return block
    rows = tuple(row for row in block.rows if wanted & {row.id, *(cell.id for cell in row.cells)})
    if rows:
        return replace(block, rows=rows)
    return block if block.id in wanted else None


def _rows(section: Section) -> int:
    blocks = (block for part in within(section) for block in part.blocks)
    return sum(len(block.rows) for block in blocks if isinstance(block, Table))
