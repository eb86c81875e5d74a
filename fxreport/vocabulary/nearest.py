"""Messages about a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

#: as many names as a message lists
_LISTED = 15


def nearest(name: str, known: Iterable[str], count: int = 1) -> list[str]:
    """Return up to ``count`` of the known names that are like ``name``, the likest first."""
    by_fold = {one.casefold(): one for one in known}
    # one letter of two right is as near as a language's code gets
    cutoff = 0.6 if len(name) > 3 else 0.5
    near = difflib.get_close_matches(name.casefold(), by_fold, n=count, cutoff=cutoff)
    return [by_fold[one] for one in near]


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """Say that there is no ``kind`` called ``name``, with the nearest right name, else those there are."""
    names = list(known)
    near = nearest(name, names)
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    known_ones = f"known: {', '.join(names[:_LISTED]) or 'none'}{more}"
    hint = f"did you mean {near[0]}?" if near else known_ones
    return f"unknown {kind} {name!r}; {hint}"
