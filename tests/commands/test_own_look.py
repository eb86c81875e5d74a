"""A user's templates, style and title page in a build: inputs like others, and no danger to what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_stores import fill

from fxreport.cli import main
from fxreport.store import Store

CONFIG = """
[report]
templates = "mine"
style = "my.css"
[document]
authors = ["Ada"]
"""
ASKED = ["render", "--lang", "en", "--document", "conclusions", "--format", "md,html"]
OWN = '{% extends "shipped/document.html.j2" %}{% block footer %}<p>mine</p>{% endblock %}'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    fill(Store("results"))
    Path("fxreport.toml").write_text(CONFIG)
    Path("mine").mkdir()
    Path("mine/document.html.j2").write_text(OWN)
    Path("my.css").write_text("h1 { color: #123456 }")
    return tmp_path


def outputs() -> dict[str, bytes]:
    return {str(f): f.read_bytes() for f in Path("output").rglob("*") if f.is_file() and f.suffix != ".json"}


@pytest.mark.slow
def test_each_is_an_input_of_what_is_made_of_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(ASKED) == 0
    page, text = Path("output/en/conclusions.html"), Path("output/en/conclusions.md")
    assert "<p>mine</p>" in page.read_text("utf-8")
    assert "color: #123456" in page.read_text("utf-8")
    assert "Author: Ada" in text.read_text("utf-8")
    capsys.readouterr()
    assert main(ASKED) == 0
    assert "nothing to do" in capsys.readouterr().err
    Path("my.css").write_text("h1 { color: #654321 }")
    Path("mine/document.html.j2").write_text(OWN.replace("mine", "other"))
    assert main(ASKED) == 0
    assert "nothing to do" not in capsys.readouterr().err
    assert "<p>other</p>" in page.read_text("utf-8")
    assert "color: #654321" in page.read_text("utf-8")


def test_a_logo_is_at_the_head_and_what_is_left_out_is_nowhere(home: Path) -> None:
    Path("logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"/>')
    assert main(ASKED) == 0
    before = Path("output/en/conclusions.html").read_text("utf-8")
    Path("fxreport.toml").write_text(
        '[report]\nlogo = "logo.svg"\n[document]\nleave_out = ["advice", "findings"]\n'
    )
    assert main(ASKED) == 0
    after = Path("output/en/conclusions.html").read_text("utf-8")
    assert 'class="logo" src="data:image/svg+xml;base64,' in after
    assert 'class="logo"' not in before
    for section in ("advice", "findings"):
        assert f'id="{section}"' in before
        assert f'id="{section}"' not in after
    asked = set(re.findall(r'href="#([^"]+)"', after))
    assert not asked - set(re.findall(r'id="([^"]+)"', after)), "no link leads to what is left out"
    Path("logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 4"/>')
    assert main(ASKED) == 0
    assert Path("output/en/conclusions.html").read_text("utf-8") != after, "it is an input like others"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "mine/document.html.j2",
            OWN.replace("mine", "{{ nothing }}"),
            "document.html.j2:1: 'nothing' is undefined",
        ),
        ("mine/document.html.j2", "{% block a %}\n{% endblok %}", "document.html.j2:2: "),
        (
            "mine/own.md.j2",
            "{% macro table(block, level) %}\n{{ 1 / 0 }}{% endmacro %}",
            "own.md.j2:2: division by zero",
        ),
        ("my.css", "a { }\n@import 'b.css';", "my.css:2: @import"),
    ],
)
def test_a_broken_one_is_one_line_and_leaves_the_outputs(
    home: Path, capsys: pytest.CaptureFixture[str], file: str, text: str, said: str
) -> None:
    assert main(ASKED) == 0
    before = outputs()
    capsys.readouterr()
    Path(file).write_text(text)
    # another title would be another document, were it written
    Path("fxreport.toml").write_text(CONFIG + 'title = "Another"\n')
    assert main(ASKED) == 2
    told = capsys.readouterr()
    assert told.err.splitlines()[-1].startswith("fxreport: error: ")
    assert said in told.err.splitlines()[-1]
    assert told.out == ""
    assert outputs() == before


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("[document]\nyear = '2026'", "document.year must be a year"),
        ("[document]\nreferences = 'apa'", 'document.references must be "numeric" or "dstu"'),
        ("[document]\nauthors = []", "document.authors must be text in quotes or a list"),
        ("[document]\nauthor = 'A'", "unknown key 'author'; did you mean authors?"),
        ("[document]\ntitle = { xx = 'A' }", "document.title: unknown language 'xx'"),
        ("[document]\nplace = 'a\\nb'", "document.place must be one line"),
        ("[report]\ntemplates = 'none'", "there is no folder of templates none"),
        ("[report]\nstyle = 'none.css'", "cannot read none.css"),
        ("[report]\nlogo = 'none.png'", "cannot read none.png"),
        ("[report]\nlogo = 'my.css'", "my.css: not an SVG, PNG, JPEG or WebP picture"),
        ("[document]\nleave_out = ['answer']", "document.leave_out must be a list of sections (results, "),
    ],
)
def test_what_cannot_be_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str], lines: str, said: str
) -> None:
    Path("fxreport.toml").write_text(lines.replace("'a\\nb'", '"a\\nb"'))
    assert main(ASKED) == 2
    assert said in capsys.readouterr().err
    assert not Path("output").exists()
