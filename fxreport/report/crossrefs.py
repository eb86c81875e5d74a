"""References to figures and tables: text that rests on one of the same document names it, with a link.

What rests on what is read off the document. A claim rests on the figures that say they show it; a part that
reasons, on the figure and the table that hold most of its numbers; a paragraph whose numbers stand in what
comes right below it, on that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from fxreport.report.model import (
    Block,
    Document,
    Figure,
    Link,
    Number,
    Paragraph,
    Plain,
    Section,
    Statement,
    Statements,
    Table,
    Text,
)
from fxreport.report.words import Words
from fxreport.report.writers.walk import blocks, ordinals, texts
from fxreport.vocabulary.messages import N_

#: chapters that reason from numbers, they or their parts
REASONING = frozenset({"findings", "advice"})
#: as many common numbers make a figure or a table one that a text rests on, of a text that has as many
_COMMON = 2

#: how a text may end, and what stands there instead before and after its references
_ENDS = ((").", "; ", ")."), (".", " (", ")."))

_FIGURE, _TABLE = N_("Fig.\u00a0{n}"), N_("Table\u00a0{n}")


@dataclass(frozen=True)
class _Shown:
    """What a document shows. ``by_claim``: figures; ``holding``: addresses of the numbers in each."""

    words: Words
    number: Mapping[str, int]
    figures: Mapping[str, frozenset[str]]
    tables: Mapping[str, frozenset[str]]
    by_claim: Mapping[str, tuple[str, ...]]

    def link(self, target: str) -> Link:
        message = _FIGURE if target in self.figures else _TABLE
        return Link(self.words(message).format(n=self.number[target]), f"#{target}")

    def resting(self, numbers: Collection[str], among: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
        """Whichever holds the most of the numbers, the first of equals."""
        most = max(among, key=lambda one: len(among[one].intersection(numbers)), default=None)
        least = max(1, min(_COMMON, len(numbers)))
        return (most,) if most and len(among[most].intersection(numbers)) >= least else ()


def referred(words: Words, document: Document) -> Document:
    """The document with its references to figures and tables."""
    shown = _shown(words, document)
    return replace(document, sections=tuple(_section(section, shown) for section in document.sections))


def _shown(words: Words, document: Document) -> _Shown:
    figures: dict[str, frozenset[str]] = {}
    tables: dict[str, frozenset[str]] = {}
    by_claim: dict[str, tuple[str, ...]] = {}
    for block in blocks(document):
        match block:
            case Figure():
                figures[block.id] = frozenset(one.address for one in block.drawn if one.address)
                for claim in block.finding:
                    by_claim[claim.claim_id] = (*by_claim.get(claim.claim_id, ()), block.id)
            # rows that numbers lead to are where values are kept, not where they are shown
            case Table() if not any(row.id or any(cell.id for cell in row.cells) for row in block.rows):
                tables[block.id] = frozenset((block.id, *_numbers(block)))
            case _:
                pass
    return _Shown(words, ordinals(document), figures, tables, by_claim)


def _numbers(*among: Block) -> Iterator[str]:
    for block in among:
        for text in texts(block):
            yield from (f.address for f in text if isinstance(f, Number) and f.address)


def _reasoned(part: Section, shown: _Shown) -> Section:
    """A part of a chapter that reasons: its first paragraph names what it rests on."""
    if not part.blocks or not isinstance(part.blocks[0], Paragraph):
        return part
    numbers = set(_numbers(part.blocks[0]))
    own = tuple(block.id for block in part.blocks if isinstance(block, Figure | Table))
    rests = (*(own or shown.resting(numbers, shown.figures)), *shown.resting(numbers, shown.tables))
    first = Paragraph(_closed(part.blocks[0].text, tuple(dict.fromkeys(rests)), shown))
    return replace(part, blocks=(first, *part.blocks[1:]))


def _section(section: Section, shown: _Shown) -> Section:
    """Claims name the figures that show them, a paragraph what stands right below it."""
    if section.id in REASONING:
        section = _reasoned(section, shown)
        section = replace(section, children=tuple(_reasoned(part, shown) for part in section.children))
    made: list[Block] = []
    for block, below in zip(section.blocks, (*section.blocks[1:], None), strict=False):
        match block:
            case Statements():
                made.append(Statements(tuple(_statement(one, shown) for one in block.items)))
            case Paragraph() if isinstance(below, Figure | Table):
                held = {**shown.figures, **shown.tables}.get(below.id, frozenset())
                rests = (below.id,) if held.intersection(_numbers(block)) else ()
                made.append(Paragraph(_closed(block.text, rests, shown)))
            case _:
                made.append(block)
    children = tuple(_section(child, shown) for child in section.children)
    return replace(section, blocks=tuple(made), children=children)


def _statement(statement: Statement, shown: _Shown) -> Statement:
    return replace(statement, text=_closed(statement.text, shown.by_claim.get(statement.claim_id, ()), shown))


def _closed(text: Text, targets: tuple[str, ...], shown: _Shown) -> Text:
    """The text with references in brackets before its full stop, without those that it has already."""
    there = {fragment.href for fragment in text if isinstance(fragment, Link)}
    links = [shown.link(target) for target in targets if f"#{target}" not in there]
    if not links:
        return text
    said = [part for link in links for part in (Plain(", "), link)][1:]
    *before, last = text
    if not isinstance(last, Plain):
        return (*text, Plain(" ("), *said, Plain(")"))
    for end, opening, closing in _ENDS:
        if last.text.endswith(end):
            return (*before, Plain(last.text.removesuffix(end) + opening), *said, Plain(closing))
    return (*text, Plain(" ("), *said, Plain(")"))
