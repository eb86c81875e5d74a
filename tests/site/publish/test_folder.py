"""Publishing into a folder: replaced as a whole, and nothing of anybody else's lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from built_sites import PAGES, build, files, killed_before, site

from fxreport.site import swap


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path / "cache"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


def publish(*arguments: str) -> tuple[int | str, str]:
    return site("publish", "--dir", "www", *arguments)


def test_published_twice_writes_once(apart: Path) -> None:
    built = build(Path("output/site"))
    assert publish() == (0, f"fxreport: published: {apart}/www\n")
    held = files(Path("www"))
    assert {name: held[name] for name in PAGES} == {n: text.encode() for n, text in PAGES.items()}
    stamp = Path("www").stat()
    assert publish() == (0, f"fxreport: nothing to do: {apart}/www holds this site\n")
    assert Path("www").stat().st_ino == stamp.st_ino
    build(built, 0.3, PAGES | {"uk/new.html": "new"})
    assert publish("--cname", "example.org")[0] == 0
    now = files(Path("www"))
    assert now["uk/new.html"] == b"new"
    assert now["CNAME"] == b"example.org\n"
    assert {n: d for n, d in held.items() if n.startswith("runs/")}.items() <= now.items()
    assert sum(name.endswith("run.json") for name in now) == 2
    build(built, 0.3)
    assert publish()[0] == 0
    assert "uk/new.html" not in files(Path("www"))
    assert files(Path("www"))["CNAME"] == b"example.org\n"
    assert [path.name for path in apart.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda www: (www / "index.html").write_text("by hand"),
            "www was changed since it was published: index.html;",
        ),
        (lambda www: (www / "index.html").unlink(), "www was changed since it was published: index.html;"),
        (
            lambda www: (www / "own.html").write_text("own"),
            "www was changed since it was published: own.html;",
        ),
        (lambda www: (www / "out").symlink_to("/etc"), "www was changed since it was published: out;"),
        (lambda www: (www / ".fxreport-site.json").unlink(), "and no site that fxreport published;"),
        (lambda www: (www / ".fxreport-site.json").write_text("[]"), "and no site that fxreport published;"),
    ],
)
def test_a_changed_folder_is_refused_unless_told(
    apart: Path, change: Callable[[Path], object], says: str
) -> None:
    built = build(Path("output/site"))
    publish()
    change(Path("www"))
    build(built, 0.3)
    held = files(Path("www"))
    assert says in str(publish()[0])
    assert files(Path("www")) == held
    assert publish("--force")[0] == 0
    now = files(Path("www"))
    assert now["index.html"] == PAGES["index.html"].encode()
    assert now.get("own.html") == held.get("own.html"), "somebody else's file stays"
    assert Path("www/out").is_symlink() == ("out" in says)
    assert publish()[1].startswith("fxreport: nothing to do")


def test_a_foreign_folder_is_refused_unless_told() -> None:
    Path("www").mkdir()
    Path("www/thesis.tex").write_text("years of work")
    build(Path("output/site"))
    assert "holds thesis.tex and no site that fxreport published" in str(publish()[0])
    assert files(Path("www")) == {"thesis.tex": b"years of work"}
    assert publish("--force")[0] == 0
    assert files(Path("www"))["thesis.tex"] == b"years of work"


def test_an_empty_folder_is_nobodys() -> None:
    Path("www").mkdir()
    build(Path("output/site"))
    assert publish()[0] == 0


def test_a_broken_build_leaves_the_published_one() -> None:
    built = build(Path("output/site"))
    publish()
    held = files(Path("www"))
    build(built, 0.3)
    (built / "index.html").write_text("half")
    assert "is not as the build wrote it" in str(publish("--force")[0])
    assert files(Path("www")) == held


def test_where_the_new_one_cannot_take_the_place_the_old_one_is_put_back(
    apart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = build(Path("output/site"))
    publish()
    held = files(Path("www"))
    build(built, 0.3)
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if path.suffix == ".new":
            raise OSError(5, "Input/output error", str(path))
        return rename(path, target)

    monkeypatch.setattr(swap, "_exchanged", lambda one, other: False)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", failing)
        assert "Input/output error" in str(publish()[0])
        assert files(Path("www")) == held
    assert publish()[0] == 0
    assert files(Path("www")) != held
    assert [path.name for path in apart.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("where", ["output", "output/site", "output/site/uk", "."])
def test_a_folder_around_the_build_or_in_it_is_refused(where: str) -> None:
    build(Path("output/site"))
    assert "lie in each other" in str(site("publish", "--dir", where)[0])


def test_a_file_in_the_folders_place_is_refused() -> None:
    build(Path("output/site"))
    Path("www").write_text("")
    assert "is no folder" in str(publish()[0])


def test_editions_that_the_build_does_not_know_are_refused_and_brought() -> None:
    built = build(Path("output/site"))
    publish()
    build(built, 0.3)
    publish()
    shutil.rmtree(built)
    build(built, 0.2)
    assert "holds editions that this build does not know (runs/0001-" in str(publish()[0])
    assert "was not published" in str(site("runs", "--dir", "www")[0])
    assert site("runs", "--dir", "www", "--force")[1].startswith("fxreport: 2 editions of ")
    build(built, 0.2)
    assert publish()[0] == 0
    assert sum(name.endswith("run.json") for name in files(Path("www"))) == 3


def test_runs_of_a_site_that_is_not_there_yet_are_none() -> None:
    assert site("runs", "--dir", "www") == (0, f"fxreport: 0 editions of {Path.cwd()}/www in output/site\n")


def test_a_place_that_cannot_be_written_is_told(apart: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(Path("output/site"))
    Path("file").write_text("")
    error, _ = site("publish", "--dir", "file/www")
    assert "file" in str(error)
    assert "another folder with --dir" in str(error)


CHANGES = (
    *((Path, name) for name in ("mkdir", "write_bytes", "rename")),
    *((shutil, name) for name in ("copyfile", "copy2", "rmtree", "copymode")),
)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["exchange", "two renames"])
def test_killed_at_any_change_the_published_site_is_whole(
    apart: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system cannot exchange two names, the old site waits under another for a moment."""
    if how == "exchange" and not _exchanges(apart):
        pytest.skip("this file system exchanges no names")
    built = build(Path("output/site"))
    publish()
    old = files(Path("www"))
    build(built, 0.3, PAGES | {"uk/new.html": "new"})
    shutil.copytree("www", "before")
    publish()
    new = files(Path("www"))
    calls = (*CHANGES, (swap, "_exchanged"))
    if how == "two renames":
        monkeypatch.setattr(swap, "_exchanged", lambda one, other: False)
    seen, away = [], 0
    for n in range(200):
        shutil.rmtree("www")
        shutil.copytree("before", "www")
        done = killed_before(n, calls, lambda: publish()[0] == 0)
        if Path("www").exists():
            held = files(Path("www"))
        else:
            away += 1
            [waiting] = apart.glob(".www.*.old")
            held = files(waiting)
        assert held in (old, new)
        seen.append(held == new)
        if done:
            break
        assert publish()[0] == 0
        assert files(Path("www")) == new
        assert [path.name for path in apart.iterdir() if path.name.startswith(".")] == []
    assert len(seen) > len(PAGES)
    assert seen[0] is False
    assert seen[-1] is True
    assert away == (1 if how == "two renames" else 0)


def _exchanges(folder: Path) -> bool:
    one, other = folder / "one", folder / "other"
    one.mkdir()
    other.mkdir()
    done = swap._exchanged(one, other)
    one.rmdir()
    other.rmdir()
    return done
