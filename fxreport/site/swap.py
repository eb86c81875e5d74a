"""A folder replaced as a whole: who reads it sees the old one or the new one, whenever the work is killed.

``lasting``: after a power cut too, for a folder that nobody makes again by building.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fxreport.store.files import sync
from fxreport.system import cache
from fxreport.system.manifest import digest
from fxreport.vocabulary.errors import OutputError

_AT_FDCWD, _EXCHANGE = -100, 2


@contextmanager
def beside(folder: Path, option: str) -> Iterator[Path]:
    """A new folder on the same disk, to be filled and swapped in. One process at a time.

    Raises OutputError; ``option`` is what names another folder.
    """
    with _alone(folder, option):
        fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.new")
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            fresh.mkdir()
            with suppress(OSError):
                shutil.copymode(folder, fresh)
            yield fresh
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def recover(folder: Path, option: str) -> None:
    """Put back what was killed between two renames, remove what else was left. Raises OutputError."""
    if any(_left(folder)):
        with _alone(folder, option):
            pass


@contextmanager
def _alone(folder: Path, option: str) -> Iterator[None]:
    try:
        with cache.lock(cache.cache_dir() / "folders" / digest(str(folder).encode())):
            for left in _left(folder):
                if left.suffix == ".old" and not folder.exists():
                    left.rename(folder)
                else:
                    shutil.rmtree(left, ignore_errors=True)
            yield
    except OSError as error:
        raise OutputError(
            f"cannot write {error.filename or folder}: {error.strerror or error}; mend that or give "
            f"another folder with {option}"
        ) from error


def _left(folder: Path) -> list[Path]:
    """What killed processes left beside the folder, old ones first."""
    return [left for kind in ("old", "new") for left in folder.parent.glob(f".{folder.name}.*.{kind}")]


def swap(fresh: Path, folder: Path, *, lasting: bool = False) -> None:
    """Put ``fresh`` in the place of ``folder``, at once where the system can exchange two names."""
    if lasting:
        for path in (*fresh.rglob("*"), fresh):
            if not path.is_symlink():
                sync(path)
    old = fresh.with_suffix(".old")
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchanged(fresh, folder):
        folder.rename(old)
        try:
            fresh.rename(folder)
        except OSError:
            old.rename(folder)
            raise
    if lasting:
        sync(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names as Linux can; Python has no function for it."""
    with suppress(AttributeError, OSError):
        call = ctypes.CDLL(None, use_errno=True).renameat2
        return not call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE)
    return False
