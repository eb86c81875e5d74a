"""Arguments of ``fxreport site publish`` and ``fxreport site runs``."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from built_sites import build, files, site

from fxreport.commands.site_publish import add_publish, publish


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "one of the arguments --branch --dir is required"),
        (("--branch", "a", "--dir", "b"), "not allowed with argument"),
        (("--dir", "www", "--remote", "origin"), "--remote goes with --branch"),
        (("--dir", "www", "--cname", "https://example.org"), "expected a host name as www.example.org"),
        (("--dir", "www", "--cname", "../../etc"), "expected a host name as www.example.org"),
        (("--dir", "www", "--cname", ""), "expected a host name as www.example.org"),
    ],
)
def test_arguments_that_cannot_be(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    build(Path("output/site"))
    parser = argparse.ArgumentParser()
    add_publish(parser.add_subparsers(required=True))
    with pytest.raises(SystemExit) as ended:
        publish(parser.parse_args(["publish", *arguments]))
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
    assert not Path("www").exists()


def test_a_host_name_is_written_in_small_letters() -> None:
    build(Path("output/site"))
    assert site("publish", "--dir", "www", "--cname", "Features.Example.ORG")[0] == 0
    assert files(Path("www"))["CNAME"] == b"features.example.org\n"


def test_another_site_folder() -> None:
    build(Path("elsewhere"))
    assert site("publish", "--dir", "www", "--site", "elsewhere")[0] == 0
    assert "index.html" in files(Path("www"))
