"""Known holes in the versions of ``requirements.lock``, by pip-audit: exit code 1 where there are any.

    python tests/security/audit.py [OPTION OF PIP-AUDIT …]

The list of holes is a service in the network. Where that cannot be reached, nothing was checked: one line
says so, and the exit code is 0 on somebody's machine and 1 in continuous integration (``CI`` is set).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"
UNREACHED = re.compile(
    r"(ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|ServiceError|HTTPError)\b"
)


def main(options: list[str]) -> int:
    asked = ("--requirement", str(LOCK), "--disable-pip", "--no-deps", "--vulnerability-service", "osv")
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        *asked,
        "--progress-spinner",
        "off",
        "--timeout",
        "20",
        *options,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    last = done.stderr.strip().rpartition("\n")[2]
    if done.returncode and not done.stdout.strip() and UNREACHED.search(done.stderr):
        print(f"the service of known holes cannot be reached, so nothing was checked: {last[:200]}")
        return 1 if os.environ.get("CI") else 0
    print(done.stdout or last)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
