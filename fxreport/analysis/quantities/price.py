"""The full price of an extractor, and from how many images on another one takes less time in total."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fxreport.analysis.quantities.costs import (
    mean_seconds_per_1000_images,
    model_bytes,
    seconds_per_1000_images,
)
from fxreport.analysis.study import Study

FIT = "fit_seconds"
#: seconds of a fit that nobody waits for: a call, the clock's own time, a table of means
_NOTHING = 0.05
#: an extraction is called faster from such a ratio on: below it times of one machine differ by themselves
_FASTER = 1.2
#: fewer images are no number to count before choosing
_FEWEST = 100
#: whether an extractor of a family is trained on the set, unless a training time says otherwise
_TRAINED = {
    "baseline": False,
    "hand-crafted": False,
    "pretrained": False,
    "supervised": True,
    "unsupervised": True,
}


@dataclass(frozen=True, slots=True)
class Price:
    """What an extractor costs: labels of the set, training, extraction, size; None where not known."""

    labels: bool | None
    fit_seconds: float | None
    seconds_per_1000: float | None
    model_bytes: float | None


def price(study: Study, variant: str, datasets: Sequence[str] | None = None) -> Price:
    """Means over the image sets (those on which the variant was measured), the size the largest.

    A mean over some of the sets is none: who lacks one would be compared on other images.
    """
    if datasets is None:
        datasets = tuple(d.name for d in study.datasets if study.variant_by_id[variant] in study.rows(d.name))
    return Price(
        labels=study.variant_by_id[variant].extractor.needs_labels,
        fit_seconds=_fit_seconds(study, variant, datasets),
        seconds_per_1000=_per_1000(study, variant, datasets),
        model_bytes=model_bytes(study, variant, datasets),
    )


def break_even(one: Price, other: Price) -> int | None:
    """From how many images on ``other`` takes less time in total, training and extraction together.

    0 where it does from the first images on; None where it never does, is not clearly faster, or where a time
    is not known.
    """
    fits, rates = (one.fit_seconds, other.fit_seconds), (one.seconds_per_1000, other.seconds_per_1000)
    if fits[0] is None or fits[1] is None or rates[0] is None or rates[1] is None:
        return None
    later, faster = fits[1] - fits[0], (rates[0] - rates[1]) / 1000
    if faster < 0 or (faster == 0 and later >= 0):
        return None
    images = later / faster if later > 0 else -1.0
    if not math.isfinite(images) or (later > 0 and rates[0] < _FASTER * rates[1]):
        return None
    return math.floor(images) + 1 if images >= _FEWEST else 0


def trained(study: Study, variant: str) -> bool | None:
    """Whether an extractor is trained on the set; None where that is not known."""
    times = [m for d in study.datasets for m in [study.mean(d.name, variant, FIT)] if m is not None]
    told = _TRAINED.get(study.variant_by_id[variant].family)
    return max(times) > _NOTHING or told is True if times else told


def _fit_seconds(study: Study, variant: str, datasets: Sequence[str]) -> float | None:
    if trained(study, variant) is False:
        return 0.0
    return _mean(study.mean(d, variant, FIT) for d in datasets)


def _per_1000(study: Study, variant: str, datasets: Sequence[str]) -> float | None:
    found = mean_seconds_per_1000_images(study, datasets, variant)
    return _mean(seconds_per_1000_images(study, d, variant) for d in datasets) if found is None else found


def _mean(values: Iterable[float | None]) -> float | None:
    known = list(values)
    return None if None in known or not known else math.fsum(v for v in known if v is not None) / len(known)
