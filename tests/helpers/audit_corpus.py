"""The labelled documents of tests/data/audit (see its README), and holding an audit's reports to them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "data" / "audit"
_LABELS = ".contradictions.toml"


@dataclass(frozen=True)
class Label:
    """A false statement: `quote` stands on `line` (from 1); reports on lines of `also` find it too."""

    line: int
    quote: str
    must: bool
    kind: str
    why: str
    also: tuple[int, ...] = ()


@dataclass(frozen=True)
class TrueStatement:
    """A checkable statement that holds: `quote` stands on `line` (from 1)."""

    line: int
    quote: str


@dataclass(frozen=True)
class Report:
    """A contradiction that an audit reports: its line (from 1) and, if known, the words it calls false."""

    line: int
    text: str = ""


@dataclass(frozen=True)
class LabelledDocument:
    """A document of the corpus with what is false in it and what is known to hold."""

    path: Path
    lines: tuple[str, ...]
    labels: tuple[Label, ...]
    true: tuple[TrueStatement, ...]

    def false_alarms(self, reports: Iterable[Report]) -> list[Report]:
        """The reports that no label, whether must or may, allows."""
        return [it for it in reports if not any(self._meets(label, it) for label in self.labels)]

    def missed(self, reports: Iterable[Report]) -> list[Label]:
        """The must labels that no report finds."""
        found = list(reports)
        return [
            label for label in self.labels if label.must and not any(self._meets(label, it) for it in found)
        ]

    def _meets(self, label: Label, report: Report) -> bool:
        if report.line in label.also:
            return True
        if report.line != label.line:
            return False
        line = self.lines[label.line - 1]
        quote, text = line.find(label.quote), line.find(report.text)
        # Words that the audit has cleaned of markup are not found as they stand: then the line alone decides.
        if not report.text or text < 0:
            return True
        return quote < text + len(report.text) and text < quote + len(label.quote)


def read_document(path: Path) -> LabelledDocument:
    """The document at `path` (…/name.md) with the labels of …/name.contradictions.toml."""
    labels = tomllib.loads(path.with_name(path.stem + _LABELS).read_text(encoding="utf-8"))
    return LabelledDocument(
        path=path,
        lines=tuple(path.read_text(encoding="utf-8").split("\n")),
        labels=tuple(
            Label(
                line=entry["line"],
                quote=entry["quote"],
                must={"must": True, "may": False}[entry["level"]],
                kind=entry["kind"],
                why=entry["why"],
                also=tuple(entry.get("also", ())),
            )
            for entry in labels.get("contradiction", ())
        ),
        true=tuple(TrueStatement(entry["line"], entry["quote"]) for entry in labels.get("true", ())),
    )


def read_corpus(root: Path = CORPUS) -> list[LabelledDocument]:
    """Every labelled document under `root`, by path."""
    return [
        read_document(labels.with_name(labels.name.removesuffix(_LABELS) + ".md"))
        for labels in sorted(root.rglob("*" + _LABELS))
    ]
