"""Names of what a build writes at once: ``json``, ``uk/technical.html``, ``uk/technical/figures``."""

CONCLUSIONS, TECHNICAL = "conclusions", "technical"
JSON, FIGURES_OF, PAGE = "json", "figures", "html"


def edition(lang: str, publication: str, kind: str) -> str:
    """A publication in one language and format; its figures where ``kind`` is ``FIGURES_OF``."""
    return f"{lang}/{publication}/{kind}" if kind == FIGURES_OF else f"{lang}/{publication}.{kind}"
