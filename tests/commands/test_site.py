"""``fxreport site build`` and ``serve``: what is written, when nothing is, and what is refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from crawl import Links, broken, outside
from once import bare_cache

import fxreport
from fxreport import cli
from fxreport.site import documents, mistakes, serve, writer
from fxreport.system import manifest
from fxreport.system.resources import complete_languages, resource

pytestmark = pytest.mark.slow

TABLE = """\
dataset,extractor,metric,value,seed
mnist,custom_cnn,ari,0.439,0
mnist,custom_cnn,ari,0.441,1
mnist,vgg16,ari,0.235,0
mnist,vgg16,ari,0.237,1
mnist,custom_cnn,extraction_seconds,1.5,0
mnist,vgg16,extraction_seconds,19.5,0
"""
HOSTILE = (
    "<script>alert(1)</script>",
    "a\"b'c<img src=x onerror=alert(2)>",
    "x" * 10_000,
    "../../etc/passwd",
    "index",
    "{{ 7*7 }}",
    "javascript:alert(1)",
)
HEAVY = {"numpy", "pandas", "pyarrow", "scipy", "matplotlib", "jinja2", "babel"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder and an empty cache."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
    monkeypatch.setenv("PYTHONPATH", str(Path(fxreport.__file__).parents[1]))
    return folder


def store(table: str = TABLE, folder: str = "store") -> None:
    Path("table.csv").write_text(table, encoding="utf-8")
    assert cli.main(["store", "import", "table.csv", "--store", folder]) == 0


def build(*arguments: str) -> int:
    return cli.main(["site", "build", "--store", "store", *arguments])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the store of ``TABLE`` and the site built of it."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        store()
        assert build() == 0
    return folder


@pytest.fixture
def built(made: Path, home: Path) -> None:
    """The same in the current folder."""
    shutil.copytree(made, home, dirs_exist_ok=True)


@pytest.fixture
def without_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sites that give no PDF away, which is most of what a small site takes: for tests of anything else."""
    monkeypatch.setattr(documents, "FORMATS", ("html", "md"))


def content(site: Path = Path("output/site")) -> dict[str, bytes]:
    found = sorted(path for path in site.rglob("*") if path.is_file() and path.name != manifest.NAME)
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in found}


def test_a_site_has_its_pages_in_all_languages_and_no_broken_link(capsys: pytest.CaptureFixture[str]) -> None:
    store()
    capsys.readouterr()
    assert build() == 0
    assert capsys.readouterr().out == f"{Path('output/site/index.html')}\n"
    found = content()
    for lang in complete_languages():
        assert {f"{lang}/{name}.html" for name in ("index", "sets/mnist", "extractors/vgg16")} <= found.keys()
    assert list(broken(Path("output/site"))) == []


@pytest.mark.usefixtures("built")
def test_nothing_is_asked_of_any_host() -> None:
    for path in Path("output/site").rglob("*.html"):
        for tag, attributes in Links(path.read_text("utf-8")).elements:
            for name in ("src", "data", "action", "poster", "srcset"):
                assert not outside(str(attributes.get(name) or ""))
            assert tag != "link" or not outside(str(attributes.get("href") or ""))


@pytest.mark.usefixtures("built")
def test_the_same_store_gives_the_same_bytes() -> None:
    build("--output", "elsewhere/two")
    assert content() == content(Path("elsewhere/two"))


@pytest.mark.usefixtures("without_paper")
def test_an_address_stands_where_whole_ones_are_asked_for_and_nowhere_else() -> None:
    store()
    build("--base-url", "https://example.org/fx/")
    page = Links((Path("output/site/uk/sets/mnist.html")).read_text("utf-8"))
    alternates = {a["hreflang"]: a["href"] for tag, a in page.elements if tag == "link" and a.get("hreflang")}
    assert alternates["en"] == "https://example.org/fx/en/sets/mnist.html"
    assert list(broken(Path("output/site"))) == []


@pytest.mark.usefixtures("without_paper")
def test_the_default_language_is_where_the_root_leads() -> None:
    store()
    build("--default-lang", "en")
    assert "url=en/index.html" in Path("output/site/index.html").read_text("utf-8")
    assert build("--default-lang", "tlh") == 2


@pytest.mark.usefixtures("built")
def test_nothing_changed_is_said_and_loads_nothing_heavy() -> None:
    before = {path: path.stat().st_mtime_ns for path in Path("output/site").rglob("*")}
    script = (
        "import sys; from fxreport.cli import main; code = main(['site', 'build', '--store', 'store']); "
        "print(sorted(m for m in sys.modules if '.' not in m)); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "nothing to do" in done.stderr
    assert not HEAVY & set(eval(done.stdout.splitlines()[-1]))
    assert {path: path.stat().st_mtime_ns for path in Path("output/site").rglob("*")} == before


@pytest.mark.usefixtures("built", "without_paper")
def test_a_new_measurement_rewrites_what_it_changes_and_removes_what_is_gone() -> None:
    def written() -> dict[str, int]:
        return {name: Path("output/site", name).stat().st_mtime_ns for name in content()}

    before, times = content(), written()
    shutil.rmtree("store")
    store(TABLE.replace("vgg16", "resnet50"))
    assert build() == 0
    after = content()
    assert "uk/extractors/resnet50.html" in after
    assert "uk/extractors/vgg16.html" not in after
    same = {name for name, data in after.items() if before.get(name) == data}
    assert any(name.startswith("assets/") for name in same)
    assert {name for name, time in written().items() if times.get(name) == time} == same


@pytest.mark.usefixtures("without_paper")
def test_a_folder_of_others_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    store()
    site = Path("output/site")
    site.mkdir(parents=True)
    (site / "thesis.tex").write_text("mine")
    assert build() == 2
    assert "thesis.tex" in capsys.readouterr().err
    assert content() == {"thesis.tex": b"mine"}
    assert build("--force") == 0
    assert content()["thesis.tex"] == b"mine"


def test_an_empty_store_makes_no_site(capsys: pytest.CaptureFixture[str]) -> None:
    Path("store").mkdir()
    assert build() == 2
    assert "there are no results in" in capsys.readouterr().err
    assert not Path("output/site").exists()


@pytest.mark.usefixtures("built", "without_paper")
@pytest.mark.parametrize(
    ("wrong", "line"),
    [("{% if %}", 3), ("{{ no_such_name }}", 3), ("{% include 'nowhere.j2' %}", 3), ("{{ 1 + 'a' }}", 3)],
)
def test_a_broken_template_is_one_line_and_leaves_the_site(
    wrong: str, line: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content()
    templates = tmp_path / "templates"
    shutil.copytree(resource("templates"), templates)
    page = templates / "site" / "page.html.j2"
    first, second, rest = page.read_text("utf-8").split("\n", 2)
    page.write_text("\n".join((first, second, wrong, rest)), encoding="utf-8")

    def other(*parts: str) -> Path:
        return tmp_path.joinpath(*parts) if parts[0] == "templates" else resource(*parts)

    monkeypatch.setattr("fxreport.report.writers.environment.resource", other)
    monkeypatch.setattr(mistakes, "resource", other)
    writer._environment.cache_clear()
    capsys.readouterr()
    try:
        assert build("--force") == 2
    finally:
        writer._environment.cache_clear()
    [told] = [one for one in capsys.readouterr().err.splitlines() if "error" in one]
    assert f"page.html.j2:{line}: " in told
    assert content() == before


def test_hostile_names_break_out_of_nothing() -> None:
    def quoted(name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    rows = [
        f"{quoted(dataset)},{quoted(extractor)},ari,{0.1 + i / 50},{seed}"
        for dataset in (*HOSTILE, "mnist")
        for i, extractor in enumerate((*HOSTILE, "vgg16"))
        for seed in (0, 1)
    ]
    store("\n".join(("dataset,extractor,metric,value,seed", *rows)) + "\n")
    assert build() == 0
    site = Path("output/site")
    made = {path.name for path in site.iterdir()}
    assert {*complete_languages(), "assets", "data", "runs", "index.html", ".nojekyll", manifest.NAME} <= made
    assert not [name for name in made if "passwd" in name or "alert" in name]
    assert list(broken(site)) == []
    for path in site.rglob("*.html"):
        assert path.stat().st_size < 600_000
        if path.name == "conclusions.html":  # a document to take away, with styles and a script of its own
            continue
        for tag, attributes in Links(path.read_text("utf-8")).elements:
            assert tag not in ("iframe", "img", "style")
            assert tag != "script" or path.name in ("compare.html", "search.html", "index.html")
            assert not any(name.startswith("on") for name in attributes)
            assert not str(attributes.get("href") or "").startswith("javascript:")
            assert "\u202e" not in str(attributes.get("title") or "")
    for path in site.rglob("*.svg"):
        assert "<script" not in path.read_text("utf-8")


def test_served_pages_load_again_when_the_site_is_built_anew(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        "<head><meta content=\"script-src 'none'\"/></head><p>one</p>", encoding="utf-8"
    )
    state, told, known = ["a"], threading.Event(), []

    def announce(address: str) -> None:
        known.append(address)
        told.set()

    builds = threading.Semaphore(0)

    def again() -> bool:
        builds.release()
        return True

    def get(name: str) -> str:
        with urllib.request.urlopen(known[0] + name, timeout=30) as answer:
            return str(answer.read().decode())

    thread = threading.Thread(
        target=serve.show, args=(tmp_path, 0, lambda: state[0], again, announce), daemon=True
    )
    thread.start()
    assert told.wait(30)
    assert builds.acquire(timeout=30)
    page = get("")
    assert "script-src 'self'" in page
    assert '<script src="/.fxreport/reload.js">' in page
    assert "changed.js?since=" in get(".fxreport/reload.js")
    state[0] = "b"
    assert builds.acquire(timeout=30)
    assert get(".fxreport/changed.js?since=1") == "location.reload();"


def test_a_port_that_is_taken_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["site", "serve", "--store", "store", "--port", "99999"]) == 2
    assert "--port" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["example.org", "ftp://example.org", "https://example.org/?a=b"])
def test_an_address_must_be_one(text: str) -> None:
    with pytest.raises(SystemExit) as ended:
        build("--base-url", text)
    assert ended.value.code == 2
