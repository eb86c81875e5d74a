"""The workflows of docs/publishing.md: YAML, pinned, and every command of ours in them a valid one."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from fxreport import cli
from fxreport.commands import COMMANDS

FENCE = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WORKFLOWS = ("github.yml", "gitlab.yml")

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


def test_what_runs_is_pinned(checkout: Path) -> None:
    github = (checkout / "docs/workflows/github.yml").read_text("utf-8")
    actions = re.findall(r"uses: (\S+)", github)
    assert actions
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) for action in actions)
    assert "-latest" not in github
    images = re.findall(r"image: \S+:(\S+)", (checkout / "docs/workflows/gitlab.yml").read_text("utf-8"))
    assert all(re.match(r"\d+\.\d+\.\d+-", tag) for tag in images)
    assert images


def test_every_library_is_pinned(checkout: Path) -> None:
    pins = (checkout / "docs/workflows/constraints.txt").read_text("utf-8").splitlines()[1:]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.!+]+", pin) for pin in pins)
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[^\w-]", one)[0].lower() for one in project["dependencies"]}
    assert wanted <= {pin.partition("==")[0] for pin in pins}
