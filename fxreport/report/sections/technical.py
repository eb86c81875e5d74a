"""Technical conclusions: were the networks trained, what input size does, what remains open."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fxreport.analysis.claims import N_, Names
from fxreport.analysis.rules import RULES
from fxreport.analysis.rules.networks.training import STILL_IMPROVING
from fxreport.report.draft import Draft
from fxreport.report.figures import curves, input_size
from fxreport.report.figures.style import Subject
from fxreport.report.model import Block, Figure, Row, Section, Table, TableCell, plain

COLUMNS = (
    "epochs",
    "fit_seconds",
    "parameters",
    "model_bytes",
    "test_accuracy",
    "reconstruction_mse",
    "peak_memory_bytes",
)


def technical(draft: Draft) -> Section:
    return Section(
        "technical",
        draft.words(N_("Technical conclusions")),
        children=(_training(draft), _transfer(draft)),
    )


def _trained(draft: Draft) -> list[tuple[str, str]]:
    return [
        (d.name, v.id)
        for v in draft.study.variants
        for d in draft.study.datasets
        if draft.study.sample(d.name, v.id, "fit_seconds") and draft.study.sample(d.name, v.id, "epochs")
    ]


def _training(draft: Draft) -> Section:
    trained = _trained(draft)
    blocks: list[Block] = []
    if trained:
        names = [m for m in COLUMNS if any(draft.study.sample(d, v, m) for d, v in trained)]
        blocks.append(
            Table(
                "table-training",
                draft.say(N_("Training of the networks, means over seeds")),
                (
                    draft.text_column(N_("Extractor")),
                    draft.text_column(N_("Image set")),
                    *(draft.column(m, unit=draft.words.unit(m)) for m in names),
                ),
                tuple(
                    Row(
                        (
                            draft.variant_cell(v),
                            _dataset_cell(draft, d),
                            *(draft.cell(d, v, m) for m in names),
                        )
                    )
                    for d, v in trained
                ),
            )
        )
    blocks += _curves(draft)
    blocks += draft.statements(
        draft.conclusions.of("held_out", "convergence", "overfitting", "implied_ari"),
        None if blocks else N_("No network was trained in these measurements."),
    )
    return Section("training", draft.words(N_("Training")), tuple(blocks))


def _dataset_cell(draft: Draft, dataset: str) -> TableCell:
    return TableCell(plain(draft.words.dataset(dataset)))


def _curves(draft: Draft) -> tuple[Figure, ...]:
    """Held-out accuracy of classifiers and loss of the others, one figure each."""
    wanted: Mapping[str, tuple[str, str, str, str]] = {
        "supervised": (
            "curves-accuracy",
            "accuracy",
            "val_accuracy",
            N_(
                "Accuracy of {names} by epoch, on training and on validation images; thin lines are single seeds"
            ),
        ),
        "unsupervised": (
            "curves-loss",
            "loss",
            "val_loss",
            N_("Loss of {names} by epoch, on training and on validation images; thin lines are single seeds"),
        ),
    }
    axis = {"accuracy": N_("accuracy"), "loss": N_("loss")}
    figures = []
    for family, (name, train, held_out, caption) in wanted.items():
        panels, variants, arrays = [], [], []
        for dataset in draft.study.datasets:
            for variant in draft.context.of_family(family):
                runs = draft.study.runs_of(dataset.name, variant)
                kept = [draft.study.load_artifacts(run.key) for run in runs]
                lines = tuple(
                    curves.Curve(
                        draft.words(label),
                        tuple(np.asarray(k[f"curve/{curve}"], float) for k in kept if f"curve/{curve}" in k),
                    )
                    for label, curve in ((N_("training"), train), (N_("validation"), held_out))
                )
                if all(line.runs for line in lines):
                    panels.append(curves.CurvesPanel(draft.words.dataset(dataset.name), lines))
                    variants.append(variant)
                    arrays += [(run, f"curve/{curve}") for run in runs for curve in (train, held_out)]
        if panels:
            figures.append(
                draft.figure(
                    name,
                    curves.Curves(
                        tuple(panels),
                        draft.words(N_("epoch")),
                        draft.words(axis[train]),
                        share_values=family == "supervised",
                        decimal=draft.decimal,
                    ),
                    curves.draw,
                    caption=draft.say(caption, names=Names(tuple(dict.fromkeys(variants)))),
                    finding=[
                        c
                        for c in draft.conclusions.of("convergence", "overfitting")
                        if c.subjects[0] in variants
                    ],
                    arrays=arrays,
                )
            )
    return tuple(figures)


def _transfer(draft: Draft) -> Section:
    figure = _size_figure(draft)
    blocks: list[Block] = [*figure]
    if not figure:
        blocks.append(
            draft.note(
                N_("No extractor was measured at two input sizes, so that nothing is said of their effect.")
            )
        )
    return Section("transfer", draft.words(N_("Pretrained networks and their input")), tuple(blocks))


def _size_figure(draft: Draft) -> tuple[Figure, ...]:
    subject = draft.subjects()
    panels = []
    for dataset in draft.context.quality:
        lines = []
        for sized in draft.study.sizes.values():
            measured = [
                (v, sample)
                for v in sized
                for sample in [draft.study.sample(dataset, v.id, draft.main)]
                if sample is not None
            ]
            if len(measured) < 2:
                continue
            largest = measured[-1][0]
            lines.append(
                input_size.SizeLine(
                    subject=Subject(largest.extractor.title, subject[largest.id].index),
                    sizes=tuple(v.input_size or 0 for v, _ in measured),
                    means=tuple(s.mean for _, s in measured),
                    values=tuple(s.values for _, s in measured),
                )
            )
        panels.append(input_size.SizePanel(draft.words.dataset(dataset), tuple(lines)))
    if not any(panel.lines for panel in panels):
        return ()
    return (
        draft.figure(
            "input-size",
            input_size.InputSize(
                tuple(panels),
                draft.words(N_("input size, pixels")),
                draft.words.metric(draft.main),
                missing=draft.words(N_("not measured")),
                decimal=draft.decimal,
            ),
            input_size.draw,
            caption=draft.say(
                N_("{Metric} against the input size of pretrained extractors; dots are single seeds")
            ),
            finding=draft.conclusions.of("input_size"),
            metrics=(draft.main,),
            variants=[v.id for v in draft.study.variants if v.input_size],
        ),
    )


def findings(draft: Draft) -> tuple[Section, ...]:
    """What rules besides the built-in ones conclude, and figures of other packages; None where there is none."""
    conclusions = draft.conclusions
    claims = [claim for claim in conclusions.claims if conclusions.rules[claim.id] not in RULES]
    shown = (*draft.statements(claims), *(block for make in draft.brought for block in make(draft)))
    return (Section("findings", draft.words(N_("Further findings")), shown),) if shown else ()


def outlook(draft: Draft) -> Section:
    """Further research: what was not measured, and what was measured without a decision."""
    claims = draft.conclusions.of(
        "not_measured",
        "open_undecided",
        "open_seeds",
        "open_input_size",
        "open_clusterer",
        "open_extractors",
    )
    still = [c for c in draft.conclusions.of("convergence") if (c.value or 0) > STILL_IMPROVING]
    return Section(
        "outlook",
        draft.words(N_("Further research")),
        draft.bullets([*claims, *still]) or (draft.note(N_("The measurements leave no open questions.")),),
    )
