"""References in full, of structured data, in the style that is asked for.

Words such as "Vol." are in the language of the works, as both styles want it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fxreport.reference import Source
from fxreport.report.model import Link, Plain, Text
from fxreport.vocabulary.imprint import DSTU, NUMERIC

#: from so many authors on ДСТУ 8302:2015 begins with the title
_MANY = 4
_SPACE = "\N{NO-BREAK SPACE}"


def reference(source: Source, style: str) -> Text:
    """A work in one line; its address is a link."""
    return _STYLES[style](source)


def _numeric(source: Source) -> Text:
    """Authors with initials first, title, where and when: as is usual in the field."""
    where = [source.venue, f"arXiv:{source.arxiv}" if source.arxiv and not source.venue else ""]
    numbers = source.volume + (f"({source.issue})" if source.issue else "")
    pages = f"{':' if numbers else 'pp.' + _SPACE}{source.pages}" if source.pages else ""
    joined = (" " if numbers else ", ").join(part for part in (*where, numbers + pages) if part)
    parts = [
        _list([f"{_initials(given)}{_SPACE}{family}".strip() for family, given in _people(source)]),
        source.title,
        ", ".join(part for part in (joined, str(source.year or ""), source.place) if part),
    ]
    return _with_address(". ".join(part.rstrip(".") for part in parts if part) + ".", source, "")


def _dstu(source: Source) -> Text:
    """ДСТУ 8302:2015 «Бібліографічне посилання», without the optional areas and signs.

    The date of access, which it adds to an address, is not known: nothing is written that was not seen.
    """
    people = _people(source)
    many = len(people) >= _MANY
    authors = ", ".join(f"{family}{_SPACE}{_initials(given)}".strip() for family, given in people)
    title = source.title
    if many:
        family, given = people[0]
        title += f" / {_initials(given)}{_SPACE}{family} et{_SPACE}al"
    volume = ", ".join(
        f"{word}{_SPACE}{number}"
        for word, number in (("Vol.", source.volume), ("no.", source.issue))
        if number
    )
    pages = f"P.{_SPACE}{source.pages}" if source.pages else ""
    parts = ["" if many else authors, title, source.venue, str(source.year or ""), volume, pages]
    parts.append(source.place)
    said = " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)
    return _with_address(said, source, f"DOI:{_SPACE}" if source.doi else f"URL:{_SPACE}")


def _with_address(said: str, source: Source, word: str) -> Text:
    if not source.address:
        return (Plain(said),)
    return (Plain(f"{said} {word}"), Link(source.address, source.address), Plain("."))


def _people(source: Source) -> list[tuple[str, str]]:
    """Family and given names."""
    return [
        (family.strip(), given.strip()) for family, _, given in (a.partition(",") for a in source.authors)
    ]


def _initials(given: str) -> str:
    """``Liang-Chieh`` is ``L.-C.``"""
    return _SPACE.join("-".join(f"{part[0]}." for part in name.split("-") if part) for name in given.split())


def _list(names: list[str]) -> str:
    """All names up to three, else the first and that there are others."""
    return ", ".join(names) if len(names) < _MANY else f"{names[0]} et{_SPACE}al."


_STYLES: Mapping[str, Callable[[Source], Text]] = {NUMERIC: _numeric, DSTU: _dstu}
