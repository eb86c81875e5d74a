"""The answer to a scenario: who is admissible, who wins, by how much, what was traded, how sure, what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    SINGLE_RUN,
    TIE,
    UNDETERMINED,
    Change,
    DatasetNames,
    Exclusion,
    Message,
    MetricTitle,
    Recommendation,
)
from fxreport.analysis.context import Context
from fxreport.analysis.recommend import prices, sentences
from fxreport.analysis.recommend.admission import Admission, admit
from fxreport.analysis.recommend.cautions import circular as circular_limits
from fxreport.analysis.recommend.cautions import close_calls, one_extractor
from fxreport.analysis.recommend.choice import (
    Certainty,
    certainty,
    order,
    support,
)
from fxreport.analysis.recommend.facts import Field, evidence
from fxreport.analysis.recommend.phrases import criterion, refusals
from fxreport.analysis.recommend.sensitivity import (
    close_leads,
    takeovers,
    without_each_seed,
    without_each_set,
)
from fxreport.vocabulary.scenario import ACCURACY, AT_LEAST, AT_MOST, NEUTRAL, OBJECTIVES, QUALITY, Scenario

_NONE = N_("No measured extractor qualifies.")
_NO_QUALITY = N_("No clustering quality was measured.")
_NO_SHARE = N_("Less {metric} is better, so that no least one and no share of the best is held against it.")
_NO_DIRECTION = N_("Whether more or less is better is not said of {what}.")
_NO_NATURAL = N_("No set that is known to be of natural photographs was measured.")
_NOBODY_COMPLETE = N_("No extractor was measured on all of {datasets}.")


def recommend(
    context: Context,
    scenario: Scenario,
    claim_ids: frozenset[str] = frozenset(),
    without_seed: Mapping[int, Context] | None = None,
) -> Recommendation:
    """Answer one scenario. Only extractors measured on all of its image sets compete.

    ``claim_ids`` are the claims that an answer may cite; ``without_seed`` are the studies without each of the
    seeds (``contexts_without_seeds``).
    """
    field = Field.of(context, scenario)
    asked, scenario = scenario, field.resolved(scenario)

    def unanswered(message: str, *details: Message, admission: Admission | None = None) -> Recommendation:
        return Recommendation(
            scenario=scenario.name,
            extractor=None,
            answer=Message(
                message, {"datasets": DatasetNames(field.datasets), "what": MetricTitle(scenario.objective)}
            ),
            details=details,
            support=UNDETERMINED,
            title=scenario.title,
            objective=_named(field, scenario),
            excluded=_exclusions(admission) if admission else (),
            evidence=evidence(field, scenario),
        )

    if not field.datasets:
        return unanswered(
            _NO_NATURAL if scenario.natural_images else _NO_QUALITY, *_unknown_sets(field, scenario)
        )
    if not context.study.rising and set(scenario.constraints) & set(AT_LEAST):
        return unanswered(_NO_SHARE)
    if (
        scenario.objective not in OBJECTIVES
        and context.study.metric(scenario.objective).higher_is_better is None
    ):
        return unanswered(_NO_DIRECTION)
    conditions = (criterion(field, scenario), *_unknown_sets(field, scenario))
    admission = admit(field, scenario)
    if not field.complete:
        return unanswered(_NOBODY_COMPLETE, *conditions, admission=admission)
    if not admission.admitted:
        moved = takeovers(field, asked, None)
        said = unanswered(
            _NONE,
            *conditions,
            *refusals(field, scenario, admission),
            *sentences.changes(field, scenario, moved),
            admission=admission,
        )
        return said
    return _answered(field, asked, admission, conditions, claim_ids, without_seed or {})


def _named(field: Field, scenario: Scenario) -> str:
    return field.context.main if scenario.objective == QUALITY else scenario.objective


def _answered(
    field: Field,
    asked: Scenario,
    admission: Admission,
    conditions: Sequence[Message],
    claim_ids: frozenset[str],
    without_seed: Mapping[int, Context],
) -> Recommendation:
    admitted, scenario = admission.admitted, field.resolved(asked)
    first, *rest = order(field, scenario, admitted)
    choice = first[0]
    sure = certainty(field, scenario, choice)
    by_objective = support(field, scenario, choice, admitted)
    how_sure = _support(field, scenario, choice, by_objective, sure)
    sets = without_each_set(field, scenario, choice)
    seeds = without_each_seed(without_seed, field, scenario, choice)
    close = close_leads(without_seed, field, scenario, choice)
    moved = takeovers(field, asked, choice)
    circular = circular_limits(field, scenario, choice, admitted)
    single = len(field.datasets) == 1 or one_extractor(field, admitted)
    firm = (
        how_sure == CERTAIN
        and not (sets or seeds or close or single or circular)
        and sure is not None
        and (sure.places.low, sure.places.high) == (1, 1)
    )
    traded, next_ = (
        prices.traded(field, scenario, choice),
        sentences.against_next(field, scenario, choice, rest),
    )
    return Recommendation(
        scenario=scenario.name,
        extractor=choice,
        answer=sentences.answer(field, scenario, choice, alone=len(admitted) == 1),
        details=(
            *conditions,
            *refusals(field, scenario, admission),
            *sentences.equals(first),
            *next_,
            *traded,
            *prices.full_price(field, scenario, choice, rest),
            *circular,
            *sentences.how_certain(how_sure, sure, len(admitted)),
            *sentences.doubts(
                field, scenario, choice, admitted, how_sure=how_sure, by_objective=by_objective
            ),
            *sentences.without_sets(field, sets),
            *sentences.without_seeds(seeds),
            *close_calls(field, scenario, close),
            *sentences.changes(field, scenario, moved),
        ),
        claims=tuple(c for c in _cited(choice, field, scenario) if c in claim_ids),
        support=how_sure,
        firm=firm,
        admissible=admitted,
        title=scenario.title,
        objective=_named(field, scenario),
        value=field.objective(scenario.objective, choice),
        equals=first[1:],
        second=rest[0] if rest else (),
        close=close,
        reasons=(
            *conditions,
            *refusals(field, scenario, _ahead(field, scenario, choice, admission), ahead=True),
            *next_,
            *traded,
            *sentences.changes(field, scenario, [t for t in moved if t.relaxed]),
        ),
        excluded=_exclusions(admission),
        evidence=evidence(field, scenario),
        probability=None if sure is None else sure.probability,
        places=None if sure is None else (sure.places.low, sure.places.high),
        changes=(
            *(Change("dataset", d, other) for other, left in sets.items() for d in left),
            *(Change("seed", str(s), other) for other, left in seeds.items() for s in left),
            *(Change("constraint", t.constraint, t.choice, t.limit) for t in moved),
        ),
    )


def _ahead(field: Field, scenario: Scenario, choice: str, admission: Admission) -> Admission:
    """Of those not admitted the ones that would be chosen before the choice."""
    known = {v: field.objective(scenario.objective, v) for v in (choice, *admission.refused)}
    sign = 1 if field.rises(scenario.objective) else -1
    least = sign * (known[choice] or 0.0)
    ahead = {
        v: obstacles
        for v, obstacles in admission.refused.items()
        if v in field.complete and (value := known[v]) is not None and sign * value > least
    }
    return Admission((), ahead)


def _exclusions(admission: Admission) -> tuple[Exclusion, ...]:
    return tuple(
        Exclusion(variant, o.constraint, o.value, o.limit)
        for variant, found in admission.refused.items()
        for o in found
    )


def _unknown_sets(field: Field, scenario: Scenario) -> tuple[Message, ...]:
    """Image sets that a scenario on natural photographs leaves out because nobody said what they show."""
    known = field.context.study.dataset_by_name
    unknown = tuple(d for d in field.context.datasets_with() if known[d].natural_images is None)
    if not scenario.natural_images or not unknown:
        return ()
    return (
        Message(
            N_(
                "Whether these sets are of natural photographs is not known, so they are left out: {datasets}."
            ),
            {"datasets": DatasetNames(unknown)},
        ),
    )


def _support(field: Field, scenario: Scenario, choice: str, by_objective: str, sure: Certainty | None) -> str:
    """How sure the choice is: its lead, and where it hangs on who qualifies by quality, the draws as well."""
    own = [e for e in evidence(field, scenario) if e.extractor == choice]
    if scenario.constraints and field.context.fact(*own) == SINGLE_RUN:
        return SINGLE_RUN  # a condition that a single run meets, another may miss
    if by_objective in (SINGLE_RUN, TIE) or not set(scenario.constraints) & set(AT_LEAST):
        return by_objective
    if sure is None:
        return SINGLE_RUN
    return by_objective if sure.places.high == 1 else UNDETERMINED


def _cited(choice: str, field: Field, scenario: Scenario) -> list[str]:
    cited = []
    if ACCURACY not in (scenario.objective, field.quality_of(scenario)):
        cited += [f"mean_quality/{choice}"] + [f"winner/{d}" for d in field.datasets]
    if not (scenario.objective == QUALITY or field.rises(scenario.objective)) or set(
        scenario.constraints
    ) & set(AT_MOST):
        cited += [f"speed_rank/{choice}", f"speed_ratio/{choice}"]
    if scenario.labels != NEUTRAL["labels"]:
        cited += [f"without_labels/{d}" for d in field.datasets]
    return cited
