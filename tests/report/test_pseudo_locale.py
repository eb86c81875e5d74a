"""A made-up language: all that a reader sees comes from the catalogue, or is a name, a number or quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pseudo
import pytest
from publications import reference

from fxreport.analysis.conclude import Conclusions
from fxreport.reference import sources, works
from fxreport.report.bibliography import reference as full
from fxreport.report.catalogue import translations
from fxreport.report.draft import Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Document, Figure, to_string
from fxreport.report.publications import PUBLICATIONS
from fxreport.report.words import Words
from fxreport.report.writers.check import _visible_html, _visible_markdown
from fxreport.report.writers.html import render_html
from fxreport.report.writers.markdown import render_markdown
from fxreport.report.writers.walk import blocks
from fxreport.system import resources
from fxreport.system.cache import cache_dir
from fxreport.vocabulary.imprint import NUMERIC
from fxreport.vocabulary.statement import said_in

#: what stands in no catalogue: sections of identifiers and of what machines say of themselves
UNSAID = ("evidence", "appendix", "method", "references")
#: of programs, of how a list is joined (Babel), and of how figures name themselves to programs
PROGRAMS = (
    r"fxreport \S+|fxreport run --[\w -]+[\w,]*|conclusions\.json|\S+\.html|light dark|November|\band\b|, and\b"
)


@pytest.fixture(scope="module")
def conclusions(checkout: Path) -> Conclusions:
    return reference(checkout)


@pytest.fixture
def lang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    pseudo.write(tmp_path / "catalogues")
    monkeypatch.setattr(resources, "_catalogues", [tmp_path / "catalogues"])
    translations.cache_clear()
    yield pseudo.LANG
    translations.cache_clear()


def names(conclusions: Conclusions, words: Words) -> list[str]:
    """Names and quotations, the longest first."""
    study = conclusions.study
    found = {v.extractor.title for v in study.variants} | {words.dataset(d.name) for d in study.datasets}
    found |= {missing.variant.extractor.title for missing in study.missing}
    found |= {said_in(text, words.lang) for v in conclusions.verdicts for text in (v.statement.text, v.statement.document)}
    found |= {str(run.provenance[key]) for run in study.runs for key in ("processor",) if run.provenance.get(key)}
    found |= {run.provenance["dataset"]["source"] for run in study.runs if "dataset" in run.provenance}
    found |= {name for run in study.runs for name in study.load_artifacts(run.key)} if False else set()
    for source in (*sources().values(), *works().values()):
        found |= {source.short, source.title, to_string(full(source, NUMERIC)), source.address}
    return sorted((name for name in found if name), key=len, reverse=True)


def bypassing(text: str, known: list[str]) -> list[str]:
    """Words in letters that the made-up language has none of."""
    for name in known:
        text = text.replace(name, " ")
    text = re.sub(PROGRAMS, " ", text)
    return re.findall(r"[A-Za-z]{2,}", text)


@pytest.mark.parametrize("name", ["conclusions", "technical"])
def test_nothing_that_is_read_bypasses_the_catalogue(conclusions: Conclusions, lang: str, name: str) -> None:
    words = Words(lang, conclusions.study)
    draft = Draft(conclusions, words, FigureCache(cache_dir() / "figures"), name)
    made = PUBLICATIONS[name](draft)
    known = names(conclusions, words)
    body = without(made, UNSAID)
    for visible in (_visible_html(render_html(body)), _visible_markdown(render_markdown(body))):
        lines = [line for line in visible.split("\n") if not re.match(r"\s*!?\[?[\w/ ,-]+$", line) or True]
        found = {line.strip()[:200] for line in lines if bypassing(line, known)}
        assert not found
    drawn = [text for b in blocks(made) if isinstance(b, Figure) for text in re.findall(r"<text[^>]*>([^<]+)", b.svg)]
    assert len(drawn) > 50
    assert not {text for text in drawn if bypassing(text, known)}


def without(made: Document, left_out: tuple[str, ...]) -> Document:
    from dataclasses import replace

    return replace(made, sections=tuple(s for s in made.sections if s.id not in left_out))


def test_the_test_sees_what_bypasses() -> None:
    assert bypassing("Custom CNN: ŀḗȧḓş the MNIST", ["Custom CNN", "MNIST"]) == ["the"]
    assert pseudo.disguised("{n} of {items}") == "{n} ǿƒ {items}"
