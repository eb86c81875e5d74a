"""Values of options: what is read, and what is refused in one line."""

from __future__ import annotations

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
