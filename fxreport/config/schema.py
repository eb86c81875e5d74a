"""Which keys a configuration may have and what their values must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeGuard

from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.imprint import REFERENCE_STYLES, SECTIONS
from fxreport.vocabulary.measures import LEVEL_LISTS, NAME_LISTS
from fxreport.vocabulary.nearest import unknown
from fxreport.vocabulary.own import SPLITS
from fxreport.vocabulary.scenario import AT_LEAST, AT_MOST
from fxreport.vocabulary.subject import CASES, GENDERS

ALL = "all"

#: key of a table whose keys are the user's own names
ANY = "*"


class Wrong(Exception):
    """What a value must be. Never leaves this module."""


Check: TypeAlias = Callable[[object], None]
Schema: TypeAlias = Mapping[str, "Check | Schema"]


def check(document: Mapping[str, Any], file: str, schema: Schema | None = None) -> None:
    """Raise ConfigError, naming file, key and remedy, unless every key and value is allowed."""
    _check_table(document, schema or SCHEMA, file, "")


def _check_table(table: Mapping[str, Any], schema: Schema, file: str, prefix: str) -> None:
    for key, value in table.items():
        where = f"{prefix}{key}"
        allowed = schema.get(key, schema.get(ANY))
        if allowed is None:
            place = f"[{prefix.removesuffix('.')}]" if prefix else "the top level"
            raise ConfigError(f"{file}: {unknown('key', key, schema)} (in {place})")
        if isinstance(allowed, Mapping):
            if not isinstance(value, Mapping):
                raise ConfigError(f"{file}: {where} must be a table, got {shown(value)}")
            _check_table(value, allowed, file, f"{where}.")
            continue
        try:
            allowed(value)
        except Wrong as wrong:
            known = [name for name in schema if name != ANY]
            if known and key not in schema and isinstance(value, Mapping):
                raise ConfigError(f"{file}: {where}: {unknown('key', key, known)}") from None
            raise ConfigError(f"{file}: {where} must be {wrong}, got {shown(value)}") from None


def shown(value: object) -> str:
    """A value as TOML's reader knows it, short."""
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _is_integer(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _whole(least: int) -> Check:
    def check_whole(value: object) -> None:
        if not (_is_integer(value) and least <= value):
            raise Wrong(f"a whole number from {least} on")

    return check_whole


def _list_of(kind: str, is_one: Callable[[Any], bool], *, least: int = 1) -> Check:
    def check_list(value: object) -> None:
        if not (isinstance(value, list) and all(map(is_one, value)) and len(value) >= least):
            number = ("", ", at least one", ", at least two")[least]
            raise Wrong(f"a list of {kind}{number}")

    return check_list


def _text(value: object) -> None:
    if not isinstance(value, str):
        raise Wrong("text in quotes")


def _nonempty(value: object) -> None:
    if not (isinstance(value, str) and value.strip()):
        raise Wrong("text in quotes, not empty")


def _boolean(value: object) -> None:
    if not isinstance(value, bool):
        raise Wrong("true or false")


def _scalar(value: object) -> None:
    if not isinstance(value, str | int | float | bool):
        raise Wrong("a number, text in quotes, true or false")


def _one_or_three(value: object) -> None:
    if value not in (1, 3) or not _is_integer(value):
        raise Wrong("1 (grey) or 3 (colour)")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _number(value: object) -> None:
    if not _is_number(value):
        raise Wrong("a number")


def _better(value: object) -> None:
    if value not in ("higher", "lower"):
        raise Wrong('"higher" or "lower"')


def _at_most(value: object) -> None:
    if not (_is_number(value) and value > 0):
        raise Wrong("a number above 0 (inf for no limit)")


def _size(value: object) -> None:
    if not (_is_number(value) and value >= 0):
        raise Wrong("a number of gigabytes from 0 on (inf for no limit)")


def _at_least(value: object) -> None:
    if not (_is_number(value) and value <= 1):
        raise Wrong("a number up to 1 (-inf for no limit)")


def _share(value: object) -> None:
    if not (_is_number(value) and 0 <= value <= 1):
        raise Wrong("a number from 0 to 1")


def _between_0_and_1(value: object) -> None:
    if not (_is_number(value) and 0 < value < 1):
        raise Wrong("a number between 0 and 1")


def _is_line(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _title(value: object) -> None:
    texts = list(value.values()) if isinstance(value, Mapping) else [value]
    if not (texts and all(map(_is_line, texts))):
        raise Wrong('one line of text in quotes, or one a language: { uk = "…", en = "…" }')


def _titles(value: object) -> None:
    """As a title, or a list of them."""
    for one in value.values() if isinstance(value, Mapping) else [value]:
        if not (_is_line(one) or (isinstance(one, list) and one and all(map(_is_line, one)))):
            raise Wrong('text in quotes or a list of texts, or these by language: { uk = "…", en = "…" }')


def _prose(value: object) -> None:
    texts = list(value.values()) if isinstance(value, Mapping) else [value]
    if not (texts and all(isinstance(one, str) and _is_line(" ".join(one.split())) for one in texts)):
        raise Wrong('text in quotes (""" over several lines), or one a language: { uk = "…", en = "…" }')


def _pair(value: object) -> None:
    if not (isinstance(value, list) and len(value) == 2 and all(map(_is_line, value))):
        raise Wrong("singular and plural, a list of two texts in quotes")


def _gender(value: object) -> None:
    if value not in GENDERS:
        raise Wrong(", ".join(f'"{gender}"' for gender in GENDERS))


def _year(value: object) -> None:
    if not (_is_integer(value) and 1000 <= value <= 9999):
        raise Wrong("a year")


def _reference_style(value: object) -> None:
    if value not in REFERENCE_STYLES:
        raise Wrong(" or ".join(f'"{style}"' for style in REFERENCE_STYLES))


def _sample_size(value: object) -> None:
    if value == ALL:
        return
    counts = dict(value) if isinstance(value, Mapping) else {}
    if counts.keys() != {"train", "test"} or not all(
        one == ALL or (_is_integer(one) and one > 0) for one in counts.values()
    ):
        raise Wrong('{ train = N, test = N } with N a whole number from 1 on or "all", or "all" for both')


def _feature_files(value: object) -> None:
    files = value if isinstance(value, Mapping) else dict.fromkeys(SPLITS, value)
    if files.keys() != set(SPLITS) or not all(map(_is_line, files.values())):
        raise Wrong('a file in quotes, or { train = "…", test = "…" }')


def _name_or_names(value: object) -> None:
    if not (_is_line(value) or (isinstance(value, list) and value and all(map(_is_line, value)))):
        raise Wrong("a name in quotes, or a list of them")


def _above_zero(value: object) -> None:
    if not (_is_number(value) and value > 0):
        raise Wrong("a number above 0")


def _noun(cases: Iterable[str]) -> Schema:
    return {"en": _pair, "uk": {"gender": _gender, **dict.fromkeys(cases, _pair)}}


_NAMES = _list_of("names in quotes", lambda one: isinstance(one, str) and bool(one.strip()))


# The plan knows the measures, and says which names and settings they have.
_EVALUATION: Schema = {
    **dict.fromkeys((*LEVEL_LISTS, *NAME_LISTS), _list_of("names in quotes", _is_line, least=0)),
    ANY: _scalar,
}

SCHEMA: Schema = {
    "report": {
        "languages": _NAMES,
        "formats": _NAMES,
        **dict.fromkeys(("templates", "style", "logo", "locale"), _text),
    },
    "document": {
        "authors": _titles,
        "introduction": _prose,
        **dict.fromkeys(("title", "kind", "affiliation", "supervisor", "place"), _title),
        "year": _year,
        "references": _reference_style,
        "leave_out": _list_of(f"sections ({', '.join(SECTIONS)})", SECTIONS.__contains__, least=0),
    },
    "document_under_test": {"path": _text},
    "data": {"folder": _text},
    "weights": {"folder": _text},
    "cache": {"features_gigabytes": _size},
    "limits": {"minutes": _at_most, "memory_gigabytes": _at_most},
    "evaluation": _EVALUATION,
    "extractors": {
        ANY: {
            "input_sizes": _list_of(
                "whole numbers of pixels from 1 on", lambda one: _is_integer(one) and one > 0
            ),
            "features": {ANY: _feature_files},
            "title": _title,
            ANY: _scalar,
        }
    },
    "datasets": {
        ANY: {
            "path": _nonempty,
            "size": _whole(1),
            "channels": _one_or_three,
            "title": _title,
            "natural_images": _boolean,
            "split": _between_0_and_1,
            "most_skipped": _share,
            "load": _nonempty,
            "arguments": {ANY: _scalar},
            "train": {ANY: _scalar},
            "test": {ANY: _scalar},
        }
    },
    "scenarios": {
        ANY: {
            "title": _title,
            "objective": _nonempty,
            **dict.fromkeys(("labels", "gpu", "training", "pretrained", "natural_images"), _boolean),
            **dict.fromkeys(AT_MOST, _at_most),
            **dict.fromkeys(AT_LEAST, _at_least),
            "quality_share": _share,
            "at_most": {ANY: _number},
            "at_least": {ANY: _number},
        }
    },
    "metrics": {
        ANY: {
            "title": _title,
            "unit": _text,
            "better": _better,
            "topic": _nonempty,
            **dict.fromkeys(("low", "high"), _number),
            **dict.fromkeys(("main", "cost"), _boolean),
        }
    },
    "subject": {name: _noun(cases) for name, cases in CASES.items()},
    "profiles": {
        ANY: {
            "description": _text,
            "seeds": _list_of("whole numbers from 0 on", lambda one: _is_integer(one) and one >= 0),
            "datasets": _NAMES,
            "extractors": _NAMES,
            "sizes": {ANY: _sample_size},
            "settings": {ANY: {ANY: _scalar}},
            "evaluation": _EVALUATION,
        }
    },
}


#: a document under test; which keys go with which check is told by ``vocabulary/statement.py``
STATEMENTS: Schema = {
    "title": _title,
    "statements": {
        ANY: {
            "text": _title,
            "place": _text,
            "check": _nonempty,
            **dict.fromkeys(("subject", "than", "among"), _name_or_names),
            "datasets": _NAMES,
            "order": _list_of("names in quotes", _is_line, least=2),
            **dict.fromkeys(("metric", "projection", "factor"), _nonempty),
            "values": {ANY: _number},
            **dict.fromkeys(("value", "tolerance"), _above_zero),
            "limit": _number,
            **dict.fromkeys(("level", "other"), _scalar),
            "classes": _list_of(
                "pairs of names in quotes",
                lambda one: isinstance(one, list) and len(one) == 2 and all(map(_is_line, one)),
            ),
        }
    },
}
