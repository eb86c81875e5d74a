"""Two runs compared, statement by statement. Exchanging the runs exchanges before and after, nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from fxreport.analysis.changes.causes import because, cells_of_one, differences, row_changes
from fxreport.analysis.changes.change import (
    APPEARED,
    CAUSES,
    EXTENT,
    FIRMNESS,
    KINDS,
    SILENT,
    TURNED,
    VALUE,
    Change,
    Changes,
    RowChange,
    Side,
)
from fxreport.analysis.changes.record import Key
from fxreport.analysis.changes.run import Run, Stated
from fxreport.analysis.claims import CERTAIN, LIKELY, SINGLE_RUN
from fxreport.analysis.statistics.compare import ACCURACY_MARGIN, MARGIN
from fxreport.vocabulary.metrics import identified, metric

#: values of other metrics than shares and indices are the same up to this factor
FACTOR = 1.25

#: supports under which a statement takes a side
_TAKES_SIDES = frozenset({CERTAIN, LIKELY, SINGLE_RUN})
#: last parts of ids by which one rule tells opposite things of its subjects
_OPPOSITE = {"better": "worse", "worse": "better"}
#: kinds that are one of many alike
_LAST = frozenset({"best", "literature"})
_DECIDED = frozenset({"confirmed", "refuted"})
#: in the order in which they are told
SORTS = ("recommendation", "finding", "verdict", "claim")


def compare(before: Run, after: Run) -> Changes:
    """Return what changed from one run to the other, in the order in which a reader is to be told; pure.

    Statements are matched by id; one about several image sets or extractors, whose id lists them, by each of
    them: so one that holds for fewer than before is not another statement.
    """
    old, new = _by_key(before), _by_key(after)
    rows = row_changes(before.record, after.record)
    pairs: dict[tuple[str, str], tuple[Stated | None, Stated | None, list[str]]] = {}
    for key in {**new, **old}:
        (was, of_old), (now, of_new) = old.get(key, (None, ())), new.get(key, (None, ()))
        pair = was.id if was else "", now.id if now else ""
        pairs.setdefault(pair, (was, now, []))[2].extend((*of_new, *of_old))
    gone = _variants(before) ^ _variants(after)
    found = [_change(was, now, tuple(dict.fromkeys(sets)), rows, gone) for was, now, sets in pairs.values()]
    changed = [change for change in (*found, *_crossed(old, new, rows)) if change is not None]
    changed.sort(
        key=lambda change: (KINDS.index(change.change), SORTS.index(change.sort), change.kind in _LAST)
    )
    arrived, left = cells_of_one(before.record.cells, after.record.cells)
    return Changes(
        changes=tuple(changed),
        totals=dict(Counter(change.change for change in changed)),
        held=found.count(None),
        rows={
            "changed": sum(bool(row.before and row.after) for row in rows.values()),
            "added": sum(row.before is None for row in rows.values()),
            "removed": sum(row.after is None for row in rows.values()),
        },
        arrived=arrived,
        left=left,
        differences=differences(before.record, after.record),
        comparable=before.record.known and after.record.known,
    )


def beyond(name: str | None, before: float, after: float) -> bool:
    """Whether two values of a metric (None: of none) differ by more than what counts as equal."""
    if before == after:
        return False
    known = metric(identified(name or ""))
    if known.shown == "percent" or name == "accuracy":
        return abs(after - before) > ACCURACY_MARGIN
    if known.low >= -1 and known.high <= 1:
        return abs(after - before) > MARGIN
    return before * after <= 0 or max(before / after, after / before) > FACTOR


def _variants(run: Run) -> set[str]:
    return {variant for _, variant, _ in run.record.cells}


def _by_key(run: Run) -> dict[str, tuple[Stated, tuple[str, ...]]]:
    """A run's statements by what they are matched by, each with the image sets that the key is about."""
    sets = {dataset for dataset, _, _ in run.record.cells}
    variants = _variants(run)
    found: dict[str, tuple[Stated, tuple[str, ...]]] = {}
    for one in run.stated:
        for key, about in _keys(one, sets, variants):
            while key in found:  # two of a kind on one set, told apart by their order
                key += "+"
            found[key] = one, about
    return found


def _keys(one: Stated, sets: set[str], variants: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    parts = one.id.split("/")
    for i, part in enumerate(parts):
        listed = part.split("+")
        if len(listed) > 1 and (sets.issuperset(listed) or variants.issuperset(listed)):
            for name in listed:
                about = (name,) if name in sets else one.datasets
                yield "/".join([*parts[:i], name, *parts[i + 1 :]]), about
            return
    yield one.id, one.datasets


def _change(
    was: Stated | None,
    now: Stated | None,
    sets: tuple[str, ...],
    rows: Mapping[Key, RowChange],
    gone: set[str],
) -> Change | None:
    """What became of one statement; None where it holds. ``gone``: variants that only one run has.

    A list is not another one for lacking who was not measured.
    """
    how = ""
    if was is None or now is None:
        kind = APPEARED if was is None else SILENT
    elif how := _turn(was, now):
        kind = TURNED
    elif (was.support, was.firm, was.outcome) != (now.support, now.firm, now.outcome):
        kind = FIRMNESS
    elif set(was.subjects) - gone != set(now.subjects) - gone:
        kind = EXTENT
    elif was.id == now.id and _moved(was, now):
        kind = VALUE
    else:
        return None
    return _made(kind, how, was, now, sets, rows)


def _turn(was: Stated, now: Stated) -> str:
    """In what the answer of a statement is another one; "" where it is not.

    Of two undecided ones neither has an answer, whatever they name; and no direction is taken by what
    is undecided or equal.
    """
    if now.sort == "verdict":
        return "outcome" if was.outcome != now.outcome and {was.outcome, now.outcome} <= _DECIDED else ""
    if now.sort == "recommendation":
        return "subject" if was.subjects != now.subjects else ""
    sides = [one.support in _TAKES_SIDES for one in (was, now)]
    if any(sides) and was.subjects and now.subjects and not set(was.subjects) & set(now.subjects):
        return "subject"
    if any(sides) and was.metric and now.metric and was.metric != now.metric:
        return "metric"
    opposite = was.value is not None and now.value is not None and was.value * now.value < 0
    return "direction" if all(sides) and opposite and _moved(was, now) else ""


def _moved(was: Stated, now: Stated) -> bool:
    return was.value is not None and now.value is not None and beyond(now.metric, was.value, now.value)


def _crossed(
    old: Mapping[str, tuple[Stated, tuple[str, ...]]],
    new: Mapping[str, tuple[Stated, tuple[str, ...]]],
    rows: Mapping[Key, RowChange],
) -> Iterator[Change]:
    """Subjects that one run has among the better and the other among the worse."""
    for key, (was, sets) in old.items():
        base, _, side = key.rpartition("/")
        now = new.get(f"{base}/{_OPPOSITE.get(side)}", (None, ()))[0]
        both = tuple(x for x in was.subjects if now and x in now.subjects)
        if now and both:
            yield _made(
                TURNED, "direction", replace(was, subjects=both), replace(now, subjects=both), sets, rows
            )


def _made(
    kind: str,
    how: str,
    was: Stated | None,
    now: Stated | None,
    sets: tuple[str, ...],
    rows: Mapping[Key, RowChange],
) -> Change:
    one = now or was
    assert one is not None, "a change is of something"
    behind = because([one for one in (was, now) if one], sets, rows, others=how == "subject")
    return Change(
        kind, one.sort, one.kind, sets, _side(was), _side(now), how, behind[:CAUSES], len(behind), one.title
    )


def _side(one: Stated | None) -> Side | None:
    if one is None:
        return None
    return Side(
        one.id, one.subjects, one.metric, one.value, one.support, one.firm, one.outcome, dict(one.text)
    )
