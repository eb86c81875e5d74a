"""Figures: what they draw, that they stay the same, and that the cache spares drawing them."""

from __future__ import annotations

import base64
import dataclasses
import io
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import figure_examples as fe
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from simulate_colours import contrast

from fxreport.report.figures import (
    cache,
    class_errors,
    components,
    confusion,
    curves,
    feature_maps,
    filter_measures,
    filters,
    input_size,
    labels,
    latent_walk,
    layers,
    pixels,
    projections,
    quality,
    reconstructions,
    shuffles,
    similarity,
    speed,
    style,
    tradeoff,
    weights,
)
from fxreport.report.figures import text as lines_of_text

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
EXAMPLES = {example.name: example for example in fe.examples()}


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return {name: example.draw(example.data) for name, example in EXAMPLES.items()}


def texts(picture: str) -> list[str]:
    return ["".join(e.itertext()) for e in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def images(picture: str) -> list[Image.Image]:
    found = []
    for element in ElementTree.fromstring(picture).iter(f"{SVG}image"):
        data = element.attrib[HREF].removeprefix("data:image/png;base64,")
        found.append(Image.open(io.BytesIO(base64.b64decode(data))))
    return found


def strings(value: object) -> Iterator[str]:
    """All texts that a figure was given."""
    match value:
        case str():
            yield value
        case tuple():
            for item in value:
                yield from strings(item)
        case _ if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                yield from strings(getattr(value, field.name))


# Every figure


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_is_an_svg_for_a_page(drawn: dict[str, str], name: str) -> None:
    root = ElementTree.fromstring(drawn[name])
    assert drawn[name].startswith("<svg ")
    assert root.get("role") == "img"
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    assert (left, top) == (0, 0)
    assert width == pytest.approx(17 / 2.54 * 72, abs=0.01)
    assert 0 < height < 20 / 2.54 * 72, "must fit on an A4 page with its caption"
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags.isdisjoint({"title", "style", "metadata", "script"})
    assert not any("style" in element.attrib for element in root.iter())
    assert "Matplotlib" not in drawn[name]
    assert len(drawn[name].encode()) < 400_000


def test_pictures_fill_their_frames_to_the_edge(drawn: dict[str, str]) -> None:
    """A mosaic of a thousand pixels shows its last column whole: its scale is not rounded like a place."""
    seen = 0
    for name, picture in drawn.items():
        root = ElementTree.fromstring(picture)
        frames = {e.attrib["id"]: e.find(f"{SVG}rect") for e in root.iter(f"{SVG}clipPath")}
        corners: dict[str, list[tuple[float, float]]] = {}
        for group in root.iter(f"{SVG}g"):
            for image in group.findall(f"{SVG}image"):
                scale = re.findall(r"[-\d.]+", image.get("transform", ""))
                frame = group.get("clip-path", "").removeprefix("url(#").removesuffix(")")
                if len(scale) < 6 or frame not in frames:
                    continue
                wide, high = (float(image.attrib[side]) for side in ("width", "height"))
                right = float(scale[4]) + float(scale[0]) * wide
                corners.setdefault(frame, []).append((right, float(scale[5]) + float(scale[3]) * high))
        for frame, ends in corners.items():
            rectangle = frames[frame]
            assert rectangle is not None
            x, y, w, h = (float(rectangle.attrib[part]) for part in ("x", "y", "width", "height"))
            assert tuple(map(max, zip(*ends, strict=True))) == pytest.approx((x + w, y + h), abs=0.05), name
            seen += 1
    assert seen > 20


@pytest.mark.parametrize("name", EXAMPLES)
def test_shows_the_words_it_was_given(drawn: dict[str, str], name: str) -> None:
    """Cyrillic stays text, whole names are shown (perhaps on two lines), and no other words are added."""
    shown = texts(drawn[name])
    given_words = {w for text in strings(EXAMPLES[name].data) for w in text.split()}
    words = {w for text in shown for w in text.split()}
    assert not any(lines_of_text.ELLIPSIS in text for text in shown)
    foreign = {w for w in words - given_words if not re.fullmatch(r"[\u22120-9,\u202f]+", w)}
    assert foreign == set()
    # the only words left out are separators at a line break, colours' names and labels without a use
    unused = {w for w in given_words - words if len(w) > 1 and not w.isdigit()}
    assert unused <= {"виміряно", "не"}


def test_decimal_mark_is_the_locales(drawn: dict[str, str]) -> None:
    for picture in drawn.values():
        assert not any(re.search(r"\d\.\d", text) for text in texts(picture))
    english = dataclasses.replace(EXAMPLES["input_size"].data, decimal=".")
    assert any(re.fullmatch(r"0\.\d", text) for text in texts(input_size.draw(english)))


def test_ids_are_unique_and_used(drawn: dict[str, str]) -> None:
    """The page's writer tells figures apart."""
    for picture in drawn.values():
        ids = re.findall(r'\bid="([^"]+)"', picture)
        used = set(re.findall(r"url\(#([^)]+)\)", picture)) | set(re.findall(r'href="#([^"]+)"', picture))
        assert len(ids) == len(set(ids))
        assert set(ids) == used, "each id is used, each use has its id"


@pytest.mark.slow
def test_same_bytes_in_another_process(drawn: dict[str, str], tmp_path: Path) -> None:
    """Under other hash seeds, time zones, locales and settings of matplotlib."""
    (tmp_path / "matplotlibrc").write_text("font.size: 31\nsvg.fonttype: path\naxes.facecolor: red\n")
    code = (
        "import sys, hashlib, pickle\n"
        # backwards: a figure's bytes must not depend on which was drawn first
        "for name, draw, data in reversed(pickle.load(open(sys.argv[1], 'rb'))):\n"
        "    print(name, hashlib.blake2b(draw(data).encode()).hexdigest())\n"
    )
    # the very same data: computing it again may round differently, which is not what is tested
    kept = tmp_path / "examples.pickle"
    kept.write_bytes(pickle.dumps([(name, e.draw, e.data) for name, e in EXAMPLES.items()]))
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'helpers'}",
        "PYTHONHASHSEED": "77",
        "TZ": "Asia/Tokyo",
        "MATPLOTLIBRC": str(tmp_path / "matplotlibrc"),
        "SOURCE_DATE_EPOCH": "1",
    }
    run = subprocess.run(
        [sys.executable, "-c", code, str(kept)], env=environment, cwd=tmp_path,
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    there = dict(line.split() for line in run.stdout.splitlines())
    here = {name: blake2b(picture.encode()).hexdigest() for name, picture in drawn.items()}
    assert there == here


def test_settings_of_the_user_stay_as_they_were() -> None:
    import matplotlib

    with matplotlib.rc_context({"font.size": 21, "svg.hashsalt": "theirs"}):
        before = dict(matplotlib.rcParams)
        speed.draw(EXAMPLES["speed"].data)
        assert dict(matplotlib.rcParams) == before


def test_pictures_carry_no_metadata(drawn: dict[str, str]) -> None:
    found = [image for picture in drawn.values() for image in images(picture)]
    assert found
    assert all(set(image.info) <= {"transparency"} for image in found)


NO_FILTERS = filters.FiltersRow("n", (filters.FiltersPanel("d", *np.zeros((2, 0, 3, 3))),))

EMPTY = {
    "projections": (projections.draw, projections.Projections((), (), (), ())),
    "projections, no method": (projections.draw, projections.Projections(("a",), (), ((),), ("x",))),
    "projections, no plane": (projections.draw, projections.Projections(("a",), ("m",), ((None,),), ("x",))),
    "quality": (quality.draw, quality.Quality((), (), "")),
    "quality, no value": (
        quality.draw,
        quality.Quality((style.Subject("a"),), (quality.QualityPanel("d", (None,)),), "ARI", reference=None),
    ),
    "tradeoff": (tradeoff.draw, tradeoff.Tradeoff((), "", "")),
    "tradeoff, no point": (
        tradeoff.draw,
        tradeoff.Tradeoff((tradeoff.TradeoffPanel("d", ()),), "s", "ARI", "none"),
    ),
    "speed": (speed.draw, speed.Speed((), "")),
    "speed, no value": (speed.draw, speed.Speed((speed.SpeedBar(style.Subject("a"), None),), "s")),
    "curves": (curves.draw, curves.Curves((), "", "")),
    "curves, no run": (
        curves.draw,
        curves.Curves((curves.CurvesPanel("d", (curves.Curve("c", ()),)),), "e", "v", missing="none"),
    ),
    "filters": (filters.draw, filters.Filters((), "", "")),
    "filters, none": (filters.draw, filters.Filters((NO_FILTERS,), "", "")),
    "filter_measures": (filter_measures.draw, filter_measures.FilterMeasures((), (), "", "")),
    "filter_measures, none": (
        filter_measures.draw,
        filter_measures.FilterMeasures(
            (("n", style.Subject("n")),), (filter_measures.MeasurePanel("m", (None,)),), "", ""
        ),
    ),
    "layers": (layers.draw, layers.Layers((), "", "")),
    "layers, none": (layers.draw, layers.Layers((layers.LayersPanel("d", "k", ()),), "", "", "none")),
    "class_errors": (class_errors.draw, class_errors.ClassErrors((), "")),
    "class_errors, none": (
        class_errors.draw,
        class_errors.ClassErrors((class_errors.ClassErrorsPanel("d", (), np.zeros((0, 0))),), "", "none"),
    ),
    "latent_walk": (latent_walk.draw, latent_walk.Walks(())),
    "latent_walk, none": (latent_walk.draw, latent_walk.Walks((latent_walk.WalksPanel("d", ()),))),
    "feature_maps": (feature_maps.draw, feature_maps.FeatureMaps(())),
    "reconstructions": (reconstructions.draw, reconstructions.Reconstructions((), "", "")),
    "confusion": (confusion.draw, confusion.Confusion(np.zeros((0, 0)), (), (), "", "")),
    "components": (components.draw, components.Components((), "", "", "all")),
    "components, no line": (
        components.draw,
        components.Components((components.ComponentPanel("d", ()),), "", "", "all", "none"),
    ),
    "weights": (weights.draw, weights.Weights((), "", "", "even")),
    "weights, no curve": (
        weights.draw,
        weights.Weights((weights.WeightPanel("d", ()),), "", "", "even", "none"),
    ),
    "pixel_weights": (weights.draw_pixels, weights.PixelWeights(())),
    "pixel_weights, none": (
        weights.draw_pixels,
        weights.PixelWeights((weights.PixelPanel("d", np.zeros((4, 4))),), ("low", "high")),
    ),
    "shuffles": (shuffles.draw, shuffles.Shuffles((), (), "", ("", "", ""))),
    "shuffles, nothing measured": (
        shuffles.draw,
        shuffles.Shuffles((style.Subject("a"),), (shuffles.ShufflePanel("d", (None,)),), "", ("", "", "")),
    ),
    "similarity": (similarity.draw, similarity.Similarity((), ())),
    "similarity, nothing compared": (
        similarity.draw,
        similarity.Similarity((similarity.SimilarityPanel("d", np.full((2, 2), np.nan)),), ("a", "b")),
    ),
    "input_size": (input_size.draw, input_size.InputSize((), "", "")),
    "input_size, no line": (
        input_size.draw,
        input_size.InputSize((input_size.SizePanel("d", ()),), "px", "ARI", "none"),
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", EMPTY)
def test_nothing_to_show_is_no_error(name: str) -> None:
    draw, data = EMPTY[name]
    ElementTree.fromstring(draw(data))  # type: ignore[operator]


@pytest.mark.slow
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("count", [1, 2, 12, 200])
def test_any_number_of_variants(count: int) -> None:
    rng = np.random.default_rng(count)
    subjects = style.subjects(
        (f"Дуже довга назва екстрактора № {i} · 224 px", f"x{i}", 224) for i in range(count)
    )
    seconds, values = rng.lognormal(0, 2, count), rng.uniform(-0.05, 1, count)
    cells = tuple(quality.QualityCell(float(v), (float(v),), (float(v), float(v) + 0.02)) for v in values)
    panels = tuple(quality.QualityPanel(f"d{i}", cells) for i in range(1 if count > 12 else 6))
    points = tuple(map(tradeoff.TradeoffPoint, subjects, map(float, seconds), map(float, values)))
    bars = tuple(speed.SpeedBar(s, float(t), "1 с", "×1") for s, t in zip(subjects, seconds, strict=True))
    plane = projections.ProjectionPanel(rng.normal(size=(60, 2)), rng.integers(0, 3, 60))
    most = min(count, 6)  # as many extractors as one figure shows
    titles = tuple(s.label for s in subjects)
    heights = []
    for picture in (
        quality.draw(quality.Quality(subjects, panels, "ARI")),
        tradeoff.draw(tradeoff.Tradeoff((tradeoff.TradeoffPanel("d", points),), "s", "ARI")),
        speed.draw(speed.Speed(bars, "s")),
        projections.draw(
            projections.Projections(titles[:most], ("PCA",) * 5, ((plane,) * 5,) * most, ("a", "b", "c"))
        ),
    ):
        root = ElementTree.fromstring(picture)
        heights.append(float(root.attrib["viewBox"].split()[3]) / 72 * 2.54)
    assert max(heights) < 30 + 1.2 * count


@pytest.mark.filterwarnings("error")
def test_strange_names_and_numbers() -> None:
    """Markup, mathematics, control characters, other scripts, an endless name; zeros, infinities, NaN."""
    labels = ("<b>&\"'", "$x_1$ 100 %", "a\x00b\x1b", "特徴抽出", "m" * 400, "", "_hidden")
    subjects = tuple(style.Subject(label, i) for i, label in enumerate(labels))
    numbers = (1.0, 0.0, -1.0, float("nan"), float("inf"), 1e-9, 1e9)
    points = tuple(map(tradeoff.TradeoffPoint, subjects, numbers, (0.5,) * 7))
    picture = tradeoff.draw(tradeoff.Tradeoff((tradeoff.TradeoffPanel("t", points),), "s", "ARI"))
    assert {"<b>&\"'", ""} & set(texts(picture)) == {"<b>&\"'"}
    cells = tuple(quality.QualityCell(n if np.isfinite(n) else None) for n in numbers)
    picture = quality.draw(quality.Quality(subjects, (quality.QualityPanel("q", cells),), "ARI"))
    shown = texts(picture)
    assert {"$x_1$ 100 %", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}", "特徴抽出"} <= set(shown)
    assert any(text.startswith("mmm") and text.endswith(lines_of_text.ELLIPSIS) for text in shown)
    bars = tuple(speed.SpeedBar(s, n) for s, n in zip(subjects, numbers, strict=True))
    ElementTree.fromstring(speed.draw(speed.Speed(bars, "s", missing="–")))


# What each kind shows


def marks_of(picture: str, color: str) -> list[tuple[float, float]]:
    """Centres of markers filled or edged with the colour."""
    found = []
    for use in ElementTree.fromstring(picture).iter(f"{SVG}use"):
        if color in (use.get("fill"), use.get("stroke")):
            found.append((float(use.attrib["x"]), float(use.attrib["y"])))
    return found


def test_quality_places_means_on_its_scale() -> None:
    subjects = (style.Subject("a", 1), style.Subject("b", 2), style.Subject("c", 3))
    cells = tuple(quality.QualityCell(v) for v in (0.0, 0.25, 0.5))
    data = quality.Quality(subjects, (quality.QualityPanel("d", cells),), "ARI")
    xs = [marks_of(quality.draw(data), style.variant_style(i).color)[0][0] for i in (1, 2, 3)]
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.02)
    assert xs[0] < xs[1]


def test_quality_names_what_is_missing_and_legend_only_what_is_there(drawn: dict[str, str]) -> None:
    assert texts(drawn["quality"]).count("не виміряно") == 2 * 3
    data = EXAMPLES["quality"].data
    bare = tuple(
        dataclasses.replace(p, cells=tuple(c and dataclasses.replace(c, published=None) for c in p.cells))
        for p in data.panels
    )
    shown = texts(quality.draw(dataclasses.replace(data, panels=bare)))
    assert "опубліковано в оригіналі" not in shown
    assert "95 % інтервал" in shown


def test_pareto_front() -> None:
    def point(seconds: float, value: float) -> tradeoff.TradeoffPoint:
        return tradeoff.TradeoffPoint(style.Subject(""), seconds, value)

    points = (point(1, 0.2), point(2, 0.2), point(2, 0.5), point(3, 0.4), point(9, 0.9), point(1, 0.1))
    assert tradeoff.pareto(points) == (0, 2, 4)
    assert tradeoff.pareto(()) == ()


def test_tradeoff_draws_intervals_and_rings_where_they_are_known() -> None:
    def drawn_with(**more: float | bool) -> str:
        points = (
            tradeoff.TradeoffPoint(style.Subject("a", index=0), 0.1, 0.5, **more),  # type: ignore[arg-type]
            tradeoff.TradeoffPoint(style.Subject("b", index=1), 1.0, 0.9),
        )
        return tradeoff.draw(tradeoff.Tradeoff((tradeoff.TradeoffPanel("d", points),), "s", "ARI"))

    plain, bars, ring = drawn_with(), drawn_with(low=0.45, high=0.55), drawn_with(unsure=True)
    assert bars.count("<path") == plain.count("<path") + 1
    assert ring != plain
    assert texts(bars) == texts(plain)


def test_tradeoff_labels_every_point(drawn: dict[str, str]) -> None:
    shown = texts(drawn["tradeoff"])
    for i, subject in enumerate(fe.variants()):
        assert shown.count(subject.label) == (0 if i in fe.NOT_MEASURED else 3), subject.label


def test_speed_bars_start_at_the_baseline() -> None:
    bars = tuple(speed.SpeedBar(style.Subject(str(i), i), t) for i, t in enumerate((1.0, 10.0, 100.0)))
    root = ElementTree.fromstring(speed.draw(speed.Speed(bars, "s", baseline=10.0)))
    spans = []
    for path in root.iter(f"{SVG}path"):
        if path.get("opacity") == "0.4" or path.get("fill-opacity") == "0.4":
            xs = [float(x) for x in re.findall(r"[ML](\S+) ", path.attrib["d"])]
            spans.append((min(xs), max(xs)))
    assert len(spans) == 3
    left, zero, right = spans
    assert zero[0] == pytest.approx(zero[1])
    assert left[1] == pytest.approx(zero[0], abs=0.01)
    assert right[0] == pytest.approx(zero[0], abs=0.01)
    assert right[1] - right[0] == pytest.approx(left[1] - left[0], abs=0.02), "equal ratios, equal lengths"


def one_plane(
    panel: projections.ProjectionPanel, classes: tuple[str, ...], title: str = ""
) -> projections.Projections:
    return projections.Projections(("v",), ("PCA",), ((panel,),), classes, title)


def test_projection_panels_hold_all_points_and_skip_broken_ones() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0], [np.nan, 1.0]])
    panel = projections.ProjectionPanel(points, np.array([0, 1, 2, 1]))
    picture = projections.draw(one_plane(panel, ("a", "b", "c")))
    assert len(images(picture)) == 1
    assert {"0", "1", "2", "a", "b", "c"} <= set(texts(picture))


def badges(picture: str) -> list[tuple[float, float]]:
    return [mark for k in range(10) for mark in marks_of(picture, style.class_color(k))]


def test_projections_are_a_grid_of_extractors_and_methods(drawn: dict[str, str]) -> None:
    """A band of panels for each of six extractors, five columns, a badge for each class of each panel."""
    shown = texts(drawn["projections-6"])
    data = EXAMPLES["projections-6"].data
    assert len(images(drawn["projections-6"])) == 6
    assert shown.count("не виміряно") == 1
    assert shown.count("груп: 2,0") == 0, "a note is one line"
    assert sum("груп:" in text for text in shown) == 6 * 5 - 1
    for k in range(10):
        assert shown.count(str(k)) == 6 * 5 - 1 + 1, "the number in every panel and in the legend"
    assert len(badges(drawn["projections-6"])) == 10 * (6 * 5 - 1 + 1)
    assert set(data.variants[:3]) <= set(shown), "each extractor's name stands once at its row"
    upward = [
        e
        for e in ElementTree.fromstring(drawn["projections-6"]).iter(f"{SVG}text")
        if "rotate(-90" in (e.get("transform") or "")
    ]
    assert {"".join(e.itertext()) for e in upward} >= set(data.variants[:3])


def test_two_methods_lie_under_one_another(drawn: dict[str, str]) -> None:
    shown = texts(drawn["projections-2"])
    assert len(images(drawn["projections-2"])) == 2
    assert {"PCA", "t-SNE", "Власна CNN"} <= set(shown)
    for k in range(10):
        assert shown.count(str(k)) == 9, "no legend for classes that are their own numbers"


def test_a_badge_does_not_hide_a_class_smaller_than_itself() -> None:
    rng = np.random.default_rng(0)
    classes = np.repeat([0, 1, 2], 100)
    centres = np.array([[0.0, 0.0], [10.0, 0.0], [5.0, 8.0]])[classes]
    tight, wide = (
        projections.ProjectionPanel(centres + rng.normal(scale=s, size=(300, 2)), classes)
        for s in (0.01, 1.5)
    )
    off, on = (badges(projections.draw(one_plane(p, ("0", "1", "2")))) for p in (tight, wide))

    # the triangle of badges is wider than that of the classes where these are hidden otherwise
    def spread(marks: list[tuple[float, float]]) -> float:
        return float(np.hypot(*(np.array(marks) - np.mean(marks, axis=0)).T).mean())

    assert spread(off) > spread(on) * 1.3


@pytest.mark.slow
def test_projection_size() -> None:
    """The standard plan's figure: five extractors, five methods, 1,500 images that overlap."""
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(10, 2)) * 2
    rows = []
    for _ in range(5):
        classes = rng.integers(0, 10, 1500)
        panels = [
            projections.ProjectionPanel(
                centers[classes] + rng.normal(size=(1500, 2)), classes, "79 % · groups: 10.3"
            )
            for _ in range(5)
        ]
        rows.append(tuple(panels))
    names = tuple("abcde")
    data = projections.Projections(names, names, tuple(rows), tuple(f"class {k}" for k in range(10)))
    first = projections.draw(data)
    assert len(first.encode()) < 450_000
    assert first == projections.draw(data)
    height = float(ElementTree.fromstring(first).attrib["viewBox"].split()[3]) / 72 * 2.54
    assert height < 20


def test_classes_beyond_those_named_have_no_badge_and_no_place_in_the_legend() -> None:
    rng = np.random.default_rng(0)
    panel = projections.ProjectionPanel(rng.normal(size=(300, 2)), np.arange(300) % 100)
    names = tuple(f"клас {i}" for i in range(3))
    shown = texts(projections.draw(one_plane(panel, names, "Класи")))
    assert set(shown) == {"PCA", "v", "Класи", *names, "0", "1", "2"}


def test_curves_of_one_epoch_and_unequal_runs() -> None:
    one = curves.Curve("a", (np.array([0.5]),))
    unequal = curves.Curve("b", (np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.3])))
    data = curves.Curves((curves.CurvesPanel("x", (one, unequal)),), "epoch", "loss")
    assert {"1", "2", "3"} <= set(texts(curves.draw(data)))


def test_the_name_of_an_axis_keeps_off_its_numbers() -> None:
    """Numbers of three decimals are the widest."""
    runs = (np.array([0.105, 0.03, 0.005]),)
    data = curves.Curves((curves.CurvesPanel("d", (curves.Curve("t", runs),)),), "epoch", "функція втрат")
    found = {"".join(e.itertext()): e for e in ElementTree.fromstring(curves.draw(data)).iter(f"{SVG}text")}
    numbers = [t for t in found if re.fullmatch(r"0\.\d{3}", t)]
    assert numbers
    begin = min(
        float(found[t].attrib["x"]) - lines_of_text.text_width(t, style.SMALL) / lines_of_text.POINT
        for t in numbers
    )
    # turned, its letters stand to the left of the baseline, and their tails to the right
    turned = re.search(r"rotate\(-90 ([\d.]+)", found["функція втрат"].attrib["transform"])
    assert turned
    assert float(turned[1]) + 0.25 * style.SMALL < begin


def test_names_of_rows_end_with_their_panels() -> None:
    """An extractor's name that is longer than its row is high goes onto two lines."""
    panel = projections.ProjectionPanel(np.random.default_rng(0).normal(size=(20, 2)), np.zeros(20, int), "n")
    names = tuple(f"EfficientNet-Lite0 {size} пкс" for size in (32, 96, 160, 224, 300))
    data = projections.Projections(names, ("a", "b", "c", "d", "e"), ((panel,) * 5,) * 5, ("0",))
    root = ElementTree.fromstring(projections.draw(data))
    frame = next(e.attrib["d"] for e in root.iter(f"{SVG}path") if e.get("stroke") == style.GRID)
    across = [float(x) for x in re.findall(r"[ML]([\d.]+) ", frame)]
    side = max(across) - min(across)
    turned = [
        "".join(e.itertext()) for e in root.iter(f"{SVG}text") if "rotate(-90" in e.get("transform", "")
    ]
    assert turned
    assert all(lines_of_text.text_width(t, style.LABEL) / lines_of_text.POINT <= side for t in turned)


def test_match_clusters_finds_the_best_diagonal() -> None:
    rng = np.random.default_rng(0)
    counts = np.diag([9, 8, 7, 6]) + rng.integers(0, 3, (4, 4))
    shuffle = [2, 0, 3, 1]
    order = confusion.match_clusters(counts[:, shuffle])
    assert [shuffle[c] for c in order] == [0, 1, 2, 3]
    assert confusion.match_clusters(np.array([[0, 5, 1]])) == (1, 0, 2)
    assert confusion.match_clusters(np.array([[4], [5]])) == (0,)


def test_confusion_writes_shares() -> None:
    data = confusion.Confusion(
        np.array([[0.996, 0.004], [np.nan, np.nan]]), ("Кіт", "Пес"), ("4", "7"), "Клас", "Кластер"
    )
    assert sorted(texts(confusion.draw(data))) == sorted(["100", "4", "7", "Кіт", "Пес", "Клас", "Кластер"])


def test_trained_filters_stand_above_untrained_ones() -> None:
    picture = images(filters.draw(EXAMPLES["filters"].data))
    assert len(picture) == 2 * (3 + 3 + 1)
    sides = [(p.width, p.height) for p in picture]
    assert sides[0] == sides[1], "16 trained and 16 untrained"
    assert len({width for width, _ in sides[:-2]}) == 1, "eight a row in each of three panels"
    assert sides[-1][0] > 2 * sides[0][0], "a row's only panel has the width of all"


def test_measures_outside_the_range_are_drawn_outside_the_bar() -> None:
    """Values lie on the same scale as the range; a network without the measure has neither."""
    subject = style.Subject("n", 1)
    row = filter_measures.Measured((0.9,), 0.2, 0.3, 0.4)
    data = filter_measures.FilterMeasures(
        (("a", subject), ("b", subject)), (filter_measures.MeasurePanel("m", (row, None)),), "t", "u"
    )
    root = ElementTree.fromstring(filter_measures.draw(data))
    mark, bar = style.variant_style(1).color, style.GRID
    [x] = [float(e.attrib["x"]) for e in root.iter(f"{SVG}use") if e.get("fill") == mark]
    [path] = [e.attrib["d"] for e in root.iter(f"{SVG}path") if e.get("fill") == bar]
    ends = [float(n) for n in re.findall(r"[ML]([\d.]+) ", path)]
    unit = (max(ends) - min(ends)) / (row.high - row.low)
    assert (x - max(ends)) / unit == pytest.approx(row.values[0] - row.high, abs=0.001)


def test_class_errors_are_sorted_from_the_largest_down() -> None:
    panel = class_errors.ClassErrorsPanel("d", ("a", "b", "c"), np.array([[1.0, 3.0, 2.0], [1.0, 3.5, 2.5]]))
    shown = texts(class_errors.draw(class_errors.ClassErrors((panel,), "x")))
    assert [t for t in shown if t in ("a", "b", "c")] == ["b", "c", "a"]


def test_pixels_scale() -> None:
    weights = pixels.weights(np.array([[-2.0, 0.0, 1.0]]))
    assert weights[0, :, 0].tolist() == [0, 128, 191]
    assert pixels.activations(np.array([[0.0, 5.0]]))[0].tolist() == [[255, 255, 255], [8, 48, 107]]
    assert pixels.image(np.array([[[0.5]]])).tolist() == [[[128, 128, 128]]]
    assert pixels.image(np.full((1, 1, 3), 200, np.uint8)).tolist() == [[[200, 200, 200]]]
    lightness = pixels.sequential(np.linspace(0, 1, 64)) @ np.array([0.299, 0.587, 0.114])
    assert (np.diff(lightness) < 0).all(), "darker for more, in grey too"


@pytest.mark.parametrize("share", np.linspace(0, 1, 21))
def test_text_on_the_scale_has_the_color_of_more_contrast(share: float) -> None:
    background = "#" + bytes(pixels.sequential(np.array([share]))[0].tolist()).hex()
    best = max((style.ON_LIGHT, style.ON_DARK), key=lambda color: contrast(color, background))
    assert pixels.ink_on(share) == best
    assert contrast(best, background) > 3.8


def test_mosaic_keeps_pixels_and_gaps() -> None:
    tiles = [np.full((2, 2, 3), value, np.uint8) for value in (10, 20, 30)]
    array = pixels.mosaic(tiles, 2, 0.25)
    assert array.shape == (96 * 2 + 24, 96 * 2 + 24, 4)
    assert pixels.ratio(array) == 1
    assert (array[:96, :96] == (10, 10, 10, 255)).all()
    assert (array[120:, :96, 0] == 30).all()
    assert (array[96:120, :, 3] == 0).all()
    assert (array[120:, 120:, 3] == 0).all()


# Style


def test_colors_belong_to_extractors() -> None:
    small, large, other = style.subjects([("a 32", "a", 32), ("a 96", "a", 96), ("b", "b", None)])
    assert (small.index, small.hollow) == (0, True)
    assert (large.index, large.hollow) == (0, False)
    assert (other.index, other.hollow) == (1, False)


def test_marks_differ_without_color() -> None:
    marks = [style.variant_style(i) for i in range(11)]
    assert len({m.marker for m in marks}) == 11
    assert len({(m.color, m.marker) for m in map(style.variant_style, range(88))}) == 88
    assert all(a.dash != b.dash for a, b in pairwise(marks))


@pytest.mark.parametrize(
    "color", sorted({m.color for m in map(style.variant_style, range(8))} | {style.MUTED})
)
def test_colors_stand_out_from_paper(color: str) -> None:
    """At least 1.9 : 1 to white for marks, which shape tells apart too; texts have 4.5 : 1 (WCAG 2.2)."""
    assert contrast(color, style.PAPER) > (4.5 if color == style.MUTED else 1.9)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.5, 3, "0,500"), (-0.04, 2, "−0,04"), (-0.001, 2, "0,00"), (1234.5, 1, "1234,5"),
        (12345.0, 0, "12\u202f345"), (-1e6, 0, "−1\u202f000\u202f000"),
    ],
)  # fmt: skip
def test_format_number(value: float, decimals: int, expected: str) -> None:
    assert style.format_number(value, decimals, ",") == expected


# Layout


def test_wrap_breaks_at_the_separator() -> None:
    assert lines_of_text.wrap("EfficientNet-Lite0 · 96 px", 3.0, 7.5) == "EfficientNet-Lite0\n96 px"
    assert lines_of_text.wrap("EfficientNet-Lite0 · 96 px", 9, 7.5) == "EfficientNet-Lite0 · 96 px"
    line = lines_of_text.wrap("Сирі пікселі", 1.0, 7.5, lines=1)
    assert line.endswith("…")
    assert lines_of_text.text_width(line, 7.5) <= 1.0


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_labels_never_overlap(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 13))
    points = rng.uniform(0.3, (6.7, 5.2), (count, 2))
    sizes = np.stack([rng.uniform(0.6, 3.4, count), np.full(count, 0.25)], axis=1)
    area = (7.0, 5.5)
    places = labels.place_labels(points, sizes, area)
    shown = [p for p in places if p is not None]
    assert len(shown) >= count - 1
    for i, one in enumerate(shown):
        assert (one.middle >= one.half).all()
        assert (one.middle + one.half <= area).all()
        assert not any((np.abs(one.middle - o.middle) < one.half + o.half).all() for o in shown[i + 1 :])
        assert not (np.abs(one.middle - points) < one.half + 0.12).all(axis=1).any(), "no marker is covered"
    again = labels.place_labels(points, sizes, area)
    assert [p and p.middle.tolist() for p in places] == [p and p.middle.tolist() for p in again]


def test_repel_parts_equal_points() -> None:
    placed = labels.repel(np.full((10, 2), 1.5), 0.3, 3.0)
    apart = np.linalg.norm(placed[:, None] - placed[None], axis=-1)[np.triu_indices(10, 1)]
    assert apart.min() > 0.28
    assert placed.min() >= 0.15
    assert placed.max() <= 2.85


# Cache


@dataclasses.dataclass(frozen=True)
class Data:
    numbers: tuple[float, ...]
    array: np.ndarray


def data(value: float = 1.0) -> Data:
    return Data((value, 2.0), np.arange(6, dtype=np.float32).reshape(2, 3))


class Draw:
    """Counts how often it draws."""

    def __init__(self, text: str = "<svg>Ї</svg>\n") -> None:
        self.calls, self.text = 0, text

    def __call__(self, value: object) -> str:
        self.calls += 1
        return self.text


def test_cache_draws_once(tmp_path: Path) -> None:
    draw = Draw()
    figures = cache.FigureCache(tmp_path / "new" / "folder")
    assert [figures.get_or_draw("a", data(), draw) for _ in range(3)] == [draw.text] * 3
    assert cache.FigureCache(figures.folder).get_or_draw("a", data(), draw) == draw.text
    assert draw.calls == 1
    figures.get_or_draw("a", data(1.5), draw)
    figures.get_or_draw("b", data(), draw)
    assert draw.calls == 3


@pytest.mark.parametrize("damage", ["cut", "empty", "flip", "directory"])
def test_cache_draws_a_damaged_entry_anew(tmp_path: Path, damage: str) -> None:
    draw = Draw()
    figures = cache.FigureCache(tmp_path)
    figures.get_or_draw("a", data(), draw)
    [entry] = tmp_path.iterdir()
    content = entry.read_bytes()
    if damage == "directory":
        entry.unlink()
        entry.mkdir()
    else:
        entry.write_bytes(
            {"cut": content[:-3], "empty": b"", "flip": content[:-9] + b"X" + content[-8:]}[damage]
        )
    assert figures.get_or_draw("a", data(), draw) == draw.text
    assert draw.calls == 2
    if damage != "directory":
        assert entry.read_bytes() == content


def test_cache_in_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    draw = Draw()
    assert cache.FigureCache(tmp_path / "file").get_or_draw("a", data(), draw) == draw.text


def test_cache_leaves_nothing_behind_and_does_not_grow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "KEPT_PER_NAME", 8)  # the tests' own session keeps more
    figures = cache.FigureCache(tmp_path)
    for i in range(20):
        figures.get_or_draw("a/b: ї", data(i), Draw())
    figures.get_or_draw("a/b: ї-2", data(), Draw())
    assert len(list(tmp_path.iterdir())) == cache.KEPT_PER_NAME + 1


def test_cache_does_not_keep_a_failure(tmp_path: Path) -> None:
    def fail(value: object) -> str:
        raise RuntimeError("no ink")

    with pytest.raises(RuntimeError):
        cache.FigureCache(tmp_path).get_or_draw("a", data(), fail)
    assert list(tmp_path.iterdir()) == []


def test_key_sees_every_difference() -> None:
    array = np.arange(6)
    values: list[object] = [
        None, True, False, 0, 1, 0.0, 1.0, -0.0, "", "1", b"1",
        (), (1,), (1, 2), ((1,), 2), ("1", "2"), ("12",),
        {"a": 1}, {"a": 2}, array, array.reshape(2, 3), array.astype(float), array[::-1], array.astype(str),
        data(), data(3.0), style.Subject("a", 1), style.Subject("a", 2), float("nan"),
    ]  # fmt: skip
    keys = [cache.figure_key("n", value) for value in values]
    assert len(set(keys)) == len(values)
    assert keys == [cache.figure_key("n", value) for value in values]


def test_key_does_not_see_how_an_array_lies_in_memory() -> None:
    array = np.arange(12, dtype=np.int32).reshape(3, 4)
    same = [array, np.asfortranarray(array), array.astype(">i4"), np.repeat(array, 2, axis=1)[:, ::2]]
    assert len({cache.figure_key("n", a) for a in same}) == 1


@pytest.mark.parametrize("value", [object(), {1, 2}, np.array([object()]), Data])
def test_key_refuses_what_it_cannot_hold(value: object) -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        cache.figure_key("n", value)


def test_cached_figures_need_no_matplotlib(tmp_path: Path) -> None:
    example = EXAMPLES["speed"]
    figures = cache.FigureCache(tmp_path)
    picture = figures.get_or_draw(example.name, example.data, example.draw)
    code = (
        "import sys, pathlib\n"
        "import figure_examples as fe\n"
        "from fxreport.report.figures.cache import FigureCache\n"
        "data = fe._speed()\n"
        f"svg = FigureCache(pathlib.Path({str(tmp_path)!r})).get_or_draw('speed', data, fe.speed.draw)\n"
        "heavy = {'matplotlib', 'PIL', 'scipy', 'pandas', 'tensorflow'} & set(sys.modules)\n"
        "sys.stdout.buffer.write((svg + repr(heavy)).encode())\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'helpers'}"}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, timeout=60, check=True
    )
    assert run.stdout.decode() == picture + "set()"


def test_namespaces_of_others_change_nothing(drawn: dict[str, str]) -> None:
    """The registry of ElementTree is the process's, and WeasyPrint writes into it."""
    ElementTree.register_namespace("", "https://example.org/other")
    assert EXAMPLES["speed"].draw(EXAMPLES["speed"].data) == drawn["speed"]
