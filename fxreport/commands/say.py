"""What commands tell the user, on stderr: stdout is for what they produce."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

from fxreport.vocabulary.errors import OutputError
from fxreport.vocabulary.text import visible

#: in place of a file's name
STDOUT = "-"


def say(line: str) -> None:
    print(visible(f"fxreport: {line}"), file=sys.stderr, flush=True)


def tell(*values: object, sep: str = " ", end: str = "\n", flush: bool = False) -> None:
    """Print to stdout; what a name would have a terminal obey is shown instead."""
    print(visible(sep.join(map(str, values))), end=end, flush=flush)


def counted(number: int, noun: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def shortened(names: Sequence[str], most: int = 8) -> str:
    """Names in a line, of many the first and how many more."""
    left = len(names) - most
    return ", ".join(names[:most]) + (f" and {left} more" if left > 0 else "")


def say_utf8() -> None:
    """Write UTF-8 to stdout whatever the terminal's locale: the text is in the language asked for."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def write_json(where: str, text: str) -> None:
    """Write the text of ``--json FILE``; ``-`` is stdout. Raises OutputError."""
    if where == STDOUT:
        say_utf8()
        sys.stdout.write(visible(text))
        return
    try:
        Path(where).write_text(text, "utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {where}: {error.strerror}; give another --json FILE") from error
