"""Images that somebody else has decoded: an ``.npz``, or what another library's set gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Dataset, Split
from fxreport.datasets.containers import UNREADABLE
from fxreport.datasets.own import Loaded, Wanted, assembled, empty_images
from fxreport.datasets.pictures import fitted
from fxreport.vocabulary.errors import DataUnavailable, SourceError
from fxreport.vocabulary.text import unprintable

#: what images, labels and names of classes are called in archives and by libraries
IMAGES = ("images", "image", "img", "x", "data")
LABELS = ("labels", "label", "y", "targets", "target")
CLASSES = ("classes", "class_names", "label_names", "target_names")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Images as somebody gives them (an array, or arrays and Pillow's pictures), labels, names of classes."""

    images: Sequence[Any] | NDArray[Any]
    labels: Sequence[Any] | NDArray[Any]
    classes: tuple[str, ...] = ()


def load_archive(name: str, path: Path, wanted: Wanted) -> Dataset:
    """Load an ``.npz`` of ``x_train``, ``y_train``, ``x_test``, ``y_test``, or of ``images`` and ``labels``.

    ``train_images`` and the like are read too, and ``classes`` names the classes. Raises ConfigError for what
    cannot be wanted, DataUnavailable for an archive that is not one of these.
    """
    wanted.check(name)
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {key.lower(): key for key in archive.files}
            parts = {split: _part(archive, arrays, split) for split in ("train", "test", "")}
    except (*UNREADABLE, AttributeError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise DataUnavailable(f"Image set {name}: {path} cannot be read: {reason}") from None
    train, test, whole = parts["train"], parts["test"], parts[""]
    if train and test:
        return from_parts(name, "archive", str(path), train, test, wanted)
    if whole:
        return from_parts(name, "archive", str(path), whole, None, wanted)
    raise DataUnavailable(
        f"Image set {name}: {path} holds {', '.join(sorted(arrays.values())) or 'nothing'}; it needs "
        "x_train, y_train, x_test and y_test, or images and labels."
    )


def _part(archive: Mapping[str, NDArray[Any]], arrays: Mapping[str, str], split: str) -> Part | None:
    def first(kinds: Sequence[str]) -> NDArray[Any] | None:
        spelled = ((f"{kind}_{split}", f"{split}_{kind}") if split else (kind,) for kind in kinds)
        keys = (key for of_kind in spelled for key in of_kind)
        return next((archive[arrays[key]] for key in keys if key in arrays), None)

    images, labels = first(IMAGES), first(LABELS)
    if images is None or labels is None:
        return None
    named = next((archive[arrays[key]] for key in CLASSES if key in arrays), np.empty(0, str))
    return Part(images, labels, tuple(map(str, named.tolist())))


def from_parts(name: str, kind: str, source: str, train: Part, test: Part | None, wanted: Wanted) -> Dataset:
    """Make a set of images of any usual shape and range of values; ``test``: None where they are undivided.

    An image is (h, w), (h, w, c), (c, h, w) or a flat square, of c = 1, 3 or 4 channels, in whole numbers
    from 0 to 255 (or of 16 bits), or as floats up to 1 or 255; or a picture of Pillow's. Those of other sizes
    or of unequal sides are resized to a square. Raises ConfigError, DataUnavailable.
    """
    wanted.check(name)
    if wanted.share is not None and test is not None:
        raise DataUnavailable(
            f"Image set {name}: split is given, but {source} is divided already; remove split."
        )
    parts = [train, *([test] if test else [])]
    try:
        labels, classes = _labels([part.labels for part in parts], train.classes)
        pictures = [_upright(part.images) for part in parts]
    except SourceError as error:
        raise DataUnavailable(f"Image set {name}, {source}: {error}") from None
    for part, numbers in zip(pictures, labels, strict=True):
        if len(part) != len(numbers) or len(part) == 0:
            raise DataUnavailable(
                f"Image set {name}, {source}: there are {len(part)} images and {len(numbers)} labels."
            )
    if lacking := [
        classes[c] for numbers in labels for c in set(range(len(classes))) - set(numbers.tolist())
    ]:
        raise DataUnavailable(
            f"Image set {name}, {source}: the class {lacking[0]} has no images in one split."
        )
    sides = [min(_size(one)) for one in pictures[0]]
    size = wanted.side(sides)
    colour = any(_in_colour(one) for one in pictures[0])
    channels = wanted.channels or (3 if colour else 1)
    splits = []
    for part, numbers in zip(pictures, labels, strict=True):
        images = empty_images(name, len(part), size, channels)
        for number, one in enumerate(part):
            images[number] = _resized(one, size, channels)
        splits.append(Split(images, numbers))
    loaded = Loaded(kind, source, classes, splits[0], splits[1] if test else None, sides=tuple(sides))
    return assembled(name, loaded, wanted)


def _labels(
    given: Sequence[Sequence[Any] | NDArray[Any]], named: Sequence[str]
) -> tuple[list[NDArray[np.int64]], tuple[str, ...]]:
    """Labels as whole numbers from 0 on, and the names of the classes."""
    arrays = [np.asarray(one) for one in given]
    arrays = [one.argmax(axis=1) if one.ndim == 2 and one.shape[1] > 1 else one.ravel() for one in arrays]
    if any(one.dtype.kind not in "biufUS" for one in arrays):
        raise SourceError("labels are to be whole numbers or names, one an image")
    values = np.unique(np.concatenate(arrays))
    if len(values) < 2:
        raise SourceError(f"there are {len(values)} classes; two or more are needed")
    by_number = (
        values.dtype.kind in "iu" and len(named) > values.max(initial=0) and values.min(initial=0) >= 0
    )
    classes = tuple(named[value] if by_number else _name(value) for value in values.tolist())
    if bad := [one for one in classes if not one.strip() or unprintable(one)]:
        raise SourceError(f"a class is called {bad[0]!r}, which no document can show")
    return [np.searchsorted(values, one).astype(np.int64) for one in arrays], classes


def _name(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _upright(images: Sequence[Any] | NDArray[Any]) -> list[Any]:
    """Pillow's pictures as they are, arrays as (h, w, 1 or 3 or 4) uint8, all on one scale."""
    from PIL import Image

    items = list(images)
    arrays = {i: np.asarray(one) for i, one in enumerate(items) if not isinstance(one, Image.Image)}
    if any(one.dtype.kind not in "biuf" or not one.size for one in arrays.values()):
        raise SourceError("images are to be arrays of numbers, or pictures")
    floats = [one for one in arrays.values() if one.dtype.kind == "f"]
    if not all(np.isfinite(one).all() for one in floats):
        raise SourceError("an image has values that are no numbers")
    most = max((float(one.max()) for one in arrays.values()), default=0.0)
    if min((float(one.min()) for one in arrays.values()), default=0.0) < 0 or most > 65535:
        raise SourceError("values of images are to be from 0 to 255, or floats from 0 to 1")
    scale = 255.0 if floats and most <= 1 else 1.0
    if any(one.dtype.kind == "b" for one in arrays.values()):
        scale = 255.0
    if most * scale > 255:
        scale = 1 / 256  # of 16 bits the upper ones
    for i, one in arrays.items():
        items[i] = _channels_last(one, scale)
    return items


def _channels_last(array: NDArray[Any], scale: float) -> NDArray[np.uint8]:
    if array.ndim == 1 and (side := round(array.size**0.5)) ** 2 == array.size:
        array = array.reshape(side, side)
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim == 3 and array.shape[-1] not in (1, 3, 4) and array.shape[0] in (1, 3, 4):
        array = np.moveaxis(array, 0, -1)
    if array.ndim != 3 or array.shape[-1] not in (1, 3, 4):
        raise SourceError(
            f"an image has the shape {array.shape}; it is to be (height, width) or (height, width, 1, 3 or 4)"
        )
    if scale == 1 and array.dtype == np.uint8:
        return array
    levels = array.astype(np.float64) * scale
    return (np.floor(levels) if scale < 1 else np.rint(levels)).astype(np.uint8)


def _size(picture: Any) -> tuple[int, int]:
    width, height = picture.shape[1::-1] if isinstance(picture, np.ndarray) else picture.size
    return int(width), int(height)


def _in_colour(picture: Any) -> bool:
    if isinstance(picture, np.ndarray):
        return bool(picture.shape[-1] > 1)
    return not (picture.mode in ("1", "L", "LA") or picture.mode.startswith("I"))


def _resized(picture: Any, size: int, channels: int) -> NDArray[np.uint8]:
    from PIL import Image

    if isinstance(picture, np.ndarray):
        if picture.shape == (size, size, channels):
            return picture
        picture = Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture)
    return fitted(picture, size, channels)
