"""Begin a report of your own: a folder with a configuration, images and an extractor that build at once."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fxreport.commands import options
from fxreport.commands.say import say, tell
from fxreport.vocabulary.errors import ConfigError, OutputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: images a class that are written of each split
_TRAIN, _TEST = 60, 40
_TEXTS = ("fxreport.toml", "my_extractor.py")
_IMAGES = "images"


def add_arguments(parser: options.Parser) -> None:
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help="where to (the current folder)"
    )
    parser.add_argument("--lang", metavar="LANG", help="of the document: uk, en, … (the locale's, else uk)")


def run(arguments: argparse.Namespace) -> int:
    from fxreport.system.resources import OURS

    folder: Path = arguments.folder
    lang = options.reader(arguments.lang, ("uk",))
    there = [name for name in (*_TEXTS, _IMAGES) if (folder / name).exists()]
    if there:
        raise ConfigError(f"{folder / there[0]} is there already; name a new FOLDER, or move it away")
    try:
        for name in _TEXTS:
            _write_text(name, folder, lang)
        _write_images(folder / _IMAGES)
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror or error}") from error
    for name in (*_TEXTS, _IMAGES):
        tell(folder / name)
    if lang not in OURS:
        say(f"the title and the introduction are in English: add yours in {lang}")
    enter = "" if folder == Path() else f"cd {folder} && "
    say(f"images and an extractor to replace with yours; now: {enter}python -m fxreport build")
    return 0


def _write_text(name: str, folder: Path, lang: str) -> None:
    from fxreport.config import FILE_NAME
    from fxreport.system.resources import resource

    text = resource("templates", "project", name).read_text("utf-8")
    text = text.replace("@LANG@", lang).replace("@REFERENCE@", str(resource(FILE_NAME)))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def _write_images(folder: Path) -> None:
    """Write the first of scikit-learn's digits, which need no network, as pictures by class."""
    from PIL import Image

    for split, digit, number, pixels in _digits():
        path = folder / split / str(digit) / f"{number:03d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)


def _digits() -> Iterator[tuple[str, int, int, NDArray[np.uint8]]]:
    """Yield split, digit, number among its like and the pixels (8, 8) uint8."""
    from fxreport.datasets import load

    digits = load("digits")
    for split, part, most in (("train", digits.train, _TRAIN), ("test", digits.test, _TEST)):
        count = dict.fromkeys(range(10), 0)
        for image, label in zip(part.images, part.labels.tolist(), strict=True):
            if count[label] < most:
                yield split, label, count[label], image[:, :, 0]
                count[label] += 1
