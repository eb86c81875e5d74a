"""Pages of the extractors: what is said of one that was not measured."""

from __future__ import annotations

from pathlib import Path

import pytest
from publications import Undrawn, reference

from fxreport.reference import original
from fxreport.report.draft import Draft
from fxreport.report.model import Note, Number, Section, Table, to_string
from fxreport.report.words import Words
from fxreport.site import extractors
from fxreport.site.model import Page

NETWORK = "resnet50"


@pytest.fixture(scope="module")
def draft(checkout: Path) -> Draft:
    conclusions = reference(checkout)
    return Draft(conclusions, Words("en", conclusions.study), Undrawn())


@pytest.fixture(scope="module")
def pages(draft: Draft) -> dict[str, Page]:
    made = extractors.pages(draft, (Section("listed", ""),))
    return {page.path.stem: page for page in made}


def test_a_network_that_was_not_measured_says_so_with_what_was_published(
    pages: dict[str, Page], draft: Draft
) -> None:
    assert not any(variant.startswith(NETWORK) for _, variant, _ in draft.study.samples)
    blocks = pages[NETWORK].sections[0].blocks
    [note] = [to_string(block.text) for block in blocks if isinstance(block, Note)]
    assert note.startswith("Not measured: ResNet50 32")
    [table] = [block for block in blocks if isinstance(block, Table)]
    numbers = [
        part for row in table.rows for cell in row.cells for part in cell.text if isinstance(part, Number)
    ]
    published = [p for p in original() if p.extractor == NETWORK and p.dataset in draft.study.dataset_by_name]
    assert len(numbers) == len(published) > 0
    assert {draft.words.measured(p.metric, p.value) for p in published} == {n.text for n in numbers}
    assert {row.topic for row in table.rows} == {draft.words.variant(f"{NETWORK}@32")}


def test_of_others_nothing_is_said_to_be_missing(pages: dict[str, Page], draft: Draft) -> None:
    seen = {draft.study.variant_by_id[v].extractor.name for _, v, _ in draft.study.samples}
    assert "raw_pixels" in seen
    for name in seen:
        assert not [block for block in pages[name].sections[0].blocks if isinstance(block, Note | Table)]
