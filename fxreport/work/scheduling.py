"""Run the steps that are missing, image set by image set; what is finished is kept whatever happens later."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from fxreport.system.cache import forget_unavailable, named_folder, notes_in_force, remember_unavailable
from fxreport.system.progress import Progress, Silent
from fxreport.vocabulary.steps import Experiment, Step
from fxreport.work.attempt import Attempt, ResultStore, Status, Task, attempt, resources
from fxreport.work.estimation import MeasuredStore, estimate
from fxreport.work.experiment import needs_fit, needs_images
from fxreport.work.sources import OneDataset, Sources
from fxreport.work.workers import processes

Steps = Mapping[Experiment, Sequence[Step]]


class Store(ResultStore, MeasuredStore, Protocol):
    """What execution uses of ``fxreport.store.Store``."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done: ``run`` in this order; ``stored`` already; ``unavailable`` according to a note."""

    run: tuple[Task, ...]
    stored: tuple[Experiment, ...] = ()
    unavailable: tuple[Attempt, ...] = ()


class Executor(Protocol):
    """Makes the attempts at tasks, one after the other or side by side.

    Yields each as it ends. ``next_task`` gives None when no more are to be run; what the reader of an attempt
    does before it asks for another one may take tasks out. Raises OutputError where results can't be written.
    """

    def __call__(
        self, next_task: Callable[[], Task | None], store: ResultStore, sources: Sources, told: Progress
    ) -> Generator[Attempt]: ...


@dataclass(slots=True)
class Outcome:
    """What came of it. ``skipped``: the store had them. ``interrupted``: by Ctrl-C; what is done is kept."""

    done: list[Experiment] = field(default_factory=list)
    skipped: list[Experiment] = field(default_factory=list)
    failed: list[Attempt] = field(default_factory=list)
    unavailable: list[Attempt] = field(default_factory=list)
    interrupted: bool = False

    def add(self, ended: Attempt) -> None:
        if ended.status is Status.DONE:
            self.done.append(ended.experiment)
        elif ended.status is Status.FAILED:
            self.failed.append(ended)
        else:
            self.unavailable.append(ended)


def work_for(
    steps: Steps,
    store: Store,
    *,
    fresh: bool = False,
    sources: Sources | None = None,
) -> Work:
    """Sort experiments into those to run (image set by image set), stored ones, and those known not to work.

    Of those to run the steps are left that the store lacks. ``fresh`` runs what it holds again, and tries
    again what this machine could not get; so does a folder of the user's in ``sources`` for what it may hold.
    """
    sources = sources or Sources()
    keys = set() if fresh else store.keys()
    notes = {} if fresh else notes_in_force(sources.data_dir, sources.weights_dir)
    stored, unavailable = [], []
    run: dict[str, list[Task]] = {}
    for experiment, wanted in steps.items():
        missing = tuple(step for step in wanted if step.key not in keys)
        if not missing:
            stored.append(experiment)
            continue
        task = Task(experiment, missing, needs_fit(missing, sources.features))
        noted = next((r for r in resources(experiment) if r in notes and _needs(task, r)), None)
        if noted is None:
            run.setdefault(experiment.dataset, []).append(task)
        else:
            unavailable.append(Attempt(experiment, Status.UNAVAILABLE, notes[noted].reason, noted))
    return Work(tuple(task for group in run.values() for task in group), tuple(stored), tuple(unavailable))


def _needs(task: Task, resource: str) -> bool:
    """Whether a task needs what a note is of; one that measures kept features needs no weights."""
    return task.fits or (resource.startswith("dataset:") and needs_images(task.steps))


def execute(
    steps: Steps,
    store: Store,
    sources: Sources | None = None,
    *,
    jobs: int = 1,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Run the steps that the store lacks, and keep the result of each as soon as it is there.

    With ``jobs`` > 1 they run in as many processes, which share out the cores; timings are then those of
    fewer threads beside other work. Where code of the user's or of a plug-in runs, it has a process apart in
    any case: what it does to that harms its experiment alone. An image set or weights that can't be had are
    noted on this machine (not when offline, which says nothing of the network) and not tried again in this
    run, nor in later ones until the note is stale or ``fresh`` is asked for.

    A failure is recorded in the store and the others go on. On KeyboardInterrupt returns with ``interrupted``
    set. Raises OutputError where results can't be written.
    """
    told, sources = progress or Silent(), sources or Sources()
    work = work_for(steps, store, fresh=fresh, sources=sources)
    outcome = Outcome(skipped=list(work.stored), unavailable=list(work.unavailable))
    if not work.run:
        return outcome
    queue = _Queue(work.run)
    jobs = min(jobs, len(work.run))
    apart = jobs > 1 or any(sources.runs_own_code(task.steps) for task in work.run)
    executor: Executor = processes(jobs) if apart else here
    told.begin(estimate(work.run, store, sources.sizes))
    try:
        with closing(executor(queue.next, store, sources, told)) as attempts:
            for ended in attempts:
                for each in (ended, *queue.drop_like(ended)):
                    outcome.add(each)
                    told.finished(each.experiment, each.status, each.detail)
                _note(ended, sources)
    except KeyboardInterrupt:
        outcome.interrupted = True
    finally:
        told.end()
    return outcome


class _Queue:
    """Tasks that wait, in order."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._waiting = deque(tasks)

    def next(self) -> Task | None:
        return self._waiting.popleft() if self._waiting else None

    def drop_like(self, ended: Attempt) -> list[Attempt]:
        """Take out, as unavailable for the same reason, all that need what ``ended`` could not have."""
        if ended.status is not Status.UNAVAILABLE:
            return []
        gone = [
            task
            for task in self._waiting
            if ended.resource in resources(task.experiment) and _needs(task, ended.resource)
        ]
        self._waiting = deque(task for task in self._waiting if task not in gone)
        return [replace(ended, experiment=task.experiment) for task in gone]


def _note(ended: Attempt, sources: Sources) -> None:
    """Keep this machine's notes of what can't be had in step with what happened.

    Neither working offline nor a folder of the user's says what the machine can get.
    """
    if ended.status is Status.UNAVAILABLE:
        folder = named_folder(ended.resource, sources.data_dir, sources.weights_dir)
        if sources.offline or folder is not None:
            return
        remember_unavailable(ended.resource, ended.reason)
    elif ended.status is Status.DONE:
        for resource in resources(ended.experiment):
            forget_unavailable(resource)


def here(
    next_task: Callable[[], Task | None], store: ResultStore, sources: Sources, told: Progress
) -> Generator[Attempt]:
    """Run tasks in this process, one after the other."""
    datasets = OneDataset(sources)
    while (task := next_task()) is not None:
        told.started(task.experiment)
        yield attempt(
            task,
            store,
            datasets,
            on_stage=partial(told.stage, task.experiment),
            on_download=told.download,
        )
