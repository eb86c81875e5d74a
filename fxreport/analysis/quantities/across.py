"""Means over several image sets and the intervals of their differences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from fxreport.analysis.context import Context
from fxreport.analysis.statistics.compare import image_variance
from fxreport.analysis.statistics.uncertainty import Interval, combined_interval, interval
from fxreport.analysis.study import Sample


def mean_over(context: Context, variant: str, metric: str, datasets: Sequence[str]) -> float:
    """Mean over image sets of the means over seeds; KeyError where a cell was not measured."""
    study = context.study
    means = (study.mean(d, variant, metric) for d in datasets)
    # a subject of another clusterer is in no column
    known = (
        study.samples[d, variant, metric].mean if mean is None else mean
        for d, mean in zip(datasets, means, strict=True)
    )
    return math.fsum(known) / len(datasets)


def mean_difference(
    context: Context,
    a: str,
    b: str,
    datasets: Sequence[str],
    metric: str | None = None,
    rival: str | None = None,
) -> Interval | None:
    """Interval of a − b of a metric's mean over sets, paired where all cells have the same seeds.

    ``rival`` is b's metric where that is another: two shares of right answers. None where a cell has a single
    seed.
    """
    metric = metric or context.study.quality
    of = {a: metric, b: rival or metric}
    samples = {(d, v): context.study.samples[d, v, of[v]] for d in datasets for v in (a, b)}
    count = len(datasets)
    if len({s.seeds for s in samples.values()}) > 1:
        difference = mean_over(context, a, of[a], datasets) - mean_over(context, b, of[b], datasets)
        return combined_interval(difference, [[x / count for x in s.values] for s in samples.values()])
    seeds = samples[datasets[0], a].seeds
    if len(seeds) < 2:
        return None
    differences = [
        math.fsum(samples[d, a].values[i] - samples[d, b].values[i] for d in datasets) / count
        for i in range(len(seeds))
    ]
    pairs = ((samples[d, a], samples[d, b]) for d in datasets)
    return interval(differences, shared_variance(context, pairs, metric) / count**2, overlap=1.0)


def mean_interval_over(
    context: Context, variant: str, datasets: Sequence[str], metric: str | None = None
) -> Interval | None:
    """Interval of a variant's mean over sets; None where a cell has a single seed."""
    metric = metric or context.study.quality
    samples = [context.study.samples[d, variant, metric] for d in datasets]
    count = len(samples)
    if len({s.seeds for s in samples}) > 1:
        mean = mean_over(context, variant, metric, datasets)
        return combined_interval(mean, [[x / count for x in s.values] for s in samples])
    if len(samples[0].seeds) < 2:
        return None
    means = [math.fsum(s.values[i] for s in samples) / count for i in range(len(samples[0].seeds))]
    shared = shared_variance(context, ((s, None) for s in samples), metric)
    return interval(means, shared / count**2, overlap=1.0)


def shared_variance(context: Context, pairs: Iterable[tuple[Sample, Sample | None]], metric: str) -> float:
    """What shared images add to the variance of a sum over sets, which are independent."""
    spreads = (image_variance(context.influences, one, rival, metric) for one, rival in pairs)
    return sum(variance * overlap for variance, overlap in filter(None, spreads))
