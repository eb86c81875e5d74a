"""Manifests that were written by nobody here."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from fxreport.site.publish import content
from fxreport.system import manifest


def test_one_that_is_nested_without_end_is_none(tmp_path: Path) -> None:
    (tmp_path / manifest.NAME).write_text("[" * 200_000)
    assert manifest.load(tmp_path) == manifest.Manifest()


def test_a_mark_that_is_nested_without_end_is_none() -> None:
    target = SimpleNamespace(read=lambda name: b"[" * 200_000)
    assert content._read_mark(target, {content.MARK: ""}) == content._Mark()  # type: ignore[arg-type]
