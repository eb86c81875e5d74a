"""Checkpoints as PyTorch's legacy format has them, without PyTorch."""

from __future__ import annotations

import io
import pickle
import struct
import sys
import types
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest


class FloatStorage:
    __module__ = "torch"


class LongStorage:
    __module__ = "torch"


def _rebuild_tensor_v2() -> None:
    raise AssertionError("only its name is pickled")


_rebuild_tensor_v2.__module__ = "torch._utils"
#: what pickle looks the names up in when it writes them
FAKE_TORCH = {"torch": (FloatStorage, LongStorage), "torch._utils": (_rebuild_tensor_v2,)}


@dataclass
class FakeTensor:
    values: np.ndarray  # the storage, flat
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        storage = Storage(self.values)
        return _rebuild_tensor_v2, (storage, self.offset, self.shape, self.strides, False, OrderedDict())


@dataclass
class Storage:
    values: np.ndarray


class CheckpointPickler(pickle.Pickler):
    """Writes storages as PyTorch does: by a persistent id."""

    def __init__(self, stream: io.BytesIO, storages: dict[str, np.ndarray]) -> None:
        super().__init__(stream, protocol=2)
        self.storages = storages

    def persistent_id(self, obj: Any) -> Any:
        if not isinstance(obj, Storage):
            return None
        key = str(1000 + len(self.storages))
        self.storages[key] = obj.values
        kind = FloatStorage if obj.values.dtype == np.float32 else LongStorage
        return ("storage", kind, key, "cpu", obj.values.size, None)


def checkpoint(content: Any, *, little_endian: bool = True) -> bytes:
    """A file of PyTorch's legacy format, written after the description of the format."""
    with pytest.MonkeyPatch.context() as patch:
        for name, members in FAKE_TORCH.items():
            module = types.ModuleType(name)
            vars(module).update({member.__name__: member for member in members})
            patch.setitem(sys.modules, name, module)
        stream, storages = io.BytesIO(), dict[str, np.ndarray]()
        for part in (
            0x1950A86A20F9469CFC6C,
            1001,
            {"protocol_version": 1001, "little_endian": little_endian},
        ):
            pickle.dump(part, stream, protocol=2)
        CheckpointPickler(stream, storages).dump(content)
        pickle.dump(list(storages), stream, protocol=2)
    for values in storages.values():
        stream.write(struct.pack("<q", values.size) + values.tobytes())
    return stream.getvalue()


VALUES = np.arange(24, dtype=np.float32)
STATE = OrderedDict(
    plain=FakeTensor(VALUES, 0, (2, 3, 4), (12, 4, 1)),
    transposed=FakeTensor(VALUES + 100, 0, (4, 6), (1, 4)),
    part=FakeTensor(VALUES + 200, 5, (2, 2), (6, 2)),
    count=FakeTensor(np.array([7]), 0, (), ()),
)
