"""What commands that measure or render begin with: configuration, plan, store."""

from __future__ import annotations

import argparse
import inspect
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from fxreport.commands.held import held, with_names_of, without_held
from fxreport.commands.own_extractors import configured
from fxreport.commands.own_images import OwnImages, about
from fxreport.config import Config, ExtractorSpec, Known, Plan, plan
from fxreport.config.planning import with_further_seeds
from fxreport.store import Store
from fxreport.vocabulary.errors import FxReportError
from fxreport.vocabulary.measures import DECODER, NETWORK
from fxreport.vocabulary.steps import Experiment, Step

if TYPE_CHECKING:
    from fxreport.analysis.conclude import Conclusions
    from fxreport.analysis.rules import Rule
    from fxreport.report.draft import Blocks

log = logging.getLogger("fxreport")

#: pictures that could not be read are told one by one up to this number
_SKIPPED_TOLD = 3
#: parameters of an extractor that are not settings: the plan and the runner give them
_NO_SETTINGS = frozenset({"input_size", "seed", "weights"})
#: what measures may need of an extractor, and the method that gives it
_OFFERS = {NETWORK: "opened", DECODER: "decode"}


@dataclass(frozen=True, slots=True)
class Planned:
    """``narrowed`` makes the plan of a profile under the same arguments.

    ``further``: whether seeds beyond the plan's, where the store holds such, belong to it. ``stored`` are
    steps that the store holds of what was asked for and cannot be planned here.
    """

    config: Config
    plan: Plan
    store: Store
    narrowed: Callable[[str], Plan]
    further: bool = True
    stored: Mapping[Experiment, Sequence[Step]] = field(default_factory=dict)

    def shown(self) -> Mapping[Experiment, Sequence[Step]]:
        """Return the steps that a document is made from, measured or not: the plan's and further seeds'."""
        return {**self._shown(self.plan), **self.stored}

    def _shown(self, plan: Plan) -> Mapping[Experiment, Sequence[Step]]:
        return with_further_seeds(plan.steps, self.store.keys()) if self.further else plan.steps

    def missing(self) -> list[Step]:
        """Return the planned steps that the store doesn't hold."""
        keys = self.store.keys()
        return [step for steps in self.plan.steps.values() for step in steps if step.key not in keys]

    def is_complete(self) -> bool:
        return not self.plan.excluded and not self.missing()

    def fallbacks(self) -> Iterator[Mapping[Experiment, Sequence[Step]]]:
        """Yield the plans of the other profiles, for a store that holds nothing of this one."""
        for profile in self.config.profiles:
            if profile != self.plan.profile:
                yield self._shown(self.narrowed(profile))


def installed_rules() -> tuple[Rule, ...]:
    """The built-in rules, and after them those of installed packages. Raises ConfigError."""
    from fxreport.analysis.rules import RULES
    from fxreport.system.plugins import load, plugins

    return (*RULES, *(load(entry) for _, entry in sorted(plugins("fxreport.rules").items())))


def installed_figures() -> tuple[Blocks, ...]:
    """Return the figures of installed packages (entry points of the group ``fxreport.figures``)."""
    from fxreport.system.plugins import load, plugins

    return tuple(load(entry) for entry in plugins("fxreport.figures").values())


def make_plan(
    arguments: argparse.Namespace, config: Config | None = None, *, measured: bool = False
) -> Planned:
    """Make the plan that the arguments narrow; the configuration is read if not given. Raises ConfigError.

    ``measured``: for who shows what was measured. The names that the store holds are known then, whether or
    not what they name can be had here: a plug-in, a folder of images, a table of the configuration.
    """
    config, store = config or configured(arguments), Store(arguments.store)
    there = with_names_of(store, known(config)) if measured else known(config)

    def narrowed(profile: str) -> Plan:
        return plan(
            config,
            there,
            profile=profile,
            datasets=arguments.datasets,
            extractors=arguments.extractors,
            seeds=arguments.seeds,
        )

    made = narrowed(arguments.profile)
    stored: Mapping[Experiment, Sequence[Step]] = {}
    if measured:
        profile = config.profiles[arguments.profile]
        stored = held(
            store, made, arguments.datasets or profile.datasets, arguments.extractors or profile.extractors
        )
        made = without_held(store, made)
    planned = Planned(config, made, store, narrowed, arguments.seeds is None, stored)
    if measured and arguments.datasets is None:
        _tell_left_out(planned)
    return planned


def _tell_left_out(planned: Planned) -> None:
    """Name the image sets that the store holds besides those that the profile asks for and it holds too."""
    there = {step.experiment.dataset for step in planned.store.steps().values()}
    shown = there & {experiment.dataset for experiment in planned.shown()}
    if shown and (others := sorted(there - shown)):
        log.warning(
            "the store holds %s too, which the profile %s does not ask for: --datasets %s shows all",
            ", ".join(others), planned.plan.profile, ",".join(sorted(there)),
        )  # fmt: skip


def concluded(planned: Planned, arguments: argparse.Namespace) -> Conclusions | None:
    """Conclude from what the store holds of the plan; None where that is nothing."""
    from fxreport.analysis.conclude import conclude
    from fxreport.report.build import make_study

    config = planned.config
    study = make_study(
        planned.store,
        planned.shown(),
        fallbacks=planned.fallbacks(),
        datasets=arguments.datasets,
        extractors=arguments.extractors,
        metrics=config.metrics,
        subject=config.subject,
        called=config.called,
    )
    if not study.samples:
        return None
    return conclude(
        study,
        config.scenarios,
        installed_rules(),
        statements=config.statements,
        repeats=config.repeats_original,
    )


def known(config: Config) -> Known:
    """Return what there is to plan with: built-in, plugged in, and the user's own image folders."""
    from fxreport.datasets import registry as datasets
    from fxreport.extractors import registry as extractors
    from fxreport.extractors.own import code, contents_by_set, load_own
    from fxreport.measures import registry as measures

    @cache
    def own(name: str) -> OwnImages | FxReportError:
        """What is known of a set of the user's, or why it cannot be used: nothing is tried twice."""
        try:
            found = about(config.datasets[name])
        except FxReportError as error:
            return error
        for line in found.skipped[:_SKIPPED_TOLD]:
            log.warning("left out of %s: %s", name, line)
        if more := len(found.skipped[_SKIPPED_TOLD:]):
            log.warning("left out of %s: %d more", name, more)
        return found

    def fingerprint(name: str) -> str:
        if name not in config.datasets:
            return datasets.fingerprint(name)
        found = own(name)
        if isinstance(found, FxReportError):
            raise found
        return found.fingerprint

    def extractor(name: str) -> ExtractorSpec:
        own = config.own.get(name)
        found = load_own(own) if own else extractors.get(name)
        offers = frozenset(need for need, hook in _OFFERS.items() if hasattr(found, hook))
        sizes, parameters = tuple(found.input_sizes), parameters_of(found)
        if own and "input_size" in inspect.signature(found).parameters:
            sizes = config.extractors[name].input_sizes or sizes
        if own:
            return ExtractorSpec(found.version, sizes, parameters, offers, code(own), contents_by_set(own))
        return ExtractorSpec(found.version, sizes, parameters, offers, extractors.code(name))

    return Known(
        datasets=(*datasets.names(), *config.datasets),
        fingerprint=fingerprint,
        extractors=tuple(dict.fromkeys((*extractors.names(), *config.own))),
        extractor=extractor,
        measures=measures,
    )


def parameters_of(extractor: type) -> Mapping[str, object] | None:
    """Return an extractor's settings with their defaults, as its ``__init__`` declares them; None for any."""
    parameters = inspect.signature(extractor).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return None
    return {name: parameter.default for name, parameter in parameters.items() if name not in _NO_SETTINGS}
