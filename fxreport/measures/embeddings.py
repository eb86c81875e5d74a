"""Ways from features to the plane. Each is one thread's work and gives the same plane for the same seed.

All see the same points: the leading principal components. Those that descend a gradient start from the plane
of PCA: how a start is chosen decides more about the global picture than the method does (Kobak & Linderman,
Nature Biotechnology 39:156–157, 2021), and planes with one start can be compared.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.measures.base import Levels
from fxreport.measures.neighborhoods import NEIGHBORS, Neighborhoods
from fxreport.system import places

Scores = NDArray[np.float64]  # (m, c) on the principal components
Plane = NDArray[np.float32]  # (m, 2)
Embedding = Callable[[Scores, Neighborhoods, int], Plane]

# The library's default of 1,000 takes twice as long, lowers the divergence by 3 to 6 % and leaves
# trustworthiness as it is (measured on 2,000 images of MNIST and CIFAR-10).
_TSNE_ITERATIONS = 500


def pca(scores: Scores, near: Neighborhoods, seed: int) -> Plane:
    """The first two principal components."""
    return plane(scores)


def tsne(scores: Scores, near: Neighborhoods, seed: int) -> Plane:
    """t-SNE (van der Maaten & Hinton 2008), Barnes–Hut, from the plane of PCA (Kobak & Berens 2019).

    scikit-learn's: at the size of these pictures openTSNE's Barnes–Hut saves a tenth of the time and its
    Fourier variant costs more.
    """
    from sklearn.manifold import TSNE

    # The spread at which t-SNE starts must be small; a second axis without variance starts as noise.
    start = plane(scores) / max(float(scores[:, 0].std()), 1e-12) * 1e-4
    start += np.random.default_rng(seed).normal(scale=1e-6, size=start.shape).astype(np.float32)
    perplexity = min(30.0, (len(scores) - 1) / 3)
    model = TSNE(init=start, perplexity=perplexity, max_iter=_TSNE_ITERATIONS, random_state=seed)
    return plane(model.fit_transform(scores))


def umap(scores: Scores, near: Neighborhoods, seed: int) -> Plane:
    """UMAP (McInnes, Healy & Melville 2018) on the exact nearest neighbours, otherwise with its defaults."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of being limited to one thread, which is what a seed asks for

        places.for_numba()
        places.for_matplotlib()  # it is imported with UMAP
        from umap import UMAP

        nearest = np.column_stack([np.arange(len(scores)), near.nearest[:, :14]]).astype(np.int32)
        distances = np.take_along_axis(near.distances, nearest, axis=1).astype(np.float32)
        start = plane(scores)
        start *= np.float32(10) / max(float(np.abs(start).max()), 1e-12)
        start += np.random.default_rng(seed).normal(scale=1e-4, size=start.shape).astype(np.float32)
        model = UMAP(
            n_neighbors=nearest.shape[1],
            init=start,
            random_state=seed,
            n_jobs=1,
            precomputed_knn=(nearest, distances),
        )
        return plane(model.fit_transform(scores.astype(np.float32)))


def isomap(scores: Scores, near: Neighborhoods, seed: int) -> Plane:
    """Isomap (Tenenbaum, de Silva & Langford 2000): classical scaling of path lengths along neighbours.

    scikit-learn's draws the start of its eigensolver from no seed; this one solves exactly.
    """
    from scipy.linalg import eigh
    from scipy.sparse.csgraph import shortest_path

    paths = shortest_path(neighbor_graph(near), directed=False)
    products = -0.5 * np.square(paths)
    products -= products.mean(axis=0)
    products -= products.mean(axis=1, keepdims=True)
    m = len(paths)
    values, vectors = eigh((products + products.T) / 2, subset_by_index=[m - 2, m - 1])
    return plane(_signed((vectors * np.sqrt(values.clip(0)))[:, ::-1]))


def spectral(scores: Scores, near: Neighborhoods, seed: int) -> Plane:
    """Laplacian eigenmaps (Belkin & Niyogi 2003) of the neighbour graph without weights, normalised."""
    from scipy.linalg import eigh

    graph = neighbor_graph(near).toarray() > 0
    degrees = graph.sum(axis=1)
    scale = 1 / np.sqrt(degrees)
    laplacian = np.eye(len(graph)) - scale[:, None] * graph * scale
    _, vectors = eigh(laplacian, subset_by_index=[1, 2])
    return plane(_signed(vectors * scale[:, None]))


def neighbor_graph(near: Neighborhoods, neighbors: int = NEIGHBORS) -> Any:
    """Symmetric sparse graph (m, m) of distances to the nearest others, made whole where it is in pieces.

    Well separated classes leave pieces, and the spectral methods would show nothing else. The minimum
    spanning tree of all points has the shortest bridges (Carreira-Perpiñán & Zemel, NIPS 17, 2005).
    Equal points are joined by an edge of a tiny length, since none of zero can be kept.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

    m = len(near.distances)
    least = max(float(near.distances.max()), 1.0) * 1e-12
    lengths = np.maximum(near.distances, least)
    np.fill_diagonal(lengths, 0)
    nearest = near.nearest[:, :neighbors]
    rows = np.repeat(np.arange(m), nearest.shape[1])
    columns = nearest.ravel()
    one_way = csr_array((lengths[rows, columns], (rows, columns)), shape=(m, m))
    graph = one_way.maximum(one_way.T)
    if connected_components(graph, directed=False, return_labels=False) == 1:
        return graph
    tree = csr_array(minimum_spanning_tree(lengths))
    return csr_array(graph.maximum(tree).maximum(tree.T))


def plane(points: NDArray[np.floating]) -> Plane:
    """Two columns, whatever came in; the second zero where there is none."""
    two = np.zeros((len(points), 2), dtype=np.float32)
    two[:, : points.shape[1]] = points[:, :2]
    return two


def _signed(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each axis's largest value in absolute size made positive."""
    largest = points[np.abs(points).argmax(axis=0), np.arange(points.shape[1])]
    return points * np.where(largest < 0, -1.0, 1.0)


EMBEDDINGS: Levels[Embedding] = Levels(
    {"pca": pca, "tsne": tsne, "umap": umap, "isomap": isomap, "spectral": spectral}, "fxreport.projections"
)
