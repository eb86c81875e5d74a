"""Detailed analysis: quality set by set, speed, the trade-off of both."""

from __future__ import annotations

from fxreport.analysis.claims import N_, DatasetNames, Evidence, Names
from fxreport.analysis.costs import SECONDS
from fxreport.analysis.rules.speed import mean_times
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.figures import speed
from fxreport.report.model import Block, Row, Section, Table, TableCell
from fxreport.report.sections import internals, projections, trade_off
from fxreport.report.words import slug


def detail(draft: Draft) -> Section:
    return Section(
        id="detail",
        title=draft.words(N_("Detailed analysis")),
        children=(
            _quality(draft),
            _speed(draft),
            trade_off.trade_off(draft),
            projections.projections(draft),
            internals.internals(draft),
        ),
    )


def _quality(draft: Draft) -> Section:
    kinds = ("difficulty", "against_control", "without_labels")
    return Section(
        id="quality",
        title=draft.words(N_("Quality of the features")),
        blocks=() if draft.context.quality else (draft.note(N_("No clustering quality was measured.")),),
        children=tuple(
            Section(
                id=f"quality-{slug(dataset)}",
                title=draft.words.dataset(dataset),
                blocks=draft.statements(draft.conclusions.of(*kinds, dataset=dataset)),
            )
            for dataset in draft.context.quality
        ),
    )


def _speed(draft: Draft) -> Section:
    means = mean_times(draft.context)
    blocks: list[Block] = []
    if means:
        blocks += [_speed_table(draft, means), _speed_figure(draft, means)]
    datasets = draft.context.datasets_with(SECONDS)
    partial = tuple(
        v.id
        for v in draft.study.variants
        if v.id not in means and any(draft.study.sample(d, v.id, SECONDS) for d in datasets)
    )
    if partial:
        blocks.append(
            draft.note(
                N_("Not timed on every image set, so that no mean is given: {names}."), names=Names(partial)
            )
        )
    claims = draft.conclusions.of("speed_ratio", "slowest", "dimension_vs_speed")
    blocks += draft.statements(claims, N_("No extraction time was measured.") if not means else None)
    return Section("speed", draft.words(N_("Extraction speed")), tuple(blocks))


def _speed_table(draft: Draft, means: dict[str, float]) -> Table:
    places = {c.subjects[0]: c for c in draft.conclusions.of("speed_rank")}
    ratios = {c.subjects[0]: c for c in draft.conclusions.of("speed_ratio")}
    baseline = draft.context.speed_baseline
    rates: dict[str, list[Evidence]] = {}
    for variant in means:
        timed = draft.context.datasets_with(SECONDS)
        if all(draft.study.sample(d, variant, "images_per_second") for d in timed):
            rates[variant] = [draft.context.evidence(d, variant, "images_per_second") for d in timed]
    rows = []
    for variant, seconds in means.items():
        place = draft.origins.of_claim(places[variant])
        ratio = 1.0 if variant == baseline else ratios[variant].value if variant in ratios else None
        shown = "" if ratio is None else "×" + draft.words.significant(ratio, 3 if ratio >= 1 else 2)
        cells = [
            draft.number_cell(draft.words.number(places[variant].value or 0, 0), place),
            draft.variant_cell(variant),
            draft.number_cell(draft.words.measured(SECONDS, seconds), place),
            draft.number_cell(shown, draft.origins.of_claim(ratios[variant]) if variant in ratios else place)
            if shown
            else TableCell(ABSENT),
        ]
        if rates:
            cells.append(_mean_rate(draft, variant, rates.get(variant)))
        rows.append(Row(tuple(cells)))
    columns = [
        draft.text_column(N_("Place"), numeric=True),
        draft.text_column(N_("Extractor")),
        draft.text_column(N_("Mean time, s"), numeric=True),
        draft.text_column(N_("Time relative to the baseline"), numeric=True),
    ]
    if rates:
        columns.append(draft.text_column(N_("Images per second"), numeric=True))
    datasets = DatasetNames(draft.context.datasets_with(SECONDS))
    if baseline is None:
        caption = draft.say(N_("Speed ranking by the mean time over {datasets}"), datasets=datasets)
    else:
        caption = draft.say(
            N_("Speed ranking by the mean time over {datasets}; the baseline is {baseline}"),
            datasets=datasets,
            baseline=Names((baseline,)),
        )
    return Table("table-speed", caption, tuple(columns), tuple(rows))


def _mean_rate(draft: Draft, variant: str, measured: list[Evidence] | None) -> TableCell:
    """The mean over image sets of the images per second; a dash where one is missing."""
    if measured is None:
        return TableCell(ABSENT)
    mean = sum(e.value for e in measured) / len(measured)
    origin = draft.origins.of_value(f"images_per_second/{variant}", measured)
    return draft.number_cell(draft.words.number(mean, 0), origin)


def _speed_figure(draft: Draft, means: dict[str, float]) -> Block:
    subject = draft.subjects()
    ratios = {c.subjects[0]: c.value for c in draft.conclusions.of("speed_ratio")}
    baseline = draft.context.speed_baseline
    datasets = draft.context.datasets_with(SECONDS)
    bars = tuple(
        speed.SpeedBar(
            subject[v],
            seconds,
            value=draft.words.with_unit(SECONDS, seconds),
            ratio="×" + draft.words.significant(ratios[v] or 0, 2)
            if v in ratios
            else "×" + draft.words.number(1, 0)
            if v == baseline
            else "",
            values=tuple(draft.study.samples[d, v, SECONDS].mean for d in datasets),
        )
        for v, seconds in means.items()
    )
    data = speed.Speed(
        bars=bars,
        axis=draft.words(N_("mean extraction time, s (logarithmic)")),
        baseline=means.get(baseline) if baseline else None,
        decimal=draft.decimal,
    )
    return draft.figure(
        "speed",
        data,
        speed.draw,
        caption=draft.say(
            N_("Mean extraction time and each image set’s own; beside it the ratio to the baseline")
        ),
        finding=draft.conclusions.of("speed_ratio"),
    )
