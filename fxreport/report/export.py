"""``conclusions.json``: everything that was concluded, for programs (a contract, see docs/design.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fxreport.analysis.claims import Claim, Evidence, Message, Phrase, Recommendation
from fxreport.analysis.conclude import Conclusions
from fxreport.analysis.findings import Finding
from fxreport.analysis.recommend import ANSWER
from fxreport.analysis.tested.verdict import Verdict
from fxreport.report.model import to_string
from fxreport.report.words import Words
from fxreport.system.resources import complete_languages
from fxreport.vocabulary.digits import difference, meant
from fxreport.vocabulary.statement import said_in
from fxreport.vocabulary.text import visible

SCHEMA = 1


def conclusions_json(conclusions: Conclusions) -> str:
    """The conclusions as JSON text: sorted keys, every statement in every language that is complete.

    Numbers have the digits that are meant, so that equal stores give equal bytes on any machine.
    """
    words = {lang: Words(lang, conclusions.study) for lang in complete_languages()}
    data = {
        "schema": SCHEMA,
        "claims": [_claim(claim, words) for claim in conclusions.claims],
        "rankings": [
            {
                "dataset": ranking.dataset,
                "metric": ranking.metric,
                "order": [
                    _without_none(
                        {
                            "extractor": place.extractor,
                            "value": place.value,
                            "rank": place.rank,
                            "input_size": place.input_size,
                        }
                    )
                    for place in ranking.order
                ],
            }
            for ranking in conclusions.rankings
        ],
        "recommendations": [_recommendation(r, words) for r in conclusions.recommendations],
        "findings": [_finding(finding, words) for finding in conclusions.findings],
        "verdicts": [_verdict(verdict, words) for verdict in conclusions.verdicts],
        "missing": [
            {"dataset": m.dataset, "extractor": m.variant.id, "reason": m.reason or m.kind}
            for m in conclusions.missing
        ],
    }
    text = json.dumps(meant(data), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return visible(text) + "\n"


def _claim(claim: Claim, words: Mapping[str, Words]) -> dict[str, Any]:
    return {
        "id": claim.id,
        "kind": claim.kind,
        "dataset": claim.dataset,
        "metric": claim.metric,
        "subjects": list(claim.subjects),
        "value": _claimed(claim),
        "support": claim.support,
        "surprising": claim.surprising,
        "evidence": [_evidence(e) for e in claim.evidence],
        "text": _text((Message(claim.message, claim.params),), words),
    }


def _claimed(claim: Claim) -> float | None:
    return None if claim.value is None else difference(claim.value, (e.value for e in claim.evidence))


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return _without_none(
        {
            "dataset": evidence.dataset,
            "extractor": evidence.extractor,
            "metric": evidence.metric,
            "value": evidence.value,
            "seeds": evidence.seeds,
            "input_size": evidence.input_size,
            "artifact": evidence.artifact,
            "published": evidence.published,
            "source": evidence.source,
        }
    )


def _recommendation(recommendation: Recommendation, words: Mapping[str, Words]) -> dict[str, Any]:
    return {
        "scenario": recommendation.scenario,
        "title": {
            lang: said.scenario(recommendation.scenario, recommendation.title) for lang, said in words.items()
        },
        "extractor": recommendation.extractor,
        "objective": recommendation.objective,
        "value": recommendation.value,
        "equals": list(recommendation.equals),
        "admissible": list(recommendation.admissible),
        "excluded": [asdict(exclusion) for exclusion in recommendation.excluded],
        "probability": recommendation.probability,
        "places": None if recommendation.places is None else list(recommendation.places),
        "changes": [asdict(change) for change in recommendation.changes],
        "second": list(recommendation.second),
        "close": [asdict(close) for close in recommendation.close],
        "claims": list(recommendation.claims),
        "evidence": [_evidence(e) for e in recommendation.evidence],
        "support": recommendation.support,
        "firm": recommendation.firm,
        "text": _text((answered(recommendation), *recommendation.details), words),
    }


def _finding(finding: Finding, words: Mapping[str, Words]) -> dict[str, Any]:
    return {
        "id": finding.id,
        "kind": finding.kind,
        "datasets": list(finding.datasets),
        "subjects": list(finding.subjects),
        "support": finding.support,
        "importance": finding.importance,
        "claims": list(finding.claims),
        "evidence": [_evidence(e) for e in finding.evidence],
        "heading": _text((finding.heading,), words),
        "short": _text((finding.short,), words),
        "text": _text((*finding.body, *finding.advice, *finding.limit), words),
    }


def _verdict(verdict: Verdict, words: Mapping[str, Words]) -> dict[str, Any]:
    statement = verdict.statement
    return {
        "id": verdict.id,
        "statement": {lang: said_in(statement.text, lang) for lang in words},
        "place": statement.place,
        "check": statement.check,
        "outcome": verdict.outcome,
        "ours": _text((verdict.ours,) if verdict.ours else (), words),
        "text": _text((verdict.reason,), words),
        "evidence": [_evidence(e) for e in verdict.evidence],
        "claims": list(verdict.claims),
    }


def answered(recommendation: Recommendation) -> Message:
    """The answer with the name of what to take."""
    answer = recommendation.answer
    if recommendation.extractor is None:
        return answer
    return Message(ANSWER, {**answer.params, "rest": Phrase(answer.message)})


def _text(messages: tuple[Message, ...], words: Mapping[str, Words]) -> dict[str, str]:
    return {
        lang: " ".join(to_string(said.say(m.message, m.params)) for m in messages)
        for lang, said in words.items()
    }


def _without_none(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not None}
