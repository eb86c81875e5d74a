"""What is written comes back: rows, arrays, whole or not at all."""

from __future__ import annotations

import pickle
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from step_results import BASE, clustering, experiment, file_of, files_in, projection, result

from fxreport.store import COLUMNS, Store
from fxreport.store.artifacts import decode_artifacts, encode_artifacts
from fxreport.store.names import digest_of
from fxreport.vocabulary.metrics import Metric
from fxreport.vocabulary.steps import Measurement, StepResult


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")


def test_read_gives_the_contracts_columns_and_types(store: Store) -> None:
    store.write(result(experiment(extractor="vgg16", input_size=32, seed=1)))
    store.write(result())
    store.write(clustering())
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
    one = experiment(settings=(("epochs", 3), ("tied", True)))
    store.write(result(one, provenance={"processor": "Ядро", "threads": np.int64(2)}))
    again = Store(store.location)
    assert again.experiments() == {one.key: one}
    assert again.provenance() == {one.key: {"processor": "Ядро", "threads": 2, "stages": {}}}


def test_order_of_rows_does_not_depend_on_the_order_of_writing(tmp_path: Path) -> None:
    runs = [experiment(seed=s, extractor=x) for s in (2, 0) for x in ("vgg16", "autoencoder")]
    results = [of(one) for one in runs for of in (result, clustering)]
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
        replace(clustering(), measurements=(Measurement("silhouette", float("nan")), Measurement("ari", 1.0)))
    )
    assert store.read()["metric"].tolist() == ["ari"]
    assert "silhouette of raw_pixels on digits is not a number" in caplog.text


def test_change_by_another_process_is_seen(store: Store) -> None:
    assert store.read().empty
    Store(store.location).write(result())
    assert len(store.read()) == 2
    Store(store.location).write(result(dimension=32))
    assert set(store.read()["value"]) == {0.25, 32.0}


def test_store_travels_to_other_processes(store: Store) -> None:
    store.write(result())
    store.read()
    again = pickle.loads(pickle.dumps(store))  # noqa: S301 - our own bytes
    assert again.keys() == {BASE.key}
    assert len(pickle.dumps(store)) < 500, "what was read stays"


def test_artifacts_come_back(store: Store) -> None:
    arrays = {"labels": np.arange(10, dtype=np.int8), "feature_maps/conv1": np.ones((2, 3, 3, 1), np.float32)}
    store.write(result(artifacts=arrays))
    back = Store(store.location).artifacts(BASE.key)
    assert back.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(back[name], array)
        assert back[name].dtype == array.dtype
    assert dict(store.artifacts("unknown")) == {}


def test_measuring_again_leaves_no_old_artifacts(store: Store) -> None:
    for seed in range(3):
        store.write(result(artifacts={"a": np.full(3, seed)}))
    assert len(files_in(store, "artifacts")) == len(files_in(store, "steps")) == 1
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
    files_in(store, "artifacts")[0].unlink()
    assert store.keys() == set()
    assert len(store.read()) == 2
    assert [p.what for p in store.verify()] == ["it is missing"]


def test_changed_artifacts_are_set_aside(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.write(result(artifacts={"a": np.arange(300)}))
    [file] = files_in(store, "artifacts")
    file.write_bytes(file.read_bytes()[:-9])
    assert [p.what for p in store.verify()] == ["its content has changed since it was written"]
    assert dict(store.artifacts(BASE.key)) == {}
    assert file.with_name(file.name + ".damaged").exists()
    assert "is damaged: its content has changed" in caplog.text
    assert store.keys() == set()


def with_pictures(seed: int = 0, pictures: object = (1, 2, 3)) -> StepResult:
    return replace(result(experiment(seed=seed)), shared={"pictures": np.asarray(pictures)})


def test_equal_shared_arrays_are_one_file(store: Store) -> None:
    for seed in range(3):
        store.write(with_pictures(seed))
    store.write(with_pictures(3, pictures=(4, 5)))
    assert len(files_in(store, "shared")) == 2
    again = Store(store.location)
    for key, known in again.experiments().items():
        assert again.shared(key)["pictures"].tolist() == ([4, 5] if known.seed == 3 else [1, 2, 3])
    assert dict(again.shared("unknown")) == {}
    assert again.verify() == []


def test_an_experiment_without_shared_arrays_has_none(store: Store) -> None:
    store.write(result())
    assert dict(store.shared(BASE.key)) == {}
    assert files_in(store, "shared") == []


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
    [file] = files_in(store, "shared")
    whole = store.digest()
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert [p.what for p in store.verify()] == ["its content has changed since it was written"]
    assert dict(store.shared(BASE.key)) == {}
    assert [p.what for p in store.verify()] == ["it is missing", "set aside as damaged"]
    assert store.keys() == set()
    assert store.digest() != whole
    store.write(with_pictures())
    assert store.keys() == {BASE.key}
    assert store.digest() == whole


# -- steps ---------------------------------------------------------------------------------------------------


def test_rows_name_their_step_and_its_level(store: Store) -> None:
    own = projection(), clustering(level="gmm_full"), result()
    for one in own:
        store.write(one)
    found = store.read().drop_duplicates("step").set_index("step")
    assert {key: (row["clusterer"], row["levels"]) for key, row in found.iterrows()} == {
        own[0].step.key: ("", '{"projection":"umap"}'),
        own[1].step.key: ("gmm_full", ""),
        own[2].step.key: ("", ""),
    }
    assert set(found["key"]) == {BASE.key}
    assert store.steps() == {one.step.key: one.step for one in own}
    assert store.keys() == set(store.steps())


def test_levels_of_a_measurement_join_those_of_its_step(store: Store) -> None:
    levels = (("attribution", "grad_cam"), ("images", 12))
    store.write(replace(projection(), measurements=(Measurement("gain", 0.5, None, levels),)))
    assert store.read()["levels"].tolist() == ['{"attribution":"grad_cam","images":12,"projection":"umap"}']


def test_seconds_of_steps_are_added_up(store: Store) -> None:
    store.write(result(provenance={"wall_seconds": 2.0, "stages": {"fit": 1.5}, "processor": "x"}))
    store.write(projection(provenance={"wall_seconds": 0.25}))
    store.write(clustering(provenance={"wall_seconds": 0.125}))
    assert store.provenance()[BASE.key] == {
        "wall_seconds": 2.375,
        "stages": {"fit": 1.5, "projection umap": 0.25, "clustering kmeans": 0.125},
        "processor": "x",
    }


def test_metrics_that_a_step_brings_are_kept(store: Store) -> None:
    own = Metric("crispness", "crispness", unit="step", higher_is_better=True, titles=(("uk", "чіткість"),))
    store.write(replace(result(), measurements=(Measurement("crispness", 3.0),), metrics=(own,)))
    assert store.read()["unit"].tolist() == ["step"]
    assert [Metric.from_dict(row) for row in store.provenance()[BASE.key]["metrics"]] == [own]


def test_arrays_of_all_steps_are_merged_and_the_newer_version_counts(store: Store) -> None:
    store.write(result(artifacts={"labels": np.arange(3)}))
    store.write(projection(version=2, artifacts={"umap_2d": np.full((2, 2), 2)}))
    store.write(
        projection(version=1, artifacts={"umap_2d": np.full((2, 2), 1), "umap_groups": np.zeros(2, int)})
    )
    merged = store.artifacts(BASE.key)
    assert set(merged) == {"labels", "umap_2d", "umap_groups"}
    assert merged["umap_2d"].tolist() == [[2, 2], [2, 2]]


def test_only_the_step_whose_arrays_are_lost_is_measured_again(store: Store) -> None:
    store.write(result(artifacts={"labels": np.arange(3)}))
    store.write(projection(artifacts={"umap_2d": np.eye(2)}))
    file_of(store, projection().step.key, "artifacts").unlink()
    assert store.keys() == {BASE.key}
    assert set(store.artifacts(BASE.key)) == {"labels"}


def test_settings_clusterers_and_projections_at_one_seed_are_rows_of_their_own(store: Store) -> None:
    for epochs in (1, 2):
        one = experiment(extractor="custom_cnn", settings=(("epochs", epochs),))
        store.write(result(one, dimension=epochs))
        for place, level in enumerate(("kmeans", "gmm_full")):
            store.write(clustering(one, epochs / 10 + place, level))
        for place, level in enumerate(("pca", "umap")):
            store.write(projection(one, level, epochs / 10 + place / 2))
    frame = store.read()
    cells = ["key", "clusterer", "levels", "metric"]
    assert not frame.duplicated(cells).any()
    assert frame.groupby("metric").size().to_dict() == {
        "ari": 4, "dimension": 2, "probe_half_share": 2, "purity": 4,
    }  # fmt: skip
