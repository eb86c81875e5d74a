"""Recommendations: a scenario's constraints, who meets them best, and what would change the answer.

``facts`` reads what is known of each variant, ``admission`` holds it against the constraints, ``choice`` finds
the best and how sure that is, ``sensitivity`` what would change it; ``answer`` puts it together, in ``sentences``.
"""

from collections.abc import Iterable

from fxreport.analysis.claims import Recommendation
from fxreport.analysis.context import Context
from fxreport.analysis.recommend.answer import recommend
from fxreport.analysis.recommend.sensitivity import contexts_without_seeds
from fxreport.analysis.recommend.sentences import ANSWER
from fxreport.vocabulary.scenario import OF_IMAGES, Scenario

__all__ = ["ANSWER", "recommend", "recommendations"]


def recommendations(
    context: Context, scenarios: Iterable[Scenario], claim_ids: frozenset[str] = frozenset()
) -> tuple[Recommendation, ...]:
    """Answer every scenario, in the order given; of numbers of another field none of those of images."""
    without_seed = contexts_without_seeds(context)
    asked = (one for one in scenarios if context.of_field or one not in OF_IMAGES)
    return tuple(recommend(context, scenario, claim_ids, without_seed) for scenario in asked)
