"""Measures by name: the modules of this package that have a ``MEASURE``, and those of installed packages."""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module

import fxreport.measures
from fxreport.measures.base import Measure, Measured
from fxreport.measures.checks import checked_arrays, checked_values
from fxreport.system.plugins import code_of, load, plugins
from fxreport.vocabulary.errors import ConfigError, FxReportError
from fxreport.vocabulary.steps import Measurement

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


def checked(given: object, measure: Measure) -> Measured:
    """Return what a measure of another package gave as it may be kept.

    Raises FxReportError, naming the measure, for what is no finite value or small array, and for an array
    under the name of a built-in measure's, from which pictures are drawn.
    """
    who = f"the measure {measure.name}"
    if not isinstance(given, Measured):
        raise FxReportError(
            f"{who} gave {type(given).__name__}; it must be a fxreport.measures.base.Measured"
        )
    for one in given.measurements:
        if not isinstance(one, Measurement):
            raise FxReportError(f"{who} gave {one!r}, which is no fxreport.vocabulary.steps.Measurement")
        checked_values({one.metric: one.value}, who)
    arrays = checked_arrays({**given.artifacts, **given.shared}, who)
    ours = {pattern for built_in in builtin().values() for pattern in built_in.arrays}
    for name in arrays:
        if any(fnmatchcase(name, pattern) for pattern in ours):
            raise FxReportError(f"{who} gave the array {name}, as a built-in measure does; call it otherwise")
    return Measured(
        given.measurements,
        {name: arrays[name] for name in given.artifacts},
        {name: arrays[name] for name in given.shared},
    )
