"""Who stands where by one metric among any subjects, over any image sets: places, their intervals, groups.

Nobody is ranked by a mean over fewer sets than the others. A *tier* (``group``) is read from the top: it
has its first, and those that the first is not shown to be ahead of (``judge``: the interval of the
difference of the means excludes zero, and does not lie inside the margin); the next begins a tier. So two of
one tier may be told apart, but nobody is parted from the first of theirs without its being shown. The
interval of a place is that of the joint draws (``bootstrap.py``).

``templates/site/standing.js`` computes the same in a browser; ``tests/site/test_standing.py`` holds the two
against each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fxreport.analysis.context import Context
from fxreport.analysis.quantities.across import mean_difference, mean_over
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.statistics.bootstrap import RankInterval, rank_intervals
from fxreport.analysis.statistics.compare import BETTER, judge


@dataclass(frozen=True, slots=True)
class Place:
    """``place`` is shared by equals. ``group`` counts from 1; it and ``interval`` are None of single runs."""

    variant: str
    value: float
    place: int
    group: int | None = None
    interval: RankInterval | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """``places`` from the best down, equals in the order in which they were given.

    ``lacking``: who is not ranked → the sets on which it was not measured. ``single``: who is ranked by a
    single run on a set, so that nobody's place has an interval.
    """

    places: tuple[Place, ...]
    lacking: Mapping[str, tuple[str, ...]]
    single: tuple[str, ...]


def standing(context: Context, metric: str, datasets: Sequence[str], variants: Sequence[str]) -> Standing:
    """Rank subjects by the mean of a metric over image sets; nobody where there is no set."""
    study = context.study
    absent = {v: tuple(d for d in datasets if study.sample(d, v, metric) is None) for v in variants}
    names = [v for v in variants if datasets and not absent[v]]
    rising = study.metric(metric).higher_is_better is not False
    values = {v: mean_over(context, v, metric, datasets) for v in names}
    ordered = groups({v: (x,) for v, x in values.items()}, descending=rising)
    single = tuple(v for v in names if any(len(study.samples[d, v, metric].seeds) < 2 for d in datasets))
    order = [v for equals in ordered for v in equals]
    if single:
        grouped, intervals = {}, {}
    else:
        grouped = _groups(context, metric, datasets, order, rising=rising)
        intervals = _intervals(context, metric, datasets, order, rising=rising)
    places, place = [], 1
    for equals in ordered:
        places += [Place(v, values[v], place, grouped.get(v), intervals.get(v)) for v in equals]
        place += len(equals)
    return Standing(tuple(places), {v: sets for v, sets in absent.items() if sets}, single)


def margin(context: Context, metric: str) -> float:
    """Differences inside it are practically equal: known of the main quality alone."""
    return context.margin if metric == context.main else 0.0


def _groups(
    context: Context, metric: str, datasets: Sequence[str], order: Sequence[str], *, rising: bool
) -> dict[str, int]:
    found: dict[str, int] = {}
    first, group = "", 0
    for name in order:
        lead = mean_difference(context, first, name, datasets, metric) if first else None
        if lead is not None and not rising:
            lead = lead.reversed()
        if not first or judge(lead, margin(context, metric))[0] == BETTER:
            first, group = name, group + 1
        found[name] = group
    return found


def _intervals(
    context: Context, metric: str, datasets: Sequence[str], names: Sequence[str], *, rising: bool
) -> dict[str, RankInterval]:
    drawn = [context.draws.of_all(d, metric) for d in datasets]
    sign = 1 if rising else -1
    return rank_intervals({v: sign * np.mean([of_set[v] for of_set in drawn], axis=0) for v in names})
