"""Where the measurements come from: one row an experiment, one a table that was imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fxreport.analysis.claims import N_, DatasetNames
from fxreport.analysis.study import Run, Study
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import (
    Block,
    Column,
    Fragment,
    Link,
    Number,
    Plain,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    plain,
)
from fxreport.report.words import experiment_id, experiments_id, import_id

#: facts of the machine that every experiment tells
_MACHINE = ("processor", "cores", "threads", "platform", "memory_bytes")
#: characters of a digest that tell two from each other; the whole stands with the sources
_SHORT = 8


class Experiments:
    """Where each key of a study leads."""

    def __init__(self, study: Study) -> None:
        self._runs = {run.key: run for run in study.runs}
        self._imports = {one.key: one for one in study.imports}

    def address(self, key: str) -> str:
        """The row of an experiment or of an import; the table of imports for a row that brought its own key."""
        if key in self._runs:
            return experiment_id(key)
        if key in self._imports:
            return import_id(key)
        return "table-imports" if self._imports else ""

    def title(self, draft: Draft, key: str) -> str:
        """What a reader sees on hover: what was measured when, or the imported file."""
        if key in self._imports:
            return self._imports[key].file
        run = self._runs.get(key)
        if run is None:
            return ""
        started = _moment(run.provenance.get("started"))
        return " · ".join(filter(None, (draft.words(N_("Experiment")) + f" {key}", started)))

    def links(self, draft: Draft, dataset: str, keys: Iterable[str]) -> Text:
        """What follows a caption: links to the tables that tell of the given keys."""
        measured = [key in self._runs for key in keys]
        found = []
        if any(measured):
            found.append(Link(draft.words(N_("experiments")), f"#{experiments_id(dataset)}"))
        if not all(measured) and self._imports:
            found.append(Link(draft.words(N_("imported")), "#table-imports"))
        text: list[Fragment] = []
        for link in found:
            text += [Plain(" · "), link]
        return tuple(text)


def experiments(draft: Draft) -> tuple[Section, ...]:
    """One table per image set, and one of the imports; nothing where nothing was measured."""
    study = draft.study
    tables: list[Block] = []
    for dataset in study.datasets:
        runs = [run for run in study.runs if run.dataset == dataset.name]
        if runs:
            place = {v.id: i for i, v in enumerate(study.variants)}
            tables.append(_table(draft, dataset.name, sorted(runs, key=lambda r: (place[r.variant], r.seed))))
    if study.imports:
        tables.append(_imports(draft))
    if not tables:
        return ()
    return (Section("experiments", draft.words(N_("The experiments")), tuple(tables)),)


def _table(draft: Draft, dataset: str, runs: list[Run]) -> Table:
    words = draft.words
    drawn = [run.provenance.get("dataset", {}) for run in runs]
    sources = {str(d["source"]) for d in drawn if d.get("source")}
    differing = _differing(run.provenance for run in draft.study.runs)
    weighted = any(run.provenance.get("extractor", {}).get("weights_hash") for run in runs)
    columns = [
        draft.text_column(N_("Experiment")),
        draft.text_column(N_("Extractor")),
        draft.text_column(N_("Seed"), numeric=True),
        draft.text_column(N_("Train images"), numeric=True),
        draft.text_column(N_("Test images"), numeric=True),
        draft.text_column(N_("Measured, UTC")),
        draft.text_column(N_("Time, s"), numeric=True),
    ]
    optional = (
        (weighted, N_("Weights")),
        (len(sources) > 1, N_("Source of images")),
        (bool(differing), N_("Machine and versions that differ")),
    )
    columns += [draft.text_column(title) for wanted, title in optional if wanted]
    rows = []
    for run, images in zip(runs, drawn, strict=True):
        told = run.provenance
        seconds = told.get("wall_seconds")
        extractor = told.get("extractor", {})
        cells = [
            TableCell((Number(run.key),)),
            draft.variant_cell(run.variant),
            _number(draft, run.seed),
            _number(draft, images.get("train_images")),
            _number(draft, images.get("test_images")),
            _fact(_moment(told.get("started"))),
            TableCell(ABSENT if seconds is None else (Number(words.number(float(seconds), 1)),)),
        ]
        extra = (
            _fact(_short(str(extractor.get("weights_hash", "")))),
            _fact(str(images.get("source", ""))),
            _fact(", ".join(_facts_of(told, differing))),
        )
        cells += [cell for cell, (wanted, _) in zip(extra, optional, strict=True) if wanted]
        rows.append(Row(tuple(cells), id=experiment_id(run.key)))
    return Table(
        experiments_id(dataset),
        draft.say(N_("Experiments on {dataset}"), dataset=DatasetNames((dataset,))),
        tuple(columns),
        tuple(rows),
        note=_source_note(draft, sources),
    )


def _source_note(draft: Draft, sources: set[str]) -> Text:
    """Where the images came from, if from one place."""
    if len(sources) != 1:
        return ()
    return (*plain(draft.words(N_("Images from:")) + " "), Number(next(iter(sources))), *plain("."))


def _imports(draft: Draft) -> Table:
    rows = tuple(
        Row(
            (
                TableCell((Number(one.file),)),
                TableCell((Number(_moment(one.imported_at)),)),
                _number(draft, one.rows),
            ),
            id=import_id(one.key),
        )
        for one in draft.study.imports
    )
    columns: tuple[Column, ...] = (
        draft.text_column(N_("File")),
        draft.text_column(N_("Imported, UTC")),
        draft.text_column(N_("Rows"), numeric=True),
    )
    return Table("table-imports", draft.say(N_("Imported tables, not measured here")), columns, rows)


def _differing(provenances: Iterable[Mapping[str, Any]]) -> set[str]:
    """Names of the machine's facts and of the packages of which the experiments tell different values.

    Not every experiment tells every package: one that needs no network has no TensorFlow.
    """
    told: dict[str, set[str]] = {}
    for provenance in provenances:
        for name, value in _machine_facts(provenance).items():
            told.setdefault(name, set()).add(value)
    return {name for name, values in told.items() if len(values) > 1}


def _facts_of(provenance: Mapping[str, Any], names: set[str]) -> list[str]:
    return [f"{name} {value}" for name, value in sorted(_machine_facts(provenance).items()) if name in names]


def _machine_facts(provenance: Mapping[str, Any]) -> dict[str, str]:
    facts = {name: str(provenance[name]) for name in _MACHINE if provenance.get(name) not in (None, "")}
    return facts | {name: str(version) for name, version in provenance.get("versions", {}).items()}


def _moment(text: object) -> str:
    """An ISO moment to the minute, as ``2026-11-24 06:55`` on one line."""
    return str(text or "")[:16].replace("T", "\u00a0")


def _short(digest: str) -> str:
    kind, colon, value = digest.partition(":")
    return f"{kind}{colon}{value[:_SHORT]}" if colon else digest[:_SHORT]


def _fact(text: str) -> TableCell:
    return TableCell((Number(text),) if text else ABSENT)


def _number(draft: Draft, value: int | None) -> TableCell:
    return TableCell(ABSENT if value is None else (Number(draft.words.number(value, 0)),))
