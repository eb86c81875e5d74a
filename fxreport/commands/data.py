"""Fetch image sets and weights, list what is there, write images and features for other programs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fxreport.commands import options
from fxreport.commands.data_export import add_actions
from fxreport.commands.say import say, tell
from fxreport.vocabulary.errors import ConfigError, DataUnavailable, WeightsUnavailable

if TYPE_CHECKING:
    from fxreport.config import Config
    from fxreport.datasets import DatasetStatus
    from fxreport.extractors.weights import WeightsFile, WeightsOptions


@dataclass(frozen=True, slots=True)
class Thing:
    """An image set, or the weights of an extractor. ``details``: title → value, for the list."""

    name: str
    title: str
    here: bool
    where: str
    details: dict[str, str]


def add_arguments(parser: options.Parser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    summary = "fetch image sets by name, and the weights of extractors by theirs"
    fetching = actions.add_parser("fetch", help=summary, description=summary, allow_abbrev=False)
    fetching.add_argument(
        "names", nargs="*", metavar="NAME", help="mnist, vgg16, … (default: all image sets)"
    )
    options.add_config(fetching)
    options.add_sources(fetching)
    fetching.set_defaults(run=fetch, parser=fetching)
    summary = "what there is: source, size, licence and fingerprint of each image set, weights"
    listing = actions.add_parser("list", help=summary, description=summary, allow_abbrev=False)
    options.add_config(listing)
    listing.set_defaults(run=show, parser=listing)
    summary = "remove the features that this machine keeps; they are extracted again when they are needed"
    pruning = actions.add_parser("prune", help=summary, description=summary, allow_abbrev=False)
    pruning.add_argument(
        "--to",
        type=options.gigabytes,
        default=0.0,
        metavar="GB",
        help="keep those used last, up to so many gigabytes (%(default)s)",
    )
    pruning.set_defaults(run=prune, parser=pruning)
    add_actions(actions)


def run(arguments: argparse.Namespace) -> int:
    raise AssertionError("an action is required")


def show(arguments: argparse.Namespace) -> int:
    from fxreport.work.features import FeatureCache

    for thing in things(arguments.config):
        tell(f"{thing.name}: {thing.title}, {thing.where}")
        for title, value in thing.details.items():
            tell(f"    {title:<12} {value}")
    features = FeatureCache()
    tell(f"features: {_gigabytes(features.size())}, in {features.folder}")
    return 0


def prune(arguments: argparse.Namespace) -> int:
    from fxreport.work.features import FeatureCache

    features = FeatureCache()
    freed = features.prune(arguments.to * 1e9)
    say(f"{_gigabytes(freed)} freed, {_gigabytes(features.size())} of features kept in {features.folder}")
    return 0


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.2f} GB"


def fetch(arguments: argparse.Namespace) -> int:
    from fxreport.config import load_config, unknown
    from fxreport.datasets import registry as datasets
    from fxreport.extractors.weights import WeightsOptions
    from fxreport.system.progress import progress_on

    config = load_config(arguments.config)
    with_weights = _weights_by_name(config)
    names = list(dict.fromkeys(arguments.names or datasets.names()))
    right = [*datasets.names(), *with_weights]
    for name in names:
        if name not in right:
            raise ConfigError(unknown("image set, or extractor with weights,", name, right))
    data_dir = arguments.data_dir or config.data_dir
    weights_dir = arguments.weights_dir or config.weights_dir
    progress = progress_on()
    reasons = []
    try:
        for name in names:
            try:
                if name in with_weights:
                    source = _fetch_weights(
                        name,
                        with_weights[name],
                        WeightsOptions(weights_dir, arguments.offline, progress.download),
                    )
                else:
                    source = datasets.fetch(
                        name, offline=arguments.offline, data_dir=data_dir, progress=progress.download
                    ).source
            except (DataUnavailable, WeightsUnavailable) as error:
                progress.note(f"fxreport: {error}")
                reasons.append(name)
            else:
                progress.note(f"fxreport: {name} is here, from {source}")
    finally:
        progress.end()
    if reasons:
        raise DataUnavailable(f"not to be had: {', '.join(reasons)}; the lines above say why")
    return 0


def things(config_file: Path | None) -> Iterator[Thing]:
    """Yield what the plan may need and whether it is on this machine. Raises ConfigError."""
    from fxreport.config import load_config
    from fxreport.datasets import registry as datasets

    config = load_config(config_file)
    for name in datasets.names():
        status = datasets.describe(name)
        yield Thing(
            name,
            status.title,
            status.cached or status.bundled,
            _where(status),
            {
                "size": f"{status.bytes / 1e6:.1f} MB",
                "licence": status.license,
                "homepage": status.homepage,
                "fingerprint": status.fingerprint,
                "sources": ", ".join(status.sources),
            },
        )
    for folder in config.datasets.values():
        here = folder.path is None or folder.path.exists()
        where = folder.load if folder.path is None else str(folder.path)
        yield Thing(folder.name, folder.title, here, where if here else f"there is no {where}", {})
    for name, files in _weights_by_name(config).items():
        places = [_place(file, config.weights_dir) for file in files]
        here = all(place is not None for place in places)
        found = ", ".join(str(place) for place in dict.fromkeys(places) if place)
        yield Thing(
            name,
            f"weights of {files[0].model}",
            here,
            found if here else "not fetched yet",
            {
                "files": ", ".join(one.file_name for file in files for one in file.chain),
                "source": ", ".join(one.origin.title for one in files[0].chain),
            },
        )


def _where(status: DatasetStatus) -> str:
    if status.bundled:
        return f"comes with {status.sources[0]}"
    return f"in the cache, from {status.cached_from}" if status.cached else "not fetched yet"


def _weights_by_name(config: Config) -> dict[str, list[WeightsFile]]:
    """Return the files of weights that extractors need at their configured input sizes."""
    from fxreport.extractors import registry
    from fxreport.vocabulary.errors import FxReportError

    found: dict[str, list[WeightsFile]] = {}
    for name in registry.names():
        try:
            extractor = registry.get(name)
        except FxReportError:  # a plug-in that does not load; the plan says so
            continue
        if not hasattr(extractor, "weights_file"):
            continue
        configured = config.extractors.get(name)
        sizes = (configured and configured.input_sizes) or extractor.input_sizes
        made: list[Any] = [registry.create(name, input_size=size) for size in sizes]
        files = [one.weights_file() for one in made]
        found[name] = list(dict.fromkeys(files))
    return found


def _fetch_weights(name: str, files: list[WeightsFile], options: WeightsOptions) -> str:
    """Bring the files here and return where they came from. Raises WeightsUnavailable."""
    from fxreport.extractors.weights import find
    from fxreport.system.cache import forget_unavailable, remember_unavailable

    resource = f"weights:{name}"
    forget_unavailable(resource)
    try:
        sources = [find(file, options).source for file in files]
    except WeightsUnavailable as error:
        if not options.offline:
            remember_unavailable(resource, str(error))
        raise
    return ", ".join(dict.fromkeys(sources))


def _place(file: WeightsFile, weights_dir: Path | None) -> Path | None:
    own = (weights_dir,) if weights_dir else ()
    places = ((folder, one.file_name) for one in file.chain for folder in (*own, *one.folders))
    return next((folder for folder, name in places if (folder / name).is_file()), None)
