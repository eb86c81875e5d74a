"""A name mistyped in a configuration of imported numbers is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from fxreport.cli import main

ASKED = ["render", "--lang", "en", "--document", "conclusions", "--format", "md"]
TABLE = "dataset,extractor,acc\ncar,tree,0.9\ncar,forest,0.95\nkc1,tree,0.7\nkc1,forest,0.8\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("numbers.csv").write_text(TABLE)
    assert main(["store", "import", "numbers.csv"]) == 0
    return tmp_path


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("[datasets.cars]\ntitle = 'Cars'", "unknown dataset 'cars';"),
        ("[metrics.accuracy]\nbetter = 'higher'", "unknown metric 'accuracy'; known: acc"),
        ("[metrics.acc]\nbetter = 'higher'\n[datasets.car]\ntitle = 'Cars'", ""),
        ("[extractors.tree]\nfamily = 'baseline'", ""),
    ],
)  # fmt: skip
def test_who_it_belongs_to_is_asked(
    home: Path, capsys: pytest.CaptureFixture[str], lines: str, said: str
) -> None:
    Path("fxreport.toml").write_text(lines)
    capsys.readouterr()
    assert main(ASKED) == 0
    told = capsys.readouterr().err
    assert said in told
    assert bool(said) == ("speaks of nothing" in told)


def test_a_place_without_results_is_called_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--store", "nosuch"]) == 2
    assert "there are no results in nosuch: measure some (fxreport run)" in capsys.readouterr().err
