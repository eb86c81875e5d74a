"""The index of the search: every word of every page, in any of its forms, whatever the words are."""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_reference import Reference
from site_examples import committed, pages_of

from fxreport.analysis.conclude import Conclusions
from fxreport.report.model import (
    Card,
    Cards,
    Column,
    Entries,
    Entry,
    Paragraph,
    Row,
    Section,
    Table,
    TableCell,
    plain,
    to_string,
)
from fxreport.report.writers.walk import texts, within
from fxreport.site import forms
from fxreport.site.forms import pack, paradigms
from fxreport.site.model import FRONT, SEARCH, SECTION, Page
from fxreport.site.search import search_index

HOSTILE = [
    "<script>alert(1)</script>",
    "</script>",
    "'\"",
    "\u202eevil\u202c",
    "../../x",
    "a\u2028b",
    "я" * 10_000,
]


def page_of(*paragraphs: str, lang: str = "en", title: str = "Title", name: str = "index.html") -> Page:
    section = Section("part", "Heading", tuple(Paragraph(plain(text)) for text in paragraphs))
    return Page(lang, PurePosixPath(lang, name), FRONT, title, "", (section,))


@pytest.fixture(scope="module")
def conclusions() -> Conclusions:
    return committed()


@pytest.fixture(scope="module", params=["uk", "en"])
def pages(request: pytest.FixtureRequest, conclusions: Conclusions) -> tuple[Page, ...]:
    return pages_of(conclusions, request.param)


@pytest.fixture(scope="module")
def script(pages: tuple[Page, ...]) -> str:
    return search_index(pages, pages[0].lang)


@pytest.fixture(scope="module")
def found(script: str) -> Reference:
    return Reference(script)


def said(page: Page) -> Iterator[tuple[str, str]]:
    """Anchor and text of all that the page says, read off the model without the index's own reading."""
    yield "", page.summary
    for top in page.sections:
        for section in within(top):
            yield section.id, section.title
            for block in section.blocks:
                yield from ((section.id, to_string(text)) for text in texts(block))


@pytest.mark.slow
def test_every_word_of_every_page_leads_to_the_page(pages: tuple[Page, ...], found: Reference) -> None:
    holding: dict[str, set[str]] = {}
    for page in pages:
        for _, text in said(page):
            for word in text.split():
                holding.setdefault(word, set()).add(page.name.as_posix())
    # single digits stand on every page
    words = [word for word in holding if re.search(r"[^\W\d_]|\d{2}", word)]
    assert len(words) > 3000
    assert [word for word in words if not holding[word] <= {path for path, _ in found.search(word)}] == []


def test_a_section_is_found_by_its_heading(pages: tuple[Page, ...], found: Reference) -> None:
    headings = [(page, section) for page in pages for top in page.sections for section in within(top)]
    named = Counter(section.title for _, section in headings)
    for page, section in headings:
        if named[section.title] == 1:
            results = found.search(section.title)[:5]
            assert (page.name.as_posix(), section.id) in {(p, anchor) for p, of in results for anchor in of}


def test_texts_can_be_read_back(pages: tuple[Page, ...], found: Reference) -> None:
    sections = iter(found.sections)
    for page in pages:
        next(sections)
        for top in page.sections:
            for section in within(top):
                _, anchor, heading, text = next(sections)
                assert (anchor, found.text(heading)) == (section.id, " ".join(section.title.split()))
                kept = found.text(text)
                for block in section.blocks:
                    assert all(" ".join(to_string(one).split()) in kept for one in texts(block))


def test_every_form_of_a_ukrainian_word_finds_what_any_form_does(conclusions: Conclusions) -> None:
    pymorphy3 = pytest.importorskip("pymorphy3")
    analyzer = pymorphy3.MorphAnalyzer(lang="uk")
    index = Reference(search_index(pages_of(conclusions, "uk"), "uk"))
    words = sorted({key for key in index.keys if key and key.isalpha() and analyzer.word_is_known(key)})
    for word in random.Random(5).sample(words, 150):
        there = {path for path, _ in index.search(word)}
        parses = [p for p in analyzer.parse(word) if not {"Name", "Surn", "Patr"} & p.tag.grammemes]
        for parse in parses:
            for form in parse.lexeme:
                if "-" not in form.word:
                    assert there & {path for path, _ in index.search(form.word)}, (word, form.word)
                    assert word in index.meanings(form.word), (word, form.word)


@pytest.mark.parametrize(
    ("there", "asked"),
    [
        ("кластеризація зображення мережа", ["кластеризацією", "зображень", "мереж", "мережами"]),
        ("автоенкодера", ["автоенкодер", "автоенкодерами", "Автоенкодером"]),
        ("п’яти знім’я", ["п'ять", "пʼятьох"]),
        ("Кластери", ["кластер", "кла", "КЛАСТЕРАМИ"]),
    ],
)
def test_ukrainian_words_that_a_text_has_in_another_form(there: str, asked: list[str]) -> None:
    pytest.importorskip("pymorphy3")
    index = Reference(
        search_index((page_of(there, lang="uk"), page_of("інше", lang="uk", name="b.html")), "uk")
    )
    for word in asked:
        assert [path for path, _ in index.search(word)] == ["index.html"], word


@pytest.mark.slow
def test_english_forms(conclusions: Conclusions) -> None:
    index = Reference(search_index(pages_of(conclusions, "en"), "en"))
    for one, other in [("cluster", "clustering"), ("networks", "network"), ("measured", "measuring")]:
        assert set(index.meanings(one)) & set(index.meanings(other)), (one, other)
    assert "extractors" in index.meanings("extractor")
    assert index.meanings("extractor")["extractors"] > index.meanings("extractor").get("extractorss", 0)


@pytest.mark.parametrize(
    "asked",
    ["vgg16@32", "VGG16 32", "VGG16 @ 32", "vgg1632", "CIFAR-10", "cifar10", "cifar 10", "cifar-1",
     "EfficientNet-Lite0 @ 224", "efficientnet lite0 224", "efficientnetlite0", "0.439", "0,439"],
)  # fmt: skip
def test_names_are_found_as_typed(asked: str) -> None:
    text = "VGG16 32\u00a0px on CIFAR-10, EfficientNet-Lite0\u00a0@ 224: 0.439"
    index = Reference(
        search_index((page_of(text), page_of("cifar, 10 vgg 224 32 efficientnet", name="b.html")), "en")
    )
    assert index.search(asked)[0][0] == "index.html"


def test_a_name_is_found_by_its_id_and_leads_to_its_own_page() -> None:
    pages = (
        page_of("custom_cnn and Custom CNN", title="On Custom CNN and others", name="a.html"),
        page_of("nothing", title="Custom CNN", name="own.html"),
    )
    index = Reference(search_index(pages, "en"))
    for asked in ("custom_cnn", "Custom CNN", "customcnn", "custom-cnn"):
        assert index.search(asked)[0][0] == "own.html", asked


def test_title_before_heading_before_text_and_all_words_before_any() -> None:
    def page(name: str, title: str, heading: str, text: str) -> Page:
        section = Section("s", heading, (Paragraph(plain(text)),))
        return Page("en", PurePosixPath("en", name), SECTION, title, "", (section,))

    pages = (
        page("text", "A", "B", "zebra crossing"),
        page("heading", "A", "zebra", "B"),
        page("title", "Zebra", "A", "B"),
    )
    index = Reference(search_index(pages, "en"))
    assert [path for path, _ in index.search("zebra")] == ["title", "heading", "text"]
    assert [path for path, _ in index.search("zebra crossing")] == ["text"]
    assert [path for path, _ in index.search("crossing unicorn")] == ["text"]
    assert index.search("unicorn") == []


def test_cards_entries_topics_and_fragments_are_found() -> None:
    card = Card("c", "Cardtitle", "Cardanswer", "firm", plain("cardtext"), (plain("carddetail"),))
    table = Table(
        "t", plain("caption"), (Column(plain("column")),), (Row((TableCell(plain("cell")),), topic="topic"),)
    )
    blocks = (Cards((card,)), Entries((Entry("e", "term", plain("entrytext")),)), table)
    part = ("part", "<p data-x='hidden'>shown<script>scripted</script></p>")
    page = Page("en", PurePosixPath("en/x.html"), FRONT, "T", "S", (Section("s", "H", blocks),), (part,))
    index = Reference(search_index((page,), "en"))
    shown = ["cardtitle", "cardanswer", "cardtext", "carddetail", "term", "entrytext", "topic", "caption"]
    for word in (*shown, "column", "cell", "shown"):
        assert index.search(word), word
    assert not index.search("scripted")
    assert not index.search("hidden")


def test_pages_of_other_languages_and_the_search_page_are_left_out() -> None:
    search = Page("en", PurePosixPath("en/search.html"), SEARCH, "zebra", "")
    index = json.loads(search_index((page_of("a"), page_of("б", lang="uk"), search), "en")[19:-2])
    assert [path for path, _ in index["pages"]] == ["index.html"]


def test_hostile_text_stays_text() -> None:
    script = search_index((page_of(*HOSTILE, title=HOSTILE[0]),), "en")
    assert not re.search("[<>\u2028\u2029]", script)
    index = Reference(script)
    assert index.text(index.pages[0][1]) == HOSTILE[0]
    assert index.search("я" * 10_000)
    assert index.search("evil")


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=40), min_size=1, max_size=5))
def test_any_text_can_be_read_back(paragraphs: list[str]) -> None:
    index = Reference(search_index((page_of(*paragraphs, lang="xx"),), "xx"))
    assert index.text(index.sections[1][3]) == " ".join(" ".join(paragraphs).split())


def test_equal_pages_give_equal_bytes(pages: tuple[Page, ...], script: str) -> None:
    assert search_index(pages, pages[0].lang) == script


def test_the_index_of_the_standard_plan_is_small(script: str) -> None:
    assert len(script.encode()) < 300 * 1024


@given(st.sets(st.frozensets(st.text("абвгд", min_size=1, max_size=6), min_size=2, max_size=5), max_size=8))
def test_packed_forms_are_all_there_and_no_others(found: set[frozenset[str]]) -> None:
    endings, stems = pack(found)
    unpacked = {
        frozenset(stem + ending for ending in own.split(","))
        for own, of in zip(endings, stems, strict=True)
        for stem in of.split(",")
    }
    assert unpacked == found


@pytest.mark.parametrize(
    ("lang", "package"), [("uk", "pymorphy3"), ("uk", "pymorphy3_dicts_uk"), ("en", "snowballstemmer")]
)
def test_without_the_extra_words_are_found_by_their_beginnings(
    lang: str, package: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    for name in ("_analyzer", "_looked_up"):  # what earlier tests have looked up is known
        monkeypatch.setattr(forms, name, getattr(forms, name).__wrapped__)
    index = Reference(search_index((page_of("мережами networking", lang=lang),), lang))
    [record] = caplog.records
    assert "fxreport[site]" in record.getMessage()
    assert "\n" not in record.getMessage()
    assert index.search("мереж")
    assert index.search("мережам")
    assert index.search("networkings")


def test_a_language_without_a_stemmer_has_no_forms(caplog: pytest.LogCaptureFixture) -> None:
    assert paradigms(["robotê", "robot"], "crh") == frozenset()
    assert caplog.records == []
