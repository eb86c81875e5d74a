"""Made-up studies for the comparison table: ties, holes, single runs, shared images, other clusterers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from fxreport.analysis.context import Context
from fxreport.analysis.study import Artifacts, Sample, Study
from fxreport.analysis.subjects import Variant
from fxreport.site.table_data import Comparison, comparison_of
from fxreport.vocabulary.catalog import dataset_facts, extractor_facts

IMAGES, CLASSES = 60, 4
#: more is better, less is better, a share of right answers, unbounded and large
METRICS = ("ari", "davies_bouldin", "probe_accuracy", "extraction_seconds")


@dataclass(frozen=True)
class Choice:
    metric: str
    datasets: tuple[str, ...]
    variants: tuple[str, ...]


def made(random: np.random.RandomState) -> Study:
    """Two to eight extractors on one to four sets by one to four seeds."""
    names = [f"net_{i}" for i in range(random.randint(2, 9))]
    sets = [f"set_{i}" for i in range(random.randint(1, 5))]
    kept: dict[str, Artifacts] = {}
    samples: dict[tuple[str, str, str], Sample] = {}
    holes, single, ties, keeps = (random.uniform() < share for share in (0.4, 0.3, 0.5, 0.6))
    most = random.randint(2, 5)
    others = tuple(
        Variant.of(extractor_facts(n), None, clusterer="gmm_full") for n in names[: random.choice([0, 0, 2])]
    )
    for d in sets:
        truth = random.randint(CLASSES, size=2 * IMAGES)
        for subject in [*(Variant(n, extractor_facts(n)) for n in names), *others]:
            if holes and random.uniform() < 0.2:
                continue
            count = 1 if single and random.uniform() < 0.4 else most if random.uniform() < 0.8 else 2
            seeds = tuple(range(count))
            keys = tuple(f"{d}/{subject.id}/{seed}" for seed in seeds) if keeps else ("",) * count
            for seed, key in zip(seeds, keys, strict=True):
                indices = np.sort(np.random.RandomState(seed).choice(2 * IMAGES, IMAGES, replace=False))
                right = random.uniform(size=IMAGES) < 0.7
                if key and not subject.clusterer:
                    clusters = np.where(right, truth[indices], random.randint(CLASSES, size=IMAGES))
                    kept[key] = {"test_indices": indices, "labels": truth[indices], "assignments": clusters}
            for metric in METRICS[:2] if subject.clusterer else METRICS:
                values = random.uniform(0.2, 0.9) + random.normal(0, 0.05, count)
                if ties:
                    values = np.full(count, 0.5) if random.uniform() < 0.3 else np.round(values, 1)
                if metric == "probe_accuracy":
                    values = np.minimum(values, 1)
                if metric == "extraction_seconds":
                    values = values * 10.0 ** random.randint(-4, 5)
                samples[d, subject.id, metric] = Sample(
                    seeds,
                    tuple(values.tolist()),
                    keys,
                    int(random.choice([IMAGES, 0])) or None,
                    not keeps,
                    subject.clusterer,
                )
    return Study(
        datasets=tuple(dataset_facts(d) for d in sets),
        variants=tuple(Variant(name, extractor_facts(name)) for name in names),
        others=others,
        samples=samples,
        load_artifacts=lambda key: kept.get(key, {}),
    )


def compared(study: Study) -> Comparison:
    return comparison_of(Context(study))


def choices(of: Comparison, random: np.random.RandomState, count: int) -> list[Choice]:
    """Metrics, sets and rows drawn one after another, often with one set more or less than before."""
    found: list[Choice] = []
    for _ in range(count):
        stays = found and random.uniform() < 0.6
        metric = found[-1].metric if stays else str(random.choice(list(of.metrics)))
        sets = of.metrics[metric]
        if stays:
            toggled = str(random.choice(sets))
            some = tuple(d for d in sets if (d in found[-1].datasets) != (d == toggled))
        else:
            some = tuple(d for d in sets if random.uniform() < 0.6)
        rows = tuple(v.id for v in of.rows if random.uniform() < 0.8)
        found.append(Choice(metric, some or sets[:1], rows))
    return found


@cache
def told(of: Comparison, choice: Choice) -> list[object]:
    """What Python says of a choice, rows and sets by number, as ``question`` answers it."""
    found = of.standing(choice.metric, choice.datasets, choice.variants)
    row, place = {v.id: i for i, v in enumerate(of.rows)}, {d: i for i, d in enumerate(of.datasets)}
    return [
        [
            [
                row[p.variant],
                p.value,
                p.place,
                p.group,
                None if p.interval is None else [p.interval.low, p.interval.high],
            ]
            for p in found.places
        ],
        [[row[v], [place[d] for d in sets]] for v, sets in found.lacking.items()],
        [row[v] for v in found.single],
    ]


def question(of: Comparison, asked: Sequence[Choice]) -> str:
    """A script's expression whose value is what the browser's side says of the choices, as JSON."""
    row, place = {v.id: i for i, v in enumerate(of.rows)}, {d: i for i, d in enumerate(of.datasets)}
    numbered: list[Mapping[str, object]] = [
        {
            "metric": list(of.metrics).index(one.metric),
            "sets": [place[d] for d in one.datasets],
            "rows": [row[v] for v in one.variants],
        }
        for one in asked
    ]
    return f"""(() => {{
      {of.script}
      const {{ standing, intervals }} = fxreportStanding, data = fxreportNumbers;
      return JSON.stringify({json.dumps(numbered)}.map(({{ metric, sets, rows }}) => {{
        const found = standing(data, metric, sets, rows);
        const of = found.spread ? intervals(data, metric, sets, found.places.map(p => p.row)) : new Map();
        const places = found.places.map(p => [p.row, p.value, p.place, p.group, of.get(p.row) ?? null]);
        return [places, found.lacking, found.single];
      }}));
    }})()"""
