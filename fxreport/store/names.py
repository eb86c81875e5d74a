"""Names of the store's folders and files. A file of rows is named by what it is of, and by its digest."""

from __future__ import annotations

import hashlib
import re

from fxreport.vocabulary.errors import StoreCorrupt

STEPS = "steps"
#: many steps in one file
PACKS = "packs"
#: whole experiments, of stores of schema 1
EXPERIMENTS = "experiments"
IMPORTS = "imports"
FAILURES = "failures"
ARTIFACTS = "artifacts"
#: arrays that several experiments have, each file under its digest
SHARED = "shared"
#: all that a store holds; what lies in those of ``NAMED_BY_CONTENT`` is named by what it holds
FOLDERS = (STEPS, PACKS, EXPERIMENTS, ARTIFACTS, SHARED, FAILURES, IMPORTS)
NAMED_BY_CONTENT = (STEPS, PACKS, ARTIFACTS, SHARED)

_DIGITS = 16
_NAMED = re.compile(rf"(?:(.*)-)?([0-9a-f]{{{_DIGITS}}})", re.DOTALL)


def digest_of(data: bytes) -> str:
    """32 hexadecimal digits of BLAKE2b."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def artifact_name(key: str, digest: str) -> str:
    """The file's name. Of two runs of one experiment neither overwrites what the other's rows name."""
    return f"{key}-{digest[:12]}.npz"


def shared_name(digest: str) -> str:
    """The file's name: equal arrays of any experiments are one file."""
    return f"{digest}.npz"


def named(stem: str, data: bytes) -> str:
    """``<stem>-<digest>``, or the digest alone."""
    digest = digest_of(data)[:_DIGITS]
    return f"{stem}-{digest}" if stem else digest


def stem_of(name: str) -> str:
    """What a file is of: its name without suffix and digest."""
    match = _NAMED.fullmatch(name)
    return (match[1] or "") if match else name


def tells_digest(name: str) -> bool:
    return _NAMED.fullmatch(name) is not None


def checked(data: bytes, name: str) -> str:
    """Return what a file is of, once its bytes have the digest of its name. Raises StoreCorrupt.

    Imports of schema 1 have names without one.
    """
    match = _NAMED.fullmatch(name)
    if match and digest_of(data)[:_DIGITS] != match[2]:
        raise StoreCorrupt("its content has changed since it was written")
    return stem_of(name)


def import_name(stem: str) -> str:
    """Name an import after its file; a name that had to be changed gets a hash, so that no two meet."""
    name = re.sub(r"[^\w.-]+", "_", stem).lstrip(".")[:80] or "_"
    if name == stem:
        return name
    return f"{name}-{hashlib.blake2b(stem.encode(), digest_size=3).hexdigest()}"
