"""Reads the tensors of an ONNX file: the initialisers of its graph. The graph itself is neither read nor run.

ONNX is a message of Protocol Buffers, so their library, which TensorFlow brings along, takes it apart and
refuses what is malformed. Of the format's schema only the path to the tensors is declared here; the rest is
passed over.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.vocabulary.errors import WeightsUnavailable

_PACKAGE = "fxreport_onnx"
#: message → its fields: name, number, type or message, whether there are several
_SCHEMA: dict[str, tuple[tuple[str, int, str, bool], ...]] = {
    "Model": (("graph", 7, "Graph", False),),
    "Graph": (("initializer", 5, "Tensor", True),),
    "Tensor": (
        ("dims", 1, "INT64", True),
        ("data_type", 2, "INT32", False),
        ("name", 8, "BYTES", False),
        ("raw_data", 9, "BYTES", False),
    ),
}
_FLOAT = 1  # among the format's types of data


@cache
def _model_class() -> Any:
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(name=f"{_PACKAGE}.proto", package=_PACKAGE)
    field_class = descriptor_pb2.FieldDescriptorProto
    for message, fields in _SCHEMA.items():
        declared = file.message_type.add(name=message)
        for name, number, kind, several in fields:
            field = declared.field.add(name=name, number=number)
            field.label = field_class.LABEL_REPEATED if several else field_class.LABEL_OPTIONAL
            if kind in _SCHEMA:
                field.type_name = f".{_PACKAGE}.{kind}"
            field.type = getattr(field_class, "TYPE_MESSAGE" if kind in _SCHEMA else f"TYPE_{kind}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Model"))


def read_float_tensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return the float32 tensors of an ONNX file by name; those of other types are left out.

    The whole file is held in memory. Raises ``WeightsUnavailable`` where it is no such file or is cut short.
    """
    from google.protobuf.message import DecodeError

    try:
        model = _model_class().FromString(path.read_bytes())
        tensors = [tensor for tensor in model.graph.initializer if tensor.data_type == _FLOAT]
        if not tensors:
            raise ValueError("it holds none")
        return {_name(tensor): _values(tensor) for tensor in tensors}
    except OSError as error:
        raise WeightsUnavailable(f"{path}: cannot be read ({error.strerror})") from error
    except (DecodeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise WeightsUnavailable(f"{path}: no ONNX file with readable tensors: {reason}") from error


def _name(tensor: Any) -> str:
    name: bytes = tensor.name
    return name.decode()


def _values(tensor: Any) -> NDArray[np.float32]:
    """Copy the numbers out, after checking that they are as many as the shape says."""
    shape = tuple(tensor.dims)
    size = 4 * math.prod(shape)
    if min(shape, default=0) < 0 or len(tensor.raw_data) != size:
        raise ValueError(f"{_name(tensor)} of the shape {shape} has {len(tensor.raw_data)} bytes of numbers")
    return np.frombuffer(tensor.raw_data, "<f4").astype(np.float32).reshape(shape)
