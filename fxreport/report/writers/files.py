"""Files that land whole or not at all."""

from __future__ import annotations

import secrets
from pathlib import Path

from fxreport.vocabulary.errors import OutputError


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with ``\\n`` line ends. Raises OutputError."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write beside ``path`` and rename into place: a reader never sees half a file. Raises OutputError.

    A file that has these bytes already stays as it is.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        if path.is_file() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(data)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"cannot write {path}: {reason}; mend that or choose another --output") from error
