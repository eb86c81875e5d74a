"""Means over several image sets and the intervals of their differences."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fxreport.analysis.context import Context
from fxreport.analysis.uncertainty import Interval, combined_interval, interval


def complete(context: Context, metric: str, datasets: Sequence[str]) -> tuple[str, ...]:
    """Variants that have the metric on all of the sets, in reading order; nobody where there is no set."""
    samples = context.study.samples
    return tuple(
        v.id
        for v in context.study.variants
        if datasets and all((d, v.id, metric) in samples for d in datasets)
    )


def mean_over(context: Context, variant: str, metric: str, datasets: Sequence[str]) -> float:
    """Mean over image sets of the means over seeds; KeyError where a cell was not measured."""
    return math.fsum(context.study.samples[d, variant, metric].mean for d in datasets) / len(datasets)


def mean_difference(
    context: Context, a: str, b: str, datasets: Sequence[str], metric: str = "ari"
) -> Interval | None:
    """Interval of a − b of a metric's mean over sets, paired where all cells have the same seeds.

    None where a cell has a single seed.
    """
    samples = {(d, v): context.study.samples[d, v, metric] for d in datasets for v in (a, b)}
    count = len(datasets)
    if len({s.seeds for s in samples.values()}) > 1:
        difference = mean_over(context, a, metric, datasets) - mean_over(context, b, metric, datasets)
        return combined_interval(difference, [[x / count for x in s.values] for s in samples.values()])
    seeds = samples[datasets[0], a].seeds
    if len(seeds) < 2:
        return None
    differences = [
        math.fsum(samples[d, a].values[i] - samples[d, b].values[i] for d in datasets) / count
        for i in range(len(seeds))
    ]
    # image sets are independent, so what their shared images add to the variance adds up
    spreads = [context.influences.spread(samples[d, a].keys, samples[d, b].keys, metric) for d in datasets]
    shared = sum(variance * overlap for variance, overlap in filter(None, spreads)) / count**2
    return interval(differences, shared, overlap=1.0)
