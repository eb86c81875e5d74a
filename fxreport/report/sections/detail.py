"""Detailed analysis: quality set by set, speed, the trade-off of both."""

from __future__ import annotations

from fxreport.analysis.claims import N_, DatasetNames, Evidence, Names
from fxreport.analysis.rules.speed import SECONDS, efficiency, mean_times
from fxreport.analysis.stars import efficiency_stars
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.figures import speed, tradeoff
from fxreport.report.model import Block, Number, Row, Section, Stars, Table, TableCell
from fxreport.report.sections import internals, projections
from fxreport.report.words import slug


def detail(draft: Draft) -> Section:
    return Section(
        id="detail",
        title=draft.words(N_("Detailed analysis")),
        children=(
            _quality(draft),
            _speed(draft),
            _trade_off(draft),
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


def _trade_off(draft: Draft) -> Section:
    datasets = [d for d in draft.context.quality if efficiency(draft.context, d)]
    blocks: list[Block] = []
    if datasets:
        blocks.append(
            draft.paragraph(
                N_(
                    "Efficiency is ARI divided by the extraction time in seconds. Two stars mark the best extractor of an "
                    "image set, one those that reach half of its efficiency."
                )
            )
        )
        if len(_rated(draft)) < len(draft.study.variants):
            blocks.append(
                draft.note(
                    N_(
                        "Rated are extractors that have learned; what computes next to nothing is beyond comparison."
                    )
                )
            )
        blocks.append(_trade_off_figure(draft, datasets))
    blocks += [_efficiency_table(draft, d) for d in datasets]
    blocks += draft.statements(
        draft.conclusions.of("most_efficient", "most_efficient_learned", "pareto"),
        N_("Quality and time were not measured together."),
    )
    return Section("trade-off", draft.words(N_("Trade-off of quality and time")), tuple(blocks))


def _rated(draft: Draft) -> set[str]:
    """Variants that efficiency stars compare: those that have learned, or all where none is known to."""
    ids = {v.id for v in draft.study.variants}
    return {v for v in ids if draft.context.learned(v)} or ids


def _efficiency_table(draft: Draft, dataset: str) -> Table:
    scores = efficiency(draft.context, dataset)
    learned = _rated(draft) & set(scores) or set(scores)
    best = max(scores.values())
    rated = max(scores[v] for v in learned)
    rows = []
    for variant, score in sorted(scores.items(), key=lambda item: -item[1]):
        stars = efficiency_stars(score, rated) if variant in learned else 0
        rows.append(
            Row(
                (
                    draft.variant_cell(variant),
                    draft.cell(dataset, variant, "ari"),
                    draft.cell(dataset, variant, SECONDS),
                    _score(draft, dataset, variant, score, best=score == best),
                    TableCell((Stars(stars, 2, draft.stars_label(stars, 2)),) if stars else ABSENT),
                )
            )
        )
    columns = (
        draft.text_column(N_("Extractor")),
        draft.column("ari"),
        draft.text_column(N_("Time, s"), numeric=True),
        draft.text_column(N_("Efficiency"), numeric=True),
        draft.text_column(N_("Stars")),
    )
    return Table(
        f"table-efficiency-{slug(dataset)}",
        draft.say(N_("Efficiency on {dataset}"), dataset=DatasetNames((dataset,))),
        columns,
        tuple(rows),
    )


def _score(draft: Draft, dataset: str, variant: str, score: float, *, best: bool) -> TableCell:
    """An efficiency score, leading to the ARI that it is computed from; the time stands in the same table."""
    parts = [draft.context.evidence(dataset, variant, m) for m in ("ari", SECONDS)]
    number = Number(
        draft.words.significant(score, 3), draft.words.address(parts[0]).id, draft.words.computed_from(parts)
    )
    return TableCell((number,), best=best)


def _trade_off_figure(draft: Draft, datasets: list[str]) -> Block:
    subject = draft.subjects()
    panels = []
    for dataset in datasets:
        ari, seconds = draft.study.column(dataset, "ari"), draft.study.column(dataset, SECONDS)
        panels.append(
            tradeoff.TradeoffPanel(
                draft.words.dataset(dataset),
                tuple(
                    tradeoff.TradeoffPoint(subject[v], seconds[v], ari[v])
                    for v in ari
                    if seconds.get(v, 0) > 0
                ),
            )
        )
    data = tradeoff.Tradeoff(
        panels=tuple(panels),
        time_axis=draft.words(N_("extraction time, s (logarithmic)")),
        quality_axis=draft.words.metric("ari"),
        missing=draft.words(N_("not measured")),
        decimal=draft.decimal,
    )
    return draft.figure(
        "trade-off",
        data,
        tradeoff.draw,
        caption=draft.say(N_("Quality against time; the line joins what nothing else beats in both")),
        finding=draft.conclusions.of("pareto"),
    )
