"""Names of what a build writes at once: ``json``, ``uk/technical.html``, ``uk/technical/figures``."""

CONCLUSIONS, TECHNICAL = "conclusions", "technical"
JSON, FIGURES_OF, PAGE = "json", "figures", "html"
#: formats for print: the technical report's are written where they are asked for
ON_PAPER = frozenset({"pdf", "docx", "tex"})


def edition(lang: str, publication: str, kind: str) -> str:
    """A publication in one language and format; its figures where ``kind`` is ``FIGURES_OF``."""
    return f"{lang}/{publication}/{kind}" if kind == FIGURES_OF else f"{lang}/{publication}.{kind}"
