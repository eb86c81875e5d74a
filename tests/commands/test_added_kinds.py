"""What a package adds with one module and one entry point is in the document: a test a kind of addition."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from once import bare_cache

import fxreport

pytestmark = pytest.mark.slow

EXTRACTOR = '''
import numpy as np


class Halves:
    """Mean brightness of the upper and of the lower half, and their difference."""

    name, title, family = "halves", "Upper and lower half", "baseline"
    needs_labels, version, input_sizes = False, 1, ()

    def __init__(self, seed=0):
        self.seed = seed

    def fit(self, images, labels=None):
        return self

    def transform(self, images):
        parts = np.array_split(images.astype(np.float32), 4, axis=1)
        return np.stack([part.mean(axis=(1, 2, 3)) for part in parts], axis=1)
'''
MEASURE = """
from fxreport.measures.base import Measure, Measured, measurements
from fxreport.vocabulary.metrics import Metric


def spread(inputs, *, level, seed, settings):
    return Measured(measurements({"spread": inputs.features.std()}))


SPREAD = Measure(
    name="spread", run=spread,
    metrics=(Metric("spread", "spread of the features", titles=(("uk", "розкид ознак"),)),),
)
"""
CLUSTERER = """
def by_brightness(features, clusters, *, seed):
    order = features.mean(axis=1).argsort().argsort()
    return order * clusters // len(order)
"""
PROJECTION = """
import numpy as np


def random_plane(scores, near, seed):
    return np.random.default_rng(seed).normal(size=(len(scores), 2)).astype(np.float32)
"""
RULE = """
from fxreport.analysis.claims import Claim, Derived


def widest(context):
    column = context.study.column("digits", "dimension")
    if column:
        yield Claim(
            id="widest/digits", kind="widest", message="The widest features have {n} dimensions.",
            params={"n": Derived(max(column.values()), "integer")}, dataset="digits", metric="dimension",
            subjects=(max(column, key=column.get),), value=max(column.values()), support="certain",
            evidence=tuple(context.evidence("digits", v, "dimension") for v in column),
        )
"""
FIGURE = """
from fxreport.report.model import plain


def draw(data):
    bars = [f'<rect x="{20 * i}" y="0" width="10" height="{100 * x:.0f}"/>' for i, x in enumerate(data)]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{"".join(bars)}</svg>'


def bars(draft):
    column = draft.study.column("digits", "ari")
    yield draft.figure(
        "bars", tuple(column.values()), draw, caption=plain("Bars of another package"), datasets=("digits",),
        metrics=("ari",),
    )
"""
FORMAT = """
from fxreport.report.model import to_string
from fxreport.report.writers.walk import blocks, texts


class Plain:
    def __init__(self, path):
        self._path = path

    def write(self, document, draft):
        lines = [document.title, *(to_string(text) for b in blocks(document) for text in texts(b))]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text("\\n".join(lines), encoding="utf-8")

    def finish(self):
        return [self._path]

    def cancel(self):
        pass
"""
#: the object that each module brings
BROUGHT = {
    "extractors": ("halves", "Halves", EXTRACTOR),
    "measures": ("spread", "SPREAD", MEASURE),
    "clusterers": ("brightness", "by_brightness", CLUSTERER),
    "projections": ("random", "random_plane", PROJECTION),
    "rules": ("widest", "widest", RULE),
    "figures": ("bars", "bars", FIGURE),
    "writers": ("txt", "Plain", FORMAT),
}
ROWS = """dataset,extractor,metric,value
digits,raw_pixels,ari,0.6
digits,custom_cnn,ari,0.7
digits,raw_pixels,dimension,64
digits,custom_cnn,dimension,256
"""
TINY = """
[profiles.tiny]
seeds = [0]
datasets = ["digits"]
extractors = [{extractors}]
sizes = {{ digits = {{ train = 200, test = 100 }} }}

[profiles.tiny.evaluation]
kmeans_n_init = 1
projection_images = 50
projections = [{projections}]
clusterers = [{clusterers}]
measures = [{measures}]
inspections = []
timing_repeats = 1
"""
MAIN = """
import sys
sys.path[:0] = [{package!r}, {checkout!r}]
from fxreport.cli import main
sys.exit(main(sys.argv[1:]))
"""


@dataclass(frozen=True)
class Added:
    """A package with one entry point that lies on the path, as an installed one does."""

    kind: str
    folder: Path

    @classmethod
    def of(cls, kind: str, folder: Path) -> Added:
        name, brought, code = BROUGHT[kind]
        metadata = folder / "package" / f"adds_{kind}-1.0.dist-info"
        metadata.mkdir(parents=True)
        (folder / "package" / f"adds_{kind}.py").write_text(code, "utf-8")
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: adds_{kind}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[fxreport.{kind}]\n{name} = adds_{kind}:{brought}\n")
        (folder / "rows.csv").write_text(ROWS, "utf-8")
        return cls(kind, folder)

    def run(self, *arguments: str) -> str:
        """Run a command with the package; return what it printed."""
        code = MAIN.format(
            package=str(self.folder / "package"), checkout=str(Path(fxreport.__file__).parents[1])
        )
        ended = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=self.folder, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def imported(self, *more: str) -> str:
        """Write both documents of the imported rows in English."""
        self.run("store", "import", "rows.csv", "--store", "store")
        return self.run("render", "--store", "store", "--lang", "en", "--document", "all", *more)

    def measured(self, **asked: str) -> None:
        """Measure digits, and write both documents in English."""
        wanted = {"extractors": "raw_pixels", "projections": "pca", "clusterers": "kmeans", "measures": ""}
        lists = {
            name: ", ".join(f'"{one}"' for one in (asked.get(name, default)).split())
            for name, default in wanted.items()
        }
        (self.folder / "tiny.toml").write_text(TINY.format(**lists), "utf-8")
        plan = ("--config", "tiny.toml", "--profile", "tiny", "--store", "store")
        self.run("build", *plan, "--lang", "en", "--document", "all", "--format", "md", "--strict")

    def text(self, name: str) -> str:
        return (self.folder / "output" / "en" / name).read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FXREPORT_CACHE", str(bare_cache(tmp_path / "cache")))
    return tmp_path


def test_an_extractor(folder: Path) -> None:
    added = Added.of("extractors", folder)
    added.measured(extractors="raw_pixels halves")
    for name in ("conclusions.md", "technical.md"):
        assert "Upper and lower half" in added.text(name)
    assert "| [Upper and lower half](#table-measurements)" in added.text("conclusions.md")


def test_a_metric_of_a_measure(folder: Path) -> None:
    added = Added.of("measures", folder)
    added.measured(measures="spread")
    assert "pread of the features" in added.text("technical.md")


def test_a_clusterer(folder: Path) -> None:
    added = Added.of("clusterers", folder)
    added.measured(clusterers="kmeans brightness")
    assert "Raw pixels, brightness" in added.text("technical.md")


def test_a_projection(folder: Path) -> None:
    added = Added.of("projections", folder)
    added.measured(projections="pca random")
    assert "random" in added.text("technical.md").replace("chosen at random", "")


def test_a_rule(folder: Path) -> None:
    added = Added.of("rules", folder)
    added.imported("--format", "md")
    text = added.text("technical.md")
    assert "## Further findings" in text
    assert "The widest features have 256 dimensions." in text


def test_a_figure(folder: Path) -> None:
    added = Added.of("figures", folder)
    out = added.imported("--format", "md,html")
    assert "## Further findings" in added.text("technical.md")
    assert "![Bars of another package" in added.text("technical.md")
    assert "figures/bars.svg" in added.text("technical.md")
    assert '<rect x="20" y="0" width="10" height="70"' in added.text("figures/bars.svg")
    assert "Bars of another package" in added.text("technical.html")
    assert "output/en/figures/bars.svg" in out.replace("\\", "/").splitlines()
    assert "Bars of another package" not in added.text("conclusions.md")


def test_a_format(folder: Path) -> None:
    added = Added.of("writers", folder)
    out = added.imported("--format", "txt,md")
    for name in ("conclusions", "technical"):
        assert f"output/en/{name}.txt" in out.replace("\\", "/").splitlines()
    text = added.text("conclusions.txt")
    assert text.startswith("Conclusions: a benchmark")
    assert "Custom CNN is best on Digits 8×8: ARI 0.700." in text
    # its files are the build's as the others are: nothing to do, and written again where one is gone
    again = ("render", "--store", "store", "--lang", "en", "--document", "all", "--format", "txt,md")
    assert added.run(*again) == out
    (folder / "output" / "en" / "conclusions.txt").unlink()
    assert added.run(*again) == out
    assert added.text("conclusions.txt") == text


def test_a_format_may_be_configured(folder: Path) -> None:
    added = Added.of("writers", folder)
    (folder / "fxreport.toml").write_text('[report]\nformats = ["txt"]\nlanguages = ["en"]\n')
    added.run("store", "import", "rows.csv", "--store", "store")
    out = added.run("render", "--store", "store")
    assert [line for line in out.splitlines() if line.endswith((".txt", ".md", ".html"))] == [
        str(Path("output/en/conclusions.txt"))
    ]
