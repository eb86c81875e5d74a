"""The audit of long paragraphs, long numbers: linear, bounded, and never called false."""

from __future__ import annotations

from pathlib import Path

import pytest
from counting import growth

from fxreport.audit.audit import audit
from fxreport.audit.claims import Verdict
from fxreport.audit.text import LONGEST_SENTENCE
from fxreport.cli import main

TABLE = "| Extractor | ARI | Time, s |\n|---|---|---|\n| Alpha | 0.5 | 1.0 |\n| Beta | 0.4 | 2.0 |\n\n"
#: what is repeated within one paragraph
REPEATED = {
    "numbers": "0.5, ",
    "metrics": "ARI 0.5, ",
    "names": "Alpha 0.5 s, ",
    "sentences": "ARI of Alpha is 0.5. ",
    "comparisons": "It is 2 times slower “as we know”. ",
}


@pytest.mark.parametrize("form", REPEATED)
def test_a_long_paragraph_is_read_in_linear_time(form: str) -> None:
    def read(times: int) -> None:
        audit(TABLE + "Alpha: " + REPEATED[form] * times + "end.")

    assert growth(read, 70) < 2.5


def test_a_sentence_beyond_reading_is_told_and_its_neighbours_are_read() -> None:
    text = TABLE + "Alpha has " + "ARI 0.1, " * LONGEST_SENTENCE + "that is all. ARI of Beta is 0.4."
    long, short = (one for one in audit(text).checked)
    assert (long.claim.kind, long.verdict, long.reason) == ("unread", Verdict.NOT_CHECKABLE, "too_long")
    assert short.verdict is Verdict.HOLDS


@pytest.mark.parametrize("digits", [309, 5000])
@pytest.mark.parametrize(
    "sentence",
    [
        "ARI of Alpha is {}.",
        "Alpha is {} times faster than Beta.",
        "Alpha is 0.{} times faster than Beta.",
        "Alpha needs {} GB, has {}-D vectors, and there are {} extractors.",
        "| # | Extractor | ARI |\n|---|---|---|\n| {} | Alpha | 0.{} |\n| 2 | Beta | {} |",
    ],
)
def test_a_number_of_hundreds_of_digits_is_no_internal_error(
    sentence: str, digits: int, tmp_path: Path
) -> None:
    document = tmp_path / "note.md"
    document.write_text(TABLE + sentence.replace("{}", "9" * digits) + "\n", "utf-8")
    assert main(["audit", str(document)]) in (0, 1)
