"""What a measure declares of itself: all that a plan must know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from fxreport.vocabulary.metrics import Metric
from fxreport.vocabulary.steps import Scalar, Settings, settings_of

#: what a measure may need of an experiment. All but the features are there only while the extractor is, or
#: while the images are
FEATURES, TRAIN_FEATURES, IMAGES, NETWORK, DECODER = (
    "features", "train_features", "images", "network", "decoder",
)  # fmt: skip

#: lists of the configuration that choose measures: of levels, and of the measures' own names
LEVEL_LISTS = ("clusterers", "projections")
NAME_LISTS = ("inspections", "measures")


class LevelNames(Protocol):
    def names(self) -> tuple[str, ...]: ...

    def code(self, name: str) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A measure's name, version and needs, and what it varies and gives.

    Raise ``version`` when equal settings give other values. ``needs`` are names of the above, ``factor`` is
    what its ``levels`` vary ("" and None where nothing). ``asked_by`` is the list of the configuration in
    which its name stands, or its levels; one of ``LEVEL_LISTS`` without levels of its own goes along with
    any; "" is always measured. ``settings`` have their defaults; those in ``level_settings`` are of one
    level, and the configuration names them ``<level>_<setting>``. ``metrics`` are names in the one table, or
    rows of their own; ``arrays`` are names of what is kept, ``*`` for the level or what varies otherwise.
    ``code`` is the digest of a plug-in's source; its registry sets it.
    """

    name: str
    version: int = 1
    needs: frozenset[str] = frozenset({FEATURES})
    factor: str = ""
    levels: LevelNames | None = None
    asked_by: str = "measures"
    settings: Mapping[str, Scalar] = field(default_factory=dict)
    level_settings: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    metrics: tuple[str | Metric, ...] = ()
    arrays: tuple[str, ...] = ()
    code: str = ""

    @property
    def fits(self) -> bool:
        """Whether it needs the extractor fitted, and not its features alone."""
        return bool(self.needs & {NETWORK, DECODER})

    def defaults(self) -> dict[str, Scalar]:
        """All settings as the configuration names them, with their defaults."""
        of_levels = {
            f"{level}_{name}": value
            for level, settings in self.level_settings.items()
            for name, value in settings.items()
        }
        return {**self.settings, **of_levels}

    def code_at(self, level: str) -> str:
        """Digest of the source of what is plugged in of the measure and of its level; "" of built-in ones."""
        of_level = self.levels.code(level) if self.levels and level else ""
        return f"{self.code} {of_level}".strip()

    def settings_at(self, level: str, configured: Mapping[str, Scalar]) -> Settings:
        """The settings that decide its values at a level, as configured or else its defaults."""
        names = [*self.settings, *(f"{level}_{name}" for name in self.level_settings.get(level, ()))]
        defaults = self.defaults()
        return settings_of({name: configured.get(name, defaults[name]) for name in names})
