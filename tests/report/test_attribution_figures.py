"""Figures about attributions: what is marked, and that the scale of maps is read without colour."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import attribution_examples
import numpy as np
import pytest
from figure_examples import digits
from numpy.typing import NDArray
from PIL import Image

from fxreport.report.figures import attribution, deletion, pixels, style
from fxreport.report.figures.panels import page
from fxreport.report.figures.svg import to_svg
from fxreport.report.figures.text import text_width

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"


@pytest.fixture(scope="module")
def data() -> attribution.Attributions:
    return attribution_examples.attributions(digits()[0])


def lightness(colors: NDArray[Any]) -> NDArray[np.float64]:
    """CIE L* of sRGB bytes (…, 3)."""
    share = np.asarray(colors, float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance)


def test_the_scale_darkens_from_against_to_for() -> None:
    """So that the sign is seen in grey and with any colour vision."""
    steps = lightness(pixels.signed(np.linspace(-1, 1, 31)))
    assert all(before - after > 0.5 for before, after in pairwise(steps.tolist()))
    against, nothing, favour = steps[[0, 15, 30]]
    assert against - nothing > 12
    assert nothing - favour > 40
    np.testing.assert_array_equal(pixels.signed(np.array([-7.0, 7.0])), pixels.signed(np.array([-1.0, 1.0])))
    np.testing.assert_array_equal(pixels.signed(np.array([np.nan])), pixels.signed(np.array([0.0])))


def strips(picture: str) -> list[NDArray[np.uint8]]:
    found = []
    for element in ElementTree.fromstring(picture).iter(f"{SVG}image"):
        encoded = element.attrib[HREF].removeprefix("data:image/png;base64,")
        found.append(np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGBA")))
    return found


@pytest.mark.parametrize(("colors", "mode"), [(5, "P"), (256, "P"), (400, "RGBA")])
def test_pictures_keep_every_pixel_however_few_their_colours(colors: int, mode: str) -> None:
    """A palette where one holds them all, transparent ones included."""
    palette = np.random.default_rng(colors).integers(0, 256, (colors, 4), np.uint8)
    palette[:, 3] = np.where(np.arange(colors) % 4, 255, 0)
    picture = palette[np.arange(30 * 40) % colors].reshape(30, 40, 4)
    with style.house_style():
        figure = page(3.0)
        figure.subplots().imshow(picture, interpolation="none")
        drawn = to_svg(figure)
    [shown] = strips(drawn)
    np.testing.assert_array_equal(shown[..., 3], picture[..., 3])
    opaque = picture[..., 3] > 0
    np.testing.assert_array_equal(shown[opaque], picture[opaque])
    [encoded] = re.findall(r"base64,([^\"]+)", drawn)
    assert Image.open(io.BytesIO(base64.b64decode(encoded))).mode == mode


def test_maps_are_shown_beside_their_images(data: attribution.Attributions) -> None:
    shown = strips(attribution.draw(data))
    cases = [case for network in data.networks for case in network.cases]
    assert len(shown) == 2 * len(cases), "an image and a strip of maps each"
    tile = shown[0].shape[0]
    strip = shown[1][..., :3]
    for k, one in enumerate(cases[0].maps):
        left = round(k * (strip.shape[1] - tile) / 2)
        part = strip[:, left : left + tile]
        factor = tile // one.shape[0]
        seen = part[1::factor, 1::factor]
        values = np.asarray(one, float)
        np.testing.assert_allclose(seen.astype(int), pixels.signed(values).astype(int), atol=12)
        order = np.argsort(values.ravel())
        assert np.all(np.diff(lightness(seen.reshape(-1, 3)[order])) < 0.01), "darker the more it speaks for"


def test_methods_in_doubt_are_marked_by_frame_and_word(data: attribution.Attributions) -> None:
    picture = attribution.draw(data)
    dashed = len(re.findall("stroke-dasharray", picture))
    assert dashed == 2 * len(data.networks[1].cases)
    trusted = replace(
        data,
        networks=tuple(
            replace(n, doubtful=(False,) * 3, notes=("перевірки пройдено",) * 3) for n in data.networks
        ),
    )
    assert "stroke-dasharray" not in attribution.draw(trusted)
    assert picture.count("не\u00a0пройдено") == 1
    assert picture.count("font-weight") > attribution.draw(trusted).count("font-weight")


def test_no_text_runs_into_its_neighbour(data: attribution.Attributions) -> None:
    """However much a note says."""
    data = replace(data, networks=tuple(replace(n, notes=("і " * 40,) * 3) for n in data.networks))
    lines: dict[float, list[tuple[float, float]]] = {}
    for text in ElementTree.fromstring(attribution.draw(data)).iter(f"{SVG}text"):
        place = text.get("transform") or "translate({x} {y})".format(**text.attrib)
        found = re.search(r"translate\(([\d.]+) ([\d.]+)\)", place)
        assert found
        left, bold = float(found[1]), "font-weight" in text.attrib
        size = float(text.attrib["font-size"].removesuffix("px"))
        width = text_width("".join(text.itertext()), size, bold) / 2.54 * 72
        left -= width / 2 if text.get("text-anchor") == "middle" else 0
        lines.setdefault(round(float(found[2])), []).append((left, left + width))
    assert max(map(len, lines.values())) >= 6
    for line in lines.values():
        assert all(end < start for (_, end), (start, _) in pairwise(sorted(line)))


def test_right_and_wrong_are_words(data: attribution.Attributions) -> None:
    texts = ["".join(e.itertext()) for e in ElementTree.fromstring(attribution.draw(data)).iter(f"{SVG}text")]
    assert texts.count("правильно") == texts.count("хибно") + 1 == 4


@pytest.mark.parametrize("networks", [0, 1])
def test_fewer_networks_fit(data: attribution.Attributions, networks: int) -> None:
    one = replace(data, networks=data.networks[:networks])
    root = ElementTree.fromstring(attribution.draw(one))
    assert len(list(root.iter(f"{SVG}image"))) == 8 * networks


def test_curves_of_a_method_that_was_not_measured_are_missing() -> None:
    data = attribution_examples.curves()
    picture = deletion.draw(data)
    assert picture.count("не виміряно") == 1
    full = replace(data, rows=data.rows[:1])
    assert "не виміряно" not in deletion.draw(full)
