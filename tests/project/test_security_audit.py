"""What ``tox -e security`` says of known holes: found, none, or not looked for, which is no "none"."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

UNREACHED = "import sys; sys.exit('requests.exceptions.ConnectionError: Max retries exceeded')"
FOUND = "import sys; print('numpy 2.4.6 CVE-1'); sys.exit('Found 1 known vulnerability in 1 package')"


@pytest.mark.parametrize(
    ("pip_audit", "ci", "code", "says"),
    [
        ("import sys; sys.stderr.write('No known vulnerabilities found')", "", 0, "No known vulnerabilities"),
        (FOUND, "", 1, "numpy 2.4.6 CVE-1"),
        (FOUND.replace("CVE-1", "ConnectionError"), "", 1, "numpy"),
        ("import sys; sys.exit('unrecognized arguments')", "", 1, "unrecognized"),
        (UNREACHED, "", 0, "cannot be reached, so nothing was checked"),
        (UNREACHED, "true", 1, "cannot be reached, so nothing was checked"),
    ],
)
def test_what_is_said_of_known_holes(
    pip_audit: str, ci: str, code: int, says: str, checkout: Path, tmp_path: Path
) -> None:
    (tmp_path / "pip_audit.py").write_text(pip_audit)
    done = subprocess.run(
        [sys.executable, checkout / "tests/security/audit.py"],
        env={**os.environ, "CI": ci, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (code, "")
    assert says in done.stdout
    assert "Traceback" not in done.stdout
