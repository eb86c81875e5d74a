"""What is not known yet, and what would settle it."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import (
    N_,
    Count,
    DatasetNames,
    Derived,
    Names,
    Param,
    Phrase,
    Sets,
    Term,
    Verbatim,
)
from fxreport.analysis.rules.studies.coverage import ENOUGH_DATASETS
from fxreport.analysis.settle import OpenQuestion, open_questions
from fxreport.analysis.statistics.power import MOST_SEEDS, POWER
from fxreport.report.anchors import Origin
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import (
    Block,
    Paragraph,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    joined,
    to_string,
)
from fxreport.vocabulary.factors import CLUSTERER, level_title

#: questions that the table shows
MOST = 5

_ELSEWHERE = N_("All of this holds for {datasets}; so few sets say nothing of others.")
_OVERALL = N_("Mean lead of the first over the next")
_CLUSTERER = N_(
    "Clusters are those of {clusterer} alone; another clusterer may rank the extractors otherwise."
)
_RUNS = N_("{runs} of each")
_RUNS_TIME = N_("{runs} of each, about {time}")
_IMAGES = N_("{images} test images a run")
_EITHER = N_("{first}, or {second}")
_NOTHING = N_("more such runs will not tell: even {most} of each are too few")
_SMALL = N_("that the difference is below {margin}, where it would not matter, is not shown: {how}")
_SMALL_NOTHING = N_(
    "the difference is too near {margin}, below which it would not matter: even {most} runs of each would not tell"
)
_LABEL, _LABEL_SPREAD = (
    N_("{names} on {datasets}, an open question"),
    N_("How much runs differ, an open question"),
)
_NOTE = N_(
    "The difference seen is how far the one named first is ahead in {metric}; so few runs cannot show a "
    "difference smaller than the next column says. What is proposed settles the question with a probability of {power}, if "
    "the difference is what it looks like."
)
_TIMES = N_("Times are those of the machine that measured; {command} measures such runs.")


def unknown(draft: Draft) -> Section | None:
    """The limits of the study, and a table of what further runs would settle; None where nothing is open."""
    said = tuple(Paragraph(text) for text in _limits(draft))
    blocks: tuple[Block, ...] = (*said, *_table(draft))
    if not blocks:
        return None
    return Section("unknown", draft.words(N_("What is not known yet, and what would settle it")), blocks)


def _limits(draft: Draft) -> Iterator[Text]:
    """Of sets and of the clusterer: one paragraph."""
    study, said = draft.study, []
    sets = tuple(draft.context.quality)
    if overall := draft.conclusions.of("overall"):
        [claim] = overall
        origin = draft.origins.of_value(f"{claim.id}/lead", claim.evidence, draft.words(_OVERALL))
        said.append(draft.say(claim.message, origin, **claim.params))
    elif 0 < len(sets) < ENOUGH_DATASETS:
        said.append(draft.say(_ELSEWHERE, datasets=DatasetNames(sets)))
    if sets and len(study.clusterers) == 1 and draft.context.of_field:
        said.append(draft.say(_CLUSTERER, clusterer=Term(level_title(CLUSTERER, study.clusterer))))
    if said:
        yield joined(said)


def _table(draft: Draft) -> Iterator[Table]:
    questions = open_questions(draft.context)[:MOST]
    if not draft.context.of_field and draft.study.single_run:
        return  # of published figures there are no further runs to be had
    if not questions:
        return
    columns = (
        draft.text_column(N_("Question")),
        draft.text_column(N_("Difference seen"), numeric=True),
        draft.text_column(N_("Smallest detectable"), numeric=True),
        draft.text_column(N_("What would settle it")),
    )
    caption = draft.say(N_("What these runs leave open, the most useful first"))
    note = draft.say(
        _NOTE,
        power=Derived(POWER, "percent", 0, constant="power"),
    )
    if any(one.seconds is not None for one in questions):
        note = joined([note, draft.say(_TIMES, command=Verbatim("fxreport run --until-settled"))])
    yield Table("table-unknown", caption, columns, tuple(_row(draft, one) for one in questions), note)


def _row(draft: Draft, one: OpenQuestion) -> Row:
    # a label, not the question: it stands before a colon
    label = draft.say(
        _LABEL if one.pair else _LABEL_SPREAD, datasets=Sets(one.datasets), names=Names(one.pair)
    )
    origin = draft.origins.of_value(f"open/{one.id}", one.evidence, to_string(label))

    def number(value: float | None, *, signed: bool) -> TableCell:
        if value is None:
            return TableCell(ABSENT)
        shown = draft.words.derived(Derived(value, "signed" if signed else "decimal"))
        return draft.number_cell(shown.text, origin)

    return Row(
        (
            TableCell(draft.message(one.question, origin)),
            number(one.difference, signed=True),
            number(one.detectable, signed=False),
            TableCell(_settles(draft, one, origin)),
        )
    )


def _settles(draft: Draft, one: OpenQuestion, origin: Origin) -> Text:
    params: dict[str, Param] = {
        "runs": Count(one.seeds_needed or 0, "more_run"),
        "images": Derived(one.images_needed or 0, "integer"),
        "margin": Derived(draft.context.margin, decimals=2, constant="margin"),
        "most": Derived(MOST_SEEDS, "integer", constant="most_seeds"),
    }
    ways = []
    if one.seeds_needed is not None:
        ways.append(_RUNS if one.seconds is None else _RUNS_TIME)
        params["time"] = Phrase(_time(one.seconds or 0.0, params))
    if one.images_needed is not None:
        ways.append(_IMAGES)
    if not ways:
        return draft.say(_SMALL_NOTHING if one.within_margin else _NOTHING, origin, **params)
    params |= {"first": Phrase(ways[0]), "second": Phrase(ways[-1])}
    how = _EITHER if len(ways) > 1 else ways[0]
    if one.within_margin:
        return draft.say(_SMALL, origin, how=Phrase(how), **params)
    return draft.say(how, origin, **params)


def _time(seconds: float, params: dict[str, Param]) -> str:
    """Minutes up to an hour and a half, then hours; the number goes into ``params``."""
    minutes = seconds / 60
    hours = minutes > 90
    params["number"] = Derived(max(minutes / 60 if hours else minutes, 1), "integer")
    return N_("{number}\u00a0h") if hours else N_("{number}\u00a0min")
