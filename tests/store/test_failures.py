"""Failures."""

from __future__ import annotations

IMPORTS

def test_failure_is_kept_until_the_experiment_succeeds(store: Store) -> None:
    store.record_failure(BASE, "не вистачило пам'яті")
    [(key, failure)] = Store(store.location).failures().items()
    assert (key, failure.experiment, failure.reason) == (BASE.key, BASE, "не вистачило пам'яті")
    assert store.keys() == set()
    store.write(result())
    assert store.failures() == {}


def test_damaged_failure_is_set_aside(store: Store) -> None:
    store.record_failure(BASE, "reason")
    (Path(store.location) / "failures" / f"{BASE.key}.json").write_text("{")
    assert store.failures() == {}


def test_discard_removes_all_of_an_experiment(store: Store) -> None:
    store.write(result(artifacts={"a": np.arange(3)}))
    store.record_failure(BASE, "reason")
    store.discard(BASE.key)
    store.discard(BASE.key)
    assert [p for p in Path(store.location).rglob("*") if p.is_file()] == []


def test_digest_follows_the_content(store: Store) -> None:
    digests = [store.digest()]
    store.write(result(artifacts={"a": np.arange(3)}))
    digests.append(store.digest())
    assert Store(store.location).digest() == digests[-1]
    store.record_failure(experiment(seed=1), "reason")
    digests.append(store.digest())
    store.record_failure(experiment(seed=1), "reason")
    assert store.digest() == digests[-1], "when it failed again is no content"
    artifact_files(store)[0].unlink()
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
    assert store.verify() == []
    store.discard(BASE.key)
    assert store.read().empty
    with pytest.raises(ConfigError, match="nonsense"):
        Store("nonsense://x")


def test_file_url_is_a_folder(tmp_path: Path) -> None:
    Store((tmp_path / "my results").as_uri()).write(result())
    assert Store(tmp_path / "my results").keys() == {BASE.key}


def test_unwritable_store_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot write to the results store .*--store"):
        Store(tmp_path / "file" / "results").check_writable()
    with pytest.raises(ConfigError, match="not a folder"):
        Store(tmp_path / "file").keys()


def test_full_disk_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device; free some space"):
        store.write(result())
    monkeypatch.undo()
    assert [p for p in Path(store.location).rglob("*") if p.is_file()] == []


def test_reading_the_standard_plan_is_fast(store: Store) -> None:
    """78 cells' worth of files; the bound is wide, for a busy machine."""
    names = [f"metric_{i}" for i in range(28)]
    for seed in range(78):
        one = experiment(seed=seed)
        store.write(Result(one, tuple(Measurement(name, 0.5, 600) for name in names)))
    Store(store.location).read()  # imports
    fresh = Store(store.location)
    start = time.perf_counter()
    frame = fresh.read()
    assert len(frame) == 78 * 28
    assert time.perf_counter() - start < 0.5
    start = time.perf_counter()
    fresh.digest()
    assert time.perf_counter() - start < 0.1
