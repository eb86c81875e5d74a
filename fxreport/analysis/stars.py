"""Stars by fixed scales, so that one extractor's stars don't move when another is added."""

from __future__ import annotations

from collections.abc import Sequence

STARS = 5

#: lower bounds of two, three, four and five stars
ARI_LEVELS = (0.1, 0.3, 0.6, 0.9)
#: upper bounds of five, four, three and two stars: mean time as a multiple of the speed baseline's
TIME_RATIO_LEVELS = (1.5, 3.0, 8.0, 16.0)
#: upper bounds of five, four, three and two stars: bytes of the model
MODEL_BYTES_LEVELS = (5e6, 20e6, 60e6, 200e6)
#: images per second without a GPU below which one is called advisable
GPU_BELOW = 100.0


def level(value: float, bounds: Sequence[float]) -> int:
    """1 to 5 for a quality where more is better; ``bounds`` rise."""
    return 1 + sum(value >= bound for bound in bounds)


def cost_level(value: float, bounds: Sequence[float]) -> int:
    """5 to 1 for a cost where less is better; ``bounds`` rise."""
    return STARS - sum(value > bound for bound in bounds)


def efficiency_stars(score: float, best: float) -> int:
    """Two for the best ARI ÷ time of an image set, one from half of it, else none."""
    if best <= 0:
        return 0
    return 2 if score >= best else 1 if score >= best / 2 else 0
