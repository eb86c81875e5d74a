"""Machines without a home, with one that cannot be written, and with a cache on a full disk."""

from __future__ import annotations

import errno
import logging
import os
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from fxreport.commands import doctor
from fxreport.datasets.registry import _image_set, _origins
from fxreport.measures import embeddings
from fxreport.report.figures.cache import FigureCache
from fxreport.report.writers.environment import make_environment
from fxreport.system import places
from fxreport.system.cache import cache_dir, keras_home, lock
from fxreport.vocabulary.checkup import State
from fxreport.vocabulary.errors import ConfigError

_VARIABLES = (
    "FXREPORT_CACHE",
    "KERAS_HOME",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    places.NUMBA,
    places.MATPLOTLIB,
)


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A home that cannot be made, by nobody, root neither; libraries that lie where nobody writes."""
    for variable in _VARIABLES:
        monkeypatch.setenv(variable, "restored after the test")
        monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", "/dev/null/home")
    monkeypatch.setattr(places, "find_spec", lambda _: None)
    monkeypatch.setattr(places, "_lent", set())
    places.for_numba.cache_clear()
    places.for_matplotlib.cache_clear()


@pytest.mark.usefixtures("homeless")
def test_umap_is_imported_with_a_folder_for_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one, Numba raises: cannot cache function 'rdist': no locator available."""
    seen: list[str | None] = []

    class Plane:
        def __init__(self, **_: Any) -> None:
            seen.extend(os.environ.get(name) for name in (places.NUMBA, places.MATPLOTLIB))

        def fit_transform(self, scores: np.ndarray) -> np.ndarray:
            return scores[:, :2]

    monkeypatch.setitem(sys.modules, "umap", SimpleNamespace(UMAP=Plane))
    near = SimpleNamespace(nearest=np.zeros((4, 2), int), distances=np.zeros((4, 4)))
    embeddings.umap(np.arange(8.0).reshape(4, 2), near, 0)  # type: ignore[arg-type]
    assert len(seen) == 2
    assert all(folder and os.access(folder, os.W_OK) for folder in seen)


@pytest.mark.usefixtures("homeless")
def test_what_is_named_and_can_be_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.NUMBA, str(tmp_path))
    monkeypatch.setenv(places.MATPLOTLIB, "/dev/null/mpl")
    places.for_numba()
    places.for_matplotlib()
    assert os.environ[places.NUMBA] == str(tmp_path)
    assert os.access(os.environ[places.MATPLOTLIB], os.W_OK)


@pytest.mark.usefixtures("homeless")
@pytest.mark.parametrize("known", [True, False], ids=["home cannot be made", "no home"])
def test_a_cache_that_cannot_be_made_is_lent(
    known: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def nobody(*_: object, **__: object) -> str:
        raise RuntimeError("could not determine the home directory")

    if not known:
        monkeypatch.setattr("platformdirs.user_cache_dir", nobody)
    with caplog.at_level(logging.WARNING, "fxreport"):
        folder = cache_dir()
    assert folder.is_dir()
    assert cache_dir() == folder, "by this process and its children"
    assert keras_home() == folder / "keras"
    [told] = caplog.messages
    assert "cannot be made: what is fetched and computed is kept for this run alone; name one" in told
    assert doctor.cache().state is State.NOTE


@pytest.mark.usefixtures("homeless")
def test_a_cache_that_is_there_is_used_though_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(places, "can_be_written", lambda _: False)
    (tmp_path / "fxreport").mkdir()
    assert cache_dir() == tmp_path / "fxreport"


@pytest.mark.usefixtures("homeless")
def test_doctor_tells_what_is_missing() -> None:
    found = list(doctor.libraries())
    assert [one.subject for one in found] == ["Numba", "matplotlib"]
    assert all(one.state is State.NOTE for one in found)


def _looked_in() -> object:
    return cache_dir(), list(_origins(_image_set("mnist"), None))


@pytest.mark.parametrize("variable", ["FXREPORT_CACHE", "KERAS_HOME", "FXREPORT_DATA"])
def test_a_folder_of_no_user_is_one_line(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "~nosuchuser/x")
    with pytest.raises(ConfigError, match=f"{variable} is ~nosuchuser/x, and there is no such user here"):
        _looked_in()


# -- a cache that cannot be written --------------------------------------------------------------------------


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_lock_that_cannot_be_had_is_done_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    with caplog.at_level(logging.WARNING, "fxreport"):
        for _ in range(2):
            with lock(tmp_path / "file" / "sets"):
                pass
    [told] = caplog.messages
    assert told.startswith(f"the cache folder {tmp_path / 'file'} cannot be written (")
    assert "): going on without it" in told


def test_figures_are_drawn_and_the_full_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tempfile, "mkstemp", full)
    cache = FigureCache(tmp_path / "figures")
    with caplog.at_level(logging.WARNING, "fxreport"):
        assert [cache.get_or_draw("one", number, str) for number in range(2)] == ["0", "1"]
    [told] = caplog.messages
    assert f"{tmp_path / 'figures'} cannot be written (No space left on device): going on without it" in told


def test_templates_are_compiled_and_the_full_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path))
    environment = make_environment({}, autoescape=True)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", full)
    with caplog.at_level(logging.WARNING, "fxreport"):
        for name in ("own.html.j2", "own.md.j2"):
            environment.get_template(name)
    [told] = caplog.messages
    assert f"{tmp_path / 'templates'} cannot be written (No space left on device): going on without" in told
