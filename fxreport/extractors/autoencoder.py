"""A symmetric convolutional autoencoder: features learned without labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.extractors.base import EpochCallback, Images, Labels
from fxreport.extractors.builtin import check_images
from fxreport.extractors.inspection import feature_maps, first_filters
from fxreport.extractors.network import NetworkExtractor, load_keras
from fxreport.extractors.opened import OpenedNetwork
from fxreport.extractors.training import Curve, Training, train

_LATENT = 128
#: filters of the encoder's stages; further stages, for large images, are as wide as the last
_WIDTHS = (32, 64)
#: stages of stride 2 are added until both sides of the map are at most this, to keep the dense layer small
_LARGEST_MAP = 8


class Autoencoder(NetworkExtractor, name="autoencoder"):
    """Convolutions of stride 2 down to a dense latent of 128 (the features), and the same way back.

    The latent is linear, (n, 128) float32. Trained by the mean squared error of pixels in [0, 1]. Images
    whose sides the strides do not divide are padded with zeros inside the network and cropped at its end.
    """

    _graphs = (*NetworkExtractor._graphs, "_decoder")

    def __init__(
        self, *, epochs: int = 10, batch_size: int = 64, learning_rate: float = 3e-3, seed: int = 0
    ) -> None:
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.seed = seed
        self.on_epoch: EpochCallback | None = None

    def fit(self, images: Images, labels: Labels | None = None) -> Autoencoder:
        """Train on images (n, height, width, channels). Sets ``curve_`` (loss, val_loss, each (epochs,))."""
        check_images(images)
        training = Training(self.name, self.epochs, self.batch_size, self.learning_rate, self.seed)
        _, keras = load_keras()
        keras.utils.set_random_seed(self.seed)

        encoder, decoder = _autoencoder(images.shape[1:])
        pixels = keras.Input(images.shape[1:], dtype="uint8")
        output = decoder(encoder(keras.layers.Rescaling(1 / 255)(pixels)))
        self.curve_: Curve = train(
            keras.Model(pixels, output),
            images,
            images,
            np.zeros(len(images), np.int64),
            training,
            loss=_squared_error,
            on_epoch=self.on_epoch,
        )
        self._decoder = decoder
        self._adopt(encoder, images)
        return self

    def measure(self, images: Images, labels: Labels) -> Mapping[str, float]:
        """Return ``reconstruction_mse``: over all pixels, scaled to [0, 1], of held-out images (n, …)."""
        total = 0.0
        for start in range(0, len(images), self.batch_size):
            batch = images[start : start + self.batch_size]
            error = self._reconstruct(batch) - batch.astype(np.float32) / np.float32(255)
            total += float(np.square(error, dtype=np.float64).sum())
        return {"reconstruction_mse": total / images.size}

    def inspect(self, images: Images) -> Mapping[str, NDArray[np.generic]]:
        """Return ``filters``, each encoder stage's ``feature_maps/…``, and ``reconstructions``.

        Reconstructions are (m, height, width, channels) float32 in [0, 1].
        """
        return {
            "filters": first_filters(self.network_),
            **feature_maps(self.network_, self._stages(), self.preprocess(images)),
            "reconstructions": self._reconstruct(images),
        }

    def opened(self) -> OpenedNetwork:
        """Return the encoder for study: each stage, and the latent."""
        return OpenedNetwork(self.network_, [*self._stages(), "features"], batch_size=self.batch_size)

    def decode(self, codes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the images (n, height, width, channels) float32 in [0, 1] of latent vectors (n, 128)."""
        images: NDArray[np.float32] = self._decoder(codes, training=False).numpy()
        return images

    def _stages(self) -> list[str]:
        return [layer.name for layer in self.network_.layers if layer.name.startswith("encoder")]

    def _reconstruct(self, images: Images) -> NDArray[np.float32]:
        return self.decode(self.forward(self.preprocess(images)))

    def _prepare(self, images: Any) -> Any:
        return _unit_interval(images)


def _squared_error(images: Any, reconstructions: Any) -> Any:
    from keras import ops

    return ops.mean(ops.square(_unit_interval(images) - reconstructions), axis=(1, 2, 3))


def _unit_interval(images: Any) -> Any:
    from keras import ops

    return ops.cast(images, "float32") / 255


def _autoencoder(shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Build the encoder (pixels in [0, 1] → latent) and the decoder (latent → pixels) for ``shape``."""
    _, keras = load_keras()
    layers = keras.layers
    height, width, channels = shape
    stages = len(_WIDTHS)
    while -(-max(height, width) // 2**stages) > _LARGEST_MAP:
        stages += 1
    widths = [_WIDTHS[min(stage, len(_WIDTHS) - 1)] for stage in range(stages)]
    # (before, after) of each side, to the next multiple of the stride of all stages together
    padding = [((gap := -side % 2**stages) // 2, gap - gap // 2) for side in (height, width)]

    x = inputs = keras.Input(shape)
    x = layers.ZeroPadding2D(padding)(x)
    for number, filters in enumerate(widths, start=1):
        stage = layers.Conv2D(filters, 3, 2, "same", activation="relu", name=f"encoder{number}")
        x = stage(x)
    smallest = tuple(x.shape[1:])
    encoder = keras.Model(inputs, layers.Dense(_LATENT, name="features")(layers.Flatten()(x)))

    x = latent = keras.Input((_LATENT,))
    x = layers.Dense(int(np.prod(smallest)), activation="relu")(x)
    x = layers.Reshape(smallest)(x)
    for filters in reversed(widths[:-1]):
        x = layers.Conv2DTranspose(filters, 3, 2, "same", activation="relu")(x)
    x = layers.Conv2DTranspose(channels, 3, 2, "same", activation="sigmoid")(x)
    return encoder, keras.Model(latent, layers.Cropping2D(padding)(x))
