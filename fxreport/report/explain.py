"""A conclusion explained: its sentence, the rule behind it, its evidence seed by seed, its comparisons."""

from __future__ import annotations

import inspect
import os
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from fxreport.analysis.claims import (
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
    Evidence,
    Message,
    Recommendation,
    Verbatim,
)
from fxreport.analysis.conclude import Conclusions
from fxreport.analysis.context import Context
from fxreport.analysis.rules import Rule
from fxreport.analysis.statistics.compare import BETTER, MISSING, TIED, WORSE, Comparison
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.analysis.study import Run, Sample
from fxreport.report.draft import SPREAD, SUPPORT_LABELS
from fxreport.report.model import to_string
from fxreport.report.origins import Origins
from fxreport.report.words import Words

RECOMMENDATION = "recommendation"

_OUTCOMES = {
    BETTER: N_("better"),
    WORSE: N_("worse"),
    TIED: N_("practically equal"),
    UNDETERMINED: N_("no difference shown"),
    MISSING: N_("not measured"),
}
_SINGLE_OUTCOMES = {BETTER: N_("higher"), WORSE: N_("lower"), TIED: N_("equal")}

#: figures of an exact value: enough to compute with
_EXACT = ".10g"


def ids(conclusions: Conclusions) -> dict[str, str]:
    """Every id that can be explained, with its kind, in the order of the rules."""
    found = {claim.id: claim.kind for claim in conclusions.claims}
    return found | {_recommendation_id(r): RECOMMENDATION for r in conclusions.recommendations}


def explain(conclusions: Conclusions, words: Words, name: str) -> str:
    """Explain a claim or a recommendation in plain text. Raises KeyError where there is none of that id."""
    for claim in conclusions.claims:
        if claim.id == name:
            return "\n".join(_claim(conclusions, words, claim)) + "\n"
    for recommendation in conclusions.recommendations:
        if _recommendation_id(recommendation) == name:
            return "\n".join(_recommendation(conclusions, words, recommendation)) + "\n"
    raise KeyError(name)


def _recommendation_id(recommendation: Recommendation) -> str:
    return f"{RECOMMENDATION}/{recommendation.scenario}"


def _claim(conclusions: Conclusions, words: Words, claim: Claim) -> Iterator[str]:
    rule = conclusions.rules[claim.id]
    yield from _sentences(words, (Message(claim.message, claim.params),))
    yield ""
    facts = [
        (N_("id"), claim.id),
        (N_("kind"), claim.kind),
        (N_("support"), f"{words(SUPPORT_LABELS[claim.support])} ({claim.support})"),
    ]
    if claim.value is not None:
        facts.append((N_("value"), format(claim.value, _EXACT)))
    if claim.surprising:
        facts.append((N_("against expectation"), words(N_("yes"))))
    yield from _facts(words, facts)
    yield from _rule(words, rule)
    yield from _evidence(conclusions, words, claim.evidence)
    yield from _comparisons(words, compared(conclusions, claim))


def _recommendation(conclusions: Conclusions, words: Words, found: Recommendation) -> Iterator[str]:
    from fxreport.analysis.recommend.answer import recommend

    answer = found.answer
    if found.extractor is not None:
        yield words.variant(found.extractor)
    yield from _sentences(words, (answer, *found.details))
    yield ""
    firm = words(N_("firm") if found.firm else N_("conditional")) if found.extractor else ""
    support = f"{words(SUPPORT_LABELS[found.support])} ({found.support})"
    yield from _facts(
        words,
        [
            (N_("id"), _recommendation_id(found)),
            (N_("kind"), RECOMMENDATION),
            (N_("support"), f"{firm}, {support}" if firm else support),
            (N_("qualify"), words.join(words.variant(v) for v in found.admissible)),
            (N_("rests on"), ", ".join(found.claims)),
        ],
    )
    yield from _rule(words, recommend)
    origins = Origins(conclusions, words)
    origins.of_recommendation(found)
    derivation = next(d for d in origins if d.id == _recommendation_id(found))
    yield from _evidence(conclusions, words, derivation.evidence)


def _sentences(words: Words, messages: Iterable[Message]) -> Iterator[str]:
    for message in messages:
        said = to_string(words.say(message.message, message.params))
        yield from textwrap.wrap(said, 100, break_long_words=False, break_on_hyphens=False)


def _facts(words: Words, facts: Iterable[tuple[str, str]]) -> Iterator[str]:
    told = [(words(name), value) for name, value in facts if value]
    width = max(len(name) for name, _ in told)
    for name, value in told:
        yield f"{name + ':':<{width + 1}} {value}"


def _rule(words: Words, rule: Callable[..., Any]) -> Iterator[str]:
    """The rule's name, where it stands, and what it says of itself (its docstring is not translated)."""
    yield ""
    yield words(N_("Rule"))
    module = rule.__module__.removeprefix("fxreport.analysis.")
    yield f"  {module}.{rule.__name__} ({location(rule)})"
    for paragraph in (inspect.getdoc(rule) or "").split("\n\n"):
        yield from textwrap.wrap(" ".join(paragraph.split()), 98, initial_indent="  ", subsequent_indent="  ")


def location(rule: Callable[..., Any]) -> str:
    """``file:line`` of a function: from the current folder where it lies below it."""
    path = Path(inspect.getsourcefile(rule) or "")
    line = inspect.getsourcelines(rule)[1]
    folder = Path.cwd()
    shown = path.relative_to(folder) if path.is_relative_to(folder) else path
    return f"{os.fspath(shown)}:{line}"


# Evidence


def _evidence(conclusions: Conclusions, words: Words, evidence: tuple[Evidence, ...]) -> Iterator[str]:
    """Each cell: its mean, then one line a seed with the experiment's key and when it ran."""
    yield ""
    yield words(N_("Evidence"))
    if not evidence:
        yield "  " + words(N_("Read off the extent of the study"))
    runs = {run.key: run for run in conclusions.study.runs}
    for one in dict.fromkeys(evidence):
        sample = conclusions.study.samples[one.dataset, one.extractor, one.metric]
        shown = words.with_unit(one.metric, one.value)
        yield f"  {words.measurement(one)}: {shown} ({one.dataset}, {one.extractor}, {one.metric})"
        yield from _seeds(words, sample, runs)


def _seeds(words: Words, sample: Sample, runs: dict[str, Run]) -> Iterator[str]:
    word = words(N_("Seed")).lower()
    for seed, value, key in zip(sample.seeds, sample.values, sample.keys, strict=True):
        run = runs.get(key)
        started = str(run.provenance.get("started", "")) if run else ""
        origin = words(N_("experiment {key}") if run else N_("imported, {key}")).format(key=key)
        parts = [f"{word} {seed}", format(value, _EXACT), origin, started[:19]]
        yield "    " + "  ".join(filter(None, parts))
    if sample.sd is not None:
        yield f"    {words(SPREAD)}  {format(sample.sd, _EXACT)}"


# Comparisons


class _Asked(Context):
    """A context that remembers the comparisons that a rule asks for."""

    def __init__(self, context: Context) -> None:
        self.__dict__.update(context.__dict__)
        self.asked: dict[tuple[str, str, str], Comparison] = {}

    def compare(self, dataset: str, a: str, b: str, *arguments: Any, **keywords: Any) -> Comparison:
        found = super().compare(dataset, a, b, *arguments, **keywords)
        self.asked[dataset, a, b] = found
        return found


def compared(conclusions: Conclusions, claim: Claim) -> list[Comparison]:
    """The comparisons that the claim's rule asked for and that its subjects take part in.

    The rule is run once more. Of comparisons among the subjects alone, where there are any, only those.
    """
    rule: Rule = conclusions.rules[claim.id]
    context = _Asked(conclusions.context)
    for _ in rule(context):
        pass
    own = [
        c
        for c in context.asked.values()
        if claim.dataset in (None, c.dataset) and {c.a, c.b} & set(claim.subjects)
    ]
    return [c for c in own if {c.a, c.b} <= set(claim.subjects)] or own


def _comparisons(words: Words, comparisons: list[Comparison]) -> Iterator[str]:
    if not comparisons:
        return
    yield ""
    yield words(N_("Comparisons"))
    for one in comparisons:
        single = one.support == SINGLE_RUN
        outcome = words((_SINGLE_OUTCOMES if single else _OUTCOMES).get(one.outcome, one.outcome))
        names = words(N_("{a} against {b}")).format(a=words.variant(one.a), b=words.variant(one.b))
        yield f"  {words.dataset(one.dataset)} · {words.metric(one.metric)} · {names}: {outcome}"
        difference = words.number(one.difference, 4, signed=True)
        if one.interval is None:
            said = words(N_("difference {difference}")).format(difference=difference)
            yield f"    {said}; {words(SUPPORT_LABELS[one.support])}"
            continue
        low, high = (words.number(x, 4, signed=True) for x in (one.interval.low, one.interval.high))
        told = words.say(
            N_(
                "difference {difference}, {level} interval from {low} to {high}, probability of being above "
                "zero {probability}; {support}"
            ),
            {
                "difference": Verbatim(difference),
                "level": Verbatim(words.percent(LEVEL, 0)),
                "low": Verbatim(low),
                "high": Verbatim(high),
                "probability": Verbatim(words.percent(one.interval.probability, 1)),
                "support": Verbatim(words(SUPPORT_LABELS[one.support])),
            },
        )
        yield f"    {to_string(told)}"
