"""Drawing the images of an experiment from a set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Dataset, Split
from fxreport.datasets.shares import shares
from fxreport.vocabulary.errors import ConfigError


def sample(
    dataset: Dataset, train: int | None, test: int | None, seed: int
) -> tuple[Split, Split, NDArray[np.int64]]:
    """Draw ``train`` and ``test`` images without replacement, stratified by class; None takes a whole split.

    Returns the two drawn splits and the drawn test images' places as ``sample_indices`` gives them. Raises as
    that does.
    """
    train_places, test_places = sample_indices(dataset, train, test, seed)
    undivided = dataset.division is None
    return (
        dataset.train if undivided and train is None else _taken(dataset, "train", train_places),
        dataset.test if undivided and test is None else _taken(dataset, "test", test_places),
        test_places,
    )


def sample_indices(
    dataset: Dataset, train: int | None, test: int | None, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of the train and test images that ``sample`` draws, in their splits.

    Each class gets its share of the split by largest remainder. The draw, order included, depends on the
    set's name, the seed and the split and on nothing else. A set with a ``division`` is divided by the seed
    first, and places are among all of its images, those of ``dataset.train`` before those of
    ``dataset.test``; ``by_split`` tells where they lie. Raises ConfigError where a number asked for is
    negative or more than there is.
    """
    name = dataset.facts.name
    if dataset.division is None:
        return (
            _draw(name, "train", dataset.train.labels, train, seed),
            _draw(name, "test", dataset.test.labels, test, seed),
        )
    labels = np.concatenate([dataset.train.labels, dataset.test.labels])
    tested = dataset.division.tested(labels, seed)
    here, there = np.flatnonzero(~tested), np.flatnonzero(tested)
    return (
        here[_draw(name, "train", labels[here], train, seed)].astype(np.int64),
        there[_draw(name, "test", labels[there], test, seed)].astype(np.int64),
    )


def by_split(
    dataset: Dataset, split: str, places: NDArray[np.integer]
) -> Iterator[tuple[str, NDArray[np.bool_], NDArray[np.integer]]]:
    """Yield where the images at ``places`` (n,) of ``sample_indices`` lie, which were drawn for ``split``.

    Each time the name of a split as the set holds it, which of the images lie there (n,), and where in it.
    """
    if dataset.division is None:
        yield split, np.ones(len(places), np.bool_), places
        return
    ahead = len(dataset.train)
    for name, begin, there in (("train", 0, places < ahead), ("test", ahead, places >= ahead)):
        if there.any():
            yield name, there, places[there] - begin


def _taken(dataset: Dataset, split: str, places: NDArray[np.integer]) -> Split:
    images = np.empty((len(places), *dataset.train.images.shape[1:]), np.uint8)
    labels = np.empty(len(places), np.int64)
    for name, there, positions in by_split(dataset, split, places):
        held = dataset.split(name)
        images[there], labels[there] = held.images[positions], held.labels[positions]
    return Split(images, labels)


def _draw(
    name: str, split: str, labels: NDArray[np.int64], count: int | None, seed: int
) -> NDArray[np.int64]:
    if count is None:
        return np.arange(len(labels), dtype=np.int64)
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
