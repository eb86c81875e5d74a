"""The bytes of a file of measurements: Parquet, with what describes the rows in its key-value metadata."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from fxreport.vocabulary.errors import StoreCorrupt
from fxreport.vocabulary.experiment import Experiment, Result

if TYPE_CHECKING:
    import pyarrow as pa

#: columns of the tidy frame; files hold all but the last, which follows from the folder they lie in
COLUMNS = (
    "key", "dataset", "extractor", "input_size", "clusterer", "seed", "metric", "value", "unit", "n",
    "origin",
)  # fmt: skip
ROW_COLUMNS = COLUMNS[:-1]
SCHEMA_VERSION = 1

#: values in the order of ``ROW_COLUMNS``
Row: TypeAlias = tuple[str | int | float | None, ...]

_INTEGERS = frozenset({"input_size", "seed", "n"})
_METADATA = b"fxreport"
log = logging.getLogger("fxreport")


@dataclass(frozen=True, slots=True, eq=False)
class StoredExperiment:
    """An experiment as read back.

    ``artifact`` and ``shared`` are the digests of its own arrays and of those it has in common with others,
    "" if it has none.
    """

    key: str
    experiment: Experiment
    provenance: Mapping[str, Any]
    artifact: str
    table: pa.Table
    shared: str = ""


@dataclass(frozen=True, slots=True)
class ImportInfo:
    """Where imported rows came from: the file's name, the SHA-256 of its bytes, when (ISO 8601, UTC)."""

    name: str
    file: str
    sha256: str
    imported_at: str
    rows: int


@dataclass(frozen=True, slots=True, eq=False)
class StoredImport:
    info: ImportInfo
    table: pa.Table


def row_schema() -> pa.Schema:
    import pyarrow as pa

    def dtype(column: str) -> pa.DataType:
        if column in _INTEGERS:
            return pa.int64()
        return pa.float64() if column == "value" else pa.string()

    return pa.schema([(column, dtype(column)) for column in ROW_COLUMNS])


def encode_experiment(result: Result, artifact: str, shared: str = "") -> bytes:
    """Return the Parquet bytes of one experiment; equal results give equal bytes.

    A measurement that is not a finite number is left out with a warning: the store holds numbers only.
    """
    experiment = result.experiment
    rows: list[Row] = []
    for m in result.measurements:
        if not math.isfinite(m.value):
            log.warning(
                "%s of %s on %s is not a number; left out", m.metric, experiment.variant, experiment.dataset
            )
            continue
        rows.append(
            (
                experiment.key, experiment.dataset, experiment.extractor, experiment.input_size, m.clusterer,
                experiment.seed, m.metric, float(m.value), m.unit, m.n,
            )
        )  # fmt: skip
    return _encode(
        table_of(rows),
        {
            "key": experiment.key,
            "experiment": experiment.to_dict(),
            "provenance": dict(result.provenance),
            "artifact": artifact,
            **({"shared": shared} if shared else {}),
        },
    )


def decode_experiment(data: bytes, key: str) -> StoredExperiment:
    """Read back what ``encode_experiment`` wrote for ``key``.

    Raises StoreCorrupt where the bytes are not that.
    """
    table, described = _decode(data)
    try:
        if described["key"] != key:
            raise StoreCorrupt(f"it holds the experiment {described['key']}")
        return StoredExperiment(
            key=key,
            experiment=Experiment.from_dict(described["experiment"]),
            provenance=described["provenance"],
            artifact=described["artifact"],
            table=table,
            shared=described.get("shared", ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreCorrupt("its description is not that of an experiment") from error


def encode_import(table: pa.Table, info: ImportInfo) -> bytes:
    described = {"file": info.file, "sha256": info.sha256, "imported_at": info.imported_at}
    return _encode(table, described)


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
    except (KeyError, TypeError) as error:
        raise StoreCorrupt("its description is not that of an import") from error
    return StoredImport(info, table)


def table_of(rows: list[Row]) -> pa.Table:
    """Make a table of ``row_schema`` from rows."""
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) if rows else [()] * len(ROW_COLUMNS)
    schema = row_schema()
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema
    )


def _encode(table: pa.Table, described: Mapping[str, Any]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    metadata = json.dumps(
        {"schema": SCHEMA_VERSION, **described}, sort_keys=True, ensure_ascii=False, default=_plain
    )
    sink = pa.BufferOutputStream()
    # Small files: statistics and a second copy of the schema would be half of each. Page checksums let a
    # flipped bit be found.
    with pq.ParquetWriter(
        sink, table.schema, store_schema=False, write_statistics=False, write_page_checksum=True
    ) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({_METADATA: metadata})
    return bytes(sink.getvalue().to_pybytes())


def _decode(data: bytes) -> tuple[pa.Table, dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        table = file.read(use_threads=False)
        described = json.loads((file.metadata.metadata or {})[_METADATA])
        version = int(described["schema"])
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError) as error:
        raise StoreCorrupt("it is not a complete file of measurements") from error
    if version > SCHEMA_VERSION:
        raise NewerSchema(
            f"it was written by a newer fxreport (schema {version}, this one reads {SCHEMA_VERSION}); "
            "update fxreport"
        )
    if not table.schema.equals(row_schema(), check_metadata=False):
        raise StoreCorrupt("its columns are not those of measurements")
    return table, described


class NewerSchema(StoreCorrupt):
    """Not damaged: written by a later version. Must not be set aside."""


def _plain(value: object) -> object:
    """Give NumPy's scalars and arrays as JSON's own types."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} in the provenance is not JSON-serialisable")
