"""The search in a real browser: what Python finds, from a disk, under a strict content-security policy."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from browser import Page as Window
from browser import browser, chromium
from search_reference import Reference
from site_examples import LANGUAGES, committed, pages_of

from fxreport.report.model import Paragraph, Section, plain
from fxreport.report.words import Words
from fxreport.report.writers.html import compact_css
from fxreport.site.model import FRONT
from fxreport.site.model import Page as SitePage
from fxreport.site.search import search_index
from fxreport.site.search_page import SCRIPT, search_box, search_page
from fxreport.system.resources import resource

pytestmark = [
    pytest.mark.skipif(
        chromium() is None, reason="no Chromium on the PATH, nor named in FXREPORT_CHROMIUM: install one"
    ),
    pytest.mark.slow,
]

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'"
HOSTILE = "<img src=x onerror=alert(1)> <script>alert(2)</script> \"'& \u202eevil\u202c ../.. zebra"
SHOWN = """[...document.querySelectorAll(".search-results li")].map(one =>
  [...one.querySelectorAll("a")].map(link => link.getAttribute("href")))"""


def wrapped(lang: str, body: str, scripts: tuple[str, ...], root: str = "../") -> str:
    """A page as the site's writer makes one, in what matters here."""
    loads = "".join(f'<script src="{name}" defer></script>' for name in scripts)
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
        f'<meta name="viewport" content="width=device-width"><title>Search</title>'
        f'<link rel="stylesheet" href="{root}assets/site.css">{loads}</head>'
        f"<body><main>{body}</main></body></html>"
    )


def all_pages() -> tuple[dict[str, Words], tuple[SitePage, ...]]:
    """The committed results in both languages, with a page of hostile text."""
    words = {lang: Words(lang, committed().study) for lang in LANGUAGES}
    evil = Section("evil", HOSTILE, (Paragraph(plain(HOSTILE)),))
    hostile = (
        SitePage(lang, PurePosixPath(lang, "a'\"<b>.html"), FRONT, HOSTILE, HOSTILE, (evil,))
        for lang in words
    )
    return words, (*(page for lang in words for page in pages_of(committed(), lang)), *hostile)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Reference]]:
    """A folder with the search pages, another page with the box, and Python's reading of both indices."""
    folder = tmp_path_factory.mktemp("site")
    words, pages = all_pages()
    (folder / "assets").mkdir()
    (folder / SCRIPT).write_text(resource("templates", "site", "search.js").read_text("utf-8"), "utf-8")
    style = resource("templates", "style.css").read_text("utf-8")
    style += resource("templates", "site", "search.css").read_text("utf-8")
    (folder / "assets" / "site.css").write_text(compact_css(style), "utf-8")
    found = {}
    for lang, said in words.items():
        (folder / lang / "report").mkdir(parents=True)
        index = search_index(pages, lang)
        found[lang] = Reference(index)
        (folder / lang / "search-index.js").write_text(index, "utf-8")
        page = search_page(said)
        body = f"<h1>{page.title}</h1>" + "".join(markup for _, markup in page.parts)
        scripts = tuple(f"../{script}" for script in page.scripts)
        (folder / page.path).write_text(wrapped(lang, body, scripts), "utf-8")
        other = wrapped(lang, search_box(said, "../search.html"), ("../../assets/search.js",), "../../")
        (folder / lang / "report" / "other.html").write_text(other, "utf-8")
        (folder / lang / "broken.html").write_text(wrapped(lang, body, scripts[1:]), "utf-8")
    return folder, found


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    command = chromium()
    assert command is not None
    with browser(command, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(window: Window) -> Iterator[Window]:
    """The window; at the end nobody may have complained or asked a host."""
    window.resize(1280, 900)
    window.errors.clear()
    window.requests.clear()
    yield window
    window.run("0")
    assert window.errors == []
    assert {urlsplit(url).scheme for url in window.requests} <= {"file"}


def opened(page: Window, folder: Path, lang: str, query: str = "") -> None:
    page.open((folder / lang / "search.html").as_uri() + (f"?q={quote(query)}" if query else ""))


def asked(page: Window, query: str) -> list[list[str]]:
    """Links of each result after the query was typed."""
    page.run(
        f"""{{ const box = document.querySelector("input[type=search]");
        box.value = {json.dumps(query)}; box.dispatchEvent(new Event("input")); }}"""
    )
    shown: list[list[str]] = page.run(SHOWN)
    return shown


def status(page: Window) -> Any:
    return page.run("document.querySelector('.search-status').textContent")


def test_a_ukrainian_word_is_found_in_another_form(
    page: Window, site: tuple[Path, dict[str, Reference]]
) -> None:
    pytest.importorskip("pymorphy3")
    folder, _ = site
    opened(page, folder, "uk", "кластеризаціями зображеннями")
    assert page.run(SHOWN)
    marked = page.run("[...document.querySelectorAll('mark')].map(one => one.textContent.toLowerCase())")
    assert {word[:7] for word in marked} == {"кластер", "зображе"}
    assert "кластеризаціями" not in marked
    assert status(page).startswith("Знайдено на ")


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_results_are_those_of_python(
    page: Window, site: tuple[Path, dict[str, Reference]], lang: str
) -> None:
    """Random words, beginnings, pairs and names of the texts, and words that are not there."""
    folder, found = site
    index, draw = found[lang], random.Random(12)
    spelt = [token for token, key in zip(index.tokens, index.keys, strict=True) if key]
    queries = [
        "vgg16@32",
        "CIFAR-10",
        "EfficientNet-Lite0 @ 224",
        "qqqqq",
        "0,4",
        "-",
        "…",
        "ari mnist vgg16",
    ]
    queries += [draw.choice(spelt) for _ in range(60)]
    queries += [word[: draw.randint(1, 6)] for word in draw.sample(spelt, 40)]
    queries += [" ".join(draw.sample(spelt, draw.randint(2, 4))) for _ in range(60)]
    queries += [f"{word}ами" if lang == "uk" else f"{word}ings" for word in draw.sample(spelt, 20)]
    opened(page, folder, lang)
    for query in queries:
        expected = [(path, [anchor for anchor in anchors if anchor]) for path, anchors in index.search(query)]
        shown = [
            (quote(path, safe="/!*'()"), links[0])
            for (path, _), links in zip(expected, asked(page, query), strict=True)
        ]
        assert all(path == href for path, href in shown), query


def test_results_link_to_sections_that_python_names(
    page: Window, site: tuple[Path, dict[str, Reference]]
) -> None:
    folder, found = site
    opened(page, folder, "en")
    for query in ("silhouette", "principal components", "processor"):
        links = [href for of in asked(page, query) for href in of if "#" in href]
        anchors = {f"{path}#{anchor}" for path, of in found["en"].search(query) for anchor in of if anchor}
        assert links
        assert set(links) <= anchors


def test_hostile_text_is_shown_as_text(page: Window, site: tuple[Path, dict[str, Reference]]) -> None:
    folder, _ = site
    opened(page, folder, "en")
    [links] = asked(page, "zebra onerror")
    assert links[0] == quote("a'\"<b>.html", safe="'")
    text = page.run("document.querySelector('.search-results').textContent")
    assert "<img src=x onerror=alert(1)>" in text
    assert page.run("document.querySelectorAll('.search-results :is(img, script)').length") == 0
    assert asked(page, "<script>alert('x')</script>") == [links]


def test_slash_leads_to_the_box_and_the_form_to_the_results(
    page: Window, site: tuple[Path, dict[str, Reference]]
) -> None:
    folder, _ = site
    page.open((folder / "en" / "report" / "other.html").as_uri())
    page.press("/")
    assert page.run("document.activeElement.name") == "q"
    page.press(*"silhouette", "/")
    assert page.run("document.activeElement.value") == "silhouette/"
    page.press("Enter")
    page.wait(
        "location.search === '?q=silhouette%2F' && document.querySelectorAll('.search-results li').length > 0"
    )


def test_typing_keeps_the_address_and_enter_leads_to_the_first_result(
    page: Window, site: tuple[Path, dict[str, Reference]]
) -> None:
    folder, _ = site
    opened(page, folder, "en")
    assert page.run("document.activeElement.name") == "q"
    assert status(page) == ""
    page.press(*"ari")
    assert page.run("location.search") == "?q=ari"
    page.press("Enter")
    assert page.run("document.activeElement === document.querySelector('.search-results a')")
    page.open((folder / "en" / "search.html").as_uri() + "#q=silhouette")
    assert page.run("document.querySelector('input').value") == "silhouette"
    assert page.run(SHOWN)


def test_what_is_not_found_is_said(page: Window, site: tuple[Path, dict[str, Reference]]) -> None:
    folder, _ = site
    opened(page, folder, "en")
    assert (asked(page, "qqqqqq"), status(page)) == ([], "Nothing found.")
    assert asked(page, "silhouette qqqqqq")
    assert status(page).startswith("No page has all the words. Found on ")
    page.open((folder / "en" / "broken.html").as_uri())
    assert status(page) == "The search index could not be loaded."


def test_without_scripts_the_page_says_so(site: tuple[Path, dict[str, Reference]], tmp_path: Path) -> None:
    folder, _ = site
    command = chromium()
    assert command is not None
    with browser(command, tmp_path, scripts=False) as page:
        opened(page, folder, "uk")
        tree = json.dumps(page.call("Accessibility.getFullAXTree"), ensure_ascii=False)
    assert "потребує JavaScript" in tree
