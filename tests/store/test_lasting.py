"""What a write leaves outlasts a power cut: which file or folder was brought to the disk, and before what."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from built_sites import build, site
from step_results import clustering, result

from fxreport.site import swap
from fxreport.store import Store

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux")


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was done, and to which file or folder, as it happens."""
    made: list[tuple[str, str]] = []
    fsync, replace, unlink, exchanged = os.fsync, os.replace, os.unlink, swap._exchanged

    def name(path: object) -> str:
        return os.path.relpath(str(path), tmp_path)

    def synced(number: int) -> None:
        made.append(("sync", name(Path(f"/proc/self/fd/{number}").readlink())))
        fsync(number)

    def replaced(one: object, other: object) -> None:
        made.append(("name", name(other)))
        replace(one, other)  # type: ignore[type-var]

    def unlinked(path: object, **more: object) -> None:
        made.append(("remove", name(path)))
        unlink(path, **more)  # type: ignore[arg-type]

    def swapped(one: Path, other: Path) -> bool:
        made.append(("name", name(other)))
        return exchanged(one, other)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    monkeypatch.setattr(os, "unlink", unlinked)
    monkeypatch.setattr(swap, "_exchanged", swapped)
    return made


def is_lasting(calls: list[tuple[str, str]], name: str) -> int:
    """The place of the naming: the file was on the disk before it, and its folder right after it."""
    at = calls.index(("name", name))
    folder, base = os.path.split(name)
    kind, file = calls[at - 1]
    assert kind == "sync"
    assert file.startswith(f"{folder}/.{base}.".lstrip("/")), "the file, under its first name"
    assert calls[at + 1] == ("sync", folder or ".")
    return at


def test_a_step_lasts_before_anything_goes(calls: list[tuple[str, str]], tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    store.write(result(artifacts={"a": np.arange(3)}))
    [array] = [path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("results/artifacts/*")]
    [rows] = [path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("results/steps/*")]
    assert is_lasting(calls, array) < is_lasting(calls, rows)
    made = [name for kind, name in calls if kind == "sync" and name in (".", "results")]
    assert made == [".", "results", "results"], "of each folder that was made, the one above it"
    calls.clear()
    store.write(result(dimension=3, artifacts={"a": np.arange(3)}))
    gone = calls.index(("remove", rows))
    [new] = [path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("results/steps/*")]
    assert is_lasting(calls, new) < gone


def test_a_pack_lasts_before_what_it_replaces_goes(calls: list[tuple[str, str]], tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    store.write(result(artifacts={"a": np.arange(3)}))
    store.write(clustering(artifacts={"b": np.arange(3)}))
    calls.clear()
    store.compact()
    [pack] = [path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("results/packs/*")]
    gone = [
        at for at, (kind, name) in enumerate(calls) if kind == "remove" and not name.endswith("unfinished")
    ]
    assert len(gone) == 4
    assert is_lasting(calls, pack) < min(gone)
    is_lasting(calls, "results/index.json")


@pytest.mark.parametrize("exchange", [True, False])
def test_a_published_site_lasts(
    exchange: bool, calls: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path / "cache"))
    build(Path("output/site"))
    for value in (0.5, 0.3):
        build(Path("output/site"), value)
        calls.clear()
        if not exchange:
            monkeypatch.setattr(swap, "_exchanged", lambda one, other: bool(calls.append(("name", "www"))))
        assert site("publish", "--dir", "www")[0] == 0
        first = [name.partition("/")[2] for kind, name in calls if kind == "sync" and name.startswith(".www")]
        there = {path.relative_to("www").as_posix() for path in Path("www").rglob("*")}
        assert {*first} == there | {""}, "each file and folder of the site, and its own"
        assert ("sync", ".") in calls
        if value == 0.3:
            at = calls.index(("name", "www"))
            assert all(
                n < at
                for n, (_, name) in enumerate(calls)
                if name.startswith(".www") and calls[n][0] == "sync"
            )
            assert ("sync", ".") in calls[at:]
