"""The images that are projected, and what the features themselves say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.measures import neighborhoods as near
from fxreport.measures.base import Inputs, Measure, Measured, measurements
from fxreport.measures.components import principal_components
from fxreport.measures.neighborhoods import Neighborhoods
from fxreport.measures.sampling import stratified_subset
from fxreport.vocabulary.measures import FEATURES, IMAGES
from fxreport.vocabulary.steps import Measurement, Scalar
from fxreport.vocabulary.thumbnails import MOST_IMAGES, make_sheet

# Trustworthiness and the graphs of neighbours need more points than neighbours to mean anything.
_LEAST_POINTS = 3 * near.NEIGHBORS


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A draw of m test images: ``indices`` (m,) int32 in the test sample, and their ``classes`` (m,).

    ``scores`` (m, c) on the leading principal components, each one's share of the variance ``shares`` (c,);
    neighbours in all features and in the scores.
    """

    indices: NDArray[np.int32]
    classes: NDArray[np.integer]
    scores: NDArray[np.float64]
    shares: NDArray[np.float64]
    in_features: Neighborhoods
    in_scores: Neighborhoods


def draw(
    features: NDArray[np.float32], labels: NDArray[np.integer], *, images: int, seed: int
) -> Sample | None:
    """Draw at most ``images`` rows of features (n, d), stratified; None for too few points or no variance.

    The draw depends on the labels and the seed alone: all extractors show the same images.
    """
    indices = stratified_subset(labels, images, np.random.default_rng(seed)).astype(np.int32)
    points = features[indices].astype(np.float64)
    scores, shares = principal_components(points)
    if len(points) < _LEAST_POINTS or not shares.any():
        return None
    return Sample(
        indices, labels[indices], scores, shares, near.neighborhoods(points), near.neighborhoods(scores)
    )


def sample(inputs: Inputs, settings: Mapping[str, Scalar], seed: int) -> Sample | None:
    """The experiment's draw, made once for all that is measured on it."""
    images = int(settings["projection_images"])
    return inputs.once(
        f"projected {images} {seed}",
        lambda: draw(inputs.features, inputs.labels, images=images, seed=seed),
    )


def agreement(prefix: str, neighbors: Neighborhoods, classes: NDArray[np.integer]) -> tuple[Measurement, ...]:
    """Leave-one-out vote of the 12 nearest, and their mean share of the right class."""
    values = {
        f"{prefix}knn_accuracy": near.vote_accuracy(neighbors, classes),
        f"{prefix}purity": near.purity(neighbors, classes),
    }
    return measurements(values, len(classes))


def reference(inputs: Inputs, *, level: str, seed: int, settings: Mapping[str, Scalar]) -> Measured:
    """What projections are held against: ``features_knn_accuracy`` and ``features_purity``.

    Shared are small pictures of some of the images, the same for every extractor of a set and a seed.
    """
    drawn = sample(inputs, settings, seed)
    if drawn is None:
        return Measured()
    chosen = stratified_subset(drawn.classes, MOST_IMAGES, np.random.default_rng(seed))
    return Measured(
        agreement("features_", drawn.in_features, drawn.classes),
        {"projection_indices": drawn.indices},
        make_sheet(inputs.images, drawn.indices[chosen]).arrays(),
    )


MEASURE = Measure(
    name="neighborhoods",
    run=reference,
    needs=frozenset({FEATURES, IMAGES}),
    asked_by="projections",
    settings={"projection_images": 1_500},
    metrics=("features_knn_accuracy", "features_purity"),
    arrays=("projection_indices",),
    beside=True,
)
