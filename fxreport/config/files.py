"""TOML files of a user's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.text import unprintable, visible


def read_toml(file: Path, kind: str, missing: str) -> dict[str, Any]:
    """Read a file; ``kind`` is what it is to be, ``missing`` what is said where it is not there.

    Raises ConfigError, one line, for a file that cannot be read or is no TOML in UTF-8.
    """
    import tomllib

    try:
        document = tomllib.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(missing) from None
    except OSError as error:
        raise ConfigError(f"cannot read the {kind} {file}: {error.strerror or error}") from error
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not UTF-8; save it as UTF-8") from None
    except (
        ValueError,
        RecursionError,
    ) as error:  # besides what TOML does not allow, whole numbers without end
        raise ConfigError(f"{file}: not valid TOML: {_said(error)}") from None
    if found := next(_unseen(document), ""):
        raise ConfigError(f"{file}: {found}, a character that is not to be seen: remove it")
    return document


def _unseen(value: object, place: str = "") -> Iterator[str]:
    """Where a text has a character that a terminal or a page would obey, and which."""
    if isinstance(value, str):
        if character := unprintable(value.replace("\n", "").replace("\t", "")):
            yield f"{place} has {character}"
    elif isinstance(value, dict):
        for key, one in value.items():
            shown = visible(key)
            if shown != key:
                yield f"the key {f'{place}.{shown}'.lstrip('.')} has {unprintable(key)}"
            yield from _unseen(one, f"{place}.{shown}".lstrip("."))
    elif isinstance(value, list):
        for one in value:
            yield from _unseen(one, place)


def _said(error: ValueError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "nested too deep"
    return str(error).partition(";")[0]
