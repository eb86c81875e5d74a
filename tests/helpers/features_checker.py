"""What ``checker`` knows of the insides of features: the same conclusions drawn anew from tidy rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean, stdev
from typing import Any

Claim = Mapping[str, Any]

#: Student's quantile of 97.5 % by degrees of freedom: tests use at most five seeds
STUDENT = {1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764}
METRICS = ("probe_half_share", "permuted_top_accuracy", "sufficient_components")


def sets_of(claim: Claim) -> list[str]:
    """The image sets that a claim is about, in its own order: its id names them."""
    return [name for part in claim["id"].split("/")[1:] for name in part.split("+")]


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def outcome(differences: Sequence[float]) -> int:
    """1 or -1 where the 95 % interval of the mean excludes zero (or a single value does), else 0."""
    mean = fmean(differences)
    if len(differences) == 1:
        return 0 if close(mean, 0) else int(math.copysign(1, mean))
    half = STUDENT[len(differences) - 1] * stdev(differences) / math.sqrt(len(differences))
    return 1 if mean - half > 1e-9 else -1 if mean + half < -1e-9 else 0


def shuffled(table: Any, dataset: str) -> dict[str, list[float]]:
    """Accuracy with random dimensions shuffled less that with the heaviest, of each seed that has both."""
    found = {}
    for name in table.column(dataset, "permuted_top_accuracy"):
        top, drawn = (
            table.seeds.get((dataset, name, f"permuted_{w}_accuracy"), {}) for w in ("top", "random")
        )
        lost = [drawn[seed] - top[seed] for seed in sorted(top.keys() & drawn.keys())]
        if lost and (dataset, name, "probe_accuracy") in table.means:
            found[name] = lost
    return found


def _probe_weight(claim: Claim, table: Any) -> Iterator[str]:
    for dataset in sets_of(claim):
        shares = table.column(dataset, "probe_half_share")
        others = [table.column(dataset, m) for m in ("probe_half_dimensions", "dimension")]
        known = {name: x for name, x in shares.items() if all(name in column for column in others)}
        least = min(known.values())
        if sorted(claim["subjects"]) != sorted(n for n, x in known.items() if close(x, least)):
            yield f"names {claim['subjects']} on {dataset}, the shares are {known}"
        if claim["value"] is not None and not close(claim["value"], least):
            yield f"says {claim['value']!r} on {dataset}, the smallest share is {least!r}"


def _permutation(claim: Claim, table: Any) -> Iterator[str]:
    for dataset in sets_of(claim):
        lost = shuffled(table, dataset)
        better = {name for name, differences in lost.items() if outcome(differences) > 0}
        if set(claim["subjects"]) != (better or set(lost)):
            yield f"names {claim['subjects']} on {dataset}, shown is it for {sorted(better)}"
        largest = max(fmean(lost[name]) for name in better or lost)
        if claim["value"] is not None and not close(claim["value"], largest):
            yield f"says {claim['value']!r} on {dataset}, the largest difference is {largest!r}"


def _sufficient(claim: Claim, table: Any) -> Iterator[str]:
    ends: set[str] = set()
    for dataset in sets_of(claim):
        needed = {
            name: max(values.values())
            for (d, name, metric), values in table.seeds.items()
            if (d, metric) == (dataset, "sufficient_components")
        }
        ends |= {n for n, x in needed.items() if x in (min(needed.values()), max(needed.values()))}
        if claim["value"] is not None and claim["value"] != min(needed.values()):
            yield f"says {claim['value']!r} on {dataset}, the fewest are {min(needed.values())!r}"
    if set(claim["subjects"]) != ends:
        yield f"names {claim['subjects']}, the ends are {sorted(ends)}"


KINDS: Mapping[str, Callable[[Claim, Any], Iterator[str]]] = {
    "probe_weight": _probe_weight,
    "permutation": _permutation,
    "sufficient_components": _sufficient,
}


def lacking(claims: Sequence[Claim], table: Any) -> Iterator[str]:
    """Image sets of which the rows allow a claim of a kind and none is there."""
    for kind in KINDS:
        told = [dataset for claim in claims if claim["kind"] == kind for dataset in sets_of(claim)]
        for dataset in sorted(set(told)):
            if told.count(dataset) > 1:
                yield f"{kind}: {dataset} is told of {told.count(dataset)} times"
        for dataset in table.datasets:
            if dataset not in told and _allows(kind, table, dataset):
                yield f"no {kind} for {dataset}"


def _allows(kind: str, table: Any, dataset: str) -> bool:
    if kind == "permutation":
        return bool(shuffled(table, dataset))
    if kind == "sufficient_components":
        return bool(table.column(dataset, kind))
    columns = [table.column(dataset, m) for m in ("probe_half_share", "probe_half_dimensions", "dimension")]
    return bool(set.intersection(*(set(column) for column in columns)))
