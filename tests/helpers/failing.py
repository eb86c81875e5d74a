"""File operations that fail, or before which the process is killed, at the n-th of them.

``attempt`` does something in a process of its own in which one operation on a file below a folder fails with
an error of the system, once or with all that follow, or never happens because the process is killed first.
Python's own functions are counted: what libraries write from C goes past them (none of ours does).
"""

from __future__ import annotations

import builtins
import errno
import io
import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

#: what tells a child's Python (``sitecustomize``) of the failure
VARIABLE = "FXREPORT_TEST_FAILURE"


@dataclass(frozen=True, slots=True)
class Failure:
    """At the n-th operation below a folder: an error, or None for a kill; ``lasting``: at all after too."""

    under: str
    n: int
    error: int | None = None
    lasting: bool = False
    #: a file that is told what failed
    told: str = ""

    def __str__(self) -> str:
        name = "killed" if self.error is None else errno.errorcode[self.error]
        return f"{name} at {self.n}{' and on' if self.lasting else ''}"


class Ended(NamedTuple):
    """How an attempt ended: its exit code (None: killed), what it said, the operation that failed ("" for
    none), and how many there were.
    """

    code: int | None
    said: str
    failed: str
    count: int


#: function → whether its first argument is a path; of others it is a number
_CALLS = {
    "open": True, "replace": True, "rename": True, "link": True, "mkdir": True, "rmdir": True,
    "unlink": True, "scandir": True, "listdir": True, "fsync": False,
}  # fmt: skip


class Injector:
    """Counts operations and makes one fail."""

    def __init__(self, failure: Failure) -> None:
        self._failure = failure
        self._told = os.open(failure.told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._failed = False
        self.count = 0

    def concerns(self, what: object) -> bool:
        """Whether a path, or the file of a number, lies below the folder."""
        if isinstance(what, int):
            try:
                what = os.readlink(f"/proc/self/fd/{what}")  # noqa: PTH115 - pathlib is counted
            except OSError:
                return False
        elif what is None:
            what = "."
        path = os.path.abspath(os.fsdecode(what))  # type: ignore[call-overload]  # noqa: PTH100 - as above
        return path == self._failure.under or path.startswith(self._failure.under + os.sep)

    def spend(self, name: str, what: object, half: Callable[[], object] = lambda: None) -> None:
        """Count an operation; fail, having done half of it, where it is the one."""
        n, self.count = self.count, self.count + 1
        one = self._failure
        if n != one.n and not (one.lasting and n > one.n >= 0):
            return
        if not self._failed:
            self._failed = True
            os.write(self._told, f"{name} {what}".encode())
        half()
        if one.error is None:
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(one.error, os.strerror(one.error), str(what) if not isinstance(what, int) else None)

    def install(self) -> None:
        """For the rest of this process."""
        for name, by_path in _CALLS.items():
            setattr(os, name, self._counted(name, getattr(os, name), by_path))
        opened = self._opened(io.open)
        io.open = builtins.open = opened
        shutil._USE_CP_SENDFILE = False  # type: ignore[attr-defined]
        try:
            from numpy.lib import _format_impl

            _format_impl.isfileobj = lambda file: False  # else it writes from C
        except ImportError:
            pass

    def _counted(self, name: str, call: Callable[..., Any], by_path: bool) -> Callable[..., Any]:
        def made(what: Any = None, *rest: Any, **more: Any) -> Any:
            if more.get("dir_fd") is not None or self.concerns(what):
                self.spend(name, what)
            return call(*(() if what is None else (what,)), *rest, **more)

        return made

    def _opened(self, usual: Callable[..., Any]) -> Callable[..., Any]:
        spend = self.spend

        class Raw(io.FileIO):
            def write(self, data: Any) -> int:
                some = memoryview(data).cast("B")[: len(data) // 2]
                spend("write", self.name, lambda: super(Raw, self).write(some))
                return super().write(data)

        def made(
            file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None,
            newline: Any = None, closefd: bool = True, opener: Any = None,
        ) -> Any:  # fmt: skip
            if not self.concerns(file):
                return usual(file, mode, buffering, encoding, errors, newline, closefd, opener)
            if not isinstance(file, int):
                self.spend("open", file)
            if not set(mode) & set("wax+"):
                return usual(file, mode, buffering, encoding, errors, newline, closefd, opener)
            raw = Raw(file, mode.replace("b", "").replace("t", ""), closefd, opener)
            if buffering == 0:
                return raw
            buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            if "b" in mode:
                return buffered
            return io.TextIOWrapper(buffered, encoding or "utf-8", errors, newline)

        return made


def attempt(act: Callable[[], int], failure: Failure, children: bool = False) -> Ended:
    """Run ``act`` (which returns an exit code) in a process in which the failure happens.

    ``children``: in the Pythons that it starts, and not in it; then operations are not counted.
    """
    with tempfile.TemporaryDirectory() as aside:
        said, told, count = (Path(aside, name) for name in ("said", "told", "count"))
        for one in (said, told, count):
            one.touch()
        failure = replace(failure, told=str(told))
        child = os.fork()
        if not child:
            _attempt(act, failure, children, said, count)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        code = None if status == -signal.SIGKILL else status
        return Ended(code, said.read_text("utf-8"), told.read_text("utf-8"), int(count.read_text() or 0))


def _attempt(act: Callable[[], int], failure: Failure, children: bool, said: Path, count: Path) -> None:
    """In the child: never returns."""
    code = 99
    try:
        number = os.open(said, os.O_WRONLY)
        os.dup2(number, 1)
        os.dup2(number, 2)
        # pytest's are its own
        sys.stdout, sys.stderr = (io.TextIOWrapper(io.FileIO(n, "w", closefd=False)) for n in (1, 2))
        if children:
            os.environ[VARIABLE] = json.dumps(astuple(failure))
            code = act()
        else:
            injector = Injector(failure)
            injector.install()
            try:
                code = act()
            finally:
                count.write_text(str(injector.count))
    except BaseException:  # noqa: BLE001 - the parent's to judge
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def in_children(folder: Path) -> str:
    """A folder for PYTHONPATH by which ``attempt``'s failure happens in the Pythons that it starts."""
    (folder / "sitecustomize.py").write_text(
        "import json, os, sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import failing\n"
        f"if failing.VARIABLE in os.environ:\n"
        "    failing.Injector(failing.Failure(*json.loads(os.environ[failing.VARIABLE]))).install()\n"
    )
    return str(folder)
