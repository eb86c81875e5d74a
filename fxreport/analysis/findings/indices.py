"""Whether an index that needs no labels could have chosen the extractor."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    Count,
    DatasetNames,
    Derived,
    Listing,
    Message,
    MetricTitle,
    Names,
    Param,
)
from fxreport.analysis.context import Context
from fxreport.analysis.findings.finding import Finding, Ground, evidence
from fxreport.analysis.statistics.compare import BETTER, WORSE
from fxreport.analysis.study import OWN_SPACE

#: shares of pairs turned round between which an index is like a toss of a coin
_CHANCE = (0.4, 0.6)
#: share of pairs turned round from which an index cannot choose, and the fewest pairs that say anything
_TURNED, _LEAST_PAIRS = 0.15, 5

_HEADING = N_("Neither silhouette nor Davies–Bouldin could have chosen the extractor")
_SHORT = N_(
    "Indices that need no labels do not choose the extractor: of {pairs} that ARI orders with certainty silhouette puts {silhouette} "
    "the other way round, Davies–Bouldin {davies_bouldin}."
)
_SEEN = N_("Of {pairs} of extractors whose order by ARI is certain {turned}.")
_SEEN_CHANCE = N_(
    "Of {pairs} of extractors whose order by ARI is certain {turned}: a tossed coin would do about as well."
)
_TURN = N_("{index} puts {times} the other way round")
_EXAMPLE = N_(
    "For instance, on {dataset} {index} has {low} ({low_index}) ahead of {high} ({high_index}), though the ARI is {low_ari} against {high_ari}."
)
_BODY = N_(
    "Both measure how tight clusters are in the extractor’s own space, and those spaces have other dimensions and scales."
)
_ADVICE = N_("Label some of the images and choose by them; compare these indices within one space only.")


def indices(ground: Ground) -> Iterator[Finding]:
    """Pairs of extractors ordered with certainty by ARI that silhouette or Davies–Bouldin turn round, over all sets.

    Silent with fewer than five such pairs, and where each index keeps almost all of them.
    """
    context = ground.context
    if context.main != "ari":
        return
    counts: dict[str, tuple[int, int]] = {}
    examples: list[tuple[float, str, str, str, str]] = []
    used: set[str] = set()
    for index in OWN_SPACE:
        turned = total = 0
        for dataset, high, low, gap in _ordered(context, index):
            total += 1
            column = context.study.column(dataset, index)
            rising = context.study.metric(index).higher_is_better
            if (column[low] > column[high]) == bool(rising) and column[low] != column[high]:
                turned += 1
                examples.append((gap, dataset, index, high, low))
                used.add(dataset)
        if total:
            counts[index] = turned, total
    if len(counts) < len(OWN_SPACE) or min(n for _, n in counts.values()) < _LEAST_PAIRS:
        return
    if min(t / n for t, n in counts.values()) < _TURNED:
        return
    gap, dataset, index, high, low = max(examples)
    study = context.study
    share = sum(t for t, _ in counts.values()) / sum(n for _, n in counts.values())
    chance = all(_CHANCE[0] <= t / n <= _CHANCE[1] for t, n in counts.values())
    params: dict[str, Param] = {
        **{index: Derived(t, "integer") for index, (t, _) in counts.items()},
        "pairs": Count(max(n for _, n in counts.values()), "pair"),
        "turned": Listing(
            tuple(
                Message(_TURN, {"index": MetricTitle(name), "times": Derived(t, "integer")})
                for name, (t, _) in counts.items()
            )
        ),
    }
    example: dict[str, Param] = {
        "dataset": DatasetNames((dataset,)),
        "index": MetricTitle(index),
        "low": Names((low,)),
        "high": Names((high,)),
        "low_index": context.value(dataset, low, index),
        "high_index": context.value(dataset, high, index),
        "low_ari": context.value(dataset, low),
        "high_ari": context.value(dataset, high),
    }
    yield Finding(
        id="indices",
        heading=Message(_HEADING),
        short=Message(_SHORT, params),
        body=(Message(_SEEN_CHANCE if chance else _SEEN, params), Message(_EXAMPLE, example), Message(_BODY)),
        advice=(Message(_ADVICE),),
        effect=0.4 * share,
        reach=ground.reach(tuple(used)),
        against_belief=True,
        evidence=evidence(
            context, study.measured_datasets, [v.id for v in study.variants], (context.main, *OWN_SPACE)
        ),
        claims=ground.known(i for i in ground.claims if i.startswith("index_agreement/")),
        subjects=(low, high),
        datasets=tuple(d for d in study.measured_datasets if d in used),
    )


def _ordered(context: Context, index: str) -> Iterator[tuple[str, str, str, float]]:
    """(set, better, worse, difference) of each pair that has the index and a certain order by ARI."""
    for dataset in context.quality:
        column = context.study.column(dataset, index)
        for a, b in combinations([v for v in context.column(dataset) if v in column], 2):
            found = context.compare(dataset, a, b)
            if found.support == CERTAIN and found.outcome in (BETTER, WORSE):
                high, low = (a, b) if found.outcome == BETTER else (b, a)
                yield dataset, high, low, abs(found.difference)
