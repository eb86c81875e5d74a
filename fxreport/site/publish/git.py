"""Git's own commands, as far as publishing needs them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

from fxreport.vocabulary.errors import OutputError


class GitError(OutputError):
    """Git said no; the text is its reason, a clause."""


def git(*arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
    """Run git in the current folder and return what it says. It asks for nothing. Raises GitError."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            input=stdin,
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **(env or {})},
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed") from error
    if done.returncode:
        raise GitError(_reason(done.stderr.decode("utf-8", "replace")) or f"git {arguments[0]} failed")
    return done.stdout


def line(*arguments: str) -> str:
    """What git says in one line; "" where it says no."""
    try:
        return git(*arguments).decode().strip()
    except GitError:
        return ""


def _reason(said: str) -> str:
    """The lines that tell why: what the other side says, else what was rejected, else the last."""
    lines = [one.strip() for one in said.splitlines() if one.strip()]
    telling = [one for one in lines if one.startswith(("remote:", "fatal:", "! "))]
    told = [one.removeprefix("remote:").removeprefix("fatal:").strip() for one in telling or lines[-1:]]
    return "; ".join(dict.fromkeys(one for one in told if one))
