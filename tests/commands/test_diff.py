"""``fxreport diff``: of whatever lies there, what turned, and because of which measurement."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from built_sites import build
from small_stores import fill

from fxreport import cli
from fxreport.store import Store

CHANGED = """dataset,extractor,metric,value,seed
mnist,custom_cnn,ari,0.90,0
mnist,custom_cnn,ari,0.91,1
mnist,custom_cnn,nmi,0.90,0
mnist,custom_cnn,nmi,0.91,1
"""


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store, one where custom_cnn is the best on MNIST, and one without a seed."""
    folder = tmp_path_factory.mktemp("stores")
    fill(Store(folder / "old"))
    shutil.copytree(folder / "old", folder / "new")
    (folder / "changed.csv").write_text(CHANGED, "utf-8")
    Store(folder / "new").import_csv(folder / "changed.csv")
    shutil.copytree(folder / "old", folder / "fewer")
    fewer = Store(folder / "fewer")
    for key, one in fewer.experiments().items():
        if one.seed == 1:
            fewer.discard(key)
    return folder


@pytest.fixture(autouse=True)
def there(stores: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(stores)
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path))


def diff(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["diff", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize(("lang", "first"), [("uk", "Нічого не змінилося\n"), ("en", "Nothing changed\n")])
def test_nothing_changed(capsys: pytest.CaptureFixture[str], lang: str, first: str) -> None:
    code, out, err = diff(capsys, "old", "old", "--lang", lang)
    assert (code, err) == (0, "")
    assert out.startswith(first)


def test_what_turned_comes_first_with_its_cause(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = diff(capsys, "old", "new", "--lang", "en")
    assert code == 1
    title, *lines = out.splitlines()
    assert title.startswith("Conclusions that changed: ")
    winner = next(
        line for line in lines if line.startswith("- On MNIST the best clustering is that of Custom CNN")
    )
    assert "Before: VGG16 96\u00a0px. Because of: MNIST · Custom CNN · ARI 0.102 → 0.905 (imported)" in winner


def test_seeds_that_are_gone_are_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = diff(capsys, "old", "fewer", "--lang", "en")
    assert "- Seeds: now 0; before, 0 and 1." in out
    assert "(runs: 2 → 1)" not in out, "it is told once"
    assert "- Measured with other versions: numpy 2.0.0 and 2.1.0 → 2.0.0." in out


def test_a_run_that_is_gone_is_told_with_what_rests_on_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shutil.copytree("old", tmp_path / "store")
    store = Store(tmp_path / "store")
    [key] = [
        key
        for key, one in store.experiments().items()
        if (one.dataset, one.variant, one.seed) == ("mnist", "raw_pixels", 0)
    ]
    store.discard(key)
    _, out, _ = diff(capsys, "old", str(tmp_path / "store"), "--lang", "en")
    assert "MNIST · Raw pixels · ARI 0.273 → 0.276 (runs: 2 → 1)" in out
    assert "Seeds:" not in out


def test_ukrainian_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = diff(capsys, "old", "new")
    assert out.startswith("Висновки, що змінилися: ")
    assert "Раніше: VGG16 96\u00a0пкс." in out
    assert "ARI: 0,102 → 0,905 (імпортовано)" in out


def test_changes_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = diff(capsys, "old", "new", "--json", "-")
    told = json.loads(out)
    assert (code, told["schema"]) == (1, 1)
    assert told["totals"]["turned"] == sum(one["change"] == "turned" for one in told["changes"])
    winner = next(one for one in told["changes"] if one["kind"] == "winner")
    assert winner["before"]["subjects"] == ["vgg16@96"]
    assert winner["after"]["subjects"] == ["custom_cnn"]
    assert winner["because"][0] == {
        "dataset": "mnist",
        "extractor": "custom_cnn",
        "metric": "ari",
        "before": {"value": 0.10150000000000001, "runs": 2, "imported": False},
        "after": {"value": 0.905, "runs": 2, "imported": True},
    }
    diff(capsys, "old", "new", "--json", str(tmp_path / "changes.json"))
    assert (tmp_path / "changes.json").read_text("utf-8") == out


def test_a_document_its_file_and_the_store_are_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["render", "--store", "old", "--output", "made", "--format", "md"]) == 0
    capsys.readouterr()
    for one in ("made", "made/conclusions.json"):
        code, out, _ = diff(capsys, "old", one, "--lang", "en")
        assert (code, out.splitlines()[0]) == (0, "Nothing changed")
        assert diff(capsys, one, "new")[0] == 1


def test_editions_are_compared_and_a_site_is_its_newest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    site = build(build(tmp_path / "site"), 0.3)
    first, second = sorted((site / "runs").iterdir())
    code, out, _ = diff(capsys, str(first), str(site), "--lang", "en")
    assert (code, "Custom CNN · ARI 0.500 → 0.300" in out) == (1, True)
    assert diff(capsys, str(second), str(site))[0] == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "no such file or folder; name a store or a conclusions.json"),
        ("", "is no conclusions.json"),
        ("[]", "is no conclusions.json"),
        ('{"schema": 2, "claims": []}', "has the schema 2"),
        ('{"schema": 1, "claims": [{}]}', "is no conclusions.json"),
        ("[" * 100_000, "is no conclusions.json"),
        (b"\xff\xfe", "is no conclusions.json"),
    ],
)
def test_what_cannot_be_compared_is_told_in_a_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | bytes | None, says: str
) -> None:
    path = tmp_path / "c.json"
    if text is not None:
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    code, out, err = diff(capsys, str(path), "old")
    assert (code, out) == (2, "")
    assert says in err
    assert err.startswith(f"fxreport: error: {path}")
    assert err.count("\n") == 1


def test_a_folder_without_anything_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = diff(capsys, str(tmp_path), "old")
    assert (code, "holds no conclusions.json, and as a store nothing of the profile" in err) == (2, True)


@pytest.mark.slow
def test_the_committed_results_with_another_column(
    capsys: pytest.CaptureFixture[str], checkout: Path, tmp_path: Path
) -> None:
    """The autoencoder wins on CIFAR-10: that is told, and nothing of the other sets."""
    shutil.copytree(checkout / "results", tmp_path / "copy")
    (tmp_path / "a.csv").write_text(
        "dataset,extractor,metric,value,seed\n"
        + "".join(f"cifar10,autoencoder,ari,{0.55 + seed / 100},{seed}\n" for seed in range(3)),
        "utf-8",
    )
    Store(tmp_path / "copy").import_csv(tmp_path / "a.csv")
    _, out, _ = diff(capsys, str(checkout / "results"), str(tmp_path / "copy"), "--json", "-")
    told = json.loads(out)
    winners = [one for one in told["changes"] if one["kind"] == "winner" and one["change"] == "turned"]
    assert [(one["datasets"], one["after"]["subjects"]) for one in winners] == [
        (["cifar10"], ["autoencoder"])
    ]
    touched = {(row["dataset"], row["extractor"]) for one in told["changes"] for row in one["because"]}
    assert touched == {("cifar10", "autoencoder")}
    assert told["held"] > 250
