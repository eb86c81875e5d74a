"""GitHub-flavoured Markdown that reads well as plain text too."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from jinja2 import Environment

from fxreport.report.model import (
    Column,
    Document,
    Fragment,
    Link,
    Number,
    Plain,
    Stars,
    Statement,
    Strong,
    Table,
    TableCell,
    Text,
)
from fxreport.report.render.environment import Filters, check_labels, make_environment
from fxreport.report.render.html import has_best
from fxreport.report.render.walk import ordinals, sections, table_of_address

_ARROWS = {"up": " ↑", "down": " ↓", "": ""}


def render_markdown(document: Document) -> str:
    """The document as one Markdown text; figures are links to the files beside it."""
    check_labels(document)
    text = (
        _environment()
        .get_template("conclusions.md.j2")
        .render(
            document=document,
            labels=document.labels,
            ordinals=ordinals(document),
            tables=table_of_address(document),
            slugs=heading_slugs(document),
        )
    )
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@cache
def _environment() -> Environment:
    filters: Filters = {
        "inline": inline,
        "escaped": escape_markdown,
        "pipes": pipe_table,
        "reference": reference,
        "has_best": has_best,
        "href": _href,
    }
    return make_environment(filters, autoescape=False)


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


def inline(text: Text, *, starts_line: bool = True) -> str:
    """A text as one line of Markdown."""
    return "".join(_fragment(fragment, starts_line=starts_line and i == 0) for i, fragment in enumerate(text))


def _fragment(fragment: Fragment, *, starts_line: bool) -> str:
    match fragment:
        case Plain() | Number():
            # No link at every number: the raw text must stay readable. Statements carry one reference.
            return escape_markdown(fragment.text, starts_line=starts_line)
        case Strong():
            return _strong(escape_markdown(fragment.text, starts_line=False))
        case Stars():
            return escape_markdown(fragment.label, starts_line=starts_line)
        case Link():
            return f"[{escape_markdown(fragment.text, starts_line=False)}]({_href(fragment.href)})"


def _strong(escaped: str) -> str:
    return f"**{escaped.strip()}**" if escaped.strip() else escaped


def _href(href: str) -> str:
    """A link's target with what would end it early percent-encoded; a scheme that runs code is dropped."""
    if re.match(r"\s*(?:javascript|vbscript|data):", href, re.IGNORECASE):
        return "#"
    return "".join(f"%{ord(c):02X}" if c in " \t\n()<>\\|" else c for c in href)


def reference(statement: Statement, tables: dict[str, str]) -> str:
    """A link from a statement to the table of the first of its numbers that has an address, or nothing."""
    for fragment in statement.text:
        if isinstance(fragment, Number) and fragment.address in tables:
            return f" [→](#{tables[fragment.address]})"
    return ""


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


def pipe_table(table: Table) -> str:
    """The table with its columns padded to one width, best values in bold."""
    head = [_title(column) for column in table.columns]
    body = [[_cell(cell) for cell in row.cells] for row in table.rows]
    widths = [max(3, *(len(row[i]) for row in [head, *body])) for i in range(len(head))]
    rules = [
        "-" * (width - 1) + ":" if column.numeric else "-" * width
        for column, width in zip(table.columns, widths, strict=True)
    ]
    return "\n".join(_line(row, table.columns, widths) for row in [head, rules, *body])


def _title(column: Column) -> str:
    return inline(column.title, starts_line=False) + _ARROWS[column.direction]


def _cell(cell: TableCell) -> str:
    said = inline(cell.text, starts_line=False).strip() or " "
    return _strong(said) if cell.best else said


def _line(cells: list[str], columns: tuple[Column, ...], widths: list[int]) -> str:
    padded = (
        cell.rjust(width) if column.numeric else cell.ljust(width)
        for cell, column, width in zip(cells, columns, widths, strict=True)
    )
    return f"| {' | '.join(padded)} |"
