"""The bytes of an experiment's small arrays: NumPy's npz, the same bytes for equal arrays."""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.store.names import digest_of
from fxreport.vocabulary.arrays import MOST_BYTES, counted_by, misshapen
from fxreport.vocabulary.errors import StoreCorrupt

if TYPE_CHECKING:
    from fxreport.store.rows import ArrayFile

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP entry can hold


def encode_artifacts(arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    """Return an npz file's bytes. Unlike ``numpy.savez`` it holds no time and orders names."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asanyarray(arrays[name]), allow_pickle=False)
            archive.writestr(entry, content.getvalue())
    return sink.getvalue()


#: bytes of one array, unpacked: four times what measuring keeps of a step, since it once kept any
MOST_UNPACKED = 4 * MOST_BYTES
#: what forged content makes ZIP's reader and NumPy's raise
_UNREADABLE = (
    OSError, EOFError, ValueError, TypeError, SyntaxError, NotImplementedError, RuntimeError,
    zipfile.BadZipFile, zlib.error, struct.error,
)  # fmt: skip
_KINDS = "biufU"


class Arrays(Mapping[str, NDArray[np.generic]]):
    """The arrays of an npz file by name, each unpacked when it is first asked for.

    Raises StoreCorrupt where the file is none or says that an array is larger than MOST_UNPACKED, and, when
    it is asked for, where an array cannot be what its name says; ``spoiled`` is told before and may raise.
    """

    def __init__(self, data: bytes, spoiled: Callable[[StoreCorrupt], object] = lambda _: None) -> None:
        self._spoiled = spoiled
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _UNREADABLE as error:
            raise StoreCorrupt("it is no file of arrays") from error
        for entry in self._archive.infolist():
            # ZIP's other methods unpack all at once, whatever size is told
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise StoreCorrupt(f"{entry.filename!r} is packed as no file of arrays is")
            if entry.file_size > MOST_UNPACKED:
                raise StoreCorrupt(
                    f"{entry.filename!r} takes {entry.file_size / 1e6:.0f} MB, and no array more than "
                    f"{MOST_UNPACKED / 1e6:.0f}"
                )
        self._names = [name.removesuffix(".npy") for name in self._archive.namelist()]
        self._unpacked: dict[str, NDArray[np.generic]] = {}

    def __getitem__(self, name: str) -> NDArray[np.generic]:
        if name not in self._unpacked:
            if name not in self._names:
                raise KeyError(name)
            try:
                entry = self._archive.getinfo(f"{name}.npy")
                with self._archive.open(entry) as file:
                    self._unpacked[name] = _array(name, file.read(entry.file_size))  # and no byte more
            except StoreCorrupt as error:
                raise self.refused(str(error)) from error
            except (*_UNREADABLE, KeyError) as error:
                raise self.refused(f"{name!r} is no array") from error
        return self._unpacked[name]

    def refused(self, reason: str) -> StoreCorrupt:
        """The error to raise of an array that cannot be used."""
        error = StoreCorrupt(reason)
        self._spoiled(error)
        return error

    def __contains__(self, name: object) -> bool:
        return name in self._names  # without unpacking it, as Mapping would

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _array(name: str, data: bytes) -> NDArray[np.generic]:
    """Read an array of numbers or text. Its head is held to its size before any memory is taken for it."""
    content = io.BytesIO(data)
    version = np.lib.format.read_magic(content)
    if version not in _HEADS:
        raise ValueError(version)
    shape, _, dtype = _HEADS[version](content)
    if dtype.kind not in _KINDS:
        raise StoreCorrupt(f"{name!r} is of {dtype.name}, and arrays are of numbers or of text")
    if math.prod(shape) * dtype.itemsize != len(data) - content.tell():
        raise StoreCorrupt(f"{name!r} has not as many numbers as it says")
    if wanted := misshapen(name, dtype.kind, shape):
        raise StoreCorrupt(f"{name!r} is {dtype.name} of shape {shape}; it must be {wanted}")
    content.seek(0)
    array: NDArray[np.generic] = np.lib.format.read_array(content, allow_pickle=False)
    return array


_HEADS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


class Merged(Mapping[str, NDArray[np.generic]]):
    """Arrays of several files as one mapping, each unpacked when it is first asked for.

    Raises StoreCorrupt as ``Arrays`` does, also where two arrays of the same images are of different length.
    """

    def __init__(self, holders: Mapping[str, Arrays]) -> None:
        self._holders = holders

    def __getitem__(self, name: str) -> NDArray[np.generic]:
        holder = self._holders[name]
        array = holder[name]
        counting = counted_by(name)
        if counting in self._holders and len(array) != (length := len(self._holders[counting][counting])):
            raise holder.refused(f"{name!r} is of {len(array)} images, and {counting!r} of {length}")
        return array

    def __contains__(self, name: object) -> bool:
        return name in self._holders

    def __iter__(self) -> Iterator[str]:
        return iter(self._holders)

    def __len__(self) -> int:
        return len(self._holders)


def merged(files: Iterable[ArrayFile | None], open_file: Callable[[ArrayFile], Arrays | None]) -> Merged:
    """The steps' arrays of several files as one mapping; those of later files count.

    Each file is opened once; ``open_file`` gives None for one that is not there.
    """
    opened: dict[str, Arrays | None] = {}
    holders: dict[str, Arrays] = {}
    for one in files:
        if one is None:
            continue
        if one.name not in opened:
            opened[one.name] = open_file(one)
        arrays = opened[one.name]
        if arrays is not None:
            names = arrays if one.names is None else one.names
            holders |= {name: arrays for name in names if name in arrays}
    return Merged(holders)


def decode_artifacts(
    data: bytes, digest: str, spoiled: Callable[[StoreCorrupt], object] = lambda _: None
) -> Arrays:
    """Return the arrays by name (see ``Arrays``). Raises StoreCorrupt unless the bytes have that digest."""
    if digest_of(data) != digest:
        raise StoreCorrupt("its content has changed since it was written")
    return Arrays(data, spoiled)
