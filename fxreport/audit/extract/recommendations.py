"""Advice that a measured metric decides: «Якщо потрібна швидкість → A», "For best quality use B"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from fxreport.audit.claims import Approx, RangeClaim, RecommendationClaim, Scope
from fxreport.audit.context import Context, approximation
from fxreport.audit.extract.roles import subjects_in
from fxreport.audit.extract.values import metric_at
from fxreport.audit.markdown import Kind
from fxreport.audit.text import Clause, Token

_ARROWS = ("→", "->", "=>", "⇒")
_PARTS = frozenset({"+"})


def recommendations(
    clauses: Sequence[Clause], context: Context
) -> Iterator[RecommendationClaim | RangeClaim]:
    """Yield the recommendations of a line: a need, and who is to meet it."""
    for _, sentence in groupby((c for c in clauses if not c.unread), lambda clause: clause.sentence):
        first, *others = sentence
        tokens = [token for clause in (first, *others) for token in clause.tokens]
        yield from _of_sentence(tokens, first, context)


def _of_sentence(
    tokens: list[Token], clause: Clause, context: Context
) -> Iterator[RecommendationClaim | RangeClaim]:
    line = clause.line
    if clause.question or line.quoted:
        return
    need: Sequence[Token]
    answer: Sequence[Token]
    arrow = next((i for i, t in enumerate(tokens) if t.text in _ARROWS), None)
    if arrow is not None:
        need, answer = tokens[:arrow], tokens[arrow + 1 :]
    elif (advice := _advice(tokens)) is not None:
        need, answer = advice
    elif line.kind is not Kind.HEADING and _is_label(tokens):
        # «**Рекомендація:** A» under a heading that names the scenario
        need = context.tokens(line.headings[0]) if line.headings else []
        colon = next(i for i, t in enumerate(tokens) if t.text in ":—–-")
        answer = tokens[colon + 1 :]
    else:
        return
    subjects = subjects_in(answer)
    if not subjects or subjects_in(need):
        return
    limit = _limit(need, answer, clause, context) if len(subjects) == 1 else None
    if limit is not None:
        yield limit
    needs = _needs(need)
    if len(needs) != 1 or limit is not None:
        return
    wanted = needs.pop()
    caution = None
    if any(t.has("guard.foreign") for t in tokens):
        caution = "foreign"
    if any(t.text in _PARTS for t in answer) or any(t.stranger for t in answer):
        caution = caution or "opinion"
    if any(t.has("scope.like", "relation.like") or t.folded.endswith("-like") for t in need):
        caution = caution or "opinion"
    if any(t.has("guard.negation") and not t.has("need.no_labels") for t in [*need, *answer]):
        caution = caution or "negated"
    partly = any(t.has("noun.subset") and not context.facts.are_all(t.folded) for t in answer)
    if partly or any(t.has("noun.subset", "guard.restrict") for t in need):
        caution = caution or "unknown_group"
    if any(t.has("guard.partial", "scope.some") for t in need):
        caution = caution or "partial"
    if any(t.has(tag) for t in (*context_tokens(context, clause),) for tag in ("guard.elsewhere",)):
        caution = caution or "foreign"
    family = next((t.value("family") for t in need if t.has("family.pretrained")), "") or ""
    scopes = _scopes(context, clause, need)
    own = {n for s in subjects for n in s}
    yield RecommendationClaim(
        line=line.number_at(answer[0].start) if answer else line.number,
        text=line.text[tokens[0].start : tokens[-1].end],
        caution=caution,
        subjects=(tuple(sorted(own)),),
        scopes=scopes,
        need=wanted,
        family=family,
    )


def _scopes(context: Context, clause: Clause, need: Sequence[Token]) -> tuple[Scope, ...]:
    """Where advice is to hold; a place that is no set («на борту судна») says nothing of the measurements."""
    scopes = tuple(context.scopes(clause, need))
    return (Scope("group"),) if any(s.kind == "unknown" for s in scopes) else scopes


def _limit(
    need: Sequence[Token], answer: Sequence[Token], clause: Clause, context: Context
) -> RangeClaim | None:
    """The limit that who is recommended has to keep: "Under 1 GB: use A", «бюджет 400 МБ: A»."""
    tokens = [*need, *answer]
    whole = Clause(list(tokens), clause.line, clause.sentence, sentence_tokens=list(tokens))
    found = []
    for i, token in enumerate(need):
        number = token.quantity
        if number is None or number.is_range or number.unit not in ("", "s", "B", "%"):
            continue
        approx = approximation(whole, i)
        if approx is Approx.NONE and any(t.has("guard.restrict", "noun.limit") for t in need):
            approx = Approx.AT_MOST
        metrics, _ = metric_at(whole, context, i)
        if approx in (Approx.OVER, Approx.UNDER, Approx.AT_LEAST, Approx.AT_MOST) and metrics:
            found.append((number, approx, metrics))
    if len(found) != 1 or any(t.text in _PARTS or t.stranger for t in answer):
        return None
    number, approx, metrics = found[0]
    caution = context.caution(whole)
    return RangeClaim(
        line=clause.line.number_at(answer[0].start),
        at=-1,
        text=clause.line.text[tokens[0].start : tokens[-1].end],
        caution=None if caution == "hypothetical" else caution,
        subjects=subjects_in(answer),
        scopes=_scopes(context, whole, need),
        metrics=context.facts.narrowed(metrics, whole.words),
        stated=number,
        approx=approx,
        kind="recommendation",
    )


def context_tokens(context: Context, clause: Clause) -> list[Token]:
    return [t for line in clause.line.headings for t in context.tokens(line)]


def _is_label(tokens: Sequence[Token]) -> bool:
    colon = next((i for i, t in enumerate(tokens) if t.text == ":"), None)
    return colon is not None and 0 < colon <= 3 and any(t.has("noun.recommendation") for t in tokens[:colon])


def _advice(tokens: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]] | None:
    """«Для швидкості обирайте A», "If speed matters, use B", "For speed: C"."""
    for i, token in enumerate(tokens):
        # "memory budget 400 MB: A"
        limited = any(t.has("noun.limit", "guard.restrict") for t in tokens[:i])
        if token.text == ":" and limited and any(t.quantity for t in tokens[:i]):
            return (tokens[:i], tokens[i + 1 :]) if any(t.names for t in tokens[i + 1 : i + 3]) else None
    if not tokens or not any(t.has("noun.scenario") for t in tokens[:3]):
        return None
    for i, token in enumerate(tokens):
        if i < 2:
            continue
        if token.has("noun.recommendation") and not token.has("need.speed"):
            before = tokens[:i]
            return before, tokens[i + 1 :]
        if token.text in ":—–" and not token.depth and tokens[0].has("noun.scenario"):
            after = tokens[i + 1 : i + 4]
            if any(t.names for t in after[:2]):
                return tokens[:i], tokens[i + 1 :]
    return None


def _needs(tokens: Sequence[Token]) -> set[str]:
    """The needs that a scenario names. Quality beside natural images or missing labels is their measure."""
    found = {t.value("need") for t in tokens if t.value("need")}
    needs = {n for n in found if n and n != "pretrained"}
    if "speed" in needs and any(t.has("guard.secondary") for t in tokens):
        # «швидкість, а якість другорядна»: the first is meant
        first = next(t.value("need") for t in tokens if t.value("need"))
        needs = {str(first)}
    if {"speed", "quality"} <= needs or ("efficiency" in needs and len(needs) > 1):
        return {"efficiency"} if "efficiency" in needs else needs
    if "quality" in needs and needs & {"no_labels", "natural"}:
        needs.discard("quality")
    if "dimension" in needs:
        needs.discard("dimension")
        return needs if not needs else {*needs, "dimension"}
    return needs
