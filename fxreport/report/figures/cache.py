"""Figures drawn once: a folder of SVGs under a key made from all that decides their bytes.

A hit needs no matplotlib: importing it costs more than the rest of a rendering.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import struct
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from fxreport.report.figures.style import face_files
from fxreport.system.cache import tell_unusable
from fxreport.system.places import for_matplotlib

KEPT_PER_NAME = 8
"""Entries of one name that stay: both languages, and a few earlier states of the data."""

_PACKAGE = __name__.rpartition(".")[0]

_D = TypeVar("_D")


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


class FigureCache:
    """Keeps drawn figures in ``folder``, which is made when first needed.

    Safe for several processes at once: entries are written aside and renamed into place. A damaged entry is
    drawn anew. A folder that cannot be written is told once and only costs the time to draw.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get_or_draw(self, name: str, data: _D, draw: Callable[[_D], str]) -> str:
        """The SVG that ``draw(data)`` gives.

        ``data`` is made of dataclasses, tuples, lists, mappings, numbers, strings, bytes, None and arrays.

        :raises TypeError: ``data`` holds something else
        """
        key = figure_key(name, data, draw)
        entry = self.folder / f"{_file_name(name)}-{key}.figure"
        with contextlib.suppress(OSError, ValueError):
            return _unseal(entry.read_bytes())
        for_matplotlib()
        svg = draw(data)
        try:
            self._write(entry, svg)
        except OSError as error:
            tell_unusable(self.folder, error.strerror or str(error))
        return svg

    def _write(self, entry: Path, svg: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_seal(svg))
            Path(temporary).replace(entry)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        stem = entry.name.rpartition("-")[0]
        entries = [
            p for p in self.folder.glob("*.figure") if p.name.rpartition("-")[0] == stem and p != entry
        ]
        entries.sort(key=lambda p: p.stat().st_mtime, reverse=True)
        for old in entries[KEPT_PER_NAME - 1 :]:
            old.unlink(missing_ok=True)


def figure_key(name: str, data: object, draw: Callable[..., str] | None = None) -> str:
    """Hash of the figure's name and data, of the code that draws, and of what it draws with.

    The code is that of ``draw``'s module and of what it imports of this folder; the whole folder and the
    module itself for a function from elsewhere.
    """
    digest = blake2b(digest_size=12)
    _feed(digest, (name, _code(getattr(draw, "__module__", "")), *_drawn_with()))
    _feed(digest, data)
    return digest.hexdigest()


@cache
def _drawn_with() -> tuple[str | bytes, ...]:
    return version("matplotlib"), version("pillow"), *(file.read_bytes() for file in face_files())


@cache
def _code(module: str) -> str:
    digest = blake2b(digest_size=12)
    for name in sorted(needed(module)):
        _feed(digest, (name, _sources()[name]))
    if not module.startswith(_PACKAGE) and (file := getattr(sys.modules.get(module), "__file__", None)):
        _feed(digest, Path(file).read_bytes())
    return digest.hexdigest()


def needed(module: str) -> frozenset[str]:
    """The modules of this folder, by their names in it, that a function of ``module`` may run.

    Read off the import statements of the sources, deferred ones included: any mention of a neighbour in one
    counts.
    """
    package, _, name = module.rpartition(".")
    sources = _sources()
    if package != _PACKAGE or name not in sources:
        return frozenset(sources)
    found, ahead = {"__init__"}, [name]
    while ahead:
        if (one := ahead.pop()) not in found:
            found.add(one)
            ahead += _neighbours(sources[one])
    return frozenset(found)


#: an import statement of this folder with the names that it brings, perhaps in brackets over several lines
_IMPORT = re.compile(
    rb"^[ \t]*(?:from|import)[ \t]+((?:fxreport\.report\.figures|\.)[^\n(]*(?:\([^)]*\))?)", re.M
)


def _neighbours(source: bytes) -> list[str]:
    words = {word.decode() for found in _IMPORT.findall(source) for word in re.findall(rb"\w+", found)}
    return sorted(words & _sources().keys())


@cache
def _sources() -> dict[str, bytes]:
    """By name, the text of every module of this folder but this one, which draws nothing."""
    folder = Path(__file__).parent
    return {p.stem: p.read_bytes() for p in sorted(folder.glob("*.py")) if p != Path(__file__)}


def _feed(digest: _Hash, value: object) -> None:
    """Feed a value so that different values never give the same bytes: each part says its type and length."""
    match value:
        case None | bool():
            _put(digest, b"c", repr(value).encode())
        case int() | np.integer():
            _put(digest, b"i", str(int(value)).encode())
        case float() | np.floating():
            _put(digest, b"f", struct.pack(">d", float(value)))
        case str():
            _put(digest, b"s", value.encode("utf-8", "surrogatepass"))
        case bytes():
            _put(digest, b"b", value)
        case tuple() | list():
            _put(digest, b"t", str(len(value)).encode())
            for item in value:
                _feed(digest, item)
        case Mapping():
            _put(digest, b"m", str(len(value)).encode())
            for key in sorted(value, key=repr):
                _feed(digest, key)
                _feed(digest, value[key])
        case np.ndarray() if value.dtype.kind in "biufcUS":
            array = value.astype(value.dtype.newbyteorder("<"), copy=False)
            _put(digest, b"a", f"{array.dtype.str}{array.shape}".encode())
            _put(digest, b"", np.ascontiguousarray(array).tobytes())
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            _put(digest, b"d", type(value).__qualname__.encode())
            for field in dataclasses.fields(value):
                _feed(digest, field.name)
                _feed(digest, getattr(value, field.name))
        case _:
            raise TypeError(f"a figure's data cannot hold {type(value).__name__}")


def _put(digest: _Hash, kind: bytes, data: bytes) -> None:
    digest.update(kind + str(len(data)).encode() + b":")
    digest.update(data)


def _file_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.@]+", "_", name)[:80]


def _seal(svg: str) -> bytes:
    body = svg.encode("utf-8")
    return blake2b(body, digest_size=16).hexdigest().encode() + b"\n" + body


def _unseal(entry: bytes) -> str:
    """:raises ValueError: the entry is not what was written"""
    seal, _, body = entry.partition(b"\n")
    if seal != blake2b(body, digest_size=16).hexdigest().encode():
        raise ValueError("damaged entry")
    return body.decode("utf-8")
