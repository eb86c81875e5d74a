"""A study of other things than extractors speaks of them by their own nouns, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest
from babel.messages.pofile import read_po
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from publications import document, short

from fxreport.analysis.arrange import study
from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.report.catalogue import translations
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Document, to_string
from fxreport.report.subject import MARK, about, fill
from fxreport.report.words import Words
from fxreport.report.writers.walk import blocks, sections, texts
from fxreport.system.cache import cache_dir
from fxreport.system.resources import SUBJECT, resource
from fxreport.vocabulary.metrics import Metric
from fxreport.vocabulary.subject import CASES, GENDERS, LANGUAGES, NEUTRAL, Forms, Subject

#: words of images, networks and clusters, and what ours are called
FOREIGN = {
    "en": r"extractor|image|photograph|pixel|cluster|\blabel|network|\bfeature|k-means|\bARI\b|\bCNN\b|"
    r"\bsets\b|\b(?:image|every|each|this|that|one|of the|a|any) set\b",
    "uk": r"екстрактор|\bнаб[оі]р|зображ|фотогра|піксел|кластер|мітк|мереж|ознак|k-середн|\bARI\b|\bCNN\b",
}
STATION, HOUR = (
    Forms({"nominative": ("станція", "станції"), "genitive": ("станції", "станцій"),
           "accusative": ("станцію", "станції")}, gender="feminine"),
    Forms({"nominative": ("поле", "поля"), "genitive": ("поля", "полів"), "accusative": ("поле", "поля"),
           "instrumental": ("полем", "полями"), "locative": ("полі", "полях")}, gender="neuter"),
)  # fmt: skip
STATIONS = Subject(
    thing={"en": Forms({"": ("station", "stations")}, article="a"), "uk": STATION},
    task={"en": Forms({"": ("acre", "acres")}, article="an"), "uk": HOUR},
)


def said(made: Document) -> Iterator[str]:
    yield from (made.title, made.subtitle)
    yield from (section.title for section in sections(made))
    yield from (to_string(text) for block in blocks(made) for text in texts(block))
    yield from (block.alt for block in blocks(made) if hasattr(block, "alt"))


def of_numbers(
    values: dict[tuple[str, str, str, int], float],
    metrics: list[Metric],
    subject: Subject | None = None,
) -> Conclusions:
    rows = [
        {"key": "import:t", "dataset": task, "extractor": thing, "input_size": None, "clusterer": "",
         "seed": seed, "metric": name, "value": value, "unit": "", "n": None, "origin": "imported"}
        for (task, thing, name, seed), value in values.items()
    ]  # fmt: skip
    frame = pd.DataFrame(rows).astype({"input_size": "Int64", "n": "Int64"})
    told = {"import:t": {"metrics": [one.to_dict() for one in metrics]}}
    return conclude(study(frame, provenance=told, subject=subject))


words = st.text("abcdefgxyzабвгґєіїшщ", min_size=2, max_size=9).filter(
    lambda word: not any(re.search(FOREIGN[lang], word) for lang in LANGUAGES)
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[tuple[str, str, str, int], float], list[Metric], Subject | None]:
    """Numbers of things on tasks under random names: ties, holes, repeats, one way or the other better."""
    names = draw(st.lists(words, min_size=4, max_size=18, unique=True))
    cut = draw(st.integers(1, min(6, len(names) - 3)))
    measures = draw(st.integers(1, 2))
    things, tasks = names[:cut], names[cut:-measures]
    metrics = [
        Metric(name, higher_is_better=draw(st.sampled_from([True, False, None] if i else [True, False])),
               unit=draw(st.sampled_from(["", "ms", "s", "%", "MB/s"])))
        for i, name in enumerate(names[-measures:])
    ]  # fmt: skip
    seeds, holes = draw(st.integers(1, 3)), draw(st.sampled_from([0, 0, 20]))
    level = {thing: draw(st.integers(1, 9)) for thing in things}
    spread = draw(st.sampled_from([0, 1, 30]))
    values = {
        (task, thing, metric.name, seed): level[thing] / 10 + draw(st.integers(0, spread)) / 100
        for metric in metrics
        for task in tasks
        for thing in things
        if draw(st.integers(0, 99)) >= holes
        for seed in range(seeds)
    }
    values.setdefault((tasks[0], things[0], metrics[0].name, 0), 0.5)
    return values, metrics, draw(st.sampled_from([None, STATIONS]))


@pytest.mark.slow
@given(tables())
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
def test_no_word_of_images_in_a_study_of_anything_else(
    table: tuple[dict[tuple[str, str, str, int], float], list[Metric], Subject | None],
) -> None:
    values, metrics, subject = table
    conclusions = of_numbers(values, metrics, subject)
    cache = FigureCache(cache_dir() / "figures")
    for lang in LANGUAGES:
        for made in (document(conclusions, lang, cache), short(conclusions, lang)):
            wrong = [text for text in said(made) if re.search(FOREIGN[lang], text, re.IGNORECASE)]
            assert wrong == []
            assert not any(map(MARK.search, said(made)))


@pytest.mark.slow
@pytest.mark.parametrize("subject", [None, STATIONS], ids=["neutral", "stations"])
@pytest.mark.parametrize(
    "names",
    [
        ("extraction_seconds", "fit_seconds", "test_accuracy", "dimension", "epochs"),
        ("images_per_second", "peak_memory_bytes", "model_bytes", "train_accuracy", "parameters"),
        ("noise", "purity", "seconds", "continuity"),
    ],
    ids=" ".join,
)
def test_measures_that_have_a_name_of_ours_bring_no_words_of_ours(
    names: tuple[str, ...], subject: Subject | None
) -> None:
    values = {
        (task, thing, name, seed): 0.1 + 0.2 * i + 0.05 * j + 0.01 * seed
        for i, task in enumerate("abc")
        for j, thing in enumerate(("p", "q", "rr"))
        for name in ("own", *names)
        for seed in range(2)
    }
    conclusions = of_numbers(values, [Metric("own", higher_is_better=True)], subject)
    cache = FigureCache(cache_dir() / "figures")
    for lang in LANGUAGES:
        for made in (document(conclusions, lang, cache), short(conclusions, lang)):
            foreign = [text for text in said(made) if re.search(FOREIGN[lang], text, re.IGNORECASE)]
            assert foreign == []


def test_sentences_have_the_nouns_in_their_cases_and_what_agrees_with_them() -> None:
    values = {
        (task, thing, "yield", seed): level + seed / 100
        for task in ("north", "south", "west")
        for thing, level in (("alpha", 1 if task == "west" else 3), ("beta", 2.0))
        for seed in range(3)
    }
    conclusions = of_numbers(values, [Metric("yield", higher_is_better=True)], STATIONS)
    uk, en = ("\n".join(said(short(conclusions, lang))) for lang in ("uk", "en"))
    assert "Немає станції, найкращої для всіх полів" in uk
    assert "кожної станції на кожному полі" in uk
    assert "Висновки: порівняння станцій" in uk
    assert "No station is best everywhere" in en
    assert "every station on every acre" in en
    technical = Words("en", conclusions.study)("Comparison of extractors")
    assert technical == "Comparison of stations"
    said_of_one = about("en", STATIONS).gettext(
        "An extractor is Pareto-optimal where no other is both faster and better; single runs do not show it."
    )
    assert said_of_one.startswith("A station is Pareto-optimal")
    assert fill("[A task], [a thing], [Tasks]", STATIONS, "en") == "An acre, a station, Acres"


def test_a_study_of_extractors_keeps_its_own_words() -> None:
    assert about("uk", None) is translations("uk")
    assert about("uk", NEUTRAL).gettext("Extractors") == "Методи"
    assert translations("uk").gettext("Extractors") == "Екстрактори"


def test_a_language_without_such_texts_says_them_in_english() -> None:
    spoken = about("pl", STATIONS)
    assert spoken.gettext("No extractor is best everywhere") == "No station is best everywhere"
    forms = spoken._catalog  # type: ignore[attr-defined]
    assert [forms["nominative\x04{n} extractor", i] for i in range(4)] == [
        "{n} station", *["{n} stations"] * 3
    ]  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_its_texts_are_those_of_messages_and_their_marks_can_be_filled(lang: str) -> None:
    folder = resource("locale") / lang / "LC_MESSAGES"
    plain, own = (read_po((folder / name).open("rb"), locale=lang) for name in ("fxreport.po", SUBJECT))
    known = {(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in plain}
    forms = {name: getattr(NEUTRAL, name)[lang] for name in CASES}
    for message in own:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        assert (message.context, ids[0]) in known, "not a message of the code any more"
        for text in [message.string] if isinstance(message.string, str) else message.string:
            for mark in MARK.finditer(text):
                if mark["agreeing"]:
                    assert len(mark["agreeing"].split("|")) == len(GENDERS), text
                else:
                    assert (mark["case"] or "") in forms[mark["noun"].lower()].by_case, text
            filled = fill(text, NEUTRAL, lang)
            assert not re.search(r"\[[Tt](hing|ask)|\|", filled)
            assert not re.search(FOREIGN[lang].replace(r"|\bARI\b", ""), re.sub(r"{[^}]*}", "", filled)), (
                filled
            )
            names = {name for _, name, _, _ in Formatter().parse(text) if name}
            wanted = {name for _, name, _, _ in Formatter().parse(ids[-1]) if name}
            assert {n for n in wanted if not n.startswith(("metric", "highest", "Metric"))} <= names | {
                "a_metric"
            }


def test_the_neutral_nouns_have_all_cases() -> None:
    for name, cases in CASES.items():
        assert set(getattr(NEUTRAL, name)["uk"].by_case) == set(cases)


def test_numbers_under_a_subject_are_no_study_of_images_even_by_a_measure_of_ours() -> None:
    values = {("a", "x", "ari", 0): 0.5, ("a", "y", "ari", 0): 0.6}
    assert of_numbers(values, []).study.of_field
    assert not of_numbers(values, [], STATIONS).study.of_field
    text = "\n".join(said(short(of_numbers(values, [], STATIONS), "uk")))
    assert not re.search(r"екстрактор|\bнаб[оі]р|зображ|ознак", text, re.IGNORECASE)


def test_the_catalogue_lies_in_the_wheel_beside_the_other() -> None:
    assert (Path(resource("locale")) / "uk" / "LC_MESSAGES" / SUBJECT).is_file()
