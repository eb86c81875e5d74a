"""What extractors with ImageNet weights share: weights found first, images made fit in the graph."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, ClassVar

from fxreport.extractors import weights as weights_files
from fxreport.extractors.base import Images, Labels
from fxreport.extractors.builtin import check_images, check_positive
from fxreport.extractors.network import NetworkExtractor, load_keras
from fxreport.extractors.opened import OpenedNetwork, activation_layers
from fxreport.extractors.weights import ANYWHERE, WeightsFile, WeightsOptions
from fxreport.vocabulary.errors import ConfigError

#: five halvings must leave at least one cell
_SMALLEST_INPUT = 32


class PretrainedExtractor(NetworkExtractor):
    """A network trained on ImageNet, up to its global average pooling; nothing is learned from the images.

    Images are made RGB, resized (bilinear, not keeping the aspect ratio) to a square of ``input_size`` and
    scaled as the network was trained. Features are (n, d) float32.
    """

    input_sizes: ClassVar[tuple[int, ...]] = (32, 96)

    def __init__(
        self,
        *,
        input_size: int = 96,
        batch_size: int = 128,
        weights: WeightsOptions = ANYWHERE,
    ) -> None:
        self.input_size = input_size
        self.batch_size = batch_size
        self.weights = weights

    def weights_file(self) -> WeightsFile:
        """Return which file of weights this network at this input size takes."""
        raise NotImplementedError

    def _build(self, weights: Path) -> Any:
        """Return the Keras network with its weights read. Raises WeightsUnavailable where they don't fit."""
        raise NotImplementedError

    def _scale(self, pixels: Any) -> Any:
        """Map RGB float32 pixels in 0..255 (b, s, s, 3) to the range that the network was trained on."""
        raise NotImplementedError

    def fit(self, images: Images, labels: Labels | None = None) -> PretrainedExtractor:
        """Read the weights, for images of this shape (n, height, width, channels).

        Sets ``load_seconds_`` (building and reading, without download), ``weights_source_`` and
        ``weights_hash_``. Raises WeightsUnavailable; for missing ones TensorFlow is not even loaded.
        """
        check_images(images)
        check_positive(self.name, batch_size=self.batch_size)
        if self.input_size < _SMALLEST_INPUT:
            raise ConfigError(
                f"{self.name} takes input sizes from {_SMALLEST_INPUT} on, not {self.input_size}"
            )
        found = weights_files.find(self.weights_file(), self.weights)
        load_keras()
        started = time.perf_counter()
        self._adopt(self._build(found.path), images)
        self.load_seconds_ = time.perf_counter() - started
        self.weights_source_ = found.source
        self.weights_hash_ = f"sha256:{found.sha256}"
        return self

    def opened(self) -> OpenedNetwork:
        """Return the network for study: at each resolution the last activation, and the features."""
        layers = activation_layers(self.network_)
        return OpenedNetwork(self.network_, layers, batch_size=self.batch_size)

    def _prepare(self, images: Any) -> Any:
        tf, _ = load_keras()
        height, width, channels = self.image_shape_
        rgb = tf.image.grayscale_to_rgb(images) if channels == 1 else images
        # Smoothing first matters where pixels are dropped; where none are it changes nothing and costs time.
        shrinks = self.input_size < max(height, width)
        size = (self.input_size, self.input_size)
        return self._scale(tf.image.resize(tf.cast(rgb, tf.float32), size, "bilinear", antialias=shrinks))
