"""A PDF, laid out in a process of its own: that keeps one core busy, and two languages need two."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from pathlib import Path

from fxreport.report.draft import Draft
from fxreport.report.editions import TECHNICAL
from fxreport.report.model import Document
from fxreport.report.printed import printed
from fxreport.report.writers import worker
from fxreport.vocabulary.errors import OutputError


class Pdf:
    """A writer: another process, which gets ready at once."""

    def __init__(self, path: Path) -> None:
        package = Path(__file__).resolve().parents[3]
        paths = [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._path = path
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", worker.__name__, str(path)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )

    def write(self, document: Document, draft: Draft) -> None:
        """Let it write the document as on paper. A process that has ended already says why in ``finish``."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
            pipe.write(pickle.dumps(printed(draft, document) if document.name == TECHNICAL else document))

    def finish(self) -> list[Path]:
        """Wait for the file. Raises OutputError where it could not be written."""
        assert self._process.stderr is not None
        said = self._process.stderr.read().decode("utf-8", "replace").strip()
        if status := self._process.wait():
            reason = said.splitlines()[-1] if said else f"its process ended with {status}"
            raise OutputError(
                reason if status == worker.FAILED else f"{self._path} was not written: {reason}"
            )
        return [self._path]

    def cancel(self) -> None:
        """End the process if it still runs."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.kill()
        self._process.wait()
