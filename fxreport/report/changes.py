"""What changed between two runs, in words: reversals first, and little of what matters less.

``there`` are the anchors that exist where it is told: to them lead the measurements behind a change and what
is said today of its question.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from fxreport.analysis.changes.change import (
    APPEARED,
    EXTENT,
    FIRMNESS,
    SILENT,
    TURNED,
    VALUE,
    Change,
    Changes,
    Difference,
    RowChange,
    Side,
)
from fxreport.analysis.changes.compare import beyond
from fxreport.analysis.claims import Derived, MetricTitle, Names, Param, Verbatim
from fxreport.report.anchors import Address
from fxreport.report.draft import SUPPORT_LABELS
from fxreport.report.model import Link, Plain, Text, joined, plain
from fxreport.report.origins import address_of
from fxreport.report.words import Words
from fxreport.vocabulary.messages import N_
from fxreport.vocabulary.metrics import identified

#: kinds of changes with their headings and how many of each are told, in the order of telling
_TOLD = (
    (TURNED, N_("Conclusions that changed"), 14),
    (FIRMNESS, N_("More or less certain than before"), 10),
    (EXTENT, N_("The same question, other names in the answer"), 10),
    (VALUE, N_("The same answer, another value"), 10),
    (APPEARED, N_("Said for the first time"), 10),
    (SILENT, N_("No longer said"), 10),
)
#: measurements named one by one behind a change
_ROWS = 3

_OUTCOMES = {
    "confirmed": N_("confirmed"),
    "refuted": N_("refuted"),
    "undetermined": N_("cannot be told"),
    "not_tested": N_("not tested"),
}
_NOBODY = N_("nobody qualifies")


@dataclass(frozen=True, slots=True)
class Topic:
    """Changes of one kind: ``total`` of them, of which ``lines`` tell all but ``left``.

    ``whole``: whether the changes that were given hold those that are left.
    """

    title: str
    lines: tuple[Text, ...]
    total: int = 0
    left: int = 0
    whole: bool = True


def topics(changes: Changes, words: Words, there: Collection[str] = ()) -> tuple[Topic, ...]:
    """Return what changed, by kind, and why; one topic that says so where nothing did."""
    if changes.nothing:
        return (Topic(words(N_("Nothing changed")), (_say(words, _HELD, n=_n(changes.held)),)),)
    found = []
    # where the plan has other seeds, every mean rests on other runs
    told = any(one.kind == "seeds" for one in changes.differences)
    for kind, title, limit in _TOLD:
        groups = _alike(changes.of(kind)) if kind == TURNED else [[one] for one in changes.of(kind)]
        if groups:
            total = changes.totals.get(kind, len(groups))
            lines = [_line(words, kind, group, told, there) for group in groups[:limit]]
            left = total - sum(map(len, groups[:limit]))
            found.append(Topic(words(title), tuple(lines), total, left, total == len(changes.of(kind))))
    found.append(Topic(words(N_("What is behind it")), tuple(_behind(words, changes))))
    return tuple(found)


def others(words: Words, number: int) -> str:
    """Return how many changes are not told."""
    return words.noun("other", number, words.number(number, 0))


_HELD = N_("Statements that hold: {n}.")


def _alike(changes: Iterable[Change]) -> list[list[Change]]:
    """Claims that turned in the same way on the same sets, together; the first stands for all."""
    groups: dict[object, list[Change]] = {}
    for change in changes:
        same: object = id(change)
        if change.sort == "claim" and change.before and change.after:
            same = change.datasets, change.how, change.before.subjects, change.after.subjects
        groups.setdefault(same, []).append(change)
    return list(groups.values())


def _line(words: Words, kind: str, group: Sequence[Change], seeds_told: bool, there: Collection[str]) -> Text:
    first, alike = group[0], group[1:]
    parts = [_TELL[kind](words, first), _because(words, first, seeds_told, there)]
    if alike:
        parts.append(_say(words, N_("The same turn: {others}."), others=Verbatim(others(words, len(alike)))))
    if first.after and (place := _place(first.after.id, there)):
        parts.append((Link(words(_TODAY[first.sort]), f"#{place}"),))
    return joined(parts)


#: what a change leads to, by its sort
_TODAY = {
    "recommendation": N_("The recommendation today"),
    "finding": N_("The finding today"),
    "verdict": N_("Evidence today"),
    "claim": N_("Evidence today"),
}


def _place(name: str, there: Collection[str]) -> str:
    """The anchor of a statement: where it is said if that has one, else the entry of its evidence."""
    return next((one for one in (address_of(name).removeprefix("c-"), address_of(name)) if one in there), "")


# --- what became of a statement


def _turned(words: Words, change: Change) -> Text:
    was, now = _sides(change)
    if change.sort in ("recommendation", "verdict"):
        return _retitled(words, change, _answer(words, was), _answer(words, now))
    before: Text
    match change.how:
        case "direction" if change.kind == "published" and not _both_differ(was, now):
            # with a published value one of the two agreed: nothing is the other way round
            value = Derived(abs(was.value or 0.0))
            before = _say(words, N_("Before, the difference was {value}."), value=value)
        case "metric":
            before = _say(words, N_("Before: {title}."), title=MetricTitle(identified(was.metric or "")))
        case "direction" if was.value is not None:
            value = Derived(abs(was.value))
            before = _say(words, N_("Before, it was the other way round ({value})."), value=value)
        case "direction":
            message = N_("Before, it was the other way round for: {names}.")
            before = _say(words, message, names=Names(was.subjects))
        case _:
            before = _say(words, _BEFORE, names=Names(was.subjects))
    return joined([_text(words, now), before])


_BEFORE = N_("Before: {names}.")
#: kinds of claims whose value is a place in an order
_PLACES = frozenset({"speed_rank"})


def _both_differ(was: Side, now: Side) -> bool:
    return all(beyond(one.metric, 0.0, one.value or 0.0) for one in (was, now))


def _firmness(words: Words, change: Change) -> Text:
    was, now = _sides(change)
    if change.sort == "verdict":
        return _retitled(words, change, _answer(words, was), _answer(words, now))
    if change.sort == "recommendation":
        return _same_answer(words, change, *(Verbatim(_sure(words, one)) for one in (was, now)))
    return joined(
        [
            _text(words, now),
            _say(
                words,
                N_("Now: {now}; before: {before}."),
                now=Verbatim(_sure(words, now)),
                before=Verbatim(_sure(words, was)),
            ),
        ]
    )


def _extent(words: Words, change: Change) -> Text:
    was, now = _sides(change)
    return joined([_text(words, now), _say(words, _BEFORE, names=Names(was.subjects))])


def _value(words: Words, change: Change) -> Text:
    was, now = _sides(change)
    if change.sort == "recommendation":
        return _same_answer(words, change, *(_number(side) for side in (was, now)))
    message = N_("Place before: {value}.") if change.kind in _PLACES else N_("Value before: {value}.")
    return joined([_text(words, now), _say(words, message, value=_number(was))])


def _whole(words: Words, change: Change) -> Text:
    side = change.after or change.before
    said = _text(words, side) if side else ()
    if change.sort in ("recommendation", "verdict") and side:
        said = _say(
            words,
            N_("“{title}”: {answer}."),
            title=Verbatim(_in(words, change.title)),
            answer=_answer(words, side),
        )
    return said


_TELL: Mapping[str, Callable[[Words, Change], Text]] = {
    TURNED: _turned,
    FIRMNESS: _firmness,
    EXTENT: _extent,
    VALUE: _value,
    APPEARED: _whole,
    SILENT: _whole,
}


def _retitled(words: Words, change: Change, before: Verbatim, after: Verbatim) -> Text:
    """A verdict's title is a statement of somebody else: it says whose, and why it is judged so."""
    message = N_("“{title}”: now {after}; before, {before}.")
    why: Text = ()
    if change.sort == "verdict":
        message = N_("The tested document states: “{title}”. Now {after}; before, {before}.")
        why = _text(words, _sides(change)[1])
    title = Verbatim(_in(words, change.title))
    return joined([_say(words, message, title=title, after=after, before=before), why])


def _same_answer(words: Words, change: Change, before: Param, after: Param) -> Text:
    return _say(
        words,
        N_("“{title}”, {answer}: now {after}; before, {before}."),
        title=Verbatim(_in(words, change.title)),
        answer=_answer(words, _sides(change)[1]),
        after=after,
        before=before,
    )


def _answer(words: Words, side: Side) -> Verbatim:
    if side.outcome:
        known = _OUTCOMES.get(side.outcome)
        return Verbatim(words(known) if known else side.outcome)
    return Verbatim(words.names(side.subjects) if side.subjects else words(_NOBODY))


def _sure(words: Words, side: Side) -> str:
    label = SUPPORT_LABELS.get(side.support)
    said = words(label) if label else side.support
    if side.firm is None:
        return said
    return f"{words(N_('firm') if side.firm else N_('conditional'))}, {said}"


def _number(side: Side) -> Derived:
    value = side.value or 0.0
    return _n(int(value)) if value == int(value) else Derived(value, "significant", 3)


def _sides(change: Change) -> tuple[Side, Side]:
    assert change.before, "it was said before"
    assert change.after, "it is said now"
    return change.before, change.after


# --- why


def _because(words: Words, change: Change, seeds_told: bool, there: Collection[str]) -> Text:
    rows = [said for row in change.because if (said := _row(words, row, seeds_told, there))][:_ROWS]
    if not rows:
        return ()
    if left := change.rows - len(rows):
        rows.append(plain(others(words, left)))
    return _around(words, N_("Because of: {rows}."), rows=joined(rows, "; "))


def _row(words: Words, row: RowChange, seeds_told: bool, there: Collection[str]) -> Text:
    """A measurement before and after; nothing where both look the same and rest on as many runs."""
    metric = identified(row.metric)
    names = words.dataset(row.dataset), words.variant(row.extractor), words.metric(metric)
    name, address = " · ".join(names), Address(*row.key).id
    what: Text = (Link(name, f"#{address}"),) if address in there else plain(name)
    was, now = row.before, row.after
    old, new = (words.with_unit(metric, cell.value) if cell else "" for cell in (was, now))
    values = {"before": plain(old), "after": plain(new)}
    if not (was and now):
        message = N_("{what} {after}, new") if now else N_("{what}, {before} before, is no longer measured")
        return _around(words, message, what=what, **values)
    if old == new and (was.runs == now.runs or seeds_told):
        return ()
    said = _around(words, N_("{what} {before} → {after}"), what=what, **values)
    if None not in (was.runs, now.runs) and was.runs != now.runs and not seeds_told:
        runs = {"before": _n(was.runs or 0), "after": _n(now.runs or 0)}
        said = (*said, *_say(words, N_(" (runs: {before} → {after})"), **runs))
    if now.imported and not was.imported:
        said = (*said, *_say(words, N_(" (imported)")))
    return said


def _behind(words: Words, changes: Changes) -> Iterator[Text]:
    yield _say(words, _HELD, n=_n(changes.held))
    numbers = {name: _n(changes.rows.get(name, 0)) for name in ("changed", "added", "removed")}
    yield _say(
        words, N_("Measured means: {changed} changed, {added} added, {removed} no longer there."), **numbers
    )
    for message, pairs in (
        (N_("Measured for the first time: {cells}."), changes.arrived),
        (N_("No longer measured: {cells}."), changes.left),
    ):
        if pairs:
            yield _say(words, message, cells=Verbatim(_cells(words, pairs)))
    versions = []
    for one in changes.differences:
        if one.kind == "version":
            versions.append(_version(words, one))
            continue
        message = N_("Seeds: now {after}; before, {before}.")
        if one.kind == "sample":
            message = N_("Images of {name}, training/test: now {after}; before, {before}.")
        sides = {
            "before": Verbatim(words.join(one.before)),
            "after": Verbatim(words.join(one.after)),
        }
        yield _say(words, message, name=Verbatim(words.dataset(one.name)), **sides)
    if versions:
        message = N_("Measured with other versions: {versions}.")
        yield _say(words, message, versions=Verbatim("; ".join(versions)))
    if not changes.comparable:
        message = N_("Plan and versions are not compared: of one of the two only conclusions are there.")
        yield _say(words, message)


def _version(words: Words, one: Difference) -> str:
    before, after = (words.join(versions) if versions else "—" for versions in (one.before, one.after))
    return f"{one.name} {before} → {after}"


def _cells(words: Words, pairs: Iterable[tuple[str, str]]) -> str:
    sets: dict[str, list[str]] = {}
    for dataset, variant in pairs:
        sets.setdefault(variant, []).append(words.dataset(dataset))
    return "; ".join(f"{words.variant(variant)} ({', '.join(names)})" for variant, names in sets.items())


# --- small things


def _text(words: Words, side: Side) -> Text:
    return plain(_in(words, side.text))


def _in(words: Words, said: Mapping[str, str]) -> str:
    """In the language; where a run was published before there was such, in another."""
    return said.get(words.lang) or said.get("en") or next(iter(said.values()), "")


def _say(words: Words, message: str, **params: Param) -> Text:
    return words.say(message, params)


def _around(words: Words, message: str, **parts: Text) -> Text:
    """A message around texts that have links."""
    said = _say(words, message, **{name: Verbatim(f"\0{name}") for name in parts})
    pieces = (
        parts[one.text[1:]] if one.text.startswith("\0") else (one,) for one in said if isinstance(one, Plain)
    )
    return tuple(chain.from_iterable(pieces))


def _n(number: int) -> Derived:
    return Derived(number, "integer")
