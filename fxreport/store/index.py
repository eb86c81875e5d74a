"""The index: which steps each file of the store holds, so that nothing is decoded to know what was measured.

The files of rows are named by a digest of their content, so an entry is right as long as its file is there;
the files are the truth, and an index that is missing, damaged or behind is completed from them. Needs the
standard library only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from fxreport.store.files import Files
from fxreport.store.names import digest_of
from fxreport.vocabulary.errors import InputError, OutputError
from fxreport.vocabulary.text import parse_json

NAME = "index.json"
SCHEMA = 1

#: step key → the files of arrays that it needs
Entries = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Index:
    """``files``: by file of rows, the steps in it."""

    files: Mapping[str, Entries] = field(default_factory=dict)


def load(files: Files) -> Index:
    """Return the store's index; an empty one where there is none that can be read."""
    try:
        written = parse_json(files.read(NAME))
        if written != _written(written["files"]):
            return Index()
        return Index(
            {
                name: {key: tuple(needs) for key, needs in entries.items()}
                for name, entries in written["files"].items()
            }
        )
    except (InputError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return Index()


def save(index: Index, files: Files) -> None:
    """Write the index whole. It only saves time: a store that can't be written is read without."""
    try:
        files.write(NAME, _canonical(_written(index.files)) + b"\n")
    except OutputError:
        return


def _written(files: Mapping[str, Entries]) -> dict[str, object]:
    return {"schema": SCHEMA, "digest": digest_of(_canonical(files)), "files": files}


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
