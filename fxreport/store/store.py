"""The tidy results store: rows of steps, their small arrays beside, and imported tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fxreport.store import exchange
from fxreport.store.artifacts import encode_artifacts
from fxreport.store.compact import compact
from fxreport.store.failures import Failure, decode_failure, encode_failure
from fxreport.store.files import UNFINISHED, open_files, write_whole
from fxreport.store.measured import StoredSteps
from fxreport.store.names import (
    ARTIFACTS,
    EXPERIMENTS,
    FAILURES,
    IMPORTS,
    NAMED_BY_CONTENT,
    PACKS,
    SHARED,
    STEPS,
    artifact_name,
    checked,
    digest_of,
    import_name,
    named,
    shared_name,
    stem_of,
)  # fmt: skip
from fxreport.store.rows import (
    ROW_COLUMNS,
    ArrayFile,
    ImportInfo,
    ImportSummary,
    Row,
    StoredImport,
    StoredStep,
    decode_import,
    encode_batch,
    encode_import,
    rows_of,
    rows_of_steps,
    table_of,
)
from fxreport.store.shelf import Shelf
from fxreport.store.tabular import Layout
from fxreport.store.verify import Problem, verify
from fxreport.vocabulary.catalog import DATASETS, EXTRACTORS
from fxreport.vocabulary.errors import OutputError
from fxreport.vocabulary.metrics import NAMES
from fxreport.vocabulary.steps import EXTRACTION, Experiment, Step, StepResult

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Store:
    """The results under ``url``: a folder, or any URL that fsspec understands. Nothing is made until a write.

    A step's rows file is its commit point: its arrays are written before it, and every file is named by a
    digest of what it holds, so that of two runs that write the same step either leaves a whole one. Arrays
    that several experiments have are one file; it stays when they go, since another run may be about to refer
    to it (``verify`` names it then). A damaged file is reported (logger ``fxreport``), set aside as
    ``*.damaged``, and its steps count as not measured.
    """

    def __init__(self, url: str | Path) -> None:
        self._files = open_files(url)
        self._steps = StoredSteps(self._files)
        self._imports = Shelf(self._files, IMPORTS, ".parquet", self._decode_import)
        self._failures = Shelf(self._files, FAILURES, ".json", decode_failure)

    def __reduce__(self) -> tuple[type[Store], tuple[str]]:
        """For worker processes: where it is, without what was read."""
        return Store, (self.location,)

    @property
    def location(self) -> str:
        return self._files.location

    # -- measured ------------------------------------------------------------------------------------------

    def keys(self) -> set[str]:
        """Return the keys of the steps that need not be run again, from the index where it is up to date.

        One whose arrays have been lost is not among them, though its rows can still be read.
        """
        return self._steps.keys()

    def write(self, result: StepResult) -> None:
        """Add a step, or replace it. Raises OutputError where the store can't be written."""
        key = result.step.key
        earlier = self._steps.written(key)
        stored = StoredStep(
            result.step,
            result.provenance,
            self._write_arrays(ARTIFACTS, result.artifacts, key),
            self._write_arrays(SHARED, result.shared),
            tuple(row.to_dict() for row in result.metrics),
        )
        name = named(key, data := encode_batch([stored], table_of(rows_of(result))))
        self._files.write(f"{STEPS}/{name}.parquet", data)
        self._files.remove(f"{FAILURES}/{key}.json")
        for other, batch in earlier.items():
            if other != f"{name}.parquet":
                self._files.remove(f"{STEPS}/{other}")
                self._steps.remove_arrays(batch.steps, but=stored.files)

    def nothing_of_it(self, so: str) -> str:
        """Say why nothing can be told: nothing is there at all, or nothing of what was asked for."""
        if self.steps() or self.imports():
            return f"{self.location} holds nothing of what was asked for{so}"
        return (
            f"there are no results in {self.location}: measure some (fxreport run), take in a table "
            "(fxreport store import FILE.csv), or name another place with --store"
        )

    def read(self) -> pd.DataFrame:
        """Return all rows, tidy, in an order that depends on their content only.

        Columns: key (of the experiment), step (its key), dataset, extractor, input_size (Int64, missing where
        size is no setting), clusterer ("" where none), levels (of further factors, as JSON; "" where none),
        seed, metric, value, unit, n (Int64), origin ("measured" or "imported"). Of imported rows for the same
        cell the newest file's count; their key is ``import:<name>`` unless the file gave one.
        """
        import pandas as pd
        import pyarrow as pa

        frame: pd.DataFrame = self._table().to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        frame["seed"] = frame["seed"].astype("int64")
        return frame

    def rows_of(self, experiment: str) -> list[dict[str, Any]]:
        """Return the measured rows of one experiment, by its key, without arranging those of all others."""
        import pyarrow.compute as pc

        return [
            row
            for table in self._steps.tables()
            for row in table.filter(pc.equal(table["key"], experiment)).to_pylist()
        ]

    def steps(self) -> dict[str, Step]:
        return {key: stored.step for key, stored in self._steps.by_key().items()}

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiments of which any step is there, by key."""
        return {step.experiment.key: step.experiment for step in self.steps().values()}

    def provenance(self) -> dict[str, dict[str, Any]]:
        """Return what is known of each experiment's run, and of each import (``import:<name>``).

        That of its extraction; the seconds of its other steps are added to ``stages`` and ``wall_seconds``,
        and rows of metrics that steps brought stand under ``metrics``.
        """
        provenance: dict[str, dict[str, Any]] = {}
        for stored in sorted(self._steps.by_key().values(), key=lambda s: s.step.measure != EXTRACTION):
            one = provenance.setdefault(stored.step.experiment.key, {})
            if stored.step.measure == EXTRACTION:
                one.update(stored.provenance)
                one["stages"] = dict(one.get("stages", {}))
            elif "wall_seconds" in stored.provenance:
                seconds = stored.provenance["wall_seconds"]
                one.setdefault("stages", {})[stored.step.title] = seconds
                one["wall_seconds"] = round(one.get("wall_seconds", 0.0) + seconds, 3)
            if stored.metrics:
                one["metrics"] = [*one.get("metrics", ()), *stored.metrics]
        for name, stored_import in self._imports_by_name().items():
            if stored_import.metrics:
                provenance[f"{exchange.IMPORT_KEY}{name}"] = {"metrics": list(stored_import.metrics)}
        return provenance

    def artifacts(self, key: str) -> Mapping[str, NDArray[np.generic]]:
        """Return the small arrays kept of an experiment's steps, {} where there are none.

        Of arrays of one name those of the newer version of a measure count, then those of the later run.
        """
        stored = sorted(self._steps.by_experiment().get(key, ()), key=lambda s: s.age)
        return self._steps.arrays(ARTIFACTS, (s.arrays for s in stored))

    def shared(self, key: str) -> Mapping[str, NDArray[np.generic]]:
        """Return the arrays that an experiment has in common with others, {} where there are none."""
        return self._steps.arrays(SHARED, (s.shared for s in self._steps.by_experiment().get(key, ())))

    def discard(self, key: str) -> None:
        """Remove an experiment (all its steps), a step, or an import (``import:<name>``), if there."""
        if key.startswith(exchange.IMPORT_KEY):
            name = key.removeprefix(exchange.IMPORT_KEY)
            for stem in self._imports.read():
                if stem_of(stem) == name:
                    self._files.remove(f"{IMPORTS}/{stem}.parquet")
            return

        def concerned(stored: StoredStep) -> bool:
            return key in (stored.step.key, stored.step.experiment.key)

        for shelf in self._steps.shelves.values():
            for stem, batch in shelf.read().items():
                gone = [stored for stored in batch.steps if concerned(stored)]
                if not gone:
                    continue
                rest = [stored for stored in batch.steps if not concerned(stored)]
                if rest:
                    table = rows_of_steps(batch.table, {stored.step.key for stored in rest})
                    data = encode_batch(rest, table)
                    self._files.write(f"{PACKS}/{named('', data)}.parquet", data)
                self._files.remove(f"{shelf.folder}/{stem}.parquet")
                self._steps.remove_arrays(gone, but=[name for stored in rest for name in stored.files])
        for name, failure in self._failures.read().items():
            if key in (failure.step.key, failure.experiment.key):
                self._files.remove(f"{FAILURES}/{name}.json")

    def compact(self) -> tuple[int, int]:
        """Pack all steps into one file, and each experiment's arrays into one; return files before and after.

        Stores of an older schema are brought to this one. Nothing goes before what replaces it is there.
        """
        before = self._count()
        compact(self._files, {folder: shelf.read() for folder, shelf in self._steps.shelves.items()})
        self._steps.index()
        return before, self._count()

    def _count(self) -> int:
        return sum(len(self._files.list(folder)) for folder in (*self._steps.shelves, ARTIFACTS, SHARED))

    # -- failed --------------------------------------------------------------------------------------------

    def record_failure(self, step: Step, reason: str) -> None:
        """Remember that a step failed. It is tried again by the next build."""
        self._files.write(f"{FAILURES}/{step.key}.json", encode_failure(step, reason))

    def failures(self) -> dict[str, Failure]:
        """Return the failures of steps that are still to be run, by the step's key."""
        failures = {failure.step.key: failure for failure in self._failures.read().values()}
        # a killed run may have left that of a step which is there
        measured = self.keys() if failures else set()
        return {key: failure for key, failure in failures.items() if key not in measured}

    # -- the whole -----------------------------------------------------------------------------------------

    def digest(self) -> str:
        """Return a hash of the content: equal stores have equal ones. Decodes nothing but failures.

        Files of rows and of arrays are named by what they hold, but for whole experiments of schema 1.
        """
        content = hashlib.blake2b(digest_size=16)
        for folder in (*NAMED_BY_CONTENT, IMPORTS):
            for name in self._files.list(folder):
                if not name.startswith(".") and name.endswith((".parquet", ".npz")):
                    content.update(f"{folder}/{name}\n".encode())
        for name, data in self._steps.shelves[EXPERIMENTS].contents():
            content.update(f"{EXPERIMENTS}/{name} {digest_of(data)}\n".encode())
        for key, failure in self.failures().items():
            content.update(f"{FAILURES}/{key} {failure.reason}\n".encode())
        return content.hexdigest()

    def check_writable(self) -> None:
        """Raise OutputError unless files can be written here."""
        probe = f"{STEPS}/.writable{UNFINISHED}"
        self._files.write(probe, b"")
        self._files.remove(probe)

    def verify(self) -> list[Problem]:
        """Read every file in full and tell what is wrong. Changes nothing."""
        return verify(self._files, self._steps.shelves, self._imports, self._failures)

    # -- exchange ------------------------------------------------------------------------------------------

    def csv(self) -> tuple[bytes, int]:
        """All rows as CSV, which an import takes in, and their number."""
        rows = self._table().to_pylist()
        return exchange.export(rows, self.experiments(), self.provenance().values()), len(rows)

    def export_csv(self, file: Path) -> int:
        """Write all rows as CSV and return their number. Raises OutputError where that can't be done."""
        data, rows = self.csv()
        try:
            write_whole(file, data)
        except OSError as error:
            raise OutputError(f"cannot write {file}: {error.strerror or error}") from error
        return rows

    def import_csv(self, file: Path | None, layout: Layout | None = None) -> ImportSummary:
        """Take in the rows of a CSV file (None: standard input); an earlier import of that name is replaced.

        ``layout``: what is said of its columns. Raises InputError where the file is no table of measurements,
        OutputError where the store can't be written.
        """
        name = import_name(file.stem if file else "stdin")
        read = exchange.read_csv(file, name, layout)
        table = table_of(list(read.rows))
        info = ImportInfo(
            name=name,
            file=file.name if file else exchange.STDIN,
            sha256=read.sha256,
            imported_at=datetime.now(UTC).isoformat(timespec="microseconds"),
            rows=table.num_rows,
        )
        earlier = {stem: one for stem, one in self._imports.read().items() if stem_of(stem) == name}
        data = encode_import(table, info, [row.to_dict() for row in read.metrics])
        written = named(name, data)
        self._files.write(f"{IMPORTS}/{written}.parquet", data)
        for stem in earlier.keys() - {written}:
            self._files.remove(f"{IMPORTS}/{stem}.parquet")
        known: dict[str, Iterable[str]] = {
            "dataset": DATASETS,
            "extractor": EXTRACTORS,
            "metric": {*NAMES, *(m.name for m in read.metrics)},
        }
        new_names = {
            column: tuple(sorted({str(value) for value in table.column(column).to_pylist()} - set(names)))
            for column, names in known.items()
        }
        return ImportSummary(
            info=info,
            replaced=next((one.info for one in earlier.values()), None),
            new_names={column: names for column, names in new_names.items() if names},
            factors=read.factors,
            undirected=read.undirected,
            wide=read.wide,
            left=read.left,
            empty=read.empty,
            repeats=read.repeats,
            untimed=self._untimed(read.rows),
        )

    def imports(self) -> dict[str, ImportInfo]:
        """Return what was imported, by name, oldest first."""
        return {name: stored.info for name, stored in self._imports_by_name().items()}

    def _untimed(self, rows: Iterable[Row]) -> int:
        """Imported extraction times without a number of images, of runs that were not measured."""
        found = [dict(zip(ROW_COLUMNS, row, strict=True)) for row in rows]
        lacking = [one for one in found if one["metric"] == "extraction_seconds" and one["n"] is None]
        if not lacking:
            return 0

        def place(row: Mapping[str, Any]) -> tuple[Any, ...]:
            return tuple(row[name] for name in ("dataset", "extractor", "input_size", "seed"))

        measured = (row for table in self._steps.tables() for row in table.to_pylist())
        known = {place(row) for row in measured if row["n"] is not None}
        known |= {place(row) for row in found if row["metric"] == "images_per_second"}
        return sum(place(one) not in known for one in lacking)

    # -- inside --------------------------------------------------------------------------------------------

    def _decode_import(self, data: bytes, name: str) -> StoredImport:
        return decode_import(self._steps.checked(f"{IMPORTS}/{name}.parquet", data), checked(data, name))

    def _imports_by_name(self) -> dict[str, StoredImport]:
        stored = sorted(self._imports.read().values(), key=lambda s: (s.info.imported_at, s.info.name))
        return {s.info.name: s for s in stored}

    def _table(self) -> pa.Table:
        import pyarrow as pa

        cell = ("dataset", "extractor", "input_size", "clusterer", "seed", "metric", "levels")
        tables = [
            pa.concat_tables(part).append_column(
                "origin", pa.array([origin] * sum(map(len, part)), pa.string())
            )
            for origin, part in (("measured", list(self._steps.tables())), ("imported", self._imported()))
            if part
        ] or [table_of([]).append_column("origin", pa.array([], pa.string()))]
        order = (*cell, "origin", "key", "step")
        return pa.concat_tables(tables).sort_by([(column, "ascending") for column in order])

    def _imported(self) -> list[pa.Table]:
        newest_first = [stored.table for stored in reversed(self._imports_by_name().values())]
        if len(newest_first) < 2:
            return newest_first
        taken: set[exchange.Cell] = set()
        tables = []
        for table in newest_first:
            rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
            tables.append(table_of([row for row in rows if exchange.cell_of(row) not in taken]))
            taken.update(map(exchange.cell_of, rows))
        return tables

    def _write_arrays(
        self, folder: str, arrays: Mapping[str, NDArray[np.generic]], key: str = ""
    ) -> ArrayFile | None:
        if not arrays:
            return None
        data = encode_artifacts(arrays)
        digest = digest_of(data)
        name = artifact_name(key, digest) if key else shared_name(digest)
        self._files.write(f"{folder}/{name}", data)
        return ArrayFile(name, digest, tuple(sorted(arrays)))
