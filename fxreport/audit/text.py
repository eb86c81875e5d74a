"""Prose → clauses of tagged tokens: names, metrics, numbers, words of comparison and of caution."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from fxreport.audit.lexicon import fold, lexicon, longest
from fxreport.audit.markdown import Line
from fxreport.audit.names import NO_NAMES, Names, looks_like_name
from fxreport.audit.numbers import QUANTITY, Quantity, add_times, read

_TOKEN = re.compile(
    r"(?P<size>\d+(?:\s?[×xх]\s?\d+)+(?!\w)|\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})"
    r"|(?P<word>[^\W\d_](?:[\w'’ʼ]|[-‑–](?=\w)|@(?=\w)|/(?=\d)|\.(?=\d))*)"
    rf"|(?P<quantity>{QUANTITY.pattern})"
    r"|(?P<punct>→|->|=>|[<>]=|\S)"
)
#: a number after one of these names a part of the document
_LABELS = frozenset(
    [
        "таблиця",
        "таблиці",
        "табл",
        "table",
        "tab",
        "рис",
        "рисунок",
        "рисунку",
        "figure",
        "fig",
        "розділ",
        "розділу",
        "section",
        "сценарій",
        "scenario",
        "інсайт",
        "insight",
        "висновок",
        "conclusion",
        "пункт",
        "крок",
        "step",
        "завдання",
        "версія",
        "version",
        "seed",
        "зерно",
        "top",
        "топ",
        "k",
        "глава",
        "chapter",
        "додаток",
        "appendix",
    ]
)
_ABBREVIATIONS = frozenset(
    [
        "vs",
        "et",
        "al",
        "напр",
        "наприклад",
        "e.g",
        "i.e",
        "e",
        "g",
        "табл",
        "рис",
        "fig",
        "approx",
        "ca",
        "см",
        "т",
        "д",
        "ін",
        "тис",
        "млн",
        "no",
    ]
)
COUNTED = tuple(
    f"noun.{n}" for n in ("extractor", "dataset", "experiment", "metric", "measurement", "class", "image")
)
_SUBJECT_PRONOUNS = frozenset(["він", "вона", "воно", "вони", "it", "they"])
_EVERYBODY = ("scope.all", "scope.none", "scope.others")
#: a size after a name makes another variant of it
_PIXELS = frozenset(["px", "пкс", "pixels", "пікселів", "піксели"])
_ENDS = frozenset(".!?;…")
_OPEN, _CLOSE = "([{«“", ")]}»”"
#: tokens of the longest sentence that is read: three times the longest of the labelled documents. What is
#: longer is a listing, and since each number is read in view of its whole sentence, dear to read
LONGEST_SENTENCE = 200
_NUMBERING = re.compile(r"^(?:\d+\.)+\d*\.?\s+|^\d+\)\s+")
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3]")


@dataclass(slots=True)
class Token:
    """A word, number or mark. ``tags``: tag → how many tokens its phrase covers, from this one on."""

    text: str
    folded: str
    start: int
    end: int
    quantity: Quantity | None = None
    is_word: bool = False
    depth: int = 0  # of parentheses
    tags: dict[str, int] = field(default_factory=dict)
    names: tuple[str, ...] = ()  # extractors that it may name
    sets: tuple[str, ...] = ()
    stranger: bool = False  # names something that the data do not hold
    covers: int = 1
    inside: bool = False  # in a name, after its first word

    def value(self, group: str) -> str | None:
        found = longest(self.tags, group)
        return found[0] if found else None

    def length(self, group: str) -> int:
        found = longest(self.tags, group)
        return found[1] if found else 1

    def counts(self) -> bool:
        """Whether it names something that is counted rather than measured."""
        return self.has(*COUNTED)

    def has(self, *tags: str) -> bool:
        return not self.tags.keys().isdisjoint(tags)


@dataclass(slots=True, eq=False)
class Clause:
    """A part of a sentence with one statement. ``previous`` is the clause before it in the same line."""

    tokens: list[Token]
    line: Line
    sentence: int
    previous: Clause | None = None
    question: bool = False
    antecedent: Token | None = None
    followed_by_relative: bool = False
    relative: bool = False
    sentence_tokens: list[Token] = field(default_factory=list)
    unread: bool = False  # a sentence too long to be read

    @property
    def text(self) -> str:
        if not self.tokens:
            return ""
        return self.line.text[self.tokens[0].start : self.tokens[-1].end]

    @property
    def number(self) -> int:
        return self.line.number_at(self.tokens[0].start) if self.tokens else self.line.number

    def says(self, *tags: str) -> bool:
        """Whether its sentence has a word of these tags."""
        return any(t.has(*tags) for t in self.sentence_tokens or self.tokens)

    @property
    def words(self) -> list[str]:
        """The folded words of its sentence."""
        return [t.folded for t in self.sentence_tokens or self.tokens]

    def find(self, group: str) -> list[int]:
        prefix = f"{group}."
        return [i for i, t in enumerate(self.tokens) if any(tag.startswith(prefix) for tag in t.tags)]

    def any(self, *tags: str) -> bool:
        return any(t.has(*tags) for t in self.tokens)


@dataclass(frozen=True, slots=True)
class Tagger:
    """Tags prose with the names of the data. ``strangers`` are image sets that the data do not hold."""

    extractors: Names
    datasets: Names
    own_metrics: Names
    strangers: Names
    decimal_comma: bool

    def tokens(self, text: str) -> list[Token]:
        found = list(self._split(text))
        self._tag(found)
        found = _ranges(_times_of(_composite(found)))
        _carry_units(found)
        return found

    def clauses(self, line: Line, tokens: list[Token] | None = None) -> list[Clause]:
        """The statements of a line in reading order."""
        tokens = self.tokens(line.text) if tokens is None else tokens
        made: list[Clause] = []
        for number, sentence in enumerate(_sentences(tokens)):
            if len(sentence) > LONGEST_SENTENCE:
                # of the rest nothing is kept, lest every later clause looks through it
                start = sentence[:LONGEST_SENTENCE]
                last = made[-1] if made else None
                made.append(Clause(start, line, number, last, sentence_tokens=start, unread=True))
                continue
            question = sentence[-1].text == "?" if sentence else False
            for part in _parts(sentence):
                if any(t.is_word or t.quantity for t in part):
                    clause = Clause(
                        part, line, number, made[-1] if made else None, question, sentence_tokens=sentence
                    )
                    clause.relative = _is_relative(part)
                    if clause.relative:
                        clause.antecedent = _last_name(sentence, part[0])
                        first = next(t for t in part if t.is_word)
                        if clause.antecedent is None and first.folded in ("що", "that", "where", "де"):
                            # «очікуємо, що …»: what is expected, not who
                            clause.relative = False
                    if clause.relative and made and made[-1].sentence == number:
                        made[-1].followed_by_relative = True
                    made.append(clause)
        return made

    def _split(self, text: str) -> Iterator[Token]:
        blank = _PICTURES.sub(lambda m: " " * len(m[0]), text)
        numbering = _NUMBERING.match(blank)
        at = numbering.end() if numbering else 0
        depth = 0
        last: Token | None = None
        while match := _TOKEN.search(blank, at):
            at = match.end()
            if match["size"]:
                continue
            piece = match[0]
            token = Token(
                piece, fold(piece), match.start(), match.end(), is_word=bool(match["word"]), depth=depth
            )
            if match["quantity"]:
                labelled = last is not None and (last.folded in _LABELS or last.text in "#№")
                number = QUANTITY.match(blank, match.start())
                if number is None or labelled:
                    continue
                at = number.end()
                token.end = at
                token.quantity = read(number, decimal_comma=self.decimal_comma)
                token.text, token.folded = number[0], fold(number[0])
            elif piece in _OPEN:
                depth += 1
                token.depth = depth
            elif piece in _CLOSE:
                depth = max(0, depth - 1)
            last = token
            yield token

    def _tag(self, tokens: Sequence[Token]) -> None:
        words = [t.folded for t in tokens]
        lex = lexicon()
        named = 0
        until: dict[str, int] = {}
        for i, token in enumerate(tokens):
            if i < named or not (token.is_word or token.text in "#№&<>" or token.folded == "№1"):
                continue
            if token.is_word and (length := self._name(tokens, words, i)):
                named = i + length
                continue
            if not token.is_word and token.text not in "#№&":
                continue
            own = self.own_metrics.at(words, i) if token.is_word else None
            for tag, length in lex.at(words, i).items():
                group = tag.partition(".")[0]
                if i < until.get(group, 0) and length == 1:
                    continue
                token.tags[tag] = length
            if own and len(own.ids) == 1:
                token.tags[f"metric.{own.ids[0]}"] = max(own.words, 2)
                until["metric"] = i + own.words
            # "not only" is no "not", «якщо усереднити» no «якщо»: the longest phrase counts
            longest_guard = token.length("guard")
            for tag in [t for t, n in token.tags.items() if t.startswith("guard.") and n < longest_guard]:
                del token.tags[tag]
            for group in {tag.partition(".")[0] for tag in token.tags}:
                length = token.length(group)
                if length > 1:
                    until[group] = max(until.get(group, 0), i + length)
                    until["guard"] = max(until.get("guard", 0), i + length)

        for i in range(1, len(tokens) - 1):
            beside = tokens[i + 1].names and (tokens[i - 1].names or tokens[i - 1].inside)
            if tokens[i].folded in ("leads", "led") and beside:
                tokens[i].tags = {"verb.better": 1}  # "A leads B by 3 points"

    def _name(self, tokens: Sequence[Token], words: Sequence[str], i: int) -> int:
        """Mark a name that begins at ``i``; how many tokens it takes, 0 for none."""
        token = tokens[i]
        extractor, dataset, strange = (
            n.at(words, i) for n in (self.extractors, self.datasets, self.strangers)
        )
        length = max((m.words for m in (extractor, dataset, strange) if m), default=0)
        if not length:
            if (
                looks_like_name(token.text)
                and token.folded not in NO_NAMES
                and not token.folded.endswith("-like")
            ):
                token.stranger = True
                return 1
            return 0
        after = tokens[i + length] if i + length < len(tokens) else None
        before = tokens[i - 1] if i else None
        changed = after is not None and (
            re.fullmatch(r"v\d+(?:\.\d+)?|large|small|tiny|xl|pro", after.folded) is not None
            or (after.text == "+" and i + length + 1 < len(tokens))
            or (
                after.quantity is not None
                and len(tokens) > i + length + 1
                and tokens[i + length + 1].folded in _PIXELS
            )
        )
        for each in tokens[i : i + length]:
            each.tags.clear()
            each.inside = each is not token
        token.covers = length
        if changed and extractor and extractor.words == length:
            token.stranger = True
        elif dataset and dataset.words == length:
            token.sets = dataset.ids
        elif extractor and extractor.words == length:
            token.names = extractor.ids
        elif (before is not None and before.has("relation.at") and strange) or strange:
            token.stranger = True
        return length


def _is_relative(part: Sequence[Token]) -> bool:
    words = [t for t in part if t.is_word][:2]
    return any(t.has("relation.relative") for t in words)


def _last_name(sentence: Sequence[Token], first: Token) -> Token | None:
    """The name right before a relative clause, which it speaks of; None where something else stands there."""
    before = [t for t in sentence if t.start < first.start and t.text not in ",()"]
    for token in reversed(before):
        if token.names or token.stranger or token.sets:
            end = token.start
            return (
                token
                if not any(t.is_word and t.start > end and not _inside(token, before, t) for t in before)
                else None
            )
    return None


def _inside(name: Token, tokens: Sequence[Token], token: Token) -> bool:
    """Whether a token belongs to a name of several words."""
    at = tokens.index(name)
    return token in tokens[at : at + name.covers]


def _carry_units(tokens: Sequence[Token]) -> None:
    """«у 2,0 та в 1,5 раза»: the unit of the last number of a list belongs to all."""
    for i in range(len(tokens) - 1, -1, -1):
        token = tokens[i]
        if token.quantity is None or token.quantity.unit != "":
            continue
        j = i + 1
        while j < len(tokens) and j <= i + 4:
            following = tokens[j]
            if following.quantity is not None:
                if following.quantity.unit in ("x", "pp", "%") and j > i + 1:
                    token.quantity = replace(token.quantity, unit=following.quantity.unit)
                break
            if not (
                following.text in ",/"
                or following.has("relation.and", "relation.or")
                or following.folded in ("в", "у", "on", "by")
            ):
                break
            j += 1


_FOLD = frozenset(["times", "раз", "рази", "разів", "раза"])


def _times_of(tokens: list[Token]) -> list[Token]:
    """«у вісім разів», "five times": a numeral before the word for times is a ratio."""
    made: list[Token] = []
    for token in tokens:
        word = made[-1].value("numeral") if made else None
        if word and token.folded in _FOLD:
            last = made.pop()
            text = f"{last.text} {token.text}"
            joined = Token(text, fold(text), last.start, token.end, depth=last.depth)
            joined.quantity = Quantity(float(word), float(word), 1.0, "x", text, 0)
            made.append(joined)
        else:
            made.append(token)
    return made


def _composite(tokens: list[Token]) -> list[Token]:
    """«4 хв 25 с» is one number."""
    made: list[Token] = []
    for token in tokens:
        last = made[-1] if made else None
        if (
            last is not None
            and last.quantity is not None
            and token.quantity is not None
            and last.quantity.unit == token.quantity.unit == "s"
            and last.quantity.step >= 60 > token.quantity.step
        ):
            text = f"{last.text} {token.text}"
            joined = Token(text, fold(text), last.start, token.end, depth=last.depth)
            joined.quantity = add_times(last.quantity, token.quantity)
            made[-1] = joined
        else:
            made.append(token)
    return made


def _ranges(tokens: list[Token]) -> list[Token]:
    """Join «from A to B» and «A до B» into one number."""
    made: list[Token] = []
    for token in tokens:
        if (
            token.quantity is not None
            and len(made) >= 2
            and made[-1].folded in ("до", "to", "and", "та", "і", "по")
            and made[-2].quantity is not None
            and not made[-2].quantity.is_range
            and not token.quantity.is_range
            and made[-2].quantity.unit in ("", token.quantity.unit)
        ):
            before = made[-3].folded if len(made) >= 3 else ""
            opened = before in ("від", "from", "between", "між", "з")
            if opened or made[-1].folded in ("to", "до"):
                first = made[-2]
                assert first.quantity is not None
                text = f"{first.text} {made[-1].text} {token.text}"
                joined = Token(text, fold(text), first.start, token.end, depth=first.depth)
                joined.quantity = first.quantity.to(token.quantity, text)
                del made[-3 if opened else -2 :]
                made.append(joined)
                continue
        made.append(token)
    return made


def _sentences(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    current: list[Token] = []
    for i, token in enumerate(tokens):
        current.append(token)
        if token.text not in _ENDS:
            after = tokens[i + 1] if i + 1 < len(tokens) else None
            # «на 5,2 п. п. Розкид …»: the full stop is part of the unit
            if (
                token.quantity
                and token.text.endswith(".")
                and after
                and after.is_word
                and after.text[0].isupper()
            ):
                yield current
                current = []
            continue
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        before = tokens[i - 1].folded if i else ""
        if token.text == "." and following is not None:
            glued = following.start == token.end
            if glued or before in _ABBREVIATIONS or (following.is_word and following.text[0].islower()):
                continue
        if token.depth and following is not None and token.text != ";":
            continue
        yield current
        current = []
    if current:
        yield current


def _parts(tokens: list[Token]) -> Iterator[list[Token]]:
    """Cut a sentence where a statement begins: at words of contrast, where subject and predicate recur."""
    pieces: list[list[Token]] = [[]]
    for i, token in enumerate(tokens):
        comma = i > 0 and tokens[i - 1].text in ",—–-;:("
        if token.folded == "but" and any(t.has(*_EVERYBODY) for t in tokens[max(0, i - 3) : i]):
            token.tags["relation.except"] = 1  # "all models but A"
        elif token.folded == "with" and not comma:
            pass  # "search with A takes…"; a contrast only after a comma: "A is best, with B second"
        elif (
            token.has("relation.contrast") and not token.depth and (comma or len(token.folded) > 2) and i
        ) or (
            (token.has("relation.contrast_weak") and not token.depth and comma)
            or (token.has("relation.relative") and i and tokens[i - 1].text == "," and not token.depth)
            or (token.has("relation.next") and not token.depth and i and (len(token.folded) > 4 or comma))
        ):
            pieces.append([])
        pieces[-1].append(token)
    for piece in pieces:
        yield from _independent(piece)


def _independent(tokens: list[Token]) -> Iterator[list[Token]]:
    current: list[Token] = []
    segments: list[list[Token]] = [[]]
    for token in tokens:
        if not token.depth and (token.text in ",;:" or token.has("relation.and")):
            segments.append([])
        segments[-1].append(token)
    waiting: list[Token] = []  # names after a whole statement: «…, and A and B are …» begins with them
    for segment in segments:
        whole = _complete(current)
        if whole and _complete([*waiting, *segment]) and any(_predicates(t) for t in segment):
            yield current
            current = [*waiting, *segment]
            waiting = []
        elif (
            whole and any(t.names or t.stranger for t in segment) and not any(_predicates(t) for t in segment)
        ):
            waiting.extend(segment)
        else:
            current.extend([*waiting, *segment])
            waiting = []
    current.extend(waiting)
    if current:
        yield current


def _complete(tokens: Sequence[Token]) -> bool:
    """Whether a stretch has both somebody to speak of and something to say."""
    somebody = any(t.names or t.stranger or t.folded in _SUBJECT_PRONOUNS for t in tokens)
    return somebody and any(_predicates(t) for t in tokens)


def _predicates(token: Token) -> bool:
    return token.quantity is not None or any(
        tag.startswith(("superlative.", "winner.", "comparative.", "verb.")) for tag in token.tags
    )
