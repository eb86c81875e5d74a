"""What commands tell: a plan beforehand, results as they come, at the end what to open; completion."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from once import bare_cache

from fxreport.cli import main
from fxreport.commands.absent import say_absent
from fxreport.store import Store
from fxreport.system.cache import Note
from fxreport.vocabulary.nearest import unknown

CONFIG = """
[profiles.tiny]
seeds = [0, 1]
datasets = ["digits"]
extractors = ["raw_pixels"]
sizes = { digits = { train = 200, test = 100 } }
evaluation = { kmeans_n_init = 1, projections = [], inspections = [], timing_repeats = 1 }
"""
TINY = ["--config", "tiny.toml", "--profile", "tiny"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
    Path("tiny.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("command", ["build", "run"])
def test_a_dry_run_tells_and_does_nothing(
    home: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, *TINY, "--dry-run"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("profile tiny: 2 experiments, 2 to measure, about ")
    assert said[1] == "digits"
    assert re.fullmatch(r"  raw_pixels  2 seeds to measure \(about \d+ s\)", said[2])
    assert sorted(path.name for path in home.iterdir() if path.name != "cache") == ["tiny.toml"]


def test_a_dry_run_tells_settings_apart_and_what_is_left_out(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("tiny.toml").write_text(f'{CONFIG}\n[datasets.leaves]\npath = "leaves"\nchannels = 3\n')
    extractors = "autoencoder,autoencoder[epochs=1]"
    arguments = ["--datasets", "digits,leaves", "--extractors", extractors, "--dry-run"]
    assert main(["run", *TINY, *arguments]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split("]")[0].strip()[:12] for line in said[2:4]] == ["autoencoder[", "autoencoder["]
    assert "epochs=1" in said[3]
    assert said[-1].startswith("left out: leaves: ")


def test_a_dry_run_of_nothing_ends_as_the_run_would(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for dry in (["--dry-run"], []):
        assert main(["run", *TINY, "--extractors", "none.py:Mine", *dry]) == 2
        assert "of what was asked for nothing can be measured" in capsys.readouterr().err


def test_a_dry_run_of_what_is_open_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *TINY, "--dry-run", "--until-settled"]) == 2
    assert "--dry-run cannot tell it" in capsys.readouterr().err


def test_results_stand_beside_what_is_finished_and_the_last_line_says_what_to_open(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", *TINY, "--lang", "en", "--format", "md,html"]) == 0
    lines = capsys.readouterr().err.splitlines()
    rows = Store("results").read()
    for seed in (0, 1):
        ari = rows[(rows["seed"] == seed) & (rows["metric"] == "ari")]["value"].item()
        [line] = [one for one in lines if f"seed {seed}: done" in one]
        assert f"(ARI {ari:.3f}, extraction " in line
    assert lines[-1] == f"fxreport: open {Path('output/en/conclusions.html')}"
    assert main(["build", *TINY, "--lang", "en", "--format", "md,html"]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == lines[-1], "and so where nothing is to be done"
    assert main(["render", *TINY, "--lang", "en", "--format", "md", "--document", "technical"]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == f"fxreport: open {Path('output/en/technical.md')}"


def test_weights_of_several_networks_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    counts = {"weights:resnet50": 6, "weights:mobilenet_v2": 3, "dataset:mnist": 2}
    notes = {name: Note(f"{name} could not be had: a long story", "") for name in counts}
    say_absent(counts, notes)
    weights, images = capsys.readouterr().err.splitlines()
    assert weights == (
        "fxreport: 9 experiments not measured: no weights here of resnet50, mobilenet_v2 "
        "(fxreport data fetch resnet50 mobilenet_v2 tries again and says why)"
    )
    assert images.startswith("fxreport: 2 experiments not measured: dataset:mnist could not be had")


def test_a_message_lists_no_hundred_names() -> None:
    many = [f"name{number}" for number in range(100)]
    assert unknown("metric", "zzz", many) == (
        f"unknown metric 'zzz'; known: {', '.join(many[:15])} and 85 more"
    )
    assert unknown("metric", "zzz", many[:15]).endswith("name14")


@pytest.mark.parametrize(
    ("line", "offered"), [("fxreport ex", "explain"), ("fxreport build --dry", "--dry-run")]
)
def test_a_shell_is_told_how_a_line_goes_on(tmp_path: Path, line: str, offered: str) -> None:
    pytest.importorskip("argcomplete")
    answer = tmp_path / "answer"
    asked = {"_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)), "_ARGCOMPLETE_IFS": "\n"}
    subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv = ['fxreport']; from fxreport.cli import main; main()"],
        env={**os.environ, **asked, "_ARGCOMPLETE_STDOUT_FILENAME": str(answer)},
        check=True,
        timeout=120,
    )
    assert [one.strip() for one in answer.read_text().split("\n")] == [offered]
