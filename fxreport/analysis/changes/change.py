"""Changes as data, free of any language: what ``fxreport diff --json`` writes and a history keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from fxreport.analysis.changes.record import Cell, Key

SCHEMA = 1

#: what became of a statement, in the order of telling
TURNED = "turned"  # another answer: other subject, other direction, other measure, other outcome
FIRMNESS = "firmness"  # the same answer, more or less sure
EXTENT = "extent"  # it names others besides, or not all that it named
VALUE = "value"  # the same answer, its value beyond what counts as equal
APPEARED = "appeared"
SILENT = "silent"
KINDS = (TURNED, FIRMNESS, EXTENT, VALUE, APPEARED, SILENT)

#: as many measurements as are kept of a change's causes
CAUSES = 6


@dataclass(frozen=True, slots=True)
class Side:
    """A statement in one of the two runs, as far as it answers anything. ``text`` by language."""

    id: str
    subjects: tuple[str, ...] = ()
    metric: str | None = None
    value: float | None = None
    support: str = ""
    firm: bool | None = None
    outcome: str = ""
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowChange:
    """A cell of the measurements that changed; None where a run has none of it."""

    dataset: str
    extractor: str
    metric: str
    before: Cell | None
    after: Cell | None

    @property
    def key(self) -> Key:
        return self.dataset, self.extractor, self.metric

    def to_dict(self) -> dict[str, Any]:
        return {
            "dataset": self.dataset,
            "extractor": self.extractor,
            "metric": self.metric,
            "before": self.before and self.before._asdict(),
            "after": self.after and self.after._asdict(),
        }


@dataclass(frozen=True, slots=True)
class Change:
    """``because``: the measurements behind it that changed, those first that it is about; of ``rows`` many.

    ``how`` of a turn: subject, direction, metric or outcome. ``title`` is the name of what it is about,
    by language, where that has one.
    """

    change: str
    sort: str
    kind: str
    datasets: tuple[str, ...]
    before: Side | None
    after: Side | None
    how: str = ""
    because: tuple[RowChange, ...] = ()
    rows: int = 0
    title: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        side = self.after or self.before
        return side.id if side else ""

    def to_dict(self) -> dict[str, Any]:
        return {
            **{key: getattr(self, key) for key in ("change", "sort", "kind", "how", "rows")},
            "datasets": list(self.datasets),
            "title": dict(self.title),
            "before": self.before and asdict(self.before),
            "after": self.after and asdict(self.after),
            "because": [row.to_dict() for row in self.because],
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """Something of plan or versions that is not the same, by name: ``before`` and ``after`` as told."""

    kind: str  # seeds, sample, version
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed between two runs.

    ``totals`` counts the changes of each kind, ``held`` the statements whose answer is the same.
    ``rows`` counts the cells that changed, were added, or removed; ``arrived`` and ``left`` are pairs of
    image set and extractor that only one of the runs has. ``comparable`` is False where plan and versions of
    a run are not known.
    """

    changes: tuple[Change, ...] = ()
    totals: Mapping[str, int] = field(default_factory=dict)
    held: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    arrived: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    differences: tuple[Difference, ...] = ()
    comparable: bool = True

    def of(self, *kinds: str) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.change in kinds)

    @property
    def nothing(self) -> bool:
        return not (self.changes or self.differences or any(self.rows.values()))

    def to_dict(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "changes": [change.to_dict() for change in self.changes],
            "totals": dict(self.totals),
            "held": self.held,
            "rows": dict(self.rows),
            "arrived": [list(pair) for pair in self.arrived],
            "left": [list(pair) for pair in self.left],
            "differences": [asdict(one) for one in self.differences],
            "comparable": self.comparable,
        }

    def shortened(self, of_each: int) -> Changes:
        """The same with no more than so many changes of each kind; five times as many that turned."""
        limits = {kind: of_each * (5 if kind == TURNED else 1) for kind in KINDS}
        return replace(
            self, changes=tuple(c for kind, limit in limits.items() for c in self.of(kind)[:limit])
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Changes:
        """Read what ``to_dict`` gave. Raises KeyError, TypeError or ValueError for anything else."""
        if data["schema"] != SCHEMA:
            raise ValueError(f"of schema {data['schema']}, not {SCHEMA}")
        return cls(
            tuple(_change(one) for one in data["changes"]),
            {str(kind): int(number) for kind, number in data["totals"].items()},
            int(data["held"]),
            {str(name): int(number) for name, number in data["rows"].items()},
            tuple((str(a), str(b)) for a, b in data["arrived"]),
            tuple((str(a), str(b)) for a, b in data["left"]),
            tuple(
                Difference(
                    str(one["kind"]),
                    str(one["name"]),
                    tuple(map(str, one["before"])),
                    tuple(map(str, one["after"])),
                )
                for one in data["differences"]
            ),
            bool(data["comparable"]),
        )


def _change(data: Mapping[str, Any]) -> Change:
    return Change(
        data["change"],
        data["sort"],
        data["kind"],
        tuple(data["datasets"]),
        _side(data["before"]),
        _side(data["after"]),
        data["how"],
        tuple(
            RowChange(
                row["dataset"],
                row["extractor"],
                row["metric"],
                row["before"] and Cell(**row["before"]),
                row["after"] and Cell(**row["after"]),
            )
            for row in data["because"]
        ),
        data["rows"],
        data["title"],
    )


def _side(data: Mapping[str, Any] | None) -> Side | None:
    return None if data is None else Side(**{**data, "subjects": tuple(data["subjects"])})
