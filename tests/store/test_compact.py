"""Packs, the index, and stores of schema 1."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from step_results import BASE, clustering, experiment, file_of, files_in, flips, projection, result

from fxreport.commands.planned import make_plan
from fxreport.store import Store, listing, measured
from fxreport.store.artifacts import decode_artifacts
from fxreport.store.files import open_files
from fxreport.store.index import Index, load
from fxreport.store.names import FOLDERS, digest_of
from fxreport.vocabulary.metrics import identified, levels_of, plain


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")


def fill(store: Store, seeds: int = 2) -> None:
    for seed in range(seeds):
        one = experiment(seed=seed)
        store.write(result(one, artifacts={"labels": np.arange(4)}, shared={"pictures": np.eye(2)}))
        store.write(clustering(one, artifacts={"assignments": np.full(4, seed)}))
        store.write(projection(one, artifacts={"umap_2d": np.ones((3, 2))}))


def arrays_of(store: Store) -> dict[str, dict[str, np.ndarray]]:
    return {key: dict(store.artifacts(key)) | dict(store.shared(key)) for key in store.experiments()}


def assert_same(one: Store, other: Store) -> None:
    pd.testing.assert_frame_equal(one.read(), other.read())
    np.testing.assert_equal(arrays_of(one), arrays_of(other))
    assert one.keys() == other.keys()
    assert one.steps() == other.steps()
    assert one.provenance() == other.provenance()


# -- packs ---------------------------------------------------------------------------------------------------


def test_a_packed_store_reads_the_same_and_is_small(store: Store, tmp_path: Path) -> None:
    fill(store)
    before = Store(shutil.copytree(store.location, tmp_path / "before"))
    assert store.compact() == (13, 4)
    assert_same(before, Store(store.location))
    assert [len(files_in(store, folder)) for folder in ("steps", "packs", "artifacts")] == [0, 1, 2]
    assert store.verify() == []
    again = [path.name for path in files_in(store)]
    assert store.compact() == (4, 4)
    assert [path.name for path in files_in(store)] == again


def test_equal_steps_make_equal_packs(tmp_path: Path) -> None:
    own = [of(experiment(seed=seed)) for seed in range(3) for of in (result, clustering, projection)]
    stores = [Store(tmp_path / str(order)) for order in range(2)]
    for order, store in enumerate(stores):
        for place, one in enumerate(own[:: 1 - 2 * order]):
            store.write(one)
            if order and place % 4 == 3:
                store.compact()
        store.compact()
    contents = [[(p.name, p.read_bytes()) for p in files_in(store)] for store in stores]
    assert contents[0] == contents[1]


def test_what_comes_after_a_pack_wins_over_it(store: Store) -> None:
    fill(store)
    store.compact()
    store.write(clustering(ari=0.875, artifacts={"assignments": np.full(4, 9)}))
    store.write(projection(version=2, purity=0.75, artifacts={"umap_2d": np.zeros((3, 2))}))
    for _ in range(2):
        values = store.read().query("seed == 0").groupby("metric")["value"].agg(list)
        assert values["ari"] == [0.875]
        assert sorted(values["purity"]) == [0.5, 0.75], "another version is another step"
        assert store.artifacts(BASE.key)["assignments"].tolist() == [9] * 4
        assert store.artifacts(BASE.key)["umap_2d"].tolist() == [[0, 0]] * 3
        assert store.verify() == []
        store.compact()


def test_lost_arrays_of_a_pack_make_measured_again_the_steps_that_need_them(store: Store) -> None:
    fill(store)
    store.write(clustering(experiment(seed=1), level="gmm_full"))
    store.compact()
    kept = experiment(seed=1)
    file_of(store, BASE.key, "artifacts").unlink()
    of_seed_1 = {key for key, step in store.steps().items() if step.experiment == kept}
    assert store.keys() == of_seed_1
    file_of(store, kept.key, "artifacts").write_bytes(b"PK")
    assert dict(store.artifacts(kept.key)) == {}
    assert store.keys() == {clustering(kept, level="gmm_full").step.key}
    assert len(store.read()) == 9
    fill(store)
    assert store.keys() == set(store.steps())


# -- index ---------------------------------------------------------------------------------------------------


@pytest.fixture
def decodes(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The files of rows that are decoded."""
    seen: list[bytes] = []
    decode = measured.decode_batch
    monkeypatch.setattr(measured, "decode_batch", lambda data: seen.append(data) or decode(data))
    return seen


def decoded_keys(store: Store) -> set[str]:
    (Path(store.location) / "index.json").unlink(missing_ok=True)
    return Store(store.location).keys()


def test_nothing_is_decoded_to_know_what_is_there(store: Store, decodes: list[bytes]) -> None:
    fill(store)
    keys = Store(store.location).keys()
    assert len(keys) == 6
    decodes.clear()
    assert Store(store.location).keys() == keys
    assert decodes == []
    store.write(clustering(level="gmm_full"))
    decodes.clear()
    assert len(Store(store.location).keys()) == 7
    assert len(decodes) == 1, "the new file alone"
    store.compact()
    decodes.clear()
    assert len(Store(store.location).keys()) == 7
    assert decodes == []


def test_nothing_is_decoded_twice(store: Store, decodes: list[bytes]) -> None:
    fill(store)
    store.read()
    decodes.clear()
    store.read()
    store.provenance()
    store.digest()
    assert decodes == []


@pytest.mark.parametrize(
    "text",
    [
        None, "", "{", "null", "[]", '{"schema":1}', '{"schema":1,"files":[]}',
        '{"schema":99,"files":{"steps/x.parquet":{"k":[]}}}', '{"schema":1,"files":{"steps/x.parquet":7}}',
    ],
)  # fmt: skip
def test_an_index_that_is_missing_or_none_is_made_anew(store: Store, text: str | None) -> None:
    fill(store)
    keys = store.keys()
    file = Path(store.location) / "index.json"
    sound = file.read_bytes()
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    assert Store(store.location).keys() == keys
    assert file.read_bytes() == sound


def test_no_damage_to_the_index_is_believed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, 1)
    store.compact()
    files = open_files(store.location)
    data, sound = files.read("index.json"), load(files)
    assert len(sound.files) == 1
    cut = [data[:length] for length in range(len(data))]
    for damaged in (*cut, *flips(data)):
        monkeypatch.setattr(files, "read", lambda name, damaged=damaged: damaged)
        assert load(files) in (Index(), sound)


def test_an_index_that_is_behind_is_completed(store: Store) -> None:
    """Each change by another process, and by one that knows no index."""
    index = Path(store.location) / "index.json"
    fill(store)
    store.keys()
    changes = (
        lambda: Store(store.location).write(clustering(level="gmm_full")),
        lambda: Store(store.location).write(clustering(ari=0.1)),
        lambda: file_of(store, projection().step.key).unlink(),
        lambda: Store(store.location).compact(),
        lambda: Store(store.location).write(projection(artifacts={"umap_2d": np.ones((1, 2))})),
        lambda: [file.unlink() for file in files_in(store, "artifacts")],
        lambda: Store(store.location).discard(BASE.key),
    )
    for change in changes:
        behind = index.read_bytes()
        change()
        index.write_bytes(behind)
        keys = Store(store.location).keys()
        assert store.keys() == keys == decoded_keys(store)


def test_of_a_step_that_lies_twice_that_is_known_which_is_read(store: Store) -> None:
    """The one outside the pack: with its arrays lost the step is measured again."""
    store.write(projection(artifacts={"umap_2d": np.zeros((1, 2))}))
    store.compact()
    store.write(projection(artifacts={"umap_2d": np.ones((1, 2))}))
    [new] = [p for p in files_in(store, "artifacts") if decode(p)["umap_2d"].any()]
    new.unlink()
    assert dict(store.artifacts(BASE.key)) == {}
    assert store.keys() == set() == decoded_keys(store)


def decode(file: Path) -> Any:
    return decode_artifacts(data := file.read_bytes(), digest_of(data))


def test_an_index_that_cannot_be_written_is_done_without(store: Store) -> None:
    fill(store)
    (Path(store.location) / "index.json").mkdir()
    assert len(Store(store.location).keys()) == 6


def test_a_listing_tells_of_every_folder(store: Store, tmp_path: Path) -> None:
    fill(store)
    numbers = tmp_path / "numbers.csv"
    numbers.write_text("dataset,extractor,metric,value\nmnist,cnn,ari,0.5\n")
    store.import_csv(numbers)
    store.record_failure(clustering(level="gmm_full").step, "reason")
    before = listing.listing(store.location)
    assert before is not None
    there = {str(p.relative_to(store.location)) for p in files_in(store)} - {"index.json"}
    assert set(before.tags) == there
    store.compact()
    after = listing.listing(store.location)
    assert after is not None
    assert {name.partition("/")[0] for name in {*before.tags, *after.tags}} == {*FOLDERS} - {"experiments"}
    assert after.content() != before.content()


# -- schema 1 ------------------------------------------------------------------------------------------------


@pytest.fixture
def old(checkout: Path, tmp_path: Path) -> Store:
    return Store(shutil.copytree(checkout / "tests" / "data" / "store1", tmp_path / "old"))


def described(file: Path) -> dict[str, Any]:
    return json.loads(pq.ParquetFile(file).metadata.metadata[b"fxreport"])  # type: ignore[no-any-return]


def test_rows_of_schema_1_have_plain_names_and_levels(old: Store) -> None:
    frame = old.read()
    written = pd.concat([pd.read_parquet(file) for file in files_in(old, "experiments")])
    assert len(frame) == len(written) > 100
    values = {(row.extractor, row.metric): row.value for row in written.itertuples()}
    for row in frame.itertuples():
        within = json.loads(row.levels) if row.levels else {}
        [name] = [
            name
            for extractor, name in values
            if extractor == row.extractor
            and plain(identified(name)) == row.metric
            and dict(levels_of(identified(name))) == within
        ]
        assert row.value == values.pop((row.extractor, name))
    assert values == {}
    assert set(frame.loc[frame["metric"] == "ari", "clusterer"]) == {"kmeans"}
    steps = old.steps()
    assert {(steps[r.step].measure, r.metric) for r in frame.itertuples()} >= {
        ("projection", "purity"), ("attribution", "gain"), ("extraction", "dimension"), ("clustering", "ari"),
        ("probes", "knn_accuracy"), ("neighborhoods", "features_purity"),
    }  # fmt: skip


def test_arrays_and_provenance_of_schema_1_are_those_that_were_written(old: Store) -> None:
    provenance = old.provenance()
    by_extractor = {one.extractor: key for key, one in old.experiments().items()}
    for file in files_in(old, "experiments"):
        told = described(file)
        key = by_extractor[told["experiment"]["extractor"]]
        assert provenance[key] == {"stages": {}, **told["provenance"]}
        [own] = [path for path in files_in(old, "artifacts") if path.name.startswith(file.stem)]
        np.testing.assert_equal(dict(old.artifacts(key)), dict(decode(own)))
        [pictures] = files_in(old, "shared")
        np.testing.assert_equal(dict(old.shared(key)), dict(decode(pictures)))


def test_compaction_brings_schema_1_over_whole(old: Store, tmp_path: Path) -> None:
    before = Store(shutil.copytree(old.location, tmp_path / "before"))
    old.compact()
    assert files_in(old, "experiments") == []
    assert old.verify() == []
    assert_same(before, Store(old.location))
    again = [path.name for path in files_in(old)]
    old.compact()
    assert [path.name for path in files_in(old)] == again


def test_steps_of_schema_1_are_those_of_the_standard_plan(
    old: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = argparse.Namespace(
        config=None, profile="standard", datasets=["mnist"], extractors=["raw_pixels", "custom_cnn"],
        seeds=1, store="none",
    )  # fmt: skip
    planned = make_plan(arguments).plan.steps
    assert planned.keys() == set(old.experiments().values())
    assert {step.key for steps in planned.values() for step in steps} <= old.keys()


def test_schema_1_without_its_arrays_is_not_measured(old: Store) -> None:
    [gone, _] = files_in(old, "artifacts")
    gone.unlink()
    for _ in range(2):
        keys, steps = old.keys(), old.steps()
        assert len({steps[key].experiment for key in keys}) == 1
        old.compact()
    assert [problem.what for problem in old.verify()] == ["it is missing"]


def test_a_step_discarded_from_schema_1_takes_its_rows_alone(old: Store) -> None:
    frame, steps = old.read(), old.steps()
    gone = next(key for key, step in steps.items() if step.title == "projection umap")
    old.discard(gone)
    assert old.keys() == steps.keys() - {gone}
    pd.testing.assert_frame_equal(old.read(), frame[frame["step"] != gone].reset_index(drop=True))
    old.compact()
    key = steps[gone].experiment.key
    assert not {"umap_2d", "umap_groups"} & set(old.artifacts(key))
    assert "pca_2d" in old.artifacts(key)


def test_an_experiment_under_anothers_key_is_damaged(old: Store) -> None:
    file = files_in(old, "experiments")[0]
    file.rename(file.with_name(f"{'0' * 20}.parquet"))
    assert {p.what for p in old.verify()} >= {f"it holds the experiment {file.stem}"}
    assert len(old.experiments()) == 1
