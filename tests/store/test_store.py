"""The results store: what is written comes back, whole or not at all."""

from __future__ import annotations

import json
import logging
import os
import pickle
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxreport.store import COLUMNS, Store
from fxreport.store.artifacts import decode_artifacts, digest_of, encode_artifacts
from fxreport.store.rows import SCHEMA_VERSION
from fxreport.vocabulary.errors import ConfigError, FxReportError, InputError, OutputError, StoreCorrupt
from fxreport.vocabulary.experiment import Experiment, Measurement, Protocol, Result

BASE = Experiment("digits", "f" * 16, None, None, "raw_pixels")


def experiment(**changes: object) -> Experiment:
    return replace(BASE, **changes)  # type: ignore[arg-type]


def result(one: Experiment = BASE, ari: float = 0.5, **more: object) -> Result:
    measurements = (Measurement("ari", ari, 600, "kmeans"), Measurement("dimension", 64.0))
    return Result(one, measurements, **more)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")


def rows_file(store: Store, key: str) -> Path:
    return Path(store.location) / "experiments" / f"{key}.parquet"


def artifact_files(store: Store) -> list[Path]:
    return sorted((Path(store.location) / "artifacts").glob("*.npz"))


# -- rows ----------------------------------------------------------------------------------------------------


def test_read_gives_the_contracts_columns_and_types(store: Store) -> None:
    store.write(result(experiment(extractor="vgg16", input_size=32, seed=1)))
    store.write(result())
    frame = store.read()
    assert tuple(frame.columns) == COLUMNS
    kinds = {column: frame[column].dtype for column in ("input_size", "n", "seed", "value")}
    assert kinds == {"input_size": pd.Int64Dtype(), "n": pd.Int64Dtype(), "seed": "int64", "value": "float64"}
    raw = frame[frame["extractor"] == "raw_pixels"].set_index("metric")
    assert raw.loc["ari", ["dataset", "clusterer", "value", "n", "origin"]].tolist() == [
        "digits", "kmeans", 0.5, 600, "measured",
    ]  # fmt: skip
    assert raw["input_size"].isna().all()
    assert raw.loc["dimension", "clusterer"] == ""
    assert pd.isna(raw.loc["dimension", "n"])


def test_empty_store_reads_as_an_empty_frame(store: Store) -> None:
    frame = store.read()
    assert tuple(frame.columns) == COLUMNS
    assert frame.empty
    assert store.keys() == set()
    assert not Path(store.location).exists(), "reading makes nothing"


def test_experiment_and_provenance_come_back(store: Store) -> None:
    one = experiment(settings=(("epochs", 3), ("tied", True)), protocol=Protocol(projection_images=500))
    store.write(result(one, provenance={"processor": "Ядро", "threads": np.int64(2)}))
    again = Store(store.location)
    assert again.experiments() == {one.key: one}
    assert again.provenance() == {one.key: {"processor": "Ядро", "threads": 2}}


def test_order_of_rows_does_not_depend_on_the_order_of_writing(tmp_path: Path) -> None:
    results = [result(experiment(seed=s, extractor=x)) for s in (2, 0) for x in ("vgg16", "autoencoder")]
    first, second = Store(tmp_path / "a"), Store(tmp_path / "b")
    for one in results:
        first.write(one)
    for one in reversed(results):
        second.write(one)
    pd.testing.assert_frame_equal(first.read(), second.read())
    assert first.digest() == second.digest()


def test_equal_results_give_equal_bytes(tmp_path: Path) -> None:
    stores = Store(tmp_path / "a"), Store(tmp_path / "b")
    for one in stores:
        one.write(result(artifacts={"b": np.arange(5), "a": np.eye(2)}, provenance={"z": 1, "a": 2}))
        time.sleep(0.01)
    files = [sorted(p for p in Path(s.location).rglob("*") if p.is_file()) for s in stores]
    assert [p.name for p in files[0]] == [p.name for p in files[1]]
    assert [p.read_bytes() for p in files[0]] == [p.read_bytes() for p in files[1]]


def test_what_is_not_a_number_is_left_out(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.write(
        replace(result(), measurements=(Measurement("silhouette", float("nan")), Measurement("ari", 1.0)))
    )
    assert store.read()["metric"].tolist() == ["ari"]
    assert "silhouette of raw_pixels on digits is not a number" in caplog.text


def test_change_by_another_process_is_seen(store: Store) -> None:
    assert store.read().empty
    Store(store.location).write(result())
    assert len(store.read()) == 2
    Store(store.location).write(result(ari=0.75))
    assert set(store.read()["value"]) == {0.75, 64.0}


def test_store_travels_to_other_processes(store: Store) -> None:
    store.write(result())
    store.read()
    again = pickle.loads(pickle.dumps(store))  # noqa: S301 - our own bytes
    assert again.keys() == {BASE.key}
    assert len(pickle.dumps(store)) < 500, "what was read stays"


# -- artifacts -----------------------------------------------------------------------------------------------


def test_artifacts_come_back(store: Store) -> None:
    arrays = {"labels": np.arange(10, dtype=np.int8), "feature_maps/conv1": np.ones((2, 3, 3), np.float32)}
    store.write(result(artifacts=arrays))
    back = Store(store.location).artifacts(BASE.key)
    assert back.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(back[name], array)
        assert back[name].dtype == array.dtype
    assert store.artifacts("unknown") == {}


def test_measuring_again_leaves_no_old_artifacts(store: Store) -> None:
    for seed in range(3):
        store.write(result(artifacts={"a": np.full(3, seed)}))
    assert len(artifact_files(store)) == 1
    assert store.artifacts(BASE.key)["a"].tolist() == [2, 2, 2]
    assert store.verify() == []


@given(
    st.dictionaries(
        st.text("abc/_", min_size=1).filter(lambda s: s.strip("/")), st.integers(0, 50), max_size=4
    )
)
def test_artifact_bytes_depend_on_content_only(sizes: dict[str, int]) -> None:
    arrays = {name: np.arange(size) for name, size in sizes.items()}
    data = encode_artifacts(arrays)
    assert data == encode_artifacts(dict(reversed(arrays.items())))
    back = decode_artifacts(data, digest_of(data))
    assert {name: array.tolist() for name, array in back.items()} == {
        name: list(range(size)) for name, size in sizes.items()
    }


def test_lost_artifacts_are_measured_again_but_the_rows_stay(store: Store) -> None:
    store.write(result(artifacts={"a": np.arange(3)}))
    artifact_files(store)[0].unlink()
    assert store.keys() == set()
    assert len(store.read()) == 2
    assert [p.what for p in store.verify()] == ["it is missing"]


def test_changed_artifacts_are_set_aside(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.write(result(artifacts={"a": np.arange(300)}))
    [file] = artifact_files(store)
    file.write_bytes(file.read_bytes()[:-9])
    assert [p.what for p in store.verify()] == ["its content has changed since it was written"]
    assert store.artifacts(BASE.key) == {}
    assert file.with_name(file.name + ".damaged").exists()
    assert "is damaged: its content has changed" in caplog.text
    assert store.keys() == set()


# -- arrays that experiments share ---------------------------------------------------------------------------


def shared_files(store: Store) -> list[Path]:
    return sorted((Path(store.location) / "shared").glob("*"))


def with_pictures(seed: int = 0, pictures: object = (1, 2, 3)) -> Result:
    return replace(result(experiment(seed=seed)), shared={"pictures": np.asarray(pictures)})


def test_equal_shared_arrays_are_one_file(store: Store) -> None:
    for seed in range(3):
        store.write(with_pictures(seed))
    store.write(with_pictures(3, pictures=(4, 5)))
    assert len(shared_files(store)) == 2
    again = Store(store.location)
    for key, known in again.experiments().items():
        assert again.shared(key)["pictures"].tolist() == ([4, 5] if known.seed == 3 else [1, 2, 3])
    assert again.shared("unknown") == {}
    assert again.verify() == []


def test_an_experiment_without_shared_arrays_is_stored_as_before(store: Store) -> None:
    store.write(result())
    assert store.shared(BASE.key) == {}
    assert shared_files(store) == []
    assert b'"shared"' not in rows_file(store, BASE.key).read_bytes()


def test_shared_arrays_outlive_those_that_go_and_serve_those_that_stay(store: Store) -> None:
    for seed in range(2):
        store.write(with_pictures(seed))
    gone, stays = (experiment(seed=seed).key for seed in range(2))
    store.discard(gone)
    assert store.shared(stays)["pictures"].tolist() == [1, 2, 3]
    assert store.verify() == []
    store.discard(stays)
    [problem] = store.verify()
    assert problem.file.startswith("shared/")
    assert problem.what == "no experiment refers to it any more"


def test_lost_and_damaged_shared_arrays_are_found_and_measured_again(store: Store) -> None:
    store.write(with_pictures())
    [file] = shared_files(store)
    whole = store.digest()
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert [p.what for p in store.verify()] == ["its content has changed since it was written"]
    assert store.shared(BASE.key) == {}
    assert [p.what for p in store.verify()] == ["it is missing", "set aside as damaged"]
    assert store.keys() == set()
    assert store.digest() != whole
    store.write(with_pictures())
    assert store.keys() == {BASE.key}
    assert store.digest() == whole


# -- whole or not at all -------------------------------------------------------------------------------------


def test_kill_between_artifacts_and_rows_leaves_no_experiment(store: Store) -> None:
    script = f"""
import os, numpy as np
from fxreport.store import Store, store
from fxreport.vocabulary.experiment import Experiment, Measurement, Result
store.encode_experiment = lambda *_: os.kill(os.getpid(), 9)  # the rows come after the artifacts
Store({store.location!r}).write(Result(
    Experiment("digits", "f", None, None, "raw_pixels"), (Measurement("ari", 0.5),), {{"a": np.arange(9)}}))
"""
    run = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert run.returncode == -9
    assert len(artifact_files(store)) == 1, "the artifacts had been written"
    assert store.keys() == set()
    assert store.read().empty
    assert [p.what for p in store.verify()] == ["no experiment refers to it: a run was interrupted"]


def test_unfinished_write_is_not_read(store: Store) -> None:
    store.write(result())
    file = rows_file(store, BASE.key)
    file.with_name(f".{'0' * 20}.parquet.abc.unfinished").write_bytes(file.read_bytes()[:100])
    assert store.keys() == {BASE.key}
    assert [p.what for p in store.verify()] == ["an unfinished write"]


def test_writers_side_by_side_leave_whole_experiments(store: Store) -> None:
    def write(worker: int) -> None:
        mine = Store(store.location)
        for seed in range(6):
            mine.write(result(experiment(seed=seed), ari=worker / 10, artifacts={"who": np.full(50, worker)}))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    frame = store.read()
    assert len(store.keys()) == 6
    assert len(frame) == 12
    for key in frame["key"].unique():
        ari = frame.loc[(frame["key"] == key) & (frame["metric"] == "ari"), "value"].item()
        assert set(store.artifacts(key)["who"].tolist()) == {round(ari * 10)}, "rows and artifacts of one run"


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


# -- damage --------------------------------------------------------------------------------------------------


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


# -- failures, discard, digest -------------------------------------------------------------------------------


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


# -- where it lies -------------------------------------------------------------------------------------------


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


# -- CSV exchange --------------------------------------------------------------------------------------------


def write_csv(folder: Path, text: str | bytes, name: str = "numbers.csv") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_import_of_the_least_columns(store: Store, tmp_path: Path) -> None:
    file = write_csv(tmp_path, "dataset,extractor,metric,value\nmnist,custom_cnn,extraction_seconds,1.5\n")
    summary = store.import_csv(file)
    assert (summary.info.rows, summary.replaced, summary.new_names) == (1, None, {})
    [row] = Store(store.location).read().to_dict("records")
    assert row["key"] == "import:numbers"
    assert (row["seed"], row["clusterer"], row["unit"], row["origin"]) == (0, "", "second", "imported")
    assert pd.isna(row["input_size"])
    assert pd.isna(row["n"])
    assert store.keys() == set(), "imported numbers are no experiment"


def test_import_of_all_columns_with_a_bom_cyrillic_and_quotes(store: Store, tmp_path: Path) -> None:
    file = write_csv(
        tmp_path,
        "\ufeffvalue,dataset,extractor,metric,seed,unit,input_size,clusterer,n,note\r\n"
        '0.25,"Київ, Ґ й ё",мій_екстрактор,ari,2,,32.0,gmm,100,hi\r\n\r\n',
        "вимірювання 1.csv",
    )
    summary = store.import_csv(file)
    assert summary.ignored_columns == ("note",)
    assert summary.new_names == {"dataset": ("Київ, Ґ й ё",), "extractor": ("мій_екстрактор",)}
    [row] = store.read().drop(columns=["key", "origin", "unit"]).to_dict("records")
    assert list(row.values()) == ["Київ, Ґ й ё", "мій_екстрактор", 32, "gmm", 2, "ari", 0.25, 100]


def test_variant_name_is_taken_apart(store: Store, tmp_path: Path) -> None:
    store.import_csv(write_csv(tmp_path, "dataset,extractor,metric,value\nmnist,vgg16@32,ari,0.1\n"))
    assert store.read()[["extractor", "input_size"]].values.tolist() == [["vgg16", 32]]


HEADER = "dataset,extractor,metric,value,seed,input_size\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; expected comma-separated UTF-8 text"),
        ("\ufeff \r\n", "is empty"),
        (HEADER, "holds no measurements, only a header"),
        ("dataset,metric\nmnist,ari\n", "line 1: missing columns extractor, value; found dataset, metric"),
        ("mnist,custom_cnn,ari,0.4\n", "line 1: missing columns dataset, extractor, metric, value"),
        ("dataset,dataset,extractor,metric,value\na,a,b,c,1\n", "column dataset is there twice"),
        (
            "dataset;extractor;metric;value\nmnist;cnn;ari;0,4\n",
            "fields are separated by semicolons; expected",
        ),
        ("dataset\textractor\tmetric\tvalue\nmnist\tcnn\tari\t1\n", "separated by tabs"),
        (
            HEADER + "mnist,cnn,ari,0.4,0,\nmnist,cnn,nmi,abc,0,\n",
            "line 3: value must be a number, got 'abc'",
        ),
        (HEADER + "mnist,cnn,ari,,0,\n", "line 2: value must be a number, got ''"),
        (HEADER + 'mnist,cnn,ari,"0,439",0,\n', "line 2: value 0,439 has a decimal comma; write 0.439"),
        (HEADER + "mnist,cnn,ari,0,439,0,\n", "line 2: 7 fields where the header has 6"),
        (HEADER + "mnist,cnn,ari,nan,0,\n", "line 2: value must be a finite number, got nan"),
        (HEADER + "mnist,cnn,ari,-inf,0,\n", "line 2: value must be a finite number, got -inf"),
        (HEADER + "mnist,cnn,ari,1e999,0,\n", "line 2: value must be a finite number"),
        (HEADER + "mnist,,ari,0.4,0,\n", "line 2: extractor is empty"),
        (HEADER + "mnist,cnn,ari,0.4,first,\n", "line 2: seed must be a whole number, got 'first'"),
        (HEADER + "mnist,cnn,ari,0.4,-1,\n", "line 2: seed must be a whole number from 0 on, got -1"),
        (HEADER + "mnist,cnn,ari,0.4,99999999999999999999,\n", "line 2: seed must be a whole number from 0"),
        (HEADER + "mnist,cnn,ari,0.4,0,0\n", "line 2: input_size must be a whole number from 1 on, got 0"),
        (HEADER + "mnist,cnn,ari,0.4,0,32.5\n", "line 2: input_size must be a whole number, got 32.5"),
        (HEADER + "mnist,cnn,ari,0.4,0,inf\n", "line 2: input_size must be a whole number, got 'inf'"),
        (
            HEADER + "mnist,cnn,ari,0.4,0,\nmnist,cnn,nmi,0.4,0,\nmnist,cnn,ari,0.5,0,\n",
            "lines 2 and 4: two different values for the same cell (mnist, cnn, 0, ari); keep one",
        ),
        (HEADER.encode() + b"mnist,\xea\xee,ari,1,0,\n", "line 2: not UTF-8; expected"),
        ("dataset,extractor".encode("utf-16"), "not UTF-8"),
        (HEADER + 'mnist,"cnn,ari,0.4,0,\n', "line 2: unexpected end of data"),
    ],
)
def test_import_refuses(store: Store, tmp_path: Path, text: str | bytes, message: str) -> None:
    file = write_csv(tmp_path, text)
    with pytest.raises(InputError) as refused:
        store.import_csv(file)
    assert message in str(refused.value)
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert store.imports() == {}


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_import_of_what_cannot_be_read(store: Store, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot read"):
        store.import_csv(tmp_path / name)


def test_same_row_twice_counts_once(store: Store, tmp_path: Path) -> None:
    store.import_csv(write_csv(tmp_path, HEADER + "mnist,cnn,ari,0.4,0,\n" * 2))
    assert len(store.read()) == 1


def test_importing_the_same_file_again_replaces(store: Store, tmp_path: Path) -> None:
    first = store.import_csv(write_csv(tmp_path, HEADER + "mnsit,cnn,ari,0.4,0,\n"))
    second = store.import_csv(write_csv(tmp_path, HEADER + "mnist,cnn,ari,0.4,0,\n"))
    assert second.replaced == first.info
    assert store.read()["dataset"].tolist() == ["mnist"]


def test_newer_import_wins_cell_by_cell(store: Store, tmp_path: Path) -> None:
    store.import_csv(write_csv(tmp_path, HEADER + "mnist,cnn,ari,0.4,0,\nmnist,cnn,ari,0.5,1,\n", "z.csv"))
    store.import_csv(write_csv(tmp_path, HEADER + "mnist,cnn,ari,0.9,0,\nmnist,cnn,ari,0.1,0,32\n", "a.csv"))
    assert sorted(store.read()["value"]) == [0.1, 0.5, 0.9]
    assert list(store.imports()) == ["z", "a"]
    store.discard("import:a")
    assert sorted(store.read()["value"]) == [0.4, 0.5]


def test_names_that_clean_to_the_same_do_not_meet(store: Store, tmp_path: Path) -> None:
    for name in ("a b.csv", "a+b.csv", "a_b.csv"):
        store.import_csv(write_csv(tmp_path, HEADER + f"mnist,{name},ari,0.4,0,\n", name))
    assert len(store.imports()) == 3
    assert len(store.read()) == 3


def test_export_and_import_keep_all_rows(store: Store, tmp_path: Path) -> None:
    store.write(result(ari=1 / 3))
    store.write(result(experiment(train=100), ari=0.1 + 0.2))  # the same cell under another protocol
    store.write(result(experiment(extractor="vgg16", input_size=32, seed=4)))
    store.import_csv(write_csv(tmp_path, HEADER + '"a, ""b""\nc",cnn,ari,1e-300,0,\n'))
    file = tmp_path / "out" / "all.csv"
    assert store.export_csv(file) == 7
    other = Store(tmp_path / "other")
    assert other.import_csv(file).ignored_columns == ()
    left, right = (s.read().drop(columns="origin") for s in (store, other))
    pd.testing.assert_frame_equal(left, right)
    assert set(other.read()["origin"]) == {"imported"}


def test_export_to_where_it_cannot_be(store: Store, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        store.export_csv(tmp_path)


def test_damaged_import_is_set_aside(store: Store, tmp_path: Path) -> None:
    store.import_csv(write_csv(tmp_path, HEADER + "mnist,cnn,ari,0.4,0,\n"))
    file = Path(store.location) / "imports" / "numbers.parquet"
    file.write_bytes(b"PAR1")
    assert [p.remedy for p in store.verify()] == ["import its CSV file again"]
    assert store.read().empty
    assert file.with_name("numbers.parquet.damaged").exists()


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda s: (HEADER + s).encode()))
def test_no_file_breaks_the_import(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    file = write_csv(folder, data)
    message = ""
    try:
        Store(folder / "results").import_csv(file)
    except FxReportError as error:
        message = str(error)
    assert "\n" not in message
