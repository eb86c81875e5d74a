"""Sections cut into pages: nothing lost, nothing out of order, nothing too heavy."""

from __future__ import annotations

from fxreport.report.model import (
    Block,
    Column,
    Entries,
    Entry,
    Number,
    Paragraph,
    Row,
    Section,
    Table,
    TableCell,
    plain,
)
from fxreport.site.paging import parts, weight

LIMIT = 5_000


def table(rows: int) -> Table:
    made = (
        Row((TableCell(plain(str(i))), TableCell((Number("1", f"m-{i}"),))), id=f"r-{i}") for i in range(rows)
    )
    return Table("t", plain("caption"), (Column(plain("a")), Column(plain("b"))), tuple(made))


def heavy(blocks: tuple[Block, ...]) -> int:
    return weight(Section("", "", blocks))


def test_what_fits_is_one_page() -> None:
    blocks = (Paragraph(plain("x")), table(3))
    assert parts(blocks, LIMIT) == [blocks]


def test_a_long_table_goes_on_overleaf_with_all_of_its_rows() -> None:
    pages = parts((table(200),), LIMIT)
    tables = [block for page in pages for block in page if isinstance(block, Table)]
    assert len(pages) > 2
    assert [row.id for one in tables for row in one.rows] == [f"r-{i}" for i in range(200)]
    assert [one.id for one in tables] == ["t", *(f"t-{i}" for i in range(2, len(tables) + 1))]
    assert all(one.columns == table(1).columns for one in tables)


def test_no_page_is_heavier_than_the_limit() -> None:
    entries = Entries(tuple(Entry(f"e-{i}", "x", (Number("1", f"m-{i}"),) * (i % 7)) for i in range(100)))
    assert all(heavy(page) <= LIMIT for page in parts((table(200), entries, Paragraph(plain("x"))), LIMIT))


def test_what_a_text_says_does_not_decide() -> None:
    """So that pages are cut alike in every language."""
    one, other = (Section("", "", (Paragraph(plain(text)),)) for text in ("short", "довгий " * 500))
    assert weight(one) == weight(other)


def test_nothing_is_one_empty_page() -> None:
    assert parts((), LIMIT) == [()]
