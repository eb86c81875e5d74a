"""Tables of ``[extractors]`` that describe an extractor of the user's, and references on the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fxreport.config.model import Config, ExtractorConfig
from fxreport.vocabulary.catalog import EXTRACTORS
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.nearest import unknown
from fxreport.vocabulary.own import (
    IMAGES,
    PIXELS,
    SCALINGS,
    SPLITS,
    Code,
    FeatureFile,
    FeatureFiles,
    KerasFile,
    OwnExtractor,
    is_reference,
    name_of,
    parse_reference,
)

CLASS, KERAS, FEATURES = "class", "keras", "features"
#: keys of each kind of table besides the settings, which code alone may have
_KEYS: Mapping[str, tuple[str, ...]] = {
    CLASS: ("title", "family", "takes", "labels", "input_sizes"),
    KERAS: ("title", "family", "layer", "scaling", "input_sizes"),
    FEATURES: ("title", "family"),
}
_SEPARATORS = "@[],;:"


def kind_of(table: Mapping[str, Any]) -> str | None:
    """Which of CLASS, KERAS, FEATURES a table describes; None where it has settings alone."""
    return next((kind for kind in _KEYS if kind in table), None)


def with_paths_from(table: dict[str, Any], folder: Path) -> None:
    """Make the relative paths of a table relative to the current folder; ``folder`` has the file."""

    def moved(path: str) -> str:
        return str(folder / Path(path).expanduser())

    if isinstance(table.get(CLASS), str) and (code := parse_reference(table[CLASS])) and code.file:
        table[CLASS] = f"{moved(code.place)}:{code.attribute}"
    if isinstance(table.get(KERAS), str):
        table[KERAS] = moved(table[KERAS])
    if FEATURES in table:
        table[FEATURES] = {
            name: {split: moved(one) for split, one in files.items()}
            if isinstance(files, Mapping)
            else moved(files)
            for name, files in table[FEATURES].items()
        }


def own_extractor(name: str, table: Mapping[str, Any], source: Path) -> OwnExtractor | None:
    """Return what a table describes; None where it has but settings. Raises ConfigError."""
    where = f"{source}: extractors.{name}"
    kind = kind_of(table)
    if kind is None:
        return None
    if name in EXTRACTORS:
        raise ConfigError(f"{where}: a built-in extractor has that name; give yours another")
    if any(sign in name for sign in _SEPARATORS) or not name.isprintable():
        raise ConfigError(f"{where}: the name of an extractor has none of {' '.join(_SEPARATORS)}")
    _check_keys(kind, table, where)
    if kind == FEATURES:
        return _named(name, where, table, _feature_files(table[FEATURES], where))
    if kind == KERAS:
        return _named(name, where, table, _keras_file(table, where))
    takes = _one_of(table, "takes", (IMAGES, PIXELS), where)
    code = parse_reference(table[CLASS], takes)
    if code is None:
        raise ConfigError(
            f'{where}.class must be "file.py:Name" or "package.module:Name", got {table[CLASS]!r}'
        )
    return _named(name, where, table, code)


def _check_keys(kind: str, table: Mapping[str, Any], where: str) -> None:
    if len(several := [one for one in _KEYS if one in table]) > 1:
        raise ConfigError(f"{where}: {' and '.join(several)} exclude each other")
    for key, value in table.items():
        if key not in (kind, *_KEYS[kind]):
            if kind != CLASS:  # whose other keys are its parameters
                raise ConfigError(f"{where}: {unknown('key', key, (kind, *_KEYS[kind]))}")
        elif key == "labels":
            if not isinstance(value, bool):
                raise ConfigError(f"{where}.labels must be true or false, got {value!r}")
        elif key not in (FEATURES, "input_sizes", "title") and not (isinstance(value, str) and value.strip()):
            raise ConfigError(f"{where}.{key} must be text in quotes, not empty, got {value!r}")


def settings_in(table: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a table of ``[extractors]`` sets."""
    kind = kind_of(table)
    described = ("input_sizes", "title", "family") if kind is None else (kind, *_KEYS[kind])
    return {key: value for key, value in table.items() if key not in described}


def with_references(config: Config, asked: Sequence[str]) -> tuple[Config, list[str]]:
    """Return the configuration with the extractors that ``--extractors`` says where to find, and all names.

    ``my.py:PCA50[whiten=true]`` becomes the extractor ``pca50``, asked for as ``pca50[whiten=true]``. Raises
    ConfigError for what is no reference, and for a name that something else has.
    """
    extractors, names = dict(config.extractors), []
    for text in asked:
        before, bracket, settings = text.partition("[")
        stem, at, size = before.rpartition("@")
        if not size.isdecimal():
            stem, at, size = before, "", ""
        if stem in extractors or not is_reference(stem):
            names.append(text)
            continue
        code = parse_reference(stem)
        if code is None:
            raise ConfigError(f"{stem!r} is no extractor; write FILE.py:NAME or PACKAGE.MODULE:NAME")
        name = name_of(code)
        there = extractors.get(name)
        if name in EXTRACTORS or (there and (there.own is None or there.own.source != code)):
            raise ConfigError(
                f"{stem}: another extractor is called {name!r}; give this one a name of its own in a "
                f'configuration, [extractors.NAME] with class = "{stem}"'
            )
        extractors[name] = there or ExtractorConfig({}, None, OwnExtractor(name, "--extractors", code))
        names.append("".join((name, at, size, bracket, settings)))
    return replace(config, extractors=extractors), names


def _named(
    name: str, where: str, table: Mapping[str, Any], source: Code | KerasFile | FeatureFiles
) -> OwnExtractor:
    title, family = table.get("title", ""), table.get("family", "")
    if isinstance(title, Mapping):  # one a language; documents take that of theirs
        title = title.get("en") or next(iter(title.values()))
    return OwnExtractor(name, where, source, title, family, table.get("labels"))


def _feature_files(sets: Mapping[str, Any], where: str) -> FeatureFiles:
    if not sets:
        raise ConfigError(f'{where}.features names no image set: write SET = "FILE.npz"')
    found = []
    for name, files in sets.items():
        by_split = files if isinstance(files, Mapping) else dict.fromkeys(SPLITS, files)
        one_for_both = not isinstance(files, Mapping)
        train, test = (FeatureFile.parse(by_split[split]) for split in SPLITS)
        for file in (train, test):
            if file.path.suffix not in (".npy", ".npz"):
                raise ConfigError(f"{where}.features.{name}: {file} is no .npy or .npz file")
        if one_for_both and (train.path.suffix != ".npz" or train.array):
            raise ConfigError(
                f"{where}.features.{name}: one file for both splits is an .npz with the arrays train and "
                'test; else write { train = "…", test = "…" }'
            )
        found.append((name, train, test))
    return FeatureFiles(tuple(found))


def _keras_file(table: Mapping[str, Any], where: str) -> KerasFile:
    path = Path(table[KERAS])
    if path.suffix != ".keras":
        raise ConfigError(
            f"{where}.keras: {path.name} is no .keras file; model.save('NAME.keras') writes one"
        )
    scaling = _one_of(table, "scaling", SCALINGS, where)
    if not scaling:
        raise ConfigError(
            f"{where} lacks scaling, how the network was given pixels: one of {', '.join(SCALINGS)}"
        )
    return KerasFile(path, table.get("layer", ""), scaling)


def _one_of(table: Mapping[str, Any], key: str, right: Sequence[str], where: str) -> str:
    value: str = table.get(key, "")
    if value and value not in right:
        raise ConfigError(f"{where}.{key}: {unknown(key, value, right)}")
    return value
