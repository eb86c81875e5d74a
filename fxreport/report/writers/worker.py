"""The process that lays out a PDF (``paper.Pdf`` starts it).

    python -P -m fxreport.report.writers.worker PATH < pickled document

The document comes pickled from the process that makes it, which meanwhile has loaded what laying out needs.
Exit code 2 and one line on stderr where the file could not be written.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from fxreport.report.writers.pdf import get_ready, write_pdf
from fxreport.vocabulary.errors import OutputError

FAILED = 2


def main() -> int:
    try:
        get_ready()
        write_pdf(pickle.load(sys.stdin.buffer), Path(sys.argv[1]))  # noqa: S301  # nosec B301  # from our own process
    except OutputError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
