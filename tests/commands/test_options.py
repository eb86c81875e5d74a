"""Values of options: what is read, and what is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fxreport import cli
from fxreport.commands.options import gigabytes


def test_gigabytes_are_numbers_from_0_on() -> None:
    assert [gigabytes(text) for text in ("0", "1.5", "20")] == [0.0, 1.5, 20.0]


@pytest.mark.parametrize("text", ["-3", "nan", "inf", "", "1.2.3", "many"])
def test_other_sizes_of_the_cache_are_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["data", "prune", f"--to={text}"])
    assert ended.value.code == 2
    assert "expected a number of gigabytes from 0 on" in capsys.readouterr().err


def test_a_configured_format_that_there_is_none_of_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Formats may come with packages, so that the configuration alone does not know them."""
    monkeypatch.chdir(tmp_path)
    Path("fxreport.toml").write_text("[report]\nformats = ['odt']\n")
    assert cli.main(["render"]) == 2
    assert (
        capsys.readouterr().err
        == "fxreport: error: unknown format 'odt'; known: md, html, pdf, docx, tex, all\n"
    )
