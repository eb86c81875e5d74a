"""The measured half of a store: steps in their files, found through the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.store.artifacts import Arrays, decode_artifacts, merged
from fxreport.store.files import Files
from fxreport.store.index import Entries, Index
from fxreport.store.index import load as load_index
from fxreport.store.index import save as save_index
from fxreport.store.names import (
    ARTIFACTS,
    EXPERIMENTS,
    IMPORTS,
    PACKS,
    SHARED,
    STEPS,
    digest_of,
    named,
    stem_of,
    tells_digest,
)  # fmt: skip
from fxreport.store.rows import ArrayFile, Batch, StoredStep, decode_batch, decode_experiment, rows_of_steps
from fxreport.store.shelf import Shelf, set_aside
from fxreport.vocabulary.errors import StoreCorrupt

if TYPE_CHECKING:
    import pyarrow as pa


class StoredSteps:
    """All steps of a store. Of one that lies twice that of the first folder counts, and of the later name."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.shelves = {
            STEPS: Shelf(files, STEPS, ".parquet", _decode_batch),
            PACKS: Shelf(files, PACKS, ".parquet", _decode_batch),
            EXPERIMENTS: Shelf(files, EXPERIMENTS, ".parquet", self._decode_experiment),
        }
        self._known: Index | None = None
        self._grouped: tuple[list[Batch], dict[str, list[StoredStep]]] | None = None

    def keys(self) -> set[str]:
        """Keys of the steps whose files of arrays are all there, from the index where it is up to date."""
        files = self.index().files
        there = {f"{folder}/{name}" for folder in (ARTIFACTS, SHARED) for name in self._files.list(folder)}
        needs_of: dict[str, tuple[str, ...]] = {}
        for folder in self.shelves:  # as ``_by_folder``
            for name in sorted((n for n in files if n.startswith(f"{folder}/")), reverse=True):
                for key, needs in files[name].items():
                    needs_of.setdefault(key, needs)
        return {key for key, needs in needs_of.items() if there.issuperset(needs)}

    def index(self) -> Index:
        """The index, completed from files that it does not know."""
        written = load_index(self._files)
        files: dict[str, Entries] = {}
        for folder, shelf in self.shelves.items():
            names = [f"{folder}/{name}" for name in shelf.names()]
            known = {name: written.files[name] for name in names if name in written.files}
            if len(known) < len(names):
                new = {name.removeprefix(f"{folder}/") for name in names if name not in known}
                for stem, batch in shelf.read(only=new).items():
                    known[f"{folder}/{stem}.parquet"] = {s.step.key: s.files for s in batch.steps}
            files |= known
        # whole experiments of schema 1 are not named by what they hold: they are read anew
        named_by_content = {n: e for n, e in files.items() if not n.startswith(f"{EXPERIMENTS}/")}
        now = Index(named_by_content, self._sums(written.sums))
        if now != written:
            save_index(now, self._files)
        self._known = now
        return Index(files, now.sums)

    def checked(self, name: str, data: bytes) -> bytes:
        """The bytes of a file whose name tells no digest. Raises StoreCorrupt where they have changed."""
        if self._known is None:
            self._known = load_index(self._files)
        return self._known.check(name, data)

    def _decode_experiment(self, data: bytes, key: str) -> Batch:
        return decode_experiment(self.checked(f"{EXPERIMENTS}/{key}.parquet", data), key)

    def _sums(self, known: Mapping[str, str]) -> dict[str, str]:
        """Digests of the files whose names tell none; those of files that are new here are taken now."""
        names = [f"{EXPERIMENTS}/{name}" for name in self.shelves[EXPERIMENTS].names()]
        names += [
            f"{IMPORTS}/{name}"
            for name in self._files.list(IMPORTS)
            if name.endswith(".parquet") and not tells_digest(name.removesuffix(".parquet"))
        ]
        sums = {}
        for name in names:
            with suppress(FileNotFoundError):
                sums[name] = known.get(name) or digest_of(self._files.read(name))
        return sums

    def _by_folder(self) -> Iterator[Batch]:
        for shelf in self.shelves.values():
            batches = shelf.read()
            # of two files of one step that of the later name: any, but the same for everybody
            yield from (batches[stem] for stem in reversed(batches))

    def by_key(self) -> dict[str, StoredStep]:
        """All steps, by key."""
        return {one.step.key: one for steps in self.by_experiment().values() for one in steps}

    def by_experiment(self) -> dict[str, list[StoredStep]]:
        """The steps of each experiment, by its key."""
        batches = list(self._by_folder())
        if self._grouped is None or list(map(id, self._grouped[0])) != list(map(id, batches)):
            grouped: dict[str, dict[str, StoredStep]] = {}
            for one in (stored for batch in batches for stored in batch.steps):
                grouped.setdefault(one.step.experiment.key, {}).setdefault(one.step.key, one)
            self._grouped = batches, {key: list(steps.values()) for key, steps in grouped.items()}
        return self._grouped[1]

    def tables(self) -> Iterator[pa.Table]:
        """The rows of all steps, each once."""
        seen: set[str] = set()
        for batch in self._by_folder():
            new = {stored.step.key for stored in batch.steps} - seen
            if new:
                yield batch.table if len(new) == len(batch.steps) else rows_of_steps(batch.table, new)
            seen |= new

    def arrays(self, folder: str, files: Iterable[ArrayFile | None]) -> Mapping[str, NDArray[np.generic]]:
        """Arrays of several files as one mapping; those of later files count."""
        return merged(files, lambda one: self._opened(f"{folder}/{one.name}", one.digest))

    def _opened(self, name: str, digest: str) -> Arrays | None:
        def spoiled(error: StoreCorrupt) -> None:
            set_aside(self._files, name, error)
            raise StoreCorrupt(
                f"{self._files.location}/{name}: {error}; it is set aside: start again, and a build measures "
                "its steps anew"
            ) from error

        try:
            data = self._files.read(name)
        except FileNotFoundError:
            return None
        try:
            return decode_artifacts(data, digest, spoiled)
        except StoreCorrupt as error:
            set_aside(self._files, name, error)
            return None

    def written(self, key: str) -> dict[str, Batch]:
        """The files of a step, decoded, by name."""
        shelf = self.shelves[STEPS]
        names = {name for name in shelf.names() if stem_of(name.removesuffix(".parquet")) == key}
        return {f"{stem}.parquet": batch for stem, batch in shelf.read(only=names).items()}

    def remove_arrays(self, steps: Iterable[StoredStep], but: Iterable[str]) -> None:
        """Remove the steps' own files of arrays, unless another step needs them."""
        needed = {name for stored in self.by_key().values() for name in stored.files} | set(but)
        own = {f"{ARTIFACTS}/{stored.arrays.name}" for stored in steps if stored.arrays}
        for name in own - needed:
            self._files.remove(name)


def _decode_batch(data: bytes, name: str) -> Batch:
    if named(stem := stem_of(name), data) != name:
        raise StoreCorrupt("its content has changed since it was written")
    batch = decode_batch(data)
    if stem and [stored.step.key for stored in batch.steps] != [stem]:
        raise StoreCorrupt("it holds another step")
    return batch
