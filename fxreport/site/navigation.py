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
        for page in pages:
            self._below.setdefault(page.up, []).append(page)

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

    def siblings(self, page: Page) -> list[Step]:
        """The pages beside it under the same one; none where there is one alone, or too many."""
        found = self._siblings(page)
        if not 1 < len(found) <= MOST:
            return []
        return [_step(page, one, current="page" if one is page else "") for one in found]

    def turns(self, page: Page) -> tuple[Step | None, Step | None]:
        """The pages before and after it among those under the same one."""
        found = self._siblings(page)
        if page not in found:
            return None, None
        at = found.index(page)
        before, after = found[at - 1 : at] if at else [], found[at + 1 : at + 2]
        return tuple(_step(page, one[0]) if one else None for one in (before, after))  # type: ignore[return-value]

    def _siblings(self, page: Page) -> list[Page]:
        return [] if page.up is None else self._below.get(page.up, [])

    def _above(self, page: Page) -> list[Page]:
        """The pages above, the nearest first."""
        found: list[Page] = []
        while page.up is not None and page.up in self._by_name:
            page = self._by_name[page.up]
            found.append(page)
        return found


def _step(start: Page, target: Page, current: str = "") -> Step:
    return Step(relative(start.path, target.path), target.label or target.title, current)


def home(pages: Iterable[Page]) -> Page:
    return next(page for page in pages if page.kind == FRONT)
