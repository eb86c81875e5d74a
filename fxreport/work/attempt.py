"""One experiment's steps tried: whatever happens becomes a status and one line."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Protocol

from fxreport.system.cache import cache_dir, write_atomically
from fxreport.system.download import Progress as DownloadProgress
from fxreport.vocabulary.errors import DataUnavailable, FxReportError, OutputError, WeightsUnavailable
from fxreport.vocabulary.steps import Experiment, Step, StepResult
from fxreport.work.experiment import run
from fxreport.work.extraction import StageCallback
from fxreport.work.sources import OneDataset

log = logging.getLogger("fxreport")


class ResultStore(Protocol):
    """What steps are written to; ``fxreport.store.Store`` is one."""

    def keys(self) -> set[str]: ...

    def write(self, result: StepResult) -> None: ...

    def record_failure(self, step: Step, reason: str) -> None: ...


class Status(StrEnum):
    DONE = "done"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Task:
    """Steps of one experiment that are to be run together. ``fits``: whether the extractor is fitted."""

    experiment: Experiment
    steps: tuple[Step, ...]
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an experiment ended.

    ``reason``: one line, "" where done. ``resource``: what could not be had, ``dataset:<name>`` or
    ``weights:<extractor>``. ``log``: the file with the traceback of an error that nobody foresaw.
    """

    experiment: Experiment
    status: Status
    reason: str = ""
    resource: str = ""
    log: Path | None = None

    @property
    def detail(self) -> str:
        """The reason, and where to read more."""
        return self.reason if self.log is None else f"{self.reason} (details: {self.log})"


def resources(experiment: Experiment) -> tuple[str, str]:
    """Names, as in the machine's notes, of what an experiment needs and may not be had."""
    return _dataset_resource(experiment), _weights_resource(experiment)


def _dataset_resource(experiment: Experiment) -> str:
    return f"dataset:{experiment.dataset}"


def _weights_resource(experiment: Experiment) -> str:
    return f"weights:{experiment.extractor}"


def attempt(
    task: Task,
    store: ResultStore,
    datasets: OneDataset,
    *,
    on_stage: StageCallback,
    on_download: DownloadProgress,
) -> Attempt:
    """Run steps and write the result of each, or the reason of its failure, to the store.

    Raises OutputError where the store (or the cache) can't be written, since then nothing later can be kept
    either, and lets KeyboardInterrupt pass.
    """
    experiment, sources = task.experiment, datasets.sources
    failures: list[Attempt] = []

    def fail(step: Step, error: BaseException) -> None:
        reason, log_file = _explained(error, step)
        ended = failed(experiment, [step], store, reason, log_file)
        failures.append(ended)

    try:
        sources.check_unchanged(experiment)
        run(
            task.steps,
            partial(datasets.dataset, experiment.dataset, on_download),
            create=partial(sources.extractor, on_download=on_download),
            features=sources.features,
            keep=store.write,
            fail=fail,
            on_stage=on_stage,
        )
    except OutputError:
        raise
    except DataUnavailable as error:
        return Attempt(experiment, Status.UNAVAILABLE, str(error), _dataset_resource(experiment))
    except WeightsUnavailable as error:
        return Attempt(experiment, Status.UNAVAILABLE, str(error), _weights_resource(experiment))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it may raise anything; the others go on
        reason, log_file = _explained(error, Step(experiment))
        return failed(experiment, task.steps, store, reason, log_file)
    if failures:
        reasons = "; ".join(ended.reason for ended in failures)
        return Attempt(experiment, Status.FAILED, reasons, log=failures[0].log)
    return Attempt(experiment, Status.DONE)


def failed(
    experiment: Experiment,
    steps: Sequence[Step],
    store: ResultStore,
    reason: str,
    log_file: Path | None = None,
) -> Attempt:
    """Record a failure of steps in the store. Raises OutputError where that can't be done.

    Without their extraction the others cannot be: its failure stands for all.
    """
    extraction = Step(experiment)
    for step in [extraction] if extraction in steps else steps:
        store.record_failure(step, reason)
    return Attempt(experiment, Status.FAILED, reason, log=log_file)


def one_line(error: BaseException, longest: int = 300) -> str:
    """``ValueError: its message``, on one line."""
    text = " ".join(str(error).split())
    line = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _explained(error: BaseException, step: Step) -> tuple[str, Path | None]:
    """Why a step failed, and the file with the traceback of an error that nobody foresaw."""
    whose = "" if step == Step(step.experiment) else f"{step.title}: "
    if isinstance(error, MemoryError):
        return f"{whose}not enough memory; take fewer images or a smaller input size", None
    if isinstance(error, FxReportError):
        return f"{whose}{error}", None
    if isinstance(error, ValueError) and "read-only" in str(error):
        # NumPy's words, and Cython's; the traceback tells the line.
        who = whose or f"the extractor {step.experiment.extractor}: "
        why = "it writes into an array that it was given and that others are given too; let it take a copy"
        return f"{who}{why}", _log_traceback(step)
    if isinstance(error, SystemExit):
        who = whose or f"the extractor {step.experiment.extractor}: "
        return f"{who}it ends the process (SystemExit); let it raise an error", _log_traceback(step)
    return f"{whose}{one_line(error)}", _log_traceback(step)


def _log_traceback(step: Step) -> Path | None:
    """Write the traceback of the exception in hand to a file in the cache; None where that can't be done."""
    path = cache_dir() / "logs" / f"{step.key}.log"
    try:
        write_atomically(path, f"{step}\n\n{traceback.format_exc()}")
    except OSError as error:
        log.warning("the traceback could not be kept in %s: %s", path, error)
        return None
    return path
