"""Training of the networks that learn from the images of the benchmark itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.extractors.base import EpochCallback, Images
from fxreport.extractors.builtin import check_positive
from fxreport.extractors.network import load_keras
from fxreport.vocabulary.errors import ConfigError

#: one image in so many is held out of training, to show by the curve whether the network overfits
VALIDATION_SHARE = 10

Curve = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Training:
    """How a network is trained: Adam whose learning rate falls from ``learning_rate`` to 0 by a cosine."""

    extractor: str
    epochs: int
    batch_size: int
    learning_rate: float
    seed: int

    def __post_init__(self) -> None:
        check_positive(
            self.extractor, epochs=self.epochs, batch_size=self.batch_size, learning_rate=self.learning_rate
        )

    def steps(self, images: int) -> int:
        """Optimiser steps of a whole training on so many images, those held out not among them."""
        return self.epochs * -(-images // self.batch_size)


def hold_out(groups: NDArray[np.integer], seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split indices into training and validation, in equal shares of each group, drawn by ``seed``.

    ``groups`` (n,) are class labels, or all equal. Returns two sorted index arrays that are disjoint and
    together whole; the second has about n / ``VALIDATION_SHARE`` indices and at least one.
    """
    order = np.random.default_rng(seed).permutation(len(groups))
    order = order[np.argsort(groups[order], kind="stable")]
    held_out = np.zeros(len(groups), bool)
    held_out[order[min(VALIDATION_SHARE, len(groups)) // 2 :: VALIDATION_SHARE]] = True
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def train(
    model: Any,
    images: Images,
    targets: NDArray[Any],
    groups: NDArray[np.integer],
    training: Training,
    *,
    loss: Any,
    metrics: Sequence[Any] = (),
    on_epoch: EpochCallback | None = None,
) -> Curve:
    """Fit ``model`` (uint8 images → targets) on nine tenths of the images; the rest tells how it generalises.

    ``groups`` (n,) is what the held-out tenth is balanced over, ``metrics`` are Keras metrics. Returns
    ``loss``, ``val_loss`` and each metric likewise, (epochs,) float32. Raises ConfigError where training
    diverges.
    """
    _, keras = load_keras()
    if len(images) < 2:
        raise ConfigError(f"{training.extractor} cannot be trained on {len(images)} images: take at least 2")
    learn, check = hold_out(groups, training.seed)
    rate = keras.optimizers.schedules.CosineDecay(training.learning_rate, training.steps(len(learn)))
    optimizer = keras.optimizers.Adam(rate)
    # Made here, as the metrics are: a variable made while fit compiles its step has it compiled once more.
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, loss, metrics=list(metrics), jit_compile=False)

    def epoch_ended(epoch: int, logs: dict[str, float]) -> None:
        if not np.isfinite(logs["loss"]):
            model.stop_training = True
        if on_epoch is not None:
            on_epoch(epoch + 1, training.epochs)

    history = model.fit(
        images[learn],
        targets[learn],
        validation_data=(images[check], targets[check]),
        epochs=training.epochs,
        batch_size=training.batch_size,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=epoch_ended)],
    )
    curve = {name: np.asarray(values, np.float32) for name, values in history.history.items()}
    # A saturated output can hide from the loss that the weights are lost.
    numbers = (*curve.values(), *model.get_weights())
    if not all(np.isfinite(values).all() for values in numbers):
        raise ConfigError(
            f"{training.extractor}: training diverged in epoch {len(curve['loss'])}; "
            f"lower learning_rate, now {training.learning_rate:g}"
        )
    return curve
