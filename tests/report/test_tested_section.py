"""The section on the document under test: what it says, where its numbers lead, and when it is not there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from exchange import some
from hypothesis import given
from random_stores import Rows, row, steady_stores, stores, study_of

from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.analysis.study import Study
from fxreport.analysis.tested.verdict import CONFIRMED, NOT_TESTED, REFUTED
from fxreport.config import load_config
from fxreport.report.build import make_study
from fxreport.report.conclusions.tested import ROWS, joined, weightiest
from fxreport.report.conclusions.tested import tested as made
from fxreport.report.draft import Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Entries, Fragment, Note, Number, Paragraph, Section, Table, to_string
from fxreport.report.words import Words
from fxreport.store import Store
from fxreport.vocabulary.statement import Statement

ORIGINAL = load_config().statements
PAGE = "document-under-test.md"


@pytest.fixture(scope="module")
def results(checkout: Path) -> Conclusions:
    study = make_study(Store(str(checkout / "results")), {})
    return conclude(replace(study, load_artifacts=cache(study.load_artifacts)), statements=ORIGINAL)


def section(conclusions: Conclusions, lang: str = "en") -> Section | None:
    return made(Draft(conclusions, Words(lang, conclusions.study), FigureCache(Path("none"))))


def of(study: Study, statements: Sequence[Statement] = ORIGINAL, lang: str = "en") -> Section | None:
    return section(conclude(study, rules=(), statements=statements), lang)


def table_of(found: Section) -> Table:
    return next(block for block in found.blocks if isinstance(block, Table))


def fragments(found: Section) -> Iterator[Fragment]:
    for block in found.blocks:
        if isinstance(block, Table):
            yield from (f for r in block.rows for cell in r.cells for f in cell.text)
        elif isinstance(block, Paragraph | Note):
            yield from block.text


def text_of(found: Section) -> str:
    said = "".join(f.label if hasattr(f, "label") else f.text for f in fragments(found))
    return said.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_the_section_fits_on_a_page_and_leads_every_number_somewhere(results: Conclusions, lang: str) -> None:
    found = section(results, lang)
    assert found is not None
    table = table_of(found)
    assert 8 <= len(table.rows) <= ROWS
    assert len(text_of(found).split()) < 620
    ids = {table.id} | {entry.id for b in found.blocks if isinstance(b, Entries) for entry in b.items}
    for number in (f for f in fragments(found) if isinstance(f, Number)):
        assert re.match(r"[mc]-", number.address) or number.address in ids, number
    # every cell says something
    assert all(to_string(cell.text) for r in table.rows for cell in r.cells)


def test_the_most_consequential_come_first_and_counts_agree(results: Conclusions) -> None:
    found = section(results)
    assert found is not None
    verdicts = [to_string(r.cells[3].text).partition(".")[0] for r in table_of(found).rows]
    order = ["Refuted", "Not reproduced", "Confirmed", "Undecided"]
    assert [v for v in verdicts if v not in order] == []
    places = [min(order.index(v), 1) if v in order[:2] else order.index(v) for v in verdicts]
    assert [max(place, 1) for place in places] == sorted(max(place, 1) for place in places)
    assert set(verdicts) == set(order), "the filters are among them"
    told = [v for v in results.verdicts if v.outcome != NOT_TESTED]
    refuted = [v for v in told if v.outcome == "refuted"]
    figures = [v for v in refuted if v.statement.check in ("value", "ratio")]
    assert 0 < len(figures) < len(refuted)
    rest = len(refuted) - len(figures)
    assert found.title == f"Refuted: {rest} of {len(told)} tested statements; not reproduced: {len(figures)}"
    assert f"{rest} refuted; {len(figures)} not reproduced" in text_of(found)


def test_all_that_is_refuted_stands_in_the_table_and_what_holds_beside_it(results: Conclusions) -> None:
    """Numbers that are not met come by their weight: they change no choice."""
    lines = [line for line in joined(results.verdicts) if line.first.outcome != NOT_TESTED]
    refuted = [
        line
        for line in lines
        if line.first.outcome == REFUTED and line.first.statement.check not in ("value", "ratio")
    ]
    shown = weightiest(lines)
    assert len(refuted) > 3
    assert all(line in shown for line in refuted)
    assert sum(line.first.outcome == CONFIRMED for line in shown) > 3


def test_a_number_that_is_not_met_is_not_called_refuted(results: Conclusions) -> None:
    found = section(results)
    assert found is not None
    cells = {to_string(r.cells[0].text): to_string(r.cells[3].text) for r in table_of(found).rows}
    assert cells["ARI of the custom CNN"].startswith("Not reproduced. Ours is higher on")
    exported = next(v for v in results.verdicts if v.id == "ari_custom_cnn")
    assert exported.outcome == "refuted", "the id for programs stays"


def test_the_caption_tells_that_rows_are_shared(results: Conclusions) -> None:
    found = section(results)
    assert found is not None
    table = table_of(found)
    caption = to_string(table.caption)
    [number] = re.findall(r"\d+", caption)
    assert int(number) > len(table.rows)
    assert caption.endswith("statements with the same answer share a row")


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_only_names_are_capitals_within_a_sentence(results: Conclusions, lang: str) -> None:
    found = section(results, lang)
    assert found is not None
    said = text_of(found)
    names = {
        "ARI",
        "MNIST",
        "Fashion",
        "CIFAR",
        "Custom",
        "VGG",
        "Res",
        "Mobile",
        "Efficient",
        "Dropout",
        "Global",
    }
    inside = re.findall(r"[;:] ([^\W\d_]+)", said.partition(".")[2])
    quoted = {"Autoencoder", "Raw", "PCA", "t", "Benchmark", "Бенчмаркінг"}
    wrong = {w for w in inside if w[0].isupper() and not w.startswith(tuple(names | quoted))}
    assert wrong == set()


def test_statements_that_share_a_verdict_and_its_reason_share_a_line(results: Conclusions) -> None:
    lines = joined(results.verdicts)
    untested = [line for line in lines if line.first.outcome == NOT_TESTED]
    assert len(untested) == 2, "what was not measured, and what no run varies"
    ablations = next(line for line in untested if line.first.statement.check == "ablation")
    assert {v.statement.check for v in ablations.verdicts} == {"ablation"}
    assert len(ablations.verdicts) == 4
    chance = next(line for line in lines if line.first.id == "cifar_unclusterable")
    assert [v.id for v in chance.verdicts] == ["cifar_unclusterable", "cifar_random"]
    assert sum(len(line.verdicts) for line in lines) == len(results.verdicts)


def test_both_languages_have_the_same_rows(results: Conclusions) -> None:
    rows = []
    for lang in ("uk", "en"):
        found = section(results, lang)
        assert found is not None
        rows.append(
            [
                [f.address for c in r.cells for f in c.text if isinstance(f, Number)]
                for r in table_of(found).rows
            ]
        )
    assert rows[0] == rows[1]


def test_there_is_no_section_without_a_document_or_without_anything_to_say(results: Conclusions) -> None:
    assert of(results.study, ()) is None
    others = [row("corpus", name, None, "", 0, "ratio", x) for name, x in (("zlib", 2.0), ("bz2", 3.0))]
    assert of(study_of(others)) is None


@some
@given(stores() | steady_stores())
def test_any_store_gives_whole_sentences_or_nothing(rows: Rows) -> None:
    study = study_of(rows)
    for lang in ("uk", "en"):
        found = of(study, lang=lang)
        if found is None:
            continue
        said = text_of(found)
        assert "{" not in said
        assert not re.search(r" [.;:,]|[:;,]\.|: *;|\(\)", said), said
        assert table_of(found).rows
        assert all(f.address for f in fragments(found) if isinstance(f, Number))


# --- the page that shows how to write one


def block(checkout: Path, language: str) -> str:
    text = (checkout / "docs" / PAGE).read_text("utf-8")
    return text.partition(f"```{language}\n")[2].partition("```")[0]


@pytest.fixture
def example(checkout: Path, tmp_path: Path) -> Conclusions:
    (tmp_path / "paper.toml").write_text(block(checkout, "toml"), "utf-8")
    (tmp_path / "measured.csv").write_text(block(checkout, "csv"), "utf-8")
    (tmp_path / "fxreport.toml").write_text('[document_under_test]\npath = "paper.toml"\n', "utf-8")
    store = Store(str(tmp_path / "store"))
    store.import_csv(tmp_path / "measured.csv")
    config = load_config(tmp_path / "fxreport.toml")
    return conclude(make_study(store, {}), statements=config.statements)


def test_the_pages_example_has_the_verdicts_that_it_tells(checkout: Path, example: Conclusions) -> None:
    page = (checkout / "docs" / PAGE).read_text("utf-8")
    told = dict(
        re.findall(r"^\| `(\w+)` \| (confirmed|refuted|undetermined|not_tested) \|$", page, re.MULTILINE)
    )
    assert {v.id: v.outcome for v in example.verdicts} == told
    found = section(example, "uk")
    assert found is not None
    assert "A paper on digits" in text_of(found)
    assert "Мережа працює довше за сирі пікселі в 10 разів" in text_of(found)


def test_the_page_tells_every_check_with_its_keys(checkout: Path) -> None:
    from fxreport.vocabulary.statement import CHECKS

    page = (checkout / "docs" / PAGE).read_text("utf-8")
    rows: Mapping[str, Any] = {
        name: (set(re.findall(r"`(\w+)`", needed)), set(re.findall(r"`(\w+)`", allowed)))
        for names, keys in re.findall(r"^\| (`[a-z_`, ]+`) \| .* \| (`.*`) \|$", page, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", names)
        for needed, _, allowed in [keys.partition(";")]
    }
    assert rows == {name: (set(keys.needed), set(keys.allowed)) for name, keys in CHECKS.items()}
    assert tomllib.loads(block(checkout, "toml"))["statements"]
