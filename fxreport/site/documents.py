"""The conclusions as documents that a site gives away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from fxreport.report.conclusions.compose import conclusions
from fxreport.report.draft import Draft
from fxreport.report.figures.scheme import standalone
from fxreport.report.model import Document, Figure
from fxreport.report.writers import Writer, writer
from fxreport.report.writers.walk import blocks
from fxreport.site.downloads import DOCUMENTS, Download
from fxreport.vocabulary.text import visible

FORMATS = "pdf", "html", "md"


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
        """The figures, where the Markdown looks for them."""
        for block in blocks(self.document):
            if isinstance(block, Figure):
                yield self.document.lang / block.path, visible(standalone(block.svg)).encode()


class Writing:
    """Documents that are written beside other work; what is not waited for is given up at the end."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="fxreport-site-")
        self._begun: list[Writer] = []
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        for one in self._begun:
            one.cancel()
        self._folder.cleanup()

    def begin(self, draft: Draft) -> Made:
        """Begin to write the draft's conclusions in each of ``FORMATS``."""
        document = conclusions(draft)
        folder = Path(self._folder.name, document.lang)
        writers = {kind: writer(kind)(folder / f"{document.name}.{kind}") for kind in FORMATS}
        self._begun += writers.values()
        for one in writers.values():
            one.write(document, draft)
        return Made(document, draft, writers)
