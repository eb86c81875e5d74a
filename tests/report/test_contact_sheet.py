"""The page of all figures: grouped as the document is, light, with room kept for pictures on their way."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from xml.etree import ElementTree

from report_sample import sample

from fxreport.report.model import Document, Figure, Section, plain
from fxreport.report.writers.contact_sheet import render_contact_sheet
from fxreport.report.writers.walk import ordinals

SVG = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 481.89 120.4"/>'


def figure(name: str, svg: str = SVG) -> Figure:
    path = PurePosixPath(f"figures/{name}.svg")
    return Figure(f"fig-{name}", path, svg, f"What {name} shows.", plain(name))


def document() -> Document:
    """Figures in a section, in its child and in a grandchild; a section without any."""
    deep = Section("deep", "Deep", (figure("c", "<svg/>"),))
    child = Section("child", "Child & <low>", (figure("b"),), (deep,))
    sections = (
        Section("first", "First", (figure("a"), figure("a2")), (child, Section("bare", "Bare"))),
        Section("second", "Second"),
        Section("third", "Third", (), (Section("last", "Last", (figure("d"),)),)),
    )
    return replace(sample("en"), sections=sections)


def sheet() -> ElementTree.Element:
    return ElementTree.fromstring(render_contact_sheet(document(), "../page.html"))


def test_figures_stand_under_the_titles_that_lead_to_them() -> None:
    groups = {
        "".join(part.find("h2").itertext()): [f.get("id") for f in part.iter("figure")]  # type: ignore[union-attr]
        for part in sheet().iter("section")
    }
    assert groups == {
        "First": ["fig-a", "fig-a2"],
        "First · Child & <low>": ["fig-b", "fig-c"],
        "Third · Last": ["fig-d"],
    }
    ordered = [f.get("id") for f in sheet().iter("figure")]
    assert ordered == sorted(ordered, key=lambda name: ordinals(document())[str(name)])


def test_headings_lead_to_their_sections_and_the_contents_to_the_headings() -> None:
    root = sheet()
    heads = [a.get("href") for h in root.iter("h2") for a in h.iter("a")]
    assert heads == [f"../page.html#{name}" for name in ("first", "child", "last")]
    contents = next(nav for nav in root.iter("nav"))
    ids = {e.get("id") for e in root.iter() if e.get("id")}
    jumps = [a.get("href") or "" for a in contents.iter("a")]
    assert len(jumps) == 3
    assert {jump.removeprefix("#") for jump in jumps} <= ids


def test_pictures_are_files_that_are_loaded_when_they_come_in_sight_and_have_their_room_before() -> None:
    pictures = {img.get("src"): img for img in sheet().iter("img")}
    assert {img.get("loading") for img in pictures.values()} == {"lazy"}
    assert (pictures["a.svg"].get("width"), pictures["a.svg"].get("height")) == ("482", "120")
    assert pictures["c.svg"].get("width") is None
    page = render_contact_sheet(document(), "../page.html")
    assert not re.search(r"<svg\b[^>]*xmlns", page), "a picture inside the page would make it heavy"
