"""Markdown → lines of prose with what stands above them, tables, lines of code blocks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from markdown_it import MarkdownIt
from markdown_it.token import Token

#: a paragraph in bold of at most so many characters heads what follows it
_SHORT = 90
#: level of such a paragraph: below every real heading
_PSEUDO = 7

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?=\n|\Z)", re.DOTALL)
#: «Таблиця 2.1 — …», "Table 3: …"
CAPTION = re.compile(r"^(?:таблиця|табл\.?|table|tab\.?)\s*[\w.]*\d[\w.]*\s*(?:[.:—–-]\s*)?", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LETTERS = re.compile(r"\w")


class Kind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CODE = "code"
    CELL = "cell"


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A piece of prose that reads as one: a heading, a paragraph up to a hard break, an item, a line of code.

    ``number`` is its first line in the file, from 1 on; ``breaks`` are the offsets in ``text`` at which the
    file's next lines begin. ``parents`` are the items that hold it and the paragraph that leads in to its
    list, nearest first; ``headings`` the headings over it, nearest first. ``before`` is the paragraph or item
    just before it in the same container, ``table`` the index of the last table above it in its section, and
    ``quoted`` is true in a block quote.
    """

    text: str
    number: int
    kind: Kind
    level: int = 0
    breaks: tuple[int, ...] = ()
    parents: tuple[Line, ...] = ()
    headings: tuple[Line, ...] = ()
    before: Line | None = None
    table: int | None = None
    quoted: bool = False

    def number_at(self, offset: int) -> int:
        """The line of the file in which the character at ``offset`` stands."""
        return self.number + bisect_right(self.breaks, offset)


@dataclass(frozen=True, slots=True)
class Cell:
    """``bold`` is true where all its letters and digits are."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A pipe table. ``above`` is the text that may caption it, nearest first: paragraph, then headings."""

    index: int
    header: Row
    rows: tuple[Row, ...]
    above: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]


@dataclass(slots=True)
class _Inline:
    text: str
    breaks: list[int]
    hard: list[int]
    bold: list[tuple[int, int]]


@dataclass(slots=True)
class _State:
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    headings: list[Line] = field(default_factory=list)  # outermost first
    items: list[Line | None] = field(default_factory=list)
    leads: list[Line | None] = field(default_factory=list)
    before: Line | None = None
    table: int | None = None
    quotes: int = 0
    ended: int | None = None  # the table that has just ended
    below: dict[int, Line] = field(default_factory=dict)  # captions under tables


def parse(text: str) -> Document:
    """Read CommonMark with pipe tables. Line numbers count from 1."""
    front = _FRONT_MATTER.match(text)
    if front:
        text = "\n" * front[0].count("\n") + text[front.end() :]
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    state = _State()
    at = 0
    while at < len(tokens):
        at = _step(tokens, at, state)
    above = any(t.above and CAPTION.match(t.above[0].text) for t in state.tables)
    if not above:
        # this document captions its tables below
        for index, line in state.below.items():
            table = state.tables[index]
            state.tables[index] = replace(table, above=(line, *table.above))
    return Document(tuple(state.lines), tuple(state.tables))


def _step(tokens: Sequence[Token], at: int, state: _State) -> int:
    token = tokens[at]
    match token.type:
        case "heading_open":
            level = int(token.tag[1])
            for line in _prose(tokens[at + 1], Kind.HEADING, state, level):
                _head(line, state)
            return at + 3
        case "paragraph_open":
            _paragraph(tokens[at + 1], state)
            return at + 3
        case "bullet_list_open" | "ordered_list_open":
            state.leads.append(state.before if state.before and state.before.kind != Kind.ITEM else None)
            state.before = None
        case "bullet_list_close" | "ordered_list_close":
            state.leads.pop()
            state.before = None
        case "list_item_open":
            state.items.append(None)
        case "list_item_close":
            state.items.pop()
        case "blockquote_open":
            state.quotes += 1
        case "blockquote_close":
            state.quotes -= 1
        case "fence" | "code_block":
            _code(token, state)
        case "table_open":
            return _table(tokens, at, state)
        case "hr":
            state.before = None
        case _:
            pass
    return at + 1


def _head(line: Line, state: _State) -> None:
    state.headings = [one for one in state.headings if one.level < line.level] + [line]
    state.before = None
    if line.level < _PSEUDO:
        state.table = None


def _paragraph(token: Token, state: _State) -> None:
    kind = Kind.ITEM if state.items else Kind.PARAGRAPH
    inline = _flatten(token)
    heads = (
        not state.items
        and not inline.breaks
        and len(inline.text) <= _SHORT
        and _share(inline) >= 0.6
        and inline.bold[0][0] <= 3
        and not CAPTION.match(inline.text.strip())
    )
    for line in _prose(token, kind, state, _PSEUDO if heads else 0):
        if heads:
            _head(line, state)
        if state.items and state.items[-1] is None:
            state.items[-1] = line
        if state.ended is not None and CAPTION.match(line.text):
            state.below[state.ended] = line
        state.ended = None
        state.before = line


def _parents(state: _State) -> tuple[Line, ...]:
    """Items that hold the place, and the paragraphs that lead in to their lists, nearest first."""
    found: list[Line] = []
    items = state.items[:-1] if state.items and state.items[-1] is None else state.items
    depth = len(state.leads)
    for level in range(depth - 1, -1, -1):
        if level < len(items) and (item := items[level]) is not None:
            found.append(item)
        lead = state.leads[level]
        if lead is not None and lead not in found:
            found.append(lead)
    return tuple(found)


def _prose(token: Token, kind: Kind, state: _State, level: int = 0) -> Iterator[Line]:
    inline = _flatten(token)
    number = (token.map[0] if token.map else 0) + 1
    parents = _parents(state)
    # a heading stands under those of a lower level only
    headings = [one for one in state.headings if not level or one.level < level]
    before = state.before
    start = 0
    for end in [*inline.hard, len(inline.text)]:
        text = inline.text[start:end]
        breaks = tuple(b - start for b in inline.breaks if start < b < end)
        first = number + sum(b <= start for b in inline.breaks) if start else number
        lead = len(text) - len(text.lstrip())
        if text.strip():
            line = Line(
                text.strip(), first, kind, level,
                tuple(b - lead for b in breaks), parents, tuple(reversed(headings)),
                before, state.table, state.quotes > 0,
            )  # fmt: skip
            state.lines.append(line)
            before = line
            yield line
        start = end


def _flatten(token: Token) -> _Inline:
    text, breaks, hard, bold = "", [], [], []
    opened: list[int] = []
    struck = 0
    for child in token.children or []:
        match child.type:
            case "strong_open":
                opened.append(len(text))
            case "strong_close":
                bold.append((opened.pop(), len(text)))
            case "s_open":
                struck += 1
            case "s_close":
                struck -= 1
            case "softbreak" | "hardbreak":
                text += " "
                breaks.append(len(text))
                if child.type == "hardbreak":
                    hard.append(len(text))
            case "html_inline":
                if _BREAK.fullmatch(child.content):
                    text += " "
            case "text" | "code_inline" | "text_special":
                text += "" if struck else child.content
            case _:
                pass
    return _Inline(text, breaks, hard, bold)


def _share(inline: _Inline) -> float:
    """The share of letters and digits in bold."""
    letters = [m.start() for m in _LETTERS.finditer(inline.text)]
    if not letters or not inline.bold:
        return 0.0
    return sum(any(a <= at < b for a, b in inline.bold) for at in letters) / len(letters)


def _code(token: Token, state: _State) -> None:
    start = (token.map[0] if token.map else 0) + (2 if token.type == "fence" else 1)
    parents, headings = _parents(state), tuple(reversed(state.headings))
    for i, text in enumerate(token.content.splitlines()):
        if text.strip():
            state.lines.append(
                Line(text.strip(), start + i, Kind.CODE, 0, (), parents, headings, None, state.table,
                     state.quotes > 0)
            )  # fmt: skip
    state.before = None


def _table(tokens: Sequence[Token], at: int, state: _State) -> int:
    rows: list[Row] = []
    cells: list[Cell] = []
    number = 0
    while tokens[at].type != "table_close":
        token = tokens[at]
        if token.type == "tr_open":
            # the parser gives no map to a row of the body in some versions; cells have one
            cells, number = [], (token.map[0] if token.map else 0) + 1
        elif token.type == "inline":
            inline = _flatten(token)
            number = (token.map[0] + 1) if token.map else number
            cells.append(Cell(_TAG.sub(" ", inline.text).strip(), _share(inline) == 1.0))
        elif token.type == "tr_close":
            rows.append(Row(tuple(cells), number))
        at += 1
    if rows and any(cell.text for row in rows for cell in row.cells):
        header, *body = rows
        above = (*([state.before] if state.before else []), *_parents(state), *reversed(state.headings))
        index = len(state.tables)
        seen = dict.fromkeys(above)
        state.tables.append(Table(index, header, tuple(_numbered(body, header.number)), tuple(seen)))
        state.table = state.ended = index
        _words(body, header.number, state)
    state.before = None
    return at + 1


def _words(body: Sequence[Row], header: int, state: _State) -> None:
    """Cells that hold prose, as items under the cells before them in their row."""
    headings = tuple(reversed(state.headings))
    for row in _numbered(body, header):
        if any(_is_number(cell.text) for cell in row.cells):
            continue
        parents: tuple[Line, ...] = ()
        for cell in row.cells:
            if len(_LETTERS.findall(cell.text)) >= 3:
                line = Line(cell.text, row.number, Kind.CELL, 0, (), parents, headings)
                state.lines.append(line)
                parents = (line, *parents)


def _is_number(text: str) -> bool:
    """Whether a cell is a number with its unit, "4 min 57 s" too, and no sentence that begins with one."""
    return re.match(r"[-−~≈<>]?\s?\d", text) is not None and len(re.findall(r"[^\W\d_]{5,}", text)) < 2


def _numbered(rows: Sequence[Row], header: int) -> Iterator[Row]:
    """Rows with the lines they stand in: the body begins two lines below the header."""
    for i, row in enumerate(rows):
        yield Row(row.cells, header + 2 + i)
