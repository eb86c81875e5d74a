"""Where the measurements come from: one row an experiment, one a table that was imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fxreport.analysis.claims import N_, DatasetNames
from fxreport.analysis.study import Run, Study
from fxreport.report.anchors import experiment_id, experiments_id, import_id
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
)

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
    """A column for what tells the experiments apart; what they have in common stands below."""
    words = draft.words
    differing = _differing(run.provenance for run in draft.study.runs)
    told = [_told(draft, run, differing) for run in runs]
    common = {
        title: texts[0]
        for title in told[0]
        for texts in [[facts[title] for facts in told]]
        if title in _MAY_BE_COMMON and len(set(texts)) == 1
    }
    titles = [title for title in told[0] if title not in common]
    columns = (
        draft.text_column(N_("Experiment")),
        draft.text_column(N_("Extractor")),
        *(draft.text_column(title, numeric=title in _NUMERIC) for title in titles),
    )
    rows = tuple(
        Row(
            (
                TableCell((Number(run.key),)),
                draft.variant_cell(run.variant),
                *(TableCell((Number(facts[title]),) if facts[title] else ABSENT) for title in titles),
            ),
            id=experiment_id(run.key),
        )
        for run, facts in zip(runs, told, strict=True)
    )
    note: list[Fragment] = []
    for title, text in common.items():
        if text:
            note += [Plain((" " if note else "") + words(title) + ": "), Number(text), Plain(".")]
    return Table(
        experiments_id(dataset),
        draft.say(N_("Experiments on {dataset}"), dataset=DatasetNames((dataset,))),
        columns,
        rows,
        note=tuple(note),
    )


_SEED, _TIME = N_("Seed"), N_("Time, s")
_TRAIN, _TEST = N_("Train images"), N_("Test images")
_SOURCE, _WEIGHTS = N_("Source of images"), N_("Weights")
_STARTED, _DIFFERS = N_("Measured, UTC"), N_("Machine and versions that differ")
_NUMERIC = frozenset({_SEED, _TRAIN, _TEST, _TIME})
_MAY_BE_COMMON = frozenset({_TRAIN, _TEST, _SOURCE, _WEIGHTS, _DIFFERS})


def _told(draft: Draft, run: Run, differing: set[str]) -> dict[str, str]:
    """What an experiment tells of itself, by the title of its column; "" for what it does not."""
    provenance = run.provenance
    images, extractor = provenance.get("dataset", {}), provenance.get("extractor", {})

    def number(value: float | None, decimals: int = 0) -> str:
        return "" if value is None else draft.words.number(value, decimals)

    return {
        _SEED: number(run.seed),
        _STARTED: _moment(provenance.get("started")),
        _TIME: number(provenance.get("wall_seconds"), 1),
        _TRAIN: number(images.get("train_images")),
        _TEST: number(images.get("test_images")),
        _WEIGHTS: _short(str(extractor.get("weights_hash", ""))),
        _SOURCE: str(images.get("source", "")),
        _DIFFERS: ", ".join(_facts_of(provenance, differing)),
    }


def _imports(draft: Draft) -> Table:
    rows = tuple(
        Row(
            (
                TableCell((Number(one.file),)),
                TableCell((Number(_moment(one.imported_at)),)),
                TableCell((Number(draft.words.number(one.rows, 0)),)),
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
