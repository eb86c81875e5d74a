"""The findings: what was seen and why, what to do, where it stops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fxreport.analysis.claims import N_, Message
from fxreport.analysis.findings import Finding
from fxreport.report.anchors import slug
from fxreport.report.conclusions.pictures import picture
from fxreport.report.draft import Draft
from fxreport.report.model import Block, Fragment, Paragraph, Plain, Section, Strong, Text, to_string

#: as many findings as are told at length
MOST = 6


def findings(draft: Draft, found: Sequence[Finding]) -> Section | None:
    """The most important findings, a part each; None where there is none."""
    children = tuple(finding_section(draft, finding) for finding in found[:MOST])
    return Section("findings", draft.words(N_("Findings")), (), children) if children else None


def finding_section(draft: Draft, finding: Finding, figure: str = "") -> Section:
    """Heading, reasoning, figure, advice and limit; ``figure`` is a name for one of its own (``picture``)."""
    blocks: list[Block] = [Paragraph(_said(draft, finding, finding.body))]
    if shown := picture(draft, finding, figure):
        blocks.append(shown)
    closing: list[Fragment] = []
    for lead, messages in ((N_("What to do."), finding.advice), (N_("Where it stops."), finding.limit)):
        if messages:
            closing += [Plain(" ")] * bool(closing)
            closing += [Strong(draft.words(lead)), Plain(" "), *_said(draft, finding, messages)]
    if closing:
        blocks.append(Paragraph(tuple(closing)))
    heading = to_string(draft.message(finding.heading))
    return Section(finding_id(finding.id), heading, tuple(blocks))


def finding_id(name: str) -> str:
    """The anchor of a finding's section."""
    return f"finding-{slug(name)}"


def _said(draft: Draft, finding: Finding, messages: Iterable[Message]) -> Text:
    """Sentences in a row."""
    origin = draft.origins.of_finding(finding)
    said: list[Fragment] = []
    for message in messages:
        said += [*([Plain(" ")] if said else []), *draft.message(message, origin)]
    return tuple(said)
