"""What lies in the working folder is never run as code, by whichever of our processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_stores import fill

from fxreport.store import Store

#: modules that we, our libraries, or Python itself import
HOSTILE = ("weasyprint", "secrets", "jinja2", "matplotlib", "numpy", "babel", "pyarrow", "cssselect2")


@pytest.mark.slow
@pytest.mark.parametrize("safe", [True, False])
def test_modules_that_lie_there_are_not_run(tmp_path: Path, safe: bool) -> None:
    fill(Store(tmp_path / "results"))
    for name in HOSTILE:
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write('{name} ')\n")
    command = [sys.executable, *(["-P"] if safe else []), "-m", "fxreport", "render", "--lang", "en"]
    asked = ["--format", "pdf", "--document", "conclusions"]
    path = os.pathsep.join(p for p in sys.path if p and Path(p).is_dir())
    ended = subprocess.run(
        [*command, *asked],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert not (tmp_path / "ran").exists(), (tmp_path / "ran").read_text()
    assert (tmp_path / "output" / "en" / "conclusions.pdf").read_bytes().startswith(b"%PDF")
