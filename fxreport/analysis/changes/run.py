"""A run as it is compared: what its ``conclusions.json`` states, and what is known of its measurements."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from fxreport.analysis.changes.record import Cell, Key, Record
from fxreport.vocabulary.digits import meant
from fxreport.vocabulary.errors import InputError

#: the one version of ``conclusions.json`` that there is
CONCLUSIONS_SCHEMA = 1

Sort = Literal["recommendation", "finding", "verdict", "claim"]
Said = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement of a run. ``subjects`` answer it; of a verdict ``outcome`` does.

    ``title`` says what it is about where that has a name; ``cells`` are the measurements that it rests on.
    """

    id: str
    sort: Sort
    kind: str
    text: Said
    subjects: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    metric: str | None = None
    value: float | None = None
    support: str = ""
    firm: bool | None = None
    outcome: str = ""
    title: Said = field(default_factory=dict)
    cells: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """``stated`` in the order in which a reader is to be told of it. ``conclusions`` as they were read."""

    stated: tuple[Stated, ...]
    record: Record
    conclusions: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @property
    def digest(self) -> str:
        """Of what was concluded and measured; neither wording nor dates count."""
        stated = [replace(one, text={}, title={}) for one in self.stated]
        record = {**self.record.to_dict(), "date": "", "metrics": []}
        content = json.dumps([repr(stated), record], ensure_ascii=False, sort_keys=True)
        return hashlib.blake2b(content.encode(), digest_size=6).hexdigest()


def read_run(conclusions: object, record: Record | None = None) -> Run:
    """Read the data of a ``conclusions.json``; the record, if none is given, from what that itself tells.

    Raises InputError (a clause, to be preceded by the place) for anything else.
    """
    try:
        if not isinstance(conclusions, Mapping) or "claims" not in conclusions:
            raise InputError("is no conclusions.json: it has no claims")
        if conclusions.get("schema") != CONCLUSIONS_SCHEMA:
            schema = conclusions.get("schema")
            raise InputError(f"has the schema {schema!r}, which this version of fxreport does not know")
        data: Mapping[str, Any] = meant(conclusions)  # earlier versions wrote all digits
        stated = tuple(_stated(data))
        if record is None:
            record = Record(dict(_told_cells(data)), known=False)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"is no conclusions.json of fxreport ({type(error).__name__}: {error})") from error
    return Run(stated, record, data)


def _stated(data: Mapping[str, Any]) -> Iterator[Stated]:
    for one in data.get("recommendations", ()):
        yield Stated(
            f"recommendation/{one['scenario']}",
            "recommendation",
            "recommendation",
            _said(one["text"]),
            () if one["extractor"] is None else (str(one["extractor"]),),
            metric=one.get("objective"),
            value=_number(one.get("value")),
            support=str(one.get("support", "")),
            firm=bool(one["firm"]) if "firm" in one else None,
            title=_said(one.get("title", {})),
            cells=_cells(one),
        )
    for one in data.get("findings", ()):
        yield Stated(
            f"finding/{one['id']}",
            "finding",
            str(one["kind"]),
            _said(one["short"]),
            tuple(map(str, one["subjects"])),
            tuple(map(str, one["datasets"])),
            support=str(one["support"]),
            title=_said(one["heading"]),
            cells=_cells(one),
        )
    for one in data.get("verdicts", ()):
        yield Stated(
            f"verdict/{one['id']}",
            "verdict",
            str(one["check"]),
            _said(one["text"]),
            outcome=str(one["outcome"]),
            title=_said(one["statement"]),
            cells=_cells(one),
        )
    for one in data["claims"]:
        cells = _cells(one)
        yield Stated(
            str(one["id"]),
            "claim",
            str(one["kind"]),
            _said(one["text"]),
            tuple(map(str, one["subjects"])),
            (str(one["dataset"]),) if one["dataset"] else tuple(dict.fromkeys(key[0] for key in cells)),
            one["metric"],
            _number(one["value"]),
            str(one["support"]),
            cells=cells,
        )


def _told_cells(data: Mapping[str, Any]) -> Iterator[tuple[Key, Cell]]:
    """The means that conclusions themselves tell: of the rankings, and of all evidence."""
    for ranking in data.get("rankings", ()):
        for place in ranking["order"]:
            key = str(ranking["dataset"]), str(place["extractor"]), str(ranking["metric"])
            yield key, Cell(float(place["value"]))
    for sort in ("recommendations", "verdicts", "findings", "claims"):
        for one in data.get(sort, ()):
            for e in one.get("evidence", ()):
                yield _key(e), Cell(float(e["value"]), int(e.get("seeds", 1)))


def _cells(one: Mapping[str, Any]) -> tuple[Key, ...]:
    return tuple(dict.fromkeys(_key(e) for e in one.get("evidence", ())))


def _key(evidence: Mapping[str, Any]) -> Key:
    return str(evidence["dataset"]), str(evidence["extractor"]), str(evidence["metric"])


def _said(text: Mapping[str, Any]) -> Said:
    return {str(lang): str(said) for lang, said in text.items()}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
