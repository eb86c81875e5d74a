"""What a metric is about: the subheadings under which the appendix lists measurements."""

from __future__ import annotations

from functools import cache

from fxreport.analysis.claims import N_
from fxreport.vocabulary.experiment import ATTRIBUTIONS, METRICS, PROJECTIONS

OTHERS = N_("Other measurements")

#: topic → its metrics, by name or (with "_" at the end) by the beginning of the name
TOPICS: dict[str, tuple[str, ...]] = {
    N_("Quality"): (
        *("ari", "nmi", "ami", "clustering_accuracy", "silhouette", "davies_bouldin"),
        *("knn_accuracy", "probe_accuracy"),
    ),
    N_("Size and speed"): (
        *("dimension", "parameters", "model_bytes", "peak_memory_bytes", "load_seconds", "resize_seconds"),
        *("extraction_seconds", "extraction_seconds_", "images_per_second"),
    ),
    N_("Training"): ("fit_seconds", "epochs", "test_accuracy", "train_accuracy", "reconstruction_mse"),
    N_("Projections on the plane"): ("features_", *(f"{method}_" for method in PROJECTIONS)),
    N_("First-layer filters"): ("filter_",),
    N_("Layer by layer"): ("first_layer_", "best_layer_", "last_layer_"),
    N_("Latent space"): ("latent_", "pixel_"),
    N_("Attributions"): ("attributed_", *(f"{method}_" for method in ATTRIBUTIONS)),
    N_("Dimensions that carry the classes"): ("probe_half_", "permuted_", "sufficient_components"),
    OTHERS: (),
}

_PLACE = {name: i for i, name in enumerate(METRICS)}
_TITLES = tuple(TOPICS)


@cache
def topic(name: str) -> str:
    """The topic of a metric, as a message; ``OTHERS`` for one that fxreport does not know."""
    if name in METRICS:
        for title, known in TOPICS.items():
            if any(name == one or (one.endswith("_") and name.startswith(one)) for one in known):
                return title
    return OTHERS


def by_topic(name: str) -> tuple[int, int, str]:
    """Sorts metrics by topic, in each as ``METRICS`` has them, those of others by name."""
    return _TITLES.index(topic(name)), _PLACE.get(name, len(_PLACE)), name
