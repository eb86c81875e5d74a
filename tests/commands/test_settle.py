"""``run --until-settled``: what is measured, what is said, when it stops; on digits, in seconds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from once import bare_cache

from fxreport import cli
from fxreport.commands import settle
from fxreport.store import Store
from fxreport.work import Outcome, execute

pytestmark = pytest.mark.slow

PLAN = """
[profiles.quick]
seeds = [0]
datasets = ["digits"]
extractors = ["raw_pixels", "autoencoder[epochs=1]"]
sizes = { digits = { train = 150, test = 150 } }
evaluation = { kmeans_n_init = 1, projections = [], inspections = [], timing_repeats = 1 }
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a plan of one seed, measured."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
    (tmp_path / "fxreport.toml").write_text(PLAN)
    assert cli.main(["run", "--profile", "quick"]) == 0
    return tmp_path


def seeds(home: Path) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for one in Store(str(home / "results")).experiments().values():
        found.setdefault(one.extractor, set()).add(one.seed)
    return found


def test_further_seeds_are_measured_said_and_shown_by_the_plain_build(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert cli.main(["run", "--profile", "quick", "--until-settled", "--budget", "1"]) == 0
    out, err = capsys.readouterr()
    lines = [line for line in err.splitlines() if line.startswith("fxreport: ")]
    assert out == ""
    assert lines[0].startswith("fxreport: Which differences are more than chance?")
    assert lines[0].endswith("4 experiments more: how much runs differ is known")
    assert "settled in" in lines[-1]
    measured = seeds(home)
    assert all(of_one >= {0, 1, 2} for of_one in measured.values())

    document = ["--profile", "quick", "--lang", "en", "--format", "md"]
    assert cli.main(["render", *document]) == 0
    claims = json.loads((home / "output" / "conclusions.json").read_text())["claims"]
    told = {e["extractor"].partition("[")[0]: e["seeds"] for c in claims for e in c["evidence"]}
    assert told == {name: len(of_one) for name, of_one in measured.items()}
    assert cli.main(["render", *document, "--seeds", "1"]) == 0
    claims = json.loads((home / "output" / "conclusions.json").read_text())["claims"]
    assert {e["seeds"] for c in claims for e in c["evidence"]} == {1}


def test_a_budget_too_short_measures_nothing_and_says_so(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", "--profile", "quick", "--until-settled", "--budget", "0.0001"]) == 0
    assert all(of_one == {0} for of_one in seeds(home).values())
    assert capsys.readouterr().err.splitlines()[-1].startswith("fxreport: 0 of 1 open question settled")


def test_an_interrupt_keeps_what_is_measured(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def once(*arguments: Any, **more: Any) -> Outcome:
        outcome = execute(*arguments, **more)
        outcome.interrupted = True
        return outcome

    monkeypatch.setattr(settle, "execute", once)
    assert cli.main(["run", "--profile", "quick", "--until-settled"]) == 130
    assert all(of_one == {0, 1} for of_one in seeds(home).values())
    assert "what is finished is kept" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--budget", "5"], "--budget goes with --until-settled"),
        (["--until-settled", "--budget", "0"], "expected a number of minutes above 0, got '0'"),
        (["--until-settled", "--budget", "soon"], "expected a number of minutes above 0, got 'soon'"),
        (["--until-settled", "--fresh"], "give one of them"),
        (["--until-settled"], "results holds nothing of the profile standard; measure it first"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        code = cli.main(["run", *arguments])
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    err = capsys.readouterr().err
    assert code == 2
    assert message in err
    assert err.count("\n") == 1
