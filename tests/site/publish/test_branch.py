"""Publishing onto a branch: a bare repository as the remote, and everything that may go wrong on the way."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from built_sites import PAGES, branch_files, build, files, git, killed_before, site

from fxreport.site.publish.branch import Branch
from fxreport.system import manifest

SOMEBODY = {f"GIT_{role}_{what}": "x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not on this machine")


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a bare remote, in which the commands run; nobody's name or settings."""
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    (tmp_path / "bare.git").mkdir()
    git(tmp_path / "bare.git", "init", "--quiet", "--bare", "--initial-branch=main")
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "--quiet", "--initial-branch=main")
    git(work, "remote", "add", "origin", str(tmp_path / "bare.git"))
    monkeypatch.chdir(work)
    return work


def commits(where: Path) -> int:
    return int(git(where, "rev-list", "--count", "gh-pages"))


def refs(where: Path) -> str:
    return git(where, "for-each-ref")


def test_published_twice_makes_one_commit(tmp_path: Path, apart: Path) -> None:
    built = build(Path("output/site"))
    code, said = site("publish", "--branch", "gh-pages")
    assert (code, "published" in said) == (0, True)
    bare = tmp_path / "bare.git"
    held = branch_files(bare)
    assert {name: held[name] for name in PAGES} == {n: text.encode() for n, text in PAGES.items()}
    edition = {n: data for n, data in files(built).items() if n.startswith("runs/")}
    assert edition
    assert edition.items() <= held.items()
    assert held.keys() - PAGES.keys() - edition.keys() == {
        ".nojekyll",
        ".fxreport-site.json",
        "en/value.html",
    }
    assert git(bare, "rev-parse", "gh-pages") == git(apart, "rev-parse", "gh-pages")
    before = refs(bare), refs(apart)

    code, said = site("publish", "--branch", "gh-pages")
    assert (code, "nothing to do" in said) == (0, True)
    build(built)  # the same site, written anew
    assert site("publish", "--branch", "gh-pages")[0] == 0
    assert (refs(bare), refs(apart)) == before

    build(built, 0.3, PAGES | {"uk/new.html": "new"})
    assert site("publish", "--branch", "gh-pages", "--message", "Another", "--cname", "Example.org")[0] == 0
    assert commits(bare) == 2
    assert git(bare, "log", "-1", "--format=%s", "gh-pages") == "Another"
    held = branch_files(bare)
    assert held["CNAME"] == b"example.org\n"
    assert held["uk/new.html"] == b"new"
    assert edition.items() <= held.items(), "the edition published before stays"
    assert sum(name.endswith("run.json") for name in held) == 2
    assert git(apart, "status", "--porcelain", "--untracked-files=no") == "", "nothing is checked out"


def test_a_page_that_is_gone_goes_and_the_hosts_files_stay(tmp_path: Path, apart: Path) -> None:
    built = build(Path("output/site"), pages=PAGES | {"uk/old.html": "old"})
    assert site("publish", "--branch", "gh-pages", "--cname", "example.org")[0] == 0
    build(built, 0.3)
    assert site("publish", "--branch", "gh-pages")[0] == 0
    held = branch_files(tmp_path / "bare.git")
    assert "uk/old.html" not in held
    assert held["CNAME"] == b"example.org\n"


def test_the_usual_message_tells_the_edition(apart: Path) -> None:
    build(Path("output/site"))
    site("publish", "--branch", "gh-pages")
    assert git(apart, "log", "-1", "--format=%s %an", "gh-pages") == (
        "Edition 1 of the site, measured by 2026-11-30 fxreport"
    )


def test_without_a_remote_the_local_branch_is_published(tmp_path: Path, apart: Path) -> None:
    git(apart, "remote", "remove", "origin")
    build(Path("output/site"))
    assert site("publish", "--branch", "gh-pages")[0] == 0
    assert commits(apart) == 1
    assert site("publish", "--branch", "gh-pages")[1].startswith("fxreport: nothing to do")
    assert commits(apart) == 1


def test_what_another_clone_published_is_published_upon(tmp_path: Path, apart: Path) -> None:
    """A clone that knows nothing of the branch, and one that lags behind."""
    built = build(Path("output/site"))
    assert site("publish", "--branch", "gh-pages")[0] == 0
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", "--no-checkout", str(tmp_path / "bare.git"), str(other))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(other)
        assert site("runs", "--branch", "gh-pages", "--site", "site")[0] == 0
        assert [path.name for path in Path("site/runs").iterdir()] == [
            p.name for p in (apart / built / "runs").iterdir()
        ]
        build(Path("site"), 0.3)
        assert site("publish", "--branch", "gh-pages", "--site", "site")[0] == 0
    error, _ = site("publish", "--branch", "gh-pages")
    assert "editions that this build does not know (runs/0002-" in str(error)
    assert site("runs", "--branch", "gh-pages")[0] == 0
    build(built, 0.2)
    assert site("publish", "--branch", "gh-pages")[0] == 0
    assert commits(tmp_path / "bare.git") == 3
    names = [n for n in branch_files(tmp_path / "bare.git") if n.endswith("run.json")]
    assert [name.split("/")[1][:4] for name in names] == ["0001", "0002", "0003"]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda built: (built / ".fxreport-manifest.json").unlink(), "holds no built site"),
        (lambda built: (built / "uk/index.html").write_text("<title>Сайт"), "is not as the build wrote it"),
        (lambda built: (built / "uk/index.html").unlink(), "is not as the build wrote it"),
        (lambda built: next(built.glob("runs/*/run.json")).write_text("{"), "is no JSON"),
        (lambda built: shutil.rmtree(built), "holds no built site"),
    ],
)
def test_a_broken_build_is_refused(tmp_path: Path, spoil: object, says: str) -> None:
    built = build(Path("output/site"))
    assert site("publish", "--branch", "gh-pages")[0] == 0
    held = refs(tmp_path / "bare.git")
    build(built, 0.3)
    spoil(built)  # type: ignore[operator]
    for force in ((), ("--force",)):
        error, _ = site("publish", "--branch", "gh-pages", *force)
        assert says in str(error)
    assert refs(tmp_path / "bare.git") == held


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "link"])
def test_a_manifest_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    built = build(Path("output/site"))
    (built / "link").symlink_to("/etc/hostname")
    record = manifest.load(built)
    record.outputs["site"][name] = manifest.Output(1, 1, "x")  # type: ignore[index]
    manifest.save(record, built)
    assert "no file of a site" in str(site("publish", "--branch", "gh-pages")[0])


def test_a_branch_that_refuses_is_told_in_a_line(tmp_path: Path, apart: Path) -> None:
    built = build(Path("output/site"))
    assert site("publish", "--branch", "gh-pages")[0] == 0
    before = refs(tmp_path / "bare.git"), refs(apart)
    hook = tmp_path / "bare.git/hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'protected branch: ask the office' >&2\nexit 1\n")
    hook.chmod(0o755)
    build(built, 0.3)
    error, _ = site("publish", "--branch", "gh-pages")
    assert "cannot push to the branch gh-pages of origin: protected branch: ask the office" in str(error)
    assert "the local branch is as it was" in str(error)
    assert (refs(tmp_path / "bare.git"), refs(apart)) == before
    hook.unlink()
    assert site("publish", "--branch", "gh-pages")[0] == 0
    assert commits(tmp_path / "bare.git") == 2


def test_a_remote_that_is_gone_is_told_in_a_line(tmp_path: Path, apart: Path) -> None:
    build(Path("output/site"))
    shutil.rmtree(tmp_path / "bare.git")
    error, _ = site("publish", "--branch", "gh-pages")
    assert "cannot read the branch gh-pages of origin" in str(error)
    assert refs(apart) == ""


def test_somebody_publishing_meanwhile_is_not_overwritten(
    tmp_path: Path, apart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = build(Path("output/site"))
    site("publish", "--branch", "gh-pages")
    build(built, 0.3)
    commit = Branch._commit

    def slow(self: Branch, tree: str, message: str) -> str:
        other = git(tmp_path / "bare.git", "commit-tree", "gh-pages^{tree}", "-p", "gh-pages", "-m", "theirs")
        git(tmp_path / "bare.git", "update-ref", "refs/heads/gh-pages", other)
        return commit(self, tree, message)

    for name, value in SOMEBODY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Branch, "_commit", slow)
    local = refs(apart)
    assert "cannot push" in str(site("publish", "--branch", "gh-pages")[0])
    assert git(tmp_path / "bare.git", "log", "-1", "--format=%s", "gh-pages") == "theirs"
    assert refs(apart) == local


def foreign_branch(work: Path, **contents: str) -> None:
    """A commit by somebody else on top of the branch, pushed."""
    index = {"GIT_INDEX_FILE": str(work / "index")}
    tip = (
        subprocess.run(
            ["git", "rev-parse", "--verify", "--quiet", "gh-pages"],
            cwd=work,
            capture_output=True,
            check=False,
        )
        .stdout.decode()
        .strip()
    )
    env = {**os.environ, **index, **SOMEBODY}

    def do(*arguments: str, stdin: bytes = b"") -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=work, input=stdin, capture_output=True, check=True, env=env
        )
        return done.stdout.decode().strip()

    if tip:
        do("read-tree", tip)
    for name, text in contents.items():
        blob = do("hash-object", "-w", "--stdin", stdin=text.encode())
        do("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")
    parents = ("-p", tip) if tip else ()
    commit = do("commit-tree", do("write-tree"), *parents, "-m", "by hand")
    do("push", "--quiet", "origin", f"{commit}:refs/heads/gh-pages")
    (work / "index").unlink()


def test_a_foreign_branch_is_refused_unless_told(tmp_path: Path, apart: Path) -> None:
    foreign_branch(apart, **{"paper.tex": "theirs"})
    built = build(Path("output/site"))
    error, _ = site("publish", "--branch", "gh-pages")
    assert "holds paper.tex and no site that fxreport published" in str(error)
    assert site("publish", "--branch", "gh-pages", "--force")[0] == 0
    assert branch_files(tmp_path / "bare.git")["paper.tex"] == b"theirs"
    build(built, 0.3)
    assert site("publish", "--branch", "gh-pages")[0] == 0, "what was forced once is known"
    assert branch_files(tmp_path / "bare.git")["paper.tex"] == b"theirs"


def test_a_branch_changed_by_hand_is_refused_unless_told(tmp_path: Path, apart: Path) -> None:
    built = build(Path("output/site"))
    site("publish", "--branch", "gh-pages")
    foreign_branch(apart, **{"index.html": "by hand", "extra.html": "by hand"})
    build(built, 0.3)
    error, _ = site("publish", "--branch", "gh-pages")
    assert "was changed since it was published: extra.html and 1 more" in str(error)
    assert site("publish", "--branch", "gh-pages", "--force")[0] == 0
    held = branch_files(tmp_path / "bare.git")
    assert held["index.html"] == PAGES["index.html"].encode()
    assert held["extra.html"] == b"by hand"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--branch", "main"), "is checked out"),
        (("--branch", "a..b"), "is no name of a branch"),
        (
            ("--branch", "gh-pages", "--remote", "upstream"),
            "there is no remote 'upstream' here; there are: origin",
        ),
    ],
)
def test_a_branch_that_cannot_be_is_told(apart: Path, arguments: tuple[str, ...], says: str) -> None:
    build(Path("output/site"))
    assert says in str(site("publish", *arguments)[0])


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    build(tmp_path / "site")
    assert "not a git repository" in str(site("publish", "--branch", "gh-pages", "--site", "site")[0])


def test_branches_that_have_parted_are_refused_unless_told(tmp_path: Path, apart: Path) -> None:
    built = build(Path("output/site"))
    site("publish", "--branch", "gh-pages")
    first = git(apart, "rev-parse", "gh-pages")
    build(built, 0.3)
    site("publish", "--branch", "gh-pages")
    somebody = ("-c", "user.name=x", "-c", "user.email=x")
    other = git(apart, *somebody, "commit-tree", f"{first}^{{tree}}", "-p", first, "-m", "x")
    git(apart, "update-ref", "refs/heads/gh-pages", other)
    assert "have parted" in str(site("publish", "--branch", "gh-pages")[0])
    assert site("publish", "--branch", "gh-pages", "--force")[0] == 0
    assert git(apart, "rev-parse", "gh-pages") == git(tmp_path / "bare.git", "rev-parse", "gh-pages")


@pytest.mark.slow
def test_killed_before_any_of_gits_commands_publishes_whole_or_not(
    tmp_path: Path, apart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of git's commands is whole by itself; killed before any, the next publishing completes it."""
    built = build(Path("output/site"))
    site("publish", "--branch", "gh-pages")
    old = branch_files(tmp_path / "bare.git")
    build(built, 0.3)
    shutil.copytree(tmp_path / "bare.git", tmp_path / "before.git")
    shutil.copytree(apart, tmp_path / "before")
    site("publish", "--branch", "gh-pages")
    new = branch_files(tmp_path / "bare.git")
    assert old != new
    seen = set()
    for n in range(100):
        monkeypatch.chdir(tmp_path)
        for name, kept in (("bare.git", "before.git"), ("work", "before")):
            shutil.rmtree(tmp_path / name)
            shutil.copytree(tmp_path / kept, tmp_path / name)
        monkeypatch.chdir(apart)
        done = killed_before(
            n, [(subprocess, "run")], lambda: site("publish", "--branch", "gh-pages")[0] == 0
        )
        held = branch_files(tmp_path / "bare.git")
        assert held in (old, new)
        seen.add(held == new)
        if done:
            break
        assert site("publish", "--branch", "gh-pages")[0] == 0
        assert branch_files(tmp_path / "bare.git") == new
        assert commits(tmp_path / "bare.git") == 2
    assert n > 8
    assert seen == {True, False}
