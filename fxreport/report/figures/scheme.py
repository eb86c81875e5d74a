"""Figures in a dark scheme: each ink and each mark has a colour of the same meaning for dark paper.

A figure's colours stand in attributes, so that rules of CSS replace them where the reader asks for darkness;
pictures of data (heat maps, images, filters) stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from fxreport.report.figures import style

DARK: Mapping[str, str] = {
    style.INK: "#dfe3e8",
    style.MUTED: "#a6afbb",
    style.RULE: "#5d6672",
    style.GRID: "#2f353d",
    style.PAPER: "#15181c",
    # marks too dark for dark paper, lightened
    "#6e7781": "#98a1ab",
    "#0072b2": "#4aa8e0",
    "#d55e00": "#f07f2e",
    "#009e73": "#26bd8f",
    "#882255": "#d0709f",
    "#bd1f01": "#f05a3c",
    "#832db6": "#b672e0",
    "#717581": "#9a9eaa",
}


@cache
def dark_rules(within: str = "") -> str:
    """CSS rules, for a dark scheme, of all figures inside what the selector ``within`` finds."""
    return "\n".join(
        f'{within} [{what}="{light}"] {{ {what}: {dark} }}'.strip()
        for light, dark in DARK.items()
        for what in ("fill", "stroke")
    )


def standalone(svg: str) -> str:
    """A figure as a file of its own: on paper that is light or dark as the reader's scheme is."""
    head, end, rest = svg.partition(">")
    rules = f"@media (prefers-color-scheme: dark) {{\n{dark_rules()}\n}}"
    paper = f'<rect width="100%" height="100%" fill="{style.PAPER}"/>'
    return f"{head}{end}<style>\n{rules}\n</style>{paper}{rest}"
