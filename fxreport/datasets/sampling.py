"""Drawing a part of an image set."""

from __future__ import annotations

import hashlib
import json

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Dataset, Split
from fxreport.vocabulary.errors import ConfigError


def sample(
    dataset: Dataset, train: int | None, test: int | None, seed: int
) -> tuple[Split, Split, NDArray[np.int64]]:
    """Draw ``train`` and ``test`` images without replacement, stratified by class; None takes a whole split.

    Returns the two drawn splits and the drawn test images' indices into the set's test split, (test,) int64.
    Each class gets its share of the split by largest remainder. The draw, order included, depends on the
    set's name, the seed and the split and on nothing else. Raises ConfigError where a number asked for is
    negative or more than there is.
    """
    train_indices, test_indices = sample_indices(dataset, train, test, seed)
    train_split = dataset.train if train is None else dataset.train.take(train_indices)
    test_split = dataset.test if test is None else dataset.test.take(test_indices)
    return train_split, test_split, test_indices


def sample_indices(
    dataset: Dataset, train: int | None, test: int | None, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions in their splits of the train and test images that ``sample`` draws. Raises as it does."""
    return (
        _draw(dataset, "train", dataset.train.labels, train, seed),
        _draw(dataset, "test", dataset.test.labels, test, seed),
    )


def _draw(
    dataset: Dataset, split: str, labels: NDArray[np.int64], count: int | None, seed: int
) -> NDArray[np.int64]:
    if count is None:
        return np.arange(len(labels), dtype=np.int64)
    name = dataset.facts.name
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


def shares(sizes: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """Divide ``total`` in proportion to ``sizes`` (k,) into whole numbers by largest remainder.

    Equal remainders go to the earlier class. No share exceeds its size as long as ``total <= sizes.sum()``.
    """
    quotas = sizes.astype(np.int64) * total
    whole, remainders = np.divmod(quotas, sizes.sum())
    order = np.argsort(-remainders, kind="stable")
    whole[order[: total - whole.sum()]] += 1
    return whole


def _stable_seed(name: str, seed: int, split: str) -> int:
    digest = hashlib.blake2b(json.dumps([name, seed, split]).encode(), digest_size=16).digest()
    return int.from_bytes(digest, "big")
