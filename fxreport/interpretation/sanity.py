"""Whether an attribution tells of the network at all, and of what the network uses.

An attribution must change when the network forgets (model randomisation: Adebayo et al., NeurIPS 2018), and
the pixels that it names must matter more than pixels drawn at random (deletion and insertion: Petsiuk, Das &
Saenko, BMVC 2018). An edge detector passes the eye and fails the first; noise fails the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.interpretation.attribution import Attribution, Classes, Classifier, Images, Maps

#: maps of the trained and of the randomised network that agree more than this tell of the image, not of it
MOST_AGREEMENT = 0.5
#: steps in which all pixels are deleted or inserted
STEPS = 8
#: orders at random that the named one is compared with
RANDOM_ORDERS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Probability of the class while pixels go, or come: (STEPS + 1,) float64 each, means over the images."""

    deletion: NDArray[np.float64]
    insertion: NDArray[np.float64]

    @property
    def deletion_area(self) -> float:
        return _area(self.deletion)

    @property
    def insertion_area(self) -> float:
        return _area(self.insertion)


@dataclass(frozen=True, slots=True, eq=False)
class Sanity:
    """``agreement``: randomised network's name → mean rank correlation of the maps with the trained one's."""

    agreement: Mapping[str, float]
    curves: Curves
    random: Curves

    @property
    def passed(self) -> bool:
        """Whether the maps change with each randomisation and name pixels that matter more than chance."""
        return (
            all(value < MOST_AGREEMENT for value in self.agreement.values())
            and self.curves.deletion_area < self.random.deletion_area
            and self.curves.insertion_area > self.random.insertion_area
        )


def check(
    attribution: Attribution,
    classifier: Classifier,
    randomised: Mapping[str, Classifier],
    images: Images,
    classes: Classes,
    blank: Images,
    random: Curves,
) -> tuple[Maps, Sanity]:
    """Attribute ``classes`` (n,) of ``images`` (n, h, w, c) and check the maps (n, h, w).

    ``random`` are the curves of ``random_curves`` on the same images.
    """
    maps = attribution(classifier, images, classes, blank)
    agreement = {
        name: rank_agreement(maps, attribution(other, images, classes, blank))
        for name, other in randomised.items()
    }
    return maps, Sanity(agreement, curves(classifier, images, classes, maps, blank), random)


def rank_agreement(first: Maps, second: Maps) -> float:
    """Mean over images of Spearman's correlation of two maps' pixels (n, h, w); a constant map counts as 0."""
    from scipy.stats import rankdata

    one, other = (rankdata(maps.reshape(len(maps), -1), axis=1) for maps in (first, second))
    one, other = (ranks - ranks.mean(axis=1, keepdims=True) for ranks in (one, other))
    scale = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    return float(np.mean((one * other).sum(axis=1) / np.where(scale > 0, scale, 1)))


def random_curves(
    classifier: Classifier, images: Images, classes: Classes, blank: Images, *, seed: int
) -> Curves:
    """Curves of pixels in random order, the mean of a few orders."""
    rng = np.random.default_rng(seed)
    drawn = [
        curves(classifier, images, classes, rng.random(images.shape[:3]).astype(np.float32), blank)
        for _ in range(RANDOM_ORDERS)
    ]
    return Curves(
        np.mean([one.deletion for one in drawn], axis=0), np.mean([one.insertion for one in drawn], axis=0)
    )


def curves(classifier: Classifier, images: Images, classes: Classes, maps: Maps, blank: Images) -> Curves:
    """Delete pixels from the most important on, and insert them into the blank image in the same order."""
    n, height, width = maps.shape
    order = np.argsort(-maps.reshape(n, -1), axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(height * width)[None, :], axis=1)
    rank = rank.reshape(n, height, width, 1)
    rows = np.arange(n)

    def probability(shown: NDArray[np.bool_]) -> float:
        mixed = np.where(shown, images, blank).astype(np.float32)
        return float(np.mean(classifier.probabilities(mixed)[rows, classes]))

    reached = [round(step * height * width / STEPS) for step in range(STEPS + 1)]
    return Curves(
        np.array([probability(rank >= count) for count in reached]),
        np.array([probability(rank < count) for count in reached]),
    )


def _area(curve: NDArray[np.float64]) -> float:
    return float((curve[1:] + curve[:-1]).mean() / 2)
