"""Tables of all shapes as rows of the contract's columns: long or wide, whatever separates and names them.

A wide table has no columns ``metric`` and ``value``: each of its columns of numbers is a metric, or, where
the table has no column of image sets (or of extractors) and the metric is told, an image set (an extractor).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fxreport.store.numerals import Numerals, is_blank, is_finite
from fxreport.vocabulary.errors import InputError
from fxreport.vocabulary.factors import shown_level
from fxreport.vocabulary.nearest import unknown
from fxreport.vocabulary.text import unprintable

THING, TASK, METRIC, VALUE = "extractor", "dataset", "metric", "value"
REQUIRED = (TASK, THING, METRIC, VALUE)
EXPECTED = "expected UTF-8 text with a header line, fields separated by commas, semicolons, tabs or bars"

_SEPARATORS = ",;\t|"
#: the first line by which spreadsheets tell each other what separates fields
_TOLD = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
#: lines from which on a column may be said to hardly repeat
_ENOUGH = 20
#: columns that may be written with capitals
_ANY_CASE = frozenset({*REQUIRED, "seed", "unit"})


@dataclass(frozen=True, slots=True)
class Layout:
    """What a user says of a table.

    ``columns``: what each of its columns is; "" for one that is left out. Where columns of a wide table are
    told to be metrics, these alone are, and a column that is neither named nor known is left out. ``metric``
    and ``dataset`` are those of a table that has no such column.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    metric: str = ""
    dataset: str = ""

    @classmethod
    def told(cls, pairs: Collection[str], metric: str = "", dataset: str = "") -> Layout:
        """Read ``COLUMN=NAME`` pairs. Raises InputError for what is none."""
        columns = {}
        for pair in pairs:
            column, equals, name = (part.strip() for part in pair.rpartition("="))
            if not equals or not column:
                raise InputError(f"--map {pair}: write --map COLUMN=NAME, such as --map model=extractor")
            columns[column] = name
        return cls(columns, metric.strip(), dataset.strip())


@dataclass(frozen=True, slots=True)
class Records:
    """``rows``: line and fields by column, one a value; ``metrics``: columns that were guessed to be some.

    ``empty``: how many cells of a column of numbers hold none.
    """

    rows: tuple[tuple[int, dict[str, str]], ...]
    columns: tuple[str, ...]
    metrics: tuple[str, ...] = ()
    empty: Mapping[str, int] = field(default_factory=dict)


def read_records(text: str, where: str, layout: Layout, known: Collection[str]) -> Records:
    """Read a table; ``known`` are columns with a meaning of their own, of which no wide table has numbers.

    Raises InputError, with the line where there is one, for what is no table of measurements.
    """
    told = _TOLD.match(text)
    body = text[told.end() :] if told else text
    separator = told[1] if told else _separator(body, layout)
    lines = _lines(body, where, separator, first=2 if told else 1)
    _, header = next(lines, (0, []))
    columns = _columns(where, header, layout)
    records = list(lines)
    for number, record in records:
        if len(record) != len(header):
            raise InputError(
                f"{where}, line {number}: {len(record)} fields where the header has {len(header)}; {EXPECTED}"
            )
    numerals = Numerals.of((cell for _, one in records for cell in one), commas_separate=separator == ",")
    rows = [
        (number, {name: text_of(" ".join(record[at].split())) for name, at in columns.items()})
        for number, record in records
    ]
    if VALUE in columns:
        return _long(rows, columns, numerals, where, layout)
    return _wide(rows, columns, numerals, where, layout, known)


#: what a spreadsheet takes for the beginning of a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def field_of(value: object) -> object:
    """A value as it is written; before a text that a spreadsheet would compute stands an apostrophe."""
    if isinstance(value, bool):
        return shown_level(value)
    if isinstance(value, str) and value.lstrip("'").startswith(_FORMULA):
        return f"'{value}"
    return value


def text_of(field: str) -> str:
    """What ``field_of`` was given."""
    return field[1:] if field[:1] == "'" and field.lstrip("'").startswith(_FORMULA) else field


def _separator(text: str, layout: Layout) -> str:
    """The mark that makes most of the header: most known names, then most fields."""

    def makes(separator: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            header = next((record for record in reader if any(map(str.strip, record))), [])
        except csv.Error:
            return 0, 0
        names = {name.strip() for name in header}
        wanted = {*REQUIRED, *layout.columns}
        return len(wanted & {*names, *map(str.lower, names)}), len(header)

    return max(_SEPARATORS, key=makes)


def _lines(text: str, where: str, separator: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the number of its last line; blank lines are skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield reader.line_num + first - 1, record
    except csv.Error as error:
        raise InputError(f"{where}, line {reader.line_num + first - 1}: {error}; {EXPECTED}") from None


def _columns(where: str, header: list[str], layout: Layout) -> dict[str, int]:
    """Where each column stands, under the name that it is told to have."""
    written = [text_of(cell.strip()) for cell in header]
    for column in written:
        if character := unprintable(column):
            raise InputError(
                f"{where}, line 1: a column's name has {character}, a character that is not to be seen: "
                "remove it"
            )
    for column in layout.columns:
        if column not in written:
            raise InputError(
                f"{where}, line 1: --map: {unknown('column', column, [n for n in written if n])}"
            )
    taken = set(layout.columns.values())
    # what a column is told to be, no other is by its own name
    names = [layout.columns.get(name, "" if name in taken else name) for name in written]
    if VALUE not in names:  # columns of a wide table that are told to be metrics keep their names
        names = [own if name == METRIC else name for name, own in zip(names, written, strict=True)]
    names = [
        name.lower() if name.lower() in _ANY_CASE and name.lower() not in names else name for name in names
    ]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise InputError(f"{where}, line 1: column {', '.join(twice)} is there twice; keep one")
    if "levels" in names:
        raise InputError(
            f"{where}, line 1: a column cannot be called levels; give each factor a column of its own"
        )
    return {name: at for at, name in enumerate(names) if name and name != "origin"}


def _long(
    rows: list[tuple[int, dict[str, str]]],
    columns: Mapping[str, int],
    numerals: Numerals,
    where: str,
    layout: Layout,
) -> Records:
    given = {METRIC: layout.metric, TASK: layout.dataset}
    given = {name: told for name, told in given.items() if told and name not in columns}
    _check(where, [n for n in REQUIRED if n not in columns and n not in given], columns)
    found = []
    for number, fields in rows:
        found.append((number, _with_number({**given, **fields}, fields[VALUE], numerals, where, number)))
    return Records(tuple(found), (*columns, *given))


def _wide(
    rows: list[tuple[int, dict[str, str]]],
    columns: Mapping[str, int],
    numerals: Numerals,
    where: str,
    layout: Layout,
    known: Collection[str],
) -> Records:
    given = {TASK: layout.dataset} if layout.dataset and TASK not in columns else {}
    # a table with a column of metrics is a long one that lacks its values
    wanted = REQUIRED if METRIC in columns else (TASK, THING)
    missing = [name for name in wanted if name not in columns and name not in given]
    across = METRIC
    if layout.metric and len(missing) == 1 and METRIC not in columns:
        [across] = missing
        missing = []
    _check(where, missing, columns)
    told = [column for column, name in layout.columns.items() if name == METRIC]
    numbers = told or [
        name
        for name in columns
        if name not in known and name not in REQUIRED and _numeric(rows, name, numerals, where)
    ]
    if not numbers:
        raise InputError(f"{where}: no column of numbers; found {', '.join(columns)}")
    if across != METRIC:
        given[METRIC] = layout.metric
    kept = [
        name
        for name in columns
        if name not in numbers and (not told or name in known or name in layout.columns.values())
    ]
    found = []
    for number, fields in rows:
        shared = {name: fields[name] for name in kept} | given
        for name in numbers:
            if not is_blank(fields[name]):
                one = {**shared, across: name}
                found.append((number, _with_number(one, fields[name], numerals, where, number)))
    guessed = across == METRIC and not told
    empty = {name: sum(is_blank(fields[name]) for _, fields in rows) for name in numbers}
    return Records(
        tuple(found),
        (*kept, *REQUIRED),
        tuple(numbers) if guessed else (),
        {name: count for name, count in empty.items() if count},
    )


def no_levels(records: Records, columns: Iterable[str]) -> tuple[str, ...]:
    """Those of the columns that tell no levels: facts of a task, and what hardly repeats, as a time.

    A column that is the same for all rows of a data set, but not of all, is such a fact.
    """
    return tuple(name for name in columns if _is_fact(records, name) or _hardly_repeats(records, name))


def _is_fact(records: Records, name: str) -> bool:
    found: dict[str, set[str]] = {}
    for _, fields in records.rows:
        found.setdefault(fields[TASK], set()).add(fields[name])
    several = len(set().union(*found.values())) > 1
    return several and all(len(values) == 1 for values in found.values())


def _hardly_repeats(records: Records, name: str) -> bool:
    """More than half of the table's lines have a value of their own."""
    lines = {number: fields[name] for number, fields in records.rows if fields[name]}
    return len(lines) >= _ENOUGH and 2 * len(set(lines.values())) > len(lines)


def _numeric(rows: list[tuple[int, dict[str, str]]], name: str, numerals: Numerals, where: str) -> bool:
    """Whether a column holds numbers. Raises InputError for one that holds mostly numbers, but not only."""
    cells = [(number, fields[name]) for number, fields in rows if not is_blank(fields[name])]
    others = [
        (number, cell)
        for number, cell in cells
        if not (is_finite(numerals.plain(cell)[0]) or numerals.doubtful(cell))
    ]
    if others and 2 * len(others) < len(cells):
        number, cell = others[0]
        raise InputError(
            f"{where}, line {number}: {name} is {cell!r}, where most of its column are numbers; "
            f"empty such cells, or leave the column out: --map {name}="
        )
    return bool(cells) and not others


def _with_number(
    fields: dict[str, str], value: str, numerals: Numerals, where: str, number: int
) -> dict[str, str]:
    if numerals.doubtful(value):
        raise InputError(
            f"{where}, line {number}: {value} may have a decimal comma or grouped thousands; write points"
        )
    plain, unit = numerals.plain(value)
    return {**fields, VALUE: plain, **({"unit": unit} if unit and not fields.get("unit") else {})}


def _check(where: str, missing: list[str], columns: Mapping[str, int]) -> None:
    if not missing:
        return
    hints = " ".join(f"--map COLUMN={name}" for name in missing)
    told = f"; say which they are: {hints}"
    if missing == [TASK]:
        told += ", or name the one that all is of: --dataset NAME"
    if missing in ([TASK], [THING]):
        told += f"; where the columns of numbers are {missing[0]}s, say what they measure: --metric NAME"
    raise InputError(
        f"{where}, line 1: missing column{'s' if len(missing) > 1 else ''} {', '.join(missing)}; "
        f"found {', '.join(columns) or 'none'}{told}"
    )
