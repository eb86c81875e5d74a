"""axe-core in the browser: what it finds wrong with a page. Taken from a Python package at first need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from browser import Page

from fxreport.system.cache import cache_dir

#: a package that carries axe-core's script; of what else is in it nothing is used
PACKAGE, MEMBER = "axe-playwright-python==0.1.8", "axe_playwright_python/axe.min.js"
#: where tests may use the network, and so have no excuse
NETWORK = "FXREPORT_TEST_NETWORK"
#: the rules that a scheme of colours decides
COLOURS = "cat.color"
_RUN = """axe.run(document, {resultTypes: ["violations"], preload: false%s}).then(found => JSON.stringify(
  found.violations.map(rule => [rule.id, rule.help, rule.nodes.slice(0, 3).map(node => node.html)])))"""


@cache
def axe() -> str:
    """The script of axe-core, kept in the cache; skips the test where it can't be had."""
    kept = cache_dir() / "axe-core" / f"{PACKAGE}.js"
    if not kept.is_file() and (reason := _fetched(kept)):
        if os.environ.get(NETWORK) == "1":
            pytest.fail(f"axe-core is needed: {reason}")
        pytest.skip(f"axe-core can't be had: {reason}")
    return kept.read_text("utf-8")


def _fetched(kept: Path) -> str:
    """Take the package's script; return why it could not be, "" where it could."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-P",
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--quiet",
            "--dest",
            folder,
            PACKAGE,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            return (done.stderr.strip().splitlines() or ["pip gave nothing"])[-1]
        with zipfile.ZipFile(wheels[0]) as wheel:
            kept.write_bytes(wheel.read(MEMBER))
    return ""


def violations(page: Page, rules: str = "") -> list[tuple[str, str, list[str]]]:
    """The rules that the page breaks as it is: name, what it asks for, the first elements.

    ``rules`` is axe's tag of those that are looked at; all are without one.
    """
    page.call("Page.setBypassCSP", enabled=True)
    if not page.run("typeof axe !== 'undefined'"):
        page.run(axe() + "; undefined")
    found: list[Any] = json.loads(page.run(_RUN % (f', runOnly: ["{rules}"]' if rules else "")))
    return [(name, told, nodes) for name, told, nodes in found]
