"""Folders and archives as one thing: a list of member names, and bytes to read for each."""

from __future__ import annotations

import gzip
import io
import lzma
import pickle
import shutil
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from fxreport.vocabulary.errors import SourceError

#: What reading a file that is not what its name says may raise, across the formats read here.
UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    MemoryError,
    KeyError,
    NotImplementedError,  # an archive of a newer version
    zlib.error,
    lzma.LZMAError,
    gzip.BadGzipFile,
    tarfile.TarError,
    zipfile.BadZipFile,
    pickle.UnpicklingError,
)


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn whatever a damaged ``what`` makes a reader raise into a SourceError that names it."""
    try:
        yield
    except UNREADABLE as error:
        detail = " ".join(str(error).split()) or type(error).__name__
        raise SourceError(f"{what} is damaged or of another kind ({detail})") from error


class Container(Protocol):
    """Named members in the order in which they are cheapest to read."""

    def names(self) -> Sequence[str]: ...

    def open(self, name: str) -> IO[bytes]: ...


class Folder:
    """The files that lie directly in a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> Sequence[str]:
        return sorted(entry.name for entry in self._path.iterdir() if entry.is_file())

    def open(self, name: str) -> IO[bytes]:
        return (self._path / name).open("rb")


class Tar:
    """The regular files of an open tar archive."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._members = {member.name: member for member in archive if member.isfile()}

    def names(self) -> Sequence[str]:
        return tuple(self._members)

    def open(self, name: str) -> IO[bytes]:
        file = self._archive.extractfile(self._members[name])
        if file is None:
            raise KeyError(name)
        return file


@contextmanager
def open_container(path: Path) -> Iterator[Container]:
    """Open a folder, a (compressed) tar archive or a Debian package; nothing is unpacked to the disk.

    Raises SourceError for a file that is neither or is damaged, also where that shows only while reading.
    """
    with reading(path.name):
        if path.is_dir():
            yield Folder(path)
        elif path.suffix == ".deb":
            with tarfile.open(fileobj=_debian_data(path), mode="r:*") as archive:
                yield Tar(archive)
        else:
            with tarfile.open(path, mode="r:*") as archive:
                yield Tar(archive)


_AR_MAGIC = b"!<arch>\n"
_AR_HEADER_SIZE = 60


def _debian_data(path: Path) -> IO[bytes]:
    """Return the tar archive, possibly compressed, that holds a Debian package's files (deb(5))."""
    with path.open("rb") as file:
        if file.read(len(_AR_MAGIC)) != _AR_MAGIC:
            raise ValueError("no ar archive")
        while len(header := file.read(_AR_HEADER_SIZE)) == _AR_HEADER_SIZE:
            name = header[:16].decode("ascii", "replace").rstrip(" /")
            size = int(header[48:58])
            if size < 0:
                raise ValueError("a member of negative size")
            if not name.startswith("data.tar"):
                file.seek(size + size % 2, io.SEEK_CUR)  # members start at even offsets
                continue
            content = file.read(size)
            if len(content) < size:
                raise EOFError("the file ends early")
            suffix = PurePosixPath(name).suffix
            return io.BytesIO(_unzstd(content) if suffix == ".zst" else content)
    raise ValueError("no data.tar in the package")


def _unzstd(content: bytes) -> bytes:
    # Python reads Zstandard from 3.14 on; Debian itself still packs with xz, Ubuntu with Zstandard.
    client = shutil.which("zstd")
    if client is None:
        raise ValueError("it is packed with Zstandard, and the program zstd is not installed")
    done = subprocess.run([client, "-dcq"], input=content, capture_output=True, check=False, timeout=120)
    if done.returncode:
        raise ValueError(done.stderr.decode(errors="replace").strip())
    return done.stdout
