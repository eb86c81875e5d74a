"""Reading tensors out of ONNX files, which are written here byte by byte after the format's description."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx_files import INT64, graph, message, model, tensor

from fxreport.extractors.onnx_tensors import read_float_tensors
from fxreport.vocabulary.errors import WeightsUnavailable

KERNEL = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4) / 7
BIAS = np.array([-1.5, np.pi], np.float32)
#: with what a converter writes around the tensors: a node, names, a version, another type
WHOLE = model(
    message((1, 2, b"\n\x05input\x12\x06output")),
    graph({"kernel": KERNEL, "bias": BIAS, "scalar": np.float32(7)}),
    graph({"shape": np.array([1, -1])}, kind=INT64),
)


def read(folder: Path, content: bytes) -> dict[str, np.ndarray]:
    path = folder / "model.onnx"
    path.write_bytes(content)
    return read_float_tensors(path)


def test_tensors_come_out_by_name_in_their_shapes(tmp_path: Path) -> None:
    tensors = read(tmp_path, WHOLE)
    assert list(tensors) == ["kernel", "bias", "scalar"], "whole numbers are no weights"
    np.testing.assert_array_equal(tensors["kernel"], KERNEL)
    np.testing.assert_array_equal(tensors["bias"], BIAS)
    assert tensors["scalar"] == 7
    assert {str(values.dtype) for values in tensors.values()} == {"float32"}


def test_a_shape_may_be_packed(tmp_path: Path) -> None:
    packed = tensor("kernel", KERNEL, packed=True)
    assert packed != tensor("kernel", KERNEL)
    assert read(tmp_path, model(message((5, 2, packed))))["kernel"].shape == KERNEL.shape


def test_every_truncation_is_refused_in_one_line(tmp_path: Path) -> None:
    whole = model(graph({"kernel": KERNEL, "bias": BIAS}))
    for length in range(
        whole.index(BIAS.tobytes()) + BIAS.nbytes
    ):  # what follows are the operators' versions
        with pytest.raises(WeightsUnavailable, match=r"model\.onnx: no ONNX file") as error:
            read(tmp_path, whole[:length])
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "damaged",
    [
        tensor("kernel", KERNEL, shape=(2, 3, 5)),
        tensor("kernel", KERNEL, shape=(2, 3)),
        tensor("kernel", KERNEL, shape=(-2, -3, 4)),
        tensor("kernel", KERNEL, shape=(2**40, 2**40)),
        tensor("kernel", KERNEL, numbers=b""),  # as where the numbers lie in a file beside
        tensor("kernel", KERNEL, numbers=KERNEL.tobytes()[:-1]),
    ],
)
def test_numbers_that_do_not_fill_the_shape_are_refused(damaged: bytes, tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match=r"kernel of the shape .* has \d+ bytes"):
        read(tmp_path, model(message((5, 2, damaged))))


@pytest.mark.parametrize(
    "content", [b"hello, world", b"\x89HDF\r\n\x1a\n" + bytes(500), b"\x3a" + b"\xff" * 20]
)
def test_another_file_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match=r"model\.onnx: no ONNX file"):
        read(tmp_path, content)


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match=r"model\.onnx: no ONNX file"):
        read(tmp_path, WHOLE.replace(b"kernel", b"k\xff\xffnel"))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match=r"nothing\.onnx: cannot be read"):
        read_float_tensors(tmp_path / "nothing.onnx")


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.integers(0, len(WHOLE) - 1), value=st.integers(0, 255))
def test_a_changed_byte_is_read_or_refused(at: int, value: int, tmp_path: Path) -> None:
    """Whatever the byte, no other error escapes."""
    with suppress(WeightsUnavailable):
        assert read(tmp_path, WHOLE[:at] + bytes([value]) + WHOLE[at + 1 :])
