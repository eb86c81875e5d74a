"""A document → its claims, checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fxreport.audit.check import check, forms, matches
from fxreport.audit.claims import (
    Checked,
    Claim,
    DerivedClaim,
    MarkClaim,
    Scope,
    UnreadClaim,
    ValueClaim,
    Verdict,
)
from fxreport.audit.context import Context
from fxreport.audit.extract.comparisons import comparisons
from fxreport.audit.extract.counts import counts
from fxreport.audit.extract.derived import derived
from fxreport.audit.extract.difficulty import difficulties
from fxreport.audit.extract.marks import marks
from fxreport.audit.extract.places import places
from fxreport.audit.extract.recommendations import recommendations
from fxreport.audit.extract.thresholds import thresholds
from fxreport.audit.extract.values import values
from fxreport.audit.facts import Facts
from fxreport.audit.gate import is_firm
from fxreport.audit.markdown import Document, parse
from fxreport.audit.reading import Reading, read_document
from fxreport.audit.text import Clause, Tagger
from fxreport.vocabulary.errors import InputError


@dataclass(frozen=True, slots=True)
class Audit:
    """``language`` is that of most of the document: uk or en; ``source`` says what it was held against."""

    checked: tuple[Checked, ...]
    language: str
    facts: Facts

    @property
    def source(self) -> str:
        return self.facts.source

    def count(self, verdict: Verdict) -> int:
        return sum(one.verdict is verdict for one in self.checked)

    @property
    def suspects(self) -> int:
        """How many statements come out false in every reading, but not in a firm form."""
        return sum(one.suspect for one in self.checked)

    def dataset_title(self, name: str) -> str:
        return self.facts.datasets.title(name)

    def extractor_title(self, name: str) -> str:
        return self.facts.extractors.title(name)


def audit(text: str, facts: Facts | None = None, *, exact: bool = False) -> Audit:
    """Check a Markdown document's claims against ``facts``, or against its own tables.

    ``exact`` takes printed values as exact, so that what only their rounding explains is contradicted. Raises
    InputError where there is nothing to check against.
    """
    document = parse(text)
    reading = read_document(document, text, facts)
    if not reading.facts.values:
        raise InputError(
            "no table of measurements (extractors and metrics) to check against; "
            "give a results store with --store"
        )
    if exact:
        reading = replace(reading, facts=reading.facts.exactly())
    return _audit(document, reading, text)


def language_of(text: str) -> str:
    """The language of most letters."""
    cyrillic = sum("а" <= c <= "я" or c in "іїєґ" for c in text.lower())
    latin = sum("a" <= c <= "z" for c in text.lower())
    return "uk" if cyrillic * 2 > latin else "en"


def _audit(document: Document, reading: Reading, text: str) -> Audit:
    facts = reading.facts
    tagger = Tagger(
        facts.extractors, facts.datasets, reading.own_metrics, reading.strangers, reading.decimal_comma
    )
    context = Context(facts, tagger, reading.grids)
    where: dict[Claim, Clause | None] = {}
    for claim, clause in _claims(document, reading, context):
        where.setdefault(claim, clause)
    found = _by_siblings([check(claim, facts) for claim in where], facts)
    found = [_gated(one, where.get(_as_found(one.claim)), context) for one in found]
    found = _by_convention(_by_columns(found))
    found = [_at_the_row(one) for one in found]
    found.sort(key=lambda one: one.claim.line)
    return Audit(tuple(found), language_of(text), facts)


def _claims(document: Document, reading: Reading, context: Context) -> Iterator[tuple[Claim, Clause | None]]:
    """All claims, each with the clause that makes it; None for a table's."""
    facts = reading.facts
    for line in document.lines:
        clauses = context.clauses(line)
        for clause in clauses:
            if clause.unread:
                yield UnreadClaim(line=clause.number, text=clause.text, caution="too_long"), clause
                continue
            for find in (values, places, comparisons, thresholds, counts):
                yield from ((claim, clause) for claim in find(clause, context))
        yield from ((claim, clauses[0]) for claim in recommendations(clauses, context))
    yield from ((claim, None) for claim in marks(reading.grids, facts))
    yield from ((claim, None) for claim in derived(reading.grids, facts))
    yield from ((claim, None) for claim in difficulties(document.lines, context))


def _as_found(claim: Claim) -> Claim:
    return replace(claim, settled=False) if isinstance(claim, ValueClaim) else claim


def _gated(one: Checked, clause: Clause | None, context: Context) -> Checked:
    """A contradiction stands only where the statement's form is firm."""
    if one.verdict is not Verdict.CONTRADICTED or is_firm(one.claim, clause, context):
        return one
    return replace(one, verdict=Verdict.NOT_CHECKABLE, reason="uncertain", suspect=True)


def _at_the_row(one: Checked) -> Checked:
    """A column of places that is out of order is reported at the row that breaks it."""
    line = one.found[0].line if one.found else None
    if one.claim.kind != "position" or one.verdict is not Verdict.CONTRADICTED or line is None:
        return one
    return replace(one, claim=replace(one.claim, line=line))


def _by_siblings(found: Sequence[Checked], facts: Facts) -> list[Checked]:
    """A list «A 0,9; B 0,8; C 0,7» of which most numbers are values of one metric on one set is about these.

    So an odd number among them is contradicted though nothing near it says what it is.
    """
    lists: dict[tuple[int, ...], list[Checked]] = {}
    for one in found:
        if isinstance(one.claim, ValueClaim) and one.claim.siblings is not None:
            lists.setdefault(one.claim.siblings, []).append(one)
    settled: dict[int, Checked] = {}
    for members in lists.values():
        readings = [(m, d) for one in members for m, d in _readings(one.claim, facts)]
        if not readings:
            continue
        best = max(dict.fromkeys(readings), key=readings.count)
        agree = readings.count(best)
        wrong = [one for one in members if one.verdict is Verdict.CONTRADICTED]
        if agree >= 1 and len(wrong) == 1 and wrong[0].claim.metrics[:1] == best[:1]:
            # the one number of a list that is off
            claim = wrong[0].claim
            assert isinstance(claim, ValueClaim)
            settled[id(wrong[0])] = replace(wrong[0], claim=replace(claim, settled=True))
        if agree >= 1 and len(wrong) == 2 and _exchanged(wrong[0].claim, wrong[1].claim, best, facts):
            for one in wrong:
                assert isinstance(one.claim, ValueClaim)
                settled[id(one)] = replace(one, claim=replace(one.claim, settled=True))
        if agree < 2 or agree * 3 < len(members) * 2:
            continue
        for one in members:
            claim = one.claim
            assert isinstance(claim, ValueClaim)
            if one.verdict is Verdict.NOT_CHECKABLE and claim.caution is None and len(claim.subjects) == 1:
                firm = replace(
                    claim, metrics=(best[0],), certain=True, mean=best[1] is None,
                    scopes=(Scope("stated", (best[1],)) if best[1] else Scope("overall"),),
                )  # fmt: skip
                settled[id(one)] = replace(check(firm, facts), claim=replace(claim, settled=True))
    return [settled.get(id(one), one) for one in found]


def _exchanged(one: Claim, two: Claim, reading: tuple[str, str | None], facts: Facts) -> bool:
    """Whether each of two numbers is the value of the other's extractor."""
    assert isinstance(one, ValueClaim)
    assert isinstance(two, ValueClaim)
    return all(
        reading in _readings(replace(a, subjects=b.subjects), facts) for a, b in ((one, two), (two, one))
    )


def _readings(claim: Claim, facts: Facts) -> Iterator[tuple[str, str | None]]:
    """The metrics and sets (None: the mean) of which a number is the value."""
    assert isinstance(claim, ValueClaim)
    if len(claim.subjects) != 1 or len(claim.subjects[0]) != 1:
        return
    extractor = claim.subjects[0][0]
    for metric in claim.metrics:
        values = {d: facts.get(d, extractor, metric) for d in facts.sets(metric)}
        if len(values) > 1:
            values[""] = facts.means(metric).get(extractor)
        for dataset, value in values.items():
            if value is not None and any(matches(s, value) for s in forms(claim.stated, metric, [value])):
                yield metric, dataset or None


def _by_columns(found: Sequence[Checked]) -> list[Checked]:
    """A column of which most cells differ from the facts is about something else: another set or measure."""
    columns: dict[tuple[object, ...], list[Checked]] = {}
    for one in found:
        if isinstance(one.claim, (DerivedClaim, ValueClaim)) and one.claim.column:
            columns.setdefault(one.claim.column, []).append(one)
    doubtful: set[int] = set()
    for cells in columns.values():
        wrong = sum(one.verdict is Verdict.CONTRADICTED for one in cells)
        judged = sum(one.verdict is not Verdict.NOT_CHECKABLE for one in cells)
        if wrong > 1 and wrong * 5 > judged * 2:
            doubtful.update(id(one) for one in cells if one.verdict is Verdict.CONTRADICTED)
    return [
        replace(one, verdict=Verdict.NOT_CHECKABLE, reason="unknown_column") if id(one) in doubtful else one
        for one in found
    ]


def _by_convention(found: Sequence[Checked]) -> list[Checked]:
    """Bold means "best" only in a document whose bold mostly does."""
    bold = [one for one in found if isinstance(one.claim, MarkClaim) and one.claim.kind == "bold"]
    right = sum(one.verdict is Verdict.HOLDS for one in bold)
    wrong = sum(one.verdict is Verdict.CONTRADICTED for one in bold)
    if right > wrong:
        return list(found)
    return [
        replace(one, verdict=Verdict.NOT_CHECKABLE, reason="convention")
        if one in bold and one.verdict is Verdict.CONTRADICTED
        else one
        for one in found
    ]
