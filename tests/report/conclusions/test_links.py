"""Every number of the conclusions leads to what it comes from, in every format."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from publications import Undrawn, counted, document, reference, short
from small_stores import OTHERS, fill
from wholes import stored_plan

from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.reference import literature, original, sources
from fxreport.report.build import make_study
from fxreport.report.conclusions.measurements import measurements
from fxreport.report.draft import Draft
from fxreport.report.editions import CONCLUSIONS
from fxreport.report.model import (
    Document,
    Entries,
    Link,
    Number,
    Paragraph,
    Plain,
    Section,
    Stars,
    Strong,
    Table,
    to_string,
)
from fxreport.report.words import Words
from fxreport.report.writers import pdf
from fxreport.report.writers.check import dangling_addresses, duplicate_ids, stray_digits, unaddressed
from fxreport.report.writers.html import render_html, render_print_html
from fxreport.report.writers.markdown import heading_slugs, render_markdown
from fxreport.report.writers.walk import addresses, blocks, sections, texts, within
from fxreport.store import Store
from fxreport.vocabulary.catalog import EXTRACTORS
from fxreport.vocabulary.statement import said_in
from fxreport.vocabulary.steps import variant_id

#: what the numbers of all other sections lead to
REFERENCE = "measurements"
#: 0 and 1 of an index are what it means, and a thousand is a unit: nothing of these was measured
SCALES = (
    r"(?:1 in full|0 for chance|1\s— повний|0\s— випадковий|—\s0|: 1|, 0|0 where)\b",
    r"per 1,000(?: images)?|на 1000",
)
LINK = re.compile(r"(?<!\\)\]\(#([^)\s]+)\)")


@pytest.fixture(scope="module", params=["results", "measured", "mixed", "imported"])
def conclusions(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, checkout: Path
) -> Conclusions:
    if request.param == "results":
        return reference(checkout)
    folder = tmp_path_factory.mktemp(request.param)
    store = Store(folder / "store")
    if request.param != "imported":
        fill(store)
    if request.param != "measured":
        (folder / "others.csv").write_text(OTHERS, encoding="utf-8")
        store.import_csv(folder / "others.csv")
    return conclude(make_study(store, stored_plan(store)))


@pytest.fixture(scope="module", params=["uk", "en"])
def made(request: pytest.FixtureRequest, conclusions: Conclusions) -> Document:
    return short(conclusions, request.param)


def numbers(made: Document) -> list[Number | Stars]:
    """The numbers of all that is not a reference itself."""
    return [
        fragment
        for top in made.sections
        if top.id != REFERENCE
        for section in within(top)
        for block in section.blocks
        for text in texts(block)
        for fragment in text
        if isinstance(fragment, Number | Stars)
    ]


# The model


def test_every_number_leads_to_one_place(made: Document) -> None:
    assert len(numbers(made)) >= 9
    assert [said for said in unaddressed(made) if not said.startswith(f"{REFERENCE}: ")] == []
    assert dangling_addresses(made) == []
    assert duplicate_ids(made) == []


def test_headings_and_sentences_hide_no_number(conclusions: Conclusions, made: Document) -> None:
    """Digits outside numbers are those of names, of quoted statements and of cited sources."""
    words, study = Words(made.lang, conclusions.study), conclusions.study
    names = {words.variant(v.id) for v in study.variants} | {words.dataset(d.name) for d in study.datasets}
    names |= {words.variant(name) for name in EXTRACTORS}
    names |= {words.variant(variant_id(p.extractor, p.input_size)) for p in (*original(), *literature())}
    names |= {source.short for source in sources().values()}
    statements = [v.statement for v in conclusions.verdicts]
    names |= {said_in(text, made.lang) for one in statements for text in (one.text, one.document)}
    for top in made.sections:
        for section in within(top) if top.id != REFERENCE else ():
            for block in section.blocks:
                for text in () if isinstance(block, Entries) else texts(block):
                    said = "".join(
                        f.text for f in text if isinstance(f, Plain | Strong | Link) and not counted(f)
                    )
                    for name in sorted(names, key=len, reverse=True):
                        said = re.sub(re.escape(name), "", said, flags=re.IGNORECASE)
                    said = re.sub(r"fxreport run --extractors [\w,]+", "", said)
                    for scale in SCALES:
                        said = re.sub(scale, "", said)
                    assert not re.search(r"\d", said), said


def test_measured_numbers_say_on_hover_what_they_are_and_derived_ones_what_from(made: Document) -> None:
    for number in numbers(made):
        if number.address.startswith(("m-", "c-")):
            assert number.title, number


def test_what_is_led_to_tells_what_was_measured(conclusions: Conclusions, made: Document) -> None:
    """A cell of the measurements' table has the mean of its address, in the document's digits."""
    words = Words(made.lang, conclusions.study)
    cells = {
        c.id: to_string(c.text)
        for b in blocks(made)
        if isinstance(b, Table)
        for r in b.rows
        for c in r.cells
        if c.id
    }
    wanted = {n.address for n in numbers(made) if n.address.startswith("m-")}
    assert wanted
    assert wanted <= cells.keys()
    checked = 0
    for (dataset, variant, metric), sample in conclusions.study.samples.items():
        place = "m-" + "-".join(slugged(part) for part in (dataset, variant, metric))
        if place in cells:
            percent = conclusions.study.metric(metric).shown == "percent"
            mean = words.number(100 * sample.mean, 1) if percent else words.measured(metric, sample.mean)
            assert cells[place].split("\u00a0±")[0] == mean
            checked += 1
    assert checked >= len(wanted)


def slugged(text: str) -> str:
    return "".join(c if c.isalnum() or c == "_" else f".{ord(c):x}" for c in text)


def test_nothing_is_shown_that_the_model_does_not_hold(made: Document) -> None:
    assert stray_digits(render_markdown(made), made) == []
    assert stray_digits(render_html(made), made) == []
    assert stray_digits(render_print_html(made), made) == []


# What was written


def test_links_of_the_page_lead_to_ids_that_are_there_once(made: Document) -> None:
    root = ElementTree.fromstring(render_html(made))
    ids = Counter(e.get("id") for e in root.iter() if e.get("id"))
    links = [a for a in root.iter("a") if "num" in (a.get("class") or "").split()]
    assert len(links) >= len(numbers(made))
    assert all(ids[(a.get("href") or "#")[1:]] == 1 for a in links)


def test_links_of_the_text_lead_to_anchors_or_headings(made: Document) -> None:
    text = render_markdown(made)
    anchors = Counter(re.findall(r'<a id="([^"]+)"', text))
    assert set(anchors.values()) == {1}
    wanted = set(LINK.findall(text))
    assert wanted
    assert wanted <= {*anchors, *heading_slugs(made).values()}


def test_each_line_of_the_text_with_a_number_has_a_link(made: Document) -> None:
    """Of what is said in sentences; a table's rows have theirs at the head."""
    text = render_markdown(made)
    said = [
        block.text
        for top in made.sections
        if top.id != REFERENCE
        for section in within(top)
        for block in section.blocks
        if isinstance(block, Paragraph) and any(isinstance(f, Number) for f in block.text)
    ]
    lines = [line for line in text.splitlines() if LINK.search(line)]
    assert len(lines) >= len(said)


@pytest.mark.slow
def test_links_of_the_pdf_lead_to_its_pages(made: Document) -> None:
    pages: list[Any] = pdf.lay_out(made).pages
    anchors = Counter(name for page in pages for name in page.anchors)
    links = [target for page in pages for kind, target, *_ in page.links if kind == "internal"]
    assert set(links) <= set(anchors)
    wanted = Counter(number.address for number in numbers(made))
    # a link that is broken over two lines counts twice
    assert all(Counter(links)[address] >= count for address, count in wanted.items())


# The technical report beside it


def outside(made: Document) -> list[str]:
    """Links that leave the document; the list of references is made to."""
    return [
        f.href
        for top in made.sections
        if top.id != "references"
        for section in within(top)
        for block in section.blocks
        for text in texts(block)
        for f in text
        if isinstance(f, Link) and not f.href.startswith("#")
    ]


def test_links_into_the_technical_report_lead_to_ids_that_it_has(
    conclusions: Conclusions, made: Document
) -> None:
    linked = short(conclusions, made.lang, linked=True)
    hrefs = outside(linked)
    assert len(hrefs) > 3
    assert {href.partition("#")[0] for href in hrefs} == {"technical.html"}
    whole = document(conclusions, made.lang, Undrawn())
    there = set(re.findall(r'\sid="([^"]+)"', render_html(whole)))
    assert {href.partition("#")[2] for href in hrefs} <= there


def test_alone_it_links_to_nothing_outside(made: Document) -> None:
    assert outside(made) == []
    assert "technical" not in render_markdown(made)
    assert "technical" not in re.sub(r"<style.*?</style>", "", render_html(made), flags=re.DOTALL)


def test_with_and_without_the_technical_report_it_says_the_same(
    conclusions: Conclusions, made: Document
) -> None:
    linked = short(conclusions, made.lang, linked=True)
    assert [s.id for s in sections(linked)] == [s.id for s in sections(made)]
    for one, other in zip(linked.sections[:-1], made.sections[:-1], strict=True):
        assert one == other


def test_lines_of_computed_numbers_are_titled_in_words_and_each_is_led_to(conclusions: Conclusions) -> None:
    made = short(conclusions, "en")
    led = addresses(made)
    lines = [entry for block in blocks(made) if isinstance(block, Entries) for entry in block.items]
    assert not [e.term for e in lines if re.fullmatch(r"[a-z_]+(/\S+)*", e.term)]
    assert not [e.term for e in lines if e.term.startswith("A statement") and e.id not in led]


def test_what_a_picture_alone_tells_of_has_no_line(conclusions: Conclusions) -> None:
    draft = Draft(conclusions, Words("en", conclusions.study), Undrawn(), CONCLUSIONS)
    unsaid = conclusions.claims[0]
    draft.claimed(unsaid)
    nothing = Document("en", "", "", (), {}, "", "")
    assert not [b for b in measurements(draft, nothing).blocks if isinstance(b, Entries)]
    paragraph = Paragraph(draft.claimed(unsaid))
    led = replace(nothing, sections=(Section("s", "", (paragraph,)),))
    if draft.origins.of_claim(unsaid).address in addresses(led):
        [entries] = [b for b in measurements(draft, led).blocks if isinstance(b, Entries)]
        assert [e.term.startswith("A statement") for e in entries.items] == [True]
