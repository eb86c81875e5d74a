"""What goes on paper: the reference rows that something leads to, and a sentence about the others."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from report_sample import sample
from small_stores import fill

from fxreport.analysis.conclude import conclude
from fxreport.experiment import METRICS, Measurement, Result
from fxreport.report.build import make_study
from fxreport.report.document import compose
from fxreport.report.draft import Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import (
    Column,
    Document,
    Drawn,
    Entries,
    Entry,
    Figure,
    Link,
    Note,
    Number,
    Paragraph,
    Row,
    Section,
    Statement,
    Statements,
    Table,
    TableCell,
    plain,
    to_string,
)
from fxreport.report.render.check import dangling_addresses, duplicate_ids, stray_digits
from fxreport.report.render.html import render_html, render_print_html
from fxreport.report.render.markdown import render_markdown
from fxreport.report.render.printed import printed
from fxreport.report.render.walk import addresses, blocks, sections
from fxreport.report.sections.appendix import left_out
from fxreport.report.sections.topics import OTHERS, TOPICS, topic
from fxreport.report.words import Words
from fxreport.store import Store


def table(name: str, *rows: str, reference: bool = True) -> Table:
    cells = [Row((TableCell(plain(row)),), id=row) for row in rows]
    return Table(name, plain(name), (Column(plain("Row")),), tuple(cells), reference=reference)


def made(*body: Any, appendix: tuple[Section, ...]) -> Document:
    top = Section("appendix", "Appendix", (), appendix, appendix=True)
    return replace(sample("en"), sections=(Section("body", "Body", body), top))


def say(rows: int) -> Note:
    return Note((Number(str(rows)),))


def kept(document: Document) -> list[str]:
    return [row.id for block in blocks(document) if isinstance(block, Table) for row in block.rows]


LEADING = {
    "number": Paragraph((Number("1", "a1"),)),
    "link": Paragraph((Link("there", "#a1"),)),
    "statement": Statements((Statement("c", plain("c"), "tie", "equal", evidence="a1"),)),
    "entry": Entries((Entry("c-1", "c", plain("many"), covers=("a1",)),)),
    "figure": Figure(
        "f", PurePosixPath("figures/f.svg"), "<svg/>", "alt", plain("f"),
        drawn=(Drawn("one", "d", "e", address="a1"),),
    ),
    "cell": Table("t", plain("t"), (Column(plain("c")),), (Row((TableCell((Number("1", "a1"),)),)),)),
}  # fmt: skip


@pytest.mark.parametrize("kind", LEADING)
def test_rows_that_something_leads_to_stay(kind: str) -> None:
    whole = made(LEADING[kind], appendix=(Section("one", "One", (table("a", "a0", "a1", "a2"),)),))
    paper = printed(whole, say)
    assert [row for row in kept(paper) if row] == ["a1"]
    assert paper.sections[0] == whole.sections[0]
    assert paper.sections[1].blocks == (say(2),)
    assert dangling_addresses(paper) == []


def test_a_document_of_which_everything_is_wanted_stays_as_it_is() -> None:
    body = Paragraph(tuple(Number(n, f"a{n}") for n in "01"))
    whole = made(body, appendix=(Section("one", "One", (table("a", "a0", "a1"),)),))
    assert printed(whole, say) == whole


def test_tables_that_are_no_reference_stay_whole() -> None:
    whole = made(appendix=(Section("one", "One", (table("a", "a0", "a1", reference=False),)),))
    assert printed(whole, say) == whole


def test_empty_tables_and_sections_go_unless_something_leads_to_them() -> None:
    parts = (
        Section("one", "One", (table("a", "a0"), table("b", "b0"))),
        Section("two", "Two", (table("c", "c0"),)),
        Section("three", "Three", (table("d", "d0"),)),
        Section("four", "Four"),
    )
    paper = printed(made(Paragraph((Number("1", "b0"), Link("two", "#two"))), appendix=parts), say)
    assert [part.id for part in sections(paper)] == ["body", "appendix", "one", "two", "four"]
    assert kept(paper) == ["b0", "c0"]
    assert paper.sections[1].blocks == (say(2),)
    assert dangling_addresses(paper) == []


def test_a_table_that_is_led_to_stays() -> None:
    paper = printed(
        made(Paragraph((Link("a", "#a"),)), appendix=(Section("one", "One", (table("a", "a0"),)),)), say
    )
    assert kept(paper) == ["a0"]


# The whole document


@pytest.fixture(scope="module", params=["uk", "en"])
def draft(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Draft:
    """Drafts of a store with every metric that there is and one of a user's own, all runs alike."""
    folder = tmp_path_factory.mktemp("printed")
    store = Store(folder / "store")
    fill(store)
    for experiment in store.experiments().values():
        more = [Measurement(name, max(0.25, METRICS[name].low), 50) for name in METRICS]
        results = [*more, Measurement("theirs", 0.5, 50)]
        store.write(Result(experiment, tuple(results), {}, {"started": "2026-11-24T00:30:00+00:00"}))
    conclusions = conclude(make_study(store, list(store.experiments().values()), unavailable={}))
    return Draft(conclusions, Words(request.param, conclusions.study), FigureCache(folder / "figures"))


@pytest.fixture(scope="module")
def whole(draft: Draft) -> Document:
    return compose(draft)


@pytest.fixture(scope="module")
def paper(draft: Draft, whole: Document) -> Document:
    return printed(whole, partial(left_out, draft))


def test_paper_says_how_many_rows_it_lacks_and_nothing_leads_nowhere(
    draft: Draft, whole: Document, paper: Document
) -> None:
    missing = len(kept(whole)) - len(kept(paper))
    assert missing > 50
    [note] = paper.sections[-1].blocks
    assert isinstance(note, Note)
    assert draft.words.noun("row", missing, draft.words.number(missing, 0)) in to_string(note.text)
    assert dangling_addresses(paper) == dangling_addresses(whole) == []
    assert duplicate_ids(paper) == []
    assert addresses(paper) == addresses(whole)
    page = render_print_html(paper)
    assert stray_digits(page, paper) == []


def test_all_but_the_appendix_is_the_same_on_paper(whole: Document, paper: Document) -> None:
    assert paper.sections[:-1] == whole.sections[:-1]
    assert [s.id for s in sections(paper)] == [s.id for s in sections(whole)]


def test_page_and_text_hold_every_row_under_its_topic(draft: Draft, whole: Document) -> None:
    titles = [draft.words(title) for title in TOPICS]
    for block in blocks(whole):
        if isinstance(block, Table) and block.reference:
            found = list(dict.fromkeys(row.topic for row in block.rows))
            assert found == titles
            assert [row.topic for row in block.rows] == sorted(
                (row.topic for row in block.rows), key=titles.index
            )
    page, text = render_html(whole), render_markdown(whole)
    assert stray_digits(page, whole) == []
    assert stray_digits(text, whole) == []
    for row in kept(whole):
        assert not row or f'id="{row}"' in page
    assert page.count('scope="rowgroup"') == text.count(f"| **{titles[0]}**") * len(titles)


def test_every_metric_has_a_topic() -> None:
    assert {name for name in METRICS if topic(name) == OTHERS} == set()
    assert topic("theirs") == topic("pca_of_theirs") == OTHERS


def test_small_tables_have_no_subheadings(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    fill(store)
    conclusions = conclude(make_study(store, list(store.experiments().values()), unavailable={}))
    small = compose(Draft(conclusions, Words("en", conclusions.study), FigureCache(tmp_path / "figures")))
    assert {row.topic for b in blocks(small) if isinstance(b, Table) for row in b.rows} == {""}
