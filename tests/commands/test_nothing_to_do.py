"""A build that would write what is there says so and ends; one that would not writes what differs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from once import bare_cache

import fxreport
from fxreport import cli
from fxreport.commands.inputs import concerns
from fxreport.store import Store
from fxreport.system import cache, manifest
from fxreport.system.resources import resource

TABLE = """\
dataset,extractor,metric,value
mnist,custom_cnn,ari,0.439
mnist,vgg16,ari,0.235
mnist,custom_cnn,extraction_seconds,1.5
mnist,vgg16,extraction_seconds,19.5
"""
TINY = """
[profiles.tiny]
seeds = [0]
datasets = ["digits"]
extractors = ["raw_pixels"]
sizes = { digits = { train = 200, test = 100 } }

[profiles.tiny.evaluation]
kmeans_n_init = 1
projection_images = 50
projections = ["pca"]
inspections = []
timing_repeats = 1
"""
HEAVY = {"numpy", "pandas", "pyarrow", "scipy", "matplotlib", "jinja2", "babel", "platformdirs", "fsspec"}
DONE = "nothing to do"
PUBLICATIONS = ("conclusions", "technical")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder and an empty cache."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
    monkeypatch.setenv("PYTHONPATH", str(Path(fxreport.__file__).parents[1]))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return folder


@pytest.fixture
def rendered(home: Path, capsys: pytest.CaptureFixture[str]) -> Build:
    """A document of an imported table, in Ukrainian, as text and as a page."""
    (home / "table.csv").write_text(TABLE)
    Store("results").import_csv(home / "table.csv")
    build = Build(capsys, "render", "--lang", "uk", "--document", "technical", "--format", "md,html")
    assert DONE not in build().err
    return build


class Build:
    """A command line, run in this process, with what it said and did."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        self._capsys = capsys
        self._arguments = arguments
        self.code, self.out, self.err = 0, "", ""

    def __call__(self, *more: str) -> Build:
        self._capsys.readouterr()
        self.code = cli.main([*self._arguments, *more])
        self.out, self.err = self._capsys.readouterr()
        return self

    def replaced(self, *more: str) -> set[str]:
        """Run, and return which of the files in ``output`` are other files than before, new or gone."""
        before = inodes(Path("output"))
        self(*more)
        after = inodes(Path("output"))
        return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} - {
            manifest.NAME
        }


def inodes(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def loaded(*arguments: str) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """Run a command in a process of its own; return it and the packages that it has loaded."""
    code = (
        "import sys\nfrom fxreport.cli import main\ncode = main(sys.argv[1:])\n"
        "open('modules', 'w').write(' '.join({name.partition('.')[0] for name in sys.modules}))\n"
        "sys.exit(code)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    return ended, set(Path("modules").read_text().split())


# -- nothing to do -------------------------------------------------------------------------------------------


def test_rendering_again_ends_before_anything_heavy_is_loaded(rendered: Build) -> None:
    ended, modules = loaded("render", "--lang", "uk", "--document", "technical", "--format", "md,html")
    assert (ended.returncode, ended.stdout) == (0, rendered.out)
    assert ended.stderr.splitlines() == [
        f"fxreport: {DONE}: output holds what would be written (--force writes it anew)",
        f"fxreport: open {Path('output/uk/technical.html')}",
    ]
    assert "fxreport" in modules
    assert modules & HEAVY == set()


def test_building_again_measures_nothing_and_ends_as_early(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "tiny.toml").write_text(TINY)
    arguments = ("build", "--config", "tiny.toml", "--profile", "tiny", "--format", "md", "--strict")
    first = Build(capsys, *arguments)()
    assert (first.code, "1 to measure" in first.err) == (0, True)
    ended, modules = loaded(*arguments)
    assert (ended.returncode, ended.stdout) == (0, first.out)
    assert ended.stderr.count("\n") == 2
    assert DONE in ended.stderr
    assert modules & HEAVY == set()
    again = first("--fresh")
    assert "1 to measure" in again.err
    assert DONE not in again.err


def test_files_that_were_only_touched_count_as_they_were(rendered: Build, home: Path) -> None:
    touched = [
        *Path("results").rglob("*.parquet"),
        Path("output/uk/technical.md"),
        Path("output/conclusions.json"),
    ]
    for path in touched:
        os.utime(path, ns=(0, 0))
    assert rendered.replaced() == set()
    assert DONE in rendered.err


def test_a_narrower_build_of_the_same_has_nothing_to_do(rendered: Build) -> None:
    everything = rendered.out.splitlines()
    assert DONE in rendered("--format", "md").err
    assert set(rendered.out.splitlines()) < set(everything)


def test_a_store_that_no_folder_holds_is_read_each_time(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "table.csv").write_text(TABLE)
    build = Build(capsys, "render", "--format", "md", "--store", "memory://nothing_to_do")
    Store("memory://nothing_to_do").import_csv(home / "table.csv")
    assert DONE not in build().err
    assert DONE not in build().err


# -- what is rebuilt, and only that --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "conclusions.json",
        "uk/technical.md",
        "uk/technical.html",
        "uk/figures/quality.svg",
        "uk/figures/index.html",
        "uk/interactive/view.js",
    ],
)
@pytest.mark.parametrize("change", ["gone", "changed"])
def test_an_output_that_is_not_as_written_is_written_alone(rendered: Build, name: str, change: str) -> None:
    path = Path("output", name)
    right, paths = path.read_bytes(), rendered.out
    path.unlink()
    if change == "changed":
        path.write_bytes(right[:-1] + b"!")
    assert rendered.replaced() == {name}
    assert path.read_bytes() == right
    assert rendered.out == paths
    assert DONE in rendered().err


@pytest.mark.slow
def test_a_missing_pdf_is_made_and_nothing_else(rendered: Build) -> None:
    assert rendered.replaced("--format", "md,html,pdf") == {"uk/technical.pdf"}
    Path("output/uk/technical.pdf").unlink()
    assert rendered.replaced("--format", "md,html,pdf") == {"uk/technical.pdf"}
    assert DONE in rendered("--format", "pdf").err


def test_another_language_is_added_to_those_that_are_there(rendered: Build) -> None:
    changed = rendered.replaced("--lang", "all")
    assert changed
    assert {name.partition("/")[0] for name in changed} == {"en"}
    assert DONE in rendered("--lang", "uk").err


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        lambda patch: Path("fxreport.toml").write_text("[scenarios.mine]\nlabels = false\n"),
        lambda patch: patch.setenv("SOURCE_DATE_EPOCH", "1000000000"),
        lambda patch: patch.setattr("fxreport.commands.inputs.__version__", "9"),
        lambda patch: Store("results").import_csv(
            imported("mnist,custom_cnn,ari,0.439", "mnist,custom_cnn,ari,0.5")
        ),
        lambda patch: installed(patch, "numpy-999.dist-info"),
    ],
    ids=["configuration", "date", "version", "store", "package"],
)
def test_a_changed_input_rebuilds(rendered: Build, monkeypatch: pytest.MonkeyPatch, change: object) -> None:
    assert callable(change)
    change(monkeypatch)
    assert DONE not in rendered().err
    assert DONE in rendered().err


def imported(before: str, after: str) -> Path:
    table = Path("table.csv")
    assert before in TABLE
    table.write_text(TABLE.replace(before, after))
    return table


def installed(patch: pytest.MonkeyPatch, name: str) -> None:
    record = Path("site-packages", name, "RECORD")
    record.parent.mkdir(parents=True)
    record.write_text("numpy/__init__.py,sha256=x,1\n")
    patch.syspath_prepend("site-packages")


@pytest.mark.slow
@pytest.mark.parametrize(
    "more", [("--datasets", "mnist"), ("--extractors", "vgg16"), ("--seeds", "1"), ("--profile", "quick")]
)
def test_other_arguments_are_another_document(rendered: Build, more: tuple[str, ...]) -> None:
    assert DONE not in rendered(*more).err
    assert DONE in rendered(*more).err
    assert DONE not in rendered().err


def test_force_writes_anew_and_leaves_what_is_the_same(rendered: Build) -> None:
    assert rendered.replaced("--force") == set()
    assert DONE not in rendered.err
    assert DONE in rendered().err


@pytest.fixture
def own_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package with its templates and catalogues, which a test may change; their folder."""
    package = Path(fxreport.__file__).parent
    copy = tmp_path / "lib" / "fxreport"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    resources = copy / "_resources" if (copy / "_resources").is_dir() else copy.parent
    if resources == copy.parent:
        for name in ("templates", "locale"):
            shutil.copytree(resource(name), resources / name)
        shutil.copy(resource("fxreport.toml"), resources)
    monkeypatch.setenv("PYTHONPATH", str(copy.parent))
    return resources


def documents_changed() -> set[str]:
    """Render both languages with the package of the environment; return the documents that are new files."""
    before = inodes(Path("output"))
    command = [sys.executable, "-m", "fxreport", "render", "--lang", "all", "--document", "all"]
    command += ["--format", "md,html"]
    subprocess.run(command, check=True, capture_output=True)
    after = inodes(Path("output"))
    return {name for name in after if before.get(name) != after[name] and Path(name).stem in PUBLICATIONS}


@contextmanager
def unusable(template: Path) -> Iterator[None]:
    """Make a template fail whoever uses it, without its size or time telling."""
    right, status = template.read_bytes(), template.stat()
    for text in (b"{% broken %}".ljust(status.st_size), right):
        template.write_bytes(text)
        os.utime(template, ns=(status.st_atime_ns, status.st_mtime_ns))
        if text is not right:
            yield


OUTPUTS = (
    "json",
    "uk/conclusions.md",
    "uk/conclusions.pdf",
    "uk/conclusions/figures",
    "uk/technical.html",
    "uk/technical/figures",
    "en/conclusions.md",
)


@pytest.mark.parametrize(
    ("name", "concerned"),
    [
        ("store", set(OUTPUTS)),
        ("locale/uk", {output for output in OUTPUTS if not output.startswith("en/")}),
        ("locale/en", {"json", "en/conclusions.md"}),
        ("templates/markdown", {"uk/conclusions.md", "en/conclusions.md"}),
        ("templates/page", {"uk/technical.html", "uk/conclusions.pdf"}),
        ("link", {"uk/conclusions.md", "uk/conclusions.pdf", "en/conclusions.md"}),
    ],
)
def test_outputs_that_an_input_concerns(name: str, concerned: set[str]) -> None:
    assert {output for output in OUTPUTS if concerns(name, output)} == concerned


@pytest.mark.slow
def test_code_templates_and_catalogues_rebuild_what_is_made_of_them(own_package: Path, home: Path) -> None:
    (home / "table.csv").write_text(TABLE)
    Store("results").import_csv(home / "table.csv")
    documents = {
        f"{lang}/{name}.{kind}" for lang in ("en", "uk") for name in PUBLICATIONS for kind in ("md", "html")
    }
    assert documents_changed() == {*documents, "conclusions.json"}
    assert documents_changed() == set()

    template = own_package / "templates" / "document.md.j2"
    template.write_text(template.read_text("utf-8") + "<!-- end -->\n", encoding="utf-8")
    with unusable(own_package / "templates" / "document.html.j2"):
        assert documents_changed() == {name for name in documents if name.endswith(".md")}

    style = own_package / "templates" / "style.css"
    style.write_text(style.read_text("utf-8") + "\nbody { color: #010101; }\n", encoding="utf-8")
    assert documents_changed() == {name for name in documents if name.endswith(".html")}

    catalogue = own_package / "locale" / "uk" / "LC_MESSAGES" / "fxreport.po"
    text = catalogue.read_text("utf-8")
    catalogue.write_text(text.replace('msgstr "Зміст"', 'msgstr "Перелік"'), encoding="utf-8")
    assert documents_changed() == {name for name in documents if name.startswith("uk/")}

    code = Path(os.environ["PYTHONPATH"], "fxreport", "report", "technical.py")
    code.write_text(code.read_text("utf-8").replace("a benchmark of image", "one benchmark of image"))
    assert "en/technical.md" in documents_changed()


# -- holes ---------------------------------------------------------------------------------------------------


@pytest.fixture
def holes(home: Path, capsys: pytest.CaptureFixture[str]) -> Build:
    """A build of a plan of which this machine cannot have one half, as it has noted."""
    (home / "tiny.toml").write_text(TINY.replace('["raw_pixels"]', '["raw_pixels", "vgg16@32"]'))
    cache.remember_unavailable("weights:vgg16", "no weights of vgg16 here")
    return Build(capsys, "build", "--config", "tiny.toml", "--profile", "tiny", "--format", "md")()


def test_holes_are_told_and_counted_as_by_a_build_that_writes(holes: Build) -> None:
    again = "fxreport data fetch vgg16"
    hole = f"fxreport: 1 experiment not measured: no weights of vgg16 here (to try again: {again})"
    assert hole in holes.err.splitlines()
    told = holes("--strict")
    assert (told.code, told.err.splitlines()[1:-1]) == (3, [hole])
    assert DONE in told.err
    assert holes().code == 0
    for more in ("--force", "--no-run"):
        told = holes("--strict", more)
        assert (told.code, told.err.splitlines()[1:-1]) == (3, [hole])


@pytest.mark.slow
@pytest.mark.parametrize("because", ["forgotten", "stale", "a folder"])
def test_what_can_be_tried_again_is_something_to_do(
    holes: Build, because: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = ["--offline"]
    if because == "forgotten":
        cache.forget_unavailable("weights:vgg16")
    elif because == "stale":
        later = datetime.now(UTC) + timedelta(days=30)
        is_stale = cache.is_stale
        monkeypatch.setattr(cache, "is_stale", lambda note: is_stale(note, later))
    else:
        more += ["--weights-dir", "."]
    again = holes(*more)
    assert "1 to measure" in again.err
    assert DONE in holes("--no-run").err, "and the document stays as it is"


def test_warnings_are_given_again(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fxreport.report.interactive.files.importlib.util.find_spec", lambda name: None)
    (home / "table.csv").write_text(TABLE)
    Store("results").import_csv(home / "table.csv")
    build = Build(capsys, "render", "--format", "html")()
    assert "warning: no interactive views" in build.err
    again = build()
    assert DONE in again.err
    assert "warning: no interactive views" in again.err


# -- a manifest that claims no more than is there -----------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema": 2}',
        '{"schema": 1, "inputs": {"plan": [1]}, "outputs": {}, "facts": {}}',
        "\0",
    ],
)
def test_a_manifest_that_cannot_be_relied_on_is_none(rendered: Build, text: str) -> None:
    Path("output", manifest.NAME).write_text(text)
    assert DONE not in rendered().err
    assert DONE in rendered().err


@pytest.mark.slow
def test_a_manifest_without_its_facts_is_none(rendered: Build) -> None:
    path = Path("output", manifest.NAME)
    written = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**written, "facts": {}}))
    assert (
        DONE
        not in loaded("render", "--lang", "uk", "--document", "technical", "--format", "md,html", "--strict")[
            0
        ].stderr.splitlines()[:1]
    )
    assert DONE in rendered().err


def test_a_build_that_is_killed_leaves_nothing_claimed(
    rendered: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the first of its files: the old entries are gone, the new ones not yet there."""
    from fxreport.report.writers import files

    write = files.write_bytes

    def die(path: Path, data: bytes) -> None:
        write(path, data)
        raise KeyboardInterrupt

    Store("results").import_csv(imported("mnist,custom_cnn,ari,0.439", "mnist,custom_cnn,ari,0.512"))
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_bytes", die)
        assert rendered().code == 130
    assert manifest.load(Path("output")).outputs == {}
    assert "0,512" not in Path("output/uk/technical.html").read_text("utf-8")
    assert DONE not in rendered().err
    assert "0,512" in Path("output/uk/technical.md").read_text("utf-8")


# -- the same store gives the same bytes --------------------------------------------------------------------


@pytest.mark.slow
def test_documents_do_not_follow_what_this_machine_remembers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an empty cache, a full one, one with notes; in other folders, time zones, hash seeds, locales."""
    (tmp_path / "tiny.toml").write_text(TINY.replace('["raw_pixels"]', '["raw_pixels", "vgg16@32"]'))
    plan = ("--config", str(tmp_path / "tiny.toml"), "--profile", "tiny")
    store = ("--store", str(tmp_path / "results"))
    assert Build(capsys, "run", *plan, *store, "--offline")().code == 0
    surroundings = {
        "empty": {"TZ": "UTC", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"},
        "full": {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "2", "LC_ALL": "POSIX"},
        "notes": {"TZ": "America/St_Johns", "PYTHONHASHSEED": "3", "LC_ALL": "uk_UA.UTF-8"},
    }
    found, said = {}, {}
    for name, variables in surroundings.items():
        folder = tmp_path / name
        folder.mkdir()
        environment = {**os.environ, **variables, "FXREPORT_CACHE": str(tmp_path / "cache" / name)}
        command = [sys.executable, "-m", "fxreport", "render", *plan, *store, "--lang", "all", "--force"]
        if name == "notes":
            for resource_name in ("weights:vgg16", "dataset:digits"):
                (tmp_path / "cache" / name).mkdir(exist_ok=True, parents=True)
                with pytest.MonkeyPatch.context() as patch:
                    patch.setenv("FXREPORT_CACHE", environment["FXREPORT_CACHE"])
                    cache.remember_unavailable(resource_name, f"{resource_name} could not be had")
        for _ in range(2 if name == "full" else 1):
            ended = subprocess.run(
                [*command, "--format", "md,html"],
                cwd=folder, env=environment, check=True, capture_output=True, text=True,
            )  # fmt: skip
        said[name] = ended.stderr
        found[name] = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.name != manifest.NAME
        }
    assert found["empty"] == found["full"] == found["notes"]
    missing = json.loads(found["notes"]["output/conclusions.json"])["missing"]
    assert missing == [{"dataset": "digits", "extractor": "vgg16@32", "reason": "not_run"}]
    opened = f"fxreport: open {Path('output/en/conclusions.html')}\n"
    assert said["empty"] == said["full"] == opened
    assert "1 experiment not measured: dataset:digits could not be had" in said["notes"]
