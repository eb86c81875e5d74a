"""Files of every kind that fxreport reads, mutated: each is read, or refused in one line.

The ordinary run tries a few mutations of each, ``tox -e torture`` thousands (``FXREPORT_TORTURE``). What was
found is kept in ``corpus/KIND`` and tried each time.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import struct
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.random import RandomState
from onnx_files import graph, model
from PIL import Image
from sklearn.datasets import load_digits
from step_results import result
from torch_files import STATE, checkpoint

from fxreport.audit.audit import audit
from fxreport.config import load_config
from fxreport.datasets.layouts import CifarBatches, CifarStrips, Idx, decode_path
from fxreport.datasets.pictures import read_image
from fxreport.extractors.onnx_tensors import read_float_tensors
from fxreport.extractors.torch_checkpoint import read_state_dict
from fxreport.store import Store
from fxreport.store.artifacts import decode_artifacts, encode_artifacts
from fxreport.store.exchange import read_csv
from fxreport.store.names import digest_of
from fxreport.store.rows import decode_batch
from fxreport.vocabulary.errors import FxReportError

CORPUS = Path(__file__).parent / "corpus"
#: a folder that takes in what ended in a traceback
KEEP = os.environ.get("FXREPORT_TORTURE_KEEP")
MUTATIONS = int(1000 * float(os.environ.get("FXREPORT_TORTURE", 0))) or 40
#: what parsers stumble over
TOKENS = (
    b"99999999999999999999", b"-1", b"0", b"\x00", b"\xff" * 8, b"1e999", b"nan", b"\n", b"'", b'"', b"{",
    b"[" * 60, b"../",
)  # fmt: skip


def idx() -> bytes:
    """Eight digits as MNIST's files have them."""
    images = load_digits().images[:8].astype(np.uint8)
    return struct.pack(">HBBIII", 0, 8, 3, *images.shape) + images.tobytes()


def labels() -> bytes:
    return struct.pack(">HBBI", 0, 8, 1, 8) + bytes(range(8))


def archive(mode: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as tar:
        for part in ("train", "t10k"):
            for name, content in (("images-idx3", idx()), ("labels-idx1", labels())):
                member = tarfile.TarInfo(f"{part}-{name}-ubyte.gz")
                packed = gzip.compress(content, mtime=0)
                member.size = len(packed)
                tar.addfile(member, io.BytesIO(packed))
    return stream.getvalue()


def deb() -> bytes:
    def member(name: str, content: bytes) -> bytes:
        head = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n"
        return head.encode() + content + b"\n" * (len(content) % 2)

    return b"!<arch>\n" + member("debian-binary", b"2.0\n") + member("data.tar.gz", archive("w:gz"))


def npz() -> bytes:
    digits, stream = load_digits(), io.BytesIO()
    images, classes = digits.images[:16].astype(np.uint8), digits.target[:16]
    np.savez(stream, x_train=images[:8], y_train=classes[:8], x_test=images[8:], y_test=classes[8:])
    return stream.getvalue()


def picture(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.fromarray((16 * load_digits().images[0]).astype(np.uint8)).save(stream, kind)
    return stream.getvalue()


def rows(folder: Path) -> bytes:
    store = Store(folder / "store")
    store.write(result(artifacts={"labels": np.arange(4)}))
    return next((folder / "store" / "steps").iterdir()).read_bytes()


def text(checkout: Path, *parts: str) -> bytes:
    return checkout.joinpath(*parts).read_bytes()


#: kind → a sound file of it, and what reads it
Kinds = dict[str, tuple[bytes, Callable[[Path], object]]]


KINDS = (
    "tar.gz", "tar", "deb", "npz", "png", "jpg", "gif", "pth", "onnx", "arrays", "rows", "csv", "toml", "md",
)  # fmt: skip


@pytest.fixture(scope="module")
def kinds(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Kinds:
    return kinds_of(checkout, tmp_path_factory.mktemp("rows"))


def kinds_of(checkout: Path, folder: Path) -> Kinds:
    def decoded(path: Path) -> object:
        return decode_path(path, (Idx(), CifarBatches(), CifarStrips()))

    return {
        "tar.gz": (archive("w:gz"), decoded),
        "tar": (archive("w"), decoded),
        "deb": (deb(), decoded),
        "npz": (npz(), decoded),
        "png": (picture("PNG"), lambda path: read_image(path, 8, 1)),
        "jpg": (picture("JPEG"), lambda path: read_image(path, 8, 3)),
        "gif": (picture("GIF"), lambda path: read_image(path, 8, 3)),
        "pth": (checkpoint(STATE), read_state_dict),
        "onnx": (model(graph({"a": np.eye(3, dtype=np.float32)})), read_float_tensors),
        "arrays": (
            encode_artifacts({"labels": np.arange(4), "umap_2d": np.ones((4, 2))}),
            lambda path: decode_artifacts(data := path.read_bytes(), digest_of(data)),  # a forger's is right
        ),
        "rows": (
            rows(folder),
            lambda path: decode_batch(path.read_bytes()),
        ),
        "csv": (text(checkout, "tests", "data", "barley.csv"), lambda path: read_csv(path, "x")),
        "toml": (text(checkout, "examples", "numbers", "fxreport.toml"), load_config),
        "md": (
            text(checkout, "tests", "data", "audit", "original_en.md")[:3000],
            lambda path: audit(path.read_bytes().decode("utf-8", "replace")),
        ),
    }


def mutated(sound: bytes, random: RandomState) -> bytes:
    """The file with one to four changes of the kinds that damage and malice make."""
    data = bytearray(sound)
    for _ in range(random.randint(1, 5)):
        at = random.randint(len(data) + 1)
        match random.randint(6):
            case 0 if data:
                data[at % len(data)] ^= 1 << random.randint(8)
            case 1:
                del data[at:]
            case 2:
                del data[at : at + random.randint(1, 64)]
            case 3:
                data[at:at] = data[at : at + random.randint(1, 256)]
            case 4:
                data[at : at + 4] = struct.pack("<I", random.randint(2**31))
            case _:
                data[at:at] = TOKENS[random.randint(len(TOKENS))]
    return bytes(data)


def tried(kind: str, sound: bytes) -> Iterator[bytes]:
    for file in sorted((CORPUS / kind).glob("*")):
        yield file.read_bytes()
    random = RandomState(20261130)
    for _ in range(MUTATIONS):
        yield mutated(sound, random)


def refusal(read: Callable[[Path], object], path: Path, content: bytes) -> str:
    """What a reader says of a file that it refuses, "" of one that it reads; else it raises a finding."""
    try:
        read(path)
    except FxReportError as error:
        return str(error)
    except Exception as error:
        if KEEP:
            digest = hashlib.sha256(content).hexdigest()[:12]
            (Path(KEEP) / f"{path.suffix[1:]}-{digest}").write_bytes(content)
        raise AssertionError(f"{path.name} of {content!r}") from error
    return ""


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_read_or_refused_in_one_line(kind: str, kinds: Kinds, tmp_path: Path) -> None:
    sound, read = kinds[kind]
    path = tmp_path / f"file.{kind}"
    path.write_bytes(sound)
    read(path)  # the sound one is
    refused = 0
    for content in tried(kind, sound):
        path.write_bytes(content)
        said = refusal(read, path, content)
        refused += bool(said)
        assert said.isprintable(), content
    assert refused or kind in ("md", "jpg", "png", "gif"), "some are damaged"
