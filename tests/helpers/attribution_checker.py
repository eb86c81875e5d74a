"""What ``checker`` knows of attributions: the same conclusions drawn anew from tidy rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

TITLES = {
    "grad_cam": "Grad-CAM",
    "integrated_gradients": "Integrated Gradients",
    "occlusion": "occlusion",
}
CHECKS = ("top_randomised", "all_randomised", "gain")

Claim = Mapping[str, Any]
Runs = list[tuple[float, float, float]]


def good(check: str, value: float) -> bool:
    return value >= 0.05 if check == "gain" else value < 0.5


def runs_of(table: Any, dataset: str, variant: str, method: str) -> Runs:
    """The checks of each run that has all of them: head, network, gain."""
    columns = [table.seeds.get((dataset, variant, f"{method}_{check}"), {}) for check in CHECKS]
    seeds = sorted(set(columns[0]) & set(columns[1]) & set(columns[2]))
    return [(columns[0][s], columns[1][s], columns[2][s]) for s in seeds]


def cells(table: Any, variant: str) -> dict[tuple[str, str], Runs]:
    found = {(d, m): runs_of(table, d, variant, m) for d in table.datasets for m in TITLES}
    return {cell: runs for cell, runs in found.items() if runs}


def sound(runs: Runs) -> int:
    return sum(all(good(c, v) for c, v in zip(CHECKS, run, strict=True)) for run in runs)


def counted(counts: Sequence[tuple[int, int]]) -> str:
    if any(runs == 1 for _, runs in counts):
        return "single_run"
    return "certain" if all(times in (0, runs) for times, runs in counts) else "likely"


def pattern(table: Any, variant: str) -> dict[tuple[str, str], tuple[int, bool]]:
    return {cell: (len(runs), sound(runs) == len(runs)) for cell, runs in cells(table, variant).items()}


def _differs(what: str, said: object, found: object) -> Iterator[str]:
    same = said == found
    if isinstance(said, float) and isinstance(found, float):
        same = math.isclose(said, found, rel_tol=1e-9, abs_tol=1e-12)
    if not same:
        yield f"{what} is {said!r}, the rows say {found!r}"


def _passed(claim: Claim, table: Any) -> Iterator[str]:
    patterns = {variant: pattern(table, variant) for variant in table.variants}
    mine = patterns[claim["subjects"][0]]
    alike = sorted(variant for variant, found in patterns.items() if found == mine)
    yield from _differs("who is alike", sorted(claim["subjects"]), alike)
    yield from _differs("value", float(claim["value"]), fmean(whole for _, whole in mine.values()))
    counts = [(sound(r), len(r)) for v in claim["subjects"] for r in cells(table, v).values()]
    yield from _differs("support", claim["support"], counted(counts))
    for method, title in TITLES.items():
        if (
            any(whole for (_, m), (_, whole) in mine.items() if m == method)
            and title not in claim["text"]["en"]
        ):
            yield f"does not name {title}, which passes"


def _overall(claim: Claim, table: Any) -> Iterator[str]:
    checked = {variant: found for variant in table.variants if (found := pattern(table, variant))}
    yield from _differs("subjects", sorted(claim["subjects"]), sorted(checked))
    whole = [
        all(ok for found in checked.values() for (_, m), (_, ok) in found.items() if m == method)
        for method in TITLES
        if any(m == method for found in checked.values() for _, m in found)
    ]
    yield from _differs("value", float(claim["value"]), fmean(whole))


def _failed(claim: Claim, table: Any) -> Iterator[str]:
    [variant] = claim["subjects"]
    method, check = next((m, c) for m in TITLES for c in CHECKS if claim["metric"] == f"{m}_{c}")
    place = CHECKS.index(check)
    counts = [
        (sum(not good(check, run[place]) for run in runs), len(runs))
        for (_, m), runs in cells(table, variant).items()
        if m == method
    ]
    failing = [(times, runs) for times, runs in counts if times]
    if not failing:
        yield "nothing fails"
        return
    share = sum(times for times, _ in failing) / sum(runs for _, runs in failing)
    yield from _differs("value", float(claim["value"]), share)
    yield from _differs("support", claim["support"], counted(failing))


def _gains(table: Any, variant: str) -> tuple[tuple[str, ...], dict[str, float]]:
    """The sets on which all of a network's methods have a gain, and the methods' means over these."""
    known = {(d, m) for d in table.datasets for m in TITLES if (d, variant, f"{m}_gain") in table.means}
    methods = [m for m in TITLES if any(m == method for _, method in known)]
    sets = tuple(d for d in table.datasets if all((d, m) in known for m in methods))
    return sets, {m: fmean(table.means[d, variant, f"{m}_gain"] for d in sets) for m in methods if sets}


def _gain(claim: Claim, table: Any) -> Iterator[str]:
    found = {variant: _gains(table, variant) for variant in claim["subjects"]}
    yield from _differs(
        "value", float(claim["value"]), max(max(means.values()) for _, means in found.values())
    )
    if len({sets for sets, _ in found.values()}) > 1:
        yield "networks of different image sets in one mean"
    for variant, (sets, means) in found.items():
        for method, mean in means.items():
            first = math.isclose(mean, max(means.values()), rel_tol=1e-9, abs_tol=1e-12)
            if first and TITLES[method] not in claim["text"]["en"]:
                yield f"does not name {method}, the first for {variant}"
        single = any(len(table.seeds[d, variant, f"{m}_gain"]) == 1 for d in sets for m in means)
        if single and claim["support"] in ("certain", "likely"):
            yield "shown by single runs"


def _accuracy(claim: Claim, table: Any) -> Iterator[str]:
    means = {(d, v): x for (d, v, m), x in table.means.items() if m == "attributed_accuracy"}
    best = max(means.values())
    first = sorted({v for (_, v), x in means.items() if math.isclose(x, best, rel_tol=1e-9)})
    yield from _differs("value", float(claim["value"]), best)
    yield from _differs("subjects", sorted(claim["subjects"]), first)
    wrong = any(x < 0.5 for x in means.values())
    yield from _differs("mostly wrong", "More often wrong than right" in claim["text"]["en"], wrong)


KINDS: Mapping[str, Callable[[Claim, Any], Iterator[str]]] = {
    "attribution_overall": _overall,
    "attribution_passed": _passed,
    "attribution_failed": _failed,
    "attribution_gain": _gain,
    "attributed_accuracy": _accuracy,
}


def lacking(claims: Sequence[Claim], table: Any) -> Iterator[str]:
    """Claims that the rows give and that are not there."""
    passed = [v for claim in claims if claim["kind"] == "attribution_passed" for v in claim["subjects"]]
    checked = {variant: cells(table, variant) for variant in table.variants if cells(table, variant)}
    if sorted(passed) != sorted(checked):
        yield f"attribution_passed for {sorted(passed)}, checked were {sorted(checked)}"
    failing = {
        f"attribution_failed/{variant}/{method}/{check}"
        for variant, found in checked.items()
        for (_, method), runs in found.items()
        for place, check in enumerate(CHECKS)
        if any(not good(check, run[place]) for run in runs)
    }
    leads = [v for claim in claims if claim["kind"] == "attribution_gain" for v in claim["subjects"]]
    compared = sorted(variant for variant in table.variants if len(_gains(table, variant)[1]) > 1)
    if sorted(leads) != compared:
        yield f"attribution_gain for {sorted(leads)}, compared can be {compared}"
    told = {claim["id"] for claim in claims if claim["kind"] == "attribution_failed"}
    if told != failing:
        yield f"attribution_failed: {sorted(told ^ failing)}"
