"""What installed packages bring through entry points."""

from __future__ import annotations

import sys
from collections.abc import Callable, Container
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from fxreport.vocabulary.errors import ConfigError


def plugins(group: str, taken: Container[str] = ()) -> dict[str, EntryPoint]:
    """Entry points of a group by name; a name that is taken cannot be taken over."""
    found = _installed(entry_points, group, tuple(sys.path))
    return {entry.name: entry for entry in found if entry.name not in taken}


@lru_cache(maxsize=64)
def _installed(find: Callable[..., Any], group: str, path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """All packages' files are read for one group (25 ms), and planning asks for each step."""
    return tuple(find(group=group))


def load(entry: EntryPoint) -> Any:
    """What the entry point names. Raises ConfigError where it can't be imported."""
    try:
        return entry.load()
    # Importing a stranger's module can raise anything, and must not take the others down with it.
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        kind = entry.group.rpartition(".")[2].removesuffix("s")
        raise ConfigError(
            f"the plug-in {kind} {entry.name!r} ({entry.value}) cannot be imported: {reason}"
        ) from error
