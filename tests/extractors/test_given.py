"""Features that were computed elsewhere: which rows of which file are taken, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fxreport.extractors.given import FeatureTable, contents
from fxreport.extractors.own import load_own
from fxreport.vocabulary.errors import ConfigError, InputError
from fxreport.vocabulary.own import FeatureFile, FeatureFiles, OwnExtractor

TABLE = np.arange(24, dtype=np.float64).reshape(8, 3)


def saved(folder: Path, **arrays: Any) -> FeatureFile:
    np.savez(folder / "f.npz", **arrays)
    return FeatureFile(folder / "f.npz")


def test_a_file_of_the_whole_split_is_taken_by_position(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", TABLE)
    for file in (FeatureFile(tmp_path / "a.npy"), saved(tmp_path, test=TABLE, train=TABLE[:2])):
        rows = FeatureTable(file, "test").rows(np.array([5, 0]), 8)
        assert rows.dtype == np.float32
        assert rows.tolist() == TABLE[[5, 0]].tolist()


def test_a_file_of_a_part_says_which(tmp_path: Path) -> None:
    file = saved(tmp_path, test=TABLE, test_indices=np.array([40, 3, 7, 11, 12, 13, 14, 2]))
    table = FeatureTable(file, "test")
    assert table.rows(np.array([3, 40]), 50).tolist() == TABLE[[1, 0]].tolist()
    with pytest.raises(InputError, match=r"has no features of 1 of the 2 test images .* as of number 4"):
        table.rows(np.array([3, 4]), 50)
    with pytest.raises(InputError, match="from 0 to 39"):
        table.rows(np.array([3]), 40)


def test_an_array_is_found_by_the_split_s_name_or_its_own(tmp_path: Path) -> None:
    file = saved(tmp_path, clip=TABLE, labels=np.arange(8))
    assert FeatureTable(file, "test").features.shape == (8, 3), "the only table"
    assert FeatureFile.parse(f"{file.path}:clip") == FeatureFile(file.path, "clip")
    both = saved(tmp_path, clip=TABLE, dino=TABLE + 1)
    named = FeatureFile(both.path, "dino")
    assert FeatureTable(named, "test").rows(np.array([0]), 8).tolist() == [[1, 2, 3]]
    with pytest.raises(InputError, match="has no array test, but clip, dino"):
        FeatureTable(both, "test").features  # noqa: B018 - read when it is asked for
    with pytest.raises(InputError, match="unknown array 'dinos'; did you mean dino"):
        FeatureTable(FeatureFile(both.path, "dinos"), "test").features  # noqa: B018


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"test": TABLE[:7]}, "has 7 rows of features, and the split test 8 images"),
        ({"test": TABLE.reshape(8, 3, 1)}, r"has the shape (8, 3, 1); features are a table"),
        ({"test": np.array([["a"]] * 8)}, "features are numbers, not <U1"),
        ({"test": TABLE + 1j}, "features are numbers, not complex128"),
        ({"test": np.array([[{}]] * 8, dtype=object)}, "it holds Python objects"),
        ({"test": TABLE, "test_indices": np.arange(7)}, "test has 8 rows and test_indices 7"),
        ({"test": TABLE, "test_indices": np.arange(8.0)}, "must be 8 whole numbers"),
        ({"test": TABLE, "test_indices": np.zeros(8, int)}, "names an image twice"),
        ({"test": np.empty((0, 3))}, "has the shape (0, 3)"),
    ],
)
def test_what_is_no_table_of_features_is_refused(tmp_path: Path, arrays: Any, message: str) -> None:
    file = saved(tmp_path, **arrays)
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        FeatureTable(file, "test").rows(np.arange(8), 8)
    assert "f.npz" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 half an archive", b"\x93NUMPY\x01"])
def test_what_is_no_file_of_numpy_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f.npz").write_bytes(content)
    with pytest.raises(InputError, match=r"f\.npz cannot be read"):
        FeatureTable(FeatureFile(tmp_path / "f.npz"), "test").features  # noqa: B018


def test_a_file_that_is_not_there_is_called_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"^there is no file {re.escape(str(tmp_path))}/gone\.npz$"):
        FeatureTable(FeatureFile(tmp_path / "gone.npz"), "test").features  # noqa: B018


def test_a_broken_array_of_an_archive_is_refused(tmp_path: Path) -> None:
    file = saved(tmp_path, test=TABLE)
    bits = bytearray(file.path.read_bytes())
    bits[120] ^= 255
    file.path.write_bytes(bits)
    with pytest.raises(InputError, match=r"f\.npz"):
        FeatureTable(file, "test").rows(np.arange(8), 8)


def own(*files: FeatureFile, **more: str) -> OwnExtractor:
    return OwnExtractor("clip", "my.toml: extractors.clip", FeatureFiles((("digits", *files),)), **more)  # type: ignore[arg-type]


def test_the_key_is_of_the_content_of_a_set_s_files(tmp_path: Path) -> None:
    for name, shift in (("a", 0), ("b", 0), ("c", 1)):
        np.save(tmp_path / f"{name}.npy", TABLE + shift)
    a, b, c = (FeatureFile(tmp_path / f"{name}.npy") for name in "abc")
    keys = [contents(one, one.source)["digits"] for one in (own(a, a), own(a, b), own(a, c), own(c, a))]  # type: ignore[arg-type]
    assert keys[0] == keys[1], "where it lies decides nothing"
    assert len(set(keys)) == 3
    with pytest.raises(ConfigError, match=r"extractors.clip.features.digits: there is no file .*gone\.npy"):
        contents(own(a), FeatureFiles((("digits", a, FeatureFile(tmp_path / "gone.npy")),)))


def test_it_is_an_extractor_in_name(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", TABLE)
    a = FeatureFile(tmp_path / "a.npy")
    found = load_own(own(a, a, title="CLIP"))
    assert (found.name, found.title, found.family) == ("clip", "CLIP", "other")
    assert found().rows("digits", "train", np.array([7]), 8).tolist() == [[21, 22, 23]]  # type: ignore[attr-defined]
    with pytest.raises(InputError, match="clip has no features of mnist"):
        found().rows("mnist", "train", np.array([7]), 8)  # type: ignore[attr-defined]
