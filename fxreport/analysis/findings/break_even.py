"""From how many images on training an extractor costs less time than running a pretrained one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import inf

from fxreport.analysis.claims import N_, Derived, Message, Names, Param
from fxreport.analysis.findings.finding import Finding, Ground, evidence, of_main
from fxreport.analysis.quantities.across import mean_over
from fxreport.analysis.quantities.learning import learned_nothing
from fxreport.analysis.quantities.price import Price, break_even, price, trained
from fxreport.analysis.recommend.prices import rounded_images
from fxreport.analysis.study import Study

#: the share of the other's quality from which on the two are a choice
_USABLE = 0.5

_HEADING = N_("Training is cheaper from about {images} images on")
_SHORT = N_(
    "{ready} needs no training, but {slow} s per thousand images; {own} is trained in {fit} s and then needs {fast}: from about "
    "{images} images on it takes less time in total."
)
_SEEN = N_(
    "{own} is trained once, in {fit} s on average, and then takes {fast} s per thousand images; {ready} takes {slow} s and is not "
    "trained. The two take the same time in total at about {images} images."
)
_QUALITY = N_("In mean {metric} they reach {own_quality} and {ready_quality}.")
_ADVICE = N_(
    "Count the images before counting seconds: for fewer than {images} take what needs no training, if its quality will do."
)
_LIMIT = N_("Times are those of the machine measured, on training samples of this size.")


def _of_use(
    study: Study, variants: Sequence[str], good: Mapping[str, float], costs: Mapping[str, Price]
) -> list[str]:
    """Those of the variants that are not trained, in their order, and that nobody would do without.

    They are better than the controls, and no other untrained one is both faster and not worse.
    """
    untrained = [v for v in variants if trained(study, v) is False]
    controls = study.controls.intersection(untrained)
    least = max((good[v] for v in controls), default=-inf)

    def replaced(variant: str) -> bool:
        rate = costs[variant].seconds_per_1000
        others = ((costs[v].seconds_per_1000, good[v]) for v in untrained if v not in (variant, *controls))
        return rate is not None and any(
            other is not None and other < rate and better >= good[variant] for other, better in others
        )

    return [v for v in untrained if v not in controls and good[v] > least and not replaced(v)]


def pays_off(ground: Ground) -> Iterator[Finding]:
    """The best extractor that is trained on the set against the best that is not, by mean quality.

    Silent without both, where a time is not known, where one takes less time whatever the number of images, where
    an untrained one of use is faster anyway, and where the trained one learned nothing.
    """
    context, study = ground.context, ground.context.study
    sign = 1 if study.rising else -1
    sets = context.datasets_with()
    quality = {v: mean_over(context, v, context.main, sets) for v in context.complete()}
    costs = {v: price(study, v, sets) for v in quality}
    from_best = sorted(quality, key=lambda v: -sign * quality[v])
    own = next((v for v in from_best if context.learned(v) and trained(study, v)), None)
    rivals = _of_use(study, from_best, {v: sign * quality[v] for v in quality}, costs)
    if own is None or not rivals or learned_nothing(study, own):
        return
    ready, own_rate = rivals[0], costs[own].seconds_per_1000
    rates = [costs[v].seconds_per_1000 for v in rivals]
    if own_rate is not None and any(rate is not None and rate < own_rate for rate in rates):
        return
    images = break_even(costs[ready], costs[own])
    fit, fast, slow = costs[own].fit_seconds, costs[own].seconds_per_1000, costs[ready].seconds_per_1000
    if not images or fit is None or fast is None or slow is None:
        return
    if study.rising and quality[own] < _USABLE * quality[ready]:  # nobody weighs seconds against that
        return
    params: dict[str, Param] = {
        "own": Names((own,)),
        "ready": Names((ready,)),
        "images": Derived(rounded_images(images), "integer"),
        "fit": Derived(fit, "significant", 2),
        "fast": Derived(fast, "significant", 2),
        "slow": Derived(slow, "significant", 2),
        "own_quality": of_main(context, quality[own]),
        "ready_quality": of_main(context, quality[ready]),
    }
    yield Finding(
        id="break_even",
        heading=Message(_HEADING, params),
        short=Message(_SHORT, params),
        body=(Message(_SEEN, params), Message(_QUALITY, params)),
        advice=(Message(_ADVICE, params),),
        limit=(Message(_LIMIT),),
        support=context.fact(*evidence(context, sets, (own, ready), ("extraction_seconds", "fit_seconds"))),
        effect=0.15,
        reach=ground.reach(sets),
        decides=True,
        evidence=evidence(context, sets, (own, ready), (context.main, "extraction_seconds", "fit_seconds")),
        claims=ground.known(("pareto", f"speed_ratio/{ready}")),
        subjects=(own, ready),
        datasets=sets,
    )
