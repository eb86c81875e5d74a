"""The documents that a site gives away: the conclusions, and the report as text."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fxreport.analysis.conclude import Conclusions
from fxreport.report.draft import Blocks, Draft
from fxreport.report.editions import CONCLUSIONS, TECHNICAL
from fxreport.report.figures.cache import FigureCache
from fxreport.report.figures.scheme import standalone
from fxreport.report.look import Look
from fxreport.report.model import Document, Figure
from fxreport.report.publications import PUBLICATIONS
from fxreport.report.words import Words
from fxreport.report.writers import Writer, writer
from fxreport.report.writers.walk import blocks
from fxreport.site.downloads import DOCUMENTS, Download
from fxreport.vocabulary.imprint import Imprint

#: of each publication; the report's pages are the site's own
FORMATS: Mapping[str, Sequence[str]] = {CONCLUSIONS: ("pdf", "html", "md"), TECHNICAL: ("md",)}


@dataclass(frozen=True, slots=True)
class Made:
    """A document with the draft that made it, and what writes it."""

    document: Document
    draft: Draft
    writers: Mapping[str, Writer]

    def downloads(self) -> Iterator[Download]:
        """The files, as soon as they are there. Raises OutputError."""
        lang, name = self.document.lang, self.document.name
        for kind, one in self.writers.items():
            data = one.finish()[0].read_bytes()
            yield Download(PurePosixPath(lang, f"{name}.{kind}"), data, DOCUMENTS, self.document.title)

    def pictures(self) -> Iterator[tuple[PurePosixPath, bytes]]:
        """The figures, where the document as text looks for them."""
        for block in blocks(self.document):
            if isinstance(block, Figure):
                yield self.document.lang / block.path, standalone(block.svg).encode()


@contextmanager
def documents(
    conclusions: Conclusions,
    words: Mapping[str, Words],
    cache: FigureCache,
    brought: Sequence[Blocks],
    imprint: Imprint,
    look: Look,
) -> Iterator[tuple[Made, ...]]:
    """All documents of all languages, begun to be written; what is not waited for is given up."""
    with tempfile.TemporaryDirectory(prefix="fxreport-site-") as folder:
        writers = {
            (lang, name): {kind: writer(kind)(Path(folder, lang, f"{name}.{kind}")) for kind in kinds}
            for lang in words
            for name, kinds in FORMATS.items()
        }
        try:
            made = []
            for (lang, name), by_kind in writers.items():
                draft = Draft(
                    conclusions, words[lang], cache, name, brought=brought, imprint=imprint, look=look
                )
                document = PUBLICATIONS[name](draft)
                for one in by_kind.values():
                    one.write(document, draft)
                made.append(Made(document, draft, by_kind))
            yield tuple(made)
        finally:
            for by_kind in writers.values():
                for one in by_kind.values():
                    one.cancel()
