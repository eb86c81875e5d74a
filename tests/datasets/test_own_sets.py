"""The user's own image sets: folders, tables, archives, other libraries' sets; divided by a seed."""

from __future__ import annotations

import json
import os
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fxreport import datasets
from fxreport.datasets import Wanted
from fxreport.datasets.base import Dataset
from fxreport.datasets.division import Division
from fxreport.datasets.pictures import read_image
from fxreport.vocabulary.errors import ConfigError, DataUnavailable, FxReportError


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return datasets.load("digits", offline=True)


def one_line(error: pytest.ExceptionInfo[BaseException]) -> str:
    message = str(error.value)
    assert message
    assert "\n" not in message
    return message


# --- folders of images ------------------------------------------------------------------------------------


def put_images(root: Path, digits: Dataset, per_class: int = 3, suffix: str = ".png") -> Path:
    for split, part in (("train", digits.train), ("test", digits.test)):
        for label, name in ((3, "three"), (7, "seven")):
            folder = root / split / name
            folder.mkdir(parents=True)
            for number, index in enumerate(np.flatnonzero(part.labels == label)[:per_class]):
                Image.fromarray(part.images[index, :, :, 0]).save(folder / f"{number}{suffix}")
    return root


def test_folder_of_images(digits: Dataset, tmp_path: Path) -> None:
    root = put_images(tmp_path, digits)
    (root / "train" / "three" / "Thumbs.db").write_bytes(b"not an image")
    (root / "train" / ".cache").mkdir()
    mine = datasets.load_folder("mine", root, Wanted(8, 1))
    assert mine.facts.classes == ("seven", "three")
    assert (mine.facts.shape, mine.facts.train_size, mine.facts.test_size) == ((8, 8, 1), 6, 6)
    assert sorted(mine.test.labels) == [0, 0, 0, 1, 1, 1]
    threes = mine.train.images[mine.train.labels == 1]
    expected = digits.train.images[digits.train.labels == 3][:3]
    assert {image.tobytes() for image in threes} == {image.tobytes() for image in expected}
    assert datasets.load_folder("mine", root, Wanted(8, 1)).fingerprint == mine.fingerprint
    assert datasets.load_folder("mine", root, Wanted(9, 1)).fingerprint != mine.fingerprint


def test_folder_of_images_in_colour_and_another_size(digits: Dataset, tmp_path: Path) -> None:
    mine = datasets.load_folder("mine", put_images(tmp_path, digits, suffix=".JPG"), Wanted(20, 3))
    assert mine.train.images.shape == (6, 20, 20, 3)
    np.testing.assert_array_equal(mine.train.images[..., 0], mine.train.images[..., 2])


def test_transparent_parts_are_white_and_exif_turns(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    assert (read_image(tmp_path / "clear.png", 4, 3) == 255).all()
    picture = Image.new("L", (16, 16), 0)
    picture.paste(255, (0, 0, 16, 8))  # white above, black below
    exif = Image.Exif()
    exif[0x0112] = 3  # turned by 180°
    picture.save(tmp_path / "turned.jpg", exif=exif)
    turned = read_image(tmp_path / "turned.jpg", 16, 1)
    assert turned[:7].max() < 60
    assert turned[9:].min() > 195


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
@pytest.mark.parametrize("kind", ["truncated", "other content", "empty"])
def test_damaged_image_is_left_out_and_named_and_many_are_refused(
    kind: str, suffix: str, digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import ImageFile

    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it

    root = put_images(tmp_path, digits, suffix=suffix)
    victim = root / "test" / "three" / f"1{suffix}"
    whole = victim.read_bytes()
    victim.write_bytes(
        {"truncated": whole[: len(whole) * 2 // 3], "other content": b"GIF89a<html>", "empty": b""}[kind]
    )
    limit = Image.MAX_IMAGE_PIXELS
    mine = datasets.load_folder("mine", root, Wanted(8, 1))
    assert (len(mine.train), len(mine.test)) == (6, 5)
    assert mine.facts.test_size == 5
    [line] = mine.skipped
    assert str(victim) in line
    assert limit == Image.MAX_IMAGE_PIXELS
    (root / "train" / "seven" / f"0{suffix}").write_bytes(b"")
    with pytest.raises(DataUnavailable) as error:
        datasets.load_folder("mine", root, Wanted(8, 1))
    assert "2 of 12 pictures cannot be read, more than 10%" in one_line(error)


def test_a_class_without_a_readable_image_is_refused(digits: Dataset, tmp_path: Path) -> None:
    root = put_images(tmp_path, digits, per_class=30)
    for file in (root / "test" / "three").iterdir():
        file.unlink()
    (root / "test" / "three" / "only.png").write_bytes(b"")
    with pytest.raises(DataUnavailable, match=r"no picture in .*three can be read.*only\.png"):
        datasets.load_folder("mine", root, Wanted(8, 1))


def test_sixteen_bit_image_is_read_by_its_upper_bits(digits: Dataset, tmp_path: Path) -> None:
    root = put_images(tmp_path, digits)
    eight = datasets.load_folder("mine", root, Wanted(8, 1))
    for file in root.rglob("*.png"):
        deep = np.asarray(Image.open(file)).astype(np.uint16) * 257
        Image.fromarray(deep).save(file)
    assert datasets.load_folder("mine", root, Wanted(8, 1)).fingerprint == eight.fingerprint


def test_size_comes_from_the_pictures(digits: Dataset, tmp_path: Path) -> None:
    root = put_images(tmp_path, digits)
    assert datasets.load_folder("mine", root, Wanted(None, 1)).facts.shape == (8, 8, 1)
    for number, file in enumerate(sorted((root / "train").rglob("*.png"))):
        Image.new("L", (90 + number, 300)).save(file)
    assert datasets.load_folder("mine", root, Wanted(None, 1)).facts.shape == (92, 92, 1)
    for file in (root / "train").rglob("*.png"):
        Image.new("L", (640, 480)).save(file)
    mine = datasets.load_folder("mine", root, Wanted(None, 3))
    assert mine.facts.shape == (224, 224, 3)
    assert mine.facts.natural_images is None, "nobody said"


def remove(path: Path) -> None:
    for file in path.iterdir():
        file.unlink()
    path.rmdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda root: (root / "train").rename(root / "training"), "there is no folder"),
        (lambda root: remove(root / "test" / "three"), "has 1 class folders"),
        (lambda root: (root / "test" / "three").rename(root / "test" / "drei"), "has no three"),
        (lambda root: [f.unlink() for f in (root / "train" / "seven").iterdir()], "seven has no images"),
    ],
)
def test_folder_laid_out_otherwise(
    spoil: Callable[[Path], object], said: str, digits: Dataset, tmp_path: Path
) -> None:
    root = put_images(tmp_path, digits)
    spoil(root)
    with pytest.raises(DataUnavailable) as error:
        datasets.load_folder("mine", root, Wanted(8, 1))
    assert said in one_line(error)


@pytest.mark.parametrize(("size", "channels"), [(8, 2), (0, 1), (-3, 3)])
def test_folder_with_impossible_settings(size: int, channels: int, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="mine"):
        datasets.load_folder("mine", tmp_path, Wanted(size, channels))


# --- what is read and what is left out ---------------------------------------------------------------------


def colours(count: int, seed: int = 0) -> list[Image.Image]:
    """Different pictures of two coloured halves."""
    rng = np.random.default_rng(seed)
    pictures = []
    for above, below in rng.integers(0, 256, (count, 2, 3)):
        picture = Image.new("RGB", (12, 12), tuple(above))
        picture.paste(tuple(below), (0, 6, 12, 12))
        pictures.append(picture)
    return pictures


def put_classes(root: Path, classes: tuple[str, ...] = ("a", "b"), per_class: int = 10) -> Path:
    for number, name in enumerate(classes):
        (root / name).mkdir(parents=True)
        for place, picture in enumerate(colours(per_class, seed=number)):
            picture.save(root / name / f"{place:03}.png")
    return root


@pytest.mark.parametrize(
    ("ending", "mode"),
    [
        (".png", "RGB"),
        (".webp", "RGB"),
        (".webp", "RGBA"),
        (".bmp", "RGB"),
        (".tiff", "RGB"),
        (".tif", "CMYK"),
        (".gif", "P"),
        (".ppm", "RGB"),
        (".png", "LA"),
        (".png", "P"),
        (".png", "1"),
        (".jpeg", "L"),
    ],
)
def test_usual_formats_and_modes_are_read(ending: str, mode: str, tmp_path: Path) -> None:
    picture = Image.new("RGB", (12, 12), "white")
    picture.paste("black", (0, 6, 12, 12))
    lossless = {"lossless": True} if ending == ".webp" else {}
    picture.convert(mode).save(tmp_path / f"one{ending}", **lossless)
    read = read_image(tmp_path / f"one{ending}", 12, 3).astype(int)
    assert read[:4].min() > 220
    assert read[8:].max() < 50, "the lower half is black"


def test_animation_is_read_by_its_first_picture_and_deep_levels_by_their_upper_bits(tmp_path: Path) -> None:
    frames = [Image.new("L", (4, 4), shade) for shade in (10, 200)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert (read_image(tmp_path / "moving.gif", 4, 1) == 10).all()
    deep = np.full((4, 4), 0x1234, np.uint16)
    for ending in (".png", ".tiff", ".pgm"):
        Image.fromarray(deep).save(tmp_path / f"deep{ending}")
        assert (read_image(tmp_path / f"deep{ending}", 4, 1) == 0x12).all(), ending
    Image.fromarray(np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4)).save(tmp_path / "real.tiff")
    with pytest.raises(DataUnavailable, match="32 bits and no known scale"):
        read_image(tmp_path / "real.tiff", 4, 1)


def test_channels_come_from_the_pictures(tmp_path: Path) -> None:
    root = put_classes(tmp_path / "set")
    assert datasets.load_folder("mine", root, Wanted()).facts.shape == (12, 12, 3)
    pictures = sorted(root.rglob("*.png"))
    for file in pictures[1:]:
        Image.open(file).convert("L").save(file)
    assert datasets.load_folder("mine", root, Wanted()).facts.shape == (12, 12, 3), "grey beside colour"
    Image.open(pictures[0]).convert("L").save(pictures[0])
    assert datasets.load_folder("mine", root, Wanted()).facts.shape == (12, 12, 1)


def zeros_png(side: int) -> bytes:
    """A grey PNG whose head promises side × side pixels; what follows is of a small one."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_files_that_cannot_be_read_are_one_line_each(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    root = put_classes(tmp_path / "set", per_class=40)
    (root / "a" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (root / "a" / ".#000.png").symlink_to("somebody@machine.1234:5678")  # an editor's lock
    (root / "a" / "huge.png").write_bytes(zeros_png(60_000))
    (root / "a" / "large.png").write_bytes(zeros_png(10_000))
    (root / "a" / "phone.heic").write_bytes(b"....ftypheic")
    (root / "a" / "note.txt").write_text("no picture")
    (root / "b" / "sub.png").mkdir()
    odd = Path(os.fsdecode(os.fsencode(root / "b") + b"/na\xefve\x1b.png"))
    odd.write_bytes(b"")
    good = Path(os.fsdecode(os.fsencode(root / "b") + b"/g\xf6\xf6d.png"))
    (root / "b" / "000.png").rename(good)
    mine = datasets.load_folder("mine", root, Wanted())
    assert [line.split("/b/")[-1].split("/a/")[-1] for line in sorted(mine.skipped)] == [
        "gone.png is a link to nothing: mend it or take it away.",
        "huge.png cannot be read (it has more than 178,956,970 pixels): replace it or take it away.",
        "large.png cannot be read (image file is truncated (0 bytes not processed)): replace it or take it "
        "away.",
        "phone.heic is of a format that is not read (.heic): save it as PNG or JPEG.",
        "na\\xefve\\x1b.png cannot be read (it is no picture of a format that is read, or damaged at its "
        "beginning): replace it or take it away.",
    ]
    assert mine.told["skipped"] == 5
    assert len(mine.train) + len(mine.test) == 80
    assert "b/g\\xf6\\xf6d.png" in mine.names
    assert json.loads(json.dumps(mine.told, ensure_ascii=False).encode()) == mine.told, "fit for UTF-8"
    assert not recwarn.list
    with pytest.raises(DataUnavailable, match=r"5 of 85 pictures cannot be read, more than 5%"):
        datasets.load_folder("mine", root, Wanted(most_skipped=0.05))


def test_a_class_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    root = put_classes(tmp_path / "set")
    (root / "a").rename(os.fsdecode(os.fsencode(root) + b"/\xff"))
    with pytest.raises(DataUnavailable, match=r"the folder .*\\xff has characters that no document can show"):
        datasets.load_folder("mine", root, Wanted())


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    root = put_classes(tmp_path / "set")
    (root / "a").chmod(0)
    try:
        with pytest.raises(DataUnavailable, match=r"cannot read .*/a: Permission denied"):
            datasets.load_folder("mine", root, Wanted())
    finally:
        (root / "a").chmod(0o755)


def test_more_pixels_than_memory_bears_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataUnavailable, match="GB of memory; choose a smaller size"):
        datasets.load_folder("mine", put_classes(tmp_path / "set"), Wanted(size=60_000))


# --- divided by a seed -------------------------------------------------------------------------------------


def parts(mine: Dataset, seed: int) -> tuple[list[bytes], list[bytes]]:
    train, test, _ = datasets.sample(mine, None, None, seed)
    return [one.tobytes() for one in train.images], [one.tobytes() for one in test.images]


def test_seed_divides_stratified_and_equal_seeds_alike(tmp_path: Path) -> None:
    root = put_classes(tmp_path / "set", ("a", "b", "c"))
    for number in range(7, 10):
        (root / "c" / f"{number:03}.png").unlink()
    mine = datasets.load_folder("mine", root, Wanted(share=0.3))
    everything = sorted([*parts(mine, 0)[0], *parts(mine, 0)[1]])
    tests = []
    for seed in range(4):
        train, test, places = datasets.sample(mine, None, None, seed)
        assert np.bincount(test.labels).tolist() == [3, 3, 2]
        assert np.bincount(train.labels).tolist() == [7, 7, 5]
        learned, tested = parts(mine, seed)
        assert sorted(learned + tested) == everything, "every picture once"
        assert parts(mine, seed) == (learned, tested)
        named = dict(zip([mine.names[i] for i in places], test.labels.tolist(), strict=True))
        assert all("abc".index(name[0]) == label for name, label in named.items())
        pixels = np.asarray(Image.open(root / mine.names[places[0]]))
        np.testing.assert_array_equal(test.images[0], pixels)
        tests.append(sorted(tested))
    assert len(set(map(tuple, tests))) == 4, "each seed another division"
    assert parts(mine, 0)[1] == [one.tobytes() for one in mine.test.images]
    half = datasets.load_folder("mine", root, Wanted(share=0.5))
    assert half.fingerprint != mine.fingerprint
    assert datasets.load_folder("mine", root, Wanted()).fingerprint == mine.fingerprint, "0.3 if nobody says"
    train, test, places = datasets.sample(mine, 9, 4, seed=2)
    assert (len(train), len(test)) == (9, 4)
    everybody = np.concatenate([mine.train.images, mine.test.images])
    np.testing.assert_array_equal(everybody[places], test.images)


def test_division_has_another_identity_than_the_same_images_in_two_folders(tmp_path: Path) -> None:
    mine = datasets.load_folder("mine", put_classes(tmp_path / "set"), Wanted())
    for split, names in (("train", mine.names[: len(mine.train)]), ("test", mine.names[len(mine.train) :])):
        for name in names:
            target = tmp_path / "two" / split / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "set" / name).rename(target)
    fixed = datasets.load_folder("mine", tmp_path / "two", Wanted())
    np.testing.assert_array_equal(fixed.test.images, mine.test.images)
    assert fixed.fingerprint != mine.fingerprint, "the other seeds draw other images"
    with pytest.raises(ConfigError, match="split is given, but"):
        datasets.load_folder("mine", tmp_path / "two", Wanted(share=0.3))


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30)), min_size=8, max_size=60),
    st.floats(0.05, 0.95),
    st.integers(0, 5),
    st.randoms(),
)
def test_division_keeps_equal_images_together_whatever_their_order(
    images: list[tuple[int, int]], share: float, seed: int, random: Random
) -> None:
    images += [(label, one) for label in range(3) for one in (100, 101)]
    divided = set()
    for _ in range(2):
        labels = np.array([label for label, _ in images])
        division = Division(share, tuple(str(one).encode() for _, one in images))
        tested = division.tested(labels, seed)
        held = {pair for pair, there in zip(images, tested, strict=True) if there}
        assert not held & {pair for pair, there in zip(images, tested, strict=True) if not there}
        assert {label for label, _ in held} == {0, 1, 2}
        assert {label for pair in images if pair not in held for label in pair[:1]} == {0, 1, 2}
        divided.add(frozenset(held))
        random.shuffle(images)
    assert len(divided) == 1


def test_a_class_that_cannot_be_divided_is_named(tmp_path: Path) -> None:
    root = put_classes(tmp_path / "set")
    for file in sorted((root / "b").iterdir())[1:]:
        file.write_bytes((root / "b" / "000.png").read_bytes())
    with pytest.raises(DataUnavailable, match=r"two different images or more, .*; fewer are in b: add some"):
        datasets.load_folder("mine", root, Wanted())


def test_what_a_set_is_told_to_be_made_of(digits: Dataset, tmp_path: Path) -> None:
    root = put_images(tmp_path, digits, per_class=6)
    train, test = root / "train", root / "test"
    (test / "three" / "5.png").write_bytes((train / "three" / "0.png").read_bytes())  # in both splits
    (test / "three" / "copy.png").write_bytes((train / "three" / "0.png").read_bytes())  # and once more
    (train / "seven" / "wrong.png").write_bytes((train / "three" / "1.png").read_bytes())  # in two classes
    told = datasets.load_folder("mine", root, Wanted()).told
    assert told == {
        "kind": "folder",
        "share": None,
        "counts": {"train": [7, 6], "test": [6, 7]},
        "between": 2,
        "copies": 3,
        "two_classes": 1,
        "sides": [8, 8, 8],
        "skipped": 0,
        "skipped_first": [],
    }


# --- tables, archives, libraries ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comma", "head"), [(",", "path,label"), (";", "File;Class"), ("\t", "image\tcategory")]
)
def test_table_of_paths_and_labels(comma: str, head: str, tmp_path: Path) -> None:
    by_folder = datasets.load_folder("mine", put_classes(tmp_path / "set"), Wanted())
    files = sorted((tmp_path / "set").rglob("*.png"))
    rows = [f"{file.relative_to(tmp_path / 'set')}{comma}{file.parent.name}" for file in files]
    table = tmp_path / "set" / "list.csv"
    table.write_text("\n".join([head, *rows, "", ""]), "utf-8-sig")
    mine = datasets.load_folder("mine", table, Wanted())
    assert mine.fingerprint == by_folder.fingerprint
    assert (mine.facts.classes, mine.names, mine.told["kind"]) == (("a", "b"), by_folder.names, "table")
    table.write_text("\n".join([head, *rows, f"none.png{comma}a"]))
    assert "none.png is no file" in datasets.load_folder("mine", table, Wanted()).skipped[0]


def test_table_may_divide_the_pictures(tmp_path: Path) -> None:
    files = sorted(put_classes(tmp_path / "set").rglob("*.png"))
    rows = [f"{file},{file.parent.name},{'test' if file.stem < '004' else 'Train'}" for file in files]
    table = tmp_path / "list.csv"
    table.write_text("\n".join(["path,label,split", *rows]))
    mine = datasets.load_folder("mine", table, Wanted())
    assert (len(mine.train), len(mine.test), mine.division) == (12, 8, None)
    with pytest.raises(ConfigError, match="split is given, but"):
        datasets.load_folder("mine", table, Wanted(share=0.2))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.png,cat\n", "has no column path and no column label; its first line must name"),
        ("path,label\na.png,\n", "line 2 has no label"),
        ("path,label\n,cat\n", "line 2 has no path"),
        ("path,label,split\na.png,cat,val\n", "line 2: split is 'val'; it can be train or test"),
        ("path,label\na.png,cat\n", "names 1 classes"),
        ("path,label\na\x1b.png,cat\n", "line 2: the path has the character U+001B"),
        ("path,label\n\xff.png,\udcff", "not UTF-8"),
    ],
)
def test_tables_that_are_none(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(DataUnavailable) as error:
        datasets.load_folder("mine", tmp_path / "list.csv", Wanted())
    assert said in one_line(error)


def test_archive_of_arrays(digits: Dataset, tmp_path: Path) -> None:
    train, test = digits.train, digits.test
    both = {"x_train": train.images, "y_train": train.labels, "x_test": test.images, "y_test": test.labels}
    np.savez(tmp_path / "mine.npz", **both)
    mine = datasets.load_archive("mine", tmp_path / "mine.npz", Wanted())
    assert mine.fingerprint == digits.fingerprint
    assert mine.facts.classes == tuple("0123456789")
    floats = {
        "train_images": train.images[..., 0] / 255,
        "train_labels": train.labels[:, None],
        "test_images": test.images[..., 0] / 255,
        "test_labels": test.labels[:, None],
    }
    np.savez(tmp_path / "mine.npz", classes=[f"digit {n}" for n in range(10)], **floats)
    again = datasets.load_archive("mine", tmp_path / "mine.npz", Wanted())
    assert again.fingerprint == digits.fingerprint
    assert again.facts.classes[3] == "digit 3"
    np.savez(tmp_path / "mine.npz", images=test.images, labels=np.array(list("abcdefghij"))[test.labels])
    divided = datasets.load_archive("mine", tmp_path / "mine.npz", Wanted(share=0.25, size=16, channels=3))
    assert divided.facts.shape == (16, 16, 3)
    assert (divided.facts.test_size, divided.facts.classes[2]) == (150, "c")
    np.savez(tmp_path / "mine.npz", **both)
    with pytest.raises(DataUnavailable, match="split is given"):
        datasets.load_archive("mine", tmp_path / "mine.npz", Wanted(share=0.25))


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"z": np.zeros(3)}, "holds z; it needs x_train"),
        ({"images": np.zeros((4, 5, 5)), "labels": np.zeros(3, int)}, "there are 1 classes"),
        ({"images": np.zeros((4, 5, 5)), "labels": np.arange(3)}, "4 images and 3 labels"),
        ({"images": np.zeros((4, 5, 7, 9)), "labels": np.arange(4)}, "an image has the shape (5, 7, 9)"),
        ({"images": np.full((4, 5, 5), np.nan), "labels": np.arange(4)}, "values that are no numbers"),
        ({"images": -np.ones((4, 5, 5)), "labels": np.arange(4)}, "values of images are to be from 0 to 255"),
        ({"images": np.array([None] * 4), "labels": np.arange(4)}, "cannot be read: Object arrays"),
    ],
)
def test_archives_that_are_none(arrays: dict[str, np.ndarray], said: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", **arrays)
    with pytest.raises(DataUnavailable) as error:
        datasets.load_archive("mine", tmp_path / "mine.npz", Wanted())
    assert said in one_line(error)
    (tmp_path / "mine.npz").write_bytes(b"PK no archive")
    with pytest.raises(DataUnavailable, match="cannot be read"):
        datasets.load_archive("mine", tmp_path / "mine.npz", Wanted())


LOADERS = r"""
import numpy as np
from PIL import Image

rng = np.random.default_rng(0)
X, Y = rng.integers(0, 256, (40, 6, 6), np.uint8), np.arange(40) % 4

def pair(): return X, Y
def flat(): return X.reshape(40, 36).astype(float), Y
def halves(): return (X[:30], Y[:30]), (X[30:], Y[30:])
def named(): return {"data": X, "target": Y, "target_names": np.array(["n", "e", "s", "w"])}
def splits(): return {"train": {"image": X[:30], "label": Y[:30]}, "test": {"image": X[30:], "label": Y[30:]}}
def broken(): raise RuntimeError("no such\nserver")
def nothing(): return 3
table = 7

class Pictures:
    classes = ["n", "e", "s", "w"]
    def __init__(self, split="all"):
        self.part = {"all": slice(None), "train": slice(30), "test": slice(30, None)}[split]
    def __len__(self): return len(Y[self.part])
    def __getitem__(self, i): return Image.fromarray(X[self.part][i]), int(Y[self.part][i])

class Rows(Pictures):
    def __getitem__(self, i): return dict(zip(("image", "label"), super().__getitem__(i)))

class Tensors(Pictures):
    def __getitem__(self, i): return np.float32(X[i])[None] / 255, Y[i]
"""


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "strangers_sets.py").write_text(LOADERS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "strangers_sets", raising=False)


@pytest.mark.usefixtures("stranger")
def test_sets_of_other_libraries_by_import_path() -> None:
    def loaded(name: str, **more: dict[str, str]) -> Dataset:
        return datasets.load_library("mine", f"strangers_sets:{name}", Wanted(), {}, **more)

    whole = {name: loaded(name) for name in ("pair", "flat", "named", "Pictures", "Rows", "Tensors")}
    assert len({one.fingerprint for one in whole.values()}) == 1
    assert {one.facts.shape for one in whole.values()} == {(6, 6, 1)}
    halves = [loaded(name) for name in ("halves", "splits")]
    halves += [
        loaded(name, train={"split": "train"}, test={"split": "test"}) for name in ("Pictures", "Rows")
    ]
    assert len({one.fingerprint for one in halves}) == 1
    assert (halves[0].facts.train_size, halves[0].facts.test_size, halves[0].division) == (30, 10, None)
    assert whole["named"].facts.classes == whole["Rows"].facts.classes == ("n", "e", "s", "w")
    assert whole["pair"].facts.classes == ("0", "1", "2", "3")


@pytest.mark.usefixtures("stranger")
@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("strangers_sets:broken", "failed (RuntimeError: no such server)"),
        ("strangers_sets:nothing", "gives int, which has no images and labels"),
        ("strangers_sets:table", "is no function or class, but int"),
        ("strangers_sets:missing", "cannot be imported"),
        ("no_such_package.sets:load", "cannot be imported"),
        ("strangers_sets", "write MODULE:NAME"),
    ],
)
def test_loaders_that_give_no_images(target: str, said: str) -> None:
    with pytest.raises(FxReportError) as error:
        datasets.load_library("mine", target, Wanted(), {})
    assert said in one_line(error)


def test_a_real_set_of_another_library() -> None:
    mine = datasets.load_library("mine", "sklearn.datasets:load_digits", Wanted(), {"n_class": 3})
    assert mine.facts.classes == ("0", "1", "2")
    assert (mine.facts.shape, len(mine.train) + len(mine.test)) == ((8, 8, 1), 537)
