"""Run what a plan lacks: say before, run, say after."""

from __future__ import annotations

import argparse
import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fxreport.commands.absent import absent, needs, say_absent
from fxreport.commands.given_features import of_one_seed
from fxreport.commands.own_images import about, loaders
from fxreport.commands.planned import Planned
from fxreport.commands.say import counted, say
from fxreport.system.cache import Note, notes_in_force
from fxreport.vocabulary.catalog import extractor_facts
from fxreport.vocabulary.errors import ConfigError, InputError
from fxreport.vocabulary.own import FeatureFiles
from fxreport.vocabulary.steps import Experiment, Step

if TYPE_CHECKING:
    from fxreport.config import Config
    from fxreport.work import Attempt, Work
    from fxreport.work.features import FeatureCache
    from fxreport.work.sources import Sources

#: environment variable: how much of features this machine keeps, in gigabytes
LIMIT = "FXREPORT_FEATURES_GB"
_SECONDS = "extraction_seconds"
#: that tell whether given features have to do with the images
_ACCURACIES = ("knn_accuracy", "probe_accuracy")
NOTHING = "of what was asked for nothing can be measured; the lines above say why"


@dataclass(frozen=True, slots=True)
class Measured:
    """What measuring came to. ``failed``: something of one's own, a plug-in or an image set, did."""

    complete: bool
    interrupted: bool = False
    failed: bool = False


def measure(planned: Planned, arguments: argparse.Namespace) -> Measured:
    """Run the planned steps that the store lacks (with ``--fresh`` all), telling on stderr.

    Raises OutputError where the store can't be written: before anything has run.
    """
    for name, reason in planned.plan.excluded.items():
        say(f"{name} is left out: {reason}")
    for name, sets in planned.plan.without_features.items():
        say(f"no features of {', '.join(sets)} are given for {name}: it is not measured there")
    if planned.config.datasets and arguments.datasets is None:
        named = dict.fromkeys(one.dataset for one in planned.plan.experiments)
        names = ", ".join(named) or "none"
        say(f"image sets: {names}, as {planned.config.source} says (others by --datasets)")
    if not planned.plan.experiments:
        raise InputError(NOTHING)
    if not arguments.fresh and not planned.missing():
        say(f"{_size(planned)}: all are in {planned.store.location}")
        return Measured(complete=planned.is_complete(), failed=own_failed(planned))

    from fxreport.system.progress import progress_on
    from fxreport.work import estimate, execute, work_for

    sources = sources_of(planned, arguments)
    work = work_for(planned.plan.steps, planned.store, fresh=arguments.fresh, sources=sources)
    for line in of_one_seed(planned):
        say(line)
    _say_before(planned, work)
    _say_enlarged(planned)
    say_changed(planned)
    if work.run:
        planned.store.check_writable()
        _say_how_long(estimate(work.run, planned.store, sources.sizes), min(arguments.jobs, len(work.run)))
    outcome = execute(
        planned.plan.steps,
        planned.store,
        sources,
        jobs=arguments.jobs,
        fresh=arguments.fresh,
        progress=progress_on(result=partial(_result, planned)),
    )
    _say_after(planned, outcome.done, outcome.failed, outcome.unavailable)
    if outcome.interrupted:
        say("interrupted; what is finished is kept and not measured again")
    return Measured(
        complete=planned.is_complete() and not outcome.failed and not outcome.unavailable,
        interrupted=outcome.interrupted,
        failed=own_failed(planned),
    )


def _result(planned: Planned, experiment: Experiment) -> str:
    """What an experiment came to, in a few words: the quality of its clusters, the time of its extraction.

    Of features that were computed elsewhere also that they have nothing to do with the classes.
    """
    rows = sorted(planned.store.rows_of(experiment.key), key=lambda row: str(row["clusterer"]))
    found = {row["metric"]: row["value"] for row in rows}
    quality = f"ARI {found['ari']:.3f}" if "ari" in found else ""
    taken = found.get(_SECONDS)
    seconds = "" if taken is None else f"extraction {f'{taken:.2g}' if taken >= 0.01 else 'under 0.01'} s"
    return ", ".join(filter(None, (quality, seconds, _doubt(planned, experiment, rows))))


def _doubt(planned: Planned, experiment: Experiment, rows: Sequence[Mapping[str, Any]]) -> str:
    own = planned.config.own.get(experiment.extractor)
    known = [row["value"] for row in rows if row["metric"] in _ACCURACIES]
    if own is None or not isinstance(own.source, FeatureFiles) or not known:
        return ""
    from fxreport.work.contract import no_better

    labels = planned.store.artifacts(experiment.key)["labels"].tolist()
    if not no_better(max(known), max(Counter(labels).values()) / len(labels)):
        return ""
    return "no better than naming the largest class: are the rows in the order of the images?"


def own_failed(planned: Planned) -> bool:
    """Whether a plug-in, or an image set of the user's, can't be used or failed in a planned step."""
    failures = planned.store.failures()
    steps = (step for steps in planned.plan.steps.values() for step in steps if step.key in failures)
    own = any(
        step.code or step.experiment.code or step.experiment.dataset in planned.config.datasets
        for step in steps
    )
    return own or bool(planned.plan.excluded)


def sources_of(planned: Planned, arguments: argparse.Namespace) -> Sources:
    """Where images, weights and features come from, as arguments and configuration say."""
    from fxreport.work import ImageSetSize
    from fxreport.work.sources import Limits, Sources

    config, sizes = planned.config, {}
    for name in {one.dataset for one in planned.plan.experiments} & config.datasets.keys():
        found = about(config.datasets[name])
        sizes[name] = ImageSetSize(found.train, found.test, found.side)
    return Sources(
        offline=arguments.offline,
        data_dir=arguments.data_dir or config.data_dir,
        weights_dir=arguments.weights_dir or config.weights_dir,
        folders=loaders(config.datasets),
        sizes=sizes,
        features=feature_cache(config),
        own=config.own,
        limits=Limits(config.minutes, config.memory_gigabytes),
    )


def say_changed(planned: Planned) -> None:
    """Say whose code is another one than that by which the store has measured."""
    missing = [step for step in planned.missing() if step.code or step.experiment.code]
    if not missing:
        return
    measured = {_whatever_code(step): step for step in planned.store.steps().values()}
    changed: dict[str, set[Experiment]] = {}
    for step in missing:
        if (former := measured.get(_whatever_code(step))) is not None:
            by_itself = former.code != step.code or former.version != step.version
            name = step.title if by_itself else step.experiment.extractor
            changed.setdefault(name, set()).add(step.experiment)
    for name, experiments in changed.items():
        say(f"{name} has changed since it was measured: {counted(len(experiments), 'experiment')} concerned")


def _whatever_code(step: Step) -> Step:
    experiment = replace(step.experiment, code="", extractor_version=1)
    return replace(step, experiment=experiment, code="", version=1)


def say_absent_of(planned: Planned) -> None:
    """Say what the plan lacks because this machine could not have it lately."""
    if notes := notes_in_force():
        say_absent(absent(needs(planned.missing()), notes), notes)


def feature_cache(config: Config) -> FeatureCache:
    """This machine's features, with the limit that the environment or the configuration sets.

    Raises ConfigError where the environment's is no number.
    """
    from fxreport.work.features import FeatureCache

    named = os.environ.get(LIMIT)
    try:
        gigabytes = float(named) if named else config.features_gigabytes
    except ValueError:
        gigabytes = -1.0
    if not gigabytes >= 0:
        raise ConfigError(f"{LIMIT} must be a number of gigabytes from 0 on, got {named!r}")
    return FeatureCache(gigabytes * 1e9)


def _size(planned: Planned) -> str:
    experiments = planned.plan.experiments
    shape = " × ".join(
        counted(len(set(values)), word)
        for word, values in (
            ("image set", [e.dataset for e in experiments]),
            ("extractor", [e.variant for e in experiments]),
            ("seed", [e.seed for e in experiments]),
        )
    )
    return f"profile {planned.plan.profile}: {counted(len(experiments), 'experiment')} ({shape})"


def _say_before(planned: Planned, work: Work) -> None:
    parts = [f"{len(work.stored)} in {planned.store.location} already"] if work.stored else []
    if work.unavailable:
        parts.append(f"{len(work.unavailable)} not to be had on this machine")
    parts.append(f"{len(work.run)} to measure")
    say(f"{_size(planned)}: {', '.join(parts)}")
    trained = sum(task.fits for task in work.run)
    partly = [task for task in work.run if Step(task.experiment) not in task.steps]
    if partly:
        titles = dict.fromkeys(step.title for task in partly for step in task.steps)
        fitted = "no extractor is fitted" if not trained else f"{counted(trained, 'extractor')} to fit"
        say(f"of {counted(len(partly), 'experiment')} only {', '.join(titles)}; {fitted}")


def _say_enlarged(planned: Planned) -> None:
    """Say which images of the user's an input larger than they are enlarges."""
    for name, folder in planned.config.datasets.items():
        sizes = {e.input_size or 0: e for e in planned.plan.experiments if e.dataset == name}
        side = about(folder).side if sizes else 0
        if larger := sorted(size for size in sizes if size > side):
            inputs = " and ".join(map(str, larger))
            say(f"the images of {name} have {side} pixels a side and are enlarged for inputs of {inputs}")


def _say_how_long(seconds: Mapping[Experiment, float], jobs: int) -> None:
    """Say about how long the experiments take, and the extractor that takes more than a third of it."""
    from fxreport.system.progress import duration

    by_extractor: dict[str, float] = defaultdict(float)
    for experiment, its_own in seconds.items():
        by_extractor[experiment.extractor] += its_own / jobs
    all_of_them = sum(by_extractor.values())
    costliest, longest = max(by_extractor.items(), key=lambda item: item[1])
    part = ""
    if len(by_extractor) > 1 and longest > all_of_them / 3:
        part = f", {duration(longest)} of it {extractor_facts(costliest).title}"
    say(f"this takes about {duration(all_of_them)}{part}; Ctrl-C keeps what is finished")


def _say_after(
    planned: Planned, done: Sequence[Experiment], failed: Sequence[Attempt], unavailable: Sequence[Attempt]
) -> None:
    if done:
        say(f"{counted(len(done), 'experiment')} measured, kept in {planned.store.location}")
    if failed:
        say(f"{counted(len(failed), 'experiment')} failed, to be tried again by the next build")
    say_absent(
        Counter(one.resource for one in unavailable),
        {one.resource: Note(one.reason, "") for one in reversed(unavailable)},
    )
