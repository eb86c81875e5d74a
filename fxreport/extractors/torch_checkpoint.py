"""Reads state dicts in PyTorch's legacy checkpoint format, without PyTorch and without running pickles.

The file is five pickles in a row (magic number, protocol version, system info, the state dict with its
tensors as references into storages, the list of storage keys), then each storage as a count of elements and
its raw bytes. Unpickling can call whatever the file names, so only the four names that a state dict needs are
known here, and none of them stands for the real thing.
"""

from __future__ import annotations

import io
import math
import pickle
import struct
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from operator import index
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from fxreport.system.pickles import check_memo
from fxreport.vocabulary.errors import WeightsUnavailable
from fxreport.vocabulary.text import visible

_MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
_PROTOCOL_VERSION = 1001
_ZIP_MAGIC = b"PK\x03\x04"
_COUNT = struct.Struct("<q")

_STORAGE_DTYPES: Mapping[str, str] = {
    "HalfStorage": "<f2", "FloatStorage": "<f4", "DoubleStorage": "<f8", "ByteStorage": "u1",
    "CharStorage": "i1", "ShortStorage": "<i2", "IntStorage": "<i4", "LongStorage": "<i8",
}  # fmt: skip

# What pickle's documentation says that a damaged stream can raise, and what wrong operands of its opcodes do.
_MALFORMED = (
    pickle.UnpicklingError, EOFError, AttributeError, ImportError, LookupError, TypeError, ValueError,
    OverflowError, MemoryError, struct.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _StorageType:
    dtype: str


@dataclass(frozen=True, slots=True)
class _Storage:
    key: str
    dtype: str
    count: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A strided view into a storage; offset and strides count elements."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _RebuildTensor:
    """Stands for ``torch._utils._rebuild_tensor_v2``."""

    def __call__(
        self, storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
    ) -> _Tensor:
        return _Tensor(storage, offset, tuple(shape), tuple(strides))


class _StateDictUnpickler(pickle.Unpickler):
    """Knows the names of a state dict and refuses all others."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _RebuildTensor()
        if module == "torch" and name in _STORAGE_DTYPES:
            return _StorageType(_STORAGE_DTYPES[name])
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no state dict needs")

    def persistent_load(self, pid: Any) -> _Storage:
        kind, storage_type, key, _location, count, view = pid
        if kind != "storage" or not isinstance(storage_type, _StorageType) or view is not None:
            raise pickle.UnpicklingError("it refers to something that is not a plain storage")
        return _Storage(str(key), storage_type.dtype, int(count))


def read_state_dict(path: Path) -> dict[str, NDArray[Any]]:
    """Return the tensors of a legacy PyTorch checkpoint by name, as contiguous arrays.

    Raises ``WeightsUnavailable`` where the file is not such a checkpoint, is cut short, or asks for any code.
    """
    try:
        # A private copy in memory: 20 MB, and the pickles' buffering can't lose the place of the storages.
        stream = io.BytesIO(path.read_bytes())
    except OSError as error:
        raise WeightsUnavailable(f"{path}: cannot be read ({error.strerror})") from error
    if stream.getvalue().startswith(_ZIP_MAGIC):
        raise WeightsUnavailable(
            f"{path}: a PyTorch checkpoint of the zip format, not of the legacy one; save it again with "
            "_use_new_zipfile_serialization=False"
        )
    try:
        return _read(stream)
    except _MALFORMED as error:
        reason = visible(" ".join(str(error).split())) or type(error).__name__  # it may quote the file
        raise WeightsUnavailable(f"{path}: no PyTorch state dict that is safe to read: {reason}") from error


def _read(stream: BinaryIO) -> dict[str, NDArray[Any]]:
    if _unpickle(stream) != _MAGIC_NUMBER:
        raise ValueError("it does not begin with PyTorch's magic number")
    if _unpickle(stream) != _PROTOCOL_VERSION:
        raise ValueError("its protocol version is unknown")
    if not _unpickle(stream)["little_endian"]:
        raise ValueError("it was written on a big-endian machine")
    tensors = _unpickle(stream)
    if not isinstance(tensors, dict) or not all(isinstance(t, _Tensor) for t in tensors.values()):
        raise ValueError("it holds something other than tensors by name")
    keys = _unpickle(stream)
    declared = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
    if not isinstance(keys, list) or set(keys) != set(declared):
        raise ValueError("its storages are not those that its tensors refer to")
    contents = {key: _read_storage(stream, declared[key]) for key in keys}
    return {str(name): _view(tensor, contents[tensor.storage.key]) for name, tensor in tensors.items()}


def _unpickle(stream: BinaryIO) -> Any:
    check_memo(stream)
    return _StateDictUnpickler(stream).load()


def _read_storage(stream: BinaryIO, storage: _Storage) -> NDArray[Any]:
    (count,) = _COUNT.unpack(stream.read(_COUNT.size))
    if count != storage.count or count < 0:
        raise ValueError(f"storage {storage.key} has {count} elements, not {storage.count}")
    dtype = np.dtype(storage.dtype)
    raw = stream.read(count * dtype.itemsize)
    if len(raw) < count * dtype.itemsize:
        raise ValueError("it is cut short")
    return np.frombuffer(raw, dtype)


def _view(tensor: _Tensor, content: NDArray[Any]) -> NDArray[Any]:
    """Copy a strided view out of its storage, after checking that it stays inside."""
    # operator.index refuses what is no whole number, zip a shape and strides of different lengths.
    axes = [(index(n), index(stride)) for n, stride in zip(tensor.shape, tensor.strides, strict=True)]
    elements = math.prod([n for n, _ in axes])
    last = tensor.offset + sum((n - 1) * stride for n, stride in axes)
    if min(tensor.offset, *(number for axis in axes for number in axis), 0) < 0:
        raise ValueError("a tensor has a negative offset, side or stride")
    if elements > content.size or (elements and last >= content.size):
        raise ValueError("a tensor reaches beyond its storage")
    strides = [stride * content.itemsize for stride in tensor.strides]
    view = np.lib.stride_tricks.as_strided(content[tensor.offset :], tensor.shape, strides, writeable=False)
    return np.array(view, order="C")
