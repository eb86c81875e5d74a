"""What ``diff`` compares: a store, a ``conclusions.json``, an output folder, a published edition, a site."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from fxreport.analysis.changes import Run, read_run
from fxreport.site.history import CONCLUSIONS, RUN, read_edition, read_editions, run_of
from fxreport.vocabulary.errors import InputError


def load_run(where: str, arguments: argparse.Namespace) -> Run:
    """Return the run that lies there; that of a store by the arguments' plan. Raises FxReportError."""
    path = Path(where)
    if path.is_file():
        return _of_file(path)
    if (path / RUN).is_file():
        return read_edition(path)
    if editions := read_editions(path):
        return read_edition(path / editions[-1].folder)
    if (path / CONCLUSIONS).is_file():
        return _of_file(path / CONCLUSIONS)
    if "://" not in where and not path.exists():
        raise InputError(f"{where}: no such file or folder; name a store or a {CONCLUSIONS}")
    return run_of_store(where, arguments)


def run_of_store(where: str, arguments: argparse.Namespace) -> Run:
    """Return what a store's measurements conclude. Raises InputError where it holds nothing of the plan."""
    from fxreport.commands.planned import concluded, make_plan

    arguments = argparse.Namespace(**{**vars(arguments), "store": where})
    conclusions = concluded(make_plan(arguments, measured=True), arguments)
    if conclusions is None:
        raise InputError(f"{where}: holds no {CONCLUSIONS}, and as a store nothing of the profile")
    return run_of(conclusions)


def _of_file(path: Path) -> Run:
    try:
        return read_run(json.loads(path.read_text("utf-8-sig")))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is no {CONCLUSIONS}: {error}") from error
