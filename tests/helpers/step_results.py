"""Results of steps for tests of the store, and files that stop working after a number of operations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fxreport.store import Store
from fxreport.store.files import Files
from fxreport.vocabulary.factors import CLUSTERER, PROJECTION
from fxreport.vocabulary.steps import Experiment, Measurement, Step, StepResult

BASE = Experiment("digits", "f" * 16, None, None, "raw_pixels")


def experiment(**changes: object) -> Experiment:
    return replace(BASE, **changes)  # type: ignore[arg-type]


def result(one: Experiment = BASE, dimension: float = 64.0, **more: object) -> StepResult:
    """An extraction's, of two rows."""
    measurements = (Measurement("dimension", dimension), Measurement("probe_half_share", 0.25, 600))
    return StepResult(Step(one), measurements, **more)  # type: ignore[arg-type]


def clustering(
    one: Experiment = BASE, ari: float = 0.5, level: str = "kmeans", version: int = 1, **more: object
) -> StepResult:
    step = Step(one, "clustering", version, CLUSTERER, level)
    return StepResult(step, (Measurement("ari", ari, 600),), **more)  # type: ignore[arg-type]


def projection(
    one: Experiment = BASE, level: str = "umap", purity: float = 0.5, version: int = 1, **more: object
) -> StepResult:
    step = Step(one, "projection", version, PROJECTION, level)
    return StepResult(step, (Measurement("purity", purity, 600),), **more)  # type: ignore[arg-type]


def files_in(store: Store, folder: str = "") -> list[Path]:
    return sorted(path for path in (Path(store.location) / folder).rglob("*") if path.is_file())


def file_of(store: Store, key: str, folder: str = "steps") -> Path:
    """The one file of a step, by its key."""
    [file] = (Path(store.location) / folder).glob(f"{key}*")
    return file


def flips(data: bytes, step: int = 1) -> Iterator[bytes]:
    """The bytes with one bit flipped, for each bit, or every so many."""
    for bit in range(0, 8 * len(data), step):
        yield flip(data, bit)


def flip(data: bytes, bit: int) -> bytes:
    flipped = bytearray(data)
    flipped[bit // 8] ^= 1 << bit % 8
    return bytes(flipped)


class Killed(BaseException):
    """In place of a signal: nothing catches it."""


class FailingFiles:
    """Files whose n-th change (a write, a move, a removal) never happens, nor anything after it."""

    def __init__(self, files: Files, n: int) -> None:
        self._files = files
        self.left = n
        self.location = files.location
        self.list, self.read = files.list, files.read

    def _spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed

    def write(self, name: str, data: bytes) -> None:
        self._spend()
        self._files.write(name, data)

    def move(self, name: str, new_name: str) -> None:
        self._spend()
        self._files.move(name, new_name)

    def remove(self, name: str) -> None:
        self._spend()
        self._files.remove(name)
