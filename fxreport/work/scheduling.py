"""Run what is missing, image set by image set; what is finished is kept whatever happens later."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from fxreport.system.cache import forget_unavailable, named_folder, notes_in_force, remember_unavailable
from fxreport.system.progress import Progress, Silent
from fxreport.vocabulary.experiment import Experiment
from fxreport.work.attempt import Attempt, ResultStore, Status, attempt, resources
from fxreport.work.estimation import MeasuredStore, estimate
from fxreport.work.experiment import OneDataset, Sources
from fxreport.work.workers import attempts_in_workers


class Store(ResultStore, MeasuredStore, Protocol):
    """What execution uses of ``fxreport.store.Store``."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done: ``run`` in this order; ``stored`` already; ``unavailable`` according to a note."""

    run: tuple[Experiment, ...]
    stored: tuple[Experiment, ...] = ()
    unavailable: tuple[Attempt, ...] = ()


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
    experiments: Iterable[Experiment],
    store: Store,
    *,
    fresh: bool = False,
    sources: Sources | None = None,
) -> Work:
    """Sort experiments into those to run (image set by image set), stored ones, and those known not to work.

    ``fresh`` runs what the store holds again, and tries again what this machine could not get; so does a
    folder of the user's in ``sources`` for what it may hold.
    """
    planned = list(dict.fromkeys(experiments))
    keys = set() if fresh else store.keys()
    where = sources or Sources()
    notes = {} if fresh else notes_in_force(where.data_dir, where.weights_dir)
    stored = tuple(e for e in planned if e.key in keys)
    run: dict[str, list[Experiment]] = {}
    unavailable = []
    for experiment in planned:
        if experiment.key in keys:
            continue
        noted = next((r for r in resources(experiment) if r in notes), None)
        if noted is None:
            run.setdefault(experiment.dataset, []).append(experiment)
        else:
            unavailable.append(Attempt(experiment, Status.UNAVAILABLE, notes[noted].reason, noted))
    return Work(tuple(e for group in run.values() for e in group), stored, tuple(unavailable))


def execute(
    experiments: Iterable[Experiment],
    store: Store,
    sources: Sources | None = None,
    *,
    jobs: int = 1,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Run the experiments that the store lacks, and keep each result as soon as it is there.

    With ``jobs`` > 1 they run in as many processes, which share out the cores; timings are then those of
    fewer threads beside other work. An image set or weights that can't be had are noted on this machine (not
    when offline, which says nothing of the network) and not tried again in this run, nor in later ones until
    the note is stale or ``fresh`` is asked for.

    A failure is recorded in the store and the others go on. On KeyboardInterrupt returns with ``interrupted``
    set. Raises OutputError where results can't be written.
    """
    told, sources = progress or Silent(), sources or Sources()
    work = work_for(experiments, store, fresh=fresh, sources=sources)
    outcome = Outcome(skipped=list(work.stored), unavailable=list(work.unavailable))
    if not work.run:
        return outcome
    queue = _Queue(work.run)
    jobs = min(jobs, len(work.run))
    told.begin(estimate(work.run, store))
    try:
        attempts = (
            _attempts_here(queue.next, store, sources, told)
            if jobs == 1
            else attempts_in_workers(queue.next, store, sources, jobs, told)
        )
        with closing(attempts):
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
    """Experiments that wait, in order."""

    def __init__(self, experiments: Sequence[Experiment]) -> None:
        self._waiting = deque(experiments)

    def next(self) -> Experiment | None:
        return self._waiting.popleft() if self._waiting else None

    def drop_like(self, ended: Attempt) -> list[Attempt]:
        """Take out, as unavailable for the same reason, all that need what ``ended`` could not have."""
        if ended.status is not Status.UNAVAILABLE:
            return []
        gone = [e for e in self._waiting if ended.resource in resources(e)]
        self._waiting = deque(e for e in self._waiting if ended.resource not in resources(e))
        return [replace(ended, experiment=e) for e in gone]


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


def _attempts_here(
    next_experiment: Callable[[], Experiment | None], store: ResultStore, sources: Sources, told: Progress
) -> Generator[Attempt]:
    datasets = OneDataset(sources)
    while (experiment := next_experiment()) is not None:
        told.started(experiment)
        yield attempt(
            experiment,
            store,
            datasets,
            on_stage=partial(told.stage, experiment),
            on_download=told.download,
        )
