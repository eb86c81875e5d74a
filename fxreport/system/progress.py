"""How a long job tells what it does: bars on a terminal, a line for each thing finished elsewhere.

Everything goes to stderr: stdout is for the paths that a command writes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

from fxreport.vocabulary.catalog import dataset_facts, extractor_facts
from fxreport.vocabulary.steps import Experiment
from fxreport.vocabulary.text import visible

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

#: words for the runner's stages
_STAGES = {
    "fit": "training",
    "extract": "extracting",
    "inspect": "looking inside",
    "probes": "probing",
}


class Progress(Protocol):
    """What is told while experiments run. Calls come from one thread at a time."""

    def begin(self, costs: Mapping[Experiment, float]) -> None:
        """Before the first experiment: what will run, and the seconds that each is expected to take."""

    def started(self, experiment: Experiment) -> None: ...

    def stage(self, experiment: Experiment, stage: str, done: int, total: int) -> None:
        """``done`` of ``total`` steps of a stage: epochs, passes."""

    def finished(self, experiment: Experiment, status: str, detail: str = "") -> None:
        """``status``: done, failed or unavailable; ``detail``: why it failed, one line."""

    def download(self, description: str, done_bytes: int, total_bytes: int | None) -> None: ...

    def note(self, line: str) -> None:
        """Anything else that the user should see, one line."""

    def end(self) -> None:
        """After the last experiment, and on interruption."""


#: what is told of a finished experiment besides: what came of it
Result = Callable[[Experiment], str]


def progress_on(stream: TextIO | None = None, result: Result = lambda experiment: "") -> Progress:
    """Return the progress display that fits ``stream`` (default: stderr)."""
    stream = stream or sys.stderr
    return Bars(stream, result) if stream.isatty() else Lines(stream, result)


@contextmanager
def writing_on(stream: TextIO | None = None) -> Iterator[Callable[[str], None]]:
    """Give what tells which document is being written: on a terminal, elsewhere it is not worth a line."""
    stream = stream or sys.stderr
    if not stream.isatty():
        yield lambda name: None
        return
    from rich.console import Console

    with Console(file=stream).status("writing") as status:
        yield lambda name: status.update(f"writing {name}")


def describe(experiment: Experiment) -> str:
    """``MNIST × VGG16 @32, seed 0``."""
    title = extractor_facts(experiment.extractor).title
    size = "" if experiment.input_size is None else f" @{experiment.input_size}"
    return f"{dataset_facts(experiment.dataset).title} × {title}{size}, seed {experiment.seed}"


def _ending(experiment: Experiment, status: str, detail: str) -> str:
    """How an experiment ended that is not done; why one is unavailable is said once, after all of them."""
    reason = f": {detail}" if status == "failed" else ""
    return f"{describe(experiment)}: {status}{reason}"


def _came(result: str) -> str:
    return f" ({result})" if result else ""


def duration(seconds: float) -> str:
    """A rough length of time for people: ``8 s``, ``3 min 20 s``, ``2 h 05 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


class Silent:
    """Tells nothing."""

    def begin(self, costs: Mapping[Experiment, float]) -> None: ...

    def started(self, experiment: Experiment) -> None: ...

    def stage(self, experiment: Experiment, stage: str, done: int, total: int) -> None: ...

    def finished(self, experiment: Experiment, status: str, detail: str = "") -> None: ...

    def download(self, description: str, done_bytes: int, total_bytes: int | None) -> None: ...

    def note(self, line: str) -> None: ...

    def end(self) -> None: ...


class TimeLeft:
    """Expected seconds left, corrected by how the expectation has held so far.

    ``clock`` gives seconds, as ``time.monotonic`` does.
    """

    def __init__(
        self, costs: Mapping[Experiment, float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._costs = dict(costs)
        self._clock = clock
        self._start = clock()
        self._started: dict[Experiment, float] = {}
        self._finished: set[Experiment] = set()
        self.total = sum(self._costs.values())

    def started(self, experiment: Experiment) -> None:
        self._started[experiment] = self._clock()

    def finished(self, experiment: Experiment) -> None:
        self._finished.add(experiment)

    @property
    def count(self) -> int:
        """Number of experiments that have ended."""
        return len(self._finished)

    @property
    def done(self) -> float:
        """Expected seconds of what is finished and of the elapsed part of what runs, at most ``total``."""
        return sum(self._done(experiment) for experiment in self._costs)

    @property
    def seconds(self) -> float:
        """Seconds left."""
        done = self.done
        left = max(self.total - done, 0.0)
        settled = sum(self._costs.get(e, 0.0) for e in self._finished)
        if settled == 0:  # nothing to correct the expectation by
            return left
        return left * (self._clock() - self._start) / done

    def _done(self, experiment: Experiment) -> float:
        cost = self._costs[experiment]
        if experiment in self._finished:
            return cost
        if experiment not in self._started:
            return 0.0
        # What takes longer than expected stays just short of done.
        return min(self._clock() - self._started[experiment], 0.95 * cost)


class Lines:
    """One plain line for each experiment that has ended: for logs and pipes."""

    def __init__(self, stream: TextIO, result: Result = lambda experiment: "") -> None:
        self._stream = stream
        self._result = result
        self._count = 0
        self._left = TimeLeft({})
        self._started: dict[Experiment, float] = {}
        self._downloading = ""

    def begin(self, costs: Mapping[Experiment, float]) -> None:
        self._count = len(costs)
        self._left = TimeLeft(costs)

    def started(self, experiment: Experiment) -> None:
        self._left.started(experiment)
        self._started[experiment] = time.monotonic()

    def stage(self, experiment: Experiment, stage: str, done: int, total: int) -> None: ...

    def finished(self, experiment: Experiment, status: str, detail: str = "") -> None:
        self._left.finished(experiment)
        position = f"[{self._left.count}/{self._count}]"
        started = self._started.pop(experiment, None)
        if status == "done":
            spent = "" if started is None else f" in {duration(time.monotonic() - started)}"
            left = f", about {duration(self._left.seconds)} left" if self._left.count < self._count else ""
            came = _came(self._result(experiment))
            self.note(f"{position} {describe(experiment)}: done{spent}{came}{left}")
        else:
            self.note(f"{position} {_ending(experiment, status, detail)}")

    def download(self, description: str, done_bytes: int, total_bytes: int | None) -> None:
        if description != self._downloading:
            self._downloading = description
            size = "" if not total_bytes else f" ({total_bytes / 1e6:.0f} MB)"
            self.note(f"downloading {description}{size}")

    def note(self, line: str) -> None:
        print(visible(line), file=self._stream, flush=True)

    def end(self) -> None: ...


class Bars:
    """Live bars: all experiments with the time left, and one for each that runs now."""

    def __init__(self, stream: TextIO, result: Result = lambda experiment: "") -> None:
        self._stream = stream
        self._result = result
        self._rich: RichProgress | None = None
        self._overall: TaskID | None = None
        self._running: dict[Experiment, TaskID] = {}
        self._downloads: dict[str, TaskID] = {}
        self._left = TimeLeft({})
        self._count = 0

    def begin(self, costs: Mapping[Experiment, float]) -> None:
        self._count = len(costs)
        self._left = TimeLeft(costs)
        self._overall = self._live().add_task("", total=self._left.total or 1.0, state="")
        self._show_overall()

    def started(self, experiment: Experiment) -> None:
        self._left.started(experiment)
        self._running[experiment] = self._live().add_task(describe(experiment), total=None, state="reading")

    def stage(self, experiment: Experiment, stage: str, done: int, total: int) -> None:
        word = _STAGES.get(stage, stage)
        # A stage of one step has no progress to show: a pulsing bar says that something runs.
        steps = {"total": total, "completed": done} if total > 1 else {"total": None, "completed": 0}
        state = f"{word}, epoch {done} of {total}" if stage == "fit" and total > 1 else word
        self._live().update(self._running[experiment], state=state, **steps)
        self._show_overall()

    def finished(self, experiment: Experiment, status: str, detail: str = "") -> None:
        self._left.finished(experiment)
        task = self._running.pop(experiment, None)
        if task is not None:
            self._live().remove_task(task)
        if status == "failed":
            self.note(_ending(experiment, status, detail))
        elif status == "done" and (came := _came(self._result(experiment))):
            self.note(f"{describe(experiment)}: done{came}")
        self._show_overall()

    def download(self, description: str, done_bytes: int, total_bytes: int | None) -> None:
        live = self._live()
        if description not in self._downloads:
            self._downloads[description] = live.add_task(description, total=total_bytes, state="downloading")
        task = self._downloads[description]
        size = f"{done_bytes / 1e6:.0f} MB" + (f" of {total_bytes / 1e6:.0f} MB" if total_bytes else "")
        live.update(task, completed=done_bytes, total=total_bytes, state=size)
        if total_bytes and done_bytes >= total_bytes:
            live.remove_task(self._downloads.pop(description))

    def note(self, line: str) -> None:
        if self._rich is None:
            print(visible(line), file=self._stream, flush=True)
        else:
            # No markup: a path may hold brackets.
            self._rich.console.print(visible(line), markup=False, highlight=False)

    def end(self) -> None:
        if self._rich is not None:
            self._rich.stop()
        self._rich = None
        self._running, self._downloads, self._overall = {}, {}, None

    def _live(self) -> RichProgress:
        """The display; it appears with the first thing to show."""
        if self._rich is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            self._rich = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TextColumn("{task.fields[state]}", markup=False),
                console=Console(file=self._stream),
                transient=True,
            )
            self._rich.start()
        return self._rich

    def _show_overall(self) -> None:
        if self._overall is None:
            return
        left = f"about {duration(self._left.seconds)} left" if self._left.count < self._count else ""
        self._live().update(
            self._overall,
            description=f"{self._left.count} of {self._count} experiments",
            completed=self._left.done,
            state=left,
        )
