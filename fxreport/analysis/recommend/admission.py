"""Who qualifies for a scenario, and what stands in the way of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fxreport.analysis.quantities.ranking import equal
from fxreport.analysis.quantities.stars import GPU_BELOW
from fxreport.analysis.recommend.facts import Fact, Field
from fxreport.vocabulary.scenario import Scenario, is_limit, is_upper

#: the obstacle of one that was not measured on all of the sets, and of one whose objective is not known
MEASURED, OBJECTIVE = "measured", "objective"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A constraint that a variant does not meet: its ``value`` (None where not known) against the ``limit``."""

    constraint: str
    value: Fact
    limit: Fact

    @property
    def unknown(self) -> bool:
        return self.value is None


@dataclass(frozen=True, slots=True)
class Admission:
    """``admitted`` in reading order; the others with what stands in their way."""

    admitted: tuple[str, ...]
    refused: Mapping[str, tuple[Obstacle, ...]]


def admit(field: Field, scenario: Scenario) -> Admission:
    """Hold every variant's facts against the scenario; what is not known does not qualify."""
    scenario = field.resolved(scenario)
    constraints = scenario.constraints
    admitted, refused = [], {}
    for variant in field.complete:
        found = [
            Obstacle(name, field.fact(scenario, variant, name), limit(scenario, name))
            for name in constraints
            if name != "natural_images" and not met(scenario, name, field.fact(scenario, variant, name))
        ]
        if field.objective(scenario.objective, variant) is None:
            found.append(Obstacle(OBJECTIVE, None, None))
        if found:
            refused[variant] = tuple(found)
        else:
            admitted.append(variant)
    for variant in field.incomplete:
        refused[variant] = (Obstacle(MEASURED, False, True),)
    return Admission(tuple(admitted), refused)


def limit(scenario: Scenario, constraint: str) -> Fact:
    """What the fact is held against; for want of a GPU the throughput below which one is called advisable."""
    return GPU_BELOW if constraint == "gpu" else scenario.limit(constraint)


def met(scenario: Scenario, constraint: str, fact: Fact) -> bool:
    """Whether a fact meets a constraint that restricts; a fact that is not known meets none."""
    if fact is None:
        return False
    bound = limit(scenario, constraint)
    assert bound is not None
    if is_upper(constraint):
        return fact <= bound or equal(float(fact), float(bound))
    if is_limit(constraint) or constraint == "gpu":
        return fact >= bound or equal(float(fact), float(bound))
    return fact == bound
