"""The page in a browser: what is far off is laid out late, and is there all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Page, browser, chromium
from report_sample import sample

from fxreport.report.writers.html import render_html

COMMAND = chromium()
pytestmark = [pytest.mark.skipif(COMMAND is None, reason="no Chromium here"), pytest.mark.slow]

#: (left, top, right, bottom) of the element that the address leads to, and the window's width and height
TARGET = """(() => {
  const box = document.querySelector(':target').getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom, innerWidth, innerHeight];
})()"""
#: how many sections are laid out late
LATE = """[...document.querySelectorAll('main > section > section')]
  .filter(s => getComputedStyle(s).contentVisibility === 'auto').length"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("page")
    (folder / "page.html").write_text(render_html(sample("uk")), encoding="utf-8")
    assert COMMAND is not None
    with browser(COMMAND, folder / "profile") as window:
        window.resize(1280, 900)
        window.open((folder / "page.html").as_uri())
        yield window


def test_a_link_to_what_is_not_laid_out_yet_brings_it_into_sight(page: Page) -> None:
    assert page.run(LATE) > 3
    addresses = page.run("[...document.querySelectorAll('a.num')].map(a => a.hash.slice(1))")
    for address in (addresses[-1], addresses[0], addresses[len(addresses) // 2]):
        page.run("scrollTo(0, 0)")
        page.run(f"location.hash = {address!r}")
        page.wait(f"({TARGET})[3] > 0 && ({TARGET})[1] < innerHeight")
        left, top, _, bottom, width, height = page.run(TARGET)
        assert 0 <= top < bottom <= height, address
        assert 0 <= left < width, address


def test_print_lays_out_everything(page: Page) -> None:
    page.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert page.run(LATE) == 0
    finally:
        page.call("Emulation.setEmulatedMedia", media="")
    assert page.run(LATE) > 3


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_wider_than_the_window_but_what_scrolls_by_itself(page: Page, width: int) -> None:
    page.resize(width, 800, phone=width < 700)
    try:
        page.run("document.querySelectorAll('main > section > section').forEach(s => s.scrollIntoView())")
        assert page.run("document.documentElement.scrollWidth") <= width
        scrolls = page.run(
            "[...document.querySelectorAll('.table')].map(t => [t.scrollWidth, t.clientWidth,"
            " getComputedStyle(t).overflowX])"
        )
        assert all(overflow == "auto" for inner, outer, overflow in scrolls if inner > outer)
        if width == 360:
            assert any(inner > outer for inner, outer, _ in scrolls)
    finally:
        page.resize(1280, 900)


#: cells of which something reaches into their neighbours
CUT = """[...document.querySelectorAll('th, td')].filter(c => c.scrollWidth > c.clientWidth + 1)
  .map(c => c.closest('table').id + ': ' + c.textContent)"""


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_no_cell_of_the_whole_document_reaches_into_another(
    page: Page, committed_documents: Path, lang: str
) -> None:
    page.resize(360, 900, phone=True)
    page.open((committed_documents / lang / "technical.html").as_uri())
    page.run("document.querySelectorAll('section').forEach(s => s.style.contentVisibility = 'visible')")
    assert page.run("document.querySelectorAll('td').length") > 2000
    for width in (360, 768, 1280, 1600):
        page.resize(width, 900, phone=width < 700)
        assert page.run(CUT) == [], width
        assert page.run("document.documentElement.scrollWidth") <= width
