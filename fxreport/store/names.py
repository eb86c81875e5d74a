"""Names of the store's folders and files. A file of rows is named by what it is of, and by its digest."""

from __future__ import annotations

import re

from fxreport.store.artifacts import digest_of
from fxreport.vocabulary.errors import StoreCorrupt

STEPS = "steps"
#: many steps in one file
PACKS = "packs"
#: whole experiments, of stores of schema 1
EXPERIMENTS = "experiments"
IMPORTS = "imports"
FAILURES = "failures"

_DIGITS = 16
_NAMED = re.compile(rf"(?:(.*)-)?([0-9a-f]{{{_DIGITS}}})", re.DOTALL)


def named(stem: str, data: bytes) -> str:
    """``<stem>-<digest>``, or the digest alone."""
    digest = digest_of(data)[:_DIGITS]
    return f"{stem}-{digest}" if stem else digest


def stem_of(name: str) -> str:
    """What a file is of: its name without suffix and digest."""
    match = _NAMED.fullmatch(name)
    return (match[1] or "") if match else name


def checked(data: bytes, name: str) -> str:
    """Return what a file is of, once its bytes have the digest of its name. Raises StoreCorrupt.

    Imports of schema 1 have names without one.
    """
    match = _NAMED.fullmatch(name)
    if match and digest_of(data)[:_DIGITS] != match[2]:
        raise StoreCorrupt("its content has changed since it was written")
    return stem_of(name)
