"""What was left over, and streams that are closed: no damage, no traceback, no litter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from wholes import write_whole

from fxreport.cli import main
from fxreport.report.build import _write_figures
from fxreport.report.model import Document
from fxreport.report.writers.files import write_text
from fxreport.store import Store
from fxreport.vocabulary.steps import Experiment

KILLED = """
import os, sys
from pathlib import Path
from fxreport.report.writers.files import write_text
Path.replace = lambda *_: os._exit(9)
write_text(Path(sys.argv[1]), "half")
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    write_whole(store, Experiment("mnist", "b2:x", 6, 5, "raw_pixels", seed=0), {"ari": 0.5})
    return store


def test_verify_tells_what_is_left_over_and_ends_well(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "store" / "artifacts").mkdir(exist_ok=True)
    (tmp_path / "store" / "artifacts" / "key-000000000000.npz").write_bytes(b"x")
    (tmp_path / "store" / "steps" / ".a.unfinished").write_bytes(b"x")
    assert main(["store", "verify", "--store", store.location]) == 0
    out, err = capsys.readouterr()
    assert out.count("\n") == 2
    assert "all files are sound; 2 files left over" in err
    rows, *_ = (tmp_path / "store" / "steps").glob("*.parquet")
    rows.write_bytes(rows.read_bytes()[:-1] + b"x")
    assert main(["store", "verify", "--store", store.location]) == 2


def test_the_next_write_removes_what_a_killed_one_began(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    assert subprocess.run([sys.executable, "-c", KILLED, file], check=False, timeout=60).returncode == 9
    assert len(list(tmp_path.iterdir())) == 1, "it was killed between writing and renaming"
    write_text(file, "whole")
    assert [one.name for one in tmp_path.iterdir()] == ["page.html"]


def test_a_folder_named_like_an_earlier_figure_is_let_be(tmp_path: Path) -> None:
    (tmp_path / "figures" / "mine.svg").mkdir(parents=True)
    (tmp_path / "figures" / "stale.svg").write_text("<svg/>")
    _write_figures(Document("en", "", "", (), {}, "", ""), tmp_path, "figures")
    assert [one.name for one in (tmp_path / "figures").iterdir()] == ["mine.svg"]


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_is_no_internal_error(store: Store, closed: str) -> None:
    command = f'"$0" -m fxreport store list --store "$1" {closed}'
    run = subprocess.run(
        ["sh", "-c", command, sys.executable, store.location],
        check=False,
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0
    assert "fxreport:" not in run.stdout, "messages are no output"
