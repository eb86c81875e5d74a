"""What goes on paper: measurements that something leads to, in less room, and a word about the others."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from small_stores import fill
from wholes import stored_plan, write_whole

from fxreport.analysis.conclude import conclude
from fxreport.report.anchors import Address
from fxreport.report.build import make_study
from fxreport.report.draft import Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Document, Note, Section, Table, to_string
from fxreport.report.printed import printed
from fxreport.report.technical import technical_report
from fxreport.report.words import Words
from fxreport.report.writers.check import dangling_addresses, duplicate_ids, stray_digits
from fxreport.report.writers.html import render_html, render_print_html
from fxreport.report.writers.markdown import render_markdown
from fxreport.report.writers.walk import addresses, blocks, holders, sections
from fxreport.store import Store
from fxreport.vocabulary.factors import LEVELS
from fxreport.vocabulary.metrics import METRICS as TABLE
from fxreport.vocabulary.metrics import OTHER, TOPICS, at, metric


@pytest.fixture(scope="module", params=["uk", "en"])
def draft(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Draft:
    """Drafts of a store with every metric that there is and one of a user's own, all runs alike."""
    folder = tmp_path_factory.mktemp("printed")
    store = Store(folder / "store")
    fill(store)
    for experiment in store.experiments().values():
        values = {
            at(name, **({factor: level} if factor else {})): max(0.25, row.low)
            for (name, factor), row in TABLE.items()
            for level in (LEVELS[factor] if factor else ("",))
        }
        told = {"started": "2026-11-24T00:30:00+00:00"}
        write_whole(store, experiment, {**values, "theirs": 0.5}, provenance=told, n=50)
    conclusions = conclude(make_study(store, stored_plan(store)))
    return Draft(conclusions, Words(request.param, conclusions.study), FigureCache(folder / "figures"))


@pytest.fixture(scope="module")
def whole(draft: Draft) -> Document:
    return technical_report(draft)


@pytest.fixture(scope="module")
def paper(draft: Draft, whole: Document) -> Document:
    return printed(draft, whole)


def tables(document: Document) -> list[Table]:
    """The measurements' tables."""
    appendix = document.sections[-1]
    parts = [part for part in appendix.children if part.id.startswith("appendix-")]
    return [block for part in parts for block in part.blocks if isinstance(block, Table)]


@pytest.mark.slow
def test_nothing_leads_nowhere_on_paper(whole: Document, paper: Document) -> None:
    assert dangling_addresses(paper) == dangling_addresses(whole) == []
    assert duplicate_ids(paper) == []
    assert stray_digits(render_print_html(paper), paper) == []
    here = holders(paper)
    assert {address for address in addresses(whole) if address.startswith("m-")} <= here.keys()


def test_all_but_the_measurements_is_the_same_on_paper(whole: Document, paper: Document) -> None:
    assert paper.sections[:-1] == whole.sections[:-1]
    assert [s.id for s in sections(paper)] == [s.id for s in sections(whole)]
    ours, theirs = paper.sections[-1].children, whole.sections[-1].children
    assert [s for s in ours if not tables_of(s)] == [s for s in theirs if not tables_of(s)]


def tables_of(section: Section) -> bool:
    return section.id.startswith("appendix-")


def test_cells_on_paper_hold_mean_and_deviation_of_their_measurement(draft: Draft, paper: Document) -> None:
    cells = {cell.id: to_string(cell.text) for t in tables(paper) for row in t.rows for cell in row.cells}
    words = draft.words
    checked = 0
    for (dataset, variant, name), sample in draft.study.samples.items():
        if shown := cells.get(Address(dataset, variant, name).id):
            assert sample.sd is not None
            values = np.array(sample.values)
            mean, _, sd = shown.partition("\u00a0±\u00a0")
            assert mean == words.measured(name, float(values.mean()))
            digits = [len(part.rpartition(draft.decimal)[2]) * (draft.decimal in part) for part in (mean, sd)]
            if not sd:
                assert digits[0] > 4
                continue
            assert digits[0] == digits[1]
            told = float(re.sub(r"[^0-9.]", "", sd.replace(draft.decimal, ".")))
            unit = 1e6 if name.endswith("_bytes") else 1
            assert told * unit == pytest.approx(sample.sd, abs=0.51 * unit * 10.0 ** -digits[1])
            checked += 1
    assert checked > 50


def test_rows_without_a_reader_are_left_out_and_counted(
    draft: Draft, whole: Document, paper: Document
) -> None:
    wanted = addresses(whole)
    named: dict[str, set[str]] = {}
    for dataset, variant, name in draft.study.samples:
        named.setdefault(f"{dataset} {name}", set()).add(Address(dataset, variant, name).id)
    unread = [ids for ids in named.values() if not ids & wanted]
    assert unread
    there = {cell.id for t in tables(paper) for row in t.rows for cell in row.cells}
    assert not there & set().union(*unread)
    assert sum(len(t.rows) for t in tables(paper)) == len(named) - len(unread)
    [note] = paper.sections[-1].blocks
    assert isinstance(note, Note)
    assert draft.words.noun("row", len(unread), draft.words.number(len(unread), 0)) in to_string(note.text)


def test_many_extractors_stand_in_several_tables(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    names = [f"theirs_{i}" for i in range(12)]
    rows = "".join(f"mnist,{n},ari,0.{i + 10},0\nmnist,{n},nmi,0.{i + 20},0\n" for i, n in enumerate(names))
    (tmp_path / "a.csv").write_text("dataset,extractor,metric,value,seed\n" + rows, encoding="utf-8")
    store.import_csv(tmp_path / "a.csv")
    conclusions = conclude(make_study(store, {}))
    draft = Draft(conclusions, Words("uk", conclusions.study), FigureCache(tmp_path / "figures"))
    paper = printed(draft, technical_report(draft))
    assert [len(t.columns) - 2 for t in tables(paper)] == [5, 5, 2]
    shown = [to_string(c.title) for t in tables(paper) for c in t.columns[1:-1]]
    assert sorted(shown) == sorted(names)
    assert dangling_addresses(paper) == []


def test_a_document_without_measurements_is_the_same_on_paper(tmp_path: Path) -> None:
    conclusions = conclude(make_study(Store(tmp_path / "store"), {}))
    draft = Draft(conclusions, Words("en", conclusions.study), FigureCache(tmp_path / "figures"))
    made = technical_report(draft)
    assert printed(draft, made) == made


def test_page_and_text_hold_every_row_under_its_topic(draft: Draft, whole: Document) -> None:
    titles = [draft.words(title) for title in TOPICS]
    for block in tables(whole):
        assert list(dict.fromkeys(row.topic for row in block.rows)) == titles
        assert [row.topic for row in block.rows] == sorted(
            (row.topic for row in block.rows), key=titles.index
        )
    page, text = render_html(whole), render_markdown(whole)
    assert stray_digits(page, whole) == []
    assert stray_digits(text, whole) == []
    for block in tables(whole):
        assert all(f'id="{row.id}"' in page for row in block.rows)
    assert page.count('scope="rowgroup"') == text.count(f"| **{titles[0]}**") * len(titles)


def test_every_metric_has_a_topic() -> None:
    assert {known.name for known in TABLE.values() if known.topic == OTHER} == set()
    assert metric("theirs").topic == metric("pca_of_theirs").topic == OTHER


def test_small_tables_have_no_subheadings(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    fill(store)
    conclusions = conclude(make_study(store, stored_plan(store)))
    small = technical_report(
        Draft(conclusions, Words("en", conclusions.study), FigureCache(tmp_path / "figures"))
    )
    assert {row.topic for b in blocks(small) if isinstance(b, Table) for row in b.rows} == {""}
