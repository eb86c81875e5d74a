"""The project around the code: what the README promises, what the distributions hold."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from import_scan import PACKAGE, all_imports

# Joined at run time, so that this file does not name what it forbids.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("npmjs", "com"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("conda", "anaconda", "org"),
        ("proxy", "golang", "org"),
    )
]

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def tracked(checkout: Path) -> list[Path]:
    """Files that git knows; without git (an unpacked sdist) all files of the source folders."""
    if shutil.which("git") and (checkout / ".git").exists():
        # the folder may be somebody else's, which git refuses unless told
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={checkout}", "ls-files", "-z"],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        return [checkout / name for name in listed.split("\0") if name and (checkout / name).is_file()]
    folders = ("fxreport", "templates", "locale", "tests", "docs")
    return [path for folder in folders for path in (checkout / folder).rglob("*") if path.is_file()]


def hosts_in(text: str) -> list[str]:
    return [host for host in REGISTRY_HOSTS if host in text.lower()]


def headings(markdown: str) -> list[int]:
    """The levels of a Markdown text's headings, in order."""
    prose = FENCE.sub("", markdown)
    return [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)]


def commands(markdown: str) -> list[str]:
    """The commands of a Markdown text's shell blocks, comments (which are translated) left out."""
    lines = [
        re.split(r"\s+# ", line)[0].rstrip()
        for language, block in FENCE.findall(markdown)
        if language == "sh"
        for line in block.splitlines()
    ]
    return [line for line in lines if line and not line.startswith("#")]


def section(markdown: str, title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", markdown, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title}"
    return found[1]


@pytest.fixture(scope="module")
def english(checkout: Path) -> str:
    return (checkout / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def ukrainian(checkout: Path) -> str:
    return (checkout / "README.uk.md").read_text("utf-8")


def test_no_file_names_a_package_registry_host(checkout: Path) -> None:
    found = {
        str(path.relative_to(checkout)): hosts
        for path in tracked(checkout)
        if (hosts := hosts_in(path.read_bytes().decode("utf-8", "ignore")))
    }
    assert found == {}


def test_registry_hosts_are_recognised() -> None:
    assert hosts_in(f"pip install -i https://{REGISTRY_HOSTS[0].upper()}/simple") == REGISTRY_HOSTS[:1]


def test_readme_twins_have_the_same_shape(english: str, ukrainian: str) -> None:
    assert headings(english) == headings(ukrainian)
    assert commands(english) == commands(ukrainian)
    tables = [re.findall(r"^\|", text, re.MULTILINE) for text in (english, ukrainian)]
    assert len(tables[0]) == len(tables[1])


def test_readme_has_two_set_up_commands(english: str) -> None:
    first, second = commands(section(english, "Set up"))
    assert "build_report.py" in first
    assert "tox" in second


def test_ci_runs_the_command_of_the_readme(checkout: Path, english: str) -> None:
    if not shutil.which("bash"):
        pytest.skip("bash is not on this machine")
    for number, command in enumerate(commands(section(english, "Set up")), start=1):
        run = subprocess.run(
            ["bash", str(checkout / ".ci" / "readme-command"), str(number)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == command


@pytest.mark.parametrize("name", ["README.md", "README.uk.md", "docs/design.md", "CHANGELOG.md"])
def test_documents_link_to_files_that_exist(checkout: Path, name: str) -> None:
    document = checkout / name
    targets = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", document.read_text("utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def declared(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w-]", requirement)[0] for requirement in requirements}


def test_dependencies_are_what_the_package_imports(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    distribution = {
        "sklearn": "scikit-learn",
        "PIL": "pillow",
        "umap": "umap-learn",
        "keras": "tensorflow",
        "markdown_it": "markdown-it-py",
        "google": "protobuf",
        "pymorphy3_dicts_uk": "pymorphy3-dicts-uk",
    }
    roots = {item.target.partition(".")[0] for item in all_imports()} - {PACKAGE} - sys.stdlib_module_names
    found_only = {"plotly"}  # for the script that it carries
    extras = project["optional-dependencies"]
    needed = declared([*project["dependencies"], *extras["site"], *extras["completion"]])
    assert {distribution.get(root, root) for root in roots} | found_only == needed


@pytest.fixture(scope="module")
def distributions(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the sdist, built from a copy: the checkout may be read-only."""
    pytest.importorskip("hatchling", reason="hatchling is not installed: pip install -e '.[test]'")
    copy = tmp_path_factory.mktemp("sources")
    for path in tracked(checkout):
        target = copy / path.relative_to(checkout)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    built = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(built)],
        cwd=copy,
        capture_output=True,
        check=True,
        timeout=120,
    )
    [wheel] = built.glob("*.whl")
    [sdist] = built.glob("*.tar.gz")
    return wheel, sdist


def resources(checkout: Path) -> set[str]:
    """Templates, catalogues and the configuration: what the package needs besides its modules."""
    names = {path.relative_to(checkout).as_posix() for path in tracked(checkout)}
    return {name for name in names if name.startswith(("templates/", "locale/")) or name == "fxreport.toml"}


def test_wheel_holds_the_package_and_its_resources(checkout: Path, distributions: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(distributions[0]) as wheel:
        names = set(wheel.namelist())
        [entry_points] = [wheel.read(name).decode() for name in names if name.endswith("entry_points.txt")]
    expected = resources(checkout)
    assert {"fxreport.toml"} < expected
    assert {f"fxreport/_resources/{name}" for name in expected} <= names
    assert {"fxreport/vocabulary/steps.py", "fxreport/py.typed"} <= names
    assert "fxreport = fxreport.cli:main" in entry_points
    outside = {name for name in names if not name.startswith(("fxreport/", "fxreport-"))}
    assert outside == set(), "a wheel must not put tests or scripts beside the package"


def test_sdist_can_be_built_and_tested_from(checkout: Path, distributions: tuple[Path, Path]) -> None:
    with tarfile.open(distributions[1]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    expected = resources(checkout) | {"pyproject.toml", "LICENSE", "build_report.py", "tests/conftest.py"}
    assert expected <= names
