"""The title page of a document that somebody hands in; there is none where nothing was said for it."""

from __future__ import annotations

from fxreport.report.draft import Draft
from fxreport.report.model import Cover, Paragraph, Section, plain
from fxreport.vocabulary.messages import N_


def title(draft: Draft, shipped: str) -> str:
    """The user's own title, else the publication's (a message)."""
    own = draft.imprint.said("title", draft.words.lang)
    return own[0] if own else draft.words(shipped)


def introduction(draft: Draft) -> tuple[Section, ...]:
    """What the user says before all that was concluded, as a section; nothing where that is nothing."""
    said = draft.imprint.introduced(draft.words.lang)
    blocks = tuple(Paragraph(plain(text)) for text in said)
    return (Section("introduction", draft.words(N_("Introduction")), blocks),) if blocks else ()


def cover(draft: Draft, heading: str) -> Cover | None:
    """The title page in the document's language."""
    words, imprint = draft.words, draft.imprint
    if not imprint.parts.keys() - {"title"}:  # which every document has at its head
        return None
    brief = not imprint.parts.keys() - {"title", "authors", "year"}
    said = {part: imprint.said(part, words.lang) for part in imprint.parts}
    authors, supervisor = said.get("authors", ()), said.get("supervisor", ())
    people = (
        (words(N_("Author") if len(authors) == 1 else N_("Authors")), authors),
        (words(N_("Supervisor")), supervisor),
    )
    return Cover(
        title=heading,
        affiliation=said.get("affiliation", ()),
        kind=" ".join(said.get("kind", ())),
        people=tuple((label, lines) for label, lines in people if lines),
        brief=brief,
        foot=" – ".join(line for part in ("place", "year") for line in said.get(part, ())),
    )
