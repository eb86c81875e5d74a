"""What leads from a page to others: areas, the trail above, neighbours, languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fxreport.site.addresses import relative
from fxreport.site.model import FRONT, SEARCH, Page

#: neighbours beyond which a list of them helps nobody
MOST = 40


@dataclass(frozen=True, slots=True)
class Step:
    """A link: ``current`` is what assistive technology is told of it, "" for another page."""

    href: str
    label: str
    current: str = ""


class Navigation:
    """The pages of one language as a tree."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._by_name: Mapping[PurePosixPath, Page] = {page.name: page for page in pages}
        self._below: dict[PurePosixPath | None, list[Page]] = {}
        self._rest: dict[PurePosixPath | None, list[Page]] = {}
        for page in pages:
            (self._rest if page.continues else self._below).setdefault(page.up, []).append(page)
        # a row of pages to turn, and a page's place in it: sought once, not once a page
        self._turned: dict[PurePosixPath, tuple[list[Page], int]] = {}
        for up, below in self._below.items():
            wholes = [self._whole(one) for one in below]
            for row in wholes if up is None else [[part for whole in wholes for part in whole]]:
                self._turned |= {one.path: (row, at) for at, one in enumerate(row)}

    def areas(self, page: Page) -> list[Step]:
        """The pages of the header; the one that the page belongs to is marked."""
        root = ([page, *self._above(page)])[-1]
        return [
            _step(page, one, current=("page" if one is page else "true") if one is root else "")
            for one in self._below.get(None, ())
            if one.kind != SEARCH  # its box is on every page
        ]

    def trail(self, page: Page) -> list[Step]:
        """What stands above the page, the highest first; none for those of the header."""
        return [_step(page, one) for one in reversed(self._above(page))]

    def pieces(self, page: Page) -> list[Step]:
        """All parts of what the page is one of; none where it is whole."""
        whole = self._whole(page)
        if len(whole) == 1:
            return []
        return [_step(page, one, "page" if one is page else "", _label(one)) for one in whole]

    def siblings(self, page: Page) -> list[Step]:
        """The pages beside it under the same one, or the parts beside it; none of one alone, or too many."""
        if page.continues:
            found = self.pieces(page)
            return found if len(found) <= MOST else []
        beside = self._siblings(page)
        if not 1 < len(beside) <= MOST:
            return []
        return [_step(page, one, "page" if one is page else "") for one in beside]

    def turns(self, page: Page) -> tuple[Step | None, Step | None]:
        """The pages before and after it among those under the same one, part by part."""
        whole = self._whole(page)
        found, at = self._turned[page.path]

        def turn(one: Page) -> Step:
            label = _label(one) if one in whole else one.title if one.continues else ""
            return _step(page, one, label=label)

        return (turn(found[at - 1]) if at else None, turn(found[at + 1]) if at + 1 < len(found) else None)

    def _siblings(self, page: Page) -> list[Page]:
        return [] if page.up is None else self._below.get(page.up, [])

    def _whole(self, page: Page) -> list[Page]:
        """The page with all parts of what it is one of."""
        first = self._by_name[page.up] if page.continues and page.up else page
        return [first, *self._rest.get(first.name, ())]

    def _above(self, page: Page) -> list[Page]:
        """The pages above, the nearest first."""
        found: list[Page] = []
        while page.up is not None and page.up in self._by_name:
            page = self._by_name[page.up]
            found.append(page)
        return found


def _step(start: Page, target: Page, current: str = "", label: str = "") -> Step:
    return Step(relative(start.path, target.path), label or target.label or target.title, current)


def _label(page: Page) -> str:
    return page.piece.label if page.piece else ""


def home(pages: Iterable[Page]) -> Page:
    return next(page for page in pages if page.kind == FRONT)
