"""Stars by fixed scales of what was measured of the one extractor: another one added moves nobody's stars.

Of costs alone: steps of quality would equate what is shown to differ, and quality is told by its values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fxreport.analysis.quantities.costs import (
    images_per_second,
    model_bytes,
    seconds_per_1000_images,
    slowest_set,
)
from fxreport.analysis.study import Study

STARS = 5

#: lower bounds of the words for how far clusters agree with classes, but the first
ARI_LEVELS = (0.1, 0.3, 0.6, 0.9)
#: upper bounds of five, four, three and two stars: seconds of extraction per thousand images
SECONDS_LEVELS = (0.1, 0.5, 2.0, 10.0)
#: upper bounds of five, four, three and two stars: bytes of the model
MODEL_BYTES_LEVELS = (5e6, 20e6, 60e6, 200e6)
#: images per second that are wanted where there is no GPU
GPU_BELOW = 100.0


@dataclass(frozen=True, slots=True)
class Rating:
    """An extractor's stars, and images per second; None where nothing was measured."""

    speed: int | None
    size: int | None
    rate: float | None


def rate(study: Study, variant: str, datasets: Sequence[str]) -> Rating:
    """Rate one variant on the sets by nothing but its own measurements.

    Speed is that of the slowest of the sets on which it was timed.
    """
    slowest = slowest_set(study, datasets, variant)
    seconds = None if slowest is None else seconds_per_1000_images(study, slowest, variant)
    speed = None if slowest is None else images_per_second(study, slowest, variant)
    measured = [d for d in datasets if study.sample(d, variant, "model_bytes")]
    size = model_bytes(study, variant, measured)
    return Rating(
        speed=None if seconds is None else cost_level(seconds, SECONDS_LEVELS),
        size=None if size is None else cost_level(size, MODEL_BYTES_LEVELS),
        rate=speed if seconds else None,
    )


def level(value: float, bounds: Sequence[float]) -> int:
    """1 to 5 for a quality where more is better; ``bounds`` rise."""
    return 1 + sum(value >= bound for bound in bounds)


def cost_level(value: float, bounds: Sequence[float]) -> int:
    """5 to 1 for a cost where less is better; ``bounds`` rise."""
    return STARS - sum(value > bound for bound in bounds)
