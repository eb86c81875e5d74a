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
        if any(isinstance(value, int) and abs(value) > LARGEST for _, value in _values(document)):
            raise ValueError("a whole number has more than 64 bits")
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
    for place, value in _values(document):
        if isinstance(value, str) and (found := unprintable(value.replace("\n", "").replace("\t", ""))):
            raise ConfigError(f"{file}: {place} has {found}, a character that is not to be seen: remove it")
    return document


#: what TOML's whole numbers hold
LARGEST = 2**63 - 1


def _values(document: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Each value with the keys that lead to it, and each key as a text: however deep, without recursion."""
    ahead: list[tuple[str, object]] = [("", document)]
    while ahead:
        place, value = ahead.pop()
        match value:
            case dict() as table:
                yield from ((f"the key {place}.{visible(key)}".replace(" .", " "), key) for key in table)
                ahead += ((f"{place}.{visible(key)}".lstrip("."), one) for key, one in table.items())
            case list() as several:
                ahead += ((place, one) for one in several)
            case _:
                yield place, value


def _said(error: ValueError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "nested too deep"
    return str(error).partition(";")[0]
