"""Extractors that are named by a file or an import path: what is loaded, what it is given, its key."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from fxreport.config.own import with_references
from fxreport.extractors.own import code, load_own
from fxreport.extractors.registry import make
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.own import Code, OwnExtractor, name_of, parse_reference

SOURCE = """
import numpy as np
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from own_side import SCALE


class Scaled:
    '''Takes images, declares nothing.'''

    def __init__(self, *, seed=0, power=1):
        self.seed, self.power = seed, power

    def fit(self, images, labels=None):
        self.shape_ = images.shape[1:]
        return self

    def transform(self, images):
        return images.reshape(len(images), -1) * SCALE

    def opened(self):
        return "the network"


class Declared(PCA):
    '''A transformer of scikit-learn that takes images itself.'''

    title, family, needs_labels = "My PCA", "handmade", True

    def fit(self, images, labels):
        self.given_ = images.dtype, images.ndim, labels is not None
        return super().fit(images.reshape(len(images), -1))

    def transform(self, images):
        return super().transform(images.reshape(len(images), -1))


class Rows(PCA):
    def fit(self, X, y=None):
        self.given_ = X.dtype, X.shape, float(X.max()), y
        return super().fit(X)


pipeline = make_pipeline(StandardScaler(), PCA(5, svd_solver="randomized"))


def whitened(components: int = 3):
    return make_pipeline(PCA(components, whiten=True))


def with_argument(size):
    return PCA(size)


number = 3
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "own_side.py").write_text("SCALE = 2\n")
    (tmp_path / "mine.py").write_text(SOURCE)
    return tmp_path / "mine.py"


def own(place: object, attribute: str, **more: object) -> OwnExtractor:
    return OwnExtractor(attribute.lower(), "my.toml: extractors.x", Code(str(place), attribute), **more)  # type: ignore[arg-type]


IMAGES = np.random.default_rng(0).integers(0, 256, (40, 6, 6, 3), dtype=np.uint8)
LABELS = np.arange(40) % 4


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("my.py:PCA50", Code("my.py", "PCA50")),
        ("folder/my.py:PCA50", Code("folder/my.py", "PCA50")),
        ("sklearn.decomposition:PCA", Code("sklearn.decomposition", "PCA")),
        ("sklearn.decomposition.PCA", Code("sklearn.decomposition", "PCA")),
        ("PCA", None),
        ("my.py", None),
        ("my.txt:PCA", Code("my.txt", "PCA")),
        ("my folder:PCA", None),
        ("my.py:", None),
        ("my.py:3", None),
    ],
)
def test_references(text: str, found: Code | None) -> None:
    assert parse_reference(text) == found


def test_a_class_is_called_by_its_name() -> None:
    names = {"PCA50": "pca50", "RandomProjection": "random_projection", "MyPCA": "my_pca", "hog": "hog"}
    assert {name: name_of(Code("my.py", name)) for name in names} == names


def test_a_class_of_images_keeps_what_it_has_and_gets_the_facts_that_it_lacks(file: Path) -> None:
    found = load_own(own(file, "Scaled", family="baseline"))
    assert (found.name, found.title, found.family) == ("scaled", "Scaled", "baseline")
    assert (found.needs_labels, found.version, found.input_sizes) == (False, 1, ())
    made = make(found, "scaled", seed=3, power=2)
    assert (made.seed, made.power, made.opened()) == (3, 2, "the network")  # type: ignore[attr-defined]
    assert (made.fit(IMAGES).transform(IMAGES) == IMAGES.reshape(40, -1) * 2).all()
    with pytest.raises(ConfigError, match="did you mean power"):
        make(found, "scaled", powr=2)


def test_a_transformer_is_given_rows_of_pixels_unless_it_declares_itself(file: Path) -> None:
    made = make(load_own(own(file, "Rows")), "rows", n_components=4)
    features = made.fit(IMAGES).transform(IMAGES)
    assert (features.shape, features.dtype) == ((40, 4), np.float32)
    assert made.transformer_.given_ == (np.float32, (40, 108), 1.0, None)  # type: ignore[attr-defined]
    declared = load_own(own(file, "Declared"))
    assert (declared.title, declared.family, declared.needs_labels) == ("My PCA", "handmade", True)
    assert make(declared, "declared").fit(IMAGES, LABELS).given_ == (np.uint8, 4, True)  # type: ignore[attr-defined]


def test_a_pipeline_is_copied_and_its_seed_is_the_run_s(file: Path) -> None:
    found = load_own(own(file, "pipeline"))
    features = [
        make(found, "pipeline", seed=seed, pca__n_components=2).fit(IMAGES).transform(IMAGES)
        for seed in (0, 0, 1)
    ]
    assert features[0].shape == (40, 2)
    assert (features[0] == features[1]).all()
    assert (features[0] != features[2]).any()
    assert make(found, "pipeline").fit(IMAGES).transform(IMAGES).shape == (40, 5), "settings stay with a run"
    with pytest.raises(ConfigError, match="unknown setting 'pca__components'"):
        make(found, "pipeline", pca__components=2)


def test_a_function_makes_one_with_its_settings(file: Path) -> None:
    found = load_own(own(file, "whitened"))
    assert make(found, "whitened", components=6).fit(IMAGES).transform(IMAGES).shape == (40, 6)


def test_labels_go_to_what_says_that_it_needs_them() -> None:
    lda = load_own(own("sklearn.discriminant_analysis", "LinearDiscriminantAnalysis"))
    assert (lda.needs_labels, lda.family) == (True, "supervised")
    assert make(lda, "lda").fit(IMAGES, LABELS).transform(IMAGES).shape == (40, 3)
    best = load_own(own("sklearn.feature_selection", "SelectKBest", labels=True))
    assert (best.needs_labels, best.family) == (True, "supervised")
    assert load_own(own("sklearn.decomposition", "PCA")).family == "unsupervised"


@pytest.mark.parametrize(
    ("place", "attribute", "message"),
    [
        ("mine.py", "Scald", "unknown name 'Scald'; did you mean Scaled"),
        ("mine.py", "number", "mine.py:number has no fit"),
        ("mine.py", "with_argument", "must return an extractor when it is called without arguments"),
        ("gone.py", "Scaled", "gone.py cannot be imported: there is no such file"),
        ("sklearn.manifold", "TSNE", "has no transform"),
        ("no_such_package.here", "X", "cannot be imported: No module named 'no_such_package'"),
    ],
)
def test_what_is_no_extractor_is_refused(file: Path, place: str, attribute: str, message: str) -> None:
    where = file.parent / place if place.endswith(".py") else place
    with pytest.raises(ConfigError, match=message):
        load_own(own(where, attribute))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("raise SystemExit(0)", "it ends the process"),
        ("x = = 1", "invalid syntax"),
        ("import nowhere_to_be_found", "No module named 'nowhere_to_be_found'"),
    ],
)
def test_a_file_that_cannot_be_imported_harms_nobody_else(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "bad.py").write_text(line)
    with pytest.raises(ConfigError, match=message):
        load_own(own(tmp_path / "bad.py", "X"))
    assert not [name for name in sys.modules if "bad_" in name and name.startswith("fxreport_own_")]


def test_neighbours_are_found_but_take_no_other_module_s_place(file: Path, tmp_path: Path) -> None:
    (tmp_path / "wave.py").write_text("raise AssertionError('the neighbour was imported')")
    (tmp_path / "mine.py").write_text(SOURCE + "\nimport wave\nPLACE = wave.__file__\n")
    path, modules = list(sys.path), set(sys.modules)
    load_own(own(file, "Scaled"))
    assert sys.path == path
    assert "own_side" not in set(sys.modules) - modules
    other = tmp_path / "other"
    other.mkdir()
    (other / "own_side.py").write_text("SCALE = 5\n")
    (other / "mine.py").write_text(SOURCE)
    made = make(load_own(own(other / "mine.py", "Scaled")), "scaled")
    assert (made.transform(IMAGES) == IMAGES.reshape(40, -1) * 5).all(), "its own neighbour, not the first's"


def test_the_key_is_of_the_source_and_of_what_is_said_of_it(file: Path) -> None:
    first = code(own(file, "Scaled"))
    assert first == code(own(file, "Scaled"))
    said = {first, code(own(file, "Rows")), code(own(file, "Scaled", title="Other"))}
    said |= {code(own(file, "Scaled", labels=True)), code(own(file, "Scaled", family="handmade"))}
    assert len(said) == 3, "what it is called changes no result"
    (file.parent / "own_side.py").write_text("SCALE = 3\n")
    assert code(own(file, "Scaled")) not in said, "a neighbour that it imports decides too"
    edited = make(load_own(own(file, "Scaled")), "scaled").transform(IMAGES)
    assert (edited == IMAGES.reshape(40, -1) * 3).all(), "in the same process"
    assert "sklearn" in code(own("sklearn.decomposition", "PCA"))


def test_references_on_the_command_line_become_names() -> None:
    from fxreport.config import load_config

    config = load_config()
    found, names = with_references(
        config, ["vgg16@32", "my.py:PCA50[a=1]", "a.b:RandomProjection", "my.py:PCA50@32[b='x']"]
    )
    assert names == ["vgg16@32", "pca50[a=1]", "random_projection", "pca50@32[b='x']"]
    assert found.own["pca50"].source == Code("my.py", "PCA50")
    assert found.own.keys() == {"pca50", "random_projection"}
    with pytest.raises(ConfigError, match=r"another extractor is called 'vgg16'.*a name of its own"):
        with_references(config, ["my.py:VGG16"])
    with pytest.raises(ConfigError, match="another extractor is called 'pca50'"):
        with_references(config, ["my.py:PCA50", "your.py:PCA50"])
    with pytest.raises(ConfigError, match=r"write FILE\.py:NAME"):
        with_references(config, ["my file:PCA"])
