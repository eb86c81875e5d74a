"""An independent answer to scenarios from tidy rows, to hold against ``conclusions.json``.

Like ``checker.py`` it uses nothing of ``fxreport``: the built-in scenarios are written down here once more.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from checker import QUALITIES

BUILT_IN_SCENARIOS: Mapping[str, Mapping[str, Any]] = {
    "max_quality": {},
    "no_labels": {"labels": False},
    "limited_compute": {"seconds_per_1000_images": 0.5},
    "pretrained": {"pretrained": True},
    "natural_images": {"natural_images": True},
    "production": {"objective": "extraction_seconds", "quality_share": 0.9},
}
UPPER = {"seconds_per_1000_images", "relative_time", "dimension", "model_bytes", "memory_bytes"}
LOWER = {"gpu", "quality", "quality_share"}
LESS_IS_BETTER = {"extraction_seconds", "dimension", "model_bytes"}
NATURAL = {"cifar10"}
NEED_NO_LABELS = {"raw_pixels", "autoencoder", "vgg16", "resnet50", "mobilenet_v2", "efficientnet_lite0"}
PRETRAINED = {"vgg16", "resnet50", "mobilenet_v2", "efficientnet_lite0"}
OTHER_BUILT_IN = {"raw_pixels", "custom_cnn", "autoencoder"}
GPU_BELOW = 100.0
NEUTRAL = {"labels": True, "gpu": True, "training": True, "pretrained": False, "quality_share": 0.0}
NEED_NO_TRAINING = PRETRAINED | {"raw_pixels"}
OF_CLUSTERS = {"ari", "nmi", "ami", "clustering_accuracy"}
ACCURACIES = {"accuracy", "probe_accuracy", "knn_accuracy", "clustering_accuracy"}

Rows = Iterable[Mapping[str, Any]]
Scenario = Mapping[str, Any]


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def name_of(variant: str) -> str:
    return variant.rpartition("@")[0] or variant


@dataclass
class Grid:
    """(dataset, variant, metric) → mean over seeds, and the number of images."""

    means: dict[tuple[str, str, str], float]
    images: dict[tuple[str, str], int]

    @classmethod
    def of(cls, rows: Rows) -> Grid:
        seeds: dict[tuple[str, str, str], dict[int, float]] = {}
        images = {}
        for row in rows:
            if not math.isfinite(row["value"]) or row["clusterer"] not in ("", "kmeans"):
                continue
            variant = (
                row["extractor"] if row["input_size"] is None else f"{row['extractor']}@{row['input_size']}"
            )
            seeds.setdefault((row["dataset"], variant, row["metric"]), {})[row["seed"]] = row["value"]
            if row["n"]:
                images[row["dataset"], variant] = row["n"]
        return cls({where: fmean(of_cell.values()) for where, of_cell in seeds.items()}, images)

    @property
    def main(self) -> str:
        """What is sought by default: ARI; without any the quality of most cells, the first of equals."""
        cells = Counter(metric for _, _, metric in self.means)
        return "ari" if cells["ari"] else max(QUALITIES, key=lambda metric: cells[metric])

    def with_metric(self, metric: str) -> list[str]:
        return sorted({d for d, _, m in self.means if m == metric})

    def variants(self) -> set[str]:
        return {v for _, v, _ in self.means}

    def mean(self, variant: str, metric: str, datasets: Iterable[str]) -> float | None:
        values = [self.means.get((d, variant, metric)) for d in datasets]
        return None if not values or None in values else fmean(v for v in values if v is not None)

    def accuracy(self, variant: str, datasets: Iterable[str]) -> float | None:
        probe = self.mean(variant, "probe_accuracy", datasets)
        return self.mean(variant, "test_accuracy", datasets) if probe is None else probe

    def margin(self, objective: str) -> float:
        if objective in ("ari", self.main):
            return 0.02 if self.main == "ari" else 0.0
        return 0.01 if objective in ACCURACIES else 0.0

    def highest(self, variant: str, metric: str, datasets: Iterable[str]) -> float | None:
        values = [self.means.get((d, variant, metric)) for d in datasets]
        return None if not values or None in values else max(v for v in values if v is not None)

    def baseline(self) -> str | None:
        datasets = self.with_metric("extraction_seconds")
        times = {v: t for v in self.variants() if (t := self.mean(v, "extraction_seconds", datasets))}
        for usual in ("custom_cnn", "raw_pixels"):
            if usual in times:
                return usual
        fastest = [v for v, t in times.items() if close(t, min(times.values()))]
        return fastest[0] if len(fastest) == 1 else None


@dataclass
class Answer:
    """``facts``: variant → constraint → fact, None where it is not known."""

    datasets: list[str]
    complete: set[str]
    facts: dict[str, dict[str, Any]]
    admitted: set[str]
    best: set[str]


def sets(grid: Grid, scenario: Scenario) -> list[str]:
    return [d for d in grid.with_metric(grid.main) if not scenario.get("natural_images") or d in NATURAL]


def by_accuracy(grid: Grid, scenario: Scenario, datasets: list[str]) -> bool:
    """With labels at hand what one can do with them decides, where half of all had it measured."""
    complete = [v for v in grid.variants() if grid.mean(v, grid.main, datasets) is not None]
    known = [v for v in complete if grid.accuracy(v, datasets) is not None]
    enough = len(known) >= 2 and len(known) >= len(complete) / 2
    return bool(scenario.get("labels", True)) and grid.main in OF_CLUSTERS and enough


def asked(grid: Grid, scenario: Scenario) -> Scenario:
    """The scenario with the objective that follows where it names none."""
    follows = "accuracy" if by_accuracy(grid, scenario, sets(grid, scenario)) else "ari"
    return {"objective": follows, **scenario}


def answer(grid: Grid, scenario: Scenario, left_out: str = "") -> Answer:
    datasets = [d for d in sets(grid, scenario) if d != left_out]
    complete = {v for v in grid.variants() if grid.mean(v, grid.main, datasets) is not None}
    best = max((grid.mean(v, grid.main, datasets) or 0.0 for v in complete), default=0.0)
    if complete:
        best = max(q for v in complete if (q := grid.mean(v, grid.main, datasets)) is not None)
    facts = {v: _facts(grid, v, datasets, best) for v in complete}
    objective = scenario["objective"]
    if objective == "accuracy" or (objective not in OF_CLUSTERS and by_accuracy(grid, scenario, datasets)):
        accuracies = {v: grid.accuracy(v, datasets) for v in complete}
        highest = max((a for a in accuracies.values() if a is not None), default=0.0)
        for v, a in accuracies.items():
            facts[v]["quality_share"] = None if a is None or not highest else a / highest
    values = {v: _objective(grid, v, objective, datasets) for v in complete}
    admitted = {
        v
        for v in complete
        if values[v] is not None and all(meets(scenario, c, facts[v][c]) for c in limits(scenario))
    }
    sign = -1 if objective in LESS_IS_BETTER else 1
    top = max((sign * x for v in admitted if (x := values[v]) is not None), default=0.0)
    return Answer(
        datasets,
        complete,
        facts,
        admitted,
        {v for v in admitted if (x := values[v]) is not None and close(sign * x, top)},
    )


def limits(scenario: Scenario) -> list[str]:
    return [
        c
        for c in scenario
        if c not in ("objective", "natural_images", "title") and scenario[c] != NEUTRAL.get(c)
    ]


def meets(scenario: Scenario, constraint: str, fact: Any) -> bool:
    if fact is None:
        return False
    limit = GPU_BELOW if constraint == "gpu" else scenario[constraint]
    if constraint in UPPER:
        return bool(fact <= limit or close(fact, limit))
    if constraint in LOWER:
        return bool(fact >= limit or close(fact, limit))
    return bool(fact == limit)


def _timed(grid: Grid, datasets: list[str]) -> list[str]:
    return [d for d in datasets if d in grid.with_metric("extraction_seconds")]


def _objective(grid: Grid, variant: str, objective: str, datasets: list[str]) -> float | None:
    if objective == "accuracy":
        return grid.accuracy(variant, datasets)
    if objective == "dimension":
        return grid.highest(variant, "dimension", datasets)
    if objective == "extraction_seconds":
        return grid.mean(variant, objective, _timed(grid, datasets))
    if objective == "efficiency":
        seconds = grid.mean(variant, "extraction_seconds", _timed(grid, datasets))
        quality = grid.mean(variant, grid.main, datasets)
        return quality / seconds if quality is not None and seconds else None
    return grid.mean(variant, grid.main if objective == "ari" else objective, datasets)


def _rate(grid: Grid, variant: str, per_thousand: dict[str, float]) -> float:
    """Images per second on the slowest set: what was measured of it, else what its time gives."""
    dataset = max(per_thousand, key=per_thousand.__getitem__)
    measured: float | None = grid.means.get((dataset, variant, "images_per_second"))
    if measured is not None:
        return measured
    return 1000 / per_thousand[dataset] if per_thousand[dataset] else math.inf


def _facts(grid: Grid, variant: str, datasets: list[str], best: float) -> dict[str, Any]:
    name = name_of(variant)
    per_thousand = {
        d: 1000 * s / n
        for d in datasets
        if (s := grid.means.get((d, variant, "extraction_seconds"))) is not None
        and (n := grid.images.get((d, variant)))
    }
    slowest = max(per_thousand.values()) if len(per_thousand) == len(datasets) else None
    quality = grid.mean(variant, grid.main, datasets)
    assert quality is not None
    baseline, timed = grid.baseline(), _timed(grid, datasets)
    own = grid.mean(variant, "extraction_seconds", timed)
    other = grid.mean(baseline, "extraction_seconds", timed) if baseline else None
    return {
        "labels": False if name in NEED_NO_LABELS else True if name == "custom_cnn" else None,
        "training": name not in NEED_NO_TRAINING if name in PRETRAINED | OTHER_BUILT_IN else None,
        "pretrained": name in PRETRAINED if name in PRETRAINED | OTHER_BUILT_IN else None,
        "seconds_per_1000_images": slowest,
        "gpu": None if slowest is None else _rate(grid, variant, per_thousand),
        "relative_time": None if own is None or not other else own / other,
        "dimension": grid.highest(variant, "dimension", datasets),
        "model_bytes": 0.0 if name == "raw_pixels" else None,
        "memory_bytes": None,
        "quality": quality,
        "quality_share": quality / best if best > 0 else float(quality >= best),
    }


def problems(item: Mapping[str, Any], grid: Grid, scenario: Scenario) -> Iterator[str]:
    """What contradicts the rows in one recommendation, one line each."""
    right = answer(grid, asked(grid, scenario))
    told = set(item["admissible"])
    if told != right.admitted:
        yield f"admits {sorted(told)}, the rows say {sorted(right.admitted)}"
        return
    chosen = item["extractor"]
    if (chosen is None) != (not right.admitted):
        yield f"chooses {chosen!r} of {sorted(told)}"
    elif chosen is not None and chosen not in right.best:
        yield f"chooses {chosen!r}, the best are {sorted(right.best)}"
    if not {chosen, *item["equals"]} - {None} <= right.best:
        yield f"calls {item['equals']} equal to {chosen!r}, the best are {sorted(right.best)}"
    yield from _excluded(item, right, scenario)
    yield from _sure(item, right, grid, scenario)
    yield from _close(item, right, grid, scenario)
    yield from _changes(item, grid, scenario)


def _excluded(item: Mapping[str, Any], right: Answer, scenario: Scenario) -> Iterator[str]:
    for one in item["excluded"]:
        variant, constraint = one["extractor"], one["constraint"]
        if variant in right.admitted:
            yield f"{variant} is both admitted and excluded"
        elif constraint == "measured":
            if variant in right.complete:
                yield f"{variant} is said not to be measured on all sets"
        elif constraint != "objective":
            fact = right.facts[variant][constraint]
            if meets(scenario, constraint, fact):
                yield f"{variant} is excluded by {constraint}, which it meets"
            known = fact is not None and one["value"] is not None
            if not (close(float(fact), float(one["value"])) if known else fact is one["value"]):
                yield f"{variant}: {constraint} is {fact!r}, told {one['value']!r}"
    silent = right.complete - right.admitted - {one["extractor"] for one in item["excluded"]}
    if silent:
        yield f"{sorted(silent)} are left out without a reason"


def _own_limits(item: Mapping[str, Any], right: Answer, grid: Grid, scenario: Scenario) -> bool:
    """Whether a limit is taken from the choice itself, or nobody else of its kind was measured."""
    chosen = item["extractor"]
    if chosen is None:
        return False
    of_kind = {name_of(v) for v in right.complete if right.facts[v]["pretrained"]}
    share = right.facts[chosen]["quality_share"]
    return (
        ("relative_time" in scenario and grid.baseline() == chosen)
        or ("quality_share" in limits(scenario) and scenario["quality_share"] > 0 and share >= 1)
        or ("pretrained" in limits(scenario) and len(right.complete) > 1 and len(of_kind) == 1)
    )


def _sure(item: Mapping[str, Any], right: Answer, grid: Grid, scenario: Scenario) -> Iterator[str]:
    if item["probability"] is not None and not 0 <= item["probability"] <= 1:
        yield f"probability {item['probability']!r}"
    changed = [c for c in item["changes"] if c["kind"] in ("dataset", "seed")]
    compared = len(right.datasets) > 1 and len({name_of(v) for v in right.admitted}) > 1
    sure = item["support"] == "certain" and item["places"] == [1, 1] and compared
    sure = sure and not item["close"] and not _own_limits(item, right, grid, scenario)
    if item["firm"] != (sure and not changed):
        yield f"firm is {item['firm']}, though {item['support']}, places {item['places']}, changes {changed}"


def _close(item: Mapping[str, Any], right: Answer, grid: Grid, scenario: Scenario) -> Iterator[str]:
    """Without which image sets the lead is inside the margin, from the means."""
    chosen, scenario = item["extractor"], asked(grid, scenario)
    objective = scenario["objective"]
    margin, sign = grid.margin(objective), -1 if objective in LESS_IS_BETTER else 1
    told = {c["what"]: c["lead"] for c in item["close"] if c["kind"] == "dataset"}
    changed = {c["what"] for c in item["changes"] if c["kind"] == "dataset"}
    right_ones = {}
    for left_out in right.datasets if len(right.datasets) > 1 and chosen is not None and margin else ():
        rest = answer(grid, scenario, left_out)
        others = [
            sign * x
            for v in rest.admitted - {chosen}
            if (x := _objective(grid, v, objective, rest.datasets)) is not None
        ]
        if left_out in changed:  # of equals the faster one takes over, which is told as a change
            continue
        if chosen in rest.best and others:
            own = _objective(grid, chosen, objective, rest.datasets)
            assert own is not None
            lead = sign * own - max(others)
            if lead < margin or close(lead, margin):
                right_ones[left_out] = lead
    if told.keys() != right_ones.keys() or any(not close(told[d], right_ones[d]) for d in told):
        yield f"leads inside the margin {told}, the rows say {right_ones}"


def _changes(item: Mapping[str, Any], grid: Grid, scenario: Scenario) -> Iterator[str]:
    resolved = asked(grid, scenario)
    datasets = answer(grid, resolved).datasets
    told = {c["what"]: c["extractor"] for c in item["changes"] if c["kind"] == "dataset"}
    if item["extractor"] is not None and len(datasets) > 1:
        for left_out in datasets:
            rest = answer(grid, resolved, left_out)
            other = told.get(left_out, item["extractor"])
            if (other is None) != (not rest.best) or (other is not None and other not in rest.best):
                yield f"without {left_out}: {other!r}, the rows say {sorted(rest.best)}"
    for change in item["changes"]:
        if change["kind"] != "constraint":
            continue
        name, limit = change["what"], change["limit"]
        lifted = NEUTRAL.get(name) if limit is None else limit
        if limit is None:
            moved = shut_out = answer(grid, asked(grid, {**scenario, name: lifted}))
        else:
            moved = answer(grid, {**resolved, name: lifted})
            shut_out = answer(grid, {**resolved, name: _beyond(name, lifted)})
        other = change["extractor"]
        if not any(
            other in found.best if other is not None else not found.best for found in (moved, shut_out)
        ):
            yield f"with {name} at {lifted}: {other!r}, the rows say {sorted(moved.best)}"


def _beyond(name: str, limit: float) -> float:
    """Just tighter than a limit."""
    step = 2e-8 * max(abs(limit), 1e-3)
    return limit - step if name in UPPER else limit + step
