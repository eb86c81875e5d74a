"""``[document_under_test]``: the file that it names, what a statement must say, a line for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from fxreport.analysis.tested.verdicts import CHECKS as DECIDED
from fxreport.commands.inputs import inputs
from fxreport.commands.options import Parser, add_document, add_plan
from fxreport.config import Config, load_config
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.statement import CHECKS, Statement

ONE = """\
title = "A paper"

[statements.first]
text = { uk = "Перший", en = "First" }
place = "page 3"
check = "best"
subject = "mine"
datasets = ["mnist"]
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No fxreport.toml of the current folder but the test's own."""
    monkeypatch.chdir(tmp_path)


def configured(statements: str | None, path: str = "paper.toml") -> Config:
    """A configuration in a folder of its own, with the document under test beside it."""
    folder = Path("study")
    folder.mkdir(exist_ok=True)
    (folder / "my.toml").write_text(f'[document_under_test]\npath = "{path}"\n', "utf-8")
    if statements is not None:
        (folder / path).write_text(statements, "utf-8")
    return load_config(folder / "my.toml")


def test_the_original_is_put_to_the_test_unless_something_else_is_said() -> None:
    config = load_config()
    assert config.document_under_test is not None
    assert config.document_under_test.name == "original.toml"
    assert 20 <= len(config.statements) <= 40
    for statement in config.statements:
        assert set(statement.text) == {"uk", "en"}, statement.id
        assert statement.place, statement.id


def test_nothing_is_put_to_the_test_where_the_path_is_empty() -> None:
    config = configured(None, "")
    assert (config.document_under_test, config.statements) == (None, ())


def test_only_the_shipped_document_makes_a_study_a_repeat_of_the_original() -> None:
    assert load_config().repeats_original
    assert not configured(None, "").repeats_original
    assert not configured(ONE).repeats_original


def test_the_path_is_relative_to_the_file_that_names_it() -> None:
    config = configured(ONE)
    assert config.document_under_test == Path("study/paper.toml")
    assert config.statements == (
        Statement(
            "first",
            {"uk": "Перший", "en": "First"},
            "best",
            {"subject": "mine", "datasets": ["mnist"]},
            "page 3",
            {"": "A paper"},
        ),
    )


def test_every_kind_of_check_can_be_decided() -> None:
    assert list(CHECKS) == list(DECIDED)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("best", "bets"), "statements.first: unknown check 'bets'; did you mean best?"),
        (('subject = "mine"\n', ""), "statements.first: the check 'best' lacks subject"),
        (("subject", "subjct"), "unknown key 'subjct'; did you mean subject?"),
        (('"mine"', '"mine"\ntolerance = 1.0'), "unknown key of the check 'best' 'tolerance'"),
        (('["mnist"]', '"mnist"'), "datasets must be a list of names in quotes, at least one"),
        (('check = "best"\n', ""), "statements.first lacks check"),
        (('text = { uk = "Перший", en = "First" }\n', ""), "statements.first lacks text"),
        (("en =", "enn ="), "statements.first.text: unknown language 'enn'; did you mean en?"),
        (("statements.first", 'statements."1 st"'), "a statement's name is made of letters"),
        (('"mine"', "mine"), "not valid TOML"),
        (('"mine"', "7"), 'must be a name in quotes, or a list of them, got 7'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_clear_line(change: tuple[str, str], said: str) -> None:
    assert change[0] in ONE
    with pytest.raises(ConfigError) as caught:
        configured(ONE.replace(*change))
    text = str(caught.value)
    assert said in text
    assert text.startswith("study/paper.toml: ")
    assert "\n" not in text


def test_a_file_that_is_not_there_or_cannot_be_read_is_named() -> None:
    with pytest.raises(ConfigError, match=r"no document under test study/paper\.toml"):
        configured(None)
    Path("study/paper.toml").mkdir()
    with pytest.raises(ConfigError, match=r"cannot read the document under test study/paper\.toml"):
        configured(None)
    Path("study/paper.toml").rmdir()
    Path("study/paper.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        configured(None)


def test_an_edit_of_the_document_under_test_is_seen_by_the_next_build() -> None:
    parser = Parser()
    add_document(parser)
    add_plan(parser)
    arguments = parser.parse_args(["--config", "study/my.toml"])
    config = configured(ONE)
    before = inputs(arguments, config, (), {})["document under test"]
    first = before.content()
    Path("study/paper.toml").write_text(ONE + "# edited\n", "utf-8")
    assert inputs(arguments, config, (), {})["document under test"].content() != first
    assert "document under test" not in inputs(arguments, configured(None, ""), (), {})
