"""Page one: what was asked, what was found, and what to take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fxreport.analysis.claims import N_, Count, DatasetNames, Derived, Listing, Message, Names, Param
from fxreport.analysis.findings import Finding
from fxreport.analysis.subjects import Variant
from fxreport.report.conclusions import tested
from fxreport.report.conclusions.advice import situations_table
from fxreport.report.draft import Draft
from fxreport.report.model import Block, Bullets, Note, Paragraph, Plain, Section, Text
from fxreport.report.sections.results import quality_figure
from fxreport.vocabulary.catalog import EXTRACTORS

#: as many sentences as page one tells, of findings and of the document under test
MOST = 5


def answer(draft: Draft, findings: Sequence[Finding]) -> Section:
    """The question, the most important findings in a sentence each, and the main quality by set."""
    blocks: list[Block] = [*question(draft)]
    counted = tested.counted(draft)
    told = [draft.message(f.short, draft.origins.of_finding(f)) for f in findings[: MOST - bool(counted)]]
    if counted:
        told.append(counted)
    if told:
        blocks.append(Bullets(tuple(told)))
    if draft.context.quality:
        blocks.append(quality_figure(draft, "answer", published=False))
    if situations := situations_table(draft):
        blocks.append(situations)
    return Section("answer", draft.words(N_("The answer")), tuple(blocks))


def question(draft: Draft) -> tuple[Paragraph | Note, ...]:
    """What was compared, on what, how often, and what the main quality means."""
    study = draft.study
    if not study.measured_datasets:
        return (draft.note(N_("Nothing was measured, so nothing can be concluded.")),)
    measured = [v for v in study.variants if any(v in study.measured(d.name) for d in study.datasets)]
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
    return (Paragraph((*said, *_measured(draft))),)


def _measured(draft: Draft) -> Text:
    """How often it was measured, on how many images, what a probe is; as far as these are there."""
    study, said = draft.study, list[Text]()
    samples = [s for (_, v, m), s in study.samples.items() if m == draft.main and v in study.variant_by_id]
    runs = {len(s.values) for s in samples}
    images = sorted({s.n for s in samples if s.n})
    if draft.context.of_field and len(runs) == 1 and runs != {1} and images:
        params: dict[str, Param] = {
            "runs": Count(runs.pop(), "run_over"),
            "fewest": Derived(images[0], "integer"),
            "most": Derived(images[-1], "integer"),
        }
        told = N_("Values are means over {runs} on {fewest} to {most} test images.")
        alike = N_("Values are means over {runs} on {most} test images.")
        extent = draft.origins.of_value("extent", (), draft.words(N_("Extent of the study")))
        said.append(draft.say(told if len(images) > 1 else alike, extent, **params))
    photographs = tuple(d for d in study.measured_datasets if study.dataset_by_name[d].natural_images)
    if 0 < len(photographs) < len(study.measured_datasets):
        said.append(draft.say(N_("Photographs are those of {datasets}."), datasets=DatasetNames(photographs)))
    if any(study.column(d, "probe_accuracy") for d in study.measured_datasets):
        said.append(
            draft.say(
                N_(
                    "A linear probe, a linear classifier that is trained with labels on the finished features, tells what these hold."
                )
            )
        )
    return tuple(fragment for text in said for fragment in (Plain(" "), *text))


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
