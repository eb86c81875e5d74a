"""Sections of the technical report as pages, each no heavier than a page may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from fxreport.report.draft import Draft
from fxreport.report.model import Bullets, Link, Paragraph, Section, Statements, to_string
from fxreport.report.writers.walk import within
from fxreport.site.addresses import file_name
from fxreport.site.model import SECTION, Page, Piece
from fxreport.site.paging import LIMIT, parts, weight
from fxreport.vocabulary.messages import N_

FOLDER = PurePosixPath("report")
INDEX = FOLDER / "index.html"


def pages(
    draft: Draft, section: Section, up: PurePosixPath | None = INDEX, title: str = ""
) -> Iterator[Page]:
    """A section as one page where it fits; else its own text, in parts if need be, and each part below it.

    ``title`` is that of the section above: a part that is called as an image set needs it to be understood.
    """
    sets = {draft.words.dataset(d.name) for d in draft.study.datasets}
    heading = f"{title}: {section.title}" if title and section.title in sets else section.title
    name = FOLDER / f"{file_name(section.id)}.html"
    if weight(section) <= LIMIT:
        yield _page(draft, name, heading, section, replace(section, title=""), up)
        return
    if section.children:
        links = Bullets(tuple((Link(child.title, f"#{child.id}"),) for child in section.children))
        whole = replace(section, blocks=(*section.blocks, links), children=())
    else:
        whole = section
    told = parts(whole.blocks)
    for i, blocks in enumerate(told, start=1):
        piece = _piece(draft, i, len(told))
        own = replace(whole, blocks=blocks, title="", id=section.id if i == 1 else f"{section.id}-{i}")
        yield _page(
            draft,
            name if i == 1 else FOLDER / f"{file_name(section.id)}.{i}.html",
            f"{heading}, {piece.label}" if piece else heading,
            section,
            own,
            up if i == 1 else name,
            piece,
        )
    for child in section.children:
        yield from pages(draft, child, name, heading)


def _page(
    draft: Draft,
    name: PurePosixPath,
    title: str,
    section: Section,
    shown: Section,
    up: PurePosixPath | None,
    piece: Piece | None = None,
) -> Page:
    return Page(
        lang=draft.words.lang,
        path=draft.words.lang / name,
        kind=SECTION,
        title=title,
        summary=_summary(shown) or title,
        sections=(shown,),
        up=up,
        label=piece.label if piece and piece.number > 1 else section.title,
        piece=piece,
    )


def _piece(draft: Draft, number: int, total: int) -> Piece | None:
    if total == 1:
        return None
    return Piece(number, draft.words(N_("part {number} of {total}")).format(number=number, total=total))


def _summary(section: Section) -> str:
    """What it says first."""
    for part in within(section):
        for block in part.blocks:
            match block:
                case Paragraph():
                    return to_string(block.text)
                case Statements():
                    return to_string(block.items[0].text)
                case _:
                    pass
    return ""


def fitting(draft: Draft, page: Page) -> Iterator[Page]:
    """The page, or where it is too heavy its first part and, below it, the others."""
    if sum(map(weight, page.sections)) <= LIMIT:
        yield page
        return
    told: list[list[Section]] = [[]]
    room = LIMIT
    for section in (piece for one in page.sections for piece in _pieces(one)):
        if weight(section) > room and told[-1]:
            told.append([])
            room = LIMIT
        told[-1].append(section)
        room -= weight(section)
    for i, own in enumerate(told, start=1):
        piece, label = _piece(draft, i, len(told)), page.label or page.title
        title = f"{page.title}, {piece.label}" if piece else page.title
        part = replace(page, title=title, label=label, sections=tuple(own), piece=page.piece or piece)
        if piece and i > 1:
            path, up = page.path.with_suffix(f".{i}.html"), page.up if page.continues else page.name
            part = replace(
                part, path=path, kind=SECTION, up=up, label=piece.label, piece=piece, scripts=(), parts=()
            )
        yield part


def _pieces(section: Section) -> Iterator[Section]:
    """A section that fits; else its own blocks in pieces, and after them its parts."""
    if weight(section) <= LIMIT:
        yield section
        return
    for i, blocks in enumerate(parts(section.blocks)):
        yield replace(section, blocks=blocks, children=(), id=f"{section.id}-{i + 1}" if i else section.id)
    for child in section.children:
        yield from _pieces(child)
