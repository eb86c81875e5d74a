"""Checks of a document and of what was rendered from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

from fxreport.report.model import (
    Cards,
    Document,
    Entries,
    Figure,
    Number,
    Stars,
    Statements,
    Table,
    Text,
    to_string,
)
from fxreport.report.writers.walk import addresses, blocks, holders, ids, ordinals, sections, texts, within

_DIGITS = re.compile(r"\d+")
#: sections whose numbers are where the others lead: what was measured, on what, and how
REFERENCE = frozenset({"method", "statistics", "own-images", "appendix"})
#: how often a title, a date or a label may come: heading, contents (twice), browser's title, footer
_FURNITURE = 5


def stray_digits(rendered: str, document: Document) -> list[str]:
    """Runs of digits in a rendered Markdown or HTML text that its document does not hold, with their counts.

    What a reader can see or hear counts: text, headings, captions, alternative texts, titles on hover; not
    the figures' own drawing, nor link targets. Empty when every digit comes from the model.
    """
    is_html = rendered.lstrip().lower().startswith("<!doctype html")
    visible = _visible_html(rendered) if is_html else _visible_markdown(rendered)
    found = Counter(_DIGITS.findall(visible))
    stray = found - _allowed(document)
    return [f"{run} ({count}×)" for run, count in sorted(stray.items())]


def duplicate_ids(document: Document) -> list[str]:
    """Ids that stand more than once, and so would lead to the wrong place."""
    return sorted(name for name, count in Counter(ids(document.sections)).items() if count > 1)


def dangling_addresses(document: Document) -> list[str]:
    """Addresses to which something leads and that nothing in the document has."""
    return sorted(addresses(document) - holders(document).keys())


def unaddressed(document: Document) -> list[str]:
    """Numbers and stars that lead nowhere, outside the sections that others lead to (``REFERENCE``)."""
    return [
        f"{section.id}: {to_string((fragment,))}"
        for top in document.sections
        if top.id not in REFERENCE
        for section in within(top)
        for block in section.blocks
        for text in texts(block)
        for fragment in text
        if isinstance(fragment, Number | Stars) and not fragment.address
    ]


def _allowed(document: Document) -> Counter[str]:
    """Every run of digits that the document holds, as often as a writer may show it."""
    allowed: Counter[str] = Counter()
    for text in _content(document):
        allowed.update(_DIGITS.findall(text))
    for ordinal in ordinals(document).values():
        allowed[str(ordinal)] += 1
    furniture = [document.title, document.subtitle, document.generator, document.date, document.created]
    furniture += [section.title for section in sections(document)]
    if cover := document.cover:
        furniture += [cover.title, *cover.affiliation, cover.kind, cover.foot]
        furniture += [line for _, lines in cover.people for line in lines]
    for text in furniture:
        for run in _DIGITS.findall(text):
            allowed[run] += _FURNITURE
    for text in document.labels.values():
        # a label may stand at every table, every claim
        for run in _DIGITS.findall(text):
            allowed[run] += len(list(blocks(document))) + 1
    return allowed


def _content(document: Document) -> Iterator[str]:
    for block in blocks(document):
        for text in texts(block):
            yield from _said(text)
        match block:
            case Entries():
                yield from (entry.term for entry in block.items)
            case Table():
                yield from {row.topic: None for row in block.rows}
            case Statements():
                yield from (statement.support_label for statement in block.items)
            case Figure():
                yield block.alt
            case Cards():
                for card in block.items:
                    yield from (card.title, card.answer, card.firm_label)
            case _:
                pass


def _said(text: Text) -> Iterator[str]:
    for fragment in text:
        if isinstance(fragment, Stars):
            yield fragment.label
        else:
            yield fragment.text
        if isinstance(fragment, Number | Stars):
            yield fragment.title


class _Visible(HTMLParser):
    """Collects what a reader sees or hears of a page; an inlined figure counts by its name alone."""

    _HEARD = frozenset({"alt", "title", "aria-label"})
    _SILENT = frozenset({"style", "script", "svg"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._silent:
            self.parts += [value or "" for name, value in attrs if name in self._HEARD]
            if tag == "meta" and dict(attrs).get("name") not in (None, "viewport"):
                self.parts.append(dict(attrs).get("content") or "")
        if tag in self._SILENT:
            self._silent += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT and self._silent:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def _visible_html(page: str) -> str:
    visible = _Visible()
    visible.feed(page)
    visible.close()
    return "\n".join(visible.parts)


def _visible_markdown(text: str) -> str:
    without_anchors = re.sub(r'<a id="[^"]*"></a>', "", text)
    without_targets = re.sub(r"(?<!\\)\]\([^)\s]*\)", "]", without_anchors)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", without_targets)
