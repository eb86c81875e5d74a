"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import fxreport
from fxreport import cli
from fxreport.commands import doctor
from fxreport.errors import FxReportError
from fxreport.experiment import Experiment, Measurement, Result
from fxreport.store import Store

ORIGINAL = """\
dataset,extractor,metric,value
mnist,custom_cnn,ari,0.439
mnist,vgg16,ari,0.235
mnist,custom_cnn,extraction_seconds,1.5
mnist,vgg16,extraction_seconds,19.5
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder and an empty cache."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(Path(fxreport.__file__).parents[1]))
    monkeypatch.delenv("FXREPORT_DATA", raising=False)
    return folder


def process(*arguments: str, script: Path | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *([str(script)] if script else ["-m", "fxreport"]), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **more)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run in this process, expect exit code 2 and one line; return it."""
    try:
        code = cli.main(arguments)
    except SystemExit as exit_:  # argparse's own way
        code = int(exit_.code or 0)
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert err.startswith("fxreport: error: ")
    assert err.count("\n") == 1
    return err.removeprefix("fxreport: error: ").strip()


# -- usage ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "--profile", "standart"], "unknown profile 'standart'; did you mean standard?"),
        (["build", "--datasets", "mnits"], "unknown data set 'mnits'; did you mean mnist?"),
        (
            ["build", "--extractors", "raw_pixels,resnet"],
            "unknown extractor 'resnet'; did you mean resnet50?",
        ),
        (["build", "--extractors", "vgg16@x"], "'vgg16@x' is no extractor; write NAME or NAME@PIXELS"),
        (["build", "--format", "pdff"], "unknown format 'pdff'; did you mean pdf?"),
        (["build", "--lang", "ukr"], "unknown language 'ukr'; did you mean uk?"),
        (["build", "--config", "none.toml"], "there is no configuration file none.toml"),
        (["build", "--seeds", "0"], "argument --seeds: expected a whole number from 1 on, got '0'"),
        (["build", "--jobs", "two"], "argument --jobs: expected a whole number from 1 on, got 'two'"),
        (
            ["build", "--datasets", ","],
            "argument --datasets: expected a name, or several with commas between",
        ),
        (["build", "--formt", "md"], "unknown option '--formt'; did you mean --format?"),
        (["build", "--prof", "quick"], "unknown option '--prof'; did you mean --profile?"),
        (["build", "now"], "unexpected argument 'now'"),
        (["buidl"], "invalid choice: 'buidl'"),
        ([], "the following arguments are required: COMMAND"),
        (["store"], "the following arguments are required: ACTION"),
        (["data", "fetch", "mnits"], "did you mean mnist?"),
        (["store", "import"], "the following arguments are required: FILE"),
        (["store", "import", "none.csv"], "cannot read none.csv: No such file or directory"),
        (["store", "list", "--store", "nonsense://x"], "cannot open the store nonsense://x"),
    ],
)
def test_bad_usage_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str], message: str
) -> None:
    assert message in refused(capsys, *arguments)


def test_wrong_configuration_is_one_line(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / "fxreport.toml").write_text("[profiles.standard]\nseeds = 'three'\n")
    message = refused(capsys, "build")
    assert message.startswith("fxreport.toml: profiles.standard.seeds must be a list of whole numbers")


def test_error_of_a_process_has_no_traceback() -> None:
    ended = process("build", "--profile", "standart")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "fxreport: error: unknown profile 'standart'; did you mean standard?\n"


def test_help_names_every_option_of_the_contract(checkout: Path) -> None:
    start = time.perf_counter()
    ended = process("--help", script=checkout / "build_report.py")
    seconds = time.perf_counter() - start
    assert ended.returncode == 0
    options = (
        "--lang --format --profile --config --datasets --extractors --seeds --store --output --no-run --fresh "
        "--strict --jobs --offline --data-dir --weights-dir"
    )
    assert {option for option in options.split() if option not in ended.stdout} == set()
    assert "usage: build_report.py" in ended.stdout
    assert seconds < 1.0, "the target is 0.2 s; this allows for a busy machine"


def test_help_needs_only_the_standard_library() -> None:
    code = (
        "import sys\nfrom fxreport.cli import main\n"
        "try: main(['build', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'numpy', 'pandas', 'pyarrow', 'rich', 'jinja2'} & set(sys.modules)), file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stderr == "[]\n"


@pytest.mark.parametrize("command", ["build", "run", "render", "data", "store", "doctor"])
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main([command, "--help"])
    assert "usage: fxreport " + command in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out.startswith("fxreport 0.")


# -- errors become exit codes --------------------------------------------------------------------------------


def raising(error: BaseException) -> Callable[..., int]:
    def run(arguments: object) -> int:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (FxReportError("what\nwhere"), 2, "fxreport: error: what where\n"),
        (
            OSError(28, "No space left on device", "out.pdf"),
            2,
            "fxreport: error: out.pdf: No space left on device; free some space or give another folder\n",
        ),
        (
            KeyboardInterrupt(),
            130,
            "fxreport: interrupted; what is finished is kept and not measured again\n",
        ),
    ],
)
def test_error_becomes_a_line_and_a_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    message: str,
) -> None:
    from fxreport.commands import doctor

    monkeypatch.setattr(doctor, "run", raising(error))
    assert cli.main(["doctor"]) == code
    assert capsys.readouterr().err == message


def test_programming_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "run", raising(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        cli.main(["doctor"])


@pytest.mark.parametrize("unbuffered", [["-u"], []], ids=["in print", "at the end"])
def test_broken_pipe_is_quiet(home: Path, unbuffered: list[str]) -> None:
    Store(home / "results").write(
        Result(Experiment("digits", "f", None, None, "raw_pixels"), (Measurement("ari", 1.0),))
    )
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = subprocess.run(
            [sys.executable, *unbuffered, "-m", "fxreport", "store", "list"],
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writer)
    assert ended.returncode == 0
    assert "Error" not in ended.stderr
    assert "Exception" not in ended.stderr


# -- store ---------------------------------------------------------------------------------------------------


def test_store_exchange(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / "numbers.csv").write_text(ORIGINAL.replace("value", "value,remark").replace("\nmnist", "\nmnist"))
    (home / "numbers.csv").write_text(ORIGINAL)
    assert cli.main(["store", "import", "numbers.csv"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "4 rows of numbers.csv are in results as import:numbers" in err
    assert cli.main(["store", "export", "--csv", "all.csv"]) == 0
    out, err = capsys.readouterr()
    assert out == "all.csv\n"
    assert (home / "all.csv").read_text().splitlines()[0].startswith("key,dataset,extractor,input_size")
    assert len((home / "all.csv").read_text().splitlines()) == 5
    assert cli.main(["store", "list"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("import:numbers\tnumbers.csv\t4 rows\t")
    assert cli.main(["store", "discard", "import:numbers"]) == 0
    assert Store("results").read().empty


def test_import_tells_what_it_does_not_know(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / "n.csv").write_text("dataset,extractor,metric,value,remark\nflowers,dino,ARI,0.5,hi\n")
    assert cli.main(["store", "import", "n.csv", "--store", "mine"]) == 0
    err = capsys.readouterr().err
    assert "columns left out: remark" in err
    assert "dataset: flowers" in err
    assert "extractor: dino" in err
    assert "unknown metric 'ARI'; did you mean ari?" in err


def test_store_verify(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    one = Experiment("digits", "f", None, None, "raw_pixels")
    Store("results").write(Result(one, (Measurement("ari", 0.5),)))
    assert cli.main(["store", "verify"]) == 0
    assert "1 experiments, all files are sound" in capsys.readouterr().err
    file = home / "results" / "experiments" / f"{one.key}.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    assert cli.main(["store", "verify"]) == 2
    out, err = capsys.readouterr()
    assert out == f"experiments/{one.key}.parquet: it is not a complete file of measurements; " \
        "run the build again: the experiment is measured anew\n"  # fmt: skip
    assert err == "fxreport: error: results: 1 problem found\n"


def test_discarding_an_unknown_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert "unknown key 'abc'" in refused(capsys, "store", "discard", "abc")


def test_damaged_file_is_a_warning_line(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    file = home / "results" / "experiments" / f"{'0' * 20}.parquet"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")
    assert cli.main(["store", "list"]) == 0
    assert capsys.readouterr().err.startswith(
        f"fxreport: warning: results/experiments/{'0' * 20}.parquet is damaged"
    )
