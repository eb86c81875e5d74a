"""Files of arrays that carry the right digest and are no arrays, or not those that they should be."""

from __future__ import annotations

import io
import logging
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from step_results import BASE, clustering, files_in, projection, result

from fxreport.store import Store, artifacts
from fxreport.store import store as store_module
from fxreport.vocabulary.errors import StoreCorrupt


def npy(array: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.lib.format.write_array(content, array, allow_pickle=True)
    return content.getvalue()


def npz(method: int = zipfile.ZIP_DEFLATED, **members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return content.getvalue()


def claiming(shape: tuple[int, ...]) -> bytes:
    """A head that promises an array of that shape, and eight bytes of it."""
    content = io.BytesIO()
    np.lib.format.write_array_header_1_0(content, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return content.getvalue() + bytes(8)


def damaged_inside() -> bytes:
    data = bytearray(npz(labels=npy(np.arange(400))))
    data[200] ^= 1
    return bytes(data)


def written(tmp_path: Path, forged: bytes, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of a sound clustering, and of an extraction whose arrays are ``forged``."""
    store = Store(tmp_path / "results")
    store.write(clustering(artifacts={"assignments": np.arange(4)}))
    with monkeypatch.context() as patched:
        patched.setattr(store_module, "encode_artifacts", lambda _: forged)
        store.write(result(artifacts={"labels": np.arange(4)}))
    return store


@pytest.mark.parametrize(
    ("forged", "said"),
    [
        (lambda: b"no archive", "it is no file of arrays"),
        (lambda: npz(labels=b"no array"), "'labels' is no array"),
        (damaged_inside, "'labels' is no array"),
        (lambda: npz(labels=npy(np.array([{}, None]))), "'labels' is of object"),
        (lambda: npz(labels=npy(np.zeros(4, "i4,i4"))), "'labels' is of void64"),
        (lambda: npz(labels=npy(np.zeros((4, 4), int))), "'labels' is int64 of shape (4, 4); it must"),
        (lambda: npz(labels=npy(np.zeros(4))), "'labels' is float64 of shape (4,); it must be whole numbers"),
        (lambda: npz(labels=claiming((10**15,))), "'labels' has not as many numbers as it says"),
        (lambda: npz(zipfile.ZIP_LZMA, labels=npy(np.arange(4))), "'labels.npy' is packed as no file of"),
    ],
    ids=["no zip", "no npy", "bad body", "objects", "fields", "shape", "kind", "claims a petabyte", "lzma"],
)  # fmt: skip
def test_forged_arrays_are_one_line_and_set_aside(
    tmp_path: Path,
    forged: Callable[[], bytes],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = written(tmp_path, forged(), monkeypatch)
    [problem] = store.verify()
    assert said in problem.what
    # that it is no archive is known at once, what lies in one when it is asked for
    with caplog.at_level(logging.WARNING, "fxreport"), suppress(StoreCorrupt):
        assert "labels" not in store.artifacts(BASE.key) or store.artifacts(BASE.key)["labels"] is None
    assert said in caplog.text
    assert [file.name for file in files_in(store, "artifacts") if file.suffix == ".damaged"]
    assert {name: a.tolist() for name, a in store.artifacts(BASE.key).items()} == {
        "assignments": [0, 1, 2, 3]
    }
    assert store.keys() == {clustering().step.key}, "measured again"


def test_arrays_of_the_same_images_are_of_one_length(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    store.write(result(artifacts={"labels": np.arange(4)}))
    store.write(clustering(artifacts={"assignments": np.arange(3)}))
    [problem] = store.verify()
    assert problem.what == "'assignments' is of 3 images, and 'labels' of 4"
    assert clustering().step.key in problem.file
    with pytest.raises(
        StoreCorrupt, match=r"artifacts/.*npz: 'assignments' is of 3 images.*; it is set aside: start again"
    ):
        store.artifacts(BASE.key)["assignments"]
    assert dict(store.artifacts(BASE.key)).keys() == {"labels"}


def test_planes_of_two_settings_are_no_damage(tmp_path: Path) -> None:
    """A run that was killed has measured only some of them with another number of points."""
    store = Store(tmp_path / "results")
    store.write(result(artifacts={"projection_indices": np.arange(3)}))
    store.write(projection(artifacts={"umap_2d": np.ones((2, 2))}))
    assert store.artifacts(BASE.key)["umap_2d"].shape == (2, 2)
    assert store.verify() == []


def test_compaction_leaves_forged_arrays_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = written(tmp_path, npz(labels=b"no array"), monkeypatch)
    before = [file.name for file in files_in(store, "artifacts")]
    store.compact()
    assert [file.name for file in files_in(store, "artifacts")] == before
    assert [problem.what for problem in store.verify()] == ["'labels' is no array"]


def bomb(size: int, told: int) -> bytes:
    """A file whose one array unpacks to so many zeros and says that it unpacks to ``told``."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("a.npy", "w", force_zip64=True) as member:
            for _ in range(size >> 20):
                member.write(bytes(1 << 20))
        archive.getinfo("a.npy").file_size = told
    return content.getvalue()


@pytest.mark.parametrize("told", [32 << 20, 1 << 19], ids=["says so", "lies"])
def test_a_bomb_takes_no_memory(told: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifacts, "MOST_UNPACKED", 1 << 20)
    data = bomb(32 << 20, told)
    tracemalloc.start()
    try:
        with pytest.raises(StoreCorrupt):
            artifacts.Arrays(data)["a"]
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()
