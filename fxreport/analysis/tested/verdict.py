"""What became of a statement, and how the answers to its parts make up the answer to the whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fxreport.analysis.claims import Evidence, Listing, Message
from fxreport.vocabulary.statement import Statement

CONFIRMED, REFUTED, UNDETERMINED, NOT_TESTED = "confirmed", "refuted", "undetermined", "not_tested"

#: of a part of a statement: so it is; it is shown not to be so; it is not shown; it was not measured
HOLDS, FAILS, OPEN, ABSENT = "holds", "fails", "open", "absent"


@dataclass(frozen=True, slots=True)
class Absent:
    """What was not measured: subjects (by the statement's names), an image set, or a metric."""

    subjects: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``theirs``: the document's numbers, None where it has none; ``ours``: what was measured beside them.

    ``effect`` is how large what decides it is, from 0 to 1.
    ``absent`` is what was not measured. ``claims`` are ids of claims of the study that speak of the same.
    """

    id: str
    statement: Statement
    outcome: str
    reason: Message
    ours: Message | None = None
    theirs: Message | None = None
    evidence: tuple[Evidence, ...] = ()
    effect: float = 0.0
    absent: tuple[Absent, ...] = ()
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a check finds: a verdict without the statement that it is of."""

    outcome: str
    reason: Message
    ours: Message | None = None
    evidence: tuple[Evidence, ...] = ()
    effect: float = 0.0
    absent: tuple[Absent, ...] = ()


def combined(outcomes: Iterable[str]) -> str:
    """The outcome of a statement whose parts have these: one that fails refutes it, all must hold."""
    found = set(outcomes)
    if FAILS in found:
        return REFUTED
    if not found - {ABSENT}:
        return NOT_TESTED
    return CONFIRMED if found == {HOLDS} else UNDETERMINED


def listed(items: Iterable[Message]) -> Message | None:
    """Messages as one, each once; None where there are none."""
    unique = tuple(_once(items))
    return Message("{items}", {"items": Listing(unique)}) if unique else None


def _once(items: Iterable[Message]) -> Iterable[Message]:
    seen: list[Message] = []
    for item in items:
        if item not in seen:
            seen.append(item)
            yield item
