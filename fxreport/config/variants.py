"""Extractors as they are asked for: ``vgg16``, ``vgg16@32``, ``custom_cnn[dropout=0]``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from fxreport.config.files import LARGEST
from fxreport.config.model import Config, Profile
from fxreport.config.schema import shown
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.nearest import unknown
from fxreport.vocabulary.steps import Scalar, Settings, settings_of

_VARIANT = re.compile(r"(?P<name>[^@\[\]]+)(?:@(?P<size>[1-9]\d{0,5}))?(?:\[(?P<settings>[^\[\]]+)\])?")


@dataclass(frozen=True, slots=True)
class ExtractorSpec:
    """What the plan must know of an extractor.

    ``input_sizes`` is empty where size is no setting; ``parameters`` are its settings with their defaults,
    None where it takes any. ``offers``: what measures may need of it, of ``vocabulary.measures``. ``code`` is
    the digest of a plug-in's source. ``contents``: of one whose features were computed elsewhere, the
    digest of its files by image set; it is measured on these sets alone.
    """

    version: int
    input_sizes: tuple[int, ...] = ()
    parameters: Mapping[str, object] | None = field(default_factory=dict)
    offers: frozenset[str] = frozenset()
    code: str = ""
    contents: Mapping[str, str] | None = None

    def code_on(self, dataset: str) -> str | None:
        """What its results on an image set depend on besides settings and version; None where it has none."""
        return self.code if self.contents is None else self.contents.get(dataset)


@dataclass(frozen=True, slots=True)
class Variant:
    """A name, the size in it, and settings that differ from the configured ones; ``where`` for messages."""

    name: str
    size: int | None = None
    settings: tuple[tuple[str, Scalar], ...] = ()
    where: str = ""


def parse(text: str, where: str = "") -> Variant:
    """Read one. Raises ConfigError; ``where`` it stands begins the message."""
    match = _VARIANT.fullmatch(text)
    if match is None:
        raise ConfigError(
            f"{where}{text!r} is no extractor; write NAME or NAME@PIXELS, such as vgg16@32, "
            "or with settings custom_cnn[epochs=5]"
        )
    pairs = [pair.partition("=") for pair in re.split("[,;]", match["settings"] or "") if pair.strip()]
    for key, equals, value in pairs:
        if not (key.strip() and equals and value.strip()):
            raise ConfigError(f"{where}{text!r}: write settings as NAME=VALUE, separated by commas")
    return Variant(
        match["name"],
        int(match["size"]) if match["size"] else None,
        tuple((key.strip(), _value(value.strip())) for key, _, value in pairs),
        f"{where}{text}",
    )


def _value(text: str) -> Scalar:
    """A value as TOML writes it; text needs no quotes, and what TOML cannot hold is text."""
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text
    if isinstance(value, int) and abs(value) > LARGEST:
        return text
    return value if isinstance(value, str | int | float | bool) else text


def input_sizes(
    config: Config, profile: Profile, variant: Variant, spec: ExtractorSpec
) -> tuple[int | None, ...]:
    """What a name stands for: the size in it, else the profile's, else the configured, else its own."""
    name, wanted = variant.name, variant.size
    if not spec.input_sizes:
        if wanted is not None:
            raise ConfigError(f"{name}@{wanted}: {name} has no input size; write {name}")
        return (None,)
    if wanted is not None:
        return (wanted,)
    listed = [one for one in map(parse, profile.extractors) if one.name == name]
    sizes = tuple(one.size for one in listed if one.size)
    if sizes and len(sizes) == len(listed):
        return sizes
    configured = config.extractors.get(name)
    return (configured and configured.input_sizes) or spec.input_sizes


def settings(config: Config, profile: Profile, variant: Variant, spec: ExtractorSpec) -> Settings:
    """The configured settings, over them the profile's, over them those in its name. Raises ConfigError."""
    name = variant.name
    configured = config.extractors.get(name)
    merged: dict[str, Scalar] = {}
    for where, pairs in (
        (f"{config.source}: extractors.{name}", configured.settings.items() if configured else ()),
        (
            f"{config.source}: profiles.{profile.name}.settings.{name}",
            profile.settings.get(name, {}).items(),
        ),
        (variant.where, variant.settings),
    ):
        for key, value in pairs:
            if spec.parameters is not None:
                if key not in spec.parameters:
                    raise ConfigError(f"{where}: {unknown('key', key, spec.parameters)}")
                value = of_type(value, spec.parameters[key], f"{where}.{key}")
            merged[key] = value
    return settings_of(merged)


def of_type(value: Scalar, default: object, where: str) -> Scalar:
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
