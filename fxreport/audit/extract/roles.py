"""Who plays which part in a clause: subjects, those they are compared with, those they stand among."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fxreport.audit.claims import Subject
from fxreport.audit.text import Clause, Token

_SEPARATORS = frozenset(",/&")


@dataclass(slots=True)
class Cast:
    """Indices of tokens that name an extractor, by part.

    ``objects_family``, ``others``: what the subject is compared with where it is no name; ``among`` is the
    population of a superlative, None where it is a group that nobody can tell.
    """

    subjects: list[int] = field(default_factory=list)
    objects: list[int] = field(default_factory=list)
    among: list[int] = field(default_factory=list)
    without: list[int] = field(default_factory=list)
    objects_family: str = ""
    others: bool = False
    among_family: str = ""
    among_unknown: bool = False
    among_at: int = -1  # where the population is named
    among_count: int | None = None  # «з трьох»: how many it has
    strange_object: bool = False
    pronoun_object: bool = False  # «його випереджає A»: the object is whoever was spoken of before


def cast(clause: Clause) -> Cast:
    """Give each name of a clause its part."""
    made = Cast()
    tokens = clause.tokens
    part = "subjects"
    predicate = False
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.has("relation.except"):
            part, i = "without", i + token.length("relation")
            i = _collect(made, part, tokens, i)
            part = "subjects"
            continue
        if token.has("relation.after"):
            i = _collect(made, "without", tokens, i + token.length("relation"))
            continue
        if token.has("relation.among") and (_family_follows(tokens, i + 1) or _after_superlative(tokens, i)):
            made.among_at = i
            i = _population(made, tokens, i + 1)
            continue
        if token.has("relation.strictly_among"):
            made.among_at = i
            i = _population(made, tokens, i + token.length("relation"))
            continue
        if token.has("relation.than", "relation.versus"):
            # «Порівняно з A, B …»: the comma ends the list
            opening = i <= 1 and token.has("relation.versus")
            i = _collect(made, "objects", tokens, i + token.length("relation"), opening=opening)
            continue
        if predicate and token.has("relation.than_or_by") and _object_follows(tokens, i + 1):
            i = _collect(made, "objects", tokens, i + 1)
            continue
        if token.has("verb.better", "verb.worse", "verb.exceeds"):
            predicate = True
            if any(t.has("relation.object_pronoun") for t in tokens[max(0, i - 4) : i]):
                made.pronoun_object = True
                i += token.length("verb")
                continue
            i = _collect(made, "objects", tokens, i + token.length("verb"))
            continue
        if token.has(
            "comparative.better",
            "comparative.worse",
            "comparative.faster",
            "comparative.slower",
            "comparative.higher",
            "comparative.lower",
            "comparative.larger",
            "comparative.smaller",
            "comparative.efficient",
            "comparative.accurate",
        ):
            predicate = True
            if token.folded == "as":
                i = _collect(made, "objects", tokens, i + token.length("comparative"))
                continue
        if predicate is False and (
            token.value("multiple") or (token.quantity and token.quantity.unit == "x")
        ):
            predicate = True
        if token.names:
            made.subjects.append(i)
        i += 1
    return made


def _after_superlative(tokens: Sequence[Token], i: int) -> bool:
    """«найкращий з …», "the best extractor of …": a population follows, not a metric or a set."""
    if tokens[i].folded not in ("of", "out", "з", "із", "зі"):
        return False
    k = i - 1
    while k >= 0 and tokens[k].has("noun.extractor", "noun.modifier", "noun.result"):
        k -= 1
    if k < 0 or not (tokens[k].value("superlative") or tokens[k].value("ordinal")):
        return False
    following = tokens[i + 1 : i + 3]
    return any(
        t.has(
            "scope.others",
            "scope.all",
            "relation.demonstrative",
            "noun.extractor",
            "noun.subset",
            "relation.pronoun",
        )
        or t.value("numeral")
        or t.folded in ("those", "these", "тих", "цих", "них")
        for t in following
    )


def _family_follows(tokens: Sequence[Token], i: int) -> bool:
    """«із класичних ознак», "of the pretrained models"."""
    for token in tokens[i : i + 2]:
        if token.value("family"):
            return True
        if token.folded not in ("the", "all", "усіх", "всіх"):
            return False
    return False


def _object_follows(tokens: Sequence[Token], i: int) -> bool:
    for token in tokens[i : i + 3]:
        if token.names or token.stranger or token.value("family") or token.has("scope.others", "scope.all"):
            return True
        if token.value("metric") or token.quantity or not token.is_word:
            return False
    return False


def _collect(made: Cast, part: str, tokens: Sequence[Token], i: int, *, opening: bool = False) -> int:
    """Take the list of names that begins near ``i``: «A, B та C», «усіх інших», a family."""
    into: list[int] = getattr(made, part)
    start = i
    seen = False
    while i < len(tokens):
        token = tokens[i]
        if token.names:
            if seen and not _separated(tokens, i):
                break
            into.append(i)
            seen = True
            i += token.covers
            continue
        if token.stranger:
            if part == "objects":
                made.strange_object = True
            seen = True
        elif (family := token.value("family")) and not seen:
            if part == "objects":
                made.objects_family = family
            i += token.length("family")
            # «ніж pretrained-моделі»: the family is the object, names in parentheses belong to it
            continue
        elif part == "objects" and not seen and (token.value("numeral") or token.quantity):
            # «поступається трьом іншим»: which three is not said
            made.strange_object = True
            break
        elif (token.has("scope.others") and part == "objects") or (
            token.has("scope.all") and part == "objects"
        ):
            made.others = True
        elif token.text in _SEPARATORS or token.has("relation.and", "relation.or"):
            following = tokens[i + 1 : i + 3]
            if not any(t.names for t in following) or (token.text == "," and opening and seen):
                break
        elif token.has("noun.extractor", "copula.x") or token.text in '(«"“”»':
            pass
        elif (
            seen or not token.is_word or i - start > 3 or token.value("metric") or token.value("superlative")
        ) or token.quantity is not None:
            break
        i += 1
    return max(i, start)


def _separated(tokens: Sequence[Token], i: int) -> bool:
    before = tokens[i - 1] if i else None
    return before is not None and (before.text in _SEPARATORS or before.has("relation.and", "relation.or"))


def _population(made: Cast, tokens: Sequence[Token], i: int) -> int:
    """«серед усіх», "among the pretrained models", «серед A, B і C»."""
    known = False
    while i < len(tokens):
        token = tokens[i]
        if token.names:
            made.among.append(i)
            known = True
            i += token.covers
            continue
        if family := token.value("family"):
            made.among_family = family
            known = True
            i += token.length("family")
            continue
        if token.has("noun.subset") and (made.among_family or made.among_count is not None):
            i += 1
            continue
        if token.has(
            "scope.others", "noun.subset", "relation.pronoun", "relation.demonstrative"
        ) and token.folded not in ("the", "та"):
            made.among_unknown = True
            i += 1
            continue
        if token.value("numeral"):
            made.among_count = int(float(str(token.value("numeral"))))
            known = True
        elif token.has("scope.all", "noun.extractor", "noun.result"):
            known = known or token.has("scope.all") or token.has("noun.extractor")
        elif (
            token.value("numeral")
            or token.quantity
            or token.has("noun.modifier", "relation.at")
            or token.folded == "the"
        ):
            pass
        elif token.text in _SEPARATORS or token.has("relation.and"):
            if not any(t.names for t in tokens[i + 1 : i + 3]):
                break
        elif not token.is_word or token.sets:
            following = tokens[i + 1] if i + 1 < len(tokens) else None
            if token.text == "," and following is not None and following.has("relation.relative"):
                made.among_unknown = True
            break
        elif token.has("relation.relative"):
            made.among_unknown = True
            break
        elif known:
            break
        else:
            made.among_unknown = True
            i += 1
            continue
        i += 1
    if not known:
        made.among_unknown = True
    return i


def runs(tokens: Sequence[Token], indices: Iterable[int]) -> list[list[int]]:
    """Group the indices of names that stand in one list: «A, B та C»."""
    groups: list[list[int]] = []
    for i in sorted(indices):
        if groups:
            last = groups[-1][-1]
            between = tokens[last + tokens[last].covers : i]
            joined = between and all(
                t.text in _SEPARATORS or t.has("relation.and", "relation.or") or t.has("noun.extractor")
                for t in between
            )
            if joined:
                groups[-1].append(i)
                continue
        groups.append([i])
    return groups


def pair(items: Sequence[int], groups: Sequence[Sequence[int]]) -> dict[int, tuple[list[int], bool]]:
    """Give each item (a number, a superlative) the group it belongs to, and whether that is sure.

    «A … 1, B … 2» pairs to the left, «1 for A, 2 for B» to the right; a single group owns everything.
    """
    if not groups:
        return {}
    if len(groups) == 1:
        return {item: (list(groups[0]), True) for item in items}
    marks = sorted(
        [(item, "item", -1) for item in items] + [(g[0], "group", n) for n, g in enumerate(groups)]
    )
    kinds = [kind for _, kind, _ in marks]
    made: dict[int, tuple[list[int], bool]] = {}
    right = kinds[0] == "item" and kinds[-1] == "group"
    alternating = all(a != b for a, b in itertools.pairwise(kinds))
    for at, (item, kind, _) in enumerate(marks):
        if kind != "item":
            continue
        lefts = [n for _, k, n in marks[:at] if k == "group"]
        rights = [n for _, k, n in marks[at:] if k == "group"]
        if right:
            if not rights:
                continue
            made[item] = (list(groups[rights[0]]), alternating)
        elif lefts:
            # two groups before one item: which of them is meant is not sure
            crowded = at >= 2 and kinds[at - 1] == "group" and kinds[at - 2] == "group"
            made[item] = (list(groups[lefts[-1]]), not crowded)
        elif rights:
            made[item] = (list(groups[rights[0]]), True)
    return made


def named(tokens: Sequence[Token], group: Sequence[int]) -> tuple[Subject, ...]:
    return subjects_in([tokens[i] for i in group])


def subjects_in(tokens: Sequence[Token]) -> tuple[Subject, ...]:
    """The extractors named, each once."""
    return tuple(dict.fromkeys(t.names for t in tokens if t.names))
