"""Names of extractors and image sets, and how they are shortened and inflected in prose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fxreport.audit.lexicon import fold, lexicon

_JOINTS = re.compile(r"[\s_\-‑–/]+")
_CYRILLIC = re.compile(r"[а-яіїєґ]")
#: as prose is cut: words and numbers, brackets apart
_WORDS = re.compile(r"[^\W_][\w\-‑–@/.]*|[^\w\s]")
_PARTS = re.compile(r"[^\W\d_]+|\d+")
#: too general to stand for a name that begins with them
_GENERAL = frozenset(
    [
        "raw",
        "deep",
        "simple",
        "basic",
        "model",
        "network",
        "features",
        "feature",
        "the",
        "a",
        "my",
        "our",
        "own",
        "new",
        "small",
        "large",
        "big",
        "base",
        "tiny",
        "full",
        "мережа",
        "модель",
        "метод",
        "власна",
        "власний",
        "проста",
        "базова",
        "глибока",
        "нова",
        "мала",
        "велика",
        "сирі",
        "ознаки",
        "набір",
        "set",
        "data",
        "pixels",
        "pixel",
        "bank",
        "encoder",
        "encoders",
        "extractor",
        "descriptor",
        "transformer",
        "baseline",
        "features",
        "піксели",
        "пікселі",
        "енкодер",
        "екстрактор",
        "трансформер",
        "cnn",
        "net",
        "k",
        "local",
        "global",
        "standard",
        "original",
        "custom-made",
        "image",
        "images",
        "best",
        "fast",
        "first",
        "second",
        "no",
    ]
)
#: endings of Ukrainian nouns and adjectives in the singular and plural
_CASES = (
    "а у о е и і ї й ю я ь х м ми в ом ем єм ою ею єю ів їв ам ям ах ях ами ями ові еві єві ої ий "
    "ого ому им ій их ими ості істю"
)
_ENDINGS = frozenset(["", *_CASES.split()])


@lru_cache(maxsize=20_000)
def squash(text: str) -> str:
    """A name without what people write differently: case, hyphens, spaces, underscores."""
    return _JOINTS.sub("", fold(text))


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text: every id that it may stand for, and over how many words."""

    ids: tuple[str, ...]
    words: int


class Names:
    """Recognises a closed set of names. ``titles``: id → spellings, the first being the one to show."""

    def __init__(self, titles: Mapping[str, Sequence[str]]) -> None:
        self._spellings = {one: list(spellings) for one, spellings in titles.items()}
        self._titles = {one: spellings[0] for one, spellings in titles.items()}
        self._full: dict[str, set[str]] = {}
        self._short: dict[str, set[str]] = {}
        self._inflected: dict[tuple[str, ...], set[str]] = {}
        self._firsts: dict[str, set[str]] = {}
        for one, spellings in titles.items():
            for spelling in spellings:
                self._add(one, spelling)
        self._add_last_words()
        for word, ids in self._firsts.items():
            self._inflected.setdefault((word,), set()).update(ids)
        for known in [key for key in self._short if key in self._full]:
            del self._short[known]
        self._stems: dict[tuple[str, int], list[tuple[tuple[str, ...], set[str]]]] = {}
        for name, ids in self._inflected.items():
            # inflection leaves a word's beginning as it is
            self._stems.setdefault((name[0][:2], len(name)), []).append((name, ids))
        # how many words a name may have that begins with two letters
        self._reach: dict[str, int] = {}
        for form in (s for spellings in titles.values() for s in spellings):
            head = squash(form)[:2]
            self._reach[head] = max(self._reach.get(head, 0), len(_WORDS.findall(fold(form))) + 1)
        for key in (*self._short, *(name[0] for name in self._inflected)):
            head = squash(key)[:2]
            self._reach[head] = max(self._reach.get(head, 0), 3)
        self._longest = max(self._reach.values(), default=1)

    def __bool__(self) -> bool:
        return bool(self._titles)

    def __contains__(self, one: object) -> bool:
        return one in self._titles

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._titles)

    def title(self, one: str) -> str:
        return self._titles.get(one, one)

    def spellings(self) -> dict[str, list[str]]:
        return {one: list(forms) for one, forms in self._spellings.items()}

    def _add(self, one: str, spelling: str) -> None:
        self._full.setdefault(squash(spelling), set()).add(one)
        words = [w for w in re.split(r"[\s_]+", fold(spelling)) if w]
        if _CYRILLIC.search(fold(spelling)):
            self._inflected.setdefault(tuple(words), set()).add(one)
        for short in _shortened(words):
            self._short.setdefault(short, set()).add(one)
        if len(words) > 1 and _CYRILLIC.search(words[0]) and len(words[0]) >= 5 and words[0] not in _GENERAL:
            self._firsts.setdefault(words[0], set()).add(one)

    def _add_last_words(self) -> None:
        """The last word of a name stands for it where no other name has it: "the histogram"."""
        owners: dict[str, set[str]] = {}
        for one, spellings in self._spellings.items():
            for word in {w for s in spellings for w in re.split(r"[\s_]+", fold(s))}:
                owners.setdefault(word, set()).add(one)
        for one, spellings in self._spellings.items():
            words = re.split(r"[\s_]+", re.sub(r"\s*\(.*?\)", "", fold(spellings[0])))
            last = words[-1]
            if re.fullmatch(r"v\d+", last) and len(words) > 2:
                last = words[-2]
            plain = last.isalpha() and len(last) >= 5 and last not in _GENERAL
            if len(words) > 1 and plain and owners[last] == {one}:
                self._short.setdefault(squash(last), set()).add(one)
                if _CYRILLIC.search(last):
                    self._inflected.setdefault((last,), set()).add(one)

    def exact(self, text: str) -> str | None:
        """The id whose full name a text is, if it is one's."""
        found = self._full.get(squash(text), set())
        return next(iter(found)) if len(found) == 1 else None

    def at(self, words: Sequence[str], i: int) -> Mention | None:
        """The longest name that begins at word ``i`` (folded words)."""
        first = squash(words[i])
        longest = self._reach.get(first[:2], 0) if len(first) > 1 else self._longest
        for length in range(min(longest, len(words) - i), 0, -1):
            part = words[i : i + length]
            key = first if length == 1 else "".join(map(squash, part))
            found = self._full.get(key) or self._of_inflected(part) or self._short.get(key)
            if found:
                return Mention(tuple(sorted(found)), length)
        return None

    def _of_inflected(self, words: Sequence[str]) -> set[str]:
        if not _CYRILLIC.search(words[0]):
            return set()
        return {
            one
            for name, ids in self._stems.get((words[0][:2], len(words)), ())
            if all(map(same_word, name, words))
            for one in ids
        }


def _shortened(words: Sequence[str]) -> Iterable[str]:
    """Squashed short forms of a name: its leading words, and its first word without the number at its end."""
    for count in range(1, len(words)):
        head = words[:count]
        if not (count == 1 and (head[0] in _GENERAL or len(squash(head[0])) < 3)):
            yield squash("".join(head))
    first = words[0]
    parts = [p for p in re.split(r"[-‑–/]", first) if p]
    if len(parts) > 1 and parts[0] not in _GENERAL and len(parts[0]) >= 3 and not parts[0].isdigit():
        yield squash(parts[0])
    letters = _PARTS.match(squash(parts[0] if parts else first))
    if letters and len(letters[0]) >= 3 and letters[0] != squash(first) and letters[0] not in _GENERAL:
        stem = letters[0]
        yield stem
        # MobileNetV2 is called MobileNet
        if stem.endswith("v") and len(stem) > 4:
            yield stem[:-1]


def same_word(name: str, word: str) -> bool:
    """Whether a word may be an inflected form of a (Cyrillic) word of a name."""
    if name == word:
        return True
    if not (_CYRILLIC.search(name) and _CYRILLIC.search(word)):
        return False
    common = 0
    for a, b in zip(name, word, strict=False):
        if a != b:
            break
        common += 1
    return common >= max(3, len(name) - 3) and name[common:] in _ENDINGS and word[common:] in _ENDINGS


def looks_like_name(text: str) -> bool:
    """Whether a word looks like the name of a network or a set: inner capitals, capitals only, or digits."""
    if lexicon().has(text, "metric", "superlative", "family", "noun", "guard"):
        return False
    letters = [c for c in text if c.isalpha()]
    if len(letters) < 2 or not any("a" <= c.lower() <= "z" for c in letters):
        return False
    inner = any(c.isupper() for c in letters[1:])
    return inner or (any(c.isdigit() for c in text) and letters[0].isupper())


#: abbreviations of the field that name neither an extractor nor an image set
NO_NAMES = frozenset(
    fold(word)
    for word in [
        "CNN",
        "CNNs",
        "RGB",
        "GPU",
        "CPU",
        "RAM",
        "PCA",
        "t-SNE",
        "UMAP",
        "K-Means",
        "KMeans",
        "ReLU",
        "API",
        "CI",
        "ID",
        "ARI",
        "NMI",
        "AMI",
        "ImageNet",
        "DB",
        "OK",
        "MSE",
        "SSE",
        "TPU",
        "AI",
        "ML",
        "IQR",
        "SD",
        "SE",
        "GAP",
        "conv1",
        "conv2",
        "conv3",
        "BatchNormalization",
        "GlobalAveragePooling",
        "Flatten",
        "Dropout",
        "FLOPs",
        "FLOP",
        "GFLOP",
        "MB",
        "GB",
        "KB",
        "ARI/s",
        "MLP",
        "VAE",
        "HDBSCAN",
        "ISOMAP",
        "SimCLR",
        "MoCo",
        "TL;DR",
        "TLDR",
        "FAQ",
        "DNN",
        "NN",
        "EN",
        "UK",
        "PDF",
        "HTML",
        "CSV",
        "JSON",
        "YAML",
        "GitHub",
        "Python",
        "TensorFlow",
        "PyTorch",
        "Keras",
        "NumPy",
        "scikit-learn",
        "USA",
        "EU",
        "BibTeX",
        "LaTeX",
        "vs",
        "NB",
        "PS",
        "CUDA",
        "AVX",
        "ARM",
        "x86",
        "macOS",
        "Linux",
        "Windows",
        "Intel",
        "AMD",
        "NVIDIA",
        "I",
        "II",
        "III",
        "IV",
        "V",
        "VI",
        "VII",
        "ICLR",
        "ICML",
        "CVPR",
        "NeurIPS",
        "JMLR",
    ]
)
