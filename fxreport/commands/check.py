"""Try whether an extractor keeps the contract, and say what to mend.

An extractor of yours is tried on a few images, in a process of its own: whether it leaves its input as it is,
gives the same features for the same images, one row an image, finite numbers. Features that were computed
elsewhere are held against the image sets that they are given for.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from fxreport.commands import options
from fxreport.commands.own_extractors import configured
from fxreport.commands.say import counted, say, tell
from fxreport.vocabulary.checkup import Finding, State
from fxreport.vocabulary.errors import ConfigError, FxReportError, InputError
from fxreport.vocabulary.own import SPLITS, FeatureFiles, OwnExtractor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fxreport.datasets.base import Dataset
    from fxreport.vocabulary.steps import Scalar
    from fxreport.work.sources import Sources

_MINUTES = 5.0


def add_arguments(parser: options.Parser) -> None:
    parser.add_argument(
        "extractor",
        metavar="EXTRACTOR",
        help="my.py:PCA50, package.module:Class, or the name of one that is described in the configuration, "
        "installed or built in; with settings as in --extractors",
    )
    parser.add_argument(
        "--minutes",
        type=options.minutes,
        default=_MINUTES,
        metavar="N",
        help="after which it is ended (%(default)g)",
    )
    options.add_config(parser)
    options.add_sources(parser)


def run(arguments: argparse.Namespace) -> int:
    from fxreport.commands.planned import known
    from fxreport.config.variants import parse
    from fxreport.vocabulary.nearest import unknown
    from fxreport.work.apart import told_apart
    from fxreport.work.sources import Sources

    asked = arguments.extractor
    arguments.extractors = [asked]
    config = configured(arguments)
    variant = parse(arguments.extractors[0])
    there = known(config)
    if variant.name not in there.extractors:
        raise ConfigError(unknown("extractor", variant.name, there.extractors))
    own = config.own.get(variant.name)
    if own is not None and isinstance(own.source, FeatureFiles):
        from fxreport.commands.own_images import loaders

        sources = Sources(
            offline=arguments.offline,
            data_dir=arguments.data_dir or config.data_dir,
            folders=loaders(config.datasets),
        )
        draws = [
            Draw(name, dataset, size.test, profile.seeds)
            for name, profile in config.profiles.items()
            for dataset, size in profile.sizes.items()
        ]
        found = told_apart(examine_files, own, sources, draws, minutes=arguments.minutes)
    else:
        sources = Sources(
            offline=arguments.offline,
            weights_dir=arguments.weights_dir or config.weights_dir,
            own=config.own,
        )
        described = config.extractors.get(variant.name)
        settings = {**(described.settings if described else {}), **dict(variant.settings)}
        found = told_apart(
            examine_extractor, sources, variant.name, variant.size, settings, minutes=arguments.minutes
        )
    problems, doing = 0, ""
    try:
        for one in found:
            if isinstance(one, str):
                doing = one
                continue
            tell(one, flush=True)
            problems += one.state is State.PROBLEM
    except FxReportError as error:
        reason = str(error) if asked in str(error) else f"{asked}: {error}"
        raise InputError(f"{reason} ({doing})" if doing else reason) from None
    if problems:
        raise InputError(f"{asked}: {counted(problems, 'problem')} to mend")
    say(f"{asked} keeps the contract")
    return 0


def examine_extractor(
    sources: Sources, name: str, size: int | None, settings: dict[str, Scalar]
) -> Iterator[Finding | str]:
    """Try one that takes images. Raises FxReportError where it cannot be made."""
    from fxreport.extractors.own import load_own
    from fxreport.extractors.registry import get
    from fxreport.work.contract import examine

    found = load_own(sources.own[name]) if name in sources.own else get(name)
    title = f"{found.title}, {found.family}, {'with' if found.needs_labels else 'without'} labels"
    yield Finding(State.OK, "loads", title)
    sizes = tuple(found.input_sizes)
    create = partial(
        sources.extractor,
        name,
        on_download=_nothing,
        input_size=size or (min(sizes) if sizes else None),
        **settings,
    )
    yield from examine(create)


@dataclass(frozen=True, slots=True)
class Draw:
    """How many test images of a set each seed of a profile draws; None for all."""

    profile: str
    dataset: str
    test: int | None
    seeds: tuple[int, ...]


def examine_files(own: OwnExtractor, sources: Sources, draws: Sequence[Draw]) -> Iterator[Finding | str]:
    """Hold files of features against the image sets. Raises FxReportError for a set that cannot be had."""
    import numpy as np

    from fxreport.extractors.given import FeatureTable
    from fxreport.work.contract import as_labelled, values

    assert isinstance(own.source, FeatureFiles)
    for dataset, *files in own.source.sets:
        yield f"loading {dataset}"
        loaded = sources.dataset(dataset, _nothing)
        dimensions, told = set(), []
        for split, file in zip(SPLITS, files, strict=True):
            subject = f"{dataset}, {split}"
            size = len(getattr(loaded, split))
            try:
                table = FeatureTable(file, split)
                indices = np.arange(size) if table.indices is None else np.asarray(table.indices)
                rows = table.rows(indices, size)
            except InputError as error:
                yield Finding(State.PROBLEM, subject, str(error))
                continue
            dimensions.add(rows.shape[1])
            told.append((rows, getattr(loaded, split).labels[indices]))
            part = "a row an image" if len(rows) == size else f"of {len(rows)} of the {size} images"
            yield Finding(State.OK, subject, f"{rows.shape[1]} dimensions, {part}")
            yield from values(rows, f"{subject}, ")
            if split == "test" and len(rows) < size:
                yield from _seeds_without(loaded, indices, [one for one in draws if one.dataset == dataset])
        if len(dimensions) > 1:
            sizes = " and ".join(map(str, sorted(dimensions)))
            yield Finding(
                State.PROBLEM, dataset, f"{sizes} dimensions", "both splits need features of the same network"
            )
        elif len(told) == len(SPLITS):
            yield from as_labelled(told[0], told[1], f"{dataset}, ")


def _seeds_without(loaded: Dataset, held: NDArray[np.integer], draws: Sequence[Draw]) -> Iterator[Finding]:
    """Profiles of which a file has the test images of some seeds only; of none it is not made for them."""
    import numpy as np

    from fxreport.datasets.sampling import sample_indices

    for draw in draws:
        # a set that each seed divides tests on images of either split: there the run says what lacks
        if draw.test is None or draw.test >= len(loaded.test) or loaded.division is not None:
            continue
        drawn = {seed: sample_indices(loaded, None, draw.test, seed)[1] for seed in draw.seeds}
        lacking = [seed for seed, places in drawn.items() if not np.isin(places, held).all()]
        if lacking and len(lacking) < len(draw.seeds):
            seeds = f"seed{'s' * (len(lacking) > 1)} {', '.join(map(str, lacking))}"
            remedy = f"`fxreport data images {draw.dataset} --profile {draw.profile}` writes those of all"
            yield Finding(
                State.NOTE, f"{draw.dataset}, test", f"not the images of {seeds} of {draw.profile}", remedy
            )


def _nothing(description: str, done_bytes: int, total_bytes: int | None) -> None:
    """What downloads tell: here nobody listens."""
