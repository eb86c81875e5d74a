"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from once import bare_cache
from wholes import write_whole

import fxreport
from fxreport import cli
from fxreport.commands import doctor
from fxreport.store import Store
from fxreport.system.cache import known_unavailable
from fxreport.vocabulary.errors import FxReportError
from fxreport.vocabulary.steps import Experiment

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
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
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
    ended = process("--help", script=checkout / "build_report.py")
    assert ended.returncode == 0
    options = (
        "--lang --format --profile --config --datasets --extractors --seeds --store --output "
        "--no-run --fresh --force --strict --jobs --offline --data-dir --weights-dir"
    )
    assert {option for option in options.split() if option not in ended.stdout} == set()
    assert "usage: build_report.py" in ended.stdout


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


@pytest.mark.parametrize("command", ["build", "run", "render", "explain", "data", "store", "doctor"])
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
            OSError(5, "Input/output error", "out.pdf"),
            2,
            "fxreport: error: out.pdf: Input/output error; look after the disk or give another folder\n",
        ),
        (
            OSError(24, "Too many open files"),
            2,
            "fxreport: error: Too many open files; close what has many files open, or raise the limit "
            "(ulimit -n)\n",
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


def test_programming_error_is_not_hidden_and_has_a_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "run", raising(ZeroDivisionError()))
    assert cli.main(["doctor"]) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("unbuffered", [["-u"], []], ids=["in print", "at the end"])
def test_broken_pipe_is_quiet(home: Path, unbuffered: list[str]) -> None:
    write_whole(Store(home / "results"), Experiment("digits", "f", None, None, "raw_pixels"), {"ari": 1.0})
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
    (home / "numbers.csv").write_text(ORIGINAL)
    assert cli.main(["store", "import", "numbers.csv"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "4 rows of numbers.csv in results as import:numbers" in err
    assert cli.main(["store", "export", "--csv", "all.csv"]) == 0
    out, err = capsys.readouterr()
    assert out == "all.csv\n"
    assert (home / "all.csv").read_text().splitlines()[0].startswith("key,step,dataset,extractor,input_size")
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
    assert "columns taken as factors: remark" in err
    assert "dataset: flowers" in err
    assert "extractor: dino" in err
    assert "(or did you mean ari for ARI?)" in err
    (home / "fxreport.toml").write_text(
        '[metrics.ARI]\nbetter = "higher"\n[datasets.flowers]\ntitle = "Blossoms"\n'
    )
    assert cli.main(["store", "import", "n.csv", "--store", "mine"]) == 0
    assert "nothing says" not in capsys.readouterr().err
    assert cli.main(["render", "--store", "mine", "--lang", "en", "--format", "md"]) == 0
    assert "Blossoms" in (home / "output" / "en" / "conclusions.md").read_text("utf-8")


def test_store_verify(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    one = Experiment("digits", "f", None, None, "raw_pixels")
    write_whole(Store("results"), one, {"ari": 0.5})
    assert cli.main(["store", "verify"]) == 0
    assert "1 experiment, all files are sound" in capsys.readouterr().err
    files = sorted((home / "results" / "steps").glob("*.parquet"))
    files[0].write_bytes(files[0].read_bytes()[:-20])
    assert cli.main(["store", "verify"]) == 2
    out, err = capsys.readouterr()
    assert out == f"steps/{files[0].name}: its content has changed since it was written; " \
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


# -- measuring and rendering ---------------------------------------------------------------------------------

TINY = """
[profiles.tiny]
seeds = [0, 1]
datasets = ["digits"]
extractors = ["raw_pixels"]
sizes = { digits = { train = 200, test = 100 } }
evaluation = { kmeans_n_init = 1, projection_images = 50, timing_repeats = 1 }
"""


@pytest.fixture
def tiny(home: Path) -> list[str]:
    """The arguments of a plan that takes a second an experiment."""
    (home / "tiny.toml").write_text(TINY)
    return ["--config", "tiny.toml", "--profile", "tiny"]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that holds the tiny plan, measured by the command."""
    folder = tmp_path_factory.mktemp("measured")
    (folder / "tiny.toml").write_text(TINY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FXREPORT_CACHE", str(folder / "cache"))
        arguments = [
            "--config",
            str(folder / "tiny.toml"),
            "--profile",
            "tiny",
            "--store",
            str(folder / "results"),
        ]
        assert cli.main(["run", *arguments, "--strict"]) == 0
    return str(folder / "results")


DOCUMENT = ["--lang", "en", "--format", "md"]

#: runs the command in hand and prints which of the given modules it loaded
LOADED = """
import sys
from fxreport.cli import main
code = main(sys.argv[2:])
print(*sorted(set(sys.argv[1].split(",")) & set(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.slow
def test_build_measures_then_writes(
    tiny: list[str], measured: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(Store(measured).experiments()) == 2
    assert cli.main(["build", *tiny, *DOCUMENT, "--store", measured, "--strict"]) == 0
    out, err = capsys.readouterr()
    paths = [Path(line) for line in out.splitlines()]
    assert paths[:2] == [Path("output/conclusions.json"), Path("output/en/conclusions.md")]
    assert all(path.is_file() for path in paths)
    assert err == (
        "fxreport: profile tiny: 2 experiments (1 image set × 1 extractor × 2 seeds): "
        f"all are in {measured}\n"
        "fxreport: open output/en/conclusions.md\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize("command", [["build", "--no-run"], ["render"], ["build"]])
def test_nothing_heavy_is_loaded_where_nothing_runs(
    tiny: list[str], measured: str, command: list[str]
) -> None:
    heavy = "tensorflow,keras,sklearn,fxreport.work.experiment,fxreport.work"
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, heavy, *command, *tiny, *DOCUMENT, "--store", measured],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.splitlines()[-1] == ""


def test_script_works_from_any_folder(checkout: Path, home: Path, tiny: list[str], measured: str) -> None:
    ended = process(
        "--no-run", *tiny, *DOCUMENT, "--store", measured, script=checkout / "build_report.py", cwd=home
    )
    assert ended.returncode == 0, ended.stderr
    assert (home / "output" / "en" / "conclusions.md").is_file()


def test_imported_numbers_alone_make_a_document(home: Path) -> None:
    (home / "numbers.csv").write_text(ORIGINAL)
    assert cli.main(["store", "import", "numbers.csv"]) == 0
    assert cli.main(["render", *DOCUMENT]) == 0
    claims = json.loads((home / "output" / "conclusions.json").read_text())["claims"]
    [winner] = [claim for claim in claims if claim["id"] == "winner/mnist"]
    assert (winner["subjects"], winner["value"]) == (["custom_cnn"], 0.439)


def test_a_scenario_of_the_users_is_answered(home: Path) -> None:
    (home / "numbers.csv").write_text(ORIGINAL)
    (home / "fxreport.toml").write_text('[scenarios.mine]\ntitle = "Mine"\nlabels = false\n')
    assert cli.main(["store", "import", "numbers.csv"]) == 0
    assert cli.main(["render", *DOCUMENT, "--document", "all"]) == 0
    found = json.loads((home / "output" / "conclusions.json").read_text())["recommendations"][-1]
    assert (found["scenario"], found["extractor"], found["admissible"]) == ("mine", "vgg16", ["vgg16"])
    assert "### Mine" in (home / "output" / "en" / "technical.md").read_text("utf-8")


def test_a_wrong_scenario_is_refused_in_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "fxreport.toml").write_text("[scenarios.mine]\nlabel = false\n")
    assert "did you mean labels?" in refused(capsys, "render", *DOCUMENT)


def test_strict_tells_of_what_is_missing(tiny: list[str], measured: str) -> None:
    arguments = ["render", *tiny, *DOCUMENT, "--store", measured]
    assert cli.main([*arguments, "--datasets", "digits,mnist"]) == 0
    assert cli.main([*arguments, "--datasets", "digits,mnist", "--strict"]) == 3
    assert cli.main([*arguments, "--strict"]) == 0


def test_what_cannot_be_had_is_one_line_each(
    tiny: list[str],
    measured: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(home / "keras"))
    wanted = ["--datasets", "digits,mnist", "--store", measured, "--offline"]
    assert cli.main(["build", *tiny, *DOCUMENT, *wanted]) == 0
    lines = capsys.readouterr().err.splitlines()
    [line] = [line for line in lines if "could not be had" in line]
    assert line.startswith("fxreport: 2 experiments not measured: MNIST could not be had")
    assert "fxreport data fetch mnist" in line
    missing = json.loads((home / "output" / "conclusions.json").read_text())["missing"]
    assert [(cell["dataset"], cell["extractor"]) for cell in missing] == [("mnist", "raw_pixels")]
    assert cli.main(["run", *tiny, *wanted, "--strict"]) == 3


def test_unwritable_places_are_refused_before_anything_runs(
    tiny: list[str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "file").write_text("")
    message = refused(capsys, "build", *tiny, "--output", "file")
    assert message.startswith("cannot write to the folder file: ")
    assert not (home / "results").exists()
    assert cli.main(["run", *tiny, "--store", "file/results"]) == 2
    assert "file/results is not a results store" in capsys.readouterr().err


def test_broken_plug_in_is_left_out(
    tiny: list[str], measured: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from fxreport.extractors import registry

    broken = EntryPoint(name="broken", value="no_such_module:Extractor", group=registry.GROUP)
    monkeypatch.setattr(
        "fxreport.system.plugins.entry_points", lambda group: [broken] if group == registry.GROUP else []
    )
    arguments = ["run", *tiny, "--store", measured, "--extractors", "broken,raw_pixels"]
    assert cli.main(arguments) == 3, "it is one's own, and asked for by name"
    err = capsys.readouterr().err
    assert "fxreport: broken is left out: the plug-in extractor 'broken'" in err
    assert "all are in" in err


def test_what_takes_most_of_the_time_is_named_before(capsys: pytest.CaptureFixture[str]) -> None:
    from fxreport.commands.measure import _say_how_long

    vgg, cnn = (Experiment("mnist", "b2:0", 100, 100, name) for name in ("vgg16", "custom_cnn"))
    for seconds, jobs, told in (
        ({vgg: 1200.0, cnn: 60.0}, 1, "21 min 00 s, 20 min 00 s of it VGG16"),
        ({vgg: 1200.0, cnn: 60.0}, 2, "10 min 30 s, 10 min 00 s of it VGG16"),
        ({vgg: 50.0, replace(vgg, seed=1): 25.0, cnn: 5.0}, 1, "1 min 20 s, 1 min 15 s of it VGG16"),
        ({vgg: 1200.0}, 1, "20 min 00 s"),
        ({replace(cnn, extractor=name): 10.0 for name in "abcd"}, 1, "40 s"),
    ):
        _say_how_long(seconds, jobs)
        assert (
            capsys.readouterr().err == f"fxreport: this takes about {told}; Ctrl-C keeps what is finished\n"
        )


def test_plug_in_that_nobody_asked_for_does_not_matter(
    tiny: list[str], measured: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from fxreport.extractors import registry

    broken = EntryPoint(name="broken", value="no_such_module:Extractor", group=registry.GROUP)
    monkeypatch.setattr(
        "fxreport.system.plugins.entry_points", lambda group: [broken] if group == registry.GROUP else []
    )
    assert cli.main(["run", *tiny, "--store", measured, "--strict"]) == 0
    assert "broken" not in capsys.readouterr().err


@pytest.mark.slow
def test_interrupted_run_keeps_what_is_finished(tiny: list[str], home: Path) -> None:
    arguments = [*tiny, "--seeds", "60"]
    running = subprocess.Popen(
        [sys.executable, "-m", "fxreport", "build", *arguments, *DOCUMENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # where the tests are a shell's background job they ignore the signal, and so would their child
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert running.stderr is not None
    lines = []
    for line in running.stderr:
        lines.append(line)
        if ": done" in line:
            break
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert out == ""
    assert err.splitlines()[-1] == "fxreport: interrupted; what is finished is kept and not measured again"
    assert "Traceback" not in err
    kept = len(Store("results").keys())
    assert 1 <= kept < 60
    assert lines[1].startswith("fxreport: this takes about ")
    assert Store("results").verify() == []


def test_own_images_are_measured_and_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from PIL import Image

    generator = np.random.default_rng(0)
    for split in ("train", "test"):
        for kind, shade in (("dark", 40), ("light", 200)):
            folder = home / "shades" / split / kind
            folder.mkdir(parents=True)
            for number in range(20):
                pixels = generator.integers(shade - 40, shade + 40, (10, 10), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{number}.png")
    (home / "fxreport.toml").write_text(
        TINY.replace("digits", "shades").replace("sizes", "# sizes").replace("[0, 1]", "[0]")
        + '[datasets.shades]\npath = "shades"\nsize = 8\nchannels = 1\ntitle = "Відтінки"\n'
    )
    whole = ["build", "--profile", "tiny", *DOCUMENT, "--document", "technical", "--strict"]
    assert cli.main(whole) == 0
    assert "Відтінки" in (home / "output" / "en" / "technical.md").read_text("utf-8")
    (home / "shades" / "test" / "dark" / "0.png").unlink()
    assert cli.main(["render", "--profile", "tiny", *DOCUMENT, "--strict"]) == 3, (
        "other images, other experiment"
    )
    (home / "shades" / "test").rename(home / "gone")
    capsys.readouterr()
    assert cli.main(["run", "--profile", "tiny"]) == 2
    said = capsys.readouterr().err
    assert "shades is left out: Image set shades: there is no folder" in said
    assert "of what was asked for nothing can be measured" in said


# -- data and doctor -----------------------------------------------------------------------------------------


def test_data_list_shows_every_set_and_the_weights(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["data", "list"]) == 0
    out = capsys.readouterr().out
    assert "digits: Digits 8×8, comes with scikit-learn" in out
    for name in ("mnist", "fashion_mnist", "cifar10", "vgg16", "efficientnet_lite0"):
        assert f"\n{name}: " in f"\n{out}"
    for title in ("size", "licence", "fingerprint", "sources", "files"):
        assert f"    {title}" in out


def test_data_fetch(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("KERAS_HOME", str(home / "keras"))
    assert cli.main(["data", "fetch", "digits"]) == 0
    assert capsys.readouterr().err == "fxreport: digits is here, from scikit-learn\n"
    assert cli.main(["data", "fetch", "digits", "mnist", "vgg16", "--offline"]) == 2
    err = capsys.readouterr().err.splitlines()
    assert [line.split()[1] for line in err] == ["digits", "MNIST", "VGG16", "error:"]
    assert err[-1] == "fxreport: error: not to be had: mnist, vgg16; the lines above say why"
    assert known_unavailable() == {}, "offline says nothing of the network"


def test_doctor_finds_this_machine_fit(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["doctor"])
    found = {line[9:].partition(":")[0]: line[:8].strip() for line in capsys.readouterr().out.splitlines()}
    assert found["Python"] == found["packages"] == found["font"] == found["cache"] == found["store"] == "ok"
    assert found["MNIST"] == "note"
    assert code == (2 if "problem" in found.values() else 0)


def test_doctor_names_what_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "requirements", lambda: [("no-such-package", "1.0"), ("numpy", "999.0")])
    lacking = [str(finding) for finding in doctor.packages() if finding.state is doctor.State.PROBLEM]
    assert lacking[0] == "problem  no-such-package: not installed; pip install 'no-such-package>=1.0'"
    assert lacking[1].endswith("is too old; pip install 'numpy>=999.0'")


def test_doctor_says_what_differs_from_the_lock(monkeypatch: pytest.MonkeyPatch, checkout: Path) -> None:
    pinned = dict(
        line.split(" ")[0].split("==")
        for line in (checkout / "requirements.lock").read_text("utf-8").splitlines()
        if "==" in line and not line.startswith(" ")
    )
    put = monkeypatch.setattr
    put("fxreport.system.resources.resource", lambda name: checkout / name)
    put(doctor, "_version_of", lambda name: "0.1" if name == "numpy" else pinned[name])
    [finding] = doctor.locked()
    assert str(finding).startswith(f"note     lock file: numpy 0.1 (locked: {pinned['numpy']}); pip install ")
    put(doctor, "_version_of", pinned.__getitem__)
    assert [str(finding) for finding in doctor.locked()] == ["ok       lock file: its versions are here"]


def test_the_lock_has_what_is_declared(checkout: Path) -> None:
    """Each package once, with hashes; whoever changes pyproject.toml runs `tox -e lock`."""
    text = (checkout / "requirements.lock").read_text("utf-8")
    names = {line.partition("==")[0] for line in text.splitlines() if "==" in line and line[0] != " "}
    assert {name.casefold().replace("_", "-") for name, _ in doctor.requirements()} <= names
    assert text.count("--hash=sha256:") >= len(names)
    assert "://" not in text


def test_doctor_knows_the_declared_packages() -> None:
    names = {name for name, _ in doctor.requirements()}
    assert {"tensorflow", "pyarrow", "weasyprint"} <= names
    assert dict(doctor.requirements())["weasyprint"] == "70.0"


def test_doctor_tells_of_an_unwritable_cache(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    (home / "file").write_text("")
    monkeypatch.setenv("FXREPORT_CACHE", str(home / "file" / "cache"))
    assert doctor.cache().state is doctor.State.PROBLEM
