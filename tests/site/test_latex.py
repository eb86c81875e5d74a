"""Tables as LaTeX: whatever names hold is shown as it is, and no character of theirs is a command."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from site_examples import EVIL, LANGUAGES, committed, drafted, hostile

from fxreport.report.model import Column, Row, Strong, Table, TableCell, Text, plain, to_string
from fxreport.report.writers.walk import blocks
from fxreport.site.latex import escaped, latex_table

TEXT = {
    "allowbreak": "", "textbackslash": "\\", "textasciitilde": "~",
    "textasciicircum": "^", "textless": "<", "textgreater": ">",
    "textbar": "|", "textquotedbl": '"', "textasciigrave": "`", "dots": "…", "textsuperscript": "²",
}  # fmt: skip
LAYOUT = {
    "begin", "end", "centering", "caption", "label", "toprule", "midrule", "bottomrule", "par", "smallskip",
    "textbf", "textit", "multicolumn", "addlinespace", "endhead", "endlastfoot", "linewidth", "raggedright",
    "arraybackslash", "resizebox",
}  # fmt: skip
MATHS = {
    "times": "×", "pm": "±", "div": "÷", "leq": "≤", "geq": "≥", "approx": "≈", "neq": "≠", "uparrow": "↑",
    "downarrow": "↓", "rightarrow": "→", "leftarrow": "←", "cdot": "·", "rho": "ρ", "sigma": "σ", "mu": "μ",
    "Delta": "Δ", "infty": "∞", "star": "★",
}  # fmt: skip


def read(tex: str) -> tuple[str, list[str]]:
    """A reader of our own: the text that TeX would set, and the commands that it would run."""
    shown, ran, depth, i = "", [], 0, 0
    while i < len(tex):
        c = tex[i]
        if c == "\\":
            found = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL).match(tex, i)
            assert found
            name = found[1]
            i = found.end()
            if len(name) > 1:
                assert name in TEXT or name in LAYOUT, name
                ran.append(name)
                shown += TEXT.get(name, "")
                if name == "textsuperscript":
                    i += len("{2}")
            else:
                assert name in "{}%$&_#,\\", name
                shown += {",": "\u202f", "\\": ""}.get(name, name)
            continue
        if c == "$":
            maths = re.compile(r"\$(?:-|\\([A-Za-z]+))\$").match(tex, i)
            assert maths, tex[i : i + 20]
            shown += MATHS[maths[1]] if maths[1] else "−"
            i = maths.end()
            continue
        assert c not in "%#_^\0", tex[max(0, i - 20) : i + 5]
        depth += (c == "{") - (c == "}")
        assert depth >= 0
        ligature = re.compile("-{2,3}|,,|''").match(tex, i)
        if ligature:
            assert ligature[0] != ",,"
            shown += {"--": "–", "---": "—"}[ligature[0]]
            i = ligature.end()
            continue
        shown += "" if c in "{}" else "\u00a0" if c == "~" else c
        i += 1
    assert depth == 0
    return shown, ran


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from(" \\{}%$&_#~^<>|[]*-,'\"`"),
    max_size=60,
)


@given(TEXTS)
def test_any_text_is_shown_as_it_is(text: str) -> None:
    shown, ran = read(escaped(text))
    assert set(ran) <= set(TEXT)
    assert shown == re.sub(" +", " ", text)


@pytest.mark.parametrize("name", EVIL)
def test_evil_names_stay_text(name: str) -> None:
    _, ran = read(escaped(name))
    assert set(ran) <= set(TEXT)
    assert not re.search("[\x00-\x1f\u202a-\u202e\u2028]", escaped(name))


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["uk", "en"])
@pytest.mark.parametrize("name", ["conclusions", "technical"])
def test_every_table_has_its_rows_and_cells(lang: str, name: str) -> None:
    for source in (committed(), hostile()):
        document, _ = drafted(source, lang, name)
        for table in blocks(document):
            if isinstance(table, Table):
                check(table, latex_table(table, lang))


def check(table: Table, tex: str) -> None:
    head, _, body = tex.partition("\n")
    assert head.startswith("% ")
    read(body)
    lines = [line for line in body.split("\n") if line.endswith(r" \\") and r"\multicolumn" not in line]
    assert len(lines) == len(table.rows) + 1
    for line, row in zip(lines[1:], table.rows, strict=True):
        cells = re.split(r"(?<!\\) & ", line.removesuffix(r" \\"))
        assert len(cells) == len(table.columns)
        for cell, source in zip(cells, row.cells, strict=True):
            expected = escaped(to_string(source.text))
            assert re.sub("[ ~]", "", read(cell)[0]) == re.sub("[ ~]", "", read(expected)[0])


def test_best_values_topics_and_long_tables() -> None:
    columns = (Column(plain("name")), Column(plain("value"), numeric=True, direction="up"))
    strong: Text = (Strong("a_b"),)
    rows = tuple(
        Row((TableCell(strong), TableCell(plain("1"), best=True)), topic=f"t{i // 2}") for i in range(4)
    )
    short = latex_table(Table("table-x_1", plain("A & B"), columns, rows, plain("note")), "en")
    assert r"\textbf{a\_b} & \textbf{1} \\" in short
    assert short.count(r"\multicolumn{2}{l}") == 2
    assert r"\caption{A \& B}\label{tab:x.5f1}" in short
    assert r"value $\uparrow$" in short
    assert "note" in short
    long = latex_table(Table("t", plain("c"), columns, rows * 10), "en")
    assert r"\begin{longtable}{lr}" in long
    assert r"\endhead" in long


@pytest.mark.slow
@pytest.mark.parametrize("command", ["pdflatex", "xelatex"])
def test_tex_sets_every_table(command: str, tmp_path: Path) -> None:
    """TeX itself complains of nothing, names that mean harm included."""
    if not shutil.which(command):
        pytest.skip(f"{command} is not on this machine")
    made = [
        latex_table(block, lang)
        for lang in LANGUAGES
        for source in (committed(), hostile())
        for block in blocks(drafted(source, lang, "conclusions")[0])
        if isinstance(block, Table)
    ]
    faces = r"\usepackage{fontspec}\setmainfont{DejaVu Serif}"
    if command == "pdflatex":
        faces = r"\usepackage[T2A]{fontenc}\usepackage[utf8]{inputenc}\usepackage[english,ukrainian]{babel}"
    head = r"\documentclass{article}\usepackage{array,booktabs,graphicx,longtable}" + faces
    text = "\n".join([head, r"\begin{document}", *made, r"\end{document}"])
    (tmp_path / "tables.tex").write_text(text, "utf-8")
    options = ["-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
    done = subprocess.run([command, *options], cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]


def test_sentences_share_the_width() -> None:
    columns = tuple(Column(plain(name)) for name in "abc")
    rows = (Row((TableCell(plain("x")), TableCell(plain("y" * 50)), TableCell(plain("z" * 40)))),)
    tex = latex_table(Table("t", plain("c"), columns, rows), "en")
    widths = [float(width) for width in re.findall(r"p\{([\d.]+)\\linewidth\}", tex)]
    assert len(widths) == 2
    assert 0.5 < sum(widths) < 0.95
