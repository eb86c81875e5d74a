"""Write images for other programs to compute features of, and the features that fxreport has computed."""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fxreport.commands import options
from fxreport.commands.own_extractors import configured
from fxreport.commands.say import counted, say, tell
from fxreport.system.cache import written_whole
from fxreport.vocabulary.errors import FxReportError, InputError, OutputError


def add_actions(actions: Any) -> None:
    """Add ``images`` and ``features`` to the actions of ``fxreport data``."""
    summary = "write the images and labels of a set to an .npz file, for other programs"
    images = actions.add_parser("images", help=summary, description=summary, allow_abbrev=False)
    images.add_argument("name", metavar="SET", help="an image set, built in or of --config")
    images.add_argument("--output", type=Path, metavar="FILE", help="the file to write (SET.npz)")
    images.add_argument(
        "--profile", metavar="NAME", help="only the images that a profile measures, with their positions"
    )
    images.add_argument(
        "--seeds", type=options.count, metavar="N", help="of the first N seeds of the profile"
    )
    options.add_config(images)
    options.add_sources(images)
    images.set_defaults(run=write_images, parser=images)
    summary = "write the features of a plan, an .npz file an experiment; what is not kept is extracted again"
    features = actions.add_parser("features", help=summary, description=summary, allow_abbrev=False)
    features.add_argument(
        "--output",
        type=Path,
        default=Path("features"),
        metavar="DIR",
        help="folder to write into (%(default)s)",
    )
    options.add_plan(features)
    options.add_sources(features)
    features.set_defaults(run=write_features, parser=features)


def write_images(arguments: argparse.Namespace) -> int:
    """Write one set. Raises ConfigError, DataUnavailable, OutputError."""
    from fxreport.commands.measure import sources_of
    from fxreport.commands.planned import make_plan
    from fxreport.system.progress import progress_on
    from fxreport.work.exporting import images_of

    whole = arguments.profile is None
    if whole and arguments.seeds:
        raise InputError("--seeds goes with --profile")
    narrowed = {
        "datasets": [arguments.name],
        "extractors": ["raw_pixels"],
        "store": tempfile.gettempdir(),
        "profile": arguments.profile or "quick",
    }
    planned = make_plan(argparse.Namespace(**{**vars(arguments), **narrowed}))
    for reason in planned.plan.excluded.values():
        raise InputError(reason)
    progress = progress_on()
    try:
        dataset = sources_of(planned, arguments).dataset(arguments.name, progress.download)
    finally:
        progress.end()
    arrays = images_of(dataset, None if whole else planned.plan.experiments)
    file = arguments.output or Path(f"{arguments.name}.npz")
    _write(file, arrays)
    train, test = (len(arrays[f"{split}_labels"]) for split in ("train", "test"))
    say(f"{train} train and {test} test images of {arguments.name}: train_images, train_labels, …")
    tell(file)
    return 0


def write_features(arguments: argparse.Namespace) -> int:
    """Write those of a plan. Raises ConfigError, OutputError; InputError where there are none."""
    from fxreport.commands.measure import sources_of
    from fxreport.commands.planned import make_plan
    from fxreport.system.progress import progress_on
    from fxreport.work.exporting import features_of
    from fxreport.work.sources import OneDataset

    planned = make_plan(arguments, configured(arguments))
    sources = sources_of(planned, arguments)
    datasets, progress, written = OneDataset(sources), progress_on(), 0
    stems = Counter(map(_stem, planned.plan.experiments))
    for one in sorted(planned.plan.experiments, key=lambda e: e.dataset):

        def load(name: str = one.dataset) -> Any:
            return datasets.dataset(name, progress.download)

        def create(name: str, **settings: Any) -> Any:
            return sources.extractor(name, on_download=progress.download, **settings)

        try:
            arrays = features_of(one, load, create, sources.features)
        except FxReportError as error:
            say(f"{one.variant} on {one.dataset} is left out: {error}")
            continue
        name = _stem(one) if stems[_stem(one)] == 1 else f"{_stem(one)}-{one.key[:8]}"
        _write(arguments.output / f"{name}.npz", arrays)
        tell(arguments.output / f"{name}.npz")
        written += 1
    if not written:
        raise InputError("no features of what was asked for; the lines above say why")
    say(f"features of {counted(written, 'experiment')} in {arguments.output}")
    return 0


def _stem(experiment: Any) -> str:
    name = f"{experiment.dataset}-{experiment.variant}-seed{experiment.seed}"
    return re.sub(r"[^\w.@-]", "_", name)


def _write(file: Path, arrays: Mapping[str, Any]) -> None:
    """Write an .npz whole or not at all. Raises OutputError."""
    import numpy as np

    try:
        with written_whole(file) as sink:
            np.savez(sink, **arrays)
    except OSError as error:
        raise OutputError(f"cannot write {file}: {error.strerror or error}; give another --output") from error
