"""Measures by name: the modules of this package that have a ``MEASURE``, and those of installed packages."""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from functools import cache
from importlib import import_module

import fxreport.measures
from fxreport.measures.base import Measure
from fxreport.system.plugins import code_of, load, plugins
from fxreport.vocabulary.errors import ConfigError

GROUP = "fxreport.measures"


@cache
def builtin() -> dict[str, Measure]:
    """The built-in measures; those that need least come first."""
    modules = [
        import_module(f"{fxreport.measures.__name__}.{module.name}")
        for module in pkgutil.iter_modules(fxreport.measures.__path__)
        if module.name != __name__.rpartition(".")[2]
    ]
    measures: list[Measure] = [module.MEASURE for module in modules if hasattr(module, "MEASURE")]
    return {one.name: one for one in sorted(measures, key=lambda one: (one.fits, one.name))}


def names() -> tuple[str, ...]:
    return (*builtin(), *sorted(plugins(GROUP, taken=builtin())))


def get(name: str) -> Measure:
    """Return a measure; an installed one has the name of its entry point.

    Raises ConfigError for one that can't be imported or is no measure, KeyError for a name not in ``names``.
    """
    if name in builtin():
        return builtin()[name]
    entry = plugins(GROUP, taken=builtin())[name]
    measure = load(entry)
    if not isinstance(measure, Measure):
        raise ConfigError(
            f"the plug-in measure {name!r} ({entry.value}) is no fxreport.measures.base.Measure"
        )
    return replace(measure, name=name, asked_by=GROUP.rpartition(".")[2], code=code_of(entry))
