"""ONNX files by hand: messages of Protocol Buffers, as far as tensors need them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

FLOAT, INT64 = 1, 7  # types of data


def varint(value: int) -> bytes:
    value %= 2**64  # negative numbers are written in two's complement
    parts = bytearray()
    while value > 127:
        parts.append(value % 128 + 128)
        value //= 128
    return bytes([*parts, value])


def message(*fields: tuple[int, int, int | bytes]) -> bytes:
    """Fields as (number, wire type, content): 0 for a whole number, 2 for bytes after their length."""
    parts = b""
    for number, kind, content in fields:
        body = varint(content) if isinstance(content, int) else varint(len(content)) + content
        parts += varint(number * 8 + kind) + body
    return parts


def tensor(
    name: str,
    values: np.ndarray,
    *,
    kind: int = FLOAT,
    shape: tuple[int, ...] | None = None,
    numbers: bytes | None = None,
    packed: bool = False,
) -> bytes:
    """A tensor; ``shape`` and ``numbers`` may claim something else than ``values``."""
    shape = values.shape if shape is None else shape
    sides = [(1, 2, b"".join(map(varint, shape)))] if packed else [(1, 0, side) for side in shape]
    numbers = values.tobytes() if numbers is None else numbers
    return message(*sides, (2, 0, kind), (8, 2, name.encode()), (9, 2, numbers))


def graph(tensors: Mapping[str, np.ndarray], *, kind: int = FLOAT) -> bytes:
    return message(*((5, 2, tensor(name, values, kind=kind)) for name, values in tensors.items()))


def model(*graph_parts: bytes) -> bytes:
    """A whole file: version, producer, graph, set of operators."""
    return message((1, 0, 7), (2, 2, b"a test"), (7, 2, b"".join(graph_parts)), (8, 2, b"\x10\x0d"))
