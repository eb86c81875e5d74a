"""The user's own picture files: a folder by class, with or without train and test, or a table of paths."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from fxreport.datasets.base import Dataset, Split
from fxreport.datasets.found import TABLES, TEST, TRAIN, Found, Picture, Skipped, find
from fxreport.datasets.own import Loaded, Wanted, assembled, empty_images
from fxreport.datasets.pictures import look_at, read_image
from fxreport.vocabulary.errors import DataUnavailable
from fxreport.vocabulary.text import shown_path


def load_folder(name: str, path: Path, wanted: Wanted) -> Dataset:
    """Load pictures that lie in ``path``, each class in a folder, or that the table ``path`` lists.

    Without a size it is the median of the shorter sides of the pictures to learn from, ``LARGEST`` at most;
    without channels it is colour where any of them is. Classes are in alphabetical order. The order of the
    pictures is a fixed shuffle, by a hash of their names, so that a leading or trailing part has all classes.

    A picture that cannot be read is left out and told in ``skipped``.

    Raises ConfigError for what cannot be wanted and DataUnavailable for what is not laid out so, classes that
    differ between train and test or are empty, and more pictures that cannot be read than wanted; each names
    the file or folder.
    """
    wanted.check(name)
    found = find(name, path, undivided=wanted.share is not None)
    looks = [look for look in (look_at(one.file) for one in found.train) if look is not None]
    size = wanted.side([side for side, _ in looks])
    channels = wanted.channels or (3 if any(colour for _, colour in looks) else 1)
    skipped = list(found.skipped)
    train, train_names = _load(name, found, TRAIN, found.train, size, channels, skipped)
    test, names = None, train_names
    if found.test is not None:
        test, names = _load(name, found, TEST, found.test, size, channels, skipped)
    pictures = len(train) + (len(test) if test else 0) + len(skipped)
    if len(skipped) > wanted.most_skipped * pictures:
        raise DataUnavailable(
            f"Image set {name}: {len(skipped)} of {pictures} pictures cannot be read, more than "
            f"{wanted.most_skipped:.0%} (most_skipped allows more). {skipped[0].line}"
        )
    kind = "table" if path.suffix.lower() in TABLES and path.is_file() else "folder"
    sides = tuple(side for side, _ in looks)
    loaded = Loaded(kind, str(path), found.classes, train, test, names, sides, tuple(skipped))
    return assembled(name, loaded, wanted)


def _load(
    name: str,
    found: Found,
    split: str,
    pictures: Sequence[Picture],
    size: int,
    channels: int,
    skipped: list[Skipped],
) -> tuple[Split, tuple[str, ...]]:
    """Load a split, with the pictures' names; what cannot be read is added to ``skipped``."""
    images = empty_images(name, len(pictures), size, channels)
    read: list[Picture] = []
    for one in pictures:
        try:
            images[len(read)] = read_image(one.file, size, channels)
        except DataUnavailable as error:
            skipped.append(Skipped(shown_path(one.name), str(error)))
        else:
            read.append(one)
    labels = [one.label for one in read]
    if empty := [label for label in range(len(found.classes)) if label not in set(labels)]:
        where = found.classes[empty[0]] if found.test is None else f"{split}/{found.classes[empty[0]]}"
        said = skipped[0].line if skipped else "There is none."
        raise DataUnavailable(f"Image set {name}: no picture in {where} can be read. {said}")
    return Split(images[: len(read)], np.array(labels, np.int64)), tuple(shown_path(one.name) for one in read)
