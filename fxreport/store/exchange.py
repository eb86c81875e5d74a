"""The CSV exchange: measurements as one text table, for people and for other tools (docs/design.md)."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from fxreport.store.rows import COLUMNS, ROW_COLUMNS, Row
from fxreport.store.tabular import EXPECTED, Layout, field_of, no_levels, read_records
from fxreport.store.units import in_own_unit
from fxreport.vocabulary.errors import InputError
from fxreport.vocabulary.factors import (
    WITHIN,
    Level,
    decode_levels,
    encode_levels,
    ordered,
)
from fxreport.vocabulary.metrics import NAMES, OTHER, Metric, at, metric, split_metric
from fxreport.vocabulary.steps import Experiment, Settings
from fxreport.vocabulary.text import unprintable

#: columns of a row of the table of metrics, for one that is not in it; titles by language as ``title_uk``
OF_METRICS = ("title", "better", "topic")

#: what messages and tables call a file that was piped
STDIN = "standard input"
#: what a row's key begins with where its file gave none
IMPORT_KEY = "import:"

Cell: TypeAlias = tuple[str | int | float | None, ...]

_METRIC = ROW_COLUMNS.index("metric")
_BETTER = {"higher": True, "lower": False, "": None}
#: all columns with a meaning of their own
KNOWN = frozenset({*ROW_COLUMNS, *OF_METRICS, "origin"})
_INT64_MAX = 2**63 - 1
_VARIANT = re.compile(r"(.+)@([1-9]\d*)")
#: no measurement is larger, and none but 0 nearer to 0; sums, ratios and their squares stay finite
_LARGEST, _SMALLEST = 1e30, 1e-100


@dataclass(frozen=True, slots=True)
class CsvRows:
    """A CSV file's rows in the order of ``ROW_COLUMNS``.

    ``factors``: columns that fxreport does not know, of which each is a factor of the grid; ``metrics``: rows
    of metrics that the file brings. ``wide``: columns of a wide table that were taken as metrics;
    ``repeats``: how many measurements of one cell there are at most where no column tells seeds, else 1;
    ``left``: columns that tell no levels and were left out; ``empty``: cells without a number, by column.
    """

    rows: tuple[Row, ...]
    sha256: str
    factors: tuple[str, ...]
    metrics: tuple[Metric, ...] = ()
    wide: tuple[str, ...] = ()
    repeats: int = 1
    left: tuple[str, ...] = ()
    empty: Mapping[str, int] = field(default_factory=dict)

    @property
    def undirected(self) -> tuple[str, ...]:
        """Metrics that are not built in, of which no row says which way is better."""
        directed = {one.name for one in self.metrics if one.higher_is_better is not None}
        found = dict.fromkeys(str(row[_METRIC]) for row in self.rows)
        return tuple(name for name in found if name not in NAMES and name not in directed)


def cell_of(row: Row) -> Cell:
    """What a row measures: rows of equal cells compete.

    A key that came with the row (an export's) tells cells measured under other protocols apart.
    """
    key, step, dataset, extractor, input_size, clusterer, levels, seed, name, *_ = row
    known = ("", "") if str(key).startswith(IMPORT_KEY) else (key, step)
    return *known, dataset, extractor, input_size, clusterer, levels, seed, name


def read_csv(path: Path | None, name: str, layout: Layout | None = None) -> CsvRows:
    """Read and check a CSV file (None: standard input); rows without a key of their own get the import's.

    ``layout``: what the user says of its columns. Where no column tells seeds, rows that measure one cell
    again are its seeds, in their order. Raises InputError, with the line where there is one, for anything
    that is no table of measurements.
    """
    data = _read(path)
    where = str(path or STDIN)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(f"{where}, line {line}: not UTF-8; {EXPECTED}") from None
    table = read_records(text, where, layout or Layout(), KNOWN)
    factors = tuple(c for c in table.columns if c not in KNOWN and not c.startswith("title_"))
    told = set((layout or Layout()).columns.values())
    # what a store wrote comes back as it was
    left = () if "key" in table.columns else no_levels(table, [c for c in factors if c not in told])
    factors = tuple(c for c in factors if c not in left)
    found: dict[Cell, list[tuple[int, Row]]] = {}
    metrics: dict[tuple[str, str], tuple[int, Metric]] = {}
    for number, fields in table.rows:
        place = f"{where}, line {number}"
        own = _metric(fields, place)
        row = _row(fields, factors, own, place, name)
        first_number, declared = metrics.setdefault((own.name, own.factor), (number, own))
        if declared != own:
            raise InputError(
                f"{where}, lines {first_number} and {number}: two different descriptions of the metric "
                f"{own.name} (title, unit, better or topic); keep one"
            )
        found.setdefault(cell_of(row), []).append((number, row))
    if not found:
        raise InputError(f"{where} holds no measurements, only a header")
    rows, repeats = _seeds(found, where, told="seed" in table.columns)
    brought = tuple(own for _, own in metrics.values() if own.name not in NAMES and own != Metric(own.name))
    return CsvRows(
        rows, hashlib.sha256(data).hexdigest(), factors, brought, table.metrics, repeats, left, table.empty
    )


def _seeds(
    found: Mapping[Cell, list[tuple[int, Row]]], where: str, *, told: bool
) -> tuple[tuple[Row, ...], int]:
    """Rows with a seed each, and how many at most measure a cell where none is told.

    Rows that only repeat what they say count once, unless others show that repeats are measurements.
    """
    again = [(cell, rows) for cell, rows in found.items() if any(row != rows[0][1] for _, row in rows)]
    if again and told:
        cell, rows = again[0]
        number = next(number for number, row in rows if row != rows[0][1])
        raise InputError(
            f"{where}, lines {rows[0][0]} and {number}: two different values for the same cell "
            f"({', '.join(str(part) for part in cell[2:] if part not in ('', None))}); keep one"
        )
    if not again:
        return tuple(rows[0][1] for rows in found.values()), 1
    at = ROW_COLUMNS.index("seed")
    repeated = (
        (*row[:at], seed, *row[at + 1 :]) for rows in found.values() for seed, (_, row) in enumerate(rows)
    )
    return tuple(repeated), max(map(len, found.values()))


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
    writer.writerow(map(field_of, columns))
    for row in rows:
        writer.writerow([field_of(row.get(name)) for name in columns])
    return sink.getvalue().encode()


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


def _read(path: Path | None) -> bytes:
    """The bytes of a file; of standard input where there is none."""
    try:
        data = sys.stdin.buffer.read() if path is None else path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise InputError(f"{path or STDIN} is empty; {EXPECTED}")
    return data


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
    if 0 < abs(value) < _SMALLEST:
        raise InputError(
            f"{where}: {of.name} is {value:g}, too near to 0 to be compared with; write 0, or another unit"
        )
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
