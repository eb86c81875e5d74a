"""Compiled templates are code: only those of a folder that nobody else can write to are used."""

from __future__ import annotations

from pathlib import Path

import pytest

from fxreport.report.writers.environment import make_environment


@pytest.mark.parametrize(("mode", "used"), [(0o700, True), (0o755, True), (0o775, False), (0o777, False)])
def test_bytecode_of_a_folder_that_others_write_to_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, used: bool
) -> None:
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path))
    folder = tmp_path / "templates"
    folder.mkdir()
    folder.chmod(mode)
    environment = make_environment({}, autoescape=True)
    assert (environment.bytecode_cache is not None) is used
