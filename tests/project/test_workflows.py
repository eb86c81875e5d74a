"""The workflows of docs/publishing.md: YAML, pinned, and every command of ours in them a valid one."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from fxreport import cli
from fxreport.commands import COMMANDS

FENCE = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WORKFLOWS = ("github.yml", "gitlab.yml")
NIGHTLY = ("nightly-github.yml", "nightly-gitlab.yml")

needs_site = pytest.mark.skipif("site" not in COMMANDS, reason="the command site is not wired in yet")


def texts(found: object) -> Iterator[str]:
    """Every text of a YAML document."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for one in found.values():
            yield from texts(one)
    elif isinstance(found, list):
        for one in found:
            yield from texts(one)


def commands(text: str) -> list[list[str]]:
    lines = (shlex.split(line, comments=True) for line in text.splitlines() if line.startswith("fxreport "))
    return [words[1:] for words in lines]


def load(checkout: Path, name: str) -> dict[str, object]:
    return dict(yaml.safe_load((checkout / "docs/workflows" / name).read_text("utf-8")))


@needs_site
@pytest.mark.parametrize("name", WORKFLOWS)
def test_commands_of_a_workflow_are_valid(checkout: Path, name: str) -> None:
    found = [command for text in texts(load(checkout, name)) for command in commands(text)]
    assert [command[:2] for command in found][:3] == [
        ["site", "runs"],
        ["site", "build"],
        ["site", "publish"],
    ]
    for command in found:
        assert command[0] in COMMANDS
        cli._parse(command)


@needs_site
def test_commands_of_the_document_are_valid(checkout: Path) -> None:
    text = (checkout / "docs/publishing.md").read_text("utf-8")
    found = [command for block in FENCE.findall(text) for command in commands(block)]
    assert len(found) > 4
    for command in found:
        cli._parse(command)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_check_comes_before_publishing(checkout: Path, name: str) -> None:
    lines = [line for text in texts(load(checkout, name)) for line in text.splitlines()]
    first = next(i for i, line in enumerate(lines) if line.startswith("fxreport site publish"))
    assert "tox -e repro" in lines[:first]


@pytest.mark.parametrize("nightly", ["", "nightly-"])
def test_what_runs_is_pinned(nightly: str, checkout: Path) -> None:
    folder = checkout / "docs/workflows"
    github = (folder / f"{nightly}github.yml").read_text("utf-8")
    actions = re.findall(r"uses: (\S+)", github)
    assert actions
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) for action in actions)
    assert "-latest" not in github
    images = re.findall(r"image: \S+:(\S+)", (folder / f"{nightly}gitlab.yml").read_text("utf-8"))
    assert all(re.match(r"\d+\.\d+\.\d+-", tag) for tag in images)
    assert images


# -- at night ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NIGHTLY)
def test_the_long_checks_run_at_night(name: str, checkout: Path) -> None:
    text = (checkout / "docs/workflows" / name).read_text("utf-8")
    workflow = load(checkout, name)
    [matrix] = re.findall(r"(?:environment|ENVIRONMENT): \[(.*)\]", text)
    known = re.findall(r"^\[testenv:(\w+)", (checkout / "tox.ini").read_text("utf-8"), re.M)
    assert {"security", "torture", "repro"} == set(matrix.split(", ")) <= set(known)
    # YAML 1.1 reads the key ``on`` as true
    scheduled = workflow.get(True, {}).get("schedule") or workflow[".nightly"]["rules"]  # type: ignore
    assert scheduled in (
        [{"cron": "17 2 * * *"}],
        [{"if": '$CI_PIPELINE_SOURCE == "schedule"'}],
    )
    lines = [line for one in texts(workflow) for line in one.splitlines()]
    told = next(at for at, line in enumerate(lines) if "docs/workflows/drift.sh" in line)
    assert any("git diff --quiet && exit 0" in line for line in lines[told:])
    assert any("gh pr create" in line or "merge_request.create" in line for line in lines[told:])


@pytest.mark.parametrize("name", WORKFLOWS)
def test_known_holes_are_looked_for_at_each_change(name: str, checkout: Path) -> None:
    assert "tox -e security" in texts(load(checkout, name))


TOX = """#!/bin/sh
echo "$@" >> asked
case "$*" in
    *lock*) echo "$NEWEST" > requirements.lock ;;
    *) mkdir -p .tox/repro; ls .tox/repro; echo "with $(cat requirements.lock)" > .tox/repro/3.12.json
       test "$(cat requirements.lock)" != broken==2 ;;
esac
"""


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("git")), reason="needs bash and git")
@pytest.mark.parametrize("newest", ["same==1", "other==2", "broken==2"])
def test_drift_is_told_where_libraries_are_newer(newest: str, checkout: Path, tmp_path: Path) -> None:
    """Against a tox that renders nothing."""
    work = tmp_path / "work"
    (tmp_path / "bin").mkdir()
    work.mkdir()
    tox = tmp_path / "bin" / "tox"
    tox.write_text(TOX)
    tox.chmod(0o755)
    (work / "requirements.lock").write_text("same==1\n")
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@localhost")
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "x")):
        subprocess.run([*git, *command], cwd=work, check=True)
    told = tmp_path / "drift.md"
    subprocess.run(
        ["bash", str(checkout / "docs/workflows/drift.sh"), str(told)],
        cwd=work,
        check=True,
        env={"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "NEWEST": newest},
    )
    asked = (work / "asked").read_text().splitlines()
    assert asked[:2] == ["-e repro -- --only rendering", "-e lock"]
    assert (work / "requirements.lock").read_text() == f"{newest}\n"
    if newest == "same==1":
        assert len(asked) == 2
        assert not told.exists()
        return
    assert asked[2:] == ["-e repro --recreate"]
    assert f"ends with {int(newest == 'broken==2')}:" in told.read_text()
    assert "locked-3.12.json" in told.read_text(), "what the locked ones gave lies there to compare with"
    assert (work / ".tox/repro/locked-3.12.json").read_text() == "with same==1\n"


def test_every_library_is_pinned(checkout: Path) -> None:
    pins = (checkout / "docs/workflows/constraints.txt").read_text("utf-8").splitlines()[1:]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.!+]+", pin) for pin in pins)
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[^\w-]", one)[0].lower() for one in project["dependencies"]}
    assert wanted <= {pin.partition("==")[0] for pin in pins}
