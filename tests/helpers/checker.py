"""An independent reading of the contract of ``conclusions.json``, to hold against what fxreport writes.

Everything is derived anew from tidy rows (dataset, extractor, input_size, clusterer, seed, metric, value);
nothing of ``fxreport`` is used, so that an error there is not repeated here. Where the contract leaves a
choice, all readings of it are accepted.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, permutations
from statistics import fmean
from typing import Any

import attribution_checker
import features_checker
import inside_checker
import projections_checker

HIGHER = frozenset({
    "ari", "nmi", "ami", "silhouette", "clustering_accuracy", "knn_accuracy", "probe_accuracy",
    "test_accuracy", "images_per_second",
})  # fmt: skip
#: measures of quality that can stand for ARI, in this order where as many cells have them
QUALITIES = ("nmi", "ami", "clustering_accuracy", "knn_accuracy", "probe_accuracy")
LOWER = frozenset({
    "davies_bouldin", "extraction_seconds", "fit_seconds", "peak_memory_bytes", "reconstruction_mse",
})  # fmt: skip
SUPPORTS = frozenset({"certain", "likely", "tie", "undetermined", "single_run"})
SCENARIOS = ("max_quality", "no_labels", "limited_compute", "pretrained", "natural_images", "production")
BUILT_IN = frozenset({
    "raw_pixels", "custom_cnn", "autoencoder", "vgg16", "resnet50", "mobilenet_v2", "efficientnet_lite0",
})  # fmt: skip
PRETRAINED = frozenset({"vgg16", "resnet50", "mobilenet_v2", "efficientnet_lite0"})
NEEDS_LABELS = frozenset({"custom_cnn"})
SPEED_BASELINE = "custom_cnn"
CONTROL = "raw_pixels"
CLUSTERERS = frozenset({"", "kmeans"})
TREND = 4  # extractors that a correlation must be stated for; it may be for fewer
LANGUAGES = ("uk", "en")

Claim = Mapping[str, Any]
Groups = list[list[str]]  # best first; members of one group are equal


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def variant(extractor: str, input_size: object) -> str:
    if input_size is None or input_size == "" or input_size != input_size:  # the last is NaN
        return extractor
    return f"{extractor}@{int(float(str(input_size)))}"


def grouped(values: Mapping[str, float], *, descending: bool) -> Groups:
    """Order names by value; equal values stand together, their names sorted."""
    groups: Groups = []
    last = math.nan
    for name in sorted(values, key=lambda n: (-values[n] if descending else values[n], n)):
        if groups and close(values[name], last):
            groups[-1].append(name)
        else:
            groups.append([name])
        last = values[name]
    return [sorted(group) for group in groups]


def spearman(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Spearman's rank correlation, equal values at their mean rank; None where it is not defined."""

    def ranks(values: Sequence[float]) -> list[float]:
        names = {str(i): v for i, v in enumerate(values)}
        found, before = [0.0] * len(values), 0
        for group in grouped(names, descending=False):
            for name in group:
                found[int(name)] = before + (len(group) + 1) / 2
            before += len(group)
        return found

    if len(x) < 2:
        return None
    a, b = ranks(x), ranks(y)
    ma, mb = fmean(a), fmean(b)
    va, vb = sum((i - ma) ** 2 for i in a), sum((j - mb) ** 2 for j in b)
    if va == 0 or vb == 0:
        return None
    return sum((i - ma) * (j - mb) for i, j in zip(a, b, strict=True)) / math.sqrt(va * vb)


@dataclass
class Table:
    """(dataset, variant, metric) → the value of each seed, and their means."""

    seeds: dict[tuple[str, str, str], dict[int, float]]
    means: dict[tuple[str, str, str], float] = field(init=False)
    cells: set[tuple[str, str]] = field(init=False)
    datasets: list[str] = field(init=False)
    variants: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.means = {key: fmean(values.values()) for key, values in self.seeds.items()}
        self.cells = {(dataset, name) for dataset, name, _ in self.seeds}
        self.datasets = sorted({dataset for dataset, _ in self.cells})
        self.variants = sorted({name for _, name in self.cells})

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> Table:
        seeds: dict[tuple[str, str, str], dict[int, float]] = defaultdict(dict)
        for row in rows:
            value = float(row["value"])
            if math.isfinite(value) and (row.get("clusterer") or "") in CLUSTERERS:
                name = variant(row["extractor"], row.get("input_size"))
                seeds[row["dataset"], name, row["metric"]][int(row.get("seed") or 0)] = value
        return cls(dict(seeds))

    @property
    def main(self) -> str:
        """What subjects are compared by: ARI; without any the quality of most cells, the first of equals."""
        cells = Counter(metric for _, _, metric in self.means)
        return "ari" if cells["ari"] else max(QUALITIES, key=lambda metric: cells[metric])

    def column(self, dataset: str, metric: str) -> dict[str, float]:
        return {name: v for (d, name, m), v in self.means.items() if (d, m) == (dataset, metric)}

    def metrics(self, dataset: str) -> set[str]:
        return {m for d, _, m in self.means if d == dataset}

    def quality_orders(self, dataset: str) -> list[Groups]:
        """By ARI, then NMI. Where some of those with equal ARI have no NMI: these last, or all equal."""
        quality, nmi = self.column(dataset, self.main), self.column(dataset, "nmi")
        last, equal = [], []
        for group in grouped(quality, descending=True):
            if self.main != "ari":
                last, equal = [*last, group], [*equal, group]
                continue
            known = {name: nmi[name] for name in group if name in nmi}
            split = grouped(known, descending=True)
            unknown = [name for name in group if name not in nmi]
            last += split + ([unknown] if unknown else [])
            equal += [group] if unknown else split
        return [last] if last == equal else [last, equal]

    def efficiency(self, dataset: str) -> dict[str, float]:
        ari, seconds = self.column(dataset, self.main), self.column(dataset, "extraction_seconds")
        return {name: ari[name] / seconds[name] for name in ari if seconds.get(name, 0) > 0}

    def over_sets(self, metric: str) -> dict[str, float]:
        """Mean over all data sets that have the metric, of the variants measured on all of these."""
        columns = [column for d in self.datasets if (column := self.column(d, metric))]
        complete = set.intersection(*(set(column) for column in columns)) if columns else set()
        return {name: fmean(column[name] for column in columns) for name in complete}

    def correlations(self, dataset: str | None, metric: str) -> list[float]:
        """Spearman's rho of dimension and metric. Across sets: mean of the sets', pooled, or of the means."""

        def pairs(d: str) -> list[tuple[float, float]]:
            dimension, other = self.column(d, "dimension"), self.column(d, metric)
            return [(dimension[name], other[name]) for name in sorted(dimension.keys() & other.keys())]

        def rho(points: Sequence[tuple[float, float]]) -> float | None:
            return spearman([x for x, _ in points], [y for _, y in points])

        if dataset is not None:
            found = [rho(pairs(dataset))]
        else:
            each = [r for d in self.datasets if (r := rho(pairs(d))) is not None]
            dimension, other = self.over_sets("dimension"), self.over_sets(metric)
            common = sorted(dimension.keys() & other.keys())
            found = [
                fmean(each) if each else None,
                rho([point for d in self.datasets for point in pairs(d)]),
                rho([(dimension[name], other[name]) for name in common]),
            ]
        return [r for r in found if r is not None]


def check_conclusions(conclusions: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return every contradiction between a ``conclusions.json`` and the rows, one line each."""
    table = Table.of(rows)
    return [
        *_shape(conclusions),
        *_claims(conclusions.get("claims", []), table),
        *_expected(conclusions.get("claims", []), table),
        *_rankings(conclusions.get("rankings", []), table),
        *_recommendations(conclusions, table),
        *_missing(conclusions.get("missing", []), table),
    ]


def _shape(conclusions: Mapping[str, Any]) -> Iterator[str]:
    if conclusions.get("schema") != 1:
        yield f"schema is {conclusions.get('schema')!r}, not 1"
    for key in ("claims", "rankings", "recommendations", "missing"):
        if not isinstance(conclusions.get(key), list):
            yield f"{key}: no list"


# Claims: each against the table, by its kind


def _claims(claims: Sequence[Claim], table: Table) -> Iterator[str]:
    for claim_id, times in Counter(claim["id"] for claim in claims).items():
        if times > 1:
            yield f"{claim_id}: id used {times} times"
    for claim in claims:
        problems = [*_common(claim, table)]
        if claim["kind"] in KINDS:
            problems += KINDS[claim["kind"]](claim, table)
        yield from (f"{claim['id']}: {problem}" for problem in problems)
    yield from _speed_ratios([c for c in claims if c["kind"] == "speed_ratio"], table)


def _common(claim: Claim, table: Table) -> Iterator[str]:
    if claim["support"] not in SUPPORTS:
        yield f"unknown support {claim['support']!r}"
    if claim["dataset"] is not None and claim["dataset"] not in table.datasets:
        yield f"unknown dataset {claim['dataset']!r}"
    if len(set(claim["subjects"])) != len(claim["subjects"]):
        yield "a subject is named twice"
    if claim["kind"] in KINDS:
        known = set(table.datasets) if claim["kind"] == "difficulty" else set()
        for subject in claim["subjects"]:
            if subject not in table.variants and subject not in known:
                yield f"unknown subject {subject!r}"
        if not claim["evidence"]:
            yield "no evidence"
    if claim["value"] is not None and not math.isfinite(claim["value"]):
        yield f"value {claim['value']!r} is not a number"
    for item in claim["evidence"]:
        yield from _evidence(item, table)
    yield from _texts(claim)
    if claim["kind"] in NAMING:
        for subject in claim["subjects"]:
            name = subject.rpartition("@")[0] or subject
            if name not in BUILT_IN:
                for language in LANGUAGES:
                    if name not in claim["text"].get(language, ""):
                        yield f"{language} text does not name {name}"


def _evidence(item: Mapping[str, Any], table: Table) -> Iterator[str]:
    name = item["extractor"]
    if name not in table.variants:  # its size may stand in a field of its own
        name = variant(name, item.get("input_size"))
    if item["dataset"] is None:
        expected = table.over_sets(item["metric"]).get(name)
    else:
        expected = table.means.get((item["dataset"], name, item["metric"]))
    where = f"evidence {item['dataset']}/{name}/{item['metric']}"
    if expected is None:
        yield f"{where}: no such measurement"
    elif not close(item["value"], expected):
        yield f"{where}: {item['value']!r}, measured {expected!r}"
    if ("published" in item) != ("source" in item):
        yield f"{where}: a published figure and its source go together"


def _named(claim: Claim, accepted: Iterable[tuple[Sequence[str], float]]) -> Iterator[str]:
    """The subjects and value must be one of those accepted."""
    accepted = list(accepted)
    subjects = sorted(claim["subjects"])
    for names, value in accepted:
        if sorted(names) == subjects and claim["value"] is not None and close(claim["value"], value):
            return
    wanted = " or ".join(f"{list(names)} with {value!r}" for names, value in accepted) or "no such claim"
    yield f"says {subjects} with {claim['value']!r}, the rows say {wanted}"


def _by_quality(place: int) -> Callable[[Claim, Table], Iterator[str]]:
    """``place`` among the groups of equals: 0 winner, 1 runner-up, -1 worst."""

    def check(claim: Claim, table: Table) -> Iterator[str]:
        if claim["dataset"] is None:
            yield "no dataset"
            return
        ari = table.column(claim["dataset"], table.main)
        orders = [order for order in table.quality_orders(claim["dataset"]) if len(order) > place]
        if claim["metric"] != table.main:
            yield f"metric is {claim['metric']!r}, not {table.main!r}"
        yield from _named(claim, [(order[place], ari[order[place][0]]) for order in orders if order])
        if place == 0:
            yield from _winners_support(claim, table)

    return check


def _winners_support(claim: Claim, table: Table) -> Iterator[str]:
    """How sure the winner is, as far as it follows from the values of the seeds alone."""
    samples = {
        v: table.seeds[claim["dataset"], v, table.main] for v in table.column(claim["dataset"], table.main)
    }
    support = claim["support"]
    if support == "single_run" and all(len(sample) > 1 for sample in samples.values()):
        yield "calls a single run what has several seeds throughout"
    if support not in {"certain", "likely"} or len(samples) < 2:
        return
    if len(claim["subjects"]) > 1:
        yield f"{support}, though several are equal"
    for subject in claim["subjects"][:1]:
        own = samples.get(subject, {})
        for rival in samples.keys() - set(claim["subjects"]):
            shared = own.keys() & samples[rival].keys()
            if shared and fmean(own[seed] - samples[rival][seed] for seed in shared) <= 0:
                yield f"{support}, though {rival} is no worse on the seeds of both"


def _best(claim: Claim, table: Table) -> Iterator[str]:
    dataset, metric = claim["dataset"], claim["metric"]
    if claim["id"] != f"best/{dataset}/{metric}":
        yield f"id is not best/{dataset}/{metric}"
    column = table.column(dataset, metric)
    directions = [True] if metric in HIGHER else [False] if metric in LOWER else [True, False]
    groups = [grouped(column, descending=descending) for descending in directions]
    yield from _named(claim, [(g[0], column[g[0][0]]) for g in groups if g])


def _by_time(*, fastest: bool) -> Callable[[Claim, Table], Iterator[str]]:
    def check(claim: Claim, table: Table) -> Iterator[str]:
        metric = "extraction_seconds"
        dataset = claim["dataset"]
        times = table.over_sets(metric) if dataset is None else table.column(dataset, metric)
        groups = grouped(times, descending=not fastest)
        yield from _named(claim, [(g, times[g[0]]) for g in groups[:1]])

    return check


def _most_efficient(claim: Claim, table: Table) -> Iterator[str]:
    if claim["dataset"] is not None:
        readings = [table.efficiency(claim["dataset"])]
    else:
        ari, seconds = table.over_sets(table.main), table.over_sets("extraction_seconds")
        each = [column for d in table.datasets if (column := table.efficiency(d))]
        complete = set.intersection(*map(set, each)) if each else set()
        readings = [
            {name: ari[name] / seconds[name] for name in ari if seconds.get(name, 0) > 0},
            {name: fmean(column[name] for column in each) for name in complete},
        ]
    tops = [(g[0], r[g[0][0]]) for r in readings if (g := grouped(r, descending=True))]
    yield from _named(claim, tops)


def _speed_rank(claim: Claim, table: Table) -> Iterator[str]:
    times = table.over_sets("extraction_seconds")
    if unknown := set(claim["subjects"]) - set(times):
        yield f"{sorted(unknown)}: not measured on all sets that have times"
        return
    if claim["value"] is None:  # one claim with the whole order
        told = [times[subject] for subject in claim["subjects"]]
        if any(a > b and not close(a, b) for a, b in pairwise(told)):
            yield f"{claim['subjects']} is not in order of the mean times {told}"
        return
    for subject in claim["subjects"]:
        rank = 1 + sum(t < times[subject] and not close(t, times[subject]) for t in times.values())
        if claim["value"] != rank:
            yield f"rank of {subject} is {claim['value']!r}, the mean times say {rank}"


def _speed_ratio(claim: Claim, table: Table) -> Iterator[str]:
    times = table.over_sets("extraction_seconds")
    if unknown := set(claim["subjects"]) - set(times):
        yield f"{sorted(unknown)}: not measured on all sets that have times"
    if not claim["subjects"] or claim["value"] is None:
        yield "no subject or no value"


def _speed_ratios(claims: Sequence[Claim], table: Table) -> Iterator[str]:
    """All ratios must be against one and the same baseline."""
    times = table.over_sets("extraction_seconds")
    claims = [c for c in claims if c["value"] is not None and c["subjects"] and c["subjects"][0] in times]
    if not claims:
        return
    baselines = [SPEED_BASELINE] if SPEED_BASELINE in times else sorted(times)
    wrong: list[str] = []
    for baseline in baselines:
        wrong = [
            f"{c['id']}: {c['value']!r} times {baseline}, the mean times say {times[s] / times[baseline]!r}"
            for c in claims
            for s in c["subjects"][:1]
            if times[baseline] > 0 and not close(c["value"], times[s] / times[baseline])
        ]
        if not wrong:
            return
    yield from wrong if len(baselines) == 1 else ["speed_ratio: the ratios fit no common baseline"]


def _difficulty(claim: Claim, table: Table) -> Iterator[str]:
    best = {d: max(column.values()) for d in table.datasets if (column := table.column(d, "ari"))}
    if claim["dataset"] is not None:
        expected = best.get(claim["dataset"])
        if expected is None or claim["value"] is None or not close(claim["value"], expected):
            yield f"says {claim['value']!r}, the set's best ARI is {expected!r}"
        return
    if set(claim["subjects"]) <= set(best):
        told = [best[d] for d in claim["subjects"]]
        if len(told) > 1 and not (_sorted(told) or _sorted(told[::-1])):
            yield f"{claim['subjects']} is in no order of the best ARI {told}"


def _sorted(values: Sequence[float]) -> bool:
    return all(a <= b or close(a, b) for a, b in pairwise(values))


def _correlation(metric: str = "") -> Callable[[Claim, Table], Iterator[str]]:
    def check(claim: Claim, table: Table) -> Iterator[str]:
        expected = table.correlations(claim["dataset"], metric or table.main)
        if claim["value"] is None or not any(abs(claim["value"] - rho) < 1e-9 for rho in expected):
            rhos = " or ".join(map(repr, expected)) or "undefined"
            yield f"says {claim['value']!r}, Spearman's rho is {rhos}"

    return check


def _pareto(claim: Claim, table: Table) -> Iterator[str]:
    """Nobody else is at most as slow and at least as good; across sets by the means over all of them."""
    datasets = (
        [claim["dataset"]] if claim["dataset"] else [d for d in table.datasets if table.column(d, table.main)]
    )
    columns = [(table.column(d, "extraction_seconds"), table.column(d, table.main)) for d in datasets]
    complete = set.intersection(*(seconds.keys() & ari.keys() for seconds, ari in columns))
    points = {v: (fmean(s[v] for s, _ in columns), fmean(a[v] for _, a in columns)) for v in complete}

    def beaten(own: tuple[float, float], other: tuple[float, float], by: float) -> bool:
        apart = abs(own[0] - other[0]) > by or abs(own[1] - other[1]) > by
        return apart and other[0] <= own[0] + by and other[1] >= own[1] - by

    for name, own in points.items():
        told = name in claim["subjects"]
        # means that differ by rounding only may be read either way
        if told and any(beaten(own, other, -1e-9) for other in points.values()):
            yield f"{name} is called one of the front, but another is faster and better"
        if not told and not any(beaten(own, other, 1e-9) for other in points.values()):
            yield f"{name} is on the front and not named"
    if unknown := set(claim["subjects"]) - points.keys():
        yield f"{sorted(unknown)} were not measured on all of {datasets}"


# Over sets, and against the control


def _leaders(table: Table, metric: str) -> list[dict[str, set[str]]]:
    """Variant → the sets that it leads, in each reading of equals; sets without a rival do not count."""
    found: list[dict[str, set[str]]] = []
    for reading in (0, -1):
        leads: dict[str, set[str]] = defaultdict(set)
        for dataset in _with_quality(table):
            if len(table.column(dataset, metric)) > 1:
                for name in table.quality_orders(dataset)[reading][0]:
                    leads[name].add(dataset)
        found.append(dict(leads))
    return found


def _wins(claim: Claim, table: Table) -> Iterator[str]:
    told = {item["dataset"] for item in claim["evidence"]}
    if claim["value"] != len(told) or [claim["subjects"][0]] != claim["subjects"]:
        yield f"says {claim['value']!r} sets, the evidence has {len(told)}"
    if told not in [leads.get(claim["subjects"][0]) for leads in _leaders(table, claim["metric"])]:
        yield f"says that {claim['subjects']} lead on {sorted(told)}"


def _mean_quality(claim: Claim, table: Table) -> Iterator[str]:
    known = table.over_sets(claim["metric"])
    yield from _named(claim, [([name], known[name]) for name in claim["subjects"] if name in known])


def _expected_of_quality(claims: Sequence[Claim], table: Table) -> Iterator[str]:
    """Means, wins and places beside the control: who must be in a claim of these kinds."""
    told = {(c["kind"], c["dataset"], name) for c in claims for name in c["subjects"]}
    # what subjects are compared by: winners are checked to be told by that
    metric = next((claim["metric"] for claim in claims if claim["kind"] == "winner"), "ari")
    sets = [dataset for dataset in table.datasets if table.column(dataset, metric)]
    if len(sets) > 1:
        for name in sorted(table.over_sets(metric)):
            if ("mean_quality", None, name) not in told:
                yield f"no mean_quality for {name}"
        for name in sorted(set.intersection(*(set(leads) for leads in _leaders(table, metric)))):
            if ("wins", None, name) not in told:
                yield f"no wins for {name}"
    for dataset in sets:
        column = table.column(dataset, metric)
        for name in sorted(column.keys() - {CONTROL}) if CONTROL in column else ():
            if ("against_control", dataset, name) not in told:
                yield f"no against_control for {name} on {dataset}"


# Gains over raw pixels, places, ranks over sets


def _gains(table: Table, datasets: Sequence[str]) -> dict[str, float]:
    """Mean over sets and seeds of (x - r) / (1 - r), of those seeds that both have."""
    found = {}
    for name in table.variants:
        parts = []
        for dataset in datasets:
            own = table.seeds.get((dataset, name, "ari"), {})
            control = table.seeds.get((dataset, CONTROL, "ari"), {})
            common = own.keys() & control.keys()
            if not common or (len(common) < 2 and own.keys() != control.keys()):
                break
            if max(control[s] for s in common) >= 1:
                break
            parts.append(fmean((own[s] - control[s]) / (1 - control[s]) for s in common))
        else:
            if datasets and name != CONTROL:
                found[name] = fmean(parts)
    return found


def _with_quality(table: Table) -> list[str]:
    return [d for d in table.datasets if table.column(d, table.main)]


def _gain(claim: Claim, table: Table) -> Iterator[str]:
    known = _gains(table, _with_quality(table))
    for subject in claim["subjects"]:
        if subject not in known:
            yield f"the gain of {subject} cannot be told from the rows"
        elif not close(claim["value"], known[subject]):
            yield f"says {claim['value']!r}, the rows say {known[subject]!r}"
    yield from _sides(claim, claim["value"])


def _sides(claim: Claim, value: float) -> Iterator[str]:
    """What is called a loss is none above zero; what is called certain is not zero."""
    if claim["surprising"] and value >= 0:
        yield f"surprised by a loss, though the value is {value!r}"
    if claim["support"] == "certain" and close(value, 0):
        yield "certain of nothing"


def _gain_leader(claim: Claim, table: Table) -> Iterator[str]:
    known = _gains(table, _with_quality(table))
    order = grouped(known, descending=True)
    yield from _named(claim, [(order[0], known[order[0][0]])] if order else [])


def _gain_group(claim: Claim, table: Table) -> Iterator[str]:
    known = _gains(table, _with_quality(table))
    for subject in claim["subjects"]:
        if subject not in known:
            yield f"the gain of {subject} cannot be told from the rows"
        elif claim["id"] == "gain_group/worse" and known[subject] >= 0:
            yield f"{subject} is called behind raw pixels, its gain is {known[subject]!r}"


def _gap(claim: Claim, table: Table) -> Iterator[str]:
    known = _gains(table, [claim["dataset"]])
    ari = table.column(claim["dataset"], "ari")
    for subject in claim["subjects"]:
        if not close(ari[subject], ari[claim["subjects"][0]]):
            yield f"{claim['subjects']} have different ARI"
    yield from _gain_of_first(claim, known)


def _gain_of_first(claim: Claim, known: Mapping[str, float]) -> Iterator[str]:
    expected = known.get(claim["subjects"][0])
    if expected is None or not close(claim["value"], expected):
        yield f"says {claim['value']!r}, the rows say {expected!r}"


def _rank_interval(claim: Claim, table: Table) -> Iterator[str]:
    ari = table.column(claim["dataset"], table.main)
    if any(len(table.seeds[claim["dataset"], name, table.main]) < 2 for name in ari):
        yield "gives places an interval though some were run once"
    if {item["extractor"] for item in claim["evidence"]} != set(ari):
        yield "places among others than those measured"
    if not 0 < claim["value"] <= 1 or claim["value"] * len(ari) < 1 - 1e-9:
        yield f"{claim['value']!r} cannot be the highest probability of {len(ari)}"


def _ranks(table: Table) -> dict[str, float]:
    """Mean rank over sets of the variants measured on all of them, equal values at their mean rank."""
    columns = [table.column(d, table.main) for d in _with_quality(table)]
    names = set.intersection(*map(set, columns))
    found: dict[str, list[float]] = {name: [] for name in names}
    for column in columns:
        before = 0
        for group in grouped({n: column[n] for n in names}, descending=True):
            for name in group:
                found[name].append(before + (len(group) + 1) / 2)
            before += len(group)
    return {name: fmean(ranks) for name, ranks in found.items()}


def _rank_test(claim: Claim, table: Table) -> Iterator[str]:
    from scipy.stats import f, friedmanchisquare

    datasets, names = _with_quality(table), sorted(_ranks(table))
    if len(datasets) <= 10:
        yield f"tests ranks over {len(datasets)} sets"
    if sorted(claim["subjects"]) != names:
        yield f"ranks {sorted(claim['subjects'])}, measured on all sets are {names}"
    columns = [table.column(d, table.main) for d in datasets]
    # rounded, since means that differ by rounding only are equal
    chi = float(friedmanchisquare(*([round(c[name], 9) for c in columns] for name in names)).statistic)
    n, k = len(datasets), len(names)
    rest = n * (k - 1) - chi
    p = 0.0 if rest < 1e-9 else float(f.sf((n - 1) * chi / rest, k - 1, (k - 1) * (n - 1)))
    if abs(p - claim["value"]) > 1e-6:
        yield f"says p = {claim['value']!r}, by scipy it is {p!r}"


def _rank_best(claim: Claim, table: Table) -> Iterator[str]:
    ranks = _ranks(table)
    best = grouped(ranks, descending=False)[0]
    yield from _named(claim, [(best, ranks[best[0]])])


def _family(claim: Claim, table: Table) -> Iterator[str]:
    """The value is a difference of the best of two families, and a step against expectation is a real one."""
    ari = table.column(claim["dataset"], table.main)
    values = {round(abs(ari[a] - ari[b]), 9) for a, b in permutations(claim["subjects"], 2)}
    if round(abs(claim["value"]), 9) not in values:
        yield f"says {claim['value']!r}, the subjects differ by {sorted(values)}"
    if claim["surprising"] and claim["value"] >= 0:
        yield "surprised though the expected one is ahead"


def _input_size(claim: Claim, table: Table) -> Iterator[str]:
    ari = table.column(claim["dataset"], table.main)
    large, small = claim["subjects"]
    sizes = [int(name.rpartition("@")[2]) for name in (small, large)]
    if sizes[0] >= sizes[1]:
        yield f"{large} is no larger than {small}"
    if not close(claim["value"], ari[large] - ari[small]):
        yield f"says {claim['value']!r}, the rows say {ari[large] - ari[small]!r}"


def _index_agreement(claim: Claim, table: Table) -> Iterator[str]:
    column = table.column(claim["dataset"], claim["metric"])
    ari = table.column(claim["dataset"], "ari")
    both = {name: value for name, value in column.items() if name in ari}
    first = grouped(both, descending=claim["metric"] in HIGHER)[0]
    if not set(claim["subjects"]) <= set(first):
        yield f"says {claim['subjects']}, by the index it is {first}"


def _separable(claim: Claim, table: Table) -> Iterator[str]:
    probe = table.column(claim["dataset"], "probe_accuracy")
    first = grouped(probe, descending=True)[0]
    if not set(claim["subjects"]) <= set(first) or not close(claim["value"], probe[first[0]]):
        yield f"says {claim['subjects']} with {claim['value']!r}, by the probe it is {first}"


def _fastest_of_family(claim: Claim, table: Table) -> Iterator[str]:
    times = table.column(claim["dataset"], "extraction_seconds")
    family = {v: x for v, x in times.items() if v.rpartition("@")[0] in PRETRAINED or v in PRETRAINED}
    groups = grouped(family, descending=False)
    yield from _named(claim, [(groups[0], times[groups[0][0]])] if groups else [])


def _published_control(claim: Claim, table: Table) -> Iterator[str]:
    beside = [item for item in claim["evidence"] if "published" in item]
    if not beside or any(item["published"] >= item["value"] for item in beside):
        yield "raw pixels are not above all published figures named"


KINDS: Mapping[str, Callable[[Claim, Table], Iterator[str]]] = {
    "pareto": _pareto,
    "winner": _by_quality(0),
    "runner_up": _by_quality(1),
    "worst": _by_quality(-1),
    "best": _best,
    "fastest": _by_time(fastest=True),
    "slowest": _by_time(fastest=False),
    "most_efficient": _most_efficient,
    "speed_rank": _speed_rank,
    "speed_ratio": _speed_ratio,
    "difficulty": _difficulty,
    "dimension_vs_quality": _correlation(),
    "dimension_vs_speed": _correlation("extraction_seconds"),
    "wins": _wins,
    "mean_quality": _mean_quality,
    "gain": _gain,
    "gain_leader": _gain_leader,
    "gain_group": _gain_group,
    "gap": _gap,
    "rank_interval": _rank_interval,
    "rank_test": _rank_test,
    "rank_best": _rank_best,
    "family": _family,
    "input_size": _input_size,
    "index_agreement": _index_agreement,
    "published_control": _published_control,
    "separable": _separable,
    "fastest_pretrained": _fastest_of_family,
    **attribution_checker.KINDS,
    **features_checker.KINDS,
    **inside_checker.KINDS,
    **projections_checker.KINDS,
}

#: kinds whose sentence is about their subjects, so that it must name each
NAMING = KINDS.keys() - {
    "difficulty", "dimension_vs_quality", "dimension_vs_speed", "rank_test", "permutation"
}  # fmt: skip


# Claims that must be there


def _expected(claims: Sequence[Claim], table: Table) -> Iterator[str]:
    told = {(claim["kind"], claim["dataset"]) for claim in claims}
    ids = {claim["id"] for claim in claims}

    def lacks(kind: str, dataset: str, *, across: bool = False) -> bool:
        return (kind, dataset) not in told and not (across and (kind, None) in told)

    for dataset in table.datasets:
        orders = table.quality_orders(dataset)
        places = min(len(order) for order in orders)
        if len(table.column(dataset, table.main)) > 1 and lacks("winner", dataset):
            yield f"no winner for {dataset}"
        for kind in ("runner_up", "worst"):
            if places > 1 and lacks(kind, dataset):
                yield f"no {kind} for {dataset}"
        for metric in sorted(table.metrics(dataset) & (HIGHER | LOWER)):
            if len(table.column(dataset, metric)) > 1 and f"best/{dataset}/{metric}" not in ids:
                yield f"no best/{dataset}/{metric}"
        if len(grouped(table.column(dataset, "extraction_seconds"), descending=False)) > 1:
            for kind in ("fastest", "slowest"):
                if lacks(kind, dataset, across=True):
                    yield f"no {kind} for {dataset}"
        efficiency = table.efficiency(dataset)  # below chance a slower extractor would come out ahead
        if (
            len(efficiency) > 1
            and max(efficiency.values()) >= 0
            and lacks("most_efficient", dataset, across=True)
        ):
            yield f"no most_efficient for {dataset}"
    yield from _expected_across(claims, table)
    yield from _expected_of_quality(claims, table)
    yield from attribution_checker.lacking(claims, table)
    yield from features_checker.lacking(claims, table)
    yield from inside_checker.lacking(claims, table)
    yield from projections_checker.lacking(claims, table)


def _expected_across(claims: Sequence[Claim], table: Table) -> Iterator[str]:
    def subjects(kind: str) -> set[str]:
        return {subject for claim in claims if claim["kind"] == kind for subject in claim["subjects"]}

    times = table.over_sets("extraction_seconds")
    if len(times) > 1 and min(times.values()) > 0:
        if unranked := set(times) - subjects("speed_rank"):
            yield f"no speed_rank for {sorted(unranked)}"
        # without a usual baseline the one fastest serves; where several are the fastest there is none
        fastest = [v for v in times.values() if math.isclose(v, min(times.values()), rel_tol=1e-9)]
        has_baseline = bool({"custom_cnn", "raw_pixels"} & times.keys()) or len(fastest) == 1
        if has_baseline and len(set(times) - subjects("speed_ratio")) > 1:  # none against itself
            yield f"no speed_ratio for {sorted(set(times) - subjects('speed_ratio'))}"
    with_quality = {d for d in table.datasets if table.column(d, "ari")}
    difficulties = [claim for claim in claims if claim["kind"] == "difficulty"]
    covered = {claim["dataset"] for claim in difficulties}
    covered |= {item["dataset"] for claim in difficulties for item in claim["evidence"]}
    if len(with_quality) > 1 and (left := with_quality - covered):
        yield f"no difficulty for {sorted(left)}"
    for kind, metric in (("dimension_vs_quality", table.main), ("dimension_vs_speed", "extraction_seconds")):
        enough = any(
            len(table.column(d, "dimension").keys() & table.column(d, metric).keys()) >= TREND
            and table.correlations(d, metric)
            for d in table.datasets
        )
        if enough and not any(claim["kind"] == kind for claim in claims):
            yield f"no {kind}"


# Rankings, recommendations, holes


def _rankings(rankings: Sequence[Mapping[str, Any]], table: Table) -> Iterator[str]:
    seen = Counter((ranking["dataset"], ranking["metric"]) for ranking in rankings)
    for (dataset, metric), times in seen.items():
        if times > 1:
            yield f"ranking {dataset}/{metric}: {times} times"
    for dataset in table.datasets:
        for metric in sorted(table.metrics(dataset) & (HIGHER | LOWER)):
            if (dataset, metric) not in seen:
                yield f"ranking {dataset}/{metric}: not there"
    for ranking in rankings:
        if ranking["dataset"] is not None:
            where = f"ranking {ranking['dataset']}/{ranking['metric']}"
            yield from (f"{where}: {problem}" for problem in _ranking(ranking, table))


def _ranking(ranking: Mapping[str, Any], table: Table) -> Iterator[str]:
    column = table.column(ranking["dataset"], ranking["metric"])
    order = ranking["order"]
    if Counter(entry["extractor"] for entry in order) != Counter(list(column)):
        yield f"ranks {[entry['extractor'] for entry in order]}, measured are {sorted(column)}"
        return
    for entry in order:
        if not close(entry["value"], column[entry["extractor"]]):
            yield f"{entry['extractor']} has {entry['value']!r}, measured {column[entry['extractor']]!r}"
    metric = ranking["metric"]
    directions = [True] if metric in HIGHER else [False] if metric in LOWER else [True, False]
    readings = []
    for descending in directions:
        ranks: dict[str, int] = {}
        for group in grouped(column, descending=descending):
            ranks |= dict.fromkeys(group, len(ranks) + 1)
        readings.append(ranks)
    told = {entry["extractor"]: entry["rank"] for entry in order}
    if told not in readings:
        yield f"ranks {told}, the values say {readings[0]}"
    elif not _sorted([entry["rank"] for entry in order]):
        yield "not in order of rank"


def _recommendations(conclusions: Mapping[str, Any], table: Table) -> Iterator[str]:
    ids = {claim["id"] for claim in conclusions.get("claims", [])}
    items = conclusions.get("recommendations", [])
    for scenario, times in Counter(item["scenario"] for item in items).items():
        if times > 1:
            yield f"recommendation {scenario}: {times} times"
        if scenario not in SCENARIOS:
            yield f"recommendation {scenario}: unknown scenario"
    for item in items:
        where = f"recommendation {item['scenario']}"
        chosen = item["extractor"]
        if chosen is not None:
            name = chosen.rpartition("@")[0] or chosen
            if chosen not in table.variants:
                yield f"{where}: {chosen!r} was not measured"
            if item["scenario"] == "no_labels" and name in NEEDS_LABELS:
                yield f"{where}: {chosen} needs labels"
            if item["scenario"] == "pretrained" and name in BUILT_IN - PRETRAINED:
                yield f"{where}: {chosen} is not pretrained"
        for claim_id in item["claims"]:
            if claim_id not in ids:
                yield f"{where}: rests on {claim_id!r}, which is not there"
        yield from (f"{where}: {problem}" for problem in _texts(item))


def _missing(missing: Sequence[Mapping[str, Any]], table: Table) -> Iterator[str]:
    holes = {(d, v) for d in table.datasets for v in table.variants} - table.cells
    told = Counter((item["dataset"], item["extractor"]) for item in missing)
    for dataset, name in sorted(holes - set(told)):
        yield f"missing: {dataset}/{name} is a hole and not named"
    for (dataset, name), times in sorted(told.items()):
        if times > 1:
            yield f"missing: {dataset}/{name} named {times} times"
        if (dataset, name, "ari") in table.means:
            yield f"missing: {dataset}/{name} was measured"
    for item in missing:
        if not item["reason"]:
            yield f"missing: {item['dataset']}/{item['extractor']} has no reason"


# Texts: the same numbers in every language, and none that the evidence does not give

_SPACES = "\u00a0\u202f\u2009"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def numbers(text: str, language: str) -> Counter[str]:
    """The numbers of a text, written with a decimal point, without separators of thousands."""
    text = text.replace("\u2212", "-")
    text = re.sub(rf"(?<=\d)[{_SPACES}](?=\d{{3}}(?!\d))", "", text)
    if language == "uk":
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    else:
        text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return Counter(_NUMBER.findall(text))


def _texts(item: Mapping[str, Any]) -> Iterator[str]:
    text = item["text"]
    for language in LANGUAGES:
        if not str(text.get(language) or "").strip():
            yield f"no {language} text"
    if all(text.get(language) for language in LANGUAGES):
        uk, en = (numbers(text[language], language) for language in LANGUAGES)
        if uk != en:
            yield f"numbers differ: uk {sorted((uk - en).elements())}, en {sorted((en - uk).elements())}"
        if text["uk"] == text["en"] and re.search(r"[A-Za-z]{3}", text["en"]):
            yield "uk and en texts are the same"


def unsupported_numbers(claim: Claim) -> list[str]:
    """Numbers with decimals in the English text that are no rounding of the claim's numbers.

    These are its value, its evidence, and differences, ratios, means and percentages of two of them.
    """
    known = [float(item["value"]) for item in claim["evidence"]]
    if claim["value"] is not None:
        known.append(float(claim["value"]))
    derived = [*known]
    for a, b in permutations(known, 2):
        derived += [a - b, (a + b) / 2, *([a / b] if b else [])]
    if known:
        derived.append(fmean(known))
    derived += [100 * value for value in derived]
    found = []
    for number in numbers(claim["text"]["en"], "en"):
        decimals = number.partition(".")[2]
        half = 0.5 * 10.0 ** -len(decimals) * (1 + 1e-6)
        if decimals and not any(abs(abs(float(number)) - abs(value)) <= half for value in derived):
            found.append(number)
    return found
