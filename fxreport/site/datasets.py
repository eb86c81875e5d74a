"""Pages of the image sets: what each is, what was measured on it, and where the report says more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from fxreport.analysis.claims import DatasetNames
from fxreport.report.anchors import appendix_id, experiments_id, slug
from fxreport.report.draft import Draft
from fxreport.report.model import Bullets, Link, Plain, Section, Strong, Text, to_string
from fxreport.site.addresses import dataset_id, file_name
from fxreport.site.model import DATASET, OVERVIEW, Page
from fxreport.vocabulary.catalog import DatasetFacts
from fxreport.vocabulary.messages import N_

INDEX = PurePosixPath("sets/index.html")
#: the report's parts of a set that its page shows, by the prefix of their ids, and what they are called there
_SHOWN = {"results": N_("Results"), "quality": N_("How sure the order is")}
#: sections of the report that have a part a set, by the parts' prefix, and what leads there
_PARTS = {"projections": N_("Projections on the plane"), "attribution": N_("What the networks look at")}


def pages(draft: Draft, report: Mapping[str, Section], listed: Section) -> Iterator[Page]:
    """The page of all image sets, ``listed``, and one of each, with its parts of the ``report`` by id."""
    words = draft.words
    yield Page(
        lang=words.lang,
        path=words.lang / INDEX,
        kind=OVERVIEW,
        title=listed.title,
        summary=to_string(
            draft.say(N_("Compared on {datasets}"), datasets=DatasetNames(draft.study.measured_datasets))
        )
        if draft.study.measured_datasets
        else listed.title,
        sections=(replace(listed, title=""),),
    )
    for dataset in draft.study.datasets:
        yield _page(draft, report, dataset)


def moved(dataset: str) -> tuple[str, ...]:
    """The parts of the report, by id, that a set's page shows."""
    return tuple(f"{prefix}-{slug(dataset)}" for prefix in _SHOWN)


def _page(draft: Draft, report: Mapping[str, Section], dataset: DatasetFacts) -> Page:
    words, name = draft.words, slug(dataset.name)
    facts = Section(dataset_id(dataset.name), "", (Bullets(tuple(_facts(draft, dataset))),))
    told = tuple(
        replace(report[f"{prefix}-{name}"], title=words(title))
        for prefix, title in _SHOWN.items()
        if f"{prefix}-{name}" in report
    )
    leaders = draft.conclusions.of("winner", dataset=dataset.name)
    return Page(
        lang=words.lang,
        path=words.lang / PurePosixPath(f"sets/{file_name(dataset.name)}.html"),
        kind=DATASET,
        title=words.dataset(dataset.name),
        summary=to_string(draft.claimed(leaders[0])) if leaders else words.dataset(dataset.name),
        sections=(facts, *told, *_more(draft, report, dataset.name)),
        up=INDEX,
    )


def _facts(draft: Draft, dataset: DatasetFacts) -> Iterator[Text]:
    words = draft.words

    def fact(title: str, *text: Plain | Link) -> Text:
        return (Strong(words(title)), Plain(": "), *text)

    if not draft.context.of_field:  # of a name that an image set of ours has as well
        return
    if dataset.classes:
        yield fact(
            N_("What its classes are"), Plain(words.join(words.class_name(c) for c in dataset.classes))
        )
    if dataset.shape:
        yield fact(N_("Image, pixels"), Plain("×".join(map(str, dataset.shape))))
    if dataset.natural_images is not None:
        yield fact(N_("Natural photographs"), *draft.yes_no(dataset.natural_images))  # type: ignore[arg-type]
    if dataset.license:
        yield fact(N_("Licence"), Plain(dataset.license))
    if dataset.homepage:
        yield fact(N_("Source"), Link(dataset.homepage, dataset.homepage))


def _more(draft: Draft, report: Mapping[str, Section], dataset: str) -> Iterator[Section]:
    """Links to what the report has of the set elsewhere."""
    name = slug(dataset)
    found = [
        Link(draft.words(title), f"#{prefix}-{name}")
        for prefix, title in _PARTS.items()
        if f"{prefix}-{name}" in report
    ]
    if draft.study.measured(dataset):
        found.append(Link(draft.words(N_("All measurements, seed by seed")), f"#{appendix_id(dataset)}"))
    if any(run.dataset == dataset for run in draft.study.runs):
        found.append(Link(draft.words(N_("The experiments")), f"#{experiments_id(dataset)}"))
    if found:
        links = Bullets(tuple((link,) for link in found))
        yield Section(f"more-{name}", draft.words(N_("More of this set")), (links,))
