"""What commands tell the user, on stderr: stdout is for what they produce."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    print(f"fxreport: {line}", file=sys.stderr, flush=True)


def counted(number: int, noun: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
