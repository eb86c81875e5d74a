"""What abbreviations of methods and indices stand for, of those that a document uses and does not spell out."""

from __future__ import annotations

import re

from fxreport.analysis.claims import N_, Listing, Message, Term, Verbatim
from fxreport.report.draft import Draft
from fxreport.report.model import Document, Note, to_string
from fxreport.report.writers.walk import blocks, texts

_TERMS = {
    "AMI": N_("adjusted mutual information"),
    "NMI": N_("normalised mutual information"),
    "PCA": N_("principal component analysis"),
    "t-SNE": N_("t-distributed stochastic neighbour embedding"),
    "UMAP": N_("uniform manifold approximation and projection"),
}
_NOTE = N_("Abbreviations: {items}.")
_ITEM = N_("{short}, {long}")


def abbreviations(draft: Draft, made: Document) -> tuple[Note, ...]:
    """A note on those in the document's texts; nothing where there are none."""
    said = "\n".join(to_string(text) for block in blocks(made) for text in texts(block))
    used = [name for name in _TERMS if re.search(rf"(?<![\w-]){name}(?![\w-])", said)]
    if not used:
        return ()
    items = tuple(Message(_ITEM, {"short": Verbatim(name), "long": Term(_TERMS[name])}) for name in used)
    return (draft.note(_NOTE, items=Listing(items)),)
