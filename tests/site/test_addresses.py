"""Names of files, and links between pages."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxreport.report.model import Section
from fxreport.site.addresses import file_name, links, places
from fxreport.site.model import SECTION, Page

HOSTILE = [
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "a\"b'c",
    "\u202egnp.exe",
    "x" * 10_000,
    "index",
    "CON",
    "con",
    ".hidden",
    "a/b",
    "",
    "набір",
    "a\0b",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_gives_a_plain_file(name: str) -> None:
    made = file_name(name)
    assert 0 < len(made) <= 64
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    assert made not in ("index", "con")
    assert made[0] not in ".-"


@given(st.lists(st.text(max_size=80), unique=True, max_size=30))
def test_different_names_have_different_files_whatever_case_means(names: list[str]) -> None:
    assert len({file_name(name).casefold() for name in names}) == len(names)


def test_a_plain_name_is_its_file() -> None:
    assert file_name("efficientnet_lite0") == "efficientnet_lite0"


def page(path: str, *ids: str) -> Page:
    return Page("en", PurePosixPath(path), SECTION, "", "", tuple(Section(one, "") for one in ids))


def test_a_link_leads_to_the_page_that_has_the_anchor() -> None:
    front, deep = page("en/index.html", "answer", "both"), page("en/a/b.html", "row", "both")
    known = places((front, deep))
    assert links(front, known)("row") == "a/b.html#row"
    assert links(deep, known)("answer") == "../index.html#answer"


def test_an_anchor_of_the_page_itself_comes_first() -> None:
    front, deep = page("en/index.html", "both"), page("en/a/b.html", "both")
    assert links(deep, places((front, deep)))("both") == "#both"
