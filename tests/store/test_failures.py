"""Failures, what is discarded, the digest, and where a store lies."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from step_results import (
    BASE,
    clustering,
    experiment,
    file_of,
    files_in,
    projection,
    result,
)  # fmt: skip

from fxreport.store import Store
from fxreport.vocabulary.errors import ConfigError, OutputError
from fxreport.vocabulary.steps import Step


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")


STEP = Step(BASE)


def test_failure_is_kept_until_the_step_succeeds(store: Store) -> None:
    store.record_failure(STEP, "не вистачило пам'яті")
    [(key, failure)] = Store(store.location).failures().items()
    assert (key, failure.step, failure.reason) == (BASE.key, STEP, "не вистачило пам'яті")
    assert store.keys() == set()
    store.write(result())
    assert store.failures() == {}


def test_damaged_failure_is_set_aside(store: Store) -> None:
    store.record_failure(STEP, "reason")
    (Path(store.location) / "failures" / f"{BASE.key}.json").write_text("{")
    assert store.failures() == {}


def test_discard_removes_all_of_an_experiment(store: Store) -> None:
    store.write(result(artifacts={"a": np.arange(3)}))
    store.write(clustering(artifacts={"assignments": np.arange(3)}))
    for step in (STEP, projection().step):
        store.record_failure(step, "reason")
    store.discard(BASE.key)
    store.discard(BASE.key)
    assert files_in(store) == []


def test_a_failure_that_a_killed_run_left_is_not_told(store: Store) -> None:
    store.write(result())
    store.record_failure(STEP, "reason")
    assert store.failures() == {}


def test_failure_of_one_step_is_no_failure_of_others(store: Store) -> None:
    store.write(result())
    store.record_failure(projection().step, "reason")
    store.record_failure(projection(level="tsne").step, "other")
    assert store.keys() == {BASE.key}
    assert {one.step.title for one in store.failures().values()} == {"projection umap", "projection tsne"}
    store.write(projection())
    store.discard(projection(level="tsne").step.key)
    assert store.failures() == {}


def test_failure_of_schema_1_is_that_of_the_extraction(store: Store, checkout: Path) -> None:
    described = json.loads((checkout / "tests/data/schema1_experiments.json").read_text("utf-8"))
    one = {**described["experiments"][0], "protocol": described["protocol"]}
    file = Path(store.location) / "failures" / "old.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"experiment": one, "reason": "r", "when": "2026-11-24T00:00:00+00:00"}))
    [failure] = store.failures().values()
    assert (failure.experiment.extractor, failure.step.title) == (one["extractor"], "extraction")
    store.write(result(failure.experiment))
    assert store.failures() == {}


@pytest.mark.parametrize("packed", [False, True])
def test_discard_of_one_step_leaves_the_others(store: Store, packed: bool) -> None:
    store.write(result(artifacts={"labels": np.arange(3)}))
    store.write(clustering(artifacts={"assignments": np.arange(4)}))
    store.write(clustering(experiment(seed=1)))
    if packed:
        store.compact()
    store.discard(clustering().step.key)
    assert store.keys() == {BASE.key, clustering(experiment(seed=1)).step.key}
    assert set(store.artifacts(BASE.key)) == {"labels"}
    assert sorted(store.read()["metric"]) == ["ari", "dimension", "probe_half_share"]
    store.discard(BASE.key)
    assert store.experiments().keys() == {experiment(seed=1).key}
    assert files_in(store, "artifacts") == []
    assert store.verify() == []


def test_digest_follows_the_content(store: Store) -> None:
    digests = [store.digest()]
    store.write(result(artifacts={"a": np.arange(3)}))
    digests.append(store.digest())
    assert Store(store.location).digest() == digests[-1]
    store.record_failure(Step(experiment(seed=1)), "reason")
    digests.append(store.digest())
    store.record_failure(Step(experiment(seed=1)), "reason")
    assert store.digest() == digests[-1], "when it failed again is no content"
    file_of(store, BASE.key, "artifacts").unlink()
    digests.append(store.digest())
    store.discard(BASE.key)
    digests.append(store.digest())
    assert len(set(digests)) == len(digests)


def test_store_behind_fsspec() -> None:
    store = Store("memory://fxreport-test/results")
    store.write(result(artifacts={"a": np.arange(3)}))
    store.write(result(artifacts={"a": np.arange(4)}))
    assert store.keys() == {BASE.key}
    assert len(store.artifacts(BASE.key)["a"]) == 4
    store.compact()
    assert store.verify() == []
    store.discard(BASE.key)
    assert store.read().empty
    with pytest.raises(ConfigError, match="nonsense"):
        Store("nonsense://x")


def test_fsspec_makes_the_folders_of_a_system_that_has_some(tmp_path: Path) -> None:
    store = Store(f"local://{tmp_path}/results")
    store.write(result(artifacts={"a": np.arange(3)}))
    assert Store(tmp_path / "results").keys() == {BASE.key}


def test_file_url_is_a_folder(tmp_path: Path) -> None:
    Store((tmp_path / "my results").as_uri()).write(result())
    assert Store(tmp_path / "my results").keys() == {BASE.key}


def test_unwritable_store_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot write to the results store .*--store"):
        Store(tmp_path / "file" / "results").check_writable()
    with pytest.raises(ConfigError, match="not a folder"):
        Store(tmp_path / "file").keys()


def test_what_tries_whether_it_can_be_written_leaves_nothing(store: Store) -> None:
    store.check_writable()
    assert files_in(store) == []


def test_full_disk_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device; free some space"):
        store.write(result())
    monkeypatch.undo()
    assert files_in(store) == []
