"""The features in the plane, by one method, and what it keeps of the features."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np

from fxreport.measures import neighborhoods as near
from fxreport.measures.base import Inputs, Measure, Measured, measurements
from fxreport.measures.checks import checked_plane
from fxreport.measures.embeddings import EMBEDDINGS, Embedding
from fxreport.measures.groups import visible_groups
from fxreport.measures.internals import small_floats
from fxreport.measures.neighborhoods import Neighborhoods
from fxreport.measures.projected import agreement, sample
from fxreport.vocabulary.experiment import NOISE
from fxreport.vocabulary.factors import PROJECTION
from fxreport.vocabulary.steps import Measurement, Scalar


def project(inputs: Inputs, *, level: str, seed: int, settings: Mapping[str, Scalar]) -> Measured:
    """Project the drawn images by the method ``level``; nothing where there is nothing to project.

    - ``explained_variance``, of pca: share of the total variance that the two axes carry;
    - ``trustworthiness``, ``continuity``: Venna & Kaski 2001, against all features;
    - ``knn_accuracy``, ``purity``: of the neighbours on the plane, see ``projected.agreement``;
    - ``groups``, ``noise``: what density clustering sets apart on the plane;
    - ``seconds``: processor time of the one thread that makes the plane from the principal components and the
      neighbours, which all methods share.
    """
    drawn = sample(inputs, settings, seed)
    if drawn is None:
        return Measured()
    m = len(drawn.classes)
    embed = _compiled(level)
    start = time.thread_time()
    plane = embed(drawn.scores, drawn.in_scores, seed)
    seconds = time.thread_time() - start
    plane = checked_plane(plane, images=m, projection=level)
    on_plane = near.neighborhoods(plane)
    groups = visible_groups(on_plane)
    values = {
        **({"explained_variance": drawn.shares[:2].sum()} if level == "pca" else {}),
        "groups": int(groups.max()) + 1,
        "noise": np.mean(groups == NOISE),
        "seconds": seconds,
    }
    return Measured(
        (
            *_preservation(drawn.in_features, on_plane),
            *agreement("", on_plane, drawn.classes),
            *measurements(values, m),
        ),
        {f"{level}_2d": small_floats(plane), f"{level}_groups": groups},
    )


_COMPILED: set[str] = set()


def _compiled(method: str) -> Embedding:
    """Have UMAP compiled before it is timed: once in a process it takes several times what a plane does."""
    embed = EMBEDDINGS[method]
    if method == "umap" and method not in _COMPILED:
        points = np.random.default_rng(0).normal(size=(3 * near.NEIGHBORS, 3))
        embed(points, near.neighborhoods(points), 0)
        _COMPILED.add(method)
    return embed


def _preservation(features: Neighborhoods, plane: Neighborhoods) -> tuple[Measurement, ...]:
    values = {
        "trustworthiness": near.trustworthiness(features, plane),
        "continuity": near.trustworthiness(plane, features),
    }
    return measurements({n: v for n, v in values.items() if v is not None}, len(plane.distances))


MEASURE = Measure(
    name="projection",
    run=project,
    factor=PROJECTION,
    levels=EMBEDDINGS,
    asked_by="projections",
    settings={"projection_images": 1_500},
    metrics=(
        "explained_variance", "trustworthiness", "continuity", "knn_accuracy", "purity", "groups",
        "noise", "seconds",
    ),
    arrays=("*_2d", "*_groups"),
    beside=True,
)  # fmt: skip
