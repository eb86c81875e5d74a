"""One folder of the store: files of one kind, decoded when they are new or have changed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from fxreport.store.files import Files
from fxreport.store.rows import NewerSchema
from fxreport.vocabulary.errors import OutputError, StoreCorrupt

DAMAGED = ".damaged"

T = TypeVar("T")
log = logging.getLogger("fxreport")


class Shelf(Generic[T]):
    """The files ``<folder>/<stem><suffix>``; ``decode`` takes a file's bytes and its stem."""

    def __init__(self, files: Files, folder: str, suffix: str, decode: Callable[[bytes, str], T]) -> None:
        self.folder = folder
        self.suffix = suffix
        self.decode = decode
        self._files = files
        #: name → the tag that it was decoded at, and what it holds
        self._decoded: dict[str, tuple[str, T]] = {}
        self._last: tuple[Mapping[str, str], dict[str, T]] | None = None

    def names(self) -> tuple[str, ...]:
        """Return the names of the files, undecoded."""
        return tuple(self._listed())

    def read(self, only: Collection[str] | None = None) -> dict[str, T]:
        """Return all that the files (or some) hold, by stem. A damaged one is set aside with a warning.

        Raises NewerSchema for a file of a later version, which is not damaged.
        """
        listed = self._listed()
        while not self._decode(listed, listed.keys() if only is None else listed.keys() & set(only)):
            listed = self._listed()  # what is gone may have been packed into a file that came since
        asked = {name: tag for name, tag in listed.items() if only is None or name in only}
        if self._last is None or self._last[0] != asked:
            whole = {self.stem(n): self._decoded[n][1] for n in asked if n in self._decoded}
            self._last = asked, whole
        return self._last[1]

    def _decode(self, listed: Mapping[str, str], asked: Iterable[str]) -> bool:
        """Decode what is new; return whether all that was listed was still there."""
        self._decoded = {name: entry for name, entry in self._decoded.items() if listed.get(name) == entry[0]}
        complete = True
        for name in asked:
            if name in self._decoded:
                continue
            path = f"{self.folder}/{name}"
            try:
                self._decoded[name] = listed[name], self.decode(self._files.read(path), self.stem(name))
            except FileNotFoundError:
                complete = False
            except NewerSchema as error:
                raise NewerSchema(f"{self._files.location}/{path}: {error}") from None
            except StoreCorrupt as error:
                set_aside(self._files, path, error)
        return complete

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Yield each file's name and bytes, undecoded, by name."""
        for name in self._listed():
            try:
                yield name, self._files.read(f"{self.folder}/{name}")
            except FileNotFoundError:
                continue

    def stem(self, name: str) -> str:
        return name.removesuffix(self.suffix)

    def _listed(self) -> dict[str, str]:
        return {
            name: tag
            for name, tag in self._files.list(self.folder).items()
            if name.endswith(self.suffix) and not name.startswith(".")
        }


def set_aside(files: Files, name: str, error: StoreCorrupt) -> None:
    """Rename a damaged file out of the way and say so; where that can't be done, only say so."""
    try:
        files.move(name, name + DAMAGED)
        kept = f"set aside as {name}{DAMAGED}"
    except OutputError:
        kept = "left out"
    log.warning("%s/%s is damaged: %s; %s", files.location, name, error, kept)
