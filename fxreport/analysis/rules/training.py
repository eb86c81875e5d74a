"""Were the trained networks trained: accuracy, reconstruction error, learning curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fxreport.analysis.claims import CERTAIN, N_, SINGLE_RUN, Claim, Count, DatasetNames, Derived, Names
from fxreport.analysis.context import Context

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


_IMPLIED = (
    N_(
        "{name} on {dataset}: an accuracy of {accuracy} would give an ARI of about {expected} if errors spread evenly; "
        "k-means reaches {ari} and so loses part of what the network knows."
    ),
    N_(
        "{name} on {dataset}: an accuracy of {accuracy} would give an ARI of about {expected} if errors spread evenly; "
        "k-means reaches {ari} and so finds what the network knows."
    ),
    N_(
        "{name} on {dataset}: an accuracy of {accuracy} would give an ARI of about {expected} if errors spread evenly; "
        "k-means reaches {ari}, more than the network’s own classifier makes of its features."
    ),
)


def implied(context: Context) -> Iterator[Claim]:
    """The ARI that a classifier's own accuracy would give, beside what k-means finds in its features.

    Silent where the accuracy, the ARI or the classes are not known.
    """
    for dataset in context.quality:
        classes = len(context.study.dataset_by_name[dataset].classes)
        if classes < 2:
            continue
        for name, accuracy in context.study.column(dataset, "test_accuracy").items():
            ari = context.study.mean(dataset, name, "ari")
            if ari is None:
                continue
            expected = implied_ari(accuracy, classes)
            gap = expected - ari
            evidence = tuple(context.evidence(dataset, name, m) for m in ("test_accuracy", "ari"))
            message = _IMPLIED[0 if gap > context.margin else 2 if gap < -context.margin else 1]
            yield Claim(
                id=f"implied_ari/{dataset}/{name}",
                kind="implied_ari",
                message=message,
                params={
                    "name": Names((name,)),
                    "dataset": DatasetNames((dataset,)),
                    "accuracy": context.value(dataset, name, "test_accuracy"),
                    "expected": Derived(expected, decimals=2),
                    "ari": context.value(dataset, name, "ari"),
                },
                dataset=dataset,
                metric="ari",
                subjects=(name,),
                value=expected,
                support=context.fact(*evidence),
                evidence=evidence,
            )


def late_improvement(losses: Sequence[float]) -> float | None:
    """Relative fall of the loss over the last quarter of the epochs; None for fewer than four epochs."""
    if len(losses) < 4:
        return None
    start = losses[-1 - max(1, len(losses) // 4)]
    return (start - losses[-1]) / start if start > 0 else None


def convergence(context: Context) -> Iterator[Claim]:
    """Whether the held-out loss was still falling when training ended.

    Silent where no learning curve of at least four epochs was kept.
    """
    for dataset in context.study.datasets:
        for variant in context.study.variants:
            falls = []
            for run in context.study.runs_of(dataset.name, variant.id):
                losses = context.study.load_artifacts(run.key).get("curve/val_loss")
                fall = None if losses is None else late_improvement([float(x) for x in losses])
                if fall is not None:
                    falls.append(fall)
            if not falls:
                continue
            fall = sum(falls) / len(falls)
            evidence = tuple(
                context.evidence(dataset.name, variant.id, m)
                for m in ("epochs", "test_accuracy", "reconstruction_mse")
                if context.study.sample(dataset.name, variant.id, m) is not None
            )
            if fall > STILL_IMPROVING:
                message = N_(
                    "{name} on {dataset} was still improving when training ended: its validation loss fell by "
                    "{fall} over the last quarter of the epochs, so that longer training may raise its figures."
                )
            elif fall < -STILL_IMPROVING:
                message = N_(
                    "{name} on {dataset} was overfitting when training ended: its validation loss rose by {fall} "
                    "over the last quarter of the epochs."
                )
            else:
                message = N_(
                    "{name} on {dataset} had levelled off when training ended: its validation loss changed by no "
                    "more than {fall} over the last quarter of the epochs."
                )
            yield Claim(
                id=f"convergence/{dataset.name}/{variant.id}",
                kind="convergence",
                message=message,
                params={
                    "name": Names((variant.id,)),
                    "dataset": DatasetNames((dataset.name,)),
                    "fall": Derived(abs(fall), "percent", 0),
                },
                dataset=dataset.name,
                metric="val_loss",
                subjects=(variant.id,),
                value=fall,
                support=SINGLE_RUN if len(falls) == 1 else CERTAIN,
                evidence=evidence,
            )
