"""Read a document under test: a TOML file of statements, each with a check."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fxreport.config import schema
from fxreport.config.files import read_toml
from fxreport.system.resources import PACKAGE, languages
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.nearest import unknown
from fxreport.vocabulary.statement import CHECKS, ORIGINAL, Statement


def location(path: str) -> Path | None:
    """The file that ``[document_under_test] path`` names; None for ""."""
    if path == ORIGINAL:
        return PACKAGE / "reference" / f"{ORIGINAL}.toml"
    return Path(path) if path else None


def read_statements(file: Path) -> tuple[Statement, ...]:
    """Return the statements in their order. Raises ConfigError, naming file, key and remedy."""
    document = read_toml(
        file, "document under test", f"there is no document under test {file}; [document_under_test] names it"
    )
    schema.check(document, str(file), schema.STATEMENTS)
    title = _by_language(document.get("title", ""), f"{file}: title")
    tables = document.get("statements", {})
    return tuple(_statement(name, table, title, file) for name, table in tables.items())


def _statement(name: str, table: Mapping[str, Any], title: Mapping[str, str], file: Path) -> Statement:
    where = f"{file}: statements.{name}"
    if not name.isidentifier():
        raise ConfigError(
            f"{where}: a statement's name is made of letters, digits and _ and begins with no digit"
        )
    params = dict(table)
    text, check, place = (params.pop(key, "") for key in ("text", "check", "place"))
    if not text or not check:
        raise ConfigError(f"{where} lacks {'check' if text else 'text'}")
    if check not in CHECKS:
        raise ConfigError(f"{where}: {unknown('check', check, CHECKS)}")
    keys = CHECKS[check]
    if missing := [key for key in keys.needed if key not in params]:
        raise ConfigError(f"{where}: the check {check!r} lacks {', '.join(missing)}")
    known = (*keys.needed, *keys.allowed)
    for key in params:
        if key not in known:
            raise ConfigError(f"{where}: {unknown(f'key of the check {check!r}', key, known)}")
    return Statement(name, _by_language(text, f"{where}.text"), check, params, place, title)


def _by_language(text: str | Mapping[str, str], where: str) -> Mapping[str, str]:
    texts = {"": text} if isinstance(text, str) else dict(text)
    for language in texts:
        if language and language not in languages():
            raise ConfigError(f"{where}: {unknown('language', language, languages())}")
    return {language: text for language, text in texts.items() if text}
