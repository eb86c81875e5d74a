"""Word and LaTeX through Pandoc: figures, numbered captions, links that lead somewhere, the language."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from report_sample import sample

from fxreport.cli import main
from fxreport.report import writers
from fxreport.report.look import Look
from fxreport.report.model import Cover, Document, Figure, Table
from fxreport.report.writers import pandoc
from fxreport.report.writers.exchange import shares
from fxreport.report.writers.plates import pdf_of, png_of
from fxreport.report.writers.walk import blocks
from fxreport.vocabulary.errors import OutputError

pytestmark = pytest.mark.slow

needs_pandoc = pytest.mark.skipif(
    shutil.which("pandoc") is None, reason="pandoc is not installed (apt install pandoc)"
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class NoDraft:
    """The sample document is no technical report: nothing is asked of its draft."""


def written(kind: str, folder: Path, document: Document) -> Path:
    writer = writers.writer(kind)(folder / f"document.{kind}")
    writer.write(document, NoDraft())  # type: ignore[arg-type]
    return writer.finish()[0]


def test_without_pandoc_one_line_says_so_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(writers, "which", lambda name: None)
    for kind in ("docx", "tex"):
        assert main(["build", "--format", f"md,{kind}"]) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"fxreport: error: {kind} needs Pandoc (")
        assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
    assert writers.available(["md", "docx", "pdf", "tex"]) == ["md", "pdf"]


@pytest.fixture(scope="module", params=["uk", "en"])
def document(request: pytest.FixtureRequest) -> Document:
    cover = Cover("Назва & Title", ("Університет",), "Робота", (("Автор", ("О. <К>",)),), "Київ – 2026")
    return replace(sample(request.param), cover=cover, created="2026-11-30T00:00:00+00:00")


@pytest.fixture(scope="module")
def word(document: Document, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    file = written("docx", tmp_path_factory.mktemp("docx"), document)
    return zipfile.ZipFile(io.BytesIO(file.read_bytes()))


@pytest.fixture(scope="module")
def latex(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written("tex", tmp_path_factory.mktemp("tex"), document)


def captions(document: Document) -> list[str]:
    """How they begin: the word and the number among its kind."""
    found = []
    for kind, word in ((Figure, "figure"), (Table, "table")):
        of_kind = [block for block in blocks(document) if isinstance(block, kind)]
        found += [f"{document.labels[word]}\u00a0{n}." for n in range(1, len(of_kind) + 1)]
    return found


@needs_pandoc
def test_word_has_every_figure_table_and_caption(document: Document, word: zipfile.ZipFile) -> None:
    body = ElementTree.fromstring(word.read("word/document.xml"))
    said = ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in body.iter(f"{W}p")]
    for caption in captions(document):
        assert sum(text.startswith(f"{caption} ") for text in said) == 1, caption
    pictures = [name for name in word.namelist() if name.startswith("word/media/")]
    drawn = {block.svg for block in blocks(document) if isinstance(block, Figure)}
    assert len(pictures) == len(drawn) > 1
    assert all(word.read(name).startswith(b"\x89PNG") for name in pictures)
    assert len(list(body.iter(f"{W}tbl"))) == sum(isinstance(b, Table) for b in blocks(document))
    assert "О. <К>" in " ".join(said)


@needs_pandoc
def test_links_within_word_lead_to_bookmarks(word: zipfile.ZipFile) -> None:
    body = ElementTree.fromstring(word.read("word/document.xml"))
    marks = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    assert {link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink")} - {None} <= marks


@needs_pandoc
def test_word_is_a4_breaks_words_and_knows_its_language(document: Document, word: zipfile.ZipFile) -> None:
    page = next(ElementTree.fromstring(word.read("word/document.xml")).iter(f"{W}pgSz"))
    assert (page.get(f"{W}w"), page.get(f"{W}h")) == ("11906", "16838")
    assert "autoHyphenation" in word.read("word/settings.xml").decode()
    styles = word.read("word/styles.xml").decode()
    assert f'w:val="{document.lang}"' in styles
    assert 'w:ascii="Times New Roman"' in styles
    assert "themeColor" not in styles


@needs_pandoc
def test_latex_is_read_back_with_the_same_words(document: Document, latex: Path) -> None:
    done = subprocess.run(
        ["pandoc", "--from=latex", "--to=plain", "--wrap=none", str(latex)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    for section in document.sections:
        assert section.title in done.stdout
    text = latex.read_text("utf-8")
    source = text.replace("~", "\u00a0")
    for caption in captions(document):
        assert source.count(rf"\caption{{{caption}") + source.count(f"{caption} ") >= 1, caption
    named = re.findall(r"\\includegraphics\[[^]]*\]\{([^}]+)\}", text)
    assert len(named) == sum(isinstance(b, Figure) for b in blocks(document))
    assert all((latex.parent / name).read_bytes().startswith(b"%PDF") for name in named)
    assert {"uk": "ukrainian", "en": "english"}[document.lang] in text


@needs_pandoc
@pytest.mark.skipif(shutil.which("xelatex") is None, reason="xelatex is not installed")
def test_latex_compiles(document: Document, latex: Path) -> None:
    done = subprocess.run(
        ["xelatex", "-interaction=nonstopmode", "-halt-on-error", latex.name],
        cwd=latex.parent,
        capture_output=True,
        check=False,
        timeout=300,
    )
    if b".sty' not found" in done.stdout:
        pytest.skip("a package of LaTeX is missing here")
    assert done.returncode == 0, done.stdout[-600:]


@needs_pandoc
@pytest.mark.parametrize("kind", ["docx", "tex"])
def test_the_same_document_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    made = [written(kind, tmp_path / name, sample("en")).read_bytes() for name in ("one", "another")]
    assert hashlib.sha256(made[0]).digest() == hashlib.sha256(made[1]).digest()


@needs_pandoc
def test_a_reference_document_of_the_users_gives_page_and_styles(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    shipped = subprocess.run(
        ["pandoc", "--print-default-data-file=reference.docx"], capture_output=True, check=True, timeout=60
    )
    (tmp_path / "mine" / "reference.docx").write_bytes(shipped.stdout)
    file = written("docx", tmp_path, replace(sample("en"), look=Look(tmp_path / "mine")))
    assert "Times New Roman" not in zipfile.ZipFile(file).read("word/styles.xml").decode()


@needs_pandoc
def test_what_pandoc_cannot_do_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_CALLED", {"tex": "nonsense"})
    with pytest.raises(OutputError, match=r"Pandoc ended with \d+: .*nonsense"):
        written("tex", tmp_path, sample("en"))


def test_figures_are_drawn_whole_at_their_own_size() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="144pt" height="72pt" viewBox="0 0 144 72">'
        '<rect width="144" height="72" fill="#ff0000"/></svg>'
    )
    assert PdfDocument(pdf_of(svg))[0].get_size() == (144, 72)
    picture = Image.open(io.BytesIO(png_of(svg))).convert("RGB")
    assert picture.size == (440, 220)
    assert picture.getpixel((1, 1)) == picture.getpixel((438, 218)) == (255, 0, 0)


def test_columns_share_the_width_of_the_page() -> None:
    for block in blocks(sample("uk")):
        if isinstance(block, Table):
            assert len(shares(block)) == len(block.columns)
            assert 90 <= sum(shares(block)) <= 100
