"""The CSV exchange: measurements as one text table, for people and for other tools (docs/design.md)."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from fxreport.store.rows import COLUMNS, ROW_COLUMNS, Row
from fxreport.vocabulary.errors import InputError
from fxreport.vocabulary.metrics import Metric, metric

REQUIRED = ("dataset", "extractor", "metric", "value")
OPTIONAL = ("seed", "unit", "input_size", "clusterer", "n", "key", "origin")

#: what a row's key begins with where its file gave none
IMPORT_KEY = "import:"

Cell: TypeAlias = tuple[str | int | float | None, ...]

_EXPECTED = "expected comma-separated UTF-8 text with a header line and decimal points"
_INT64_MAX = 2**63 - 1
_VARIANT = re.compile(r"(.+)@([1-9]\d*)")
#: no measurement is larger; sums of such values stay finite
_LARGEST = 1e30
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


@dataclass(frozen=True, slots=True)
class CsvRows:
    """A CSV file's rows in the order of ``ROW_COLUMNS``; ``ignored``: columns without a meaning here."""

    rows: tuple[Row, ...]
    sha256: str
    ignored: tuple[str, ...]


def cell_of(row: Row) -> Cell:
    """What a row measures: rows of equal cells compete.

    A key that came with the row (an export's) tells cells measured under other protocols apart.
    """
    key, dataset, extractor, input_size, clusterer, seed, name, *_ = row
    known = "" if str(key).startswith(IMPORT_KEY) else key
    return known, dataset, extractor, input_size, clusterer, seed, name


def read_csv(path: Path, name: str) -> CsvRows:
    """Read and check a CSV file; rows without a key of their own get the import's, ``import:<name>``.

    Raises InputError, with the line where there is one, for anything that is not the contract's table.
    """
    data = _read(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: not UTF-8; {_EXPECTED}") from None
    lines = _records(path, text)
    _, header = next(lines, (0, []))
    columns = _columns(path, header)
    found: dict[Cell, tuple[int, Row]] = {}
    for number, record in lines:
        if len(record) != len(header):
            raise InputError(
                f"{path}, line {number}: {len(record)} fields where the header has {len(header)}; {_EXPECTED}"
            )
        row = _row(
            {column: " ".join(record[at].split()) for column, at in columns.items()},
            f"{path}, line {number}",
            name,
        )
        cell = cell_of(row)
        first_number, first = found.setdefault(cell, (number, row))
        if first != row:
            raise InputError(
                f"{path}, lines {first_number} and {number}: two different values for the same cell "
                f"({', '.join(str(part) for part in cell[1:] if part not in ('', None))}); keep one"
            )
    if not found:
        raise InputError(f"{path} holds no measurements, only a header")
    ignored = tuple(h.strip() for h in header if h.strip() not in columns and h.strip() != "origin")
    return CsvRows(tuple(row for _, row in found.values()), hashlib.sha256(data).hexdigest(), ignored)


def write_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows in the order of ``COLUMNS`` as CSV; None is an empty field, numbers read back exactly."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return sink.getvalue().encode()


def _read(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise InputError(f"{path} is empty; {_EXPECTED}")
    return data


def _records(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the number of its last line; blank lines are skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for record in reader:
            if any(field.strip() for field in record):
                yield reader.line_num, record
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}; {_EXPECTED}") from None


def _columns(path: Path, header: list[str]) -> dict[str, int]:
    names = [field.strip() for field in header]
    for separator, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(names) == 1 and separator in names[0]:
            raise InputError(f"{path}: fields are separated by {word}; {_EXPECTED}")
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise InputError(
            f"{path}, line 1: missing column{'s' if len(missing) > 1 else ''} {', '.join(missing)}; "
            f"found {', '.join(name for name in names if name) or 'none'}"
        )
    known = [name for name in names if name in ROW_COLUMNS]
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise InputError(f"{path}, line 1: column {', '.join(twice)} is there twice; keep one")
    return {name: names.index(name) for name in known}


def _row(fields: Mapping[str, str], where: str, name: str) -> Row:
    for column in ("dataset", "extractor", "metric"):
        if not fields[column]:
            raise InputError(f"{where}: {column} is empty")
    extractor = fields["extractor"]
    input_size = _integer(fields.get("input_size", ""), f"{where}: input_size", least=1)
    if input_size is None and (variant := _VARIANT.fullmatch(extractor)):
        extractor, input_size = variant[1], int(variant[2])
    seed = _integer(fields.get("seed", ""), f"{where}: seed", least=0)
    return (
        fields.get("key") or f"{IMPORT_KEY}{name}",
        fields["dataset"],
        extractor,
        input_size,
        fields.get("clusterer", ""),
        0 if seed is None else seed,
        fields["metric"],
        _possible(metric(fields["metric"]), _value(fields["value"], where), where),
        fields.get("unit") or metric(fields["metric"]).unit,
        _integer(fields.get("n", ""), f"{where}: n", least=0),
    )


def _value(text: str, where: str) -> float:
    if _DECIMAL_COMMA.fullmatch(text):
        raise InputError(f"{where}: value {text} has a decimal comma; write {text.replace(',', '.')}")
    try:
        value = float(text)
    except ValueError:
        raise InputError(f"{where}: value must be a number, got {_shown(text)}") from None
    if not math.isfinite(value):
        raise InputError(
            f"{where}: value must be a finite number, got {text}; leave out what was not measured"
        )
    return value


def _possible(of: Metric, value: float, where: str) -> float:
    """Check that the metric can have the value; whatever the metric, sums of values must stay finite."""
    if not of.possible(value) or abs(value) > _LARGEST:
        low, high = max(of.low, -_LARGEST), min(of.high, _LARGEST)
        raise InputError(f"{where}: {of.name} must lie between {low:g} and {high:g}, got {value:g}")
    return value


def _integer(text: str, where: str, *, least: int) -> int | None:
    """Read a whole number; pandas writes those of a column with gaps as ``32.0``."""
    if not text:
        return None
    try:
        number = float(text)
        value = int(text) if text.lstrip("+-").isdigit() else int(number)
    except (ValueError, OverflowError):
        raise InputError(f"{where} must be a whole number, got {_shown(text)}") from None
    if value != number and not text.lstrip("+-").isdigit():
        raise InputError(f"{where} must be a whole number, got {text}")
    if not least <= value <= _INT64_MAX:
        raise InputError(f"{where} must be a whole number from {least} on, got {text}")
    return value


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "…")
