"""A user's own set, once its pictures are arrays: divided, identified, and told what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Dataset, Split
from fxreport.datasets.division import Division, prints_of
from fxreport.datasets.fingerprint import fingerprint_of
from fxreport.datasets.found import Skipped
from fxreport.datasets.told import told
from fxreport.vocabulary.catalog import DatasetFacts
from fxreport.vocabulary.errors import ConfigError, DataUnavailable

#: side in pixels that pictures are loaded at, at most, unless the user says otherwise: ImageNet networks' own
LARGEST = 224
#: share of a set's pictures that may be left out because they cannot be read, unless the user says otherwise
MOST_SKIPPED = 0.1
#: share of each class that is tested on, where nobody has divided the pictures or says otherwise
SHARE = 0.3
#: what all images of a set take in memory, at most, in bytes
_MOST_BYTES = 32e9


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a user's set is to be loaded: ``size`` × ``size`` pixels of ``channels`` (1 or 3).

    None of ``size`` and ``channels``: the pictures decide. ``share``: what part of each class is tested on,
    None where the set is divided already or 0.3 will do. ``most_skipped``: share of the pictures that may be
    unreadable. ``natural_images``: None where nobody says whether they are photographs.
    """

    size: int | None = None
    channels: int | None = None
    share: float | None = None
    most_skipped: float = MOST_SKIPPED
    natural_images: bool | None = None

    def check(self, name: str) -> None:
        """Raise ConfigError for what cannot be."""
        if self.channels not in (None, 1, 3):
            raise ConfigError(
                f"Image set {name}: channels is {self.channels}; it can be 1 (grey) or 3 (colour)."
            )
        if self.size is not None and self.size < 1:
            raise ConfigError(
                f"Image set {name}: size is {self.size}; it must be a positive number of pixels."
            )
        if self.share is not None and not 0 < self.share < 1:
            raise ConfigError(f"Image set {name}: split is {self.share}; it must be between 0 and 1.")

    def side(self, sides: Sequence[int]) -> int:
        """The side to load at; ``sides`` are the pictures' shorter ones."""
        return self.size or (min(int(np.median(sides)), LARGEST) if len(sides) else LARGEST)


def empty_images(name: str, count: int, size: int, channels: int) -> NDArray[np.uint8]:
    """Return (count, size, size, channels) to be filled.

    Raises DataUnavailable for more than memory bears.
    """
    if (needed := count * size * size * channels) > _MOST_BYTES:
        raise DataUnavailable(
            f"Image set {name}: {count} images of {size} × {size} pixels take {needed / 1e9:.0f} GB of "
            "memory; choose a smaller size."
        )
    return np.empty((count, size, size, channels), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """Pictures as arrays, with names or (); ``test`` is None where nobody has divided them.

    ``sides``: the pictures' shorter sides as they came, in pixels. ``kind``: folder, table, archive, library.
    """

    kind: str
    source: str
    classes: tuple[str, ...]
    train: Split
    test: Split | None
    names: tuple[str, ...] = ()
    sides: tuple[int, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def assembled(name: str, loaded: Loaded, wanted: Wanted) -> Dataset:
    """Make a set of what was loaded; one that came in one piece is divided.

    ``loaded.names`` are those of the test images, or of all where nobody has divided them. Raises
    DataUnavailable where a class cannot be divided.
    """
    train, test, names, division = loaded.train, loaded.test, loaded.names, None
    if test is None:
        division = Division(wanted.share or SHARE, prints_of(train.images))
        _check_divisible(name, loaded.classes, train.labels, division)
        tested = division.tested(train.labels, seed=0)
        order = np.concatenate([np.flatnonzero(~tested), np.flatnonzero(tested)])
        division = Division(division.share, tuple(division.prints[i] for i in order))
        names = tuple(names[i] for i in order) if names else ()
        train, test = train.take(np.flatnonzero(~tested)), train.take(np.flatnonzero(tested))
    height, width, channels = train.images.shape[1:]
    facts = DatasetFacts(
        name=name,
        title=name,
        classes=loaded.classes,
        shape=(height, width, channels),
        train_size=len(train),
        test_size=len(test),
        natural_images=wanted.natural_images,
    )
    return Dataset(
        facts,
        train,
        test,
        fingerprint_of(train, test, division.share if division else None),
        loaded.source,
        tuple(one.line for one in loaded.skipped),
        division,
        names,
        told(
            loaded.kind,
            train,
            test,
            len(loaded.classes),
            division,
            loaded.sides,
            [one.name for one in loaded.skipped],
        ),
    )


def _check_divisible(
    name: str, classes: Sequence[str], labels: NDArray[np.int64], division: Division
) -> None:
    different: dict[int, set[bytes]] = {label: set() for label in range(len(classes))}
    for label, one in zip(labels.tolist(), division.prints, strict=True):
        different[label].add(one)
    if few := [classes[label] for label, prints in different.items() if len(prints) < 2]:
        more = f" and {len(few) - 5} more" if len(few) > 5 else ""
        raise DataUnavailable(
            f"Image set {name}: a class needs two different images or more, one to learn from and one to "
            f"test on; fewer are in {', '.join(few[:5])}{more}: add some, or take the class away."
        )
