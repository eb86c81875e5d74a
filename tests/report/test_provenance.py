"""Every number of a document leads to its measurements, and each of these to its experiment."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from publications import counted, document
from small_stores import OTHERS, fill
from wholes import stored_plan

from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.reference import literature, original, sources
from fxreport.report.build import make_study
from fxreport.report.draft import Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Document, Entries, Link, Number, Plain, Row, Strong, Table, to_string
from fxreport.report.printed import printed
from fxreport.report.technical import technical_report
from fxreport.report.words import Words
from fxreport.report.writers import pdf
from fxreport.report.writers.check import REFERENCE, dangling_addresses, duplicate_ids, unaddressed
from fxreport.report.writers.html import render_html
from fxreport.report.writers.markdown import heading_slugs, render_markdown
from fxreport.report.writers.walk import blocks, texts, within
from fxreport.store import Store
from fxreport.system.cache import cache_dir
from fxreport.vocabulary.catalog import EXTRACTORS
from fxreport.vocabulary.steps import variant_id

LANGUAGES = ("uk", "en")
#: an entry of more measurements leads to their sections
MOST = 24
LINK = re.compile(r"(?<!\\)\]\(#([^)\s]+)\)")


@pytest.fixture(scope="module", params=["measured", "mixed", "imported"])
def conclusions(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Conclusions:
    folder = tmp_path_factory.mktemp(request.param)
    store = Store(folder / "store")
    if request.param != "imported":
        fill(store)
    if request.param != "measured":
        (folder / "others.csv").write_text(OTHERS, encoding="utf-8")
        store.import_csv(folder / "others.csv")
    return conclude(make_study(store, stored_plan(store)))


@pytest.fixture(scope="module")
def figures() -> Path:
    return cache_dir() / "figures"


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request: pytest.FixtureRequest, conclusions: Conclusions, figures: Path) -> Document:
    return document(conclusions, request.param, FigureCache(figures))


def numbers(made: Document) -> list[Number]:
    """The numbers of all that is not a reference itself."""
    return [
        fragment
        for top in made.sections
        if top.id not in REFERENCE
        for section in within(top)
        for block in section.blocks
        for text in texts(block)
        for fragment in text
        if isinstance(fragment, Number)
    ]


def rows(made: Document) -> dict[str, Row]:
    return {row.id: row for b in blocks(made) if isinstance(b, Table) for row in b.rows if row.id}


def entries(made: Document) -> dict[str, str]:
    return {e.id: to_string(e.text) for b in blocks(made) if isinstance(b, Entries) for e in b.items}


# The model


@pytest.mark.slow
def test_every_number_leads_to_one_place(made: Document) -> None:
    assert unaddressed(made) == []
    assert dangling_addresses(made) == []
    assert duplicate_ids(made) == []


def test_no_number_hides_in_plain_text(conclusions: Conclusions, made: Document) -> None:
    """Digits outside numbers are those of names, of the catalogue's facts and of cited sources."""
    words = Words(made.lang, conclusions.study)
    study = conclusions.study
    names = {words.variant(v.id) for v in study.variants} | {words.dataset(d.name) for d in study.datasets}
    names |= {words.variant(name) for name in EXTRACTORS}
    names |= {words.variant(variant_id(p.extractor, p.input_size)) for p in (*original(), *literature())}
    names |= {source.short for source in sources().values()}
    for top in made.sections:
        for section in within(top) if top.id not in REFERENCE else ():
            if section.id in ("datasets", "extractors"):  # what is known of them before any is measured
                continue
            for block in section.blocks:
                for text in () if isinstance(block, Entries) else texts(block):
                    said = "".join(
                        f.text for f in text if isinstance(f, Plain | Strong | Link) and not counted(f)
                    )
                    for name in sorted(names, key=len, reverse=True):
                        said = said.replace(name, "")
                    assert not re.search(r"\d", said), said


def test_measured_numbers_say_on_hover_what_they_are_and_derived_ones_what_from(made: Document) -> None:
    for number in numbers(made):
        if number.address.startswith(("m-", "c-")):
            assert number.title, number


def test_entries_name_the_evidence_of_their_claims(conclusions: Conclusions, made: Document) -> None:
    listed = {
        e.id: e.text for b in blocks(made) if isinstance(b, Entries) for e in b.items if e.id.startswith("c-")
    }
    claims = {claim.id: claim for claim in conclusions.claims}
    said = [e for b in blocks(made) if isinstance(b, Entries) for e in b.items if e.term in claims]
    assert len(said) > len(claims) / 2 or not conclusions.study.runs
    for entry in said:
        found = {
            f.address if isinstance(f, Number) else f.href[1:]
            for f in listed[entry.id]
            if isinstance(f, Number | Link)
        }
        several = len(set(claims[entry.term].evidence)) > MOST
        wanted = {
            f"appendix-{slugged(e.dataset)}"
            if several
            else "m-" + "-".join(slugged(part) for part in (e.dataset, e.extractor, e.metric))
            for e in claims[entry.term].evidence
        }
        assert wanted <= found, entry.term
        rule = conclusions.rules[entry.term]
        assert f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}" in to_string(entry.text)


def slugged(text: str) -> str:
    return "".join(c if c.isalnum() or c == "_" else f".{ord(c):x}" for c in text)


def test_each_measurement_leads_to_its_experiment_or_import(conclusions: Conclusions, made: Document) -> None:
    places = rows(made)
    tables = {b.id: b for b in blocks(made) if isinstance(b, Table)}
    for (dataset, variant, metric), sample in conclusions.study.samples.items():
        table = tables["table-all-m-" + "-".join(slugged(p) for p in (dataset, variant, ""))]
        row = next(r for r in table.rows if r.id.endswith("-" + slugged(metric)))
        led = {
            f.href[1:] if isinstance(f, Link) else f.address
            for text in (*(c.title for c in table.columns), *(c.text for c in row.cells))
            for f in text
            if isinstance(f, Number | Link)
        }
        for key in sample.keys:
            place = f"i-{slugged(key)}" if key.startswith("import:") else f"e-{key}"
            assert place in places
            assert place in led
    if conclusions.study.runs:
        first = conclusions.study.runs[0]
        said = " ".join(to_string(cell.text) for cell in places[f"e-{first.key}"].cells)
        for part in (first.key, "2026-11-24\u00a000:30", "numpy 2.0.0"):
            assert part in said
        # what all of a set's experiments share stands once
        note = to_string(tables[f"table-experiments-{first.dataset}"].note)
        for part in (": 60.", ": 50.", ": a folder."):
            assert part in note
    if conclusions.study.imports:
        assert "others.csv" in to_string(places["i-import.3aothers"].cells[0].text)


# What was written


def test_links_of_the_page_lead_to_ids_that_are_there_once(made: Document) -> None:
    root = ElementTree.fromstring(render_html(made))
    ids = Counter(e.get("id") for e in root.iter() if e.get("id"))
    links = [a for a in root.iter("a") if "num" in (a.get("class") or "").split()]
    assert len(links) >= len(numbers(made))
    assert all(ids[(a.get("href") or "#")[1:]] == 1 for a in links)
    supports = [e for e in root.iter() if e.get("class") == "support"]
    assert supports
    assert all(ids[(e.get("href") or "#")[1:]] == 1 for e in supports)


def test_links_of_the_text_lead_to_anchors_or_headings(made: Document) -> None:
    text = render_markdown(made)
    anchors = Counter(re.findall(r'<a id="([^"]+)"', text))
    assert set(anchors.values()) == {1}
    wanted = set(LINK.findall(text))
    assert wanted <= {*anchors, *heading_slugs(made).values()}
    # each line with a number that is not a reference itself has a link
    body = text.partition(f"\n## {made.sections[-1].title}")[0]
    for line in body.splitlines():
        if line.startswith("- ") and "*(" in line:
            assert LINK.search(line), line


@pytest.mark.slow
def test_links_of_the_pdf_lead_to_its_pages(conclusions: Conclusions, made: Document, figures: Path) -> None:
    draft = Draft(conclusions, Words(made.lang, conclusions.study), FigureCache(figures))
    pages: list[Any] = pdf.lay_out(printed(draft, technical_report(draft))).pages
    anchors = Counter(name for page in pages for name in page.anchors)
    links = [target for page in pages for kind, target, *_ in page.links if kind == "internal"]
    assert set(links) <= set(anchors)
    wanted = Counter(number.address for number in numbers(made))
    # a link that is broken over two lines counts twice
    assert all(Counter(links)[address] >= count for address, count in wanted.items())
