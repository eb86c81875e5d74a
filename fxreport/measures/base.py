"""What a measure is, what it is given and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from fxreport.measures.attribution import Classifier
from fxreport.system.plugins import code_of, load, plugins
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.measures import Declaration
from fxreport.vocabulary.steps import Measurement, Scalar

T = TypeVar("T")
Arrays = Mapping[str, NDArray[np.generic]]
Features = NDArray[np.float32]
Labels = NDArray[np.integer]


class LayerFacts(Protocol):
    """Name, channels, side of the maps (0 without), and side of the receptive field in pixels."""

    name: str
    channels: int
    size: int
    receptive_field: int


class Network(Classifier, Protocol):
    """An opened network; ``extractors.opened.OpenedNetwork`` is one."""

    @property
    def layers(self) -> Sequence[LayerFacts]: ...

    def activations(self, prepared: NDArray[np.float32]) -> list[NDArray[np.float32]]: ...

    def kernels(self) -> NDArray[np.float32]: ...

    def untrained_kernels(self, draws: int, seed: int) -> NDArray[np.float32]: ...

    def with_head(self, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> Network: ...

    def randomised(self, seed: int, *, top_only: bool) -> Network: ...


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Of one experiment, what its measures asked for: the rest is None or empty.

    Test images' ``features`` (n, d) and ``labels`` (n,), the ``images`` themselves (n, h, w, c) uint8;
    ``train_features`` (m, d) and ``train_labels`` (m,) of those train images that probes learn from; the
    fitted ``extractor``. All values are finite. The arrays are read-only, since all measures share them.
    """

    labels: Labels
    features: Features
    train_labels: Labels = field(default_factory=lambda: np.empty(0, np.int64))
    train_features: Features = field(default_factory=lambda: np.empty((0, 0), np.float32))
    images: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 0, 0, 1), np.uint8))
    extractor: Any = None
    _made: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for array in (self.labels, self.features, self.train_labels, self.train_features, self.images):
            array.flags.writeable = False

    @property
    def network(self) -> Network:
        opened: Network = self.once("network", lambda: self.extractor.opened())
        return opened

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` gives, made when it is first asked for: measures share it under its name.

        Arrays in it, and in the data classes that it consists of, are read-only from then on.
        """
        if name not in self._made:
            self._made[name] = make()
            _lock(self._made[name])
        made: T = self._made[name]
        return made


def _lock(value: object) -> None:
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif is_dataclass(value):
        for one in fields(value):
            _lock(getattr(value, one.name))
    elif isinstance(value, tuple):
        for part in value:
            _lock(part)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a measure gives: values, its own small arrays, and arrays that other experiments have too."""

    measurements: tuple[Measurement, ...] = ()
    artifacts: Arrays = field(default_factory=dict)
    shared: Arrays = field(default_factory=dict)


class Call(Protocol):
    def __call__(
        self, inputs: Inputs, *, level: str, seed: int, settings: Mapping[str, Scalar]
    ) -> Measured: ...


@dataclass(frozen=True, kw_only=True)
class Measure(Declaration):
    """A declaration and the function that does it.

    ``run(inputs, level=…, seed=…, settings=…)`` gets the settings of ``settings_at(level)`` by name and gives
    equal values for equal arguments; what can't be measured on these inputs it leaves out. ``beside`` is set
    by one that makes much work for one thread: it runs beside the others, on a second one.
    """

    run: Call
    beside: bool = False


class Levels(Generic[T]):
    """Levels of a factor: a table, and what installed packages add through an entry-point group."""

    def __init__(self, builtin: Mapping[str, T], group: str) -> None:
        self._builtin, self._group = builtin, group

    def names(self) -> tuple[str, ...]:
        return (*self._builtin, *sorted(plugins(self._group, taken=self._builtin)))

    def code(self, name: str) -> str:
        """Digest of a plug-in's source; "" of a built-in level, and of one that can't be imported."""
        if name in self._builtin:
            return ""
        try:
            return code_of(plugins(self._group, taken=self._builtin)[name])
        except ConfigError:  # its step will fail, and say why
            return ""

    def __getitem__(self, name: str) -> T:
        """Raises ConfigError for a plug-in that can't be imported, KeyError for an unknown name."""
        if name in self._builtin:
            return self._builtin[name]
        level: T = load(plugins(self._group, taken=self._builtin)[name])
        return level


def measurements(values: Mapping[str, float], n: int | None = None) -> tuple[Measurement, ...]:
    """Measurements on ``n`` images from values by metric."""
    return tuple(Measurement(name, float(value), n) for name, value in values.items())
