"""The index: which steps each file of the store holds, so that nothing is decoded to know what was measured.

The files of rows are named by a digest of their content, so an entry is right as long as its file is there;
the files are the truth, and an index that is missing, damaged or behind is completed from them. Of files
whose names tell no digest, which older versions wrote, the index has it, taken when they were first read.
Needs the standard library only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from fxreport.store.files import Files
from fxreport.store.names import digest_of
from fxreport.vocabulary.errors import InputError, OutputError, StoreCorrupt
from fxreport.vocabulary.text import parse_json

NAME = "index.json"
SCHEMA = 1

#: step key → the files of arrays that it needs
Entries = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Index:
    """``files``: by file of rows, the steps in it; ``sums``: digests of files whose names tell none."""

    files: Mapping[str, Entries] = field(default_factory=dict)
    sums: Mapping[str, str] = field(default_factory=dict)

    def check(self, name: str, data: bytes) -> bytes:
        """Return the bytes of a file. Raises StoreCorrupt where they are not those that were first read."""
        if digest_of(data) != self.sums.get(name, digest_of(data)):
            raise StoreCorrupt("its content has changed since it was first read")
        return data


def load(files: Files) -> Index:
    """Return the store's index; an empty one where there is none that can be read."""
    try:
        return read(files)
    except (InputError, OSError, StoreCorrupt):
        return Index()


def read(files: Files) -> Index:
    """Return the store's index. Raises FileNotFoundError, InputError, and StoreCorrupt for a damaged one."""
    data = files.read(NAME)
    try:
        written = parse_json(data)
        sums = written.get("sums", {})
        whole = written == _written(written["files"], sums)
        index = Index(
            {
                name: {key: tuple(needs) for key, needs in entries.items()}
                for name, entries in written["files"].items()
            },
            dict(sums),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreCorrupt("it is no index") from error
    if not whole:
        raise StoreCorrupt("its content has changed since it was written")
    return index


def save(index: Index, files: Files) -> None:
    """Write the index whole. It only saves time: a store that can't be written is read without."""
    try:
        files.write(NAME, _canonical(_written(index.files, index.sums)) + b"\n")
    except OutputError:
        return


def _written(files: Mapping[str, Entries], sums: Mapping[str, str]) -> dict[str, object]:
    if not sums:
        return {"schema": SCHEMA, "digest": digest_of(_canonical(files)), "files": files}
    digest = digest_of(_canonical([files, sums]))
    return {"schema": SCHEMA, "digest": digest, "files": files, "sums": sums}


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
