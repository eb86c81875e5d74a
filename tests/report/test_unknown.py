"""The section of what is not known: what it says, how long it is, and when it is silent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from random_stores import Rows, row, study_of
from wholes import stored_plan

from fxreport.analysis.conclude import conclude
from fxreport.analysis.study import Study
from fxreport.report.build import make_study
from fxreport.report.conclusions.unknown import unknown
from fxreport.report.draft import Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Number, Paragraph, Section, Table, to_string
from fxreport.report.words import Words
from fxreport.store import Store


def section(study: Study, lang: str) -> Section | None:
    return unknown(Draft(conclude(study), Words(lang, study), FigureCache(Path("nowhere"))))


def table_of(found: Section | None) -> Table:
    assert found is not None
    [table] = [block for block in found.blocks if isinstance(block, Table)]
    return table


def rows(seeds: int, lead: float = 0.05) -> Rows:
    noise = (-0.04, 0.05, 0.0)[:seeds]
    values = [("custom_cnn", 0.5 + lead, 1), ("autoencoder", 0.5, -1)]
    return [
        row("mnist", name, None, "kmeans", seed, "ari", mean + sign * x)
        for name, mean, sign in values
        for seed, x in enumerate(noise)
    ]


@pytest.fixture(scope="module")
def reference(checkout: Path) -> Study:
    store = Store(str(checkout / "results"))
    return make_study(store, stored_plan(store))


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_the_reference_store_fills_less_than_half_a_page(reference: Study, lang: str) -> None:
    found = section(reference, lang)
    assert found is not None
    table = table_of(found)
    assert 1 <= len(table.rows) <= 5
    texts = [block.text for block in found.blocks if isinstance(block, Paragraph)]
    texts += [table.note, *(cell.text for one in table.rows for cell in one.cells)]
    assert sum(len(to_string(text).split()) for text in texts) < 250
    numbers = [f for text in texts for f in text if isinstance(f, Number)]
    assert numbers
    assert all(number.address for number in numbers)


def test_runs_are_named_without_minutes_where_no_time_was_told() -> None:
    [only] = table_of(section(study_of(rows(3)), "en")).rows
    question, seen, _, settles = (to_string(cell.text) for cell in only.cells)
    assert question == "Custom CNN or Autoencoder: which is the best on MNIST?"
    assert seen == "+0.057"
    assert settles.endswith("more runs of each")
    assert "min" not in settles


@pytest.mark.parametrize(
    ("lang", "runs"), [("en", "2 more runs of each"), ("uk", "ще 2 запуски кожного екстрактора")]
)
def test_single_runs_ask_for_two_more(lang: str, runs: str) -> None:
    [only] = table_of(section(study_of(rows(1)), lang)).rows
    assert [to_string(cell.text) for cell in only.cells[1:]] == ["—", "—", runs]


def test_too_small_a_difference_is_called_so() -> None:
    [only] = table_of(section(study_of(rows(3, lead=0.0)), "en")).rows
    said = to_string(only.cells[-1].text)
    assert re.match("that the difference is below 0.02|the difference is too near 0.02", said)
    assert "equal" not in said, "which the runs do not show"


def test_a_question_has_an_entry_without_its_mark(reference: Study) -> None:
    """The entry's label stands before a colon."""
    draft = Draft(conclude(reference), Words("en", reference), FigureCache(Path("nowhere")))
    assert unknown(draft) is not None
    labels = [one.label for one in draft.origins if one.id.startswith("open/")]
    assert labels
    assert all(label.endswith("an open question") for label in labels)


def test_one_extractor_has_limits_and_no_table() -> None:
    alone = [one for one in rows(3) if one["extractor"] == "custom_cnn"]
    found = section(study_of(alone), "en")
    assert found is not None
    assert not any(isinstance(block, Table) for block in found.blocks)


def test_silent_where_nothing_was_measured() -> None:
    assert section(study_of([]), "en") is None
