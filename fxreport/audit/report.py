"""The audit's result as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fxreport.audit.audit import Audit
from fxreport.audit.claims import Checked, Found, Verdict
from fxreport.audit.lexicon import texts

SCHEMA = 1
_CLAIM, _NUMBERS = 56, 92
_MARKS = {Verdict.HOLDS: "✓", Verdict.CONTRADICTED: "✗", Verdict.NOT_CHECKABLE: "?"}
#: not checkable, but false in every reading that was tried
_SUSPECT = "‽"


def table(audit: Audit, *, only: Iterable[Verdict] = tuple(Verdict), suspects: bool = False) -> str:
    """Return the claims as a table of text in the document's language, one a line, in reading order.

    ``only`` are the verdicts to show; ``suspects`` adds what is suspect.
    """
    words = texts(audit.language)
    wanted = set(only)
    rows = [[words["line"], words["verdict"], words["claim"], words["numbers"]]]
    rows += [
        [
            str(one.claim.line),
            _verdict(one, words),
            _short(one.claim.text, _CLAIM),
            _numbers(one, audit.language),
        ]
        for one in audit.checked
        if one.verdict in wanted or (suspects and one.suspect)
    ]
    widths = [max(_width(row[i]) for row in rows) for i in range(3)]
    lines = []
    for n, (number, *rest) in enumerate(rows):
        head = number.rjust(widths[0]) if n else number.ljust(widths[0])
        cells = [
            head,
            *(cell + " " * (width - _width(cell)) for cell, width in zip(rest[:2], widths[1:], strict=True)),
        ]
        lines.append("  ".join([*cells, rest[2]]).rstrip())
    return "\n".join(lines)


def _verdict(one: Checked, words: Mapping[str, str]) -> str:
    mark = _SUSPECT if one.suspect else _MARKS[one.verdict]
    return f"{mark} {words[one.verdict.value]}"


def summary(audit: Audit) -> str:
    """``12 claims: 9 hold, 2 contradicted, 1 not checkable``."""
    total = len(audit.checked)
    suspect = f" (of which suspect {audit.suspects})" if audit.suspects else ""
    return (
        f"{total} claim{'' if total == 1 else 's'}: {audit.count(Verdict.HOLDS)} hold, "
        f"{audit.count(Verdict.CONTRADICTED)} contradicted, "
        f"{audit.count(Verdict.NOT_CHECKABLE)} not checkable{suspect}"
    )


def as_json(audit: Audit, document: str) -> str:
    """Return the machine-readable result; docs/audit.md describes its fields."""
    data = {
        "schema": SCHEMA,
        "document": document,
        "against": audit.source,
        "language": audit.language,
        "summary": {
            "claims": len(audit.checked),
            **{v.value: audit.count(v) for v in Verdict},
            "suspect": audit.suspects,
        },
        "claims": [_claim(one, audit) for one in audit.checked],
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _claim(one: Checked, audit: Audit) -> dict[str, Any]:
    claim = one.claim
    datasets = list(dict.fromkeys(d for s in claim.scopes[:1] for d in s.datasets))
    return {
        "line": claim.line,
        "text": claim.text,
        "kind": str(getattr(claim, "kind", "")),
        "verdict": one.verdict.value,
        "reason": one.reason,
        "suspect": one.suspect,
        "explanation": texts(audit.language).get(one.reason) if one.reason else None,
        "datasets": [audit.dataset_title(d) for d in datasets],
        "extractors": [audit.extractor_title(n) for subject in claim.subjects for n in subject],
        "metrics": list(claim.metrics),
        "stated": one.stated or None,
        "found": [
            {
                "dataset": f.dataset,
                "extractor": f.extractor,
                "metric": f.metric,
                "value": float(f"{f.value:.6g}"),
                "line": f.line,
            }
            for f in one.found
        ],
    }


def _numbers(one: Checked, language: str) -> str:
    words = texts(language)
    parts = []
    if one.stated:
        parts.append(one.stated)
    found = "; ".join(_found(group, language) for group in _grouped(one.found))
    if found:
        parts.append(found)
    text = " → ".join(parts)
    if one.verdict is Verdict.NOT_CHECKABLE and one.reason:
        return f"{words.get(one.reason, one.reason)}" + (f" ({text})" if text else "")
    return text


def _grouped(found: Iterable[Found]) -> Iterator[list[Found]]:
    """Values of one metric on one set side by side."""
    groups: dict[tuple[str | None, str], list[Found]] = {}
    for one in found:
        groups.setdefault((one.dataset, one.metric), []).append(one)
    yield from list(groups.values())[:3]


def _found(group: list[Found], language: str) -> str:
    words = texts(language)
    first = group[0]
    if first.extractor is None and first.dataset is None:
        return " / ".join(f"{one.value:g}" for one in group)
    values = []
    for one in group[:4]:
        value = f"{one.value:.4g}".replace(".", "," if language == "uk" else ".")
        where = f" ({words['line_short']} {one.line})" if one.line else ""
        values.append(f"{one.extractor or ''} {value}{where}".strip())
    return f"{first.dataset or words['mean']}, {first.metric}: " + ", ".join(values)


def _short(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if _width(text) <= width else text[: width - 1].rstrip() + "…"


def _width(text: str) -> int:
    """Columns on a terminal."""
    return sum(
        0
        if unicodedata.combining(c) or c in "\ufe0f\u200d"
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )
