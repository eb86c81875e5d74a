"""Metrics against each other: do the label-free indices point at the extractor that the labels choose?"""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, Claim, DatasetNames, MetricTitle, Names, Param
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.statistics.compare import weakest
from fxreport.vocabulary.metrics import metric

_DISAGREE = N_(
    "On {dataset} the {index} would choose {chosen} ({index_value}), whose ARI is {chosen_ari}; the highest ARI, {ari}, is "
    "that of {winner}. The index is computed in each extractor’s own space, and these spaces are not comparable."
)
_DISAGREE_SEVERAL = N_(
    "On {dataset} the {index} would choose {chosen} ({index_value}), none of which has the highest ARI, {ari}, that of "
    "{winner}. The index is computed in each extractor’s own space, and these spaces are not comparable."
)
_DISAGREE_DIMENSION = N_(
    "On {dataset} the {index} would choose {chosen} ({index_value}), whose ARI is {chosen_ari}; the highest ARI, {ari}, is "
    "that of {winner}. The index is computed in each extractor’s own space, and these spaces are not comparable: here "
    "they have {chosen_dimension} and {winner_dimension} dimensions."
)
_AGREE = N_(
    "On {dataset} the {index} ({index_value}) and the ARI ({ari}) point at the same extractor: {winner}."
)


def internal_indices(context: Context) -> Iterator[Claim]:
    """Silhouette and Davies–Bouldin against ARI.

    Silent where a set has fewer than two extractors with both, or the best by ARI lacks the index; and where the main
    quality is another.
    """
    for dataset, order in context.quality.items() if context.main == "ari" else ():
        for index in ("silhouette", "davies_bouldin"):
            column = context.study.column(dataset, index)
            both = tuple(v for group in order for v in group if v in column)
            column = {v: column[v] for v in both}
            if len(both) < 2 or not set(order[0]) <= set(both):
                continue
            chosen = groups(
                {v: (x,) for v, x in column.items()}, descending=bool(metric(index).higher_is_better)
            )[0]
            winner = context.best_group(dataset, both)
            agree = bool(set(chosen) & set(winner))
            if agree:
                chosen = winner = tuple(v for v in chosen if v in winner)
            evidence = [
                *(context.evidence(dataset, v, m) for v in chosen for m in (index, "ari")),
                *(context.evidence(dataset, v, "ari") for v in winner if v not in chosen),
            ]
            params: dict[str, Param] = {
                "dataset": DatasetNames((dataset,)),
                "index": MetricTitle(index),
                "chosen": Names(chosen),
                "index_value": context.value(dataset, chosen[0], index),
                "winner": Names(winner),
                "ari": context.value(dataset, winner[0], "ari"),
                # of several equals by the index the best by ARI
                "chosen_ari": context.value(dataset, context.best_group(dataset, chosen)[0], "ari"),
            }
            message = _AGREE if agree else _DISAGREE if len(chosen) == 1 else _DISAGREE_SEVERAL
            support = weakest(
                (context.fact(*evidence), context.first_place(dataset, "ari", winner, descending=True))
            )
            dimension = context.study.column(dataset, "dimension")
            if not agree:
                support = context.compare(dataset, winner[0], context.best_group(dataset, chosen)[0]).support
                if len(chosen) == len(winner) == 1 and dimension.keys() >= {chosen[0], winner[0]}:
                    message = _DISAGREE_DIMENSION
                    params |= {
                        "chosen_dimension": context.value(dataset, chosen[0], "dimension"),
                        "winner_dimension": context.value(dataset, winner[0], "dimension"),
                    }
                    evidence += [context.evidence(dataset, v, "dimension") for v in (chosen[0], winner[0])]
            yield Claim(
                id=f"index_agreement/{dataset}/{index}",
                kind="index_agreement",
                message=message,
                params=params,
                dataset=dataset,
                metric=index,
                subjects=chosen,
                value=column[chosen[0]],
                support=support,
                evidence=tuple(evidence),
                details={"agree": agree},
            )
