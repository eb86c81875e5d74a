"""Files that land whole or not at all."""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
from functools import cache
from pathlib import Path

from fxreport.vocabulary.errors import OutputError


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with ``\\n`` line ends. Raises OutputError."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write beside ``path`` and rename into place: a reader never sees half a file. Raises OutputError.

    A file that has these bytes already stays as it is. What a killed process of this machine began beside it
    is removed.
    """
    begun = f".{path.name}.{_machine()}-"
    beside = path.with_name(f"{begun}{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        if path.is_file() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear(path.parent, begun)
        try:
            beside.write_bytes(data)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"cannot write {path}: {reason}; mend that or choose another --output") from error


@cache
def _machine() -> str:
    """A process is told by its number on one machine only, and a folder may be shared by several."""
    return hashlib.blake2b(platform.node().encode(), digest_size=3).hexdigest()


def _clear(folder: Path, begun: str) -> None:
    for name in os.listdir(folder):  # noqa: PTH208 - a path for each of thousands takes longer
        if (
            name.startswith(begun)
            and name.endswith(".tmp")
            and not _lives(name[len(begun) :].partition("-")[0])
        ):
            (folder / name).unlink(missing_ok=True)


def _lives(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (OSError, ValueError, OverflowError):
        return True  # another user's, or no name of ours
    return True
