"""The conclusions of stores of every kind: short, true and whole; never a heading without text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from publications import short
from random_stores import Rows, row, study_of
from usual_stores import USUAL, full, original_rows

from fxreport.analysis.arrange import study
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.report.model import Bullets, Document, Figure, Note, Paragraph, Section, Table, to_string
from fxreport.report.writers.check import dangling_addresses, duplicate_ids, stray_digits, unaddressed
from fxreport.report.writers.html import render_html
from fxreport.report.writers.markdown import render_markdown
from fxreport.report.writers.walk import blocks, sections, texts
from fxreport.vocabulary.metrics import Metric

LANGUAGES = ("uk", "en")
WINS = {**USUAL, "autoencoder": {"ari": 0.85, "probe_accuracy": 0.95, "clustering_accuracy": 0.90}}
SAME = {name: {"ari": 0.4, "probe_accuracy": 0.6, "clustering_accuracy": 0.6} for name in USUAL}
TABLE = Path(__file__).parents[2] / "data" / "compressors.csv"


def without(*metrics: str) -> Rows:
    return [one for one in full(USUAL) if one["metric"] not in metrics]


def alone(**values: str) -> Rows:
    return [one for one in full(USUAL) if all(one[name] == value for name, value in values.items())]


def many() -> Rows:
    names = {
        f"net{i:03d}": {"ari": 0.1 + 0.004 * i, "extraction_seconds": 1.0 + 0.01 * i} for i in range(200)
    }
    return full({"raw_pixels": {"ari": 0.05, "extraction_seconds": 0.5}, **names})


STORES: dict[str, Callable[[], Rows]] = {
    "usual": lambda: full(USUAL),
    "the original's cells": original_rows,
    "the autoencoder wins": lambda: full(WINS),
    "nothing differs": lambda: full(SAME),
    "one extractor": lambda: alone(extractor="custom_cnn"),
    "one set": lambda: alone(dataset="cifar10"),
    "one run": lambda: full(USUAL, seeds=1),
    "one cell": lambda: [row("mnist", "vgg16", 32, "kmeans", 0, "ari", 0.2)],
    "no ARI": lambda: without("ari"),
    "accuracy alone": lambda: without("ari", "clustering_accuracy", "test_accuracy"),
    "times alone": lambda: [
        row("mnist", name, None, "", seed, "extraction_seconds", seconds + 0.1 * seed)
        for name, seconds in (("a", 1.0), ("b", 2.0))
        for seed in (0, 1)
    ],
    "two hundred extractors": many,
    "names with markup": lambda: [
        row(dataset, name, None, "kmeans", seed, "ari", value + seed / 50)
        for dataset in ("<b>набір</b>", "a|b")
        for name, value in (("<script>alert(1)</script>", 0.3), ("*зірка*_{0}_", 0.5), ("raw_pixels", 0.2))
        for seed in (0, 1, 2)
    ],
    "nothing": list,
}  # fmt: skip


@cache
def concluded(name: str) -> Conclusions:
    if name == "another field":
        return another_field()
    return conclude(study_of(STORES[name]()))


def another_field() -> Conclusions:
    given = {"key": "import:c", "n": None, "input_size": None, "origin": "imported", "clusterer": ""}
    table = pd.read_csv(TABLE, keep_default_na=False).assign(**given)
    ratio = Metric(
        "ratio", higher_is_better=True, titles=(("en", "compression ratio"), ("uk", "ступінь стиснення"))
    )
    speed = Metric("speed", unit="MB/s", higher_is_better=True, titles=(("en", "speed"), ("uk", "швидкість")))
    told = {"import:c": {"metrics": [ratio.to_dict(), speed.to_dict()]}}
    return conclude(study(table.astype({"input_size": "Int64", "n": "Int64"}), provenance=told))


@pytest.fixture(
    params=[(name, lang) for name in (*STORES, "another field") for lang in LANGUAGES], ids="-".join
)
def made(request: pytest.FixtureRequest) -> Document:
    name, lang = request.param
    return short(concluded(name), lang)


def filled(section: Section) -> bool:
    return all(map(filled, section.children)) and bool(section.blocks or section.children)


@pytest.mark.slow
def test_no_heading_is_without_text_and_no_text_is_empty(made: Document) -> None:
    assert made.sections[0].id == "answer"
    assert any(isinstance(block, Paragraph | Note) for block in made.sections[0].blocks)
    for section in sections(made):
        assert section.title.strip(" .:")
        assert filled(section), section.id
    for block in blocks(made):
        match block:
            case Paragraph() | Note():
                assert len(to_string(block.text).split()) > 1
            case Bullets():
                assert block.items
                assert all(len(to_string(text).split()) > 3 for text in block.items)
            case Table():
                assert block.rows, block.id
                assert all(len(one.cells) == len(block.columns) for one in block.rows)
                assert to_string(block.caption).strip()
            case Figure():
                assert block.alt.strip(" .")
            case _:
                pass


def test_every_number_leads_somewhere_and_every_format_shows_it(made: Document) -> None:
    assert [said for said in unaddressed(made) if not said.startswith("measurements: ")] == []
    assert dangling_addresses(made) == []
    assert duplicate_ids(made) == []
    text, page = render_markdown(made), render_html(made)
    assert stray_digits(text, made) == stray_digits(page, made) == []
    assert "<script>alert" not in page
    names = {"*зірка*_{0}_", "{0}"}
    said = " ".join(to_string(t) for b in blocks(made) for t in texts(b))
    for name in names:
        said = said.replace(name, "")
    assert not re.search(r"[{}]|\bnan\b|\binf\b|\(\)", said)


def test_it_is_short(made: Document) -> None:
    words = sum(len(to_string(text).split()) for block in blocks(made) for text in texts(block))
    kinds = [type(block) for block in blocks(made)]
    many_rows = sum(len(block.rows) for block in blocks(made) if isinstance(block, Table)) > 200
    assert words < (12_000 if many_rows else 3500)
    assert kinds.count(Table) <= 6
    assert kinds.count(Figure) <= 8


@pytest.mark.parametrize("name", [*STORES, "another field"])
def test_both_languages_say_the_same(name: str) -> None:
    uk, en = (short(concluded(name), lang) for lang in LANGUAGES)
    assert [s.id for s in sections(uk)] == [s.id for s in sections(en)]
    for one, other in zip(sections(uk), sections(en), strict=True):
        assert [type(block) for block in one.blocks] == [type(block) for block in other.blocks]


def first_page(name: str, lang: str = "en") -> str:
    made = short(concluded(name), lang)
    return "\n".join(to_string(text) for block in made.sections[0].blocks for text in texts(block))


def test_page_one_follows_the_numbers() -> None:
    """Each store has its own page one: who leads, and what to take."""
    assert "Custom CNN is best on all three sets" in first_page("usual")
    assert "Autoencoder is best on all three sets" in first_page("the autoencoder wins")
    assert "No extractor is best everywhere" in first_page("the original's cells")
    for name in ("nothing differs", "one extractor", "one cell", "times alone", "nothing"):
        assert not re.search(r"\b(best|leads)\b", first_page(name).partition("\n")[2]), name
    assert "Nothing was measured, so nothing can be concluded." in first_page("nothing")
    pages = [first_page(name) for name in STORES]
    assert len(set(pages)) == len(pages)


def test_times_without_a_quality_are_told_and_nothing_is_advised() -> None:
    made = short(concluded("times alone"), "en")
    assert [section.id for section in made.sections] == ["answer", "results", "measurements"]
    assert "not how good they are" in first_page("times alone")
    [table] = [block for block in made.sections[1].blocks if isinstance(block, Table)]
    assert [[to_string(cell.text) for cell in one.cells] for one in table.rows] == [
        ["a", "1.1"],
        ["b", "2.0"],
    ]
    assert "lustering" not in made.subtitle


def test_shares_are_shown_in_percent_wherever_they_are_the_quality() -> None:
    text = render_markdown(short(concluded("no ARI"), "en"))
    assert "38.6%" in text
    assert "58.4%" in text
    assert "percentage points" in text
    assert not re.search(r"clustering accuracy of 0\.", text)


def test_of_places_that_are_all_open_none_is_called_certain() -> None:
    page = first_page("nothing differs")
    assert "none is certain" in page
    assert "only 0" not in page


def test_single_runs_are_called_so_on_page_one() -> None:
    for name in ("one run", "the original's cells"):
        assert "ingle runs" in first_page(name), name


def test_another_field_is_told_in_its_own_words() -> None:
    words = {
        "en": r"lustering|image|photograph|pixel|\bARI\b|label|CNN|probe",
        "uk": r"ластер|зображен|фотограф|піксел|\bARI\b|мітк|CNN|проб",
    }
    for lang in LANGUAGES:
        made = short(concluded("another field"), lang)
        said = [made.title, made.subtitle, *(section.title for section in sections(made))]
        said += [to_string(text) for block in blocks(made) for text in texts(block)]
        assert [text for text in said if re.search(words[lang], text)] == []
        assert any({"en": "compression ratio", "uk": "ступінь стиснення"}[lang] in text for text in said)
