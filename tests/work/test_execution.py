"""Many experiments: what runs, what is kept, what is told."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from running import UNSTEADY, FullDisk, TestSources, experiment

from fxreport.store import Store
from fxreport.system import cache
from fxreport.system.progress import Bars, Lines, TimeLeft, describe, duration, progress_on
from fxreport.vocabulary.errors import OutputError
from fxreport.vocabulary.experiment import Experiment, Measurement, Result
from fxreport.work import estimate, execute, work_for
from fxreport.work.experiment import Sources


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def keys(*experiments: Experiment) -> set[str]:
    return {e.key for e in experiments}


def test_runs_what_is_missing_and_loads_each_set_once(store: Store) -> None:
    plan = [experiment(), experiment(dataset="other"), experiment(seed=1)]
    sources = TestSources()
    first = execute(plan[:1], store, sources)
    assert (first.done, first.skipped) == (plan[:1], [])
    outcome = execute(plan, store, sources)
    assert outcome.skipped == plan[:1]
    assert sorted(outcome.done, key=plan.index) == plan[1:]
    assert store.keys() == keys(*plan)
    nothing = execute(plan, store, sources)
    assert (nothing.done, nothing.skipped) == ([], plan)
    assert sources.asked == ["digits", "other", "digits"], "and a set is not read where nothing is to run"
    assert execute(plan[:1], store, sources, fresh=True).done == plan[:1]


def test_experiments_are_grouped_by_image_set() -> None:
    plan = [experiment(dataset=name, seed=seed) for seed in (0, 1) for name in ("a", "b")]
    assert [(e.dataset, e.seed) for e in work_for(plan * 2, FullDisk()).run] == [
        ("a", 0), ("a", 1), ("b", 0), ("b", 1),
    ]  # fmt: skip


def test_failures_are_kept_and_the_others_go_on(store: Store, own_cache: Path) -> None:
    plan = [experiment("broken", seed) for seed in (1, 2, 3, 6, 0)]
    outcome = execute(plan, store, TestSources())
    assert outcome.done == plan[-1:]
    assert [attempt.experiment for attempt in outcome.failed] == plan[:-1]
    reasons = [store.failures()[e.key].reason for e in plan[:-1]]
    assert reasons == [
        "ValueError: something went wrong",
        "not enough memory; take fewer images or a smaller input size",
        "contrast must be above 0",
        "extractor broken gave 64 non-finite values on digits",
    ]
    unforeseen = outcome.failed[0]
    assert unforeseen.log is not None
    assert unforeseen.log.is_relative_to(own_cache)
    assert "raise ValueError" in unforeseen.log.read_text()
    assert str(unforeseen.log) in unforeseen.detail
    assert [attempt.log for attempt in outcome.failed[1:]] == [None] * 3, "foreseen errors need no traceback"
    again = execute(plan, store, TestSources())
    assert len(again.failed) == 4, "a failure is no result: it is tried again"


def test_interrupted_run_keeps_what_is_finished(store: Store) -> None:
    plan = [experiment(), experiment("broken", 4), experiment(seed=1)]
    outcome = execute(plan, store, TestSources())
    assert outcome.interrupted
    assert outcome.done == plan[:1]
    assert store.keys() == keys(plan[0])
    assert store.failures() == {}
    resumed = execute([plan[0], plan[2]], store, TestSources())
    assert (resumed.skipped, resumed.done) == ([plan[0]], [plan[2]])


def test_missing_weights_are_remembered_and_not_tried_again(store: Store) -> None:
    plan = [experiment("weightless", 0), experiment("weightless", 1), experiment()]
    outcome = execute(plan, store, TestSources())
    assert outcome.done == [plan[2]]
    assert [a.experiment for a in outcome.unavailable] == plan[:2]
    assert {a.reason for a in outcome.unavailable} == {"no weights of weightless here; connect"}
    assert store.failures() == {}, "what a machine lacks is no fact of the experiment"
    assert cache.known_unavailable().keys() == {"weights:weightless"}

    sources = TestSources()
    later = execute(plan, store, sources)
    assert [a.experiment for a in later.unavailable] == plan[:2]
    assert sources.asked == []
    assert len(execute(plan[:2], store, sources, fresh=True).unavailable) == 2
    assert sources.asked == ["digits"], "tried again once, for both"


def test_stale_note_is_tried_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.remember_unavailable("dataset:nowhere", "it was not there")
    plan = [experiment(dataset="nowhere")]
    assert [a.reason for a in work_for(plan, store).unavailable] == ["it was not there"]
    later = datetime.now(UTC) + timedelta(days=30)
    stale = cache.is_stale
    monkeypatch.setattr("fxreport.system.cache.is_stale", lambda note: stale(note, later))
    assert work_for(plan, store).run == tuple(plan)


def test_a_folder_of_the_users_is_looked_into_despite_a_note(store: Store, tmp_path: Path) -> None:
    cache.remember_unavailable("dataset:nowhere", "it was not there")
    cache.remember_unavailable("weights:weightless", "not there")
    plan = [experiment(dataset="nowhere"), experiment("weightless")]
    assert work_for(plan, store, sources=Sources(data_dir=tmp_path)).run == (plan[0],)
    assert work_for(plan, store, sources=Sources(weights_dir=tmp_path)).run == (plan[1],)


def test_what_a_folder_of_the_users_lacks_is_not_noted(store: Store, tmp_path: Path) -> None:
    outcome = execute([experiment("weightless")], store, TestSources(weights_dir=tmp_path))
    assert len(outcome.unavailable) == 1
    assert cache.known_unavailable() == {}


def test_what_was_had_after_all_is_no_longer_noted(store: Store) -> None:
    cache.remember_unavailable("dataset:digits", "it was not there")
    cache.remember_unavailable("weights:vgg16", "not there")
    execute([experiment()], store, TestSources(), fresh=True)
    assert cache.known_unavailable().keys() == {"weights:vgg16"}


def test_missing_set_takes_its_experiments_only(store: Store) -> None:
    plan = [experiment(dataset="nowhere", seed=0), experiment(dataset="nowhere", seed=1), experiment()]
    sources = TestSources()
    outcome = execute(plan, store, sources)
    assert outcome.done == [plan[2]]
    assert len(outcome.unavailable) == 2
    assert sources.asked == ["nowhere", "digits"]
    assert cache.known_unavailable().keys() == {"dataset:nowhere"}


def test_offline_says_nothing_of_the_network(store: Store) -> None:
    outcome = execute([experiment(dataset="nowhere")], store, TestSources(offline=True))
    assert len(outcome.unavailable) == 1
    assert cache.known_unavailable() == {}


def test_full_disk_ends_the_run_with_one_line() -> None:
    with pytest.raises(OutputError, match="no space left"):
        execute([experiment(), experiment(seed=1)], FullDisk(), TestSources())
    with pytest.raises(OutputError, match="no space left"):
        execute([experiment("broken", 1)], FullDisk(), TestSources())


def test_worker_processes_measure_the_same(store: Store, tmp_path: Path) -> None:
    plan = [experiment(), experiment("broken", 5), experiment("broken", 1), experiment("weightless")]
    told = io.StringIO()
    outcome = execute(plan, store, TestSources(), jobs=2, progress=Lines(told))
    assert outcome.done == plan[:1]
    assert {a.experiment: a.reason for a in outcome.failed} == {
        plan[1]: "its process ended before it was done (signal 9; out of memory?)",
        plan[2]: "ValueError: something went wrong",
    }
    assert [a.experiment for a in outcome.unavailable] == plan[3:]
    assert store.failures().keys() == keys(*plan[1:3])
    assert told.getvalue().count("\n") == 4

    alone = Store(tmp_path / "alone")
    execute(plan[:1], alone, TestSources())
    here, there = (set(zip(t["metric"], t["value"], strict=True)) for t in (alone.read(), store.read()))
    assert {metric for metric, _ in here - there} <= UNSTEADY
    assert store.provenance()[plan[0].key]["threads"] == 1


def test_worker_that_cannot_write_ends_the_run() -> None:
    with pytest.raises(OutputError, match="no space left"):
        execute([experiment(), experiment(seed=1)], FullDisk(), TestSources(), jobs=2)


# -- how long --------------------------------------------------------------------------------------------


def stored(planned: Experiment, seconds: float) -> Result:
    return Result(planned, (Measurement("ari", 0.5),), {}, {"wall_seconds": seconds})


def test_estimate_follows_what_was_measured(store: Store) -> None:
    assert estimate([], store) == {}
    known = experiment("vgg16", input_size=32)
    store.write(stored(known, 16.0))
    store.write(stored(replace(known, seed=1), 32.0))
    store.write(stored(replace(known, seed=2), 1000.0))
    double = replace(known, train=400, test=240)
    elsewhere = replace(known, dataset="mnist")
    other_size = replace(known, input_size=64)
    seconds = estimate([known, double, elsewhere, other_size], store)
    assert seconds[known] == pytest.approx(32.0), "the median, so that one slow run does not count for much"
    assert seconds[double] == pytest.approx(64.0)
    assert seconds[elsewhere] == pytest.approx(32.0), "for want of better the same variant on another set"
    assert 5 < seconds[other_size] < 60, "nothing known: a guess"


def test_guess_for_what_trains_and_what_does_not(store: Store) -> None:
    raw, short, long = (
        experiment("raw_pixels", dataset="mnist", train=4000),
        experiment("custom_cnn", dataset="mnist", train=4000, settings=(("epochs", 1),)),
        experiment("custom_cnn", dataset="mnist", train=4000, settings=(("epochs", 20),)),
    )
    seconds = estimate([raw, short, long], store)
    assert seconds[raw] < seconds[short] < seconds[long] / 3


def test_guess_grows_with_images_and_input_size(store: Store) -> None:
    small, large, all_images = (
        experiment("resnet50", input_size=32, dataset="mnist"),
        experiment("resnet50", input_size=96, dataset="mnist"),
        experiment("resnet50", input_size=32, dataset="mnist", train=None, test=None),
    )
    seconds = estimate([small, large, all_images], store)
    assert seconds[small] < seconds[large] < seconds[all_images]


def test_time_left_is_corrected_by_what_was_finished() -> None:
    now = [0.0]
    first, second, third = (experiment(seed=seed) for seed in range(3))
    left = TimeLeft({first: 10.0, second: 10.0, third: 20.0}, clock=lambda: now[0])
    assert left.seconds == 40
    left.started(first)
    now[0] = 5.0
    assert left.seconds == 35
    now[0] = 20.0
    assert left.done == 9.5, "what overruns stays short of done"
    left.finished(first)
    assert (left.count, left.done, left.seconds) == (1, 10, 60), "everything takes twice as long as thought"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (200, "3 min 20 s"), (7_500, "2 h 05 min")],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


# -- what is told --------------------------------------------------------------------------------------


def test_pipe_gets_a_line_for_each_experiment(store: Store) -> None:
    stream = io.StringIO()
    progress = progress_on(stream)
    assert isinstance(progress, Lines)
    plan = [experiment(), experiment("broken", 3), experiment("weightless")]
    execute(plan, store, TestSources(), progress=progress)
    done, failed, unavailable = stream.getvalue().splitlines()
    assert done.startswith("[1/3] Digits 8×8 × pixels, seed 0: done in ")
    assert done.endswith(" left")
    assert failed == "[2/3] Digits 8×8 × broken, seed 3: failed: contrast must be above 0"
    assert unavailable == "[3/3] Digits 8×8 × weightless, seed 0: unavailable"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_terminal_gets_bars_that_go_away(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    stream = Terminal()
    progress = progress_on(stream)
    assert isinstance(progress, Bars)
    planned = experiment("vgg16", input_size=64, dataset="mnist")
    progress.download("mnist.npz", 1_000_000, 2_000_000)
    progress.download("mnist.npz", 2_000_000, 2_000_000)
    progress.begin({planned: 30.0, experiment(): 10.0})
    progress.started(planned)
    progress.stage(planned, "fit", 2, 5)
    assert progress._rich is not None
    progress._rich.refresh()
    shown = stream.getvalue()
    assert "MNIST × VGG16 @64, seed 0" in shown
    assert "training, epoch 2 of 5" in shown
    assert "0 of 2 experiments" in shown
    progress.finished(planned, "failed", "[bold]out of luck[/bold]")
    progress._rich.refresh()
    progress.end()
    after = stream.getvalue().removeprefix(shown)
    assert "MNIST × VGG16 @64, seed 0: failed: [bold]out of luck[/bold]" in after
    assert "1 of 2 experiments" in after
    progress.note("said after the end")
    assert stream.getvalue().endswith("said after the end\n")


def test_describe_names_what_a_reader_knows() -> None:
    assert describe(experiment("custom_cnn", 3, "cifar10")) == "CIFAR-10 × Custom CNN, seed 3"
