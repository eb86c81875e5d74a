"""A network of the user's in a ``.keras`` file: the output of one of its layers as features."""

from __future__ import annotations

import hashlib
import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from fxreport.extractors.base import Extractor, Images, Labels
from fxreport.extractors.builtin import check_images, check_positive
from fxreport.extractors.network import NetworkExtractor, load_keras
from fxreport.vocabulary.errors import ConfigError, InputError
from fxreport.vocabulary.nearest import unknown
from fxreport.vocabulary.own import KerasFile, OwnExtractor

_CONFIG = "config.json"
_MOST_CONFIG = 64 << 20
#: parts of Keras whose classes a file may name. Anything else would be code that the file chooses
_PARTS = (
    "layers", "initializers", "regularizers", "constraints", "activations", "optimizers", "losses", "metrics",
    "models", "dtype_policies", "ops",
)  # fmt: skip
_TOP = frozenset({"DTypePolicy", "Functional", "Model", "Sequential"})
#: what a file may name of no module: values
_VALUES = frozenset({"__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"})
#: layers that run what lies in the file or beside it
_CODE = frozenset({"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"})
#: mean and spread of ImageNet by channel, in 0..1
_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_CAFFE_MEAN = (103.939, 116.779, 123.68)  # blue, green, red, in 0..255


def keras_file(own: OwnExtractor, file: KerasFile) -> type[Extractor]:
    """Make an extractor of a Keras file. Raises ConfigError where there is none, or it would run code."""
    try:
        check_no_code(file.path)
    except InputError as error:
        raise ConfigError(f"{own.where}.keras: {error}") from None
    facts = {
        "name": own.name,
        "title": own.title or own.name,
        "family": own.family or "learned",  # on which images only the user knows
        "file": file,
    }
    return type("FromFile", (KerasNetwork,), facts)


def content(own: OwnExtractor, file: KerasFile) -> str:
    """Return a digest over the file and what is taken of it. Raises ConfigError."""
    try:
        digest = hashlib.blake2b(file.path.read_bytes(), digest_size=8)
    except OSError as error:
        raise ConfigError(f"{own.where}.keras: cannot read {file.path}: {error.strerror or error}") from None
    digest.update("\n".join(("", file.layer, file.scaling, "", "")).encode())
    return digest.hexdigest()


class KerasNetwork(NetworkExtractor):
    """The output of ``file.layer``, its maps and sequences averaged to (n, d) float32; nothing is learned.

    Images are made grey or RGB and resized (bilinear) as the network's input asks; where that takes any size,
    images keep theirs.
    """

    needs_labels = False
    learns = False
    file: ClassVar[KerasFile]

    def __init__(self, *, batch_size: int = 128) -> None:
        self.batch_size = batch_size

    def fit(self, images: Images, labels: Labels | None = None) -> KerasNetwork:
        """Read the network. Raises InputError for a file, ConfigError for a layer, that does not serve."""
        check_images(images)
        check_positive(self.name, batch_size=self.batch_size)
        load_keras()
        started = time.perf_counter()
        network = _cut(_load(self.file.path), self.file)
        self._input = tuple(network.input_shape[1:])
        self._adopt(network, images)
        self.load_seconds_ = time.perf_counter() - started
        self.weights_source_ = self.file.path.name
        return self

    def _prepare(self, images: Any) -> Any:
        tf, _ = load_keras()
        height, width, channels = self._input
        own_height, own_width, own_channels = self.image_shape_
        pixels = tf.cast(images, tf.float32)
        if own_channels == 1 and channels == 3:
            pixels = tf.image.grayscale_to_rgb(pixels)
        elif own_channels == 3 and channels == 1:
            pixels = tf.image.rgb_to_grayscale(pixels)
        size = (height or own_height, width or own_width)
        if size != (own_height, own_width):
            shrinks = size[0] < own_height or size[1] < own_width
            pixels = tf.image.resize(pixels, size, "bilinear", antialias=shrinks)
        return _scaled(pixels, self.file.scaling)


def _scaled(pixels: Any, scaling: str) -> Any:
    """Pixels 0..255 as the network was given them."""
    if scaling == "0..255":
        return pixels
    if scaling == "-1..1":
        return pixels / 127.5 - 1.0
    if scaling == "imagenet_caffe":
        return pixels[..., ::-1] - np.array(_CAFFE_MEAN, np.float32)
    pixels = pixels / 255.0
    if scaling == "imagenet_torch":
        return (pixels - np.array(_MEAN, np.float32)) / np.array(_SPREAD, np.float32)
    return pixels


def _load(path: Path) -> Any:
    _, keras = load_keras()
    check_no_code(path)
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: Keras cannot load it: {reason}") from error


def _cut(network: Any, file: KerasFile) -> Any:
    """The network up to a layer, that layer's output as (b, d)."""
    _, keras = load_keras()
    names = [layer.name for layer in network.layers if not isinstance(layer, keras.layers.InputLayer)]
    if not file.layer:
        raise ConfigError(f"{file.path} has the layers {', '.join(names)}: name one as layer")
    if file.layer not in names:
        raise ConfigError(f"{file.path}: {unknown('layer', file.layer, names)}")
    inputs = network.inputs
    if len(inputs) != 1 or len(inputs[0].shape) != 4 or inputs[0].shape[-1] not in (1, 3):
        shapes = ", ".join(str(tuple(one.shape)) for one in inputs)
        raise ConfigError(f"{file.path} takes {shapes}: it must take images (n, height, width, 1 or 3)")
    if file.scaling.startswith("imagenet") and inputs[0].shape[-1] != 3:
        raise ConfigError(f"{file.path} takes grey images, which {file.scaling} does not scale: write 0..1")
    output = network.get_layer(file.layer).output
    if len(output.shape) == 4:
        output = keras.layers.GlobalAveragePooling2D()(output)
    elif len(output.shape) == 3:
        output = keras.layers.GlobalAveragePooling1D()(output)
    elif len(output.shape) != 2:
        raise ConfigError(
            f"{file.path}: the layer {file.layer} gives {tuple(output.shape)}, which is no feature"
        )
    return keras.Model(inputs[0], output)


def check_no_code(path: Path) -> None:
    """Raise InputError unless the file describes a network of Keras' own layers, none of which runs code.

    Keras' safe mode refuses Lambda layers; this also refuses every class and function of other modules,
    before Keras has seen the file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.getinfo(_CONFIG)
            if entry.file_size > _MOST_CONFIG:
                raise InputError(f"{path}: its description takes {entry.file_size / 1e6:.0f} MB")
            described = json.loads(archive.read(entry))
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except (OSError, KeyError, ValueError, RecursionError, zipfile.BadZipFile):
        raise InputError(f"{path} is no .keras file as model.save('NAME.keras') writes it") from None
    try:
        for one in _named(described):
            if not one.is_keras_own:
                raise InputError(_refused(path, one))
    except RecursionError:
        raise InputError(f"{path}: its description is nested too deep") from None


@dataclass(frozen=True, slots=True)
class _Named:
    """A class or function that a description names."""

    module: str
    name: str
    registered: str

    @property
    def is_keras_own(self) -> bool:
        if not self.module:
            return self.name in _VALUES
        if self.name in _CODE or self.registered.partition(">")[1]:  # "package>class" is registered by hand
            return False
        if self.module == "keras":
            return self.name in _TOP
        part = self.module.removeprefix("keras.").removeprefix("src.").partition(".")[0]
        ours = self.module.startswith("keras.") and part in _PARTS
        return ours and (self.name != "function" or part == "activations")


def _refused(path: Path, one: _Named) -> str:
    name = f"{one.module}.{one.name}".strip(".")
    return (
        f"{path} names {name}, which is code and no layer of Keras': build the network without it, or write "
        "an extractor in Python"
    )


def _named(described: Any) -> Iterator[_Named]:
    if isinstance(described, dict):
        if "class_name" in described:
            parts = (described.get(key) for key in ("module", "class_name", "registered_name"))
            yield _Named(*(str(part or "") for part in parts))
        for value in described.values():
            yield from _named(value)
    elif isinstance(described, list):
        for value in described:
            yield from _named(value)
