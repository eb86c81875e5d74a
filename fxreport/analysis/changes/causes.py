"""Why statements changed: measurements, plan, versions."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence

from fxreport.analysis.changes.change import Difference, RowChange
from fxreport.analysis.changes.record import Cell, Key, Record
from fxreport.analysis.changes.run import Stated

#: share of the largest change of what a statement is about that a cause must have
TELLING = 0.25

Pairs = tuple[tuple[str, str], ...]


def row_changes(before: Record, after: Record) -> dict[Key, RowChange]:
    """Return the cells whose mean is not the same, or that one run lacks.

    Where of a run nothing but conclusions is there, a cell that it does not tell of is not one that it lacks,
    unless it tells nothing at all of that extractor on that set.
    """
    whole = before.known and after.known
    told = [{key[:2] for key in one.cells} for one in (before, after)]
    found = {}
    for key in {**after.cells, **before.cells}:
        was, now = before.cells.get(key), after.cells.get(key)
        if was and now:
            changed = was.value != now.value
        else:
            changed = whole or not all(key[:2] in pairs for pairs in told)
        if changed:
            found[key] = RowChange(*key, was, now)
    return found


def because(
    stated: Sequence[Stated], sets: Collection[str], rows: Mapping[Key, RowChange], *, others: bool
) -> tuple[RowChange, ...]:
    """Return the changed cells behind a statement, what it is about first.

    They are those that it rests on in either run; with ``others``, or where these are the same, all of its
    metric on its image sets: a second place goes to another when the first does. Those that changed little
    beside the foremost are no cause.
    """
    metrics = {one.metric for one in stated}
    subjects = {subject for one in stated for subject in one.subjects}
    cells = dict.fromkeys(key for one in stated for key in one.cells if key in rows)
    if others or not cells:
        cells |= dict.fromkeys(key for key in rows if key[0] in sets and key[2] in metrics)

    def far(key: Key) -> tuple[bool, bool]:
        return bool(sets) and key[0] not in sets, key[2] not in metrics

    nearest = min(map(far, cells), default=None)
    sizes = [_size(rows[key]) for key in cells if far(key) == nearest]
    foremost = max((size for size in sizes if size < math.inf), default=0.0)
    telling = [key for key in cells if _size(rows[key]) >= TELLING * foremost]
    telling.sort(key=lambda key: (*far(key), key[1] not in subjects, -_size(rows[key]), key))
    return tuple(rows[key] for key in telling)


def cells_of_one(before: Mapping[Key, Cell], after: Mapping[Key, Cell]) -> tuple[Pairs, Pairs]:
    """Return the pairs of image set and extractor that only the later run has, and only the earlier one."""
    old = dict.fromkeys(key[:2] for key in before)
    new = dict.fromkeys(key[:2] for key in after)
    return tuple(pair for pair in new if pair not in old), tuple(pair for pair in old if pair not in new)


def differences(before: Record, after: Record) -> tuple[Difference, ...]:
    """Return in what plan and versions differ; nothing where those of a run are not known."""
    if not (before.known and after.known):
        return ()
    return tuple(_differences(before, after))


def _differences(before: Record, after: Record) -> Iterator[Difference]:
    if before.seeds != after.seeds:
        yield Difference("seeds", "", tuple(map(str, before.seeds)), tuple(map(str, after.seeds)))
    for kind, old, new in (
        ("sample", before.samples, after.samples),
        ("version", before.versions, after.versions),
    ):
        for name in sorted({*old, *new}):
            # an image set that one run lacks is told as such
            if old.get(name) != new.get(name) and (kind == "version" or (name in old and name in new)):
                yield Difference(kind, name, old.get(name, ()), new.get(name, ()))


def _size(row: RowChange) -> float:
    """How much a cell changed, by the larger of its values; one that came or went, the most."""
    if row.before is None or row.after is None:
        return math.inf
    largest = max(abs(row.before.value), abs(row.after.value))
    return abs(row.after.value - row.before.value) / largest
