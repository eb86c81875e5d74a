"""Write the document of a plan: where to, in which languages and formats."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fxreport.commands import options
from fxreport.commands.planned import Planned
from fxreport.config import Config
from fxreport.vocabulary.errors import OutputError


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write: checked before anything is measured."""

    languages: list[str]
    formats: list[str]
    output: Path


def wanted(arguments: argparse.Namespace, config: Config) -> Wanted:
    """Check languages, formats and the output folder.

    Raises ConfigError for an unknown name and OutputError for a folder that can't be written.
    """
    from fxreport.system.resources import languages

    asked = Wanted(
        options.languages(arguments.lang, config.languages, languages),
        options.formats(arguments.format, config.formats),
        arguments.output,
    )
    _check_writable(asked.output)
    return asked


def write(
    planned: Planned, asked: Wanted, arguments: argparse.Namespace, unavailable: Mapping[str, str]
) -> None:
    """Render and print the paths written, one a line. ``unavailable``: resource → why it could not be had."""
    from fxreport.report.build import build

    paths = build(
        planned.store,
        planned.plan.experiments,
        languages=asked.languages,
        formats=asked.formats,
        output=asked.output,
        fallbacks=planned.fallbacks(),
        datasets=arguments.datasets,
        extractors=arguments.extractors,
        unavailable=unavailable,
        scenarios=planned.config.scenarios,
    )
    for path in paths:
        print(path)


def _check_writable(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(
            f"cannot write to the folder {output}: {reason}; give another with --output"
        ) from error
