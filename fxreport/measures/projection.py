"""The features in the plane, by several methods on the same images, and what each keeps of the features."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fxreport.measures import neighborhoods as near
from fxreport.measures.embeddings import EMBEDDINGS
from fxreport.measures.groups import visible_groups
from fxreport.measures.neighborhoods import Neighborhoods
from fxreport.measures.sampling import stratified_subset
from fxreport.vocabulary.experiment import NOISE, Measurement

#: the methods work on this many leading principal components (van der Maaten & Hinton 2008)
COMPONENTS = 50
# Trustworthiness and the graphs of neighbours need more points than neighbours to mean anything.
_LEAST_POINTS = 3 * near.NEIGHBORS


@dataclass(frozen=True, slots=True, eq=False)
class Projections:
    """``indices``: positions (m,) int32 in the test sample, of which every row below is one.

    ``planes``: method → (m, 2) float32; ``groups``: method → (m,) int16, -1 for noise. Empty where there are
    too few points, or no variance, to project.
    """

    indices: NDArray[np.int32]
    planes: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    groups: Mapping[str, NDArray[np.int16]] = field(default_factory=dict)
    measurements: tuple[Measurement, ...] = ()


def project(
    features: NDArray[np.float32],
    labels: NDArray[np.integer],
    *,
    images: int,
    methods: Sequence[str],
    seed: int,
) -> Projections:
    """Project a stratified draw of at most ``images`` rows of features (n, d) on the plane, and measure it.

    The draw depends on the labels and the seed alone: all extractors show the same images.

    - ``pca_explained_variance``: share of the total variance that the first two axes carry;
    - ``features_knn_accuracy``, ``features_purity``: of the neighbours in the features, the reference for
      ``<method>_knn_accuracy``, ``<method>_purity``: leave-one-out vote of the 12 nearest on the plane, and
      their mean share of the right class;
    - ``<method>_trustworthiness``, ``<method>_continuity``: Venna & Kaski 2001, against all features;
    - ``<method>_groups``, ``<method>_noise``: what density clustering sets apart on the plane;
    - ``<method>_seconds``: processor time of the one thread that makes the plane from the principal
      components and the neighbours, which all methods share.
    """
    indices = stratified_subset(labels, images, np.random.default_rng(seed)).astype(np.int32)
    points, classes = features[indices].astype(np.float64), labels[indices]
    scores, shares = principal_components(points)
    if not methods or len(points) < _LEAST_POINTS or not shares.any():
        return Projections(np.empty(0, dtype=np.int32))

    m = len(points)
    in_features, in_scores = near.neighborhoods(points), near.neighborhoods(scores)
    measurements = _agreement("features", in_features, classes)
    if "pca" in methods:
        measurements.append(Measurement("pca_explained_variance", float(shares[:2].sum()), m))
    planes, groups = {}, {}
    for method in methods:
        planes[method], seconds = _embedded(method, scores, in_scores, seed)
        on_plane = near.neighborhoods(planes[method])
        groups[method] = visible_groups(on_plane)
        measurements += [
            *_preservation(method, in_features, on_plane),
            *_agreement(method, on_plane, classes),
            Measurement(f"{method}_groups", int(groups[method].max()) + 1, m),
            Measurement(f"{method}_noise", float(np.mean(groups[method] == NOISE)), m),
            Measurement(f"{method}_seconds", seconds, m),
        ]
    return Projections(indices, planes, groups, tuple(measurements))


def _embedded(
    method: str, scores: NDArray[np.float64], neighbors: Neighborhoods, seed: int
) -> tuple[NDArray[np.float32], float]:
    """The plane, and the seconds that this thread's processor spent on it."""
    _compiled(method)
    start = time.thread_time()
    plane = EMBEDDINGS[method](scores, neighbors, seed)
    return plane, time.thread_time() - start


_COMPILED: set[str] = set()


def _compiled(method: str) -> None:
    """Have UMAP compiled before it is timed: once in a process it takes several times what a plane does."""
    if method == "umap" and method not in _COMPILED:
        points = np.random.default_rng(0).normal(size=(3 * near.NEIGHBORS, 3))
        EMBEDDINGS[method](points, near.neighborhoods(points), 0)
        _COMPILED.add(method)


def _preservation(method: str, features: Neighborhoods, plane: Neighborhoods) -> list[Measurement]:
    pairs = {
        f"{method}_trustworthiness": near.trustworthiness(features, plane),
        f"{method}_continuity": near.trustworthiness(plane, features),
    }
    return [Measurement(name, v, len(plane.distances)) for name, v in pairs.items() if v is not None]


def _agreement(where: str, neighbors: Neighborhoods, classes: NDArray[np.integer]) -> list[Measurement]:
    m = len(classes)
    return [
        Measurement(f"{where}_knn_accuracy", near.vote_accuracy(neighbors, classes), m),
        Measurement(f"{where}_purity", near.purity(neighbors, classes), m),
    ]


def principal_components(
    points: NDArray[np.float64], components: int = COMPONENTS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the scores (n, c) on the leading components and each one's share of the total variance (c,).

    ``c`` is at most ``components``, n and d. The shares are of the whole spectrum's sum; all zero where the
    points do not vary. Signs are fixed: each axis's largest score in absolute value is positive.
    """
    from scipy.linalg import eigh

    n, d = points.shape
    c = min(components, n, d)
    centred = points - points.mean(axis=0)
    total = float(np.sum(centred**2))
    if np.ptp(points, axis=0).max() == 0 or total == 0:
        return np.zeros((n, c)), np.zeros(c)
    # The covariance matrix (d, d) and the Gram matrix (n, n) share their spectrum: the smaller one is used.
    if d <= n:
        variances, axes = eigh(centred.T @ centred, subset_by_index=[d - c, d - 1])
        scores = centred @ axes[:, ::-1]
    else:
        variances, vectors = eigh(centred @ centred.T, subset_by_index=[n - c, n - 1])
        scores = (vectors * np.sqrt(variances.clip(0)))[:, ::-1]
    shares = variances[::-1].clip(0) / total
    largest = scores[np.abs(scores).argmax(axis=0), np.arange(c)]
    return scores * np.where(largest < 0, -1.0, 1.0), shares
