"""The site's model: pages of sections as those of a document, and what a writer needs to link them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from fxreport.report.model import Section

#: kinds of pages
FRONT = "front"
FINDING = "finding"
DATASET = "dataset"
EXTRACTOR = "extractor"
SECTION = "section"  # one of the technical report
OVERVIEW = "overview"  # leads to all findings, sets, extractors, figures
TABLE = "table"  # the comparison that readers sort and filter
HISTORY = "history"
SEARCH = "search"
DOWNLOADS = "downloads"


@dataclass(frozen=True, slots=True)
class Piece:
    """Which part of something too heavy for one page: ``number`` from 1, and ``label``, as "part 2 of 5".

    The first is ``up`` of all others.
    """

    number: int
    label: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page in one language.

    ``path`` is relative to the site's root and begins with the language: ``uk/findings/size.html``; what
    follows the language is the same in every language. ``summary`` is a sentence, for search, feeds and
    cards. ``parts`` are fragments of markup beside the sections, each made by its own module: name → markup.
    ``scripts`` are files of ours that the page needs, relative to the site's root. ``up`` is the name of the
    page above, None for the front page and for those of the header; ``label`` is a short title, where
    ``title`` would not do in a menu. The first section needs no title: the page's own stands above it.
    ``piece`` is None of what is whole.
    """

    lang: str
    path: PurePosixPath
    kind: str
    title: str
    summary: str
    sections: tuple[Section, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    scripts: tuple[PurePosixPath, ...] = ()
    up: PurePosixPath | None = None
    label: str = ""
    piece: Piece | None = None

    @property
    def name(self) -> PurePosixPath:
        """The path without its language: what the language switch keeps."""
        return self.path.relative_to(self.lang)

    @property
    def continues(self) -> bool:
        """Whether it goes on with what the page above begins."""
        return self.piece is not None and self.piece.number > 1


@dataclass(frozen=True)
class Site:
    """``title`` by language; ``default`` is the language that the root leads to.

    ``created`` is the moment of the youngest measurement (ISO 8601), never that of the build; "" where it is
    not known. ``base`` is the address under which the site will be published, "" where nobody said.
    """

    title: dict[str, str]
    pages: tuple[Page, ...]
    default: str
    generator: str
    created: str = ""
    base: str = ""

    @cached_property
    def languages(self) -> Mapping[PurePosixPath, tuple[str, ...]]:
        """By a page's name, the languages that it is there in."""
        found: dict[PurePosixPath, tuple[str, ...]] = {}
        for page in self.pages:
            found[page.name] = (*found.get(page.name, ()), page.lang)
        return found
