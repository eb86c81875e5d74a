"""A study's conclusions: all claims, rankings and recommendations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from fxreport.analysis.claims import Claim, Ranking, Recommendation
from fxreport.analysis.context import Context
from fxreport.analysis.findings import Finding, findings
from fxreport.analysis.quantities.ranking import rankings
from fxreport.analysis.recommend import recommendations
from fxreport.analysis.recommend.situations import Situation, asked, situations
from fxreport.analysis.rules import RULES, Rule
from fxreport.analysis.study import Missing, Study
from fxreport.analysis.tested.verdict import Verdict
from fxreport.analysis.tested.verdicts import verdicts
from fxreport.vocabulary.scenario import BUILT_IN, Scenario
from fxreport.vocabulary.statement import Statement


@dataclass(frozen=True, eq=False)
class Conclusions:
    """Everything that a study supports, in the order of the rules; ``rules``: a claim's id → what made it.

    ``verdicts`` are those on the statements of the document under test, in its order.
    """

    study: Study
    context: Context
    claims: tuple[Claim, ...]
    rankings: tuple[Ranking, ...]
    recommendations: tuple[Recommendation, ...]
    missing: tuple[Missing, ...]
    rules: Mapping[str, Rule]
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    scenarios: tuple[Scenario, ...] = ()

    @cached_property
    def situations(self) -> tuple[Situation, ...]:
        """The distinct answers to what somebody who needs an extractor may ask, then to what was asked."""
        return situations(self.context) + asked(self.context, self.scenarios, self.recommendations)

    def of(self, *kinds: str, dataset: str | None = None) -> tuple[Claim, ...]:
        """Claims of the given kinds, in the order of ``kinds``; of one image set where it is named."""
        return tuple(
            claim
            for kind in kinds
            for claim in self.claims
            if claim.kind == kind and (dataset is None or claim.dataset == dataset)
        )


def conclude(
    study: Study,
    scenarios: Sequence[Scenario] = BUILT_IN,
    rules: Sequence[Rule] = RULES,
    *,
    statements: Sequence[Statement] = (),
    repeats: bool = True,
) -> Conclusions:
    """Derive everything from the study by the rules, answer the scenarios, decide the statements; pure.

    ``repeats``: whether the study repeats the original one, so that findings may speak of its figures.
    """
    context = Context(study)
    made = [(claim, rule) for rule in rules for claim in rule(context)]
    claims = tuple(claim for claim, _ in made)
    ids = frozenset(claim.id for claim in claims)
    return Conclusions(
        study=study,
        context=context,
        claims=claims,
        rankings=rankings(study),
        recommendations=recommendations(context, scenarios, ids),
        missing=study.missing,
        rules={claim.id: rule for claim, rule in made},
        findings=findings(context, claims, repeats=repeats),
        verdicts=verdicts(context, statements, ids),
        scenarios=tuple(scenarios),
    )
