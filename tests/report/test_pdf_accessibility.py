"""The tags of PDF files, judged by two checkers of PDF/UA that are not ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import outloud
import pdfua
import pikepdf
import pytest
from report_sample import sample

from fxreport.cli import main
from fxreport.report.writers.pdf import write_pdf

pytestmark = pytest.mark.slow

#: said of each table of two columns and few rows, since a name heads each row: as it should be
NAMES_AND_VALUES = "header cells against"


@pytest.fixture(scope="module", params=["uk", "en", "sample"])
def path(request: pytest.FixtureRequest, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The conclusions of the reference measurements, and a document with every kind of block."""
    folder = tmp_path_factory.mktemp("tags")
    if request.param == "sample":
        write_pdf(sample("uk"), folder / "sample.pdf")
        return folder / "sample.pdf"
    asked = ["--document", "conclusions", "--format", "pdf", "--lang", request.param]
    assert main(["render", "--store", str(checkout / "results"), "--output", str(folder), *asked]) == 0
    written: Path = folder / request.param / "conclusions.pdf"
    return written


def test_outloud_finds_no_error(path: Path) -> None:
    result = outloud.check(str(path))
    assert result.error is None
    errors = [f for f in result.findings if f.severity == "error" and NAMES_AND_VALUES not in f.message]
    assert errors == []


def test_pdfua_finds_nothing(path: Path) -> None:
    assert [finding.message for finding in pdfua.validate(path).findings] == []


def elements(node: Any) -> Iterator[Any]:
    """All elements of a structure tree."""
    yield node
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
            yield from elements(kid)


def test_a_link_is_read_by_its_words_and_a_header_says_what_it_heads(path: Path) -> None:
    with pikepdf.open(path) as pdf:
        links = [a for page in pdf.pages for a in page.get("/Annots", []) if a.Subtype == "/Link"]
        assert links
        assert not [str(a.Contents) for a in links if "/Dest" in a and a.Contents == a.Dest]
        headers = [e for e in elements(pdf.Root.StructTreeRoot.K[0]) if e.S == "/TH"]
        assert {str(header.A.Scope) for header in headers} == {"/Column", "/Row"}


def test_no_annotation_is_without_its_element(path: Path) -> None:
    """The parent tree leads from each annotation to an element, and from each element's content back."""
    with pikepdf.open(path) as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        parents = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        living = {e.objgen for e in elements(pdf.Root.StructTreeRoot.K[0])}
        for page in pdf.pages:
            for annotation in page.get("/Annots", []):
                assert parents[int(annotation.StructParent)].objgen in living
                assert parents[int(annotation.StructParent)].S == "/Link"
