"""What all extractors that are Keras networks share: the way from images to features, counts, release."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, ClassVar

import numpy as np

from fxreport.extractors.base import Features, Images
from fxreport.extractors.builtin import BuiltinExtractor, check_images
from fxreport.vocabulary.errors import ConfigError


def load_keras() -> tuple[ModuleType, ModuleType]:
    """Import and return TensorFlow and Keras (five seconds); Keras must run on TensorFlow, channels last."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    with _native_stderr_held_back():
        import keras
        import tensorflow as tf

        tf.config.list_physical_devices()  # looks for a GPU now, and complains here if there is none

    backend, layout = keras.backend.backend(), keras.config.image_data_format()
    if backend != "tensorflow" or layout != "channels_last":
        raise ConfigError(
            f"Keras is configured for {backend} and {layout}: unset KERAS_BACKEND, and in keras.json choose "
            "the backend tensorflow and the image_data_format channels_last"
        )
    return tf, keras


@contextmanager
def _native_stderr_held_back() -> Iterator[None]:
    """Keep back what native code writes to stderr meanwhile, and let it out only if an error ends it.

    TensorFlow tells of oneDNN while it is loaded, before any of its log settings are read.
    """
    if "tensorflow" in sys.modules:
        yield
        return
    sys.stderr.flush()
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(stderr, held.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)


class NetworkExtractor(BuiltinExtractor):
    """Base of extractors whose features are the output of a Keras network.

    A subclass's ``fit`` calls ``_adopt(network, images)``, its ``_prepare`` is the graph from uint8 images to
    what the network takes. ``batch_size`` images go through the network at once.
    """

    batch_size: int
    #: attributes that hold a part of the network, to be let go of by ``close``
    _graphs: ClassVar[tuple[str, ...]] = ("network_", "_preprocess", "_forward")

    network_: Any  # keras.Model: prepared images (b, h, w, c) float32 → (b, d) float32
    parameters_: int
    model_bytes_: int

    def _prepare(self, images: Any) -> Any:
        """Map a uint8 tensor (b, height, width, channels) to the network's float32 input."""
        raise NotImplementedError

    def _adopt(self, network: Any, images: Images) -> None:
        """Take ``network`` into use for images of the shape of ``images`` (n, height, width, channels)."""
        tf, _ = load_keras()
        self.network_ = network
        self.image_shape_: tuple[int, ...] = images.shape[1:]
        self.parameters_ = int(network.count_params())
        self.model_bytes_ = sum(weight.numpy().nbytes for weight in network.weights)
        self._preprocess = tf.function(self._prepare, autograph=False).get_concrete_function(
            tf.TensorSpec((None, *self.image_shape_), tf.uint8)
        )
        self._forward = _frozen(network)

    def preprocess(self, batch: Images) -> Any:
        """Resize and scale one batch (b, height, width, channels): a float32 tensor for ``forward``."""
        self._check_fitted(batch)
        tf, _ = load_keras()
        return self._preprocess(tf.constant(batch))

    def forward(self, prepared: Any) -> Features:
        """Run the network on what ``preprocess`` returned: features (b, d)."""
        (features,) = self._forward(prepared)
        result: Features = features.numpy()
        return result

    def transform(self, images: Images) -> Features:
        """Return features (n, d) float32 of images (n, height, width, channels) uint8, batch by batch."""
        self._check_fitted(images)
        width = self.network_.output_shape[-1]
        features = np.empty((len(images), width), np.float32)
        for start in range(0, len(images), self.batch_size):
            batch = slice(start, start + self.batch_size)
            features[batch] = self.forward(self.preprocess(images[batch]))
        return features

    def close(self) -> None:
        """Release the network and all that Keras keeps of it. Afterwards only ``fit`` may be called."""
        _, keras = load_keras()
        for attribute in self._graphs:
            vars(self).pop(attribute, None)
        keras.backend.clear_session()

    def _check_fitted(self, images: Images) -> None:
        if not hasattr(self, "network_"):
            from sklearn.exceptions import NotFittedError

            raise NotFittedError(f"{self.name} is not fitted yet: call fit first")
        check_images(images)
        if images.shape[1:] != self.image_shape_:
            raise ConfigError(
                f"{self.name} was fitted on images of {self.image_shape_} and cannot take {images.shape[1:]}"
            )


def _frozen(network: Any) -> Any:
    """Compile the network with its weights as constants; returns a function tensor → (features,).

    With constants TensorFlow merges batch normalisation into the convolutions, which makes networks that have
    it a quarter to a half faster on a CPU. The batch axis stays open: fixing it gains nothing. Neither does
    XLA, which is several times slower here.
    """
    tf, _ = load_keras()
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    forward = tf.function(lambda prepared: network(prepared, training=False), autograph=False)
    spec = tf.TensorSpec((None, *network.input_shape[1:]), tf.float32)
    return convert_variables_to_constants_v2(forward.get_concrete_function(spec))
