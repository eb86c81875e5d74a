"""About how long experiments will take, from what the store knows of like ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any, Protocol

from fxreport.catalog import dataset_facts, extractor_facts
from fxreport.experiment import Experiment

# Where nothing like it has been measured: seconds on two slow cores, on the high side.
_SECONDS_AN_EXPERIMENT = 8.0  # clustering, probes and projections, which hardly depend on the extractor
_SECONDS_AN_IMAGE: Mapping[str, float] = {"baseline": 0.0002, "supervised": 0.01, "unsupervised": 0.01}
_SECONDS_AN_IMAGE_ELSE = 0.01  # a pretrained network at the input size of reference
_REFERENCE_SIZE = 32
_UNKNOWN_IMAGES = 10_000  # of a user's image set that is taken whole


class MeasuredStore(Protocol):
    """What the estimate reads of ``fxreport.store.Store``: both by key."""

    def experiments(self) -> dict[str, Experiment]: ...

    def provenance(self) -> dict[str, dict[str, Any]]: ...


def estimate(experiments: Iterable[Experiment], store: MeasuredStore) -> dict[Experiment, float]:
    """Return the seconds that each experiment will take, roughly.

    From the wall time of stored experiments with the same image set and variant, in proportion to the number
    of images; else with the same variant on any set; else a cautious guess by the extractor's family, input
    size and epochs.
    """
    wanted = list(experiments)
    if not wanted:
        return {}
    rates: dict[tuple[str, str], list[float]] = defaultdict(list)
    provenance = store.provenance()
    for key, stored in store.experiments().items():
        seconds = provenance.get(key, {}).get("wall_seconds")
        if isinstance(seconds, int | float):
            rate = seconds / images_of(stored)
            rates[stored.dataset, stored.variant].append(rate)
            rates["", stored.variant].append(rate)
    return {e: _seconds(e, rates) for e in wanted}


def images_of(experiment: Experiment) -> int:
    """Number of images, train and test, that an experiment works on."""
    facts = dataset_facts(experiment.dataset)
    train = experiment.train or facts.train_size or _UNKNOWN_IMAGES
    test = experiment.test or facts.test_size or _UNKNOWN_IMAGES
    return train + test


def _seconds(experiment: Experiment, rates: Mapping[tuple[str, str], list[float]]) -> float:
    images = images_of(experiment)
    for dataset in (experiment.dataset, ""):
        known = rates.get((dataset, experiment.variant))
        if known:
            return median(known) * images
    family = extractor_facts(experiment.extractor).family
    rate = _SECONDS_AN_IMAGE.get(family, _SECONDS_AN_IMAGE_ELSE)
    if experiment.input_size is not None:
        rate *= (experiment.input_size / _REFERENCE_SIZE) ** 2
    return _SECONDS_AN_EXPERIMENT + rate * images
