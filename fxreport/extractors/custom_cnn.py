"""A small convolutional network trained with the labels; its features are the layer before the classifier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.extractors.base import EpochCallback, Images, Labels
from fxreport.extractors.builtin import check_images
from fxreport.extractors.inspection import feature_maps, first_filters
from fxreport.extractors.network import NetworkExtractor, load_keras
from fxreport.extractors.opened import Head, OpenedNetwork
from fxreport.extractors.training import Curve, Training, hold_out, train
from fxreport.vocabulary.errors import ConfigError

_DIMENSION = 256
_DROPOUT = 0.5
#: filters of the convolutions of each block; narrow at full resolution, where they cost most
_BLOCKS = ((16, 32), (32, 64), (64, 128))
#: a few hundred steps must be enough for the running mean and variance to catch up (Keras' own 0.99 is not)
_BATCH_NORM_MOMENTUM = 0.9
#: with fewer steps they average over a twelfth of them, two at least: what they begin with, a variance of 1,
#: would else still weigh more than the images' own, and inference would be that of another network
_SETTLING = 12
_LEAST_MOMENTUM = 0.5


class CustomCNN(NetworkExtractor, name="custom_cnn"):
    """Three blocks of 3×3 convolutions, global average pooling, a dense layer of 256 (the features), softmax.

    Each block is a stack of convolutions with ReLU, the last of stride 2 and batch-normalised. The features
    are taken after the dense layer's ReLU, (n, 256) float32. Trained by cross-entropy with dropout 0.5
    between features and classifier, without augmentation.
    """

    def __init__(
        self, *, epochs: int = 10, batch_size: int = 64, learning_rate: float = 3e-3, seed: int = 0
    ) -> None:
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.seed = seed
        self.on_epoch: EpochCallback | None = None

    def fit(self, images: Images, labels: Labels | None = None) -> CustomCNN:
        """Train on images (n, height, width, channels) and labels (n,).

        Sets ``curve_`` (loss, accuracy, val_loss, val_accuracy, each (epochs,)), ``classes_`` (the labels'
        distinct values) and ``head_`` (the classifier on the features).
        """
        check_images(images)
        if labels is None or len(labels) != len(images):
            raise ConfigError(f"{self.name} learns from labels: it needs one for each image")
        training = Training(self.name, self.epochs, self.batch_size, self.learning_rate, self.seed)
        _, keras = load_keras()
        keras.utils.set_random_seed(self.seed)
        self.classes_, targets = np.unique(labels, return_inverse=True)

        learned, _ = hold_out(targets, self.seed)
        network = _network(images.shape[1:], _momentum(training.steps(len(learned))))
        pixels = keras.Input(images.shape[1:], dtype="uint8")
        hidden = keras.layers.Dropout(_DROPOUT)(network(keras.layers.Rescaling(1 / 255)(pixels)))
        classifier = keras.layers.Dense(len(self.classes_), activation="softmax")
        self.curve_: Curve = train(
            keras.Model(pixels, classifier(hidden)),
            images,
            targets,
            targets,
            training,
            loss="sparse_categorical_crossentropy",
            metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
            on_epoch=self.on_epoch,
        )
        weights, bias = classifier.get_weights()
        self.head_ = Head(weights, bias, self.classes_)
        self._adopt(network, images)
        return self

    def measure(self, images: Images, labels: Labels) -> Mapping[str, float]:
        """Return ``test_accuracy``: the share of held-out images (n, …) that the classifier names right."""
        logits = self.transform(images) @ self.head_.weights + self.head_.bias
        named = self.classes_[logits.argmax(axis=1)]
        return {"test_accuracy": float((named == labels).mean())}

    def inspect(self, images: Images) -> Mapping[str, NDArray[np.generic]]:
        """Return ``filters`` and the output of each block, ``feature_maps/block1`` … (m, h, w, channels)."""
        return {
            "filters": first_filters(self.network_),
            **feature_maps(self.network_, self._blocks(), self.preprocess(images)),
        }

    def opened(self) -> OpenedNetwork:
        """Return the network for study: each block, and the features."""
        return OpenedNetwork(self.network_, [*self._blocks(), "features"], batch_size=self.batch_size)

    def _blocks(self) -> list[str]:
        return [f"block{number}" for number in range(1, len(_BLOCKS) + 1)]

    def _prepare(self, images: Any) -> Any:
        from keras import ops

        return ops.cast(images, "float32") / 255


def _momentum(steps: int) -> float:
    """Of the running mean and variance: from 120 steps on the same for any number."""
    return min(_BATCH_NORM_MOMENTUM, max(_LEAST_MOMENTUM, 1 - _SETTLING / steps))


def _network(shape: tuple[int, ...], momentum: float) -> Any:
    """Build the network from pixels (height, width, channels) in [0, 1] to features (256,)."""
    _, keras = load_keras()
    layers = keras.layers
    x = inputs = keras.Input(shape)
    for number, (*widths, last) in enumerate(_BLOCKS, start=1):
        for width in widths:
            x = layers.Conv2D(width, 3, 1, "same", activation="relu")(x)
        x = layers.Conv2D(last, 3, 2, "same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=momentum)(x)
        x = layers.ReLU(name=f"block{number}")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(_DIMENSION, activation="relu", name="features")(x))
