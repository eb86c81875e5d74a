"""A rule of an installed package: one module and one entry point, and its sentence is in the document."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import fxreport

MODULE = """
from fxreport.analysis.claims import Claim, Derived


def widest(context):
    column = context.study.column("digits", "dimension")
    if column:
        yield Claim(
            id="widest/digits", kind="widest", message="The widest features have {n} dimensions.",
            params={"n": Derived(max(column.values()), "integer")}, dataset="digits", metric="dimension",
            subjects=(max(column, key=column.get),), value=max(column.values()), support="certain",
            evidence=tuple(context.evidence("digits", v, "dimension") for v in column),
        )
"""
ROWS = """dataset,extractor,metric,value
digits,raw_pixels,ari,0.6
digits,custom_cnn,ari,0.7
digits,raw_pixels,dimension,64
digits,custom_cnn,dimension,256
"""
BUILD = """
import sys
sys.path[:0] = [{package!r}, {checkout!r}]
from fxreport.cli import main
assert main(["store", "import", "rows.csv", "--store", "store"]) == 0
sys.exit(main(["render", "--store", "store", "--lang", "en", "--document", "technical", "--format", "md"]))
"""


def test_a_rule_of_another_package_is_said(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "wide-1.0.dist-info").mkdir(parents=True)
    (package / "wide.py").write_text(MODULE, "utf-8")
    (package / "wide-1.0.dist-info" / "METADATA").write_text("Name: wide\nVersion: 1.0\n", "utf-8")
    (package / "wide-1.0.dist-info" / "entry_points.txt").write_text(
        "[fxreport.rules]\nwidest = wide:widest\n", "utf-8"
    )
    (tmp_path / "rows.csv").write_text(ROWS, "utf-8")
    code = BUILD.format(package=str(package), checkout=str(Path(fxreport.__file__).parents[1]))
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    text = (tmp_path / "output" / "en" / "technical.md").read_text("utf-8")
    assert "The widest features have 256 dimensions." in text
