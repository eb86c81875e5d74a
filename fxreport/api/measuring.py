"""``load``, ``plan`` and ``run``: a report of a store, and what the store lacks measured."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from fxreport.api.report import Report
from fxreport.vocabulary.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from fxreport.commands.forecast import Forecast
    from fxreport.commands.planned import Planned


def load(
    store: str | Path = "results",
    *,
    profile: str = "standard",
    datasets: Sequence[str] | None = None,
    extractors: Sequence[str] | None = None,
    seeds: int | None = None,
    config: str | Path | None = None,
    lang: str | None = None,
) -> Report:
    """Return what a results store says: the same as ``fxreport render`` writes of it. Measures nothing.

    ``store`` is a folder or any URL that fsspec understands. The other arguments are those of the command
    line: ``profile`` says which runs belong together, ``datasets`` and ``extractors`` (names, of which the
    store's own are known) and ``seeds`` narrow it, ``config`` is a file over the shipped ``fxreport.toml``.
    ``lang`` is the language of what is said (``uk``, ``en``); without it the locale's, else the configured.

    Raises ConfigError for names that are not known, InputError where the store holds nothing of all this.
    """
    arguments = _arguments(store, profile, datasets, extractors, seeds, config)
    from fxreport.commands.planned import make_plan

    return _report(make_plan(arguments, measured=True), arguments, lang)


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """What is to be measured, and what of it the store holds already. Made by ``plan``, run by ``run``.

    ``planned`` and ``arguments`` are what it is made of, and no part of the contract.
    """

    planned: Planned
    arguments: argparse.Namespace

    @property
    def seconds(self) -> float:
        """About how long the plan takes to run, in seconds, on one process."""
        return self._forecast().seconds

    def frame(self) -> pd.DataFrame:
        """Return a row an experiment.

        Columns: ``dataset``, ``extractor`` (with its input size), ``seed``, ``state`` (``stored``, ``to
        measure``, ``unavailable``), ``seconds`` (about; 0 where it is not to be measured), ``reason`` (why it
        is unavailable).
        """
        import pandas as pd

        columns = ["dataset", "extractor", "seed", "state", "seconds", "reason"]
        rows = [(e.dataset, e.variant, e.seed, *told) for e, *told in self._forecast().rows()]
        return pd.DataFrame(rows, columns=columns)

    def _forecast(self) -> Forecast:
        from fxreport.commands.forecast import forecast

        return forecast(self.planned, self.arguments)

    def __repr__(self) -> str:
        return f"<Plan: {self._forecast().summary}>"

    def _repr_html_(self) -> str:
        told = self._forecast()
        return Markup("<p>{}</p>").format(told.summary) + Markup(self.frame().to_html(index=False))  # nosec B704  # pandas escapes


def plan(
    profile: str = "standard",
    *,
    store: str | Path = "results",
    datasets: Sequence[str] | None = None,
    extractors: Sequence[str] | None = None,
    seeds: int | None = None,
    config: str | Path | None = None,
) -> Plan:
    """Say what there is to measure; nothing is measured. The arguments are those of ``load``.

    Raises ConfigError for names that are not known.
    """
    from fxreport.commands.planned import make_plan

    arguments = _arguments(store, profile, datasets, extractors, seeds, config)
    return Plan(make_plan(arguments), arguments)


def run(
    plan: Plan, *, jobs: int = 1, offline: bool = False, fresh: bool = False, lang: str | None = None
) -> Report:
    """Measure what of a plan the store lacks, and return its report.

    Each result is kept as soon as it is there, so that a run that is interrupted goes on where it stopped.
    ``jobs`` are worker processes, ``offline`` tries no network, ``fresh`` measures again what is stored.
    Progress goes to stderr. An experiment that fails is in the report's ``missing``.

    Raises InputError where nothing could be measured, OutputError where the store can't be written, and
    KeyboardInterrupt.
    """
    from fxreport.commands.measure import measure

    given = {"jobs": jobs, "offline": offline, "fresh": fresh}
    arguments = argparse.Namespace(**{**vars(plan.arguments), **given})
    if measure(plan.planned, arguments).interrupted:
        raise KeyboardInterrupt
    return _report(plan.planned, arguments, lang)


def _arguments(
    store: str | Path,
    profile: str,
    datasets: Sequence[str] | None,
    extractors: Sequence[str] | None,
    seeds: int | None,
    config: str | Path | None,
) -> argparse.Namespace:
    """The arguments as the command line gives them."""
    return argparse.Namespace(
        store=store,
        profile=profile,
        datasets=None if datasets is None else list(datasets),
        extractors=None if extractors is None else list(extractors),
        seeds=seeds,
        config=None if config is None else Path(config),
        jobs=1,
        offline=False,
        fresh=False,
        data_dir=None,
        weights_dir=None,
    )


def _report(planned: Planned, arguments: argparse.Namespace, lang: str | None) -> Report:
    from fxreport.commands import options
    from fxreport.commands.planned import concluded, installed_figures

    config = planned.config
    conclusions = concluded(planned, arguments)
    if conclusions is None:
        raise InputError(planned.store.nothing_of_it(""))
    return Report(
        conclusions,
        options.reader(lang, config.languages),
        imprint=config.imprint,
        drawing=installed_figures(),
    )
