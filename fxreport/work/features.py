"""Features in this machine's cache, so that a further measure of them trains nothing."""

from __future__ import annotations

import hashlib
import logging
import math
import os
import shutil
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fxreport.system.cache import cache_dir

log = logging.getLogger("fxreport")


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Of one experiment: test features (n, d) float32 with labels (n,), and those that probes learn from."""

    features: NDArray[np.float32]
    labels: NDArray[np.integer]
    train_features: NDArray[np.float32]
    train_labels: NDArray[np.integer]


_NAMES = tuple(field.name for field in fields(Features))


@dataclass(frozen=True, slots=True)
class FeatureCache:
    """Folders ``<experiment's key>-<digest of the content>``, each with one ``.npy`` an array.

    Together they take at most ``limit`` bytes: those used least lately go first. What can't be written or
    read is extracted again: the cache saves time and nothing else depends on it.
    """

    limit: float = math.inf

    @property
    def folder(self) -> Path:
        return cache_dir() / "features"

    def __contains__(self, key: str) -> bool:
        return self._find(key) is not None

    def read(self, key: str) -> Features | None:
        """Open the features of an experiment, mapped from their files; None where they are not whole."""
        entry = self._find(key)
        if entry is None:
            return None
        try:
            arrays = Features(*(np.load(entry / f"{name}.npy", mmap_mode="r") for name in _NAMES))
            if entry.name != f"{key}-{_digest(arrays)}":
                raise ValueError("their content has changed")
            os.utime(entry)
        except (OSError, ValueError, EOFError) as error:
            log.warning("the features in %s are not whole and are left out: %s", entry, error)
            # what cannot be opened just now (too many open files) may be sound
            if not isinstance(error, OSError) or isinstance(error, FileNotFoundError):
                shutil.rmtree(entry, ignore_errors=True)
            return None
        return arrays

    def write(self, key: str, arrays: Features) -> None:
        """Keep features whole or not at all."""
        size = sum(getattr(arrays, name).nbytes for name in _NAMES)
        if size > self.limit:
            return
        folder = self.folder
        target = folder / f"{key}-{_digest(arrays)}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
            try:
                for name in _NAMES:
                    np.save(unfinished / f"{name}.npy", getattr(arrays, name), allow_pickle=False)
                if not target.exists():
                    unfinished.rename(target)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
        except OSError as error:
            log.warning("features could not be kept in %s: %s", folder, error.strerror or error)
            return
        self.prune(self.limit)

    def size(self) -> int:
        """Bytes that all features take."""
        return sum(_size(entry) for entry in self._entries())

    def prune(self, limit: float = 0) -> int:
        """Remove those used least lately until the rest takes ``limit`` bytes at most; return bytes freed.

        With no limit left all goes, writes that a kill has left unfinished among it.
        """
        freed = 0
        entries = sorted(self._entries(unfinished=limit == 0), key=_last_use)
        size = sum(map(_size, entries))
        for entry in entries:
            if size - freed <= limit and limit > 0:
                break
            freed += _size(entry)
            shutil.rmtree(entry, ignore_errors=True)
        return freed

    def _find(self, key: str) -> Path | None:
        return next((entry for entry in self._entries() if entry.name.startswith(f"{key}-")), None)

    def _entries(self, *, unfinished: bool = False) -> list[Path]:
        try:
            found = list(self.folder.iterdir())
        except OSError:
            return []
        return [one for one in found if unfinished or not one.name.startswith(_UNFINISHED)]


_UNFINISHED = ".unfinished-"


def _last_use(entry: Path) -> float:
    try:
        return entry.stat().st_mtime
    except OSError:  # another process has removed it
        return 0.0


def _size(entry: Path) -> int:
    try:
        return sum(file.stat().st_size for file in entry.iterdir())
    except OSError:
        return 0


def _digest(arrays: Features) -> str:
    content = hashlib.blake2b(digest_size=6)
    for name in _NAMES:
        array = getattr(arrays, name)
        content.update(f"{name} {array.dtype.str} {array.shape}".encode())
        content.update(np.ascontiguousarray(array).data)
    return content.hexdigest()
