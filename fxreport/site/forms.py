"""Forms of words, found when a site is built: a browser knows no morphology."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import product
from typing import TYPE_CHECKING

from babel import Locale

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

log = logging.getLogger("fxreport")

Forms = frozenset[str]

#: no word is longer; what is, is a name
_LONGEST = 40
#: stems that an ending is seen at before others are thought to take it
_USUAL = 3
#: words whose forms stay known: a site that is served is built again and again
_KEPT = 1 << 16
#: of parses: a first name or surname that is spelt like a common word
_NAMES = {"Name", "Surn", "Patr"}


def paradigms(words: Iterable[str], lang: str) -> frozenset[Forms]:
    """All forms of each word (lower case), homonyms apart; words of a single form are left out.

    Ukrainian is looked up in a dictionary (and predicted by it), other languages are stemmed; there are none
    in a language that has no stemmer, and none, with a warning, where the extra ``site`` is not installed.
    """
    wanted = sorted({word for word in words if word.replace("'", "").isalpha() and len(word) <= _LONGEST})
    try:
        found = _ukrainian(wanted) if lang == "uk" else _stemmed(wanted, lang)
        return frozenset(forms for forms in found if len(forms) > 1)
    except ImportError as error:
        log.warning(
            "search in %r finds words by their beginnings only: %s is missing; pip install 'fxreport[site]'",
            lang,
            error.name,
        )
        return frozenset()


def _ukrainian(words: Iterable[str]) -> Iterator[Forms]:
    for word in words:
        yield from _looked_up(word)


@lru_cache(_KEPT)
def _looked_up(word: str) -> tuple[Forms, ...]:
    parses = _analyzer().parse(word)
    known = [parse for parse in parses if parse.is_known] or parses
    common = [parse for parse in known if not _NAMES & parse.tag.grammemes] or known
    return tuple(
        frozenset({word, *(form.word for form in parse.lexeme if "-" not in form.word)}) for parse in common
    )


@cache
def _analyzer() -> MorphAnalyzer:
    import pymorphy3_dicts_uk
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer(pymorphy3_dicts_uk.get_path(), lang="uk")


@cache
def _stemmer(algorithm: str) -> Callable[[str], str]:
    import snowballstemmer

    return lru_cache(_KEPT)(snowballstemmer.stemmer(algorithm).stemWord)


def _stemmed(words: Iterable[str], lang: str) -> Iterator[Forms]:
    """Words of one stem, and what they become with the endings that other words have."""
    import snowballstemmer

    algorithm = Locale("en").languages.get(lang, "").lower()
    if algorithm not in snowballstemmer.algorithms():
        return
    stem = _stemmer(algorithm)
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(stem(word), []).append(word)
    seen = Counter(
        word.removeprefix(root) for root, of in groups.items() for word in of if word.startswith(root)
    )
    endings = [ending for ending, times in seen.items() if times >= _USUAL]
    for root, of in groups.items():
        made = map("".join, product({root, min(of, key=len)}, endings))
        yield frozenset({*of, *(word for word in made if stem(word) == root)})


def pack(found: Iterable[Forms]) -> tuple[list[str], list[str]]:
    """Paradigms as endings and the stems that take them: item by item, each a list joined by commas."""
    by_endings: dict[str, set[str]] = {}
    for forms in found:
        stem = os.path.commonprefix(list(forms))  # noqa: RUF071 -- of words, not of paths
        by_endings.setdefault(",".join(sorted(form[len(stem) :] for form in forms)), set()).add(stem)
    return sorted(by_endings), [",".join(sorted(by_endings[one])) for one in sorted(by_endings)]
