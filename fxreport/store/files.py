"""Where the store's files live: a local folder, or any URL that fsspec understands.

Names are relative and use ``/``. A write lands whole or not at all: beside under a unique name, then renamed.
What has landed outlasts a power cut: the file is on the disk before its name is, and the name before what it
replaces goes.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from fxreport.vocabulary.errors import ConfigError, InputError, OutputError

#: end of the name of a file that is being written
UNFINISHED = ".unfinished"


class Files(Protocol):
    """A folder of files. ``list`` gives name → a tag that changes when the file's content does."""

    location: str

    def list(self, folder: str) -> dict[str, str]: ...

    def read(self, name: str) -> bytes: ...

    def write(self, name: str, data: bytes) -> None: ...

    def move(self, name: str, new_name: str) -> None: ...

    def remove(self, name: str) -> None: ...


def open_files(url: str | Path) -> Files:
    """Return the files under ``url``: a path, or ``protocol://…`` for fsspec."""
    text = str(url)
    if "://" not in text:
        return LocalFiles(Path(text))
    if text.startswith("file://"):
        from urllib.parse import urlsplit
        from urllib.request import url2pathname  # 10 ms, for few

        return LocalFiles(Path(url2pathname(urlsplit(text).path)))
    return RemoteFiles(text)


def write_whole(target: Path, data: bytes) -> None:
    """Write beside and rename into place; into a pipe or a terminal directly. Raises OSError."""
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return
    make_folder(target.parent)
    unfinished = target.with_name(f".{target.name}.{uuid.uuid4().hex}{UNFINISHED}")
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync(target.parent)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, so that they last. Raises OSError."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def sync(path: Path) -> None:
    """Have on the disk what a file holds, or which names a folder has. Raises OSError."""
    try:
        number = os.open(path, os.O_RDONLY)
    except PermissionError:  # Windows opens no folder; and one may be writable and not readable
        return
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in (
            errno.EINVAL,
            errno.ENOTSUP,
            errno.EBADF,
        ):  # file systems that know no such thing
            raise
    finally:
        os.close(number)


class LocalFiles:
    """A folder on this machine; made by the first write."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.location = str(root)

    def list(self, folder: str) -> dict[str, str]:
        try:
            with os.scandir(self.root / folder) as entries:
                found = {
                    entry.name: f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"
                    for entry in entries
                    if entry.is_file() and (status := _stat(entry)) is not None
                }
        except FileNotFoundError:
            return {}
        except NotADirectoryError:
            raise ConfigError(
                f"{self.location} is not a results store (not a folder); give another one with --store"
            ) from None
        except OSError as error:
            raise InputError(f"cannot read the results store {self.location}: {_reason(error)}") from error
        return dict(sorted(found.items()))

    def read(self, name: str) -> bytes:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise InputError(f"cannot read {self.root / name}: {_reason(error)}") from error

    def write(self, name: str, data: bytes) -> None:
        with _writing(self.location):
            write_whole(self.root / name, data)

    def move(self, name: str, new_name: str) -> None:
        with _writing(self.location):
            (self.root / name).replace(self.root / new_name)

    def remove(self, name: str) -> None:
        with _writing(self.location):
            (self.root / name).unlink(missing_ok=True)


class RemoteFiles:
    """A folder behind fsspec (``s3://…``, ``gs://…``, ``sftp://…``, ``memory://…``)."""

    def __init__(self, url: str) -> None:
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise ConfigError(f"the store {url} needs the package fsspec: pip install fsspec") from error
        self.location = url
        try:
            self._system, self._root = url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise ConfigError(f"cannot open the store {url}: {_reason(error)}") from error

    def list(self, folder: str) -> dict[str, str]:
        try:
            entries: list[dict[str, Any]] = self._system.ls(self._path(folder), detail=True)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise InputError(f"cannot read the results store {self.location}: {_reason(error)}") from error
        found = {
            str(entry["name"]).rsplit("/", 1)[-1]: str(sorted((k, str(v)) for k, v in entry.items()))
            for entry in entries
            if entry["type"] == "file"
        }
        return dict(sorted(found.items()))

    def read(self, name: str) -> bytes:
        try:
            return bytes(self._system.cat_file(self._path(name)))
        except FileNotFoundError:
            raise
        except OSError as error:
            raise InputError(f"cannot read {self.location}/{name}: {_reason(error)}") from error

    def write(self, name: str, data: bytes) -> None:
        folder, _, base = name.rpartition("/")
        unfinished = self._path(f"{folder}/.{base}.{uuid.uuid4().hex}{UNFINISHED}")
        with _writing(self.location):
            self._system.makedirs(self._path(folder), exist_ok=True)
            self._system.pipe_file(unfinished, data)
            self._system.mv(unfinished, self._path(name))

    def move(self, name: str, new_name: str) -> None:
        with _writing(self.location):
            self._system.mv(self._path(name), self._path(new_name))

    def remove(self, name: str) -> None:
        with _writing(self.location):
            if self._system.exists(self._path(name)):
                self._system.rm_file(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat()
    except FileNotFoundError:  # renamed by another run since the folder was listed
        return None


@contextmanager
def _writing(location: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        remedy = (
            "free some space and start again: what is finished is kept"
            if error.errno in (errno.ENOSPC, errno.EDQUOT)
            else "give another folder with --store"
        )
        raise OutputError(
            f"cannot write to the results store {location}: {_reason(error)}; {remedy}"
        ) from error


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.split())
