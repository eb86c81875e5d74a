"""The ``support`` of claims, derived a second time from rows and kept arrays, for every kind in ``KINDS``.

Nothing of ``fxreport`` is used. A kind gives the set of supports that may be claimed: several where a number
lies within rounding, or within what random draws may differ by, of a bound.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from statistics import fmean
from typing import Any

import numpy as np
from checker import (
    BUILT_IN,
    CLUSTERERS,
    CONTROL,
    LOWER,
    NEEDS_LABELS,
    PRETRAINED,
    Claim,
    Table,
    close,
    grouped,
)
from checker import variant as variant_of
from intervals import (
    Arrays,
    Cell,
    Verdict,
    compared,
    drawn_means,
    ends_of,
    image_variance,
    judged,
    least,
    span,
    span_of_sum,
)
from scipy.stats import norm, spearmanr, studentized_range

SECONDS = "extraction_seconds"
Supports = frozenset[str]

FAMILIES = {
    "baseline": {"raw_pixels"},
    "supervised": {"custom_cnn"},
    "unsupervised": {"autoencoder"},
    "pretrained": PRETRAINED,
}
LEARNED = BUILT_IN - {CONTROL}
LABEL_FREE = BUILT_IN - NEEDS_LABELS
LEVELS = (0.1, 0.3, 0.6, 0.9)


def one(*supports: str) -> Supports:
    return frozenset(supports)


def of(verdict: Verdict) -> Supports:
    return frozenset(support for _, support in verdict)


def base(name: str) -> str:
    return name.rpartition("@")[0] or name


class Measured:
    """The rows as cells, the orders of the means, and what two cells have to say of each other."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], load: Callable[[str], Arrays]) -> None:
        rows = list(rows)
        self.table, self.load = Table.of(rows), load
        found: dict[tuple[str, str, str], dict[int, Mapping[str, Any]]] = defaultdict(dict)
        for row in rows:
            if math.isfinite(float(row["value"])) and (row.get("clusterer") or "") in CLUSTERERS:
                name = variant_of(row["extractor"], row.get("input_size"))
                found[row["dataset"], name, row["metric"]][int(row.get("seed") or 0)] = row
        self.cells = {}
        for cell, of_seeds in found.items():
            n = of_seeds[min(of_seeds)].get("n")
            self.cells[cell] = Cell(
                {seed: float(row["value"]) for seed, row in of_seeds.items()},
                {seed: str(row.get("key") or "") for seed, row in of_seeds.items()},
                int(n) if n is not None and n == n else None,
            )

    def compare(self, dataset: str, a: str, b: str, metric: str = "ari") -> Verdict:
        return compared(self.cells[dataset, a, metric], self.cells[dataset, b, metric], metric, self.load)

    def fact(self, cells: Iterable[tuple[str, str, str]]) -> Supports:
        return one("single_run" if any(len(self.cells[c].values) < 2 for c in cells) else "certain")

    def first(
        self, dataset: str, metric: str, names: Sequence[str], sign: int, among: Any = None
    ) -> Supports:
        """Of a first place by the mean, the highest (``sign`` 1) or the lowest (-1)."""
        if len(names) > 1:
            return one("tie")
        rivals = [v for v in self.table.column(dataset, metric) if v != names[0]]
        rivals = [v for v in rivals if among is None or v in among]
        ahead = "better" if sign > 0 else "worse"
        supports = [
            frozenset(
                support if outcome == ahead or support in ("single_run", "tie") else "undetermined"
                for outcome, support in self.compare(dataset, names[0], rival, metric)
            )
            for rival in rivals
        ]
        return least(supports) if supports else self.fact([(dataset, names[0], metric)])

    def tops(self, dataset: str, names: Iterable[str]) -> list[list[str]]:
        """The best by ARI, then NMI, of those given, in each reading of the order."""
        names = set(names)
        orders = self.table.quality_orders(dataset)
        groups = [next((g for group in o if (g := [v for v in group if v in names])), []) for o in orders]
        return [group for group in groups if group]

    def datasets(self) -> list[str]:
        return [d for d in self.table.datasets if self.table.column(d, "ari")]

    def ends_over(self, a: str, b: str, metric: str, datasets: Sequence[str]) -> tuple[float, float]:
        """Interval of the difference of two means over sets, of cells with several runs."""
        cells = [(self.cells[d, a, metric], self.cells[d, b, metric]) for d in datasets]
        count, seeds = len(cells), {frozenset(c.values) for pair in cells for c in pair}
        if len(seeds) > 1:
            parts = [[x / count for x in c.values.values()] for pair in cells for c in pair]
            return span_of_sum(math.fsum(x.mean - y.mean for x, y in cells) / count, parts)
        shared = sum(image_variance(x, y, metric, self.load) for x, y in cells) / count**2
        return span(
            [math.fsum(x.values[s] - y.values[s] for x, y in cells) / count for s in min(seeds)], shared
        )

    # --- gains over raw pixels

    def gain_ends(self, name: str, datasets: Sequence[str]) -> tuple[float, float] | None:
        """Interval of the mean gain; None where a cell was run once."""
        parts, extra = [], 0.0
        for dataset in datasets:
            pair = [self.cells[dataset, v, "ari"] for v in (name, CONTROL)]
            common = pair[0].values.keys() & pair[1].values.keys()
            own, control = (
                Cell({s: c.values[s] for s in common}, {s: c.keys[s] for s in common}, c.n) for c in pair
            )
            x, r = own.values, control.values
            parts.append([(x[s] - r[s]) / (1 - r[s]) / len(datasets) for s in x])
            extra += image_variance(own, control, "ari", self.load, _gain_slopes) / len(datasets) ** 2
        if any(len(part) < 2 for part in parts):
            return None
        return span_of_sum(math.fsum(map(fmean, parts)), parts, extra)


def _gain_slopes(x: float, r: float) -> tuple[float, float]:
    step = 1e-6

    def gain(x: float, r: float) -> float:
        return (x - r) / (1 - r)

    return (
        (gain(x + step, r) - gain(x - step, r)) / (2 * step),
        (gain(x, r + step) - gain(x, r - step)) / (2 * step),
    )


def check_supports(
    claims: Iterable[Claim], rows: Iterable[Mapping[str, Any]], load: Callable[[str], Arrays] = lambda key: {}
) -> list[str]:
    """Each claim whose support the rows do not give. ``load`` has the arrays kept of a run, by its key."""
    measured, problems = Measured(rows, load), []
    for claim in claims:
        accepted = KINDS[claim["kind"]](claim, measured) if claim["kind"] in KINDS else None
        if accepted is not None and claim["support"] not in accepted:
            problems.append(f"{claim['id']}: is called {claim['support']}, the rows say {sorted(accepted)}")
    return problems


Check = Callable[[Claim, Measured], Supports | None]


def _winner(claim: Claim, rows: Measured) -> Supports:
    dataset, first = claim["dataset"], claim["subjects"]
    ari = rows.table.column(dataset, "ari")
    if len(first) > 1 or sum(close(x, ari[first[0]]) for x in ari.values()) > 1:
        return one("tie")
    rivals = [v for v in ari if v not in first]
    if not rivals:
        return rows.fact([(dataset, first[0], "ari")])
    verdicts = {v: rows.compare(dataset, first[0], v) for v in rivals}
    if any("single_run" in of(verdict) for verdict in verdicts.values()):
        return one("single_run")
    own = rows.cells[dataset, first[0], "ari"]
    lows = {v: ends_of(own, rows.cells[dataset, v, "ari"], "ari", rows.load)[0] for v in rivals}
    nearest = [v for v in rivals if lows[v] <= min(lows.values()) + 1e-9]
    return frozenset().union(*(of(verdicts[v]) for v in nearest))


def _place(claim: Claim, rows: Measured) -> Supports:
    """Runner-up or worst: the least that is shown of its differences from all others."""
    dataset, names = claim["dataset"], claim["subjects"]
    ari = rows.table.column(dataset, "ari")
    if len(names) > 1 or sum(close(x, ari[names[0]]) for x in ari.values()) > 1:
        return one("tie")
    return least(of(rows.compare(dataset, names[0], v)) for v in ari if v != names[0])


def _best(claim: Claim, rows: Measured) -> Supports:
    sign = -1 if claim["metric"] in LOWER or claim["metric"].startswith(SECONDS) else 1
    return rows.first(claim["dataset"], claim["metric"], claim["subjects"], sign)


def _by_time(sign: int, members: frozenset[str] | None = None) -> Check:
    def check(claim: Claim, rows: Measured) -> Supports:
        among = rows.table.column(claim["dataset"], SECONDS)
        chosen = None if members is None else {v for v in among if base(v) in members}
        return rows.first(claim["dataset"], SECONDS, claim["subjects"], sign, chosen)

    return check


def _efficient(members: frozenset[str] | None) -> Check:
    def check(claim: Claim, rows: Measured) -> Supports:
        dataset, names = claim["dataset"], claim["subjects"]
        if len(names) > 1:
            return one("tie")
        chosen = [v for v in rows.table.efficiency(dataset) if members is None or base(v) in members]

        def by_seed(name: str) -> dict[int, float]:
            ari, seconds = (rows.cells[dataset, name, m].values for m in ("ari", SECONDS))
            if min(seconds.values()) <= 0:
                return {}
            return {s: ari[s] / seconds[s] for s in ari.keys() & seconds.keys()}

        supports = [rows.fact((dataset, v, m) for v in chosen for m in ("ari", SECONDS))]
        own = by_seed(names[0])
        for rival in map(by_seed, (v for v in chosen if v != names[0])):
            if own.keys() != rival.keys() or len(own) < 2:
                supports.append(one("undetermined"))
                continue
            verdict = judged(span([own[s] - rival[s] for s in own]), 0.0)
            supports.append(frozenset(s if o == "better" else "undetermined" for o, s in verdict))
        return least(supports)

    return check


def _pareto(claim: Claim, rows: Measured) -> Supports | None:
    """A place on the front: faster or better than any other; off it: slower and worse than one on it."""
    sets = [claim["dataset"]] if claim["dataset"] else rows.datasets()
    columns = [(rows.table.column(d, SECONDS), rows.table.column(d, "ari")) for d in sets]
    names = set.intersection(*(seconds.keys() & ari.keys() for seconds, ari in columns))
    cells = {(d, v, m): rows.cells[d, v, m] for d in sets for v in names for m in ("ari", SECONDS)}
    times = {v: fmean(seconds[v] for seconds, _ in columns) for v in names}
    means = {v: fmean(ari[v] for _, ari in columns) for v in names}
    if any(close(x[a], x[b]) for x in (times, means) for a in names for b in names if a < b):
        return None  # means that differ by rounding only may be read either way
    single = {v for d, v, m in cells if len(cells[d, v, m].values) < 2}

    def ahead(a: str, b: str, metric: str, sign: int) -> set[bool]:
        ends = rows.ends_over(a, b, metric, sets)
        return {
            sign * (low + high) > 0 and low * high > 0
            for low, high in (ends, (ends[0] - 1e-9, ends[1] + 1e-9))
        }

    front = [v for v in names if not any(times[u] < times[v] and means[u] > means[v] for u in names)]
    sure: set[bool] = {True}
    for name in names:
        rivals = (
            names - {name}
            if name in front
            else {u for u in front if times[u] < times[name] and means[u] > means[name]}
        )
        if single & ({name} | rivals):
            return one("single_run")
        pairs = [(ahead(name, u, SECONDS, -1), ahead(name, u, "ari", 1)) for u in rivals]
        others = [(ahead(u, name, SECONDS, -1), ahead(u, name, "ari", 1)) for u in rivals]
        if name in front:
            shown = {all(f or b for f, b in choice) for choice in _readings(pairs)}
        else:
            shown = {any(f and b for f, b in choice) for choice in _readings(others)}
        sure = {a and b for a in sure for b in shown}
    return frozenset("certain" if one_of else "undetermined" for one_of in sure)


def _readings(pairs: Sequence[tuple[set[bool], set[bool]]]) -> Iterator[tuple[tuple[bool, bool], ...]]:
    return product(*(tuple(product(*pair)) for pair in pairs))


def _fact_of_evidence(claim: Claim, rows: Measured) -> Supports:
    return one("single_run" if any(e["seeds"] < 2 for e in claim["evidence"]) else "certain")


def _speed_ratio(claim: Claim, rows: Measured) -> Supports | None:
    times, name = rows.table.over_sets(SECONDS), claim["subjects"][0]
    usual = [v for v in ("custom_cnn", CONTROL) if times.get(v, 0) > 0]
    positive = {v: x for v, x in times.items() if x > 0}
    baseline = usual[0] if usual else grouped(positive, descending=False)[0][0]
    sets = [d for d in rows.table.datasets if rows.table.column(d, SECONDS)]
    cells = {v: [rows.cells[d, v, SECONDS].values for d in sets] for v in (name, baseline)}
    fact = rows.fact((d, v, SECONDS) for d in sets for v in cells)
    seeds = {frozenset(values) for of_sets in cells.values() for values in of_sets}
    if len(seeds) > 1 or len(next(iter(seeds))) < 2:
        return fact
    totals = {v: {s: sum(x[s] for x in of_sets) for s in of_sets[0]} for v, of_sets in cells.items()}
    if min(x for total in totals.values() for x in total.values()) <= 0:
        return fact
    ratios = [math.log(x / totals[baseline][s]) for s, x in totals[name].items()]
    outcomes = {outcome for outcome, _ in judged(span(ratios), 0.0)}
    if max(ratios) - min(ratios) < 1e-9:
        return fact | one("undetermined") if abs(ratios[0]) < 1e-9 else fact
    return frozenset().union(*(one("undetermined") if o == "undetermined" else fact for o in outcomes))


def _dimension(claim: Claim, rows: Measured) -> Supports:
    networks = len({base(v) for v in claim["subjects"]})
    if networks < 5:
        return one("undetermined")
    rho = max(min(claim["value"], 1 - 1e-12), -1 + 1e-12)
    half = norm.ppf(0.975) * math.sqrt((1 + rho**2 / 2) / (networks - 3))
    if abs(math.atanh(rho)) < half:
        return one("undetermined")
    return least([one("likely"), _fact_of_evidence(claim, rows)])


def _difficulty(claim: Claim, rows: Measured) -> Supports:
    accepted: set[str] = set()
    for order in rows.table.quality_orders(claim["dataset"]):
        for name in order[0]:
            cell = rows.cells[claim["dataset"], name, "ari"]
            if len(cell.values) < 2:
                accepted.add("single_run")
                continue
            values = list(cell.values.values())
            low, high = span(values, image_variance(cell, None, "ari", rows.load))
            for shift in (-1e-9, 0.0, 1e-9):
                steps = sum(low + shift < bound <= high + shift for bound in LEVELS)
                accepted.add(("certain", "likely")[steps] if steps < 2 else "undetermined")
    return frozenset(accepted)


def _difficulty_order(claim: Claim, rows: Measured) -> Supports:
    best = {d: max(rows.table.column(d, "ari").values()) for d in rows.datasets()}
    order, supports = sorted(best, key=lambda d: -best[d]), []
    for pair in pairwise(order):
        tops = [rows.tops(d, rows.table.column(d, "ari")) for d in pair]
        cells = [[rows.cells[d, v, "ari"] for g in t for v in g] for d, t in zip(pair, tops, strict=True)]
        found: set[str] = set()
        for a in cells[0]:
            for b in cells[1]:
                values = [list(c.values.values()) for c in (a, b)]
                if min(map(len, values)) < 2:
                    found.add("single_run")
                else:
                    found |= of(judged(span_of_sum(a.mean - b.mean, values), 0.0))
        supports.append(frozenset(found))
    return least(supports)


def _without_labels(claim: Claim, rows: Measured) -> Supports:
    dataset, names = claim["dataset"], claim["subjects"]
    ari = rows.table.column(dataset, "ari")
    accepted: Supports = frozenset()
    for order in rows.table.quality_orders(dataset):
        leads = set(order[0]) <= set(names)
        if leads:
            pairs = [(names[0], v) for v in ari if base(v) not in LABEL_FREE]
        else:
            pairs = [(order[0][0], names[0])]
        if close(ari[names[0]], ari[order[0][0]]) and not leads:
            accepted |= one("tie")
            continue
        first = rows.first(dataset, "ari", names, 1, {v for v in ari if base(v) in LABEL_FREE})
        accepted |= least([first, *(of(rows.compare(dataset, a, b)) for a, b in pairs)])
    return accepted


def _against_control(claim: Claim, rows: Measured) -> Supports:
    _, _, outcome, *single = claim["id"].split("/")
    verdicts = [rows.compare(claim["dataset"], v, CONTROL) for v in claim["subjects"]]
    agreeing = [frozenset(s for o, s in verdict if o == outcome) for verdict in verdicts]
    if not all(agreeing) or any(("single_run" in supports) != bool(single) for supports in agreeing):
        return frozenset()
    return least(agreeing)


def _wins(claim: Claim, rows: Measured) -> Supports:
    [name] = claim["subjects"]
    supports = []
    for dataset in {e["dataset"] for e in claim["evidence"]}:
        tops = rows.tops(dataset, rows.table.column(dataset, "ari"))
        groups = [group for group in tops if name in group]
        if not groups:
            return frozenset()
        winners = [{"dataset": dataset, "subjects": group} for group in groups]
        supports.append(frozenset().union(*(_winner(winner, rows) for winner in winners)))
    return least(supports)


def _family(claim: Claim, rows: Measured) -> Supports:
    dataset, (one_of, other) = claim["dataset"], claim["id"].rpartition("/")[2].split("-")
    best = {}
    for family in (one_of, other):
        members = [v for v in claim["subjects"] if base(v) in FAMILIES[family]]
        best[family] = [v for group in rows.tops(dataset, members) for v in group]
    return frozenset().union(*(of(rows.compare(dataset, a, b)) for a in best[one_of] for b in best[other]))


def _input_size(claim: Claim, rows: Measured) -> Supports:
    return of(rows.compare(claim["dataset"], *claim["subjects"]))


def _separable(claim: Claim, rows: Measured) -> Supports:
    accepted: Supports = frozenset()
    for name in claim["subjects"]:
        probe, clusters = (
            rows.cells[claim["dataset"], name, m].values for m in ("probe_accuracy", "clustering_accuracy")
        )
        if probe.keys() != clusters.keys() or len(probe) < 2:
            accepted |= one("single_run")
        else:
            accepted |= of(judged(span([probe[s] - clusters[s] for s in probe]), 0.02))
    return accepted


def _index_agreement(claim: Claim, rows: Measured) -> Supports:
    dataset, chosen, index = claim["dataset"], claim["subjects"], claim["metric"]
    columns = [rows.table.column(dataset, m) for m in (index, "ari")]
    both = sorted(columns[0].keys() & columns[1].keys())
    accepted: Supports = frozenset()
    for winner in rows.tops(dataset, both):
        if set(winner) & set(chosen):
            same = [v for v in chosen if v in winner]
            accepted |= _ordered_otherwise(dataset, index, both, rows) or least(
                [
                    rows.fact((dataset, v, m) for v in both for m in (index, "ari")),
                    rows.first(dataset, "ari", same, 1),
                    _ordered_alike(index, [[column[v] for v in both] for column in columns], both),
                ]
            )
        else:
            tops = [v for group in rows.tops(dataset, chosen) for v in group]
            accepted |= frozenset().union(*(of(rows.compare(dataset, w, v)) for w in winner for v in tops))
    return accepted


def _ordered_otherwise(dataset: str, index: str, names: Sequence[str], rows: Measured) -> Supports:
    """Of pairs that ARI and index order otherwise: certain where one is; nothing where none is shown."""
    found: set[str] = set()
    for under, over in product(names, names):
        sign = "better" if index not in LOWER else "worse"
        readings = [
            [s for o, s in rows.compare(dataset, under, over) if o == "better"],
            [s for o, s in rows.compare(dataset, over, under, index) if o == sign],
        ]
        for pair in product(*readings):
            [support] = least(map(one, pair))
            step = rows.cells[dataset, under, "ari"].mean - rows.cells[dataset, over, "ari"].mean
            if support != "single_run" or step > 0.02:
                found.add(support)
    return one("certain") if "certain" in found else frozenset(found)


def _ordered_alike(index: str, columns: Sequence[Sequence[float]], names: Sequence[str]) -> Supports:
    networks = len({base(v) for v in names})
    if networks < 5:
        return one("undetermined")
    if any(max(column) - min(column) < 1e-12 for column in columns):
        return one("undetermined")  # a constant has no order
    rho = float(spearmanr(*columns).statistic) * (-1 if index in LOWER else 1)
    half = norm.ppf(0.975) * math.sqrt((1 + rho**2 / 2) / (networks - 3))
    return one("likely" if math.atanh(max(min(rho, 1 - 1e-12), -1 + 1e-12)) > half else "undetermined")


def _of_gain(ends: tuple[float, float] | None) -> Supports:
    if ends is None:
        return one("single_run")
    flat = ends[1] - ends[0] <= 0
    certain = {s for o, s in judged(ends, 0.0)}
    return frozenset({"likely" if flat and s == "certain" else s for s in certain})


def _gain(claim: Claim, rows: Measured) -> Supports:
    sets = [claim["dataset"]] if claim["dataset"] else rows.datasets()
    return frozenset().union(*(_of_gain(rows.gain_ends(v, sets)) for v in claim["subjects"]))


def _gain_group(claim: Claim, rows: Measured) -> Supports:
    outcome = claim["id"].partition("/")[2]
    for name in claim["subjects"]:
        ends = rows.gain_ends(name, rows.datasets())
        if ends is None or outcome not in {o for o, _ in judged(ends, 0.0)}:
            return frozenset()
    return one("certain" if outcome == "worse" else "undetermined")


def _gain_leader(claim: Claim, rows: Measured) -> Supports:
    """Against draws of our own, with room for what two sets of draws may differ by."""
    if len(claim["subjects"]) > 1:
        return one("tie")
    names = set.intersection(*(set(rows.table.column(d, "ari")) for d in rows.datasets()))
    cells = {(d, v): rows.cells[d, v, "ari"] for d in rows.datasets() for v in names}
    if any(len(cell.values) < 2 for cell in cells.values()):
        return one("single_run")
    drawn = {d: drawn_means({v: cells[d, v] for v in names}, i) for i, d in enumerate(rows.datasets())}
    left = {d: 1 - np.minimum(x[CONTROL], 1 - 1e-6) for d, x in drawn.items()}
    gains = {v: sum(1 - (1 - drawn[d][v]) / left[d] for d in left) for v in names - {CONTROL}}
    table = np.stack([*gains.values(), np.zeros(20_000)])
    chance = float((gains[claim["subjects"][0]] >= table.max(axis=0)).mean())
    supports = {
        "certain" if c >= 0.975 else "likely" if c >= 0.95 else "undetermined"
        for c in (chance - 0.01, chance, chance + 0.01)
    }
    return frozenset(supports)


def _rank_interval(claim: Claim, rows: Measured) -> Supports:
    names = list(rows.table.column(claim["dataset"], "ari"))
    drawn = drawn_means({v: rows.cells[claim["dataset"], v, "ari"] for v in names})
    table = np.round(np.stack([drawn[v] for v in names]), 12)
    best = np.stack([1 + (table > row).sum(axis=0) for row in table])
    worst = np.stack([(table >= row).sum(axis=0) for row in table])
    accepted = set()
    for tail in (0.02, 0.025, 0.03):
        low = np.quantile(best, tail, axis=1, method="inverted_cdf")
        high = np.quantile(worst, 1 - tail, axis=1, method="inverted_cdf")
        settled = int((low == high).sum())
        accepted.add("certain" if settled == len(names) else "likely" if settled else "undetermined")
    return frozenset(accepted)


def _rank_test(claim: Claim, rows: Measured) -> Supports:
    return one("certain" if claim["value"] < 0.05 else "undetermined")


def _rank_best(claim: Claim, rows: Measured) -> Supports:
    from checker import _ranks

    ranks, best = _ranks(rows.table), claim["subjects"]
    if len(best) > 1:
        return one("tie")
    count = len(ranks)
    q = float(studentized_range.ppf(0.95, count, np.inf)) / math.sqrt(2)
    critical = q * math.sqrt(count * (count + 1) / (6 * len(rows.datasets())))
    return one("certain" if max(ranks.values()) - ranks[best[0]] >= critical else "undetermined")


KINDS: Mapping[str, Check] = {
    "pareto": _pareto,
    "winner": _winner,
    "runner_up": _place,
    "worst": _place,
    "best": _best,
    "fastest": _by_time(-1),
    "slowest": _by_time(1),
    "fastest_learned": _by_time(-1, LEARNED),
    "fastest_pretrained": _by_time(-1, PRETRAINED),
    "most_efficient": _efficient(None),
    "most_efficient_learned": _efficient(LEARNED),
    "speed_rank": _fact_of_evidence,
    "mean_quality": _fact_of_evidence,
    "speed_ratio": _speed_ratio,
    "dimension_vs_quality": _dimension,
    "dimension_vs_speed": _dimension,
    "difficulty": _difficulty,
    "difficulty_order": _difficulty_order,
    "without_labels": _without_labels,
    "against_control": _against_control,
    "wins": _wins,
    "family": _family,
    "input_size": _input_size,
    "separable": _separable,
    "index_agreement": _index_agreement,
    "gain": _gain,
    "gap": _gain,
    "gain_group": _gain_group,
    "gain_leader": _gain_leader,
    "rank_interval": _rank_interval,
    "rank_test": _rank_test,
    "rank_best": _rank_best,
}
