"""TOML files of a user's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fxreport.vocabulary.errors import ConfigError


def read_toml(file: Path, kind: str, missing: str) -> dict[str, Any]:
    """Read a file; ``kind`` is what it is to be, ``missing`` what is said where it is not there.

    Raises ConfigError, one line, for a file that cannot be read or is no TOML in UTF-8.
    """
    import tomllib

    try:
        document = tomllib.loads(file.read_text("utf-8-sig"))
        if _has_larger(document):
            raise ValueError("a whole number has more than 64 bits")
        return document
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


#: what TOML's whole numbers hold
LARGEST = 2**63 - 1


def _has_larger(document: dict[str, Any]) -> bool:
    ahead: list[Any] = [document]
    while ahead:
        match ahead.pop():
            case dict() as table:
                ahead += table.values()
            case list() as values:
                ahead += values
            case int() as number if abs(number) > LARGEST:
                return True
    return False


def _said(error: ValueError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "nested too deep"
    return str(error).partition(";")[0]
