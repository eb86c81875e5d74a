"""The writers: what a document looks like as Markdown, HTML and PDF."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_sample import EXTRACTORS, sample

from fxreport.report.model import (
    Column,
    Document,
    Entries,
    Entry,
    Figure,
    Link,
    Number,
    Paragraph,
    Plain,
    Row,
    Section,
    Stars,
    Statement,
    Statements,
    Strong,
    Table,
    TableCell,
    plain,
)
from fxreport.report.writers import files, pdf
from fxreport.report.writers.check import dangling_addresses, duplicate_ids, stray_digits, unaddressed
from fxreport.report.writers.environment import REQUIRED_LABELS
from fxreport.report.writers.files import write_text
from fxreport.report.writers.html import breadth, prefix_ids, render_html, render_print_html
from fxreport.report.writers.markdown import escape_markdown, heading_slugs, render_markdown
from fxreport.report.writers.walk import ordinals, sections
from fxreport.system.resources import resource
from fxreport.vocabulary.errors import OutputError

LANGUAGES = ("uk", "en")


@pytest.fixture(scope="module", params=LANGUAGES)
def document(request: pytest.FixtureRequest) -> Document:
    return sample(request.param)


@pytest.fixture(scope="module")
def page(document: Document) -> str:
    return render_html(document)


def small(*blocks: Any, **changes: Any) -> Document:
    """A document of one section that holds the given blocks."""
    base = replace(sample("en"), sections=(Section("only", "Only", tuple(blocks)),))
    return replace(base, **changes)


def tree_of(page: str) -> ElementTree.Element:
    """The page as XML: our HTML is well-formed, which no browser needs and every check likes."""
    return ElementTree.fromstring(page)


# HTML


def test_html_is_well_formed_and_says_its_language_and_title(document: Document, page: str) -> None:
    root = tree_of(page)
    assert root.get("lang") == document.lang
    assert root.findtext("head/title") == document.title
    described = root.find("head/meta[@name='description']")
    assert described is not None
    assert described.get("content") == document.subtitle


def test_html_needs_no_host_and_no_script(document: Document, page: str) -> None:
    root = tree_of(page)
    assert {e.tag for e in root.iter()}.isdisjoint({"script", "link", "iframe", "object", "img"})
    assert not re.search(
        r"@import|url\(\s*['\"]?(?!#|['\"]?data:)", "".join(e.text or "" for e in root.iter("style"))
    )
    loads = [
        value
        for e in root.iter()
        for name, value in e.attrib.items()
        if name in {"src", "srcset", "data", "action"} or name.endswith("}href")
    ]
    assert all(value.startswith(("#", "data:")) for value in loads)


def test_ids_are_unique_and_every_inner_link_leads_somewhere(page: str) -> None:
    root = tree_of(page)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    targets = {href[1:] for e in root.iter() if (href := e.get("href") or "").startswith("#")}
    assert targets <= set(ids)
    assert {"page-main", "page-top", "m-0-0-2"} <= targets


def test_headings_go_down_one_level_at_a_time(document: Document, page: str) -> None:
    found = [int(e.tag[1]) for e in tree_of(page).iter() if re.fullmatch(r"h\d", str(e.tag))]
    assert found[0] == 1
    assert found.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(found))
    assert found.count(2) == len(document.sections)


def test_tables_have_captions_scopes_and_a_labelled_scroller(page: str) -> None:
    root = tree_of(page)
    plates = [e for e in root.iter("div") if e.get("class") == "plate"]
    regions = [e for e in root.iter("div") if e.get("role") == "region" and e not in plates]
    tables = list(root.iter("table"))
    assert len(regions) == len(tables) > 15
    for region in regions:
        table = region.find("table")
        assert region.get("tabindex") == "0"
        assert table is not None
        assert [e.get("id") for e in table.findall("caption")] == [region.get("aria-labelledby")]
        assert {th.get("scope") for th in table.findall("thead/tr/th")} == {"col"}
        for row in table.findall("tbody/tr"):
            assert row[0].tag == "th"
            assert row[0].get("scope") == "row"


def test_figures_are_named_pictures_that_share_no_id(document: Document, page: str) -> None:
    root = tree_of(page)
    svgs = [svg for figure in root.iter("figure") for svg in figure.iter("{http://www.w3.org/2000/svg}svg")]
    figures = [b for s in sections(document) for b in s.blocks if isinstance(b, Figure)]
    assert [(svg.get("role"), svg.get("aria-label")) for svg in svgs] == [("img", f.alt) for f in figures]
    inside = [{e.get("id") for e in svg.iter() if e.get("id")} for svg in svgs]
    assert all(inside)
    assert inside[0].isdisjoint(inside[1])
    for svg, ids in zip(svgs, inside, strict=True):
        text = ElementTree.tostring(svg, encoding="unicode")
        assert set(re.findall(r"""url\(#([^)]+)\)|href="#([^"]+)""", text)) <= {
            pair for i in ids for pair in ((i, ""), ("", i))
        }


def test_a_figure_with_a_name_of_its_own_gets_the_documents(document: Document) -> None:
    svg = '<svg aria-label=\'a "quoted" name\' role="img" viewBox="0 0 1 1"><path id="a"/></svg>'
    page = render_html(small(Figure("f", PurePosixPath("figures/f.svg"), svg, 'A < B & "C"', plain("c"))))
    assert page.count("aria-label='a") == 0
    assert 'aria-label="A &lt; B &amp; &quot;C&quot;"' in page


def test_numbers_with_an_address_are_links(document: Document, page: str) -> None:
    links = [a for a in tree_of(page).iter("a") if a.get("class") == "num"]
    assert len(links) > 300
    assert links[0].get("title")
    assert all((a.get("href") or "").startswith("#m-") for a in links)


def test_markup_in_names_comes_out_as_text(page: str) -> None:
    words = "".join(tree_of(page).itertext())
    assert EXTRACTORS[-1] in words
    assert "markup: <b>bold</b> *stars*" in words
    assert "<b>" not in page


@pytest.mark.parametrize("href", ["javascript:alert(1)", " JaVaScRiPt:x", "data:text/html,x", "vbscript:x"])
def test_a_link_that_runs_code_is_only_text(href: str) -> None:
    document = small(Paragraph((Link("words", href),)))
    assert "<p>words</p>" in render_html(document)
    assert href.strip().lower()[:9] not in render_html(document).lower()
    assert f"({href.strip()[:4]}" not in render_markdown(document)


def test_a_name_from_right_to_left_turns_nothing_beside_it() -> None:
    """Without the element a browser shows the 3 before the name: its figures go with the letters."""
    text = (Plain("before "), Plain("מודל גדול 3 < 5; "), Strong("שלום"), Plain(" alone, Модель 7"))
    page = render_html(small(Paragraph(text)))
    isolated = "before <bdi>מודל גדול</bdi> 3 &lt; 5; <strong><bdi>שלום</bdi></strong> alone, Модель 7"
    assert f"<p>{isolated}</p>" in page
    assert "<bdi>" not in render_html(small(Paragraph((Plain("vgg16, Модель, 模型 5"),))))


def test_support_is_said_in_words_and_by_a_shape(document: Document, page: str) -> None:
    root = tree_of(page)
    defined = {e.get("id") for e in root.iter() if str(e.tag).endswith("symbol")}
    used = {
        e.get("href") for e in root.iter() if str(e.tag).endswith("use") and not e.keys()[0].startswith("{")
    }
    assert {u[1:] for u in used if u} <= defined
    for item in (li for li in root.iter("li") if (li.get("class") or "").startswith("claim ")):
        said = item.find("a[@class='support']")
        assert said is not None
        assert said.text
        assert f"#icon-{(item.get('class') or '').split()[1]}" in ElementTree.tostring(
            item, encoding="unicode"
        )


def test_stars_have_a_text_alternative_everywhere() -> None:
    document = small(Paragraph((Stars(3, 5, "three of five"),)))
    assert 'aria-label="three of five"' in render_html(document)
    assert render_html(document).count('href="#icon-star"') == 5
    assert 'alt="three of five"' in render_print_html(document)
    assert "three of five" in render_markdown(document)


def test_no_emoji(document: Document, page: str) -> None:
    emoji = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")
    assert not emoji.search(page)
    assert not emoji.search(render_markdown(document))


def test_styles_stand_once_and_the_page_is_small(page: str) -> None:
    assert page.count("<style>") == 1
    own = re.sub(r"<div class=\"plate\"[^>]*>.*?</div>|@font-face[^\n]*", "", page, flags=re.DOTALL)
    assert len(own.encode()) < 180_000


def test_prefix_ids_reaches_every_reference_and_no_text() -> None:
    svg = (
        '<svg><style>#a{fill:#abc} .b{clip-path:url(#c)}</style><clipPath id="c"/><g id="a" data-id="a" '
        'clip-path="url(#c)" aria-labelledby="a c"><use xlink:href=\'#c\' href="#a"/>'
        '<text x="1"> id="a" url(#c)</text><image href="data:image/png;base64,#x"/></g></svg>'
    )
    assert prefix_ids(svg, "p-") == (
        '<svg><style>#p-a{fill:#abc} .b{clip-path:url(#p-c)}</style><clipPath id="p-c"/><g id="p-a" '
        'data-id="a" clip-path="url(#p-c)" aria-labelledby="p-a p-c"><use xlink:href=\'#p-c\' href="#p-a"/>'
        '<text x="1"> id="a" url(#c)</text><image href="data:image/png;base64,#x"/></g></svg>'
    )


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance of ``#rrggbb``."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_has_aa_contrast_in_both_schemes(scheme: int) -> None:
    style = resource("templates", "style.css").read_text("utf-8")
    colours = dict(
        re.findall(r"--(\w+): (#\w{6});", re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme])
    )
    for text in ("ink", "soft", "accent", "certain", "likely", "doubt"):
        for ground in ("paper", "panel", "tint"):
            light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


# Markdown


def test_markdown_is_clean_and_complete(document: Document) -> None:
    text = render_markdown(document)
    assert text == render_markdown(document)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not re.search(r"[ \t]$|\n{3,}|\t", text, re.MULTILINE)
    assert text.startswith(f"# {document.title}\n")
    titles = re.findall(r"^#+ (.*)", text, re.MULTILINE)
    assert [s.title for s in sections(document)] == [
        t for t in titles if t in {s.title for s in sections(document)}
    ]


def test_markdown_contents_lead_to_headings(document: Document) -> None:
    text = render_markdown(document)
    slugs = [
        re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-")
        for h in re.findall(r"^#+ (.*)", text, re.MULTILINE)
    ]
    linked = re.findall(r"^- \[.*\]\(#(.*)\)$", text, re.MULTILINE)
    assert len(linked) == len(document.sections)
    assert set(linked) <= set(slugs)


def test_markdown_statements_refer_to_their_evidence_and_that_to_the_tables(document: Document) -> None:
    text = render_markdown(document)
    [first] = re.findall(
        r"^- .*\*\*Custom CNN\*\*.*MNIST.*|^- .*MNIST.*\*\*Custom CNN\*\*.*", text, re.MULTILINE
    )[:1]
    assert first.endswith(
        f"*({dict(zip(LANGUAGES, ('напевно', 'certain'), strict=True))[document.lang]})* [→](#c-winner-0-0)"
    )
    [entry] = re.findall(r'^- <a id="c-winner-0-0"></a>.*', text, re.MULTILINE)
    assert re.findall(r"\]\(#([^)]+)\)", entry) == ["t-appendix-0-0", "t-appendix-0-1", "c-winner-0-0"]


def test_markdown_links_lead_to_anchors_and_headings_that_are_there(document: Document) -> None:
    text = render_markdown(document)
    anchors = re.findall(r'<a id="([^"]+)"', text)
    assert len(anchors) == len(set(anchors))
    wanted = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert wanted
    assert wanted <= {*anchors, *heading_slugs(document).values()}


def test_markdown_number_is_a_link_once_a_line() -> None:
    row = Row((TableCell(plain("a")), TableCell((Number("1", "r"),)), TableCell((Number("2", "q"),))), id="r")
    columns = (Column(plain("n")), Column(plain("x"), numeric=True), Column(plain("y"), numeric=True))
    other = Row((TableCell(plain("b")), *[TableCell((Number("3"),))] * 2), id="q")
    table = Table("t", plain("c"), columns, (row,))
    said = Paragraph((Number("1", "r"), Plain(" and "), Number("2", "r"), Plain(", "), Number("3", "q")))
    text = render_markdown(small(table, Table("u", plain("d"), columns, (other,)), said))
    assert "[1](#t) and 2, [3](#u)" in text
    # a row's head leads to where most of its numbers come from, the others lead themselves
    assert re.search(r"^\| \[a\]\(#t\) +\| +1 \| +\[2\]\(#u\) \|$", text, re.MULTILINE)
    # without an entry of its evidence a statement's numbers are links like any
    bare = Statement("id", (Number("4", "r"),), "certain", "certain")
    assert "- [4](#t) *(certain)*\n" in render_markdown(small(table, Statements((bare,))))


def split_cells(line: str) -> list[str]:
    """Cells of a pipe table's line, as a GFM reader takes it apart."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_markdown_tables_are_aligned_pipes_with_bold_best_values(document: Document) -> None:
    tables = re.findall(r"(?:^\|.*\|\n)+", render_markdown(document), re.MULTILINE)
    assert len(tables) == sum(isinstance(b, Table) for s in sections(document) for b in s.blocks)
    for table in tables:
        lines = table.splitlines()
        assert len({len(line) for line in lines}) == 1
        assert len({len(split_cells(line)) for line in lines}) == 1
        assert all(re.fullmatch(r"-+:?", rule) for rule in split_cells(lines[1]))
    assert sum(len(re.findall(r"\| +\*\*[\d,.]+\*\* ", table)) for table in tables) > 15


@given(st.text(alphabet=st.sampled_from(list("ab1 \\`*_[]<>|~$&#+-.)(!:;=")), max_size=25))
def test_escaped_markdown_shows_the_text_itself(text: str) -> None:
    """Taking the escapes out gives the text, and nothing that stands unescaped can begin markup."""
    escaped = escape_markdown(text)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped) == text
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", escaped)
    assert not re.search(r"[`*\[\]<|~$]", bare)
    assert not re.match(r"\s*(>|#+(\s|$)|[+-](\s|$)|(-+|=+)\s*$|\d+[.)](\s|$))", escaped)


def test_markdown_escapes_keep_identifiers_readable() -> None:
    assert escape_markdown("custom_cnn 0.5 & Co (a-b)") == "custom_cnn 0.5 & Co (a-b)"
    assert escape_markdown("_x_ &amp; 1. | 2. y") == r"\_x\_ \&amp; 1. \| 2. y"
    assert escape_markdown("-0.5 and -0.7") == "-0.5 and -0.7"
    assert escape_markdown("- y") == r"\- y"
    assert escape_markdown("---") == r"\---"
    assert escape_markdown("1. y") == r"1\. y"
    assert escape_markdown("a\nb") == "a b"


# PDF


# The layout of a document of this size takes seconds: one language each is enough.


@pytest.fixture(scope="module")
def ukrainian() -> Document:
    return sample("uk")


@pytest.fixture(scope="module")
def laid_out(ukrainian: Document) -> Any:
    return pdf.lay_out(ukrainian)


@pytest.mark.parametrize("supported", [True, False])
def test_paper_fills_lines_whatever_ends_them(supported: bool) -> None:
    words = "Means of all runs over the image sets behind the raw pixels of these"
    statements = Statements(
        tuple(
            Statement(
                f"c{width}",
                (Plain(f"{words} l{'i' * width} "), Number("0.5", "t"))
                if supported
                else plain(f"{words} l{'i' * width}"),
                "certain",
                "shown",
            )
            for width in range(60)
        )
    )
    table = Table("t", plain("Values"), (Column(plain("A")),), (Row((TableCell(plain("1")),)),))
    items = [
        box
        for page in pdf.lay_out(small(statements, table)).pages
        for box in page._page_box.descendants()
        if box.element_tag == "li" and type(box).__name__ == "BlockBox" and box.children
    ]
    broken = [box for box in items if len(box.children) > 1]
    assert 10 < len(broken) < len(items)
    assert all(sum(child.width for child in box.children[0].children) > box.width / 2 for box in broken)


@pytest.mark.slow
def test_pdf_is_tagged_titled_embedded_and_says_nothing_to_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    document = sample("en")
    with caplog.at_level(logging.WARNING, "weasyprint"):
        pdf.write_pdf(document, tmp_path / "new" / "c.pdf")
    assert [r.getMessage() for r in caplog.records if r.name == "weasyprint"] == []
    data = (tmp_path / "new" / "c.pdf").read_bytes()
    assert data.startswith(b"%PDF-1.7")
    data += unpacked(data)
    for mark in (b"pdfuaid", b"/MarkInfo", b"/StructTreeRoot", b"/Lang (en)", b"/Outlines", b"/Headers"):
        assert mark in data, mark
    fonts = set(re.findall(rb"/FontName /([\w+-]+)", data))
    assert len(fonts) >= 2
    assert all(b"DejaVu" in name or b"+" in name for name in fonts)
    assert len(re.findall(rb"/FontFile\d", data)) == len(fonts)


def unpacked(data: bytes) -> bytes:
    """All streams of a PDF, inflated."""
    import zlib

    out = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            out.append(zlib.decompress(stream))
        except zlib.error:
            out.append(stream)
    return b"\n".join(out)


def text_boxes(page: Any) -> list[Any]:
    return [box for box in page._page_box.descendants() if type(box).__name__ == "TextBox"]


def assert_nothing_is_cut(laid_out: Any) -> None:
    for page in laid_out.pages:
        for box in text_boxes(page):
            assert box.position_x >= 0
            assert box.position_x + box.width <= page.width - 30, box.text


@pytest.mark.slow
def test_pdf_pages_are_a4_numbered_and_nothing_is_cut(laid_out: Any) -> None:
    assert {(round(p.width * 25.4 / 96), round(p.height * 25.4 / 96)) for p in laid_out.pages} == {(210, 297)}
    total = len(laid_out.pages)
    for n, page in enumerate(laid_out.pages, start=1):
        assert "".join(box.text for box in text_boxes(page)).count(f"{n} / {total}") == 1
    assert_nothing_is_cut(laid_out)


def test_pdf_contents_give_the_page_of_each_section(ukrainian: Document, laid_out: Any) -> None:
    starts: dict[str, int] = {}
    for n, page in enumerate(laid_out.pages, start=1):
        for name in page.anchors:
            starts.setdefault(name, n)
    contents = " ".join(box.text for box in text_boxes(laid_out.pages[0]))
    for section in sections(ukrainian):
        # the title, then dots, then the number of its page
        assert re.search(rf"{re.escape(section.title)}[ .]*{starts[section.id]}\b", contents), section.title


def test_pdf_rows_do_not_break_and_headers_come_again(laid_out: Any) -> None:
    """A table that goes on has its head on each page; a row is on one page only."""
    seen: dict[int, int] = {}
    heads: dict[int, int] = {}
    for n, page in enumerate(laid_out.pages):
        for box in page._page_box.descendants():
            if box.element_tag == "tr" and box.element is not None:
                if any(cell.element.get("scope") == "col" for cell in box.children):
                    heads[id(box.element)] = heads.get(id(box.element), 0) + 1
                else:
                    assert seen.setdefault(id(box.element), n) == n
    assert len(seen) > 300
    assert max(heads.values()) > 1


@pytest.mark.parametrize(
    ("columns", "heading", "cell"),
    [
        (9, "Точність кластерів", "0,4391"),
        (9, "Точність кластерів", "0,4391 ± 0,0123"),
        (14, "Точність кластерів", "0,4391 ± 0,0123"),
        (12, "monash_tourism_quarterly", "0,439"),
    ],
)
def test_pdf_never_cuts_the_numbers_of_a_wide_table(columns: int, heading: str, cell: str) -> None:
    heads = (
        Column(plain("Екстрактор")),
        *(Column(plain(heading), numeric=True) for _ in range(columns)),
    )
    row = Row(
        (
            TableCell(plain("a_very_long_plugin_name with spaces, 224 px")),
            *(TableCell((Number(cell),)) for _ in range(columns)),
        )
    )
    table = Table("t", plain("caption"), heads, (row,) * 3)
    laid_out = pdf.lay_out(small(table))
    assert_nothing_is_cut(laid_out)
    assert (breadth(table) == "vast") == any(page.width > page.height for page in laid_out.pages)


RENDER_TWICE = """
import hashlib
from dataclasses import replace
from report_sample import sample
from fxreport.report.writers.html import render_html
from fxreport.report.writers.markdown import render_markdown
from fxreport.report.writers.pdf import render_pdf
whole = sample("uk")
document = replace(whole, sections=whole.sections[:7])
for data in (render_markdown(document).encode(), render_html(document).encode(), render_pdf(document)):
    print(hashlib.sha256(data).hexdigest())
"""


@pytest.mark.slow
def test_every_format_is_the_same_bytes_in_other_surroundings(tmp_path: Path) -> None:
    """Other hash seeds, time zones, folders; no SOURCE_DATE_EPOCH, so the document's own date must do."""
    paths = os.pathsep.join(
        [str(Path(__file__).parents[1] / "helpers"), str(Path(files.__file__).parents[3])]
    )
    results = []
    for seed, zone in (("1", "Europe/Kyiv"), ("2", "America/Lima")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": paths}
        env.pop("SOURCE_DATE_EPOCH", None)
        run = subprocess.run(
            [sys.executable, "-c", RENDER_TWICE],
            env=env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        results.append(run.stdout)
    assert results[0] == results[1]
    assert len(results[0].split()) == 3


NO_PANGO = """
import sys
import cffi
def refuse(self, name, flags=0):
    raise OSError(f"cannot load library {name!r}")
cffi.FFI.dlopen = refuse
from pathlib import Path
from report_sample import sample
from fxreport.vocabulary.errors import OutputError
from fxreport.report.writers.pdf import write_pdf
try:
    write_pdf(sample("en"), Path("x.pdf"))
except OutputError as error:
    print(error)
"""


def test_missing_pango_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    paths = os.pathsep.join(
        [str(Path(__file__).parents[1] / "helpers"), str(Path(files.__file__).parents[3])]
    )
    run = subprocess.run(
        [sys.executable, "-c", NO_PANGO],
        env={**os.environ, "PYTHONPATH": paths},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert len(run.stdout.splitlines()) == 1, run.stdout
    assert "Pango" in run.stdout
    assert "install" in run.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_pdf_asks_no_host() -> None:
    with pytest.raises(ValueError, match="outside itself"):
        pdf._picture("https://example.org/x.svg", {})


# Files


def test_files_land_whole(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.md"
    write_text(path, "рядок\n")
    write_text(path, "інший\n")
    assert path.read_bytes() == "інший\n".encode()
    assert [p.name for p in path.parent.iterdir()] == ["b.md"]


def test_an_output_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError) as caught:
        write_text(tmp_path / "file" / "b.md", "x")
    assert str(tmp_path / "file" / "b.md") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.md"
    write_text(path, "old")

    def full(self: Path, data: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["b.md"]


# Checks


def test_no_digit_comes_from_a_template(document: Document, page: str) -> None:
    assert stray_digits(page, document) == []
    assert stray_digits(render_markdown(document), document) == []


@pytest.mark.parametrize("words", ["<p>1984</p>", '<p title="1984">x</p>', '<img alt="1984"/>'])
def test_stray_digits_are_found_in_html(page: str, document: Document, words: str) -> None:
    assert stray_digits(page.replace("</main>", f"{words}</main>"), document) == ["1984 (1×)"]


def test_stray_digits_are_found_in_markdown(document: Document) -> None:
    assert stray_digits(render_markdown(document) + "\n**1984**\n", document) == ["1984 (1×)"]


class TemplateText(HTMLParser):
    """What of a template is text: expressions and statements of Jinja2 are blanked before."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("name", sorted(p.name for p in resource("templates").glob("*.j2")))
def test_templates_hold_no_digit_and_no_word(name: str) -> None:
    source = resource("templates", name).read_text("utf-8")
    parser = TemplateText()
    parser.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", source, flags=re.DOTALL))
    parser.close()
    visible = "".join(parser.texts).replace("\N{NO-BREAK SPACE}", "")
    assert not re.search(r"\w", visible), visible


def test_ids_and_addresses_are_checked(document: Document) -> None:
    assert duplicate_ids(document) == []
    assert dangling_addresses(document) == []
    entry = Entry("only", "term", (Link("there", "#neither"),))
    claim = Statement("id", (Number("3"),), "certain", "certain", evidence="gone")
    twice = small(
        Table("only", plain("c"), (), ()),
        Paragraph((Number("1", "nowhere"),)),
        Entries((entry,)),
        Statements((claim,)),
    )
    assert duplicate_ids(twice) == ["only"]
    assert dangling_addresses(twice) == ["gone", "neither", "nowhere"]
    assert unaddressed(twice) == ["only: 3"]
    reference = replace(twice, sections=(replace(twice.sections[0], id="appendix"),))
    assert unaddressed(reference) == []


@pytest.mark.parametrize("label", sorted(REQUIRED_LABELS))
def test_a_missing_label_is_an_error(label: str) -> None:
    document = sample("uk")
    labels = {name: word for name, word in document.labels.items() if name != label}
    for render in (render_html, render_markdown, render_print_html):
        with pytest.raises(ValueError, match=label):
            render(replace(document, labels=labels))


def test_both_languages_have_the_same_shape() -> None:
    shapes = [
        [(s.id, [type(b).__name__ for b in s.blocks]) for s in sections(sample(lang))] for lang in LANGUAGES
    ]
    assert shapes[0] == shapes[1]
    marks = [
        re.findall(r"^(#+|- |> |\||!\[)", render_markdown(sample(lang)), re.MULTILINE) for lang in LANGUAGES
    ]
    assert marks[0] == marks[1]


def test_tables_and_figures_are_numbered_as_they_come(document: Document, page: str) -> None:
    numbers = ordinals(document)
    assert [n for i, n in numbers.items() if i.startswith("t-")] == list(range(1, 22))
    assert [n for i, n in numbers.items() if i.startswith("f-")] == [1, 2]


@settings(max_examples=30)
@given(st.text(max_size=20))
def test_any_text_survives_every_writer(words: str) -> None:
    """No text of a model can break the page: it parses, and says the words."""
    legal = "".join(c for c in words if c.isprintable())
    table = Table("t", plain("c"), (Column(plain("x")), Column(plain("y"), numeric=True)), ())
    row = Row((TableCell(plain(legal)), TableCell((Strong(legal),), best=True)))
    claim = Statement("c", (Plain(legal), Number(legal, "t", legal)), "certain", "certain")
    document = small(Paragraph(plain(legal)), Statements((claim,)), replace(table, rows=(row,)))
    assert legal in "".join(tree_of(render_html(document)).itertext())
    lines = [line for line in render_markdown(document).splitlines() if line.startswith("|")]
    assert {len(split_cells(line)) for line in lines} == {2}


def test_hashes_differ_between_languages() -> None:
    digests = {hashlib.sha256(render_html(sample(lang)).encode()).hexdigest() for lang in LANGUAGES}
    assert len(digests) == 2
