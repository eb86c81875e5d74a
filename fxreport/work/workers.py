"""Tasks in worker processes: each takes one after the other and writes its results itself."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import ModuleType
from typing import Any

from fxreport.system.machine import cores, thread_limits
from fxreport.system.progress import Progress
from fxreport.vocabulary.errors import FxReportError
from fxreport.work.attempt import Attempt, ResultStore, Task, attempt, failed
from fxreport.work.sources import Limits, OneDataset, Sources

#: seconds between two looks at those that have limits
_LOOK_SECONDS = 1.0
# What a worker sends: (kind, arguments).
_STAGE, _DOWNLOAD, _ENDED, _ERROR = "stage", "download", "ended", "error"


def processes(jobs: int) -> partial[Generator[Attempt]]:
    """An executor (``scheduling.Executor``) of ``jobs`` processes that share the cores out among them.

    ``store`` and ``sources`` are pickled. A process that dies (the system may kill one that takes too much
    memory) fails its experiment only; so does one that is ended, since it runs code of the user's and goes
    beyond ``sources.limits``. What it prints goes to stderr. Raises what a worker raised of OutputError.
    Closing the generator ends the processes at once; results are written by rename, so none is left
    half-written.
    """
    return partial(_attempts, jobs)


def _attempts(
    jobs: int,
    next_task: Callable[[], Task | None],
    store: ResultStore,
    sources: Sources,
    told: Progress,
) -> Generator[Attempt]:
    threads = max(1, cores() // jobs)
    start = partial(_start, store, sources, threads)
    workers: list[_Worker] = []
    try:
        for _ in range(jobs):
            if (task := next_task()) is not None:
                workers.append(start())
                workers[-1].give(task, told)
        while workers:
            for worker in _ready(workers, sources):
                ended = _receive(worker, store, told)
                if ended is None:
                    continue
                yield ended
                # After the yield: what the reader has dropped from the queue is not handed out any more.
                task = next_task()
                if not worker.process.is_alive():
                    workers.remove(worker)
                    if task is not None:
                        workers.append(worker := start())
                if task is None:
                    worker.stop()
                    workers = [w for w in workers if w is not worker]
                else:
                    worker.give(task, told)
    finally:
        for worker in workers:
            worker.kill()


@dataclass(slots=True, eq=False)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    task: Task | None = None
    began: float = 0.0
    ended: str = ""  # why we ended it

    def give(self, task: Task, told: Progress) -> None:
        self.task = task
        self.began = time.monotonic()
        told.started(task.experiment)
        self.pipe.send(task)

    def stop(self) -> None:
        if self.process.is_alive():
            self.pipe.send(None)
        self.process.join()
        self.pipe.close()

    def hold_to(self, limits: Limits) -> None:
        """End the process if it goes beyond the limits; what it has said before is heard all the same."""
        if self.ended:
            return
        if time.monotonic() - self.began > 60 * limits.minutes:
            self.ended = f"it took more than {limits.minutes:g} min, the limit that [limits] minutes sets"
        elif _memory(self.process) > 1e9 * limits.memory_gigabytes:
            limit = f"{limits.memory_gigabytes:g} GB, the limit that [limits] memory_gigabytes sets"
            self.ended = f"it took more memory than {limit}"
        else:
            return
        self.process.kill()  # it may catch what asks it to end
        self.process.join()

    def kill(self) -> None:
        self.process.terminate()
        self.process.join()
        self.pipe.close()


def _start(store: ResultStore, sources: Sources, threads: int) -> _Worker:
    context = get_context("spawn")  # forking a process that has loaded TensorFlow hangs
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, store, sources), daemon=True)
    with _environment(thread_limits(threads)), without_main():
        process.start()
    theirs.close()
    return _Worker(process, ours)


def _ready(workers: list[_Worker], sources: Sources) -> list[_Worker]:
    """Wait for, and return, the workers that sent something or ended (a closed pipe is ready too)."""
    pipes: dict[Any, _Worker] = {worker.pipe: worker for worker in workers}
    limited = [one for one in workers if one.task and sources.runs_own_code(one.task.steps)]
    while True:
        ready = connection.wait(list(pipes), timeout=_LOOK_SECONDS if limited else None)
        for worker in limited:
            worker.hold_to(sources.limits)
        if ready:
            return [pipes[pipe] for pipe in ready]


def _memory(process: SpawnProcess) -> int:
    """Bytes that a process takes; 0 of one that has ended."""
    import psutil

    try:
        return int(psutil.Process(process.pid).memory_info().rss)
    except psutil.Error:
        return 0


def _receive(worker: _Worker, store: ResultStore, told: Progress) -> Attempt | None:
    """Take one message; return the attempt if it is the end of one."""
    assert worker.task is not None
    experiment = worker.task.experiment
    try:
        kind, arguments = worker.pipe.recv()
    except EOFError:
        worker.process.join()
        code = worker.process.exitcode or 0
        killed = f"signal {-code}; out of memory?" if code < 0 else f"exit code {code}"
        keys = store.keys()
        missing = [step for step in worker.task.steps if step.key not in keys]
        reason = worker.ended or f"its process ended before it was done ({killed})"
        return failed(experiment, missing, store, reason)
    if kind == _STAGE:
        told.stage(experiment, *arguments)
    elif kind == _DOWNLOAD:
        told.download(*arguments)
    elif kind == _ERROR:
        raise arguments
    else:
        ended: Attempt = arguments
        return ended
    return None


def _serve(pipe: Connection, store: ResultStore, sources: Sources) -> None:
    """A worker's life: tasks in, messages out, until None comes or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the parent decides
    with suppress(OSError):  # where memory runs out, Linux shall end this process and not its parent
        Path("/proc/self/oom_score_adj").write_text("1000")
    with suppress(OSError):  # stdout is for what the command produces
        os.dup2(2, 1)
    datasets, teller = OneDataset(sources), _Teller(pipe)
    try:
        while (task := pipe.recv()) is not None:
            try:
                ended = attempt(task, store, datasets, on_stage=teller.stage, on_download=teller.download)
            except FxReportError as error:
                pipe.send((_ERROR, error))
                return
            pipe.send((_ENDED, ended))
    except (EOFError, BrokenPipeError, _ParentGone):
        return


class _ParentGone(BaseException):
    """Nobody listens any more. Not an Exception, lest it be taken for the experiment's failure."""


class _Teller:
    """Sends the parent what happens in a worker."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def stage(self, stage: str, done: int, total: int) -> None:
        self._send(_STAGE, stage, done, total)

    def download(self, description: str, done_bytes: int, total_bytes: int | None) -> None:
        self._send(_DOWNLOAD, description, done_bytes, total_bytes)

    def _send(self, kind: str, *arguments: object) -> None:
        try:
            self._pipe.send((kind, arguments))
        except OSError:
            raise _ParentGone from None


@contextmanager
def without_main() -> Iterator[None]:
    """Keep processes started meanwhile from running the user's script again, as spawned ones do."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Set environment variables for the processes started meanwhile."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
