"""The advice of the conclusions document: one paragraph an answer, short, every number with its address."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from exchange import some
from hypothesis import given
from random_stores import Rows, row, stores, study_of

from fxreport.analysis.arrange import study
from fxreport.analysis.conclude import conclude
from fxreport.analysis.study import Study
from fxreport.report.build import make_study
from fxreport.report.conclusions.advice import advice
from fxreport.report.conclusions.situations import recommended, situations_table
from fxreport.report.draft import Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Number, Paragraph, Plain, Strong, Text, to_string
from fxreport.report.words import Words
from fxreport.store import Store
from fxreport.vocabulary.metrics import Metric

LANGUAGES = ("uk", "en")


def draft_of(made: Study, lang: str) -> Draft:
    return Draft(conclude(made, rules=()), Words(lang, made), FigureCache(Path("never-drawn")))


def texts(draft: Draft) -> list[Text]:
    table, section = situations_table(draft), advice(draft)
    cells = [cell.text for line in table.rows for cell in line.cells] if table else []
    blocks = section.blocks if section else ()
    return [*cells, *(block.text for block in blocks if isinstance(block, Paragraph))]


@pytest.fixture(scope="module")
def committed(checkout: Path) -> Study:
    return make_study(Store(str(checkout / "results")), {})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_committed_results_in_few_words(committed: Study, lang: str) -> None:
    draft = draft_of(committed, lang)
    table, section = situations_table(draft), advice(draft)
    assert table is not None
    assert section is not None
    assert len(table.rows) == len(section.blocks) == len(draft.conclusions.situations) <= 6
    said = [to_string(b.text) for b in section.blocks if isinstance(b, Paragraph)]
    assert sum(len(text.split()) for text in said) < 450
    assert len(set(said)) == len(said)
    first = to_string(table.rows[0].cells[-1].text)
    assert "Custom CNN" in first
    assert "CIFAR-10" in first, "the table says what the answer hangs on"
    assert re.search({"uk": r"14\s000\sзображень", "en": "14,000 images"}[lang], said[0])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_number_has_an_address_and_none_hides_in_the_text(committed: Study, lang: str) -> None:
    draft = draft_of(committed, lang)
    names = {draft.words.variant(v.id) for v in committed.variants}
    names |= {draft.words.dataset(d.name) for d in committed.datasets}
    for text in texts(draft):
        assert all(f.address for f in text if isinstance(f, Number)), to_string(text)
        said = "".join(f.text for f in text if isinstance(f, Plain | Strong))
        for name in sorted(names, key=len, reverse=True):
            said = said.replace(name, "")
        assert not re.search(r"\d", said), said
    derived = {d.address for d in draft.origins}
    assert {f.address for text in texts(draft) for f in text if isinstance(f, Number)} <= derived | {
        "method-accuracy_margin",
        "method-fast_extraction",
        "method-margin",
    }


@pytest.mark.slow
@some
@given(stores())
def test_any_store_has_as_many_paragraphs_as_answers_and_no_empty_text(rows: Rows) -> None:
    made = study_of(rows)
    for lang in LANGUAGES:
        draft = draft_of(made, lang)
        answers = draft.conclusions.situations
        table, section = situations_table(draft), advice(draft)
        assert (table is None, section is None) == (not answers, not answers)
        for text in texts(draft):
            said = to_string(text)
            assert said.strip()
            assert "{" not in said
            assert not re.search(r"\b(nan|inf|None)\b", said)
        if section:
            assert len(section.blocks) == len(answers)


def test_an_empty_study_gives_no_advice() -> None:
    draft = draft_of(study_of([]), "en")
    assert situations_table(draft) is None
    assert advice(draft) is None


@pytest.mark.parametrize("rising", [True, False])
def test_numbers_of_another_field_get_a_short_true_answer(rising: bool) -> None:
    rows = [
        row(corpus, name, None, "", seed, "ratio", value + seed / 1000)
        for corpus in ("text", "logs")
        for name, value in (("zip", 2.0), ("xz", 3.0))
        for seed in range(3)
    ]
    frame = pd.DataFrame(rows).astype({"input_size": "Int64", "seed": "Int64", "n": "Int64"})
    ratio = Metric("ratio", title="ratio", higher_is_better=rising, role="quality")
    made = study(frame, metrics=[ratio])
    draft = draft_of(made, "en")
    section = advice(draft)
    assert section is not None
    [paragraph] = section.blocks
    assert isinstance(paragraph, Paragraph)
    said = to_string(paragraph.text)
    best, worst, way = ("xz", "zip", "highest") if rising else ("zip", "xz", "lowest")
    assert said.startswith(f"The {way} ratio is wanted: take {best}. The next is {worst} with ")
    [found] = draft.conclusions.situations
    lead = to_string(draft.message(recommended(draft, found)))
    value = "3.001" if rising else "2.001"
    unchanged = "the answer stays the same whichever task or run is left out"
    assert lead == f"Take {best}: ratio is {value} on average over both tasks ({unchanged})."
    assert not re.search("label|cluster|classifier|photograph|train|price", f"{said} {lead}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_groups_answers_by_labels_and_says_what_its_numbers_are(
    committed: Study, lang: str
) -> None:
    table = situations_table(draft_of(committed, lang))
    assert table is not None
    topics = [row.topic for row in table.rows]
    assert topics == sorted(topics, key=topics.index), "rows of one group stand together"
    assert len(set(topics)) == 2
    assert "ARI" in topics[-1]
    numbers = [cell for row in table.rows for cell in row.cells[2:-1]]
    assert all(re.fullmatch(r"[\d.,]+\s?%?|—", to_string(cell.text)) for cell in numbers)


def told(rows: Rows) -> list[str]:
    section = advice(draft_of(study_of(rows), "en"))
    assert section is not None
    return [to_string(block.text) for block in section.blocks if isinstance(block, Paragraph)]


def three_runs(values: dict[str, float], sets: tuple[str, ...]) -> Rows:
    return [
        row(dataset, name, None, "kmeans", seed, "ari", value + seed / 1000)
        for dataset in sets
        for name, value in values.items()
        for seed in range(3)
    ]


def test_where_nothing_differs_any_will_do() -> None:
    [with_labels, *_] = told(three_runs({"custom_cnn": 0.5, "autoencoder": 0.5}, ("mnist", "cifar10")))
    assert "Equal to it in the mean: Autoencoder." in with_labels
    assert "less" not in with_labels


def test_an_answer_that_stands_says_so_and_one_on_a_single_set_says_that() -> None:
    values = {"custom_cnn": 0.8, "raw_pixels": 0.3}
    [stands, *_] = told(three_runs(values, ("mnist", "fashion_mnist")))
    assert "The answer stands whichever set or run is left out." in stands
    [but, *_] = told(three_runs(values, ("mnist", "fashion_mnist", "cifar10")))
    assert "for photographs, however, it rests on CIFAR-10 alone" in but
    [one, *_] = told(three_runs(values, ("mnist",)))
    assert "stands" not in one
    assert "This rests on MNIST alone." in one


def test_a_narrow_lead_is_called_narrow_before_anything_is_left_out() -> None:
    [narrow, *_] = told(three_runs({"custom_cnn": 0.51, "raw_pixels": 0.5}, ("mnist", "fashion_mnist")))
    assert "The lead of Custom CNN may be less than the margin of 0.02." in narrow
    assert "Without" not in narrow


@pytest.mark.parametrize("seeds", [2, 3])
def test_two_runs_are_said_to_be_too_few(seeds: int) -> None:
    values = {"raw_pixels": (0.30, 0.40, 0.35), "autoencoder": (0.34, 0.46, 0.36)}
    rows = [
        row(dataset, name, None, "kmeans", seed, "ari", of[seed] + place / 50)
        for place, dataset in enumerate(("mnist", "fashion_mnist"))
        for name, of in values.items()
        for seed in range(seeds)
    ]
    draft = draft_of(study_of(rows), "en")
    said = " ".join(map(to_string, texts(draft)))
    assert "is not shown" in said
    assert ("two runs do not show it to be better" in said) == (seeds == 2)
    assert ("Two runs of each are too few" in said) == (seeds == 2)


def test_what_two_runs_show_is_not_called_conditional() -> None:
    values = {"raw_pixels": (0.300, 0.301), "autoencoder": (0.700, 0.701)}
    rows = [
        row(dataset, name, None, "kmeans", seed, "ari", of[seed])
        for dataset in ("mnist", "fashion_mnist")
        for name, of in values.items()
        for seed in range(2)
    ]
    said = " ".join(map(to_string, texts(draft_of(study_of(rows), "en"))))
    assert "conditional" not in said
