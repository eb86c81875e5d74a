"""What the ways of projecting cost, beside each other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
    Count,
    Derived,
    Evidence,
    Term,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.quantities.times import TimeRatio
from fxreport.analysis.statistics.uncertainty import interval
from fxreport.vocabulary.factors import PROJECTION, level_title
from fxreport.vocabulary.metrics import at

#: what all methods start from, and no method's own work
SHARED = "pca"

_SLOWEST = N_(
    "Of the methods that start from the principal components the fastest is {fastest}: {low} s of processor time, mean over "
    "{planes}; the slowest is {slowest}: {high} s, {ratio} as long."
)
_NOT_SHOWN = N_(
    "Of the methods that start from the principal components {fastest} takes {low} s of processor time, mean over {planes}, and "
    "{slowest} {high} s; that one is faster is not shown."
)


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Processor seconds by method over the same cells: the mean, the least and the most of the cells' means."""

    cells: tuple[tuple[str, str], ...]
    means: dict[str, float]
    ranges: dict[str, tuple[float, float]]


def times(context: Context) -> Times | None:
    """Over the cells that were timed by every method; None without any."""
    study = context.study
    methods = [
        m for m in context.study.levels(PROJECTION) if context.datasets_with(at("seconds", projection=m))
    ]
    cells = tuple(
        (d, v.id)
        for d in study.measured_datasets
        for v in study.measured(d)
        if methods and all(study.sample(d, v.id, at("seconds", projection=m)) for m in methods)
    )
    if not cells:
        return None
    columns = {m: [study.samples[d, v, at("seconds", projection=m)].mean for d, v in cells] for m in methods}
    return Times(
        cells,
        {m: math.fsum(x) / len(x) for m, x in columns.items()},
        {m: (min(x), max(x)) for m, x in columns.items()},
    )


def projection_time(context: Context) -> Iterator[Claim]:
    """The fastest and the slowest method beyond principal components, and the ratio of their mean times.

    The planes of PCA are the shared start of all: their time is next to none, and no ratio to it says
    anything. Silent with fewer than two others.
    """
    found = times(context)
    means = {m: (x,) for m, x in found.means.items() if m != SHARED} if found else {}
    order = groups(means, descending=False)
    if found is None or len(order) < 2 or order[0] == order[-1]:
        return
    fastest, slowest = order[0][0], order[-1][0]
    ratio = _ratio(context, found, slowest, fastest)
    if ratio is None:
        return
    evidence = _cells_of(context, found, (fastest, slowest))
    runs = sum(e.seeds for e in evidence) // 2
    single = ratio.interval is None
    yield Claim(
        id="projection_time",
        kind="projection_time",
        message=_SLOWEST if ratio.differs else _NOT_SHOWN,
        params={
            "fastest": Term(level_title(PROJECTION, fastest)),
            "slowest": Term(level_title(PROJECTION, slowest)),
            "low": Derived(found.means[fastest], "significant", 2),
            "high": Derived(found.means[slowest], "significant", 2),
            "planes": Count(runs, "plane"),
            "ratio": ratio.shown("times"),
        },
        metric=at("seconds", projection=slowest),
        value=ratio.ratio,
        support=SINGLE_RUN if single else CERTAIN if ratio.differs else UNDETERMINED,
        evidence=evidence,
        details={"means": found.means},
    )


def _ratio(context: Context, found: Times, slow: str, fast: str) -> TimeRatio | None:
    """Ratio of the mean times, with the interval of the seeds' own ratios; None where a time is zero."""
    samples = [
        [context.study.samples[d, v, at("seconds", projection=m)] for d, v in found.cells]
        for m in (slow, fast)
    ]
    if min(found.means[slow], found.means[fast]) <= 0:
        return None
    ratio = found.means[slow] / found.means[fast]
    seeds = {s.seeds for row in samples for s in row}
    if len(seeds) > 1 or len(next(iter(seeds))) < 2:
        return TimeRatio(ratio)
    totals = [[math.fsum(x) for x in zip(*(s.values for s in row), strict=True)] for row in samples]
    if min(map(min, totals)) <= 0:
        return TimeRatio(ratio)
    ratios = tuple(x / y for x, y in zip(*totals, strict=True))
    return TimeRatio(ratio, ratios, interval([math.log(r) for r in ratios]))


def _cells_of(context: Context, found: Times, methods: tuple[str, ...]) -> tuple[Evidence, ...]:
    return tuple(context.evidence(d, v, at("seconds", projection=m)) for m in methods for d, v in found.cells)
