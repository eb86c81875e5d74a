"""Who may import whom (docs/design.md, "Modules"): checked on the sources."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from import_scan import PACKAGE, Import, all_imports, imports_of, part_of, sources

#: what no one may load before an experiment runs
HEAVY = {"tensorflow", "keras", "tf_keras"}

MEASURING = {"datasets", "extractors", "measures", "work"}

#: part of the package -> the parts it may import; a part may always import itself and the package's root
ALLOWED: Mapping[str, set[str]] = {
    "vocabulary": set(),
    "system": {"vocabulary"},
    "config": {"vocabulary", "system"},
    # left of the store
    "datasets": {"vocabulary", "system"},
    "extractors": {"vocabulary", "system"},
    "measures": {"vocabulary", "system"},
    "work": {"vocabulary", "system", "datasets", "extractors", "measures"},
    # the store, which the two halves share
    "store": {"vocabulary"},
    # right of the store
    "reference": set(),
    "analysis": {"vocabulary", "reference"},
    "report": {"vocabulary", "system", "store", "reference", "analysis"},
    "site": {"vocabulary", "system", "store", "reference", "analysis", "report"},
    "audit": {"vocabulary", "store", "analysis"},
}
#: where everything is put together
TOP = {"", "api", "cli", "commands", "__main__"}
LIGHT = ["analysis", "audit", "reference", "report", "site", "store", "system", "vocabulary"]


def violations(found: list[Import]) -> list[str]:
    """What breaks the rule, one line each."""
    broken = []
    for item in found:
        part = part_of(item.module)
        root = item.target.partition(".")[0]
        if root in HEAVY:
            if not item.deferred:
                broken.append(f"{item}: import it inside the function that uses it")
            elif part in LIGHT:
                broken.append(f"{item}: nothing from the store on may need it")
        if item.part is None or item.part.startswith("__") or item.part == part or part in TOP:
            continue
        if part not in ALLOWED:
            broken.append(f"{item}: {part or PACKAGE} has no place in ALLOWED")
        elif item.part not in ALLOWED[part]:
            below = ", ".join(sorted(ALLOWED[part])) or "nothing of ours"
            broken.append(f"{item}: {part} may import {below}")
    return broken


def test_imports_go_down_only() -> None:
    assert violations(all_imports()) == []


def test_every_part_has_its_place() -> None:
    parts = {part_of(module) for module, _ in sources()} - {""}
    assert parts <= set(ALLOWED) | TOP, "say in ALLOWED and in docs/design.md who may import the new part"


def test_a_module_is_read_at_one_sitting(checkout: Path) -> None:
    """Outside the audit, whose patterns of two languages are long."""
    long = [
        path
        for path in (checkout / PACKAGE).rglob("*.py")
        if "audit" not in path.relative_to(checkout).parts and path.read_text("utf-8").count("\n") > 400
    ]
    assert long == []


def test_design_document_has_the_same_table(checkout: Path) -> None:
    text = (checkout / "docs" / "design.md").read_text("utf-8")
    section = text.partition("\n## Modules\n")[2].partition("\n## ")[0]
    written = {}
    for names, below in re.findall(r"^\| (`.*`) \| .* \| (.*) \|$", section, re.MULTILINE):
        if below == "everything":
            continue
        part = names.strip("`").removesuffix("/").removesuffix(".py")
        written[part] = set(re.findall(r"`(\w+)`", below))
    assert written == ALLOWED


def test_rule_table_is_acyclic() -> None:
    """ALLOWED itself must go down: a cycle in it would let two parts lean on each other."""
    done: set[str] = set()
    left = {part: set(below) for part, below in ALLOWED.items()}
    while ready := [part for part, below in left.items() if below <= done]:
        done.update(ready)
        for part in ready:
            del left[part]
    assert left == {}


def test_nothing_right_of_the_store_can_reach_the_measuring_half() -> None:
    """Through whatever steps: the table gives no such path."""
    for start in LIGHT:
        reached, todo = set(), [start]
        while todo:
            part = todo.pop()
            reached.add(part)
            todo.extend(ALLOWED[part] - reached)
        assert reached.isdisjoint(MEASURING), start


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("fxreport.analysis.rules", "from fxreport.store import Store"),
        ("fxreport.analysis.rules", "from fxreport import report"),
        ("fxreport.analysis.rules", "from ..report import model"),
        ("fxreport.report.model", "def f():\n    from fxreport.datasets.base import Dataset"),
        ("fxreport.report.model", "def f():\n    import tensorflow as tf"),
        (
            "fxreport.report.model",
            "from importlib import import_module\nimport_module('fxreport.work.experiment')",
        ),
        ("fxreport.store", "import fxreport.work"),
        (
            "fxreport.vocabulary.experiment",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import fxreport.store",
        ),
        ("fxreport.datasets.mnist", "from fxreport.extractors.base import Extractor"),
        ("fxreport.extractors.cnn", "import tensorflow"),
        ("fxreport.extractors.cnn", "class C:\n    from keras import layers"),
        ("fxreport.extractors.cnn", "try:\n    import keras\nexcept ImportError:\n    pass"),
        ("fxreport.novelty", "from fxreport.vocabulary.errors import FxReportError"),
    ],
)
def test_checker_sees_a_bad_import(module: str, source: str) -> None:
    assert violations(list(imports_of(source, module))) != []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("fxreport.analysis.rules", "from . import winner\nfrom fxreport.analysis.frame import pivot"),
        (
            "fxreport.analysis.rules",
            "from fxreport import __version__\nfrom fxreport.vocabulary.metrics import METRICS",
        ),
        ("fxreport.report.model", "from fxreport.analysis import claims"),
        ("fxreport.extractors.cnn", "def fit():\n    import tensorflow as tf"),
        ("fxreport.extractors.cnn", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import keras"),
        ("fxreport.cli", "from fxreport.commands import run"),
    ],
)
def test_checker_allows_a_good_import(module: str, source: str) -> None:
    assert violations(list(imports_of(source, module))) == []


def test_relative_imports_in_a_package_file_resolve() -> None:
    [found] = imports_of("from .base import Extractor", "fxreport.extractors", is_package=True)
    assert found.target == "fxreport.extractors.base"


def test_light_parts_load_without_the_heavy_ones() -> None:
    """At run time too, third parties included: what renders must not pull in TensorFlow."""
    modules = [module for module, _ in sources() if part_of(module) in {*LIGHT, "cli", "config"}]
    code = (
        f"import importlib, sys\nfor name in {modules!r}: importlib.import_module(name)\n"
        f"print(*sorted({HEAVY!r} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert (run.returncode, run.stdout.strip()) == (0, ""), run.stderr
