"""Which subjects of a study a statement's names stand for, and what was not measured of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from fxreport.analysis.claims import N_, DatasetNames, Listing, Message, MetricTitle, Names, Term
from fxreport.analysis.context import Context
from fxreport.analysis.names import FAMILY_TITLES
from fxreport.analysis.tested.verdict import Absent
from fxreport.vocabulary.factors import EXTRACTOR, INPUT_SIZE, parse_subject

ALL, LABEL_FREE, FAMILY = "all", "label_free", "family:"


def matching(context: Context, name: str) -> tuple[str, ...]:
    """The variants that a name stands for: ``vgg16`` for all its sizes and settings, ``vgg16@32`` for one.

    ``family:pretrained`` (``family:pretrained@32``), ``label_free`` and ``all`` stand for many. A table that
    names no input sizes has one cell for any.
    """
    variants = context.study.variants
    if name == ALL:
        return tuple(v.id for v in variants)
    if name == LABEL_FREE:
        return context.label_free
    if any(v.id == name for v in variants):
        return (name,)
    levels = dict(parse_subject(name.removeprefix(FAMILY)))
    size = levels.get(INPUT_SIZE)
    alike = [
        v
        for v in variants
        if (v.family if name.startswith(FAMILY) else v.extractor.name) == levels[EXTRACTOR]
    ]
    if not set(levels) <= {EXTRACTOR, INPUT_SIZE}:
        return ()
    return tuple(v.id for v in alike if size is None or v.input_size in (size, None))


def other_sizes(context: Context, of: Collection[str], among: Iterable[str]) -> tuple[str, ...]:
    """Those among the variants that differ from one of the given in the input size alone."""
    known = context.study.variant_by_id
    alike = {known[v].without(INPUT_SIZE) for v in of if known[v].input_size is not None}
    return tuple(dict.fromkeys(v for v in among if v not in of and known[v].without(INPUT_SIZE) in alike))


def names_of(said: object) -> tuple[str, ...]:
    """A key that has one name or a list of them."""
    return (said,) if isinstance(said, str) else tuple(said) if isinstance(said, Sequence) else ()


_FAMILY = N_("any extractor of the group “{family}”")
_LABEL_FREE = N_("any extractor that needs no labels")


def measured(
    context: Context, names: Iterable[str], dataset: str, metric: str
) -> tuple[tuple[str, ...], tuple[Absent, ...]]:
    """The variants of these names that have the metric on a set, and what is not there."""
    column = context.study.column(dataset, metric)
    if not context.study.measured(dataset):
        return (), (Absent(datasets=(dataset,)),)
    found: dict[str, None] = {}
    absent = []
    for name in names:
        those = matching(context, name)
        having = [v for v in those if v in column]
        if not having:
            known = any(v.id in those for v in context.study.measured(dataset))
            absent.append(Absent(metric=metric) if known else Absent((name,)))
        found.update(dict.fromkeys(having))
    return tuple(found), tuple(absent)


def absences(absent: Iterable[Absent]) -> tuple[Message, ...]:
    """What was not measured, as clauses: subjects together, then sets, then metrics."""
    found = list(dict.fromkeys(absent))
    named = tuple(dict.fromkeys(name for one in found for name in one.subjects))
    plain = tuple(n for n in named if n not in (ALL, LABEL_FREE) and not n.startswith(FAMILY))
    # what lacks all its input sizes lacks each of them
    plain = tuple(n for n in plain if n.partition("@")[0] == n or n.partition("@")[0] not in plain)
    clauses = [Message("{names}", {"names": Names(plain)})] if plain else []
    for name in named:
        if name.startswith(FAMILY):
            family = name.removeprefix(FAMILY).partition("@")[0]
            title = Term(FAMILY_TITLES.get(family, family))
            clauses.append(Message(_FAMILY, {"family": title}))
        elif name == LABEL_FREE:
            clauses.append(Message(_LABEL_FREE))
    sets = tuple(dict.fromkeys(name for one in found for name in one.datasets))
    if sets:
        clauses.append(Message("{datasets}", {"datasets": DatasetNames(sets)}))
    metrics = dict.fromkeys(one.metric for one in found if one.metric)
    clauses += [Message("{metric}", {"metric": MetricTitle(metric)}) for metric in metrics]
    return tuple(clauses)


NOT_MEASURED = N_("Not measured: {absent}.")


def not_measured(absent: Iterable[Absent]) -> Message:
    return Message(NOT_MEASURED, {"absent": Listing(absences(absent))})
