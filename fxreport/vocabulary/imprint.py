"""What a document that is handed in says of itself: whose it is, and how it names its sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: a text by language; under "" the text of every language that has none of its own
Texts = Mapping[str, str]

NUMERIC, DSTU = "numeric", "dstu"
#: how references are written: as is usual in the field, or after ДСТУ 8302:2015
REFERENCE_STYLES = (NUMERIC, DSTU)
#: in the order of a title page
PARTS = ("affiliation", "kind", "title", "authors", "supervisor", "place", "year")


@dataclass(frozen=True, slots=True)
class Imprint:
    """``parts`` are those of ``PARTS`` that were given, each by language; several authors are lines."""

    parts: Mapping[str, Texts] = field(default_factory=dict)
    references: str = NUMERIC

    def said(self, part: str, lang: str) -> tuple[str, ...]:
        """The lines of a part in a language; nothing where it was not given."""
        texts = self.parts.get(part, {})
        text = texts.get(lang) or texts.get("") or texts.get("en") or next(iter(texts.values()), "")
        return tuple(line for line in text.split("\n") if line)


#: nothing was said of the document
NO_IMPRINT = Imprint()
