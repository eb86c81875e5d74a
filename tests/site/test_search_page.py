"""The search box and the page of results as markup, and what they tell the script."""

from __future__ import annotations

import json
from html import unescape
from html.parser import HTMLParser
from pathlib import PurePosixPath

import pytest
from site_examples import LANGUAGES, committed

from fxreport.report.words import Words
from fxreport.site.model import SEARCH
from fxreport.site.search_page import INDEX, PAGE, SCRIPT, search_box, search_page
from fxreport.system.resources import resource


class Tags(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def one(self, tag: str) -> dict[str, str | None]:
        [attributes] = [attributes for name, attributes in self.found if name == tag]
        return attributes


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param, committed().study)


def test_the_box_leads_to_the_page_of_results_from_any_folder(words: Words) -> None:
    for folder in ("", "../", "../../"):
        tags = Tags(search_box(words, folder + PAGE))
        assert tags.one("form")["action"] == f"{folder}{PAGE}"
        assert tags.one("form")["method"] == "get"
        assert tags.one("input")["name"] == "q"


def test_the_page_names_its_scripts_and_its_words(words: Words) -> None:
    page = search_page(words)
    assert (page.kind, page.path) == (SEARCH, PurePosixPath(words.lang, PAGE))
    assert page.scripts == (PurePosixPath(words.lang, INDEX), SCRIPT)
    [(_, markup)] = page.parts
    [status] = [attributes for _, attributes in Tags(markup).found if attributes.get("role") == "status"]
    counted = json.loads(unescape(status["data-found"] or ""))
    expected = {"uk": {"one", "few", "many"}, "en": {"one", "other"}}[words.lang]
    assert set(counted) == expected
    assert all(text.count("{n}") == 1 for text in counted.values())
    assert len(set(counted.values())) > 1
    assert all(status[f"data-{name}"] for name in ("some", "none", "failed"))


def test_nothing_is_inline(words: Words) -> None:
    """A strict content-security policy refuses handlers and styles in attributes."""
    for _, markup in (*search_page(words).parts, ("", search_box(words))):
        for tag, attributes in Tags(markup).found:
            assert tag not in ("script", "style")
            assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_the_script_builds_no_markup_from_text() -> None:
    script = resource("templates", "site", "search.js").read_text("utf-8")
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "eval(",
        "Function(",
        "fetch(",
        "http",
        "document.write",
    ):
        assert word not in script
