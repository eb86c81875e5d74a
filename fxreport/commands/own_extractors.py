"""The user's own extractors, as commands know them. Loads nothing that measures."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from fxreport.config import Config, load_config
from fxreport.config.own import with_references
from fxreport.system.plugins import sources_of
from fxreport.vocabulary.own import FeatureFiles, KerasFile, OwnExtractor


def configured(arguments: argparse.Namespace) -> Config:
    """Return the configuration, with the extractors that ``--extractors`` says where to find.

    There their names stand from then on. Raises ConfigError.
    """
    config = load_config(arguments.config)
    if arguments.extractors:
        config, arguments.extractors = with_references(config, arguments.extractors)
    return config


def files_of(extractors: Iterable[OwnExtractor]) -> list[Path]:
    """Return the files that own extractors lie in. An installed package has no file here, but a version."""
    found: dict[Path, None] = {}
    for own in extractors:
        if isinstance(own.source, FeatureFiles):
            found |= dict.fromkeys(file.path for _, *files in own.source.sets for file in files)
        elif isinstance(own.source, KerasFile):
            found[own.source.path] = None
        elif own.source.file is not None:
            found |= dict.fromkeys((own.source.file, *sources_of(own.source.file).values()))
    return list(found)
