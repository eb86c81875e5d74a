"""The tidy results store: one file of rows an experiment, its small arrays beside, and imported tables."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fxreport.store import exchange
from fxreport.store.artifacts import (
    ARTIFACTS,
    SHARED,
    artifact_name,
    decode_artifacts,
    digest_of,
    encode_artifacts,
    shared_name,
)
from fxreport.store.files import UNFINISHED, open_files
from fxreport.store.rows import (
    ImportInfo,
    StoredExperiment,
    decode_experiment,
    decode_import,
    encode_experiment,
    encode_import,
    table_of,
)
from fxreport.store.shelf import Shelf, set_aside
from fxreport.store.verify import Problem, verify
from fxreport.vocabulary.catalog import DATASETS, EXTRACTORS
from fxreport.vocabulary.errors import OutputError, StoreCorrupt
from fxreport.vocabulary.experiment import METRICS, Experiment, Result

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

EXPERIMENTS = "experiments"
IMPORTS = "imports"
FAILURES = "failures"


@dataclass(frozen=True, slots=True)
class Failure:
    """An experiment that ran and failed: why, and when (ISO 8601, UTC)."""

    experiment: Experiment
    reason: str
    when: str


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import brought. ``replaced``: the earlier import of a file of that name, if there was one.

    ``new_names`` are data sets, extractors and metrics that fxreport doesn't know: allowed, but a slip of the
    pen looks the same. ``ignored_columns`` say nothing to fxreport.
    """

    info: ImportInfo
    replaced: ImportInfo | None
    new_names: dict[str, tuple[str, ...]]
    ignored_columns: tuple[str, ...]


class Store:
    """The results under ``url``: a folder, or any URL that fsspec understands. Nothing is made until a write.

    An experiment's rows file is its commit point: artifacts are written before it, under a name made of their
    digest, so that of two runs that write the same experiment either leaves a whole one. Arrays that several
    experiments have are one file; it stays when they go, since another run may be about to refer to it
    (``verify`` names it then). A damaged file is
    reported (logger ``fxreport``), set aside as ``*.damaged``, and its experiment counts as not measured.
    """

    def __init__(self, url: str | Path) -> None:
        self._files = open_files(url)
        self._experiments = Shelf(self._files, EXPERIMENTS, ".parquet", decode_experiment)
        self._imports = Shelf(self._files, IMPORTS, ".parquet", decode_import)
        self._failures = Shelf(self._files, FAILURES, ".json", _decode_failure)

    def __reduce__(self) -> tuple[type[Store], tuple[str]]:
        """For worker processes: where it is, without what was read."""
        return Store, (self.location,)

    @property
    def location(self) -> str:
        return self._files.location

    # -- measured ------------------------------------------------------------------------------------------

    def keys(self) -> set[str]:
        """Return the keys of the experiments that need not be measured again.

        One whose artifacts have been lost is not among them, though its rows can still be read.
        """
        artifacts, shared = self._files.list(ARTIFACTS), self._files.list(SHARED)
        return {
            key
            for key, stored in self._experiments.read().items()
            if (not stored.artifact or artifact_name(key, stored.artifact) in artifacts)
            and (not stored.shared or shared_name(stored.shared) in shared)
        }

    def write(self, result: Result) -> None:
        """Add an experiment, or replace it. Raises OutputError where the store can't be written."""
        key = result.experiment.key
        earlier = self._stored(key)
        digest = ""
        if result.artifacts:
            data = encode_artifacts(result.artifacts)
            digest = digest_of(data)
            self._files.write(f"{ARTIFACTS}/{artifact_name(key, digest)}", data)
        shared = ""
        if result.shared:
            data = encode_artifacts(result.shared)
            shared = digest_of(data)
            self._files.write(f"{SHARED}/{shared_name(shared)}", data)
        self._files.write(f"{EXPERIMENTS}/{key}.parquet", encode_experiment(result, digest, shared))
        self._files.remove(f"{FAILURES}/{key}.json")
        if earlier is not None and earlier.artifact not in ("", digest):
            self._files.remove(f"{ARTIFACTS}/{artifact_name(key, earlier.artifact)}")

    def read(self) -> pd.DataFrame:
        """Return all rows, tidy, in an order that depends on their content only.

        Columns: key, dataset, extractor, input_size (Int64, missing where size is no setting), clusterer (""
        where none), seed, metric, value, unit, n (Int64), origin ("measured" or "imported"). Of imported rows
        for the same cell the newest file's count; their key is ``import:<name>`` unless the file gave one.
        """
        import pandas as pd
        import pyarrow as pa

        frame: pd.DataFrame = self._table().to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        frame["seed"] = frame["seed"].astype("int64")
        return frame

    def experiments(self) -> dict[str, Experiment]:
        return {key: stored.experiment for key, stored in self._experiments.read().items()}

    def provenance(self) -> dict[str, dict[str, Any]]:
        return {key: dict(stored.provenance) for key, stored in self._experiments.read().items()}

    def artifacts(self, key: str) -> Mapping[str, NDArray[np.generic]]:
        """Return the small arrays kept of an experiment, {} where there are none. Read when asked for."""
        stored = self._experiments.read().get(key)
        if stored is None or not stored.artifact:
            return {}
        return self._arrays(f"{ARTIFACTS}/{artifact_name(key, stored.artifact)}", stored.artifact)

    def shared(self, key: str) -> Mapping[str, NDArray[np.generic]]:
        """Return the arrays that an experiment has in common with others, {} where there are none."""
        stored = self._experiments.read().get(key)
        if stored is None or not stored.shared:
            return {}
        return self._arrays(f"{SHARED}/{shared_name(stored.shared)}", stored.shared)

    def discard(self, key: str) -> None:
        """Remove an experiment (rows, artifacts, failure) or an import (``import:<name>``), if there."""
        if key.startswith(exchange.IMPORT_KEY):
            self._files.remove(f"{IMPORTS}/{key.removeprefix(exchange.IMPORT_KEY)}.parquet")
            return
        self._files.remove(f"{EXPERIMENTS}/{key}.parquet")
        for name in self._files.list(ARTIFACTS):
            if name.startswith(f"{key}-"):
                self._files.remove(f"{ARTIFACTS}/{name}")
        self._files.remove(f"{FAILURES}/{key}.json")

    # -- failed --------------------------------------------------------------------------------------------

    def record_failure(self, experiment: Experiment, reason: str) -> None:
        """Remember that an experiment failed. It is tried again by the next build."""
        when = datetime.now(UTC).isoformat(timespec="seconds")
        described = {"experiment": experiment.to_dict(), "reason": reason, "when": when}
        text = json.dumps(described, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        self._files.write(f"{FAILURES}/{experiment.key}.json", text.encode())

    def failures(self) -> dict[str, Failure]:
        return self._failures.read()

    # -- the whole -----------------------------------------------------------------------------------------

    def digest(self) -> str:
        """Return a hash of the content: equal stores have equal ones. Reads the rows' bytes, decodes nothing.

        The rows name their artifacts' digests, so of artifacts only presence and names count.
        """
        content = hashlib.blake2b(digest_size=16)
        for shelf in (self._experiments, self._imports):
            for name, data in shelf.contents():
                content.update(f"{shelf.folder}/{name} {digest_of(data)}\n".encode())
        for folder in (ARTIFACTS, SHARED):
            for name in self._files.list(folder):
                if name.endswith(".npz"):
                    content.update(f"{folder}/{name}\n".encode())
        for key, failure in self.failures().items():
            content.update(f"{FAILURES}/{key} {failure.reason}\n".encode())
        return content.hexdigest()

    def check_writable(self) -> None:
        """Raise OutputError unless files can be written here."""
        probe = f"{EXPERIMENTS}/.writable{UNFINISHED}"
        self._files.write(probe, b"")
        self._files.remove(probe)

    def verify(self) -> list[Problem]:
        """Read every file in full and tell what is wrong. Changes nothing."""
        return verify(self._files, self._experiments, self._imports, self._failures)

    # -- exchange ------------------------------------------------------------------------------------------

    def export_csv(self, file: Path) -> int:
        """Write all rows as CSV and return their number. Raises OutputError where that can't be done."""
        table = self._table()
        data = exchange.write_csv(zip(*(column.to_pylist() for column in table.columns), strict=True))
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        except OSError as error:
            raise OutputError(f"cannot write {file}: {error.strerror or error}") from error
        return int(table.num_rows)

    def import_csv(self, file: Path) -> ImportSummary:
        """Take in a CSV file's rows; an earlier import of a file of that name is replaced.

        Raises InputError where the file is not the contract's table, OutputError where the store can't be
        written.
        """
        name = _import_name(file)
        read = exchange.read_csv(file, name)
        table = table_of(list(read.rows))
        info = ImportInfo(
            name=name,
            file=file.name,
            sha256=read.sha256,
            imported_at=datetime.now(UTC).isoformat(timespec="microseconds"),
            rows=table.num_rows,
        )
        earlier = self._imports.read().get(name)
        self._files.write(f"{IMPORTS}/{name}.parquet", encode_import(table, info))
        new_names = {
            column: tuple(sorted({str(value) for value in table.column(column).to_pylist()} - known.keys()))
            for column, known in (("dataset", DATASETS), ("extractor", EXTRACTORS), ("metric", METRICS))
        }
        return ImportSummary(
            info=info,
            replaced=None if earlier is None else earlier.info,
            new_names={column: names for column, names in new_names.items() if names},
            ignored_columns=read.ignored,
        )

    def imports(self) -> dict[str, ImportInfo]:
        """Return what was imported, by name, oldest first."""
        stored = sorted(self._imports.read().values(), key=lambda s: (s.info.imported_at, s.info.name))
        return {s.info.name: s.info for s in stored}

    # -- inside --------------------------------------------------------------------------------------------

    def _table(self) -> pa.Table:
        import pyarrow as pa

        measured = [stored.table for stored in self._experiments.read().values()]
        tables = [
            pa.concat_tables(part).append_column(
                "origin", pa.array([origin] * sum(map(len, part)), pa.string())
            )
            for origin, part in (("measured", measured), ("imported", self._imported()))
            if part
        ] or [table_of([]).append_column("origin", pa.array([], pa.string()))]
        order = ("dataset", "extractor", "input_size", "clusterer", "seed", "metric", "origin", "key")
        return pa.concat_tables(tables).sort_by([(column, "ascending") for column in order])

    def _imported(self) -> list[pa.Table]:
        stored = self._imports.read()
        newest_first = [stored[name].table for name in reversed(self.imports())]
        if len(newest_first) < 2:
            return newest_first
        taken: set[exchange.Cell] = set()
        kept = []
        for table in newest_first:
            rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
            kept.append(table_of([row for row in rows if exchange.cell_of(row) not in taken]))
            taken.update(map(exchange.cell_of, rows))
        return kept

    def _arrays(self, name: str, digest: str) -> Mapping[str, NDArray[np.generic]]:
        try:
            return decode_artifacts(self._files.read(name), digest)
        except FileNotFoundError:
            return {}
        except StoreCorrupt as error:
            set_aside(self._files, name, error)
            return {}

    def _stored(self, key: str) -> StoredExperiment | None:
        try:
            return decode_experiment(self._files.read(f"{EXPERIMENTS}/{key}.parquet"), key)
        except (FileNotFoundError, StoreCorrupt):
            return None


def _decode_failure(data: bytes, key: str) -> Failure:
    try:
        described = json.loads(data)
        experiment = Experiment.from_dict(described["experiment"])
        return Failure(experiment, str(described["reason"]), str(described["when"]))
    except (KeyError, TypeError, ValueError) as error:
        raise StoreCorrupt("it is not the record of a failure") from error


def _import_name(file: Path) -> str:
    """Name an import after its file; a name that had to be changed gets a hash, so that no two meet."""
    name = re.sub(r"[^\w.-]+", "_", file.stem).lstrip(".")[:80] or "_"
    if name == file.stem:
        return name
    return f"{name}-{hashlib.blake2b(file.stem.encode(), digest_size=3).hexdigest()}"
