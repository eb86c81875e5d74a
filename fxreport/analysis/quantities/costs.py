"""What an extractor costs, in units that mean the same in every study."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fxreport.analysis.study import SECONDS as SECONDS
from fxreport.analysis.study import Study

RATE = "images_per_second"


def seconds_per_1000_images(study: Study, dataset: str, variant: str) -> float | None:
    """Mean extraction time of a cell on a thousand images.

    From the time and the number of images, else from the throughput; None where neither is known.
    """
    seconds = study.sample(dataset, variant, SECONDS)
    if seconds is not None and seconds.n:
        return 1000 * seconds.mean / seconds.n
    rate = study.mean(dataset, variant, RATE)
    return 1000 / rate if rate else None


def images_per_second(study: Study, dataset: str, variant: str) -> float | None:
    """Throughput of a cell: the mean of what was measured, as the appendix has it, else from the time.

    The rate of the mean time is another number, the mean of rates never being lower. None where not known,
    infinite where no time passed.
    """
    rate = study.mean(dataset, variant, RATE)
    if rate is not None:
        return rate
    seconds = seconds_per_1000_images(study, dataset, variant)
    return None if seconds is None else 1000 / seconds if seconds else float("inf")


def slowest_set(study: Study, datasets: Sequence[str], variant: str) -> str | None:
    """The set with the most time per thousand images, of those that were timed; None where none was."""
    known = {d: s for d in datasets if (s := seconds_per_1000_images(study, d, variant)) is not None}
    return max(known, key=known.__getitem__, default=None)


def mean_seconds_per_1000_images(study: Study, datasets: Sequence[str], variant: str) -> float | None:
    """Time per thousand images over several sets: all time by all images, in the order of the mean times.

    None where it was not timed on one of them or the number of images is not known.
    """
    samples = [study.sample(d, variant, SECONDS) for d in datasets]
    timed = [s for s in samples if s is not None and s.n]
    if not timed or len(timed) < len(samples):
        return None
    return 1000 * sum(s.mean for s in timed) / sum(s.n or 0 for s in timed)


def model_bytes(study: Study, variant: str, datasets: Sequence[str]) -> float | None:
    """Size of the model, the largest over the sets; 0 for a control, which has none; None if not known."""
    size = highest(study.mean(d, variant, "model_bytes") for d in datasets)
    return 0.0 if size is None and study.variant_by_id[variant].family == "baseline" else size


def highest(values: Iterable[float | None]) -> float | None:
    """The highest; None where one is not known or there is none."""
    known = list(values)
    return None if None in known else max((v for v in known if v is not None), default=None)
