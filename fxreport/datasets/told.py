"""What a user's own set is made of: images a class, duplicates, what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fxreport.datasets.base import Split
from fxreport.datasets.division import Division, prints_of

#: names of what was left out that are kept
_NAMES = 5


def told(
    kind: str,
    train: Split,
    test: Split,
    classes: int,
    division: Division | None,
    sides: Sequence[int],
    skipped: Sequence[str],
) -> dict[str, Any]:
    """Return, fit for JSON, what the document tells of a set; images are equal when their pixels are.

    ``counts``: split → images of each class. ``between``: test images that the train split has too.
    ``copies``: images that repeat another one. ``two_classes``: different images that stand under more than
    one class. ``sides``: the smallest, the median and the largest of the pictures' shorter sides as they
    came. ``share``: what each seed draws of each class for testing, where it does. The provenance of an
    experiment keeps it, so that a document can be rendered without the images.
    """
    prints = division.prints if division else prints_of(train.images) + prints_of(test.images)
    labels = np.concatenate([train.labels, test.labels]).tolist()
    learned, tested = set(prints[: len(train)]), prints[len(train) :]
    under: dict[bytes, set[int]] = {}
    for one, label in zip(prints, labels, strict=True):
        under.setdefault(one, set()).add(label)
    return {
        "kind": kind,
        "share": division.share if division else None,
        "counts": {
            name: np.bincount(split.labels, minlength=classes).tolist()
            for name, split in (("train", train), ("test", test))
        },
        "between": sum(one in learned for one in tested),
        "copies": len(prints) - len(under),
        "two_classes": sum(len(of_one) > 1 for of_one in under.values()),
        "sides": [int(side) for side in np.quantile(sides, (0, 0.5, 1))] if len(sides) else None,
        "skipped": len(skipped),
        "skipped_first": list(skipped[:_NAMES]),
    }
