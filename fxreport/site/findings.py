"""Pages of the findings: each with its reasoning, what it rests on, and the claims that say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from fxreport.analysis.findings import Finding
from fxreport.report.anchors import slug
from fxreport.report.conclusions.findings import finding_id, finding_section
from fxreport.report.draft import Draft
from fxreport.report.model import Bullets, Link, Plain, Section, Text, to_string
from fxreport.site import cells
from fxreport.site.addresses import file_name
from fxreport.site.model import FINDING, OVERVIEW, Page
from fxreport.vocabulary.messages import N_

INDEX = PurePosixPath("findings/index.html")


def pages(draft: Draft) -> Iterator[Page]:
    """The page of all findings, and one of each; none where nothing was found."""
    found = draft.conclusions.findings
    if not found:
        return
    words = draft.words
    title = words(N_("Findings"))
    yield Page(
        lang=words.lang,
        path=words.lang / INDEX,
        kind=OVERVIEW,
        title=title,
        summary=to_string(draft.message(found[0].short)),
        sections=(Section("findings", "", (Bullets(tuple(linked(draft, one) for one in found)),)),),
    )
    for finding in found:
        yield _page(draft, finding)


def linked(draft: Draft, finding: Finding) -> Text:
    """A finding's heading, which leads to its page, and the finding in a sentence, unless that begins so."""
    heading = to_string(draft.message(finding.heading))
    link = Link(heading, f"#{finding_id(finding.id)}")
    said = draft.message(finding.short, draft.origins.of_finding(finding))
    if said and isinstance(said[0], Plain) and said[0].text.startswith(heading):
        return (link, Plain(said[0].text.removeprefix(heading)), *said[1:])
    return (link, Plain(". "), *said)


def _page(draft: Draft, finding: Finding) -> Page:
    words = draft.words
    told = finding_section(draft, finding, f"finding-{slug(finding.id)}")
    below = [section for section in (_evidence(draft, finding), _claims(draft, finding)) if section]
    name = "-".join(file_name(part) for part in finding.id.split("/"))
    return Page(
        lang=words.lang,
        path=words.lang / PurePosixPath(f"findings/{name}.html"),
        kind=FINDING,
        title=told.title,
        summary=to_string(draft.message(finding.short)),
        sections=(replace(told, title=""), *below),
        up=INDEX,
    )


def _evidence(draft: Draft, finding: Finding) -> Section | None:
    """The measured values that the finding is computed from."""
    name = slug(finding.id)
    table = cells.by_metric(
        draft,
        f"table-finding-{name}",
        draft.say(N_("Measured values behind it, means ± standard deviations over seeds")),
        {(e.dataset, e.extractor, e.metric) for e in finding.evidence},
    )
    title = draft.words(N_("What it rests on"))
    return Section(f"evidence-{name}", title, (table,)) if table else None


def _claims(draft: Draft, finding: Finding) -> Section | None:
    by_id = {claim.id: claim for claim in draft.conclusions.claims}
    said = draft.statements(by_id[name] for name in finding.claims if name in by_id)
    title = draft.words(N_("In detail"))
    return Section(f"claims-{slug(finding.id)}", title, said) if said else None
