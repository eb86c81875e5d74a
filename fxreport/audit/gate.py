"""The gate before «contradicted»: only statements of a firm form may be called false.

That every reading of a statement is false is not enough where it may be about something that was not read.
What does not pass is *suspect*: not checkable, with a mark.
"""

from __future__ import annotations

from collections.abc import Sequence

from fxreport.audit.claims import (
    Approx,
    Claim,
    ComparisonClaim,
    CountClaim,
    DerivedClaim,
    PlaceClaim,
    RangeClaim,
    RecommendationClaim,
    TallyClaim,
    ValueClaim,
)
from fxreport.audit.context import Context, approximation, sets_in, sets_of, stretch, whole
from fxreport.audit.facts import EFFICIENCY
from fxreport.audit.markdown import Kind
from fxreport.audit.text import Clause, Token

#: lines whose statements take their subject from what holds them
_FRAGMENTS = (Kind.ITEM, Kind.CODE, Kind.CELL, Kind.HEADING)
_TASKS = frozenset(
    [
        "завдання",
        "мета",
        "ціль",
        "питання",
        "критерій",
        "умова",
        "умови",
        "task",
        "goal",
        "aim",
        "question",
        "todo",
        "objective",
        "criterion",
        "condition",
    ]
)
_SUBSETS = ("noun.subset", "relation.strictly_among", "guard.restrict")


def is_firm(claim: Claim, clause: Clause | None, context: Context) -> bool:
    """Whether a statement is of a form in which who, where and what are certain.

    ``clause`` is None for what tables say.
    """
    if clause is None:
        return True
    if isinstance(claim, DerivedClaim):
        return True
    sentence = clause.sentence_tokens or clause.tokens
    if isinstance(claim, TallyClaim):
        # «на A — три, на B — жоден»: each stretch between commas is a statement
        sentence = stretch(clause.tokens, claim.at)
    if sentence and sentence[0].folded in _TASKS:
        return False
    alone = isinstance(claim, TallyClaim) and claim.count == 1  # "only one", said in full
    if any(t.has("guard.sole") for t in sentence) and not alone:
        return False
    if any(t.has("guard.negation", "relation.except", "relation.despite") for t in sentence):
        return False
    if any(t.has("scope.none") for t in sentence) and not isinstance(claim, RangeClaim):
        return False
    if isinstance(claim, RecommendationClaim) or claim.kind == "recommendation":
        # advice that tells a place has weighed it: «підійде A: він другий за швидкістю»
        return not any(t.value("ordinal") for t in sentence)
    if any(t.has("relation.only") for t in sentence) and not isinstance(claim, TallyClaim):
        return False
    if isinstance(claim, CountClaim):
        return not any(t.depth for t in clause.tokens if t.start >= clause.tokens[claim.at].start)
    if any(t.has("noun.difference") for t in sentence):
        return False
    if isinstance(claim, ValueClaim) and any(t.has("noun.sum") for t in sentence):
        return False  # "takes 194.9 s for the four sets together"
    if EFFICIENCY not in claim.metrics and _quotient(sentence):
        return False
    return (
        _somewhere(claim, clause, context)
        and _somebody(claim, clause, context)
        and _among_whom(claim, clause, context)
        and _in_a_clear_form(claim, clause)
    )


def _quotient(sentence: Sequence[Token]) -> bool:
    """Whether a metric is divided by something: "F1 on A / latency", "ARI per watt"."""
    for i, token in enumerate(sentence):
        before = [t for t in sentence[max(0, i - 5) : i] if t.value("metric")]
        if token.text in "/÷" and before and before[-1].length("metric") < 3:
            return True
        if token.folded == "per" and any(not t.has("metric.extraction_seconds") for t in before):
            return True
    return False


def _somewhere(claim: Claim, clause: Clause, context: Context) -> bool:
    """Whether the image set is named in the sentence, given by the structure, or the whole study is meant."""
    if any(len(t.sets) > 1 for t in clause.sentence_tokens or clause.tokens):
        return False  # a set that was taken under several conditions
    if len(context.facts.datasets.ids) < 2 or sets_in(clause.tokens):
        return True
    earlier = context.earlier(clause, sets_of)
    return earlier is None or earlier[0].sentence == clause.sentence


def _own(claim: Claim, clause: Clause) -> list[int]:
    """Where the clause names a subject of the claim."""
    subjects = {name for subject in claim.subjects for name in subject}
    return [k for k, t in enumerate(clause.tokens) if t.names and set(t.names) & subjects]


def _somebody(claim: Claim, clause: Clause, context: Context) -> bool:
    """Whether the subject is named in the clause, or by what holds a fragment without a pronoun."""
    if isinstance(claim, TallyClaim) and not claim.subjects:
        return True
    family = isinstance(claim, ComparisonClaim) and bool(claim.family)
    if family and any(t.value("family") for t in clause.tokens):
        return True
    if isinstance(claim, RangeClaim) and any(t.has("scope.all", "scope.none") for t in clause.tokens):
        return True
    if _own(claim, clause):
        return True
    if _pointed(claim, clause):
        return True
    if any(t.has("relation.pronoun") for t in clause.tokens):
        return False
    named_before = context.earlier(clause, _names_somebody) is not None
    return clause.line.kind in _FRAGMENTS and not named_before and not clause.relative


def _names_somebody(clause: Clause) -> bool:
    return any(t.names or t.stranger for t in clause.tokens)


_POSSESSIVE = frozenset(["its", "his", "її", "його", "неї", "нього"])


def _pointed(claim: Claim, clause: Clause) -> bool:
    """Whether a possessive can mean but one: "take A: its vectors …", «A, у неї пік …».

    Or two things are said of one: in "A has both a lower … and a lower … than B" A is named once.
    """
    before = clause.previous
    at = clause.tokens[0].start
    earlier = [t for t in clause.sentence_tokens if t.start < at]
    own = [t for t in clause.sentence_tokens if t.start < clause.tokens[claim.at].start and t.names]
    whole = [t for t in clause.sentence_tokens if t.names]
    if len(claim.subjects) != 1 or {t.names for t in own} != {claim.subjects[0]}:
        return False
    if any(
        t.stranger or t.value("family") or t.has("relation.demonstrative") for t in clause.sentence_tokens
    ):
        return False
    words = {t.folded for t in clause.tokens[: claim.at]}
    if words & _POSSESSIVE and isinstance(claim, PlaceClaim):
        return {t.names for t in whole} == {claim.subjects[0]}
    joined = (
        clause.tokens[0].has("relation.and") and before is not None and before.sentence == clause.sentence
    )
    joined = clause.tokens[0].has("relation.and") and before is not None
    joined = joined and before is not None and before.sentence == clause.sentence
    return joined and isinstance(claim, ComparisonClaim) and any(t.folded == "both" for t in earlier)


def _among_whom(claim: Claim, clause: Clause, context: Context) -> bool:
    """Whether no part of the extractors is spoken of, or one whose members are known."""
    end = clause.tokens[-1].end
    earlier = [t for t in clause.sentence_tokens if t.end <= end] or clause.tokens
    known = isinstance(claim, PlaceClaim) and (
        claim.population.members is not None or claim.population.size is not None
    )
    if known or (isinstance(claim, ComparisonClaim) and claim.family):
        return True
    if any(t.value("family") for t in earlier):
        return False
    if isinstance(claim, PlaceClaim) and _some_of(clause):
        return False
    if isinstance(claim, PlaceClaim) and (_limited(clause) or _defined(clause, claim.at)):
        return False
    for i, token in enumerate(earlier):
        if not token.has(*_SUBSETS):
            continue
        following = earlier[i + 1 : i + 4]
        if token.has("relation.strictly_among") and any(t.has("scope.all") for t in following):
            continue
        if token.has("noun.subset") and context.facts.are_all(token.folded):
            continue
        return False
    return True


def _some_of(clause: Clause) -> bool:
    """Whether a sentence begins with a part that was not resolved: "Of the three largest …", «Із трьох …»."""
    words = [t for t in clause.sentence_tokens[:5] if t.is_word]
    opened = bool(words) and words[0].folded in ("of", "among", "із", "з", "зі", "серед", "з-поміж")
    return opened and any(whole(t) is not None or t.value("superlative") for t in words[1:])


def _limited(clause: Clause) -> bool:
    """Whether those meant have to keep a limit: "Under 5 minutes: A remains the best"."""
    limits = (Approx.OVER, Approx.UNDER, Approx.AT_LEAST, Approx.AT_MOST)
    return any(
        t.quantity is not None and approximation(clause, k) in limits for k, t in enumerate(clause.tokens)
    )


def _defined(clause: Clause, at: int) -> bool:
    """Whether a relative clause says who may be the best: "the best that qualifies"; not "that I tested"."""
    for i, token in enumerate(clause.tokens[at : at + 6]):
        if token.has("relation.relative"):
            following = clause.tokens[at + i + 1 : at + i + 2]
            return not any(t.folded in ("i", "we", "я", "ми") for t in following)
    return False


def _in_a_clear_form(claim: Claim, clause: Clause) -> bool:
    tokens = clause.tokens
    own = _own(claim, clause)
    at = claim.at
    if isinstance(claim, ValueClaim):
        if any(t.folded in _POSSESSIVE for t in tokens[min(own, default=at) : at]):
            return False  # "A needs 15 ms, its nearest rival 20"
        people = {t.names for t in tokens if t.names}
        if own and len(people) > 1 and claim.siblings is None and not _beside(tokens, own, at):
            return False
        # a metric that stands in an earlier clause may have been qualified there
        unit = claim.stated.unit in ("s", "D")
        return claim.settled or unit or any(t.value("metric") for t in tokens) or clause.previous is None
    if tokens and tokens[-1].has("relation.than"):
        return False  # whom it is compared with stands elsewhere
    if any(t.has("relation.next") for t in tokens[:3]):
        return True  # «за ним іде A»
    if isinstance(claim, PlaceClaim) and _shared(clause, own, at):
        return False
    if isinstance(claim, PlaceClaim) and own:
        if _pointed(claim, clause):
            return True
        return _clear_path(tokens, own, at, clause.sentence_tokens or tokens)
    if isinstance(claim, ComparisonClaim):
        return not own or min(own) < at or any(t.value("metric") for t in tokens[:at])
    return True


def _shared(clause: Clause, own: Sequence[int], at: int) -> bool:
    """Whether somebody else is the subject: «він ділить перше місце з A», "it shares first place with A".

    Or the order is that of a median, which is no metric by itself.
    """
    tokens = clause.tokens
    if any(t.folded.startswith(("діл", "поділя", "розділя", "share", "sharing", "tie")) for t in tokens):
        return True
    if any(t.has("scope.median") for t in tokens) and not any(t.value("metric") for t in tokens):
        return True
    spoken = any(t.folded in ("він", "вона", "воно", "вони", "it", "they") for t in tokens[:at])
    return spoken and bool(own) and min(own) > at


def _beside(tokens: Sequence[Token], own: Sequence[int], at: int) -> bool:
    """Whether a number stands right by one of the names: «A (0,439)», "A: 0.439"."""
    return any(
        0 <= at - (k + tokens[k].covers) <= 3
        and not any(t.is_word for t in tokens[k + tokens[k].covers : at])
        for k in own
    )


def _clear_path(tokens: Sequence[Token], own: Sequence[int], at: int, sentence: Sequence[Token] = ()) -> bool:
    """Whether one subject and a superlative stand in one statement: nothing else could be its subject."""
    left = [k for k in own if k < at]
    right = [k for k in own if k > at]
    left = [k for k in left if tokens[k].depth <= tokens[at].depth]
    if left:
        last = left[-1] + tokens[left[-1]].covers
        # a comma between them opens an apposition only where nothing but punctuation stands there
        between = tokens[last:at]
        comma = any(t.text in ",;" and not t.depth for t in between)
        if comma and sum(bool(t.value("superlative")) for t in sentence) > 1:
            return False  # "The fastest is A, the slowest B": the second begins with its superlative
        words = [
            t for t in between if t.is_word and not t.depth and not t.has("noun.modifier", "relation.copula")
        ]
        return not words or not any(t.text in ",;" and not t.depth for t in between)
    if not right:
        return False
    length = max(tokens[at].length("superlative"), tokens[at].length("winner"), 1)
    between = tokens[at + length : right[0]]
    if any(t.text in ",;" and not t.depth for t in between):
        return False
    if any(t.quantity is not None and not t.depth for t in between):
        return False
    strange = [t for t in between if t.is_word and not (t.tags or t.names or t.sets or t.inside)]
    before = [t for t in tokens[:at] if t.is_word and not (t.tags or t.names or t.sets or t.inside)]
    return len(strange) <= 1 and len(before) <= 1
