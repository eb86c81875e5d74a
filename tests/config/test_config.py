"""The configuration: what it gives, what it refuses, and the plan made of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxreport.analysis.study import Study
from fxreport.analysis.subjects import Variant
from fxreport.config import (
    Config,
    ExtractorSpec,
    Known,
    Plan,
    SampleSize,
    load_config,
    plan,
    unknown,
)
from fxreport.config.planning import with_further_seeds, with_seed
from fxreport.datasets.own import MOST_SKIPPED, SHARE
from fxreport.measures import registry
from fxreport.measures.base import Measure, Measured
from fxreport.report.words import Words
from fxreport.system.resources import resource
from fxreport.vocabulary.catalog import DATASETS, EXTRACTORS, dataset_facts, extractor_facts
from fxreport.vocabulary.errors import ConfigError, DataUnavailable, FxReportError
from fxreport.vocabulary.steps import EXTRACTION_SETTINGS, Step
from fxreport.vocabulary.subject import NEUTRAL

SIZED = {"vgg16": (32, 64), "resnet50": (32, 96), "mobilenet_v2": (32, 96), "efficientnet_lite0": (32, 96)}
TRAINED = {"epochs": 7, "batch_size": 128, "learning_rate": 0.001}


def spec(name: str) -> ExtractorSpec:
    offers = {"raw_pixels": frozenset[str](), "autoencoder": frozenset({"network", "decoder"})}
    parameters = TRAINED if name in ("custom_cnn", "autoencoder") else {}
    return ExtractorSpec(1, SIZED.get(name, ()), parameters, offers.get(name, frozenset({"network"})))


KNOWN = Known(tuple(DATASETS), lambda name: f"fingerprint of {name}", tuple(EXTRACTORS), spec, registry)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No fxreport.toml of the current folder but the test's own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def config() -> Config:
    return load_config()


def configured(text: str) -> Config:
    file = Path("my.toml")
    file.write_text(text, "utf-8")
    return load_config(file)


def variants(made: Plan) -> list[str]:
    return list(dict.fromkeys(e.variant for e in made.experiments))


# -- the shipped file ----------------------------------------------------------------------------------------


def test_standard_has_the_scale_of_the_original(config: Config) -> None:
    made = plan(config, KNOWN, profile="standard")
    assert {e.seed for e in made.experiments} == {0, 1, 2}
    sizes = {(e.dataset, e.train, e.test) for e in made.experiments}
    assert sizes == {("mnist", 4000, 3500), ("fashion_mnist", 3000, 3000), ("cifar10", 3000, 3000)}
    assert sum(test for _, _, test in sizes if test) == 9_500
    assert sum(train + test for _, train, test in sizes if train and test) == 19_500
    assert len(made.experiments) == 3 * 3 * 10
    assert len({e.key for e in made.experiments}) == len(made.experiments)
    assert {e.extraction for e in made.experiments} == {EXTRACTION_SETTINGS}
    keys = [step.key for steps in made.steps.values() for step in steps]
    assert len(set(keys)) == len(keys)


def test_full_takes_all_images_at_the_same_sizes(config: Config) -> None:
    made = plan(config, KNOWN, profile="full")
    assert {(e.train, e.test) for e in made.experiments} == {(None, None)}
    # but for one that the standard profile has no time for
    standard = variants(plan(config, KNOWN, profile="standard"))
    assert [v for v in variants(made) if v != "vgg16@64"] == standard


def test_quick_is_small(config: Config) -> None:
    made = plan(config, KNOWN, profile="quick")
    assert len(made.experiments) == 3 * 6
    assert {(e.train, e.test, e.seed) for e in made.experiments} == {(1000, 1000, 0)}
    assert {e.input_size for e in made.experiments} == {None, 32}
    images = {dict(s.settings).get("projection_images") for steps in made.steps.values() for s in steps}
    assert images == {500, None}
    assert {dict(e.settings).get("epochs") for e in made.experiments} == {None, 8, 15}


def test_shipped_file_states_every_setting_of_a_measure(config: Config) -> None:
    """What the file says is what the code does, so that a step planned with neither has the same key."""
    declared = dict(EXTRACTION_SETTINGS)
    del declared["version"]
    for measure in registry.builtin().values():
        declared |= measure.defaults()
    stated = {key: value for key, value in config.evaluation.items() if not isinstance(value, tuple)}
    assert stated == declared


def test_commented_example_of_own_images_is_right() -> None:
    text = resource("fxreport.toml").read_text("utf-8")
    example = text[text.index("# [datasets.leaves]") :].partition("\n\n")[0].replace("# ", "", 1)
    example = "\n".join(line.removeprefix("# ") for line in example.splitlines())
    leaves = configured(example).datasets["leaves"]
    assert (leaves.path, leaves.size, leaves.channels) == (Path("images/leaves"), 224, 3)
    assert (leaves.title, leaves.natural_images) == ("Leaves", True)
    assert (leaves.split, leaves.most_skipped) == (SHARE, MOST_SKIPPED), "the defaults"
    example = text[text.index("# [datasets.cifar20]") :].partition("\n\n")[0].replace("# ", "", 1)
    example = "\n".join(line.removeprefix("# ") for line in example.splitlines())
    other = configured(example).datasets["cifar20"]
    assert (other.path, other.load) == (None, "keras.datasets.cifar100:load_data")
    assert other.arguments == {"label_mode": "coarse"}


def test_titles_of_sets_are_one_a_language_and_of_imported_ones_too() -> None:
    made = configured(
        '[datasets.leaves]\npath = "leaves"\ntitle = { uk = "Листя", en = "Leaves" }\n'
        '[datasets.corpus]\ntitle = "Silesia"\n'
    )
    assert set(made.datasets) == {"leaves"}
    assert made.called.datasets == {"leaves": {"uk": "Листя", "en": "Leaves"}, "corpus": {"": "Silesia"}}
    assert {p.datasets for p in made.profiles.values()} == {("leaves",)}
    assert configured('[datasets.corpus]\ntitle = "Silesia"\n').profiles["quick"].datasets[0] == "mnist"
    study = Study((dataset_facts("leaves"),), (), {}, called=made.called)
    assert [Words(lang, study).dataset("leaves") for lang in ("uk", "en", "pl")] == [
        "Листя",
        "Leaves",
        "Листя",
    ]
    assert Words("en", study).dataset("corpus") == "Silesia"


def test_things_have_titles_one_a_language_and_a_kind() -> None:
    made = configured(
        '[extractors.mean]\ntitle = { uk = "Середнє", en = "Mean" }\nfamily = "baseline"\n'
        '[extractors.custom_cnn]\ntitle = "Own network"\nepochs = 2\n'
    )
    assert made.called.families == {"mean": "baseline"}
    assert made.extractors["custom_cnn"].settings["epochs"] == 2
    assert "title" not in made.extractors["custom_cnn"].settings
    variants = tuple(Variant(n, extractor_facts(n)) for n in ("mean", "custom_cnn"))
    study = Study((), variants, {}).renamed(made.called)
    assert [v.family for v in study.variants] == ["baseline", "supervised"]
    assert [Words(lang, study).variant("mean") for lang in ("uk", "en")] == ["Середнє", "Mean"]
    assert Words("uk", study).names(("custom_cnn", "mean")) == "Own network і Середнє"


def test_own_image_sets_are_measured_by_default() -> None:
    own = '[datasets.leaves]\npath = "leaves"\nchannels = 3\n'
    assert {p.datasets for p in configured(own).profiles.values()} == {("leaves",)}
    leaves = configured(own).datasets["leaves"]
    assert (leaves.size, leaves.natural_images) == (None, None), "nobody said"
    both = configured(own + '[profiles.quick]\ndatasets = ["mnist", "leaves"]\n')
    assert both.profiles["quick"].datasets == ("mnist", "leaves")
    assert both.profiles["standard"].datasets == ("leaves",)


# -- merging -------------------------------------------------------------------------------------------------


def test_users_file_is_merged_table_by_table(config: Config) -> None:
    merged = configured(
        "[evaluation]\nkmeans_n_init = 3\n[profiles.standard]\nseeds = [5]\n"
        "[profiles.standard.sizes]\nmnist = { train = 10, test = 'all' }\n"
        "[extractors.vgg16]\ninput_sizes = [224]\n"
    )
    standard = merged.profiles["standard"]
    assert standard == replace(
        config.profiles["standard"],
        seeds=(5,),
        sizes={**config.profiles["standard"].sizes, "mnist": SampleSize(10, None)},
        evaluation={**config.evaluation, "kmeans_n_init": 3},
    )
    assert merged.extractors["vgg16"].input_sizes == (224,)
    assert merged.extractors["resnet50"] == config.extractors["resnet50"]
    assert merged.profiles["quick"].evaluation == {**config.profiles["quick"].evaluation, "kmeans_n_init": 3}


def test_quick_profile_keeps_to_what_is_quick(config: Config) -> None:
    """UMAP compiles for seconds, and gradients of large networks take as long as all else of this profile."""
    quick = config.profiles["quick"].evaluation
    assert quick["projections"] == ("pca", "tsne")
    assert {"attribution", "layers"}.isdisjoint(quick["inspections"])  # type: ignore[arg-type]
    assert quick["projection_images"] == 500


# -- steps ---------------------------------------------------------------------------------------------------


def steps(text: str = "", extractors: str = "raw_pixels", known: Known = KNOWN) -> list[Step]:
    """The steps of one experiment on digits, with a configuration of the user's."""
    made = plan(
        configured(text), known, profile="standard", datasets=["digits"], extractors=[extractors], seeds=1
    )
    return [step for steps in made.steps.values() for step in steps]


def test_an_extractor_is_asked_for_what_it_offers() -> None:
    titles = {
        name: {s.title for s in steps(extractors=name)} for name in ("raw_pixels", "autoencoder", "vgg16@32")
    }
    assert titles["raw_pixels"] == {
        "extraction", "clustering kmeans", "probes", "neighborhoods", "importance", "similarity",
        *(f"projection {name}" for name in ("pca", "tsne", "umap", "isomap", "spectral")),
    }  # fmt: skip
    assert titles["vgg16@32"] - titles["raw_pixels"] == {"filters", "layers", "attribution"}
    assert titles["autoencoder"] - titles["vgg16@32"] == {"latent"}


def test_lists_are_sets() -> None:
    """Equal sets make equal steps, in whatever order they are written."""
    one = steps('[evaluation]\nprojections = ["tsne", "pca", "tsne"]\ninspections = []\n')
    assert one == steps('[evaluation]\nprojections = ["pca", "tsne"]\ninspections = []\n')
    assert [s.title for s in one][1:] == [
        "clustering kmeans", "neighborhoods", "probes", "projection pca", "projection tsne",
    ]  # fmt: skip
    none = steps("[evaluation]\nprojections = []\ninspections = []\n")
    assert [s.title for s in none] == ["extraction", "clustering kmeans", "probes"]


def test_a_setting_changes_the_keys_of_what_depends_on_it_alone() -> None:
    def changed(text: str) -> set[str]:
        return {a.title for a, b in zip(steps(), steps(text), strict=True) if a.key != b.key}

    assert changed("[evaluation]\nkmeans_n_init = 3") == {"clustering kmeans"}
    assert changed("[evaluation]\nknn_neighbors = 5") == {"probes"}
    assert changed("[evaluation]\nprojection_images = 300") == {
        "neighborhoods", "importance",
        *(f"projection {name}" for name in ("pca", "tsne", "umap", "isomap", "spectral")),
    }  # fmt: skip
    assert changed("[evaluation]\nbatch_size = 64") == {s.title for s in steps()}, "times are others then"


def test_a_further_clusterer_is_a_step_of_its_own() -> None:
    more = steps('[evaluation]\nclusterers = ["kmeans", "agglomerative"]')
    (added,) = {s.key: s for s in more}.keys() - {s.key for s in steps()}
    ward = next(s for s in more if s.key == added)
    assert (ward.measure, ward.levels, ward.settings) == ("clustering", (("clusterer", "agglomerative"),), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("batch_size = 0", "evaluation.batch_size must be a whole number from 1 on, got 0"),
        ("batch_size = 1.5", "evaluation.batch_size must be a whole number from 1 on, got 1.5"),
        ("version = 2", "evaluation: unknown key 'version'"),
        ("knn_neighbours = 3", "evaluation: unknown key 'knn_neighbours'; did you mean knn_neighbors?"),
        ("projections = ['tsen']", "evaluation.projections: unknown projection 'tsen'; did you mean tsne?"),
        ("clusterers = ['kmean']", "evaluation.clusterers: unknown clusterer 'kmean'; did you mean kmeans?"),
        ("inspections = ['filter']", "unknown inspection 'filter'; did you mean filters?"),
        ("measures = ['x']", "evaluation.measures: unknown measure 'x'; known: none"),
    ],
)  # fmt: skip
def test_what_no_measure_has_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        steps(f"[evaluation]\n{text}\n")
    assert str(refused.value).startswith("my.toml: ")
    assert message in str(refused.value)


def test_measures_of_packages_run_where_they_are_asked_for() -> None:
    def run(*arguments: object, **settings: object) -> Measured:
        return Measured()

    hubness = Measure(name="hubness", run=run, settings={"hub_neighbors": 10}, metrics=("skewness",))

    class Installed:
        builtin = staticmethod(registry.builtin)

        def names(self) -> tuple[str, ...]:
            return (*registry.builtin(), "hubness", "broken")

        def get(self, name: str) -> Measure:
            if name == "broken":
                raise ConfigError("the plug-in measure 'broken' cannot be imported")
            return hubness

    known = replace(KNOWN, measures=Installed())
    assert "hubness" not in {s.measure for s in steps(known=known)}
    asked = steps('[evaluation]\nmeasures = ["hubness"]\nhub_neighbors = 5', known=known)
    assert next(s for s in asked if s.measure == "hubness").settings == (("hub_neighbors", 5),)
    broken = configured('[evaluation]\nmeasures = ["hubness", "broken"]')
    made = plan(broken, known, profile="standard", datasets=["digits"], extractors=["raw_pixels"])
    assert made.excluded == {"broken": "the plug-in measure 'broken' cannot be imported"}


def test_settings_in_a_name_make_an_experiment_of_its_own() -> None:
    made = plan(
        configured("[extractors.custom_cnn]\nepochs = 3\n"),
        KNOWN,
        profile="standard",
        datasets=["digits"],
        extractors=["custom_cnn", "custom_cnn[epochs=5, learning_rate=1]", "vgg16@32"],
        seeds=1,
    )
    settings = [dict(e.settings) for e in made.experiments if e.extractor == "custom_cnn"]
    usual = {**settings[0], "epochs": 10}
    assert settings == [usual, {**usual, "epochs": 5, "learning_rate": 1.0}]
    assert len({e.key for e in made.experiments}) == 3


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("custom_cnn[epoch=5]", "custom_cnn[epoch=5]: unknown key 'epoch'; did you mean epochs?"),
        ("custom_cnn[epochs=many]", "custom_cnn[epochs=many].epochs must be a whole number, got 'many'"),
        ("custom_cnn[epochs]", "write settings as NAME=VALUE, separated by commas"),
        ("custom_cnn[]", "is no extractor; write NAME or NAME@PIXELS"),
        (f"custom_cnn[epochs={'9' * 5000}]", ".epochs must be a whole number, got '999"),
        (f"custom_cnn[epochs=0x{'f' * 6000}]", ".epochs must be a whole number, got '0xfff"),
        (f"custom_cnn[epochs={'{a=' * 5000}]", ".epochs must be a whole number, got '{a="),
        (f"vgg16@{'9' * 5000}", "is no extractor; write NAME or NAME@PIXELS"),
    ],
)  # fmt: skip
def test_settings_that_an_extractor_lacks_are_refused(name: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        steps(extractors=name)
    assert message in str(refused.value)


def test_file_of_the_current_folder_is_taken() -> None:
    Path("fxreport.toml").write_text("\ufeff[report]\nlanguages = ['all']\n", "utf-8")
    assert load_config().languages == ("all",)


def test_paths_are_relative_to_their_file(tmp_path: Path) -> None:
    folder = tmp_path / "deep"
    folder.mkdir()
    (folder / "my.toml").write_text("[data]\nfolder = 'images'\n[weights]\nfolder = '/abs'\n")
    config = load_config(Path("deep/my.toml"))
    assert (config.data_dir, config.weights_dir) == (Path("deep/images"), Path("/abs"))
    assert load_config().data_dir is None


def test_profile_of_ones_own() -> None:
    config = configured("[profiles.tiny]\nseeds = [7]\ndatasets = ['digits']\nextractors = ['raw_pixels']\n")
    [only] = plan(config, KNOWN, profile="tiny").experiments
    assert (only.dataset, only.extractor, only.seed, only.train) == ("digits", "raw_pixels", 7, None)


def test_further_seeds_belong_to_a_plan_as_far_as_a_store_has_them() -> None:
    """The next whole numbers, of each cell by itself, without a gap; of their steps those that are there."""
    config = configured(
        "[profiles.tiny]\nseeds = [1, 0]\ndatasets = ['digits']\nextractors = ['raw_pixels', 'vgg16@32']\n"
    )
    made = plan(config, KNOWN, profile="tiny")
    [pixels] = [e for e in made.experiments if e.variant == "raw_pixels" and e.seed == 0]
    further = {seed: with_seed(made.steps[pixels], seed) for seed in (2, 3, 5)}
    stored = {step.key for _, steps in further.values() for step in steps[:2]}
    found = with_further_seeds(made.steps, stored)
    assert {one: found[one] for one in made.steps} == made.steps
    assert {e.seed for e in found.keys() - made.steps.keys()} == {2, 3}
    assert found[further[2][0]] == further[2][1][:2]
    assert with_further_seeds(made.steps, set()) == made.steps


# -- refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[profiles.standard]\nseed = [1]",
            "unknown key 'seed'; did you mean seeds? (in [profiles.standard])",
        ),
        (
            "[profile.standard]\nseeds = [1]",
            "unknown key 'profile'; did you mean profiles? (in the top level)",
        ),
        (
            "[report]\nx = 1",
            "unknown key 'x'; known: languages, formats, templates, style, logo, locale (in [report])",
        ),
        (
            "[profiles.standard]\nseeds = 'three'",
            "profiles.standard.seeds must be a list of whole numbers from 0 on, at least one, got 'three'",
        ),
        ("[profiles.standard]\nseeds = []", "profiles.standard.seeds must be a list of whole numbers"),
        ("[profiles.standard]\nseeds = [true]", "profiles.standard.seeds must be a list of whole numbers"),
        (
            "[profiles.standard]\nseeds = [-1]",
            "profiles.standard.seeds must be a list of whole numbers from 0 on",
        ),
        ("profiles = 3", "profiles must be a table, got 3"),
        (
            "[profiles.standard.sizes]\nmnist = { train = -4, test = 10 }",
            "profiles.standard.sizes.mnist must be { train = N, test = N }",
        ),
        ("[profiles.standard.sizes]\nmnist = { train = 4 }", "sizes.mnist must be { train = N, test = N }"),
        ("[profiles.standard.sizes]\nmnist = 'some'", "sizes.mnist must be { train = N, test = N }"),
        (
            "[extractors.vgg16]\ninput_sizes = [0]",
            "extractors.vgg16.input_sizes must be a list of whole numbers",
        ),
        ("[extractors.custom_cnn]\nepochs = [1]", "extractors.custom_cnn.epochs must be a number"),
        ("[datasets.x]\nsize = 3", "datasets.x needs path (where the images lie) or load"),
        ("[datasets.x]\npath = 'p'\nload = 'a:b'", "datasets.x needs path (where the images lie) or load"),
        ("[datasets.x]\npath = 'p'\narguments = { a = 1 }", "datasets.x.arguments goes with load"),
        ("[datasets.x]\npath = 'p'\nsplit = 1", "datasets.x.split must be a number between 0 and 1"),
        ("[datasets.x]\npath = 'p'\nsize = 3\nchannels = 2", "datasets.x.channels must be 1 (grey) or 3"),
        ("[datasets.mnist]\npath = 'p'\nsize = 3\nchannels = 1", "a built-in image set has that name"),
        ("[profiles.mine]\nseeds = [1]", "profiles.mine lacks datasets, extractors"),
        ("[report]\nlanguages = 'uk'\n[report]\n", "not valid TOML"),
        ("[report]\n\nlanguages = uk", "not valid TOML: Invalid value (at line 3, column 13)"),
        (f"[profiles.mine]\nseeds = {'9' * 5000}", "not valid TOML: Exceeds the limit (4300 digits)"),
        (f"a = {'[' * 5000}", "not valid TOML: nested too deep"),
        (
            f"[datasets.x]\npath = 'p'\nsize = 0x{'f' * 6000}",
            "not valid TOML: a whole number has more than 64 bits",
        ),
        (
            "[datasets.x]\npath = '~nosuchuser/x'\nchannels = 1",
            "path is ~nosuchuser/x, and there is no such user",
        ),
    ],
)
def test_file_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        configured(text)
    assert str(refused.value).startswith("my.toml: ")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [("none.toml", "there is no configuration file none.toml"), (".", "cannot read the configuration")],
)
def test_unreadable_file_is_refused(name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_config(Path(name))


def test_wrong_encoding_is_refused() -> None:
    Path("my.toml").write_bytes("# конфігурація".encode("cp1251"))
    with pytest.raises(ConfigError, match=r"my\.toml: not UTF-8"):
        load_config(Path("my.toml"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[profiles.standard]\nextractors = ['vgg61']",
            "profiles.standard.extractors: unknown extractor 'vgg61'",
        ),
        ("[profiles.standard]\nextractors = ['vgg16@']", "write NAME or NAME@PIXELS"),
        (
            "[profiles.standard]\nextractors = ['raw_pixels@32']",
            "raw_pixels has no input size; write raw_pixels",
        ),
        (
            "[profiles.standard]\ndatasets = ['mnits']",
            "datasets: unknown data set 'mnits'; did you mean mnist?",
        ),
        (
            "[profiles.quick.sizes]\nmnits = 'all'",
            "profiles.quick.sizes: unknown data set 'mnits'; did you mean",
        ),
        ("[extractors.costum_cnn]\nepochs = 1", "unknown extractor 'costum_cnn'; did you mean custom_cnn?"),
        (
            "[extractors.custom_cnn]\nepoch = 1",
            "extractors.custom_cnn: unknown key 'epoch'; did you mean epochs?",
        ),
        ("[extractors.custom_cnn]\nlearning_rate = 'slow'", "learning_rate must be a number, got 'slow'"),
        (
            "[profiles.standard.settings]\ncustom_cnn = { epochs = 1.5 }",
            "profiles.standard.settings.custom_cnn.epochs must be a whole number, got 1.5",
        ),
    ],
)
def test_plan_refuses_what_the_file_says(text: str, message: str) -> None:
    config = configured(text)
    with pytest.raises(ConfigError) as refused:
        plan(config, KNOWN, profile="standard")
    assert message in str(refused.value)
    assert "my.toml" in str(refused.value) or "raw_pixels@32" in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"profile": "standart"}, "unknown profile 'standart'; did you mean standard?"),
        ({"datasets": ["MNITS"]}, "unknown data set 'MNITS'; did you mean mnist?"),
        ({"extractors": ["resnet"]}, "unknown extractor 'resnet'; did you mean resnet50?"),
        ({"extractors": ["vgg16@big"]}, "'vgg16@big' is no extractor; write NAME or NAME@PIXELS"),
        ({"seeds": 0}, "--seeds must be a whole number from 1 on, got 0"),
    ],
)
def test_plan_refuses_arguments(config: Config, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        plan(config, KNOWN, **{"profile": "standard", **arguments})
    assert str(refused.value) == message or message in str(refused.value)


# -- the plan ------------------------------------------------------------------------------------------------


def test_cheap_inputs_come_first_within_an_image_set(config: Config) -> None:
    made = plan(config, KNOWN, profile="standard", datasets=["cifar10", "mnist"], seeds=1)
    assert [e.dataset for e in made.experiments] == ["cifar10"] * 10 + ["mnist"] * 10
    assert [e.variant for e in made.experiments[:10]] == [
        "raw_pixels", "custom_cnn", "autoencoder", "vgg16@32", "resnet50@32", "mobilenet_v2@32",
        "efficientnet_lite0@32", "resnet50@96", "mobilenet_v2@96", "efficientnet_lite0@96",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("profile", "asked", "expected"),
    [
        ("standard", ["vgg16"], ["vgg16@32"]),
        ("full", ["vgg16"], ["vgg16@32", "vgg16@64"]),
        ("quick", ["resnet50"], ["resnet50@32"]),
        ("quick", ["resnet50@64"], ["resnet50@64"]),
        ("standard", ["vgg16@224", "vgg16@32", "vgg16@32"], ["vgg16@32", "vgg16@224"]),
        ("standard", ["vgg16@64", "vgg16"], ["vgg16@32", "vgg16@64"]),
        ("standard", ["raw_pixels"], ["raw_pixels"]),
    ],
)
def test_sizes_that_a_name_stands_for(
    config: Config, profile: str, asked: list[str], expected: list[str]
) -> None:
    assert variants(plan(config, KNOWN, profile=profile, extractors=asked)) == expected


@pytest.mark.parametrize(("count", "expected"), [(1, [4]), (2, [4, 1]), (4, [4, 1, 0, 2])])
def test_first_seeds(count: int, expected: list[int]) -> None:
    config = configured("[profiles.standard]\nseeds = [4, 1]")
    made = plan(
        config, KNOWN, profile="standard", datasets=["digits"], extractors=["raw_pixels"], seeds=count
    )
    assert [e.seed for e in made.experiments] == expected


def test_settings_of_another_extractor_do_not_change_the_key(config: Config) -> None:
    changed = configured("[extractors.autoencoder]\nbatch_size = 32\n")
    keys = [
        {e.extractor: e.key for e in plan(c, KNOWN, profile="quick", datasets=["mnist"]).experiments}
        for c in (config, changed)
    ]
    assert {name for name in keys[0] if keys[0][name] != keys[1][name]} == {"autoencoder"}


def test_whole_number_for_a_decimal_setting_is_the_same_experiment() -> None:
    keys = set()
    for text in ("1", "1.0"):
        made = plan(configured(f"[extractors.custom_cnn]\nlearning_rate = {text}"), KNOWN, profile="quick")
        keys.add(tuple(e.key for e in made.experiments))
    assert len(keys) == 1


def test_as_many_images_as_there_are_is_the_whole_set() -> None:
    config = configured("[profiles.standard.sizes]\nmnist = { train = 60000, test = 20000 }")
    made = plan(config, KNOWN, profile="standard", datasets=["mnist"], extractors=["raw_pixels"], seeds=1)
    assert [(e.train, e.test) for e in made.experiments] == [(None, None)]


def test_what_cannot_be_used_is_left_out_with_its_reason(config: Config) -> None:
    def fingerprint(name: str) -> str:
        if name == "cifar10":
            raise DataUnavailable("no folder")
        return name

    def extractor(name: str) -> ExtractorSpec:
        if name == "vgg16":
            raise ConfigError("its package does not load")
        return spec(name)

    known = replace(KNOWN, fingerprint=fingerprint, extractor=extractor)
    made = plan(config, known, profile="standard")
    assert made.excluded == {"cifar10": "no folder", "vgg16": "its package does not load"}
    assert len(made.experiments) == 2 * 9 * 3


def test_plan_is_the_same_each_time(config: Config) -> None:
    assert plan(config, KNOWN, profile="standard") == plan(load_config(), KNOWN, profile="standard")


def test_unknown_lists_the_names_where_none_is_near() -> None:
    assert unknown("language", "xx", ["uk", "en"]) == "unknown language 'xx'; known: uk, en"
    assert unknown("format", "PFD", ["md", "pdf"]) == "unknown format 'PFD'; did you mean pdf?"


def toml(value: object) -> str:
    """A value in TOML's notation, which is JSON's but for tables."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


_VALUES = st.recursive(
    st.booleans() | st.integers(-5, 5) | st.sampled_from(["all", "", "mnist", "vgg16@32"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["mnist", "train", "test", "seeds", "sizes", "input_sizes"]), inner, max_size=2
        )
    ),
)


@given(
    st.sampled_from(["report", "data", "evaluation", "extractors", "datasets", "profiles", "profiles.quick"]),
    st.sampled_from(["formats", "folder", "batch_size", "vgg16", "quick", "seeds", "extractors", "sizes"]),
    _VALUES,
)
def test_any_value_anywhere_is_taken_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, table: str, key: str, value: object
) -> None:
    file = tmp_path_factory.mktemp("any") / "any.toml"
    file.write_text(f"[{table}]\n{key} = {toml(value)}\n", "utf-8")
    message = ""
    try:
        config = load_config(file)
        plan(config, KNOWN, profile="quick")
    except FxReportError as error:
        message = str(error)
    assert "\n" not in message


NOUN_UK = """
gender = "masculine"
nominative = ["корпус", "корпуси"]
genitive = ["корпусу", "корпусів"]
accusative = ["корпус", "корпуси"]
"""
LACKING = f"[subject.task.uk]{NOUN_UK}"
CORPUS = f'{LACKING}instrumental = ["корпусом", "корпусами"]\nlocative = ["корпусі", "корпусах"]\n'


def test_what_is_compared_may_be_called_by_its_own_nouns(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(f'[subject.thing]\nen = ["an archiver", "archivers"]\n{CORPUS}', "utf-8")
    subject = load_config(file).subject
    assert subject is not None
    assert subject.noun("thing", "en").article == "an"
    assert subject.noun("thing", "uk") == NEUTRAL.noun("thing", "uk"), "given in English only"
    assert subject.noun("task", "uk").by_case["locative"] == ("корпусі", "корпусах")
    assert load_config(None).subject is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[subject.thing]\nen = ["oven", "ovens"]', 'singular with its article: ["an oven", "ovens"]'),
        ('[subject.thing]\nen = ["an oven"]', "subject.thing.en must be singular and plural, a list of two"),
        ('[subject.thing.uk]\ngender = "f"', 'thing.uk.gender must be "masculine", "feminine", "neuter"'),
        (LACKING, 'task.uk lacks instrumental, locative; perhaps instrumental = ["корпусом", "корпусами"]'),
        ('[subject.thing.uk]\ngender = "neuter"', "thing.uk lacks nominative, genitive, accusative"),
        ('[subject.thing.uk]\ndative = ["а", "б"]', "unknown key 'dative'"),
        ("[subject.things]\n", "unknown key 'things'; did you mean thing?"),
        ('[scenarios.a]\nobjective = "speed"', "unknown objective 'speed'"),
        ("[scenarios.a.at_most]\nspeed = 5", "scenarios.a.at_most: unknown metric 'speed'"),
        ('[metrics.speed]\nbetter = "higher"\n[scenarios.a.at_least]\nspede = 5', "did you mean speed?"),
    ],
)  # fmt: skip
def test_what_a_subject_or_a_scenario_of_its_metrics_lacks(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as refused:
        load_config(file)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_scenario_may_seek_and_bound_any_described_metric(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        '[metrics.speed]\nbetter = "higher"\n[scenarios.fast]\nobjective = "speed"\n'
        "at_least = { speed = 5 }\nat_most = { ari = 0.5 }\n",
        "utf-8",
    )
    [fast] = [one for one in load_config(file).scenarios if one.name == "fast"]
    assert fast.constraints == ("at_most.ari", "at_least.speed")
    assert (fast.limit("at_least.speed"), fast.moved("at_least.speed", 7).at_least) == (5, {"speed": 7})
