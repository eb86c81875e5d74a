"""Interactive views and the contact sheet as files: their data are the store's, the page is whole without."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from projected_store import fill
from wholes import write_whole

from fxreport.report.build import build
from fxreport.report.interactive import files
from fxreport.store import Store
from fxreport.vocabulary.factors import WITHIN, decode_levels
from fxreport.vocabulary.metrics import at
from fxreport.vocabulary.thumbnails import kept_sheet


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return fill(tmp_path_factory.mktemp("digits"))


@pytest.fixture(scope="module")
def figure_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of this module's own: of a figure's name few versions stay, and other tests draw too."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def output(store: Store, figure_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FXREPORT_CACHE", str(figure_cache))
        build(store, {}, languages=("uk", "en"), formats={"technical": ("md", "html")}, output=folder)
    return folder


def value_of(script: str) -> Any:
    """What a data script assigns."""
    assigned = re.fullmatch(r"(?:window\.)?fxreportView(?:\.points\[.*?\])? = (.*);\n", script, re.DOTALL)
    assert assigned is not None
    return json.loads(assigned[1])


def points_of(folder: Path, dataset: str = "digits") -> Any:
    return value_of((folder / "interactive" / f"points-{dataset}.js").read_text("utf-8"))


def unpacked(text: str, dtype: str) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text), dtype=dtype)


def of(store: Store, extractor: str) -> tuple[str, Mapping[str, NDArray[Any]]]:
    [key] = [k for k, e in store.experiments().items() if e.extractor == extractor]
    return key, store.artifacts(key)


def parsed(file: Path) -> ElementTree.Element:
    return ElementTree.fromstring(file.read_text("utf-8"))


# -- data ----------------------------------------------------------------------------------------------------


def test_pictures_are_kept_once_for_all_extractors_of_a_set_and_a_seed(store: Store) -> None:
    assert len(store.experiments()) == 3
    assert len(list((Path(store.location) / "shared").glob("*.npz"))) == 1
    assert store.verify() == []
    key, arrays = of(store, "raw_pixels")
    sheet = kept_sheet(store.shared(key))
    assert sheet is not None
    assert set(sheet.positions) == set(arrays["projection_indices"])


@pytest.mark.slow
def test_points_are_the_stores_planes_in_proportion(store: Store, output: Path) -> None:
    data = points_of(output / "en")
    images, classes = unpacked(data["images"], "<i4"), unpacked(data["classes"], "<i2")
    assert len(data["variants"]) == 3
    for variant in data["variants"]:
        _, arrays = of(store, variant["id"])
        projected = arrays["projection_indices"]
        order = np.argsort(arrays["test_indices"][projected])
        rows = order[np.searchsorted(arrays["test_indices"][projected], images, sorter=order)]
        assert arrays["labels"][projected][rows].tolist() == classes.tolist()
        for method in ("pca", "tsne"):
            shown = unpacked(variant["planes"][method], "<u2").reshape(-1, 2) / 65_534
            plane = arrays[f"{method}_2d"][rows].astype(float)
            extent = np.ptp(plane, axis=0).max()
            np.testing.assert_allclose(np.diff(shown, axis=0), np.diff(plane / extent, axis=0), atol=1e-4)
            assert (shown.min(), shown.max()) == (0, 1)


def test_every_kept_projection_can_be_chosen_and_other_samples_are_aligned(
    store: Store, tmp_path: Path
) -> None:
    """A method nobody has heard of, a plane of other rows, and a variant with fewer images."""
    shutil.copytree(store.location, tmp_path / "store")
    changed = Store(tmp_path / "store")
    key, arrays = of(changed, "mixed_4")
    fewer = np.arange(0, len(arrays["projection_indices"]), 2)
    kept = {name: np.asarray(array) for name, array in arrays.items()}
    kept |= {name: kept[name][fewer] for name in ("projection_indices", "pca_2d", "tsne_2d")}
    kept |= {"novel_2d": kept["pca_2d"], "umap_2d": kept["pca_2d"][:5]}
    rows = changed.read().query("key == @key")
    values = _values(rows)
    changed.discard(key)
    experiment, provenance = store.experiments()[key], store.provenance()[key]
    write_whole(changed, experiment, values, kept, provenance)
    build(changed, {}, languages=("en",), formats={"technical": ("html",)}, output=tmp_path / "out")
    data = points_of(tmp_path / "out" / "en")
    methods = {m["name"]: m["title"] for m in data["methods"]}
    assert list(methods) == ["pca", "tsne", "umap", "isomap", "spectral", "novel"]
    assert (methods["tsne"], methods["spectral"], methods["novel"]) == (
        "t-SNE",
        "Spectral embedding",
        "novel",
    )
    [variant] = [v for v in data["variants"] if v["id"] == "mixed_4"]
    assert set(variant["planes"]) == {"pca", "tsne", "novel"}, "planes of other rows are left out"
    shown = unpacked(variant["planes"]["novel"], "<u2").reshape(-1, 2)
    there = (shown != 65_535).all(axis=1)
    images = unpacked(data["images"], "<i4")
    known = set(arrays["test_indices"][kept["projection_indices"]].tolist())
    assert [image in known for image in images.tolist()] == there.tolist()
    assert 0 < there.sum() <= len(fewer)


def test_visible_groups_are_the_stores(store: Store, output: Path, tmp_path: Path) -> None:
    data = points_of(output / "en")
    images = unpacked(data["images"], "<i4")
    for variant in data["variants"]:
        _, arrays = of(store, variant["id"])
        place = {image: i for i, image in enumerate(arrays["test_indices"][arrays["projection_indices"]])}
        assert set(variant["visible"]) == set(variant["planes"])
        for method, packed in variant["visible"].items():
            groups = arrays[f"{method}_groups"]
            assert unpacked(packed, "<i1").tolist() == [groups[place[image]] for image in images]


def test_a_later_seed_alone_has_its_own_pictures(tmp_path: Path) -> None:
    store = fill(tmp_path / "store", ("raw_pixels", "mixed_4"), seed=3)
    build(store, {}, languages=("en",), formats={"technical": ("html",)}, output=tmp_path / "out")
    data = points_of(tmp_path / "out" / "en")
    key, arrays = of(store, "mixed_4")
    sheet = kept_sheet(store.shared(key))
    assert sheet is not None
    assert store.experiments()[key].seed == 3
    tiles = unpacked(data["tiles"], "<i2")
    shown = arrays["test_indices"][sheet.positions[tiles]]
    assert unpacked(data["images"], "<i4").tolist() == shown.tolist()
    assert data["sheet"]["url"] == sheet.data_url


def _values(rows: Any) -> dict[str, float]:
    return {
        at(row.metric, **{f: v for f, v in decode_levels(row.levels or "") if f in WITHIN}): row.value
        for row in rows.itertuples()
    }


def test_names_of_image_sets_cannot_leave_the_folder() -> None:
    from fxreport.report.interactive.files import _points_file

    assert _points_file("../x/y\"';") == "points-.2e.2e.2fx.2fy.22.27.3b.js"


def test_the_trade_off_is_that_of_the_figure(store: Store, output: Path) -> None:
    index = value_of((output / "en" / "interactive" / "index.js").read_text("utf-8"))
    [one] = index["tradeOff"]["sets"]
    frame = store.read()
    ari = {r.extractor: r.value for r in frame[frame["metric"] == "ari"].itertuples()}
    labels = [group["label"] for group in index["tradeOff"]["groups"]]
    shown = {labels[dot["group"]]: dot["quality"] for dot in one["dots"]}
    assert shown == {
        "Raw pixels": pytest.approx(ari["raw_pixels"], rel=1e-11),
        "Mixed pixels 16": pytest.approx(ari["mixed_16"], rel=1e-11),
        "Mixed pixels 4": pytest.approx(ari["mixed_4"], rel=1e-11),
    }
    fastest = min(one["dots"], key=lambda dot: dot["seconds"])
    assert one["dots"][one["front"][0]] == fastest


def test_words_are_those_of_the_language(output: Path) -> None:
    words = {
        lang: value_of((output / lang / "interactive" / "index.js").read_text("utf-8"))["words"]
        for lang in ("uk", "en")
    }
    assert words["uk"].keys() == words["en"].keys()
    same = {name for name in words["en"] if words["uk"][name] == words["en"][name]}
    assert same == set()
    used = set(re.findall(r"\bwords\.(\w+)", (output / "en" / "interactive" / "view.js").read_text("utf-8")))
    assert used == words["en"].keys()


# -- files ---------------------------------------------------------------------------------------------------


def test_files_ask_no_host(output: Path) -> None:
    for name in ("index.js", "points-digits.js", "view.js", "view.css"):
        text = (output / "uk" / "interactive" / name).read_text("utf-8")
        assert not re.search(
            r"https?://(?!www\.w3\.org/2000/svg)|\bfetch\b|XMLHttpRequest|@import|url\(", text
        ), name


def test_the_same_store_gives_the_same_files(store: Store, output: Path, tmp_path: Path) -> None:
    stale = tmp_path / "uk" / "interactive" / "points-gone.js"
    stale.parent.mkdir(parents=True)
    stale.write_text("", encoding="utf-8")
    written = chain(
        *build(store, {}, languages=("uk",), formats={"technical": ("md", "html")}, output=tmp_path).values()
    )
    assert not stale.exists()
    for path in written:
        assert path.read_bytes() == (output / path.relative_to(tmp_path)).read_bytes(), path


def test_rendering_does_not_import_plotly_nor_scipys_optimizers(
    store: Store, output: Path, figure_cache: Path, tmp_path: Path
) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom fxreport.report.build import build\n"
        "from fxreport.store import Store\n"
        f"build(Store({store.location!r}), dict(), languages=('en',), formats=dict(technical=('html',)),"
        f" output=Path({str(tmp_path)!r}))\n"
        "print(sorted({'plotly', 'matplotlib', 'scipy.optimize', 'sklearn'} & set(sys.modules)))"
    )
    environment = {**os.environ, "FXREPORT_CACHE": str(figure_cache)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert run.stdout.strip() == "[]"


def test_without_plotly_the_page_has_no_controls(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(files.importlib.util, "find_spec", lambda name: None)
    written = chain(
        *build(store, {}, languages=("en",), formats={"technical": ("html",)}, output=tmp_path).values()
    )
    page = (tmp_path / "en" / "technical.html").read_text("utf-8")
    assert "<script" not in page
    assert "data-opens" not in page
    assert not any("interactive" in path.parts for path in written)
    assert "pip install plotly" in caplog.text


def test_the_page_has_one_small_script_and_its_controls_are_hidden_without_it(output: Path) -> None:
    for lang, label in (("uk", "Відкрити інтерактивно"), ("en", "Open interactively")):
        root = parsed(output / lang / "technical.html")
        [script] = root.iter("script")
        assert script.get("src") is None
        assert len(script.text or "") < 1500
        buttons = [button for button in root.iter("button") if button.get("data-opens")]
        assert {button.get("data-opens") for button in buttons} == {"projections/digits", "trade-off"}
        assert all(button.get("hidden") is not None and button.text == label for button in buttons)
    assert "data-opens" not in (output / "uk" / "technical.md").read_text("utf-8")


def test_a_figure_whose_view_cannot_be_made_has_no_control(store: Store, tmp_path: Path) -> None:
    """Planes without what says which images they are: the picture stands, and opens nothing."""
    shutil.copytree(store.location, tmp_path / "store")
    changed = Store(tmp_path / "store")
    for key, experiment in store.experiments().items():
        arrays = {name: np.asarray(a) for name, a in store.artifacts(key).items() if name != "test_indices"}
        rows = store.read().query("key == @key")
        changed.discard(key)
        write_whole(changed, experiment, _values(rows), arrays, store.provenance()[key])
    build(changed, {}, languages=("en",), formats={"technical": ("html",)}, output=tmp_path / "out")
    root = parsed(tmp_path / "out" / "en" / "technical.html")
    assert "fig-projections-digits" in {figure.get("id") for figure in root.iter("figure")}
    assert [b.get("data-opens") for b in root.iter("button")] == ["trade-off"]


# -- all figures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_contact_sheet_shows_every_figure_and_leads_into_the_document(output: Path, lang: str) -> None:
    page = parsed(output / lang / "technical.html")
    sheet = parsed(output / lang / "figures" / "index.html")
    ids = {e.get("id") for e in page.iter() if e.get("id")}
    drawn = {e.get("id") for e in page.iter("figure")}
    assert sheet.get("lang") == lang
    assert {e.get("id") for e in sheet.iter("figure")} == drawn
    pictures = {e.get("src") for e in sheet.iter("img")}
    assert pictures == {file.name for file in (output / lang / "figures").glob("*.svg")}
    links = [e.get("href") or "" for e in sheet.iter("a")]
    into = [link.partition("#")[2] for link in links if link.startswith("../technical.html#")]
    assert len(into) > len(drawn)
    assert set(into) <= ids
    others = {link for link in links if not link.startswith(("../technical.html", "#"))}
    assert others == pictures
    assert all(e.get("alt") for e in sheet.iter("img"))


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_figures_know_their_claims_and_measurements(store: Store, output: Path, lang: str) -> None:
    told = json.loads((output / lang / "figures" / "figures.json").read_text("utf-8"))
    claims = {c["id"]: c for c in json.loads((output / "conclusions.json").read_text("utf-8"))["claims"]}
    ids = {e.get("id") for e in parsed(output / lang / "technical.html").iter() if e.get("id")}
    values = {
        (extractor, metric): value
        for extractor in ("raw_pixels", "mixed_16", "mixed_4")
        for metric, value in _values(store.read().query("extractor == @extractor")).items()
    }
    assert (told["schema"], told["lang"]) == (1, lang)
    assert [figure["number"] for figure in told["figures"]] == list(range(1, len(told["figures"]) + 1))
    for figure in told["figures"]:
        assert figure["evidence"], figure["id"]
        assert figure["alt"]
        assert not figure["claims"] or figure["caption"] not in figure["alt"]
        for claim in figure["claims"]:
            assert claims[claim]["text"][lang] in figure["alt"]
        for one in figure["evidence"]:
            assert one["address"] in ids
            if "metric" in one:
                assert one["value"] == values[one["extractor"], one["metric"]]
            else:
                assert one["artifact"] in store.artifacts(one["experiment"])


def test_alternative_texts_state_a_finding(output: Path) -> None:
    told = json.loads((output / "en" / "figures" / "figures.json").read_text("utf-8"))
    assert {figure["id"] for figure in told["figures"] if not figure["claims"]} == set()
