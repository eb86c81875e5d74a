"""Sections cut into pages, so that none is too heavy to open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from fxreport.report.model import (
    Block,
    Bullets,
    Cards,
    Entries,
    Link,
    Number,
    Section,
    Stars,
    Statements,
    Table,
    Text,
)
from fxreport.report.writers.walk import texts, within

#: about as many bytes of markup as a page has, figures apart
LIMIT = 120_000
#: bytes of a link, of a row of stars, of a cell of a table, of a sentence or two, on average. What a text
#: says is not counted: pages are cut alike in all languages.
_LINK, _STARS, _CELL, _SAID = 150, 600, 45, 500

_Item = TypeVar("_Item")


def weight(section: Section) -> int:
    """About how many bytes of markup a section and all below it have, figures apart."""
    return sum(_block(block) for part in within(section) for block in part.blocks)


def _block(block: Block) -> int:
    cells = sum(len(row.cells) for row in block.rows) if isinstance(block, Table) else 0
    said = 0 if isinstance(block, Table) else sum(1 for _ in texts(block))
    return _CELL * cells + _SAID * said + sum(map(_links, texts(block)))


def _links(text: Text) -> int:
    size = 0
    for fragment in text:
        match fragment:
            case Stars():
                size += _STARS
            case Number() if not fragment.address:
                pass
            case Number() | Link():
                size += _LINK
            case _:
                pass
    return size


def parts(blocks: Sequence[Block], limit: int = LIMIT) -> list[tuple[Block, ...]]:
    """The blocks in their order as pages, those too long for one in pieces; one empty page of none."""
    pages: list[list[Block]] = [[]]
    room = limit
    for block in (piece for one in blocks for piece in _pieces(one, limit)):
        needs = _block(block)
        if needs > room and pages[-1]:
            pages.append([])
            room = limit
        pages[-1].append(block)
        room -= needs
    return [tuple(page) for page in pages]


def _pieces(block: Block, limit: int) -> Iterator[Block]:
    """A block, or pieces of it that fit; only the first of a table's pieces has its id."""
    if _block(block) <= limit:
        yield block
        return
    match block:
        case Table():
            for i, rows in enumerate(_cut(block.rows, lambda row: Table("", (), (), (row,)), limit)):
                yield replace(block, rows=rows, id=f"{block.id}-{i + 1}" if i else block.id)
        case Entries():
            yield from map(Entries, _cut(block.items, lambda one: Entries((one,)), limit))
        case Statements():
            yield from map(Statements, _cut(block.items, lambda one: Statements((one,)), limit))
        case Bullets():
            yield from map(Bullets, _cut(block.items, lambda one: Bullets((one,)), limit))
        case Cards():
            yield from map(Cards, _cut(block.items, lambda one: Cards((one,)), limit))
        case _:
            yield block


def _cut(items: Sequence[_Item], alone: Callable[[_Item], Block], limit: int) -> Iterator[tuple[_Item, ...]]:
    """Runs of items that fit, each weighed as a block of it alone."""
    run: list[_Item] = []
    room = limit
    for item in items:
        needs = _block(alone(item))
        if needs > room and run:
            yield tuple(run)
            run, room = [], limit
        run.append(item)
        room -= needs
    yield tuple(run)
