"""Check every file of a store in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fxreport.store.artifacts import ARTIFACTS, SHARED, artifact_name, digest_of, shared_name
from fxreport.store.files import UNFINISHED, Files
from fxreport.store.rows import NewerSchema, StoredExperiment
from fxreport.store.shelf import DAMAGED, Shelf
from fxreport.vocabulary.errors import StoreCorrupt

_STRAY = {
    ARTIFACTS: ("no experiment refers to it: a run was interrupted", "delete it"),
    SHARED: ("no experiment refers to it any more", "delete it unless a run is going on"),
}
_MEASURE_AGAIN = "run the build again: the experiment is measured anew"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the store that is not as it should be: which file, what, what to do."""

    file: str
    what: str
    remedy: str


def verify(
    files: Files, experiments: Shelf[StoredExperiment], imports: Shelf[Any], failures: Shelf[Any]
) -> list[Problem]:
    """Return the problems, folder by folder. Changes nothing."""
    whole = list(_whole(experiments))
    return [
        *_undecodable(experiments, _MEASURE_AGAIN),
        *_strangers(whole),
        *_undecodable(imports, "import its CSV file again"),
        *_undecodable(failures, "delete it"),
        *_arrays(
            files, ARTIFACTS, {artifact_name(s.key, s.artifact): s.artifact for s in whole if s.artifact}
        ),
        *_arrays(files, SHARED, {shared_name(s.shared): s.shared for s in whole if s.shared}),
        *_leftovers(files, (experiments.folder, ARTIFACTS, SHARED, imports.folder, failures.folder)),
    ]


def _undecodable(shelf: Shelf[Any], remedy: str) -> Iterator[Problem]:
    for name, data in shelf.contents():
        try:
            shelf.decode(data, shelf.stem(name))
        except NewerSchema as error:
            yield Problem(f"{shelf.folder}/{name}", str(error), "update fxreport")
        except StoreCorrupt as error:
            yield Problem(f"{shelf.folder}/{name}", str(error), remedy)


def _whole(experiments: Shelf[StoredExperiment]) -> Iterator[StoredExperiment]:
    for name, data in experiments.contents():
        try:
            yield experiments.decode(data, experiments.stem(name))
        except StoreCorrupt:
            continue


def _strangers(stored: list[StoredExperiment]) -> Iterator[Problem]:
    for one in stored:
        if one.experiment.key != one.key:
            yield Problem(
                f"experiments/{one.key}.parquet",
                "its key is not that of its experiment: written by another version, or changed by hand",
                f"fxreport store discard {one.key}, then run the build again",
            )


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
            yield Problem(f"{folder}/{name}", *_STRAY[folder])


def _leftovers(files: Files, folders: tuple[str, ...]) -> Iterator[Problem]:
    for folder in folders:
        for name in files.list(folder):
            if name.endswith(UNFINISHED):
                yield Problem(f"{folder}/{name}", "an unfinished write", "delete it unless a run is going on")
            elif name.endswith(DAMAGED):
                yield Problem(f"{folder}/{name}", "set aside as damaged", "delete it once it is replaced")
