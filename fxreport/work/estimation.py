"""About how long experiments will take, from what the store knows of like ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any, Protocol

from fxreport.measures.registry import builtin, get
from fxreport.vocabulary.catalog import dataset_facts, extractor_facts
from fxreport.vocabulary.measures import NETWORK
from fxreport.vocabulary.steps import EXTRACTION, Experiment
from fxreport.work.attempt import Task
from fxreport.work.extraction import STAGES as EXTRACTION_STAGES
from fxreport.work.sources import ImageSetSize

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
_UNKNOWN_IMAGES = 10_000  # of an image set that is taken whole, where nobody says how many there are
_USUAL_SIDE = 28  # pixels, of the images that the guesses above are for

#: (image set, or "" for any; variant; step) → seconds for an image, of any set for one of the usual side
Rates = Mapping[tuple[str, str, str], list[float]]


class MeasuredStore(Protocol):
    """What the estimate reads of ``fxreport.store.Store``: both by key."""

    def experiments(self) -> dict[str, Experiment]: ...

    def provenance(self) -> dict[str, dict[str, Any]]: ...


def estimate(
    tasks: Iterable[Task], store: MeasuredStore, sets: Mapping[str, ImageSetSize] | None = None
) -> dict[Experiment, float]:
    """Return the seconds that each task will take, roughly; ``sets`` are the sizes of the user's image sets.

    Of each step from the times of such steps that the store holds of the same image set and variant, in
    proportion to the number of images; else of the same variant on any set, in proportion to their pixels
    too where it takes images as they are; else a cautious guess: of an extraction by the kind of extractor,
    its input size and epochs. The measures share two threads.
    """
    wanted = list(tasks)
    if not wanted:
        return {}
    known = dict(sets or {})
    rates: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    provenance = store.provenance()
    for key, stored in store.experiments().items():
        told = provenance.get(key, {})
        size = _told_size(told.get("dataset", {})) or _size_of(stored, known)
        images = sum(_drawn(stored, size))
        for step, seconds in _by_step(told.get("stages", {})).items():
            rates[stored.dataset, stored.variant, step].append(seconds / images)
            rates["", stored.variant, step].append(seconds / images / _pixels(stored, size, step))
    return {task.experiment: _seconds(task, rates, _size_of(task.experiment, known)) for task in wanted}


def _told_size(facts: Mapping[str, Any]) -> ImageSetSize | None:
    """The size of a set as an experiment's provenance has it; None where that has not all of it."""
    try:
        side = max(facts["shape"][:2])
        return ImageSetSize(int(facts["train_images"]), int(facts["test_images"]), int(side))
    except (KeyError, TypeError, ValueError):
        return None


def _size_of(experiment: Experiment, known: Mapping[str, ImageSetSize]) -> ImageSetSize:
    facts = dataset_facts(experiment.dataset)
    return known.get(experiment.dataset) or ImageSetSize(
        facts.train_size or _UNKNOWN_IMAGES,
        facts.test_size or _UNKNOWN_IMAGES,
        max(facts.shape[:2]) if facts.shape else _USUAL_SIDE,
    )


def _drawn(experiment: Experiment, size: ImageSetSize) -> tuple[int, int]:
    """Numbers of train and test images that an experiment works on."""
    return experiment.train or size.train, experiment.test or size.test


def _pixels(experiment: Experiment, size: ImageSetSize, step: str) -> float:
    """Pixels of an image, as a multiple of the usual, where they decide what a step takes; else 1.

    They do for an extractor that takes images as they are, in its extraction and in measures of its network;
    and in all, where the pixels are the features.
    """
    measure = builtin().get(step.partition(" ")[0])
    network = step == EXTRACTION or (measure is not None and NETWORK in measure.needs)
    concerned = network or extractor_facts(experiment.extractor).family == "baseline"
    return (size.side / _USUAL_SIDE) ** 2 if experiment.input_size is None and concerned else 1.0


def _by_step(stages: Mapping[str, float]) -> dict[str, float]:
    """Seconds by the steps' titles; what an extraction consists of is summed."""
    parts = [stages[part] for part in EXTRACTION_STAGES if part in stages]
    return {**stages, **({EXTRACTION: sum(parts)} if parts else {})}


def _seconds(task: Task, rates: Rates, size: ImageSetSize) -> float:
    experiment = task.experiment
    images = sum(_drawn(experiment, size))

    def of(step: str, guess: float) -> float:
        if measured := rates.get((experiment.dataset, experiment.variant, step)):
            return median(measured) * images
        if measured := rates.get(("", experiment.variant, step)):
            return median(measured) * images * _pixels(experiment, size, step)
        return guess

    threads = [0.0, 0.0]
    unknown = _MEASURE + _MEASURE_PER_IMAGE * _drawn(experiment, size)[1]
    studied = unknown + _STUDIED * _forward(experiment)
    for step in task.steps:
        if step.measure != EXTRACTION:
            measure = get(step.measure)
            guess = studied if NETWORK in measure.needs else unknown * _pixels(experiment, size, step.title)
            threads[measure.beside] += of(step.title, guess)
    return max(threads) + (of(EXTRACTION, _guess(experiment, size)) if task.fits else 0.0)


def _guess(experiment: Experiment, size: ImageSetSize) -> float:
    """Seconds of an extraction."""
    train, test = _drawn(experiment, size)
    facts = extractor_facts(experiment.extractor)
    if facts.family == "baseline":
        return _EXTRACTION
    if facts.network == "small":
        epochs = int(dict(experiment.settings).get("epochs", _USUAL_EPOCHS))
        pixels = _pixels(experiment, size, EXTRACTION)
        return _TRAINING + _TRAINING_PER_IMAGE * pixels * train * epochs
    extracted = min(train, int(dict(experiment.extraction)["probe_train"])) + _PASSES * test
    return _LOADING + _forward(experiment) * extracted


def _forward(experiment: Experiment) -> float:
    """Seconds of one image in a large network; 0 of what is none."""
    facts = extractor_facts(experiment.extractor)
    if facts.network == "small" or facts.family == "baseline":
        return 0.0
    scale = ((experiment.input_size or _SMALLEST_SIZE) / _REFERENCE_SIZE) ** 2
    return _IMAGE + scale * (facts.multiply_adds or _USUAL_MULTIPLY_ADDS) / _MULTIPLY_ADDS_PER_SECOND
