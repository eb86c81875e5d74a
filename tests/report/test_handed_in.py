"""What a paper to hand in has: title page, references to figures and tables, cited sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from publications import Undrawn, reference

from fxreport.analysis.conclude import Conclusions
from fxreport.reference import Source, sources, works
from fxreport.report import bibliography
from fxreport.report.draft import Draft
from fxreport.report.model import (
    Document,
    Entries,
    Figure,
    Link,
    Number,
    Paragraph,
    Plain,
    Statements,
    Table,
    to_string,
)
from fxreport.report.publications import PUBLICATIONS
from fxreport.report.words import Words
from fxreport.report.writers.check import dangling_addresses, duplicate_ids, stray_digits
from fxreport.report.writers.html import render_html, render_print_html
from fxreport.report.writers.markdown import heading_slugs, render_markdown
from fxreport.report.writers.walk import blocks, texts, within
from fxreport.vocabulary.imprint import DSTU, NUMERIC, Imprint

IMPRINT = Imprint(
    {
        "title": {"uk": "Порівняння ознак", "en": "Features compared"},
        "kind": {"uk": "Курсова робота", "en": "Term paper"},
        "authors": {"": "Олена Коваленко\nІван Петренко"},
        "affiliation": {"uk": "Університет"},
        "supervisor": {"uk": "Марія <Шевченко>"},
        "place": {"uk": "Київ"},
        "year": {"": "2026"},
    },
    DSTU,
)


@pytest.fixture(scope="module")
def conclusions(checkout: Path) -> Conclusions:
    return reference(checkout)


def made(
    conclusions: Conclusions, lang: str, name: str = "conclusions", imprint: Imprint | None = None
) -> Document:
    words = Words(lang, conclusions.study)
    more = {} if imprint is None else {"imprint": imprint}
    return PUBLICATIONS[name](Draft(conclusions, words, Undrawn(), name, **more))


# The title page


def test_without_a_word_of_the_users_there_is_no_title_page(conclusions: Conclusions) -> None:
    plain = made(conclusions, "uk")
    assert plain.cover is None
    assert 'class="cover"' not in render_html(plain) + render_print_html(plain)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["conclusions", "technical"])
def test_an_introduction_stands_before_what_was_derived(conclusions: Conclusions, name: str) -> None:
    said = "Why <we> compare,\nand for whom.\n\nA second paragraph."
    own = Imprint(introduction={"en": said, "uk": "Навіщо порівнюємо."})
    introduced, plain = (made(conclusions, "en", name, imprint) for imprint in (own, None))
    first, *rest = introduced.sections
    assert first.title == "Introduction"
    paragraphs = [to_string(block.text) for block in first.blocks if isinstance(block, Paragraph)]
    assert paragraphs == ["Why <we> compare, and for whom.", "A second paragraph."]
    assert [one.id for one in rest] == [one.id for one in plain.sections]
    assert introduced.cover is None, "it makes no title page"
    assert "Why &lt;we&gt; compare" in render_html(introduced)
    ukrainian = made(conclusions, "uk", name, own).sections[0]
    assert (ukrainian.title, ukrainian.blocks) == ("Вступ", (Paragraph((Plain("Навіщо порівнюємо."),)),))


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_the_title_page_says_what_was_given_in_every_format(conclusions: Conclusions, lang: str) -> None:
    document = made(conclusions, lang, imprint=IMPRINT)
    assert document.title == {"uk": "Порівняння ознак", "en": "Features compared"}[lang]
    for text in (render_html(document), render_print_html(document), render_markdown(document)):
        for said in (IMPRINT.said("kind", lang)[0], "Олена Коваленко", "Університет", "Київ – 2026"):
            assert said in text
        assert not re.search(r"(?<!\\)<Шевченко>", text)
    assert stray_digits(render_html(document), document) == []
    assert stray_digits(render_markdown(document), document) == []


def test_one_author_is_an_author_and_two_are_authors(conclusions: Conclusions) -> None:
    one = made(conclusions, "en", imprint=Imprint({"authors": {"": "Ada"}}))
    two = made(conclusions, "en", imprint=Imprint({"authors": {"": "Ada\nBob"}}))
    assert [document.cover.people for document in (one, two) if document.cover] == [
        (("Author", ("Ada",)),),
        (("Authors", ("Ada", "Bob")),),
    ]
    assert one.title == made(conclusions, "en").title


# Figures and tables


@pytest.mark.parametrize("name", ["conclusions", "technical"])
@pytest.mark.parametrize("lang", ["uk", "en"])
def test_references_bear_the_number_of_what_they_lead_to(
    conclusions: Conclusions, lang: str, name: str
) -> None:
    """Counted here once more: the n-th figure of the document is figure n."""
    document = made(conclusions, lang, name)
    number = {}
    for kind in (Figure, Table):
        here = [block.id for block in blocks(document) if isinstance(block, kind)]
        number.update({one: n for n, one in enumerate(here, start=1)})
    word = {"uk": ("рис.", "табл."), "en": ("Fig.", "Table")}[lang]
    links = [
        f
        for b in blocks(document)
        for t in texts(b)
        for f in t
        if isinstance(f, Link) and f.href[1:] in number
    ]
    numbered = [f for f in links if f.text.startswith(word)]
    assert len(numbered) >= 6
    for link in numbered:
        assert link.text.split("\u00a0") == [word[link.href.startswith("#table")], str(number[link.href[1:]])]


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_every_finding_and_every_figure_of_the_conclusions_is_referred_to(
    conclusions: Conclusions, lang: str
) -> None:
    document = made(conclusions, lang)
    [findings] = [s for s in document.sections if s.id == "findings"]
    drawn = {one.address for b in blocks(document) if isinstance(b, Figure) for one in b.drawn}
    for part in findings.children:
        text = part.blocks[0].text
        measured = {f.address for f in text if isinstance(f, Number)} & drawn
        if measured or any(isinstance(block, Figure) for block in part.blocks):
            assert any(isinstance(f, Link) and f.href.startswith("#fig-") for f in text), part.id
    led = {f.href[1:] for b in blocks(document) for t in texts(b) for f in t if isinstance(f, Link)}
    assert {b.id for b in blocks(document) if isinstance(b, Figure)} <= led


def test_a_claim_names_the_figures_that_show_it_and_no_other(conclusions: Conclusions) -> None:
    document = made(conclusions, "en", "technical")
    shows = {(s.claim_id, b.id) for b in blocks(document) if isinstance(b, Figure) for s in b.finding}
    told = {
        (statement.claim_id, f.href[1:])
        for b in blocks(document)
        if isinstance(b, Statements)
        for statement in b.items
        for f in statement.text
        if isinstance(f, Link) and f.href.startswith("#fig-")
    }
    said = {s.claim_id for b in blocks(document) if isinstance(b, Statements) for s in b.items}
    assert told == {(claim, figure) for claim, figure in shows if claim in said}
    assert len(told) > 50


def test_links_lead_to_anchors_in_every_format(conclusions: Conclusions) -> None:
    document = made(conclusions, "uk")
    assert dangling_addresses(document) == duplicate_ids(document) == []
    text = render_markdown(document)
    there = {*re.findall(r'<a id="([^"]+)"', text), *heading_slugs(document).values()}
    assert set(re.findall(r"\]\(#((?:fig|table|ref)-[^)]+)\)", text)) <= there
    page = render_html(document)
    for href in re.findall(r'href="#((?:fig|table|ref)-[^"]+)"', page):
        assert page.count(f' id="{href}"') == 1


# Sources


@pytest.mark.parametrize("name", ["conclusions", "technical"])
def test_sources_are_listed_in_the_order_of_their_citation_each_cited_once(
    conclusions: Conclusions, name: str
) -> None:
    document = made(conclusions, "uk", name)
    cited = [
        (f.text, f.href[1:])
        for section in document.sections
        if section.id != "references"
        for part in within(section)
        for b in part.blocks
        for t in texts(b)
        for f in t
        if isinstance(f, Link) and f.href.startswith("#ref-")
    ]
    [listed] = [
        b for s in document.sections if s.id == "references" for b in s.blocks if isinstance(b, Entries)
    ]
    assert [(entry.term, entry.id) for entry in listed.items] == cited
    assert [term for term, _ in cited] == [f"[{n}]" for n in range(1, len(cited) + 1)]
    named = render_markdown(document)
    for entry in listed.items:
        work = works().get(entry.id.removeprefix("ref-"))
        assert work is None or any(name in named for name in work.names) or work.metric or work.level


def test_page_one_cites_nothing(conclusions: Conclusions) -> None:
    answer = made(conclusions, "en").sections[0]
    assert not [f for b in answer.blocks for t in texts(b) for f in t if isinstance(f, Link)]


ARTICLE = Source(
    "a", "A title", ("Doe, Jane Ann", "Roe, Li-Wei"), 1985, "A Journal", "2", "3", "4–9", doi="10.1/x(1)"
)
MANY = Source("b", "A title", tuple(f"F{i}, Given" for i in range(5)), 2017, arxiv="1708.1", place="Table 3")
ONLY_TITLE = Source("c", "A title")
STYLED = {
    (NUMERIC, ARTICLE): "J. A. Doe, L.-W. Roe. A title. A Journal 2(3):4–9, 1985. https://doi.org/10.1/x(1).",
    (NUMERIC, MANY): "G. F0 et al. A title. arXiv:1708.1, 2017, Table 3. https://arxiv.org/abs/1708.1.",
    (NUMERIC, ONLY_TITLE): "A title.",
    (DSTU, ARTICLE): "Doe J. A., Roe L.-W. A title. A Journal. 1985. Vol. 2, no. 3. P. 4–9. "
    "DOI: https://doi.org/10.1/x(1).",
    (DSTU, MANY): "A title / G. F0 et al. 2017. Table 3. URL: https://arxiv.org/abs/1708.1.",
    (DSTU, ONLY_TITLE): "A title.",
}


@pytest.mark.parametrize(("style", "work"), STYLED, ids=lambda one: getattr(one, "key", one))
def test_references_are_written_in_the_style_that_is_asked_for(style: str, work: Source) -> None:
    said = to_string(bibliography.reference(work, style)).replace("\u00a0", " ")
    assert said == STYLED[style, work]


@pytest.mark.parametrize("work", [*works().values(), *sources().values()], ids=lambda work: work.key)
def test_every_work_reads_as_a_sentence_in_both_styles(work: Source) -> None:
    for style in (NUMERIC, DSTU):
        said = to_string(bibliography.reference(work, style))
        assert said.endswith(".")
        assert not re.search(r"\.\.|,,|\s{2}|\( ?\)|:\s*$|None", said), said
        assert work.title in said
