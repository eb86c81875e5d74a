"""What templates/site/search.js does, in Python: an index's script → pages found, the best first."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

WORD = re.compile(r"[0-9]+(?:[.,][0-9]+)+(?![^\W_])|[^\W_]+(?:['’ʼ][^\W_]+)*")
JOINT = re.compile(r" ?@ ?|[-‐‑–−_./:]?")
PARTS, LAST, PAGES, SECTIONS = 4, 52, 50, 3
DIGITS = [chr(i) for i in range(32, 127) if chr(i) not in '"\\<>&']
EXACT, FORM, BEGINNING, ALIKE = 1, 0.9, 0.6, 0.3
TITLE, HEADING, TEXT, ELSEWHERE = 8, 4, 2, 0.1

Piece = tuple[str, str | None]
Meaning = dict[str, float]


def key_of(word: str) -> str:
    return re.sub("[’ʼ]", "'", word.lower()).replace(".", ",")


class Reference:
    def __init__(self, script: str) -> None:
        index = json.loads(script.removeprefix("var fxreportSearch=").removesuffix(";\n"))
        self.pages: list[list[Any]] = index["pages"]
        self.sections: list[list[Any]] = index["sections"]
        self.tokens: list[str] = index["tokens"].split("\n")
        self.keys = [key_of(token) if WORD.fullmatch(token) else None for token in self.tokens]
        self.takes: dict[str, list[list[str]]] = defaultdict(list)
        for endings, stems in zip(index["endings"], index["stems"], strict=True):
            for stem in stems.split(","):
                self.takes[stem].append(endings.split(","))
        self.titles: dict[str, list[int]] = defaultdict(list)
        self.headings: dict[str, list[int]] = defaultdict(list)
        self.texts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.lengths, self.heading_of = [], []
        self.title_of = []
        for p, (_, title) in enumerate(self.pages):
            run = self.pieces(title)
            for key in self.names(run, title=True):
                self.titles[key].append(p)
            self.title_of.append(TITLE * self.weigh(run))
        for s, (_, _, heading, text) in enumerate(self.sections):
            head = self.pieces(heading)
            for key in self.names(head, title=True):
                self.headings[key].append(s)
            self.heading_of.append(HEADING * self.weigh(head))
            run = self.pieces(text)
            self.lengths.append(len(run))
            for key in self.names(run):
                self.texts[key][s] += 1
        self.known = sorted({*self.titles, *self.headings, *self.texts})

    def pieces(self, code: str) -> list[Piece]:
        found: list[Piece] = []
        number = 0
        for digit in map(DIGITS.index, code):
            if digit >= LAST:
                number = number * (len(DIGITS) - LAST) + digit - LAST + 1
                continue
            token = number * LAST + digit
            if self.keys[token] is not None and found and found[-1][1] is not None:
                found.append((" ", None))
            found.append((self.tokens[token], self.keys[token]))
            number = 0
        return found

    def text(self, code: str) -> str:
        return "".join(piece for piece, _ in self.pieces(code))

    def names(self, run: list[Piece], *, title: bool = False) -> Iterator[str]:
        for i, (_, first) in enumerate(run):
            if first is None:
                continue
            yield (joined := first)
            for j in range(i, min(i + 2 * (PARTS - 1), len(run) - 2), 2):
                (between, no_key), (_, following) = run[j + 1], run[j + 2]
                has_number = re.search("[0-9]", joined) and re.search(r"[^\W_0-9]", joined)
                number = has_number and re.fullmatch("[0-9]+", following or "")
                sized = between == " " and (title or number)
                if following is None or no_key is not None or not (sized or JOINT.fullmatch(between)):
                    break
                yield (joined := joined + following)

    def weigh(self, run: list[Piece]) -> float:
        words = sum(key is not None for _, key in run)
        return 1 + 1 / words if words else math.inf

    def begins(self, start: str) -> Iterator[str]:
        for word in self.known[bisect_left(self.known, start) :]:
            if not word.startswith(start):
                return
            yield word

    def has(self, key: str) -> bool:
        return key in self.titles or key in self.headings or key in self.texts

    def meanings(self, key: str) -> Meaning:
        found: Meaning = {}

        def add(word: str, quality: float) -> None:
            if self.has(word):
                found.setdefault(word, quality)

        add(key, EXACT)
        for i in range(len(key) + 1):
            for endings in self.takes.get(key[:i], ()):
                if key[i:] in endings:
                    for ending in endings:
                        add(key[:i] + ending, FORM)
        for word in self.begins(key) if len(key) > 1 else ():
            add(word, BEGINNING)
        cut = len(key) - 1
        while not found and cut >= max(3, len(key) * 2 / 3):
            for word in self.begins(key[:cut]):
                add(word, ALIKE)
            cut -= 1
        return found

    def slots(self, query: str) -> list[Meaning]:
        words = [(key_of(match[0]), *match.span()) for match in WORD.finditer(query)]
        found: list[Meaning] = []
        i = 0
        while i < len(words):
            for last in range(min(i + PARTS, len(words)) - 1, i, -1):
                part = words[i : last + 1]
                closed = not any(re.search(r"\s", query[a[2] : b[1]]) for a, b in pairwise(part))
                joined = "".join(key for key, _, _ in part)
                meaning: Meaning = {}
                if self.has(joined) and (closed or re.search("[0-9]", joined)):
                    meaning = {joined: EXACT}
                elif closed and last == len(words) - 1:
                    meaning = dict.fromkeys(self.begins(joined), BEGINNING)
                if meaning:
                    found.append(meaning)
                    i = last
                    break
            else:
                found.append(self.meanings(words[i][0]))
            i += 1
        return found

    def search(self, query: str) -> list[tuple[str, list[str]]]:
        """Path of each page that a reader is shown, with the anchors of its sections."""
        wanted = self.slots(query)
        direct: list[dict[int, float]] = [defaultdict(float) for _ in wanted]
        best: list[dict[int, float]] = [defaultdict(float) for _ in wanted]
        inside: list[set[int]] = [set() for _ in wanted]
        of_page = self._of_page()
        for w, meaning in enumerate(wanted):
            for key, quality in meaning.items():
                for p in self.titles.get(key, ()):
                    for s in of_page(p):
                        direct[w][s] = max(direct[w][s], quality * self.title_of[p])
                for s in self.headings.get(key, ()):
                    direct[w][s] = max(direct[w][s], quality * self.heading_of[s])
                    inside[w].add(s)
                for s, times in self.texts.get(key, {}).items():
                    weight = quality * TEXT * (times / (times + 1 + self.lengths[s] / 200))
                    direct[w][s] = max(direct[w][s], weight)
                    inside[w].add(s)
            for s, weight in direct[w].items():
                page = self.sections[s][0]
                best[w][page] = max(best[w][page], weight)
        rarity = [math.sqrt(math.sqrt((len(self.sections) + 1) / (len(of) + 1))) for of in direct]
        found = []
        for page in range(len(self.pages)):
            matched = sum(page in of for of in best)
            if not matched:
                continue
            scored = []
            for s in of_page(page):
                score = 0.0
                for w in range(len(wanted)):
                    score += rarity[w] * (direct[w].get(s) or ELSEWHERE * best[w].get(page, 0))
                scored.append((-score, s))
            holding = sorted(one for one in scored if any(one[1] in of for of in inside)) or scored[:1]
            found.append((-matched, holding[0][0], page, [s for _, s in holding[:SECTIONS]]))
        found.sort()
        whole = [one for one in found if -one[0] == len(wanted)] or found
        return [
            (self.pages[page][0], [self.sections[s][1] for s in sections])
            for _, _, page, sections in whole[:PAGES]
        ]

    def _of_page(self) -> Callable[[int], list[int]]:
        held: dict[int, list[int]] = defaultdict(list)
        for s, (page, *_) in enumerate(self.sections):
            held[page].append(s)
        return lambda page: held[page]
