"""A document put to the test: its statements as data, each with the check that decides it.

Read from a file that ``[document_under_test]`` of ``fxreport.toml`` names, decided in
``fxreport/analysis/tested``. Imports nothing else of fxreport.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: the document that is shipped, by the name that ``path`` has for it
ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a document. ``text`` and ``document`` (its title) are by language.

    ``place`` says where in the document it stands; ``check`` is a kind of check and ``params`` what it asks.
    """

    id: str
    text: Mapping[str, str]
    check: str
    params: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    document: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keys:
    """What a statement with a check must say, and what it may."""

    needed: tuple[str, ...]
    allowed: tuple[str, ...] = ()


_COMPARED = ("subject", "than", "datasets")

#: kind of check → its keys; what each means is told in docs/document-under-test.md
CHECKS: Mapping[str, Keys] = {
    "best": Keys(("subject", "datasets"), ("among", "metric", "values")),
    "fastest": Keys(("subject", "datasets"), ("among",)),
    "order": Keys(("order", "datasets"), ("metric",)),
    "above": Keys(_COMPARED, ("metric", "values")),
    "below": Keys(_COMPARED, ("metric", "values")),
    "value": Keys(("subject", "values", "tolerance"), ("metric",)),
    "ratio": Keys((*_COMPARED, "value", "tolerance")),
    "near_random": Keys(("datasets", "limit"), ("subject", "values")),
    "cannot_cluster": Keys(("datasets", "limit"), ("subject", "values")),
    "trade_off": Keys(("subject", "datasets"), ("among",)),
    "dimension_quality": Keys(("datasets",), ("among",)),
    "projection_better": Keys(("projection", "than", "datasets"), ("metric",)),
    "mergers": Keys(("datasets", "classes"), ("subject",)),
    "not_random": Keys(("subject", "datasets")),
    "ablation": Keys(("subject", "factor", "level"), ("other",)),
}


def said_in(texts: Mapping[str, str], language: str) -> str:
    """A text in a language: its own, one for all languages, the English one, else any that there is."""
    return texts.get(language) or texts.get("") or texts.get("en") or next(iter(texts.values()), "")
