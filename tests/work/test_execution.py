"""Many experiments: what runs, what is kept, what is told."""

from __future__ import annotations

import errno
import io
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from running import UNSTEADY, FolderStore, FullDisk, Pixels, TestSources, experiment, plan_of, steps_of

from fxreport.system import cache
from fxreport.system.progress import Bars, Lines, TimeLeft, describe, duration, progress_on
from fxreport.vocabulary.errors import OutputError
from fxreport.vocabulary.steps import Experiment, Step, StepResult
from fxreport.work import ImageSetSize, estimate, execute, work_for
from fxreport.work.attempt import Task
from fxreport.work.features import FeatureCache, Features
from fxreport.work.sources import Sources

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


def keys(*experiments: Experiment) -> set[str]:
    return {step.key for one in experiments for step in steps_of(one)}


def test_runs_what_is_missing_and_loads_each_set_once(store: FolderStore) -> None:
    plan = [experiment(), experiment(dataset="other"), experiment(seed=1)]
    sources = TestSources()
    first = execute(plan_of(*plan[:1]), store, sources)
    assert (first.done, first.skipped) == (plan[:1], [])
    outcome = execute(plan_of(*plan), store, sources)
    assert outcome.skipped == plan[:1]
    assert sorted(outcome.done, key=plan.index) == plan[1:]
    assert store.keys() == keys(*plan)
    nothing = execute(plan_of(*plan), store, sources)
    assert (nothing.done, nothing.skipped) == ([], plan)
    assert sources.asked == ["digits", "other", "digits"], "and a set is not read where nothing is to run"
    assert execute(plan_of(*plan[:1]), store, sources, fresh=True).done == plan[:1]


def test_experiments_are_grouped_by_image_set() -> None:
    plan = [experiment(dataset=name, seed=seed) for seed in (0, 1) for name in ("a", "b")]
    run = work_for(plan_of(*plan * 2), FullDisk()).run
    assert [(task.experiment.dataset, task.experiment.seed) for task in run] == [
        ("a", 0), ("a", 1), ("b", 0), ("b", 1),
    ]  # fmt: skip


def test_failures_are_kept_and_the_others_go_on(store: FolderStore, own_cache: Path) -> None:
    plan = [experiment("broken", seed) for seed in (1, 2, 3, 6, 0)]
    outcome = execute(plan_of(*plan), store, TestSources())
    assert outcome.done == plan[-1:]
    assert [attempt.experiment for attempt in outcome.failed] == plan[:-1]
    reasons = [store.failures()[e.key] for e in plan[:-1]]
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
    again = execute(plan_of(*plan), store, TestSources())
    assert len(again.failed) == 4, "a failure is no result: it is tried again"


@pytest.mark.parametrize("whole", [True, False])
def test_one_that_writes_into_the_images_fails_alone(store: FolderStore, whole: bool) -> None:
    sizes = {"train": None, "test": None} if whole else {}
    plan = [experiment("blackening", 1, **sizes), experiment("pixels", **sizes)]
    outcome = execute(plan_of(*plan), store, TestSources())
    assert outcome.done == plan[1:]
    assert outcome.failed[0].reason == (
        "the extractor blackening: it writes into an array that it was given and that others are given too; "
        "let it take a copy"
    )
    assert outcome.failed[0].log is not None, "the line that writes is looked for there"
    before = FolderStore(store.folder.parent / "alone")
    execute(plan_of(*plan[1:]), before, TestSources())

    def quality(of: FolderStore) -> list[float]:
        rows = [m for result in of.results().values() for m in result.measurements]
        return [m.value for m in rows if m.metric == "ari"]

    assert quality(store) == quality(before)


def test_interrupted_run_keeps_what_is_finished(store: FolderStore) -> None:
    plan = [experiment(), experiment("broken", 4), experiment(seed=1)]
    outcome = execute(plan_of(*plan), store, TestSources())
    assert outcome.interrupted
    assert outcome.done == plan[:1]
    assert store.keys() == keys(plan[0])
    assert store.failures() == {}
    resumed = execute(plan_of(plan[0], plan[2]), store, TestSources())
    assert (resumed.skipped, resumed.done) == ([plan[0]], [plan[2]])


def test_missing_weights_are_remembered_and_not_tried_again(store: FolderStore) -> None:
    plan = [experiment("weightless", 0), experiment("weightless", 1), experiment()]
    outcome = execute(plan_of(*plan), store, TestSources())
    assert outcome.done == [plan[2]]
    assert [a.experiment for a in outcome.unavailable] == plan[:2]
    assert {a.reason for a in outcome.unavailable} == {"no weights of weightless here; connect"}
    assert store.failures() == {}, "what a machine lacks is no fact of the experiment"
    assert cache.known_unavailable().keys() == {"weights:weightless"}

    sources = TestSources()
    later = execute(plan_of(*plan), store, sources)
    assert [a.experiment for a in later.unavailable] == plan[:2]
    assert sources.asked == []
    assert len(execute(plan_of(*plan[:2]), store, sources, fresh=True).unavailable) == 2
    assert sources.asked == ["digits"], "tried again once, for both"


def test_stale_note_is_tried_again(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.remember_unavailable("dataset:nowhere", "it was not there")
    plan = [experiment(dataset="nowhere")]
    assert [a.reason for a in work_for(plan_of(*plan), store).unavailable] == ["it was not there"]
    later = datetime.now(UTC) + timedelta(days=30)
    stale = cache.is_stale
    monkeypatch.setattr("fxreport.system.cache.is_stale", lambda note: stale(note, later))
    assert [task.experiment for task in work_for(plan_of(*plan), store).run] == plan


def test_a_folder_of_the_users_is_looked_into_despite_a_note(store: FolderStore, tmp_path: Path) -> None:
    cache.remember_unavailable("dataset:nowhere", "it was not there")
    cache.remember_unavailable("weights:weightless", "not there")
    plan = [experiment(dataset="nowhere"), experiment("weightless")]
    for sources, one in zip((Sources(data_dir=tmp_path), Sources(weights_dir=tmp_path)), plan, strict=True):
        assert [task.experiment for task in work_for(plan_of(*plan), store, sources=sources).run] == [one]


def test_what_a_folder_of_the_users_lacks_is_not_noted(store: FolderStore, tmp_path: Path) -> None:
    outcome = execute(plan_of(experiment("weightless")), store, TestSources(weights_dir=tmp_path))
    assert len(outcome.unavailable) == 1
    assert cache.known_unavailable() == {}


def test_what_was_had_after_all_is_no_longer_noted(store: FolderStore) -> None:
    cache.remember_unavailable("dataset:digits", "it was not there")
    cache.remember_unavailable("weights:vgg16", "not there")
    execute(plan_of(experiment()), store, TestSources(), fresh=True)
    assert cache.known_unavailable().keys() == {"weights:vgg16"}


def test_missing_set_takes_its_experiments_only(store: FolderStore) -> None:
    plan = [experiment(dataset="nowhere", seed=0), experiment(dataset="nowhere", seed=1), experiment()]
    sources = TestSources()
    outcome = execute(plan_of(*plan), store, sources)
    assert outcome.done == [plan[2]]
    assert len(outcome.unavailable) == 2
    assert sources.asked == ["nowhere", "digits"]
    assert cache.known_unavailable().keys() == {"dataset:nowhere"}


def test_offline_says_nothing_of_the_network(store: FolderStore) -> None:
    outcome = execute(plan_of(experiment(dataset="nowhere")), store, TestSources(offline=True))
    assert len(outcome.unavailable) == 1
    assert cache.known_unavailable() == {}


def test_full_disk_ends_the_run_with_one_line() -> None:
    with pytest.raises(OutputError, match="no space left"):
        execute(plan_of(experiment(), experiment(seed=1)), FullDisk(), TestSources())
    with pytest.raises(OutputError, match="no space left"):
        execute(plan_of(experiment("broken", 1)), FullDisk(), TestSources())


def test_worker_processes_measure_the_same(store: FolderStore, tmp_path: Path) -> None:
    plan = [experiment(), experiment("broken", 5), experiment("broken", 1), experiment("weightless")]
    told = io.StringIO()
    outcome = execute(plan_of(*plan), store, TestSources(), jobs=2, progress=Lines(told))
    assert outcome.done == plan[:1]
    assert {a.experiment: a.reason for a in outcome.failed} == {
        plan[1]: "its process ended before it was done (signal 9; out of memory?)",
        plan[2]: "ValueError: something went wrong",
    }
    assert [a.experiment for a in outcome.unavailable] == plan[3:]
    assert store.failures().keys() == {plan[1].key, plan[2].key}, "the extraction stands for all"
    assert told.getvalue().count("\n") == 4

    alone = FolderStore(tmp_path / "alone")
    execute(plan_of(*plan[:1]), alone, TestSources())
    here, there = (
        {(r.step.title, m.metric, m.value) for r in one.results().values() for m in r.measurements}
        for one in (alone, store)
    )
    assert {metric for _, metric, _ in here - there} <= UNSTEADY
    assert store.provenance()[plan[0].key]["threads"] == 1


def test_worker_that_cannot_write_ends_the_run() -> None:
    with pytest.raises(OutputError, match="no space left"):
        execute(plan_of(experiment(), experiment(seed=1)), FullDisk(), TestSources(), jobs=2)


# -- steps -------------------------------------------------------------------------------------------------


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The extractors that were fitted, one entry a fit."""
    fitted: list[str] = []
    fit = Pixels.fit

    def counted(self: Pixels, *arguments: object) -> object:
        fitted.append(self.name)
        return fit(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Pixels, "fit", counted)
    return fitted


def titles(store: FolderStore) -> set[str]:
    return {result.step.title for result in store.results().values()}


def test_another_projection_and_clusterer_train_nothing(store: FolderStore, fits: list[str]) -> None:
    plan = [experiment(seed=seed) for seed in (0, 1)]
    execute(plan_of(*plan, projections=("pca",)), store, TestSources())
    assert fits == ["pixels"] * 2
    before = titles(store)
    more = plan_of(*plan, projections=("pca", "isomap"), clusterers=("kmeans", "agglomerative"))
    assert [task.fits for task in work_for(more, store).run] == [False, False]
    sources = TestSources()
    assert execute(more, store, sources).done == plan
    assert fits == ["pixels"] * 2, "nothing is fitted"
    assert sources.asked == [], "and no image is read"
    assert titles(store) - before == {"projection isomap", "clustering agglomerative"}
    assert execute(more, store, sources).skipped == plan


def test_without_kept_features_an_extractor_is_fitted_once_for_all_its_steps(
    store: FolderStore, fits: list[str]
) -> None:
    planned = experiment()
    execute(plan_of(planned, projections=("pca",)), store, TestSources())
    values = {key: result.measurements for key, result in store.results().items()}
    assert FeatureCache().prune() > 0
    assert FeatureCache().size() == 0
    more = plan_of(planned, projections=("pca", "tsne", "isomap"))
    assert [task.fits for task in work_for(more, store).run] == [True]
    execute(more, store, TestSources())
    assert len(fits) == 2
    again = store.results()
    assert all(again[key].measurements == taken for key, taken in values.items()), "no time is taken anew"
    assert planned.key in FeatureCache(), "and the features are kept again"


def test_features_kept_give_the_same_values_as_those_just_extracted(
    store: FolderStore, tmp_path: Path, fits: list[str]
) -> None:
    planned = experiment()
    execute(plan_of(planned), store, TestSources())
    later = FolderStore(tmp_path / "later")
    later.write(store.results()[planned.key])
    execute(plan_of(planned), later, TestSources())
    assert len(fits) == 1
    for key, result in store.results().items():
        one, other = (
            [m for m in each.measurements if m.metric not in UNSTEADY]
            for each in (result, later.results()[key])
        )
        assert one == other
        assert all(
            (array == later.results()[key].artifacts[n]).all() for n, array in result.artifacts.items()
        )


def test_a_measure_that_fails_fails_alone(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise ValueError("no plane today")

    monkeypatch.setattr("fxreport.measures.projection.visible_groups", broken)
    planned = experiment()
    (ended,) = execute(plan_of(planned, projections=("pca", "tsne")), store, TestSources()).failed
    assert ended.reason == (
        "projection pca: ValueError: no plane today; projection tsne: ValueError: no plane today"
    )
    assert {step.key for step in steps_of(planned) if step.level in ("pca", "tsne")} == set(store.failures())
    assert {"extraction", "clustering kmeans", "probes", "neighborhoods", "similarity"} <= titles(store)


def test_what_was_done_before_a_kill_is_kept(store: FolderStore, fits: list[str]) -> None:
    class Killed(FolderStore):
        def write(self, result: StepResult) -> None:
            if result.step.measure == "probes":
                raise KeyboardInterrupt
            super().write(result)

    planned = experiment()
    assert execute(plan_of(planned), Killed(store.folder), TestSources()).interrupted
    assert {"extraction", "clustering kmeans"} <= titles(store)
    execute(plan_of(planned), store, TestSources())
    assert len(fits) == 1
    assert store.keys() == keys(planned)


def test_damaged_features_are_extracted_again(
    store: FolderStore, fits: list[str], own_cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    planned = experiment()
    execute(plan_of(planned, projections=("pca",)), store, TestSources())
    (file,) = own_cache.glob("features/*/features.npy")
    file.write_bytes(file.read_bytes()[:-4] + b"\0\0\0\1")
    execute(plan_of(planned), store, TestSources())
    assert "not whole" in caplog.text
    assert len(fits) == 2
    assert store.keys() == keys(planned)


def test_features_that_cannot_be_opened_just_now_stay(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def too_many(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path))
    array = np.ones((4, 3), np.float32)
    FeatureCache().write("key", Features(array, np.arange(4), array, np.arange(4)))
    with monkeypatch.context() as patched:
        patched.setattr(np, "load", too_many)
        assert FeatureCache().read("key") is None
    assert "Too many open files" in caplog.text
    assert FeatureCache().read("key") is not None


def test_features_used_least_lately_go_first(own_cache: Path) -> None:
    arrays = [np.full((10, 5), n, np.float32) for n in range(3)]
    labels = np.zeros(10, np.int64)
    size = sum(array.nbytes for array in (arrays[0], labels, arrays[0], labels)) + 4 * 128
    cache_ = FeatureCache(limit=2 * size)
    for n, array in enumerate(arrays[:2]):
        cache_.write(f"key{n}", Features(array, labels, array, labels))
        os.utime(next(own_cache.glob(f"features/key{n}-*")), (n, n))
    assert cache_.read("key0") is not None
    cache_.write("key2", Features(arrays[2], labels, arrays[2], labels))
    assert [f"key{n}" in cache_ for n in range(3)] == [True, False, True]
    assert cache_.size() == 2 * size
    FeatureCache(limit=size - 1).write("key3", Features(arrays[0], labels, arrays[0], labels))
    assert "key3" not in cache_, "what is larger than all that may be kept is not"


# -- how long --------------------------------------------------------------------------------------------


def task(planned: Experiment) -> Task:
    return Task(planned, steps_of(planned))


def stored(planned: Experiment, seconds: float) -> StepResult:
    return StepResult(Step(planned), provenance={"stages": {"fit": seconds / 2, "extract": seconds / 2}})


def test_estimate_follows_what_was_measured(store: FolderStore) -> None:
    assert estimate([], store) == {}
    known = experiment("vgg16", input_size=32)
    store.write(stored(known, 16.0))
    store.write(stored(replace(known, seed=1), 32.0))
    store.write(stored(replace(known, seed=2), 1000.0))
    double = replace(known, train=400, test=240)
    elsewhere = replace(known, dataset="mnist")
    other_size = replace(known, input_size=64)
    alone = [Task(one, (Step(one),)) for one in (known, double, elsewhere, other_size)]
    seconds = estimate(alone, store)
    assert seconds[known] == pytest.approx(32.0), "the median, so that one slow run does not count for much"
    assert seconds[double] == pytest.approx(64.0)
    assert seconds[elsewhere] == pytest.approx(32.0), "for want of better the same variant on another set"
    assert 1 < seconds[other_size] < 60, "nothing known: a guess"


def test_estimate_of_a_measure_leaves_out_what_is_kept(store: FolderStore) -> None:
    planned = experiment("custom_cnn")
    tsne = next(step for step in steps_of(planned) if step.level == "tsne")
    store.write(stored(planned, 100.0))
    store.write(StepResult(tsne, provenance={"wall_seconds": 3.0}))
    kept = Task(replace(planned, seed=1), (replace(tsne, experiment=replace(planned, seed=1)),), fits=False)
    assert estimate([kept], store) == {kept.experiment: pytest.approx(3.0)}
    assert estimate([replace(kept, fits=True)], store) == {kept.experiment: pytest.approx(103.0)}
    assert 100 < estimate([task(planned)], store)[planned] < 110, "the measures share two threads"


def test_guess_for_what_trains_and_what_does_not(store: FolderStore) -> None:
    raw, short, long = (
        experiment("raw_pixels", dataset="mnist", train=4000),
        experiment("custom_cnn", dataset="mnist", train=4000, settings=(("epochs", 1),)),
        experiment("custom_cnn", dataset="mnist", train=4000, settings=(("epochs", 40),)),
    )
    seconds = estimate(map(task, (raw, short, long)), store)
    assert seconds[raw] < seconds[short] < seconds[long] / 3


def test_guess_grows_with_images_and_input_size(store: FolderStore) -> None:
    small, large, all_images = (
        experiment("resnet50", input_size=32, dataset="mnist"),
        experiment("resnet50", input_size=96, dataset="mnist"),
        experiment("resnet50", input_size=32, dataset="mnist", train=None, test=None),
    )
    seconds = estimate(map(task, (small, large, all_images)), store)
    assert seconds[small] < seconds[large] < seconds[all_images]


def test_estimate_of_ones_own_images_follows_their_number_and_size(store: FolderStore) -> None:
    whole = {"train": None, "test": None, "dataset": "mine"}
    names = ("raw_pixels", "custom_cnn", "resnet50")
    plan = [experiment(name, input_size=32 if name == "resnet50" else None, **whole) for name in names]
    tasks = [Task(one, (Step(one),)) for one in plan]
    few = estimate(tasks, store, {"mine": ImageSetSize(240, 160, 28)})
    assert sum(few.values()) < 20
    assert sum(estimate(tasks, store).values()) > 60, "nobody says how many there are"
    large = estimate(tasks, store, {"mine": ImageSetSize(240, 160, 224)})
    assert large[plan[1]] > 20 * few[plan[1]], "the small network takes them as they are"
    assert large[plan[2]] == few[plan[2]], "the large one has its own input size"
    measures = [Task(one, steps_of(one)) for one in plan]
    few, large = (estimate(measures, store, {"mine": ImageSetSize(240, 160, side)}) for side in (28, 112))
    assert large[plan[0]] > 4 * few[plan[0]], "of raw pixels each one is a feature"


def test_estimate_from_another_set_follows_the_size_of_its_images(store: FolderStore) -> None:
    """Digits of 8 × 8 were measured; images of 32 × 32 have 16 times as many pixels."""
    known, sized = experiment("custom_cnn"), experiment("resnet50", input_size=32)
    facts = {"shape": [8, 8, 1], "train_images": 200, "test_images": 120}
    for one in (known, sized):
        told = {"stages": {"fit": 8.0}, "dataset": facts}
        store.write(StepResult(Step(one), provenance=told))
    other = [replace(one, dataset="mine", train=None, test=None) for one in (known, sized)]
    sizes = {"mine": ImageSetSize(400, 240, 32)}
    seconds = estimate([Task(one, (Step(one),)) for one in other], store, sizes)
    assert seconds[other[0]] == pytest.approx(8 * 2 * 16)
    assert seconds[other[1]] == pytest.approx(8 * 2)


@pytest.mark.parametrize(
    ("extractor", "size", "least", "most"),
    # seconds that the standard plan took on two cores: of VGG16 busy ones, of EfficientNet-Lite0 idle ones
    [("vgg16", 32, 80, 160), ("vgg16", 64, 300, 700), ("efficientnet_lite0", 32, 15, 40)],
)
def test_guess_is_of_the_size_that_networks_take(
    extractor: str, size: int, least: float, most: float, store: FolderStore
) -> None:
    """What a network costs is known before it was ever measured."""
    one = experiment(extractor, input_size=size, dataset="fashion_mnist", train=3000, test=3000)
    assert least < estimate([task(one)], store)[one] < most


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


def test_pipe_gets_a_line_for_each_experiment(store: FolderStore) -> None:
    stream = io.StringIO()
    progress = progress_on(stream)
    assert isinstance(progress, Lines)
    plan = [experiment(), experiment("broken", 3), experiment("weightless")]
    execute(plan_of(*plan), store, TestSources(), progress=progress)
    done, failed, unavailable = stream.getvalue().splitlines()
    assert done.startswith("[1/3] Digits 8×8 × pixels, seed 0: done in ")
    assert done.endswith(" left")
    assert failed == "[2/3] Digits 8×8 × broken, seed 3: failed: contrast must be above 0"
    assert unavailable == "[3/3] Digits 8×8 × weightless, seed 0: unavailable"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_terminal_gets_bars_that_go_away(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
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
