"""What ``checker`` knows of projections: the same conclusions drawn anew from tidy rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean, stdev
from typing import Any

Claim = Mapping[str, Any]

METHODS = ("pca", "tsne", "umap", "isomap", "spectral")
TITLES = dict(zip(METHODS, ("PCA", "t-SNE", "UMAP", "Isomap", "spectral embedding"), strict=True))
#: classes of the built-in image sets that random stores are made of
CLASSES = {"mnist": 10, "fashion_mnist": 10, "cifar10": 10, "digits": 10}
#: Student's quantile of 97.5 % by degrees of freedom: tests use at most five seeds
STUDENT = {1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764}


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def shown(differences: Sequence[float]) -> int:
    """1 or -1 where the 95 % interval of the mean excludes zero (or a single value does), else 0."""
    if not differences:
        return 0
    mean = fmean(differences)
    if len(differences) == 1:
        return 0 if close(mean, 0) else int(math.copysign(1, mean))
    half = STUDENT[len(differences) - 1] * stdev(differences) / math.sqrt(len(differences))
    return 1 if mean - half > 0 else -1 if mean + half < 0 else 0


def complete(table: Any, dataset: str, measure: str) -> tuple[list[str], list[str]]:
    """Methods that anybody has the measure of, and the variants that have it by all of them."""
    columns = {m: table.column(dataset, f"{m}_{measure}") for m in METHODS}
    methods = [m for m in METHODS if columns[m]]
    return methods, [v for v in table.variants if methods and all(v in columns[m] for m in methods)]


def by_seed(table: Any, dataset: str, variants: Sequence[str], metric: str) -> dict[int, float]:
    found = [table.seeds[dataset, v, metric] for v in variants]
    common = set.intersection(*(set(one) for one in found))
    return {seed: fmean(one[seed] for one in found) for seed in common}


def _lead(claim: Claim, table: Any) -> Iterator[str]:
    method, _, measure = claim["metric"].partition("_")
    datasets = list(dict.fromkeys(item["dataset"] for item in claim["evidence"]))
    for dataset in datasets:
        methods, variants = complete(table, dataset, measure)
        means = {m: fmean(table.means[dataset, v, f"{m}_{measure}"] for v in variants) for m in methods}
        if dataset == datasets[0] and not close(claim["value"], max(means.values())):
            yield f"says {claim['value']!r} for {method}, the means are {means}"
        best = [m for m in methods if close(means[m], max(means.values()))]
        if dataset == datasets[0] and method not in best:
            yield f"{method} is called the best, the means are {means}"
        leader = method if method in best else best[0]
        first = by_seed(table, dataset, variants, f"{leader}_{measure}")
        behind = []
        for other in methods:
            values = by_seed(table, dataset, variants, f"{other}_{measure}")
            if other != leader and shown([first[s] - values[s] for s in first if s in values]) > 0:
                behind.append(other)
        # the English sentence names who is ahead before the values
        said = claim["text"]["en"].partition(":")[0]
        if "no method" in said:
            if behind:
                yield f"{dataset}: nobody is called ahead, though {behind} are behind {leader}"
        else:
            wrong = [m for m in methods if (TITLES[m] in said) == (m in behind)]
            if wrong:
                yield f"{dataset}: behind are {behind}, which {said!r} tells otherwise of {wrong}"
        if not behind and claim["support"] in ("certain", "likely"):
            yield f"{claim['support']}, though on {dataset} nobody is shown to be behind"


def _plane_purity(claim: Claim, table: Any) -> Iterator[str]:
    dataset = claim["dataset"]
    changes: dict[str, list[float]] = {}
    for variant, seeds in ((v, table.seeds.get((dataset, v, claim["metric"]))) for v in table.variants):
        features = table.seeds.get((dataset, variant, "features_purity"))
        if seeds and features and seeds.keys() == features.keys():
            changes[variant] = [seeds[s] - features[s] for s in seeds]
    if sorted(claim["subjects"]) != sorted(changes):
        yield f"is about {claim['subjects']}, measured are {sorted(changes)}"
    elif not close(abs(claim["value"]), max(abs(fmean(x)) for x in changes.values())):
        yield f"says {claim['value']!r}, the changes are {changes}"
    text = claim["text"]["en"]
    signs = {shown(x) for x in changes.values()}
    for sign, words in ((1, "more often"), (-1, "less often"), (0, "without a shown difference")):
        if (words in text) != (sign in signs):
            yield f"{words!r} is said wrongly: the changes are {changes}"


def _visible_groups(claim: Claim, table: Any) -> Iterator[str]:
    [variant] = claim["subjects"]
    known = {m: table.means.get((claim["dataset"], variant, f"{m}_groups")) for m in METHODS}
    counts = {m: x for m, x in known.items() if x is not None}
    if not close(claim["value"], max(counts.values())):
        yield f"says {claim['value']!r}, the numbers of groups are {counts}"
    text, (low, high) = claim["text"]["en"], (min(counts.values()), max(counts.values()))
    for method, count in counts.items():
        if low != high and (TITLES[method] in text) != (close(count, low) or close(count, high)):
            yield f"{method} is named or left out wrongly: {counts}"


def _groups_met(claim: Claim, table: Any) -> Iterator[str]:
    pictures = [
        (round(count) == CLASSES[dataset])
        for (dataset, _, metric), seeds in table.seeds.items()
        if dataset in CLASSES and metric.removesuffix("_groups") in METHODS and metric.endswith("_groups")
        for count in seeds.values()
    ]
    if not close(claim["value"], fmean(pictures)):
        yield f"says {claim['value']!r}, {sum(pictures)} of {len(pictures)} pictures have as many groups"
    if f"In {sum(pictures)} of {len(pictures)} picture" not in claim["text"]["en"]:
        yield f"the sentence does not say {sum(pictures)} of {len(pictures)}"


def _projection_time(claim: Claim, table: Any) -> Iterator[str]:
    methods = [m for m in METHODS if any(metric == f"{m}_seconds" for _, _, metric in table.means)]
    cells = [c for c in table.cells if all((*c, f"{m}_seconds") in table.means for m in methods)]
    means = {m: fmean(table.means[(*c, f"{m}_seconds")] for c in cells) for m in methods if m != "pca"}
    if not close(claim["value"], max(means.values()) / min(means.values())):
        yield f"says {claim['value']!r}, the mean times are {means}"
    slow = claim["metric"].removesuffix("_seconds")
    if not close(means[slow], max(means.values())):
        yield f"{slow} is called the slowest, the mean times are {means}"


KINDS: Mapping[str, Callable[[Claim, Any], Iterator[str]]] = {
    "planes": _lead,
    "trustworthiness": _lead,
    "continuity": _lead,
    "plane_purity": _plane_purity,
    "visible_groups": _visible_groups,
    "groups_met": _groups_met,
    "projection_time": _projection_time,
}


def lacking(claims: Sequence[Claim], table: Any) -> Iterator[str]:
    """Claims that must be there where the rows have what they are about."""
    told = {(claim["kind"], item["dataset"]) for claim in claims for item in claim["evidence"]}
    for dataset in table.datasets:
        for kind, measure in (("planes", "purity"), ("trustworthiness",) * 2, ("continuity",) * 2):
            methods, variants = complete(table, dataset, measure)
            if len(methods) > 1 and variants and (kind, dataset) not in told:
                yield f"no {kind} for {dataset}"
