"""The page of downloads: each file with its size and its SHA-256."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from fxreport.report.model import Column, Link, Paragraph, Plain, Row, Section, Table, TableCell, Text, plain
from fxreport.report.words import Words
from fxreport.site.downloads import CHECKSUMS, DATA, DOCUMENTS, FIGURES, TABLES, Download
from fxreport.site.model import DOWNLOADS, Page
from fxreport.system.resources import languages
from fxreport.vocabulary.messages import N_

PAGE = PurePosixPath("downloads.html")
TITLE = N_("Downloads")

_GROUPS = {
    DOCUMENTS: (N_("Documents"), N_("The documents to read, print and hand in.")),
    DATA: (N_("Data"), N_("The measurements, and all that is concluded from them.")),
    TABLES: (N_("Tables"), N_("Each table of the documents for LaTeX (booktabs) and as CSV.")),
    FIGURES: (
        N_("Data of the figures"),
        N_("What each figure is drawn from: the means as CSV, all that is drawn as JSON."),
    ),
}
_CHECK = N_("The hashes of all files are in {file}.")
_COLUMNS = N_("File"), N_("What it holds"), N_("Size")
_SIZES = (1e6, N_("{number} MB")), (1e3, N_("{number} kB")), (1, N_("{number} B"))


def download_sections(words: Words, files: Iterable[Download]) -> tuple[Section, ...]:
    """A section a group, for a page at ``PAGE`` of the language; files of other languages are left out."""
    others = {lang for lang in languages() if lang != words.lang}
    ours = [one for one in files if one.path.parts[0] not in others]
    return tuple(
        Section(
            f"downloads-{group}", words(title), (*_intro(words, group, text), _table(words, group, those))
        )
        for group, (title, text) in _GROUPS.items()
        if (those := [one for one in ours if one.group == group])
    )


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


def _intro(words: Words, group: str, text: str) -> Iterator[Paragraph]:
    yield Paragraph(plain(words(text)))
    if group == DATA:
        before, _, after = words(_CHECK).partition("{file}")
        yield Paragraph((Plain(before), Link(CHECKSUMS.name, f"../{CHECKSUMS}"), Plain(after)))


def _table(words: Words, group: str, files: list[Download]) -> Table:
    return Table(
        id=f"table-downloads-{group}",
        caption=plain(words(_GROUPS[group][0])),
        columns=(
            *(Column(plain(words(title)), numeric=title == "Size") for title in _COLUMNS),
            Column(plain("SHA-256")),
        ),
        rows=tuple(Row(tuple(map(TableCell, _cells(words, one)))) for one in files),
    )


def _cells(words: Words, one: Download) -> tuple[Text, ...]:
    what = words(one.what) if one.group == DATA else one.what
    link = Link(one.path.name, f"../{one.path}")
    return (link,), plain(what), plain(size(words, len(one.data))), plain(one.sha256)
