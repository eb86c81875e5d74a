"""Extractors by name: the built-in ones, and those that installed packages bring.

A package brings one through an entry point of the group ``fxreport.extractors`` whose name is the
extractor's. A built-in name cannot be taken over.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import Any

from fxreport.extractors.autoencoder import Autoencoder
from fxreport.extractors.base import Extractor
from fxreport.extractors.custom_cnn import CustomCNN
from fxreport.extractors.efficientnet_lite0 import EfficientNetLite0
from fxreport.extractors.keras_applications import VGG16, MobileNetV2, ResNet50
from fxreport.extractors.raw_pixels import RawPixels
from fxreport.extractors.weights import WeightsOptions
from fxreport.system.plugins import code_of, load, plugins
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.nearest import unknown

GROUP = "fxreport.extractors"

_BUILTIN: Mapping[str, type[Extractor]] = {
    extractor.name: extractor
    for extractor in (RawPixels, CustomCNN, Autoencoder, VGG16, ResNet50, MobileNetV2, EfficientNetLite0)
}
_DECLARED = ("name", "title", "family", "needs_labels", "version", "input_sizes", "fit", "transform")


def names() -> tuple[str, ...]:
    """Return all names: the built-in ones in the catalogue's order, then the plug-ins' sorted."""
    return (*_BUILTIN, *sorted(_plugins()))


def get(name: str) -> type[Extractor]:
    """Return the extractor's class.

    Raises ConfigError for an unknown name, and for a plug-in that can't be imported or lacks a declared fact.
    """
    if name in _BUILTIN:
        return _BUILTIN[name]
    if name not in _plugins():
        raise ConfigError(unknown("extractor", name, names()))
    entry = _plugins()[name]
    extractor: type[Extractor] = load(entry)
    missing = [fact for fact in _DECLARED if not hasattr(extractor, fact)]
    if missing:
        raise ConfigError(f"the plug-in extractor {name!r} ({entry.value}) declares no {', '.join(missing)}")
    return extractor


def code(name: str) -> str:
    """Return the digest of a plug-in's source, "" of a built-in extractor. Raises ConfigError as ``get``."""
    return "" if name in _BUILTIN else code_of(_plugins()[name])


def create(
    name: str,
    *,
    input_size: int | None = None,
    seed: int = 0,
    weights: WeightsOptions | None = None,
    **settings: str | int | float | bool,
) -> Extractor:
    """Make an extractor by name, as ``make`` does. Raises ConfigError, also for an unknown name."""
    return make(get(name), name, input_size=input_size, seed=seed, weights=weights, **settings)


def make(
    extractor: type[Extractor],
    name: str,
    *,
    input_size: int | None = None,
    seed: int = 0,
    weights: WeightsOptions | None = None,
    **settings: str | int | float | bool,
) -> Extractor:
    """Make an extractor; ``settings`` are its parameters by name.

    ``seed`` and ``weights`` reach the extractors that have such parameters. Without ``input_size`` an
    extractor takes its own default. Raises ConfigError for a parameter that the extractor does not have or
    that is of another type than its default.
    """
    parameters = inspect.signature(extractor).parameters
    if input_size is not None:
        if "input_size" not in parameters:
            raise ConfigError(f"{name} has no input size: it takes images as they are")
        settings = {**settings, "input_size": input_size}
    open_ended = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    for setting, value in settings.items():
        if setting in parameters:
            _check_type(name, setting, value, parameters[setting].default)
        elif not open_ended:
            own = [one for one in parameters if one not in ("input_size", "seed", "weights")]
            raise ConfigError(f"{name}: {unknown('setting', setting, own)}")
    given: dict[str, Any] = dict(settings)
    if "seed" in parameters:
        given.setdefault("seed", seed)
    if weights is not None and "weights" in parameters:
        given["weights"] = weights
    return extractor(**given)


def needs_weights(name: str) -> bool:
    """Tell whether the extractor takes pretrained weights: whether it has the parameter ``weights``."""
    return "weights" in inspect.signature(get(name)).parameters


def _plugins() -> dict[str, EntryPoint]:
    return plugins(GROUP, taken=_BUILTIN)


def _check_type(extractor: str, setting: str, value: object, default: object) -> None:
    """Raise ConfigError unless ``value`` is of the default's type; a whole number passes for a fraction."""
    if default is None or default is inspect.Parameter.empty:
        return
    kind = type(default)
    fits = type(value) is kind or (kind is float and type(value) is int)
    if not fits:
        raise ConfigError(f"{extractor}: {setting} must be a {kind.__name__}, not {value!r}")
