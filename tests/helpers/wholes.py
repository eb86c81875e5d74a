"""Experiments of tests written down whole: values by the metrics' ids, shared out among the steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.store import Store
from fxreport.vocabulary.factors import CLUSTERER
from fxreport.vocabulary.metrics import identified, levels_of, plain
from fxreport.vocabulary.steps import Experiment, Measurement, Step, StepResult

_OF_CLUSTERS = ("ari", "nmi", "ami", "clustering_accuracy", "silhouette", "davies_bouldin")

Arrays = Mapping[str, NDArray[np.generic]]


def steps_of(experiment: Experiment) -> tuple[Step, Step]:
    """The two steps that a whole experiment is written as."""
    return Step(experiment), Step(experiment, "clustering", factor=CLUSTERER, level="kmeans")


def plan_of(*experiments: Experiment) -> dict[Experiment, tuple[Step, ...]]:
    return {one: steps_of(one) for one in experiments}


def stored_plan(store: Store) -> dict[Experiment, list[Step]]:
    """A plan of all that the store holds."""
    plan: dict[Experiment, list[Step]] = {}
    for step in store.steps().values():
        plan.setdefault(step.experiment, []).append(step)
    return plan


def write_whole(
    store: Store,
    experiment: Experiment,
    values: Mapping[str, float],
    artifacts: Arrays | None = None,
    provenance: Mapping[str, Any] | None = None,
    shared: Arrays | None = None,
    n: int | None = None,
) -> None:
    """Write values by id (``umap_purity``) and arrays; those of the clusters as k-means' own step."""
    extraction, clustering = steps_of(experiment)
    by_step: dict[Step, list[Measurement]] = {extraction: [], clustering: []}
    for identity, value in values.items():
        metric = identified(identity)
        step = clustering if metric in _OF_CLUSTERS else extraction
        by_step[step].append(Measurement(plain(metric), value, n, levels_of(metric)))
    arrays = dict(artifacts or {})
    clusters = {name: arrays.pop(name) for name in ("assignments",) if name in arrays}
    told = dict(provenance or {})
    store.write(StepResult(extraction, tuple(by_step[extraction]), arrays, shared or {}, told))
    if by_step[clustering] or clusters:
        store.write(StepResult(clustering, tuple(by_step[clustering]), clusters))
