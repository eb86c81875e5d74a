"""Word and LaTeX through Pandoc, which has to be installed (``writers.require``)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fxreport.report.draft import Draft
from fxreport.report.editions import TECHNICAL
from fxreport.report.model import Document, Figure
from fxreport.report.printed import printed
from fxreport.report.writers.exchange import render_exchange_html
from fxreport.report.writers.files import write_bytes, write_text
from fxreport.report.writers.pdf import epoch
from fxreport.report.writers.plates import pdf_of, png_of
from fxreport.report.writers.walk import blocks
from fxreport.report.writers.word_style import styled
from fxreport.vocabulary.errors import OutputError

PROGRAM, REFERENCE = "pandoc", "reference.docx"
#: what Pandoc calls a format, where that is not the file's suffix
_CALLED = {"tex": "latex"}
#: no document takes it longer
_SECONDS = 300

#: LaTeX: figures and tables bear the document's own numbers; Cyrillic in either kind of engine
_PREAMBLE = r"""
\usepackage{etoolbox,float,caption}
\floatplacement{figure}{H}
\AtBeginEnvironment{longtable}{\footnotesize}
\usepackage[margin=22mm]{geometry}
\captionsetup{labelformat=empty,justification=raggedright,singlelinecheck=false}
\usepackage{iftex}
\ifPDFTeX
  \usepackage[T2A]{fontenc}
\else
  \IfFontExistsTF{CMU Serif}{\setmainfont{CMU Serif}}{%
    \IfFontExistsTF{DejaVu Serif}{\setmainfont[Scale=0.85]{DejaVu Serif}}{}}
\fi
"""


class _Converted:
    """A writer: Pandoc is run with a folder that has the figures."""

    kind = ""
    options: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written: list[Path] = []

    def write(self, document: Document, draft: Draft) -> None:
        whole = printed(draft, document) if document.name == TECHNICAL else document
        with tempfile.TemporaryDirectory(prefix="fxreport-") as folder:
            self._prepare(whole, Path(folder))
            figures = self._figures(whole, Path(folder))
            made = _run(whole, self.kind, Path(folder), figures, self.options)
        self._finish(made)

    def _prepare(self, document: Document, folder: Path) -> None:
        """Put into the folder what Pandoc reads besides."""

    def _figures(self, document: Document, folder: Path) -> Mapping[str, str]:
        """By a figure's id, its file as the document names it."""
        raise NotImplementedError

    def _finish(self, made: bytes) -> None:
        write_bytes(self._path, made)
        self._written = [self._path]

    def finish(self) -> list[Path]:
        return self._written

    def cancel(self) -> None:
        """All is written at once."""


class Docx(_Converted):
    """A Word document: figures inside, as pixels, which every reader of the format shows.

    A ``reference.docx`` in the user's folder of templates gives page and styles instead of ours.
    """

    kind = "docx"
    options = (f"--reference-doc={REFERENCE}",)

    def _prepare(self, document: Document, folder: Path) -> None:
        own = document.look.templates / REFERENCE if document.look.templates else None
        if own is not None and own.is_file():
            shutil.copyfile(own, folder / REFERENCE)
            return
        shipped = _pandoc([f"--print-default-data-file={REFERENCE}"], folder, b"", document)
        (folder / REFERENCE).write_bytes(styled(shipped))

    def _figures(self, document: Document, folder: Path) -> Mapping[str, str]:
        named = {}
        for figure in _pictures(document):
            file = folder / f"{figure.id}.png"
            file.write_bytes(png_of(figure.svg))
            named[figure.id] = file.name
        return named


class Tex(_Converted):
    """LaTeX; its figures are PDF files beside those of the page."""

    kind = "tex"
    options = ("--standalone", "--variable=papersize:a4", "--variable=graphics")

    def _figures(self, document: Document, folder: Path) -> Mapping[str, str]:
        self._beside: list[Path] = []
        named = {}
        for figure in _pictures(document):
            name = figure.path.with_suffix(".pdf")
            file = self._path.parent / name
            write_bytes(file, pdf_of(figure.svg))
            self._beside.append(file)
            named[figure.id] = name.as_posix()
        return named

    def _finish(self, made: bytes) -> None:
        write_text(self._path, made.decode("utf-8"))
        for stale in {f for b in self._beside for f in b.parent.glob("*.pdf")} - set(self._beside):
            if not stale.is_dir():
                stale.unlink(missing_ok=True)
        self._written = [self._path, *self._beside]


def _pictures(document: Document) -> list[Figure]:
    return [block for block in blocks(document) if isinstance(block, Figure)]


def _metadata(document: Document) -> Iterator[tuple[str, str]]:
    """Title, subtitle and date as Pandoc's templates know them; the user's own words come before ours."""
    cover = document.cover
    yield "title", document.title
    yield "subtitle", cover.kind if cover and cover.kind else document.subtitle
    yield "date", cover.foot if cover and cover.foot else document.date
    yield "lang", document.lang.replace("_", "-")


def _run(
    document: Document, kind: str, folder: Path, figures: Mapping[str, str], options: tuple[str, ...]
) -> bytes:
    """Let Pandoc convert the document; return what it made."""
    output = folder / f"made.{kind}"
    (folder / "preamble.tex").write_text(_PREAMBLE, encoding="utf-8")
    command = ["--from=html-auto_identifiers", f"--to={_CALLED.get(kind, kind)}", f"--output={output.name}"]
    command += ["--include-in-header=preamble.tex", "--wrap=none", *options]
    command += [f"--metadata={name}={value}" for name, value in _metadata(document) if value]
    _pandoc(command, folder, render_exchange_html(document, figures).encode("utf-8"), document)
    return output.read_bytes()


def _pandoc(arguments: Sequence[str], folder: Path, given: bytes, document: Document) -> bytes:
    """Run it in ``folder``, with the document's date for its clock; return what it prints."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch(document.created))}
    try:
        done = subprocess.run(
            # an empty folder of data: somebody's own settings of Pandoc make no other document
            [PROGRAM, f"--data-dir={folder}", *arguments],
            input=given,
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OutputError(f"Pandoc could not be run: {error}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise OutputError(
            f"Pandoc ended with {done.returncode}: {said[-1] if said else 'it does not say why'}"
        )
    return done.stdout
