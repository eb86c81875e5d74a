"""What a user's own image set is made of, as its experiments have kept it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fxreport.analysis.study import Study
from fxreport.vocabulary.text import unprintable

#: times as many images in the largest class as in the smallest, from which the classes count as unequal
UNEQUAL = 1.5


@dataclass(frozen=True, slots=True)
class Made:
    """An image set of a user's; images are equal when their pixels are.

    ``train`` and ``test``: images of each of ``classes``; of a set that each seed divides anew those of seed
    0. ``share``: what a seed draws of each class for testing, None where the set came divided. ``between``:
    test images that are in the train split too; ``copies``: images that repeat another; ``two_classes``:
    different images under more than one class. ``sides``: least and greatest of the pictures' shorter sides
    as they came, None where not known; ``side``: as they are used. ``skipped``: files left out; ``first``:
    names of the first of them.
    """

    dataset: str
    classes: tuple[str, ...]
    train: tuple[int, ...]
    test: tuple[int, ...]
    share: float | None
    between: int
    copies: int
    two_classes: int
    sides: tuple[int, int] | None
    side: int
    skipped: int
    first: tuple[str, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """Images of each class, in both splits."""
        return tuple(map(sum, zip(self.train, self.test, strict=True)))

    @property
    def imbalance(self) -> float:
        """Times as many images in the largest class as in the smallest."""
        return max(self.counts) / max(min(self.counts), 1)

    @property
    def commonest(self) -> float:
        """Share of the test images of the class that has the most of them."""
        return max(self.test) / max(sum(self.test), 1)


def own_images(study: Study) -> tuple[Made, ...]:
    """The user's own sets of which something is known, in the study's order."""
    told = {run.dataset: run.provenance.get("dataset", {}) for run in study.runs}
    found = (_made(one.name, told.get(one.name, {})) for one in study.datasets)
    return tuple(made for made in found if made is not None)


def _made(dataset: str, facts: Mapping[str, Any]) -> Made | None:
    """Read what an experiment's provenance says; None where that is not all there."""
    try:
        told = facts["told"]
        classes = tuple(map(str, facts["classes"]))
        train, test = (tuple(map(int, told["counts"][split])) for split in ("train", "test"))
        sides = told["sides"]
        made = Made(
            dataset=dataset,
            classes=classes,
            train=train,
            test=test,
            share=None if told["share"] is None else float(told["share"]),
            between=int(told["between"]),
            copies=int(told["copies"]),
            two_classes=int(told["two_classes"]),
            sides=None if sides is None else (int(sides[0]), int(sides[-1])),
            side=int(facts["shape"][0]),
            skipped=int(told["skipped"]),
            first=tuple(str(one) for one in told["skipped_first"] if not unprintable(str(one))),
        )
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    return made if classes and len(classes) == len(train) == len(test) else None
