"""Orders of extractors: competition ranks, equal values sharing a rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fxreport.analysis.claims import Ranked, Ranking
from fxreport.analysis.study import Study
from fxreport.experiment import metric


def competition_ranks(values: Mapping[str, float], *, descending: bool) -> dict[str, int]:
    """Rank 1 for the best; equal values share a rank and the next one is skipped (1, 1, 3)."""
    ordered = sorted(values.values(), reverse=descending)
    return {name: ordered.index(value) + 1 for name, value in values.items()}


def groups(scores: Mapping[str, Sequence[float]], *, descending: bool = True) -> list[tuple[str, ...]]:
    """Names in order of their scores, compared element by element; equal scores form one group."""
    by_score: dict[tuple[float, ...], list[str]] = {}
    for name, score in scores.items():
        by_score.setdefault(tuple(score), []).append(name)
    return [tuple(by_score[score]) for score in sorted(by_score, reverse=descending)]


def quality_groups(study: Study, dataset: str) -> list[tuple[str, ...]]:
    """Variants from the highest ARI to the lowest, NMI breaking ties."""
    ari, nmi = study.column(dataset, "ari"), study.column(dataset, "nmi")
    return groups({name: (value, nmi.get(name, float("-inf"))) for name, value in ari.items()})


def rankings(study: Study) -> tuple[Ranking, ...]:
    """One ranking per image set and metric that has a direction."""
    found = []
    for dataset in study.datasets:
        for name in study.metrics():
            direction = metric(name).higher_is_better
            column = study.column(dataset.name, name)
            if direction is None or not column:
                continue
            ranks = competition_ranks(column, descending=direction)
            order = sorted(column, key=lambda v: (ranks[v], list(column).index(v)))
            found.append(
                Ranking(
                    dataset.name,
                    name,
                    tuple(Ranked(v, column[v], ranks[v], study.variant_by_id[v].input_size) for v in order),
                )
            )
    return tuple(found)
