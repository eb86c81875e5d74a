"""The built site in a real browser: from a disk and from a server, in both languages and both schemes."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe import COLOURS, violations
from browser import Page, browser, chromium
from crawl import broken
from publications import reference

from fxreport.analysis.quantities.standing import standing
from fxreport.report.words import Words
from fxreport.system.resources import complete_languages

pytestmark = [
    pytest.mark.skipif(
        chromium() is None, reason="no Chromium on the PATH, nor named in FXREPORT_CHROMIUM: install one"
    ),
    pytest.mark.slow,
]

#: a page of each type
PAGES = (
    "index.html",
    "findings/index.html",
    "findings/small_input-efficientnet_lite0.html",
    "advice.html",
    "tested.html",
    "unknown.html",
    "compare.html",
    "search.html",
    "history.html",
    "downloads.html",
    "sets/index.html",
    "sets/mnist.html",
    "extractors/index.html",
    "extractors/efficientnet_lite0.html",
    "figures/index.html",
    "report/index.html",
    "report/trade-off.html",
    "report/recommendations.html",
    "report/appendix-mnist.html",
    "report/evidence.html",
)

#: a document to take away lies beside the pages, and is none of them
DOCUMENT = "conclusions.html"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def built(committed_site: Path) -> Path:
    return committed_site


@pytest.fixture(scope="module")
def served(built: Path) -> Iterator[str]:
    """The same under a path of a server."""
    with serving(built.parent) as address:
        yield f"{address}{built.name}/"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    command = chromium()
    assert command is not None
    with browser(command, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(window: Page) -> Iterator[Page]:
    """The window; at the end nobody may have complained or asked another host."""
    window.call("Page.setBypassCSP", enabled=False)
    window.resize(1280, 900)
    window.errors.clear()
    window.requests.clear()
    yield window
    window.run("0")
    assert window.errors == []
    asked = {urlsplit(url) for url in window.requests}
    assert {url.hostname for url in asked if url.scheme not in ("file", "data")} <= {"127.0.0.1"}


@pytest.fixture(params=["file", "http"])
def root(request: pytest.FixtureRequest, built: Path, served: str) -> str:
    return f"{built.as_uri()}/" if request.param == "file" else served


def test_no_link_is_broken(built: Path) -> None:
    assert list(broken(built)) == []


def test_every_page_is_there_in_every_language(built: Path) -> None:
    names = [
        {p.relative_to(built / lang) for p in (built / lang).rglob("*.html")} for lang in complete_languages()
    ]
    assert all(found == names[0] for found in names)
    assert {Path(name) for name in PAGES} <= names[0]
    # those at the top are a type each, those of a folder are of one, as its overview is
    types = {name.parts[0] for name in names[0] if name.name != DOCUMENT}
    assert types == {Path(name).parts[0] for name in PAGES}


@pytest.mark.parametrize("name", ["evidence", "appendix-mnist"])
def test_every_part_of_a_cut_page_leads_to_every_other(built: Path, name: str) -> None:
    folder = built / "en" / "report"
    names = [
        f"{name}.html",
        *(f"{name}.{i}.html" for i in range(2, 99) if (folder / f"{name}.{i}.html").exists()),
    ]
    assert len(names) > 1
    for one in names:
        row = re.search(
            r'<nav class="pieces" aria-label="Parts">.*?</nav>', (folder / one).read_text("utf-8"), re.S
        )
        assert row
        assert re.findall(r'href="([^"]+)"', row[0]) == names
        assert re.findall(r'href="([^"]+)"[^>]* aria-current="page"', row[0]) == [one]


def test_no_page_is_heavier_than_300_kib_before_figures(built: Path) -> None:
    heavy = {}
    for path in built.rglob("*.html"):
        if path.name == DOCUMENT:
            continue
        pieces = path.read_text("utf-8").split("<svg role=")
        rest = pieces[0] + "".join(piece.partition("</svg>")[2] for piece in pieces[1:])
        heavy[path.relative_to(built)] = len(rest.encode())
    assert {name: size for name, size in heavy.items() if size > 300 * 1024} == {}


def test_the_root_leads_to_the_default_language(page: Page, root: str) -> None:
    page.open(f"{root}index.html")
    page.wait("document.documentElement.lang === 'uk' && location.pathname.endsWith('/uk/index.html')")


@pytest.mark.parametrize("name", PAGES)
def test_pages_switch_language_and_stay(page: Page, root: str, name: str) -> None:
    page.open(f"{root}uk/{name}")
    assert page.run("document.fonts.ready.then(() => document.fonts.check('16px \"Report Sans\"'))")
    assert page.run("document.querySelectorAll('link[hreflang]').length") == len(complete_languages())
    page.run("document.querySelector('.languages a[lang=en]').click()")
    page.wait("document.documentElement.lang === 'en' && document.readyState === 'complete'")
    assert page.run("location.pathname").endswith(f"/en/{name}")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_phone(page: Page, built: Path, name: str) -> None:
    page.resize(390, 844, phone=True)
    for lang in complete_languages():
        page.open((built / lang / name).as_uri())
        assert page.run("document.documentElement.scrollWidth") <= 390


def test_the_dark_scheme_is_dark(page: Page, built: Path) -> None:
    shades = []
    for dark in (False, True):
        page.resize(1280, 900, dark=dark)
        page.open((built / "uk" / "index.html").as_uri())
        shades.append(page.run("getComputedStyle(document.body).backgroundColor"))
        shades.append(page.run("getComputedStyle(document.querySelector('.plate text')).fill"))
    assert len(set(shades)) == 4


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(page: Page, built: Path, name: str) -> None:
    """In both schemes; of the dark one only what colours decide is looked at again."""
    for lang in complete_languages():
        page.open((built / lang / name).as_uri())
        assert violations(page) == []
        page.resize(1280, 900, dark=True)
        assert violations(page, COLOURS) == []
        page.resize(1280, 900)


def test_the_keyboard_reaches_the_content_first(page: Page, built: Path) -> None:
    page.open((built / "en" / "sets" / "mnist.html").as_uri())
    page.press("Tab")
    assert page.run("document.activeElement.className") == "skip"
    page.press("Enter")
    page.wait("document.activeElement.id === 'page-main'")


def test_a_number_of_the_front_page_leads_to_a_seed_s_row(page: Page, root: str) -> None:
    """From what is found to what was measured: two clicks."""
    page.open(f"{root}en/index.html")
    page.run("document.querySelector('#found a.num:not(.derived)').click()")
    page.wait("!!document.querySelector('tr:target')")
    page.run("document.querySelector('tr:target').closest('table').querySelector('thead a').click()")
    page.wait("document.querySelector('tr:target')?.id.startsWith('e-')")


def clicked(page: Page, link: str) -> None:
    """Click a link that a reader sees, and wait for the page that it leads to."""
    page.run(
        f"""(() => {{ const link = document.querySelector({json.dumps(link)});
            if (!link?.checkVisibility()) throw new Error("there is no such link to see");
            document.documentElement.dataset.left = ""; link.click(); }})()"""
    )
    page.wait("document.readyState === 'complete' && !('left' in document.documentElement.dataset)")


def test_what_a_stranger_asks_takes_the_clicks_that_are_told(page: Page, root: str) -> None:
    """From the front page, as docs/publishing.md tells: none to the answer, three to a run, one to change."""
    page.open(f"{root}en/index.html")
    answer = page.run("document.querySelector('#situation-2').textContent")
    assert "Without labels" in answer
    assert "EfficientNet-Lite0 96\u00a0px" in answer

    clicked(page, "#situation-2 a.num")
    clicked(page, ":target a[href$='m-cifar10-efficientnet_lite0.4096-ari']")
    row = page.run("[...document.querySelector('tr:target').cells].map(cell => cell.textContent)")
    assert (row[0], len(row)) == ("ARI", 7), "mean, deviation, three runs"
    clicked(page, "table:has(tr:target) thead a")
    assert page.run("document.querySelector('tr:target').id").startswith("e-")

    page.open(f"{root}en/index.html")
    clicked(page, "nav.areas a[href='history.html']")
    newest = page.run("document.querySelector('main section section').textContent.trim()")
    assert newest.startswith("Conclusions that changed")


@pytest.mark.parametrize("choice", ["", "#table:set=cifar10", "#table:metric=probe_accuracy"])
def test_every_value_of_a_set_is_a_link_to_where_it_stands(page: Page, built: Path, choice: str) -> None:
    page.open("about:blank?")  # another fragment alone would not load the page again
    page.open(f"{(built / 'en' / 'compare.html').as_uri()}{choice}")
    page.wait("document.querySelector('th[aria-sort]') !== null")
    keys = page.run("[...document.querySelectorAll('.comparison thead th')].map(th => th.dataset.key)")
    columns = [i for i, key in enumerate(keys) if key.startswith("set:")] or [keys.index("value")]
    cells = page.run(
        "[...document.querySelectorAll('.comparison tbody tr')]"
        f".flatMap(row => {columns}.map(i => row.cells[i].querySelector('a')?.href))"
    )
    assert len(cells) >= 6 * len(columns)
    for link in cells:
        assert link is not None
        target = urlsplit(link)
        assert f'id="{target.fragment}"' in Path(target.path).read_text("utf-8")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["uk", "en"])
def test_a_link_to_a_row_shows_what_table_it_is(page: Page, built: Path, lang: str, width: int) -> None:
    """The last row of a table longer than the window, with the table's head, and its caption if that fits."""
    page.resize(width, 900, phone=width < 500)
    for name in ("report/appendix-mnist.html", "extractors/efficientnet_lite0.html"):
        address = (built / lang / name).as_uri()
        page.open(address)
        last = page.run("[...document.querySelector('table').querySelectorAll('tr[id]')].at(-1).id")
        page.open("about:blank?")
        page.open(f"{address}#{last}")
        page.wait("document.querySelector('tr:target') && scrollY > 0")
        row, head, top, caption, bottom = page.run(
            """(() => { const row = document.querySelector('tr:target'), table = row.closest('table');
                const box = x => x.getBoundingClientRect();
                const head = box(table.tHead), caption = box(table.caption);
                return [box(row).top, head.bottom, head.top, caption.top, caption.bottom]; })()"""
        )
        assert 0 <= top < head < row < 700
        if width > 1000:
            assert 0 <= caption < bottom <= top + 2


#: pages that have scripts: what they show is chosen in the browser
CHOSEN = ("compare.html", "search.html")


def test_pages_of_text_have_no_script_and_their_policy_allows_none(built: Path) -> None:
    for path in (built / "uk").rglob("*.html"):
        if path.name in (*CHOSEN, DOCUMENT):
            continue
        text = path.read_text("utf-8")
        assert re.findall(r"<script(?! type=\"application/ld\+json\")", text) == []
        assert "script-src 'none'" in text
        assert " style=" not in text.partition("<body")[2]


def test_scripts_run_held_to_their_hash_where_that_can_be(page: Page, built: Path, tmp_path: Path) -> None:
    # new files: what a browser thinks old it may not ask for again
    folder = shutil.copytree(built, tmp_path / "site", copy_function=shutil.copyfile)
    name, ready = "en/compare.html", "document.querySelector('form.choices').hidden === false"
    page.open((folder / name).as_uri())
    page.wait(ready)
    with serving(folder.parent) as address:
        page.open(f"{address}site/{name}")
        page.wait(ready)
        assert page.run("document.querySelector('script[src]').integrity").startswith("sha384-")
        page.run("0")
        assert page.errors == []
        script = folder / "assets" / "table.js"
        script.write_bytes(script.read_bytes() + b" // changed on the way")
        page.call(
            "Network.setCacheDisabled", cacheDisabled=True
        )  # what it thinks young it may not ask for again
        page.open(f"{address}site/{name}")
        page.run("new Promise(done => setTimeout(done, 300))")
        assert page.run(f"!({ready})"), "the table is shown, and its script does not run"
        page.call("Network.setCacheDisabled", cacheDisabled=False)
        page.errors.clear()


def test_a_word_is_found_by_another_of_its_forms(page: Page, root: str) -> None:
    page.open(f"{root}uk/index.html")
    page.run("document.querySelector('.search-box input').value = 'мережею'")
    page.run("document.querySelector('.search-box').submit()")
    page.wait("document.querySelectorAll('.search-results mark').length > 0")
    marked = page.run("[...document.querySelectorAll('.search-results mark')].map(m => m.textContent)")
    assert {word.lower()[:5] for word in marked} == {"мереж"}
    assert any(word.lower() != "мережею" for word in marked)


def test_a_shared_view_ranks_as_python_does(page: Page, root: str, checkout: Path) -> None:
    context = reference(checkout).context
    rows = tuple(v.id for v in context.study.variants)
    for dataset in ("mnist", "cifar10"):
        expected = standing(context, "ari", (dataset,), rows)
        page.open("about:blank?")  # another fragment alone would not load the page again
        page.open(f"{root}en/compare.html#table:set={dataset}")
        page.wait("document.querySelector('th[aria-sort]') !== null")
        shown = page.run(
            "[...document.querySelectorAll('.comparison tbody tr')]"
            ".map(row => [row.cells[0].textContent, row.cells[1].textContent])"
        )
        words = Words("en", context.study)
        places = {words.variant(one.variant): one.place for one in expected.places}
        assert {name: int(place) for place, name in shown} == places
