"""Detailed analysis: quality set by set, speed, the trade-off of both."""

from __future__ import annotations

import math

from fxreport.analysis.claims import N_, DatasetNames, Derived, Names
from fxreport.analysis.quantities.costs import RATE, SECONDS, images_per_second, mean_seconds_per_1000_images
from fxreport.analysis.quantities.ranking import competition_ranks
from fxreport.analysis.quantities.times import time_ratio
from fxreport.analysis.rules.cost.speed import mean_times
from fxreport.analysis.rules.quality.places import places
from fxreport.analysis.statistics.compare import mean_interval
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.report.anchors import slug
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.figures import speed
from fxreport.report.foremost import cut, foremost
from fxreport.report.model import Block, Number, Plain, Row, Section, Table, TableCell, Text
from fxreport.report.sections import attribution, features, internals, projections, trade_off

#: ratios of times that sentences tell one by one
_MOST_RATIOS = 12


def detail(draft: Draft) -> Section:
    return Section(
        id="detail",
        title=draft.words(N_("Detailed analysis")),
        children=(
            _quality(draft),
            *_factors(draft),
            *((_speed(draft),) if draft.study.cost == SECONDS else ()),
            trade_off.trade_off(draft),
            *(_of_images(draft) if draft.context.of_field else ()),
        ),
    )


def _of_images(draft: Draft) -> tuple[Section, ...]:
    return (
        projections.projections(draft),
        internals.internals(draft),
        attribution.attribution(draft),
        features.features(draft),
    )


def _quality(draft: Draft) -> Section:
    kinds = ("difficulty", "gap", "rank_interval", "against_control", "without_labels", "separable")
    return Section(
        id="quality",
        title=draft.words(N_("Quality of the features")),
        blocks=() if draft.context.quality else (draft.note(N_("No clustering quality was measured.")),),
        children=tuple(
            Section(
                id=f"quality-{slug(dataset)}",
                title=draft.words.dataset(dataset),
                blocks=(
                    *_certainty(draft, dataset),
                    *draft.statements(draft.conclusions.of(*kinds, dataset=dataset)),
                ),
            )
            for dataset in draft.context.quality
        ),
    )


def _certainty(draft: Draft, dataset: str) -> tuple[Table, ...]:
    """How sure each ARI and its place are; none where an extractor was measured only once."""
    found = places(draft.context, dataset)
    claims = draft.conclusions.of("rank_interval", dataset=dataset)
    if found is None or not claims:
        return ()
    words, origin = draft.words, draft.origins.of_claim(claims[0])
    ari = draft.context.column(dataset)
    ranks = competition_ranks(ari, descending=True)
    rows = []
    for name in (v for group in draft.context.quality[dataset] for v in group):
        held = found.intervals[name]
        spread = mean_interval(draft.study, draft.context.influences, dataset, name)
        measured = draft.context.evidence(dataset, name)
        address, title = words.address(measured).id, words.computed_from((measured,))
        interval: Text = ABSENT
        if spread is not None:
            low, high = (
                Number(words.measured(draft.main, end), address, title) for end in (spread.low, spread.high)
            )
            interval = (low, Plain(" … "), high)
        possible: Text = (Number(words.number(held.low, 0), origin.address, origin.title),)
        if held.high > held.low:
            last = Number(words.number(held.high, 0), origin.address, origin.title)
            possible = (*possible, Plain(" … "), last)
        rows.append(
            Row(
                (
                    draft.variant_cell(name),
                    draft.cell(dataset, name, draft.main),
                    TableCell(interval),
                    draft.number_cell(words.number(ranks[name], 0), origin),
                    TableCell(possible),
                    draft.number_cell(words.probability(found.best[name], short=True), origin),
                )
            )
        )
    columns = (
        draft.text_column(N_("Extractor")),
        draft.column(draft.main),
        draft.text_column(N_("Interval of the {metric}"), numeric=True),
        draft.text_column(N_("Place"), numeric=True),
        draft.text_column(N_("Interval of the place"), numeric=True),
        draft.text_column(N_("Probability of being the best"), numeric=True),
    )
    caption = draft.say(
        N_("How sure the order on {dataset} is; intervals of the level {level}"),
        dataset=DatasetNames((dataset,)),
        level=Derived(LEVEL, "percent", 0, constant="level"),
    )
    return (Table(f"table-certainty-{slug(dataset)}", caption, columns, tuple(rows)),)


def _factors(draft: Draft) -> tuple[Section, ...]:
    """None where nothing but extractors and input sizes varies."""
    claims = draft.conclusions.of("factor")
    title = draft.words(N_("Settings and clustering algorithms"))
    return (Section("factors", title, draft.statements(claims)),) if claims else ()


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
    ratios = draft.conclusions.of("speed_ratio")
    if len(ratios) > _MOST_RATIOS:  # the rest is in the table
        ratios = (ratios[0], ratios[-1])
    claims = (
        *ratios,
        *draft.conclusions.of("slowest", "fastest_pretrained", "dimension_vs_speed", "processors"),
    )
    blocks += draft.statements(claims, N_("No extraction time was measured.") if not datasets else None)
    return Section("speed", draft.words(N_("Extraction speed")), tuple(blocks))


def _speed_table(draft: Draft, means: dict[str, float]) -> Table:
    places = {c.subjects[0]: c for c in draft.conclusions.of("speed_rank")}
    ratios = {c.subjects[0]: c for c in draft.conclusions.of("speed_ratio")}
    baseline = draft.context.speed_baseline
    timed = draft.context.datasets_with(SECONDS)
    rates = {v: found for v in means if (found := _rate_over(draft, v, timed)) is not None}
    rows = []
    for variant, seconds in means.items():
        place = draft.origins.of_claim(places[variant])
        shown = _ratio(draft, variant)
        cells = [
            draft.number_cell(draft.words.number(places[variant].value or 0, 0), place),
            draft.variant_cell(variant),
            draft.number_cell(draft.words.measured(SECONDS, seconds), place),
            draft.number_cell(shown, draft.origins.of_claim(ratios[variant]) if variant in ratios else place)
            if shown
            else TableCell(ABSENT),
        ]
        if rates:
            cells.append(_rate(draft, variant, rates.get(variant)))
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


def _ratio(draft: Draft, variant: str) -> str:
    """The mean time as a multiple of the baseline's, with no more digits than the sentence has; "" for none."""
    baseline = draft.context.speed_baseline
    if baseline is None:
        return ""
    if variant == baseline:
        return "×" + draft.words.number(1, 0)
    found = time_ratio(draft.context, variant, baseline, draft.context.datasets_with(SECONDS))
    return "" if found is None else "×" + draft.words.derived(found.shown("decimal")).text


def _rate_over(draft: Draft, variant: str, datasets: tuple[str, ...]) -> float | None:
    """All images by all time; on a single set the throughput that was measured there."""
    if len(datasets) == 1:
        return images_per_second(draft.study, datasets[0], variant)
    seconds = mean_seconds_per_1000_images(draft.study, datasets, variant)
    return 1000 / seconds if seconds else None


def _rate(draft: Draft, variant: str, rate: float | None) -> TableCell:
    """Images per second over all image sets, to three digits; a dash where it is not known."""
    if rate is None or not math.isfinite(rate):
        return TableCell(ABSENT)
    timed = draft.context.datasets_with(SECONDS)
    rated = len(timed) == 1 and draft.study.sample(timed[0], variant, RATE)
    evidence = [draft.context.evidence(d, variant, RATE if rated else SECONDS) for d in timed]
    origin = draft.origins.of_value(f"images_per_second/{variant}", evidence)
    shown = float(f"{rate:.3g}")
    return draft.number_cell(draft.words.significant(shown, 3), origin)


def _speed_figure(draft: Draft, means: dict[str, float]) -> Block:
    subject = draft.subjects()
    baseline = draft.context.speed_baseline
    datasets = draft.context.datasets_with(SECONDS)
    every, fitting = means, foremost(draft, [*means])
    means = {v: seconds for v, seconds in every.items() if v in fitting}
    bars = tuple(
        speed.SpeedBar(
            subject[v],
            seconds,
            value=draft.words.with_unit(SECONDS, seconds),
            ratio=_ratio(draft, v),
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
        caption=(
            *draft.say(
                N_("Mean extraction time and each image set’s own; beside it the ratio to the baseline")
            ),
            *cut(draft, means, every),
        ),
        finding=draft.conclusions.of("speed_ratio")[:_MOST_RATIOS],
        datasets=datasets,
        metrics=(SECONDS,),
        variants=means,
    )
