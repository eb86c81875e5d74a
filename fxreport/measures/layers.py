"""What each layer knows of the classes, and how many of its activations are silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.measures import neighborhoods as near
from fxreport.measures.base import Inputs, Measure, Measured, measurements
from fxreport.measures.sampling import stratified_subset
from fxreport.vocabulary.measures import IMAGES, NETWORK
from fxreport.vocabulary.steps import Scalar

#: test images on which the layers are studied, at most
LAYER_IMAGES = 1_000

#: ridge penalties that the layers' linear probe chooses from, as multiples of the mean squared singular value
_PENALTIES = (1e-3, 1e-2, 1e-1, 1.0)

Activations = NDArray[np.float32]  # (n, h, w, c) or (n, c)


@dataclass(frozen=True, slots=True, eq=False)
class LayerStudy:
    """(layers,) float32 each: share of activations that are zero, accuracies from pooled activations."""

    zero_share: NDArray[np.float32]
    knn_accuracy: NDArray[np.float32]
    probe_accuracy: NDArray[np.float32]


def study_layers(batches: Iterable[Sequence[Activations]], labels: NDArray[np.integer]) -> LayerStudy:
    """Study the layers' activations of images with ``labels`` (n,), given batch by batch, a list a batch.

    Maps are averaged over space, so that the number of positions does not tell the layers apart. Both
    accuracies leave one image out: the vote of its 12 nearest others, and ``ridge_accuracy``.
    """
    silent: list[int] = []
    counted: list[int] = []
    pooled: list[list[NDArray[np.float32]]] = []
    for batch in batches:
        if not pooled:
            silent, counted, pooled = [0] * len(batch), [0] * len(batch), [[] for _ in batch]
        for number, output in enumerate(batch):
            silent[number] += output.size - int(np.count_nonzero(output))
            counted[number] += output.size
            pooled[number].append(output.mean(axis=(1, 2)) if output.ndim == 4 else output)
    vectors = [np.concatenate(parts) for parts in pooled]
    return LayerStudy(
        np.array([zeros / all_ for zeros, all_ in zip(silent, counted, strict=True)], np.float32),
        np.array([near.vote_accuracy(near.neighborhoods(v), labels) for v in vectors], np.float32),
        np.array([ridge_accuracy(v, labels) for v in vectors], np.float32),
    )


def ridge_accuracy(features: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """Share of images (n, d) that a linear probe names right which was fitted without them.

    Ridge regression of the classes' indicators on standardised features: its leave-one-out predictions follow
    from one fit in closed form (Allen, Technometrics 16:125–127, 1974). The best of four penalties counts.
    """
    _, codes = np.unique(labels, return_inverse=True)
    targets = np.eye(int(codes.max()) + 1)[codes]
    points = np.asarray(features, np.float64)
    spread = points.std(axis=0)
    points = (points - points.mean(axis=0)) / np.where(spread > 0, spread, 1)
    left, squares = _principal(points)
    if not len(squares):
        return float(np.bincount(codes).max() / len(codes))
    n = len(points)
    mean = targets.mean(axis=0)
    best = 0.0
    for penalty in _PENALTIES:
        shrink = squares / (squares + penalty * squares.mean())
        fitted = mean + left @ (shrink[:, None] * (left.T @ (targets - mean)))
        leverage = 1 / n + np.square(left) @ shrink
        left_out = targets - (targets - fitted) / np.maximum(1 - leverage, 1e-9)[:, None]
        best = max(best, float(np.mean(left_out.argmax(axis=1) == codes)))
    return best


def _principal(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Left singular vectors (n, r) and squared singular values (r,) of points (n, d), above zero."""
    from scipy.linalg import eigh

    n, d = points.shape
    if d < n:
        squares, axes = eigh(points.T @ points)
    else:
        squares, axes = eigh(points @ points.T)
    real = squares > max(float(squares[-1]), 0.0) * 1e-10
    squares, axes = squares[real], axes[:, real]
    return (points @ axes / np.sqrt(squares) if d < n else axes), squares


def layer_by_layer(inputs: Inputs, *, level: str, seed: int, settings: Mapping[str, Scalar]) -> Measured:
    chosen = stratified_subset(inputs.labels, LAYER_IMAGES, np.random.default_rng(seed))
    images, extractor, facts = inputs.images[chosen], inputs.extractor, inputs.network.layers
    batches = (
        inputs.network.activations(
            np.asarray(extractor.preprocess(images[start : start + extractor.batch_size]), np.float32)
        )
        for start in range(0, len(images), extractor.batch_size)
    )
    study = study_layers(batches, inputs.labels[chosen])
    accuracy = study.knn_accuracy
    values = {
        "first_layer_knn_accuracy": accuracy[0],
        "best_layer_knn_accuracy": accuracy.max(),
        "last_layer_knn_accuracy": accuracy[-1],
    }
    return Measured(
        measurements(values, len(images)),
        {
            "layers/names": np.array([fact.name for fact in facts]),
            "layers/channels": np.array([fact.channels for fact in facts], np.int32),
            "layers/size": np.array([fact.size for fact in facts], np.int32),
            "layers/receptive_field": np.array([fact.receptive_field for fact in facts], np.int32),
            "layers/zero_share": study.zero_share,
            "layers/knn_accuracy": study.knn_accuracy,
            "layers/probe_accuracy": study.probe_accuracy,
        },
    )


MEASURE = Measure(
    name="layers",
    run=layer_by_layer,
    needs=frozenset({NETWORK, IMAGES}),
    asked_by="inspections",
    metrics=("first_layer_knn_accuracy", "best_layer_knn_accuracy", "last_layer_knn_accuracy"),
    arrays=("layers/*",),
)
