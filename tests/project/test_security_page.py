"""SECURITY.md names a test for each threat: that it is there, and that it is run."""

from __future__ import annotations

import ast
import re
from pathlib import Path


def test_each_threat_has_a_test_that_attacks(checkout: Path) -> None:
    text = (checkout / "SECURITY.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert len(rows) >= 10
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)
        assert named, row
        for file, test in named:
            tree = ast.parse((checkout / file).read_text("utf-8"))
            found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == test]
            assert found, f"{file} has no {test}"
            marks = [ast.unparse(mark) for mark in found[0].decorator_list]
            assert not any("skip" in mark or "xfail" in mark for mark in marks), f"{test} is not run"
