"""Walks over a document: its blocks, its texts, its ordinals and the ids that its numbers lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from fxreport.report.model import (
    Block,
    Bullets,
    Cards,
    Document,
    Entries,
    Figure,
    Link,
    Note,
    Number,
    Paragraph,
    Section,
    Stars,
    Statements,
    Table,
    Text,
)


class Whole(Protocol):
    """A document, or a page of a site."""

    @property
    def sections(self) -> tuple[Section, ...]: ...


def sections(document: Whole) -> Iterator[Section]:
    """All sections, depth first, as they stand on the page."""
    for section in document.sections:
        yield from within(section)


def within(section: Section) -> Iterator[Section]:
    """A section and all below it, depth first."""
    yield section
    for child in section.children:
        yield from within(child)


def blocks(document: Whole) -> Iterator[Block]:
    """All blocks as they stand on the page."""
    for section in sections(document):
        yield from section.blocks


def ordinals(document: Whole) -> dict[str, int]:
    """Each table's and each figure's place among its kind, from one, by its id."""
    numbered: dict[str, int] = {}
    for kind in (Table, Figure):
        of_kind = (block for block in blocks(document) if isinstance(block, kind))
        numbered.update((block.id, n) for n, block in enumerate(of_kind, start=1))
    return numbered


def ids(parts: Iterable[Section]) -> Iterator[str]:
    """Every id that the sections and what they hold bring, as often as it stands."""
    for part in parts:
        for section in within(part):
            yield section.id
            for block in section.blocks:
                yield from _ids(block)


def _ids(block: Block) -> Iterator[str]:
    match block:
        case Table():
            yield block.id
            for row in block.rows:
                yield from (name for name in (row.id, *(cell.id for cell in row.cells)) if name)
        case Entries():
            yield from (entry.id for entry in block.items)
        case Figure():
            yield block.id
        case Cards():
            yield from (card.id for card in block.items)
        case _:
            pass


def holders(document: Document) -> dict[str, str]:
    """By each address that a number or a link may lead to, the id of what holds it.

    That is the table of a row or of a cell; of a table, a figure, an entry, a section it is the thing itself.
    """
    found: dict[str, str] = {section.id: section.id for section in sections(document)}
    for block in blocks(document):
        match block:
            case Table():
                found[block.id] = block.id
                for row in block.rows:
                    found.update((i, block.id) for i in (row.id, *(cell.id for cell in row.cells)) if i)
            case Entries():
                found.update((entry.id, entry.id) for entry in block.items)
            case Figure():
                found[block.id] = block.id
            case _:
                pass
    return found


def addresses(document: Document) -> frozenset[str]:
    """Every address that something in the document leads to: numbers, links, statements, entries, figures."""
    return frozenset(address for block in blocks(document) for address in _addresses(block) if address)


def _addresses(block: Block) -> Iterator[str]:
    for text in texts(block):
        for fragment in text:
            match fragment:
                case Number() | Stars():
                    yield fragment.address
                case Link(href=href) if href.startswith("#"):
                    yield href[1:]
                case _:
                    pass
    match block:
        case Statements():
            yield from (statement.evidence for statement in block.items)
        case Entries():
            yield from (address for entry in block.items for address in entry.covers)
        case Figure():
            yield from (statement.evidence for statement in block.finding)
            yield from (drawn.address for drawn in block.drawn)
        case _:
            pass


def texts(block: Block) -> Iterator[Text]:
    """Every marked-up text of a block, as it stands on the page."""
    match block:
        case Paragraph() | Note():
            yield block.text
        case Statements():
            yield from (statement.text for statement in block.items)
        case Bullets():
            yield from block.items
        case Entries():
            yield from (entry.text for entry in block.items)
        case Table():
            yield block.caption
            yield from (column.title for column in block.columns)
            for row in block.rows:
                yield from (cell.text for cell in row.cells)
            yield block.note
        case Figure():
            yield block.caption
            yield block.sources
        case Cards():
            for card in block.items:
                yield card.text
                yield from card.details
