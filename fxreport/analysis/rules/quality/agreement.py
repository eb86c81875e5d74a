"""Metrics against each other: do the label-free indices order the extractors as the labels do?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import permutations

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
    Count,
    DatasetNames,
    Derived,
    MetricTitle,
    Names,
    Param,
    Phrase,
    Verbatim,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.ranking import equal, groups
from fxreport.analysis.rules.quality.dimension import LEAST
from fxreport.analysis.statistics.compare import BETTER, WORSE, compare, weakest
from fxreport.analysis.statistics.correlation import spearman, spearman_interval
from fxreport.vocabulary.metrics import metric

_DISAGREE = N_(
    "On {dataset} the {index} would choose {chosen} ({index_value}), whose ARI is {chosen_ari}; the highest ARI, {ari}, is "
    "that of {winner}. The index is computed in each extractor’s own space, and these spaces are not comparable.{correlation}"
)
_DISAGREE_SEVERAL = N_(
    "On {dataset} the {index} would choose {chosen} ({index_value}), none of which has the highest ARI, {ari}, that of "
    "{winner}. The index is computed in each extractor’s own space, and these spaces are not comparable.{correlation}"
)
_DISAGREE_DIMENSION = N_(
    "On {dataset} the {index} would choose {chosen} ({index_value}), whose ARI is {chosen_ari}; the highest ARI, {ari}, is "
    "that of {winner}. The index is computed in each extractor’s own space, and these spaces are not comparable: here "
    "they have {chosen_dimension} and {winner_dimension} dimensions.{correlation}"
)
_MISORDERED = N_(
    "On {dataset} the {index} and the ARI have the same best extractor, {winner}, but not the same order: the {index} places "
    "{over} ({index_over}) before {under} ({index_under}), of which the first has an ARI of {ari_over}, the second of "
    "{ari_under}.{correlation}"
)
_MISORDERED_SEVERAL = N_(
    "On {dataset} the {index} and the ARI have the same best extractor, {winner}, but not the same order: they place {misordered} "
    "of {pairs} the other way round.{correlation}"
)
_AGREE = N_(
    "On {dataset} the {index} ({index_value}) and the ARI ({ari}) have the same best extractor, {winner}, and no two are shown "
    "to be ordered otherwise.{correlation}"
)
_CORRELATION = N_(" Spearman’s ρ of the two orders over {count}: {rho}.")


def _misordered(
    context: Context, dataset: str, index: str, names: Sequence[str]
) -> tuple[list[tuple[str, str]], int, str]:
    """Whom the index places before whom though the ARI shows the contrary, how many such there are, and how sure.

    Of several the surest pair, and of these the one farthest apart by ARI; more than one where they are equally far.
    """
    rising = metric(index).higher_is_better
    found = []
    for over, under in permutations(names, 2):
        by_ari = context.compare(dataset, under, over)
        by_index = compare(context.study, context.influences, dataset, over, under, index, margin=0.0)
        if by_ari.outcome != BETTER or by_index.outcome != (BETTER if rising else WORSE):
            continue
        support = weakest((by_ari.support, by_index.support))
        # in single runs a small step is no other order
        if support != SINGLE_RUN or by_ari.difference > context.margin:
            found.append((support == CERTAIN, by_ari.difference, support, over, under))
    if not found:
        return [], 0, UNDETERMINED
    sure, step, *_ = max(found, key=lambda pair: pair[:2])
    first = [pair for pair in found if pair[0] == sure and equal(pair[1], step)]
    return [(over, under) for *_, over, under in first], len(found), weakest(pair[2] for pair in first)


def internal_indices(context: Context) -> Iterator[Claim]:
    """Silhouette and Davies–Bouldin against ARI: who is first by each, and who is placed otherwise.

    That both order the extractors alike is at most likely, and undetermined unless the rank correlation's interval is
    above zero. Silent where a set has fewer than two extractors with both, or the best by ARI lacks the index; and where
    the main quality is another.
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
            rho, alike = _order(context, dataset, index, both)
            params["correlation"] = Verbatim("")
            if rho is not None:
                params |= {
                    "correlation": Phrase(_CORRELATION),
                    "count": Count(len(both), "extractor"),
                    "rho": Derived(rho, "signed", 2),
                }
            message = _AGREE if agree else _DISAGREE if len(chosen) == 1 else _DISAGREE_SEVERAL
            dimension = context.study.column(dataset, "dimension")
            pairs, count, found = _misordered(context, dataset, index, both) if agree else ([], 0, "")
            if len(pairs) > 1:
                message, support = _MISORDERED_SEVERAL, found
                params |= {
                    "misordered": Derived(count, "integer"),
                    "pairs": Count(math.comb(len(both), 2), "pair"),
                }
                evidence += [context.evidence(dataset, v, m) for v in both for m in (index, "ari")]
            elif pairs:
                message, support = _MISORDERED, found
                [(over, under)] = pairs
                params |= {"over": Names((over,)), "under": Names((under,))}
                for place, name in (("over", over), ("under", under)):
                    for key, measure in (("index", index), ("ari", "ari")):
                        params[f"{key}_{place}"] = context.value(dataset, name, measure)
                        evidence.append(context.evidence(dataset, name, measure))
            elif agree:
                evidence += [context.evidence(dataset, v, m) for v in both for m in (index, "ari")]
                first = context.first_place(dataset, "ari", winner, descending=True)
                support = weakest((context.fact(*evidence), first, LIKELY if alike else UNDETERMINED))
            else:
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
                evidence=tuple(dict.fromkeys(evidence)),
                details={"agree": agree, "rho": rho},
            )


def _order(context: Context, dataset: str, index: str, names: Sequence[str]) -> tuple[float | None, bool]:
    """Rank correlation of the index, as the better, with the ARI; and whether its interval is above zero."""
    if len(names) < LEAST:
        return None, False
    sign = 1 if metric(index).higher_is_better else -1
    column, ari = (context.study.column(dataset, m) for m in (index, "ari"))
    rho = spearman([sign * column[v] for v in names], [ari[v] for v in names])
    networks = len({context.study.variant_by_id[v].extractor.name for v in names})
    return rho, rho is not None and spearman_interval(rho, networks)[0] > 0
