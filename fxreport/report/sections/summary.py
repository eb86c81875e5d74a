"""What was studied: sets, extractors, size, and the headline."""

from __future__ import annotations

from fxreport.analysis.claims import N_, Count, DatasetNames, Names
from fxreport.analysis.names import FAMILY_TITLES
from fxreport.analysis.subjects import Variant
from fxreport.report.anchors import Origin, experiments_id
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import Block, Fragment, Plain, Row, Section, Table, TableCell, Text, plain


def summary(draft: Draft) -> Section:
    study = draft.study
    measured = tuple(v.id for v in study.variants if any(v in study.measured(d.name) for d in study.datasets))
    cells = {(dataset.name, v.id) for dataset in study.datasets for v in study.measured(dataset.name)}
    blocks: list[Block] = []
    if cells:
        blocks.append(
            draft.paragraph(
                N_(
                    "The study sets {names} against each other on {datasets}: {cells} measured. Every number and every "
                    "sentence below is derived from the measurements; what they do not support is not said."
                )
                if len(measured) > 1 and not draft.context.of_field
                else N_(
                    "The study sets {names} against each other on {datasets}: {cells} measured, each image set clustered "
                    "by its features and compared with its labels. Every number and every sentence below is derived from "
                    "the measurements; what they do not support is not said."
                )
                if len(measured) > 1
                else N_(
                    "The study measures {names} only, on {datasets}: {cells} measured, so that nothing is compared. Every "
                    "number and every sentence below is derived from the measurements; what they do not support is not said."
                ),
                Origin("table-statistics"),
                names=Names(measured),
                datasets=DatasetNames(study.measured_datasets),
                cells=Count(len(cells), "cell"),
            )
        )
    blocks += draft.statements(
        draft.conclusions.of("wins", "gain_leader", "rank_best", "difficulty_order")
        or draft.conclusions.of("winner"),
        N_("No clustering quality was measured."),
    )
    blocks += draft.bullets(draft.conclusions.of("not_measured"))
    return Section(
        id="summary",
        title=draft.words(N_("Summary")),
        blocks=tuple(blocks),
        children=(_datasets(draft), _extractors(draft)) if draft.context.of_field else (),
    )


def _datasets(draft: Draft) -> Section:
    rows = []
    for facts in draft.study.datasets:
        drawn = Origin(experiments_id(facts.name))
        sizes = {
            (run.provenance["dataset"].get("train_images"), run.provenance["dataset"].get("test_images"))
            for run in draft.study.runs
            if run.dataset == facts.name and "dataset" in run.provenance
        }
        train, test = next(iter(sizes)) if len(sizes) == 1 else (None, None)
        shape = "×".join(map(str, facts.shape)) if facts.shape else None
        rows.append(
            Row(
                (
                    TableCell(plain(facts.title)),
                    TableCell(plain(draft.words.number(len(facts.classes), 0)) if facts.classes else ABSENT),
                    TableCell(plain(shape) if shape else ABSENT),
                    _number(draft, train, drawn),
                    _number(draft, test, drawn),
                    TableCell(draft.yes_no(facts.natural_images)),
                )
            )
        )
    columns = (
        draft.text_column(N_("Image set")),
        draft.text_column(N_("Classes"), numeric=True),
        draft.text_column(N_("Image, pixels"), numeric=True),
        draft.text_column(N_("Train images"), numeric=True),
        draft.text_column(N_("Test images"), numeric=True),
        draft.text_column(N_("Natural photographs")),
    )
    return Section(
        id="datasets",
        title=draft.words(N_("Image sets")),
        blocks=(
            Table(
                "table-datasets",
                draft.say(N_("Image sets and the images drawn from them for each seed")),
                columns,
                tuple(rows),
            ),
        ),
    )


def _extractors(draft: Draft) -> Section:
    study = draft.study
    rows = []
    for variant in study.variants:
        measured = any(v == variant.id for _, v, _ in study.samples)
        family = FAMILY_TITLES.get(variant.family, variant.family)
        rows.append(
            Row(
                (
                    draft.variant_cell(variant.id),
                    TableCell(plain(draft.words(family) if variant.family in FAMILY_TITLES else family)),
                    TableCell(_dimension(draft, variant)),
                    TableCell(draft.yes_no(variant.extractor.needs_labels)),
                    TableCell(plain(draft.words(N_("measured") if measured else N_("not measured")))),
                ),
                muted=not measured,
            )
        )
    columns = (
        draft.text_column(N_("Extractor")),
        draft.text_column(N_("Kind")),
        draft.text_column(N_("Feature dimension"), numeric=True),
        draft.text_column(N_("Labels of the set needed")),
        draft.text_column(N_("Here")),
    )
    return Section(
        id="extractors",
        title=draft.words(N_("Extractors")),
        blocks=(
            Table(
                "table-extractors",
                draft.say(N_("Extractors; each input size is a row of its own")),
                columns,
                tuple(rows),
            ),
        ),
    )


def _dimension(draft: Draft, variant: Variant) -> Text:
    """The dimensions measured, each leading to a set where it is; else what the catalogue says."""
    measured = {
        round(mean): dataset.name
        for dataset in reversed(draft.study.datasets)
        for mean in [draft.study.mean(dataset.name, variant.id, "dimension")]
        if mean is not None
    }
    if not measured:
        known = variant.extractor.dimension
        return ABSENT if known is None else plain(draft.words.number(known, 0))
    text: list[Fragment] = []
    for value in sorted(measured):
        number = draft.words.value(
            draft.context.evidence(measured[value], variant.id, "dimension"), unit=False
        )
        text += [Plain(" / "), number] if text else [number]
    return tuple(text)


def _number(draft: Draft, value: int | None, origin: Origin) -> TableCell:
    return TableCell(ABSENT) if value is None else draft.number_cell(draft.words.number(value, 0), origin)
