"""Limits: «обидва <1 с», "every extractor stays below 0.1", «жоден не перевищив 0.5»."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.audit.claims import Approx, RangeClaim, Scope, Subject, TallyClaim
from fxreport.audit.context import Context, approximation, sets_in, stretch, whole
from fxreport.audit.extract.roles import cast, named
from fxreport.audit.extract.values import meaning, metric_at
from fxreport.audit.text import Clause

_LIMITS = (Approx.OVER, Approx.UNDER, Approx.AT_LEAST, Approx.AT_MOST)


def thresholds(clause: Clause, context: Context) -> Iterator[RangeClaim | TallyClaim]:
    """Yield the limits that a clause sets to measured values."""
    if clause.question:
        return
    tokens = clause.tokens
    for i, token in enumerate(tokens):
        number = token.quantity
        if number is None or number.unit not in ("", "s", "%", "B") or number.is_range:
            continue
        approx = approximation(clause, i)
        if approx not in _LIMITS:
            continue
        if (
            number.unit == ""
            and not number.decimals
            and not any(t.value("metric") for t in tokens[max(0, i - 4) : i])
        ):
            continue
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        if following is not None and (following.counts() or following.value("comparative")):
            continue
        if any(
            tokens[k].folded in ("на", "by") and not (k and tokens[k - 1].folded in ("get", "gets"))
            for k in range(max(0, i - 3), i)
        ):
            continue
        metrics, sure = metric_at(clause, context, i)
        told = {m for t in stretch(tokens, i) if (m := t.value("metric"))}
        if (not metrics or not sure) and len(told) == 1 and number.unit in ("", "%"):
            named_metric = meaning(context, told.pop(), number.unit)
            metrics, sure = (named_metric, True) if named_metric else (metrics, sure)
        quality = context.facts.quality()[0]
        if (
            not metrics
            and len(quality) == 1
            and number.unit in ("", "%")
            and (number.decimals or number.unit)
        ):
            metrics, sure = quality, True
        if not metrics:
            continue
        parts = cast(clause)
        caution = context.caution(clause)
        tally = _tally(clause, context, i)
        if tally is not None:
            count, people = tally
            if number.unit == "s" and not clause.says(
                "noun.training", "metric.fit_seconds", "noun.total_time"
            ):
                sure = sure or len(metrics) == 1
            sets = sets_in(stretch(tokens, i))
            yield TallyClaim(
                line=clause.line.number_at(token.start),
                at=i,
                text=clause.text,
                caution=caution or (None if sure else "no_metric"),
                subjects=people,
                metrics=context.facts.narrowed(metrics, clause.words),
                stated=number,
                approx=approx,
                count=count,
                scopes=(Scope("stated", sets),) if sets else context.scopes(clause),
            )
            continue
        nobody = any(t.has("scope.none") for t in tokens[:i])
        negated = any(t.has("guard.negation") for t in tokens[max(0, i - 4) : i])
        subjects: tuple[Subject, ...] = named(tokens, parts.subjects)
        universal = any(t.has("scope.all") for t in tokens)
        everyone = context.facts.extractors.ids
        if nobody:
            # «жоден не перевищив 0.5»: the limit turned round holds of all
            approx = {
                Approx.OVER: Approx.AT_MOST,
                Approx.AT_LEAST: Approx.UNDER,
                Approx.UNDER: Approx.AT_LEAST,
                Approx.AT_MOST: Approx.OVER,
            }[approx]
            negated = False
        if any(t.has("relation.approx_negated") for t in tokens):
            negated = False
        if not subjects:
            family = next((t.value("family") for t in tokens if t.value("family")), None)
            if family:
                subjects = tuple((m,) for m in context.facts.members(family))
                if not universal and not nobody:
                    sure = sure and bool(subjects)
            elif nobody or universal:
                apart: set[str] = set()
                if any(t.has("scope.others") or t.folded in ("else", "інший", "інша") for t in tokens):
                    inherited = context.inherited(clause)
                    apart = {n for s in inherited.subjects for n in s}
                    sure = sure and bool(apart) and inherited.strong
                subjects = tuple((e,) for e in everyone if e not in apart)
            elif parts.others or any(t.has("scope.others") for t in tokens):
                sure = False
            else:
                inherited = context.inherited(clause)
                subjects = inherited.subjects
                sure = (
                    sure
                    and inherited.strong
                    and (len(subjects) == 1 or any(t.has("scope.both") for t in tokens))
                )
        if any(t.has("scope.both") for t in tokens) and len(subjects) != 2:
            sure = False
        if any(t.has("scope.some", "scope.most", "relation.except") for t in tokens):
            sure = False
        if any(t.stranger for t in tokens):
            sure = False
        if context.restricted(clause) and not named(tokens, parts.subjects):
            sure = False
        if negated:
            caution = caution or "negated"
        if any(t.has("noun.difference") for t in tokens) or any(t.value("superlative") for t in tokens):
            sure = False
        if not subjects:
            continue
        yield RangeClaim(
            line=clause.line.number_at(token.start),
            at=i,
            text=clause.text,
            caution=caution or (None if sure else "no_subject"),
            subjects=subjects,
            scopes=context.scopes(clause),
            metrics=metrics,
            stated=number,
            approx=approx,
        )


def _tally(clause: Clause, context: Context, i: int) -> tuple[int | None, tuple[Subject, ...]] | None:
    """How many, or who alone, a limit is said of: «чотири екстрактори з шести», "only A and B"."""
    tokens = stretch(clause.tokens, i)
    i = next(k for k, t in enumerate(tokens) if t is clause.tokens[i])
    for k, token in enumerate(tokens):
        count = whole(token)
        if k == i or count is None:
            continue
        after = tokens[k + 1 : k + 5]
        joined = [t for t in after if t.has("noun.extractor")][:1]
        among = [
            whole(t)
            for n, t in enumerate(after)
            if n and whole(t) is not None and after[n - 1].folded in ("of", "the", "з", "із")
        ]
        if any(n not in context.facts.totals for n in among) or any(
            t.value("family") or t.has("scope.others") for t in after[:2]
        ):
            return None
        alone = k > 0 and tokens[k - 1].has("relation.only")
        verb = bool(after) and after[0].is_word and (not after[0].tags or after[0].has("relation.copula"))
        if joined or among or (alone and verb):
            return count, ()
    only = next((k for k, t in enumerate(tokens) if t.has("relation.only")), None)
    people = [k for k, t in enumerate(tokens) if t.names]
    if only is None or not people or people[0] <= only or any(k > i for k in people):
        return None
    return None if any(t.quantity for t in tokens[only : people[0]]) else (None, named(tokens, people))
