"""GitHub-flavoured Markdown that reads well as plain text too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment

from fxreport.report.draft import Draft
from fxreport.report.look import Look
from fxreport.report.model import (
    Column,
    Document,
    Fragment,
    Link,
    Number,
    Plain,
    Row,
    Stars,
    Statement,
    Strong,
    Table,
    TableCell,
    Text,
    to_string,
)
from fxreport.report.writers.environment import Filters, check_labels, fill, make_environment
from fxreport.report.writers.files import write_text
from fxreport.report.writers.html import has_best, topics
from fxreport.report.writers.walk import holders, ordinals, sections


class Markdown:
    """A writer."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, document: Document, draft: Draft) -> None:
        write_text(self._path, render_markdown(document))

    def finish(self) -> list[Path]:
        return [self._path]

    def cancel(self) -> None:
        """All is written at once."""


_ARROWS = {"up": " ↑", "down": " ↓", "": ""}


def render_markdown(document: Document) -> str:
    """The document as one Markdown text; figures are links to the files beside it."""
    check_labels(document)
    text = fill(
        _environment(document.look),
        "document.md.j2",
        document.look,
        document=document,
        labels=document.labels,
        ordinals=ordinals(document),
        places=_places(document),
        slugs=heading_slugs(document),
    )
    # not by a pattern: one that looks for the end of the line from every space of a padded cell is quadratic
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@cache
def _environment(look: Look) -> Environment:
    filters: Filters = {
        "inline": inline,
        "bare": bare,
        "escaped": escape_markdown,
        "pipes": pipe_table,
        "reference": reference,
        "has_best": has_best,
        "href": _href,
    }
    return make_environment(filters, autoescape=False, look=look)


# Text

#: What may mean markup wherever it stands; an underscore only at the edge of a word (custom_cnn is no
#: emphasis), an ampersand only where it begins an entity.
_SPECIAL = re.compile(r"([\\`*\[\]<|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;))")
#: What means markup at the start of a line: a quote, a heading, a list, a rule or an underline; not "-0.5".
_AT_START = re.compile(r"^(\s*)(>|#(?=#*(?:\s|$))|[+-](?=\s|$)|[-=](?=[-=\s]*$)|\d+(?=[.)](?:\s|$)))")


def escape_markdown(text: str, *, starts_line: bool = True) -> str:
    """``text`` so that a Markdown reader shows exactly it, on one line."""
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))
    if starts_line and (start := _AT_START.match(line)):
        # "1." is a list by its full stop, the others by themselves
        at = start.end() if start[2].isdigit() else start.start(2)
        line = f"{line[:at]}\\{line[at:]}"
    return line


#: by an address of the document, the anchor that a link to it needs
Places = Mapping[str, str]


def _places(document: Document) -> Places:
    """Anchors of tables and entries stand in the text, those of sections are GitHub's own.

    Rows have none: the raw text must stay readable, and a table's rows are few.
    """
    slugs = heading_slugs(document)
    return {address: slugs.get(holder, holder) for address, holder in holders(document).items()}


def bare(text: Text, *, starts_line: bool = True) -> str:
    """A text as one line of Markdown whose numbers are no links."""
    return inline(text, {}, starts_line=starts_line)


def inline(text: Text, places: Places, *, starts_line: bool = True, known: Collection[str] = ()) -> str:
    """A text as one line of Markdown; a number is a link where the one before it leads elsewhere.

    ``known`` are anchors to which the line has a link already.
    """
    told = set(known)
    parts = []
    for i, fragment in enumerate(_joined(text)):
        said = _fragment(fragment, places, starts_line=starts_line and i == 0)
        place = places.get(fragment.address, "") if isinstance(fragment, Number | Stars) else ""
        if place and place not in told and said.strip():
            told = {place, *known}
            said = f"[{said}](#{_href(place)})"
        parts.append(said)
    return "".join(parts)


def _fragment(fragment: Fragment, places: Places, *, starts_line: bool) -> str:
    match fragment:
        case Plain() | Number():
            return escape_markdown(fragment.text, starts_line=starts_line)
        case Strong():
            return _strong(escape_markdown(fragment.text, starts_line=False))
        case Stars():
            return escape_markdown(fragment.label, starts_line=starts_line)
        case Link():
            inner = places.get(fragment.href[1:], "") if fragment.href.startswith("#") else ""
            href = f"#{_href(inner)}" if inner else _href(fragment.href)
            return f"[{escape_markdown(fragment.text, starts_line=False)}]({href})"


def _joined(text: Text) -> Iterator[Fragment]:
    """The fragments, neighbours in bold as one: their markers would meet."""
    for strong, fragments in groupby(text, lambda fragment: isinstance(fragment, Strong)):
        if strong:
            yield Strong(to_string(tuple(fragments)))
        else:
            yield from fragments


def _strong(escaped: str) -> str:
    """In bold, its outer spaces outside: markers beside a space mean nothing."""
    inner = escaped.strip()
    return escaped.replace(inner, f"**{inner}**", 1) if inner else escaped


def _href(href: str) -> str:
    """A link's target with what would end it early percent-encoded; a scheme that runs code is dropped."""
    if re.match(r"\s*(?:javascript|vbscript|data):", href, re.IGNORECASE):
        return "#"
    return "".join(f"%{ord(c):02X}" if c in " \t\n()<>\\|" else c for c in href)


def reference(statement: Statement, places: Places) -> str:
    """A link from a statement to its evidence, whose entry leads on to each measurement; or nothing."""
    place = places.get(statement.evidence)
    return f" [→](#{_href(place)})" if place else ""


# Headings


def heading_slugs(document: Document) -> dict[str, str]:
    """GitHub's own anchors of the headings, by section id: a contents list needs no anchors of ours."""
    seen: Counter[str] = Counter()
    slugs = {}
    for title, key in [(document.title, ""), (document.labels["contents"], "")] + [
        (section.title, section.id) for section in sections(document)
    ]:
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        slugs[key] = f"{slug}-{seen[slug]}" if seen[slug] else slug
        seen[slug] += 1
    return slugs


# Tables


def pipe_table(table: Table, places: Places) -> str:
    """The table with its columns padded to one width, best values in bold.

    A row's head leads to where most of the row's numbers come from; a number from elsewhere is a link itself.
    """
    head = [_title(column) for column in table.columns]
    body = []
    for topic, rows in topics(table):
        if topic:
            body.append([_strong(escape_markdown(topic, starts_line=False)), *[" "] * (len(head) - 1)])
        body += [_row(row, table, places) for row in rows]
    widths = [max(3, *(len(row[i]) for row in [head, *body])) for i in range(len(head))]
    rules = [
        "-" * (width - 1) + ":" if column.numeric else "-" * width
        for column, width in zip(table.columns, widths, strict=True)
    ]
    return "\n".join(_line(row, table.columns, widths) for row in [head, rules, *body])


def _row(row: Row, table: Table, places: Places) -> list[str]:
    found = [
        places[fragment.address]
        for cell in row.cells
        for fragment in cell.text
        if isinstance(fragment, Number | Stars) and fragment.address in places
    ]
    most = [max(found, key=found.count)] if found else []
    cells = [_cell(cell, places, known=most) for cell in row.cells]
    # the first cell in words, where there is one: a place or a key is a number among others
    at = next((i for i, column in enumerate(table.columns) if not column.numeric), 0)
    if most and cells[at].strip() and "](" not in cells[at]:
        cells[at] = f"[{cells[at]}](#{_href(most[0])})"
    return cells


def _title(column: Column) -> str:
    """A heading without links, that would be wider than all below; the caption has them."""
    return escape_markdown(to_string(column.title), starts_line=False) + _ARROWS[column.direction]


def _cell(cell: TableCell, places: Places, *, known: Collection[str] = ()) -> str:
    said = inline(cell.text, places, starts_line=False, known=known).strip() or " "
    return _strong(said) if cell.best else said


def _line(cells: list[str], columns: tuple[Column, ...], widths: list[int]) -> str:
    padded = (
        cell.rjust(width) if column.numeric else cell.ljust(width)
        for cell, column, width in zip(cells, columns, widths, strict=True)
    )
    return f"| {' | '.join(padded)} |"
