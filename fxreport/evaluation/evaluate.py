"""All that is measured on one set of features, with one thread for each of two halves of the work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fxreport.evaluation.clustering import Clustering, cluster
from fxreport.evaluation.projection import Projections, project
from fxreport.evaluation.separability import separability
from fxreport.experiment import Measurement, Protocol

Features = NDArray[np.float32]
Labels = NDArray[np.integer]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """``seconds``: what each part took; the parts overlap."""

    clustering: Clustering
    projections: Projections
    measurements: tuple[Measurement, ...]
    seconds: dict[str, float]


def evaluate(
    train: Features,
    train_labels: Labels,
    test: Features,
    test_labels: Labels,
    *,
    protocol: Protocol,
    seed: int,
    on_part: Callable[[str], None] | None = None,
) -> Evaluation:
    """Measure test features (n, d), with train features (m, d) for the probes; finite values are expected.

    ``on_part`` is told each part's name when it begins to be waited for: cluster, separate, project.

    Every library routine runs on one thread: sums over several threads are added up in an order that
    changes from run to run and with the number of cores, and k-means and t-SNE turn that into other results.
    Two cores are used all the same, since the projections run beside the rest.
    """
    told = on_part or (lambda part: None)
    seconds: dict[str, float] = {}

    def timed(part: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        with _one_thread():
            value = work()
        seconds[part] = time.perf_counter() - start
        return value

    with _one_thread(), ThreadPoolExecutor(1) as beside:
        projecting = beside.submit(
            timed,
            "project",
            lambda: project(test, test_labels, images=protocol.projection_images, seed=seed),
        )
        told("cluster")
        clustering = timed(
            "cluster", lambda: cluster(test, test_labels, n_init=protocol.kmeans_n_init, seed=seed)
        )
        told("separate")
        probes = timed(
            "separate",
            lambda: separability(
                train, train_labels, test, test_labels, neighbors=protocol.knn_neighbors, seed=seed
            ),
        )
        told("project")
        projections = projecting.result()
    measurements = (*clustering.measurements, *probes, *projections.measurements)
    return Evaluation(clustering, projections, measurements, seconds)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Limit BLAS (the whole process) and OpenMP (the calling thread) to one thread for the time being."""
    import sklearn.cluster  # noqa: F401  # only libraries that are loaded already can be limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
