"""What a document that is handed in says of itself: whose it is, and how it names its sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

#: a text by language; under "" the text of every language that has none of its own
Texts = Mapping[str, str]

NUMERIC, DSTU = "numeric", "dstu"
#: how references are written: as is usual in the field, or after ДСТУ 8302:2015
REFERENCE_STYLES = (NUMERIC, DSTU)
#: sections of the conclusions that can be left out, in their order; the answer and what it rests on stay
SECTIONS = ("results", "findings", "tested", "advice", "unknown", "images")
#: in the order of a title page
PARTS = ("affiliation", "kind", "title", "authors", "supervisor", "place", "year")


@dataclass(frozen=True, slots=True)
class Imprint:
    """``parts`` are those of ``PARTS`` that were given, each by language; several authors are lines.

    ``introduction`` stands before all that was concluded, by language; blank lines part its paragraphs.
    ``leave_out`` are those of ``SECTIONS`` that the conclusions go without.
    """

    parts: Mapping[str, Texts] = field(default_factory=dict)
    references: str = NUMERIC
    introduction: Texts = field(default_factory=dict)
    leave_out: frozenset[str] = frozenset()

    def said(self, part: str, lang: str) -> tuple[str, ...]:
        """The lines of a part in a language; nothing where it was not given."""
        return tuple(line for line in _in(self.parts.get(part, {}), lang).split("\n") if line)

    def introduced(self, lang: str) -> tuple[str, ...]:
        """The paragraphs of the introduction in a language; nothing where there is none."""
        paragraphs = re.split(r"\n\s*\n", _in(self.introduction, lang))
        return tuple(" ".join(text.split()) for text in paragraphs if text.strip())


def _in(texts: Texts, lang: str) -> str:
    return texts.get(lang) or texts.get("") or texts.get("en") or next(iter(texts.values()), "")


#: nothing was said of the document
NO_IMPRINT = Imprint()
