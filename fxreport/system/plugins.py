"""What installed packages bring through entry points."""

from __future__ import annotations

from collections.abc import Container
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from fxreport.vocabulary.errors import ConfigError


def plugins(group: str, taken: Container[str] = ()) -> dict[str, EntryPoint]:
    """Entry points of a group by name; a name that is taken cannot be taken over."""
    return {entry.name: entry for entry in entry_points(group=group) if entry.name not in taken}


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
