"""How the documents look: what fits on which page of print, the faces, the dark scheme, a phone's window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from browser import Page, browser, chromium
from fontTools.ttLib import TTFont
from publications import rendered
from simulate_colours import contrast
from wholes import stored_plan

from fxreport.analysis.conclude import conclude
from fxreport.report.build import make_study
from fxreport.report.conclusions import pictures
from fxreport.report.conclusions.pictures import picture
from fxreport.report.draft import Draft
from fxreport.report.editions import CONCLUSIONS
from fxreport.report.figures import projections, scheme, shares, style
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Document, Figure, Table, to_string
from fxreport.report.words import Words
from fxreport.report.writers import fonts, pdf
from fxreport.report.writers.walk import blocks
from fxreport.store import Store
from fxreport.system.cache import cache_dir
from fxreport.system.resources import resource

LANGUAGES = ("uk", "en")
SVG = "{http://www.w3.org/2000/svg}"
MOST_PAGES, MOST_WORDS, MOST_FIGURES, MOST_TABLES = 12, 3500, 8, 6
#: points on paper, and pixels of a point
SMALLEST, POINT = 8.0, 96 / 72
HEADINGS = {"h1", "h2", "h3", "h4", "h5"}
COMMAND = chromium()


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("look")


@pytest.fixture(scope="module")
def documents(output: Path) -> dict[str, Document]:
    """The conclusions of the committed results."""
    return rendered(output)


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request: pytest.FixtureRequest, documents: dict[str, Document]) -> Document:
    return documents[request.param]


@pytest.fixture(scope="module")
def pages(made: Document) -> list[Any]:
    return [page._page_box for page in pdf.lay_out(made).pages]


def lines(page: Any) -> list[Any]:
    """Lines of the page's body, not of its margins."""
    body = next(child for child in page.children if child.element_tag == "html")
    return [box for box in body.descendants() if type(box).__name__ == "LineBox"]


def elements(page: Any) -> list[Any]:
    return [box.element for box in page.descendants() if box.element is not None]


# Print


@pytest.mark.slow
def test_the_conclusions_are_short(made: Document, pages: list[Any]) -> None:
    assert len(pages) <= MOST_PAGES
    assert sum(isinstance(block, Figure) for block in blocks(made)) <= MOST_FIGURES
    assert sum(isinstance(block, Table) for block in blocks(made)) <= MOST_TABLES


def test_the_conclusions_are_read_in_a_quarter_of_an_hour(made: Document, pages: list[Any]) -> None:
    told = []
    for page in pages:
        body = next(child for child in page.children if child.element_tag == "html")
        told += [
            box.text
            for section in body.descendants()
            if section.element_tag == "section"
            and section.element.get("id") in {part.id for part in made.sections if not part.appendix}
            for box in section.descendants()
            if type(box).__name__ == "TextBox"
        ]
    words = re.findall(r"\w[\w’'-]*", " ".join(told))
    assert 1000 < len(words) <= MOST_WORDS


def test_page_one_holds_the_whole_answer_and_page_two_begins_with_the_results(
    made: Document, pages: list[Any]
) -> None:
    def on(page: Any) -> set[str]:
        return {name for element in elements(page) if (name := element.get("id"))}

    answer, results = made.sections[0], made.sections[1]
    held = [block.id for block in answer.blocks if isinstance(block, Figure | Table)]
    assert {answer.id, *held} <= on(pages[0])
    assert results.id in on(pages[1]) - on(pages[0])
    for page in pages[1:]:
        assert on(page).isdisjoint({answer.id, *held})
    assert "contents" not in {element.get("class") for element in elements(pages[0])}


def test_nothing_in_print_is_smaller_than_8_points(made: Document, pages: list[Any]) -> None:
    sizes = {
        round(box.style["font_size"] / POINT, 2)
        for page in pages
        for box in page.descendants()
        if type(box).__name__ == "TextBox" and box.text.strip()
    }
    assert min(sizes) >= SMALLEST
    # figures stand at their own size, and their texts are no smaller
    pictures = [b for page in pages for b in page.descendants() if b.element_tag == "img"]
    assert pictures
    for figure in (block for block in blocks(made) if isinstance(block, Figure)):
        root = ElementTree.fromstring(figure.svg)
        natural = float(root.get("width", "").removesuffix("pt")) * POINT
        [shown] = [b.width for b in pictures if b.element.get("src") == f"figure:{figure.id}"]
        assert shown >= natural * 0.995
        written = list(root.iter(f"{SVG}text"))
        assert written
        assert min(float(e.get("font-size", "").removesuffix("px")) for e in written) >= SMALLEST


def test_pages_are_full_and_no_heading_ends_one(pages: list[Any]) -> None:
    for page in pages[:-1]:
        last = max(lines(page), key=lambda line: (line.position_y + line.height, line.position_x))
        top = page.content_box_y()
        assert last.position_y + last.height - top > page.height / 2
        assert last.element_tag.partition("::")[0] not in HEADINGS


# Faces


def characters() -> set[str]:
    found: set[str] = set()
    for lang in LANGUAGES:
        catalogue = resource("locale", lang, "LC_MESSAGES", "fxreport.po").read_text("utf-8")
        found |= {c for line in catalogue.splitlines() if not line.startswith("#") for c in line if c > " "}
    return found


def covered(stem: str) -> set[str]:
    return {chr(code) for code in TTFont(fonts.own_fonts() / f"{stem}.ttf").getBestCmap()}


def test_the_faces_cover_both_catalogues_and_the_documents(documents: dict[str, Document]) -> None:
    shown = {c for made in documents.values() for b in blocks(made) if isinstance(b, Figure) for c in b.alt}
    for weight in ("regular", "bold"):
        sans, serif = covered(f"sans-{weight}"), covered(f"serif-{weight}")
        assert (characters() | shown) - sans - {" "} == set()
        # signs alone, which the sans then sets
        assert not [c for c in characters() - serif if c.isalnum()]


def test_the_faces_are_small_free_and_the_same_on_paper_and_on_a_screen() -> None:
    files = sorted(fonts.own_fonts().glob("*.ttf"))
    assert len(files) == 4
    assert max(file.stat().st_size for file in files) < 150_000
    assert sum(file.stat().st_size for file in files) < 600_000
    for file in files:
        assert TTFont(file).getBestCmap() == TTFont(file.with_suffix(".woff2")).getBestCmap()
    licences = sorted(fonts.own_fonts().glob("OFL*.txt"))
    assert len(licences) == 2
    for licence in licences:
        assert "SIL OPEN FONT LICENSE Version 1.1" in (said := licence.read_text("utf-8"))
        assert "with Reserved Font Name" not in said


def test_a_page_holds_its_faces_and_weighs_little(documents: dict[str, Document], output: Path) -> None:
    for lang in documents:
        page = output / lang / "conclusions.html"
        assert page.stat().st_size < 700_000
        assert page.read_text("utf-8").count("data:font/woff2;base64,") == 4


def test_figures_are_laid_out_and_set_in_the_documents_face(made: Document) -> None:
    for figure in (block for block in blocks(made) if isinstance(block, Figure)):
        assert (ElementTree.fromstring(figure.svg).get("font-family") or "").startswith(f"'{style.SANS}'")


def test_alternative_texts_do_not_repeat_captions(made: Document) -> None:
    for figure in (block for block in blocks(made) if isinstance(block, Figure)):
        assert figure.alt
        assert to_string(figure.caption) not in figure.alt


def test_sizes_of_one_network_are_told_apart_without_colour() -> None:
    small, large = style.subjects([("a 32", "a", 32), ("a 96", "a", 96)])
    one, other = small.line(1.5), large.line(1.5)
    assert one["color"] == other["color"]
    assert one["linestyle"] != other["linestyle"]
    assert one["markerfacecolor"] != other["markerfacecolor"]


# The dark scheme


@pytest.mark.parametrize("light", sorted(scheme.DARK.keys() - {style.PAPER, style.GRID, style.RULE}))
def test_inks_and_marks_stand_out_from_dark_paper(light: str) -> None:
    least = 7 if light in (style.INK, style.MUTED) else 4
    assert contrast(scheme.DARK[light], scheme.DARK[style.PAPER]) > least


def test_all_marks_stand_out_from_dark_paper() -> None:
    colors = {style.variant_style(i).color for i in range(8)} | set(style.CLASS_COLORS)
    for color in colors:
        assert contrast(scheme.DARK.get(color, color), scheme.DARK[style.PAPER]) > 4, color


def test_files_of_figures_bring_their_paper(documents: dict[str, Document], output: Path) -> None:
    files = sorted(output.glob("*/figures/conclusions/*.svg"))
    assert len(files) > 5
    for file in files:
        root = ElementTree.fromstring(file.read_text("utf-8"))
        assert "prefers-color-scheme: dark" in (root[0].text or "")
        assert root[1].tag == f"{SVG}rect"
        assert root[1].get("fill") == style.PAPER
        assert f'[fill="{style.PAPER}"] {{ fill: {scheme.DARK[style.PAPER]} }}' in (root[0].text or "")


# In a browser


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    if COMMAND is None:
        pytest.skip("no Chromium here")
    with browser(COMMAND, tmp_path_factory.mktemp("profile")) as page:
        yield page


#: colours of: the page, a plate, a figure's first text
COLOURS = """(() => {
  const color = (one, what) => getComputedStyle(one)[what];
  const plate = document.querySelector('.plate');
  return [color(document.body, 'backgroundColor'), color(plate, 'backgroundColor'),
    color(plate.querySelector('svg text'), 'fill')];
})()"""


def seen(window: Page, page: Path, *, dark: bool) -> list[int]:
    window.resize(1280, 900, dark=dark)
    window.open(page.as_uri())
    return [sum(map(int, re.findall(r"\d+", color)[:3])) for color in window.run(COLOURS)]


def test_figures_follow_the_scheme(window: Page, documents: dict[str, Document], output: Path) -> None:
    page = output / "uk" / "conclusions.html"
    body, plate, ink = seen(window, page, dark=False)
    assert min(body, plate) > 740 > 300 > ink
    body, plate, ink = seen(window, page, dark=True)
    assert max(body, plate) < 120 < 450 < ink
    assert window.run("document.fonts.check('16px \"Report Sans\"') && document.fonts.size") == 4


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_phone_shows_the_results(
    window: Page, documents: dict[str, Document], output: Path, lang: str
) -> None:
    window.resize(390, 844, phone=True)
    window.open((output / lang / "conclusions.html").as_uri())
    assert window.run("document.documentElement.scrollWidth") <= 390
    # the first columns are the main quality, which is in sight before anything is moved
    row = "document.querySelector('#table-results tbody tr')"
    assert window.run(f"{row}.cells[2].getBoundingClientRect().right") <= 390
    window.run("document.querySelector('#table-results').parentElement.scrollLeft = 200")
    assert 0 <= window.run(f"{row}.cells[0].getBoundingClientRect().left") < 40
    # tables of words are lists: nothing beside the window, every line led by its column
    cells = "[...document.querySelectorAll('.wordy td')]"
    assert window.run(f"{cells}.length") > 10
    assert window.run(f"{cells}.every(cell => cell.getBoundingClientRect().right <= 390)")
    assert window.run(f"{cells}.every(cell => cell.dataset.label)")


# Figures of findings


@pytest.mark.slow
def test_every_finding_that_has_a_figure_gets_it_once() -> None:
    """Of all findings of the committed results, not only those that are told at length."""
    store = Store(Path(__file__).resolve().parents[2] / "results")
    conclusions = conclude(make_study(store, stored_plan(store)))
    draft = Draft(
        conclusions, Words("uk", conclusions.study), FigureCache(cache_dir() / "figures"), CONCLUSIONS
    )
    found = {f.id: picture(draft, f) for f in conclusions.findings if f.kind in pictures._BY_KIND}
    assert {f.kind for f in conclusions.findings} >= {"neighbours", "filter_shapes", "hidden_classes"}
    shown = [figure.id for figure in found.values() if figure is not None]
    of_images = {name for kind, (name, _) in pictures._BY_KIND.items() if kind != "mean_ranks"}
    assert sorted(shown) == sorted(f"fig-{name}" for name in of_images)
    maps = draft.data["finding-maps"]
    assert isinstance(maps, projections.Projections)
    assert (len(maps.variants), len(maps.methods)) == (3, 2)


def test_a_line_leads_from_the_clusters_to_the_probe() -> None:
    cells = (shares.SharesCell(90.0, 40.0, "90 %", "40 %"), shares.SharesCell(None, 20.0, "", "20 %"))
    data = shares.Shares(
        style.subjects([("a", "a", None), ("b", "b", None)]),
        (shares.SharesPanel("digits", cells),),
        "right, %",
        "probe",
        "clusters",
    )
    root = ElementTree.fromstring(shares.draw(data))
    at = {"".join(e.itertext()): e for e in root.iter(f"{SVG}text")}
    assert {"90 %", "40 %", "20 %", "probe", "clusters", "a", "b"} <= at.keys()
