"""Ranks over many image sets: only where a plan has enough of them for a test."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    TIE,
    UNDETERMINED,
    Claim,
    Count,
    Derived,
    Evidence,
    Names,
    Param,
    Phrase,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.rules.studies.coverage import ENOUGH_DATASETS
from fxreport.analysis.statistics.ranktest import RankTest, rank_test
from fxreport.analysis.statistics.uncertainty import LEVEL

#: the least p value that is said as such
_LEAST = 0.001

_P = N_("p = {p}")
_SMALL_P = N_("p < {p}")
_DIFFER = N_(
    "Over {sets} the mean ranks of {count} by {metric} differ (Friedman’s test with the "
    "correction of Iman and Davenport, {p_value})."
)
_NO_DIFFERENCE = N_(
    "Over {sets} no difference of the mean ranks of {count} by {metric} is shown (Friedman’s "
    "test with the correction of Iman and Davenport, {p_value})."
)
_BEST = N_(
    "By mean rank over {sets} the best is {best} ({rank}); by Nemenyi’s test (critical difference {critical}) it is told "
    "apart from: {apart}."
)
_BEST_OF_NONE = N_(
    "By mean rank over {sets} the best is {best} ({rank}); by Nemenyi’s test (critical difference {critical}) it is told "
    "apart from none."
)


def ranks_over_sets(context: Context) -> RankTest | None:
    """The test over all sets that have an ARI, of the extractors measured on each; None for too few."""
    datasets = tuple(context.quality)
    if len(datasets) < ENOUGH_DATASETS:
        return None
    names, sign = context.complete(), 1 if context.study.rising else -1
    return rank_test([{v: sign * context.column(d)[v] for v in names} for d in datasets], level=LEVEL)


def rank_p_value(found: RankTest) -> dict[str, Param]:
    """The placeholder ``{p_value}``: nearer to zero than it is worth telling, only that."""
    return {
        "p_value": Phrase(_P if found.p >= _LEAST else _SMALL_P),
        "p": Derived(max(found.p, _LEAST), decimals=3),
    }


def rank_differences(context: Context) -> Iterator[Claim]:
    """Whether mean ranks over image sets differ, and whom the best is told apart from.

    Silent below eleven sets or three extractors measured on all of them.
    """
    found = ranks_over_sets(context)
    if found is None:
        return
    names = tuple(found.mean_ranks)
    evidence = tuple(context.evidence(d, v) for d in context.quality for v in names)
    differ = found.p < 1 - LEVEL
    p: dict[str, Param] = {
        **rank_p_value(found),
        "sets": Count(found.sets, "dataset"),
        "count": Count(len(names), "extractor_of"),
    }
    yield Claim(
        id="rank_test",
        kind="rank_test",
        message=_DIFFER if differ else _NO_DIFFERENCE,
        params=p,
        metric=context.main,
        subjects=names,
        value=found.p,
        support=CERTAIN if differ else UNDETERMINED,
        evidence=evidence,
    )
    if differ:
        yield _best(context, found, evidence)


def _best(context: Context, found: RankTest, evidence: tuple[Evidence, ...]) -> Claim:
    best = groups({v: (rank,) for v, rank in found.mean_ranks.items()}, descending=False)[0]
    apart = tuple(v for v in found.mean_ranks if v not in best and found.apart(best[0], v))
    return Claim(
        id="rank_best",
        kind="rank_best",
        message=_BEST if apart else _BEST_OF_NONE,
        params={
            "sets": Count(found.sets, "dataset"),
            "best": Names(best),
            "rank": Derived(found.mean_ranks[best[0]], decimals=2),
            "critical": Derived(found.critical_difference, decimals=2),
            "apart": Names(apart),
        },
        metric=context.main,
        subjects=best,
        value=found.mean_ranks[best[0]],
        support=TIE if len(best) > 1 else CERTAIN if apart else UNDETERMINED,
        evidence=evidence,
    )
