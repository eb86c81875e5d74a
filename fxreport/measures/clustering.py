"""Clusters of the test features, and how well they agree with the labels and hold together."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from fxreport.measures.base import Inputs, Levels, Measure, Measured, measurements
from fxreport.measures.checks import checked_clusters
from fxreport.vocabulary.experiment import KMEANS
from fxreport.vocabulary.factors import CLUSTERER
from fxreport.vocabulary.steps import Measurement, Scalar

#: the silhouette needs all pairwise distances; above this many points it is estimated
EXACT_SILHOUETTE = 10_000

#: ``clusterer(features, clusters, seed=…, **its settings)`` → cluster of each row (n,), whole numbers from 0
Clusterer = Callable[..., NDArray[np.integer]]


def cluster(inputs: Inputs, *, level: str, seed: int, settings: Mapping[str, Scalar]) -> Measured:
    """Cluster features (n, d) into as many clusters as there are classes, and measure the result.

    The features are taken as the extractor gives them: not standardised, not normalised.
    """
    features, labels = inputs.features, inputs.labels
    own = {name.removeprefix(f"{level}_"): value for name, value in settings.items()}
    found = CLUSTERERS[level](features, len(np.unique(labels)), seed=seed, **own)
    assignments = checked_clusters(found, images=len(labels), clusterer=level)
    return Measured(
        (*agreement(labels, assignments), *cohesion(features, assignments, seed=seed)),
        {"assignments" if level == KMEANS else f"assignments/{level}": assignments},
    )


def kmeans(features: NDArray[np.float32], clusters: int, *, n_init: int, seed: int) -> NDArray[np.integer]:
    """Assign each row to a cluster: the best of ``n_init`` k-means++ starts of Lloyd's algorithm.

    Where there are fewer distinct rows than clusters, fewer clusters come out.
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct points than clusters
        model = KMeans(clusters, n_init=n_init, random_state=seed).fit(features)
    labels: NDArray[np.integer] = model.labels_
    return labels


def agglomerative(features: NDArray[np.float32], clusters: int, *, seed: int) -> NDArray[np.integer]:
    """Ward's method (1963): the two clusters merge that add least to the squared distances within."""
    from sklearn.cluster import AgglomerativeClustering

    labels: NDArray[np.integer] = AgglomerativeClustering(clusters, linkage="ward").fit_predict(features)
    return labels


def agreement(labels: NDArray[np.integer], assignments: NDArray[np.integer]) -> tuple[Measurement, ...]:
    """Compare clusters with classes; nothing where there is only one class, since then all would agree.

    ARI: Hubert & Arabie 1985. NMI: arithmetic mean of the entropies. AMI: Vinh et al. 2010.
    """
    from sklearn import metrics

    if len(np.unique(labels)) < 2:
        return ()
    values = {
        "ari": metrics.adjusted_rand_score(labels, assignments),
        "ami": metrics.adjusted_mutual_info_score(labels, assignments),
        "nmi": metrics.normalized_mutual_info_score(labels, assignments),
        "clustering_accuracy": clustering_accuracy(labels, assignments),
    }
    return measurements(values, len(labels))


def clustering_accuracy(labels: NDArray[np.integer], assignments: NDArray[np.integer]) -> float:
    """Share of images that are right under the best one-to-one naming of clusters by classes.

    The naming is found by the Hungarian method (Kuhn 1955), as in Yang et al. 2010 and Xie et al. 2016.
    """
    from scipy.optimize import linear_sum_assignment
    from sklearn.metrics.cluster import contingency_matrix

    table = contingency_matrix(labels, assignments)
    rows, columns = linear_sum_assignment(table, maximize=True)
    return float(table[rows, columns].sum() / len(labels))


def cohesion(
    features: NDArray[np.float32], assignments: NDArray[np.integer], *, seed: int
) -> tuple[Measurement, ...]:
    """Silhouette and Davies-Bouldin in the features' own space; nothing unless 2 <= clusters < points."""
    from sklearn.metrics import davies_bouldin_score

    n = len(assignments)
    if not 2 <= len(np.unique(assignments)) < n:
        return ()
    values = {
        "silhouette": silhouette(features, assignments, seed=seed),
        "davies_bouldin": davies_bouldin_score(features, assignments),
    }
    return measurements(values, n)


def silhouette(
    features: NDArray[np.float32],
    assignments: NDArray[np.integer],
    *,
    seed: int,
    exact: int = EXACT_SILHOUETTE,
) -> float:
    """Mean silhouette (Rousseeuw 1987), Euclidean.

    Exact up to ``exact`` points. Above, an estimate of the same mean: the same number of points is drawn
    from each cluster (all of a smaller one), their silhouettes are computed among the drawn points, and the
    clusters' means are averaged with the clusters' true sizes as weights, so that small clusters are seen
    without weighing more than they do in the exact value.
    """
    from sklearn.metrics import silhouette_samples, silhouette_score

    if len(assignments) <= exact:
        return float(silhouette_score(features, assignments))
    rng = np.random.default_rng(seed)
    names, sizes = np.unique(assignments, return_counts=True)
    quota = max(2, exact // len(names))
    drawn = np.concatenate([rng.permutation(np.flatnonzero(assignments == name))[:quota] for name in names])
    values = silhouette_samples(features[drawn], assignments[drawn])
    means = np.array([values[assignments[drawn] == name].mean() for name in names])
    return float(np.average(means, weights=sizes))


CLUSTERERS: Levels[Clusterer] = Levels(
    {KMEANS: kmeans, "agglomerative": agglomerative}, "fxreport.clusterers"
)

MEASURE = Measure(
    name="clustering",
    run=cluster,
    factor=CLUSTERER,
    levels=CLUSTERERS,
    asked_by="clusterers",
    level_settings={KMEANS: {"n_init": 10}},
    metrics=("ari", "nmi", "ami", "clustering_accuracy", "silhouette", "davies_bouldin"),
    arrays=("assignments", "assignments/*"),
)
