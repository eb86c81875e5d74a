"""The rows of measurements, and the bytes of the files that hold them: Parquet, described in its metadata."""

from __future__ import annotations

import base64
import json
import logging
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from fxreport.store import schema1
from fxreport.vocabulary.errors import StoreCorrupt
from fxreport.vocabulary.factors import CLUSTERER, encode_levels
from fxreport.vocabulary.metrics import at, metric, split_metric
from fxreport.vocabulary.steps import EXTRACTION, Experiment, Step, StepResult
from fxreport.vocabulary.text import parse_json

if TYPE_CHECKING:
    import pyarrow as pa

#: columns of the tidy frame; files hold all but the last, which follows from the folder they lie in
COLUMNS = (
    "key", "step", "dataset", "extractor", "input_size", "clusterer", "levels", "seed", "metric", "value",
    "unit", "n", "origin",
)  # fmt: skip
ROW_COLUMNS = COLUMNS[:-1]
SCHEMA_VERSION = 2

#: values in the order of ``ROW_COLUMNS``
Row: TypeAlias = tuple[str | int | float | None, ...]

_INTEGERS = frozenset({"input_size", "seed", "n"})
_METADATA, _PACKED = b"fxreport", b"fxreport-zlib"
log = logging.getLogger("fxreport")


@dataclass(frozen=True, slots=True)
class ArrayFile:
    """A file of arrays: its name in ``artifacts/`` or ``shared/``, its digest, and the step's arrays in it.

    ``names`` is None where all are.
    """

    name: str
    digest: str
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StoredStep:
    """A step as read back. ``metrics``: rows of metrics that it brought, as dictionaries."""

    step: Step
    provenance: Mapping[str, Any]
    arrays: ArrayFile | None = None
    shared: ArrayFile | None = None
    metrics: tuple[Mapping[str, Any], ...] = ()

    @property
    def age(self) -> tuple[int, str, str]:
        """Sorts steps of one experiment: of arrays of one name those of the last one count."""
        return self.step.version, str(self.provenance.get("started", "")), self.step.key

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that it needs, with their folders."""
        own = (f"artifacts/{self.arrays.name}",) if self.arrays else ()
        return (*own, f"shared/{self.shared.name}") if self.shared else own


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Steps that lie in one file, and their rows."""

    steps: tuple[StoredStep, ...]
    table: pa.Table


@dataclass(frozen=True, slots=True)
class ImportInfo:
    """Where imported rows came from: the file's name, the SHA-256 of its bytes, when (ISO 8601, UTC)."""

    name: str
    file: str
    sha256: str
    imported_at: str
    rows: int


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import brought. ``replaced``: the earlier import of a file of that name, if there was one.

    ``new_names`` are data sets, extractors and metrics that fxreport doesn't know: allowed, but a slip of the
    pen looks the same. ``factors`` are columns that were taken as factors of the grid, ``wide`` those of a
    wide table that were taken as metrics, ``left`` those left out since they tell no levels, ``empty`` how
    many cells of a column hold no number; ``undirected`` are metrics of which the table does not say which
    way is better; ``repeats``: how many rows at most were taken as seeds of one cell; ``untimed``: how many
    extraction times are of a number of images that nobody knows.
    """

    info: ImportInfo
    replaced: ImportInfo | None
    new_names: dict[str, tuple[str, ...]]
    factors: tuple[str, ...]
    undirected: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    empty: Mapping[str, int] = field(default_factory=dict)
    repeats: int = 1
    untimed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class StoredImport:
    """``metrics``: rows of metrics that the file brought, as dictionaries."""

    info: ImportInfo
    table: pa.Table
    metrics: tuple[Mapping[str, Any], ...] = ()


def row_schema() -> pa.Schema:
    import pyarrow as pa

    def dtype(column: str) -> pa.DataType:
        if column in _INTEGERS:
            return pa.int64()
        return pa.float64() if column == "value" else pa.string()

    return pa.schema([(column, dtype(column)) for column in ROW_COLUMNS])


def rows_of(result: StepResult) -> list[Row]:
    """The tidy rows of a result. What is not a finite number is left out with a warning."""
    experiment = result.step.experiment
    rows: list[Row] = []
    units = {row.name: row.unit for row in result.metrics}
    for m in result.measurements:
        if not math.isfinite(m.value):
            log.warning(
                "%s of %s on %s is not a number; left out", m.metric, experiment.variant, experiment.dataset
            )
            continue
        levels = dict(m.at(result.step.levels))
        clusterer = str(levels.pop(CLUSTERER, ""))
        unit = units.get(m.metric, metric(at(m.metric, **levels)).unit)
        rows.append(
            (
                experiment.key, result.step.key, experiment.dataset, experiment.extractor,
                experiment.input_size, clusterer, encode_levels(levels.items()), experiment.seed, m.metric,
                float(m.value), unit, m.n,
            )
        )  # fmt: skip
    return rows


def encode_batch(steps: Sequence[StoredStep], table: pa.Table) -> bytes:
    """The Parquet bytes of steps and their rows; equal ones give equal bytes."""
    experiments = {stored.step.experiment.key: stored.step.experiment.to_dict() for stored in steps}
    described = {
        "experiments": experiments,
        "steps": [_described(stored) for stored in steps],
    }
    return _encode(table, described)


def decode_batch(data: bytes) -> Batch:
    """Read back what ``encode_batch`` wrote. Raises StoreCorrupt where the bytes are not that."""
    table, described = _decode(data, row_schema())
    try:
        experiments = {key: Experiment.from_dict(one) for key, one in described["experiments"].items()}
        return Batch(tuple(_stored(one, experiments) for one in described["steps"]), table)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreCorrupt("its description is not that of steps") from error


def decode_experiment(data: bytes, key: str) -> Batch:
    """Read a whole experiment of schema 1 as its steps. Raises StoreCorrupt where the bytes are not that."""
    table, described = _decode(data)
    try:
        if described["key"] != key:
            raise StoreCorrupt(f"it holds the experiment {described['key']}")
        if schema1.key_of(described["experiment"]) != key:
            raise StoreCorrupt("its key is not that of its experiment")
        experiment, steps = schema1.steps_of(described["experiment"])
        digest, shared = described["artifact"], described.get("shared", "")
        # without its arrays the experiment counts as not measured: all of its steps need the one file
        arrays = ArrayFile(f"{key}-{digest[:12]}.npz", digest) if digest else None
        rest = replace(arrays, names=()) if arrays else None
        pictures = ArrayFile(f"{shared}.npz", shared) if shared else None
        stored = (
            StoredStep(
                step,
                described["provenance"] if step.measure == EXTRACTION else {},
                arrays if step.measure == EXTRACTION else rest,
                pictures if step.measure == "neighborhoods" else None,
            )
            for step in steps.values()
        )
        return Batch(tuple(stored), _in_steps(table, experiment, steps))
    except (KeyError, TypeError, ValueError) as error:
        raise StoreCorrupt("its description is not that of an experiment") from error


def _in_steps(table: pa.Table, experiment: Experiment, steps: Mapping[tuple[str, str], Step]) -> pa.Table:
    rows: list[Row] = []
    for row in table.to_pylist():
        step = steps.get(schema1.step_of_metric(row["metric"]), steps["extraction", ""])
        name, levels = split_metric(row["metric"])
        now = {**row, "metric": name, "levels": encode_levels(levels.items())}
        now |= {"key": experiment.key, "step": step.key}
        rows.append(tuple(now[column] for column in ROW_COLUMNS))
    return table_of(rows)


def encode_import(table: pa.Table, info: ImportInfo, metrics: Iterable[Mapping[str, Any]] = ()) -> bytes:
    described = {"file": info.file, "sha256": info.sha256, "imported_at": info.imported_at}
    return _encode(table, {**described, "metrics": list(metrics)})


def decode_import(data: bytes, name: str) -> StoredImport:
    """Read back what ``encode_import`` wrote. Raises StoreCorrupt where the bytes are not that."""
    table, described = _decode(data)
    try:
        info = ImportInfo(
            name=name,
            file=described["file"],
            sha256=described["sha256"],
            imported_at=described["imported_at"],
            rows=table.num_rows,
        )
        return StoredImport(info, _with_levels(table), tuple(described.get("metrics", ())))
    except (KeyError, TypeError) as error:
        raise StoreCorrupt("its description is not that of an import") from error


def _with_levels(table: pa.Table) -> pa.Table:
    """Imported rows as they are held now: those of schema 1 had levels in the metrics' names, and no step."""
    if table.schema.names == list(ROW_COLUMNS):
        return table
    rows: list[Row] = []
    for row in table.to_pylist():
        name, levels = split_metric(row["metric"])
        now = {"step": "", **row, "metric": name, "levels": encode_levels(levels.items())}
        rows.append(tuple(now[column] for column in ROW_COLUMNS))
    return table_of(rows)


def table_of(rows: Sequence[Row]) -> pa.Table:
    """Make a table of ``row_schema`` from rows."""
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) if rows else [()] * len(ROW_COLUMNS)
    schema = row_schema()
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema
    )


def rows_of_steps(table: pa.Table, keys: set[str]) -> pa.Table:
    """The rows of some steps, by key."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table["step"], pa.array(sorted(keys), pa.string())))


def _described(stored: StoredStep) -> dict[str, Any]:
    step = stored.step

    def file(of: ArrayFile | None) -> list[Any] | None:
        return None if of is None else [of.name, of.digest, of.names]

    return {
        **step.to_dict(),
        "experiment": step.experiment.key,
        "provenance": dict(stored.provenance),
        "arrays": file(stored.arrays),
        "shared": file(stored.shared),
        "metrics": list(stored.metrics),
    }


def _stored(described: Mapping[str, Any], experiments: Mapping[str, Experiment]) -> StoredStep:
    own = {name: described[name] for name in ("measure", "version", "factor", "level")}
    settings = tuple((str(name), value) for name, value in described["settings"])

    def file(of: list[Any] | None) -> ArrayFile | None:
        return (
            None if of is None else ArrayFile(str(of[0]), str(of[1]), None if of[2] is None else tuple(of[2]))
        )

    return StoredStep(
        Step(experiments[described["experiment"]], **own, settings=settings, code=described.get("code", "")),
        described["provenance"],
        file(described["arrays"]),
        file(described["shared"]),
        tuple(described["metrics"]),
    )


def _encode(table: pa.Table, described: Mapping[str, Any]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = json.dumps(
        {"schema": SCHEMA_VERSION, **described}, sort_keys=True, ensure_ascii=False, default=_plain
    )
    sink = pa.BufferOutputStream()
    # Small files: statistics and a second copy of the schema would be half of each.
    with pq.ParquetWriter(
        sink, table.schema, compression="zstd", store_schema=False, write_statistics=False,
        write_page_checksum=True,
    ) as writer:  # fmt: skip
        writer.write_table(table)
        writer.add_key_value_metadata({_PACKED: base64.b64encode(zlib.compress(text.encode(), 9))})
    return bytes(sink.getvalue().to_pybytes())


def _decode(data: bytes, schema: pa.Schema | None = None) -> tuple[pa.Table, dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        table = file.read(use_threads=False)
        if not _counts_agree(file.metadata, table.num_rows):
            raise StoreCorrupt("it is told in two ways how many rows it has")
        metadata = file.metadata.metadata or {}
        packed = metadata.get(_PACKED)
        text = metadata[_METADATA] if packed is None else zlib.decompress(base64.b64decode(packed))
        described = parse_json(text)
        version = int(described["schema"])
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError, zlib.error) as error:
        raise StoreCorrupt("it is not a complete file of measurements") from error
    if version > SCHEMA_VERSION:
        raise NewerSchema(
            f"it was written by a newer fxreport (schema {version}, this one reads {SCHEMA_VERSION}); "
            "update fxreport"
        )
    later = {"step", "levels"} if version == 1 else set()
    types = {field.name: field.type for field in row_schema() if field.name not in later}
    found = {field.name: field.type for field in table.schema}
    if found != types or (schema and not table.schema.equals(schema, check_metadata=False)):
        raise StoreCorrupt("its columns are not those of measurements")
    return table, described


def _counts_agree(footer: pa.parquet.FileMetaData, rows: int) -> bool:
    """Whether all that the footer, which has no checksum, says of the number of rows is the same."""
    groups = [footer.row_group(at) for at in range(footer.num_row_groups)]
    in_columns = {group.column(at).num_values for group in groups for at in range(group.num_columns)}
    of_groups = [group.num_rows for group in groups]
    return sum(of_groups) == footer.num_rows == rows and in_columns <= set(of_groups)


class NewerSchema(StoreCorrupt):
    """Not damaged: written by a later version. Must not be set aside."""


def _plain(value: object) -> object:
    """Give NumPy's scalars and arrays as JSON's own types."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} in the provenance is not JSON-serialisable")
