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
from typing import Any, TypeAlias

from fxreport.store.rows import COLUMNS, ROW_COLUMNS, Row
from fxreport.store.units import in_own_unit
from fxreport.vocabulary.errors import InputError
from fxreport.vocabulary.factors import (
    WITHIN,
    Level,
    decode_levels,
    encode_levels,
    ordered,
    shown_level,
)
from fxreport.vocabulary.metrics import NAMES, OTHER, Metric, at, metric, split_metric
from fxreport.vocabulary.steps import Experiment, Settings
from fxreport.vocabulary.text import unprintable

REQUIRED = ("dataset", "extractor", "metric", "value")
#: columns of a row of the table of metrics, for one that is not in it; titles by language as ``title_uk``
OF_METRICS = ("title", "better", "topic")

#: what a row's key begins with where its file gave none
IMPORT_KEY = "import:"

Cell: TypeAlias = tuple[str | int | float | None, ...]

_BETTER = {"higher": True, "lower": False, "": None}
#: all columns with a meaning of their own
KNOWN = frozenset({*ROW_COLUMNS, *OF_METRICS, "origin"})
_EXPECTED = "expected comma-separated UTF-8 text with a header line and decimal points"
_INT64_MAX = 2**63 - 1
_VARIANT = re.compile(r"(.+)@([1-9]\d*)")
#: no measurement is larger; sums of such values stay finite
_LARGEST = 1e30
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


@dataclass(frozen=True, slots=True)
class CsvRows:
    """A CSV file's rows in the order of ``ROW_COLUMNS``.

    ``factors``: columns that fxreport does not know, of which each is a factor of the grid; ``metrics``: rows
    of metrics that the file brings.
    """

    rows: tuple[Row, ...]
    sha256: str
    factors: tuple[str, ...]
    metrics: tuple[Metric, ...] = ()


def cell_of(row: Row) -> Cell:
    """What a row measures: rows of equal cells compete.

    A key that came with the row (an export's) tells cells measured under other protocols apart.
    """
    key, step, dataset, extractor, input_size, clusterer, levels, seed, name, *_ = row
    known = ("", "") if str(key).startswith(IMPORT_KEY) else (key, step)
    return *known, dataset, extractor, input_size, clusterer, levels, seed, name


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
    factors = tuple(name for name in columns if name not in KNOWN and not name.startswith("title_"))
    found: dict[Cell, tuple[int, Row]] = {}
    metrics: dict[tuple[str, str], tuple[int, Metric]] = {}
    for number, record in lines:
        if len(record) != len(header):
            raise InputError(
                f"{path}, line {number}: {len(record)} fields where the header has {len(header)}; {_EXPECTED}"
            )
        fields = {column: _text(" ".join(record[at].split())) for column, at in columns.items()}
        where = f"{path}, line {number}"
        own = _metric(fields, where)
        row = _row(fields, factors, own, where, name)
        first_number, declared = metrics.setdefault((own.name, own.factor), (number, own))
        if declared != own:
            raise InputError(
                f"{path}, lines {first_number} and {number}: two different descriptions of the metric "
                f"{own.name} (title, unit, better or topic); keep one"
            )
        cell = cell_of(row)
        first_number, first = found.setdefault(cell, (number, row))
        if first != row:
            raise InputError(
                f"{path}, lines {first_number} and {number}: two different values for the same cell "
                f"({', '.join(str(part) for part in cell[2:] if part not in ('', None))}); keep one"
            )
    if not found:
        raise InputError(f"{path} holds no measurements, only a header")
    brought = tuple(own for _, own in metrics.values() if own.name not in NAMES and own != Metric(own.name))
    return CsvRows(
        tuple(row for _, row in found.values()), hashlib.sha256(data).hexdigest(), factors, brought
    )


def export(
    rows: Iterable[Mapping[str, Any]],
    experiments: Mapping[str, Experiment],
    provenance: Iterable[Mapping[str, Any]],
) -> bytes:
    """Rows as CSV with the settings and the metrics that they need to be read back."""
    metrics = [Metric.from_dict(one) for facts in provenance for one in facts.get("metrics", ())]
    return write_csv(rows, differing_settings(experiments), reversed(metrics))


def write_csv(
    rows: Iterable[Mapping[str, Any]],
    settings: Mapping[str, Mapping[str, Level]],
    metrics: Iterable[Metric] = (),
) -> bytes:
    """Return rows (by ``COLUMNS``) as CSV; None is an empty field, numbers read back exactly.

    Each factor in their levels is a column of its own, and so are ``settings``, by the rows' keys. Rows of
    ``metrics`` describe them.
    """
    described = {metric.name: _described(metric) for metric in metrics}
    rows = [
        {**described.get(row["metric"], {}), **settings.get(row["key"], {}), **row, **_levels(row)}
        for row in rows
    ]
    others = {name for row in rows for name in row} - set(COLUMNS)
    own = sorted(name for name in others if name in OF_METRICS or name.startswith("title_"))
    columns = [name for name in COLUMNS if name != "levels"]
    place = columns.index("seed")
    columns[place:place] = sorted(others - set(own), key=_factor_order)
    columns += own
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_field(row.get(name)) for name in columns])
    return sink.getvalue().encode()


#: what a spreadsheet takes for the beginning of a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _field(value: object) -> object:
    """A value as it is written; before a text that a spreadsheet would compute stands an apostrophe."""
    if isinstance(value, bool):
        return shown_level(value)
    if isinstance(value, str) and value.lstrip("'").startswith(_FORMULA):
        return f"'{value}"
    return value


def _text(field: str) -> str:
    """What ``_field`` was given."""
    return field[1:] if field[:1] == "'" and field.lstrip("'").startswith(_FORMULA) else field


def _levels(row: Mapping[str, Any]) -> dict[str, Level]:
    return dict(decode_levels(row["levels"] or ""))


def _described(metric: Metric) -> dict[str, str]:
    """The columns of a metric of its own, as ``_metric`` reads them."""
    better = next(text for text, higher in _BETTER.items() if higher is metric.higher_is_better)
    titles = {f"title_{language}": text for language, text in metric.titles}
    topic = "" if metric.topic == OTHER else metric.topic
    return {"title": metric.title, "better": better, "topic": topic, **titles}


def differing_settings(experiments: Mapping[str, Experiment]) -> dict[str, dict[str, Level]]:
    """By experiment's key, those of its settings that tell the runs of its extractor and size apart."""
    seen: dict[str, set[Settings]] = {}
    for one in experiments.values():
        seen.setdefault(one.variant, set()).add(one.settings)
    alike = {variant: set.intersection(*map(set, of)) for variant, of in seen.items()}
    return {
        key: {name: value for name, value in one.settings if (name, value) not in alike[one.variant]}
        for key, one in experiments.items()
        if len(seen[one.variant]) > 1
    }


def _factor_order(name: str) -> tuple[int, str]:
    return (WITHIN.index(name) if name in WITHIN else len(WITHIN)), name


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
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise InputError(f"{path}, line 1: column {', '.join(twice)} is there twice; keep one")
    if "levels" in names:
        raise InputError(
            f"{path}, line 1: a column cannot be called levels; give each factor a column of its own"
        )
    return {name: at for at, name in enumerate(names) if name and name != "origin"}


def _row(fields: Mapping[str, str], factors: Iterable[str], own: Metric, where: str, name: str) -> Row:
    for column in ("dataset", "extractor", "metric"):
        if not fields[column]:
            raise InputError(f"{where}: {column} is empty")
    for column, text in fields.items():
        if character := unprintable(text):
            raise InputError(
                f"{where}: {column} has {character}, a character that is not to be seen: remove it"
            )
    extractor = fields["extractor"]
    input_size = _integer(fields.get("input_size", ""), f"{where}: input_size", least=1)
    if input_size is None and (variant := _VARIANT.fullmatch(extractor)):
        extractor = variant[1]
        input_size = _integer(variant[2], f"{where}: the input size of {extractor}", least=1)
    seed = _integer(fields.get("seed", ""), f"{where}: seed", least=0)
    _, in_name = split_metric(fields["metric"])
    levels = {factor: _level(fields[factor]) for factor in factors if fields[factor]}
    value = in_own_unit(own, _value(fields["value"], where), fields.get("unit", ""), where)
    return (
        fields.get("key") or f"{IMPORT_KEY}{name}",
        fields.get("step", ""),
        fields["dataset"],
        extractor,
        input_size,
        fields.get("clusterer", ""),
        encode_levels(ordered({**levels, **in_name}.items())),
        0 if seed is None else seed,
        own.name,
        _possible(own, value, where),
        own.unit,
        _integer(fields.get("n", ""), f"{where}: n", least=0),
    )


def _metric(fields: Mapping[str, str], where: str) -> Metric:
    """The row of the table of metrics that a CSV row is of: a known one's, else as its columns say."""
    name, in_name = split_metric(fields["metric"])
    if name in NAMES:
        within = {factor: fields[factor] for factor in WITHIN if fields.get(factor)}
        return metric(at(name, **{**within, **in_name}))
    better = fields.get("better", "")
    if better not in _BETTER:
        raise InputError(f"{where}: better must be higher, lower or empty, got {_shown(better)}")
    titles = tuple(
        (column.removeprefix("title_"), text)
        for column, text in sorted(fields.items())
        if column.startswith("title_") and text
    )
    return Metric(
        name,
        title=fields.get("title", ""),
        topic=fields.get("topic") or OTHER,
        unit=fields.get("unit", ""),
        higher_is_better=_BETTER[better],
        titles=titles,
    )


def _level(text: str) -> Level:
    """A level as a number or a truth where it is written as one."""
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if math.isfinite(number) and abs(number) < _LARGEST:
            return number
    return text


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
