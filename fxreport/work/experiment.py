"""One experiment, from images to a result: the only place where images, extractors and evaluation meet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Dataset, Split
from fxreport.datasets.registry import load
from fxreport.datasets.sampling import sample
from fxreport.extractors.base import Extractor
from fxreport.extractors.network import NetworkExtractor, load_keras
from fxreport.measures.checks import checked_features
from fxreport.measures.evaluate import Evaluation, evaluate
from fxreport.measures.internals import compact, example_positions, small_floats
from fxreport.measures.interpret import Interpretation, interpret
from fxreport.measures.memory import PeakMemory
from fxreport.measures.sampling import stratified_subset
from fxreport.measures.separability import Probe
from fxreport.measures.timing import Extraction, timed_extraction
from fxreport.system.download import Progress as DownloadProgress
from fxreport.system.download import no_progress
from fxreport.system.machine import machine_facts, versions
from fxreport.vocabulary.catalog import extractor_facts
from fxreport.vocabulary.errors import FxReportError
from fxreport.vocabulary.experiment import Experiment, Measurement, Result
from fxreport.vocabulary.thumbnails import MOST_IMAGES, make_sheet

#: called with (stage, done, total): ("fit", epoch, epochs), ("extract", pass, passes), ("cluster", 0, 1), …
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


@dataclass(frozen=True, slots=True)
class Sources:
    """Where image sets and extractors come from. Picklable, for worker processes.

    ``folders``: loaders of the user's own sets by name (``partial(load_folder, …)``).
    """

    offline: bool = False
    data_dir: Path | None = None
    weights_dir: Path | None = None
    folders: Mapping[str, Callable[[], Dataset]] = field(default_factory=dict)

    def dataset(self, name: str, on_download: DownloadProgress) -> Dataset:
        """Load an image set. Raises DataUnavailable, and ConfigError for an unknown name."""
        if name in self.folders:
            return self.folders[name]()
        return load(name, offline=self.offline, data_dir=self.data_dir, progress=on_download)

    def extractor(self, name: str, *, on_download: DownloadProgress, **settings: Any) -> Extractor:
        """Make an extractor. Raises ConfigError for an unknown name or setting."""
        from fxreport.extractors.registry import create
        from fxreport.extractors.weights import WeightsOptions

        weights = WeightsOptions(self.weights_dir, self.offline, on_download)
        extractor: Extractor = create(name, weights=weights, **settings)
        return extractor


class OneDataset:
    """Sources that keep the last image set, so that experiments on one set load it once."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._kept: Dataset | None = None
        self._name = ""

    def dataset(self, name: str, on_download: DownloadProgress) -> Dataset:
        if self._kept is None or name != self._name:
            self._kept = None  # the memory of one goes before the next comes
            self._kept = self.sources.dataset(name, on_download)
            self._name = name
        return self._kept


def run(
    experiment: Experiment,
    dataset: Dataset,
    *,
    create: ExtractorFactory | None = None,
    on_stage: StageCallback | None = None,
) -> Result:
    """Run one experiment on its image set as loaded, and return all that is measured.

    ``create(name, input_size=…, seed=…, **settings)`` makes the extractor (default: the registry's). Raises
    an FxReportError where the image set is not the one that the experiment names or the features can't be
    evaluated, and what the extractor raises (WeightsUnavailable among it).
    """
    if dataset.fingerprint != experiment.fingerprint:
        raise FxReportError(
            f"{experiment.dataset} has the fingerprint {dataset.fingerprint}, but the plan was made for "
            f"{experiment.fingerprint}; make the plan again"
        )
    told = on_stage or (lambda stage, done, total: None)
    protocol = experiment.protocol
    clock = _Clock()
    with PeakMemory() as peak:
        train, test, test_indices = sample(dataset, experiment.train, experiment.test, experiment.seed)
        extractor = _created(experiment, create or _registered)
    try:
        with PeakMemory() as working:
            with clock.stage("fit"):
                _fit(extractor, train, told)
            with clock.stage("extract"):
                extraction = _timed(experiment, extractor, test, told)
            features = _checked(experiment, extraction.features, len(test))
            with clock.stage("extract_train"):
                probed = _probe_part(train, experiment)
                probe_features = _checked(experiment, extractor.transform(probed.images), len(probed))
            with clock.stage("inspect"):
                told("inspect", 0, 1)
                held_out = _held_out_metrics(extractor, test)
                internals = _internals(extractor, test)
        if "umap" in protocol.projections:
            load_keras()  # umap-learn imports TensorFlow where there is one, and lets it talk
        interpretation = Interpretation()

        def look_inside(probe: Probe | None) -> None:
            nonlocal interpretation
            with clock.stage("interpret"):
                interpretation = interpret(
                    extractor,
                    test.images,
                    test.labels,
                    features,
                    probe,
                    inspections=protocol.inspections,
                    seed=experiment.seed,
                    on_part=lambda part: told(part, 0, 1),
                )

        with clock.stage("evaluate"):
            evaluation = evaluate(
                probe_features,
                probed.labels,
                features,
                test.labels,
                protocol=protocol,
                seed=experiment.seed,
                on_part=lambda part: told(part, 0, 1),
                meanwhile=look_inside,
            )
    finally:
        getattr(extractor, "close", lambda: None)()
    clock.seconds |= evaluation.seconds
    return Result(
        experiment,
        measurements=(
            *evaluation.measurements,
            *_costs(extractor, extraction, features, clock.seconds["fit"], max(peak.bytes, working.bytes)),
            *held_out,
            *interpretation.measurements,
        ),
        artifacts={
            "test_indices": test_indices.astype(np.int32),
            "labels": test.labels.astype(np.int16),
            **_evaluated(evaluation),
            **_curves(extractor),
            **internals,
            **interpretation.artifacts,
        },
        provenance={
            "versions": versions(),
            **machine_facts(),
            **clock.facts(),
            "dataset": _dataset_facts(dataset, train, test),
            "extractor": _extractor_facts(experiment, extractor),
        },
        shared=_thumbnails(test, evaluation, experiment.seed),
    )


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


def _registered(name: str, **settings: Any) -> Extractor:
    return Sources().extractor(name, on_download=no_progress, **settings)


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
    protocol = experiment.protocol
    told("extract", 0, protocol.timing_repeats)
    return timed_extraction(
        extractor,
        test.images,
        batch_size=protocol.batch_size,
        repeats=protocol.timing_repeats,
        on_pass=lambda done, planned: told("extract", done, planned),
    )


def _checked(experiment: Experiment, features: Any, images: int) -> NDArray[np.float32]:
    return checked_features(features, images=images, extractor=experiment.variant, dataset=experiment.dataset)


def _probe_part(train: Split, experiment: Experiment) -> Split:
    """The train images that the probes are fitted on: all, or a stratified draw of as many as allowed."""
    most = experiment.protocol.probe_train
    if len(train) <= most:
        return train
    rng = np.random.default_rng(experiment.seed)
    return train.take(stratified_subset(train.labels, most, rng))


def _held_out_metrics(extractor: Extractor, test: Split) -> tuple[Measurement, ...]:
    """What the extractor measures of itself on the test images, and the length of its learning curve."""
    measure = getattr(extractor, "measure", None)
    values: dict[str, float] = dict(measure(test.images, test.labels)) if measure else {}
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
    return {**compact(inspect(examples)), "examples": examples}


def _costs(
    extractor: Extractor,
    extraction: Extraction,
    features: NDArray[np.float32],
    fit_seconds: float,
    peak_bytes: int,
) -> tuple[Measurement, ...]:
    values: dict[str, float] = {"dimension": features.shape[1]}
    for name, attribute in _FITTED_NUMBERS.items():
        value = getattr(extractor, attribute, None)
        if value is not None:
            values[name] = float(value)
    if extractor.family != _PRETRAINED:  # its fit only loads, and load_seconds says how long
        values["fit_seconds"] = max(fit_seconds - values.get("load_seconds", 0.0), 0.0)
    if peak_bytes:
        values["peak_memory_bytes"] = peak_bytes
    return (
        *(Measurement(name, value) for name, value in values.items()),
        *extraction.measurements(),
    )


def _evaluated(evaluation: Evaluation) -> dict[str, NDArray[np.generic]]:
    projections, weights = evaluation.projections, evaluation.importance
    found: dict[str, NDArray[np.generic]] = {"assignments": evaluation.clustering.assignments}
    if len(projections.indices):
        found["projection_indices"] = projections.indices
        found |= {f"{method}_2d": small_floats(plane) for method, plane in projections.planes.items()}
        found |= {f"{method}_groups": groups for method, groups in projections.groups.items()}
    if weights is not None:
        found |= {
            "components/count": weights.components,
            "components/knn_accuracy": weights.component_accuracy,
            "components/variance": weights.component_variance,
        }
        if weights.probe_weights is not None:
            found["probe_weights"] = small_floats(weights.probe_weights)
    if evaluation.sketch is not None and len(evaluation.sketch[0]):
        found["sketch_indices"], found["sketch"] = evaluation.sketch
    return found


def _thumbnails(test: Split, evaluation: Evaluation, seed: int) -> dict[str, NDArray[np.generic]]:
    """Pictures of the images that were projected, the same for every extractor of a set and a seed."""
    projected = evaluation.projections.indices
    if not len(projected):
        return {}
    rng = np.random.default_rng(seed)
    return make_sheet(
        test.images, projected[stratified_subset(test.labels[projected], MOST_IMAGES, rng)]
    ).arrays()


def _curve_of(extractor: Extractor) -> Mapping[str, NDArray[np.floating]]:
    return getattr(extractor, "curve_", None) or {}


def _curves(extractor: Extractor) -> dict[str, NDArray[np.generic]]:
    return {
        f"curve/{name}": np.asarray(values, dtype=np.float32) for name, values in _curve_of(extractor).items()
    }


def _dataset_facts(dataset: Dataset, train: Split, test: Split) -> dict[str, Any]:
    return {
        **asdict(dataset.facts),
        "source": dataset.source,
        "fingerprint": dataset.fingerprint,
        "train_images": len(train),
        "test_images": len(test),
    }


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
