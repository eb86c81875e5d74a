"""As nobody, without a home, on a disk that is read-only but for one folder: really so, in own mounts.

Needs root, for ``unshare`` and ``setpriv``. nobody may read all that root may (the Python of these tests may
lie in root's home) and write nothing else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import tiny_plan

from fxreport import cli

WHOLE_SWEEP = bool(float(os.environ.get("FXREPORT_TORTURE", 0)))
ENTER = """
set -e
mount -t tmpfs -o mode=1777 none "$1"
mount -o remount,ro,bind "$2"
cd "$1"
shift 2
exec setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all,+dac_read_search \
    --inh-caps=-all,+dac_read_search --ambient-caps=+dac_read_search env -i PATH=/usr/bin:/bin "$@"
"""


def as_nobody(place: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in ``place``, which is writable and empty again afterwards."""
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", ENTER, "sh", str(place), _mount_of(Path(sys.prefix)), *command],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def _mount_of(path: Path) -> str:
    while not path.is_mount():
        path = path.parent
    return str(path)


def ours(*arguments: str) -> tuple[str, ...]:
    paths = f"PYTHONPATH={Path(cli.__file__).parents[1]}"
    return "env", paths, sys.executable, "-m", "fxreport", *arguments


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "place"
    place.mkdir()
    if os.name == "nt" or os.geteuid() or not all(map(shutil.which, ("unshare", "setpriv"))):
        pytest.skip("needs root, unshare and setpriv")
    trial = as_nobody(place, "sh", "-c", 'echo x > x && ! echo x > "$0/x" && id -u', str(tmp_path))
    if trial.stdout != "65534\n":
        pytest.skip(f"this machine lets nobody do so: {trial.stderr}")
    return place


@pytest.mark.slow
def test_a_document_is_written(place: Path, checkout: Path) -> None:
    store = str(checkout / "tests/data/store1")
    script = '"$@" && test -s output/uk/conclusions.md && echo all'
    command = ours("render", "--store", store, "--lang", "uk", "--format", "md")
    done = as_nobody(place, "sh", "-c", script, "sh", *command)
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["all"]), done
    assert "Traceback" not in done.stderr
    told = [line for line in done.stderr.splitlines() if "warning" in line]
    assert len(told) == 1, "of the cache alone"
    assert "cannot be made: what is fetched and computed is kept for this run alone" in told[0]


@pytest.mark.slow
@pytest.mark.skipif(not WHOLE_SWEEP, reason="in tox -e torture: Numba compiles for ten seconds")
def test_umap_is_measured(place: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(tiny_plan("umap"))
    asked = ("--config", str(tmp_path / "tiny.toml"), "--profile", "tiny", "--strict")
    done = as_nobody(place, *ours("run", *asked))
    assert done.returncode == 0, done
    assert "1 experiment measured" in done.stderr


@pytest.mark.slow
def test_a_store_that_cannot_be_written_is_one_line(place: Path, checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(tiny_plan("umap"))
    asked = ("--config", str(tmp_path / "tiny.toml"), "--profile", "tiny")
    done = as_nobody(place, *ours("run", *asked, "--store", str(tmp_path / "results")))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("fxreport: error: cannot write to the results store ")
    assert "Traceback" not in done.stderr
