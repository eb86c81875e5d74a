"""Names that a terminal, a page, a Markdown reader or a spreadsheet would obey: shown, refused, defused."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from wholes import write_whole

from fxreport.cli import main
from fxreport.config import load_config
from fxreport.report.figures.scheme import standalone
from fxreport.report.look import SHIPPED
from fxreport.report.writers.environment import fill, make_environment
from fxreport.report.writers.markdown import escape_markdown
from fxreport.store import Store
from fxreport.vocabulary.errors import ConfigError, InputError
from fxreport.vocabulary.steps import Experiment
from fxreport.vocabulary.text import unprintable, visible

#: a heading after a carriage return, a colour, a direction turned, a line of its own
HOSTILE = "a\r# Heading\x1b[31m\u202eb\u2028c"
SHOWN = "a\\u000d# Heading\\u001b[31m\\u202eb\\u2028c"


def test_what_would_be_obeyed_is_shown_and_json_reads_it_back() -> None:
    assert visible(HOSTILE) == SHOWN
    assert visible("Київ\tישראל\n") == "Київ\tישראל\n"
    dumped = json.dumps({"name": HOSTILE}, ensure_ascii=False)
    assert json.loads(visible(dumped)) == {"name": HOSTILE}
    assert not unprintable(visible(dumped))


def test_no_template_writes_what_would_be_obeyed(tmp_path: Path) -> None:
    (tmp_path / "page.j2").write_text("{{ name | escaped }}\n")
    environment = make_environment({"escaped": escape_markdown}, autoescape=False, look=SHIPPED)
    environment.loader = type(environment.loader.loaders[0])(tmp_path)  # type: ignore[union-attr]
    assert fill(environment, "page.j2", name=HOSTILE).startswith("a\\u000d# Heading\\u001b")


def test_no_figure_has_it() -> None:
    assert not unprintable(visible(standalone(f"<svg><text>{HOSTILE}</text></svg>")).replace("\n", ""))


def test_a_store_made_elsewhere_obeys_no_name_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(tmp_path / "store")
    write_whole(store, Experiment(HOSTILE, "b2:x", 6, 5, "raw_pixels", seed=0), {"ari": 0.5})
    assert main(["store", "list", "--store", str(tmp_path / "store")]) == 0
    assert main(["store", "list", "--store", str(tmp_path / HOSTILE)]) == 0
    assert main(["explain", HOSTILE, "--store", str(tmp_path / "store")]) == 2
    out, err = capsys.readouterr()
    assert SHOWN in out
    assert SHOWN in err
    assert not unprintable((out + err).replace("\n", "").replace("\t", ""))


@pytest.mark.parametrize(
    "text",
    ['[datasets.mine]\npath = "x"\ntitle = "a\\rb"\n', '[metrics."a\\u001b"]\nbetter = "higher"\n'],
)
def test_a_configuration_with_such_a_text_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "fxreport.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"has U\+00(0D|1B), a character that is not to be seen"):
        load_config(file)


def test_a_column_with_such_a_name_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("dataset,extractor,metric,value,a\u202eb\nmnist,a,ari,0.1,1\n", "utf-8")
    with pytest.raises(InputError, match=r"line 1: a column's name has U\+202E"):
        Store(tmp_path / "store").import_csv(file)


def test_no_exported_column_is_computed_by_a_spreadsheet(tmp_path: Path) -> None:
    header = 'dataset,extractor,metric,value,"=HYPERLINK(""http://x"")",@b,\'c\n'
    (tmp_path / "x.csv").write_text(header + "mnist,a,ari,0.1,=1,2,3\n")
    store = Store(tmp_path / "store")
    store.import_csv(tmp_path / "x.csv")
    store.export_csv(tmp_path / "out.csv")
    written = pd.read_csv(tmp_path / "out.csv")
    assert not [name for name in written.columns if name.startswith(("=", "+", "-", "@"))]
    again = Store(tmp_path / "again")
    again.import_csv(tmp_path / "out.csv")
    assert set(again.read()["levels"]) == set(store.read()["levels"])
    assert "=HYPERLINK" in store.read()["levels"][0]
