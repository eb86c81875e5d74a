"""From a configuration to the experiments that it asks for. Pure: no image is read, nothing is measured."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from fxreport.config.model import Config, Profile, SampleSize
from fxreport.config.schema import shown
from fxreport.vocabulary.catalog import dataset_facts
from fxreport.vocabulary.errors import ConfigError, FxReportError
from fxreport.vocabulary.experiment import Experiment, Scalar
from fxreport.vocabulary.nearest import unknown

T = TypeVar("T")

_VARIANT = re.compile(r"(?P<name>[^@]+)(?:@(?P<size>[1-9]\d*))?")


@dataclass(frozen=True, slots=True)
class ExtractorSpec:
    """What the plan must know of an extractor.

    ``input_sizes`` is empty where size is no setting; ``parameters`` are its settings with their defaults,
    None where it takes any.
    """

    version: int
    input_sizes: tuple[int, ...] = ()
    parameters: Mapping[str, object] | None = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Plan:
    """The experiments of a profile, in the order in which to run them.

    ``excluded``: image sets and extractors that were asked for and can't be used, with the reason.
    """

    profile: str
    experiments: tuple[Experiment, ...]
    excluded: Mapping[str, str] = field(default_factory=dict)


def plan(
    config: Config,
    known: Known,
    *,
    profile: str,
    datasets: Sequence[str] | None = None,
    extractors: Sequence[str] | None = None,
    seeds: int | None = None,
) -> Plan:
    """Return the experiments of ``profile``, narrowed to what the arguments name.

    ``datasets`` and ``extractors`` (``vgg16`` for all its sizes, ``vgg16@32`` for one) may name what the
    profile doesn't run by itself. ``seeds`` takes the profile's first so many, and goes on with the smallest
    unused numbers beyond them. Order: image set by image set, there the small inputs first, then extractor
    and seed. Raises ConfigError for a name that is not known or a setting that the extractor lacks.
    """
    if profile not in config.profiles:
        raise ConfigError(unknown("profile", profile, config.profiles))
    chosen = config.profiles[profile]
    _check_tables(config, known)
    excluded: dict[str, str] = {}
    fingerprints = _usable(
        _known_names(
            "data set", datasets, chosen.datasets, known.datasets, config, f"profiles.{profile}.datasets"
        ),
        known.fingerprint,
        excluded,
    )
    variants = _variants(config, known, chosen, extractors)
    specs = _usable(dict.fromkeys(name for name, _ in variants), known.extractor, excluded)
    settings = {name: _settings(config, chosen, name, spec) for name, spec in specs.items()}
    rank = {name: number for number, name in enumerate(known.extractors)}
    sized = [
        (size, name)
        for name, wanted in variants
        if name in specs
        for size in _input_sizes(config, chosen, name, wanted, specs[name])
    ]
    experiments = [
        Experiment(
            dataset=dataset,
            fingerprint=fingerprint,
            train=sample.train,
            test=sample.test,
            extractor=name,
            extractor_version=specs[name].version,
            input_size=size,
            settings=settings[name],
            seed=seed,
            protocol=chosen.protocol,
        )
        for dataset, fingerprint in fingerprints.items()
        for sample in [_sample_size(dataset, chosen)]
        for size, name in sorted(dict.fromkeys(sized), key=lambda s: (s[0] or 0, rank[s[1]]))
        for seed in _first_seeds(chosen.seeds, seeds)
    ]
    return Plan(profile, tuple(experiments), excluded)


def _check_tables(config: Config, known: Known) -> None:
    """A table under a name that is nobody's is a slip of the pen: left alone it would do nothing, unseen."""
    tables = [("extractors", "extractor", config.extractors.keys(), known.extractors)]
    for name, profile in config.profiles.items():
        tables.append((f"profiles.{name}.sizes", "data set", profile.sizes.keys(), known.datasets))
        tables.append((f"profiles.{name}.settings", "extractor", profile.settings.keys(), known.extractors))
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


def _variants(
    config: Config, known: Known, profile: Profile, asked: Sequence[str] | None
) -> list[tuple[str, int | None]]:
    key = f"profiles.{profile.name}.extractors"
    parsed: list[tuple[str, int | None]] = []
    for text in profile.extractors if asked is None else asked:
        where = f"{config.source}: {key}: " if asked is None else ""
        match = _VARIANT.fullmatch(text)
        if match is None:
            raise ConfigError(f"{where}{text!r} is no extractor; write NAME or NAME@PIXELS, such as vgg16@32")
        parsed.append((match["name"], int(match["size"]) if match["size"] else None))
    _known_names(
        "extractor",
        None if asked is None else [name for name, _ in parsed],
        [name for name, _ in parsed],
        known.extractors,
        config,
        key,
    )
    return parsed


def _usable(names: Iterable[str], look_up: Callable[[str], T], excluded: dict[str, str]) -> dict[str, T]:
    found: dict[str, T] = {}
    for name in names:
        try:
            found[name] = look_up(name)
        except FxReportError as error:
            excluded[name] = str(error)
    return found


def _input_sizes(
    config: Config, profile: Profile, name: str, wanted: int | None, spec: ExtractorSpec
) -> tuple[int | None, ...]:
    """What a name stands for: the size in it, else the profile's, else the configured, else its own."""
    if not spec.input_sizes:
        if wanted is not None:
            raise ConfigError(f"{name}@{wanted}: {name} has no input size; write {name}")
        return (None,)
    if wanted is not None:
        return (wanted,)
    listed = [
        match for text in profile.extractors if (match := _VARIANT.fullmatch(text)) and match["name"] == name
    ]
    sizes = tuple(int(match["size"]) for match in listed if match["size"])
    if sizes and len(sizes) == len(listed):
        return sizes
    configured = config.extractors.get(name)
    return (configured and configured.input_sizes) or spec.input_sizes


def _settings(
    config: Config, profile: Profile, name: str, spec: ExtractorSpec
) -> tuple[tuple[str, Scalar], ...]:
    merged: dict[str, Scalar] = {}
    configured = config.extractors.get(name)
    for table, settings in (
        (f"extractors.{name}", configured.settings if configured else {}),
        (f"profiles.{profile.name}.settings.{name}", profile.settings.get(name, {})),
    ):
        for key, value in settings.items():
            where = f"{config.source}: {table}"
            if spec.parameters is not None:
                if key not in spec.parameters:
                    raise ConfigError(f"{where}: {unknown('key', key, spec.parameters)}")
                value = _of_type(value, spec.parameters[key], f"{where}.{key}")
            merged[key] = value
    return tuple(sorted(merged.items()))


def _of_type(value: Scalar, default: object, where: str) -> Scalar:
    """Return the value as the type of the default, so that ``1`` and ``1.0`` make one experiment."""
    kinds: dict[type, str] = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "text in quotes",
    }
    kind = type(default)
    if kind not in kinds or type(value) is kind:
        return value
    if kind is float and type(value) is int:
        return float(value)
    raise ConfigError(f"{where} must be {kinds[kind]}, got {shown(value)}")


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
    unused = (number for number in range(len(seeds) + count) if number not in seeds)
    return [*seeds[:count], *(next(unused) for _ in range(count - len(seeds)))]
