"""Templates and styles of a user's own: they change one thing, reach nothing outside, fail in one line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from report_sample import sample

from fxreport.report.look import Look, read_look
from fxreport.report.model import Document
from fxreport.report.writers.html import render_html, render_print_html
from fxreport.report.writers.markdown import render_markdown
from fxreport.vocabulary.errors import ConfigError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


def looking(folder: Path | None = None, style: Path | None = None) -> Document:
    return replace(sample("uk"), look=read_look(folder, style))


def test_a_macro_shows_one_kind_of_block_otherwise_and_leaves_the_others(folder: Path) -> None:
    (folder / "own.html.j2").write_text(
        '{% macro note(block, level) %}<aside class="mine">{{ block.text | inline }}</aside>\n{% endmacro %}'
    )
    page, shipped = render_html(looking(folder)), render_html(sample("uk"))
    assert page.count('<aside class="mine">') == shipped.count('<div class="note"') > 0
    assert '<div class="note"' not in page
    assert page.count("<table") == shipped.count("<table")
    assert '<aside class="mine">' in render_print_html(looking(folder))


def test_a_named_part_of_a_page_and_of_a_text_is_replaced_alone(folder: Path) -> None:
    (folder / "document.html.j2").write_text(
        '{% extends "shipped/document.html.j2" %}{% block footer %}{{ super() }}<p>Кафедра</p>{% endblock %}'
    )
    (folder / "document.md.j2").write_text(
        '{% extends "shipped/document.md.j2" %}{% block closing %}Кафедра{% endblock %}'
    )
    page, shipped = render_html(looking(folder)), render_html(sample("uk"))
    assert page.replace("<p>Кафедра</p>", "").split() == shipped.split()
    assert render_markdown(looking(folder)) == f"{render_markdown(sample('uk'))}\nКафедра\n"


def test_an_empty_folder_changes_no_byte(folder: Path) -> None:
    for render in (render_html, render_print_html, render_markdown):
        assert render(looking(folder)) == render(sample("uk"))


BROKEN = {
    "{{ document.nothing }}": "has no attribute 'nothing'",
    "{{ document.__class__.__mro__ }}": "unsafe",
    "{{ ''.__class__.__base__.__subclasses__() }}": "unsafe",
    "{{ document.look.templates.parent }}": "unsafe",
    "{{ cycler.__init__.__globals__ }}": "unsafe",
    "{% include '../secret.txt' %}": "there is no template ../secret.txt",
    "{% include '/etc/hostname' %}": "there is no template",
    "{{ 1 / 0 }}": "division by zero",
    "{{ document.labels.clear() }}": "unsafe",
}


@pytest.mark.parametrize("template", BROKEN)
def test_what_a_template_must_not_do_is_told_with_file_and_line(folder: Path, template: str) -> None:
    (folder.parent / "secret.txt").write_text("secret")
    file = folder / "document.html.j2"
    file.write_text(
        f'{{% extends "shipped/document.html.j2" %}}\n\n{{% block footer %}}{template}{{% endblock %}}'
    )
    with pytest.raises(ConfigError) as caught:
        render_html(looking(folder))
    assert str(caught.value).startswith(f"{file}:3: ")
    assert BROKEN[template] in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_link_that_leads_out_of_the_folder_is_not_followed(folder: Path) -> None:
    (folder.parent / "secret.txt").write_text("secret")
    (folder / "own.html.j2").symlink_to(folder.parent / "secret.txt")
    with pytest.raises(ConfigError, match="leads out of the folder"):
        render_html(looking(folder))


def test_syntax_is_checked_before_anything_is_made(folder: Path) -> None:
    (folder / "site").mkdir()
    (folder / "site" / "page.html.j2").write_text("{# ok #}\n{% block a %}{% endblok %}")
    with pytest.raises(ConfigError, match=r"site/page\.html\.j2:2: .*endblok"):
        read_look(folder, None)
    with pytest.raises(ConfigError, match="there is no folder of templates"):
        read_look(folder / "none", None)
    (folder / "site" / "page.html.j2").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_look(folder, None)


STYLES = {
    '@import "x.css";': "@import",
    "@\\69mport url(//x);": "@import",
    "h1 { background: url(http://evil/x.png) }": "http://evil/x.png lies outside",
    "h1 { background: u\\72l(//evil) }": "//evil lies outside",
    '@font-face { src: url("f.woff2") }': "f.woff2 lies outside",
    '@media print { a { background: image-set("http://e/x" 1x) } }': "http://e/x lies outside",
    "h1 { color }": "not valid CSS",
    "}": "not valid CSS",
}


@pytest.mark.parametrize("rule", STYLES)
def test_a_style_that_is_none_or_would_fetch_is_told_with_its_line(tmp_path: Path, rule: str) -> None:
    file = tmp_path / "my.css"
    file.write_text(f"p {{ color: red }}\n\n{rule}\n")
    with pytest.raises(ConfigError) as caught:
        read_look(None, file)
    assert str(caught.value).startswith(f"{file}:3: ")
    assert STYLES[rule] in str(caught.value)


def test_a_style_comes_after_ours_and_ends_no_element(tmp_path: Path) -> None:
    file = tmp_path / "my.css"
    file.write_text(
        'h1 { color: #7a1f3d; background: url("data:image/png;base64,AA") }\n'
        'h1::after { content: "</style><script>alert(1)</script>" }\n'
    )
    page = render_html(looking(style=file))
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert style.rstrip().endswith(r'content: "<\/style><script>alert(1)<\/script>" }')
    assert page.count("</style>") == render_html(sample("uk")).count("</style>")


@pytest.mark.slow
def test_a_style_reaches_paper(tmp_path: Path) -> None:
    from fxreport.report.writers import pdf

    file = tmp_path / "my.css"
    file.write_text("@page { size: A5 }")
    pages = pdf.lay_out(looking(style=file)).pages
    assert round(pages[0].width) == 559  # CSS pixels of A5
    assert Look() == read_look(None, None)
