"""About how long experiments will take, from what the store knows of like ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any, Protocol

from fxreport.measures.registry import get
from fxreport.vocabulary.catalog import dataset_facts, extractor_facts
from fxreport.vocabulary.measures import NETWORK
from fxreport.vocabulary.steps import EXTRACTION, Experiment
from fxreport.work.attempt import Task
from fxreport.work.extraction import STAGES as EXTRACTION_STAGES

# Where nothing like it has been measured: seconds on two cores, rather too many than too few.
_MEASURE, _MEASURE_PER_IMAGE = 0.3, 0.0005  # one measure of a test image
_EXTRACTION = 1.0  # of what needs no network
_TRAINING, _TRAINING_PER_IMAGE = 3.0, 1 / 1500  # of a small network, one image in one epoch
_USUAL_EPOCHS = 10
_LOADING = 2.0  # of a large network
_IMAGE, _MULTIPLY_ADDS_PER_SECOND = 0.0005, 1e11  # one image through it
_USUAL_MULTIPLY_ADDS, _REFERENCE_SIZE = 4e9, 224  # where its own are not known; for an input of that size
_SMALLEST_SIZE = 32
_PASSES = 4  # over the test images: one to warm up and three that are timed
_STUDIED = (
    4000  # images that pass through a network for one measure of it, altered ones and gradients included
)
_UNKNOWN_IMAGES = 10_000  # of a user's image set that is taken whole


class MeasuredStore(Protocol):
    """What the estimate reads of ``fxreport.store.Store``: both by key."""

    def experiments(self) -> dict[str, Experiment]: ...

    def provenance(self) -> dict[str, dict[str, Any]]: ...


def estimate(tasks: Iterable[Task], store: MeasuredStore) -> dict[Experiment, float]:
    """Return the seconds that each task will take, roughly.

    Of each step from the times of such steps that the store holds of the same image set and variant, in
    proportion to the number of images; else of the same variant on any set; else a cautious guess: of an
    extraction by the kind of extractor, its input size and epochs. The measures share two threads.
    """
    wanted = list(tasks)
    if not wanted:
        return {}
    rates: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    provenance = store.provenance()
    for key, stored in store.experiments().items():
        for step, seconds in _by_step(provenance.get(key, {}).get("stages", {})).items():
            for dataset in (stored.dataset, ""):
                rates[dataset, stored.variant, step].append(seconds / images_of(stored))
    return {task.experiment: _seconds(task, rates) for task in wanted}


def _by_step(stages: Mapping[str, float]) -> dict[str, float]:
    """Seconds by the steps' titles; what an extraction consists of is summed."""
    parts = [stages[part] for part in EXTRACTION_STAGES if part in stages]
    return {**stages, **({EXTRACTION: sum(parts)} if parts else {})}


def images_of(experiment: Experiment) -> int:
    """Number of images, train and test, that an experiment works on."""
    return sum(_split_sizes(experiment))


def _split_sizes(experiment: Experiment) -> tuple[int, int]:
    facts = dataset_facts(experiment.dataset)
    return (
        experiment.train or facts.train_size or _UNKNOWN_IMAGES,
        experiment.test or facts.test_size or _UNKNOWN_IMAGES,
    )


def _seconds(task: Task, rates: Mapping[tuple[str, str, str], list[float]]) -> float:
    experiment = task.experiment

    def of(step: str, guess: float) -> float:
        for dataset in (experiment.dataset, ""):
            if measured := rates.get((dataset, experiment.variant, step)):
                return median(measured) * images_of(experiment)
        return guess

    threads = [0.0, 0.0]
    unknown = _MEASURE + _MEASURE_PER_IMAGE * _split_sizes(experiment)[1]
    studied = unknown + _STUDIED * _forward(experiment)
    for step in task.steps:
        if step.measure != EXTRACTION:
            measure = get(step.measure)
            threads[measure.beside] += of(step.title, studied if NETWORK in measure.needs else unknown)
    return max(threads) + (of(EXTRACTION, _guess(experiment)) if task.fits else 0.0)


def _guess(experiment: Experiment) -> float:
    """Seconds of an extraction."""
    train, test = _split_sizes(experiment)
    facts = extractor_facts(experiment.extractor)
    if facts.family == "baseline":
        return _EXTRACTION
    if facts.network == "small":
        epochs = int(dict(experiment.settings).get("epochs", _USUAL_EPOCHS))
        return _TRAINING + _TRAINING_PER_IMAGE * train * epochs
    extracted = min(train, int(dict(experiment.extraction)["probe_train"])) + _PASSES * test
    return _LOADING + _forward(experiment) * extracted


def _forward(experiment: Experiment) -> float:
    """Seconds of one image in a large network; 0 of what is none."""
    facts = extractor_facts(experiment.extractor)
    if facts.network == "small" or facts.family == "baseline":
        return 0.0
    scale = ((experiment.input_size or _SMALLEST_SIZE) / _REFERENCE_SIZE) ** 2
    return _IMAGE + scale * (facts.multiply_adds or _USUAL_MULTIPLY_ADDS) / _MULTIPLY_ADDS_PER_SECOND
