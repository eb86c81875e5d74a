"""Look into the results store, and exchange its rows as CSV."""

from __future__ import annotations

import argparse
import difflib
import json
from collections.abc import Sequence
from pathlib import Path

from fxreport.commands.options import Parser, add_config, add_store
from fxreport.commands.say import counted, say, shortened, tell
from fxreport.vocabulary.errors import ConfigError, StoreCorrupt


def add_arguments(parser: Parser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def action(name: str, run: object, summary: str) -> Parser:
        child: Parser = actions.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        add_store(child)
        child.set_defaults(run=run, parser=child)
        return child

    action("list", show, "what the store holds")
    export = action("export", export_csv, "write all rows as CSV")
    export.add_argument("--csv", type=Path, required=True, metavar="FILE", help="the file to write")
    importing = action(
        "import", import_csv, "take in rows of a CSV file; they replace measured ones in the document"
    )
    importing.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="columns dataset, extractor, metric, value and optional others, or a column a metric; - is "
        "standard input",
    )
    add_config(importing)
    importing.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="COLUMN=NAME",
        help="what a column is, as model=extractor; COLUMN=metric for each metric of a wide table, of which "
        "then no column is read that is not named; COLUMN= leaves one out",
    )
    importing.add_argument(
        "--metric", default="", metavar="NAME", help="what a table without a column metric measures"
    )
    importing.add_argument(
        "--dataset", default="", metavar="NAME", help="what a table without a column dataset is of"
    )
    action("verify", verify, "read every file in full and report what is wrong")
    action("compact", compact, "pack all steps into one file; brings a store of an older version to this one")
    dropping = action("discard", discard, "remove experiments or imports by key")
    dropping.add_argument("keys", nargs="+", metavar="KEY", help="a key of 'store list', or import:NAME")


def run(arguments: argparse.Namespace) -> int:
    raise AssertionError("an action is required")


def show(arguments: argparse.Namespace) -> int:
    from fxreport.store import Store

    store = Store(arguments.store)
    experiments = store.experiments()
    whole = store.keys()
    lost = {step.experiment.key for key, step in store.steps().items() if key not in whole}
    failures = store.failures()
    for key, one in sorted(
        experiments.items(), key=lambda item: (item[1].dataset, item[1].variant, item[1].seed, item[0])
    ):
        state = "artifacts lost" if key in lost else "measured"
        tell(key, one.dataset, one.variant, f"seed={one.seed}", f"train={one.train or 'all'}",
              f"test={one.test or 'all'}", state, sep="\t")  # fmt: skip
    for key, failure in failures.items():
        one = failure.experiment
        tell(key, one.dataset, one.variant, f"seed={one.seed}", f"failed: {failure.reason}", sep="\t")
    for name, info in store.imports().items():
        tell(f"import:{name}", info.file, f"{info.rows} rows", info.imported_at[:19], sep="\t")
    say(
        f"{store.location}: {counted(len(experiments), 'experiment')} measured, {len(failures)} failed, "
        f"{counted(len(store.imports()), 'import')}"
    )
    return 0


def export_csv(arguments: argparse.Namespace) -> int:
    from fxreport.store import Store

    store = Store(arguments.store)
    rows = store.export_csv(arguments.csv)
    say(f"{counted(rows, 'row')} of {store.location}")
    tell(arguments.csv)
    return 0


def import_csv(arguments: argparse.Namespace) -> int:
    from fxreport.config import load_config
    from fxreport.store import Store
    from fxreport.store.exchange import STDIN
    from fxreport.store.tabular import Layout

    config = load_config(arguments.config)
    store = Store(arguments.store)
    file = None if str(arguments.file) == "-" else arguments.file
    layout = Layout.told(arguments.map, arguments.metric, arguments.dataset)
    summary = store.import_csv(file, layout)
    rows = counted(summary.info.rows, "row")
    say(f"{rows} of {file or STDIN} in {store.location} as import:{summary.info.name}")
    if summary.replaced:
        say(f"they replace what was imported from {summary.replaced.file} before")
    if summary.wide:
        say(
            f"columns taken as metrics: {', '.join(summary.wide)}; --map COLUMN=metric takes only those named"
        )
    if summary.empty:
        cells = ", ".join(f"{counted(number, 'cell')} of {name}" for name, number in summary.empty.items())
        say(f"empty, so not measured: {cells}")
    if summary.left:
        kept = " ".join(f"--map {name}={name}" for name in summary.left[:1])
        say(f"left out, since they tell no settings apart: {', '.join(summary.left)}; {kept} keeps one")
    if summary.factors:
        say(f"columns taken as factors: {', '.join(summary.factors)}; --map COLUMN= leaves one out")
    if summary.repeats > 1:
        say(f"rows that measure the same again are taken as its seeds: up to {summary.repeats}")
    if summary.untimed:
        times = counted(summary.untimed, "extraction time")
        say(
            f"{times} of a number of images that is not known, so without a time per thousand images: "
            "write it into a column n"
        )
    for column, found in summary.new_names.items():
        if column != "metric":
            say(f"reported under their own names, {column}: {shortened(found)}")
    directed = {one.name for one in config.metrics if one.higher_is_better is not None}
    if undirected := [name for name in summary.undirected if name not in directed]:
        say(_undirected(undirected))
    return 0


def _undirected(metrics: Sequence[str]) -> str:
    """What to do that values count as better or worse; a slip in a known name looks like one of its own."""
    from fxreport.vocabulary.metrics import NAMES

    said = (
        f"nothing says whether more or less is better of {shortened(metrics)}, so that they only describe: "
    )
    key = metrics[0] if metrics[0].isascii() and metrics[0].isidentifier() else json.dumps(metrics[0])
    table = f"[metrics.{key}]"
    said += f'write better = "higher" or "lower" in {table} of fxreport.toml, or in a column better'
    near = ((difflib.get_close_matches(one.casefold(), NAMES, n=1, cutoff=0.85), one) for one in metrics)
    meant = [f"{found[0]} for {one}" for found, one in near if found]
    return f"{said} (or did you mean {', '.join(meant)}?)" if meant else said


def verify(arguments: argparse.Namespace) -> int:
    from fxreport.store import Store

    store = Store(arguments.store)
    problems = store.verify()
    for problem in problems:
        tell(f"{problem.file}: {problem.what}; {problem.remedy}")
    damage = [problem for problem in problems if not problem.harmless]
    if damage:
        raise StoreCorrupt(f"{store.location}: {counted(len(damage), 'problem')} found")
    left = f"; {counted(len(problems), 'file')} left over" if problems else ""
    say(f"{store.location}: {counted(len(store.experiments()), 'experiment')}, all files are sound{left}")
    return 0


def compact(arguments: argparse.Namespace) -> int:
    from fxreport.store import Store

    store = Store(arguments.store)
    store.check_writable()
    before, after = store.compact()
    say(f"{store.location}: {counted(len(store.keys()), 'step')} in {after} files, where there were {before}")
    return 0


def discard(arguments: argparse.Namespace) -> int:
    from fxreport.store import Store
    from fxreport.vocabulary.nearest import unknown

    store = Store(arguments.store)
    there = {*store.experiments(), *store.steps(), *store.failures()}
    there |= {f"import:{name}" for name in store.imports()}
    for key in arguments.keys:
        if key not in there:
            raise ConfigError(f"{store.location}: {unknown('key', key, sorted(there))}")
    for key in arguments.keys:
        store.discard(key)
    say(f"{len(arguments.keys)} removed from {store.location}")
    return 0
