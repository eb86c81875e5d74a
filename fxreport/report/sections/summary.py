"""What was studied: sets, extractors, size, and the headline."""

from __future__ import annotations

from fxreport.analysis.claims import N_, Count, DatasetNames, Names
from fxreport.analysis.names import FAMILY_TITLES
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import Block, Number, Row, Section, Table, TableCell, Text, plain


def summary(draft: Draft) -> Section:
    study = draft.study
    measured = tuple(v.id for v in study.variants if any(v in study.measured(d.name) for d in study.datasets))
    cells = {(dataset, variant) for dataset, variant, _ in study.samples}
    blocks: list[Block] = []
    if cells:
        blocks.append(
            draft.paragraph(
                N_(
                    "The study sets {names} against each other on {datasets}: {cells} measured, each image set clustered "
                    "by its features and compared with its labels. Every number and every sentence below is derived from "
                    "the measurements; what they do not support is not said."
                ),
                names=Names(measured),
                datasets=DatasetNames(study.measured_datasets),
                cells=Count(len(cells), "cell"),
            )
        )
    blocks += draft.statements(
        draft.conclusions.of("wins", "difficulty_order") or draft.conclusions.of("winner"),
        N_("No clustering quality was measured."),
    )
    blocks += draft.bullets(draft.conclusions.of("not_measured"))
    return Section(
        id="summary",
        title=draft.words(N_("Summary")),
        blocks=tuple(blocks),
        children=(_datasets(draft), _extractors(draft)),
    )


def _datasets(draft: Draft) -> Section:
    rows = []
    for facts in draft.study.datasets:
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
                    _number(draft, len(facts.classes) or None),
                    TableCell((Number(shape),) if shape else ABSENT),
                    _number(draft, train),
                    _number(draft, test),
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
        dimensions = {
            round(mean)
            for d in study.datasets
            for mean in [study.mean(d.name, variant.id, "dimension")]
            if mean is not None
        }
        dimension: Text = ABSENT
        if dimensions:
            dimension = (Number(" / ".join(draft.words.number(x, 0) for x in sorted(dimensions))),)
        elif variant.extractor.dimension is not None:
            dimension = (Number(draft.words.number(variant.extractor.dimension, 0)),)
        family = FAMILY_TITLES.get(variant.family, variant.family)
        rows.append(
            Row(
                (
                    draft.variant_cell(variant.id),
                    TableCell(plain(draft.words(family) if variant.family in FAMILY_TITLES else family)),
                    TableCell(dimension),
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


def _number(draft: Draft, value: int | None) -> TableCell:
    return TableCell((Number(draft.words.number(value, 0)),) if value is not None else ABSENT)
