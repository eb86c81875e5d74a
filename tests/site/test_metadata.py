"""What the site says of itself to machines, read back by other tools."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from site_examples import EVIL, LANGUAGES, committed, hostile, site_of

from fxreport.analysis.conclude import Conclusions
from fxreport.report.words import Words
from fxreport.site.cards import HEIGHT, WIDTH, card_path, cards
from fxreport.site.citation import bibtex, citation
from fxreport.site.dataset import croissant, dataset_json
from fxreport.site.downloads import Download, data_files
from fxreport.site.feed import Published, feed
from fxreport.site.metadata import SITEMAP, llms, metadata_files, open_graph, sitemap
from fxreport.site.model import FINDING, FRONT, SEARCH, Site
from fxreport.store import Store

BASE = "https://example.org/a b/"
ATOM, MAPS = "{http://www.w3.org/2005/Atom}", "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ALTERNATE = "{http://www.w3.org/1999/xhtml}link"
PAPER = np.array([253, 253, 252])


@pytest.fixture(scope="module")
def files(checkout: Path) -> Sequence[Download]:
    return data_files(committed(), Store(checkout / "results").csv()[0])


@pytest.fixture(params=["committed", "hostile"])
def conclusions(request: pytest.FixtureRequest) -> Conclusions:
    return committed() if request.param == "committed" else hostile()


def runs(*dates: str) -> list[Published]:
    return [
        Published(
            str(number),
            date,
            dict.fromkeys(LANGUAGES, EVIL[number % len(EVIL)]),
            dict.fromkeys(LANGUAGES, EVIL[6]),
            {lang: PurePosixPath(lang, f"history/{number} <.html") for lang in LANGUAGES},
            anchor="run 1" if number else "",
        )
        for number, date in enumerate(dates)
    ]


def test_sitemap_names_every_page_in_every_language(conclusions: Conclusions) -> None:
    site = site_of(conclusions, base=BASE)
    root = ElementTree.fromstring(sitemap(site))
    pages = {page.path for page in site.pages if page.kind != SEARCH}
    locations = [unquote(url.findtext(f"{MAPS}loc") or "").removeprefix(BASE) for url in root]
    assert sorted(locations) == sorted(map(str, pages))
    for url in root:
        location = url.findtext(f"{MAPS}loc") or ""
        path = PurePosixPath(unquote(location).removeprefix(BASE))
        others = {link.get("hreflang"): link.get("href") for link in url.findall(ALTERNATE)}
        assert set(others) == {"uk", "en", "x-default"}
        assert others[path.parts[0]] == location
        assert others["x-default"] == others["uk"]
        assert url.findtext(f"{MAPS}lastmod") == "2026-11-24"


def test_what_needs_an_address_is_left_out_without_one() -> None:
    words = {lang: Words(lang, committed().study) for lang in LANGUAGES}
    bare, based = site_of(committed()), site_of(committed(), base=BASE)
    assert SITEMAP not in metadata_files(bare, words)
    assert SITEMAP in metadata_files(based, words)
    assert not {"og:url", "og:image"} & set(dict(open_graph(bare, bare.pages[0])))
    for content in metadata_files(bare, words).values():
        assert BASE.encode() not in content


def test_feed_is_atom_with_the_youngest_first() -> None:
    site = site_of(committed(), base=BASE)
    data = feed(site, "uk", runs("2026-01-01T00:00:00+00:00", "2026-03-01T00:00:00+00:00", ""))
    root = ElementTree.fromstring(data)
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}updated") == "2026-03-01T00:00:00+00:00"
    for name in ("title", "id", "author"):
        assert root.find(f"{ATOM}{name}") is not None
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}updated", "")[:7] for entry in entries] == [
        "2026-03",
        "2026-01",
        "1970-01",
    ]
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == 4
    assert all(re.fullmatch(r"urn:sha256:[0-9a-f]{64}", one or "") for one in ids)
    links = [link.get("href") for link in root.iter(f"{ATOM}link")]
    assert all(link.startswith("https://example.org/") for link in links if link)
    assert [link for link in links if link and link.endswith("history/1%20%3C.html#run%201")]


def test_feed_of_a_site_that_moves_keeps_its_ids_and_links_relatively() -> None:
    there, here = site_of(committed(), base=BASE), site_of(committed())
    both = [
        ElementTree.fromstring(feed(site, "en", runs("2026-01-01T00:00:00+00:00"))) for site in (there, here)
    ]
    assert len({tuple(e.text for e in root.iter(f"{ATOM}id")) for root in both}) == 1
    assert [link.get("href") for link in both[1].iter(f"{ATOM}link")] == [
        "feed.xml", "index.html", "history/0%20%3C.html",
    ]  # fmt: skip


def test_evil_text_stays_text_in_xml(conclusions: Conclusions) -> None:
    site = site_of(conclusions, base=BASE)
    everything = runs(*["2026-01-01T00:00:00+00:00"] * len(EVIL))
    for lang in LANGUAGES:
        root = ElementTree.fromstring(feed(site, lang, everything))
        titles = [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]
        assert titles[0] == EVIL[0]
        assert root.findall(f"{ATOM}entry")[0].findtext(f"{ATOM}summary") == EVIL[6]


def test_open_graph_says_what_the_page_says(conclusions: Conclusions) -> None:
    site = site_of(conclusions, base=BASE)
    for page in site.pages:
        told = dict(open_graph(site, page))
        assert told["og:title"] == " ".join(page.title.replace("\0", "").replace("\x07", "").split())
        assert told["og:locale"] == {"uk": "uk_UA", "en": "en_US"}[page.lang]
        assert told["og:type"] == ("website" if page.kind == FRONT else "article")
        assert unquote(told["og:image"]).endswith(f"/{card_path(page)}")
        assert not any("\n" in value for value in told.values())


def test_llms_leads_to_every_page_and_file(files: Sequence[Download]) -> None:
    for source in (committed(), hostile()):
        site = site_of(source)
        text = llms(site, Words("en", source.study), files).decode()
        assert text.startswith("# ")
        assert text.split("\n")[2].startswith("> ")
        links = re.findall(r"^- \[.*\]\(([^()\s]+)\)", text, re.MULTILINE)
        expected = [p.path.as_posix() for p in site.pages if p.lang == "en" and p.kind != SEARCH]
        assert [unquote(link) for link in links] == [*expected, *(str(one.path) for one in files)]
        assert len(text.strip().splitlines()) == len(links) + 9


def test_citation_is_valid(conclusions: Conclusions) -> None:
    cffconvert = pytest.importorskip("cffconvert")
    for site in (site_of(conclusions), site_of(conclusions, base="https://example.org/x"), evil_site()):
        made = cffconvert.Citation(citation(site).decode())
        made.validate()
        assert made.as_bibtex()


def evil_site() -> Site:
    site = site_of(committed(), created="")
    return Site({"uk": EVIL[4], "en": f'{EVIL[0]}: " # {EVIL[2]}'}, site.pages, "uk", EVIL[4])


def test_bibtex_has_one_entry_whose_fields_are_closed() -> None:
    for site in (site_of(committed(), base="https://example.org/~x_y"), evil_site()):
        text = bibtex(site).decode()
        assert re.fullmatch(r"@misc\{\w+,\n(  \w+ = \{.*\},\n)+\}\n", text)
        depth = 0
        for mark in re.findall(r"(?<!\\)[{}]", text):
            depth += 1 if mark == "{" else -1
            assert depth >= 0
        assert depth == 0
        assert "\\input{" not in text
    assert "year = {2026}" in bibtex(site_of(committed())).decode()


def test_croissant_is_read_by_its_own_library(files: Sequence[Download], tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    data = croissant(site_of(committed()), files)
    (tmp_path / "croissant.json").write_bytes(data)
    for one in files:
        (tmp_path / one.path).parent.mkdir(exist_ok=True)
        (tmp_path / one.path).write_bytes(one.data)
    read = mlcroissant.Dataset(tmp_path / "croissant.json")
    assert not read.metadata.ctx.issues.errors
    records = iter(read.records("measurements"))
    first = next(records)
    assert isinstance(first["measurements/value"], float)
    assert first["measurements/dataset"]
    assert len(list(read.records("means"))) == len(committed().study.samples)


def test_dataset_json_is_safe_in_a_script_and_names_every_file(files: Sequence[Download]) -> None:
    for site in (site_of(committed(), base=BASE), evil_site()):
        text = dataset_json(site, "en", files)
        assert not re.search("[<>&]", text)
        data = json.loads(text)
        assert data["@type"] == "Dataset"
        assert data["name"] == site.title["en"]
        assert [one["sha256"] for one in data["distribution"]] == [one.sha256 for one in files]


def test_a_card_a_front_page_and_a_finding(conclusions: Conclusions) -> None:
    """Of the size that is asked for, with nothing in the margins, and the same bytes again."""
    site = site_of(conclusions)
    words = [Words(lang, conclusions.study) for lang in LANGUAGES]
    some = Site(site.title, tuple(p for p in site.pages if p.kind == FRONT or p.name.stem in "03"), "uk", "x")
    drawn = cards(some, conclusions, words)
    assert set(drawn) == {card_path(p) for p in some.pages if p.kind in (FRONT, FINDING)}
    for data in drawn.values():
        picture = Image.open(io.BytesIO(data))
        assert picture.size == (WIDTH, HEIGHT)
        shown = np.asarray(picture.convert("RGB")).astype(int)
        assert np.abs(shown[:, WIDTH - 66 :] - PAPER).max() <= 4
        assert np.abs(shown[:, :66] - PAPER).max() <= 4
        assert np.abs(shown[HEIGHT - 36 :] - PAPER).max() <= 4
        assert (np.abs(shown - PAPER).max(axis=2) > 60).mean() > 0.005
        assert not {"Software", "Creation Time"} & set(picture.info)
    assert cards(some, conclusions, words) == drawn


def test_bars_of_the_front_card_are_as_long_as_the_values() -> None:
    site = site_of(committed())
    words = Words("uk", committed().study)
    front = Site(site.title, site.pages[:1], "uk", "x")
    [data] = cards(front, committed(), [words]).values()
    shown = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)
    accent = np.abs(shown - np.array([26, 90, 138])).max(axis=2) < 12
    lengths = accent.sum(axis=1)
    bars = [run.max() for run in np.split(lengths, np.flatnonzero(lengths < 200)) if run.max(initial=0) > 250]
    values = [claim.value for claim in committed().of("winner")]
    assert [bar / (WIDTH - 144) for bar in bars] == pytest.approx(values, abs=0.01)


def test_pages_without_a_card_have_that_of_the_front() -> None:
    site = site_of(committed())
    assert {card_path(page) for page in site.pages if page.kind not in (FRONT, FINDING)} == {
        PurePosixPath(lang, "cards", "index.png") for lang in LANGUAGES
    }
