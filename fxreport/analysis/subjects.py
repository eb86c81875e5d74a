"""Subjects of a study: what tells the runs of an extractor apart, and the rows of tables that follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from fxreport.vocabulary.catalog import ExtractorFacts
from fxreport.vocabulary.factors import (
    CLUSTERER,
    EXTRACTOR,
    INPUT_SIZE,
    Level,
    Levels,
    in_order,
    ordered,
    subject_id,
)


@dataclass(frozen=True, slots=True)
class Variant:
    """An extractor with all that tells it apart: the row of every table and the subject of claims.

    ``settings`` are those that differ among the study's runs of the extractor at this input size;
    ``clusterer`` is "" for the study's main one.
    """

    id: str
    extractor: ExtractorFacts
    input_size: int | None = None
    settings: Levels = ()
    clusterer: str = ""

    @classmethod
    def of(
        cls, extractor: ExtractorFacts, input_size: int | None, settings: Levels = (), clusterer: str = ""
    ) -> Variant:
        made = cls("", extractor, input_size, settings, clusterer)
        return cls(subject_id(made.levels), extractor, input_size, settings, clusterer)

    @property
    def family(self) -> str:
        return self.extractor.family

    @property
    def levels(self) -> Levels:
        """All levels that its id tells, the extractor's name among them."""
        size = () if self.input_size is None else ((INPUT_SIZE, self.input_size),)
        clusterer = ((CLUSTERER, self.clusterer),) if self.clusterer else ()
        return ordered(((EXTRACTOR, self.extractor.name), *size, *self.settings, *clusterer))

    def without(self, factor: str) -> str:
        """The id without a factor's level: the same for subjects that differ in nothing else."""
        return subject_id(pair for pair in self.levels if pair[0] != factor)


class Distinctions:
    """Which settings are part of a subject: those that differ among runs of one extractor and input size.

    A run that lacks a setting which another of its kind (measured, imported) has differs from it. An imported
    table that names no settings at all is not held against measured runs, which always have theirs.
    """

    def __init__(self, runs: Iterable[tuple[str, int | None, Levels, bool]]) -> None:
        """``runs``: extractor, input size, settings, whether imported."""
        seen: dict[tuple[str, int | None], dict[bool, set[Levels]]] = {}
        for extractor, size, settings, imported in runs:
            seen.setdefault((extractor, size), {}).setdefault(imported, set()).add(settings)
        self._factors = {cell: _differing(by_origin.values()) for cell, by_origin in seen.items()}

    def __call__(self, extractor: str, size: int | None, settings: Levels) -> Levels:
        """Those of a run's settings that are part of its subject."""
        factors = self._factors.get((extractor, size), frozenset())
        return tuple(pair for pair in settings if pair[0] in factors) if factors else ()


def _differing(origins: Iterable[set[Levels]]) -> frozenset[str]:
    values: dict[str, set[Level]] = {}
    differing: set[str] = set()
    for kinds in origins:
        for settings in kinds:
            for factor, level in settings:
                values.setdefault(factor, set()).add(level)
        factors = {factor for settings in kinds for factor, _ in settings}
        differing |= {f for f in factors if any(f not in dict(settings) for settings in kinds)}
    return frozenset(differing | {factor for factor, levels in values.items() if len(levels) > 1})


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two subjects that differ in one factor only: ``other`` has its level instead of ``one``'s.

    A level is None where a subject has none.
    """

    factor: str
    levels: tuple[Level | None, Level | None]
    one: Variant
    other: Variant


def contrasts(rows: Iterable[Variant], factor: str, main_clusterer: str) -> list[Contrast]:
    """All pairs of subjects that differ in the factor alone, lower levels (the main clusterer) first."""
    alike: dict[str, dict[Level | None, Variant]] = {}
    for variant in rows:
        main: dict[str, Level] = {CLUSTERER: main_clusterer} if factor == CLUSTERER else {}
        level = (main | dict(variant.levels)).get(factor)
        alike.setdefault(variant.without(factor), {})[level] = variant
    found = []
    for members in alike.values():
        order = sorted(members, key=lambda level: (level != main_clusterer, in_order(level)))
        found += [Contrast(factor, (a, b), members[a], members[b]) for a, b in combinations(order, 2)]
    return found
