"""From how many images on training an extractor costs less time than running a pretrained one."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, Derived, Message, Names, Param
from fxreport.analysis.findings.finding import Finding, Ground, evidence, of_main
from fxreport.analysis.quantities.across import mean_over
from fxreport.analysis.quantities.price import break_even, price, trained
from fxreport.analysis.recommend.prices import rounded_images

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


def pays_off(ground: Ground) -> Iterator[Finding]:
    """The best extractor that is trained on the set against the best that is not, controls apart, by mean quality.

    Silent without both, where a time is not known, and where one takes less time whatever the number of images.
    """
    context, study = ground.context, ground.context.study
    complete = [v for v in context.complete() if context.learned(v)]
    sign = 1 if study.rising else -1
    sets = context.datasets_with()
    quality = {v: mean_over(context, v, context.main, sets) for v in complete}
    best: dict[bool, str] = {}
    for variant in sorted(complete, key=lambda v: -sign * quality[v]):
        if (is_trained := trained(study, variant)) is not None:
            best.setdefault(is_trained, variant)
    if len(best) < 2:
        return
    own, ready = best[True], best[False]
    costs = {v: price(study, v, sets) for v in (own, ready)}
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
