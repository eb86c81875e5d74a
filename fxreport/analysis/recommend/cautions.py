"""What weakens an answer: a limit taken from the choice itself, nobody to compare with, a lead inside the margin."""

from __future__ import annotations

from collections.abc import Sequence

from fxreport.analysis.claims import N_, Close, DatasetNames, Derived, Message, Names, Param, Verbatim
from fxreport.analysis.recommend.facts import ACCURACIES, Field
from fxreport.vocabulary.scenario import ACCURACY, QUALITY, Scenario


def margin(field: Field, objective: str) -> Derived:
    """The margin of an objective, as the setting of the method that it is."""
    name = "accuracy_margin" if objective in ACCURACIES and objective != QUALITY else "margin"
    return Derived(field.margin(objective), decimals=2, constant=name)


def circular(field: Field, scenario: Scenario, choice: str, admitted: Sequence[str]) -> tuple[Message, ...]:
    """Limits that the choice itself sets, and a kind of extractor of which one alone was measured."""
    said = []
    if "relative_time" in scenario.constraints and field.context.speed_baseline == choice:
        said.append(Message(N_("The limit on time is a multiple of its own: it is the baseline itself.")))
    share = field.fact(scenario, choice, "quality_share")
    if "quality_share" in scenario.constraints and share is not None and share >= 1:
        said.append(
            Message(N_("The limit is a share of its own accuracy, the highest measured."))
            if field.quality_of(scenario) == ACCURACY
            else Message(N_("The limit is a share of its own mean {metric}, the {highest} measured."))
        )
    if "pretrained" in scenario.constraints and len(field.complete) > 1:
        kind = [v for v in field.complete if field.read(v, "pretrained") is True]
        if one_extractor(field, kind):
            said.append(
                Message(
                    N_(
                        "It is the only pretrained extractor measured, so that only its variants are compared."
                    )
                )
                if len(kind) > 1
                else Message(N_("It is the only pretrained extractor measured."))
            )
    elif len(admitted) > 1 and one_extractor(field, admitted):
        said.append(
            Message(N_("All that qualify are variants of one extractor, so that only these are compared."))
        )
    return tuple(said)


def one_extractor(field: Field, variants: Sequence[str]) -> bool:
    """Whether all are the same extractor, at several sizes or settings."""
    known = field.context.study.variant_by_id
    return len({known[v].extractor.name for v in variants}) == 1


def close_calls(field: Field, scenario: Scenario, close: Sequence[Close]) -> tuple[Message, ...]:
    """The image sets and seeds without which the choice leads by no more than the margin."""
    said = []
    for kind in ("dataset", "seed"):
        of_kind = [one for one in close if one.kind == kind]
        if not of_kind:
            continue
        least = min(of_kind, key=lambda one: one.lead)
        params: dict[str, Param] = {
            "lead": Derived(max(least.lead, 0.0)),
            "other": Names((least.extractor,)),
            "margin": margin(field, scenario.objective),
        }
        what = [one.what for one in of_kind]
        params["left_out"] = DatasetNames(tuple(what)) if kind == "dataset" else Verbatim(", ".join(what))
        said.append(Message(_CLOSE[kind, len(what) > 1], params))
    return tuple(said)


_CLOSE = {
    # (what is left out, any one of several)
    ("dataset", False): N_(
        "If {left_out} were left out, its lead over {other} would be {lead}, inside the margin of {margin}."
    ),
    ("dataset", True): N_(
        "If any one of {left_out} were left out, its lead would be inside the margin of {margin}; the smallest is "
        "{lead} over {other}."
    ),
    ("seed", False): N_(
        "Without the runs of one seed ({left_out}) its lead over {other} would be {lead}, inside the margin of {margin}."
    ),
    ("seed", True): N_(
        "Without the runs of one seed ({left_out}) its lead would be inside the margin of {margin}; the smallest is "
        "{lead} over {other}."
    ),
}
