"""Who and which image set a clause is about when it does not say: what stands above it, nearest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeVar

from fxreport.audit.claims import Approx, Population, Scope, Subject
from fxreport.audit.extract.roles import cast, subjects_in
from fxreport.audit.facts import Facts
from fxreport.audit.markdown import Kind, Line
from fxreport.audit.names import squash
from fxreport.audit.tables import Grid, clean
from fxreport.audit.text import Clause, Tagger, Token

_CITATION = re.compile(
    r"\[\d+(?:[,–-]\s?\d+)*\](?!\()"
    r"|\((?:[^()]*[^\W\d_]\.?,?\s)?(?:19\d\d|20[0-3]\d)[a-z]?\)|\bet al\b|\bта ін\."
)
_SIGNED = re.compile(r"[—–-]\s*[A-ZА-ЯІЇЄҐ][\w.]+(?:\s[A-ZА-ЯІЇЄҐ][\w.]*)*,?\s*(?:\d{4})?\.?$")
_QUOTES = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
#: nothing of what a heading with these words holds was measured here
ELSEWHERE = "guard.elsewhere"


T = TypeVar("T")
Find = Callable[[Clause], T]
_CONDITIONS = frozenset(["with", "without", "after", "using", "при", "після", "без"])


@dataclass(frozen=True, slots=True)
class Inherited:
    """Whom a clause is about by its surroundings. ``strong`` is false where it is a guess."""

    subjects: tuple[Subject, ...] = ()
    family: str = ""
    strong: bool = True
    stranger: bool = False


@dataclass(slots=True)
class Context:
    """The document around a clause. Lines are tagged once."""

    facts: Facts
    tagger: Tagger
    grids: Sequence[Grid]
    _tagged: dict[int, list[Token]] = field(default_factory=dict)
    _clauses: dict[int, list[Clause]] = field(default_factory=dict)
    _earlier: dict[tuple[Find[Any], Clause], tuple[Clause, Any] | None] = field(default_factory=dict)
    _quoted: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def tokens(self, line: Line) -> list[Token]:
        key = id(line)
        if key not in self._tagged:
            self._tagged[key] = self.tagger.tokens(line.text)
        return self._tagged[key]

    def clauses(self, line: Line) -> list[Clause]:
        key = id(line)
        if key not in self._clauses:
            self._clauses[key] = self.tagger.clauses(line, self.tokens(line))
        return self._clauses[key]

    def earlier(self, clause: Clause, find: Find[T]) -> tuple[Clause, T] | None:
        """The nearest clause before this one in its line of which ``find`` finds something, and what.

        Each clause is looked through once, however many come after it.
        """
        passed: list[Clause] = []
        found: tuple[Clause, T] | None = None
        at: Clause | None = clause
        while at is not None:
            if (find, at) in self._earlier:
                found = self._earlier[find, at]
                break
            passed.append(at)
            if at.previous is not None and (seen := find(at.previous)):
                found = (at.previous, seen)
                break
            at = at.previous
        self._earlier.update(((find, each), found) for each in passed)
        return found

    def quotations(self, line: Line) -> list[tuple[int, int]]:
        """Where three words or more stand in quotation marks."""
        key = id(line)
        if key not in self._quoted:
            self._quoted[key] = [m.span() for m in _QUOTES.finditer(line.text) if len(m[0].split()) >= 3]
        return self._quoted[key]

    # -- who -----------------------------------------------------------------------------------------------

    def inherited(self, clause: Clause) -> Inherited:
        """The subject that a clause without one takes from its surroundings."""
        if clause.relative:
            token = clause.antecedent
            if token is None or not token.names:
                return Inherited(strong=False, stranger=token is not None and token.stranger)
            return Inherited((token.names,))
        if clause.previous is not None and (found := self._from_before(clause)) is not None:
            return found
        if clause.line.kind is Kind.PARAGRAPH and clause.previous is not None:
            return Inherited(strong=False)
        if _own_subject(clause) and clause.line.kind is not Kind.HEADING:
            return Inherited(strong=False)
        for parent in clause.line.parents:
            tokens = self.tokens(parent)
            own = subjects_in(tokens)
            if own:
                return Inherited(own, "", len(own) == 1)
            if any(t.stranger for t in tokens):
                return Inherited(stranger=True)
            family = next((t.value("family") for t in tokens if t.value("family")), None)
            if family:
                return Inherited((), family)
        for heading in clause.line.headings:
            tokens = self.tokens(heading)
            own = subjects_in(tokens)
            if not own and (family := next((t.value("family") for t in tokens if t.value("family")), None)):
                return Inherited((), family, clause.line.kind is Kind.ITEM and heading.level < 7)
            if own:
                bare = squash(re.sub(r"^[\d.\s]+|[^\w\s-]", "", clean(heading.text)))
                exact = (
                    len(own) == 1
                    and len(own[0]) == 1
                    and any(squash(s) == bare for s in self.facts.extractors.spellings()[own[0][0]])
                )
                return Inherited(own, "", exact)
            if any(t.stranger for t in tokens):
                return Inherited(stranger=True, strong=False)
        return Inherited(strong=False)

    def _from_before(self, clause: Clause) -> Inherited | None:
        """The subject of an earlier clause: sure in one sentence, or where a pronoun points to it."""
        pointed = any(t.has("relation.pronoun") for t in clause.tokens[:6])
        before = clause.previous
        # after «X, який …, » it goes on about X, if about anybody named
        passed_relative = False
        while before is not None and before.sentence >= clause.sentence - 1:
            same = before.sentence == clause.sentence
            if before.relative and same:
                passed_relative = True
                before = before.previous
                continue
            parts = cast(before)
            own = subjects_in([before.tokens[i] for i in parts.subjects])
            if before.relative and not own and before.antecedent is not None:
                own = subjects_in([before.antecedent])
            strangers = [t for t in before.tokens if t.stranger]
            if own or strangers:
                sure = len(own) == 1 and not strangers and not passed_relative
                sure = sure and (same or pointed) and not _own_subject(clause)
                return Inherited(own, "", sure, bool(strangers) and not own)
            if parts.objects:
                return Inherited(subjects_in([before.tokens[i] for i in parts.objects]), "", False)
            before = before.previous
        return None

    # -- where ---------------------------------------------------------------------------------------------

    def scopes(self, clause: Clause, tokens: Sequence[Token] | None = None) -> tuple[Scope, ...]:
        """The image sets that a clause is about: alternatives, the likeliest first."""
        own = clause.tokens if tokens is None else tokens
        counted = _count_scope(own, len(self.facts.datasets.ids))
        if counted is not None:
            return (counted,)
        sets = sets_in(own)
        if _part_of_sets(own, len(self.facts.datasets.ids)):
            return (Scope("unknown"), *((Scope("stated", sets),) if sets else ()))
        if sets:
            return (Scope("stated", sets),)
        if any(t.stranger for t in own) and _strange_set(self, own):
            return (Scope("unknown"),)
        averaged = any(t.has("scope.mean") for t in own)
        if _every_set(own, len(self.facts.datasets.ids)) and not averaged:
            return (Scope("every", self.facts.datasets.ids),)
        overall = any(t.has("scope.overall") for t in own) or (
            averaged and any(t.has("scope.every", "scope.all") for t in own)
        )
        if any(t.has("scope.most") for t in own) and any(t.has("noun.dataset") for t in own):
            return (Scope("most"),)
        around = list(self._around(clause))
        if overall:
            return (Scope("overall"), *around[:1])
        if any(t.has("scope.some") for t in own) and any(t.has("noun.dataset") for t in own):
            return (Scope("unknown"),)
        if any(t.has("scope.group_set") for t in own) and any(t.has("noun.dataset") for t in own):
            return (*around[:1], Scope("group"))
        place = _unknown_place(own)
        if place is not None:
            return (Scope("unknown"),)
        return tuple(around)

    def scopes_at(self, clause: Clause, i: int) -> tuple[Scope, ...]:
        """The image sets that the predicate at ``i`` is about: of several apart, the nearest."""
        scopes = self.scopes(clause)
        if scopes[0].kind != "stated" or len(scopes[0].datasets) < 2:
            return scopes
        tokens = clause.tokens
        places = [k for k, t in enumerate(tokens) if len(t.sets) == 1]
        listed = all(_one_list(tokens[a + tokens[a].covers : b]) for a, b in pairwise(places))
        if listed:
            return scopes
        cuts = [-1, *(k for k, t in enumerate(tokens) if t.text in ",;:"), len(tokens)]
        low = max(k for k in cuts if k < i)
        high = min(k for k in cuts if k > i)
        near = sets_in(tokens[low + 1 : high])
        return (Scope("stated", near),) if near else (Scope("unknown"), *scopes)

    def _around(self, clause: Clause) -> Iterator[Scope]:
        passed = False
        if (earlier := self.earlier(clause, sets_of)) is not None:
            before, sets = earlier
            yield Scope("stated", sets)
            if before.sentence == clause.sentence:
                return
            passed = True
        for parent in clause.line.parents:
            if sets := sets_in(self.tokens(parent)):
                yield Scope("stated", sets)
                return
        headings = list(clause.line.headings)
        pseudo = [h for h in headings if h.level > 6]
        loose: tuple[str, ...] = ()
        for heading in pseudo:
            if loose := sets_in(self.tokens(heading)):
                break
        if not loose and clause.line.table is not None:
            dataset = self.grids[clause.line.table].caption.dataset
            loose = (dataset,) if dataset is not None and dataset in self.facts.datasets.ids else ()
        if loose:
            yield Scope("stated", loose)
        for heading in headings:
            if heading in pseudo or (heading.level == 1 and heading.text.rstrip().endswith("?")):
                continue
            sets = sets_in(self.tokens(heading))
            if sets and (len(sets) == 1 or heading.level > 1):
                if sets == loose:
                    return
                yield Scope("stated", sets)
                if len(sets) > 1:
                    yield Scope("implicit")
                return
            if any(t.stranger and t.sets for t in self.tokens(heading)):
                yield Scope("unknown")
                return
        above = (*clause.line.parents, *headings)
        guess = (
            loose
            or passed
            or any(t.has("scope.group_set") for line in above for t in self.tokens(line) if line.level != 1)
        )
        whole_study = any(t.has("noun.conclusion") for line in headings for t in self.tokens(line))
        yield Scope("implicit" if whole_study and not guess else "group")

    # -- caution -------------------------------------------------------------------------------------------

    def caution(self, clause: Clause, at: int | None = None) -> str | None:
        """Why a clause may not be called false; ``at`` is the index of its predicate."""
        line = clause.line
        # what a relative clause says holds whatever its main clause supposes
        sentence = clause.tokens if clause.relative else clause.sentence_tokens or clause.tokens
        if line.text.startswith("[ ]"):
            return "hypothetical"  # a task
        if _under_condition(sentence):
            return "foreign"
        if any(t.has("guard.said") for t in sentence):
            return "foreign"
        if any(t.has("guard.foreign") for t in sentence) or _CITATION.search(_text(line, sentence)):
            return "foreign"
        if line.quoted and _SIGNED.search(line.text):
            return "foreign"
        for above in (*line.headings, *line.parents):
            tokens = self.tokens(above)
            if above.level != 1 and any(t.has(ELSEWHERE) for t in tokens):
                return "foreign"
            if above in line.parents and any(t.has("guard.foreign") for t in tokens):
                return "foreign"
        if at is not None:
            token = clause.tokens[at]
            if any(start < token.start < end for start, end in self.quotations(line)):
                return "foreign"
        if any(t.has("guard.hypothetical") for t in sentence) and not _reasoned(sentence, clause, at):
            return "hypothetical"
        if at is None:
            return None
        if any(t.has("guard.sole") for t in clause.tokens):
            return "partial"
        near = clause.tokens[max(0, at - 4) : at]
        if any(t.has("guard.modal") for t in near):
            return "hypothetical"
        for i in range(max(0, at - 3), at):
            token = clause.tokens[i]
            if token.has("guard.negation") and not any(t.text in ",;:" for t in clause.tokens[i:at]):
                return "negated"
        for i in range(max(0, at - 3), at + 1):
            token = clause.tokens[i]
            after = clause.tokens[i + 1 : i + 4]
            hedges_number = token.value("approx") and any(t.quantity or t.value("multiple") for t in after)
            if token.has("guard.partial") and not hedges_number:
                return "partial"
        return None

    def in_other_space(self, clause: Clause) -> bool:
        """Whether it speaks of pictures or layers rather than of measured clusterings."""
        if any(t.has("guard.other_space") for t in clause.tokens):
            return True
        for above in (*clause.line.parents, *clause.line.headings):
            if above.level in (1, 2) and above.level:
                continue
            if any(t.has("guard.other_space") for t in self.tokens(above)):
                return True
        return False

    def restricted(self, clause: Clause) -> bool:
        """Whether the words so far, the sentence before or a parent speak of some extractors only."""
        end = clause.tokens[-1].end if clause.tokens else 0
        tokens = [t for t in clause.sentence_tokens or clause.tokens if t.start < end]
        before = clause.previous
        while before is not None and before.sentence >= clause.sentence - 1:
            tokens.extend(before.tokens)
            before = before.previous
        for parent in clause.line.parents:
            tokens.extend(self.tokens(parent))
        return any(t.has("guard.restrict", "noun.subset", "relation.except") for t in tokens)

    # -- among whom ----------------------------------------------------------------------------------------

    def family(self, family: str) -> Population:
        certain = self.facts.members(family)
        return Population((*certain, *self.facts.unfamiliar), certain, label=family)


def _under_condition(sentence: Sequence[Token]) -> bool:
    """ "With 16 clusters, …", «Після відбілювання …»: it was not measured so."""
    first = sentence[0] if sentence else None
    if first is None or first.folded not in _CONDITIONS:
        return False
    for token in sentence[1:8]:
        if token.text in ",:—–":
            return True
        if token.names or token.sets or token.value("metric") or token.value("superlative"):
            return False
    return False


def _reasoned(sentence: Sequence[Token], clause: Clause, at: int | None) -> bool:
    """Whether it is the reason of advice: "If storage hurts, take A: its vectors …", «Якщо …, A, бо …»."""
    if at is None or not sentence or not sentence[0].has("guard.hypothetical"):
        return False
    if sum(t.has("guard.hypothetical") for t in sentence) > 1:
        return False
    place = clause.tokens[at].start
    for i, token in enumerate(sentence):
        if token.start >= place:
            return False
        if token.text == ":" or token.folded in ("бо", "because", "оскільки"):
            before = [t for t in sentence[:i] if t.text != ","]
            return bool(before) and bool(before[-1].names or before[-1].inside)
    return False


def _own_subject(clause: Clause) -> bool:
    """Whether a clause has a subject that is no name: «дві моделі …», "the networks …", "the classics …"."""
    for i, token in enumerate(clause.tokens[:6]):
        if token.value("superlative") or token.value("comparative") or token.value("winner"):
            return False
        if token.quantity and not token.quantity.is_whole:
            return False
        if token.has("noun.extractor") and not (i and clause.tokens[i - 1].has("relation.demonstrative")):
            return True
        if token.value("numeral") or (token.value("family") and not i):
            return True
    return False


def _text(line: Line, tokens: Sequence[Token]) -> str:
    return line.text[tokens[0].start : tokens[-1].end + 1] if tokens else ""


def sets_in(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The image sets named without doubt, but not those that something is compared with («проти плитки»)."""
    found = []
    for i, token in enumerate(tokens):
        before = tokens[max(0, i - 3) : i]
        compared = any(t.has("relation.versus", "relation.than") for t in before)
        compared = compared and not any(t.names or t.inside or t.stranger for t in before)
        # "last in spite of its win on Seed"
        compared = compared or any(t.has("relation.despite") for t in tokens[max(0, i - 7) : i])
        if len(token.sets) == 1 and not compared:
            found.append(token.sets[0])
    return tuple(dict.fromkeys(found))


def sets_of(clause: Clause) -> tuple[str, ...]:
    return sets_in(clause.tokens)


def _strange_set(context: Context, tokens: Sequence[Token]) -> bool:
    """Whether a set is named that the data do not hold."""
    for i, token in enumerate(tokens):
        if token.stranger and context.tagger.strangers.at([token.folded], 0):
            return True
        if token.stranger and i and tokens[i - 1].folded in ("на", "on") and not token.names:
            return True
    return False


def _unknown_place(tokens: Sequence[Token]) -> Token | None:
    """«на полях», "on dirty parts": a place or condition that is no set by name may be one."""
    for i, token in enumerate(tokens[:-1]):
        if token.folded not in ("на", "on", "at", "under", "при", "over"):
            continue
        if any(length > 1 for length in token.tags.values()):
            continue
        following = tokens[i + 1]
        if following.folded in ("the", "a") and i + 2 < len(tokens):
            following = tokens[i + 2]
        if following.has("noun.neutral_place"):
            continue
        plain = following.is_word and not following.tags and not following.inside
        if plain and not following.names and not following.sets:
            return following
    return None


def _one_list(between: Sequence[Token]) -> bool:
    """Whether two sets stand in one list: «на A та на B», "A, B"; not «на A …, на B …»."""
    plain = all(t.text in ',/&«»"“”' or t.has("relation.and", "relation.at", "noun.dataset") for t in between)
    joined = any(t.has("relation.and") for t in between)
    return plain and (joined or not any(t.has("relation.at") for t in between))


def _every_set(tokens: Sequence[Token], total: int) -> bool:
    """«на всіх трьох наборах», "on both sets": said of each one."""
    for i, token in enumerate(tokens):
        if not token.has("scope.every"):
            continue
        j = i + token.length("scope")
        both = any(t.has("scope.both") for t in tokens[i:j])
        for later in tokens[j : j + 4]:
            if later.has("noun.dataset"):
                return not both or total == 2
            count = whole(later)
            if count is not None and count != total:
                return False
            if (
                count is None
                and not later.has("noun.modifier", "relation.at", "relation.among")
                and later.folded != "the"
            ):
                break
        else:
            continue
        # «на обох», «на всіх трьох» at the end of a statement
        if both and total == 2 and not tokens[j : j + 1]:
            return True
    return False


def _part_of_sets(tokens: Sequence[Token], total: int) -> bool:
    """«на двох інших наборах», "on the two sets of characters": some sets that are not named here."""
    for i, token in enumerate(tokens):
        if token.has("noun.dataset"):
            near = tokens[max(0, i - 3) : i]
            counts = [n for t in near if (n := whole(t)) is not None]
            if any(n != total and n > 1 for n in counts) or any(t.has("scope.others") for t in near):
                return True
    return False


def _count_scope(tokens: Sequence[Token], total: int) -> Scope | None:
    """«on two of the three sets», «на двох із трьох наборів»."""
    numbers = [(i, whole(t)) for i, t in enumerate(tokens) if whole(t) is not None]
    for (i, part), (j, every) in pairwise(numbers):
        assert part is not None
        assert every is not None
        between = {t.folded for t in tokens[i + 1 : j]}
        after = tokens[j + 1 : j + 4]
        if (
            between
            and between <= {"of", "out", "the", "з", "із", "all", "зі"}
            and any(t.has("noun.dataset") for t in after)
        ):
            return Scope("count", (), part) if every == total else Scope("unknown")
    return None


def whole(token: Token) -> int | None:
    """A whole number, in digits or in words."""
    if token.quantity is not None:
        number = token.quantity
        return int(number.low) if number.is_whole and not number.is_range and number.unit == "" else None
    word = token.value("numeral")
    return int(word) if word else None


def approximation(clause: Clause, i: int) -> Approx:
    """What stands before the number at ``i``: about, almost, over, under…"""
    tokens = clause.tokens
    behind = [t.folded for t in tokens[i + 1 : i + 3]]
    if len(behind) == 2 and behind[0] in ("or", "і", "й", "або", "чи", "and"):
        if behind[1] in ("less", "below", "lower", "under", "fewer", "менше", "нижче"):
            return Approx.AT_MOST
        if behind[1] in ("more", "above", "higher", "over", "більше", "вище"):
            return Approx.AT_LEAST
    mark = tokens[i - 1].text if i else ""
    if mark in ("~", "≈", "∼"):
        return Approx.ABOUT
    if mark in ("<", "≤", "<="):
        return Approx.UNDER if mark == "<" else Approx.AT_MOST
    if mark in (">", "≥", ">="):
        return Approx.OVER if mark == ">" else Approx.AT_LEAST
    # words that may stand between a hedge and its number: "below an ARI of 0.25", «майже в 2 рази»
    k = i - 1
    while k >= 0 and i - k <= 7:
        token = tokens[k]
        value = token.value("approx")
        if value and k + token.length("approx") <= i:
            # «не менше ніж»: the longer phrase that ends at the same place
            for back in range(1, min(3, k) + 1):
                earlier = tokens[k - back]
                if earlier.value("approx") and earlier.length("approx") >= token.length("approx") + back:
                    k, token, value = k - back, earlier, earlier.value("approx")
                    break
            between = tokens[k + token.length("approx") : i]
            limit = (
                value in ("over", "under")
                and token.value("comparative") is not None
                and token.length("approx") == 1
            )
            if limit and between and not all(t.folded in ("за", "ніж", "than", "в", "у") for t in between):
                # «вищий за 0.3» is a limit, «вищий на 0.3» a difference
                return Approx.NONE
            return Approx(str(value))
        if not (
            _filler(token)
            or any(
                tokens[b].length("approx") > k - b
                for b in range(max(0, k - 3), k)
                if tokens[b].value("approx")
            )
        ):
            break
        k -= 1
    return Approx.NONE


def _filler(token: Token) -> bool:
    return token.folded in ("в", "у", "на", "by", "a", "an", "за", "ніж", "than", "the", "of") or bool(
        token.value("metric")
    )


def stretch(tokens: Sequence[Token], i: int) -> list[Token]:
    """The part of a clause between the commas around its number at ``i``."""
    cuts = [k for k, t in enumerate(tokens) if t.text == "," and not t.depth]
    low = max((k for k in cuts if k < i), default=-1)
    high = min((k for k in cuts if k > i), default=len(tokens))
    first = tokens[low + 1] if low + 1 < high else None
    if low >= 0 and high < len(tokens) and first is not None and first.value("comparative"):
        # «ARI, більший за 0,3, мають …»: the limit stands between commas
        return list(tokens)
    return list(tokens[low + 1 : high])
