"""Orders of extractors: competition ranks, equal values sharing a rank."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from fxreport.analysis.claims import Ranked, Ranking
from fxreport.analysis.study import Study


def equal(a: float, b: float) -> bool:
    """Whether two means are the same number but for the order in which their terms were added."""
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def groups(scores: Mapping[str, Sequence[float]], *, descending: bool = True) -> list[tuple[str, ...]]:
    """Names in order of their scores, compared element by element; equal scores form one group."""
    return _split(list(scores), scores, 0, descending)


def _split(
    names: Sequence[str], scores: Mapping[str, Sequence[float]], depth: int, descending: bool
) -> list[tuple[str, ...]]:
    if not names or depth == len(scores[names[0]]):
        return [tuple(names)] if names else []
    ordered = sorted(names, key=lambda v: scores[v][depth], reverse=descending)
    runs = [[ordered[0]]]
    for name in ordered[1:]:
        if equal(scores[name][depth], scores[runs[-1][-1]][depth]):
            runs[-1].append(name)
        else:
            runs.append([name])
    # equal names keep the order in which they were given
    place = {name: i for i, name in enumerate(names)} if len(runs) < len(names) else {}
    kept = (sorted(run, key=place.__getitem__) if len(run) > 1 else run for run in runs)
    return [group for run in kept for group in _split(run, scores, depth + 1, descending)]


def competition_ranks(values: Mapping[str, float], *, descending: bool) -> dict[str, int]:
    """Rank 1 for the best; equal values share a rank and the next one is skipped (1, 1, 3)."""
    ranks: dict[str, int] = {}
    rank = 1
    for group in groups({name: (value,) for name, value in values.items()}, descending=descending):
        ranks |= dict.fromkeys(group, rank)
        rank += len(group)
    return ranks


def midranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1, equal values sharing their mean rank."""
    named = {str(position): value for position, value in enumerate(values)}
    ranks = competition_ranks(named, descending=False)
    shared = list(ranks.values())
    return [ranks[name] + (shared.count(ranks[name]) - 1) / 2 for name in named]


def quality_groups(study: Study, dataset: str) -> list[tuple[str, ...]]:
    """Variants from the best to the worst by the main quality; of equal ARI, by NMI where all have it."""
    quality, nmi = study.column(dataset, study.quality), study.column(dataset, "nmi")
    ordered = []
    for tied in groups({name: (value,) for name, value in quality.items()}, descending=study.rising):
        if study.quality == "ari" and all(name in nmi for name in tied):
            ordered += groups({name: (nmi[name],) for name in tied})
        else:
            ordered.append(tied)
    return ordered


def rankings(study: Study) -> tuple[Ranking, ...]:
    """One ranking per image set and metric that has a direction."""
    found = []
    for dataset in study.datasets:
        for name in study.metrics():
            direction = study.direction(dataset.name, name)
            column = study.column(dataset.name, name)
            if direction is None or not column:
                continue
            ranks = competition_ranks(column, descending=direction)
            order = sorted(column, key=lambda v: ranks[v])
            found.append(
                Ranking(
                    dataset.name,
                    name,
                    tuple(Ranked(v, column[v], ranks[v], study.variant_by_id[v].input_size) for v in order),
                )
            )
    return tuple(found)
