"""The one table of metrics: what each is called, what it is about, how it is shown, which way is better."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from fxreport.vocabulary.factors import ATTRIBUTION, LEVELS, PROJECTION, WITHIN, Level, Levels
from fxreport.vocabulary.messages import N_

#: topics, in the order in which a reader meets them
QUALITY = N_("Quality")
COST = N_("Size and speed")
TRAINING = N_("Training")
PLANES = N_("Projections on the plane")
FILTERS = N_("First-layer filters")
LAYERS = N_("Layer by layer")
LATENT = N_("Latent space")
PIXELS = N_("Attributions")
DIMENSIONS = N_("Dimensions that carry the classes")
OTHER = N_("Other measurements")
TOPICS = (QUALITY, COST, TRAINING, PLANES, FILTERS, LAYERS, LATENT, PIXELS, DIMENSIONS, OTHER)

Shown = Literal["number", "percent", "seconds", "bytes", "count"]


@dataclass(frozen=True, slots=True)
class Metric:
    """What a measurement measures.

    ``title`` is a message, or the text of whoever brought the metric; ``titles`` are such texts by language.
    ``title_at`` is the title where the metric is measured at a level of ``factor`` (``{in_level}``,
    ``{of_level}``). ``higher_is_better`` is None for a metric that only describes. ``decimals`` is how many
    digits after the decimal mark a reader can use; ``low`` and ``high`` bound the values that it can take.
    """

    name: str
    title: str = ""
    topic: str = OTHER
    unit: str = ""
    shown: Shown = "number"
    higher_is_better: bool | None = None
    decimals: int = 3
    low: float = -math.inf
    high: float = math.inf
    factor: str = ""
    title_at: str = ""
    titles: tuple[tuple[str, str], ...] = ()

    def possible(self, value: float) -> bool:
        return self.low <= value <= self.high

    def to_dict(self) -> dict[str, Any]:
        """The row without what is as usual, JSON-serialisable."""
        usual = asdict(Metric(self.name))
        return {key: value for key, value in asdict(self).items() if key == "name" or value != usual[key]}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Metric:
        """Read what ``to_dict`` gave. Raises TypeError for a key that no metric has."""
        titles = tuple((str(lang), str(text)) for lang, text in row.get("titles", ()))
        return cls(**{**row, "titles": titles})


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("ari", N_("ARI"), QUALITY, higher_is_better=True, low=-1, high=1),
        Metric("nmi", N_("NMI"), QUALITY, higher_is_better=True, low=0, high=1),
        Metric("ami", N_("AMI"), QUALITY, higher_is_better=True, low=-1, high=1),
        Metric(
            "clustering_accuracy",
            N_("clustering accuracy"),
            QUALITY,
            shown="percent",
            higher_is_better=True,
            low=0,
            high=1,
        ),
        Metric("silhouette", N_("silhouette"), QUALITY, higher_is_better=True, low=-1, high=1),
        Metric("davies_bouldin", N_("Davies–Bouldin index"), QUALITY, higher_is_better=False, low=0),
        Metric(
            "knn_accuracy",
            N_("nearest-neighbour accuracy"),
            QUALITY,
            shown="percent",
            higher_is_better=True,
            low=0,
            high=1,
            factor=PROJECTION,
            title_at=N_("nearest-neighbour accuracy {in_level}"),
        ),
        Metric(
            "probe_accuracy",
            N_("linear-probe accuracy"),
            QUALITY,
            shown="percent",
            higher_is_better=True,
            low=0,
            high=1,
        ),
        Metric("dimension", N_("dimension"), COST, decimals=0, low=0),
        Metric("parameters", N_("parameters"), COST, decimals=0, low=0),
        Metric("model_bytes", N_("model size"), COST, unit="byte", shown="bytes", decimals=0, low=0),
        Metric(
            "peak_memory_bytes",
            N_("peak memory of the process"),
            COST,
            unit="byte",
            shown="bytes",
            higher_is_better=False,
            decimals=0,
            low=0,
        ),
        Metric(
            "fit_seconds",
            N_("training time"),
            TRAINING,
            unit="second",
            shown="seconds",
            higher_is_better=False,
            decimals=2,
            low=0,
        ),
        Metric(
            "load_seconds",
            N_("loading time"),
            COST,
            unit="second",
            shown="seconds",
            higher_is_better=False,
            decimals=2,
            low=0,
        ),
        Metric(
            "resize_seconds",
            N_("resizing time"),
            COST,
            unit="second",
            shown="seconds",
            higher_is_better=False,
            decimals=2,
            low=0,
        ),
        Metric(
            "extraction_seconds",
            N_("extraction time"),
            COST,
            unit="second",
            shown="seconds",
            higher_is_better=False,
            decimals=2,
            low=0,
        ),
        Metric(
            "extraction_seconds_min",
            N_("shortest extraction time"),
            COST,
            unit="second",
            shown="seconds",
            higher_is_better=False,
            decimals=2,
            low=0,
        ),
        Metric(
            "extraction_seconds_max",
            N_("longest extraction time"),
            COST,
            unit="second",
            shown="seconds",
            higher_is_better=False,
            decimals=2,
            low=0,
        ),
        Metric(
            "images_per_second",
            N_("throughput"),
            COST,
            unit="image/second",
            higher_is_better=True,
            decimals=0,
            low=0,
        ),
        Metric(
            "test_accuracy",
            N_("accuracy on test images"),
            TRAINING,
            shown="percent",
            higher_is_better=True,
            low=0,
            high=1,
        ),
        Metric(
            "train_accuracy",
            N_("accuracy on training images"),
            TRAINING,
            shown="percent",
            higher_is_better=True,
            low=0,
            high=1,
        ),
        Metric(
            "reconstruction_mse",
            N_("reconstruction error"),
            TRAINING,
            higher_is_better=False,
            decimals=4,
            low=0,
        ),
        Metric("epochs", N_("epochs"), TRAINING, decimals=0, low=0),
        Metric(
            "explained_variance",
            "",
            PLANES,
            shown="percent",
            low=0,
            high=1,
            factor=PROJECTION,
            title_at=N_("variance explained by the PCA plane"),
        ),
        Metric(
            "features_knn_accuracy",
            N_("nearest-neighbour accuracy among the projected images"),
            PLANES,
            shown="percent",
            higher_is_better=True,
            low=0,
            high=1,
        ),
        Metric(
            "features_purity",
            N_("neighbourhood purity in the features"),
            PLANES,
            higher_is_better=True,
            low=0,
            high=1,
        ),
        Metric(
            "trustworthiness",
            "",
            PLANES,
            higher_is_better=True,
            low=0,
            high=1,
            factor=PROJECTION,
            title_at=N_("trustworthiness {of_level}"),
        ),
        Metric(
            "continuity",
            "",
            PLANES,
            higher_is_better=True,
            low=0,
            high=1,
            factor=PROJECTION,
            title_at=N_("continuity {of_level}"),
        ),
        Metric(
            "purity",
            "",
            PLANES,
            higher_is_better=True,
            low=0,
            high=1,
            factor=PROJECTION,
            title_at=N_("neighbourhood purity {in_level}"),
        ),
        Metric(
            "groups",
            "",
            PLANES,
            decimals=1,
            low=0,
            factor=PROJECTION,
            title_at=N_("visible groups {in_level}"),
        ),
        Metric(
            "noise",
            "",
            PLANES,
            low=0,
            high=1,
            factor=PROJECTION,
            title_at=N_("share of images outside the groups {of_level}"),
        ),
        Metric(
            "seconds",
            "",
            PLANES,
            unit="second",
            shown="seconds",
            decimals=2,
            low=0,
            factor=PROJECTION,
            title_at=N_("processor time {of_level}"),
        ),
        Metric(
            "filter_mean_share", N_("energy of the filters in their mean"), FILTERS, decimals=2, low=0, high=1
        ),
        Metric("filter_roughness", N_("roughness of the filters"), FILTERS, decimals=2, low=0),
        Metric(
            "filter_orientation_selectivity",
            N_("orientation selectivity of the filters"),
            FILTERS,
            decimals=2,
            low=0,
            high=1,
        ),
        Metric(
            "filter_frequency",
            N_("spatial frequency of the filters"),
            FILTERS,
            unit="cycle/pixel",
            decimals=2,
            low=0,
            high=1,
        ),
        Metric("filter_gabor_fit", N_("Gabor fit of the filters"), FILTERS, decimals=2, low=0, high=1),
        Metric(
            "filter_one_colour", N_("energy of the filters in one colour"), FILTERS, decimals=2, low=0, high=1
        ),
        Metric("filter_structure_p_value", N_("p-value of the filters’ structure"), FILTERS, low=0, high=1),
        Metric("filter_weights_p_value", N_("p-value of the filters’ weights"), FILTERS, low=0, high=1),
        Metric(
            "filter_weights_beyond",
            N_("share of the filters’ weights larger than any drawn one"),
            FILTERS,
            low=0,
            high=1,
        ),
        Metric(
            "first_layer_knn_accuracy",
            N_("nearest-neighbour accuracy in the first layer"),
            LAYERS,
            shown="percent",
            low=0,
            high=1,
        ),
        Metric(
            "best_layer_knn_accuracy",
            N_("nearest-neighbour accuracy in the best layer"),
            LAYERS,
            shown="percent",
            low=0,
            high=1,
        ),
        Metric(
            "last_layer_knn_accuracy",
            N_("nearest-neighbour accuracy in the last layer"),
            LAYERS,
            shown="percent",
            low=0,
            high=1,
        ),
        Metric(
            "latent_midpoint_distance",
            N_("distance from images half-way in the latent space"),
            LATENT,
            decimals=4,
            low=0,
            high=1,
        ),
        Metric(
            "pixel_midpoint_distance",
            N_("distance from images half-way in pixels"),
            LATENT,
            decimals=4,
            low=0,
            high=1,
        ),
        Metric(
            "attributed_accuracy",
            N_("accuracy of the attributed classifier"),
            PIXELS,
            shown="percent",
            low=0,
            high=1,
        ),
        Metric(
            "top_randomised",
            "",
            PIXELS,
            low=-1,
            high=1,
            factor=ATTRIBUTION,
            title_at=N_("agreement {of_level} with that of a randomised classifier"),
        ),
        Metric(
            "all_randomised",
            "",
            PIXELS,
            low=-1,
            high=1,
            factor=ATTRIBUTION,
            title_at=N_("agreement {of_level} with that of a randomised network"),
        ),
        Metric(
            "deletion", "", PIXELS, low=0, high=1, factor=ATTRIBUTION, title_at=N_("deletion area {of_level}")
        ),
        Metric(
            "insertion",
            "",
            PIXELS,
            low=0,
            high=1,
            factor=ATTRIBUTION,
            title_at=N_("insertion area {of_level}"),
        ),
        Metric(
            "gain", "", PIXELS, low=-2, high=2, factor=ATTRIBUTION, title_at=N_("gain {of_level} over chance")
        ),
        Metric(
            "probe_half_dimensions",
            N_("dimensions with half of the probe’s weight"),
            DIMENSIONS,
            decimals=0,
            low=1,
        ),
        Metric(
            "probe_half_share",
            N_("share of dimensions with half of the probe’s weight"),
            DIMENSIONS,
            shown="percent",
            low=0,
            high=1,
        ),
        Metric(
            "permuted_top_accuracy",
            N_("probe accuracy with the heaviest dimensions shuffled"),
            DIMENSIONS,
            shown="percent",
            low=0,
            high=1,
        ),
        Metric(
            "permuted_random_accuracy",
            N_("probe accuracy with random dimensions shuffled"),
            DIMENSIONS,
            shown="percent",
            low=0,
            high=1,
        ),
        Metric("sufficient_components", N_("sufficient principal components"), DIMENSIONS, decimals=0, low=1),
    )
}


def metric_id(name: str, levels: Levels = ()) -> str:
    """One name for a metric at a level within: ``umap_purity``. It stands in files, addresses and anchors."""
    within = [str(level) for factor, level in levels if factor in WITHIN]
    return "_".join([*within, name])


def split_metric(identity: str) -> tuple[str, dict[str, Level]]:
    """Undo ``metric_id`` for the built-in levels: ``umap_purity`` → ``purity`` at projection ``umap``.

    Stores and CSV files written before levels had columns name metrics so.
    """
    for factor in (PROJECTION, ATTRIBUTION):
        for level in LEVELS[factor]:
            name = identity.removeprefix(f"{level}_")
            if name != identity and name in METRICS and METRICS[name].factor == factor:
                return name, {factor: level}
    return identity, {}
