"""Page one: what was asked, what was found, and what to take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fxreport.analysis.claims import N_, DatasetNames, Listing, Message, Names, Param
from fxreport.analysis.findings import Finding
from fxreport.analysis.subjects import Variant
from fxreport.report.conclusions.advice import situations_table
from fxreport.report.draft import Draft
from fxreport.report.model import Block, Bullets, Note, Paragraph, Section
from fxreport.report.sections.results import quality_figure
from fxreport.vocabulary.catalog import EXTRACTORS

#: as many findings as page one tells
MOST = 5


def answer(draft: Draft, findings: Sequence[Finding]) -> Section:
    """The question, the most important findings in a sentence each, and the main quality by set."""
    blocks: list[Block] = [*_question(draft)]
    told = tuple(draft.message(f.short, draft.origins.of_finding(f)) for f in findings[:MOST])
    if told:
        blocks.append(Bullets(told))
    if draft.context.quality:
        blocks.append(quality_figure(draft, "answer", published=False))
    if situations := situations_table(draft):
        blocks.append(situations)
    return Section("answer", draft.words(N_("The answer")), tuple(blocks))


def _question(draft: Draft) -> tuple[Paragraph | Note, ...]:
    """What was compared, on what, and what the main quality means."""
    study = draft.study
    if not study.measured_datasets:
        return (draft.note(N_("Nothing was measured, so nothing can be concluded.")),)
    measured = [
        v
        for v in study.variants
        if any(study.measured(d.name) and v in study.measured(d.name) for d in study.datasets)
    ]
    params: dict[str, Param] = {
        "names": Names(tuple(v.id for v in measured)),
        "datasets": DatasetNames(study.measured_datasets),
        "kinds": Listing(tuple(_kinds(measured))),
    }
    if not draft.context.quality:
        said = draft.say(
            N_(
                "Measured were {names} on {datasets}, but not how good they are: which of them to take cannot be told."
            ),
            **params,
        )
    elif not draft.context.of_field:
        said = draft.say(N_("Compared are {names} on {datasets}, by {metric}."), **params)
    elif draft.main == "ari":
        said = draft.say(
            N_(
                "Which way of turning images into features should one take? Compared on {datasets}: {kinds}. Each is judged by "
                "how well k-means clusters of its features agree with the classes: by the adjusted Rand index (ARI), which is 1 "
                "for the classes themselves and 0 for chance."
            ),
            **params,
        )
    else:
        said = draft.say(
            N_(
                "Which way of turning images into features should one take? Compared on {datasets}, by {metric}: {kinds}."
            ),
            **params,
        )
    return (Paragraph(said),)


#: how extractors of a family came by what they know
_KINDS = {
    "baseline": N_("{names} as the control"),
    "supervised": N_("{names}, trained on each set with its labels"),
    "unsupervised": N_("{names}, trained on each set without labels"),
    "pretrained": N_("{names}, pretrained on other, labelled images"),
}
#: of those that fxreport brings it is known what they are and what they saw
_OWN = {
    "supervised": N_(
        "{names}, a small convolutional neural network (CNN) trained on each set with its labels"
    ),
    "pretrained": N_("{names}, pretrained on the labelled photographs of ImageNet"),
}


def _kinds(variants: Sequence[Variant]) -> Iterator[Message]:
    """The extractors by what they were trained on, in reading order."""
    kinds: dict[str, list[str]] = {}
    for variant in variants:
        known = {**_KINDS, **_OWN} if variant.extractor.name in EXTRACTORS else _KINDS
        kinds.setdefault(known.get(variant.family, N_("{names}")), []).append(variant.id)
    for message, names in kinds.items():
        yield Message(message, {"names": Names(tuple(names))})
