"""Metrics against each other: do the label-free indices point at the extractor that the labels choose?"""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, Claim, DatasetNames, Names, Term
from fxreport.analysis.context import Context
from fxreport.analysis.names import METRIC_TITLES
from fxreport.analysis.ranking import groups
from fxreport.experiment import metric

_DISAGREE = N_(
    "On {dataset} the {index} points at {chosen} ({index_value}), the ARI at {winner} ({ari}): the index is "
    "computed in each extractor’s own space, so that it does not rank extractors."
)
_AGREE = N_(
    "On {dataset} the {index} ({index_value}) and the ARI ({ari}) point at the same extractor: {winner}."
)


def internal_indices(context: Context) -> Iterator[Claim]:
    """Silhouette and Davies–Bouldin against ARI; silent where a set has fewer than two extractors."""
    for dataset, order in context.quality.items():
        for index in ("silhouette", "davies_bouldin"):
            column = context.study.column(dataset, index)
            both = tuple(v for group in order for v in group if v in column)
            column = {v: column[v] for v in both}
            if len(both) < 2:
                continue
            chosen = groups(
                {v: (x,) for v, x in column.items()}, descending=bool(metric(index).higher_is_better)
            )[0]
            winner = context.best_group(dataset, both)
            agree = bool(set(chosen) & set(winner))
            if agree:
                chosen = winner = tuple(v for v in chosen if v in winner)
            evidence = (
                *(context.evidence(dataset, v, index) for v in chosen),
                *(context.evidence(dataset, v, "ari") for v in winner),
            )
            yield Claim(
                id=f"index_agreement/{dataset}/{index}",
                kind="index_agreement",
                message=_AGREE if agree else _DISAGREE,
                params={
                    "dataset": DatasetNames((dataset,)),
                    "index": Term(METRIC_TITLES[index]),
                    "chosen": Names(chosen),
                    "index_value": context.value(dataset, chosen[0], index),
                    "winner": Names(winner),
                    "ari": context.value(dataset, winner[0], "ari"),
                },
                dataset=dataset,
                metric=index,
                subjects=chosen,
                value=column[chosen[0]],
                support=context.fact(*evidence),
                evidence=evidence,
                details={"agree": agree},
            )
