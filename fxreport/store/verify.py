"""Check every file of a store in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fxreport.store.files import UNFINISHED, Files
from fxreport.store.names import ARTIFACTS, SHARED, digest_of
from fxreport.store.rows import Batch, NewerSchema
from fxreport.store.shelf import DAMAGED, Shelf
from fxreport.vocabulary.errors import StoreCorrupt

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
        *_arrays(files, ARTIFACTS, {s.arrays.name: s.arrays.digest for s in whole if s.arrays}),
        *_arrays(files, SHARED, {s.shared.name: s.shared.digest for s in whole if s.shared}),
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


def _arrays(files: Files, folder: str, wanted: dict[str, str]) -> Iterator[Problem]:
    found = [name for name in files.list(folder) if name.endswith(".npz") and not name.startswith(".")]
    for name, digest in sorted(wanted.items()):
        if name not in found:
            yield Problem(f"{folder}/{name}", "it is missing", _MEASURE_AGAIN)
        elif digest_of(files.read(f"{folder}/{name}")) != digest:
            yield Problem(
                f"{folder}/{name}",
                "its content has changed since it was written",
                f"delete it, then {_MEASURE_AGAIN}",
            )
    for name in found:
        if name not in wanted:
            yield Problem(f"{folder}/{name}", *_STRAY[folder], harmless=True)


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
