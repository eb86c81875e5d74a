"""Writers: a document of the model → files of one format.

A format is a line of ``BUILT_IN`` or an entry point of the group ``fxreport.writers``; nothing else lists
it. A writer is made with the path of its file when a build begins, so that slow work can get ready; then it
is given the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Protocol

from fxreport.vocabulary.errors import OutputError

if TYPE_CHECKING:
    from fxreport.report.draft import Draft
    from fxreport.report.model import Document

GROUP = "fxreport.writers"
#: format, which is the file's suffix too → the writer's module and name; loaded where one is written
BUILT_IN: Mapping[str, str] = {
    "md": "fxreport.report.writers.markdown:Markdown",
    "html": "fxreport.report.writers.page:Page",
    "pdf": "fxreport.report.writers.paper:Pdf",
    "docx": "fxreport.report.writers.pandoc:Docx",
    "tex": "fxreport.report.writers.pandoc:Tex",
}


#: formats that a program beside Python writes, by its name
NEEDS: Mapping[str, str] = {"docx": "pandoc", "tex": "pandoc"}
#: of each, how to come by it
_INSTALL = {
    "pandoc": "Pandoc (Debian and Ubuntu: apt install pandoc; macOS: brew install pandoc; Windows: winget "
    "install pandoc)"
}


def require(name: str) -> None:
    """Raise OutputError, one line, where the program that writes a format is not installed."""
    program = NEEDS.get(name)
    if program and which(program) is None:
        raise OutputError(f"{name} needs {_INSTALL[program]}: install it, or leave out {name}")


def available(names: Iterable[str]) -> list[str]:
    """Those of the formats whose programs are here."""
    return [name for name in names if name not in NEEDS or which(NEEDS[name])]


class Writer(Protocol):
    """Writes one document in one format."""

    def __init__(self, path: Path) -> None: ...

    def write(self, document: Document, draft: Draft) -> None:
        """Write the document that ``draft`` made, or begin to."""
        ...

    def finish(self) -> list[Path]:
        """Wait for the files and return their paths, the document's first. Raises OutputError."""
        ...

    def cancel(self) -> None:
        """Give up what is not finished."""
        ...


def formats() -> tuple[str, ...]:
    """Names of all formats there are."""
    from fxreport.system.plugins import plugins

    return (*BUILT_IN, *plugins(GROUP, BUILT_IN))


def writer(name: str) -> type[Writer]:
    """Return the writer of a format that there is. Raises ConfigError where a plug-in's can't be imported."""
    from importlib.metadata import EntryPoint

    from fxreport.system.plugins import load, plugins

    if name in BUILT_IN:
        return load(EntryPoint(name, BUILT_IN[name], GROUP))  # type: ignore[no-any-return]
    return load(plugins(GROUP)[name])  # type: ignore[no-any-return]
