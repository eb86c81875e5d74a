"""axe-core in the browser: what it finds wrong with a page. Taken from npm when it is first needed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from browser import Page

from fxreport.system.cache import cache_dir

VERSION = "4.14.1"
#: where tests may use the network, and so have no excuse
NETWORK = "FXREPORT_TEST_NETWORK"
_RUN = """axe.run(document, {resultTypes: ["violations"], preload: false}).then(found => JSON.stringify(
  found.violations.map(rule => [rule.id, rule.help, rule.nodes.slice(0, 3).map(node => node.html)])))"""


@cache
def axe() -> str:
    """The script of axe-core, kept in the cache; skips the test where it can't be had."""
    kept = cache_dir() / "axe-core" / f"{VERSION}.js"
    if not kept.is_file():
        npm = shutil.which("npm")
        reason = "npm is not installed" if npm is None else _fetched(npm, kept)
        if reason:
            if os.environ.get(NETWORK) == "1":
                pytest.fail(f"axe-core {VERSION} is needed: {reason}")
            pytest.skip(f"axe-core {VERSION} can't be had: {reason}")
    return kept.read_text("utf-8")


def _fetched(npm: str, kept: Path) -> str:
    """Take the package's script; return why it could not be, "" where it could."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", "--silent", f"axe-core@{VERSION}"]
    done = subprocess.run(command, cwd=kept.parent, capture_output=True, text=True, check=False, timeout=120)
    archive = kept.parent / f"axe-core-{VERSION}.tgz"
    if done.returncode or not archive.is_file():
        return (done.stderr.strip().splitlines() or ["npm pack gave nothing"])[-1]
    with tarfile.open(archive) as package:
        script = package.extractfile("package/axe.min.js")
        assert script is not None
        kept.write_bytes(script.read())
    archive.unlink()
    return ""


def violations(page: Page) -> list[tuple[str, str, list[str]]]:
    """The rules that the page breaks as it is: name, what it asks for, the first elements."""
    page.call("Page.setBypassCSP", enabled=True)
    if not page.run("typeof axe !== 'undefined'"):
        page.run(axe() + "; undefined")
    found: list[Any] = json.loads(page.run(_RUN))
    return [(name, told, nodes) for name, told, nodes in found]
