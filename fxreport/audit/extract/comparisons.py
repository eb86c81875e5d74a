"""Comparisons and how much: «трохи гірше за A», "5.9× slower than B", «у 2 рази гірше», "0.1 higher"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from fxreport.audit.claims import Approx, ComparisonClaim, Scope, Sense, Subject
from fxreport.audit.context import Context, approximation
from fxreport.audit.extract.places import Meant, _clause_metrics, _of_vectors, _one, _quality, default
from fxreport.audit.extract.roles import Cast, cast, named
from fxreport.audit.numbers import Quantity
from fxreport.audit.text import Clause, Token

Amount = Literal["none", "ratio", "difference", "percent"]


def comparisons(clause: Clause, context: Context) -> Iterator[ComparisonClaim]:
    """Yield the comparisons that a clause makes."""
    if clause.question:
        return
    tokens = clause.tokens
    yield from _multiples(clause, context)
    predicates = [
        i
        for i, t in enumerate(tokens)
        if (t.value("comparative") and not _is_limit(clause, i))
        or t.value("verb") in ("better", "worse", "exceeds")
    ]
    if not predicates:
        return
    parts = cast(clause)
    for i in predicates:
        if tokens[i].folded == "as" and _amount(clause, i, predicates)[2] != "ratio":
            continue
        yield from _claims(clause, context, parts, predicates, i)


def _multiples(clause: Clause, context: Context) -> Iterator[ComparisonClaim]:
    """ "A reaches three times the ARI of B": a ratio of a named metric."""
    tokens = clause.tokens
    for i, token in enumerate(tokens):
        word = token.value("multiple")
        number = token.quantity
        if number is None and word:
            value = float(word)
            number = Quantity(value, value, 1.0 if value.is_integer() else 0.1, "x", token.text, 0)
        if number is None or number.unit != "x":
            continue
        j = i + 1
        while j < len(tokens) and tokens[j].folded in ("the", "a"):
            j += 1
        metric = tokens[j].value("metric") if j > i + 1 and j < len(tokens) else None
        if metric is None:
            continue
        k = j + tokens[j].length("metric")
        if k >= len(tokens) or tokens[k].folded != "of":
            continue
        people = [n for n in range(k, min(k + 4, len(tokens))) if tokens[n].names]
        before = [n for n in range(i) if tokens[n].names]
        meant = _one(context, metric, "high")
        subjects = named(tokens, before[-1:])
        sure = len(before) == 1
        if not subjects:
            inherited = context.inherited(clause)
            subjects, sure = inherited.subjects, inherited.strong and len(inherited.subjects) == 1
        if not people or not subjects:
            continue
        yield ComparisonClaim(
            line=clause.line.number_at(token.start),
            at=i,
            text=clause.text,
            caution=context.caution(clause, i) or meant.reason or (None if sure else "no_subject"),
            subjects=subjects,
            scopes=context.scopes(clause),
            metrics=meant.metrics,
            objects=named(tokens, people[:1]),
            sense="high",
            stated=number,
            approx=approximation(clause, i),
            amount="ratio",
        )


def _is_limit(clause: Clause, i: int) -> bool:
    """Whether a comparative belongs to a number: «понад», "more than 5", «вище 0.3», "no longer"."""
    tokens = clause.tokens
    token = tokens[i]
    if token.value("superlative") or (i and tokens[i - 1].folded in ("no", "any")):
        return True
    for back in range(3):
        if i - back >= 0 and tokens[i - back].value("approx") and tokens[i - back].length("approx") > back:
            j = i - back + tokens[i - back].length("approx")
            while j < len(tokens) and tokens[j].folded in ("за", "ніж", "than", "від", "в", "у", "by", "a"):
                j += 1
            if j < len(tokens) and (
                tokens[j].quantity or tokens[j].text in "~≈<>" or tokens[j].value("multiple")
            ):
                return True
    return False


def _sense(clause: Clause, context: Context, i: int) -> tuple[Sense, Meant]:
    """How the predicate orders, and by what."""
    tokens = clause.tokens
    token = tokens[i]
    verb = token.value("verb")
    word = token.value("comparative")
    stated = list(_clause_metrics(clause, i))
    if verb == "exceeds":
        return ("high", _named(context, stated, "high")) if stated else ("high", Meant(reason="no_metric"))
    if word in ("faster", "slower") and _of_vectors(tokens, i):
        if not token.folded.startswith(("long", "short", "довш", "коротш")):
            return "best", Meant(reason="no_metric")
        sense: Sense = "high" if token.folded.startswith(("long", "довш")) else "low"
        return sense, _one(context, "dimension", sense)
    if word in ("faster", "slower"):
        sense = "best" if word == "faster" else "worst"
        if clause.says("noun.training", "metric.fit_seconds"):
            fit = "fit_seconds" in context.facts.metrics and clause.any("noun.training", "metric.fit_seconds")
            return sense, Meant(("fit_seconds",), (), sense) if fit else Meant(reason="no_metric")
        times = context.facts.times()
        return sense, Meant(times, (), sense) if times else Meant(reason="no_metric")
    if word == "efficient":
        return "best", _one(context, "efficiency", "best")
    if word == "accurate":
        found = _one(context, "accuracy", "best")
        return "best", found if found.metrics else _quality(context, "best")
    if word in ("higher", "larger", "lower", "smaller"):
        sense = "high" if word in ("higher", "larger") else "low"
        if not stated and word in ("higher", "lower"):
            stated = ["quality"] if any(t.has("noun.result") for t in tokens[i + 1 : i + 3]) else []
        if not stated:
            before = clause.previous
            while before is not None and before.sentence == clause.sentence and not stated:
                stated = [m for t in before.tokens if (m := t.value("metric"))][-1:]
                before = before.previous
        if not stated:
            return sense, Meant(reason="no_metric")
        meant = _named(context, stated, sense)
        return meant.sense, meant
    better = word == "better" or verb == "better"
    sense = "best" if better else "worst"
    if not stated:
        return sense, default(clause, context, sense)
    return sense, _named(context, stated, sense)


def _named(context: Context, stated: Sequence[str], sense: Sense) -> Meant:
    found = [_one(context, name, sense) for name in stated]
    metrics = tuple(dict.fromkeys(m for meant in found for m in meant.metrics))
    if not metrics:
        return found[0] if found else Meant(reason="no_metric")
    return Meant(metrics, tuple(dict.fromkeys(m for meant in found for m in meant.weak)), found[0].sense)


def _claims(
    clause: Clause, context: Context, parts: Cast, predicates: Sequence[int], i: int
) -> Iterator[ComparisonClaim]:
    tokens = clause.tokens
    sense, meant = _sense(clause, context, i)
    stated, approx, amount = _amount(clause, i, predicates)
    caution = context.caution(clause, i) or meant.reason
    subjects, family, sure = _subjects(clause, context, parts, i)
    objects: tuple[Subject, ...] = tuple(s for s in named(tokens, parts.objects))
    others = False
    guessed = False
    if parts.strange_object and not objects:
        caution = caution or "unknown_name"
    if any(t.stranger for t in tokens[: i + 1]) and not parts.subjects:
        caution = caution or "unknown_name"
    if parts.objects_family and not objects:
        members = context.facts.members(parts.objects_family)
        objects = tuple((m,) for m in members)
        if not members or context.facts.unfamiliar:
            caution = caution or ("unknown_group" if not members else None)
        guessed = amount != "none"
    elif parts.others and not objects:
        own = {n for s in subjects for n in s}
        objects = tuple((e,) for e in context.facts.extractors.ids if e not in own)
        others = True
    if not objects and not parts.pronoun_object:
        if amount != "ratio" and amount != "percent":
            return
        objects = _unsaid(clause, context, subjects)
        guessed = len(objects) != 1
        if not objects:
            caution = caution or "no_object"
    if any(t.has("relation.or") for t in tokens) and len(objects) > 1:
        caution = caution or "ambiguous"
    if not subjects and not family:
        return
    if family:
        members = tuple(m for m in context.facts.members(family) if (m,) not in objects)
        subjects = tuple((m,) for m in members)
        if not members:
            caution = caution or "unknown_group"
    if any(t.has("scope.some") for t in tokens[:i]):
        caution = caution or "unknown_group"
    if not sure:
        caution = caution or "no_subject"
    scopes = context.scopes_at(clause, i)
    listed = _listed_amounts(tokens, stated)
    if len(listed) > 1:
        sets = scopes[0].datasets if scopes[0].kind == "stated" else context.facts.datasets.ids
        if len(sets) == len(listed) and any(t.has("relation.respectively") for t in tokens):
            for dataset, one in zip(sets, listed, strict=True):
                yield ComparisonClaim(
                    line=clause.line.number_at(tokens[i].start),
                    at=i,
                    text=clause.text,
                    caution=caution,
                    subjects=subjects,
                    scopes=(Scope("stated", (dataset,)),),
                    metrics=meant.metrics,
                    weak_metrics=meant.weak,
                    objects=objects,
                    sense=sense,
                    stated=one,
                    approx=approx,
                    amount=amount,
                )
            return
        caution = caution or "ambiguous"
    if _compares_sets(tokens, i):
        caution = caution or "no_object"
    if (others or family) and context.restricted(clause):
        caution = caution or "unknown_group"
    if others and stated is not None:
        caution = caution or "ambiguous"
    if parts.pronoun_object:
        objects = context.inherited(clause).subjects
        if len(objects) != 1 or not context.inherited(clause).strong:
            caution = caution or "no_object"
    if _crowded(predicates, parts):
        caution = caution or "ambiguous"
    yield ComparisonClaim(
        line=clause.line.number_at(tokens[i].start),
        at=i,
        text=clause.text,
        caution=caution,
        subjects=subjects,
        scopes=scopes,
        metrics=context.facts.narrowed(meant.metrics, clause.words),
        weak_metrics=meant.weak,
        objects=objects,
        sense=sense,
        stated=stated,
        approx=approx,
        amount=amount,
        family=family,
        guessed_object=guessed,
        beside=_shown(clause, stated),
    )


def _shown(clause: Clause, stated: Quantity | None) -> tuple[float, ...]:
    """The other numbers of the sentence, from which an amount may follow."""
    return tuple(
        t.quantity.low
        for t in clause.sentence_tokens
        if t.quantity is not None
        and t.quantity is not stated
        and not t.quantity.is_range
        and t.quantity.unit in ("", "s", "%", "B")
    )[:8]


def _listed_amounts(tokens: Sequence[Token], stated: Quantity | None) -> list[Quantity]:
    """The numbers of one unit that an amount is one of: "by 19.9, 4.3 and 6.9 points"."""
    if stated is None or not any(t.quantity is stated for t in tokens):
        return []
    return [t.quantity for t in tokens if t.quantity is not None and t.quantity.unit == stated.unit]


def _crowded(predicates: Sequence[int], parts: Cast) -> bool:
    """Several predicates and several objects: whose object is whose is not sure."""
    return len(predicates) > 1 and len(parts.objects) > 1


def _subjects(clause: Clause, context: Context, parts: Cast, i: int) -> tuple[tuple[Subject, ...], str, bool]:
    """(subjects, family instead of them, whether that is sure)."""
    tokens = clause.tokens
    own = named(tokens, [k for k in parts.subjects if k < i]) or named(tokens, parts.subjects)
    if own:
        if any(t.has("relation.or") for t in tokens[:i]) and len(own) > 1:
            return (tuple(n for s in own for n in s),), "", True
        return own, "", True
    family = ""
    for k, token in enumerate(tokens[:i]):
        value = token.value("family")
        if value and (
            not k or not tokens[k - 1].has("relation.than", "relation.versus", "relation.strictly_among")
        ):
            family = value
            break
    if family:
        return (), family, True
    inherited = context.inherited(clause)
    if inherited.stranger:
        return (), "", False
    return inherited.subjects, inherited.family, inherited.strong and len(inherited.subjects) <= 1


def _unsaid(clause: Clause, context: Context, subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """The object of a ratio that names none: the one named in comparisons just before, or else any other."""
    own = {n for s in subjects for n in s}
    if (earlier := context.earlier(clause, _objects_of)) is not None:
        return tuple(o for o in earlier[1] if not set(o) & own)
    line = clause.line.before
    for _ in range(4):
        if line is None:
            break
        found = {
            n
            for c in context.clauses(line)
            for s in named(c.tokens, cast(c).objects)
            for n in s
            if n not in own
        }
        if len(found) == 1:
            return ((found.pop(),),)
        line = line.before
    return tuple((e,) for e in context.facts.extractors.ids if e not in own)


def _objects_of(clause: Clause) -> tuple[Subject, ...]:
    return named(clause.tokens, cast(clause).objects)


def _compares_sets(tokens: Sequence[Token], i: int) -> bool:
    """«на MNIST краще, ніж на CIFAR-10»: image sets are compared, not extractors."""
    for k, token in enumerate(tokens):
        if token.has("relation.than", "relation.versus") or (token.has("relation.than_or_by") and k > i):
            following = tokens[k + 1 : k + 4]
            for later in following:
                if later.names or later.value("family") or later.value("metric"):
                    break
                if later.sets:
                    return True
    return False


def _amount(clause: Clause, i: int, predicates: Sequence[int]) -> tuple[Quantity | None, Approx, Amount]:
    """By how much: the number that belongs to the predicate at ``i``."""
    tokens = clause.tokens
    near = sorted(range(len(tokens)), key=lambda k: (abs(k - i), k))
    for k in near:
        token = tokens[k]
        if abs(k - i) > 7 or any(p != i and abs(p - k) < abs(i - k) for p in predicates):
            continue
        low, high = sorted((k, i))
        between = tokens[low + 1 : high]
        told = k > 0 and tokens[k - 1].folded in ("by", "на")  # "beats B on D by 0.15"
        apart = token.quantity is not None and token.quantity.unit != "x" and not told
        if any(t.text in ";" or (t.sets and apart) for t in between):
            continue
        number = token.quantity
        if number is None:
            word = token.value("multiple")
            if word:
                value = float(word)
                return (
                    Quantity(value, value, 1.0 if value.is_integer() else 0.1, "x", token.text, 0),
                    approximation(clause, k),
                    "ratio",
                )
            continue
        if number.unit == "x":
            return number, approximation(clause, k), "ratio"
        before = tokens[k - 1].folded if k else ""
        beside = (
            k + 1 == i
            or before in ("на", "by")
            or (k and approximation(clause, k) is not Approx.NONE and tokens[k - 2].folded in ("на", "by"))
        )
        if number.unit == "%" and beside:
            return number, approximation(clause, k), "percent"
        if number.unit == "pp" and beside:
            return number, approximation(clause, k), "difference"
        if number.unit in ("", "s") and beside and (number.decimals or number.unit == "s"):
            return number, approximation(clause, k), "difference"
    return None, Approx.NONE, "none"
