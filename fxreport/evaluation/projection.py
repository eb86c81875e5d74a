"""The features in the plane: PCA and t-SNE, and what of the neighbourhoods they keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.evaluation.sampling import stratified_subset
from fxreport.experiment import Measurement

NEIGHBORS = 12
#: t-SNE works on this many leading principal components (van der Maaten & Hinton 2008)
TSNE_COMPONENTS = 50
# The library's default of 1,000 takes twice as long, lowers the divergence by 3 to 6 % and leaves
# trustworthiness as it is (measured on 2,000 images of MNIST and CIFAR-10).
_TSNE_ITERATIONS = 500
# t-SNE and trustworthiness need more points than neighbours to mean anything.
_LEAST_POINTS = 3 * NEIGHBORS


@dataclass(frozen=True, slots=True, eq=False)
class Projections:
    """``indices``: positions (m,) int32 in the test sample; ``pca``, ``tsne``: (m, 2) float32, in that order.

    Empty arrays where there are too few points, or no variance, to project.
    """

    indices: NDArray[np.int32]
    pca: NDArray[np.float32]
    tsne: NDArray[np.float32]
    measurements: tuple[Measurement, ...]


def project(
    features: NDArray[np.float32], labels: NDArray[np.integer], *, images: int, seed: int
) -> Projections:
    """Project a stratified draw of at most ``images`` rows of features (n, d) on the plane, and measure it.

    - ``pca_explained_variance``: share of the total variance that the two axes carry;
    - ``pca_trustworthiness``, ``tsne_trustworthiness``: Venna & Kaski 2001, 12 neighbours;
    - ``pca_knn_accuracy``, ``tsne_knn_accuracy``: leave-one-out vote of the 12 neighbours in the plane.
    """
    indices = stratified_subset(labels, images, np.random.default_rng(seed))
    points, classes = features[indices].astype(np.float64), labels[indices]
    scores, shares = principal_components(points)
    if len(points) < _LEAST_POINTS or not shares.any():
        empty = np.empty((0, 2), dtype=np.float32)
        return Projections(np.empty(0, dtype=np.int32), empty, empty, ())

    pca = _plane(scores[:, :2])
    tsne = _tsne(scores, seed)
    m = len(points)
    measurements = [Measurement("pca_explained_variance", float(shares[:2].sum()), m)]
    for name, plane in (("pca", pca), ("tsne", tsne)):
        measurements += [
            Measurement(f"{name}_trustworthiness", _trustworthiness(points, plane), m),
            Measurement(f"{name}_knn_accuracy", leave_one_out_accuracy(plane, classes), m),
        ]
    return Projections(indices.astype(np.int32), pca, tsne, tuple(measurements))


def principal_components(
    points: NDArray[np.float64], components: int = TSNE_COMPONENTS
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


def leave_one_out_accuracy(
    plane: NDArray[np.floating], classes: NDArray[np.integer], neighbors: int = NEIGHBORS
) -> float:
    """Share of points (n, 2) whose class is the majority among their ``neighbors`` nearest other points."""
    from sklearn.neighbors import NearestNeighbors

    _, codes = np.unique(classes, return_inverse=True)
    # Without a query, kneighbors leaves each point out of its own neighbours.
    nearest = NearestNeighbors(n_neighbors=neighbors).fit(plane).kneighbors(return_distance=False)
    votes = np.zeros((len(codes), codes.max() + 1), dtype=np.int64)
    np.add.at(votes, (np.arange(len(codes))[:, None], codes[nearest]), 1)
    return float(np.mean(votes.argmax(axis=1) == codes))


def _tsne(scores: NDArray[np.float64], seed: int) -> NDArray[np.float32]:
    """t-SNE of principal components' scores, started from the first two (Kobak & Berens 2019)."""
    from sklearn.manifold import TSNE

    # The spread at which t-SNE starts must be small; a second axis without variance starts as noise.
    start = _plane(scores[:, :2]) / max(float(scores[:, 0].std()), 1e-12) * 1e-4
    start += np.random.default_rng(seed).normal(scale=1e-6, size=start.shape).astype(np.float32)
    perplexity = min(30.0, (len(scores) - 1) / 3)
    model = TSNE(init=start, perplexity=perplexity, max_iter=_TSNE_ITERATIONS, random_state=seed)
    return _plane(model.fit_transform(scores))


def _trustworthiness(points: NDArray[np.float64], plane: NDArray[np.float32]) -> float:
    from sklearn.manifold import trustworthiness

    return float(trustworthiness(points, plane, n_neighbors=NEIGHBORS))


def _plane(points: NDArray[np.floating]) -> NDArray[np.float32]:
    """Two columns, whatever came in; the second zero where there is none."""
    plane = np.zeros((len(points), 2), dtype=np.float32)
    plane[:, : points.shape[1]] = points[:, :2]
    return plane
