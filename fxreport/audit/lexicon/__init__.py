"""The words by which claims are recognised: one TOML file a language, read together."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
LANGUAGES = ("uk", "en")
#: groups that hold texts for the reader, not words to recognise
_TEXTS = frozenset({"output", "reason"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to match one by one; a word ending in ``*`` matches any that begin with the rest."""

    group: str
    value: str
    words: tuple[str, ...]


def fold(text: str) -> str:
    """The form in which words are compared: case-folded, one kind of apostrophe and of hyphen."""
    return (
        text.casefold()
        .replace("’", "'")
        .replace("ʼ", "'")
        .replace("`", "'")
        .replace("‑", "-")
        .replace("–", "-")
    )


class Lexicon:
    """Phrases by tag, ``group.value``."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._exact: dict[str, list[Phrase]] = {}
        self._stems: dict[str, list[tuple[str, Phrase]]] = {}
        self._first: dict[str, tuple[Phrase, ...]] = {}
        self.phrases = tuple(phrases)
        for phrase in self.phrases:
            first = phrase.words[0]
            if first.endswith("*"):
                stem = first[:-1]
                self._stems.setdefault(stem[:2], []).append((stem, phrase))
            else:
                self._exact.setdefault(first, []).append(phrase)

    def at(self, words: Sequence[str], i: int) -> dict[str, int]:
        """Tag → length in words of its longest phrase that begins at (folded) word ``i``."""
        found: dict[str, int] = {}
        for phrase in self._beginning(words[i]) if i < len(words) else ():
            length = len(phrase.words)
            if length > 1 and not _rest_matches(phrase.words, words, i):
                continue
            tag = f"{phrase.group}.{phrase.value}"
            found[tag] = max(found.get(tag, 0), length)
        return found

    def best(self, words: Sequence[str], i: int, group: str) -> tuple[str, int] | None:
        """The value of a group with the longest phrase at word ``i``, and its length."""
        return longest(self.at(words, i), group)

    def has(self, word: str, *groups: str) -> bool:
        """Whether a word alone belongs to one of the groups."""
        return any(p.group in groups and len(p.words) == 1 for p in self._beginning(fold(word)))

    def _beginning(self, word: str) -> tuple[Phrase, ...]:
        if word not in self._first:
            stems = (phrase for stem, phrase in self._stems.get(word[:2], ()) if word.startswith(stem))
            # an exact word says more than a stem
            self._first[word] = (*self._exact.get(word, ()), *stems)
        return self._first[word]


def longest(tags: Mapping[str, int], group: str) -> tuple[str, int] | None:
    """Of a group's tags the one with the longest phrase: (value, length)."""
    if not tags:
        return None  # as of most words
    prefix = f"{group}."
    found = [(length, tag) for tag, length in tags.items() if tag.startswith(prefix)]
    if not found:
        return None
    # of equally long ones the first in the file
    length = max(found, key=lambda one: one[0])[0]
    tag = next(tag for size, tag in found if size == length)
    return tag.removeprefix(prefix), length


def _rest_matches(pattern: Sequence[str], words: Sequence[str], i: int) -> bool:
    if i + len(pattern) > len(words):
        return False
    return all(
        word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
        for wanted, word in zip(pattern[1:], words[i + 1 :], strict=False)
    )


@cache
def lexicon() -> Lexicon:
    """All words of all languages."""
    return Lexicon(
        Phrase(group, value, words)
        for language in LANGUAGES
        for group, values in _load(language).items()
        if group not in _TEXTS
        for value, phrases in values.items()
        for phrase in phrases
        for words in _spelled(fold(phrase))
    )


def _spelled(phrase: str) -> list[tuple[str, ...]]:
    """A phrase's words; a slash is a token of its own in prose, and "/s" is "per second" in headers."""
    if "/" not in phrase:
        return [tuple(phrase.split())]
    return [tuple(phrase.replace("/", " / ").split()), tuple(phrase.replace("/", " per ").split())]


@cache
def texts(language: str) -> Mapping[str, str]:
    """Words for the reader: ``output`` and ``reason`` in one mapping."""
    data = _load(language)
    return {key: str(value) for part in sorted(_TEXTS) for key, value in data[part].items()}


@cache
def _load(language: str) -> dict[str, dict[str, Any]]:
    with (_HERE / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)
