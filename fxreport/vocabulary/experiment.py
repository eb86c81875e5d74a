"""The vocabulary: experiments, measurements and metrics. Imports nothing else of fxreport."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Scalar = str | int | float | bool

KMEANS = "kmeans"

#: ways of projecting features on the plane
PROJECTIONS = ("pca", "tsne", "umap", "isomap", "spectral")
#: ways of attributing a network's answer to pixels
ATTRIBUTIONS = ("grad_cam", "integrated_gradients", "occlusion")
#: maps of a network and of one with layers drawn anew that agree this much or more tell of the image alone
MOST_AGREEMENT = 0.5
#: by how much the pixels that a sound attribution names must matter more than those of maps moved at random
LEAST_GAIN = 0.05
#: draws of a layer's own initialiser that its first-layer filters are held against
FILTER_DRAWS = 199
#: share of the dimensions that are shuffled at once
SHUFFLED = 0.1
#: components suffice that keep this share of the accuracy of all dimensions
SUFFICIENT = 0.95
#: in ``<method>_groups``: a point that density clustering leaves out of every group
NOISE = -1
#: what may be looked at inside an extractor beyond its features
INSPECTIONS = ("filters", "layers", "latent", "attribution", "importance", "similarity")


@dataclass(frozen=True, slots=True)
class Metric:
    """What a measurement measures.

    ``higher_is_better`` is None for a metric that only describes (a dimension, a count).
    ``decimals`` is how many digits after the decimal mark a reader can use; ``low`` and ``high`` bound the
    values that it can take.
    """

    name: str
    unit: str = ""
    higher_is_better: bool | None = None
    decimals: int = 3
    low: float = -math.inf
    high: float = math.inf

    def possible(self, value: float) -> bool:
        return self.low <= value <= self.high


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        # quality of the clustering against the labels
        Metric("ari", "", True, low=-1, high=1),
        Metric("nmi", "", True, low=0, high=1),
        Metric("ami", "", True, low=-1, high=1),
        Metric("clustering_accuracy", "", True, low=0, high=1),
        # shape of the clusters in the extractor's own space
        Metric("silhouette", "", True, low=-1, high=1),
        Metric("davies_bouldin", "", False, low=0),
        # supervised use of the features
        Metric("knn_accuracy", "", True, low=0, high=1),
        Metric("probe_accuracy", "", True, low=0, high=1),
        # cost
        Metric("dimension", "", None, 0, low=0),
        Metric("parameters", "", None, 0, low=0),
        Metric("model_bytes", "byte", None, 0, low=0),
        Metric("peak_memory_bytes", "byte", False, 0, low=0),
        Metric("fit_seconds", "second", False, 2, low=0),
        Metric("load_seconds", "second", False, 2, low=0),
        Metric("resize_seconds", "second", False, 2, low=0),
        Metric("extraction_seconds", "second", False, 2, low=0),
        Metric("extraction_seconds_min", "second", False, 2, low=0),
        Metric("extraction_seconds_max", "second", False, 2, low=0),
        Metric("images_per_second", "image/second", True, 0, low=0),
        # training
        Metric("test_accuracy", "", True, low=0, high=1),
        Metric("train_accuracy", "", True, low=0, high=1),
        Metric("reconstruction_mse", "", False, 4, low=0),
        Metric("epochs", "", None, 0, low=0),
        # projections on the plane; neighbours and groups are those of the images that were projected
        Metric("pca_explained_variance", "", None, low=0, high=1),
        Metric("features_knn_accuracy", "", True, low=0, high=1),
        Metric("features_purity", "", True, low=0, high=1),
        *(
            measured
            for method in PROJECTIONS
            for measured in (
                Metric(f"{method}_trustworthiness", "", True, low=0, high=1),
                Metric(f"{method}_continuity", "", True, low=0, high=1),
                Metric(f"{method}_knn_accuracy", "", True, low=0, high=1),
                Metric(f"{method}_purity", "", True, low=0, high=1),
                Metric(f"{method}_groups", "", None, 1, low=0),
                Metric(f"{method}_noise", "", None, low=0, high=1),
                Metric(f"{method}_seconds", "second", None, 2, low=0),
            )
        ),
        # first-layer filters, means over the filters, and whether the initialiser could have drawn them
        *(
            Metric(f"filter_{name}", unit, None, 2, low=0, high=high)
            for name, unit, high in (
                ("mean_share", "", 1),
                ("roughness", "", math.inf),
                ("orientation_selectivity", "", 1),
                ("frequency", "cycle/pixel", 1),
                ("gabor_fit", "", 1),
                ("one_colour", "", 1),
            )
        ),
        Metric("filter_structure_p_value", "", None, low=0, high=1),
        Metric("filter_weights_p_value", "", None, low=0, high=1),
        Metric("filter_weights_beyond", "", None, low=0, high=1),
        # layer by layer
        Metric("first_layer_knn_accuracy", "", None, low=0, high=1),
        Metric("best_layer_knn_accuracy", "", None, low=0, high=1),
        Metric("last_layer_knn_accuracy", "", None, low=0, high=1),
        # between two images: half-way in the latent space against half-way in pixels
        Metric("latent_midpoint_distance", "", None, 4, low=0, high=1),
        Metric("pixel_midpoint_distance", "", None, 4, low=0, high=1),
        # attributions: they tell of a network, and one network is not better for being told of
        Metric("attributed_accuracy", "", None, low=0, high=1),
        *(
            measured
            for method in ATTRIBUTIONS
            for measured in (
                Metric(f"{method}_top_randomised", "", None, low=-1, high=1),
                Metric(f"{method}_all_randomised", "", None, low=-1, high=1),
                Metric(f"{method}_deletion", "", None, low=0, high=1),
                Metric(f"{method}_insertion", "", None, low=0, high=1),
                Metric(f"{method}_gain", "", None, low=-2, high=2),
            )
        ),
        # which dimensions carry the classes
        Metric("probe_half_dimensions", "", None, 0, low=1),
        Metric("probe_half_share", "", None, low=0, high=1),
        Metric("permuted_top_accuracy", "", None, low=0, high=1),
        Metric("permuted_random_accuracy", "", None, low=0, high=1),
        Metric("sufficient_components", "", None, 0, low=1),
    )
}


def metric(name: str) -> Metric:
    """Return the metric of that name; an unknown one only describes."""
    return METRICS.get(name, Metric(name))


def variant_id(extractor: str, input_size: int | None) -> str:
    """Name an extractor at an input size: ``vgg16@32``, or ``raw_pixels`` where size is no setting.

    This is the subject of claims and the row of tables.
    """
    return extractor if input_size is None else f"{extractor}@{input_size}"


@dataclass(frozen=True, slots=True)
class Protocol:
    """How features become measurements. Raise ``version`` when the same settings give other values.

    ``projections`` are names of ``PROJECTIONS``, ``inspections`` of ``INSPECTIONS``.
    """

    version: int = 2
    kmeans_n_init: int = 10
    knn_neighbors: int = 20
    probe_train: int = 10_000
    projection_images: int = 1_500
    projections: tuple[str, ...] = PROJECTIONS
    inspections: tuple[str, ...] = INSPECTIONS
    timing_repeats: int = 3
    batch_size: int = 128

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Protocol:
        """Read what ``to_dict`` gave, lists for tuples; version 1 lacks what it did not have."""
        values: dict[str, Any] = {**_ABSENT, **data}
        read: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in values.items()}
        return cls(**read)

    def to_dict(self) -> dict[str, Any]:
        """The fields; of version 1 those that it had, so that its experiments keep their keys."""
        values = asdict(self)
        if self.version == 1:
            for name in _ABSENT:
                del values[name]
        return values


#: what version 1 did where later protocols have a field
_ABSENT: dict[str, Any] = {"projections": ("pca", "tsne"), "inspections": ()}


@dataclass(frozen=True, slots=True)
class Experiment:
    """One cell: image set × extractor × its settings × seed × protocol.

    ``train`` and ``test`` are numbers of images drawn (stratified by class) from each split by ``seed``;
    None takes the whole split. ``extractor_version`` is the extractor's own: it is raised when its results
    change for equal settings. ``weights`` names the weights of a pretrained extractor ("" for others).
    """

    dataset: str
    fingerprint: str
    train: int | None
    test: int | None
    extractor: str
    extractor_version: int = 1
    input_size: int | None = None
    settings: tuple[tuple[str, Scalar], ...] = ()
    seed: int = 0
    protocol: Protocol = field(default_factory=Protocol)

    @property
    def key(self) -> str:
        """Hash of all that decides the result, not of when or where it ran."""
        canonical = json.dumps(self._described(), sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(canonical.encode(), digest_size=10).hexdigest()

    @property
    def variant(self) -> str:
        return variant_id(self.extractor, self.input_size)

    def to_dict(self) -> dict[str, Any]:
        return self._described()

    def _described(self) -> dict[str, Any]:
        return {**asdict(self), "protocol": self.protocol.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Experiment:
        values = dict(data)
        values["settings"] = tuple((str(k), v) for k, v in values["settings"])
        values["protocol"] = Protocol.from_dict(values["protocol"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One tidy row's value. ``n`` is the number of images that it was taken on, where that has a meaning."""

    metric: str
    value: float
    n: int | None = None
    clusterer: str = ""

    @property
    def unit(self) -> str:
        return metric(self.metric).unit


@dataclass(frozen=True, slots=True)
class Result:
    """What running one experiment gives.

    ``artifacts`` are small arrays that later stages need; ``shared`` are those that other experiments have
    too, as pictures of the images: kept once. ``provenance`` is JSON-serialisable: versions, processor,
    threads, when, data source, weights' hash, facts of the image set and of the extractor.
    """

    experiment: Experiment
    measurements: tuple[Measurement, ...]
    artifacts: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    shared: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
