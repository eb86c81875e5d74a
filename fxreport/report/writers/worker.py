"""A PDF in a process of its own: laying one out keeps one core busy, and two languages need two.

    python -m fxreport.report.writers.worker PATH < pickled document

The document comes pickled from the process that makes it, which meanwhile has loaded what laying out needs.
Exit code 2 and one line on stderr where the file could not be written.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from pathlib import Path

from fxreport.report.model import Document
from fxreport.report.writers.pdf import get_ready, write_pdf
from fxreport.vocabulary.errors import OutputError

_FAILED = 2


class PdfJob:
    """Another process, ready to write a PDF. ``give`` it the document and ``finish`` it, or ``cancel`` it."""

    def __init__(self, path: Path) -> None:
        package = Path(__file__).resolve().parents[3]
        paths = [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._path = path
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(path)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )

    def give(self, document: Document) -> None:
        """Let it write this document. A process that has ended already says why in ``finish``."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
            pipe.write(pickle.dumps(document))

    def finish(self) -> None:
        """Wait for the file. Raises OutputError where it could not be written."""
        assert self._process.stderr is not None
        said = self._process.stderr.read().decode("utf-8", "replace").strip()
        if status := self._process.wait():
            reason = said.splitlines()[-1] if said else f"its process ended with {status}"
            raise OutputError(reason if status == _FAILED else f"{self._path} was not written: {reason}")

    def cancel(self) -> None:
        """End the process if it still runs."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.kill()
        self._process.wait()


def main() -> int:
    try:
        get_ready()
        write_pdf(pickle.load(sys.stdin.buffer), Path(sys.argv[1]))  # noqa: S301 - from our own process
    except OutputError as error:
        sys.stderr.write(f"{error}\n")
        return _FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
