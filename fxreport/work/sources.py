"""Where image sets, extractors and kept features come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fxreport.datasets.base import Dataset
from fxreport.datasets.registry import load
from fxreport.extractors.base import Extractor
from fxreport.system.download import Progress as DownloadProgress
from fxreport.work.features import FeatureCache


@dataclass(frozen=True, slots=True)
class ImageSetSize:
    """Numbers of images in the splits of an image set, and the images' side in pixels."""

    train: int
    test: int
    side: int


@dataclass(frozen=True, slots=True)
class Sources:
    """Where image sets and extractors come from. Picklable, for worker processes.

    ``folders``: loaders of the user's own sets by name (``partial(load_folder, …)``), ``sizes`` theirs.
    ``features``: what this machine keeps of features.
    """

    offline: bool = False
    data_dir: Path | None = None
    weights_dir: Path | None = None
    folders: Mapping[str, Callable[[], Dataset]] = field(default_factory=dict)
    sizes: Mapping[str, ImageSetSize] = field(default_factory=dict)
    features: FeatureCache = field(default_factory=FeatureCache)

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
