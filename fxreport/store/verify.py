"""Check every file of a store in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fxreport.store import index
from fxreport.store.artifacts import Arrays, decode_artifacts, merged
from fxreport.store.files import UNFINISHED, Files
from fxreport.store.names import ARTIFACTS, SHARED
from fxreport.store.rows import ArrayFile, Batch, NewerSchema, StoredStep
from fxreport.store.shelf import DAMAGED, Shelf
from fxreport.vocabulary.errors import InputError, StoreCorrupt

_STRAY = {
    ARTIFACTS: ("no experiment refers to it: a run was interrupted", "delete it"),
    SHARED: ("no experiment refers to it any more", "delete it unless a run is going on"),
}
_MEASURE_AGAIN = "run the build again: the experiment is measured anew"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the store that is not as it should be: which file, what, what to do.

    ``harmless`` is what was left over and nothing refers to: whatever is measured is sound.
    """

    file: str
    what: str
    remedy: str
    harmless: bool = False


def verify(
    files: Files, batches: Mapping[str, Shelf[Batch]], imports: Shelf[Any], failures: Shelf[Any]
) -> list[Problem]:
    """Return the problems, folder by folder. Changes nothing."""
    whole = [one for shelf in batches.values() for batch in _whole(shelf) for one in batch.steps]
    return [
        *(problem for shelf in batches.values() for problem in _undecodable(shelf, _MEASURE_AGAIN)),
        *_undecodable(imports, "import its CSV file again"),
        *_undecodable(failures, "delete it"),
        *_arrays(files, ARTIFACTS, whole, lambda stored: stored.arrays),
        *_arrays(files, SHARED, whole, lambda stored: stored.shared),
        *_index(files),
        *_leftovers(files, (*batches, ARTIFACTS, SHARED, imports.folder, failures.folder)),
    ]


def _undecodable(shelf: Shelf[Any], remedy: str) -> Iterator[Problem]:
    for name, data in shelf.contents():
        try:
            shelf.decode(data, shelf.stem(name))
        except NewerSchema as error:
            yield Problem(f"{shelf.folder}/{name}", str(error), "update fxreport")
        except StoreCorrupt as error:
            yield Problem(f"{shelf.folder}/{name}", str(error), remedy)


def _whole(shelf: Shelf[Batch]) -> Iterator[Batch]:
    for name, data in shelf.contents():
        try:
            yield shelf.decode(data, shelf.stem(name))
        except StoreCorrupt:
            continue


def _arrays(
    files: Files, folder: str, steps: Sequence[StoredStep], of: Callable[[StoredStep], ArrayFile | None]
) -> Iterator[Problem]:
    found = [name for name in files.list(folder) if name.endswith(".npz") and not name.startswith(".")]
    wanted = {one.name: one for one in map(of, steps) if one}
    wrong: dict[str, str] = {}

    def opened(one: ArrayFile) -> Arrays | None:
        def spoiled(error: StoreCorrupt) -> None:
            wrong.setdefault(one.name, str(error))

        try:
            return decode_artifacts(files.read(f"{folder}/{one.name}"), one.digest, spoiled)
        except FileNotFoundError:
            return None
        except StoreCorrupt as error:
            spoiled(error)
            return None

    seen = set()
    by_experiment: dict[str, list[StoredStep]] = {}
    for stored in sorted(steps, key=lambda stored: stored.age):
        by_experiment.setdefault(stored.step.experiment.key, []).append(stored)
    for of_experiment in by_experiment.values():
        together = tuple(map(of, of_experiment))
        if together not in seen:  # what many have in common is read once
            seen.add(together)
            arrays = merged(together, opened)
            for name in arrays:
                with suppress(StoreCorrupt):
                    arrays[name]
    for name in sorted(wanted):
        if name not in found:
            yield Problem(f"{folder}/{name}", "it is missing", _MEASURE_AGAIN)
        elif name in wrong:
            yield Problem(f"{folder}/{name}", wrong[name], f"delete it, then {_MEASURE_AGAIN}")
    for name in found:
        if name not in wanted:
            yield Problem(f"{folder}/{name}", *_STRAY[folder], harmless=True)


def _index(files: Files) -> Iterator[Problem]:
    try:
        index.read(files)
    except StoreCorrupt as error:
        yield Problem(index.NAME, str(error), "delete it: it is made anew")
    except (FileNotFoundError, InputError):  # it only saves time
        return


def _leftovers(files: Files, folders: tuple[str, ...]) -> Iterator[Problem]:
    for folder in folders:
        for name in files.list(folder):
            if name.endswith(UNFINISHED):
                yield Problem(
                    f"{folder}/{name}",
                    "an unfinished write",
                    "delete it unless a run is going on",
                    harmless=True,
                )
            elif name.endswith(DAMAGED):
                yield Problem(f"{folder}/{name}", "set aside as damaged", "delete it once it is replaced")
