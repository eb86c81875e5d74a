"""One job in a process of its own, which tells what it finds and may be ended."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from fxreport.vocabulary.errors import FxReportError
from fxreport.work.attempt import one_line
from fxreport.work.workers import without_main

_DONE = "done"


def told_apart(job: Callable[..., Iterable[Any]], *arguments: Any, minutes: float) -> Iterator[Any]:
    """Yield what ``job(*arguments)`` yields in another process; both are pickled.

    What it prints goes to stderr. Raises what it raised of FxReportError, and FxReportError where the process
    ended before it was done, or was ended after so many minutes.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(theirs, job, arguments), daemon=True)
    with without_main():
        process.start()
    theirs.close()
    end = time.monotonic() + 60 * minutes
    try:
        while True:
            if not ours.poll(max(end - time.monotonic(), 0)):
                raise FxReportError(f"no end within {minutes:g} min")
            try:
                told = ours.recv()
            except EOFError:
                process.join()
                code = process.exitcode or 0
                how = f"signal {-code}; out of memory?" if code < 0 else f"exit code {code}"
                raise FxReportError(f"its process ended before it was done ({how})") from None
            if told == _DONE:
                return
            if isinstance(told, FxReportError):
                raise told
            yield told
    finally:
        process.kill()
        process.join()
        ours.close()


def _serve(pipe: Connection, job: Callable[..., Iterable[Any]], arguments: tuple[Any, ...]) -> None:
    with suppress(OSError):
        os.dup2(2, 1)
    try:
        for told in job(*arguments):
            pipe.send(told)
        pipe.send(_DONE)
    except FxReportError as error:
        pipe.send(error)
    except Exception as error:  # noqa: BLE001 - of code that nobody here knows
        pipe.send(FxReportError(one_line(error)))
