"""How the conclusions of the committed results read: length, terms, repetitions, both languages."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from publications import reference, short

from fxreport.analysis.conclude import Conclusions
from fxreport.report.conclusions.answer import MOST as ON_PAGE_ONE
from fxreport.report.conclusions.findings import MOST as AT_LENGTH
from fxreport.report.model import (
    Block,
    Bullets,
    Document,
    Entries,
    Figure,
    Number,
    Paragraph,
    Section,
    Statements,
    Strong,
    Table,
    Text,
    to_string,
)
from fxreport.report.words import Words
from fxreport.report.writers import pdf
from fxreport.report.writers.walk import blocks, sections, texts, within
from fxreport.vocabulary.statement import said_in

LANGUAGES = ("uk", "en")
#: names of data, networks and methods that nobody spells out, and units
NAMES = frozenset({"AMD", "EPYC", "MNIST", "CIFAR", "VGG", "DEC", "IDEC", "MB", "МБ"})
#: abbreviations → what stands beside them where they first come
EXPANDED = {
    "ARI": {"en": "adjusted Rand index", "uk": "скоригований індекс Ренда"},
    "CKA": {"en": "centred kernel alignment", "uk": "центроване вирівнювання ядер"},
    "CNN": {"en": "convolutional neural network", "uk": "згорткова нейронна мережа"},
}
AT_THE_END = {
    "PCA": {"en": "principal component analysis", "uk": "метод головних компонент"},
    "SNE": {"en": "t-distributed stochastic", "uk": "стохастичне вкладення сусідів"},
    "UMAP": {"en": "uniform manifold approximation", "uk": "рівномірне наближення й проєкція многовиду"},
    "NMI": {"en": "normalised mutual information", "uk": "нормована взаємна інформація"},
    "AMI": {"en": "adjusted mutual information", "uk": "скоригована взаємна інформація"},
}
WORDS, TABLES, FIGURES, PAGES = 3500, 6, 8, 12


@pytest.fixture(scope="module")
def conclusions(checkout: Path) -> Conclusions:
    return reference(checkout)


@pytest.fixture(scope="module")
def documents(conclusions: Conclusions) -> dict[str, Document]:
    return {lang: short(conclusions, lang) for lang in LANGUAGES}


@pytest.fixture(params=LANGUAGES)
def made(request: pytest.FixtureRequest, documents: dict[str, Document]) -> Document:
    return documents[request.param]


def said(part: Document | Section) -> list[str]:
    """Everything a reader reads of it, in the order of the page; works are listed in their own words."""
    found: list[str] = []
    for section in sections(part) if isinstance(part, Document) else within(part):
        if section.id == "references":
            continue
        found.append(section.title)
        for block in section.blocks:
            found += [to_string(text) for text in texts(block) if text]
            if isinstance(block, Entries):
                found += [entry.term for entry in block.items]
            if isinstance(block, Table):
                found += list(dict.fromkeys(row.topic for row in block.rows if row.topic))
    return found


def test_it_is_as_short_as_it_should_be(made: Document) -> None:
    words = sum(len(re.findall(r"[^\W\d_][\w’'-]*", text)) for text in said(made))
    assert 1000 < words <= WORDS
    kinds = Counter(type(block) for block in blocks(made))
    assert 0 < kinds[Table] <= TABLES
    assert 0 < kinds[Figure] <= FIGURES


@pytest.mark.slow
def test_it_has_as_few_pages_as_it_should(made: Document) -> None:
    assert 4 <= len(pdf.lay_out(made).pages) <= PAGES


def test_abbreviations_are_expanded(made: Document, conclusions: Conclusions) -> None:
    """Where they first come; those of methods in a note after it. Quoted statements are not ours."""
    quoted = {said_in(v.statement.text, made.lang) for v in conclusions.verdicts}
    every = [made.title, made.subtitle, *said(made)]
    notes = [text for text in every if text.startswith(("Abbreviations: ", "Скорочення: "))]
    page_one = "\n".join(said(made.sections[0]))
    seen: set[str] = set()
    for text in every:
        for statement in quoted:
            text = text.replace(statement, "")
        for found in re.findall(r"(?<![^\W_])[A-ZА-ЯІЇЄҐ]{2,}(?![^\W\d_])", text):
            if found in NAMES | seen:
                continue
            seen.add(found)
            assert found in {**EXPANDED, **AT_THE_END}, f"{found} is neither expanded nor a name: {text}"
            if found in EXPANDED:  # page one says how it was measured below what was found
                where = page_one if text in page_one else text
                assert EXPANDED[found][made.lang] in where, f"{found} comes first in: {text}"
            else:
                assert any(
                    re.search(rf"{found}(?:\s\[\d+\])?\W+{AT_THE_END[found][made.lang]}", note)
                    for note in notes
                )
    assert {"ARI", "CNN", "CKA"} <= seen


def test_methods_are_spelled_out_right_after_they_are_first_named(made: Document) -> None:
    for terms in (("PCA", "t-SNE"), ("p-value", "p-значення")):
        following = [
            (block, section.blocks[i + 1 : i + 2])
            for section in sections(made)
            for i, block in enumerate(section.blocks)
            if any(re.search(rf"(?<![\w-]){t}(?![\w-])", text) for t in terms for text in read(block))
        ]
        [note] = following[0][1]
        assert to_string(note.text).startswith(("Abbreviations: ", "Скорочення: "))  # type: ignore[union-attr]


def read(block: Block) -> list[str]:
    topics = [row.topic for row in block.rows if row.topic] if isinstance(block, Table) else []
    return [to_string(text) for text in texts(block) if text] + topics


def test_page_one_is_not_read_out_again(made: Document, conclusions: Conclusions) -> None:
    """What a finding says at length is more than its sentence of page one."""
    words = Words(made.lang, conclusions.study)
    for finding in conclusions.findings[:AT_LENGTH]:
        short, *body = (to_string(words.say(m.message, m.params)) for m in (finding.short, *finding.body))
        assert short not in body, finding.id
        first = set(re.findall(r"\d+[.,]\d+", body[0]))
        assert not first or first - set(re.findall(r"\d+[.,]\d+", short)), f"{finding.id} has no new number"


def test_no_label_has_two_marks(made: Document) -> None:
    terms = [entry.term for block in blocks(made) if isinstance(block, Entries) for entry in block.items]
    assert terms
    assert [term for term in terms if term[-1] in ".?!:"] == []


def test_what_no_value_was_read_for_tells_what_it_was_counted_over(made: Document) -> None:
    [extent] = [
        to_string(entry.text)
        for block in blocks(made)
        if isinstance(block, Entries)
        for entry in block.items
        if entry.id == "c-extent"
    ]
    assert "Custom CNN" in extent
    assert "ResNet50" not in extent, "not measured"


def sentences(text: Text) -> list[str]:
    found = re.split(r"(?<=[.!?])\s+(?=[«“A-ZА-ЯІЇЄҐ])", to_string(text))
    return [sentence for sentence in found if len(sentence.split()) > 4]


def test_nothing_is_said_twice(made: Document) -> None:
    """A sentence of a recommendation and of a table's row is about its own answer, and counts with that."""
    counts: Counter[tuple[str, str]] = Counter()
    for section in sections(made):
        counts.update([("", section.title)])
        for block in section.blocks if section.id != "measurements" else ():
            if isinstance(block, Table):
                for row in block.rows:
                    head = f"{row.topic} {to_string(row.cells[0].text)}"
                    counts.update((head, s) for cell in row.cells for s in sentences(cell.text))
                counts.update(("", s) for text in (block.caption, block.note) for s in sentences(text))
                continue
            for text in texts(block):
                first = text[0] if text else None
                about = first.text if section.id == "advice" and isinstance(first, Strong) else ""
                if about:
                    about = to_string(text).partition(":")[0]
                counts.update((about, sentence) for sentence in sentences(text))
    assert len(counts) > 80
    assert {sentence: n for sentence, n in counts.items() if n > 1} == {}


def test_no_sentence_is_stamped(made: Document) -> None:
    """Certainty is the normal case: what is not certain says so in the sentence."""
    assert not [block for block in blocks(made) if isinstance(block, Statements)]
    stamps = {"uk": "(доведено)|(підтверджено)|(напевно)", "en": "(shown)|(confirmed)|(certain)"}
    pattern = stamps[made.lang].replace("(", r"\(").replace(")", r"\)")
    assert [text for text in said(made) if re.search(pattern, text)] == []


def test_no_placeholder_and_no_untranslated_word_is_left(made: Document) -> None:
    for text in said(made):
        assert not re.search(r"[{}]|\bnan\b|\(\)|\s,|,,|\.\.", text), text
    if made.lang == "uk":
        english = re.compile(r"\b(the|of|and|is|on|with|images?|which)\b")
        top = [text for s in made.sections if s.id != "measurements" for text in said(s)]
        assert [text for text in top if english.search(text)] == []


def test_both_languages_say_the_same(documents: dict[str, Document]) -> None:
    uk, en = documents["uk"], documents["en"]
    assert [s.id for s in sections(uk)] == [s.id for s in sections(en)]
    for one, other in zip(sections(uk), sections(en), strict=True):
        assert [type(block) for block in one.blocks] == [type(block) for block in other.blocks]
        for ours, theirs in zip(one.blocks, other.blocks, strict=True):
            assert addressed(ours) == addressed(theirs)


def addressed(block: object) -> Counter[str]:
    return Counter(f.address for text in texts(block) for f in text if isinstance(f, Number))  # type: ignore[arg-type]


def test_page_one_tells_the_first_findings_and_the_rest_are_told_at_length(
    documents: dict[str, Document], conclusions: Conclusions
) -> None:
    for made in documents.values():
        first = made.sections[0]
        assert first.id == "answer"
        [bullets] = [block for block in first.blocks if isinstance(block, Bullets)]
        above = first.blocks[: first.blocks.index(bullets)]
        assert [type(block) for block in above] == [Paragraph, Paragraph], "what to take comes first"
        assert 1 + len(bullets.items) == min(ON_PAGE_ONE, 1 + len(conclusions.findings))
        [told] = [section for section in made.sections if section.id == "findings"]
        assert [part.id.replace(".2f", "/") for part in told.children] == [
            "finding-" + finding.id.replace("@", ".40") for finding in conclusions.findings[:AT_LENGTH]
        ]
