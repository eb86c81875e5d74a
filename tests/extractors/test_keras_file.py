"""A Keras file as an extractor: what it gives, and that it runs no code."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fxreport.extractors.keras_file import check_no_code
from fxreport.extractors.network import load_keras
from fxreport.extractors.own import code, load_own
from fxreport.vocabulary.errors import ConfigError, InputError
from fxreport.vocabulary.own import KerasFile, OwnExtractor

GREY = np.random.default_rng(0).integers(0, 256, (5, 12, 10, 1), dtype=np.uint8)
COLOUR = np.random.default_rng(0).integers(0, 256, (5, 12, 10, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained network as people save them: with an optimiser, a regulariser, an activation by name."""
    _, keras = load_keras()
    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [
            keras.Input((None, None, 3)),
            keras.layers.Conv2D(4, 3, activation="gelu", kernel_regularizer="l2", name="maps"),
            keras.layers.BatchNormalization(),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(6, activation=keras.activations.relu, name="embedding"),
            keras.layers.Dense(2, name="classes"),
        ]
    )
    network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    network.fit(COLOUR / 255, np.arange(5) % 2, verbose=0)
    path = tmp_path_factory.mktemp("keras") / "mine.keras"
    network.save(path)
    return path


def own(path: Path, layer: str = "embedding", scaling: str = "0..1") -> OwnExtractor:
    return OwnExtractor("mine", "my.toml: extractors.mine", KerasFile(path, layer, scaling))


@pytest.mark.slow
def test_features_are_the_output_of_the_layer(file: Path) -> None:
    _, keras = load_keras()
    network = keras.models.load_model(file)
    until = keras.Model(network.inputs, network.get_layer("embedding").output)
    fitted = load_own(own(file))().fit(COLOUR)
    features = fitted.transform(COLOUR)
    assert features == pytest.approx(np.asarray(until(COLOUR.astype(np.float32) / 255)), abs=1e-5)
    assert (fitted.family, fitted.parameters_) == ("learned", until.count_params())  # type: ignore[attr-defined]
    assert fitted.weights_source_ == "mine.keras"  # type: ignore[attr-defined]
    fitted.close()  # type: ignore[attr-defined]


def test_maps_are_averaged_and_grey_images_made_colour(file: Path) -> None:
    _, keras = load_keras()
    network = keras.models.load_model(file)
    until = keras.Model(network.inputs, network.get_layer("maps").output)
    features = load_own(own(file, "maps", "-1..1"))().fit(GREY).transform(GREY)
    maps = until(GREY.repeat(3, axis=-1).astype(np.float32) / 127.5 - 1)
    assert features == pytest.approx(np.asarray(maps).mean(axis=(1, 2)), abs=1e-5)


def test_scalings_are_those_of_keras_applications(file: Path) -> None:
    _, keras = load_keras()
    network = keras.models.load_model(file)
    until = keras.Model(network.inputs, network.get_layer("embedding").output)
    process = keras.applications.imagenet_utils.preprocess_input
    for scaling, mode in (("imagenet_torch", "torch"), ("imagenet_caffe", "caffe"), ("-1..1", "tf")):
        features = load_own(own(file, scaling=scaling))().fit(COLOUR).transform(COLOUR)
        wanted = until(process(COLOUR.astype(np.float32), mode=mode))
        assert features == pytest.approx(np.asarray(wanted), rel=1e-4, abs=1e-4)


def test_a_layer_that_is_not_there_is_told_with_those_that_are(file: Path) -> None:
    with pytest.raises(ConfigError, match="unknown layer 'embeding'; did you mean embedding"):
        load_own(own(file, "embeding"))().fit(COLOUR)
    with pytest.raises(ConfigError, match=r"has the layers maps, .*, classes: name one as layer"):
        load_own(own(file, ""))().fit(COLOUR)


def test_the_key_is_of_the_file_and_of_what_is_taken_of_it(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "other.keras"
    copy.write_bytes(file.read_bytes())
    assert code(own(file)) == code(own(copy))
    assert len({code(own(file)), code(own(file, "maps")), code(own(file, scaling="-1..1"))}) == 3
    copy.write_bytes(file.read_bytes() + b" ")
    assert code(own(file)) != code(own(copy))


def changed(file: Path, target: Path, change: Any) -> Path:
    """A copy of a Keras file whose description is changed."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == "config.json":
                described = json.loads(content)
                change(described)
                content = json.dumps(described).encode()
            copy.writestr(name, content)
    return target


def layer(described: Any, number: int) -> Any:
    return described["config"]["layers"][number]


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"module": "keras.layers", "class_name": "Lambda"}, r"keras\.layers\.Lambda, which is code"),
        ({"module": "keras.src.layers", "class_name": "TFSMLayer"}, "TFSMLayer"),
        ({"module": "os", "class_name": "system"}, r"os\.system"),
        ({"module": "mine", "class_name": "Layer", "registered_name": "mine>Layer"}, r"mine\.Layer"),
        ({"module": "keras.layers", "class_name": "Mine", "registered_name": "mine>Mine"}, "Mine"),
        ({"module": "keras.utils", "class_name": "get_file"}, "get_file"),
        ({"module": "keras.config", "class_name": "enable_unsafe_deserialization"}, "enable_unsafe"),
        ({"module": "keras.layers", "class_name": "function", "config": "Lambda"}, "function"),
        ({"module": "keras.ops.x", "class_name": "function", "config": "eval"}, "function"),
        ({"module": "kerasx.layers", "class_name": "Dense"}, r"kerasx\.layers\.Dense"),
        ({"module": "keras.layers.evil", "class_name": "__lambda__", "module2": ""}, None),
        ({"module": None, "class_name": "__lambda__"}, "__lambda__"),
        ({"module": "builtins", "class_name": "eval"}, r"builtins\.eval"),
    ],
)
def test_a_file_that_names_code_is_refused_before_keras_sees_it(
    file: Path, tmp_path: Path, named: dict[str, Any], message: str | None
) -> None:
    bad = changed(file, tmp_path / "bad.keras", lambda described: layer(described, 1).update(named))
    if message is None:  # no such class: Keras says so
        with pytest.raises((InputError, ConfigError)):
            load_own(own(bad))().fit(COLOUR)
        return
    with pytest.raises(ConfigError, match=message):
        load_own(own(bad))
    hidden = changed(
        file,
        tmp_path / "hidden.keras",
        lambda d: layer(d, 1)["config"].update(activation={**named, "config": {}}),
    )
    with pytest.raises(InputError, match="which is code"):
        check_no_code(hidden)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_keras_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.keras").write_bytes(content)
    with pytest.raises(ConfigError, match=r"bad\.keras is no \.keras file"):
        load_own(own(tmp_path / "bad.keras"))
    with pytest.raises(ConfigError, match="there is no file"):
        load_own(own(tmp_path / "gone.keras"))
