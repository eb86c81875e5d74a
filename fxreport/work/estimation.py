"""About how long experiments will take, from what the store knows of like ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any, Protocol

from fxreport.vocabulary.catalog import dataset_facts, extractor_facts
from fxreport.vocabulary.experiment import Experiment

# Where nothing like it has been measured: seconds on two cores, rather too many than too few.
_EVALUATION, _EVALUATION_PER_IMAGE = 2.0, 0.003  # clustering, probes and projections of a test image
_TRAINING, _TRAINING_PER_IMAGE = 3.0, 1 / 1500  # of a small network, one image in one epoch
_USUAL_EPOCHS = 10
_LOADING, _FORWARD_PER_IMAGE = 2.0, 0.0015  # of a large network at the input size of reference
_REFERENCE_SIZE = 32
_PASSES = 4  # over the test images: one to warm up and three that are timed
_UNKNOWN_IMAGES = 10_000  # of a user's image set that is taken whole


class MeasuredStore(Protocol):
    """What the estimate reads of ``fxreport.store.Store``: both by key."""

    def experiments(self) -> dict[str, Experiment]: ...

    def provenance(self) -> dict[str, dict[str, Any]]: ...


def estimate(experiments: Iterable[Experiment], store: MeasuredStore) -> dict[Experiment, float]:
    """Return the seconds that each experiment will take, roughly.

    From the wall time of stored experiments with the same image set and variant, in proportion to the number
    of images; else with the same variant on any set; else a cautious guess by the kind of extractor, its
    input size and epochs.
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
    return sum(_split_sizes(experiment))


def _split_sizes(experiment: Experiment) -> tuple[int, int]:
    facts = dataset_facts(experiment.dataset)
    return (
        experiment.train or facts.train_size or _UNKNOWN_IMAGES,
        experiment.test or facts.test_size or _UNKNOWN_IMAGES,
    )


def _seconds(experiment: Experiment, rates: Mapping[tuple[str, str], list[float]]) -> float:
    for dataset in (experiment.dataset, ""):
        known = rates.get((dataset, experiment.variant))
        if known:
            return median(known) * images_of(experiment)
    return _guess(experiment)


def _guess(experiment: Experiment) -> float:
    train, test = _split_sizes(experiment)
    evaluation = _EVALUATION + _EVALUATION_PER_IMAGE * test
    facts = extractor_facts(experiment.extractor)
    if facts.family == "baseline":
        return evaluation
    if facts.network == "small":
        epochs = int(dict(experiment.settings).get("epochs", _USUAL_EPOCHS))
        return evaluation + _TRAINING + _TRAINING_PER_IMAGE * train * epochs
    scale = ((experiment.input_size or _REFERENCE_SIZE) / _REFERENCE_SIZE) ** 2
    extracted = min(train, experiment.protocol.probe_train) + _PASSES * test
    return evaluation + _LOADING + _FORWARD_PER_IMAGE * scale * extracted
