"""How hard image sets are said to be, against what was reached on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from fxreport.audit.claims import DifficultyClaim
from fxreport.audit.context import Context, sets_in
from fxreport.audit.markdown import Kind, Line


def difficulties(lines: Sequence[Line], context: Context) -> Iterator[DifficultyClaim]:
    """Yield the pairs of sets of which one is called harder than the other, in one list or in headings.

    The grade has to stand in brackets after the set's name: «Fashion-MNIST (важко розділити)».
    """
    groups: dict[object, list[tuple[str, int, Line]]] = {}
    for line in lines:
        if line.kind not in (Kind.ITEM, Kind.HEADING):
            continue
        tokens = context.tokens(line)
        sets = sets_in(tokens)
        if len(sets) != 1:
            continue
        grades = {int(v) for t in tokens if t.depth and (v := t.value("difficulty"))}
        if len(grades) == 1 and not any(t.has("guard.negation") for t in tokens):
            where: object = (line.parents[:1], line.headings[:1]) if line.kind is Kind.ITEM else line.level
            groups.setdefault(where, []).append((sets[0], grades.pop(), line))
    for graded in groups.values():
        for (a, low, first), (b, high, second) in combinations(graded, 2):
            if low == high or a == b:
                continue
            harder, easier = (b, a) if high > low else (a, b)
            later = second
            yield DifficultyClaim(
                line=later.number,
                text=f"{first.text} / {second.text}",
                harder=harder,
                easier=easier,
                caution=context.caution(context.clauses(later)[0])
                if context.clauses(later)
                else None,
            )
