"""From ``[evaluation]`` to the steps that measure one experiment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from fxreport.config.model import Evaluation
from fxreport.config.schema import shown
from fxreport.config.variants import of_type
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.measures import DECODER, LEVEL_LISTS, NAME_LISTS, NETWORK, Declaration
from fxreport.vocabulary.nearest import unknown
from fxreport.vocabulary.steps import EXTRACTION_SETTINGS, Experiment, Scalar, Settings, Step, settings_of


class Measures(Protocol):
    """The measures that there are; ``fxreport.measures.registry`` is one.

    ``get`` raises an FxReportError for one that exists and can't be used.
    """

    def builtin(self) -> Mapping[str, Declaration]: ...

    def names(self) -> tuple[str, ...]: ...

    def get(self, name: str) -> Declaration: ...


def check(
    evaluation: Evaluation, measures: Sequence[Declaration], installed: Iterable[str], where: str
) -> None:
    """Raise ConfigError for a name in a list, or a setting, that no measure has.

    ``installed``: names of those that packages bring, usable or not.
    """
    for key in (*LEVEL_LISTS, *NAME_LISTS):
        right = [name for one in measures if one.asked_by == key for name in _names(one, key)]
        right = list(installed) if key == "measures" else right
        for name in listed(evaluation, key):
            if name not in right:
                raise ConfigError(f"{where}.{key}: {unknown(key.removesuffix('s'), name, right)}")
    defaults = _defaults(measures)
    for key, value in evaluation.items():
        if isinstance(value, tuple):
            continue
        if key not in defaults:
            raise ConfigError(f"{where}: {unknown('key', key, [*LEVEL_LISTS, *NAME_LISTS, *defaults])}")
        _setting(value, defaults[key], f"{where}.{key}")


def extraction(evaluation: Evaluation) -> Settings:
    """How features are taken and timed."""
    configured = _scalars(evaluation, dict(EXTRACTION_SETTINGS))
    return settings_of({name: configured.get(name, value) for name, value in EXTRACTION_SETTINGS})


def steps(
    experiment: Experiment, evaluation: Evaluation, measures: Sequence[Declaration], offers: frozenset[str]
) -> Iterator[Step]:
    """Yield an experiment's extraction, and each measure that the configuration asks for at each level.

    A measure that needs what the extractor does not offer is left out.
    """
    yield Step(experiment)
    configured = _scalars(evaluation, _defaults(measures))
    for one in measures:
        if one.needs & {NETWORK, DECODER} <= offers:
            for level in _asked(one, evaluation):
                yield Step(
                    experiment,
                    one.name,
                    one.version,
                    one.factor if level else "",
                    level,
                    one.settings_at(level, configured),
                    one.code_at(level),
                )


def _asked(measure: Declaration, evaluation: Evaluation) -> list[str]:
    """The levels at which a measure is asked for; [""] where it has none."""
    names = listed(evaluation, measure.asked_by)
    levels = list(measure.levels.names()) if measure.levels else [""]
    if measure.asked_by in LEVEL_LISTS and measure.levels:
        return [level for level in levels if level in names]
    asked = bool(names) if measure.asked_by in LEVEL_LISTS else measure.name in names
    return levels if asked or not measure.asked_by else []


def _names(measure: Declaration, key: str) -> tuple[str, ...]:
    if key in NAME_LISTS:
        return (measure.name,)
    return measure.levels.names() if measure.levels else ()


def listed(evaluation: Evaluation, key: str) -> tuple[str, ...]:
    value = evaluation.get(key, ())
    return value if isinstance(value, tuple) else ()


def _defaults(measures: Sequence[Declaration]) -> dict[str, Scalar]:
    """Every setting with its default; ``version`` is no setting of a user's."""
    own = {name: value for name, value in EXTRACTION_SETTINGS if name != "version"}
    return {**own, **{name: value for one in measures for name, value in one.defaults().items()}}


def _scalars(evaluation: Evaluation, defaults: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return {
        key: of_type(value, defaults[key], key)
        for key, value in evaluation.items()
        if key in defaults and not isinstance(value, tuple)
    }


def _setting(value: Scalar, default: Scalar, where: str) -> None:
    """A whole number counts something, so that it is at least one unless its default is not."""
    if type(default) is int and (type(value) is not int or value < 1 <= default):
        raise ConfigError(f"{where} must be a whole number from 1 on, got {shown(value)}")
    of_type(value, default, where)
