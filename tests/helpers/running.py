"""Extractors and sources for the tests of running experiments: picklable, for worker processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets import Dataset, load
from fxreport.extractors.base import EpochCallback, Extractor
from fxreport.system.download import Progress
from fxreport.vocabulary.errors import ConfigError, DataUnavailable, OutputError, WeightsUnavailable
from fxreport.vocabulary.experiment import METRICS, Experiment, Protocol, Result
from fxreport.work.experiment import Sources

#: without UMAP, which compiles for seconds in each process
PROTOCOL = Protocol(
    kmeans_n_init=2,
    probe_train=150,
    projection_images=60,
    projections=("pca", "tsne", "isomap", "spectral"),
    timing_repeats=2,
    batch_size=32,
)

#: metrics that depend on the clock or on the process's past
UNSTEADY = {name for name in METRICS if name.endswith(("seconds", "_min", "_max", "per_second"))} | {
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


class Weightless(Pixels):
    name = "weightless"

    def fit(self, images: NDArray[np.uint8], labels: NDArray[np.int64] | None = None) -> Extractor:
        raise WeightsUnavailable("no weights of weightless here; connect")


_EXTRACTORS = {cls.name: cls for cls in (Pixels, Trained, Broken, Weightless)}


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
    more = {"train": 200, "test": 120, "protocol": PROTOCOL, **more}
    return Experiment(dataset, fingerprint, extractor=extractor, seed=seed, **more)


class FullDisk:
    """A store on a disk without space."""

    def keys(self) -> set[str]:
        return set()

    def experiments(self) -> dict[str, Experiment]:
        return {}

    def provenance(self) -> dict[str, dict[str, Any]]:
        return {}

    def write(self, result: Result) -> None:
        raise OutputError("cannot write to full: no space left on the device")

    def record_failure(self, experiment: Experiment, reason: str) -> None:
        raise OutputError("cannot write to full: no space left on the device")
