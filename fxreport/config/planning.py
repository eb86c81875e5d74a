"""From a configuration to the steps that it asks for. Pure: no image is read, nothing is measured."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from fxreport.config import measuring
from fxreport.config.measuring import Measures
from fxreport.config.model import Config, Profile, SampleSize
from fxreport.config.variants import ExtractorSpec, Variant, input_sizes, parse, settings
from fxreport.vocabulary.catalog import dataset_facts
from fxreport.vocabulary.errors import ConfigError, FxReportError
from fxreport.vocabulary.measures import Declaration
from fxreport.vocabulary.nearest import unknown
from fxreport.vocabulary.own import FeatureFiles
from fxreport.vocabulary.steps import Experiment, Step

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to plan with: the names, and how to look up one of them.

    ``fingerprint`` and ``extractor`` raise an FxReportError for one that exists and can't be used (a user's
    folder that is not there, a plug-in that does not load).
    """

    datasets: Sequence[str]
    fingerprint: Callable[[str], str]
    extractors: Sequence[str]
    extractor: Callable[[str], ExtractorSpec]
    measures: Measures


@dataclass(frozen=True)
class Plan:
    """The steps of a profile by experiment, in the order in which to run them.

    ``excluded``: image sets, extractors and measures that were asked for and can't be used, with the reason.
    ``without_features``: of extractors whose features were computed elsewhere the image sets without any.
    """

    profile: str
    steps: Mapping[Experiment, tuple[Step, ...]]
    excluded: Mapping[str, str] = field(default_factory=dict)
    without_features: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def experiments(self) -> tuple[Experiment, ...]:
        return tuple(self.steps)


def plan(
    config: Config,
    known: Known,
    *,
    profile: str,
    datasets: Sequence[str] | None = None,
    extractors: Sequence[str] | None = None,
    seeds: int | None = None,
) -> Plan:
    """Return the steps of ``profile``, narrowed to what the arguments name.

    ``datasets`` and ``extractors`` (``vgg16`` for all its sizes, ``vgg16@32`` for one, ``cnn[epochs=5]`` with
    settings of its own) may name what the profile doesn't run by itself. ``seeds`` takes the profile's first
    so many, and goes on with the smallest unused numbers beyond them. Order: image set by image set, there
    the small inputs first, then extractor and seed. Raises ConfigError for a name that is not known or a
    setting that the extractor or measure lacks.
    """
    if profile not in config.profiles:
        raise ConfigError(unknown("profile", profile, config.profiles))
    chosen = config.profiles[profile]
    excluded: dict[str, str] = {}
    measures = _measures(config, known, excluded)
    _check_tables(config, known)
    fingerprints = _usable(
        _known_names(
            "data set", datasets, chosen.datasets, known.datasets, config, f"profiles.{profile}.datasets"
        ),
        known.fingerprint,
        excluded,
    )
    variants = _variants(config, known, chosen, extractors)
    specs = _usable(dict.fromkeys(one.name for one in variants), known.extractor, excluded)
    rank = {name: number for number, name in enumerate(known.extractors)}
    sized = [
        (size, one)
        for one in variants
        if one.name in specs
        for size in input_sizes(config, chosen, one, specs[one.name])
    ]
    extraction = measuring.extraction(chosen.evaluation)
    experiments = [
        Experiment(
            dataset=dataset,
            fingerprint=fingerprint,
            train=sample.train,
            test=sample.test,
            extractor=one.name,
            extractor_version=specs[one.name].version,
            input_size=size,
            settings=settings(config, chosen, one, specs[one.name]),
            seed=seed,
            extraction=extraction,
            code=code,
        )
        for dataset, fingerprint in fingerprints.items()
        for sample in [_sample_size(dataset, chosen)]
        for size, one in sorted(dict.fromkeys(sized), key=lambda s: (s[0] or 0, rank[s[1].name]))
        if (code := specs[one.name].code_on(dataset)) is not None
        for seed in _first_seeds(chosen.seeds, seeds)
    ]
    planned = {
        one: tuple(measuring.steps(one, chosen.evaluation, measures, specs[one.extractor].offers))
        for one in experiments
    }
    without = {
        name: tuple(dataset for dataset in fingerprints if spec.code_on(dataset) is None)
        for name, spec in specs.items()
    }
    return Plan(profile, planned, excluded, {name: sets for name, sets in without.items() if sets})


def _measures(config: Config, known: Known, excluded: dict[str, str]) -> list[Declaration]:
    """The built-in measures, and those of installed packages that any profile asks for by name.

    Raises ConfigError where a profile asks for what no measure has.
    """
    builtin = known.measures.builtin()
    tables = {"evaluation": config.evaluation} | {
        f"profiles.{name}.evaluation": profile.evaluation for name, profile in config.profiles.items()
    }
    asked = {name for table in tables.values() for name in measuring.listed(table, "measures")}
    installed = [name for name in known.measures.names() if name not in builtin]
    usable = _usable([name for name in installed if name in asked], known.measures.get, excluded)
    measures = [*builtin.values(), *usable.values()]
    for where, table in tables.items():
        measuring.check(table, measures, installed, f"{config.source}: {where}")
    return measures


def _check_tables(config: Config, known: Known) -> None:
    """A table under a name that is nobody's is a slip of the pen: left alone it would do nothing, unseen."""
    tables = [("extractors", "extractor", config.extractors.keys(), known.extractors)]
    for name, profile in config.profiles.items():
        tables.append((f"profiles.{name}.sizes", "data set", profile.sizes.keys(), known.datasets))
        tables.append((f"profiles.{name}.settings", "extractor", profile.settings.keys(), known.extractors))
    for name, own in config.own.items():
        if isinstance(own.source, FeatureFiles):
            sets = {dataset: None for dataset, _, _ in own.source.sets}
            tables.append((f"extractors.{name}.features", "data set", sets.keys(), known.datasets))
    for key, kind, names, right in tables:
        for name in names:
            if name not in right:
                raise ConfigError(f"{config.source}: {key}: {unknown(kind, name, right)}")


def _known_names(
    kind: str,
    asked: Sequence[str] | None,
    default: Sequence[str],
    known: Sequence[str],
    config: Config,
    key: str,
) -> list[str]:
    """Return the names asked for, each checked; a wrong one is reported with where it stands."""
    names = list(dict.fromkeys(default if asked is None else asked))
    for name in names:
        if name not in known:
            where = f"{config.source}: {key}: " if asked is None else ""
            raise ConfigError(where + unknown(kind, name, known))
    return names


def _variants(config: Config, known: Known, profile: Profile, asked: Sequence[str] | None) -> list[Variant]:
    key = f"profiles.{profile.name}.extractors"
    where = f"{config.source}: {key}: " if asked is None else ""
    parsed = [parse(text, where) for text in (profile.extractors if asked is None else asked)]
    names = [one.name for one in parsed]
    _known_names("extractor", None if asked is None else names, names, known.extractors, config, key)
    return parsed


def _usable(names: Iterable[str], look_up: Callable[[str], T], excluded: dict[str, str]) -> dict[str, T]:
    found: dict[str, T] = {}
    for name in names:
        try:
            found[name] = look_up(name)
        except FxReportError as error:
            excluded[name] = str(error)
    return found


def _sample_size(dataset: str, profile: Profile) -> SampleSize:
    """As configured; as many as a set has, or more, is the whole of it."""
    facts = dataset_facts(dataset)
    size = profile.sizes.get(dataset, SampleSize())

    def capped(count: int | None, there: int | None) -> int | None:
        return None if count is None or (there is not None and count >= there) else count

    return SampleSize(capped(size.train, facts.train_size), capped(size.test, facts.test_size))


def _first_seeds(seeds: Sequence[int], count: int | None) -> list[int]:
    if count is None:
        return list(seeds)
    if count < 1:
        raise ConfigError(f"--seeds must be a whole number from 1 on, got {count}")
    further = further_seeds(seeds)
    return [*seeds[:count], *(next(further) for _ in range(count - len(seeds)))]


def further_seeds(seeds: Collection[int]) -> Iterator[int]:
    """Yield the seeds that come after a profile's own: the smallest unused numbers."""
    return (number for number in itertools.count() if number not in seeds)


def with_seed(steps: Iterable[Step], seed: int) -> tuple[Experiment, tuple[Step, ...]]:
    """Return the experiment of steps with another seed, and its steps."""
    planned = tuple(steps)
    experiment = replace(planned[0].experiment, seed=seed)
    return experiment, tuple(replace(step, experiment=experiment) for step in planned)


def with_further_seeds(
    steps: Mapping[Experiment, Sequence[Step]], stored: Collection[str]
) -> dict[Experiment, tuple[Step, ...]]:
    """Return a plan's steps, and those of further seeds that a store holds; ``stored`` are its keys.

    The seeds of each cell are followed as far as the store has them without a gap.
    """
    seeds: dict[Experiment, set[int]] = {}
    for one in steps:
        seeds.setdefault(replace(one, seed=0), set()).add(one.seed)
    found = {one: tuple(of_one) for one, of_one in steps.items()}
    for one, of_one in steps.items():
        own = seeds.pop(replace(one, seed=0), None)
        for seed in further_seeds(own) if own is not None else ():
            experiment, planned = with_seed(of_one, seed)
            if experiment.key not in stored:
                break
            found[experiment] = tuple(step for step in planned if step.key in stored)
    return found
