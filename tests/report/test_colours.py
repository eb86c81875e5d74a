"""The house palettes under simulated colour blindness and in grey: what is said of them holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import figure_examples as fe
import numpy as np
import pytest
from PIL import Image
from simulate_colours import SIMULATIONS, differences, oklab, parse, sheet, simulate

from fxreport.report.figures import projections, style

DEFICIENCIES = ("protanopia", "deuteranopia", "tritanopia")
SVG = "{http://www.w3.org/2000/svg}"
PALETTES = {
    "classes": style.CLASS_COLORS,
    "extractors": tuple(style.variant_style(i).color for i in range(len(style._VARIANT_COLORS))),
}
#: about what can just be told, side by side
VISIBLE = 0.02
#: can be told at the size of a dot
TOLD_APART = 0.05


def lightness(colors: tuple[str, ...], kind: str) -> np.ndarray:
    return oklab(simulate(parse(colors), kind))[:, 0]


def least_difference(colors: tuple[str, ...], kind: str) -> float:
    apart = differences(simulate(parse(colors), kind))
    return float(apart[~np.eye(len(colors), dtype=bool)].min())


# The simulations themselves


@pytest.mark.parametrize("kind", SIMULATIONS)
def test_a_simulation_leaves_greys_alone(kind: str) -> None:
    greys = np.linspace(0, 1, 9)[:, None].repeat(3, axis=1)
    assert simulate(greys, kind) == pytest.approx(greys, abs=2e-4)


def test_red_and_green_meet_for_those_who_confuse_them() -> None:
    red_and_green = ("#c43c3c", "#6f7a3c")
    assert least_difference(red_and_green, "normal") > 3 * least_difference(red_and_green, "deuteranopia")
    blue_and_green = ("#3f7fc0", "#3f9f9f")
    assert least_difference(blue_and_green, "tritanopia") < least_difference(blue_and_green, "normal")


def test_oklab_has_its_ends() -> None:
    assert oklab(parse(("#000000", "#ffffff"))) == pytest.approx(np.array([[0, 0, 0], [1, 0, 0]]), abs=1e-6)


# The palettes


@pytest.mark.parametrize("kind", SIMULATIONS)
def test_the_sequential_scale_darkens_evenly_for_everybody(kind: str) -> None:
    steps = -np.diff(lightness(style.SEQUENTIAL, kind))
    assert steps.min() > VISIBLE
    assert steps.max() < 3 * steps.min()


@pytest.mark.parametrize("kind", SIMULATIONS)
def test_the_scale_of_what_speaks_for_and_against_darkens_all_the_way(kind: str) -> None:
    """So that in grey, too, its two sides are told apart; nothing at all is grey."""
    assert np.diff(lightness(style.SIGNED, kind)).max() < -VISIBLE
    middle = oklab(simulate(parse(style.SIGNED), kind))[len(style.SIGNED) // 2]
    assert float(np.linalg.norm(middle[1:])) < VISIBLE


@pytest.mark.parametrize("kind", ["normal", *DEFICIENCIES])
@pytest.mark.parametrize("palette", ["classes", "extractors"])
def test_colours_are_told_apart_with_any_colour_vision(palette: str, kind: str) -> None:
    assert least_difference(PALETTES[palette], kind) > TOLD_APART


@pytest.mark.parametrize("palette", PALETTES)
def test_colours_alone_do_not_do_in_grey(palette: str) -> None:
    """Which is why dots have badges, and extractors marks and dashes: the next two tests."""
    assert least_difference(PALETTES[palette], "grey") < VISIBLE


@pytest.mark.slow
def test_classes_are_numbered_in_every_panel_and_in_the_legend() -> None:
    data = next(e.data for e in fe.examples() if e.name == "projections-6")
    shown = Counter(
        "".join(e.itertext()) for e in ElementTree.fromstring(projections.draw(data)).iter(f"{SVG}text")
    )
    panels = [p for row in data.panels for p in row if p is not None and len(p.points)]
    for number in range(len(data.classes)):
        badges = sum(number in p.classes for p in panels)
        assert badges > 1
        assert shown[str(number)] == badges + 1, "one a panel that has the class, one in the legend"


def test_extractors_that_look_alike_in_grey_have_another_mark_and_another_dash() -> None:
    marks = [style.variant_style(i) for i in range(len(PALETTES["extractors"]))]
    alike = differences(simulate(parse(PALETTES["extractors"]), "grey")) < TOLD_APART
    pairs = [(a, b) for i, a in enumerate(marks) for j, b in enumerate(marks[:i]) if alike[i, j]]
    assert pairs
    assert all(a.dash != b.dash for a, b in pairs)
    assert len({m.marker for m in marks}) == len(marks)


def test_a_sheet_shows_every_simulation(tmp_path: Path) -> None:
    picture, target = tmp_path / "page.png", tmp_path / "sheet.png"
    Image.new("RGB", (40, 20), "#bd1f01").save(picture)
    sheet(picture, target)
    with Image.open(target) as opened:
        seen = np.asarray(opened)
    colors = {tuple(c) for c in seen.reshape(-1, 3)}
    for kind in SIMULATIONS:
        wanted = np.rint(simulate(parse(("#bd1f01",)), kind)[0] * 255).astype(int)
        assert tuple(wanted) in colors, kind
