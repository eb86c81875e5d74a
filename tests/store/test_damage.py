"""Damaged and unfinished files."""

from __future__ import annotations

import itertools
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from step_results import (
    BASE, FailingFiles, Killed, clustering, experiment, file_of, files_in, projection, result,
)  # fmt: skip

from fxreport.store import Store
from fxreport.store.rows import SCHEMA_VERSION
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
    assert [p.what for p in store.verify()] == ["no experiment refers to it: a run was interrupted"]


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


def test_interleaved_writers_of_one_experiment(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other run's whole write falls between our artifacts and our rows."""
    from fxreport.store import store as module

    encode = module.encode_experiment
    other = Store(store.location)

    def encode_after_the_other(one: Result, artifact: str, shared: str) -> bytes:
        monkeypatch.setattr(module, "encode_experiment", encode)
        other.write(result(ari=0.1, artifacts={"who": np.array([1])}))
        return encode(one, artifact, shared)

    monkeypatch.setattr(module, "encode_experiment", encode_after_the_other)
    store.write(result(ari=0.2, artifacts={"who": np.array([2])}))
    assert store.read().set_index("metric").loc["ari", "value"] == 0.2
    assert store.artifacts(BASE.key)["who"].tolist() == [2]
    assert store.keys() == {BASE.key}





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
    file = rows_file(store, BASE.key)
    file.write_bytes(spoil(file.read_bytes()))  # type: ignore[operator]
    assert {p.file for p in store.verify()} == {f"experiments/{BASE.key}.parquet"}
    assert file.exists(), "verify changes nothing"
    with caplog.at_level(logging.WARNING, "fxreport"):
        assert store.keys() == {sound.key}
    assert f"{BASE.key}.parquet is damaged" in caplog.text
    assert not file.exists()
    assert file.with_name(file.name + ".damaged").exists()
    store.write(result())
    assert store.keys() == {BASE.key, sound.key}


def test_file_under_another_experiments_name_is_damaged(store: Store) -> None:
    store.write(result())
    file = rows_file(store, BASE.key)
    file.rename(file.with_name(f"{'0' * 20}.parquet"))
    assert store.keys() == set()


def test_foreign_parquet_is_damaged(store: Store) -> None:
    file = rows_file(store, BASE.key)
    file.parent.mkdir(parents=True)
    pd.DataFrame({"key": ["x"]}).to_parquet(file)
    assert store.read().empty


def test_file_of_a_newer_version_is_left_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from fxreport.store import rows

    with monkeypatch.context() as later:
        later.setattr(rows, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
        store.write(result())
    with pytest.raises(StoreCorrupt, match=r"newer fxreport \(schema 2, this one reads 1\); update fxreport"):
        store.keys()
    assert rows_file(store, BASE.key).exists()
    assert [p.remedy for p in store.verify()] == ["update fxreport"]


def test_experiments_of_the_first_protocol_keep_their_keys(checkout: Path) -> None:
    """Theirs had no lists of projections and inspections: what it did is what they say now."""
    stored = Store(str(checkout / "results")).experiments()
    for key, one in stored.items():
        assert one.key == key
        if one.protocol.version == 1:
            assert (one.protocol.projections, one.protocol.inspections) == (("pca", "tsne"), ())
    old = experiment(protocol=Protocol(version=1, projections=("pca", "tsne"), inspections=()))
    assert Experiment.from_dict(json.loads(json.dumps(old.to_dict()))) == old
    new = experiment(protocol=Protocol(projections=("pca", "tsne"), inspections=()))
    assert Experiment.from_dict(json.loads(json.dumps(new.to_dict()))) == new
    assert new.key != old.key


def test_experiment_that_does_not_make_its_key_is_reported(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fxreport.store import rows

    changed = experiment(seed=9).to_dict()
    with monkeypatch.context() as other:
        other.setattr(rows.Experiment, "to_dict", lambda self: changed)
        store.write(result())
    assert "its key is not that of its experiment" in store.verify()[0].what
