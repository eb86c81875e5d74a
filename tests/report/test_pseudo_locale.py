"""A made-up language: all that a reader sees comes from the catalogue, or is a name, a number or quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pseudo
import pytest
from publications import reference

from fxreport.analysis.conclude import Conclusions
from fxreport.reference import sources, works
from fxreport.report.bibliography import reference as reference_of
from fxreport.report.catalogue import translations
from fxreport.report.draft import Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Figure, Stars
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

#: sections of identifiers, of what machines say of themselves, and of works
UNSAID = ("evidence", "appendix", "method", "references")
#: commands, files and what a browser is told; what Babel joins lists and writes dates with
PROGRAMS = re.compile(r"fxreport run --[\w-]+(?: [\w,]+)?|fxreport|conclusions\.json|light dark")
BABEL = re.compile(r"November|\band\b")
#: abbreviations that every language has
ABBREVIATIONS = ["PCA"]
#: citations, which stand within names too
CITED = re.compile(r"\xa0(?:<a href=\"#ref-[^>]*>\[\d+\]</a>|\[\\\[\d+\\\]\]\(#ref-[^)]*\))")


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
    quoted = [v.statement for v in conclusions.verdicts]
    found |= {said_in(text, words.lang) for one in quoted for text in (one.text, one.document)}
    for run in study.runs:
        found.add(str(run.provenance.get("processor", "")))
        found |= set(study.load_artifacts(run.key))  # arrays, as the store calls them
    for source in (*sources().values(), *works().values()):
        found |= {
            source.short,
            source.title,
            *source.names,
            *(part.text for part in reference_of(source, NUMERIC) if not isinstance(part, Stars)),
        }
    return sorted((name for name in found if re.search(r"[A-Za-z]", name)), key=len, reverse=True)


def bypassing(text: str, known: list[str]) -> list[str]:
    """Words in letters that the made-up language has none of."""
    text = PROGRAMS.sub(" ", unescape(text))
    for name in known:
        text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)  # small after a semicolon
    return re.findall(r"[A-Za-z]{2,}", BABEL.sub(" ", text))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["conclusions", "technical"])
def test_nothing_that_is_read_bypasses_the_catalogue(conclusions: Conclusions, lang: str, name: str) -> None:
    words = Words(lang, conclusions.study)
    draft = Draft(conclusions, words, FigureCache(cache_dir() / "figures"), name)
    made = PUBLICATIONS[name](draft)
    known = [*names(conclusions, words), *ABBREVIATIONS]
    said = replace(made, sections=tuple(s for s in made.sections if s.id not in UNSAID))
    drawn = [
        text
        for block in blocks(made)
        if isinstance(block, Figure)
        for text in re.findall(r"<text[^>]*>([^<]+)", block.svg)
    ]
    assert len(drawn) > 50
    page, text = (CITED.sub("", render(said)) for render in (render_html, render_markdown))
    read = {*_visible_html(page).split("\n"), *_visible_markdown(text).split("\n")}
    assert {line[:300]: found for line in {*read, *drawn} if (found := bypassing(line, known))} == {}


def test_the_test_sees_what_bypasses() -> None:
    assert bypassing("Custom CNN: ŀḗȧḓş the MNIST", ["Custom CNN", "MNIST"]) == ["the"]
    assert pseudo.disguised("{n} of {items}") == "{n} ǿƒ {items}"
