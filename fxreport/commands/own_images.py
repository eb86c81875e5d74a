"""The user's own image sets, as the plan and the runs see them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fxreport.config import ImageFolder
from fxreport.system.cache import cache_dir, tell_unusable, write_atomically
from fxreport.vocabulary.text import parse_json

if TYPE_CHECKING:
    from fxreport.datasets import Dataset

#: raised when the same files give other images
_READING = 2


def load_own(folder: ImageFolder) -> Dataset:
    """Load the set under the title that the configuration gives it. Raises ConfigError, DataUnavailable."""
    from fxreport import datasets
    from fxreport.datasets.own import MOST_SKIPPED

    wanted = datasets.Wanted(
        size=folder.size,
        channels=folder.channels,
        share=folder.split,
        most_skipped=MOST_SKIPPED if folder.most_skipped is None else folder.most_skipped,
        natural_images=folder.natural_images,
    )
    if folder.path is None:
        loaded = datasets.load_library(
            folder.name, folder.load, wanted, folder.arguments, folder.train, folder.test
        )
    elif folder.path.suffix.lower() == ".npz":
        loaded = datasets.load_archive(folder.name, folder.path, wanted)
    else:
        loaded = datasets.load_folder(folder.name, folder.path, wanted)
    return replace(loaded, facts=replace(loaded.facts, title=folder.title))


def loaders(folders: Mapping[str, ImageFolder]) -> dict[str, Callable[[], Dataset]]:
    return {name: partial(load_own, folder) for name, folder in folders.items()}


@dataclass(frozen=True, slots=True)
class OwnImages:
    """What a plan knows of a set of the user's: numbers of images, their side, and pictures left out."""

    fingerprint: str
    train: int
    test: int
    side: int
    skipped: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> OwnImages:
        """Read what ``json.dumps(asdict(…))`` wrote. Raises KeyError, TypeError, ValueError."""
        told = parse_json(text)
        train, test, side = (int(told[name]) for name in ("train", "test", "side"))
        return cls(str(told["fingerprint"]), train, test, side, tuple(map(str, told["skipped"])))


def about(folder: ImageFolder) -> OwnImages:
    """Return what is known of the set; kept in the cache until a file's name, size or time changes.

    Raises ConfigError, DataUnavailable where there is no such image set.
    """
    known = cache_dir() / "folders" / f"{listing_of(folder)}.json"
    try:
        return OwnImages.read(known.read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not known yet, or damaged: it is taken anew
    loaded = load_own(folder)
    train, test = loaded.train, loaded.test
    side = train.images.shape[1]
    found = OwnImages(loaded.fingerprint, len(train), len(test), side, loaded.skipped)
    try:
        write_atomically(known, json.dumps({"path": str(folder.path or folder.load), **asdict(found)}))
    except OSError as error:
        tell_unusable(known.parent, error.strerror or str(error))
    return found


def listing_of(folder: ImageFolder) -> str:
    """Return a digest over what decides the images: the settings, and names, sizes and times of the files.

    Of a set that a library loads it is over the settings and the source of what loads it.
    """
    digest = hashlib.blake2b(digest_size=16)
    settings = {key: value for key, value in asdict(folder).items() if key not in ("title", "natural_images")}
    digest.update(json.dumps([_READING, settings], default=_absolute, sort_keys=True).encode())
    if folder.path is None:
        from fxreport.datasets.library import source_of

        digest.update(source_of(folder.name, folder.load).encode())
        return digest.hexdigest()
    for file in _files(folder.path):
        try:
            status = file.stat()
            known = f"{status.st_size}\0{status.st_mtime_ns}"
        except OSError:  # a link to nothing, or gone
            known = "-"
        digest.update(os.fsencode(file) + f"\0{known}\n".encode())
    return digest.hexdigest()


def _absolute(path: Path) -> str:
    return os.fsencode(path.absolute()).hex()


def _files(path: Path) -> Iterator[Path]:
    """What the set is made of: files by class and split, a table with the files that it lists, an archive."""
    if path.is_dir():
        yield from sorted([*path.glob("*/*"), *path.glob("*/*/*")])
        return
    yield path
    if path.suffix.lower() != ".npz":
        from fxreport.datasets.found import find
        from fxreport.vocabulary.errors import FxReportError

        with suppress(FxReportError):  # said when it is loaded
            found = find("", path)
            yield from (one.file for one in (*found.train, *(found.test or ())))
