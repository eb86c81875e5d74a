"""The labelled documents are in order: labels stand where they say, the corrected originals correct them."""

from __future__ import annotations

import pytest
from audit_corpus import CORPUS, Label, LabelledDocument, Report, TrueStatement, read_corpus, read_document

DOCUMENTS = read_corpus()
KINDS = {
    "bold",
    "comparison",
    "count",
    "difference",
    "efficiency",
    "mean",
    "order",
    "range",
    "rank",
    "ratio",
    "recommendation",
    "superlative",
    "value",
}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.path.stem)
def test_labels_stand_on_their_lines(document: LabelledDocument) -> None:
    statements: tuple[Label | TrueStatement, ...] = (*document.labels, *document.true)
    assert document.true
    for statement in statements:
        assert statement.quote in document.lines[statement.line - 1], statement
    for label in document.labels:
        assert label.kind in KINDS
        assert label.why
        assert all(1 <= line <= len(document.lines) for line in label.also)


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_corrected_original_changes_every_labelled_line_and_no_true_statement(language: str) -> None:
    document = read_document(CORPUS / f"original_{language}.md")
    corrected = (CORPUS / f"original_{language}.corrected.md").read_text(encoding="utf-8").split("\n")
    changed = {
        number
        for number, (old, new) in enumerate(zip(document.lines, corrected, strict=True), start=1)
        if old != new
    }
    # Where the wrong cell of a column was bold, the right one is bold now.
    right_cells = {45, 185}
    assert changed == {label.line for label in document.labels} | right_cells
    for statement in document.true:
        assert statement.quote in corrected[statement.line - 1]


def test_the_translation_makes_the_same_statements_on_the_same_lines() -> None:
    uk, en = (read_document(CORPUS / f"original_{language}.md") for language in ("uk", "en"))
    assert [(label.line, label.must, label.kind) for label in uk.labels] == [
        (label.line, label.must, label.kind) for label in en.labels
    ]
    assert [it.line for it in uk.true] == [it.line for it in en.true]


def test_reports_are_held_to_the_labels() -> None:
    document = read_document(CORPUS / "original_en.md")
    right = [Report(label.line, label.quote) for label in document.labels if label.must]
    assert not document.missed(right)
    assert not document.false_alarms(right)
    # Line 143 is labelled for its ratio and its mean, not for its place.
    wrong = Report(143, "🥇 1")
    assert document.false_alarms([*right, wrong, Report(34)]) == [wrong, Report(34)]
    assert [label.line for label in document.missed(right[1:])] == [right[0].line]
