r"""A table of a document as LaTeX with booktabs, to be \input; whatever names hold, they stay text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from fxreport.report.model import Column, Row, Strong, Table, Text, to_string

#: rows from which on a table may go on overleaf
_LONG = 40
#: characters from which on a cell wraps
_SENTENCE = 30
#: characters across a page
_WIDE = 80
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "$": r"\$",
    "&": r"\&",
    "_": r"\_",
    "#": r"\#",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    # two hyphens or commas side by side would become other signs
    "-": "-{}",
    ",": ",{}",
    "'": "'{}",
    # brackets after \\ would be its argument
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    "\0": r"\allowbreak{}",
    "\u00a0": "~",
    "\u202f": r"\,",
    "—": "---",
    "–": "--",
    "…": r"\dots{}",
    **{
        sign: f"$\\{command}$"
        for sign, command in {
            "×": "times", "±": "pm", "÷": "div", "≤": "leq", "≥": "geq", "≈": "approx", "≠": "neq",
            "↑": "uparrow", "↓": "downarrow", "→": "rightarrow", "←": "leftarrow", "·": "cdot",
            "ρ": "rho", "σ": "sigma", "μ": "mu", "Δ": "Delta", "∞": "infty", "★": "star",
        }.items()
    },
    "−": "$-$",
    "²": r"\textsuperscript{2}",
}  # fmt: skip
_LONE = re.compile(r"([-,'])\{\}(?![-,'])")
_SPACES = re.compile(r"[ \t-\r\x1c-\x1f\x85\u2028\u2029]+")
#: a word of which XeTeX would lose count
_ENDLESS = re.compile(r"\S{60}(?=\S)")
_NO_TEXT = ("Cc", "Cf", "Cs", "Co", "Cn")
_ARROWS = {"up": r" $\uparrow$", "down": r" $\downarrow$"}


def escaped(text: str) -> str:
    """Text as LaTeX shows it; line ends are spaces, characters that are no text are left out."""
    kept = "".join(c for c in _SPACES.sub(" ", text) if unicodedata.category(c) not in _NO_TEXT)
    return _LONE.sub(r"\1", "".join(_SPECIAL.get(c, c) for c in _ENDLESS.sub("\\g<0>\0", kept)))


def latex_table(table: Table, lang: str) -> str:
    """The table with its caption and the label ``tab:ID``; the first line says which packages it needs."""
    spec = "".join(_columns(table))
    head = " & ".join(map(_head, table.columns)) + r" \\"
    caption = rf"\caption{{{_text(table.caption)}}}\label{{tab:{_label(table.id.removeprefix('table-'))}}}"
    body = "\n".join(_rows(table))
    if len(table.rows) >= _LONG:
        packages = "array, booktabs, longtable"
        lines = [rf"\begin{{longtable}}{{{spec}}}", caption + r"\\", r"\toprule", head, r"\midrule"]
        lines += [r"\endhead", r"\bottomrule", r"\endlastfoot", body, r"\end{longtable}"]
    else:
        packages = "array, booktabs, graphicx"
        before, after = (
            (r"\resizebox{\linewidth}{!}{", "}") if _wide(table) and "p{" not in spec else ("", "")
        )
        lines = [
            r"\begin{table}",
            r"\centering",
            caption,
            rf"{before}\begin{{tabular}}{{{spec}}}",
            r"\toprule",
        ]
        lines += [head, r"\midrule", body, r"\bottomrule", rf"\end{{tabular}}{after}"]
        lines += [rf"\par\smallskip {_text(table.note)}"] if table.note else []
        lines += [r"\end{table}"]
    return "\n".join([f"% \\usepackage{{{packages}}}; {lang}", *lines]) + "\n"


def _columns(table: Table) -> Iterator[str]:
    """Numbers to the right; columns of sentences share the width that the others leave."""
    longest = _longest(table)
    wordy = sum(length > _SENTENCE for length in longest)
    left = max(0.3, 0.95 - 0.012 * sum(length for length in longest if length <= _SENTENCE))
    for column, length in zip(table.columns, longest, strict=True):
        if length > _SENTENCE:
            yield rf">{{\raggedright\arraybackslash}}p{{{left / wordy - 0.02:.3f}\linewidth}}"
        else:
            yield "r" if column.numeric else "l"


def _wide(table: Table) -> bool:
    """Whether it is wider than a page at its own size."""
    heads = (len(to_string(column.title)) for column in table.columns)
    return sum(map(max, heads, _longest(table))) > _WIDE


def _longest(table: Table) -> list[int]:
    """Characters of each column's longest cell."""
    columns = range(len(table.columns))
    return [max((len(to_string(row.cells[i].text)) for row in table.rows), default=0) for i in columns]


def _rows(table: Table) -> list[str]:
    lines: list[str] = []
    topic = ""
    for row in table.rows:
        if row.topic and row.topic != topic:
            lines += [r"\addlinespace"] if lines else []
            lines += [rf"\multicolumn{{{len(table.columns)}}}{{l}}{{\textit{{{escaped(row.topic)}}}}} \\"]
        topic = row.topic
        lines.append(_row(row))
    return lines


def _row(row: Row) -> str:
    cells = (rf"\textbf{{{_text(c.text)}}}" if c.best else _text(c.text) for c in row.cells)
    return " & ".join(cells) + r" \\"


def _head(column: Column) -> str:
    return _text(column.title) + _ARROWS.get(column.direction, "")


def _text(text: Text) -> str:
    return "".join(
        rf"\textbf{{{escaped(f.text)}}}" if isinstance(f, Strong) else escaped(to_string((f,))) for f in text
    )


def _label(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9:.-]", lambda found: f".{ord(found[0]):x}", name)
