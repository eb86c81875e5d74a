"""Damaged and unfinished files."""

from __future__ import annotations

import itertools
import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from step_results import (
    BASE,
    FailingFiles,
    Killed,
    clustering,
    experiment,
    file_of,
    files_in,
    flip,
    flips,
    projection,
    result,
)  # fmt: skip

from fxreport.store import Store, index
from fxreport.store.artifacts import decode_artifacts
from fxreport.store.files import open_files
from fxreport.store.measured import StoredSteps
from fxreport.store.names import digest_of
from fxreport.store.rows import SCHEMA_VERSION, StoredImport, decode_experiment
from fxreport.vocabulary.errors import StoreCorrupt


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")


def test_kill_between_artifacts_and_rows_leaves_no_experiment(store: Store) -> None:
    script = f"""
import os, numpy as np
from fxreport.store import Store, store
from fxreport.vocabulary.steps import Experiment, Measurement, Step, StepResult
store.encode_batch = lambda *_: os.kill(os.getpid(), 9)  # the rows come after the artifacts
one = Step(Experiment("digits", "f", None, None, "raw_pixels"))
Store({store.location!r}).write(StepResult(one, (Measurement("dimension", 64),), {{"a": np.arange(9)}}))
"""
    run = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert run.returncode == -9
    assert len(files_in(store, "artifacts")) == 1, "the artifacts had been written"
    assert store.keys() == set()
    assert store.read().empty
    assert [(p.what, p.harmless) for p in store.verify()] == [
        ("no experiment refers to it: a run was interrupted", True)
    ]


def test_unfinished_write_is_not_read(store: Store) -> None:
    store.write(result())
    file = file_of(store, BASE.key)
    file.with_name(f".{'0' * 20}.parquet.abc.unfinished").write_bytes(file.read_bytes()[:100])
    assert store.keys() == {BASE.key}
    assert [p.what for p in store.verify()] == ["an unfinished write"]


def test_writers_side_by_side_leave_whole_experiments(store: Store) -> None:
    def write(worker: int) -> None:
        mine = Store(store.location)
        for seed in range(6):
            mine.write(result(experiment(seed=seed), worker, artifacts={"who": np.full(50, worker)}))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    frame = store.read()
    assert len(store.keys()) == 6
    assert len(frame) == 12
    for key, worker in frame[frame["metric"] == "dimension"].set_index("key")["value"].items():
        assert set(store.artifacts(str(key))["who"].tolist()) == {worker}, "rows and artifacts of one run"


def test_interleaved_writers_of_one_step(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other run's whole write falls between our arrays and our rows: either whole one is read."""
    from fxreport.store import store as module

    encode = module.encode_batch
    other = Store(store.location)

    def encode_after_the_other(*batch: object) -> bytes:
        monkeypatch.setattr(module, "encode_batch", encode)
        other.write(result(dimension=1, artifacts={"who": np.array([1])}))
        return encode(*batch)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "encode_batch", encode_after_the_other)
    store.write(result(dimension=2, artifacts={"who": np.array([2])}))
    assert store.keys() == {BASE.key}
    for _ in range(2):
        value = store.read().set_index("metric")["value"]["dimension"]
        assert store.artifacts(BASE.key)["who"].tolist() == [value]
        store.compact()
    assert store.verify() == []


# -- killed between any two operations -----------------------------------------------------------------------


def content(location: str) -> tuple[list[tuple[object, ...]], dict[str, object], set[str], set[str]]:
    """What a new process reads: rows, arrays, keys, failures."""
    store = Store(location)
    arrays = {
        key: {name: array.tolist() for name, array in store.artifacts(key).items()}
        for key in store.experiments()
    }
    rows = store.read().fillna({"input_size": 0, "n": 0})
    return list(rows.itertuples(index=False, name=None)), arrays, store.keys(), set(store.failures())


def killed(
    before: Path, folder: Path, act: Callable[[Store], object], monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Stores as ``act`` leaves copies of ``before`` when it is killed at its first change, its second …"""
    from fxreport.store import store as module

    for n in itertools.count():
        copy = shutil.copytree(before, folder / str(n))
        with monkeypatch.context() as patched:
            failing = FailingFiles(open_files(copy), n)
            patched.setattr(module, "open_files", lambda url, failing=failing: failing)
            try:
                act(Store(copy))
            except Killed:
                pass
            else:
                assert n > 3, "it made changes"
                return
        yield str(copy)


def test_a_killed_write_loses_nothing(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(to: Store) -> None:
        to.write(result(dimension=2, artifacts={"who": np.array([2])}))

    store.write(result(dimension=1, artifacts={"who": np.array([1])}))
    store.write(clustering(artifacts={"assignments": np.arange(4)}))
    store.record_failure(result().step, "reason")
    shutil.copytree(store.location, tmp_path / "after")
    write(Store(tmp_path / "after"))
    wholes = content(store.location), content(str(tmp_path / "after"))
    assert wholes[0] != wholes[1]
    for location in killed(Path(store.location), tmp_path / "killed", write, monkeypatch):
        again = shutil.copytree(location, location + "-again")
        write(Store(again))
        assert content(str(again)) == wholes[1]
        left = content(location)
        assert left in wholes
        Store(location).compact()
        assert content(location) == left
        assert Store(location).verify() == []


def test_a_killed_compaction_loses_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(2):
        one = experiment(seed=seed)
        store.write(result(one, artifacts={"labels": np.arange(4)}, shared={"pictures": np.eye(2)}))
        store.write(clustering(one, artifacts={"assignments": np.arange(4)}))
        if seed == 0:
            store.compact()
    store.write(clustering(ari=0.75, artifacts={"assignments": np.arange(4)[::-1]}))
    store.write(projection(artifacts={"umap_2d": np.ones((3, 2))}))
    whole = content(store.location)
    for location in killed(Path(store.location), tmp_path / "killed", Store.compact, monkeypatch):
        assert content(location) == whole
        Store(location).compact()
        assert content(location) == whole
        assert len(files_in(Store(location), "packs")) == 1
        assert files_in(Store(location), "steps") == []
        assert Store(location).verify() == []


# -- damage --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["steps", "packs"])
def test_no_flipped_bit_in_a_file_of_rows_is_read(store: Store, folder: str) -> None:
    store.write(result())
    if folder == "packs":
        store.write(clustering())
        store.compact()
    [file] = files_in(store, folder)
    decode = StoredSteps(open_files(store.location)).shelves[folder].decode
    data = file.read_bytes()
    assert decode(data, file.stem).steps
    for flipped in flips(data):
        with pytest.raises(StoreCorrupt):
            decode(flipped, file.stem)


#: in the footer of the file below: bits of the number of its rows, and of a column's type
COUNT_AND_TYPE = (*range(21328, 21336), *range(16008, 16016))


def test_no_flipped_bit_changes_rows_or_steps_of_schema_1(checkout: Path) -> None:
    """Their names tell no digest: pages have checksums, the experiment its key, the provenance nothing."""
    file = checkout / "tests/data/store1/experiments/ef9ebfff66b2eee99228.parquet"
    data = file.read_bytes()
    sound = decode_experiment(data, file.stem)
    kept = 0
    for flipped in (*flips(data, 199), *(flip(data, bit) for bit in COUNT_AND_TYPE)):
        try:
            read = decode_experiment(flipped, file.stem)
        except StoreCorrupt:
            continue
        kept += 1
        assert read.table.equals(sound.table)
        assert [stored.step for stored in read.steps] == [stored.step for stored in sound.steps]
    assert kept < 8 * len(data) / 199 / 2


def old_store(checkout: Path, folder: Path) -> Store:
    return Store(shutil.copytree(checkout / "tests/data/store1", folder / "old"))


def test_no_flipped_bit_of_schema_1_is_read_once_a_build_has_seen_the_file(
    checkout: Path, tmp_path: Path
) -> None:
    store = old_store(checkout, tmp_path)
    assert store.keys()
    decode = StoredSteps(open_files(store.location)).shelves["experiments"].decode
    file = files_in(store, "experiments")[0]
    data = file.read_bytes()
    assert decode(data, file.stem).steps
    for flipped in flips(data, 5):
        with pytest.raises(StoreCorrupt, match="has changed since it was first read"):
            decode(flipped, file.stem)


def test_a_file_of_schema_1_that_changes_is_set_aside(
    checkout: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its provenance: nothing in the file tells."""
    store = old_store(checkout, tmp_path)
    keys = store.keys()
    assert keys == Store(store.location).keys()
    file = files_in(store, "experiments")[0]
    data = file.read_bytes()
    at = data.index(b"provenance") + 15
    file.write_bytes(flip(data, 8 * at))
    assert decode_experiment(file.read_bytes(), file.stem).steps, "sound but for its digest"
    assert f"experiments/{file.name}" in {problem.file for problem in Store(store.location).verify()}
    with caplog.at_level(logging.WARNING, "fxreport"):
        assert Store(store.location).keys() < keys
    assert f"{file.name} is damaged: its content has changed since it was first read" in caplog.text


def test_an_import_of_schema_1_that_changes_is_set_aside(store: Store, tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_text("dataset,extractor,metric,value\na,b,ari,0.5\n")
    store.import_csv(table)
    [file] = files_in(store, "imports")
    old = file.rename(file.with_name("own.parquet"))
    store.keys()
    assert len(Store(store.location).read()) == 1
    data = old.read_bytes()
    old.write_bytes(flip(data, 8 * data.index(b"parquet-cpp")))
    assert [problem.file for problem in Store(store.location).verify()] == ["imports/own.parquet"]
    assert Store(store.location).read().empty
    assert [file.name for file in files_in(store, "imports")] == ["own.parquet.damaged"]


# -- a flipped bit in a file of each kind: refused, or read as it was ----------------------------------------


def read_arrays(store: Store, folder: str) -> Callable[[bytes], object]:
    stored = StoredSteps(open_files(store.location)).by_key()[BASE.key]
    file = stored.arrays if folder == "artifacts" else stored.shared
    return lambda data: {n: a.tolist() for n, a in decode_artifacts(data, file.digest).items()}


def read_index(store: Store, folder: str) -> Callable[[bytes], object]:
    class One:
        def __init__(self, data: bytes) -> None:
            self.read = lambda name: data

    return lambda data: index.read(One(data))  # type: ignore[arg-type]


def read_shelf(store: Store, folder: str) -> Callable[[bytes], object]:
    shelf = store._imports if folder == "imports" else store._failures
    [stem] = shelf.read()
    return lambda data: _told(shelf.decode(data, stem))  # type: ignore[attr-defined]


def _told(one: object) -> object:
    return (one.info, one.table.to_pylist()) if isinstance(one, StoredImport) else one


@pytest.mark.parametrize(
    ("folder", "reader", "stride"),
    [
        ("artifacts", read_arrays, 1),
        ("shared", read_arrays, 1),
        ("imports", read_shelf, 3),
        ("failures", read_shelf, 1),
        ("index.json", read_index, 1),
    ],
)
def test_a_flipped_bit_is_refused_or_changes_nothing(
    store: Store,
    tmp_path: Path,
    folder: str,
    reader: Callable[[Store, str], Callable[[bytes], object]],
    stride: int,
) -> None:
    table = tmp_path / "own.csv"
    table.write_text("dataset,extractor,metric,value\na,b,ari,0.5\n")
    store.import_csv(table)
    store.write(result(artifacts={"labels": np.arange(4)}, shared={"pictures": np.eye(2)}))
    store.record_failure(clustering().step, "no memory")
    store.keys()
    place = Path(store.location) / folder
    data = (place if place.is_file() else next(place.iterdir())).read_bytes()
    read = reader(store, folder)
    sound = read(data)
    refused = 0
    for flipped in flips(data, stride):
        try:
            assert read(flipped) == sound
        except StoreCorrupt:
            refused += 1
    assert refused > 0.9 * 8 * len(data) / stride


@pytest.mark.parametrize("folder", ["failures", "index.json"])
def test_verify_sees_a_flipped_bit_in_what_has_no_digest_in_its_name(store: Store, folder: str) -> None:
    store.write(result())
    store.record_failure(clustering().step, "no memory")
    store.keys()
    place = Path(store.location) / folder
    file = place if place.is_file() else next(place.iterdir())
    data = file.read_bytes()
    at = data.index(b"memory") if folder == "failures" else data.index(BASE.key.encode())
    file.write_bytes(flip(data, 8 * at))
    assert [problem.file for problem in store.verify()] == [str(file.relative_to(store.location))]


def test_failures_written_before_are_read(store: Store) -> None:
    """They had no digest."""
    store.record_failure(result().step, "reason")
    [file] = files_in(store, "failures")
    told = json.loads(file.read_text())
    del told["digest"]
    file.write_text(json.dumps(told))
    assert store.failures()[BASE.key].reason == "reason"
    assert store.verify() == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: b"PAR1 not a parquet file PAR1",
        lambda data: data[:60] + bytes([data[60] ^ 1]) + data[61:],
    ],
    ids=["empty", "truncated", "other", "flipped bit"],
)
def test_damaged_rows_are_set_aside_and_the_others_stay(
    store: Store, spoil: object, caplog: pytest.LogCaptureFixture
) -> None:
    sound = experiment(seed=1)
    store.write(result())
    store.write(result(sound))
    file = file_of(store, BASE.key)
    file.write_bytes(spoil(file.read_bytes()))  # type: ignore[operator]
    assert {p.file for p in store.verify()} == {f"steps/{file.name}"}
    assert file.exists(), "verify changes nothing"
    with caplog.at_level(logging.WARNING, "fxreport"):
        assert store.read()["key"].unique().tolist() == [sound.key]
    assert store.keys() == {sound.key}
    assert f"{file.name} is damaged" in caplog.text
    assert not file.exists()
    assert file.with_name(file.name + ".damaged").exists()
    store.write(result())
    assert store.keys() == {BASE.key, sound.key}


@pytest.mark.parametrize("name", ["{zeros}", "{zeros}-{digest}", "{key}-{zeros}", "{key}"])
def test_file_under_another_name_is_damaged(store: Store, name: str) -> None:
    store.write(result())
    file = file_of(store, BASE.key)
    key, digest = file.stem.split("-")
    file.rename(file.with_name(f"{name.format(zeros='0' * 16, key=key, digest=digest)}.parquet"))
    assert store.keys() == set()
    assert store.read().empty


def test_foreign_parquet_is_damaged(store: Store) -> None:
    for folder in ("steps", "packs", "experiments"):
        file = Path(store.location) / folder / f"{BASE.key}.parquet"
        file.parent.mkdir(parents=True)
        pd.DataFrame({"key": ["x"]}).to_parquet(file)
        file.rename(file.with_name(f"{BASE.key}-{digest_of(file.read_bytes())[:16]}.parquet"))
    assert store.read().empty


def test_file_of_a_newer_version_is_left_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from fxreport.store import rows

    with monkeypatch.context() as later:
        later.setattr(rows, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
        store.write(result())
    with pytest.raises(StoreCorrupt, match=r"newer fxreport \(schema 3, this one reads 2\); update fxreport"):
        store.keys()
    assert file_of(store, BASE.key).exists()
    assert [p.remedy for p in store.verify()] == ["update fxreport"]
