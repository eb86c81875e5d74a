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

from fxreport.measures.clustering import Clustering, cluster
from fxreport.measures.importance import Importance, importance
from fxreport.measures.projection import Projections, project
from fxreport.measures.sampling import stratified_subset
from fxreport.measures.separability import Probe, separability
from fxreport.measures.similarity import sketch
from fxreport.vocabulary.experiment import Measurement, Protocol

Features = NDArray[np.float32]
Labels = NDArray[np.integer]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """``sketch``: images (m,) and float16 (m, c), see ``similarity``. ``seconds``: of each part."""

    clustering: Clustering
    projections: Projections
    importance: Importance | None
    sketch: tuple[NDArray[np.int32], NDArray[np.float16]] | None
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
    meanwhile: Callable[[Probe | None], None] | None = None,
) -> Evaluation:
    """Measure test features (n, d), with train features (m, d) for the probes; finite values are expected.

    ``on_part`` is told each part's name when it begins to be waited for: cluster, separate, weigh, project.
    ``meanwhile`` is called with the probe, in this thread, before the projections are waited for.

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

    def projected() -> Projections:
        return project(
            test,
            test_labels,
            images=protocol.projection_images,
            methods=protocol.projections,
            seed=seed,
        )

    def weighed() -> Importance:
        chosen = stratified_subset(test_labels, protocol.projection_images, np.random.default_rng(seed))
        return importance(test, test_labels, chosen, separable.probe, seed=seed)

    with _one_thread(), ThreadPoolExecutor(1) as beside:
        projecting = beside.submit(timed, "project", projected)
        told("cluster")
        clustering = timed(
            "cluster", lambda: cluster(test, test_labels, n_init=protocol.kmeans_n_init, seed=seed)
        )
        told("separate")
        separable = timed(
            "separate",
            lambda: separability(
                train, train_labels, test, test_labels, neighbors=protocol.knn_neighbors, seed=seed
            ),
        )
        weights, sketched = None, None
        if "importance" in protocol.inspections:
            told("weigh")
            weights = timed("weigh", weighed)
        if "similarity" in protocol.inspections:
            sketched = timed("sketch", lambda: sketch(test, test_labels, seed=seed))
        if meanwhile is not None:
            meanwhile(separable.probe)
        told("project")
        projections = projecting.result()
    measurements = (
        *clustering.measurements,
        *separable.measurements,
        *(weights.measurements if weights else ()),
        *projections.measurements,
    )
    return Evaluation(clustering, projections, weights, sketched, measurements, seconds)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Limit BLAS (the whole process) and OpenMP (the calling thread) to one thread for the time being."""
    import sklearn.cluster  # noqa: F401  # only libraries that are loaded already can be limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
