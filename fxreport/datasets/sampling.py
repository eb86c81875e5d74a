"""Drawing the images of an experiment from a set."""

from __future__ import annotations

import hashlib
import json

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Dataset, Split
from fxreport.datasets.shares import shares
from fxreport.vocabulary.errors import ConfigError


def sample(
    dataset: Dataset, train: int | None, test: int | None, seed: int
) -> tuple[Split, Split, NDArray[np.int64]]:
    """Draw ``train`` and ``test`` images without replacement, stratified by class; None takes a whole split.

    Returns the two drawn splits and the drawn test images' indices into the set's test split, (test,) int64.
    Each class gets its share of the split by largest remainder. The draw, order included, depends on the
    set's name, the seed and the split and on nothing else. A set with a ``division`` is divided by the seed
    first, and the indices are into all of its images, those of ``dataset.train`` before those of
    ``dataset.test``. Raises ConfigError where a number asked for is negative or more than there is.
    """
    train_split, test_split, places = divided(dataset, seed)
    name = dataset.facts.name
    if train is not None:
        train_split = train_split.take(_draw(name, "train", train_split.labels, train, seed))
    if test is not None:
        drawn = _draw(name, "test", test_split.labels, test, seed)
        test_split, places = test_split.take(drawn), places[drawn]
    return train_split, test_split, places


def divided(dataset: Dataset, seed: int) -> tuple[Split, Split, NDArray[np.int64]]:
    """Return the splits as the seed divides the set, and the test images' indices as ``sample`` does."""
    if dataset.division is None:
        return dataset.train, dataset.test, np.arange(len(dataset.test), dtype=np.int64)
    labels = np.concatenate([dataset.train.labels, dataset.test.labels])
    tested = dataset.division.tested(labels, seed)
    here, there = np.flatnonzero(~tested), np.flatnonzero(tested)
    return _taken(dataset, here), _taken(dataset, there), there.astype(np.int64)


def _taken(dataset: Dataset, indices: NDArray[np.integer]) -> Split:
    """The images at ascending indices into all of a set's."""
    ahead = len(dataset.train)
    parts = (
        dataset.train.take(indices[indices < ahead]),
        dataset.test.take(indices[indices >= ahead] - ahead),
    )
    if not all(map(len, parts)):
        return next(part for part in parts if len(part))
    images = np.concatenate([part.images for part in parts])
    return Split(images, np.concatenate([part.labels for part in parts]))


def _draw(name: str, split: str, labels: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int64]:
    if not 0 < count <= len(labels):
        raise ConfigError(
            f"The plan asks for {count} {split} images of {name}, which has {len(labels)}: ask for 1 to "
            f"{len(labels)}, or for all."
        )
    generator = np.random.default_rng(_stable_seed(name, seed, split))
    classes, sizes = np.unique(labels, return_counts=True)
    drawn = [
        generator.choice(np.flatnonzero(labels == label), share, replace=False)
        for label, share in zip(classes, shares(sizes, count), strict=True)
    ]
    return generator.permutation(np.concatenate(drawn)).astype(np.int64)


def _stable_seed(name: str, seed: int, split: str) -> int:
    digest = hashlib.blake2b(json.dumps([name, seed, split]).encode(), digest_size=16).digest()
    return int.from_bytes(digest, "big")
