"""What of a run's measurements is kept beside its conclusions: means, plan, versions, date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fxreport.analysis.study import Study
from fxreport.vocabulary.digits import meant
from fxreport.vocabulary.metrics import Metric

SCHEMA = 1

#: image set, variant, metric
Key = tuple[str, str, str]


class Cell(NamedTuple):
    """The mean of one metric in one cell over ``runs`` runs (None: not known)."""

    value: float
    runs: int | None = None
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """``samples``: image set → the numbers of training and test images, written ``train/test``.

    ``versions``: package → all versions that anything was measured with. ``date`` is the moment of the
    youngest measurement (ISO 8601), "" where none is known. ``metrics`` are rows of metrics that the run
    brought. ``known`` is False where nothing but the conclusions is there: plan and versions are not known.
    """

    cells: Mapping[Key, Cell] = field(default_factory=dict)
    seeds: tuple[int, ...] = ()
    samples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date: str = ""
    metrics: tuple[Metric, ...] = ()
    known: bool = True

    def to_dict(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "date": self.date,
            "plan": {"seeds": list(self.seeds), "samples": {k: list(v) for k, v in self.samples.items()}},
            "versions": {package: list(found) for package, found in self.versions.items()},
            "metrics": [metric.to_dict() for metric in self.metrics],
            "cells": [[*key, *cell] for key, cell in sorted(self.cells.items())],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Record:
        """Read what ``to_dict`` gave. Raises KeyError, TypeError or ValueError for anything else."""
        if data["schema"] != SCHEMA:
            raise ValueError(f"of schema {data['schema']}, not {SCHEMA}")
        plan = data["plan"]
        return cls(
            {
                (str(dataset), str(variant), str(metric)): Cell(
                    meant(float(value)), None if runs is None else int(runs), bool(imported)
                )
                for dataset, variant, metric, value, runs, imported in data["cells"]
            },
            tuple(int(seed) for seed in plan["seeds"]),
            _texts(plan["samples"]),
            _texts(data["versions"]),
            str(data["date"]),
            tuple(Metric.from_dict(row) for row in data["metrics"]),
        )


def record_of(study: Study) -> Record:
    """Return what is kept of a study's measurements."""
    samples: dict[str, set[str]] = {}
    versions: dict[str, set[str]] = {}
    for run in study.runs:
        if run.experiment:
            sizes = ("all" if n is None else str(n) for n in (run.experiment.train, run.experiment.test))
            samples.setdefault(run.dataset, set()).add("/".join(sizes))
        for package, version in run.provenance.get("versions", {}).items():
            versions.setdefault(str(package), set()).add(str(version))
    moments = [str(run.provenance["started"]) for run in study.runs if run.provenance.get("started")]
    moments += [one.imported_at for one in study.imports]
    return Record(
        {
            key: Cell(meant(sample.mean), len(sample.values), sample.imported)
            for key, sample in study.samples.items()
        },
        study.seeds,
        _sorted(samples),
        _sorted(versions),
        max(moments, default=""),
        tuple(study.brought.values()),
    )


def _sorted(found: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(values)) for name, values in sorted(found.items())}


def _texts(data: Mapping[str, Iterable[Any]]) -> dict[str, tuple[str, ...]]:
    return {str(name): tuple(map(str, values)) for name, values in data.items()}
