"""Stores of schema 1, where a file is a whole experiment: which of its rows and arrays are of which step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from fxreport.vocabulary.factors import ATTRIBUTION, PROJECTION
from fxreport.vocabulary.metrics import (
    DIMENSIONS,
    FILTERS,
    LATENT,
    LAYERS,
    PIXELS,
    identified,
    levels_of,
    metric,
)
from fxreport.vocabulary.schema1 import experiment_and_steps
from fxreport.vocabulary.steps import EXTRACTION, Experiment, Step

_OF_METRIC = {
    **dict.fromkeys(
        ("ari", "nmi", "ami", "clustering_accuracy", "silhouette", "davies_bouldin"), "clustering"
    ),
    **dict.fromkeys(("knn_accuracy", "probe_accuracy"), "probes"),
    **dict.fromkeys(("features_knn_accuracy", "features_purity"), "neighborhoods"),
}
_OF_TOPIC = {
    FILTERS: "filters",
    LAYERS: "layers",
    LATENT: "latent",
    PIXELS: "attribution",
    DIMENSIONS: "importance",
}
#: measure → the beginnings of its arrays' names; all others are the extraction's
_ARRAYS = {
    "clustering": ("assignments",),
    "neighborhoods": ("projection_indices",),
    "importance": ("components/", "probe_weights"),
    "similarity": ("sketch",),
    "filters": ("filter", "untrained_filters"),
    "layers": ("layers/",),
    "latent": ("reconstruction_mse_by_class", "latent_walk"),
    "attribution": ("attribution/",),
}


def key_of(described: Mapping[str, Any]) -> str:
    """The key that schema 1 gave an experiment."""
    canonical = json.dumps(described, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode(), digest_size=10).hexdigest()


def steps_of(described: Mapping[str, Any]) -> tuple[Experiment, dict[tuple[str, str], Step]]:
    """Return an experiment as it is described now, and its steps by measure and level.

    Raises KeyError, TypeError, ValueError for what describes none.
    """
    experiment, steps = experiment_and_steps(described)
    return experiment, {(step.measure, step.level): step for step in steps}


def step_of_metric(identity: str) -> tuple[str, str]:
    """The measure and level that a metric of schema 1 (``umap_purity``) was measured by."""
    name = identified(identity)
    levels = dict(levels_of(name))
    if PROJECTION in levels:
        return "projection", str(levels[PROJECTION])
    if ATTRIBUTION in levels:
        return "attribution", ""
    measure = _OF_METRIC.get(identity) or _OF_TOPIC.get(metric(identity).topic, EXTRACTION)
    return measure, "kmeans" if measure == "clustering" else ""


def arrays_of(step: Step, names: Iterable[str]) -> tuple[str, ...]:
    """Those of an experiment's arrays that are the step's."""
    return tuple(name for name in names if _owner(name) == (step.measure, step.level))


def _owner(name: str) -> tuple[str, str]:
    for measure, beginnings in _ARRAYS.items():
        if name.startswith(beginnings):
            return measure, "kmeans" if measure == "clustering" else ""
    for end in ("_2d", "_groups"):
        if name.endswith(end):
            return "projection", name.removesuffix(end)
    return EXTRACTION, ""
