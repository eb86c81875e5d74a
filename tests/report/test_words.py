"""Catalogues complete, placeholders equal, plural forms and numbers as a language wants them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from random_stores import row, study_of

from fxreport.analysis.claims import (
    N_,
    Count,
    DatasetNames,
    Derived,
    Evidence,
    MetricTitle,
    Names,
    Param,
    Value,
    Verbatim,
)
from fxreport.analysis.study import Study
from fxreport.report.catalogue import NOUNS
from fxreport.report.main_quality import main_quality
from fxreport.report.model import Number, to_string
from fxreport.report.words import Words
from fxreport.system.resources import OURS, languages, resource
from fxreport.vocabulary.metrics import Metric
from fxreport.vocabulary.subject import Called

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"N_": None, "NP_": ((1, "c"), 2, 3)}


def extracted() -> set[tuple[str | None, str]]:
    found = extract_from_dir(ROOT / "fxreport", method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {
        (context, message if isinstance(message, str) else message[0]) for _, _, message, _, context in found
    }


#: placeholders of the main quality, in lower case; what its best is called may be said otherwise
MAIN = {name.lower() for name in main_quality(str, "x", rising=True)}
WAYS = {"highest", "lowest", "higher", "lower", "above", "below", "rises", "falls"}


def catalogue(lang: str) -> Catalog:
    with (resource("locale") / lang / "LC_MESSAGES" / "fxreport.po").open("rb") as file:
        return read_po(file, locale=lang)


def alike(names: set[str]) -> set[str]:
    """Placeholders, those for a level and for the main quality as one: cases are a language's own affair."""
    said = {name.lower().partition("_")[0] if name.lower() in MAIN else name for name in names}
    known = {"level" if name in ("in_level", "of_level") else name for name in said}
    return {"metric" if name == "a" else name for name in known - WAYS}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.fixture(params=["uk", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param, Study((), (), {}))


def test_ukrainian_and_english_are_there() -> None:
    assert set(languages()) >= {"uk", "en"}


@pytest.mark.slow
@pytest.mark.parametrize("lang", OURS)
def test_catalogue_holds_every_message_translated_and_no_other(lang: str) -> None:
    there = {(m.context, m.id if isinstance(m.id, str) else m.id[0]): m for m in catalogue(lang) if m.id}
    assert set(there) == extracted()
    for key, message in there.items():
        assert not message.fuzzy, key
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(strings), f"untranslated: {key}"
        for text in strings:
            assert alike(placeholders(text)) == alike(placeholders(key[1])), key


def test_ukrainian_signs_are_those_of_print() -> None:
    """A dash keeps to the word before it, a per cent sign to its number; quotes are «», the apostrophe ’."""
    for message in catalogue("uk"):
        for text in [message.string] if isinstance(message.string, str) else message.string:
            assert not re.search(r" —|\} ?%|[\"']", text), text


def test_ukrainian_is_in_ukrainian() -> None:
    """A message without a Cyrillic letter is one that has no words: an abbreviation, a name, a pattern.

    Patterns of placeholders and marks alone are not listed.
    """
    latin = {
        m.id
        for m in catalogue("uk")
        if isinstance(m.id, str)
        and re.search(r"[^\W\d_]", re.sub(r"\{[^}]*\}", "", m.id))
        and not any("а" <= c <= "я" or c in "іїєґ" for c in str(m.string).lower())
    }
    assert latin == {
        "ACC", "AMI", "ARI", "NMI", "k‑NN", "Custom CNN", "p = {p}", "p < {p}",
        "PCA", "t-SNE", "UMAP", "Isomap", "Grad-CAM", "Integrated Gradients",
        "of Grad-CAM", "of Integrated Gradients", "the {highest} {metric}", "{metric} is {value}",
        "{low} to {high}",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "noun", "count", "expected"),
    [
        ("uk", "experiment", 1, "1 експеримент"),
        ("uk", "experiment", 3, "3 експерименти"),
        ("uk", "experiment", 11, "11 експериментів"),
        ("uk", "experiment", 21, "21 експеримент"),
        ("uk", "experiment", 0, "0 експериментів"),
        ("en", "experiment", 1, "1 experiment"),
        ("en", "experiment", 21, "21 experiments"),
    ],
)
def test_counts_take_the_plural_form_of_the_language(lang: str, noun: str, count: int, expected: str) -> None:
    words = Words(lang, Study((), (), {}))
    assert to_string(words.say("{n}", {"n": Count(count, noun)})) == expected


@pytest.mark.parametrize(
    ("lang", "value", "decimals", "expected"),
    [
        ("uk", 2.0, 0, "2 рази"),
        ("uk", 5.9, 1, "5,9 раза"),
        ("uk", 5.0, 1, "5,0 раза"),
        ("uk", 5.0, 0, "5 разів"),
        ("en", 5.9, 1, "5.9 times"),
    ],
)
def test_ratios_take_the_form_of_the_number_as_shown(
    lang: str, value: float, decimals: int, expected: str
) -> None:
    words = Words(lang, Study((), (), {}))
    assert to_string(words.say("{x}", {"x": Derived(value, "times", decimals)})) == expected


def test_every_noun_has_all_its_forms(words: Words) -> None:
    for noun in NOUNS:
        for count in (1, 2, 5, 11, 1.5):
            decimals = 0 if count == int(count) else 1
            assert words.number(count, decimals) in words.noun(noun, count, words.number(count, decimals))


@pytest.mark.parametrize(
    ("lang", "value", "decimals", "signed", "expected"),
    [
        ("uk", 0.439, 3, False, "0,439"),
        ("uk", 12345.6, 1, False, "12\u00a0345,6"),
        ("uk", -0.05, 2, True, "\u22120,05"),
        ("uk", 0.05, 2, True, "+0,05"),
        ("uk", -0.001, 2, True, "0,00"),
        ("en", 12345.6, 1, False, "12,345.6"),
        ("en", -0.5, 1, False, "\u22120.5"),
    ],
)
def test_numbers_follow_the_locale(
    lang: str, value: float, decimals: int, signed: bool, expected: str
) -> None:
    assert Words(lang, Study((), (), {})).number(value, decimals, signed=signed) == expected


@pytest.mark.parametrize(
    ("metric", "value", "expected"),
    [
        ("ari", 0.4391, "0.439"),
        ("ari", 0.0004, "0.00040"),
        ("extraction_seconds", 15.014, "15.01"),
        ("extraction_seconds", 0.00234, "0.0023"),
        ("extraction_seconds", 0.0, "0.00"),
        ("dimension", 2048.0, "2,048"),
        ("model_bytes", 18_900_000.0, "18.9"),
        ("their_own_metric", 0.5, "0.500"),
        ("their_own_metric", 7.0, "7"),
    ],
)
def test_measured_values_show_the_digits_that_a_reader_can_use(
    metric: str, value: float, expected: str
) -> None:
    assert Words("en", Study((), (), {})).measured(metric, value) == expected


def test_a_measured_number_carries_its_address_and_says_what_it_is(words: Words) -> None:
    evidence = Evidence("mnist", "vgg16@32", "ari", 0.22)
    numbers = [f for f in words.say("{x}", {"x": Value(evidence)}) if isinstance(f, Number)]
    assert [n.address for n in numbers] == ["m-mnist-vgg16.4032-ari"]
    assert "MNIST" in numbers[0].title
    assert "VGG16" in numbers[0].title


def test_names_of_any_script_and_markup_are_taken_as_they_are(words: Words) -> None:
    said = to_string(
        words.say("{n} {d}", {"n": Names(("<b>мій</b>", "x")), "d": DatasetNames(("набір №1",))})
    )
    assert "<b>мій</b>" in said
    assert "набір №1" in said


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Сирі пікселі", "Автоенкодер"], "Сирі пікселі й Автоенкодер"),
        (["Custom CNN", "Сирі пікселі", "VGG16"], "Custom CNN, Сирі пікселі й VGG16"),
        (["Автоенкодер", "Сирі пікселі"], "Автоенкодер і Сирі пікселі"),
        (["Цифри", "Яблука"], "Цифри і Яблука"),
        (["а і б", "в"], "а і б і в"),
        (["Сирі пікселі"], "Сирі пікселі"),
        ([], ""),
    ],
)
def test_ukrainian_lists_are_joined_as_they_are_spoken(names: list[str], expected: str) -> None:
    assert Words("uk", Study((), (), {})).join(names) == expected


def test_marking_changes_nothing() -> None:
    assert N_("text") == "text"


def all_messages() -> Iterator[str]:
    for _, message in extracted():
        yield message


#: the ends of an index's scale, and a thousand as a unit
SCALES = re.compile(r"\b(?:is 1 for|and 0 for|1 where|0 where|1 in full, 0 for chance|per 1,000 images)\b")


def test_a_translation_may_ask_for_the_genitive_of_a_name() -> None:
    study = study_of([row("mnist", name, None, "kmeans", 0, "ari", 0.5) for name in ("autoencoder", "vgg16")])
    words = Words("uk", study)
    said = N_("The classes are in the features of {name}; {clusterer} does not find them")
    for name, expected in (("autoencoder", "ознаками автоенкодера класи"), ("vgg16", "ознаками VGG16 класи")):
        params = {"name": Names((name,)), "clusterer": Verbatim("")}
        assert expected in to_string(words.say(said, params))


def test_a_translation_may_ask_for_the_kind_before_a_proper_name() -> None:
    study = study_of([row("mnist", name, None, "kmeans", 0, "ari", 0.5) for name in ("autoencoder", "vgg16")])
    words = Words("uk", study)
    said = N_("On {datasets} the {highest} {metric} is reached by {name}.")
    for name, expected in (("autoencoder", " автоенкодер."), ("vgg16", " екстрактор VGG16.")):
        params = {"name": Names((name,)), "datasets": DatasetNames(("mnist",)), "metric": MetricTitle("ari")}
        assert to_string(words.say(said, params)) == f"Найвищого ARI на MNIST досягає{expected}"
    raw = Words("uk", study_of([row("mnist", "raw_pixels", None, "kmeans", 0, "ari", 0.5)]))
    params = {
        "name": Names(("raw_pixels",)),
        "datasets": DatasetNames(("mnist",)),
        "metric": MetricTitle("ari"),
    }
    assert "досягає екстрактор сирі пікселі" in to_string(raw.say(said, params)), "a plural would not agree"


def in_ukrainian(message: str, **params: Param) -> str:
    """Of two extractors and two sets, one of each with a title of Ukrainian words."""
    study = study_of(
        [
            row(d, name, None, "kmeans", 0, "ari", 0.5)
            for d in ("mnist", "b")
            for name in ("raw_pixels", "c", "hog")
        ]
    )
    called = Called(
        datasets={"b": {"uk": "Жести цифр"}}, extractors={"c": {"uk": "Гістограма"}, "hog": {"": "HOG"}}
    )
    return to_string(Words("uk", replace(study, called=called)).say(message, params))


def test_a_title_of_words_stands_in_quotation_marks_after_a_noun_that_changes() -> None:
    own, named, both = Names(("c",)), Names(("hog",)), Names(("raw_pixels", "c", "hog"))
    assert in_ukrainian("take {name}.", name=own) == "варто взяти екстрактор «Гістограма»."
    assert in_ukrainian("take {name}.", name=named) == "варто взяти HOG."
    features = N_("The classes are in the features of {name}; {clusterer} does not find them")
    assert "ознаками екстрактора «Гістограма» класи" in in_ukrainian(
        features, name=own, clusterer=Verbatim("")
    )
    lead = N_("However, the lead of {name} over {names} is not shown.")
    assert in_ukrainian(lead, name=own, names=named) == (
        "Однак не доведено, що екстрактор «Гістограма» випереджає HOG."
    )
    assert in_ukrainian(lead, name=named, names=both) == (
        "Однак не доведено, що екстрактор HOG випереджає сирі пікселі, екстрактор «Гістограма» і HOG."
    )


@pytest.mark.parametrize(
    ("message", "own", "usual"),
    [
        ("This rests on {datasets} alone.", "лише на набір «Жести цифр».", "лише на MNIST."),
        ("on {datasets} alone", "лише за набором «Жести цифр»", "лише за MNIST"),
        ("firm; the only photographs are those of {datasets}", "лише з набору «Жести цифр»", "лише з MNIST"),
        (
            "However, it depends on {datasets}: without that set {other} is ahead.",
            "тут набір «Жести цифр»: без цього набору попереду HOG.",
            "тут MNIST: без цього набору попереду HOG.",
        ),
        (
            "All of this holds for {datasets}; so few sets say nothing of others.",
            "стосується лише набору «Жести цифр»; цього",
            "стосується лише MNIST; цього",
        ),
    ],
)
def test_the_noun_before_a_set_has_the_case_of_the_sentence(message: str, own: str, usual: str) -> None:
    other = Names(("hog",))
    assert own in in_ukrainian(message, datasets=DatasetNames(("b",)), other=other)
    assert usual in in_ukrainian(message, datasets=DatasetNames(("mnist",)), other=other)


@pytest.mark.parametrize("said", ["{fit} s per thousand images", "{fit} с на тисячу зображень"])
def test_a_number_and_its_unit_do_not_part(words: Words, said: str) -> None:
    text = to_string(words.say(said, {"fit": Derived(2, "integer")}))
    assert text == said.replace("{fit} ", "2\N{NO-BREAK SPACE}")
    assert to_string(words.say("{fit} sets", {"fit": Derived(2, "integer")})) == "2 sets"


def test_no_digit_is_typed_into_a_message() -> None:
    """Numbers of the result come from claims; a digit in a message's own words would be typed by hand."""
    for message in all_messages():
        words_only = "".join(literal for literal, *_ in Formatter().parse(message))
        assert not any(c.isdigit() for c in SCALES.sub("", words_only)), message


@pytest.mark.parametrize(
    ("value", "shown", "short"),
    [(0.5, "50%", "50%"), (0.985, "98%", "98%"), (0.995, "over 99%", "> 99%"), (0.002, "under 1%", "< 1%")],
)
def test_probabilities_near_their_ends_are_not_told_apart(value: float, shown: str, short: str) -> None:
    """0.3 % of being the best beside 99.9 % of being behind: few seeds do not tell which."""
    words = Words("en", Study((), (), {}))
    assert words.probability(value) == shown
    assert words.probability(value, short=True).replace("\u00a0", " ") == short


def test_equal_means_look_equal_however_they_were_added_up(words: Words) -> None:
    mean = 0.175
    assert (
        words.number(mean, 2)
        == words.number(np.nextafter(mean, 1), 2)
        == words.number(np.nextafter(mean, 0), 2)
    )


@pytest.mark.parametrize("power", [0.01, 1.0, 10.0])
def test_digits_of_equal_numbers_do_not_hang_on_how_they_were_added_up(words: Words, power: float) -> None:
    shown = {words.significant(float(x), 3) for x in (power, np.nextafter(power, 0), np.nextafter(power, 99))}
    assert len(shown) == 1
    assert words.significant(9.996, 3).replace(",", ".") == "10.0"


def test_large_values_of_a_brought_metric_have_four_digits() -> None:
    words = Words("en", Study((), (), {}, brought={"qps": Metric("qps")}))
    assert [words.measured("qps", x) for x in (2931.17, 649.602, 15.5, 9.5, 0.0421)] == [
        "2,931", "649.6", "15.50", "9.500", "0.042",
    ]  # fmt: skip
