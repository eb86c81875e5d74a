"""What a build was made from and what it wrote: the next one compares, and makes what differs.

A manifest lies beside the outputs as one hidden file. Entries of outputs whose inputs have changed go before
these are replaced, and come when they are there. Needs the standard library only.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from fxreport.system.cache import write_atomically
from fxreport.vocabulary.text import parse_json

NAME = ".fxreport-manifest.json"
SCHEMA = 1


class Input(Protocol):
    """Something that outputs depend on."""

    def quick(self) -> str:
        """Return what changes whenever the input may have changed: of files, their sizes and times."""
        ...

    def content(self) -> str:
        """Return what changes when the input has changed: of files, a digest of what they hold."""
        ...


class State(NamedTuple):
    """An input as it was."""

    quick: str
    content: str


class Output(NamedTuple):
    """A file as it was written: bytes, nanoseconds, digest."""

    size: int
    time: int
    digest: str


@dataclass(frozen=True, slots=True)
class Fact:
    """An input that is told whole, such as a version."""

    value: str

    def quick(self) -> str:
        return self.value

    def content(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Files:
    """Files by the names that they are compared under. One that is not there counts as such."""

    paths: Mapping[str, str]

    def quick(self) -> str:
        return digest(json.dumps([(name, _stat(path)) for name, path in self.paths.items()]).encode())

    def content(self) -> str:
        return digest("\n".join(f"{name} {_digest_of(path)}" for name, path in self.paths.items()).encode())


def tree(folder: Path) -> Files:
    """Return all files below a folder, by name; hidden ones, bytecode and ``_resources`` left out."""
    return Files(dict(sorted(_walk(str(folder), ""))))


@dataclass(frozen=True, slots=True)
class Manifest:
    """``outputs``: what is made at once, by name → its files, relative to the manifest's folder.

    ``facts`` are what the build had to say besides.
    """

    inputs: Mapping[str, State] = field(default_factory=dict)
    outputs: Mapping[str, Mapping[str, Output]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def states(self, inputs: Mapping[str, Input]) -> dict[str, State]:
        """Return the inputs' states now. Only those that may have changed are read."""
        now = {}
        for name, one in inputs.items():
            quick, before = one.quick(), self.inputs.get(name)
            now[name] = before if before and before.quick == quick else State(quick, one.content())
        return now

    def current(self, states: Mapping[str, State], concerns: Callable[[str, str], bool]) -> Manifest:
        """Return what holds with the inputs as they are now: the outputs whose inputs have not changed.

        ``concerns(input, output)`` tells whether the output depends on the input.
        """

        def contents(of: Mapping[str, State], output: str) -> dict[str, str]:
            return {name: state.content for name, state in of.items() if concerns(name, output)}

        same = {
            output: files
            for output, files in self.outputs.items()
            if contents(self.inputs, output) == contents(states, output)
        }
        return replace(self, inputs=dict(states), outputs=same)

    def intact(self, output: str, folder: Path) -> bool:
        """Tell whether the files of an output are there as they were written."""
        return output in self.outputs and all(
            _is_as_written(folder / name, file) for name, file in self.outputs[output].items()
        )


def load(folder: Path) -> Manifest:
    """Return the folder's manifest; an empty one where there is none, or none that can be relied on."""
    try:
        written = parse_json((folder / NAME).read_text("utf-8"))
        if written["schema"] != SCHEMA:
            return Manifest()
        return Manifest(
            {str(name): State(*state) for name, state in written["inputs"].items()},
            {
                str(output): {str(name): Output(*file) for name, file in files.items()}
                for output, files in written["outputs"].items()
            },
            dict(written["facts"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest()


def save(manifest: Manifest, folder: Path) -> None:
    """Write the manifest whole. Raises OSError."""
    written = {
        "schema": SCHEMA,
        "inputs": manifest.inputs,
        "outputs": manifest.outputs,
        "facts": manifest.facts,
    }
    write_atomically(folder / NAME, json.dumps(written, ensure_ascii=False, indent=1) + "\n")


def as_written(paths: Iterable[Path], folder: Path) -> dict[str, Output]:
    """Return the files as they lie in the folder now, by relative name."""
    found = {}
    for path in paths:
        status = path.stat()
        found[path.relative_to(folder).as_posix()] = Output(
            status.st_size, status.st_mtime_ns, digest(path.read_bytes())
        )
    return found


def digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _is_as_written(path: Path, file: Output) -> bool:
    try:
        status = path.stat()
        if status.st_size != file.size:
            return False
        return status.st_mtime_ns == file.time or digest(path.read_bytes()) == file.digest
    except OSError:
        return False


def _stat(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - thousands of them
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _digest_of(path: str) -> str:
    try:
        return digest(Path(path).read_bytes())
    except OSError as error:
        return type(error).__name__


def _walk(folder: str, below: str) -> Iterator[tuple[str, str]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name in ("__pycache__", "_resources"):
                    continue
                if entry.is_dir():
                    yield from _walk(entry.path, f"{below}{entry.name}/")
                else:
                    yield f"{below}{entry.name}", entry.path
    except OSError:
        return
