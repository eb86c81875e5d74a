"""What a document's derived numbers rest on, collected as the document is written.

A measured number leads to its row of the appendix. What is computed from measurements (a difference, an
interval, a mean over sets, a count) leads to an entry that names the measurements: one an claim, one a
recommendation, one a value that a table computes. An entry is made when the document first uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fxreport.analysis.claims import Claim, Derived, Evidence, Param, Recommendation
from fxreport.analysis.conclude import Conclusions
from fxreport.analysis.findings import Finding
from fxreport.analysis.recommend import recommend
from fxreport.report.anchors import Origin, slug
from fxreport.report.model import to_string
from fxreport.report.words import Words


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a claim, a recommendation or a computed value of a table rests on.

    ``id`` is the claim's own. ``rule`` is the function that draws the conclusion, None for a table's value.
    ``claims`` are ids of other derivations of the document; ``constants`` the settings of the method that the
    sentence names. ``label`` is what a reader sees instead of the id.
    """

    id: str
    evidence: tuple[Evidence, ...] = ()
    rule: Callable[..., Any] | None = None
    support: str = ""
    claims: tuple[str, ...] = ()
    constants: tuple[Derived, ...] = ()
    label: str = ""

    @property
    def address(self) -> str:
        return address_of(self.id)


def address_of(name: str) -> str:
    """The entry of a claim, a recommendation or a computed value, by its id."""
    return "c-" + "-".join(slug(part) for part in name.split("/"))


@dataclass(frozen=True, eq=False)
class Origins:
    """The derivations that one document leads to, in the order of their first use."""

    conclusions: Conclusions
    words: Words
    _made: dict[str, tuple[Derivation, Origin]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Derivation]:
        return (derivation for derivation, _ in self._made.values())

    def of_claim(self, claim: Claim) -> Origin:
        return self._origin(
            claim.id,
            lambda: Derivation(
                claim.id,
                claim.evidence,
                self.conclusions.rules.get(claim.id),
                claim.support,
                constants=_constants(claim.params),
            ),
        )

    def of_recommendation(self, recommendation: Recommendation) -> Origin:
        """The cells that constraints, objective and costs are read from, and the claims cited."""
        return self._origin(
            f"recommendation/{recommendation.scenario}", lambda: self._recommended(recommendation)
        )

    def of_finding(self, finding: Finding) -> Origin:
        """The cells that a finding's numbers are computed from."""
        return self._origin(
            f"finding/{finding.id}",
            lambda: Derivation(
                f"finding/{finding.id}",
                finding.evidence,
                label=to_string(self.words.say(finding.heading.message, finding.heading.params)),
            ),
        )

    def of_value(self, name: str, evidence: Iterable[Evidence], label: str = "") -> Origin:
        """A value that a table computes; ``name`` is unique within the document."""
        return self._origin(name, lambda: Derivation(name, tuple(evidence), label=label))

    def _origin(self, name: str, make: Callable[[], Derivation]) -> Origin:
        if name not in self._made:
            made = make()
            self._made[name] = made, Origin(made.address, self._title(made))
        return self._made[name][1]

    def _recommended(self, recommendation: Recommendation) -> Derivation:
        by_id = {claim.id: claim for claim in self.conclusions.claims}
        cited = [by_id[name] for name in recommendation.claims if name in by_id]
        for claim in cited:
            self.of_claim(claim)
        return Derivation(
            f"recommendation/{recommendation.scenario}",
            recommendation.evidence,
            recommend,
            recommendation.support,
            tuple(claim.id for claim in cited),
        )

    def _title(self, derivation: Derivation) -> str:
        return self.words.computed_from(derivation.evidence)


def _constants(params: Mapping[str, Param]) -> tuple[Derived, ...]:
    """The settings of the method among a sentence's parameters, each once."""
    found = {p.constant: p for p in params.values() if isinstance(p, Derived) and p.constant}
    return tuple(found.values())
