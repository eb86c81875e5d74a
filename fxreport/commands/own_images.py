"""The user's own image folders, as the plan and the runs see them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fxreport.config import ImageFolder
from fxreport.system.cache import cache_dir, write_atomically
from fxreport.vocabulary.text import parse_json

if TYPE_CHECKING:
    from fxreport.datasets import Dataset


def load_own(folder: ImageFolder) -> Dataset:
    """Load the set under the title that the configuration gives it. Raises DataUnavailable."""
    from fxreport.datasets import load_folder

    loaded = load_folder(
        folder.name, folder.path, folder.size, folder.channels, natural_images=folder.natural_images
    )
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

    Raises DataUnavailable where the folder is not an image set.
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
    with suppress(OSError):  # the cache only saves time
        write_atomically(known, json.dumps({"path": str(folder.path), **asdict(found)}))
    return found


def listing_of(folder: ImageFolder) -> str:
    """Return a digest over the names, sizes and times of the pictures."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(json.dumps([str(Path(folder.path).absolute()), folder.size, folder.channels]).encode())
    for file in sorted(folder.path.glob("*/*/*")):
        status = file.stat()
        digest.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
