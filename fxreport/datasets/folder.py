"""The user's own images: ``<folder>/train/<class>/*.png|jpg`` and ``<folder>/test/<class>/*.png|jpg``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Dataset, Split
from fxreport.datasets.fingerprint import fingerprint_of
from fxreport.vocabulary.catalog import DatasetFacts
from fxreport.vocabulary.errors import ConfigError, DataUnavailable

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})
_FORMATS = ("PNG", "JPEG")
_MODES = {1: "L", 3: "RGB"}
#: side in pixels that pictures are loaded at, at most, unless the user says otherwise: ImageNet networks' own
LARGEST = 224
#: share of a set's pictures that may be left out because they cannot be read
MOST_SKIPPED = 0.1


def load_folder(
    name: str, path: Path, size: int | None, channels: int, *, natural_images: bool | None = None
) -> Dataset:
    """Load the user's images as ``size`` × ``size`` pictures of 1 (grey) or 3 (RGB) channels.

    Without ``size`` it is the median of the pictures' shorter sides, ``LARGEST`` at most.
    Classes are the subfolders' names in alphabetical order. Pictures are turned upright by their EXIF tag,
    laid on white where transparent, and resized (aspect not kept) by Pillow's antialiased bilinear filter.
    Their order is a fixed shuffle, by a hash of class and file name, so that a leading or trailing part of a
    split has all classes.

    A picture that cannot be read is left out and told in ``skipped``.

    Raises ConfigError for a wrong ``size`` or ``channels`` and DataUnavailable for a folder that is not laid
    out so, classes that differ between train and test or are empty, and more pictures that cannot be read
    than ``MOST_SKIPPED`` allows; each names the file or folder.
    """
    if channels not in _MODES:
        raise ConfigError(f"Image set {name}: channels is {channels}; it can be 1 (grey) or 3 (colour).")
    if size is not None and size < 1:
        raise ConfigError(f"Image set {name}: size is {size}; it must be a positive number of pixels.")
    train_folders = _class_folders(name, path / "train")
    test_folders = _class_folders(name, path / "test")
    _check_same_classes(name, path, train_folders, test_folders)
    size = size or _usual_side(train_folders)
    skipped: list[str] = []
    train = _load_split(name, train_folders, size, channels, skipped)
    test = _load_split(name, test_folders, size, channels, skipped)
    pictures = len(train) + len(test) + len(skipped)
    if len(skipped) > MOST_SKIPPED * pictures:
        raise DataUnavailable(
            f"Image set {name}: {len(skipped)} of {pictures} pictures cannot be read, more than "
            f"{MOST_SKIPPED:.0%}. {skipped[0]}"
        )
    facts = DatasetFacts(
        name=name,
        title=name,
        classes=tuple(folder.name for folder in train_folders),
        shape=(size, size, channels),
        train_size=len(train),
        test_size=len(test),
        natural_images=natural_images,
    )
    return Dataset(facts, train, test, fingerprint_of(train, test), str(path), tuple(skipped))


def _class_folders(name: str, split: Path) -> list[Path]:
    if not split.is_dir():
        raise DataUnavailable(
            f"Image set {name}: there is no folder {split}; images belong into {split / '<class>'}."
        )
    folders = sorted(entry for entry in split.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    if len(folders) < 2:
        raise DataUnavailable(
            f"Image set {name}: {split} has {len(folders)} class folders; it needs two or more, one "
            "for each class."
        )
    return folders


def _check_same_classes(name: str, path: Path, train: Sequence[Path], test: Sequence[Path]) -> None:
    for here, there in ((train, test), (test, train)):
        missing = sorted({folder.name for folder in here} - {folder.name for folder in there})
        if missing:
            raise DataUnavailable(
                f"Image set {name}: {there[0].parent} has no {', '.join(missing)}, which "
                f"{here[0].parent} has; both need the same classes."
            )


def _load_split(name: str, folders: Sequence[Path], size: int, channels: int, skipped: list[str]) -> Split:
    """Load a split; what cannot be read is added to ``skipped``."""
    files: list[tuple[Path, int]] = []
    for label, folder in enumerate(folders):
        found = _pictures(folder)
        if not found:
            raise DataUnavailable(
                f"Image set {name}: {folder} has no images; put .png or .jpg files there, or remove the "
                "class from train and test."
            )
        files.extend((file, label) for file in found)
    files.sort(key=lambda entry: _place(entry[0]))
    images = np.empty((len(files), size, size, channels), np.uint8)
    labels: list[int] = []
    for file, label in files:
        try:
            images[len(labels)] = read_image(file, size, channels)
        except DataUnavailable as error:
            skipped.append(str(error))
        else:
            labels.append(label)
    if empty := [folder for label, folder in enumerate(folders) if label not in labels]:
        raise DataUnavailable(f"Image set {name}: no picture in {empty[0]} can be read. {skipped[0]}")
    return Split(images[: len(labels)], np.array(labels, np.int64))


def _pictures(folder: Path) -> list[Path]:
    return [
        file
        for file in folder.iterdir()
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file()
    ]


def _usual_side(folders: Sequence[Path]) -> int:
    """Median of the shorter sides of the pictures, from their headers."""
    from PIL import Image

    sides = []
    for file in (file for folder in folders for file in _pictures(folder)):
        unreadable = suppress(OSError, ValueError, SyntaxError, Image.DecompressionBombError)
        with unreadable, Image.open(file, formats=_FORMATS) as picture:
            sides.append(min(picture.size))
    return min(int(np.median(sides)), LARGEST) if sides else LARGEST


def _place(file: Path) -> bytes:
    return hashlib.blake2b(f"{file.parent.name}/{file.name}".encode(), digest_size=16).digest()


def read_image(file: Path, size: int, channels: int) -> NDArray[np.uint8]:
    """Read a picture as (size, size, channels). A damaged one raises DataUnavailable, which names it."""
    from PIL import Image, ImageOps

    try:
        with _truncation_is_an_error(), Image.open(file, formats=_FORMATS) as picture:
            picture.load()
            upright = _opaque(_in_8_bits(ImageOps.exif_transpose(picture))).convert(_MODES[channels])
            resized = upright.resize((size, size), Image.Resampling.BILINEAR)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        # Pillow tells of a broken PNG chunk with a SyntaxError.
        raise DataUnavailable(
            f"The image {file} cannot be read ({' '.join(str(error).split())}): replace it or take it away."
        ) from error
    return np.asarray(resized, np.uint8).reshape(size, size, channels)


@contextmanager
def _truncation_is_an_error() -> Iterator[None]:
    """Once WeasyPrint is loaded, Pillow fills up truncated files everywhere in the process; not here."""
    from PIL import ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _in_8_bits(picture: Picture) -> Picture:
    """A grey picture of 16 bits by its upper ones, which Pillow takes of a coloured one by itself."""
    from PIL import Image

    if not picture.mode.startswith("I"):
        return picture
    levels = np.asarray(picture).astype(np.int64) >> 8
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def _opaque(picture: Picture) -> Picture:
    from PIL import Image

    if not picture.has_transparency_data:
        return picture
    layer = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
