"""Dividing a set that came in one piece into what is learned from and what is tested on, by a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.shares import shares


@dataclass(frozen=True, slots=True)
class Division:
    """How a set is divided: ``share`` of each class is tested on, equal pictures of a class stay together.

    ``prints``: a digest of each image's pixels, in the order of the images.
    """

    share: float
    prints: tuple[bytes, ...]

    def tested(self, labels: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
        """Return (n,) which images the seed draws for testing, of images with ``labels`` (n,).

        It depends on the pixels, the classes, the share and the seed and on nothing else: not on names or on
        the order. Each class has its share by largest remainder, at least one image on either side; a group
        of equal ones that would exceed it stays on the other side. Raises ValueError where a class has no two
        different images.
        """
        chosen = np.zeros(len(labels), np.bool_)
        classes, sizes = np.unique(labels, return_counts=True)
        wanted = shares(sizes, round(self.share * len(labels)))
        for label, size, target in zip(classes, sizes, wanted, strict=True):
            groups = self._groups(np.flatnonzero(labels == label), seed)
            if len(groups) < 2:
                raise ValueError(f"class {label} has no two different images")
            left = min(max(int(target), 1), int(size) - 1)
            taken = []
            for group in groups:
                if len(group) <= left:
                    taken += group
                    left -= len(group)
            chosen[taken or min(groups, key=len)] = True
        return chosen

    def _groups(self, places: NDArray[np.integer], seed: int) -> list[list[int]]:
        """Places of equal images, in an order that the seed draws."""
        groups: dict[bytes, list[int]] = {}
        for place in places.tolist():
            groups.setdefault(self.prints[place], []).append(place)
        return [groups[one] for one in sorted(groups, key=lambda one: _rank(one, seed))]


def _rank(print_: bytes, seed: int) -> bytes:
    return hashlib.blake2b(f"{seed} ".encode() + print_, digest_size=16).digest()


def prints_of(images: Sequence[NDArray[np.uint8]] | NDArray[np.uint8]) -> tuple[bytes, ...]:
    """Return a digest of each image's pixels."""
    return tuple(hashlib.blake2b(np.ascontiguousarray(one).data, digest_size=16).digest() for one in images)
