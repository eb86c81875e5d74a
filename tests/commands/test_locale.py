"""A language with one command: made, asked for at once, partial as long as it is, and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pseudo
import pytest
from small_stores import fill

from fxreport.cli import main
from fxreport.report.catalogue import translations
from fxreport.store import Store
from fxreport.system import resources
from fxreport.system.resources import complete_languages, languages


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(resources, "_catalogues", [])
    translations.cache_clear()
    yield tmp_path
    translations.cache_clear()


def translate(file: Path, message: str, text: str) -> None:
    before = file.read_text("utf-8")
    after = before.replace(f'msgid "{message}"\nmsgstr ""', f'msgid "{message}"\nmsgstr "{text}"', 1)
    assert after != before
    file.write_text(after, encoding="utf-8")


def test_one_command_makes_a_catalogue_that_can_be_asked_for(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["locale", "new", "cs"]) == 0
    file = home / "locale/cs/LC_MESSAGES/fxreport.po"
    said = capsys.readouterr()
    assert said.out.split() == ["locale/cs/LC_MESSAGES/fxreport.po"]
    assert re.search(r"cs: 0 of \d+ messages are translated", said.err)
    assert "nplurals=4;" in file.read_text("utf-8")  # as CLDR has them: of fractions too
    translate(file, "The answer", "Odpověď")
    fill(Store("results"))
    assert main(["render", "--lang", "cs", "--format", "md", "--document", "conclusions"]) == 0
    text = (home / "output/cs/conclusions.md").read_text("utf-8")
    assert "## Odpověď" in text
    assert "## Results" in text  # untranslated: in English


def test_a_second_time_it_keeps_the_translations_and_the_bytes(home: Path) -> None:
    assert main(["locale", "new", "cs", "--folder", "mine"]) == 0
    file = home / "mine/cs/LC_MESSAGES/fxreport.po"
    translate(file, "The answer", "Odpověď")
    before = file.read_bytes()
    assert main(["locale", "new", "cs", "--folder", "mine"]) == 0
    assert file.read_bytes() == before


def test_a_partial_language_is_none_of_all_and_of_no_export(home: Path) -> None:
    assert main(["locale", "new", "cs"]) == 0
    assert {"cs", "pl"} <= set(languages())
    assert complete_languages() == ("en", "uk")
    fill(Store("results"))
    assert main(["render", "--lang", "all", "--format", "md", "--document", "conclusions"]) == 0
    assert sorted(p.name for p in (home / "output").iterdir() if p.is_dir()) == ["en", "uk"]
    claims = json.loads((home / "output/conclusions.json").read_text("utf-8"))["claims"]
    assert {lang for claim in claims for lang in claim["text"]} == {"en", "uk"}


def test_a_language_is_complete_when_nothing_is_left_open(home: Path) -> None:
    file = pseudo.write(home / "locale", lang="cs")
    assert complete_languages() == ("cs", "en", "uk")
    whole = file.read_text("utf-8")
    entry = 'msgid "The answer"\nmsgstr "Ŧħḗ ȧƞşẇḗř"\n'
    assert entry in whole
    for changed in ("", f"#, fuzzy\n{entry}", 'msgid "The answer"\nmsgstr ""\n'):
        file.write_text(whole.replace(entry, changed), encoding="utf-8")
        assert complete_languages() == ("en", "uk")


def test_a_folder_that_the_configuration_names_is_looked_in(home: Path) -> None:
    assert main(["locale", "new", "cs", "--folder", "mine"]) == 0
    assert "cs" not in languages()
    (home / "fxreport.toml").write_text('[report]\nlocale = "mine"\n')
    assert main(["locale", "check", "cs"]) == 0
    assert "cs" in languages()


def test_check_says_what_is_missing_and_what_is_broken(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["locale", "new", "cs"]) == 0
    file = home / "locale/cs/LC_MESSAGES/fxreport.po"
    translate(file, "{n} refuted", "vyvráceno {m}")
    line = file.read_text("utf-8").split("\n").index('msgid "{n} refuted"') + 1
    capsys.readouterr()
    assert main(["locale", "check", "cs"]) == 2
    said = capsys.readouterr().out
    assert re.search(r"1 of \d+ messages translated", said)
    assert re.search(r"not translated: \d+ more", said)
    assert f"fxreport.po:{line}: 'vyvráceno {{m}}': its placeholders must be {{n}}" in said
    fill(Store("results"))
    assert main(["render", "--lang", "cs", "--format", "md"]) == 2
    assert f"fxreport.po:{line}: " in capsys.readouterr().err
    assert not (home / "output/cs").exists()


@pytest.mark.parametrize("lang", ["xx", "../uk", "en_../../x", "English", ""])
def test_what_is_no_language_is_refused(home: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locale", "new", lang]) == 2
    assert "is no language that Babel knows" in capsys.readouterr().err
    assert list(home.iterdir()) == []


def test_a_file_that_is_no_catalogue_is_told_in_one_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home / "locale/cs/LC_MESSAGES/fxreport.po"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\xff\xfe\x00")
    assert main(["locale", "check", "cs"]) == 2
    assert capsys.readouterr().err.startswith(
        "fxreport: error: cannot read the catalogue locale/cs/LC_MESSAGES/fxreport.po: "
    )


def test_polish_page_one_is_polish(home: Path, checkout: Path) -> None:
    """The shipped third language: all of page one is said in it, and its numbers are its own."""
    asked = ["render", "--lang", "pl", "--format", "md", "--document", "conclusions"]
    assert main([*asked, "--store", str(checkout / "results")]) == 0
    text = (home / "output/pl/conclusions.md").read_text("utf-8")
    page = text.partition("## Odpowiedź")[2].partition("\n## ")[0]
    quoted = re.sub(r"„[^”]*”|\(#[^)]*\)|!\[.*?\)", "", page)
    assert not re.search(r"\b(the|of|and|is|on|with|images?|which|without|for)\b", quoted), quoted
    assert "0,952" in page
    assert "3 przebiegów" in page
