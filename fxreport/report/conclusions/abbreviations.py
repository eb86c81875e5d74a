"""What abbreviations of methods and indices stand for, said where a document uses them first and does not spell them out."""

from __future__ import annotations

import re
from dataclasses import replace

from fxreport.analysis.claims import N_, Listing, Message, Term
from fxreport.report.draft import Draft
from fxreport.report.model import Block, Document, Note, Section, Table, to_string
from fxreport.report.writers.walk import texts

_TERMS = {
    N_("AMI"): N_("adjusted mutual information"),
    N_("NMI"): N_("normalised mutual information"),
    N_("PCA"): N_("principal component analysis"),
    N_("t-SNE"): N_("t-distributed stochastic neighbour embedding"),
    N_("UMAP"): N_("uniform manifold approximation and projection"),
    N_("p-value"): N_("the probability of so large a difference where there is none"),
}
_NOTE = N_("Abbreviations: {items}.")
_ITEM = N_("{short}, {long}")


def spelled_out(draft: Draft, made: Document) -> Document:
    """The document with a note on abbreviations after each block that is the first to use some."""
    left = dict(_TERMS)

    def of_section(section: Section) -> Section:
        blocks: list[Block] = []
        for block in section.blocks:
            used = [name for name in left if _says(block, draft.words(name))]
            blocks += [block, *([_note(draft, used)] if used else [])]
            for name in used:
                del left[name]
        return replace(section, blocks=tuple(blocks), children=tuple(map(of_section, section.children)))

    return replace(made, sections=tuple(map(of_section, made.sections)))


def _says(block: Block, name: str) -> bool:
    said = [to_string(text) for text in texts(block)]
    said += [row.topic for row in block.rows] if isinstance(block, Table) else []
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "\n".join(said)) is not None


def _note(draft: Draft, used: list[str]) -> Note:
    items = tuple(Message(_ITEM, {"short": Term(name), "long": Term(_TERMS[name])}) for name in used)
    return draft.note(_NOTE, items=Listing(items))
