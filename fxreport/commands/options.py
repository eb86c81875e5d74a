"""Options that commands share."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from fxreport.config.schema import ALL
from fxreport.report import writers
from fxreport.report.writers import BUILT_IN
from fxreport.system.resources import complete_languages
from fxreport.system.resources import languages as known_languages
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.nearest import unknown

Parser = argparse.ArgumentParser
Container = argparse._ActionsContainer  # a parser, or a group of its options


def names(text: str) -> list[str]:
    """Read ``a,b`` as its parts; a comma within brackets parts nothing."""
    found = [part.strip() for part in re.split(r",(?![^\[]*\])", text) if part.strip()]
    if not found:
        raise argparse.ArgumentTypeError("expected a name, or several with commas between")
    return found


def count(text: str) -> int:
    """Read a whole number from 1 on."""
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, got {text!r}")
    return int(text)


def gigabytes(text: str) -> float:
    """Read a number from 0 on."""
    if not text.replace(".", "", 1).isdecimal():
        raise argparse.ArgumentTypeError(f"expected a number of gigabytes from 0 on, got {text!r}")
    return float(text)


def minutes(text: str) -> float:
    """Read a number above 0."""
    if not text.replace(".", "", 1).isdecimal() or not float(text):
        raise argparse.ArgumentTypeError(f"expected a number of minutes above 0, got {text!r}")
    return float(text)


def add_config(parser: Container) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="configuration to merge over the defaults (fxreport.toml, if the current folder has one)",
    )


def add_store(parser: Container) -> None:
    parser.add_argument(
        "--store",
        default="results",
        metavar="DIR",
        help="results store: a folder or an fsspec URL (%(default)s)",
    )


def add_plan(parser: Parser) -> None:
    group = parser.add_argument_group("what to measure")
    group.add_argument(
        "--profile", default="standard", help="quick, standard, full or your own (%(default)s)"
    )
    group.add_argument("--datasets", type=names, metavar="A,B", help="image sets, instead of the profile's")
    group.add_argument(
        "--extractors",
        type=names,
        metavar="A,B",
        help="extractors, instead of the profile's: vgg16 for all its input sizes, vgg16@32 for one, "
        "custom_cnn[epochs=5] with settings of its own, my.py:PCA50 for a class of yours",
    )
    group.add_argument("--seeds", type=count, metavar="N", help="the first N seeds of the profile")
    add_config(group)
    add_store(group)
    parser.add_argument(
        "--strict", action="store_true", help="exit with 3 where a planned experiment is missing or failed"
    )


def add_measuring(parser: Parser) -> None:
    group = parser.add_argument_group("how to measure")
    group.add_argument(
        "--dry-run", action="store_true", help="say what would be measured and how long it takes, and end"
    )
    group.add_argument("--fresh", action="store_true", help="measure again what the store holds already")
    group.add_argument("--jobs", type=count, default=1, metavar="N", help="worker processes (%(default)s)")
    add_sources(group)


def add_sources(group: Container) -> None:
    group.add_argument("--offline", action="store_true", help="try no network")
    group.add_argument("--data-dir", type=Path, metavar="DIR", help="a folder with image sets' files")
    group.add_argument("--weights-dir", type=Path, metavar="DIR", help="a folder with pretrained weights")


def add_document(parser: Parser) -> None:
    group = parser.add_argument_group("the document")
    group.add_argument("--lang", type=names, metavar="LANG", help="uk, en, all, or one of yours (uk)")
    group.add_argument(
        "--document",
        choices=("conclusions", "technical", "all"),
        help="the conclusions, the technical report (HTML and Markdown; PDF with --format pdf), or both "
        "(the conclusions, and the technical report in HTML)",
    )
    group.add_argument(
        "--format",
        type=names,
        metavar="A,B",
        help="md, html, pdf, docx, tex (the configuration's: the first three)",
    )
    group.add_argument(
        "--output",
        type=Path,
        default=Path("output"),
        metavar="DIR",
        help="folder to write into (%(default)s)",
    )
    group.add_argument(
        "--force",
        action="store_true",
        help="write it anew even where nothing has changed since it was written",
    )


def languages(
    asked: Sequence[str] | None, configured: Sequence[str], known: Callable[[], Sequence[str]]
) -> list[str]:
    """Return the languages to write, each checked; ``all`` is every one whose catalogue is complete."""
    wanted = list(asked or configured)
    found = _chosen("language", wanted, known())
    if ALL not in wanted:
        return found
    return [name for name in found if name in {*complete_languages(), *wanted}]


def reader(asked: str | None, configured: Sequence[str]) -> str:
    """Return the language to speak to somebody: that asked for, else the locale's, else the configured one.

    A locale of a language that there is no catalogue of is spoken to in English; ``C`` says nothing. Raises
    ConfigError for an unknown one that was asked for.
    """
    if asked is None:
        names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
        code = re.split(r"[_.@]", next(filter(None, names), ""))[0]
        if code not in ("", "C", "POSIX"):
            return code if code in known_languages() else "en"
    return languages([asked] if asked else None, configured, known_languages)[0]


def formats(asked: Sequence[str] | None, configured: Sequence[str]) -> list[str]:
    """Return the formats to write, each checked; those of installed packages are looked for at need."""
    wanted = list(asked or configured)
    found = _chosen("format", wanted, BUILT_IN if set(wanted) <= BUILT_IN.keys() else writers.formats())
    if ALL in wanted:
        return writers.available(found)
    for name in found:
        writers.require(name)
    return found


def _chosen(kind: str, wanted: Sequence[str], known: Collection[str]) -> list[str]:
    for name in wanted:
        if name != ALL and name not in known:
            raise ConfigError(unknown(kind, name, [*known, ALL]))
    return list(known) if ALL in wanted else list(dict.fromkeys(wanted))
