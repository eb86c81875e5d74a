"""Counts of what was compared: «5 екстракторів», "three image sets", «Усього експериментів: 15»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fxreport.audit.claims import CountClaim
from fxreport.audit.context import Context, approximation, whole
from fxreport.audit.numbers import Quantity
from fxreport.audit.text import Clause, Token

_NOUNS = ("extractor", "dataset", "experiment", "metric", "measurement", "class")


def counts(clause: Clause, context: Context) -> Iterator[CountClaim]:
    """Yield the counts that a clause states of the whole study."""
    if clause.question:
        return
    tokens = clause.tokens
    for i, token in enumerate(tokens):
        number = whole(token)
        if number is None:
            continue
        found = _after(clause, i) or _before(clause, i)
        if found is None:
            continue
        noun, family, sure = found
        if noun == "experiment" and any(t.has("scope.mean") for t in tokens[:i]):
            continue  # "means over 2 runs": of each cell, not of the study
        quantity = token.quantity or Quantity(number, number, 1.0, "", token.text, 0)
        before = tokens[i - 1] if i else None
        if (
            before is not None
            and (before.has("relation.among") and before.folded in ("з", "із", "of", "out", "зі", "with"))
            and (
                not any(t.has("noun.counted") for t in tokens[: i - 1]) or whole(tokens[i - 2]) is not None
                if i >= 2
                else True
            )
        ):
            continue
        if before is not None and before.folded in (
            "інші",
            "інших",
            "other",
            "remaining",
            "top",
            "топ",
            "ще",
            "лише",
            "тільки",
            "only",
            "перші",
            "first",
            "last",
            "останні",
            "решта",
            "another",
            "these",
            "ці",
            "цих",
            "кожні",
            "every",
        ):
            continue
        if token.quantity is None and not sure and number == 1:
            continue
        if any(t.has("guard.partial") for t in tokens[max(0, i - 2) : i]):
            continue
        if any(approximation(clause, k) for k, t in enumerate(tokens) if t.quantity and k != i):
            # «три екстрактори понад 98 %» counts those beyond a limit
            continue
        caution = context.caution(clause)
        counted = sure or noun == "class" or any(t.has("noun.counted") for t in tokens)
        if noun == "class":
            sets = [t.sets[0] for t in tokens if len(t.sets) == 1]
            if len(sets) != 1:
                continue
        yield CountClaim(
            line=clause.line.number_at(token.start),
            at=i,
            text=clause.text,
            caution=caution or (None if counted else "not_derivable"),
            noun=noun,
            stated=quantity,
            family=family,
            subjects=(),
            scopes=context.scopes(clause) if noun == "class" else (),
        )


def _after(clause: Clause, i: int) -> tuple[str, str, bool] | None:
    """«5 різних екстракторів»: the noun within a few words, nothing but plain modifiers between."""
    family = ""
    tokens = clause.tokens
    j = i + 1
    while j < len(tokens) and j <= i + 5:
        token = tokens[j]
        noun = next((n for n in _NOUNS if token.has(f"noun.{n}")), None)
        if noun is not None and _narrower(tokens, j):
            return None
        if noun is not None:
            # «5 моделей швидші за …»: counts those of whom something is said
            rest = tokens[j + 1 : j + 3]
            if any(t.value("comparative") or t.has("verb.better", "verb.worse") for t in rest):
                return None
            return noun, family, False
        if value := token.value("family"):
            family = value
            j += token.length("family")
            continue
        if not token.has("noun.modifier"):
            return None
        j += 1
    return None


def _narrower(tokens: Sequence[Token], j: int) -> bool:
    """Whether a noun counts something else: networks alone, "methods of clustering"."""
    token = tokens[j]
    if token.has("noun.subset"):
        return True
    if not token.has("noun.extractor") or token.folded.startswith(
        ("екстрактор", "extractor", "дескриптор", "descriptor")
    ):
        return False
    following = tokens[j + 1] if j + 1 < len(tokens) else None
    if following is not None and following.folded == "of" and j + 2 < len(tokens):
        following = tokens[j + 2]
    return (
        following is not None
        and following.is_word
        and (not following.tags or following.has("noun.result"))
        and not following.folded.startswith(("ознак", "feature"))
    )


def _before(clause: Clause, i: int) -> tuple[str, str, bool] | None:
    """«Датасетів оброблено: 3»: the noun, a colon, the number, and nothing more."""
    tokens = clause.tokens
    if i == 0 or tokens[i - 1].text not in ":=—–-":
        return None
    rest = [t for t in tokens[i + 1 :] if t.is_word or t.quantity]
    if rest and tokens[i + 1].text != "(":
        return None
    found = None
    j = 0
    while j < i - 1:
        token = tokens[j]
        noun = next((n for n in _NOUNS if token.has(f"noun.{n}")), None)
        plain = token.has(
            "noun.modifier", "noun.counted", "relation.at", "relation.among", "scope.all", "relation.copula"
        )
        if noun is not None:
            found = found or noun
        elif token.is_word and not plain:
            return None
        j += max(1, token.length("noun"))
    return (found, "", True) if found else None
