"""What somebody who needs an extractor asks for: constraints and an objective, as data.

Read from ``[scenarios.NAME]`` of ``fxreport.toml``, answered in ``fxreport/analysis/recommend``. Imports
nothing else of fxreport.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

#: the objective that is the study's main quality, ARI where that was measured; its direction is the measure's
QUALITY = "ari"
#: how many images are named right by what one would do with labels at hand: a linear probe on the features,
#: else the trained network itself
ACCURACY = "accuracy"
#: the objective of a scenario that names none: with labels at hand accuracy, where measured, else quality
FOLLOWS = ""
#: what a scenario may seek → whether more of it is better. Measures of the clusters' shape in an extractor's
#: own space (silhouette, Davies–Bouldin) are no objectives: they cannot be compared between extractors.
OBJECTIVES: Mapping[str, bool] = {
    QUALITY: True,
    ACCURACY: True,
    "nmi": True,
    "ami": True,
    "clustering_accuracy": True,
    "knn_accuracy": True,
    "probe_accuracy": True,
    "efficiency": True,
    "extraction_seconds": False,
    "fit_seconds": False,
    "peak_memory_bytes": False,
    "model_bytes": False,
    "dimension": False,
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """Constraints that an extractor must meet, and the objective by which the best of those is chosen.

    The default of each constraint restricts nothing. ``title`` maps a language to a text; the text under ""
    serves every other language. Costs are the highest over the image sets, qualities means over them.

    - ``labels``, ``gpu``: whether labels of the set, or a GPU, are at hand; ``pretrained``: whether it must
      be; ``training``: whether an extractor may be trained on the set; ``natural_images``: whether only sets
      of natural photographs count;
    - ``seconds_per_1000_images``: extraction, at most; ``relative_time``: mean extraction time as a multiple
      of the baseline extractor's, at most;
    - ``memory_bytes`` (peak of the process), ``model_bytes``, ``dimension`` (of the features): at most;
    - ``quality``: mean of the main quality, at least; ``quality_share``: share of the best one, at least, of
      accuracy where labels are at hand and the objective is no quality of clusters;
    - ``at_most``, ``at_least``: the mean of any other metric, on every set; as constraints they are called
      ``at_most.METRIC`` and ``at_least.METRIC``.
    """

    name: str
    title: Mapping[str, str] = field(default_factory=dict)
    objective: str = FOLLOWS
    labels: bool = True
    gpu: bool = True
    training: bool = True
    pretrained: bool = False
    natural_images: bool = False
    seconds_per_1000_images: float = math.inf
    relative_time: float = math.inf
    memory_bytes: float = math.inf
    model_bytes: float = math.inf
    dimension: float = math.inf
    quality: float = -math.inf
    quality_share: float = 0.0
    at_most: Mapping[str, float] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)

    @property
    def constraints(self) -> tuple[str, ...]:
        """Names of the constraints that restrict something, in the order of the fields."""
        fixed = (name for name, neutral in NEUTRAL.items() if getattr(self, name) != neutral)
        bounds = (f"{kind}.{metric}" for kind in _BOUNDS for metric in getattr(self, kind))
        return (*fixed, *bounds)

    def limit(self, constraint: str) -> float | bool:
        kind, metric = bound(constraint)
        value: float | bool = getattr(self, kind)[metric] if metric else getattr(self, constraint)
        return value

    def moved(self, constraint: str, limit: float | bool) -> Scenario:
        """The same scenario with another limit of one constraint."""
        kind, metric = bound(constraint)
        changed: dict[str, Any] = {kind: {**getattr(self, kind), metric: limit} if metric else limit}
        return replace(self, **changed)


#: constraints by a metric's name
_BOUNDS = ("at_most", "at_least")


def bound(constraint: str) -> tuple[str, str]:
    """The field of a constraint, and the metric that it bounds; "" for one of the fixed constraints."""
    kind, _, metric = constraint.partition(".")
    return kind, metric


def is_upper(constraint: str) -> bool:
    """Whether a constraint is a limit from above."""
    return constraint in AT_MOST or bound(constraint)[0] == _BOUNDS[0]


def is_limit(constraint: str) -> bool:
    """Whether a constraint has a limit that can be moved."""
    return constraint in (*AT_MOST, *AT_LEAST) or bool(bound(constraint)[1])


#: constraint → the value that restricts nothing
NEUTRAL: Mapping[str, float | bool] = {
    f.name: f.default  # type: ignore[misc]
    for f in fields(Scenario)
    if f.name not in ("name", "title", "objective", *_BOUNDS)
}
AT_MOST = ("seconds_per_1000_images", "relative_time", "memory_bytes", "model_bytes", "dimension")
AT_LEAST = ("quality", "quality_share")

#: the scenarios of every document; the shipped ``fxreport.toml`` states the same
BUILT_IN = (
    Scenario("max_quality"),
    Scenario("no_labels", labels=False),
    Scenario("limited_compute", seconds_per_1000_images=0.5),
    Scenario("pretrained", pretrained=True),
    Scenario("natural_images", natural_images=True),
    Scenario("production", objective="extraction_seconds", quality_share=0.9),
)
#: those of them that only somebody with images asks
OF_IMAGES = BUILT_IN[1:]
