"""The bytes of an experiment's small arrays: NumPy's npz, the same bytes for equal arrays."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from fxreport.store.names import digest_of
from fxreport.vocabulary.errors import StoreCorrupt

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


class Arrays(Mapping[str, NDArray[np.generic]]):
    """The arrays of an npz file by name, each unpacked when it is first asked for."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = [name.removesuffix(".npy") for name in self._archive.namelist()]
        self._unpacked: dict[str, NDArray[np.generic]] = {}

    def __getitem__(self, name: str) -> NDArray[np.generic]:
        if name not in self._unpacked:
            content = io.BytesIO(self._archive.read(f"{name}.npy"))
            self._unpacked[name] = np.lib.format.read_array(content, allow_pickle=False)
        return self._unpacked[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names  # without unpacking it, as Mapping would

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Merged(Mapping[str, NDArray[np.generic]]):
    """Arrays of several files as one mapping, each unpacked when it is first asked for."""

    def __init__(self, holders: Mapping[str, Mapping[str, NDArray[np.generic]]]) -> None:
        self._holders = holders

    def __getitem__(self, name: str) -> NDArray[np.generic]:
        return self._holders[name][name]

    def __contains__(self, name: object) -> bool:
        return name in self._holders

    def __iter__(self) -> Iterator[str]:
        return iter(self._holders)

    def __len__(self) -> int:
        return len(self._holders)


def decode_artifacts(data: bytes, digest: str) -> Arrays:
    """Return the arrays by name. Raises StoreCorrupt unless the bytes have that digest."""
    if digest_of(data) != digest:
        raise StoreCorrupt("its content has changed since it was written")
    return Arrays(data)
