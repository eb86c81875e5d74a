"""The one table of metrics: what each is called, what it is about, how it is shown, which way is better."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

from fxreport.vocabulary.factors import ATTRIBUTION, LEVELS, PROJECTION, Level, Levels, ordered
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
    ``factor``: the row of the metric where it is measured at a level of it (``{in_level}``, ``{of_level}`` in
    the title). ``higher_is_better`` is None for a metric that only describes. ``decimals`` is how many
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


_share = partial(Metric, shown="percent", low=0, high=1)
_seconds = partial(Metric, unit="second", shown="seconds", decimals=2, low=0)

# fmt: off
METRICS: Mapping[tuple[str, str], Metric] = {
    (metric.name, metric.factor): metric
    for metric in (
        Metric("ari", N_("ARI"), QUALITY, higher_is_better=True, low=-1, high=1),
        Metric("nmi", N_("NMI"), QUALITY, higher_is_better=True, low=0, high=1),
        Metric("ami", N_("AMI"), QUALITY, higher_is_better=True, low=-1, high=1),
        _share("clustering_accuracy", N_("clustering accuracy"), QUALITY, higher_is_better=True),
        Metric("silhouette", N_("silhouette"), QUALITY, higher_is_better=True, low=-1, high=1),
        Metric("davies_bouldin", N_("Davies–Bouldin index"), QUALITY, higher_is_better=False, low=0),
        _share("knn_accuracy", N_("nearest-neighbour accuracy"), QUALITY, higher_is_better=True),
        _share("probe_accuracy", N_("linear-probe accuracy"), QUALITY, higher_is_better=True),
        Metric("dimension", N_("dimension"), COST, decimals=0, low=0),
        Metric("parameters", N_("parameters"), COST, decimals=0, low=0),
        Metric("model_bytes", N_("model size"), COST, unit="byte", shown="bytes", decimals=0, low=0),
        Metric("peak_memory_bytes", N_("peak memory of the process"), COST, unit="byte", shown="bytes",
            higher_is_better=False, decimals=0, low=0),
        _seconds("fit_seconds", N_("training time"), TRAINING, higher_is_better=False),
        _seconds("load_seconds", N_("loading time"), COST, higher_is_better=False),
        _seconds("resize_seconds", N_("resizing time"), COST, higher_is_better=False),
        _seconds("extraction_seconds", N_("extraction time"), COST, higher_is_better=False),
        _seconds("extraction_seconds_min", N_("shortest extraction time"), COST, higher_is_better=False),
        _seconds("extraction_seconds_max", N_("longest extraction time"), COST, higher_is_better=False),
        Metric("images_per_second", N_("throughput"), COST, unit="image/second", higher_is_better=True,
            decimals=0, low=0),
        _share("test_accuracy", N_("accuracy on test images"), TRAINING, higher_is_better=True),
        _share("train_accuracy", N_("accuracy on training images"), TRAINING, higher_is_better=True),
        Metric("reconstruction_mse", N_("reconstruction error"), TRAINING, higher_is_better=False,
            decimals=4, low=0),
        Metric("epochs", N_("epochs"), TRAINING, decimals=0, low=0),
        _share("features_knn_accuracy", N_("nearest-neighbour accuracy among the projected images"), PLANES,
            higher_is_better=True),
        Metric("features_purity", N_("neighbourhood purity in the features"), PLANES, higher_is_better=True,
            low=0, high=1),
        _share("explained_variance", N_("variance explained by the PCA plane"), PLANES, factor=PROJECTION),
        Metric("trustworthiness", N_("trustworthiness {of_level}"), PLANES, higher_is_better=True, low=0,
            high=1, factor=PROJECTION),
        Metric("continuity", N_("continuity {of_level}"), PLANES, higher_is_better=True, low=0, high=1,
            factor=PROJECTION),
        _share("knn_accuracy", N_("nearest-neighbour accuracy {in_level}"), PLANES, higher_is_better=True,
            factor=PROJECTION),
        Metric("purity", N_("neighbourhood purity {in_level}"), PLANES, higher_is_better=True, low=0,
            high=1, factor=PROJECTION),
        Metric("groups", N_("visible groups {in_level}"), PLANES, decimals=1, low=0, factor=PROJECTION),
        Metric("noise", N_("share of images outside the groups {of_level}"), PLANES, low=0, high=1,
            factor=PROJECTION),
        _seconds("seconds", N_("processor time {of_level}"), PLANES, factor=PROJECTION),
        Metric("filter_mean_share", N_("energy of the filters in their mean"), FILTERS, decimals=2, low=0,
            high=1),
        Metric("filter_roughness", N_("roughness of the filters"), FILTERS, decimals=2, low=0),
        Metric("filter_orientation_selectivity", N_("orientation selectivity of the filters"), FILTERS,
            decimals=2, low=0, high=1),
        Metric("filter_frequency", N_("spatial frequency of the filters"), FILTERS, unit="cycle/pixel",
            decimals=2, low=0, high=1),
        Metric("filter_gabor_fit", N_("Gabor fit of the filters"), FILTERS, decimals=2, low=0, high=1),
        Metric("filter_one_colour", N_("energy of the filters in one colour"), FILTERS, decimals=2, low=0,
            high=1),
        Metric("filter_structure_p_value", N_("p-value of the filters’ structure"), FILTERS, low=0, high=1),
        Metric("filter_weights_p_value", N_("p-value of the filters’ weights"), FILTERS, low=0, high=1),
        Metric("filter_weights_beyond", N_("share of the filters’ weights larger than any drawn one"),
            FILTERS, low=0, high=1),
        _share("first_layer_knn_accuracy", N_("nearest-neighbour accuracy in the first layer"), LAYERS),
        _share("best_layer_knn_accuracy", N_("nearest-neighbour accuracy in the best layer"), LAYERS),
        _share("last_layer_knn_accuracy", N_("nearest-neighbour accuracy in the last layer"), LAYERS),
        Metric("latent_midpoint_distance", N_("distance from images half-way in the latent space"), LATENT,
            decimals=4, low=0, high=1),
        Metric("pixel_midpoint_distance", N_("distance from images half-way in pixels"), LATENT, decimals=4,
            low=0, high=1),
        _share("attributed_accuracy", N_("accuracy of the attributed classifier"), PIXELS),
        Metric("top_randomised", N_("agreement {of_level} with that of a randomised classifier"), PIXELS,
            low=-1, high=1, factor=ATTRIBUTION),
        Metric("all_randomised", N_("agreement {of_level} with that of a randomised network"), PIXELS,
            low=-1, high=1, factor=ATTRIBUTION),
        Metric("deletion", N_("deletion area {of_level}"), PIXELS, low=0, high=1, factor=ATTRIBUTION),
        Metric("insertion", N_("insertion area {of_level}"), PIXELS, low=0, high=1, factor=ATTRIBUTION),
        Metric("gain", N_("gain {of_level} over chance"), PIXELS, low=-2, high=2, factor=ATTRIBUTION),
        Metric("probe_half_dimensions", N_("dimensions with half of the probe’s weight"), DIMENSIONS,
            decimals=0, low=1),
        _share("probe_half_share", N_("share of dimensions with half of the probe’s weight"), DIMENSIONS),
        _share("permuted_top_accuracy", N_("probe accuracy with the heaviest dimensions shuffled"),
            DIMENSIONS),
        _share("permuted_random_accuracy", N_("probe accuracy with random dimensions shuffled"), DIMENSIONS),
        Metric("sufficient_components", N_("sufficient principal components"), DIMENSIONS, decimals=0, low=1),
    )
}
# fmt: on


class MetricAt(str):
    """A metric at levels within a subject: the text is its id (``umap_purity``), by which it is addressed."""

    __slots__ = ("levels", "name")
    name: str
    levels: Levels

    def __new__(cls, name: str, levels: Levels) -> MetricAt:
        self = super().__new__(cls, "_".join([*(str(level) for _, level in levels), name]))
        self.name, self.levels = name, levels
        return self

    def __getnewargs__(self) -> tuple[str, Levels]:  # type: ignore[override]
        return self.name, self.levels


def at(name: str, **within: Level) -> str:
    """A metric at levels within: ``at("purity", projection="umap")``; without any, its name."""
    levels = ordered((factor, level) for factor, level in within.items())
    return MetricAt(name, levels) if levels else name


def plain(metric: str) -> str:
    """The name of a metric without its levels."""
    return metric.name if isinstance(metric, MetricAt) else metric


def levels_of(metric: str) -> Levels:
    return metric.levels if isinstance(metric, MetricAt) else ()


def metric(name: str) -> Metric:
    """The row of a metric, wherever it is measured; an unknown one only describes."""
    bare, levels = plain(name), levels_of(name)
    factor = levels[0][0] if levels else ""
    return METRICS.get((bare, factor)) or METRICS.get((bare, "")) or Metric(bare)


#: names of the metrics of the table
NAMES = tuple(dict.fromkeys(name for name, _ in METRICS))
_PLACE = {key: place for place, key in enumerate(METRICS)}


def place(name: str) -> tuple[int, int, int, str, str]:
    """Sorts metrics by topic, in each by level and as the table has them, those of others by name."""
    known, levels = metric(name), levels_of(name)
    rank = _PLACE.get((known.name, known.factor), len(_PLACE))
    # a level's metrics stand together; what is measured without one comes where the table has it
    factor, level = levels[0] if levels else ("", "")
    builtin = list(LEVELS.get(factor, ()))
    position = 1 + (builtin.index(str(level)) if level in builtin else len(builtin)) if levels else 0
    return (
        TOPICS.index(known.topic) if known.topic in TOPICS else len(TOPICS),
        position,
        rank,
        str(level),
        name,
    )


def split_metric(identity: str) -> tuple[str, dict[str, Level]]:
    """Undo the id of a metric at a built-in level: ``umap_purity`` → ``purity`` at projection ``umap``.

    Stores and CSV files written before levels had columns name metrics so.
    """
    for factor in (PROJECTION, ATTRIBUTION):
        for level in LEVELS[factor]:
            name = identity.removeprefix(f"{level}_")
            if name != identity and (name, factor) in METRICS:
                return name, {factor: level}
    return identity, {}


def identified(identity: str) -> str:
    """The metric that an id names, with its levels: the inverse of a ``MetricAt``'s text."""
    name, within = split_metric(identity)
    return at(name, **within)


def metric_of(identity: str) -> Metric:
    """The row of a metric by its id."""
    return metric(identified(identity))
