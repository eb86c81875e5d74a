"""``compare``: any tidy table of things × tasks × metrics becomes a report."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fxreport.api.report import Report
from fxreport.vocabulary.errors import ConfigError, InputError
from fxreport.vocabulary.nearest import unknown

if TYPE_CHECKING:
    import pandas as pd

    from fxreport.analysis.study import Study
    from fxreport.vocabulary.metrics import Metric
    from fxreport.vocabulary.subject import Subject

#: columns of a CSV file that a frame may have under the same names, beside those that are mapped
_KEPT = ("unit", "better", "title", "topic", "input_size", "clusterer", "n")


def compare(
    frame: Any,
    *,
    thing: str = "extractor",
    task: str = "dataset",
    metric: str = "metric",
    value: str = "value",
    seed: str = "seed",
    metrics: Mapping[str, str | Mapping[str, Any]] | None = None,
    factors: Sequence[str] = (),
    subject: Mapping[str, Any] | None = None,
    lang: str | None = None,
) -> Report:
    """Conclude from a table of measurements: which thing is best on which task, how surely, at what cost.

    ``frame`` is a pandas ``DataFrame``, anything with ``to_pandas()``, or what ``DataFrame`` takes. It is
    long where it has the columns ``metric`` (text) and ``value`` (numbers): a row a value. Else it is wide: a
    row a run, with a column of numbers for each of ``metrics``. ``thing``, ``task``, ``metric``, ``value``
    and ``seed`` name its columns. A missing value was not measured. Rows that are alike in all that is named
    here are repeats, and count as seeds where there is no column of these.

    ``metrics`` says of a metric which way is better, ``"higher"`` or ``"lower"``, or more, with the keys of
    ``[metrics]`` in ``fxreport.toml``: ``{"ratio": {"better": "higher", "main": True}, "speed": {"better":
    "higher", "unit": "MB/s"}}``. ``factors`` are columns that tell runs of one thing apart (a setting).
    ``subject`` are the nouns by which sentences call things and tasks, with the keys of ``[subject]``:
    ``{"thing": {"en": ["a compressor", "compressors"]}, "task": {"en": ["a corpus", "corpora"]}}``; methods
    and tasks where they are not given. ``lang``: see ``load``.

    Raises ConfigError where the columns aren't there or no metric says which way is better, and InputError,
    which names the row, for what is no measurement.
    """
    from fxreport.commands import options
    from fxreport.commands.planned import installed_figures, installed_rules

    table = _table(frame)
    described = _metrics(metrics or {})
    given = {"thing": thing, "task": task, "metric": metric, "value": value, "seed": seed}
    tidy = _tidy(table, given, list(metrics or ()), factors)
    study = _study(tidy, described, _nouns(subject or {}))
    if study.quality not in study.metrics():
        example = next(iter(study.metrics()), "score")
        raise ConfigError(
            "compare: no metric says which way is better, so nothing can be compared; "
            f'say it: metrics={{{example!r}: "higher"}}, or "lower"'
        )

    from fxreport.analysis.conclude import conclude

    return Report(
        conclude(study, rules=installed_rules(), repeats=False),
        options.reader(lang, ("en",)),
        thing,
        task,
        drawing=installed_figures(),
    )


def _table(frame: Any) -> pd.DataFrame:
    import pandas as pd

    made = frame.to_pandas() if hasattr(frame, "to_pandas") else frame
    try:
        table = pd.DataFrame(made)
    except (TypeError, ValueError) as error:
        raise InputError(f"compare: {type(frame).__name__} is no table: {error}") from None
    if table.empty:
        raise InputError("compare: the frame has no rows")
    return table


def _metrics(told: Mapping[str, str | Mapping[str, Any]]) -> tuple[Metric, ...]:
    from fxreport.config.schema import check
    from fxreport.vocabulary.metrics import Metric

    tables = {name: {"better": one} if isinstance(one, str) else one for name, one in told.items()}
    check({"metrics": tables}, "compare")
    return tuple(Metric.described(name, table) for name, table in tables.items())


def _nouns(told: Mapping[str, Any]) -> Subject | None:
    from fxreport.config.schema import check
    from fxreport.config.subject import read_subject

    check({"subject": told}, "compare")
    return read_subject(told, Path("compare"))


def _tidy(
    table: pd.DataFrame, given: Mapping[str, str], metrics: Sequence[str], factors: Sequence[str]
) -> pd.DataFrame:
    """The frame with the columns of the CSV exchange: a row a value that was measured."""
    import pandas as pd

    thing, task, metric, value, seed = given.values()
    table = table.rename(columns=str)
    columns = [str(name) for name in table]
    named = {"thing": thing, "task": task} | {f"factors[{i}]": name for i, name in enumerate(factors)}
    for keyword, name in named.items():
        if name not in table:
            raise ConfigError(f"compare: {keyword}: {unknown('column', name, columns)}")
    if (metric in table) is not (value in table):
        there, lacks = (metric, value) if metric in table else (value, metric)
        raise ConfigError(f"compare: there is a column {there!r} and none {lacks!r}; name both, or neither")
    key = [thing, task, *factors]
    if metric not in table:
        taken = {*key, seed, *_KEPT}
        wanted = metrics or [
            name for name in columns if name not in taken and pd.api.types.is_numeric_dtype(table[name])
        ]
        for name in wanted:
            if name not in table:
                raise ConfigError(f"compare: metrics: {unknown('column', name, columns)}")
        if not wanted:
            raise ConfigError("compare: there is no column of numbers besides those that are named")
        kept = [*key, *(name for name in (seed, *_KEPT) if name in table)]
        table = table.melt(kept, wanted, metric, value)
    table = table[table[value].notna()]
    for name in (*key, metric):
        if table[name].isna().any():
            raise InputError(f"compare: row {table.index[table[name].isna()][0]}: {name} is missing")
    numbers = pd.to_numeric(table[value], errors="coerce")
    if (wrong := numbers.isna()).any():
        first = table.index[wrong][0]
        raise InputError(f"compare: row {first}: {value} must be a number, got {table.loc[first, value]!r}")
    tidy = pd.DataFrame(
        {
            "dataset": table[task].astype(str),
            "extractor": table[thing].astype(str),
            "metric": table[metric].astype(str),
            "value": numbers.astype(float),
            **{name: table[name] for name in (*_KEPT, *factors) if name in table},
        }
    )
    cell = ["dataset", "extractor", "metric", *factors]
    tidy["seed"] = table[seed] if seed in table else tidy.groupby(cell).cumcount()
    return tidy


def _study(tidy: pd.DataFrame, metrics: Sequence[Metric], subject: Subject | None) -> Study:
    """A study of the rows, which are checked as those of a CSV file are."""
    from fxreport.report.build import make_study
    from fxreport.store import Store

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "frame.csv"
        tidy.to_csv(file, index=False)
        store = Store(Path(folder) / "store")
        try:
            store.import_csv(file)
        except InputError as error:
            raise InputError(f"compare: {str(error).replace(str(file), 'the frame as CSV')}") from None
        return make_study(store, {}, metrics=metrics, subject=subject)
