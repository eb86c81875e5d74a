"""The page in a real browser: interactive views, the keyboard, no script at all, nothing asked of a host."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from browser import Page, browser, chromium
from projected_store import fill

from fxreport.datasets import load
from fxreport.report.build import build
from fxreport.report.figures.confusion import count_images, match_clusters
from fxreport.store import Store

pytestmark = [
    pytest.mark.skipif(
        chromium() is None, reason="no Chromium on the PATH, nor named in FXREPORT_CHROMIUM: install one"
    ),
    pytest.mark.slow,
]

OPEN = "document.querySelector('.fx-dialog')?.open && document.activeElement.tagName === 'SELECT'"
#: where a point of a side lies in the window, by the image's number in the test split
PLACE = """(side, image) => {
  const raw = fxreportView.points.digits.unpacked, plot = document.querySelectorAll('.fx-plot')[side];
  const id = raw.images.indexOf(image), box = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout;
  for (const trace of plot.data) {
    const i = (trace.customdata ?? []).indexOf(id);
    if (i >= 0) return [box.x + xaxis._offset + xaxis.d2p(trace.x[i]), box.y + yaxis._offset + yaxis.d2p(trace.y[i])];
  }
}"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return fill(tmp_path_factory.mktemp("digits"))


@pytest.fixture(scope="module")
def output(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output")
    build(store, {}, languages=("uk", "en"), formats={"technical": ("html",)}, output=folder)
    return folder


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    command = chromium()
    assert command is not None
    with browser(command, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(window: Page) -> Iterator[Page]:
    """The window at its usual size; at the end nobody may have complained or asked a host."""
    window.resize(1280, 900)
    window.errors.clear()
    window.requests.clear()
    yield window
    window.run("0")  # events that have come since are read on the way
    assert window.errors == []
    assert {urlsplit(url).scheme for url in window.requests} <= {"file", "data"}


def opened(page: Page, output: Path, lang: str = "en", name: str = "projections/digits") -> None:
    page.open((output / lang / "technical.html").as_uri())
    click(page, f"button[data-opens='{name}']")
    page.wait(OPEN)


def click(page: Page, selector: str) -> None:
    x, y = page.run(
        f"""(() => {{
          const one = document.querySelector({selector!r});
          one.scrollIntoView({{ block: "center" }});
          const box = one.getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2];
        }})()"""
    )
    page.mouse(x, y, click=True)


def kept(store: Store, extractor: str) -> dict[str, Any]:
    [key] = [k for k, e in store.experiments().items() if e.extractor == extractor]
    return dict(store.artifacts(key))


def images(store: Store) -> list[int]:
    """The projected images' numbers in the test split."""
    arrays = kept(store, "raw_pixels")
    return [int(i) for i in arrays["test_indices"][arrays["projection_indices"]]]


WORDS = {
    "uk": ("клас", "кластер", "видима група", "поза видимими групами"),
    "en": ("class", "cluster", "visible group", "in no visible group"),
}


def cluster(store: Store, extractor: str, image: int) -> int:
    """The number that the figure of classes and clusters gives an image's cluster."""
    arrays = kept(store, extractor)
    order = match_clusters(count_images(arrays["labels"], arrays["assignments"], 10))
    [place] = np.flatnonzero(arrays["test_indices"] == image)
    return order.index(int(arrays["assignments"][place])) + 1


def exposed(page: Page, store: Store) -> int:
    """An image whose dot on the left lies alone, so that the pointer can only mean it."""
    found = images(store)
    places = np.array([page.run(f"({PLACE})(0, {image})") for image in found])
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    # and away from the class's number, which lies above the dots
    return found[int(apart.min(axis=1).argmax())]


def shown_name(page: Page, side: int) -> str:
    return str(page.run(f"document.querySelectorAll('.fx-panel h3')[{side}].textContent"))


def sides(store: Store, page: Page) -> list[str]:
    """Names of the extractors chosen on the left and on the right."""
    return [
        str(page.run(f"document.querySelector('select[name={side}]').value")) for side in ("left", "right")
    ]


def test_nothing_is_loaded_before_it_is_asked_for(page: Page, output: Path) -> None:
    page.open((output / "en" / "technical.html").as_uri())
    files = [unquote(url).rpartition("/")[2] for url in page.requests if url.startswith("file")]
    assert files == ["technical.html"]
    assert page.run("typeof Plotly") == "undefined"


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_hovering_shows_the_image_itself_with_its_class_and_cluster(
    page: Page, output: Path, store: Store, lang: str
) -> None:
    opened(page, output, lang)
    image = exposed(page, store)
    page.mouse(*page.run(f"({PLACE})(0, {image})"))
    page.wait("!document.querySelector('.fx-tip').hidden")
    assert page.run("document.querySelector('.fx-tip canvas').dataset.image") == str(image)

    digits = load("digits").test
    pixels = page.run(
        """(() => { const canvas = document.querySelector('.fx-tip canvas');
           return [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]; })()"""
    )
    drawn = np.array(pixels, dtype=np.uint8).reshape(*digits.images.shape[1:3], 4)
    np.testing.assert_array_equal(drawn[..., 0], digits.images[image, ..., 0])

    for side, extractor in enumerate(sides(store, page)):
        lines = page.run(
            f"[...document.querySelectorAll('.fx-tip')[{side}].querySelectorAll('p')].map(p => p.textContent)"
        )
        class_, number, group, outside = WORDS[lang]
        assert lines[1] == f"{class_}: {digits.labels[image]}"
        assert lines[2] == f"{number}: {cluster(store, extractor, image)}"
        visible = kept(store, extractor)["tsne_groups"][images(store).index(image)]
        assert lines[3] == (outside if visible < 0 else f"{group}: {visible + 1}")


def test_every_dot_has_its_own_picture(page: Page, output: Path, store: Store) -> None:
    """Not the hovered one alone: all tiles, drawn by the view's own code, against the image set."""
    opened(page, output)
    digits = load("digits").test.images[..., 0]
    sums = page.run(
        """(() => {
          const raw = fxreportView.points.digits, { sheet, picture } = raw, canvas = document.createElement('canvas');
          canvas.width = picture.width; canvas.height = picture.height;
          const context = canvas.getContext('2d', { willReadFrequently: true }); context.drawImage(picture, 0, 0);
          return [...raw.unpacked.tiles].map((tile, i) => {
            const x = (tile % sheet.columns) * sheet.cell, y = Math.floor(tile / sheet.columns) * sheet.cell;
            const data = context.getImageData(x, y, sheet.width, sheet.height).data;
            return [raw.unpacked.images[i], ...data.filter((_, k) => k % 4 === 0)];
          });
        })()"""
    )
    assert sorted(image for image, *_ in sums) == sorted(images(store))
    for image, *pixels in sums:
        np.testing.assert_array_equal(np.array(pixels).reshape(8, 8), digits[image])


def test_a_class_can_be_hidden(page: Page, output: Path, store: Store) -> None:
    opened(page, output)
    image = exposed(page, store)
    label = int(load("digits").test.labels[image])
    arrays = kept(store, "raw_pixels")
    of_class = int((arrays["labels"][arrays["projection_indices"]] == label).sum())
    click(page, f".fx-groups input[value='{label}']")
    page.wait(f"document.querySelector('.fx-status').textContent.startsWith('{200 - of_class} of 200 shown')")
    visible = page.run("document.querySelectorAll('.fx-plot')[0].data.map(trace => trace.visible)")
    assert visible == [k != label for k in range(10)]
    page.mouse(*page.run(f"({PLACE})(0, {image})"))
    assert page.run("document.querySelector('.fx-tip canvas')?.dataset.image") != str(image)
    click(page, ".fx-all button:nth-child(2)")
    page.wait("document.querySelector('.fx-status').textContent.startsWith('0 of 200 shown')")
    click(page, ".fx-all button:first-child")
    page.wait("document.querySelector('.fx-status').textContent.startsWith('200 of 200 shown')")


def ring(page: Page, side: int, kind: str = "chosen") -> tuple[float, float] | None:
    """Where a mark lies in the window; None where it is not shown."""
    found = page.run(
        f"""(() => {{ const one = document.querySelectorAll('.fx-ring.fx-{kind}')[{side}], box = one.getBoundingClientRect();
            return one.hidden ? null : [box.x, box.y]; }})()"""
    )
    return None if found is None else (found[0], found[1])


def test_a_marked_image_is_found_again_in_every_other_extractor_and_projection(
    page: Page, output: Path, store: Store
) -> None:
    opened(page, output)
    image = exposed(page, store)
    page.mouse(*page.run(f"({PLACE})(0, {image})"), click=True)
    page.wait("!document.querySelector('.fx-ring.fx-chosen').hidden")
    seen = set()
    for choose, names in (("right", ("raw_pixels", "mixed_16", "mixed_4")), ("method", ("pca", "tsne"))):
        for name in names:
            before = shown_name(page, 1)
            page.run(
                f"""(() => {{ const one = document.querySelector("select[name={choose}]"); one.value = "{name}";
                    one.dispatchEvent(new Event("change")); }})()"""
            )
            page.wait(f"document.querySelector('select[name={choose}]').value === '{name}'")
            page.run("new Promise(done => setTimeout(done, 150))")
            for side in (0, 1):
                place = ring(page, side)
                assert place == pytest.approx(page.run(f"({PLACE})({side}, {image})"), abs=1), (before, name)
            seen.add(tuple(np.round(ring(page, 1) or (0, 0))))
    assert len(seen) >= 4, "other extractors and projections put the image elsewhere"
    assert page.run("document.querySelector('.fx-card canvas').dataset.image") == str(image)


def test_nearest_images_lead_on(page: Page, output: Path, store: Store) -> None:
    opened(page, output)
    image = exposed(page, store)
    page.mouse(*page.run(f"({PLACE})(0, {image})"), click=True)
    page.wait("document.querySelectorAll('.fx-neighbours button').length === 8")
    arrays = kept(store, sides(store, page)[0])
    plane = arrays["tsne_2d"]
    at = images(store).index(image)
    order = np.argsort(np.hypot(*(plane - plane[at]).T), kind="stable")[1:9]
    listed = page.run(
        "[...document.querySelectorAll('.fx-neighbours canvas')].map(c => Number(c.dataset.image))"
    )
    assert set(listed) == {images(store)[i] for i in order}
    click(page, ".fx-neighbours li button")
    page.wait(f"document.querySelector('.fx-card canvas').dataset.image === '{listed[0]}'")


def test_everything_can_be_done_from_the_keyboard(page: Page, output: Path) -> None:
    page.open((output / "en" / "technical.html").as_uri())
    page.run("document.querySelector(\"button[data-opens='projections/digits']\").previousElementSibling")
    page.run("document.querySelector(\"button[data-opens='projections/digits']\").focus()")
    page.press("Enter")
    page.wait(OPEN)
    # choices, then the pictures: each stop of the way is seen
    stops = []
    for _ in range(12):
        stops.append(page.run("document.activeElement.name || document.activeElement.className"))
        assert page.run("document.activeElement.matches(':focus-visible')")
        if stops[-1] == "fx-box":
            break
        page.press("Tab")
    assert stops == ["set", "method", "left", "right", "fx-box"]
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") != "none"

    told = set()
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowDown", "ArrowRight"):
        before = ring(page, 0, "current")
        page.press(key)
        after = ring(page, 0, "current")
        assert before is not None
        assert after is not None
        if before != after:
            dx, dy = after[0] - before[0], after[1] - before[1]
            ways = {"ArrowRight": dx, "ArrowLeft": -dx, "ArrowDown": dy, "ArrowUp": -dy}
            assert ways[key] == max(ways.values())
        told.add(page.run("document.querySelector('.fx-status').textContent"))
    assert len(told) >= 3
    assert all("Test image" in text and "class: " in text for text in told)

    page.press("Enter")
    assert ring(page, 0) == ring(page, 0, "current")
    assert page.run("document.querySelector('.fx-status').textContent").startswith("Marked")
    reach = "document.querySelector('.fx-plot')._fullLayout.xaxis.range.reduce((a, b) => b - a)"
    whole = page.run(reach)
    page.press("+")
    page.wait(f"{reach} < {whole}")
    page.press("0")
    page.wait(f"Math.abs({reach} - {whole}) < 1e-6")
    page.press("Escape")
    page.wait("!document.querySelector('.fx-dialog').open")
    assert page.run("document.activeElement.dataset.opens") == "projections/digits"


def test_quality_against_time(page: Page, output: Path, store: Store) -> None:
    opened(page, output, name="trade-off")
    assert page.run("document.querySelectorAll('.fx-groups input').length") == 3
    x, y = page.run(
        """(() => { const plot = document.querySelector('.fx-plot'), box = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout;
           const dot = plot.data.find(trace => trace.name === "Raw pixels");
           return [box.x + xaxis._offset + xaxis.d2p(dot.x[0]), box.y + yaxis._offset + yaxis.d2p(dot.y[0])]; })()"""
    )
    page.mouse(x, y)
    page.wait("!document.querySelector('.fx-tip').hidden")
    frame = store.read()
    ari = frame[(frame["extractor"] == "raw_pixels") & (frame["metric"] == "ari")]["value"].item()
    told = page.run("document.querySelector('.fx-tip').textContent")
    assert told.startswith("Raw pixels")
    assert f"{ari:.3f}" in told


def text_of(page: Page) -> str:
    """What a reader can see of the whole page: sections far from sight are laid out first."""
    page.run(
        "document.querySelectorAll('main section').forEach(one => one.style.contentVisibility = 'visible')"
    )
    text: str = page.run("document.querySelector('main').innerText")
    return text


def test_without_scripts_the_page_is_whole(output: Path, tmp_path: Path) -> None:
    command = chromium()
    assert command is not None
    address = (output / "uk" / "technical.html").as_uri()
    with browser(command, tmp_path / "off", scripts=False) as page:
        page.open(address)
        assert (
            page.run("getComputedStyle(document.querySelector('button[data-opens]').parentElement).display")
            == "none"
        )
        figures = page.run(
            "[...document.querySelectorAll('figure svg')].map(s => s.getBoundingClientRect().height)"
        )
        assert len(figures) >= 5
        assert min(figures) > 50
        silent = text_of(page)
    with browser(command, tmp_path / "on") as page:
        page.open(address)
        page.run("document.querySelectorAll('.opens').forEach(one => one.remove())")
        assert text_of(page) == silent


def test_a_page_without_its_folder_says_so(page: Page, output: Path, tmp_path: Path) -> None:
    shutil.copy(output / "uk" / "technical.html", tmp_path)
    page.open((tmp_path / "technical.html").as_uri())
    click(page, "button[data-opens]")
    page.wait("document.querySelector('.opens span').textContent.includes('interactive')")
    page.errors.clear()  # the browser itself tells of the file that it has not found


def test_results_without_pictures_are_shown_without(page: Page, store: Store, tmp_path: Path) -> None:
    for file in (Path(store.location) / "shared").glob("*.npz"):
        shutil.copytree(store.location, tmp_path / "store")
        (tmp_path / "store" / "shared" / file.name).unlink()
    build(
        Store(tmp_path / "store"),
        {},
        languages=("en",),
        formats={"technical": ("html",)},
        output=tmp_path / "out",
    )
    opened(page, tmp_path / "out")
    assert page.run("!document.querySelector('.fx-note').hidden")
    page.mouse(*page.run(f"({PLACE})(0, {exposed(page, store)})"))
    page.wait("!document.querySelector('.fx-tip').hidden")
    assert page.run("document.querySelector('.fx-tip canvas')") is None


@pytest.mark.parametrize("name", ["technical.html", "figures/index.html"])
def test_pages_fit_a_phone_and_what_scrolls_can_be_reached(page: Page, output: Path, name: str) -> None:
    page.resize(390, 844, phone=True)
    page.open((output / "uk" / name).as_uri())
    assert page.run("document.documentElement.scrollWidth") <= 390
    stuck = """[...document.querySelectorAll('main *')].filter(one => {
        const style = getComputedStyle(one);
        return /auto|scroll/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1 && one.tabIndex < 0;
    }).map(one => one.className)"""
    assert page.run(stuck) == []
    for image in page.run("[...document.images].map(image => image.alt)"):
        assert image


def test_the_view_fits_a_phone(page: Page, output: Path) -> None:
    page.resize(390, 844, phone=True)
    opened(page, output)
    assert page.run("document.querySelector('.fx-dialog').scrollWidth") <= 390
    assert min(page.run("[...document.querySelectorAll('.fx-box')].map(box => box.clientWidth)")) > 300


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_axes_of_the_view_are_whole_on_a_phone(page: Page, output: Path, lang: str) -> None:
    """Titles lie inside their plot, and the numbers of an axis beside each other, whatever range it has."""
    page.resize(390, 844, phone=True)
    opened(page, output, lang, "trade-off")
    page.wait("document.querySelectorAll('.fx-plot .xtitle').length == 2")
    for exponents in (None, [-4.77, -4.37], [-3.14, -2.19], [-4.06, -2.96], [-3.06, -2.96], [-5, 2]):
        if exponents:
            page.run(
                f"Plotly.relayout(document.querySelector('.fx-plot'), {{'xaxis.range': {exponents}}}).then(() => 1)"
            )
        outside, numbers = page.run(
            """(() => {
              const plot = document.querySelector('.fx-plot'), all = plot.getBoundingClientRect();
              const boxes = name => [...plot.querySelectorAll(name)].map(one => one.getBoundingClientRect());
              const inside = box => box.left >= all.left && box.right <= all.right && box.top >= all.top && box.bottom <= all.bottom;
              return [boxes('.xtitle, .ytitle').filter(box => !inside(box)).length, boxes('.xtick text').map(box => [box.left, box.right])];
            })()"""
        )
        assert outside == 0
        assert len(numbers) >= 2, exponents
        ordered = sorted(numbers)
        assert all(a[1] < b[0] for a, b in pairwise(ordered)), (exponents, ordered)
