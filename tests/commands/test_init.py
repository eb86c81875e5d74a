"""``fxreport init``: what it writes, and what it leaves alone. That it builds is held by tests/examples."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PIL import Image

from fxreport.cli import main
from fxreport.config import load_config
from fxreport.datasets import load


def test_a_project_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "mine", "--lang", "uk"]) == 0
    config = load_config(Path("mine/fxreport.toml"))
    assert config.languages == ("uk",)
    assert config.imprint.introduced("uk")
    assert config.imprint.introduced("en") != config.imprint.introduced("uk")
    folder = config.datasets["samples"].path
    assert {path.name for path in (folder / "train").iterdir()} == {str(digit) for digit in range(10)}
    digits = load("digits")
    pictures = sorted((folder / "test" / "7").iterdir())
    assert len(pictures) == 40
    first = digits.test.images[digits.test.labels == 7][0, :, :, 0]
    assert (Image.open(pictures[0]).tobytes(), Image.open(pictures[0]).mode) == (first.tobytes(), "L")
    reference = (
        Path("mine/fxreport.toml")
        .read_text("utf-8")
        .partition("explains every key:\n# ")[2]
        .partition("\n")[0]
    )
    assert "profiles" in tomllib.loads(Path(reference).read_text("utf-8"))


def test_it_goes_into_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fxreport.toml", "images", "my_extractor.py"]


@pytest.mark.parametrize("name", ["fxreport.toml", "my_extractor.py", "images"])
def test_what_is_there_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("mine")
    assert main(["init"]) == 2
    assert f"{name} is there already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert Path(name).read_text() == "mine"


def test_the_language_is_the_locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert main(["init"]) == 0
    assert load_config(Path("fxreport.toml")).languages == ("en",)
