"""Citations: a work is cited where the text first names what it is the source of, and listed after it.

The list has what the text names and nothing else; its order is that of the citations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from fxreport.reference import Source, sources, works
from fxreport.report.anchors import slug
from fxreport.report.bibliography import reference
from fxreport.report.draft import Draft
from fxreport.report.model import (
    Block,
    Bullets,
    Document,
    Entries,
    Entry,
    Fragment,
    Link,
    Note,
    Paragraph,
    Plain,
    Section,
    Statements,
    Text,
)
from fxreport.report.words import Words
from fxreport.vocabulary.messages import N_

#: page one, which like an abstract cites nothing
ANSWER = "answer"
#: the space before a citation, and what may follow a name that it belongs to: an input size
_SPACE = "\N{NO-BREAK SPACE}"
_SIZE = rf"(?: \d+{_SPACE}\w+)?"


@dataclass
class _Cited:
    """``named``: by its name in the document's language, each work that is not cited yet; then in order."""

    named: dict[str, Source]
    order: list[Source] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = "|".join(map(re.escape, sorted(self.named, key=len, reverse=True)))
        self._pattern = re.compile(rf"(?<![\w-])({names})(?![\w-]){_SIZE}") if names else None

    def text(self, text: Text) -> Text:
        return tuple(part for fragment in text for part in self._fragment(fragment))

    def _fragment(self, fragment: Fragment) -> Iterator[Fragment]:
        if not isinstance(fragment, Plain) or self._pattern is None:
            yield fragment
            return
        told = 0
        for found in self._pattern.finditer(fragment.text):
            work = self.named[found[1]]
            if work in self.order:
                continue
            self.order.append(work)
            yield Plain(fragment.text[told : found.end()] + _SPACE)
            yield Link(f"[{len(self.order)}]", f"#{reference_id(work)}")
            told = found.end()
        if rest := fragment.text[told:]:
            yield Plain(rest)


def cited(draft: Draft, document: Document) -> Document:
    """The document with its citations and, where it cites anything, the references before its appendix."""
    found = _Cited(_names(draft.words))
    body = tuple(s if s.id == ANSWER else _section(s, found) for s in document.sections if not s.appendix)
    if not found.order:
        return document
    style = draft.imprint.references
    items = tuple(
        Entry(reference_id(work), f"[{n}]", reference(work, style))
        for n, work in enumerate(found.order, start=1)
    )
    title = draft.words(N_("References"))
    listed = Section("references", title, (Entries(items, numbered=True),))
    return replace(document, sections=(*body, listed, *(s for s in document.sections if s.appendix)))


def reference_id(work: Source) -> str:
    return f"ref-{slug(work.key)}"


def _names(words: Words) -> dict[str, Source]:
    """What a document in this language may call each work."""
    named = {}
    for work in works().values():
        said = [*work.names]
        if work.metric:
            title = words.metric(work.metric)
            said += [title, title[:1].upper() + title[1:]]
        if work.level:
            said.append(words.level(*work.level))
        named.update(dict.fromkeys(said, work))
    return {**named, **{source.short: source for source in sources().values()}}


def _section(section: Section, found: _Cited) -> Section:
    made = tuple(_block(block, found) for block in section.blocks)
    return replace(section, blocks=made, children=tuple(_section(child, found) for child in section.children))


def _block(block: Block, found: _Cited) -> Block:
    """Citations stand in prose; not in tables, captions and lists of entries."""
    match block:
        case Paragraph():
            return Paragraph(found.text(block.text))
        case Note():
            return Note(found.text(block.text))
        case Bullets():
            return Bullets(tuple(map(found.text, block.items)))
        case Statements():
            return Statements(tuple(replace(one, text=found.text(one.text)) for one in block.items))
        case _:
            return block
