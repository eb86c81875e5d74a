"""The extraction of one experiment: the extractor fitted, its features taken, timed and described."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Dataset, Split
from fxreport.datasets.sampling import by_split, sample, sample_indices
from fxreport.extractors.base import Extractor
from fxreport.extractors.network import NetworkExtractor, load_keras
from fxreport.measures.base import measurements
from fxreport.measures.checks import checked_curves, checked_features, checked_inside, checked_values
from fxreport.measures.internals import compact, example_positions
from fxreport.measures.memory import PeakMemory
from fxreport.measures.sampling import stratified_subset
from fxreport.measures.timing import Extraction, extract, timed_extraction
from fxreport.system.machine import machine_facts, versions
from fxreport.vocabulary.catalog import extractor_facts
from fxreport.vocabulary.errors import FxReportError
from fxreport.vocabulary.names import names_kept
from fxreport.vocabulary.steps import Experiment, Measurement, Step, StepResult
from fxreport.work.features import Features

#: called with (stage, done, total): ("fit", epoch, epochs), ("extract", pass, passes), …
StageCallback = Callable[[str, int, int], None]
#: ``create(name, input_size=…, seed=…, **settings)``
ExtractorFactory = Callable[..., Extractor]

#: numbers that an extractor may have once it is fitted, and the metrics that they become
_FITTED_NUMBERS = {
    "parameters": "parameters_",
    "model_bytes": "model_bytes_",
    "load_seconds": "load_seconds_",
}
_PRETRAINED = "pretrained"
#: the parts of an extraction of which the provenance has the seconds
STAGES = ("fit", "extract", "extract_train", "inspect")


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """The images of an experiment: drawn by its seed, with where the test images lie in their split."""

    train: Split
    test: Split
    test_indices: NDArray[np.integer]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A fitted extractor and its features; ``result`` is None where the extraction was not asked for."""

    extractor: Extractor
    features: Features
    result: StepResult | None = None


def sampled(experiment: Experiment, dataset: Dataset) -> Sampled:
    """Draw an experiment's images. Raises FxReportError where the set is not the one that it names."""
    if dataset.fingerprint != experiment.fingerprint:
        raise FxReportError(
            f"{experiment.dataset} has the fingerprint {dataset.fingerprint}, but the plan was made for "
            f"{experiment.fingerprint}; make the plan again"
        )
    return Sampled(*sample(dataset, experiment.train, experiment.test, experiment.seed))


def fit_again(
    experiment: Experiment,
    dataset: Dataset,
    images: Sampled,
    create: ExtractorFactory,
    told: StageCallback,
) -> Fitted:
    """Fit an extractor whose extraction is kept already: its features are taken in one pass, not timed."""
    extractor = _created(experiment, create)
    try:
        if hasattr(extractor, "rows"):
            return Fitted(extractor, _given(experiment, extractor, dataset, images))
        _fit(extractor, images.train, told)
        told("extract", 0, 1)
        batch_size = int(dict(experiment.extraction)["batch_size"])
        features = extract(extractor, images.test.images, batch_size=batch_size)
        return Fitted(extractor, _features(experiment, extractor, images, features))
    except BaseException:
        close(extractor)
        raise


def fit_and_extract(
    experiment: Experiment,
    dataset: Dataset,
    create: ExtractorFactory,
    told: StageCallback,
) -> tuple[Sampled, Fitted]:
    """Run an experiment's extraction: draw, fit, extract in timed passes, and tell what it took.

    Raises what the extractor raises (WeightsUnavailable among it), and FxReportError for features that can't
    be evaluated.
    """
    clock = _Clock()
    with PeakMemory() as peak:
        images = sampled(experiment, dataset)
        extractor = _created(experiment, create)
    if hasattr(extractor, "rows"):
        return images, _taken(experiment, extractor, dataset, images, clock)
    try:
        with PeakMemory() as working:
            with clock.stage("fit"):
                _fit(extractor, images.train, told)
            with clock.stage("extract"):
                extraction = _timed(experiment, extractor, images.test, told)
            with clock.stage("extract_train"):
                features = _features(experiment, extractor, images, extraction.features)
            with clock.stage("inspect"):
                told("inspect", 0, 1)
                held_out = _held_out_metrics(extractor, images.test)
                internals = _internals(extractor, images.test)
    except BaseException:
        close(extractor)
        raise
    result = StepResult(
        Step(experiment),
        measurements=(
            *_costs(extractor, extraction, clock.seconds["fit"], max(peak.bytes, working.bytes)),
            *held_out,
        ),
        artifacts={**_known_of(images), **_curves(extractor), **internals},
        shared=_names(dataset, images.test_indices),
        provenance=_provenance(experiment, extractor, dataset, images, clock),
    )
    return images, Fitted(extractor, features, result)


def _taken(
    experiment: Experiment, extractor: Extractor, dataset: Dataset, images: Sampled, clock: _Clock
) -> Fitted:
    """The extraction of features that were computed elsewhere: what it cost is not known."""
    with clock.stage("extract"):
        features = _given(experiment, extractor, dataset, images)
    result = StepResult(
        Step(experiment),
        measurements=measurements({"dimension": features.features.shape[1]}),
        artifacts=_known_of(images),
        shared=_names(dataset, images.test_indices),
        provenance=_provenance(experiment, extractor, dataset, images, clock),
    )
    return Fitted(extractor, features, result)


def _given(experiment: Experiment, extractor: Any, dataset: Dataset, images: Sampled) -> Features:
    """Features of the same images that an extractor would be fitted and measured on, by their positions."""
    train_indices, test_indices = sample_indices(dataset, experiment.train, experiment.test, experiment.seed)
    positions = probe_positions(images.train, experiment)
    probed = train_indices[positions]

    def rows(split: str, places: NDArray[np.integer]) -> NDArray[np.float32]:
        parts = [
            (there, extractor.rows(experiment.dataset, name, positions, len(dataset.split(name))))
            for name, there, positions in by_split(dataset, split, places)
        ]
        found = np.concatenate([part for _, part in parts])
        order = np.argsort(np.concatenate([np.flatnonzero(there) for there, _ in parts]))
        return checked_features(
            found[order], images=len(places), extractor=experiment.variant, dataset=experiment.dataset
        )

    return Features(
        rows("test", test_indices),
        images.test.labels,
        rows("train", probed),
        images.train.labels[positions],
    )


def _known_of(images: Sampled) -> dict[str, NDArray[np.generic]]:
    return {
        "test_indices": images.test_indices.astype(np.int32),
        "labels": images.test.labels.astype(np.int16),
    }


def _provenance(
    experiment: Experiment, extractor: Extractor, dataset: Dataset, images: Sampled, clock: _Clock
) -> dict[str, Any]:
    return {
        "versions": versions(),
        **machine_facts(),
        **clock.facts(),
        "dataset": _dataset_facts(dataset, images.train, images.test),
        "extractor": _extractor_facts(experiment, extractor),
    }


def close(extractor: Extractor) -> None:
    """Let go of what a fitted extractor holds outside Python's memory."""
    getattr(extractor, "close", lambda: None)()


class _Clock:
    """Seconds by stage; stages may nest or overlap."""

    def __init__(self) -> None:
        self._started = datetime.now(UTC)
        self._start = time.perf_counter()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start

    def facts(self) -> dict[str, Any]:
        """When it began (UTC), how long all has taken until now, and each stage."""
        return {
            "started": self._started.isoformat(timespec="seconds"),
            "wall_seconds": round(time.perf_counter() - self._start, 3),
            "stages": {stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
        }


def _created(experiment: Experiment, create: ExtractorFactory) -> Extractor:
    extractor = create(
        experiment.extractor,
        input_size=experiment.input_size,
        seed=experiment.seed,
        **dict(experiment.settings),
    )
    # Importing takes seconds, once in a process, and is no part of a network's training. A pretrained one
    # loads TensorFlow by itself, when it has found its weights.
    if isinstance(extractor, NetworkExtractor) and extractor.family != _PRETRAINED:
        load_keras()
    return extractor


def _fit(extractor: Extractor, train: Split, told: StageCallback) -> None:
    told("fit", 0, 1)
    extractor.on_epoch = lambda epoch, epochs: told("fit", epoch, epochs)  # type: ignore[attr-defined]
    extractor.fit(train.images, train.labels if extractor.needs_labels else None)


def _timed(experiment: Experiment, extractor: Extractor, test: Split, told: StageCallback) -> Extraction:
    extraction = dict(experiment.extraction)
    repeats = int(extraction["timing_repeats"])
    told("extract", 0, repeats)
    return timed_extraction(
        extractor,
        test.images,
        batch_size=int(extraction["batch_size"]),
        repeats=repeats,
        on_pass=lambda done, planned: told("extract", done, planned),
    )


def _features(
    experiment: Experiment, extractor: Extractor, images: Sampled, features: NDArray[Any]
) -> Features:
    """Features of the test images as given and of the train images that probes learn from, checked."""

    def checked(found: Any, split: Split) -> NDArray[np.float32]:
        return checked_features(
            found, images=len(split), extractor=experiment.variant, dataset=experiment.dataset
        )

    test, part = images.test, images.train
    positions = probe_positions(part, experiment)
    part = part if len(positions) == len(part) else part.take(positions)
    return Features(
        checked(features, test), test.labels, checked(extractor.transform(part.images), part), part.labels
    )


def probe_positions(train: Split, experiment: Experiment) -> NDArray[np.integer]:
    """Which train images the probes are fitted on: all, or a stratified draw of as many as allowed."""
    most = int(dict(experiment.extraction)["probe_train"])
    if len(train) <= most:
        return np.arange(len(train))
    rng = np.random.default_rng(experiment.seed)
    return stratified_subset(train.labels, most, rng)


def _held_out_metrics(extractor: Extractor, test: Split) -> tuple[Measurement, ...]:
    """What the extractor measures of itself on the test images, and the length of its learning curve."""
    measure = getattr(extractor, "measure", None)
    who = f"measure() of {extractor.name}"
    values = checked_values(measure(test.images, test.labels), who) if measure else {}
    lengths = [len(values_) for values_ in _curve_of(extractor).values()]
    if lengths:
        values.setdefault("epochs", max(lengths))
    return tuple(
        Measurement(name, float(value), None if name == "epochs" else len(test))
        for name, value in values.items()
    )


def _internals(extractor: Extractor, test: Split) -> dict[str, NDArray[np.generic]]:
    inspect = getattr(extractor, "inspect", None)
    if inspect is None:
        return {}
    examples = test.images[example_positions(test.labels)]
    examples.flags.writeable = False
    who = f"inspect() of {extractor.name}"
    shown = checked_inside(inspect(examples), images=len(examples), shape=examples.shape[1:], who=who)
    return {**compact(shown), "examples": examples}


def _costs(
    extractor: Extractor, extraction: Extraction, fit_seconds: float, peak_bytes: int
) -> tuple[Measurement, ...]:
    values: dict[str, float] = {"dimension": extraction.features.shape[1]}
    for name, attribute in _FITTED_NUMBERS.items():
        value = getattr(extractor, attribute, None)
        if value is not None:
            values |= checked_values({name: value}, f"{attribute} of {extractor.name}")
    # the fit of one that learned before only loads, and load_seconds says how long
    if extractor.family != _PRETRAINED and getattr(extractor, "learns", True):
        values["fit_seconds"] = max(fit_seconds - values.get("load_seconds", 0.0), 0.0)
    if peak_bytes:
        values["peak_memory_bytes"] = peak_bytes
    return (*measurements(values), *extraction.measurements())


def _curve_of(extractor: Extractor) -> Mapping[str, NDArray[np.float32]]:
    return checked_curves(getattr(extractor, "curve_", None) or {}, f"curve_ of {extractor.name}")


def _curves(extractor: Extractor) -> dict[str, NDArray[np.generic]]:
    return {f"curve/{name}": values for name, values in _curve_of(extractor).items()}


def _dataset_facts(dataset: Dataset, train: Split, test: Split) -> dict[str, Any]:
    return {
        **asdict(dataset.facts),
        "source": dataset.source,
        "fingerprint": dataset.fingerprint,
        "train_images": len(train),
        "test_images": len(test),
        **({"told": dict(dataset.told)} if dataset.told else {}),
    }


def _names(dataset: Dataset, drawn: NDArray[np.integer]) -> dict[str, NDArray[np.generic]]:
    """The test images' names, where they have any, as the store keeps them."""
    return names_kept([dataset.names[i] for i in drawn.tolist()]) if dataset.names else {}


def _extractor_facts(experiment: Experiment, extractor: Extractor) -> dict[str, Any]:
    return {
        "name": experiment.extractor,
        "title": extractor.title,
        "family": extractor.family,
        "needs_labels": extractor.needs_labels,
        "network": getattr(extractor, "network", extractor_facts(experiment.extractor).network),
        "version": experiment.extractor_version,
        "input_size": experiment.input_size,
        "settings": dict(experiment.settings),
        "weights_source": str(getattr(extractor, "weights_source_", None) or ""),
        "weights_hash": str(getattr(extractor, "weights_hash_", None) or ""),
    }
