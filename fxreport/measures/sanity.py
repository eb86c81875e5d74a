"""Whether an attribution tells of the network at all, and of what the network uses.

An attribution must change when the network forgets (model randomisation: Adebayo et al., NeurIPS 2018), and
the pixels that it names must matter more than pixels named at random (deletion and insertion: Petsiuk, Das &
Saenko, BMVC 2018). An edge detector passes the eye and fails the first; noise fails the second.

Random are the same maps moved round the image by chance: pixels strewn one by one harm a network more than
the same number in one patch, so that they would be no fair match for a map that names patches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.measures.attribution import Attribution, Classes, Classifier, Images, Maps, of_classes
from fxreport.vocabulary.experiment import LEAST_GAIN, MOST_AGREEMENT

#: steps in which all pixels are deleted or inserted
STEPS = 8


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
    """``agreement``: randomised network's name → mean rank correlation of the maps with the trained one's.

    ``random``: the curves of maps that name pixels at random.
    """

    agreement: Mapping[str, float]
    curves: Curves
    random: Curves

    @property
    def gain(self) -> float:
        """Insertion's area over deletion's, less the same at random; above 0 where the pixels matter."""
        mine, chance = self.curves, self.random
        return mine.insertion_area - mine.deletion_area - (chance.insertion_area - chance.deletion_area)

    @property
    def passed(self) -> bool:
        """Whether the maps change with each randomisation, and name pixels that matter more than chance."""
        changed = all(value < MOST_AGREEMENT for value in self.agreement.values())
        return changed and self.gain >= LEAST_GAIN


def check(
    attribution: Attribution,
    classifier: Classifier,
    randomised: Mapping[str, Classifier],
    images: Images,
    classes: Classes,
    blank: Images,
    *,
    seed: int,
) -> tuple[Maps, Sanity]:
    """Attribute ``classes`` (n,) of ``images`` (n, h, w, c) and check the maps (n, h, w)."""
    maps = attribution(classifier, images, classes, blank)
    agreement = {
        name: rank_agreement(maps, attribution(other, images, classes, blank))
        for name, other in randomised.items()
    }
    moved = moved_round(maps, seed=seed)
    return maps, Sanity(
        agreement,
        curves(classifier, images, classes, maps, blank),
        curves(classifier, images, classes, moved, blank),
    )


def moved_round(maps: Maps, *, seed: int) -> Maps:
    """Move each map (n, h, w) round its image by a third to two thirds of each side, drawn by ``seed``."""
    rng = np.random.default_rng(seed)
    height, width = maps.shape[1:]
    return np.stack(
        [
            np.roll(
                one, [int(rng.integers(side // 3, 2 * side // 3 + 1)) for side in (height, width)], (0, 1)
            )
            for one in maps
        ]
    )


def rank_agreement(first: Maps, second: Maps) -> float:
    """Mean over images of Spearman's correlation of two maps' pixels (n, h, w); 0 for a constant map."""
    from scipy.stats import rankdata

    one, other = (rankdata(maps.reshape(len(maps), -1), axis=1) for maps in (first, second))
    one, other = (ranks - ranks.mean(axis=1, keepdims=True) for ranks in (one, other))
    scale = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    return float(np.mean((one * other).sum(axis=1) / np.where(scale > 0, scale, 1)))


def curves(classifier: Classifier, images: Images, classes: Classes, maps: Maps, blank: Images) -> Curves:
    """Delete pixels from the most important on, and insert them into the blank image in the same order."""
    n, height, width = maps.shape
    order = np.argsort(-maps.reshape(n, -1), axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(height * width)[None, :], axis=1)
    rank = rank.reshape(n, height, width, 1)
    reached = np.array([round(step * height * width / STEPS) for step in range(STEPS + 1)])
    gone = rank < reached.reshape(-1, 1, 1, 1, 1)
    deleted = np.where(gone, blank, images).astype(np.float32)
    inserted = np.where(gone, images, blank).astype(np.float32)
    return Curves(
        of_classes(classifier, deleted, classes).mean(axis=1, dtype=np.float64),
        of_classes(classifier, inserted, classes).mean(axis=1, dtype=np.float64),
    )


def _area(curve: NDArray[np.float64]) -> float:
    return float((curve[1:] + curve[:-1]).mean() / 2)
