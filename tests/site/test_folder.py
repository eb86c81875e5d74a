"""The site's folder is replaced as a whole, or stays as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from fxreport.site import folder as folders
from fxreport.site import swap
from fxreport.site.folder import check, replace_site
from fxreport.system import manifest
from fxreport.vocabulary.errors import OutputError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "public" / "site"


def write(site: Path, **files: str) -> folders.Told:
    made = [(PurePosixPath(name.replace("__", "/")), text.encode()) for name, text in files.items()]
    record = manifest.load(site)
    check(site, record)
    return replace_site(site, made, record, facts={})


def content(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): path.read_text()
        for path in sorted(site.rglob("*"))
        if path.is_file() and path.name != manifest.NAME
    }


def test_only_what_changed_is_written_and_what_is_gone_goes(site: Path) -> None:
    write(site, a="1", b__c="2", d="3")
    before = (site / "a").stat()
    assert write(site, a="1", b__c="changed") == folders.Told(written=1, same=1, removed=1)
    after = (site / "a").stat()
    assert content(site) == {"a": "1", "b/c": "changed"}
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_somebody_changed_is_written_again(site: Path) -> None:
    write(site, a="1")
    (site / "a").write_text("2")
    write(site, a="1")
    assert content(site) == {"a": "1"}


def test_a_folder_of_others_is_refused_and_left(site: Path) -> None:
    site.mkdir(parents=True)
    (site / "thesis.tex").write_text("mine")
    with pytest.raises(OutputError, match=r"thesis\.tex"):
        write(site, a="1")
    assert content(site) == {"thesis.tex": "mine"}


def test_told_to_it_writes_beside_what_others_left(site: Path) -> None:
    site.mkdir(parents=True)
    (site / "CNAME").write_text("example.org")
    record = manifest.load(site)
    check(site, record, force=True)
    replace_site(site, [(PurePosixPath("a"), b"1")], record, facts={})
    assert content(site) == {"CNAME": "example.org", "a": "1"}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("")
    with pytest.raises(OutputError, match="no folder"):
        write(tmp_path / "site", a="1")


def test_published_runs_stay(site: Path) -> None:
    write(site, a="1")
    (site / "runs" / "1").mkdir(parents=True)
    (site / "runs" / "1" / "run.json").write_text("{}")
    write(site, a="2")
    assert content(site) == {"a": "2", "runs/1/run.json": "{}"}


def test_what_breaks_in_the_middle_leaves_the_old_site(site: Path) -> None:
    write(site, a="1")

    def broken() -> Iterator[tuple[PurePosixPath, bytes]]:
        yield PurePosixPath("a"), b"2"
        raise ValueError("a template")

    with pytest.raises(ValueError, match="a template"):
        replace_site(site, broken(), manifest.load(site), facts={})
    assert content(site) == {"a": "1"}
    assert [path.name for path in site.parent.iterdir()] == ["site"]


KILLED = """
import os, signal, sys
from pathlib import Path, PurePosixPath
from fxreport.site.folder import replace_site
from fxreport.system import manifest
site = Path(sys.argv[1])
def files():
    yield PurePosixPath("a"), b"2"
    os.kill(os.getpid(), signal.SIGKILL)
replace_site(site, files(), manifest.load(site), facts={})
"""


def test_a_killed_build_leaves_the_old_site_and_the_next_one_tidies(site: Path) -> None:
    write(site, a="1")
    done = subprocess.run([sys.executable, "-c", KILLED, str(site)], check=False, env={**os.environ})
    assert done.returncode == -signal.SIGKILL
    assert content(site) == {"a": "1"}
    assert len(list(site.parent.iterdir())) == 2
    write(site, a="3")
    assert content(site) == {"a": "3"}
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_without_an_exchange_of_names_two_renames_do(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "_exchanged", lambda one, other: False)
    write(site, a="1")
    write(site, a="2")
    assert content(site) == {"a": "2"}
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_killed_between_two_renames_the_old_site_comes_back(site: Path) -> None:
    write(site, a="1")
    site.rename(site.with_name(".site.abcd.old"))

    def broken() -> Iterator[tuple[PurePosixPath, bytes]]:
        raise ValueError("nothing comes")
        yield

    with pytest.raises(ValueError, match="nothing comes"):
        replace_site(site, broken(), manifest.load(site), facts={})
    assert content(site) == {"a": "1"}
