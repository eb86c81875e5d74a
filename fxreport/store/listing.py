"""What a store holds, told without decoding anything: for a build that may have nothing to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from fxreport.store.files import LocalFiles, open_files
from fxreport.store.names import FOLDERS, NAMED_BY_CONTENT, digest_of


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a local store: name → a tag that changes with size and time."""

    files: LocalFiles
    tags: Mapping[str, str]

    def quick(self) -> str:
        """Return a digest over names, sizes and times."""
        return digest_of(json.dumps(self.tags).encode())

    def content(self) -> str:
        """Return a digest over names and contents. Reads the files whose name does not tell their content."""
        parts = []
        for name in self.tags:
            told = name.partition("/")[0] in NAMED_BY_CONTENT
            parts.append(f"{name} {'' if told else digest_of(self.files.read(name))}")
        return digest_of("\n".join(parts).encode())


def listing(location: str) -> Listing | None:
    """Return what lies in the store; None where that is not told by a folder of this machine."""
    files = open_files(location)
    if not isinstance(files, LocalFiles):
        return None
    return Listing(
        files, {f"{folder}/{name}": tag for folder in FOLDERS for name, tag in files.list(folder).items()}
    )
