"""What whole experiments of stores of schema 1 are in steps: the settings of their protocol by measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fxreport.vocabulary.factors import CLUSTERER, PROJECTION
from fxreport.vocabulary.steps import EXTRACTION_SETTINGS, Experiment, Step, settings_of

#: what protocol 1 did where later ones have a field
_ABSENT: dict[str, Any] = {"projections": ("pca", "tsne"), "inspections": ()}


def experiment_and_steps(described: Mapping[str, Any]) -> tuple[Experiment, tuple[Step, ...]]:
    """Return an experiment as it is described now, and the steps that its protocol implies.

    Steps of a protocol of version 2 have the keys of those that are planned now; those of version 1 have
    version 0. A step is named whether or not the extractor let itself be measured so. Raises KeyError,
    TypeError, ValueError.
    """
    protocol = {**_ABSENT, **described["protocol"]}
    version = int(protocol["version"]) - 1
    extraction = {name: protocol[name] for name, _ in EXTRACTION_SETTINGS if name != "version"}
    own = {name: value for name, value in described.items() if name != "protocol"}
    experiment = Experiment.from_dict({**own, "extraction": settings_of({**extraction, "version": version})})

    def step(measure: str, *settings: str, factor: str = "", level: str = "") -> Step:
        chosen = settings_of({name: protocol[name] for name in settings})
        return Step(experiment, measure, version, factor, level, chosen)

    images = "projection_images"
    projections = [
        step("projection", images, factor=PROJECTION, level=level) for level in protocol["projections"]
    ]
    return experiment, (
        Step(experiment),
        step("clustering", "kmeans_n_init", factor=CLUSTERER, level="kmeans"),
        step("probes", "knn_neighbors"),
        *([step("neighborhoods", images)] if projections else []),
        *projections,
        *(step(name, *((images,) if name == "importance" else ())) for name in protocol["inspections"]),
    )
