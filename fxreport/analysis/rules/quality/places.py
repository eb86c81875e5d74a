"""How sure the order of extractors is: the places that each may have, and who is most likely the best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    UNDETERMINED,
    Claim,
    DatasetNames,
    Derived,
    Names,
    Param,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.statistics.bootstrap import RankInterval, probability_best, rank_intervals
from fxreport.analysis.statistics.uncertainty import LEVEL

_ALL = N_(
    "On {dataset} the place of every extractor by {metric} is settled (the {level} interval of "
    "each holds one place); most likely the best: {best} ({probability})."
)
_SOME = N_(
    "On {dataset} these places by {metric} are settled (a {level} interval of one place): "
    "{settled}; those of the others are not: {open}. Most likely the best: {best} "
    "({probability})."
)
_NONE = N_(
    "On {dataset} no place by {metric} is settled (the {level} interval of each holds several); "
    "most likely the best: {best} ({probability})."
)


@dataclass(frozen=True, slots=True)
class Places:
    """Of one image set, for each extractor: the interval of its place by ARI, the probability of the first."""

    intervals: Mapping[str, RankInterval]
    best: Mapping[str, float]


def places(context: Context, dataset: str) -> Places | None:
    """None where fewer than two extractors were measured, or any of them only once."""
    drawn = context.draws.scores(dataset)
    if len(drawn) < 2 or len(drawn) < len(context.column(dataset)):
        return None
    return Places(rank_intervals(drawn), probability_best(drawn))


def rank_interval(context: Context) -> Iterator[Claim]:
    """Whose place by ARI is settled on each set; silent where an extractor was measured only once."""
    for dataset, order in context.quality.items():
        found = places(context, dataset)
        if found is None:
            continue
        names = tuple(v for group in order for v in group)
        settled = tuple(v for v in names if found.intervals[v].low == found.intervals[v].high)
        unsettled = tuple(v for v in names if v not in settled)
        best = groups({v: (round(found.best[v], 9),) for v in names})[0]
        params: dict[str, Param] = {
            "dataset": DatasetNames((dataset,)),
            "level": Derived(LEVEL, "percent", 0, constant="level"),
            "settled": Names(settled),
            "open": Names(unsettled),
            "best": Names(best),
            "probability": Derived(found.best[best[0]], "probability"),
        }
        yield Claim(
            id=f"rank_interval/{dataset}",
            kind="rank_interval",
            message=_SOME if settled and unsettled else _ALL if settled else _NONE,
            params=params,
            dataset=dataset,
            metric=context.main,
            subjects=best,
            value=found.best[best[0]],
            support=CERTAIN if not unsettled else LIKELY if settled else UNDETERMINED,
            evidence=tuple(context.evidence(dataset, v) for v in names),
            details={"places": {v: (i.low, i.high) for v, i in found.intervals.items()}, "best": found.best},
        )
