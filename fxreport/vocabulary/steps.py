"""The units of work and of results: an experiment, its steps, and what a step gives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fxreport.vocabulary.factors import Levels, ordered
from fxreport.vocabulary.metrics import Metric

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Scalar = str | int | float | bool
#: (name, value), by name
Settings = tuple[tuple[str, Scalar], ...]

#: the step that fits an extractor, takes its features and times it; every measure follows it
EXTRACTION = "extraction"
#: how features are taken and timed unless the configuration says otherwise. Raise ``version`` when the same
#: settings give other features or times
EXTRACTION_SETTINGS: Settings = (
    ("batch_size", 128), ("probe_train", 10_000), ("timing_repeats", 3), ("version", 1),
)  # fmt: skip


def settings_of(values: Mapping[str, Scalar]) -> Settings:
    return tuple(sorted(values.items()))


def variant_id(extractor: str, input_size: int | None) -> str:
    """Name an extractor at an input size: ``vgg16@32``, or ``raw_pixels`` where size is no setting."""
    return extractor if input_size is None else f"{extractor}@{input_size}"


@dataclass(frozen=True)
class Experiment:
    """One extractor fitted on one image set at one seed, and its features: the unit of provenance.

    ``train`` and ``test`` are numbers of images drawn (stratified by class) from each split by ``seed``;
    None takes the whole split. ``extractor_version`` is the extractor's own: it is raised when its results
    change for equal settings. ``extraction`` says how features are taken and timed. ``code`` is a digest of a
    plug-in's source, "" of a built-in extractor.
    """

    dataset: str
    fingerprint: str
    train: int | None
    test: int | None
    extractor: str
    extractor_version: int = 1
    input_size: int | None = None
    settings: Settings = ()
    seed: int = 0
    extraction: Settings = EXTRACTION_SETTINGS
    code: str = ""

    @cached_property
    def key(self) -> str:
        """Hash of all that decides the features, not of when or where; also its extraction step's key."""
        return _digest(self.to_dict())

    @property
    def variant(self) -> str:
        return variant_id(self.extractor, self.input_size)

    def to_dict(self) -> dict[str, Any]:
        return _without_empty_code(asdict(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Experiment:
        """Read what ``to_dict`` gave, or its JSON. Raises KeyError, TypeError, ValueError."""
        return cls(**{**data, **{name: _pairs(data[name]) for name in ("settings", "extraction")}})


@dataclass(frozen=True)
class Step:
    """One piece of work that is kept by itself: fit and extract, or one measure at one level.

    ``version`` is the measure's own; ``factor`` and ``level`` are what it varies, "" where nothing;
    ``settings`` are those that decide its values, ``code`` a digest of the source of what is plugged in.
    """

    experiment: Experiment
    measure: str = EXTRACTION
    version: int = 1
    factor: str = ""
    level: str = ""
    settings: Settings = ()
    code: str = ""

    @cached_property
    def key(self) -> str:
        """Hash of its own settings, version and level, and of its input's key."""
        if self.measure == EXTRACTION:
            return self.experiment.key
        return _digest({**self._own(), "experiment": self.experiment.key})

    @property
    def levels(self) -> Levels:
        """The level at which all that it measures stands."""
        return ((self.factor, self.level),) if self.factor else ()

    @property
    def title(self) -> str:
        """``projection umap``: what the step does, for messages."""
        return f"{self.measure} {self.level}".rstrip()

    def to_dict(self) -> dict[str, Any]:
        return {**self._own(), "experiment": self.experiment.to_dict()}

    def _own(self) -> dict[str, Any]:
        return _without_empty_code(
            {
                "measure": self.measure,
                "version": self.version,
                "factor": self.factor,
                "level": self.level,
                "settings": self.settings,
                "code": self.code,
            }
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Step:
        """Read what ``to_dict`` gave, or its JSON. Raises KeyError, TypeError, ValueError."""
        experiment = Experiment.from_dict(data["experiment"])
        return cls(**{**data, "experiment": experiment, "settings": _pairs(data["settings"])})


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value. ``n`` is the number of images that it was taken on, where that has a meaning.

    ``levels`` are those besides the step's own: the attribution of a measure that runs all of them.
    """

    metric: str
    value: float
    n: int | None = None
    levels: Levels = ()

    def at(self, levels: Levels) -> Levels:
        """Its levels and those of its step."""
        return ordered((*levels, *self.levels))


@dataclass(frozen=True, slots=True)
class StepResult:
    """What running one step gives.

    ``artifacts`` are small arrays that later stages need; ``shared`` are those that other experiments have
    too, as pictures of the images: kept once. ``provenance`` is JSON-serialisable: of an extraction versions,
    processor, threads, when, data source, facts of the image set and of the extractor; of each step
    ``started`` and ``wall_seconds``. ``metrics`` are rows of metrics that are not in the one table.
    """

    step: Step
    measurements: tuple[Measurement, ...] = ()
    artifacts: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
    shared: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    metrics: tuple[Metric, ...] = ()


def _pairs(pairs: Any) -> Settings:
    return tuple((str(name), value) for name, value in pairs)


def _without_empty_code(described: dict[str, Any]) -> dict[str, Any]:
    """What is built in has a version and no digest, and keys that it had before there were digests."""
    return described if described["code"] else {k: v for k, v in described.items() if k != "code"}


def _digest(described: Mapping[str, Any]) -> str:
    canonical = json.dumps(described, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode(), digest_size=10).hexdigest()
