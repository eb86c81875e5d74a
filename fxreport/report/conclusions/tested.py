"""What became of the statements of the document under test: a row each, or one for some of one verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fxreport.analysis.claims import N_, Count, Derived, Listing, Message, Param, Verbatim
from fxreport.analysis.tested.subjects import not_measured
from fxreport.analysis.tested.verdict import (
    CONFIRMED,
    NOT_TESTED,
    REFUTED,
    UNDETERMINED,
    Verdict,
)
from fxreport.report.anchors import Origin
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import (
    Entries,
    Entry,
    Note,
    Paragraph,
    Plain,
    Row,
    Section,
    Strong,
    Table,
    TableCell,
    Text,
    plain,
    to_string,
)
from fxreport.vocabulary.catalog import DATASETS, EXTRACTORS
from fxreport.vocabulary.statement import said_in

#: in the order in which they are told
OUTCOMES = {
    REFUTED: N_("Refuted."),
    CONFIRMED: N_("Confirmed."),
    UNDETERMINED: N_("Undecided."),
}
#: a number that is not met says nothing against the statement's author: it may be right of other runs
NOT_REPRODUCED = "not_reproduced"
_OF_NUMBERS = {REFUTED: N_("Not reproduced."), CONFIRMED: N_("Reproduced.")}
_COUNTED = {
    REFUTED: N_("{n} refuted"),
    NOT_REPRODUCED: N_("{n} not reproduced"),
    CONFIRMED: N_("{n} confirmed"),
    UNDETERMINED: N_("{n} undecided"),
    NOT_TESTED: N_("{n} not tested"),
}

#: as many rows as fit on a page
ROWS = 12

#: statements of numbers: one that differs changes no choice, as who is ahead does
_NUMBERS = frozenset({"value", "ratio"})
_WEIGHT_OF_NUMBERS = 0.25

_SHOWN = N_("What the measurements say of {shown} of its statements, what does not hold first")
_SHARED = N_(
    "What the measurements say of {shown} of its statements, what does not hold first; statements with the same answer share a row"
)

_TABLE, _DOCUMENT = "table-tested", "tested-document"


@dataclass(frozen=True, slots=True)
class _Line:
    """Verdicts that share a row: the first tells what was measured and why."""

    verdicts: tuple[Verdict, ...]

    @property
    def first(self) -> Verdict:
        return self.verdicts[0]

    @property
    def weight(self) -> float:
        return max(
            v.effect * (_WEIGHT_OF_NUMBERS if v.statement.check in _NUMBERS else 1) for v in self.verdicts
        )


def tested(draft: Draft) -> Section | None:
    """The section; None where no document is under test, or none of its statements could be tested."""
    found = draft.conclusions.verdicts
    if not found:
        return None
    lines = joined(found)
    decided = [line for line in lines if line.first.outcome != NOT_TESTED]
    kept = weightiest(decided)
    document = said_in(found[0].statement.document, draft.words.lang)
    table = Table(
        _TABLE,
        draft.say(
            _SHARED if any(len(line.verdicts) > 1 for line in kept) else _SHOWN,
            Origin(_DOCUMENT),
            shown=Derived(sum(len(line.verdicts) for line in kept), "integer"),
        ),
        (
            draft.text_column(N_("Statement")),
            draft.text_column(N_("Theirs")),
            draft.text_column(N_("Measured here")),
            draft.text_column(N_("Verdict")),
        ),
        tuple(_row(draft, line) for line in kept),
        () if len(kept) == len(decided) else draft.say(N_("All statements are in conclusions.json.")),
    )
    untested = (_untested(draft, line) for line in lines if line not in decided)
    entry = Entry(_DOCUMENT, draft.words(N_("Document under test")), plain(f"{document}."))
    return Section(
        "tested", _heading(draft, found), (_lead(draft, found, document), table, *untested, Entries((entry,)))
    )


def joined(found: Sequence[Verdict]) -> list[_Line]:
    """Verdicts by row: those of the same measured values share one, as do those not tested for one reason.

    Rows come by outcome, and of one outcome those of the largest effect first.
    """
    rows: list[tuple[object, list[Verdict]]] = []
    for verdict in found:
        about: object = verdict.ours
        if verdict.outcome == NOT_TESTED:
            about = bool(verdict.absent) or verdict.reason
        about = _outcome(verdict), about
        alike = next((those for key, those in rows if key == about), None)
        if alike is None:
            rows.append((about, [verdict]))
        else:
            alike.append(verdict)
    lines = [_Line(_together(those)) for _, those in rows]
    order = list(_COUNTED)
    return sorted(lines, key=lambda line: (order.index(line.first.outcome), -line.weight))


def _together(those: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts of a row, the one that rests on most first; what was not measured is said of all."""
    first, *others = sorted(those, key=lambda v: -len(v.evidence))
    absent = tuple(one for v in those for one in v.absent)
    if first.outcome == NOT_TESTED and absent:
        first = replace(first, reason=not_measured(absent))
    return first, *others


def weightiest(lines: Sequence[_Line]) -> list[_Line]:
    """As many as there is room for, in their order: what is refuted, then the most consequential."""
    kept = sorted(lines, key=lambda line: (_outcome(line.first) != REFUTED, -line.weight))[:ROWS]
    return [line for line in lines if line in kept]


def _row(draft: Draft, line: _Line) -> Row:
    first = line.first
    origin = draft.origins.of_value(
        f"verdict/{first.id}", first.evidence, said_in(first.statement.text, draft.words.lang)
    )
    theirs = [
        draft.message(v.theirs, Origin(_DOCUMENT, v.statement.place)) for v in line.verdicts if v.theirs
    ]
    said = OUTCOMES[first.outcome]
    if first.statement.check in _NUMBERS:
        said = _OF_NUMBERS.get(first.outcome, said)
    verdict: Text = (Strong(draft.words(said)), Plain(" "))
    return Row(
        (
            TableCell(plain(_statements(draft, line))),
            TableCell(_series(theirs)),
            TableCell(draft.message(first.ours, origin) if first.ours else ABSENT),
            TableCell((*verdict, *draft.message(first.reason, origin))),
        )
    )


def _untested(draft: Draft, line: _Line) -> Note:
    return draft.note(
        N_("Not tested: {statements}. {reason}"),
        statements=Verbatim(_lowered(draft, _statements(draft, line))),
        reason=Listing((line.first.reason,)),
    )


def _statements(draft: Draft, line: _Line) -> str:
    first, *others = (said_in(v.statement.text, draft.words.lang) for v in line.verdicts)
    return "; ".join((first, *(_lowered(draft, other) for other in others)))


def _lowered(draft: Draft, sentence: str) -> str:
    """A sentence as it goes on after a semicolon: a first word that is a plain one, no name, in small letters.

    A name is one that the study or fxreport has, a Latin word among others, what has capitals within or an
    argument, and what goes on with a capital, unless a known name begins there (*On MNIST*).
    """
    word = re.match(r"\w+", sentence)
    if word is None or not word[0].istitle() or _begins_with_name(draft, sentence):
        return sentence
    rest = sentence[word.end() :]
    of_latin = not any(c.isalpha() and c > "\N{LATIN SMALL LETTER Z WITH HOOK}" for c in sentence)
    plain_word = not re.match(r"\W?[A-Z(]", rest) or _begins_with_name(draft, rest.lstrip())
    if not word[0].isascii() or (of_latin and plain_word):
        return sentence[:1].lower() + sentence[1:]
    return sentence


def _begins_with_name(draft: Draft, text: str) -> bool:
    """Whether a text begins with the title of an extractor or an image set."""
    study = draft.study
    names = {*(d.title for d in study.datasets), *(v.extractor.title for v in study.variants)}
    names |= {*(d.title for d in DATASETS.values()), *(e.title for e in EXTRACTORS.values())}
    return any(re.match(rf"{re.escape(name)}\b", text) for name in names)


def _series(texts: Iterable[Text]) -> Text:
    """Texts with a semicolon between them; a dash for none."""
    said: Text = ()
    for text in texts:
        said = (*said, *([Plain("; ")] if said else []), *text)
    return said or ABSENT


def _outcome(verdict: Verdict) -> str:
    """The outcome as it is counted: a refuted number is one that is not reproduced."""
    number = verdict.statement.check in _NUMBERS and verdict.outcome == REFUTED
    return NOT_REPRODUCED if number else verdict.outcome


def _counts(found: Sequence[Verdict]) -> dict[str, int]:
    counts = {outcome: sum(_outcome(v) == outcome for v in found) for outcome in _COUNTED}
    return {outcome: count for outcome, count in counts.items() if count}


def _heading(draft: Draft, found: Sequence[Verdict]) -> str:
    """How many of the tested statements are refuted or not reproduced, or how many are confirmed if that is more."""
    counts = _counts(found)
    told = len(found) - counts.get(NOT_TESTED, 0)
    refuted, missed, confirmed = (counts.get(o, 0) for o in (REFUTED, NOT_REPRODUCED, CONFIRMED))
    if not refuted + missed or refuted + missed < confirmed:
        message, number = N_("Confirmed: {n} of {tested}"), confirmed
    elif not missed:
        message, number = N_("Refuted: {n} of {tested}"), refuted
    elif not refuted:
        message, number = N_("Not reproduced: {n} of {tested}"), missed
    else:
        message, number = N_("Refuted: {n} of {tested}; not reproduced: {missed}"), refuted
    params: dict[str, Param] = {
        "n": Derived(number, "integer"),
        "missed": Derived(missed, "integer"),
        "tested": Count(told, "tested"),
    }
    return to_string(draft.say(message, **params))


def counted(draft: Draft) -> Text:
    """For page one: how many of the statements that could be tested were refuted; nothing where none could."""
    found = draft.conclusions.verdicts
    counts = _counts(found)
    told = len(found) - counts.pop(NOT_TESTED, 0)
    if not told:
        return ()
    return draft.say(
        N_("Of {tested} of “{document}”: {counts}."),
        Origin(_TABLE),
        tested=Count(told, "tested"),
        document=Verbatim(said_in(found[0].statement.document, draft.words.lang)),
        counts=Listing(_counts_said(counts)),
    )


def _counts_said(counts: Mapping[str, int]) -> tuple[Message, ...]:
    return tuple(Message(_COUNTED[outcome], {"n": Derived(n, "integer")}) for outcome, n in counts.items())


def _lead(draft: Draft, found: Sequence[Verdict], document: str) -> Paragraph:
    counts = _counts(found)
    untested = counts.pop(NOT_TESTED, 0)
    whole = N_("“{document}” has {all}: {counts}.")
    partly = N_("“{document}” has {all}; not tested here: {untested}. Of the others: {counts}.")
    return draft.paragraph(
        partly if untested else whole,
        Origin(_TABLE),
        document=Verbatim(document),
        all=Count(len(found), "statement"),
        untested=Derived(untested, "integer"),
        counts=Listing(_counts_said(counts)),
    )
