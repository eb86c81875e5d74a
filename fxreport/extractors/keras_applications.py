"""VGG16, ResNet50 and MobileNetV2 as keras.applications has them, with its ImageNet weights."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from fxreport.extractors.pretrained import PretrainedExtractor
from fxreport.extractors.weights import Digest, KerasDownload, WeightsFile
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
            network.load_weights(weights)
        except (ValueError, OSError, LookupError, TypeError) as error:
            # h5py and Keras tell of damage and of other models' layers over several lines, if at all.
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise WeightsUnavailable(
                f"{weights} does not hold {self.title} weights without classifier ({reason}); replace it or "
                "take it away"
            ) from error
        return network

    def _scale(self, pixels: Any) -> Any:
        return import_module(f"keras.applications.{self.module}").preprocess_input(pixels)


class VGG16(KerasApplication, name="vgg16"):
    """512 features."""

    module = "vgg16"
    function = "VGG16"
    notop = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    md5 = "6d6bbae143d832006294945121d1f1fc"
    input_sizes: ClassVar[tuple[int, ...]] = (32, 64)


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
