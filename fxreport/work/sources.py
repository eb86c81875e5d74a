"""Where image sets, extractors and kept features come from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fxreport.datasets.base import Dataset
from fxreport.datasets.registry import load
from fxreport.extractors.base import Extractor
from fxreport.system.download import Progress as DownloadProgress
from fxreport.vocabulary.errors import FxReportError
from fxreport.vocabulary.own import FeatureFiles, OwnExtractor
from fxreport.vocabulary.steps import Experiment, Step
from fxreport.work.features import FeatureCache


@dataclass(frozen=True, slots=True)
class ImageSetSize:
    """Numbers of images in the splits of an image set, and the images' side in pixels."""

    train: int
    test: int
    side: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one experiment, beyond which its process is ended: minutes, and gigabytes of memory."""

    minutes: float = math.inf
    memory_gigabytes: float = math.inf


@dataclass(frozen=True, slots=True)
class Sources:
    """Where image sets and extractors come from. Picklable, for worker processes.

    ``folders``: loaders of the user's own sets by name (``partial(load_folder, …)``), ``sizes`` theirs.
    ``features``: what this machine keeps of features. ``own``: extractors that the user names, by name;
    ``limits``: what an experiment may take that runs code of the user's.
    """

    offline: bool = False
    data_dir: Path | None = None
    weights_dir: Path | None = None
    folders: Mapping[str, Callable[[], Dataset]] = field(default_factory=dict)
    sizes: Mapping[str, ImageSetSize] = field(default_factory=dict)
    features: FeatureCache = field(default_factory=FeatureCache)
    own: Mapping[str, OwnExtractor] = field(default_factory=dict)
    limits: Limits = field(default_factory=lambda: Limits())

    def dataset(self, name: str, on_download: DownloadProgress) -> Dataset:
        """Load an image set. Raises DataUnavailable, and ConfigError for an unknown name."""
        if name in self.folders:
            return self.folders[name]()
        return load(name, offline=self.offline, data_dir=self.data_dir, progress=on_download)

    def extractor(self, name: str, *, on_download: DownloadProgress, **settings: Any) -> Extractor:
        """Make an extractor. Raises ConfigError for an unknown name or setting."""
        from fxreport.extractors.own import load_own
        from fxreport.extractors.registry import get, make
        from fxreport.extractors.weights import WeightsOptions

        weights = WeightsOptions(self.weights_dir, self.offline, on_download)
        found = load_own(self.own[name]) if name in self.own else get(name)
        extractor: Extractor = make(found, name, weights=weights, **settings)
        return extractor

    def check_unchanged(self, experiment: Experiment) -> None:
        """Raise FxReportError where a file of the user's is another one than when the plan was made."""
        from fxreport.extractors.own import code_on

        own = self.own.get(experiment.extractor)
        if own is not None and code_on(own, experiment.dataset) != experiment.code:
            raise FxReportError(f"{own.name} has changed since this build began; build again")

    def runs_own_code(self, steps: Iterable[Step]) -> bool:
        """Whether steps of an experiment run code of a plug-in's, or load a network of the user's."""
        files = {name for name, own in self.own.items() if isinstance(own.source, FeatureFiles)}
        return any(
            step.code or (step.experiment.code and step.experiment.extractor not in files) for step in steps
        )


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
