"""Were the trained networks trained: accuracy, reconstruction error, learning curves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
    Count,
    DatasetNames,
    Derived,
    Names,
    Param,
    Phrase,
)
from fxreport.analysis.context import Context, interval_params
from fxreport.analysis.statistics.compare import BETTER, TIED, WORSE, image_variance, judge
from fxreport.analysis.statistics.uncertainty import Interval, interval
from fxreport.analysis.study import Sample

#: relative improvement of the held-out loss over the last quarter of epochs that counts as still improving
STILL_IMPROVING = 0.05


def held_out(context: Context) -> Iterator[Claim]:
    """What the networks reach on test images that they were not trained on; silent where none was measured."""
    messages = {
        "test_accuracy": N_(
            "{name} classifies {value} of the test images of {dataset} correctly after {epochs}."
        ),
        "reconstruction_mse": N_(
            "{name} reconstructs test images of {dataset} with a mean squared error of {value} after {epochs}."
        ),
    }
    for metric, message in messages.items():
        for dataset in context.datasets_with(metric):
            for name in context.study.column(dataset, metric):
                epochs = context.study.mean(dataset, name, "epochs")
                if epochs is None:
                    continue
                mean = context.study.samples[dataset, name, metric].mean
                evidence = tuple(context.evidence(dataset, name, m) for m in (metric, "epochs"))
                yield Claim(
                    id=f"{metric}/{dataset}/{name}",
                    kind="held_out",
                    message=message,
                    params={
                        "name": Names((name,)),
                        "dataset": DatasetNames((dataset,)),
                        "value": context.value(dataset, name, metric),
                        "epochs": Count(round(epochs), "epoch_after"),
                    },
                    dataset=dataset,
                    metric=metric,
                    subjects=(name,),
                    value=mean,
                    support=context.fact(*evidence),
                    evidence=evidence,
                )


def implied_ari(accuracy: float, classes: int) -> float:
    """ARI of a labelling that is right with the given probability, errors spread evenly over the classes.

    Large-sample form for k classes of equal size: the joint table has a/k on the diagonal and
    (1 − a)/(k(k − 1)) elsewhere.
    """
    k = classes
    together = accuracy**2 / k + (1 - accuracy) ** 2 / (k * (k - 1))
    return (together - 1 / k**2) / (1 / k - 1 / k**2)


def implied_accuracy(ari: float, classes: int) -> float:
    """The inverse of ``implied_ari``: the accuracy above chance of a labelling with the given ARI ≥ 0."""
    k = classes
    together = ari * (1 / k - 1 / k**2) + 1 / k**2
    # a²/k + (1 − a)²/(k(k − 1)) = together, solved for the larger a
    a, b, c = 1 / k + 1 / (k * (k - 1)), -2 / (k * (k - 1)), 1 / (k * (k - 1)) - together
    return (-b + math.sqrt(max(b * b - 4 * a * c, 0.0))) / (2 * a)


def _implied_slope(accuracy: float, classes: int) -> float:
    """Derivative of ``implied_ari`` with respect to the accuracy."""
    k = classes
    return (2 * accuracy / k - 2 * (1 - accuracy) / (k * (k - 1))) / (1 / k - 1 / k**2)


_STATED = N_(
    "{name} on {dataset}: an accuracy of {accuracy} would give an ARI of about {expected} if errors spread evenly; k-means "
    "reaches {ari}"
)
_IMPLIED = {
    BETTER: N_("{statement} and so loses part of what the network knows: {difference} ({spread})."),
    TIED: N_("{statement} and so finds what the network knows: the difference is {difference} ({spread})."),
    WORSE: N_(
        "{statement}, more than the network’s own classifier makes of its features: the difference is {difference} ({spread})."
    ),
    UNDETERMINED: N_("{statement}; no difference of the two is shown: {difference} ({spread})."),
}
_IMPLIED_SINGLE = N_("{statement} in a single run.")


def implied(context: Context) -> Iterator[Claim]:
    """The ARI that a classifier's own accuracy would give, beside what k-means finds in its features.

    Silent where the number of classes is not known, or a cell lacks the accuracy or the ARI. The interval is of
    the seeds' own differences; what accuracy and ARI owe to the same images adds up as if independent.
    """
    for dataset in context.quality:
        classes = len(context.study.dataset_by_name[dataset].classes)
        if classes < 2:
            continue
        for name, accuracy in context.study.column(dataset, "test_accuracy").items():
            right, found = (context.study.sample(dataset, name, m) for m in ("test_accuracy", "ari"))
            if right is None or found is None:
                continue
            expected = implied_ari(accuracy, classes)
            spread = _implied_interval(context, right, found, classes)
            params: dict[str, Param] = {
                "statement": Phrase(_STATED),
                "name": Names((name,)),
                "dataset": DatasetNames((dataset,)),
                "accuracy": context.value(dataset, name, "test_accuracy"),
                "expected": Derived(expected, decimals=2),
                "ari": context.value(dataset, name, "ari"),
            }
            message, support = _IMPLIED_SINGLE, SINGLE_RUN
            if spread is not None:
                outcome, support = judge(spread, context.margin)
                message = _IMPLIED[outcome]
                # as a gap where accuracy promises more, as a lead where k-means finds more
                params |= plain_interval(spread.reversed() if outcome == WORSE else spread)
            yield Claim(
                id=f"implied_ari/{dataset}/{name}",
                kind="implied_ari",
                message=message,
                params=params,
                dataset=dataset,
                metric="ari",
                subjects=(name,),
                value=expected,
                support=support,
                evidence=tuple(context.evidence(dataset, name, m) for m in ("test_accuracy", "ari")),
            )


def _implied_interval(context: Context, right: Sample, found: Sample, classes: int) -> Interval | None:
    """Interval of implied − found ARI over the seeds of both; None for single runs or other seeds."""
    if right.seeds != found.seeds or len(found.seeds) < 2:
        return None
    gaps = [implied_ari(a, classes) - x for a, x in zip(right.values, found.values, strict=True)]
    ari = image_variance(context.influences, found, None, "ari")
    accuracy = image_variance(context.influences, right, None, "test_accuracy")
    if ari is None or accuracy is None:
        return interval(gaps)
    slope = _implied_slope(right.mean, classes)
    return interval(gaps, ari[0] + slope**2 * accuracy[0], ari[1])


def plain_interval(spread: Interval) -> dict[str, Param]:
    return interval_params(spread) | {"spread": Phrase(N_("{level} interval from {low} to {high}"))}


def late_improvement(losses: Sequence[float]) -> float | None:
    """Relative fall of the loss over the last quarter of the epochs; None for fewer than four epochs."""
    if len(losses) < 4:
        return None
    start = losses[-1 - max(1, len(losses) // 4)]
    return (start - losses[-1]) / start if start > 0 else None


def convergence(context: Context) -> Iterator[Claim]:
    """Whether the validation loss was still falling when training ended.

    Silent where no learning curve of four epochs or more was kept. Where runs disagree, the mean decides and
    the claim is likely only. Under a learning rate that falls to zero every loss levels off: then it is
    undetermined whether longer training would help.
    """
    for dataset in context.study.datasets:
        for variant in context.study.variants:
            falls, lengths = [], []
            for run in context.study.runs_of(dataset.name, variant.id):
                losses = context.study.load_artifacts(run.key).get("curve/val_loss")
                fall = None if losses is None else late_improvement([float(x) for x in losses])
                if losses is not None and fall is not None:
                    falls.append(fall)
                    lengths.append(len(losses))
            if not falls:
                continue
            fall = math.fsum(falls) / len(falls)
            state = _state(fall)
            agree = all(_state(f) == state for f in falls)
            by_schedule = state == 0 and variant.extractor.rate_falls
            # of what levelled off, the most that any run still changed
            shown = max(falls, key=abs) if state == 0 and (agree or by_schedule) else fall
            support = SINGLE_RUN if len(falls) == 1 else CERTAIN if agree else LIKELY
            message = _CONVERGENCE[state] if agree or state else _LEVELLED_ON_AVERAGE
            if by_schedule:
                message = _LEVELLED_BY_SCHEDULE
                support = SINGLE_RUN if len(falls) == 1 else UNDETERMINED
            evidence = tuple(
                replace(context.evidence(dataset.name, variant.id, m), artifact="curve/val_loss")
                for m in ("epochs", "test_accuracy", "reconstruction_mse")
                if context.study.sample(dataset.name, variant.id, m) is not None
            )
            yield Claim(
                id=f"convergence/{dataset.name}/{variant.id}",
                kind="convergence",
                message=message,
                params={
                    "name": Names((variant.id,)),
                    "dataset": DatasetNames((dataset.name,)),
                    "fall": Derived(abs(shown), "percent", 0),
                    "epochs": Count(round(math.fsum(lengths) / len(lengths)), "epoch_after"),
                },
                dataset=dataset.name,
                metric="val_loss",
                subjects=(variant.id,),
                value=fall,
                support=support,
                evidence=evidence,
            )


def _state(fall: float) -> int:
    """1 where the loss was still falling, −1 where it was rising, 0 where it had levelled off."""
    return (fall > STILL_IMPROVING) - (fall < -STILL_IMPROVING)


_CONVERGENCE = {
    1: N_(
        "{name} on {dataset} was still improving when training ended after {epochs}: its validation loss fell by {fall} over "
        "the last quarter of the epochs, so that longer training may raise its figures."
    ),
    -1: N_(
        "{name} on {dataset} was overfitting when training ended after {epochs}: its validation loss rose by {fall} over the "
        "last quarter of the epochs."
    ),
    0: N_(
        "{name} on {dataset} had levelled off when training ended after {epochs}: its validation loss changed by no more "
        "than {fall} over the last quarter of the epochs."
    ),
}
_LEVELLED_ON_AVERAGE = N_(
    "{name} on {dataset} had levelled off on average over the runs, though not in each, when training ended after {epochs}: "
    "its validation loss changed by {fall} over the last quarter of the epochs."
)
_LEVELLED_BY_SCHEDULE = N_(
    "{name} on {dataset}: after {epochs} the learning rate has fallen to zero, and the validation loss changed by {fall} or "
    "less over the last quarter of them. Under such a schedule any loss levels off: whether longer training would help is not "
    "shown."
)
