"""Forms of statements, true and false ones side by side, in documents of one table.

Each item of ``tests/data/audit/forms`` begins with its label: ``true`` must be found to hold, ``false``
contradicted, and ``open`` is a true statement that need not be recognised but must never be called false.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fxreport.audit.audit import audit
from fxreport.audit.claims import Verdict

FORMS = sorted((Path(__file__).parents[1] / "data" / "audit" / "forms").glob("*.md"))
_LABEL = re.compile(r"^- (true|false|open): ", re.MULTILINE)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_forms_are_decided_as_labelled(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    labels = {
        number: match[1]
        for number, line in enumerate(text.splitlines(), 1)
        if (match := _LABEL.match(line)) is not None
    }
    assert {"true", "false"} <= set(labels.values())
    verdicts: dict[int, set[Verdict]] = {}
    for one in audit(_LABEL.sub("- ", text)).checked:
        verdicts.setdefault(one.claim.line, set()).add(one.verdict)
    for number, label in labels.items():
        found, line = verdicts.get(number, set()), text.splitlines()[number - 1]
        assert (Verdict.CONTRADICTED in found) == (label == "false"), line
        assert label != "true" or Verdict.HOLDS in found, line
