"""The user's own image folders, as the plan and the runs see them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fxreport.config import ImageFolder
from fxreport.system.cache import cache_dir, write_atomically

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


def fingerprint_of(folder: ImageFolder) -> str:
    """Return the set's fingerprint; kept in the cache until a file's name, size or time changes.

    Raises DataUnavailable where the folder is not an image set.
    """
    known = cache_dir() / "folders" / f"{listing_of(folder)}.json"
    try:
        return str(json.loads(known.read_text("utf-8"))["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not known yet, or damaged: it is taken anew
    fingerprint = load_own(folder).fingerprint
    with suppress(OSError):  # the cache only saves time
        write_atomically(known, json.dumps({"path": str(folder.path), "fingerprint": fingerprint}))
    return fingerprint


def listing_of(folder: ImageFolder) -> str:
    """Return a digest over the names, sizes and times of the pictures."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(json.dumps([str(Path(folder.path).absolute()), folder.size, folder.channels]).encode())
    for file in sorted(folder.path.glob("*/*/*")):
        status = file.stat()
        digest.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
