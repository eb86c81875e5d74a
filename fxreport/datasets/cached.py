"""Our own cache of decoded image sets: a folder a set with four .npy files, mapped into memory when read."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fxreport.datasets.base import Split
from fxreport.datasets.containers import UNREADABLE
from fxreport.datasets.fingerprint import fingerprint_of
from fxreport.datasets.layouts import Splits
from fxreport.system.cache import cache_dir
from fxreport.vocabulary.text import parse_json

log = logging.getLogger("fxreport")

_FILES = ("train_images.npy", "train_labels.npy", "test_images.npy", "test_labels.npy")
_ABOUT = "about.json"


def folder_of(name: str) -> Path:
    """Return where the cache keeps, or would keep, the set."""
    return cache_dir() / "datasets" / name


@dataclass(frozen=True, slots=True)
class About:
    """What the cache notes of a set: its fingerprint, and the source that it once came from."""

    fingerprint: str
    source: str


def about(name: str) -> About | None:
    """Return what is noted of a cached set without reading its arrays; None where it is not cached."""
    folder = folder_of(name)
    try:
        content = parse_json((folder / _ABOUT).read_text(encoding="utf-8"))
        noted = About(str(content["fingerprint"]), str(content["source"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return noted if all((folder / file).is_file() for file in _FILES) else None


def read(name: str, fingerprint: str) -> tuple[Splits, str] | None:
    """Return a cached set's splits, read-only and mapped from the disk, and the source it once came from.

    None where it is not there, or is not the set any more (truncated, changed): all bytes are hashed on each
    call.
    """
    noted = about(name)
    splits = _map(folder_of(name)) if noted else None
    if noted and splits and fingerprint_of(*splits) == fingerprint:
        return splits, noted.source
    return None


def write(name: str, splits: Splits, fingerprint: str, source: str) -> None:
    """Put a set into the cache by rename. The caller holds the set's lock. Raises OSError."""
    folder = folder_of(name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left_by_killed_run in folder.parent.glob(f".{name}-*"):
        shutil.rmtree(left_by_killed_run, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        dir=folder.parent, prefix=f".{name}-", ignore_cleanup_errors=True
    ) as temporary:
        made = Path(temporary) / name
        made.mkdir()
        for file, array in zip(_FILES, _arrays(splits), strict=True):
            np.save(made / file, array, allow_pickle=False)
        content = {"fingerprint": fingerprint, "source": source}
        (made / _ABOUT).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        made.rename(folder)


def set_aside(name: str) -> None:
    """Move a damaged set out of the way, to ``<name>.damaged``, and warn. The caller holds the set's lock.

    Nothing happens where the set is not there.
    """
    folder = folder_of(name)
    if not folder.exists():
        return
    aside = folder.with_name(folder.name + ".damaged")
    try:
        if aside.exists():
            shutil.rmtree(aside)
        folder.rename(aside)
    except OSError as error:
        log.warning("the cached image set %s is damaged and cannot be set aside: %s", folder, error)
    else:
        log.warning("the cached image set %s was damaged; it is set aside as %s", folder, aside.name)


def _arrays(splits: Splits) -> Iterator[np.ndarray]:
    for split in splits:
        yield split.images
        yield split.labels


def _map(folder: Path) -> Splits | None:
    try:
        arrays = [np.asarray(np.load(folder / file, mmap_mode="r", allow_pickle=False)) for file in _FILES]
    except UNREADABLE:
        return None
    return Split(arrays[0], arrays[1]), Split(arrays[2], arrays[3])
