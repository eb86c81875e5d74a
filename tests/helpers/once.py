"""What a session makes once, whichever of its processes needs it first."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest
from built_sites import write_history

from fxreport.cli import main
from fxreport.commands.compared import run_of_store
from fxreport.site.history import extended
from fxreport.system.cache import lock

RESULTS = Path(__file__).resolve().parents[2] / "results"

#: parts of the machine's cache whose names are made from all that decides their bytes
KEYED = ("figures", "templates")


def session_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that the processes of one session share, and no other session."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """``folder`` as ``make`` fills it, by one process while the others wait. Nobody may change it later."""
    with lock(folder):
        whole = folder.with_name(f"{folder.name}.whole")
        if not whole.exists():
            make(folder)
            whole.touch()
    return folder


def bare_cache(folder: Path) -> Path:
    """A cache that knows nothing but the figures and templates that the session has made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in KEYED:
        (folder / name).symlink_to(Path(os.environ["FXREPORT_CACHE"], name), target_is_directory=True)
    return folder


def committed_site(folder: Path) -> None:
    """With an edition before it that lacks the best extractor: so its history has reversals to tell."""
    fewer = Namespace(
        config=None,
        profile="standard",
        datasets=None,
        extractors=["raw_pixels", "custom_cnn", "autoencoder"],
        seeds=None,
    )
    write_history(folder, extended(folder, run_of_store(str(RESULTS), fewer)))
    assert main(["site", "build", "--store", str(RESULTS), "--output", str(folder)]) == 0


def committed_documents(folder: Path) -> None:
    """Both documents, as text and as pages."""
    asked = ["render", "--lang", "all", "--document", "all", "--format", "md,html"]
    assert main([*asked, "--store", str(RESULTS), "--output", str(folder)]) == 0
