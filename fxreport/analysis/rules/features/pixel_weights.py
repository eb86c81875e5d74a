"""Where on the image the linear probe's weight lies on raw pixels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import (
    N_,
    UNDETERMINED,
    Claim,
    DatasetNames,
    Derived,
    Listing,
    Message,
)
from fxreport.analysis.context import CONTROL, Context
from fxreport.analysis.statistics.compare import BETTER, WORSE, paired
from fxreport.analysis.study import Artifacts, Run


def pixel_weights(weights: NDArray[np.floating], shape: tuple[int, int, int]) -> NDArray[np.float64]:
    """Share of the squared weight of each pixel: (height, width), summing to one, channels added up."""
    squared = np.square(np.asarray(weights, np.float64)).reshape(shape).sum(axis=2)
    total = squared.sum()
    shares: NDArray[np.float64] = squared / total if total > 0 else squared
    return shares


def middle(size: int) -> slice:
    """The middle half of so many pixels."""
    return slice(size // 4, size - size // 4)


def pixel_runs(context: Context, dataset: str) -> tuple[tuple[Run, Artifacts], ...]:
    """Runs on raw pixels whose weights can be laid out as an image of the set; by seed."""
    shape = context.study.dataset_by_name[dataset].shape
    if shape is None or context.study.sample(dataset, CONTROL, "dimension") is None:
        return ()
    runs = context.kept(dataset, CONTROL, "probe_weights")
    return tuple((run, kept) for run, kept in runs if len(kept["probe_weights"]) == np.prod(shape))


_MIDDLE = {
    BETTER: N_(
        "The middle of the image (half of its height and of its width, {area} of the pixels) holds more than that share "
        "of the probe’s squared weight on raw pixels: {values}."
    ),
    WORSE: N_(
        "The middle of the image (half of its height and of its width, {area} of the pixels) holds less than that share "
        "of the probe’s squared weight on raw pixels: {values}."
    ),
    UNDETERMINED: N_(
        "The middle of the image (half of its height and of its width, {area} of the pixels) is not shown to hold more or "
        "less than that share of the probe’s squared weight on raw pixels: {values}."
    ),
}
_ON = N_("{share} ({dataset})")


def middle_of_the_image(context: Context) -> Iterator[Claim]:
    """The share of the probe's squared weight on raw pixels in the middle of the image, against its area.

    One claim for all image sets of one outcome. Silent where the weights are no image of the set.
    """
    told: dict[tuple[str, str, float], dict[str, float]] = {}
    for dataset in context.study.measured_datasets:
        runs = pixel_runs(context, dataset)
        shape = context.study.dataset_by_name[dataset].shape
        if not runs or shape is None:
            continue
        rows, columns = middle(shape[0]), middle(shape[1])
        area = (rows.stop - rows.start) * (columns.stop - columns.start) / (shape[0] * shape[1])
        shares = [float(pixel_weights(kept["probe_weights"], shape)[rows, columns].sum()) for _, kept in runs]
        outcome, support, _ = paired([share - area for share in shares])
        outcome = outcome if outcome in _MIDDLE else UNDETERMINED
        told.setdefault((outcome, support, area), {})[dataset] = sum(shares) / len(shares)
    for (outcome, support, area), shares_by_set in told.items():
        yield Claim(
            id=f"pixel_weight/{'+'.join(shares_by_set)}",
            kind="pixel_weight",
            message=_MIDDLE[outcome],
            params={
                "area": Derived(area, "percent", 0),
                "values": Listing(
                    tuple(
                        Message(
                            _ON,
                            {"share": Derived(share, "percent", 0), "dataset": DatasetNames((dataset,))},
                        )
                        for dataset, share in shares_by_set.items()
                    )
                ),
            },
            dataset=next(iter(shares_by_set)) if len(shares_by_set) == 1 else None,
            subjects=(CONTROL,),
            value=next(iter(shares_by_set.values())) if len(shares_by_set) == 1 else None,
            support=support,
            evidence=tuple(
                context.kept_of(dataset, CONTROL, "dimension", "probe_weights") for dataset in shares_by_set
            ),
            details={"shares": shares_by_set, "outcome": outcome},
        )
