"""What an image set is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.division import Division
from fxreport.vocabulary.catalog import DatasetFacts


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Images (n, height, width, channels) uint8 and labels (n,) int64, both read-only from then on.

    All extractors of a run are given the same ones: who wrote into them would change the others' input.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        for array in (self.images, self.labels):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: NDArray[np.integer]) -> Split:
        return replace(self, images=self.images[indices], labels=self.labels[indices])


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """An image set as loaded. ``fingerprint`` is taken over the decoded arrays; ``source``: where from.

    ``skipped``: pictures that could not be read and are left out, a line each. ``division``: of a set that
    came in one piece; each seed divides it anew, ``train`` and ``test`` are the division by seed 0.
    ``names``: of the images that the indices of ``sample`` count, () where they have none. ``told``: what a
    user's own set is made of (``datasets/told.py``), {} of a built-in one.
    """

    facts: DatasetFacts
    train: Split
    test: Split
    fingerprint: str
    source: str
    skipped: tuple[str, ...] = ()
    division: Division | None = None
    names: tuple[str, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)

    def split(self, name: str) -> Split:
        """Return the split ``train`` or ``test`` as the set holds it."""
        return {"train": self.train, "test": self.test}[name]
