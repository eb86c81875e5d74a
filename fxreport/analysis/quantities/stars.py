"""Stars by fixed scales of what was measured of the one extractor: another one added moves nobody's stars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fxreport.analysis.quantities.costs import highest, model_bytes, seconds_per_1000_images
from fxreport.analysis.study import Study

STARS = 5

#: lower bounds of two, three, four and five stars
ARI_LEVELS = (0.1, 0.3, 0.6, 0.9)
#: upper bounds of five, four, three and two stars: seconds of extraction per thousand images. The last one is
#: where a GPU begins to be advisable.
SECONDS_LEVELS = (0.1, 0.5, 2.0, 10.0)
#: upper bounds of five, four, three and two stars: bytes of the model
MODEL_BYTES_LEVELS = (5e6, 20e6, 60e6, 200e6)
#: images per second without a GPU below which one is called advisable
GPU_BELOW = 100.0


@dataclass(frozen=True, slots=True)
class Rating:
    """An extractor's stars; None where nothing was measured. ``quality`` by image set."""

    quality: Mapping[str, int | None]
    speed: int | None
    size: int | None
    gpu: bool | None


def rate(study: Study, variant: str, datasets: Sequence[str]) -> Rating:
    """Rate one variant on the sets by nothing but its own measurements.

    Speed and the need of a GPU are those of the slowest of the sets on which it was timed.
    """
    qualities = {d: study.mean(d, variant, study.quality) for d in datasets}
    timed = [seconds_per_1000_images(study, d, variant) for d in datasets]
    seconds = highest(s for s in timed if s is not None)
    measured = [d for d in datasets if study.sample(d, variant, "model_bytes")]
    size = model_bytes(study, variant, measured)
    return Rating(
        quality={d: None if x is None else quality_level(study, x) for d, x in qualities.items()},
        speed=None if seconds is None else cost_level(seconds, SECONDS_LEVELS),
        size=None if size is None else cost_level(size, MODEL_BYTES_LEVELS),
        gpu=None if seconds is None else seconds * GPU_BELOW > 1000,
    )


def quality_level(study: Study, value: float) -> int | None:
    """Stars for a value of the main quality: by the scale of ARI, else by fifths of what it can be.

    None for a quality whose least and greatest value nobody knows.
    """
    known = study.metric(study.quality)
    if known.name == "ari":
        return level(value, ARI_LEVELS)
    if not math.isfinite(known.high - known.low):
        return None
    share = (value - known.low) / (known.high - known.low)
    return level(share if study.rising else 1 - share, (0.2, 0.4, 0.6, 0.8))


def level(value: float, bounds: Sequence[float]) -> int:
    """1 to 5 for a quality where more is better; ``bounds`` rise."""
    return 1 + sum(value >= bound for bound in bounds)


def cost_level(value: float, bounds: Sequence[float]) -> int:
    """5 to 1 for a cost where less is better; ``bounds`` rise."""
    return STARS - sum(value > bound for bound in bounds)
