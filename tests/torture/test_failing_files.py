"""Each file operation of each command that writes fails, once and from then on, or is never reached.

Whatever fails, one line says so, no file with a final name is half, nothing that was there is lost, and the
same command run again in health ends with the same bytes. The ordinary run tries a few operations of each
command, ``tox -e torture`` (``FXREPORT_TORTURE``) every one with every error.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from built_sites import build as build_pages
from failing import Ended, Failure, attempt, in_children
from step_results import clustering, experiment, projection, result
from tiny import tiny_plan
from wholes import write_whole

from fxreport import cli
from fxreport.site import swap
from fxreport.store import Store
from fxreport.system import manifest
from fxreport.work.features import FeatureCache, Features

#: from 5 on each operation fails in all ways, else in one
WAYS = float(os.environ.get("FXREPORT_TORTURE", 0))
#: of the operations of a command, how many the ordinary run tries
SAMPLE = 4
#: operations of the process that lays out a PDF, at most
CHILDS = 40
ERRORS = (errno.ENOSPC, errno.EIO, errno.EMFILE)

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux")

TABLE = "dataset,extractor,metric,value\nmnist,custom_cnn,ari,0.439\nmnist,vgg16,ari,0.{}\n"


def steps(store: Store) -> None:
    for seed in range(2):
        one = experiment(seed=seed)
        store.write(result(one, artifacts={"labels": np.arange(4)}, shared={"pictures": np.eye(2)}))
        store.write(clustering(one, artifacts={"assignments": np.arange(4)}))
    store.write(projection(artifacts={"umap_2d": np.ones((3, 2))}))


def imported(text: str = TABLE.format(235)) -> None:
    Path("table.csv").write_text(text)
    Store("results").import_csv(Path("table.csv"))


def command(*arguments: str) -> Callable[[], int]:
    return lambda: cli.main([*arguments])


# -- what is done: each has the state before, and the act ----------------------------------------------------


def before_import() -> None:
    steps(Store("results"))
    imported()
    Path("table.csv").write_text(TABLE.format(5))


def before_export() -> None:
    steps(Store("results"))
    Path("out.csv").write_text("an earlier one\n")


def before_compact() -> None:
    steps(store := Store("results"))
    store.compact()
    store.write(clustering(ari=0.75, artifacts={"assignments": np.arange(4)[::-1]}))
    store.write(projection(level="tsne", artifacts={"tsne_2d": np.ones((3, 2))}))


def before_write() -> None:
    steps(store := Store("results"))
    store.record_failure(projection(level="tsne").step, "reason")


def write() -> int:
    """As a run does, which ends as ``cli`` ends for an OutputError."""
    from fxreport.vocabulary.errors import FxReportError

    store = Store("results")
    try:
        store.write(clustering(ari=0.75, artifacts={"assignments": np.arange(4)[::-1]}))
        store.write(projection(level="tsne", artifacts={"tsne_2d": np.ones((3, 2))}))
        store.record_failure(projection(level="pca").step, "reason")
    except FxReportError as error:
        return cli._fail(str(error))
    return 0


def features(seed: int) -> Features:
    array = np.full((4, 3), seed, np.float32)
    return Features(array, np.arange(4), array, np.arange(4))


def before_features() -> None:
    for seed in range(3):
        FeatureCache().write(f"key{seed}", features(seed))


def use_features() -> int:
    """Reading what is there, keeping more, and no room for all."""
    cache = FeatureCache(1000)
    with cli._messages():
        for seed in range(4):
            if (kept := cache.read(f"key{seed}")) is not None:
                assert (np.asarray(kept.features) == seed).all()
            cache.write(f"key{seed}", features(seed))
    return 0


def before_document() -> None:
    imported()
    assert render() == 0
    imported(TABLE.format(5))


def before_pdf() -> None:
    before_document()
    assert render_pdf() == 0
    Path("output/uk/conclusions.pdf").write_bytes(b"an earlier one")


render = command("render", "--lang", "uk", "--format", "md,html")
render_pdf = command("render", "--lang", "uk", "--format", "pdf")
build_site = command("site", "build", "--output", "site")
measure_again = command("run", "--config", "tiny.toml", "--profile", "tiny", "--fresh")


def before_site() -> None:
    store = Store("results")
    for seed in range(2):
        for extractor, ari in (("raw_pixels", 0.25), ("custom_cnn", 0.5)):
            write_whole(store, experiment(extractor=extractor, seed=seed), {"ari": ari + seed / 100})
    assert build_site() == 0
    write_whole(store, experiment(extractor="vgg16", input_size=32), {"ari": 0.75})


def before_publishing() -> None:
    built = build_pages(Path("output/site"))
    assert publish() == 0
    build_pages(built, 0.3, {"index.html": "new", "uk/new.html": "new"})


publish = command("site", "publish", "--dir", "www")


def before_measuring() -> None:
    Path("tiny.toml").write_text(tiny_plan("pca"))
    imported()
    assert measure_again() == 0


def publish_by_two_renames() -> int:
    """Where the system cannot exchange two names."""
    swap._exchanged = lambda one, other: False  # type: ignore[assignment]
    return publish()


@dataclass(frozen=True)
class Case:
    """``same``: done again it gives the same bytes; times that were measured differ. ``whole``: all files are
    those of before, or all are those of after. ``children``: of ``attempt``.
    """

    before: Callable[[], object]
    act: Callable[[], int]
    same: bool = True
    whole: bool = False
    children: bool = False


CASES = {
    "import": Case(before_import, command("store", "import", "table.csv")),
    "export": Case(before_export, command("store", "export", "--csv", "out.csv")),
    "compact": Case(before_compact, command("store", "compact")),
    "discard": Case(before_compact, command("store", "discard", experiment().key)),
    "index": Case(before_write, command("store", "list")),
    "write": Case(before_write, write),
    "features": Case(before_features, use_features),
    "render": Case(before_document, render),
    "site build": Case(before_site, build_site, whole=True),
    "site publish": Case(before_publishing, publish, whole=True),
    "site publish by two renames": Case(before_publishing, publish_by_two_renames, whole=True),
    "run --fresh": Case(before_measuring, measure_again, same=False),
    "pdf": Case(before_pdf, render_pdf),
    "pdf worker": Case(before_pdf, render_pdf, children=True),
}
#: what takes seconds, so that each operation of it fails in one way only
SLOW = {"pdf", "pdf worker", "run --fresh", "site build", "render"}


# -- the sweep -----------------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all that is done, with a store and a cache of its own; time stands still in it."""
    place = tmp_path / "here"
    (place / "cache").mkdir(parents=True)
    outside = tmp_path / "outside"
    outside.mkdir()
    monkeypatch.setenv("FXREPORT_CACHE", str(place / "cache"))
    monkeypatch.setenv("PYTHONPATH", f"{in_children(outside)}:{Path(cli.__file__).parents[1]}")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    for module in ("store", "failures"):
        monkeypatch.setattr(f"fxreport.store.{module}.datetime", Frozen)
    monkeypatch.setattr(swap, "_exchanged", swap._exchanged)  # put back after the test
    monkeypatch.chdir(place)
    return place


class Frozen(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return datetime(2026, 11, 30, tzinfo=UTC)


def files(folder: Path) -> dict[str, bytes]:
    """What is under a final name. What helps to save time, and what was begun, is none."""
    return {
        name: path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and is_final(name := path.relative_to(folder).as_posix())
    }


def is_final(name: str) -> bool:
    if name.endswith((manifest.NAME, "index.json")):  # these hold times; a half one is refused when read
        return False
    return not name.startswith("cache/") and not any(
        part.startswith(".") and part != ".fxreport-site.json" for part in name.split("/")
    )


#: killed, and each error, once and from then on
EACH = ((None, False), *((error, lasting) for error in ERRORS for lasting in (False, True)))


def failures(under: Path, count: int, few: bool) -> Iterator[Failure]:
    """Of each of so many operations all failures, or one in turn where ``few``; else one of some."""
    if WAYS:
        for n in range(count):
            for error, lasting in [EACH[n % len(EACH)]] if few or WAYS < 5 else EACH:
                yield Failure(str(under), n, error, lasting)
    else:
        for i in range(min(SAMPLE, count)):
            error, lasting = EACH[(3 * i + count) % len(EACH)]
            yield Failure(str(under), (i + 1) * count // (SAMPLE + 1), error, lasting)


def again(here: Path) -> None:
    """The state before."""
    for one in here.iterdir():
        shutil.rmtree(one) if one.is_dir() else one.unlink()
    shutil.copytree(here.with_name("before"), here, dirs_exist_ok=True)


def sound(ended: Ended) -> None:
    """Done, or ended as documented: with one line that says why."""
    assert "Traceback" not in ended.said, ended
    errors = [line for line in ended.said.splitlines() if line.startswith("fxreport: error: ")]
    assert len(errors) == (ended.code != 0), ended
    assert ended.code in (0, 2), ended


def state(here: Path) -> tuple[set[str], dict[str, bytes]]:
    """What the store holds for a process that knows nothing of it, all of it sound; and what is there under
    final names, without what ``store verify`` calls left over.
    """
    store = Store("results")
    problems = store.verify()
    assert [one for one in problems if not one.harmless] == []
    left = {f"results/{one.file}" for one in problems}
    there = {name: data for name, data in files(here).items() if name not in left}
    return store.keys() | store.imports().keys(), there


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_whatever_fails_nothing_is_lost_and_the_next_one_mends_it(name: str, here: Path) -> None:
    case = CASES[name]
    if name in SLOW and not WAYS:
        pytest.skip("in tox -e torture")
    case.before()
    had, before = state(here)
    shutil.copytree(here, here.with_name("before"))
    assert case.act() == 0  # here, so that what it loads is loaded once
    again(here)
    healthy = attempt(case.act, Failure(str(here), -1))
    assert (healthy.code, healthy.failed) == (0, ""), healthy
    has, after = state(here)
    known = {*before.items(), *after.items()}
    tried, found = 0, []
    for failure in failures(here, CHILDS if case.children else healthy.count, name in SLOW):
        again(here)
        ended = attempt(case.act, failure, case.children)
        if not ended.failed:
            continue
        tried += 1
        try:
            if ended.code is not None:
                sound(ended)
            held, left = state(here)
            assert held >= had & has
            if case.same:
                assert {name for name, data in left.items() if (name, data) not in known} == set()
                # a kill may come between two renames: the old one waits beside for the next command
                if ended.code is not None or not case.whole:
                    assert left.keys() >= before.keys() & after.keys()
                    assert not case.whole or left in (before, after)
                assert ended.code != 0 or left == after
            again_ended = attempt(case.act, Failure(str(here), -1))
            # what is discarded already is no key any more
            assert again_ended.code == (2 if "unknown key" in again_ended.said else 0), again_ended
            held, left = state(here)
            assert held == has
            if case.same:
                assert left.keys() == after.keys()
                assert left == after
        except AssertionError as error:
            found.append(f"{failure}: {ended}\n{str(error)[:500]}")
    assert not found, f"{len(found)} of {tried}:\n" + "\n".join(found[:20])
    assert tried
    print(f"{name}: {tried} failures at {healthy.count} operations")
