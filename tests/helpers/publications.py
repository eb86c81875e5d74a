"""Documents of conclusions, as a build makes them."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

from fxreport.analysis.conclude import Conclusions
from fxreport.cli import main
from fxreport.report import build
from fxreport.report.draft import Draft
from fxreport.report.editions import CONCLUSIONS, TECHNICAL
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Document
from fxreport.report.publications import PUBLICATIONS
from fxreport.report.words import Words


def document(conclusions: Conclusions, lang: str, cache: FigureCache, name: str = TECHNICAL) -> Document:
    return PUBLICATIONS[name](Draft(conclusions, Words(lang, conclusions.study), cache, name))


def short(conclusions: Conclusions, lang: str, cache: FigureCache) -> Document:
    return document(conclusions, lang, cache, CONCLUSIONS)


def rendered(output: Path, name: str = CONCLUSIONS, formats: str = "md,html") -> dict[str, Document]:
    """Write a publication of the committed results in both languages; the documents by language."""
    kept: dict[str, Document] = {}

    def keep(draft: Draft) -> Document:
        kept[draft.words.lang] = PUBLICATIONS[name](draft)
        return kept[draft.words.lang]

    asked = ["render", "--lang", "all", "--document", name, "--format", formats, "--output", str(output)]
    with patch.object(build, "PUBLICATIONS", {**PUBLICATIONS, name: keep}):
        store = Path(__file__).resolve().parents[2] / "results"
        assert main([*asked, "--store", str(store)]) == 0
    return kept
