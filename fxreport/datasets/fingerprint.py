"""The identity of an image set: a hash of its decoded arrays, the same whatever file they came in."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Split


def fingerprint_of(train: Split, test: Split, share: float | None = None) -> str:
    """Return ``b2:`` and 32 hex digits of BLAKE2b over shape, dtype and bytes of the four arrays.

    The order is train images, train labels, test images, test labels; bytes are C-ordered, little-endian.
    After them comes the ``share`` by which each seed divides the set anew; None where it does not.
    """
    digest = hashlib.blake2b(digest_size=16)
    for array in (train.images, train.labels, test.images, test.labels):
        _update(digest, array)
    if share is not None:
        digest.update(f"share {share!r}".encode())
    return f"b2:{digest.hexdigest()}"


def _update(digest: hashlib.blake2b, array: NDArray[np.generic]) -> None:
    array = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    digest.update(f"{array.shape}{array.dtype.str}".encode())
    digest.update(array.reshape(-1).view(np.uint8).data)
