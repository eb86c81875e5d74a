"""Read ``fxreport.toml``: the shipped defaults, and the user's file over them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import inf
from pathlib import Path
from typing import Any

from fxreport.config.files import read_toml
from fxreport.config.model import Config, Evaluation, ExtractorConfig, ImageFolder, Profile, SampleSize
from fxreport.config.own import kind_of, own_extractor, settings_in, with_paths_from
from fxreport.config.schema import ALL, check
from fxreport.config.statements import location, read_statements
from fxreport.config.subject import read_subject
from fxreport.system.resources import languages, resource, use_catalogues
from fxreport.vocabulary.catalog import DATASETS
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.imprint import PARTS, Imprint
from fxreport.vocabulary.metrics import NAMES, Metric
from fxreport.vocabulary.nearest import unknown
from fxreport.vocabulary.scenario import FOLLOWS, OBJECTIVES, Scenario
from fxreport.vocabulary.statement import ORIGINAL
from fxreport.vocabulary.subject import Called

FILE_NAME = "fxreport.toml"


def load_config(path: Path | None = None) -> Config:
    """Return the configuration: ``path``, else ``fxreport.toml`` of the current folder, over the defaults.

    Image sets that the user's file describes take the place of the profiles' own; extractors that it
    describes run beside those of the profiles.
    Raises ConfigError, naming file, key and remedy, for a file that can't be read or says what can't be.
    """
    defaults = resource(FILE_NAME)
    merged = _read(defaults)
    chosen = path or Path(FILE_NAME)
    if path is None and not (chosen.is_file() and not chosen.samefile(defaults)):
        return _config(merged, defaults)
    own = _read(chosen)
    merged = _merge(merged, own)
    if sets := [name for name, table in own.get("datasets", {}).items() if _has_images(table)]:
        # who describes image sets wants these measured, unless a profile of theirs says otherwise
        for name, profile in merged["profiles"].items():
            if "datasets" not in own.get("profiles", {}).get(name, {}):
                profile["datasets"] = sets
    if described := [name for name, table in own.get("extractors", {}).items() if kind_of(table)]:
        for name, profile in merged["profiles"].items():
            if "extractors" not in own.get("profiles", {}).get(name, {}):
                profile["extractors"] = [*profile["extractors"], *described]
    return _config(merged, chosen)


def _read(file: Path) -> dict[str, Any]:
    """Read and check one file. Its relative paths come back relative to the current folder."""
    document = read_toml(file, "configuration", f"there is no configuration file {file}")
    check(document, str(file))
    under_test = document.get("document_under_test", {})
    for table, key in [
        *((document.get(name, {}), "folder") for name in ("data", "weights")),
        *((document.get("report", {}), key) for key in ("templates", "style", "logo", "locale")),
        *((dataset, "path") for dataset in document.get("datasets", {}).values()),
        *([(under_test, "path")] if under_test.get("path") != ORIGINAL else []),
    ]:
        if table.get(key):
            try:
                table[key] = str(file.parent / Path(table[key]).expanduser())
            except RuntimeError:
                raise ConfigError(f"{file}: {key} is {table[key]}, and there is no such user here") from None
    for name, extractor in document.get("extractors", {}).items():
        try:
            with_paths_from(extractor, file.parent)
        except RuntimeError:
            raise ConfigError(f"{file}: extractors.{name} has a path of a user who is not here") from None
    return document


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        mine = merged.get(key)
        merged[key] = (
            _merge(mine, value) if isinstance(mine, Mapping) and isinstance(value, Mapping) else value
        )
    return merged


def _config(document: Mapping[str, Any], source: Path) -> Config:
    report = document["report"]
    if folder := _folder(report["locale"]):
        use_catalogues(folder)
    evaluation = _evaluation(document["evaluation"])
    under_test = location(document["document_under_test"]["path"])
    return Config(
        source=source,
        languages=tuple(report["languages"]),
        formats=tuple(report["formats"]),
        data_dir=_folder(document["data"]["folder"]),
        weights_dir=_folder(document["weights"]["folder"]),
        features_gigabytes=document["cache"]["features_gigabytes"],
        evaluation=evaluation,
        extractors={
            name: _extractor(name, table, source) for name, table in document.get("extractors", {}).items()
        },
        datasets={
            name: _image_folder(name, table, source)
            for name, table in document.get("datasets", {}).items()
            if _has_images(table)
        },
        profiles={
            name: _profile(name, table, evaluation, source)
            for name, table in document.get("profiles", {}).items()
        },
        scenarios=tuple(
            _scenario(name, table, document.get("metrics", {}), source)
            for name, table in document.get("scenarios", {}).items()
        ),
        metrics=_metrics(document.get("metrics", {}), source),
        subject=read_subject(document.get("subject", {}), source),
        called=_called(document, source),
        document_under_test=under_test,
        statements=read_statements(under_test) if under_test else (),
        imprint=_imprint(document["document"], source),
        templates=_folder(report["templates"]),
        style=_folder(report["style"]),
        logo=_folder(report["logo"]),
        **document["limits"],
    )


def _evaluation(table: Mapping[str, Any]) -> Evaluation:
    return {
        key: tuple(dict.fromkeys(value)) if isinstance(value, list) else value for key, value in table.items()
    }


def _folder(text: str) -> Path | None:
    return Path(text) if text else None


def _imprint(table: Mapping[str, Any], source: Path) -> Imprint:
    said = {part: _texts(table[part], f"{source}: document.{part}") for part in PARTS if part in table}
    introduction = _texts(table.get("introduction", {}), f"{source}: document.introduction")
    return Imprint(said, table["references"], introduction, frozenset(table["leave_out"]))


def _called(document: Mapping[str, Any], source: Path) -> Called:
    """Titles of data sets and extractors, and what kind of extractor one is whose numbers are imported."""

    def titles(kind: str) -> dict[str, dict[str, str]]:
        return {
            name: _texts(table["title"], f"{source}: {kind}.{name}.title")
            for name, table in document.get(kind, {}).items()
            if "title" in table
        }

    families = {n: t["family"] for n, t in document.get("extractors", {}).items() if "family" in t}
    return Called(titles("datasets"), titles("extractors"), families)


def _texts(given: object, where: str) -> dict[str, str]:
    """A text by language; that of a list are its lines."""
    by_language: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {"": given}
    _check_languages(by_language, where)
    return {
        lang: "\n".join(text) if isinstance(text, list) else str(text) for lang, text in by_language.items()
    }


def _extractor(name: str, table: Mapping[str, Any], source: Path) -> ExtractorConfig:
    sizes = table.get("input_sizes")
    return ExtractorConfig(
        settings=settings_in(table),
        input_sizes=None if sizes is None else tuple(dict.fromkeys(sizes)),
        own=own_extractor(name, table, source),
    )


def _has_images(table: Mapping[str, Any]) -> bool:
    """A table with a title alone is of a set whose numbers are imported."""
    return table.keys() != {"title"}


def _image_folder(name: str, table: Mapping[str, Any], source: Path) -> ImageFolder:
    if name in DATASETS:
        raise ConfigError(
            f"{source}: datasets.{name}: a built-in image set has that name; give yours another"
        )
    where = f"{source}: datasets.{name}"
    if ("path" in table) is ("load" in table):
        raise ConfigError(
            f"{where} needs path (where the images lie) or load (what loads them), one of the two"
        )
    if calls := [key for key in ("arguments", "train", "test") if key in table and "load" not in table]:
        raise ConfigError(f"{where}.{calls[0]} goes with load, not with path")
    return ImageFolder(
        name=name,
        path=Path(table["path"]) if "path" in table else None,
        title=next(iter(_texts(table.get("title", name), f"{where}.title").values())),
        **{key: table.get(key) for key in ("size", "channels", "natural_images", "split", "most_skipped")},
        load=table.get("load", ""),
        arguments=table.get("arguments", {}),
        **{key: table.get(key) for key in ("train", "test")},
    )


def _scenario(name: str, table: Mapping[str, Any], metrics: Collection[str], source: Path) -> Scenario:
    """``metrics``: those that the configuration describes, which a scenario may name besides its own keys."""
    where = f"{source}: scenarios.{name}"
    if not name.isidentifier():
        raise ConfigError(
            f"{where}: a scenario's name is made of letters, digits and _ and begins with no digit; "
            "what the document calls it is its title"
        )
    values = dict(table)
    title = values.pop("title", {})
    titles = {"": title} if isinstance(title, str) else dict(title)
    _check_languages(titles, f"{where}.title")
    objective = values.get("objective", FOLLOWS)
    sought = (*OBJECTIVES, *metrics)
    if "objective" in values and objective not in sought:
        raise ConfigError(f"{where}.objective: {unknown('objective', objective, sought)}")
    for kind in ("at_most", "at_least"):
        for metric in values.get(kind, {}):
            if metric not in (*NAMES, *metrics):
                told = unknown("metric", metric, metrics)
                raise ConfigError(f"{where}.{kind}: {told}; describe it in [metrics]")
    return Scenario(name=name, title=titles, **values)


def _metrics(tables: Mapping[str, Mapping[str, Any]], source: Path) -> tuple[Metric, ...]:
    for role in ("main", "cost"):
        having = [name for name, table in tables.items() if table.get(role)]
        if len(having) > 1:
            raise ConfigError(f"{source}: metrics: {role} is true of {' and '.join(having)}; a study has one")
    for name, table in tables.items():
        where = f"{source}: metrics.{name}"
        if table.get("main") and table.get("cost"):
            raise ConfigError(f"{where}: a metric is main or cost, not both")
        if table.get("low", -inf) >= table.get("high", inf):
            raise ConfigError(f"{where}: low must be below high")
        _check_languages(table.get("title", ""), f"{where}.title")
    return tuple(Metric.described(name, table) for name, table in tables.items())


def _check_languages(title: str | Mapping[str, str], where: str) -> None:
    for language in () if isinstance(title, str) else title:
        if language and language not in languages():
            raise ConfigError(f"{where}: {unknown('language', language, languages())}")


def _profile(name: str, table: Mapping[str, Any], evaluation: Evaluation, source: Path) -> Profile:
    missing = [key for key in ("seeds", "datasets", "extractors") if key not in table]
    if missing:
        raise ConfigError(f"{source}: profiles.{name} lacks {', '.join(missing)}")
    return Profile(
        name=name,
        description=table.get("description", ""),
        seeds=tuple(dict.fromkeys(table["seeds"])),
        datasets=tuple(dict.fromkeys(table["datasets"])),
        extractors=tuple(dict.fromkeys(table["extractors"])),
        sizes={dataset: _sample_size(value) for dataset, value in table.get("sizes", {}).items()},
        settings=table.get("settings", {}),
        evaluation={**evaluation, **_evaluation(table.get("evaluation", {}))},
    )


def _sample_size(value: str | Mapping[str, int | str]) -> SampleSize:
    if isinstance(value, str):
        return SampleSize()
    counts = {split: None if count == ALL else int(count) for split, count in value.items()}
    return SampleSize(**counts)
