"""The page of downloads: a row for each thing, with its files in every format and their sizes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from fxreport.report.model import (
    Bullets,
    Column,
    Fragment,
    Link,
    Paragraph,
    Plain,
    Row,
    Section,
    Table,
    TableCell,
    plain,
)
from fxreport.report.words import Words
from fxreport.site.downloads import CHECKSUMS, CITED, DATA, DOCUMENTS, FIGURES, TABLES, Download
from fxreport.site.model import DOWNLOADS, Page
from fxreport.system.resources import languages
from fxreport.vocabulary.messages import N_

PAGE = PurePosixPath("downloads.html")
TITLE = N_("Downloads")

_GROUPS = {
    DOCUMENTS: (N_("Documents"), N_("The documents to read, print and hand in.")),
    DATA: (N_("Data"), N_("The measurements, and all that is concluded from them.")),
    CITED: (N_("To cite"), N_("How to cite the measurements, and what describes them to machines.")),
    TABLES: (
        N_("Tables"),
        N_("Tables for LaTeX (booktabs) and as CSV; the appendix’s values are among the measurements."),
    ),
    FIGURES: (
        N_("Data of the figures"),
        N_("What each figure is drawn from: the means as CSV, all that is drawn as JSON."),
    ),
}
#: groups whose files are told by their names
_BY_NAME = frozenset({DATA, CITED})
_FORMATS = {".tex": "LaTeX", ".md": "Markdown"}
_CHECK = N_("The checksums of all files are in {file}.")
_COLUMNS = N_("What it holds"), N_("Files")
_SIZES = (1e6, N_("{number} MB")), (1e3, N_("{number} kB")), (1, N_("{number} B"))


def download_sections(words: Words, files: Iterable[Download]) -> tuple[Section, ...]:
    """The contents and a section a group, for a page at ``PAGE`` of the language.

    Files of other languages are left out.
    """
    others = {lang for lang in languages() if lang != words.lang}
    ours = [one for one in files if one.path.parts[0] not in others]
    groups = tuple(
        Section(
            f"downloads-{group}", words(title), (Paragraph(plain(words(text))), _table(words, group, those))
        )
        for group, (title, text) in _GROUPS.items()
        if (those := [one for one in ours if one.group == group])
    )
    before, _, after = words(_CHECK).partition("{file}")
    check = Paragraph((Plain(before), Link(CHECKSUMS.name, f"../{CHECKSUMS}"), Plain(after)))
    contents = Bullets(tuple((Link(group.title, f"#{group.id}"),) for group in groups))
    return Section("downloads-contents", "", (contents, check)), *groups


def downloads_page(words: Words, files: Iterable[Download]) -> Page:
    """The page of all files of a language."""
    return Page(
        lang=words.lang,
        path=words.lang / PAGE,
        kind=DOWNLOADS,
        title=words(TITLE),
        summary=words(N_("Documents, measurements, tables for LaTeX, and what each figure is drawn from.")),
        sections=download_sections(words, files),
    )


def size(words: Words, number: int) -> str:
    """A number of bytes, of three digits at most."""
    unit, message = next(one for one in _SIZES if number >= one[0] or one[0] == 1)
    text = words.number(number, 0) if unit == 1 else words.significant(number / unit, 3)
    return words(message).format(number=text)


def _table(words: Words, group: str, files: list[Download]) -> Table:
    return Table(
        id=f"table-downloads-{group}",
        caption=plain(words(_GROUPS[group][0])),
        columns=tuple(Column(plain(words(title))) for title in _COLUMNS),
        rows=tuple(_row(words, those) for those in _things(files).values()),
    )


def _things(files: Iterable[Download]) -> Mapping[object, list[Download]]:
    """Files that hold the same in several formats, together."""
    found: dict[object, list[Download]] = {}
    for one in files:
        found.setdefault(one.path if one.group in _BY_NAME else one.path.with_suffix(""), []).append(one)
    return found


def _row(words: Words, files: list[Download]) -> Row:
    first = files[0]
    what = words(first.what) if first.group in _BY_NAME else first.what
    return Row((TableCell(plain(what)), TableCell(tuple(_links(words, files)))))


def _links(words: Words, files: Iterable[Download]) -> Iterator[Fragment]:
    for i, one in enumerate(files):
        suffix = one.path.suffix
        name = _FORMATS.get(suffix, suffix[1:].upper())
        yield Plain(", " if i else "")
        yield Link(one.path.name if one.group in _BY_NAME else name, f"../{one.path}")
        yield Plain(f" ({size(words, len(one.data))})".replace(" ", "\u00a0"))
