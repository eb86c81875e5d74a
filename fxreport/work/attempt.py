"""One experiment tried: whatever happens becomes a status and one line."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Protocol

from fxreport.system.cache import cache_dir, write_atomically
from fxreport.system.download import Progress as DownloadProgress
from fxreport.vocabulary.errors import DataUnavailable, FxReportError, OutputError, WeightsUnavailable
from fxreport.vocabulary.experiment import Experiment, Result
from fxreport.work.experiment import OneDataset, StageCallback, run

log = logging.getLogger("fxreport")


class ResultStore(Protocol):
    """What experiments are written to; ``fxreport.store.Store`` is one."""

    def keys(self) -> set[str]: ...

    def write(self, result: Result) -> None: ...

    def record_failure(self, experiment: Experiment, reason: str) -> None: ...


class Status(StrEnum):
    DONE = "done"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


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
    experiment: Experiment,
    store: ResultStore,
    datasets: OneDataset,
    *,
    on_stage: StageCallback,
    on_download: DownloadProgress,
) -> Attempt:
    """Run an experiment and write its result, or the reason of its failure, to the store.

    Raises OutputError where the store (or the cache) can't be written, since then nothing later can be kept
    either, and lets KeyboardInterrupt pass.
    """
    try:
        dataset = datasets.dataset(experiment.dataset, on_download)
        create = partial(datasets.sources.extractor, on_download=on_download)
        result = run(experiment, dataset, create=create, on_stage=on_stage)
    except OutputError:
        raise
    except DataUnavailable as error:
        return Attempt(experiment, Status.UNAVAILABLE, str(error), _dataset_resource(experiment))
    except WeightsUnavailable as error:
        return Attempt(experiment, Status.UNAVAILABLE, str(error), _weights_resource(experiment))
    except FxReportError as error:
        return failed(experiment, store, str(error))
    except MemoryError:
        return failed(experiment, store, "not enough memory; take fewer images or a smaller input size")
    except Exception as error:  # noqa: BLE001 - an extractor may raise anything; the others shall go on
        return failed(experiment, store, one_line(error), _log_traceback(experiment))
    store.write(result)
    return Attempt(experiment, Status.DONE)


def failed(experiment: Experiment, store: ResultStore, reason: str, log_file: Path | None = None) -> Attempt:
    """Record a failure in the store. Raises OutputError where that can't be done."""
    store.record_failure(experiment, reason)
    return Attempt(experiment, Status.FAILED, reason, log=log_file)


def one_line(error: Exception, longest: int = 300) -> str:
    """``ValueError: its message``, on one line."""
    text = " ".join(str(error).split())
    line = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _log_traceback(experiment: Experiment) -> Path | None:
    """Write the traceback of the exception in hand to a file in the cache; None where that can't be done."""
    path = cache_dir() / "logs" / f"{experiment.key}.log"
    try:
        write_atomically(path, f"{experiment}\n\n{traceback.format_exc()}")
    except OSError as error:
        log.warning("the traceback could not be kept in %s: %s", path, error)
        return None
    return path
