"""The index of the offline search: the words of a language's pages, in order, and the forms of each.

It is a script that assigns one variable, since a page opened from a disk may not read files. What it holds::

    {"pages": [[path, title], …], "sections": [[page, anchor, heading, text], …],
     "tokens": "token\\ntoken…", "endings": [",а,у…", …], "stems": ["мереж,ознак", …]}

Titles, headings and texts are runs of numbers of tokens, the most frequent ones the shortest (``_code``); a
token is a word or what stands between two, where that is no single space. Stems take the endings beside them.
The browser (``templates/site/search.js``) makes of it which section holds which word.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from itertools import chain

from fxreport.report.model import (
    Block,
    Cards,
    Entries,
    Section,
    Table,
    to_string,
)
from fxreport.report.writers.walk import texts, within
from fxreport.site.forms import pack, paradigms
from fxreport.site.model import SEARCH, Page

VARIABLE = "fxreportSearch"

#: words, and numbers with their decimals, as the browser reads a query
WORD = re.compile(r"[0-9]+(?:[.,][0-9]+)+(?![^\W_])|[^\W_]+(?:['’ʼ][^\W_]+)*")
#: in a code, digits that end a number and digits after which it goes on: printable, safe in a script
_DIGITS = "".join(chr(i) for i in range(32, 127) if chr(i) not in '"\\<>&')
_LAST = 52


def search_index(pages: Sequence[Page], lang: str) -> str:
    """The index of one language's pages as a script; equal pages give equal bytes."""
    found = [page for page in pages if page.lang == lang and page.kind != SEARCH]
    titles = [tokens(page.title) for page in found]
    sections = [
        (number, anchor, tokens(heading), tokens(" ".join(said)))
        for number, page in enumerate(found)
        for anchor, heading, said in _sections(page)
    ]
    counted = Counter(chain(*titles, *(chain(heading, text) for _, _, heading, text in sections)))
    ordered = sorted(counted, key=lambda token: (-counted[token], token))
    codes = {token: _code(number) for number, token in enumerate(ordered)}

    def coded(run: Iterable[str]) -> str:
        return "".join(codes[token] for token in run)

    endings, stems = pack(paradigms({key(token) for token in ordered if is_word(token)}, lang))
    index = {
        "pages": [[page.name.as_posix(), coded(title)] for page, title in zip(found, titles, strict=True)],
        "sections": [[number, anchor, coded(h), coded(text)] for number, anchor, h, text in sections],
        "tokens": "\n".join(ordered),
        "endings": endings,
        "stems": stems,
    }
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    # safe inside a page too, and on one line for engines that take these for line ends
    for character in "<>\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f"var {VARIABLE}={text};\n"


def tokens(text: str) -> list[str]:
    """Words and what stands between them; a single space between two words is left out."""
    text = " ".join(text.split())
    found: list[str] = []
    end = 0
    for match in WORD.finditer(text):
        between = text[end : match.start()]
        if between and (between != " " or not found):
            found.append(between)
        elif not between and found:
            found.append("")  # «5» and «5.1» side by side: words that nothing parts
        found.append(match[0])
        end = match.end()
    return found + ([text[end:]] if text[end:] else [])


def is_word(token: str) -> bool:
    return WORD.fullmatch(token) is not None


def key(word: str) -> str:
    """What a word is found by, however it is written."""
    return re.sub("[’ʼ]", "'", word.lower()).replace(".", ",")


def _code(number: int) -> str:
    number, last = divmod(number, _LAST)
    code = _DIGITS[last]
    while number:
        number, digit = divmod(number - 1, len(_DIGITS) - _LAST)
        code = _DIGITS[_LAST + digit] + code
    return code


def _sections(page: Page) -> Iterator[tuple[str, str, list[str]]]:
    """Anchor, heading and texts of each section, the page's own words first."""
    yield "", "", [page.summary, *(_text_of(markup) for _, markup in page.parts)]
    for top in page.sections:
        for section in within(top):
            yield section.id, section.title, list(_said(section))


def _said(section: Section) -> Iterator[str]:
    for block in section.blocks:
        yield from _beside(block)
        said = (to_string(text) for text in texts(block))
        yield (" · " if isinstance(block, Table) else " ").join(said)


def _beside(block: Block) -> Iterator[str]:
    """What a block shows beside its marked-up texts."""
    match block:
        case Entries():
            yield from (entry.term for entry in block.items)
        case Cards():
            yield from (f"{card.title} {card.answer}" for card in block.items)
        case Table():
            yield from dict.fromkeys(row.topic for row in block.rows if row.topic)
        case _:
            pass


class _Text(HTMLParser):
    """The text of markup, but for scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in ("script", "style", "template")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style", "template")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def _text_of(markup: str) -> str:
    parser = _Text()
    parser.feed(markup)
    parser.close()
    return " ".join(parser.found)
