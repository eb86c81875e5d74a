"""Extractors and sources for the tests of running experiments: picklable, for worker processes."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fxreport.config import measuring
from fxreport.datasets import Dataset, load
from fxreport.extractors import registry as extractors
from fxreport.extractors.base import EpochCallback, Extractor
from fxreport.measures import registry
from fxreport.system.download import Progress
from fxreport.vocabulary.errors import ConfigError, DataUnavailable, OutputError, WeightsUnavailable
from fxreport.vocabulary.factors import CLUSTERER
from fxreport.vocabulary.measures import DECODER, NETWORK
from fxreport.vocabulary.metrics import NAMES, at
from fxreport.vocabulary.steps import EXTRACTION, Experiment, Step, StepResult
from fxreport.work.experiment import run
from fxreport.work.extraction import StageCallback
from fxreport.work.features import FeatureCache
from fxreport.work.sources import Sources

#: without UMAP, which compiles for seconds in each process
EVALUATION: dict[str, Any] = {
    "kmeans_n_init": 2,
    "probe_train": 150,
    "projection_images": 60,
    "clusterers": ("kmeans",),
    "projections": ("pca", "tsne", "isomap", "spectral"),
    "inspections": tuple(one.name for one in registry.builtin().values() if one.asked_by == "inspections"),
    "timing_repeats": 2,
    "batch_size": 32,
}

#: metrics that depend on the clock or on the process's past
UNSTEADY = {name for name in NAMES if name.endswith(("seconds", "_min", "_max", "per_second"))} | {
    "peak_memory_bytes"
}


class Pixels:
    """A user's transformer: pixels, times what ``fit`` drew from its seed."""

    name: ClassVar[str] = "pixels"
    title: ClassVar[str] = "My pixels"
    family: ClassVar[str] = "handmade"
    needs_labels: ClassVar[bool] = False
    version: ClassVar[int] = 1
    input_sizes: ClassVar[tuple[int, ...]] = ()

    def __init__(self, *, seed: int = 0, contrast: float = 1.0) -> None:
        self.seed = seed
        self.contrast = contrast

    def fit(self, images: NDArray[np.uint8], labels: NDArray[np.int64] | None = None) -> Extractor:
        assert labels is None, "labels go only to those that need them"
        return self

    def transform(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return images.reshape(len(images), -1).astype(np.float32) * self.contrast


class Trained(Pixels):
    """Uses every optional hook."""

    name = "trained"
    family = "supervised"
    needs_labels = True
    on_epoch: EpochCallback

    def fit(self, images: NDArray[np.uint8], labels: NDArray[np.int64] | None = None) -> Extractor:
        assert labels is not None
        assert len(labels) == len(images)
        for epoch in (1, 2):
            self.on_epoch(epoch, 2)
        self.curve_ = {"loss": np.array([0.5, 0.25])}
        self.parameters_, self.model_bytes_, self.load_seconds_ = 7, 28, 0.125
        self.weights_source_, self.weights_hash_ = "a file", "abc"
        return self

    def preprocess(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        return super().transform(batch)

    def forward(self, prepared: NDArray[np.float32]) -> NDArray[np.float32]:
        return prepared

    def measure(self, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> Mapping[str, float]:
        return {"test_accuracy": float((labels == labels[0]).mean())}

    def inspect(self, images: NDArray[np.uint8]) -> Mapping[str, NDArray[Any]]:
        return {"feature_maps/only": images.astype(np.float32), "reconstructions": images / 255}

    def close(self) -> None:
        self.closed = True


class Broken(Pixels):
    """Fails in fit as its seed tells, so that a test can choose."""

    name = "broken"

    def fit(self, images: NDArray[np.uint8], labels: NDArray[np.int64] | None = None) -> Extractor:
        if self.seed == 1:
            raise ValueError("something\nwent wrong")
        if self.seed == 2:
            raise MemoryError
        if self.seed == 3:
            raise ConfigError("contrast must be above 0")
        if self.seed == 4:
            raise KeyboardInterrupt
        if self.seed == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return self

    def transform(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        features = super().transform(images)
        if self.seed == 6:
            features[0] = np.nan
        return features


class Blackening(Pixels):
    """Works in place, as seeds above 0; others leave the images as they are."""

    name = "blackening"

    def transform(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        features = super().transform(images)
        if self.seed:
            images[:] = 0
        return features


class Weightless(Pixels):
    name = "weightless"

    def fit(self, images: NDArray[np.uint8], labels: NDArray[np.int64] | None = None) -> Extractor:
        raise WeightsUnavailable("no weights of weightless here; connect")


_EXTRACTORS = {cls.name: cls for cls in (Pixels, Trained, Broken, Blackening, Weightless)}


def create(name: str, *, input_size: int | None = None, seed: int = 0, **settings: Any) -> Extractor:
    return _EXTRACTORS[name](seed=seed, **settings)


@dataclass(frozen=True)
class TestSources(Sources):
    """digits under any name but ``nowhere``. ``asked`` lists the image sets that were loaded."""

    __test__ = False

    asked: list[str] = field(default_factory=list)

    def dataset(self, name: str, on_download: Progress) -> Dataset:
        self.asked.append(name)
        if name == "nowhere":
            raise DataUnavailable("nowhere could not be had: not there")
        return load("digits")

    def extractor(self, name: str, *, on_download: Progress, **settings: Any) -> Extractor:
        return create(name, **settings)


def experiment(extractor: str = "pixels", seed: int = 0, dataset: str = "digits", **more: Any) -> Experiment:
    fingerprint = load("digits").fingerprint
    more = {"train": 200, "test": 120, "extraction": measuring.extraction(EVALUATION), **more}
    return Experiment(dataset, fingerprint, extractor=extractor, seed=seed, **more)


def steps_of(planned: Experiment, **evaluation: Any) -> tuple[Step, ...]:
    """All steps of an experiment, as ``EVALUATION`` and the arguments ask for them."""
    hooks = {NETWORK: "opened", DECODER: "decode"}
    # a test's own extractor that is in no table has nothing to look into
    extractor = extractors.get(planned.extractor) if planned.extractor in extractors.names() else Pixels
    offers = frozenset(need for need, hook in hooks.items() if hasattr(extractor, hook))
    measures = list(registry.builtin().values())
    return tuple(measuring.steps(planned, {**EVALUATION, **evaluation}, measures, offers))


def plan_of(*experiments: Experiment, **evaluation: Any) -> dict[Experiment, tuple[Step, ...]]:
    return {one: steps_of(one, **evaluation) for one in experiments}


@dataclass(frozen=True)
class Whole:
    """All that was measured in one experiment, as a document sees it: values by the metrics' ids."""

    experiment: Experiment
    results: tuple[StepResult, ...]

    @property
    def values(self) -> dict[str, float]:
        pairs = [
            (at(m.metric, **{f: v for f, v in m.at(r.step.levels) if f != CLUSTERER}), m.value)
            for r in self.results
            for m in r.measurements
        ]
        found = dict(pairs)
        assert len(found) == len(pairs), "a metric is measured once"
        return found

    @property
    def artifacts(self) -> dict[str, NDArray[Any]]:
        return {name: array for r in self.results for name, array in r.artifacts.items()}

    @property
    def provenance(self) -> dict[str, Any]:
        return dict(next(r.provenance for r in self.results if r.step.measure == EXTRACTION))


def measured(
    planned: Experiment,
    dataset: Dataset,
    create: Callable[..., Extractor] | None = None,
    on_stage: StageCallback | None = None,
    **evaluation: Any,
) -> Whole:
    """Run all steps of an experiment on an image set, features kept nowhere; what fails is raised."""
    results: list[StepResult] = []

    def fail(step: Step, error: Exception) -> None:
        raise error

    run(
        steps_of(planned, **evaluation),
        lambda: dataset,
        create=create or extractors.create,
        features=FeatureCache(limit=0),
        keep=results.append,
        fail=fail,
        on_stage=on_stage,
    )
    return Whole(planned, tuple(results))


@dataclass(frozen=True)
class FolderStore:
    """A store of steps that is one pickle a step: for tests of what is run, not of how it is kept."""

    folder: Path

    def results(self) -> dict[str, StepResult]:
        return {
            file.stem: pickle.loads(file.read_bytes())  # noqa: S301 - the test's own
            for file in self.folder.glob("*.step")
        }

    def keys(self) -> set[str]:
        return {file.stem for file in self.folder.glob("*.step")}

    def write(self, result: StepResult) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{result.step.key}.step").write_bytes(pickle.dumps(result))

    def record_failure(self, step: Step, reason: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{step.key}.failure").write_text(reason, "utf-8")

    def failures(self) -> dict[str, str]:
        return {file.stem: file.read_text("utf-8") for file in self.folder.glob("*.failure")}

    def experiments(self) -> dict[str, Experiment]:
        return {result.step.experiment.key: result.step.experiment for result in self.results().values()}

    def provenance(self) -> dict[str, dict[str, Any]]:
        """Of each experiment, the extraction's with the times of the other steps among its stages."""
        found: dict[str, dict[str, Any]] = {}
        for result in self.results().values():
            step, told = result.step, result.provenance
            one = found.setdefault(step.experiment.key, {"stages": {}})
            if step.measure == EXTRACTION:
                one.update({**told, "stages": {**one["stages"], **told["stages"]}})
            else:
                one["stages"][step.title] = told["wall_seconds"]
        return found


class FullDisk:
    """A store on a disk without space."""

    def keys(self) -> set[str]:
        return set()

    def experiments(self) -> dict[str, Experiment]:
        return {}

    def provenance(self) -> dict[str, dict[str, Any]]:
        return {}

    def write(self, result: StepResult) -> None:
        raise OutputError("cannot write to full: no space left on the device")

    def record_failure(self, step: Step, reason: str) -> None:
        raise OutputError("cannot write to full: no space left on the device")
